//! Whole searches over a custom kind of data.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    ops::ControlFlow,
    rc::Rc,
    sync::Arc,
};

use danas::{
    Assessment, Costs, DataAwareSearch, DeployedFormat, JudgingConfig, Limit, Part, Quantity,
    Report, SearchConfig, SearchError, SettingsError, Split, SplitConfig, StrategyConfig, Target,
    evo::{Excess, Observer, Outcome, Progress, Record, StopReason, Verdict},
    model::ModelError,
    size::Device,
    space::Candidate,
};

use crate::support::tables::tables;
use crate::support::{Resolution, Resolutions, Squares, Untrained, space};

type SquareSearch = DataAwareSearch<Resolutions, &'static Squares>;
type SquareRecord = Record<Candidate<Resolution>, Assessment>;

fn squares() -> &'static Squares {
    Box::leak(Box::new(Squares::new()))
}

fn search(sizes: &[usize], config: SearchConfig) -> SquareSearch {
    DataAwareSearch::new(space(sizes), squares(), Arc::new(Untrained)).settings(config)
}

fn config(evaluations: usize) -> SearchConfig {
    let judging = JudgingConfig::single();
    SearchConfig { evaluations, seed: 5, test_seeds: 2, judging, ..SearchConfig::default() }
}

#[test]
fn the_number_of_workers_does_not_change_the_tables() {
    let run = |workers| {
        tables(&search(&[8, 12, 16], SearchConfig { workers, ..config(80) }).run().unwrap())
    };
    let alone = run(1);
    assert_eq!(alone.0.len(), 81);
    assert_eq!(alone, run(1));
    assert_eq!(alone, run(2));
    assert_eq!(alone, run(4));
    let other_seed =
        tables(&search(&[8, 12, 16], SearchConfig { seed: 6, ..config(80) }).run().unwrap());
    assert_ne!(alone, other_seed);
}

