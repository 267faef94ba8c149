//! Compares predicted sizes with files that TensorFlow's converter wrote.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

mod table;

use danas_size::{Converter, NumberFormat, Profile, model_size};
use danas_space::Bytes;

use table::{Row, fixture, network, number};

/// Returns the profile of the TensorFlow version that a row was measured with.
fn profile(row: &Row) -> Profile {
    match row.get("tf_version").map_or("2.12.0", String::as_str) {
        "2.21.0" => Profile::Tf2_21,
        version => {
            assert_eq!(version, "2.12.0");
            Profile::Tf2_12
        }
    }
}

#[test]
fn the_small_models_are_exact() {
    every_size_is_exact("small.csv", 180);
}

#[test]
fn the_public_models_are_exact() {
    every_size_is_exact("public.csv", 872);
}

#[test]
fn other_channels_widths_and_classes_are_exact() {
    every_size_is_exact("widths.csv", 652);
}

#[test]
fn every_kind_of_layer_is_exact() {
    every_size_is_exact("kinds.csv", 480);
}

#[test]
fn networks_without_a_hidden_layer_or_without_any_are_exact() {
    every_size_is_exact("heads.csv", 378);
}

/// Checks the sizes in every format that was measured for a row. There are `measured` in total.
fn every_size_is_exact(name: &str, measured: usize) {
    let mut checked = 0;
    for row in &fixture(name) {
        let network = network(row);
        let mut converter = Converter::default();
        converter.profile = profile(row);
        let columns = ["float32_bytes", "dynamic_bytes", "int8_bytes"];
        for (format, column) in NumberFormat::ALL.into_iter().zip(columns) {
            let Some(bytes) = row.get(column).filter(|bytes| !bytes.is_empty()) else { continue };
            converter.format = format;
            let measured = Bytes(bytes.parse().unwrap());
            assert_eq!(converter.model_size(&network), Ok(measured), "{network} {converter:?}");
            checked += 1;
        }
    }
    assert_eq!(checked, measured);
}

#[test]
fn models_of_one_session_are_exact() {
    let fixture = fixture("session.csv");
    assert_eq!(fixture.len(), 24);
    for row in &fixture {
        let network = network(row);
        let named = |kind: &str| number(row, &format!("{kind}_before"), 0);
        let mut converter = Converter::default();
        converter.profile = profile(row);
        converter.counters.sequential = named("sequential");
        converter.counters.conv2d = named("conv2d");
        converter.counters.separable_conv2d = named("separable_conv2d");
        converter.counters.batch_normalization = named("batch_normalization");
        converter.counters.activation = named("activation");
        converter.counters.max_pooling2d = named("max_pooling2d");
        converter.counters.average_pooling2d = named("average_pooling2d");
        converter.counters.global_average_pooling2d = named("global_average_pooling2d");
        converter.counters.dropout = named("dropout");
        converter.counters.flatten = named("flatten");
        converter.counters.dense = named("dense");
        converter.counters.keras_tensor = named("keras_tensor");
        let measured = Bytes(number(row, "float32_bytes", 0).into());
        assert_eq!(converter.model_size(&network), Ok(measured), "{network}");
    }
}

#[test]
fn table_3_of_the_paper_is_exact_in_a_fresh_session_and_in_the_authors() {
    let fixture = fixture("table3.csv");
    assert_eq!(fixture.len(), 37);
    for row in &fixture {
        let network = network(row);
        let fresh = Bytes(number(row, "tf212_fresh_names", 0).into());
        assert_eq!(model_size(&network), Ok(fresh), "{network}");

        let mut converter = Converter::default();
        converter.counters.sequential = number(row, "model_number", 0);
        converter.counters.conv2d = number(row, "conv_counter", 0);
        converter.counters.dense = number(row, "dense_counter", 0);
        converter.counters.flatten = converter.counters.dense / 2;
        let named = Bytes(number(row, "tf212_with_paper_names", 0).into());
        assert_eq!(converter.model_size(&network), Ok(named), "{network}");
    }
}
