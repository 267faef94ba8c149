//! The arrays of an `.npz` file.

use std::{fs::File, io::BufReader, path::Path};

use ndarray::{Array1, ArrayD, Dimension, OwnedRepr};
use ndarray_npy::{NpzReader, ReadableElement};

use super::{
    element::{Entry, Number},
    error::NpzError,
};

/// An `.npz` file, and the names of its arrays that have no purpose yet.
pub(super) struct Archive<'a> {
    path: &'a Path,
    reader: NpzReader<BufReader<File>>,
    names: Vec<String>,
    unused: Vec<String>,
}

impl<'a> Archive<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, NpzError> {
        let file =
            File::open(path).map_err(|source| NpzError::Read { path: path.to_owned(), source })?;
        let broken = |source: ndarray_npy::ReadNpzError| NpzError::Archive {
            path: path.to_owned(),
            source: source.into(),
        };
        let mut reader = NpzReader::new(BufReader::new(file)).map_err(broken)?;
        let names = reader.names().map_err(broken)?;
        Ok(Self { path, reader, unused: names.clone(), names })
    }

    /// Takes the array of this name, or else the first one of the default names.
    pub(super) fn needed(
        &mut self,
        purpose: &'static str,
        name: Option<&str>,
        defaults: &[&str],
    ) -> Result<String, NpzError> {
        self.optional(name, defaults)?.ok_or_else(|| NpzError::NoDefault {
            path: self.path.to_owned(),
            purpose,
            defaults: defaults.iter().copied().map(str::to_owned).collect(),
            known: self.names.clone(),
        })
    }

    /// Takes the array of this name, or else the first one of the default names, if there is one.
    pub(super) fn optional(
        &mut self,
        name: Option<&str>,
        defaults: &[&str],
    ) -> Result<Option<String>, NpzError> {
        let found = match name {
            Some(name) if self.names.iter().any(|known| known == name) => name,
            Some(name) => {
                let (path, array) = (self.path.to_owned(), name.to_owned());
                return Err(NpzError::NoArray { path, array, known: self.names.clone() });
            }
            None => {
                let is_unused = |name: &&&str| self.unused.iter().any(|unused| unused == **name);
                let Some(name) = defaults.iter().find(is_unused) else { return Ok(None) };
                name
            }
        };
        self.unused.retain(|unused| unused != found);
        Ok(Some(found.to_owned()))
    }

    /// Reads numbers in any shape.
    pub(super) fn numbers(&mut self, name: &str) -> Result<ArrayD<f32>, NpzError> {
        Ok(self.read::<Number, _>(name)?.mapv(|Number(value)| value))
    }

    /// Reads integers or names.
    pub(super) fn entries(&mut self, name: &str) -> Result<Vec<Entry>, NpzError> {
        let entries: Array1<Entry> = self.read(name)?;
        Ok(entries.into_iter().collect())
    }

    fn read<T: ReadableElement, D: Dimension>(
        &mut self,
        name: &str,
    ) -> Result<ndarray::Array<T, D>, NpzError> {
        self.reader.by_name::<OwnedRepr<T>, D>(name).map_err(|source| NpzError::Array {
            path: self.path.to_owned(),
            array: name.to_owned(),
            source: source.into(),
        })
    }
}