#[test]
fn random_search_repeats_itself_too() {
    let run = |workers| {
        let strategy = StrategyConfig::Random;
        tables(&search(&[8, 12], SearchConfig { strategy, workers, ..config(40) }).run().unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn no_candidate_is_evaluated_twice() {
    let report = search(&[8, 12, 16], config(120)).run().unwrap();
    let distinct: HashSet<_> = report.outcome.records.iter().map(|it| &it.genome).collect();
    assert_eq!(distinct.len(), 120);
}

#[test]
fn a_space_smaller_than_the_budget_ends_the_search() {
    let small =
        danas::space::ArchitectureSpace::builder().filters([2]).max_depth(1).build().unwrap();
    let space = danas::space::SearchSpace::new(Resolutions(vec![8, 12]), small);
    let search = DataAwareSearch::new(space, squares(), Arc::new(Untrained)).settings(config(100));
    let outcome = search.run().unwrap().outcome;
    assert_eq!(outcome.stop, StopReason::SpaceExhausted);
    assert_eq!(outcome.records.len(), 2 * 4);
}

#[test]
fn features_beyond_the_memory_are_infeasible_and_never_made() {
    // 36 squares to learn from and 12 to judge on, with 4 bytes for each value.
    let budget = |size: u64| danas::space::Bytes(48 * size * size * 4);
    let source = squares();
    let search = |budget| {
        DataAwareSearch::new(space(&[8, 16]), source, Arc::new(Untrained))
            .settings(config(40))
            .feature_memory(budget)
    };
    let report = search(budget(8)).run().unwrap();
    for record in &report.outcome.records {
        let memory = match &record.verdict {
            Verdict::Infeasible { reason } => reason.kind == "feature_memory",
            _ => false,
        };
        assert_eq!(memory, record.genome.granularity == Resolution(16), "{:?}", record.verdict);
    }
    source.asked_for.lock().unwrap().clear();
    let report = search(budget(4)).run().unwrap();
    assert!(report.front.is_empty());
    assert_eq!(report.outcome.reasons()[0].example.kind, "feature_memory");
    assert!(source.asked_for.lock().unwrap().is_empty());
}

#[test]
fn the_search_never_sees_the_test_part() {
    let source = squares();
    let split = SplitConfig::default();
    let seen_by_search: Rc<RefCell<HashSet<usize>>> = Rc::default();
    let seen = Rc::clone(&seen_by_search);
    let report = DataAwareSearch::new(space(&[8, 12]), source, Arc::new(Untrained))
        .split(split.clone())
        .settings(config(40))
        .observer(move |_: &Progress<'_, Candidate<Resolution>, Assessment>| {
            seen.borrow_mut().extend(source.asked_for.lock().unwrap().iter());
            ControlFlow::Continue(())
        })
        .run()
        .unwrap();
    let labels: Vec<usize> = (0..60).map(|example| example % 2).collect();
    let names = ["dark", "bright"].map(str::to_owned);
    let parts = Split::new(&split, &labels, None, &names).unwrap();
    let test: HashSet<usize> = parts.part(Part::Test).iter().copied().collect();
    let seen_by_search = seen_by_search.borrow();
    assert_eq!(seen_by_search.len(), 60 - test.len());
    assert!(seen_by_search.is_disjoint(&test));
    assert!(report.front.iter().all(|member| member.test.len() == 2));
}

#[test]
fn a_hard_limit_bounds_the_front_and_says_why_others_are_infeasible() {
    let limits = vec![Limit::hard(Quantity::ModelSize, 6000.0)];
    let report = search(&[8, 12, 16], SearchConfig { limits, ..config(100) }).run().unwrap();
    for member in &report.front {
        assert!(member.assessment().unwrap().costs.model_size.get() <= 6000);
    }
    let refused = report.outcome.records.iter().filter_map(|record| record.verdict.reason());
    let refused: Vec<_> = refused.filter(|reason| reason.kind == "model_size").collect();
    assert!(!refused.is_empty());
    for reason in refused {
        let Excess { value, bound } = reason.excess.unwrap();
        assert!(value > bound && bound == 6000.0, "{reason}");
        assert_eq!(reason.text, format!("model_size of {value} is above the limit of 6000"));
    }
}

/// Returns a device with this much memory, in bytes. It takes half a second for each
/// multiply-accumulate of a convolution, and no time for anything else.
fn device(flash: u64, ram: u64) -> Target {
    let cycles = "{ operator = 0, conv_2d = 1, depthwise_conv_2d = 0, fully_connected = 0, \
                  logistic = 0, softmax = 0, pool_2d = 0 }";
    let profile = format!(
        "name = 'slow'\nflash = {flash}\nram = {ram}\nclock = 2\n\
         joules_per_cycle = 3\nfloat32 = {cycles}\nint8 = {cycles}"
    );
    Target { device: Device::from_toml(&profile).unwrap(), format: DeployedFormat::Int8 }
}

#[test]
fn what_does_not_fit_the_device_is_infeasible_and_says_why() {
    let run = |flash, ram| {
        // Other strategies do not ask for candidates that are known not to fit.
        let strategy = StrategyConfig::Random;
        let config = SearchConfig { strategy, ..config(60) };
        search(&[8, 12, 16], config).target(device(flash, ram)).run().unwrap()
    };
    let roomy = run(1 << 20, 1 << 20);
    let costs = |record: &SquareRecord| record.verdict.detail().map(|it| it.costs.clone());
    let seen: Vec<Costs> = roomy.outcome.records.iter().filter_map(|it| costs(it)).collect();
    let middle = |mut values: Vec<u64>| {
        values.sort_unstable();
        values[values.len() / 2]
    };
    let flash = middle(seen.iter().map(|it| it.flash(DeployedFormat::Int8).get()).collect());
    let ram = middle(seen.iter().map(|it| it.ram(DeployedFormat::Int8).get()).collect());
    for (kind, flash, ram) in [("device_flash", flash, 1 << 20), ("device_ram", 1 << 20, ram)] {
        let report = run(flash, ram);
        let records = || report.outcome.records.iter();
        for costs in records().filter_map(|it| costs(it)) {
            assert!(costs.flash(DeployedFormat::Int8).get() <= flash);
            assert!(costs.ram(DeployedFormat::Int8).get() <= ram);
        }
        let refused = records().filter_map(|it| it.verdict.reason());
        let refused: Vec<_> = refused.filter(|it| it.kind == kind).collect();
        assert!(!refused.is_empty() && refused.iter().all(|it| it.text.ends_with("of slow")));
    }
}

#[test]
fn latency_and_energy_are_those_of_the_device() {
    let objectives = vec![Quantity::Accuracy, Quantity::Latency, Quantity::Energy];
    let settings = SearchConfig { objectives, ..config(20) };
    let refused = search(&[8], settings.clone()).run().unwrap_err();
    assert!(
        matches!(
            refused.error,
            SearchError::Settings(SettingsError::NoDevice { quantity: Quantity::Latency })
        ),
        "{refused}"
    );

    let report = search(&[8, 12], settings).target(device(1 << 20, 1 << 20)).run().unwrap();
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let network = record.genome.network(2).unwrap();
        let dense = network.flattened() as u64 * 10 + 10 * 2;
        let seconds = (network.macs() - dense) as f64 / 2.0;
        assert_eq!(assessment.value(Quantity::Latency), Some(seconds));
        assert_eq!(assessment.value(Quantity::Energy), Some(seconds * 2.0 * 3.0));
    }
}

#[test]
fn a_soft_limit_costs_its_excess() {
    let limits = vec![Limit::soft(Quantity::ModelSize, 6000.0, 3.0)];
    let report = search(&[8, 12, 16], SearchConfig { limits, ..config(60) }).run().unwrap();
    let mut penalised = 0;
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let size = assessment.value(Quantity::ModelSize).unwrap();
        let expected = 3.0 * ((size - 6000.0) / 6000.0).max(0.0);
        assert_eq!(record.scores().unwrap().penalty(), expected);
        penalised += usize::from(expected > 0.0);
    }
    assert!(penalised > 0);
}

