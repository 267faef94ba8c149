//! Configurations and layers in the documentation are valid.

use danas::{Config, space::parse_layers};

const ARCHITECTURE: &str = include_str!("../../../../docs/architecture.md");

/// Returns the first block of TOML in a text.
fn toml_of(text: &str) -> Option<&str> {
    let (_, text) = text.split_once("```toml\n")?;
    Some(text.split_once("```")?.0)
}

#[test]
fn the_tutorials_configurations_are_some() {
    let mut tutorial = include_str!("../../../../docs/tutorial.md");
    let table = Config::from_toml(toml_of(tutorial).unwrap()).unwrap();
    assert_eq!(table.data.manifest.unwrap().group.as_deref(), Some("fold"));
    tutorial = tutorial.split_once("## 2.").unwrap().1;
    let config = Config::from_toml(toml_of(tutorial).unwrap()).unwrap();
    assert_eq!((config.search.judging.refit, config.search.limits.len()), (true, 1));
    assert!(config.device.is_some());
}

#[test]
fn the_axes_of_layers_are_settings() {
    let config = Config::from_toml(toml_of(ARCHITECTURE).unwrap()).unwrap();
    assert_ne!(config.space.architecture, Config::default().space.architecture);
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
}

#[test]
fn the_table_of_layers_has_their_text() {
    let (_, section) = ARCHITECTURE.split_once("## Layers\n").unwrap();
    let rows = section.lines().take_while(|line| !line.starts_with("```"));
    let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let mut layers = 0;
    for text in cells.flat_map(|cell| cell.split(", ")) {
        let text = text.trim_matches('`');
        assert_eq!(parse_layers(text).unwrap()[0].to_string(), text);
        layers += 1;
    }
    assert_eq!(layers, 14);
}
