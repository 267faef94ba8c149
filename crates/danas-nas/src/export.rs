//! Exporting a whole front.

use std::path::{Path, PathBuf};

use danas_space::Granularity;

use crate::{deployment::ExportError, member::FrontMember, report::Report};

impl<G: Granularity> Report<G> {
    /// Exports every member of the front and every baseline into a folder of its own, such as
    /// `folder/evaluation_12` for evaluation 12, and returns these folders. The files are those of
    /// [`TrainedCandidate::export`](crate::TrainedCandidate::export) with the name `model`. Nothing
    /// is trained. Members without an exportable model are left out.
    ///
    /// # Errors
    /// [`ExportError`], which names what cannot be written. Folders written before are complete.
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
