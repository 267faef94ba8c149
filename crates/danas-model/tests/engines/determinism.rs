//! Tests that the same training gives the same bits.

#[cfg(feature = "torch")]
use std::thread;

#[cfg(feature = "torch")]
use danas_model::TorchEngine;
use danas_model::{Batches, Engine, InstructionSet, NativeEngine};
use danas_space::Shape;

use crate::setup::{bits, config, network, recipe, train};

pub(crate) fn a_seed_decides_every_bit(engine: &dyn Engine) {
    let network = network(Shape::new(39, 8, 1), "2x3R 2x5S", 10, 2);
    for batches in [Batches::Shuffled, Batches::Balanced] {
        let mut config = config(3);
        config.batches = batches;
        if batches == Batches::Balanced {
            recipe(&mut config);
        }
        let model = |seed| bits(&train(engine, &network, &config, seed).unwrap());
        assert_eq!(model(7), model(7));
        assert_ne!(model(7), model(8));
    }
}

/// The networks are large enough for libtorch to spread its operations over several threads if it
/// were allowed to. Another part of the process keeps asking it to do so.
#[cfg(feature = "torch")]
#[test]
fn trainings_side_by_side_are_as_if_alone() {
    let jobs = [
        ("8x3R 8x3S", Shape::new(80, 59, 1)),
        ("2x3R 2x5S", Shape::new(39, 8, 1)),
        ("16x5S 4x3R", Shape::new(60, 40, 1)),
        ("4x5R 2x5S 2x5R", Shape::new(39, 15, 1)),
    ];
    let result = |(layers, shape): (&str, Shape)| {
        bits(&train(&TorchEngine::cpu(), &network(shape, layers, 10, 2), &config(2), 7).unwrap())
    };
    let alone = jobs.map(result);
    tch::set_num_threads(4); // the initial setting of threads that are new to libtorch
    thread::scope(|scope| {
        let trainings: Vec<_> =
            jobs.iter().chain(&jobs).map(|&job| scope.spawn(move || result(job))).collect();
        let options = (tch::Kind::Float, tch::Device::Cpu);
        let matrix = tch::Tensor::ones([300, 300], options);
        while trainings.iter().any(|training| !training.is_finished()) {
            tch::set_num_threads(4);
            let _ = matrix.matmul(&matrix);
            tch::manual_seed(3);
            let _ = tch::Tensor::rand([10], options);
            tch::set_num_threads(1);
        }
        for (training, alone) in trainings.into_iter().zip(alone.iter().cycle()) {
            assert!(training.join().unwrap() == *alone, "a training was disturbed");
        }
    });
}

#[test]
fn the_native_engine_gives_the_same_bits_on_avx2_and_avx512() {
    let trained = [InstructionSet::Avx2, InstructionSet::Avx512].map(|set| {
        let engine = NativeEngine::with(set).ok()?;
        let layers = "4x3R d5x3/2pS drop20 max2 2x3pR";
        let network = network(Shape::new(19, 25, 2), layers, 10, 3);
        let mut all = config(3);
        recipe(&mut all);
        let trained = |config| bits(&train(&engine, &network, config, 7).unwrap());
        Some((engine.identity(), [trained(&config(3)), trained(&all)]))
    });
    let portable = NativeEngine::with(InstructionSet::Portable).unwrap().identity();
    if let [Some(avx2), Some(avx512)] = trained {
        assert!(avx2 == avx512);
        assert_ne!(avx2.0, portable);
    }
}
