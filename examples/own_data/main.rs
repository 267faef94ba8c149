//! Searches over a kind of data that danas does not know: temperature curves in CSV files.
//!
//! `temperature.rs` is all that it takes. Without an argument, the example makes curves of ovens that
//! heat up and of ovens whose door is opened; the argument is a folder of your own, with one
//! sub-folder for each class. `docs/own-data.md` explains the file step by step.

#![allow(clippy::print_stdout)]

mod temperature;

use std::{
    error::Error,
    f32::consts::TAU,
    fs, io,
    path::{Path, PathBuf},
};

use danas::{
    ConfigFor, Report, default_engine,
    space::{ArchitectureSpace, Extent, rand::RngExt as _},
};
use danas_report::Records;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use temperature::{MINUTES, SENSORS, Sampling, Temperature};

fn main() -> Result<(), Box<dyn Error>> {
    let made = tempfile::tempdir()?;
    let folder = match std::env::args_os().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => make_curves(made.path())?,
    };
    let report = search(&config(&folder)?, Path::new("out/own_data"))?;
    for member in &report.front {
        println!("{}", member.candidate());
    }
    println!("out/own_data/report.html shows the search; the same command again resumes it");
    Ok(())
}

/// Searches, writes all records and exports the front. Resumes a search that is in `output` already.
fn search(
    config: &ConfigFor<Temperature>,
    output: &Path,
) -> Result<Report<Sampling>, Box<dyn Error>> {
    Ok(Records::create(output)?.run(config, config.prepare(default_engine())?)?)
}

fn config(folder: &Path) -> Result<ConfigFor<Temperature>, Box<dyn Error>> {
    let mut config = ConfigFor::<Temperature>::default();
    config.data.folder = Some(folder.to_owned());
    config.space.architecture = ArchitectureSpace::builder()
        .filters([2, 4, 8])
        .kernels([1, 3, 5].map(Extent::whole))
        .max_depth(2)
        .build()?;
    config.training.steps = Some(100);
    config.search.evaluations = 20;
    Ok(config)
}

/// Makes 20 curves of each class, with noise, and returns their folder. A closed oven approaches its
/// temperature; that of an open one swings around it.
fn make_curves(folder: &Path) -> io::Result<PathBuf> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for (class, swing) in [("closed", 0.0), ("open", 6.0)] {
        fs::create_dir_all(folder.join(class))?;
        for curve in 0..20 {
            let mut text = String::new();
            for minute in 0..MINUTES {
                let row = (0..SENSORS).map(|sensor| {
                    let warm = 180.0 * (1.0 - (-(minute as f32) / 30.0).exp());
                    let wave = swing * (TAU * minute as f32 / 25.0 + sensor as f32).sin();
                    let noise: f32 = rng.random_range(-8.0..8.0);
                    format!("{:.2}", warm + wave + noise)
                });
                text.push_str(&row.collect::<Vec<_>>().join(","));
                text.push('\n');
            }
            fs::write(folder.join(class).join(format!("{curve}.csv")), text)?;
        }
    }
    Ok(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use danas::{Config, SavedCandidate};
    use danas_report::{ReportError, Run};

    use super::{temperature::Samplings, *};

    fn small(folder: &Path) -> ConfigFor<Temperature> {
        let mut config = config(folder).unwrap();
        (config.search.evaluations, config.training.steps) = (5, Some(10));
        config
    }

    #[test]
    fn records_report_export_and_resume_work_for_another_kind_of_data() {
        let (data, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut config = small(&make_curves(data.path()).unwrap());
        let first = search(&config, output.path()).unwrap();
        let run = Run::read(&output).unwrap();
        assert_eq!((run.config.kind.as_str(), run.evaluations.len()), ("temperature", 5));
        assert!(run.evaluations.iter().all(|it| !it.field("interval").is_empty()));
        let page = fs::read_to_string(output.path().join("report.html")).unwrap();
        assert!(page.contains("interval") && page.contains("sensors"));
        let split = fs::read_to_string(output.path().join("split.csv")).unwrap();
        assert!(split.contains("closed/7.csv"), "{split}");

        let member = &first.front[0];
        let model = format!("front/evaluation_{}/model.safetensors", member.record.index);
        let saved = SavedCandidate::<Sampling>::load(output.path().join(model)).unwrap();
        assert_eq!(saved.candidate, *member.candidate());

        // The written configuration is the whole one, and resumes the search without a training.
        let written = output.path().join("config.toml");
        assert_eq!(ConfigFor::from_file(&written).unwrap(), config);
        let again = search(&config, output.path()).unwrap();
        assert_eq!(again.outcome.records, first.outcome.records);
        config.space.data = Samplings::default();
        config.search.seed += 1;
        let other = search(&config, output.path()).unwrap_err();
        assert!(matches!(other.downcast_ref(), Some(ReportError::Search(_))), "{other}");
        let audio = Config::from_file(&written).unwrap_err();
        let cause = audio.source().and_then(Error::source).unwrap().to_string();
        assert!(cause.contains("expected `audio`"), "{cause}");
    }

    #[test]
    fn curves_that_cannot_be_used_are_named() {
        let data = tempfile::tempdir().unwrap();
        let config = small(&make_curves(data.path()).unwrap());
        let broken = data.path().join("open/7.csv");
        let text = fs::read_to_string(&broken).unwrap();
        let refused = |text: &str| {
            fs::write(&broken, text).unwrap();
            let Err(error) = config.prepare(default_engine()) else { panic!("{text}") };
            assert!(error.to_string().contains("open/7.csv"), "{error}");
            let mut causes = std::iter::successors(error.source(), |&it| it.source());
            causes.next().map_or_else(|| error.to_string(), ToString::to_string)
        };
        assert!(refused(&text.replacen("0", "x", 1)).contains("invalid float"));
        assert!(refused(&text.replacen('\n', "\n1,2,3\n", 1)).contains("120 rows of 3"));
        assert!(refused("").contains("120 rows of 3"));
        let twin = fs::read_to_string(data.path().join("closed/3.csv")).unwrap();
        assert!(refused(&twin).contains("closed/3.csv"));
    }

    #[test]
    fn samplings_beyond_the_data_are_infeasible() {
        let (data, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let config = small(&make_curves(data.path()).unwrap());
        let space = "[space.data]\nintervals = [0]\nsensors = [1]\n";
        let text = format!("kind = 'temperature'\n{space}");
        let space = ConfigFor::<Temperature>::from_toml(&text).unwrap().space.data;
        let mut config = config.clone();
        config.space.data = space;
        assert!(search(&config, output.path()).unwrap().front.is_empty());
    }
}
