//! Tables of networks with what was measured for them.

use std::{collections::HashMap, path::Path};

use danas_space::{Architecture, Network, Shape, parse_layers};

/// One line of a fixture: each column's value by its name.
pub(crate) type Row = HashMap<String, String>;

pub(crate) fn fixture(name: &str) -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// Returns the number in a column, or `default` if the fixture has no such column.
pub(crate) fn number(row: &Row, column: &str, default: u32) -> u32 {
    row.get(column).map_or(default, |text| text.parse().unwrap())
}

/// Returns the network of a row, which is of the paper's family unless the row says otherwise.
pub(crate) fn network(row: &Row) -> Network {
    let layers = parse_layers(&row["layers"]).unwrap();
    let dense_width = number(row, "dense", Architecture::PAPER_DENSE_WIDTH);
    let architecture = Architecture::new(layers, dense_width).unwrap();
    let size = |column, default| usize::try_from(number(row, column, default)).unwrap();
    let input = Shape::new(size("h", 0), size("w", 0), size("c", 1));
    Network::new(input, &architecture, size("classes", 2)).unwrap()
}
