//! Runs a search strategy on a table that has the objectives of all candidates, for comparisons.
//!
//! ```text
//! cargo run --release --example tabular_search -- --table table.csv --genes ops \
//!     --mean acc=acc_s0,acc_s1,acc_s2 --maximise acc --minimise params,flops --log10 params,flops \
//!     --strategy random --evaluations 300 --seed 1 --output evaluated.csv
//! ```
//!
//! Nothing is trained: candidates are looked up in the table. Their genes are the characters of one
//! column.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]

use std::{
    collections::{BTreeSet, HashMap},
    error::Error,
    path::PathBuf,
    process::ExitCode,
    str::FromStr,
};

use clap::{Parser, ValueEnum};
use csv::StringRecord;
use danas::evo::{
    AgingEvolution, BayesianOptimisation, Direction, Duplicates, Evaluator, Gene, GeneticAlgorithm,
    GeneticAlgorithmSettings, Nsga2, Objective, RandomSearch, ReferencePoint, Scalarisation,
    Scores, ScoresError, Search, Strategy, Task, Term, Variation, Verdict, hypervolume, igd_plus,
    non_dominated_sort,
    rand::{Rng, RngExt},
};

/// Runs a search strategy on a table that has the objectives of all candidates, for comparisons.
#[derive(Debug, Parser)]
#[command(name = "tabular_search")]
struct Arguments {
    /// Table with one row for each candidate.
    #[arg(long, value_name = "FILE.csv")]
    table: PathBuf,
    /// Column whose characters are the genes.
    #[arg(long, value_name = "COLUMN")]
    genes: String,
    /// Define a column as the mean of others.
    #[arg(long, value_name = "NAME=A,B,C")]
    mean: Vec<Mean>,
    /// Objectives to minimise.
    #[arg(long, value_name = "A,B", value_delimiter = ',', required_unless_present = "maximise")]
    minimise: Vec<String>,
    /// Objectives to maximise.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    maximise: Vec<String>,
    /// Objectives to replace by their decimal logarithm.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    log10: Vec<String>,
    /// Search strategy.
    #[arg(long, value_enum, value_name = "NAME")]
    strategy: StrategyName,
    /// Number of candidates to evaluate.
    #[arg(long, default_value_t = 300)]
    evaluations: usize,
    /// Seed of the search.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// File for the rows of the evaluated candidates, in the order in which they were asked for.
    #[arg(long, value_name = "FILE.csv")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone)]
struct Mean {
    name: String,
    columns: Vec<String>,
}

impl FromStr for Mean {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, columns) = text.split_once('=').ok_or("expected NAME=A,B,C")?;
        let columns = columns.split(',').map(str::to_owned).collect();
        Ok(Self { name: name.to_owned(), columns })
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StrategyName {
    /// Random search without repeats.
    Random,
    /// The paper's genetic algorithm: sum of the scaled objectives, fixed tournaments, and repeats
    /// count as evaluations.
    Paper,
    /// A genetic algorithm with Pareto ranking and random tournaments, without repeats.
    Genetic,
    /// Aging evolution with random scalarisation, without repeats.
    AgingEvolution,
    /// Steady-state NSGA-II without repeats.
    Nsga2,
    /// Bayesian optimisation: NSGA-II whose offspring are chosen by a model of the table.
    Bayesian,
}

impl StrategyName {
    fn duplicates(self) -> Duplicates {
        if matches!(self, Self::Paper) { Duplicates::Reuse } else { Duplicates::Avoid }
    }

    fn build(self, objectives: &[Objective]) -> Result<Box<dyn Strategy<Genome>>, Box<dyn Error>> {
        Ok(match self {
            Self::Random => Box::new(RandomSearch),
            Self::Genetic => Box::new(GeneticAlgorithm::default()),
            Self::AgingEvolution => Box::new(AgingEvolution::default()),
            Self::Nsga2 => Box::new(Nsga2::default()),
            Self::Bayesian => Box::new(BayesianOptimisation::default()),
            Self::Paper => {
                let term = |objective: &Objective| {
                    // The gain of a value is its cost with the opposite sign.
                    Term::new(&*objective.name).weight(-objective.direction.cost(1.0))
                };
                let sum = Scalarisation::new(objectives.iter().map(term).collect::<Vec<_>>());
                Box::new(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(sum))?)
            }
        })
    }
}

