//! Compares predicted arenas with those of TensorFlow Lite Micro: the smallest that it gets ready in
//! on emulated microcontrollers, and those that it recorded on a 64-bit host.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

mod table;

use danas_size::{Arena, DeployedFormat, Instructions, Kernels, Machine, Platform};
use danas_space::Bytes;

use table::{Row, fixture, network, number};

/// Largest number of bytes that a prediction may have more than the smallest arena that works: it is
/// a multiple of 16 bytes, and the smallest arena was found in steps of 4.
const SPARE: u64 = 12;

/// The same for a prediction that applies to enumerations of any size, if they are short. Some of
/// the networks drawn at random have more: see `docs/sizes.md`.
const SPARE_FOR_ANY: u64 = 64;

fn format(row: &Row) -> DeployedFormat {
    match row["kind"].as_str() {
        "float32" => DeployedFormat::Float32,
        kind => {
            assert_eq!(kind, "int8");
            DeployedFormat::Int8
        }
    }
}

/// Returns the platform that a row was measured on.
fn platform(row: &Row) -> Platform {
    let cmsis_nn = |instructions| {
        Platform::microcontroller(Kernels::CmsisNn(instructions)).on(Machine::ShortEnumerations)
    };
    match row["build"].as_str() {
        "m4" => Platform::REFERENCE.on(Machine::ShortEnumerations),
        "m4ns" => Platform::REFERENCE,
        "m4cm" => cmsis_nn(Instructions::Dsp),
        "m0cm" => cmsis_nn(Instructions::Base),
        build => {
            assert_eq!(build, "m55cm");
            cmsis_nn(Instructions::Mve)
        }
    }
}

#[test]
fn the_arena_suffices_on_a_microcontroller_and_is_hardly_larger_than_needed() {
    let fixture = fixture("device_arena.csv");
    assert_eq!(fixture.len(), 238);
    for row in &fixture {
        let (network, platform) = (network(row), platform(row));
        let [used, least] = ["arena_used", "arena_least"].map(|name| number(row, name, 0).into());
        let arena = Arena::of(&network, format(row), platform).unwrap();
        assert_eq!(arena.used(), Bytes(used), "{network} {platform:?}");
        let any = Arena::of(&network, format(row), platform.on(Machine::Microcontroller)).unwrap();
        let is_random = matches!(row["build"].as_str(), "m0cm" | "m55cm");
        let spare_for_any = if is_random { u64::MAX - least } else { SPARE_FOR_ANY };
        for (arena, spare) in [(arena, SPARE), (any, spare_for_any)] {
            let predicted = arena.total().get();
            let fits = (least..=least + spare).contains(&predicted);
            assert!(fits, "{network} {platform:?}: predicted {predicted}, needs {least}");
        }
    }
}

#[test]
fn heads_and_tails_are_those_that_were_recorded_on_a_host() {
    for (name, recorded) in [("arena.csv", 24), ("kinds_arena.csv", 80), ("heads_arena.csv", 60)] {
        let fixture = fixture(name);
        assert_eq!(fixture.len(), recorded);
        for row in &fixture {
            let network = network(row);
            let arena = Arena::of(&network, format(row), Platform::HOST).unwrap();
            let recorded = ["arena_head", "arena_tail"].map(|column| number(row, column, 0));
            assert_eq!(
                [arena.head, arena.tail],
                recorded.map(|bytes| Bytes(bytes.into())),
                "{network}"
            );
            assert!(arena.total() >= arena.used());
        }
    }
}
