//! The files of a whole front.

use std::path::{Path, PathBuf};

use danas_space::Granularity;

use super::ExportError;
use crate::{FrontMember, Report};

impl<G: Granularity> Report<G> {
    /// Writes every member of the front and every baseline into a folder of its own, `folder/evaluation_12` for that of
    /// evaluation 12, as [`TrainedCandidate::export`](crate::TrainedCandidate::export) does under the name
    /// `model`; returns these folders. Nothing is trained for it. Members that are not ready for a device
    /// are left out.
    ///
    /// # Errors
    /// [`ExportError`] names what cannot be written; folders before it are whole.
    pub fn export(&self, folder: impl AsRef<Path>) -> Result<Vec<PathBuf>, ExportError> {
        let baselines = self.baselines.iter().map(|(_, member)| member);
        let is_new = |it: &&FrontMember<G>| {
            !self.front.iter().any(|member| member.record.index == it.record.index)
        };
        let members = self.front.iter().chain(baselines.filter(is_new));
        let trained =
            members.filter_map(|member| Some((member.record.index, member.trained.as_ref()?)));
        trained
            .map(|(index, trained)| {
                let folder = folder.as_ref().join(format!("evaluation_{index}"));
                trained.export(&folder, "model")?;
                Ok(folder)
            })
            .collect()
    }
}
