//! Errors of spaces that cannot be built name the setting or value at fault.

use danas_space::{
    Activation, Architecture, ArchitectureSpace, AudioSpace, Conv2d, Dropout, Extent, FrontEnd,
    Hertz, Layer, Pool, PoolKind, SearchSpace, SpaceError, parse_layers,
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
        (ArchitectureSpace::builder().min_depth(6).build().unwrap_err(), "min_depth"),
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
        ("augmentation = []", "`augmentation` has no values"),
        ("augmentation = [50, 0, 50]", "`50` appears twice in `augmentation`"),
        ("augmentation = [201]", "`augmentation` is 201"),
        ("augmentation = [-1]", "-1"),
    ] {
        let refused = toml::from_str::<SearchSpace>(text).unwrap_err();
        assert!(refused.to_string().contains(culprit), "{refused}");
    }
}

#[test]
fn zero_hertz_do_not_exist() {
    assert_eq!(Hertz::new(0), None);
}

#[test]
fn values_of_the_larger_axes_are_refused_by_name() {
    let builder = ArchitectureSpace::builder;
    let pool = |size| Pool { kind: PoolKind::Max, size, stride: Extent::square(1) };
    for (refused, culprit) in [
        (builder().kernels([Extent::new(1, 0)]).build(), "kernels"),
        (builder().strides([0]).build(), "strides"),
        (builder().pools([pool(Extent::new(0, 2))]).build(), "pools"),
        (builder().dropouts([25, 100]).build(), "dropouts"),
        (builder().pools([pool(Extent::whole(0))]).build(), "pools"),
    ] {
        let refused = refused.unwrap_err();
        let SpaceError::OutOfRange { name, .. } = refused else { panic!("{refused}") };
        assert_eq!(name, culprit);
    }
    for (refused, culprit) in [
        (builder().strides([] as [u32; 0]).build(), "strides"),
        (builder().paddings([]).build(), "paddings"),
        (builder().normalisations([]).build(), "normalisations"),
        (builder().convolutions([]).build(), "convolutions"),
        (builder().reductions([]).build(), "reductions"),
        (builder().dense_widths([]).build(), "dense_width"),
    ] {
        assert_eq!(refused, Err(SpaceError::Empty { axis: culprit }));
    }
    let twice =
        builder().kernels([Extent::new(1, 9), Extent::square(3), Extent::new(1, 9)]).build();
    assert_eq!(twice, Err(SpaceError::Duplicate { axis: "kernels", value: "1x9".to_owned() }));
    let twice = builder().kernels([Extent::whole(3), Extent::whole(3)]).build();
    assert_eq!(twice, Err(SpaceError::Duplicate { axis: "kernels", value: "Hx3".to_owned() }));
    let twice = builder().dropouts([10, 10]).build();
    assert_eq!(twice, Err(SpaceError::Duplicate { axis: "dropouts", value: "10".to_owned() }));
}

#[test]
fn toml_names_the_illegal_value_of_a_larger_axis() {
    for (line, culprit) in [
        ("kernels = [\"1y9\"]", "1y9"),
        ("kernels = [\"H\"]", "`H`"),
        ("kernels = [\"3xH\"]", "3xH"),
        ("kernels = [4294967295]", "4294967295"),
        ("kernels = [-3]", "-3"),
        ("kernels = [3.5]", "3.5"),
        ("paddings = [\"full\"]", "full"),
        ("convolutions = [\"depthwise\"]", "depthwise"),
        ("pools = [\"min2\"]", "min2"),
        ("pools = [\"8x3R\"]", "8x3R"),
        ("reductions = [\"max\"]", "max"),
        ("dropouts = [0]", "dropouts"),
        ("min_depth = -1", "-1"),
        ("min_depth = 6", "min_depth"),
        ("dense_width = \"wide\"", "a width, or a list of widths"),
        ("dense_width = [10, -1]", "-1"),
        ("dense_width = 4294967296", "4294967296"),
    ] {
        let text = format!("[architecture]\n{line}");
        let refused = toml::from_str::<SearchSpace>(&text).unwrap_err();
        assert!(refused.to_string().contains(culprit), "{line}: {refused}");
    }
}

#[test]
fn architectures_that_cannot_be_are_refused() {
    let refused = |layers| Architecture::new(parse_layers(layers).unwrap(), 10).unwrap_err();
    assert_eq!(refused("2x3R gap drop10 2x3R"), SpaceError::AfterGlobalAverage { layer: 4 });
    assert_eq!(refused("gap gap"), SpaceError::AfterGlobalAverage { layer: 2 });
    for (layer, culprit) in [
        (Layer::Dropout(Dropout { percent: 100 }), "dropouts"),
        (Layer::Conv2d(Conv2d::new(2, Extent::new(3, 0), Activation::Relu)), "kernels"),
    ] {
        let refused = Architecture::new(vec![layer], 10).unwrap_err();
        let SpaceError::OutOfRange { name, .. } = refused else { panic!("{refused}") };
        assert_eq!(name, culprit);
    }
}
