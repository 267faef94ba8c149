//! How a cache is configured.

use std::{fmt, path::PathBuf};

use danas_space::Bytes;

use super::{
    CacheError, CacheProblem, FeatureCache,
    disk::Disk,
    problem::{Monitor, OnProblem},
};

/// Configures a [`FeatureCache`].
#[must_use]
pub struct FeatureCacheBuilder {
    memory: Bytes,
    disk: Option<(PathBuf, Bytes)>,
    on_problem: Option<OnProblem>,
}

impl Default for FeatureCacheBuilder {
    fn default() -> Self {
        Self { memory: Bytes(2 << 30), disk: None, on_problem: None }
    }
}

impl FeatureCacheBuilder {
    /// The budget in memory. Default: 2 GiB.
    pub const fn memory(mut self, budget: Bytes) -> Self {
        self.memory = budget;
        self
    }

    /// A folder, which is created if it is missing, and its size cap. Default: none.
    pub fn disk(mut self, folder: impl Into<PathBuf>, cap: Bytes) -> Self {
        self.disk = Some((folder.into(), cap));
        self
    }

    /// A function that is told what goes wrong with the folder. Default: problems are only
    /// [counted](FeatureCache::stats).
    ///
    /// It is called by the thread that meets the problem, perhaps by several at once, and must not
    /// use the cache.
    pub fn on_problem(
        mut self,
        on_problem: impl Fn(&CacheProblem) + Send + Sync + 'static,
    ) -> Self {
        self.on_problem = Some(Box::new(on_problem));
        self
    }

    /// Opens the cache: creates and lists the folder, and removes temporary files that are older
    /// than an hour, which a killed process has left.
    ///
    /// # Errors
    /// [`CacheError::Folder`] where the folder cannot be created or written to.
    pub fn build(self) -> Result<FeatureCache, CacheError> {
        let monitor = Monitor::new(self.on_problem);
        let disk = self.disk.map(|(folder, cap)| Disk::open(folder, cap.get(), monitor));
        Ok(FeatureCache::new(self.memory, disk.transpose()?))
    }
}

impl fmt::Debug for FeatureCacheBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeatureCacheBuilder")
            .field("memory", &self.memory)
            .field("disk", &self.disk)
            .finish_non_exhaustive()
    }
}
