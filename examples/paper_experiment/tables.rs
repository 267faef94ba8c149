//! The paper's Table 3, and the comparison of the two experiments.

use std::{error::Error, fmt::Write, path::Path};

use danas::{FrontMember, Quantity, space::AudioGranularity};

use crate::experiment::{Experiment, Run, create, unwritable};

/// Accuracies at which systems are compared.
const ACCURACIES: [f64; 6] = [0.8, 0.85, 0.9, 0.95, 0.98, 1.0];

type Member = FrontMember<AudioGranularity>;

/// Writes the fronts with the columns of Table 3, whose figures are those on the test part. More
/// columns have what the paper left out: the figures on the validation part, by which the front was
/// chosen, and the sizes with the input buffer.
pub(crate) fn write_table3(path: &Path, runs: &[Run]) -> Result<(), Box<dyn Error>> {
    let mut writer = csv::Writer::from_writer(create(path)?);
    writer.write_record([
        "experiment",
        "run",
        "sample_rate",
        "preprocessing",
        "layers",
        "acc",
        "pre",
        "rec",
        "model_size",
        "validation_acc",
        "validation_pre",
        "validation_rec",
        "input_buffer",
        "total_size",
    ])?;
    for run in runs {
        for member in &run.report.front {
            let granularity = &member.candidate().granularity;
            let tested =
                |quantity| member.test(quantity).map_or(String::new(), |it| share(it.mean));
            let known = |quantity| {
                let value = member.assessment().and_then(|it| it.value(quantity));
                value.map_or(String::new(), |it| it.to_string())
            };
            let validated = |quantity| {
                let value = member.assessment().and_then(|it| it.value(quantity));
                value.map_or(String::new(), share)
            };
            writer.write_record([
                run.experiment.name().to_owned(),
                run.seed.to_string(),
                granularity.sample_rate.get().to_string(),
                granularity.representation.to_string(),
                member.candidate().architecture.to_string(),
                tested(Quantity::Accuracy),
                tested(Quantity::Precision),
                tested(Quantity::Recall),
                known(Quantity::ModelSize),
                validated(Quantity::Accuracy),
                validated(Quantity::Precision),
                validated(Quantity::Recall),
                known(Quantity::InputBuffer),
                known(Quantity::TotalSize),
            ])?;
        }
    }
    writer.flush().map_err(|error| unwritable(path, error))
}

fn share(value: f64) -> String {
    format!("{value:.3}")
}

/// Returns tables in Markdown: the smallest systems of both experiments at equal accuracy on the
/// test part, and what the searches took.
pub(crate) fn comparison(runs: &[Run]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let [aware, fixed] = Experiment::ALL;
    for (title, quantity) in [
        ("Smallest model", Quantity::ModelSize),
        ("Smallest model and input buffer together", Quantity::TotalSize),
    ] {
        writeln!(
            text,
            "| {title} with a test accuracy of at least | {} | {} | ratio |",
            aware.name(),
            fixed.name()
        )?;
        writeln!(text, "|---|---|---|---|")?;
        for accuracy in ACCURACIES {
            let of = |experiment| smallest(runs, experiment, accuracy, quantity);
            let (aware, fixed) = (of(aware), of(fixed));
            let system = |found: &Option<(f64, &Member)>| match found {
                Some((bytes, member)) => format!("{} ({})", kilobytes(*bytes), member.candidate()),
                None => "none".to_owned(),
            };
            let ratio = match (&aware, &fixed) {
                (Some((small, _)), Some((large, _))) => format!("{:.0}", large / small),
                _ => "–".to_owned(),
            };
            let percent = 100.0 * accuracy;
            writeln!(
                text,
                "| {percent:.0} % | {} | {} | {ratio} |",
                system(&aware),
                system(&fixed)
            )?;
        }
        writeln!(text)?;
    }
    writeln!(
        text,
        "| Search | evaluations | feasible | stopped | infeasible | failed | skipped | seconds | hypervolume |"
    )?;
    writeln!(text, "|---|---|---|---|---|---|---|---|---|")?;
    for Run { experiment, seed, report, course } in runs {
        let counts = report.outcome.counts();
        writeln!(
            text,
            "| {}, seed {seed} | {} | {} | {} | {} | {} | {} | {:.0} | {:.4} |",
            experiment.name(),
            counts.evaluations,
            counts.feasible,
            counts.stopped,
            counts.infeasible,
            counts.failed,
            counts.skipped,
            course.seconds,
            course.hypervolume(),
        )?;
    }
    Ok(text)
}

/// Returns the smallest member of all fronts that reaches `accuracy`, with its size.
fn smallest(
    runs: &[Run],
    experiment: Experiment,
    accuracy: f64,
    quantity: Quantity,
) -> Option<(f64, &Member)> {
    let runs = runs.iter().filter(|run| run.experiment == experiment);
    let members = runs.flat_map(|run| &run.report.front);
    let able =
        members.filter(|it| it.test(Quantity::Accuracy).is_some_and(|it| it.mean >= accuracy));
    let sized = able.filter_map(|it| Some((it.assessment()?.value(quantity)?, it)));
    sized.min_by(|a, b| a.0.total_cmp(&b.0))
}

fn kilobytes(bytes: f64) -> String {
    format!("{:.1} kB", bytes / 1000.0)
}