#[test]
fn the_accuracy_of_integers_is_judged_where_it_is_asked_for() {
    let int8 = |record: &SquareRecord| record.verdict.detail()?.value(Quantity::Int8Accuracy);
    let report = search(&[8], config(10)).run().unwrap();
    assert!(report.outcome.records.iter().all(|record| int8(record).is_none()));

    let objectives = vec![Quantity::Int8Accuracy, Quantity::Int8Size];
    let run = |workers| {
        let objectives = objectives.clone();
        search(&[8, 12], SearchConfig { objectives, workers, ..config(20) })
    };
    let tables = |workers| tables(&run(workers).run().unwrap());
    assert_eq!(tables(1), tables(3));
    let report = run(1).run().unwrap();
    let feasible: Vec<_> =
        report.outcome.records.iter().filter(|it| it.scores().is_some()).collect();
    assert!(feasible.iter().all(|it| int8(it).is_some_and(|share| (0.0..=1.0).contains(&share))));
    // Untrained networks classify some squares correctly, and others not.
    assert!(feasible.iter().any(|it| int8(it) != int8(feasible[0])));
    let judged = report.front.iter().map(|member| member.test(Quantity::Int8Accuracy));
    assert!(judged.into_iter().all(|spread| spread.is_some()));
}

#[test]
fn ranks_and_balance_are_objectives_and_limits() {
    let objectives = vec![Quantity::BalancedAccuracy, Quantity::RocAuc];
    let limits = vec![Limit::hard(Quantity::RocAuc, 0.5)];
    let report = search(&[8, 12], SearchConfig { objectives, limits, ..config(20) }).run().unwrap();
    let mut ranked = 0;
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let [balanced, area] = [Quantity::BalancedAccuracy, Quantity::RocAuc]
            .map(|quantity| assessment.value(quantity).unwrap());
        assert_eq!(record.scores().unwrap().values(), [balanced, area]);
        // The engine ranks squares by their brightness, whatever its threshold.
        assert!((0.5..=1.0).contains(&area));
        ranked += usize::from(area == 1.0 && balanced == 0.5);
    }
    assert!(ranked > 0);
}

