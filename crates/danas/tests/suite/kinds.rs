//! Searches over images and motion, from a configuration to exported files.

#[cfg(feature = "audio")]
#[test]
fn label_tracks_and_a_manifest_exclude_each_other() {
    let text = "[data]\nlabel_tracks = true\nmanifest = { file = 'a.csv' }";
    let config = danas::Config::from_toml(text).unwrap();
    let error = config.prepare(danas::default_engine()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("exclude each other"), "{error}");
}

#[cfg(feature = "image")]
mod image {
    use danas::{
        ConfigFor, Image, ImagePreset, Manifest, SavedCandidate,
        data::DataSource,
        default_engine,
        space::{DataSpace, Granularity, ImageGranularity},
    };
    use ndarray::Array4;

    fn config() -> ConfigFor<Image> {
        let mut config = ConfigFor::<Image>::preset(ImagePreset::Image);
        config.data.folder = Some(danas_datasets::sign_digits_folder());
        config.data.classes = ["0", "5"].map(str::to_owned).into();
        config.search.evaluations = 3;
        config.training.steps = Some(15);
        config
    }

    #[test]
    fn an_int8_model_of_images_reads_the_bytes_of_the_camera() {
        let search = config().prepare(default_engine()).unwrap();
        let space = config().space;
        let trainer = search.trainer().unwrap();
        let candidate = space.parse("24x24 grey, 4x3/2pR gap > softmax").unwrap();
        let trained = trainer.train(&candidate, 1).unwrap();
        let (input, scaler) = (trained.int8.input(), trained.model.scaler().unwrap());
        assert!((input.scale - 1.0 / 128.0).abs() < 1e-8 && input.zero_point == 0, "{input:?}");
        for pixel in [0, 1, 100, 127, 128, 254, 255_u8] {
            let feature = Array4::from_elem((1, 24, 24, 1), f32::from(pixel) / 255.0);
            let read = scaler.transform(feature.view()).unwrap()[[0, 3, 5, 0]];
            assert_eq!(i16::from(input.quantise(read)), i16::from(pixel) - 128, "{pixel}");
        }
    }

    #[test]
    fn a_search_over_images_is_reported_exported_and_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let report = config().prepare(default_engine()).unwrap().run().unwrap();
        assert!(!report.front.is_empty());
        let member = &report.front[0];
        let trained = member.trained.as_ref().unwrap();
        trained.save(folder.path().join("model.safetensors")).unwrap();
        let saved =
            SavedCandidate::<ImageGranularity>::load(folder.path().join("model.safetensors"))
                .unwrap();
        assert_eq!(saved.candidate, *member.candidate());
        assert!(member.candidate().granularity.input_buffer().get() > 0);
    }

    #[test]
    fn spans_of_images_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let digits = danas_datasets::sign_digits_folder();
        let row = |class: &str| {
            let file = digits.join(class).read_dir().unwrap().next().unwrap().unwrap();
            format!("{},{class},0,1\n", file.path().display())
        };
        let table = format!("path,class,start,end\n{}{}", row("0"), row("5"));
        std::fs::write(folder.path().join("table.csv"), table).unwrap();
        let mut config = config();
        config.data.classes.clear();
        config.data.folder = None;
        config.data.manifest = Some(Manifest::new(folder.path().join("table.csv")));
        let error = config.prepare(default_engine()).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("an image has no time"), "{error}");
    }

    #[test]
    fn a_resolution_above_the_smallest_image_is_infeasible() {
        let text = "preset = 'image'\n[space.data]\nresolutions = [96, 128]";
        let mut config: ConfigFor<Image> = ConfigFor::from_toml(text).unwrap();
        config.data = self::config().data;
        let source = danas::ImageSource::open(
            danas::Dataset::from_folder_of(config.data.folder.clone().unwrap(), &["jpg"]).unwrap(),
            danas::Broken::Refuse,
        )
        .unwrap();
        let checked: Vec<bool> =
            config.space.data.granularities().map(|it| source.check(&it).is_ok()).collect();
        assert_eq!(checked, [true, true, false, false]);
    }
}

#[cfg(feature = "motion")]
mod motion {
    use danas::{
        ConfigFor, Manifest, Motion, MotionPreset, Part, Quantity, SavedCandidate, default_engine,
        space::MotionGranularity,
    };

    fn config() -> ConfigFor<Motion> {
        let mut config = ConfigFor::<Motion>::preset(MotionPreset::Motion);
        config.data.manifest = Some(Manifest::new(danas_datasets::basic_motions_table()));
        config.search.evaluations = 6;
        config.training.steps = Some(60);
        config
    }

    #[test]
    fn a_search_over_motion_keeps_the_published_split_and_suits_its_space_to_the_data() {
        let folder = tempfile::tempdir().unwrap();
        let search = config().prepare(default_engine()).unwrap();
        let parts = search.parts().unwrap();
        assert_eq!(parts.part(Part::Test).len(), 40);
        let report = search.run().unwrap();
        let member = report.best(Quantity::Accuracy).unwrap();
        let granularity = &member.candidate().granularity;
        assert!(granularity.rate.hertz() <= 10.0 && granularity.window.as_secs() <= 10);
        let trained = member.trained.as_ref().unwrap();
        assert!(trained.test.accuracy > 0.5, "{}", trained.test.accuracy);
        trained.save(folder.path().join("model.safetensors")).unwrap();
        let saved =
            SavedCandidate::<MotionGranularity>::load(folder.path().join("model.safetensors"))
                .unwrap();
        assert_eq!(saved.candidate, *member.candidate());
    }

    #[test]
    fn the_same_seed_gives_the_same_search_whatever_the_memory_and_the_workers() {
        let run = |workers: usize, memory: u64| {
            let mut config = config();
            config.search.workers = workers;
            config.data.memory = danas::space::Bytes(memory);
            let report = config.prepare(default_engine()).unwrap().run().unwrap();
            let records = report.outcome.records.iter();
            records.map(|it| format!("{:?} {:?}", it.genome, it.scores())).collect::<Vec<_>>()
        };
        assert_eq!(run(1, 4_000_000_000), run(3, 4_000_000));
    }

    #[test]
    fn pixels_are_no_scaling_of_other_features() {
        let mut config = config();
        config.training.scaling = danas::model::Scaling::Pixels;
        let report = config.prepare(default_engine()).unwrap().run().unwrap();
        assert!(report.front.is_empty());
        assert!(report.outcome.reasons()[0].example.to_string().contains("from 0 to 1"));
    }

    #[test]
    fn windows_and_channels_that_the_data_lack_make_candidates_infeasible() {
        let mut config = config();
        let text = "kind = 'motion'\n[space.data]\nseconds = [20.0]\nchannels = [['magnetometer']]";
        config.space.data = ConfigFor::<Motion>::from_toml(text).unwrap().space.data;
        let report = config.prepare(default_engine()).unwrap().run().unwrap();
        assert!(report.front.is_empty());
        let reasons = report.outcome.reasons();
        assert!(reasons[0].example.to_string().contains("magnetometer"), "{reasons:?}");
    }
}
