//! Writing the files of a trained candidate.

use std::{fs, io::Write, path::Path};

use danas_size::{
    CArray, ConversionError, Converter, DeployedFormat, FloatModel, arena_macros, resolver_header,
};
use danas_space::Granularity;

use super::{TrainedCandidate, answers, card::Card, error::ExportError, settings};

impl<G: Granularity> TrainedCandidate<G> {
    /// Writes the model in every format into `folder`, together with what firmware needs to use the
    /// int8 model. The folder is created if it is missing.
    ///
    /// | file | what |
    /// |---|---|
    /// | `NAME_float32.tflite`, `NAME_dynamic_range.tflite`, `NAME_int8.tflite` | the model, as TensorFlow 2.12 converts it |
    /// | `NAME_model.h`, `NAME_model.c` | the int8 model as an array, aligned to 16 bytes, and the bytes of its arena |
    /// | `NAME_resolver.h` | a C++ function that adds the int8 model's operators to TensorFlow Lite Micro's resolver |
    /// | `NAME_settings.h` | class names, preprocessing, standardisation and quantisation of the input |
    /// | `NAME_test.csv` | the examples of the test part, with the answers of the int8 model |
    /// | `firmware_fixed/`, `NAME_test_fixed.csv` | for sound: a C library of the int8 model that computes features in integers, and its answers |
    /// | `firmware/`, `firmware_float32/` | C libraries of the int8 and the float32 model with its preprocessing: see [`Library`](danas_firmware::Library) |
    /// | `NAME.safetensors` | the trained weights, as [`save`](Self::save) writes them |
    /// | `NAME.json`, `NAME.md` | a description with figures and costs, for firmware builds and for people |
    ///
    /// Each file is written atomically: it is either complete or absent.
    ///
    /// # Errors
    /// [`ExportError`] for a name that is not valid in C, a model that is too large for a file, and
    /// a folder that cannot be written to.
    pub fn export(&self, folder: impl AsRef<Path>, name: &str) -> Result<(), ExportError> {
        let folder = folder.as_ref();
        let floats = FloatModel::new(self.model.network(), self.model.weights().slices())?;
        let converter = Converter::default();
        let int8 = self.int8.write()?;
        let network = self.model.network();
        let operators = converter.operators(network).map_err(ConversionError::from)?;
        let resolver = resolver_header(name, &operators)?;
        let macros = arena_macros(name, network, DeployedFormat::Int8);
        let macros = macros.map_err(ConversionError::from)?;
        let array = CArray::with_macros(&format!("{name}_model"), &int8, &macros)?;
        let settings = settings::header(self, name);
        let card = Card::new(self, name).map_err(ConversionError::from)?;
        let json =
            serde_json::to_vec_pretty(&card).map_err(|error| ExportError::Card(error.into()))?;
        let libraries = self.libraries(name)?;
        create_folder(folder)?;
        let write = |ending: &str, bytes: &[u8]| {
            write_whole(&folder.join(format!("{name}_{ending}")), bytes)
        };
        write("float32.tflite", &converter.write_float32(&floats)?)?;
        write("dynamic_range.tflite", &converter.write_dynamic_range(&floats)?)?;
        write("int8.tflite", &int8)?;
        write("model.h", array.header.as_bytes())?;
        write("model.c", array.source.as_bytes())?;
        write("resolver.h", resolver.as_bytes())?;
        write("settings.h", settings.as_bytes())?;
        write_whole(&folder.join(format!("{name}.json")), &json)?;
        write_whole(&folder.join(format!("{name}.md")), card.text().as_bytes())?;
        let table = answers::table(&self.answers, &self.classes);
        let path = folder.join(format!("{name}_test.csv"));
        write_whole(
            &path,
            &table.map_err(|source| ExportError::Write { path: path.clone(), source })?,
        )?;
        if let Some(fixed) = &self.fixed_point {
            let path = folder.join(format!("{name}_test_fixed.csv"));
            let table = answers::table(&fixed.answers, &self.classes);
            let table =
                table.map_err(|source| ExportError::Write { path: path.clone(), source })?;
            write_whole(&path, &table)?;
        }
        for (path, text) in libraries {
            let path = folder.join(path);
            path.parent().map_or(Ok(()), create_folder)?;
            write_whole(&path, text.as_bytes())?;
        }
        self.save(folder.join(format!("{name}.safetensors")))
    }
}

fn create_folder(folder: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(folder)
        .map_err(|source| ExportError::Write { path: folder.to_owned(), source })
}

/// Writes a file atomically: after a crash, there is either the complete file or what was there
/// before.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let write = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        // By default only the owner may read a temporary file. Gives it the permissions of an
        // ordinary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| ExportError::Write { path: path.to_owned(), source })
}
