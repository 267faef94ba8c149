//! Compares the memory that trainings take with the estimates made before them.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

use danas_model::{
    Engine, Keep, ModelError, NativeEngine, Optimizer, Samples, Sgd, TrainConfig, Training,
    Workload,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::Array4;

fn network(shape: Shape, layers: &str, dense: u32) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(shape, &architecture, 2).unwrap()
}

#[test]
fn the_native_engine_never_takes_more_than_it_says_and_not_much_less() {
    let engine = NativeEngine::new();
    for (shape, layers, dense, examples, validation) in [
        (Shape::new(39, 8, 1), "2x3R 2x5S", 10, 64, 0),
        (Shape::new(39, 15, 1), "4x5R 2x5S 2x5S", 10, 64, 32),
        (Shape::new(80, 118, 1), "8x3R 8x3R", 10, 48, 0),
        (Shape::new(80, 118, 1), "8x3R 8x3R", 10, 16, 16),
        (Shape::new(256, 118, 1), "16x5S 2x5R", 10, 16, 0),
        (Shape::new(80, 118, 2), "32x3R 16x3R", 40, 16, 3),
        (Shape::new(80, 118, 1), "16x3/2pR d32x3R max2 d32x3/2pR gap", 10, 48, 0),
        (Shape::new(61, 80, 1), "8x5pR avg2 8x3pR max3/2", 100, 300, 100),
        (Shape::new(30, 30, 1), "64x3R", 16, 20, 20),
        (Shape::new(61, 80, 1), "drop10 16x5pR drop25 8x3pR max3/2 drop30", 100, 30, 10),
        (Shape::new(80, 118, 1), "24xHx3R max1x2 24xHx3R gap", 0, 48, 16),
        (Shape::new(39, 39, 1), "8x3R max2", 0, 64, 16),
        (Shape::new(39, 39, 1), "flatten", 0, 64, 0),
        (Shape::new(256, 118, 2), "flatten", 0, 32, 16),
        (Shape::new(256, 118, 1), "flatten", 40, 32, 16),
        (Shape::new(80, 118, 2), "gap", 0, 32, 0),
    ] {
        let network = network(shape, layers, dense);
        let features = |count| {
            let value = |(n, y, x, _): (usize, usize, usize, usize)| ((n + 3 * y + x) % 7) as f32;
            Array4::from_shape_fn((count, shape.height, shape.width, shape.channels), value)
        };
        let labels = |count| (0..count).map(|n| n % 2).collect::<Vec<usize>>();
        let (learnt, judged) = (features(examples), features(validation.max(1)));
        let (names, others) = (labels(examples), labels(validation.max(1)));
        for (keep, optimizer) in
            [(Keep::Last, Optimizer::default()), (Keep::Best, Optimizer::Sgd(Sgd::default()))]
        {
            let mut config = TrainConfig::default();
            (config.epochs, config.optimizer) = (2, optimizer);
            if keep == Keep::Best {
                config.augmentation.time_shift = 0.1;
                config.augmentation.time_masks = 2;
                config.augmentation.mix_up = 0.5;
            }
            if validation > 0 {
                config.keep = keep;
            }
            if keep == Keep::Best {
                (config.head_dropout, config.weight_average) = (0.25, Some(0.9));
            }
            let samples = Samples::new(learnt.view(), &names, 2).unwrap();
            let mut training = Training::new(&network, samples, &config, 3).unwrap();
            let versions = if keep == Keep::Best { 2 } else { 0 };
            let altered = features(versions * examples);
            training = training.with_versions(altered.view()).unwrap();
            if validation > 0 {
                let samples = Samples::new(judged.view(), &others, 2).unwrap();
                training = training.with_validation(samples).unwrap();
            }
            let workload =
                Workload { network: &network, config: &config, examples, validation, versions };
            let told = engine.peak_memory(&workload).unwrap().unwrap();
            let taken = allocation_counter::measure(|| {
                engine.train(&training).unwrap();
            });
            let taken = taken.bytes_max;
            assert!(taken <= told, "{network}, {keep:?}: {taken} B taken, {told} B told");
            let large = taken > 4_000_000;
            let bound = if large { taken + taken / 4 } else { 2 * taken + 100_000 };
            assert!(told <= bound, "{network}, {keep:?}: {taken} B taken, {told} B told");
        }
    }
}

/// Each of these trainings takes more memory than any machine has, or more than can be counted.
#[test]
fn what_an_absurd_training_takes_is_told_in_little_memory() {
    let engine = NativeEngine::new();
    let config = TrainConfig::default();
    for (shape, layers, dense, examples) in [
        (Shape::new(40_000, 40_000, 1), "64x3R 64x3R", 10, 100),
        (Shape::new(40_000, 40_000, 1), "d64x3/2pR max2 64x5pR", 1000, 100),
        (Shape::new(usize::MAX / 8, 1, 1), "1x1R", 1, 1),
        (Shape::new(1, usize::MAX / 32, 1), "avg1x2/1 1x1x2/1x3pR", 1, usize::MAX),
        (Shape::new(1 << 31, 1 << 31, 1), "max2 gap", 4, usize::MAX),
        (Shape::new(usize::MAX, 2, 2), "max2 gap", 4, 1),
        (Shape::new(8, 8, 1), "2x3R", u32::MAX, usize::MAX),
        (Shape::new(40_000, 40_000, 1), "flatten", 0, 100),
    ] {
        let network = network(shape, layers, dense);
        let workload =
            Workload { network: &network, config: &config, examples, validation: 0, versions: 0 };
        let mut told = None;
        let taken = allocation_counter::measure(|| told = Some(engine.peak_memory(&workload)));
        assert!(taken.bytes_max < 10_000, "{network}: {} bytes taken", taken.bytes_max);
        match told.unwrap() {
            Err(ModelError::OutOfMemory { .. }) => {}
            told => assert!(told.unwrap().unwrap() > 1 << 40, "{network}"),
        }
    }
}