/// Genome with one character for each gene.
type Genome = Vec<char>;

/// Table of all candidates: their genes, and the objectives of each.
struct Table {
    header: StringRecord,
    rows: Vec<StringRecord>,
    /// Row of each genome.
    positions: HashMap<Genome, usize>,
    /// Values of each gene that occur in the table.
    values: Vec<Vec<char>>,
    /// All these values, each of them once.
    characters: BTreeSet<char>,
    objectives: Vec<Objective>,
    /// Objectives of each row, scaled so that each of them runs from 0 to 1 over the table.
    scores: Vec<Scores>,
}

impl Table {
    fn read(arguments: &Arguments) -> Result<Self, Box<dyn Error>> {
        let mut reader = csv::Reader::from_path(&arguments.table)?;
        let header = reader.headers()?.clone();
        let rows = reader.records().collect::<Result<Vec<_>, _>>()?;

        let genes = position(&header, &arguments.genes)?;
        let genomes: Vec<Genome> = rows.iter().map(|row| row[genes].chars().collect()).collect();
        let mut values = vec![Vec::new(); genomes.first().map_or(0, Vec::len)];
        let mut positions = HashMap::new();
        for (row, genome) in genomes.into_iter().enumerate() {
            if genome.is_empty() || genome.len() != values.len() {
                return Err(format!("row {row} has the wrong gene count: {}", genome.len()).into());
            }
            for (gene, values) in genome.iter().zip(&mut values) {
                if !values.contains(gene) {
                    values.push(*gene);
                }
            }
            if let Some(twin) = positions.insert(genome, row) {
                return Err(format!("rows {twin} and {row} are the same candidate").into());
            }
        }

        let minimised = arguments.minimise.iter().map(Objective::minimise);
        let maximised = arguments.maximise.iter().map(Objective::maximise);
        let objectives: Vec<_> = minimised.chain(maximised).collect();
        if let Some(name) =
            arguments.log10.iter().find(|log| objectives.iter().all(|it| it.name != **log))
        {
            return Err(format!("--log10 names `{name}`, which is not an objective").into());
        }
        let columns = objectives
            .iter()
            .map(|objective| {
                let mean = arguments.mean.iter().find(|mean| mean.name == objective.name);
                let sources = mean.map_or(std::slice::from_ref(&objective.name), |it| &it.columns);
                let mut column = mean_of(&header, &rows, sources)?;
                if arguments.log10.contains(&objective.name) {
                    column.iter_mut().for_each(|value| *value = value.log10());
                }
                Ok(scaled(column))
            })
            .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        let scores = (0..rows.len())
            .map(|row| {
                Scores::new(&objectives, columns.iter().map(|it| it[row]).collect::<Vec<_>>())
            })
            .collect::<Result<_, _>>()?;
        let characters = values.iter().flatten().copied().collect();
        Ok(Self { header, rows, positions, values, characters, objectives, scores })
    }

    fn costs(&self, scores: &Scores) -> Vec<f64> {
        let values = self.objectives.iter().zip(scores.values());
        values.map(|(objective, value)| objective.direction.cost(*value)).collect()
    }

    fn random_gene(&self, gene: usize, rng: &mut dyn Rng) -> char {
        let values = &self.values[gene];
        values[rng.random_range(0..values.len())]
    }
}

/// Returns the index of a column.
fn position(header: &StringRecord, name: &str) -> Result<usize, String> {
    let columns = || header.iter().collect::<Vec<_>>().join(", ");
    let place = header.iter().position(|column| column == name);
    place.ok_or_else(|| format!("there is no column `{name}`; the columns are {}", columns()))
}

/// Returns the mean of some columns in each row.
fn mean_of(
    header: &StringRecord,
    rows: &[StringRecord],
    columns: &[String],
) -> Result<Vec<f64>, Box<dyn Error>> {
    let places =
        columns.iter().map(|name| position(header, name)).collect::<Result<Vec<_>, _>>()?;
    let mean = |(number, row): (usize, &StringRecord)| {
        let cells = places.iter().map(|place| row[*place].parse::<f64>());
        let sum: f64 =
            cells.sum::<Result<_, _>>().map_err(|error| format!("row {number}: {error}"))?;
        Ok(sum / places.len() as f64)
    };
    rows.iter().enumerate().map(mean).collect()
}

