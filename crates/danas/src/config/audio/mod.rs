//! Searches over recordings: their settings, and presets to start from.

mod data;
mod modality;
mod preset;
mod presets;

pub use data::{CacheConfig, DataConfig, NoiseConfig, VersionsConfig};
pub use modality::{Audio, Config};
pub use preset::Preset;

#[cfg(test)]
mod tests {
    use std::{error::Error as _, fs};

    use super::*;
    use crate::config::ConfigError;

    #[test]
    fn what_is_wrong_with_a_file_is_named_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        fs::write(&path, "preset = 'words'\n[training]\nepoch = 3").unwrap();
        let refused = Config::from_file(&path).unwrap_err();
        assert_eq!(refused.to_string(), format!("cannot use {}", path.display()));
        let (mut causes, mut cause) = (Vec::new(), refused.source());
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        let [kind, place] = &causes[..] else { panic!("{causes:?}") };
        assert_eq!(kind, "the configuration is invalid");
        assert!(place.contains("line 3") && place.contains("`epoch`"), "{place}");
        let missing = Config::from_file(folder.path().join("none.toml")).unwrap_err();
        assert!(matches!(missing, ConfigError::Read { .. }));
    }
}
