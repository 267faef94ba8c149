//! Spaces that cannot be built name the culprit.

use danas_space::{
    Activation, Architecture, ArchitectureSpace, AudioSpace, FrontEnd, Hertz, Layer, SearchSpace,
    SpaceError,
};

#[test]
fn an_empty_axis_is_named() {
    let refused = AudioSpace::builder().sample_rates([]).build().unwrap_err();
    assert_eq!(refused, SpaceError::Empty { axis: "sample_rates" });
    let refused = ArchitectureSpace::builder().activations([]).build().unwrap_err();
    assert_eq!(refused, SpaceError::Empty { axis: "activations" });
}

#[test]
fn a_repeated_value_is_named() {
    let refused = ArchitectureSpace::builder().filters([8, 2, 8]).build().unwrap_err();
    assert_eq!(refused, SpaceError::Duplicate { axis: "filters", value: "8".to_owned() });
}

#[test]
fn numbers_out_of_range_are_named() {
    for (refused, culprit) in [
        (ArchitectureSpace::builder().kernels([0]).build().unwrap_err(), "kernels"),
        (ArchitectureSpace::builder().max_depth(0).build().unwrap_err(), "max_depth"),
        (FrontEnd::builder().hop_length(0).build().unwrap_err(), "hop_length"),
        (FrontEnd::builder().coefficients(81).build().unwrap_err(), "coefficients"),
        (
            Architecture::new(vec![Layer::conv2d(0, 3, Activation::Relu)], 10).unwrap_err(),
            "filters",
        ),
        (
            Architecture::new(vec![Layer::conv2d(2, 3, Activation::Relu)], 0).unwrap_err(),
            "dense_width",
        ),
    ] {
        let SpaceError::OutOfRange { name, .. } = refused else { panic!("{refused}") };
        assert_eq!(name, culprit);
    }
}

#[test]
fn toml_names_the_unknown_key_and_the_illegal_value() {
    for (text, culprit) in [
        ("[data]\nsample_rate = [8000]", "sample_rate"),
        ("[data]\nsample_rates = [0]", "nonzero"),
        ("[data]\nrepresentations = [\"mel\"]", "mel"),
        ("[data]\nfront_end = { seconds = -1.0 }", "seconds"),
        ("[data]\nfront_end = { seconds = nan }", "seconds"),
        ("[data]\n[architecture]\nfilters = []", "filters"),
        ("[data]\n[network]", "network"),
    ] {
        let SpaceError::Toml(source) = SearchSpace::<AudioSpace>::from_toml(text).unwrap_err()
        else {
            panic!("{text}")
        };
        assert!(source.to_string().contains(culprit), "{source}");
    }
}

#[test]
fn zero_hertz_do_not_exist() {
    assert_eq!(Hertz::new(0), None);
}