/// Scales the values from 0 for the smallest to 1 for the largest.
fn scaled(values: Vec<f64>) -> Vec<f64> {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let extent = if largest > least { largest - least } else { 1.0 };
    values.into_iter().map(|value| (value - least) / extent).collect()
}

impl Variation<Genome> for Table {
    fn sample(&self, rng: &mut dyn Rng) -> Genome {
        (0..self.values.len()).map(|gene| self.random_gene(gene, rng)).collect()
    }

    fn mutate(&self, parent: &Genome, rng: &mut dyn Rng) -> Option<Genome> {
        let variable: Vec<_> =
            (0..parent.len()).filter(|gene| self.values[*gene].len() > 1).collect();
        let gene = *variable.get(rng.random_range(0..variable.len().max(1)))?;
        let mut child = parent.clone();
        while child[gene] == parent[gene] {
            child[gene] = self.random_gene(gene, rng);
        }
        Some(child)
    }

    fn crossover(&self, left: &Genome, right: &Genome, rng: &mut dyn Rng) -> Genome {
        left.iter().zip(right).map(|(l, r)| if rng.random() { *l } else { *r }).collect()
    }

    fn genes(&self, genome: &Genome) -> Option<Vec<Gene>> {
        let own = genome.iter().map(|gene| Gene::Category(u32::from(*gene)));
        // A character means the same in every gene, so the number of its occurrences matters, too.
        let number = |value: &char| genome.iter().filter(|gene| *gene == value).count();
        let share = |value| Gene::Number(number(value) as f64 / genome.len() as f64);
        Some(own.chain(self.characters.iter().map(share)).collect())
    }

    fn cardinality(&self) -> Option<u128> {
        self.values.iter().try_fold(1_u128, |product, it| product.checked_mul(it.len() as u128))
    }
}

impl Evaluator<Genome> for Table {
    /// Index of the row.
    type Detail = usize;
    type Error = ScoresError;

    fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    fn evaluate(&self, genome: &Genome, _task: &Task) -> Result<Verdict<usize>, ScoresError> {
        Ok(match self.positions.get(genome) {
            Some(&row) => Verdict::feasible(self.scores[row].clone(), row),
            None => Verdict::infeasible("not in the table"),
        })
    }
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let table = Table::read(arguments)?;
    let outcome = Search::builder(&table, &table)
        .strategy(arguments.strategy.build(&table.objectives)?)
        .duplicates(arguments.strategy.duplicates())
        .evaluations(arguments.evaluations)
        .look_ahead(1)
        .seed(arguments.seed)
        .build()?
        .run()?;

    let corner = table.objectives.iter().map(|objective| match objective.direction {
        Direction::Minimise => 1.1,
        Direction::Maximise => -0.1,
    });
    let reference = ReferencePoint::of(&table.objectives, corner.collect::<Vec<_>>())?;
    let all: Vec<_> = table.scores.iter().map(|scores| table.costs(scores)).collect();
    let fronts = non_dominated_sort(&all);
    let front: Vec<_> = fronts.iter().take(1).flatten().map(|row| &all[*row]).collect();
    let found = outcome.front.iter().filter_map(|record| record.scores());
    let found: Vec<_> = found.map(|scores| table.costs(scores)).collect();
    let ratio = hypervolume(&found, &reference)? / hypervolume(&front, &reference)?;
    println!("hypervolume ratio {ratio:.6}");
    println!("IGD+ {:.6}", igd_plus(&found, &front)?);

    if let Some(path) = &arguments.output {
        let mut evaluated = csv::Writer::from_path(path)?;
        evaluated.write_record(&table.header)?;
        for row in outcome.records.iter().filter_map(|record| record.verdict.detail()) {
            evaluated.write_record(&table.rows[*row])?;
        }
        evaluated.flush()?;
    }
    Ok(())
}
