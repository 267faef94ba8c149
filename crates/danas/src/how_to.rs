//! Short answers to "how do I …", each of which compiles and runs.
//!
//! # Search for a board, within limits
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::{DeviceConfig, Limit, Quantity, default_engine};
//!
//! let mut config = config();
//! config.device = Some(DeviceConfig {
//!     board: Some("nucleo_l4r5zi".into()),
//!     ..DeviceConfig::default()
//! });
//! config.search.objectives = vec![Quantity::Accuracy, Quantity::Latency];
//! config.search.limits = vec![Limit::hard(Quantity::Int8Size, 30_000.0)];
//!
//! let report = config.prepare(default_engine())?.run()?;
//! let fastest = report.best(Quantity::Latency).ok_or("the front is empty")?;
//! println!("{}", fastest.candidate());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Resume a search
//!
//! With a journal, the same search continues where it was interrupted. Raise `evaluations` to go
//! further:
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::default_engine;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("journal.jsonl");
//! let mut config = config();
//! config.search.evaluations = 2;
//! config.prepare(default_engine())?.journal(&path).run()?;
//!
//! config.search.evaluations = 4;
//! let report = config.prepare(default_engine())?.journal(&path).run()?;
//! assert_eq!(report.outcome.records.len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Observe a search, and stop it
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use std::ops::ControlFlow;
//!
//! use danas::{Assessment, default_engine, evo::Progress, space::{AudioGranularity, Candidate}};
//!
//! let observer = |progress: &Progress<'_, Candidate<AudioGranularity>, Assessment>| {
//!     println!("{} of {}: {}", progress.evaluations, progress.budget, progress.record.genome);
//!     if progress.evaluations == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
//! };
//! let report = config().prepare(default_engine())?.observer(observer).run()?;
//! assert_eq!(report.outcome.records.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Watch the epochs of every training, and stop from elsewhere
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::default_engine;
//!
//! let search = config().prepare(default_engine())?;
//! let handle = search.handle(); // may be sent to another thread
//! let report = search
//!     .epoch_observer(move |it| {
//!         println!("{}: epoch {}, loss {}", it.candidate, it.epoch.number, it.epoch.loss);
//!         handle.stop();
//!     })
//!     .run()?;
//! assert!(report.is_interrupted);
//! # Ok::<(), danas::Error>(())
//! ```
//!
//! # Choose who is tested
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::{Part, default_engine};
//!
//! let mut config = config();
//! config.split.test_groups = vec!["jackson".into()];
//! let search = config.prepare(default_engine())?;
//! let tested = search.parts()?.part(Part::Test).len();
//! println!("{tested} recordings by jackson");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Measure and evaluate one candidate
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::default_engine;
//!
//! let config = config();
//! let candidate = config.space.parse("8000 Hz mfcc mean, 16xHx3R gap > softmax")?;
//! let trainer = config.prepare(default_engine())?.trainer()?;
//!
//! let costs = trainer.measure(&candidate).map_err(|reason| reason.to_string())?;
//! let verdict = trainer.evaluate(&candidate, 7)?;
//! let assessment = verdict.detail().ok_or("it has no assessment")?;
//! println!("{}, accuracy {}", costs.int8_size, assessment.quality.accuracy);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Train one candidate, export it, load it, and classify a recording
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::{Classifier, default_engine, space::{Architecture, Candidate, DataSpace, parse_layers}};
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let config = config();
//! let granularity = config.space.data.granularities().next().ok_or("the space is empty")?;
//! let architecture = Architecture::new(parse_layers("16xHx3R gap")?, 0)?;
//! let candidate = Candidate::new(granularity, architecture);
//!
//! let trained = config.prepare(default_engine())?.trainer()?.train(&candidate, 7)?;
//! trained.export(folder, "word")?; // TensorFlow Lite files, C array, settings, card
//!
//! let classifier = Classifier::load(folder.join("word.safetensors"), default_engine())?;
//! assert_eq!(classifier.candidate().model.weights(), trained.model.weights());
//! let recording = danas_datasets::spoken_digits_folder().join("0/theo/0_theo_4.wav");
//! let answer = classifier.classify_file(recording)?;
//! println!("{}: {:.0} %", answer.class, 100.0 * answer.probability());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Export a whole front
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::default_engine;
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let report = config().prepare(default_engine())?.run()?;
//! for folder in report.export(folder)? {
//!     assert!(folder.join("model_int8.tflite").exists());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Search over your own kind of data
//!
//! A granularity states the shape and the memory of an example, a space lists the granularities,
//! and a source computes the features. Here, the data are temperatures of 24 hours, and the
//! granularity is how often they are measured:
//!
//! ```
//! use std::{convert::Infallible, fmt};
//!
//! use danas::space::{
//!     ArchitectureSpace, Axis, Bytes, DataSpace, Extent, Granularity, Infeasible, Scale,
//!     SearchSpace, Shape,
//! };
//! use danas::{DataAwareSearch, DataSource, SearchConfig, default_engine};
//! use ndarray::Array4;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
//! struct PerDay(usize);
//!
//! impl fmt::Display for PerDay {
//!     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         write!(f, "{} a day", self.0)
//!     }
//! }
//!
//! impl Granularity for PerDay {
//!     fn input_shape(&self) -> Result<Shape, Infeasible> {
//!         Ok(Shape::new(1, self.0, 1)) // height, width, channels
//!     }
//!     fn input_buffer(&self) -> Bytes {
//!         Bytes(2 * self.0 as u64) // 16-bit readings
//!     }
//!     fn fields(&self) -> Vec<(&'static str, String)> {
//!         vec![("per_day", self.0.to_string())]
//!     }
//! }
//!
//! #[derive(Debug, Serialize)]
//! struct Rates([usize; 3]);
//!
//! impl DataSpace for Rates {
//!     type Granularity = PerDay;
//!     fn axes(&self) -> Vec<Axis> {
//!         vec![Axis { name: "per_day", len: self.0.len(), scale: Scale::Ordered }]
//!     }
//!     fn at(&self, position: &[usize]) -> Option<PerDay> {
//!         self.0.get(*position.first()?).copied().map(PerDay)
//!     }
//!     fn position(&self, rate: &PerDay) -> Option<Vec<usize>> {
//!         Some(vec![self.0.iter().position(|&it| it == rate.0)?])
//!     }
//! }
//!
//! struct Days {
//!     classes: [String; 2],
//!     labels: Vec<usize>,
//! }
//!
//! impl DataSource for Days {
//!     type Granularity = PerDay;
//!     type Error = Infallible;
//!     fn classes(&self) -> &[String] {
//!         &self.classes
//!     }
//!     fn labels(&self) -> &[usize] {
//!         &self.labels
//!     }
//!     fn fingerprint(&self) -> String {
//!         "made up, version 1".to_owned() // a digest of the files, for data in files
//!     }
//!     fn features(&self, rate: &PerDay, days: &[usize]) -> Result<Array4<f32>, Infallible> {
//!         Ok(Array4::from_shape_fn((days.len(), 1, rate.0, 1), |(day, _, time, _)| {
//!             let hour = 24.0 * time as f32 / rate.0 as f32;
//!             let swing = if self.labels[days[day]] == 0 { 2.0 } else { 8.0 };
//!             15.0 + swing * (hour / 4.0).sin() + (days[day] % 7) as f32
//!         }))
//!     }
//! }
//!
//! let labels = [0, 1].repeat(40);
//! let days = Days { classes: ["cloudy", "sunny"].map(String::from), labels };
//! let architectures =
//!     ArchitectureSpace::builder().filters([2, 4]).kernels([Extent::new(1, 3)]).max_depth(2).build()?;
//! let space = SearchSpace::new(Rates([12, 24, 48]), architectures);
//! let settings = SearchConfig { evaluations: 4, ..SearchConfig::default() };
//! let report = DataAwareSearch::new(space, days, default_engine()).settings(settings).run()?;
//! assert!(!report.front.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Pin the engine
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::EngineChoice;
//!
//! let engine = "native-portable".parse::<EngineChoice>()?.engine()?; // the same on any machine
//! let report = config().prepare(engine)?.run()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Read and write a configuration
//!
//! ```
//! # fn config() -> danas::Config {
//! #     let mut config = danas::Config::preset(danas::Preset::Words);
//! #     config.data.folder = Some(danas_datasets::spoken_digits_folder());
//! #     config.data.classes = ["0", "1"].map(String::from).into();
//! #     (config.search.evaluations, config.training.steps) = (4, Some(20));
//! #     config.search.judging.folds = danas::FoldCount::Fixed(1);
//! #     config
//! # }
//! use danas::Config;
//!
//! let text = config().to_toml()?;
//! assert_eq!(Config::from_toml(&text)?, config());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To search over another kind of data, implement [`DataSpace`](crate::space::DataSpace) and
//! [`DataSource`](crate::DataSource), as `tests/support` of this crate does for squares of pixels.