#[test]
fn several_trainings_give_their_mean_and_spread() {
    let run = |workers, trainings| {
        let settings = SearchConfig { workers, trainings, ..config(30) };
        search(&[8, 12], settings).run().unwrap()
    };
    assert_eq!(tables(&run(1, 3)), tables(&run(3, 3)));
    let mut spread = 0;
    let report = run(1, 3);
    let records = report.outcome.records.iter();
    for (record, assessment) in records.filter_map(|it| Some((it, it.verdict.detail()?))) {
        let values: Vec<f64> = assessment.trainings.iter().map(|it| it.quality.accuracy).collect();
        let seeds: HashSet<u64> = assessment.trainings.iter().map(|it| it.record.seed).collect();
        assert_eq!((values.len(), seeds.len()), (3, 3));
        assert!(seeds.contains(&record.seed));
        let mean = values.iter().sum::<f64>() / 3.0;
        assert_eq!(assessment.value(Quantity::Accuracy), Some(mean));
        assert_eq!(record.scores().unwrap().values()[0], mean);
        assert_eq!(assessment.quality.confusion.counts().sum(), 3 * 12);
        let of_three = assessment.spread(Quantity::Accuracy).unwrap();
        assert_eq!(of_three.mean, mean);
        spread += usize::from(of_three.deviation > 0.0);
    }
    assert!(spread > 0);

    // The first training is the same as in a search with one training.
    let (one, three) = (run(1, 1), run(1, 3));
    let first = |report: &Report<Resolution>| {
        report.outcome.records[0].verdict.detail().unwrap().trainings[0].clone()
    };
    assert_eq!(first(&one), first(&three));
    let refused = search(&[8], SearchConfig { trainings: 0, ..config(5) }).run().unwrap_err();
    assert!(matches!(refused.error, SearchError::Settings(SettingsError::NoTrainings)));
}

#[test]
fn a_space_without_a_feasible_candidate_says_why() {
    // A 3x3 kernel does not fit into two rows.
    let report = search(&[2], config(20)).run().unwrap();
    assert!(report.front.is_empty() && report.recommended.is_none() && !report.is_interrupted);
    let [reason] = &report.outcome.reasons()[..] else { panic!("one kind of reason") };
    assert_eq!((reason.count, reason.example.kind.as_str()), (20, "kernel_exceeds_input"));
    assert!(reason.example.text.contains("kernel does not fit an input of 2x2x1"));
}

#[test]
fn an_observer_stops_the_search_and_the_front_is_still_reported() {
    let seen = Rc::new(Cell::new(0));
    let counter = Rc::clone(&seen);
    let report = search(&[8, 12], config(50))
        .observer(move |_: &Progress<'_, Candidate<Resolution>, Assessment>| {
            counter.set(counter.get() + 1);
            if counter.get() == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .run()
        .unwrap();
    assert_eq!((seen.get(), report.outcome.records.len()), (7, 7));
    assert_eq!(report.outcome.stop, StopReason::Observer);
    assert!(!report.front.is_empty());
}

#[test]
fn an_observer_hears_of_the_end() {
    struct End(Rc<Cell<usize>>);
    impl Observer<Candidate<Resolution>, Assessment> for End {
        fn evaluated(
            &mut self,
            _: &Progress<'_, Candidate<Resolution>, Assessment>,
        ) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
        fn finished(&mut self, outcome: &Outcome<Candidate<Resolution>, Assessment>) {
            self.0.set(outcome.records.len());
        }
    }
    let end = Rc::new(Cell::new(0));
    search(&[8, 12], config(20)).observer(End(Rc::clone(&end))).run().unwrap();
    assert_eq!(end.get(), 20);
}

#[test]
fn illegal_settings_are_refused_by_name() {
    let named = |search: SquareSearch, culprit: &str| {
        let error = search.run().unwrap_err().to_string();
        assert!(error.contains(culprit), "{error}");
    };
    named(search(&[], config(5)), "resolution");
    named(search(&[8], config(0)), "evaluations");
    named(search(&[8], SearchConfig { workers: 0, ..config(5) }), "workers");
    named(search(&[8], SearchConfig { objectives: vec![], ..config(5) }), "objectives");
    let twice = vec![Quantity::Accuracy, Quantity::Accuracy];
    named(search(&[8], SearchConfig { objectives: twice, ..config(5) }), "accuracy");
    let limits = vec![Limit::hard(Quantity::InputBuffer, -1.0)];
    named(search(&[8], SearchConfig { limits, ..config(5) }), "input_buffer");
    named(search(&[8], config(5)).positive("blue"), "blue");
    let split = SplitConfig { test: 1.0, ..SplitConfig::default() };
    named(search(&[8], config(5)).split(split), "test");
    let mut training = danas::model::TrainConfig::default();
    training.batch_size = 0;
    let error = search(&[8], config(5)).training(training).run().unwrap_err();
    assert!(matches!(error.error, SearchError::Model(ModelError::Config { .. })), "{error}");
}
