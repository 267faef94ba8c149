//! The paper's own candidates, rebuilt from its Table 3.

use danas_space::{
    Architecture, AudioGranularity, AudioSpace, Candidate, FrontEnd, Hertz, Representation,
    SearchSpace, parse_layers,
};

#[test]
fn table_3_has_the_papers_parameter_bytes() {
    let table = include_str!("fixtures/paper-table3.csv");
    let space = SearchSpace::<AudioSpace>::paper();
    let mut rows = 0;
    for row in table.lines().skip(1) {
        let [rate, kind, layers, bytes] = row.split(',').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let candidate = Candidate::new(
            AudioGranularity::new(
                Hertz::new(rate.parse().unwrap()).unwrap(),
                match kind {
                    "MFCC" => Representation::Mfcc,
                    "SP" => Representation::Spectrogram,
                    other => panic!("{other}"),
                },
                FrontEnd::paper(),
            ),
            Architecture::new(parse_layers(layers).unwrap(), Architecture::PAPER_DENSE_WIDTH)
                .unwrap(),
        );
        assert!(space.contains(&candidate), "{candidate}");
        let network = candidate.network(2).unwrap();
        assert_eq!(4 * network.parameters(), bytes.parse::<u64>().unwrap(), "{candidate}");
        rows += 1;
    }
    assert_eq!(rows, 37);
}

#[test]
fn the_papers_space_has_every_candidate_of_table_1() {
    let of_depth = (1..=5).map(|depth| 28_u128.pow(depth)).sum::<u128>();
    assert_eq!(SearchSpace::<AudioSpace>::paper().cardinality(), Some(24 * of_depth));
}
