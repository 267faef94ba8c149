//! Configuration of a feature cache.

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
    /// Sets the memory budget. Default: 2 GiB.
    pub const fn memory(mut self, budget: Bytes) -> Self {
        self.memory = budget;
        self
    }

    /// Sets a folder, which is created if it is missing, and the cap on its size. Default: no
    /// folder.
    pub fn disk(mut self, folder: impl Into<PathBuf>, cap: Bytes) -> Self {
        self.disk = Some((folder.into(), cap));
        self
    }

    /// Sets a function that is called for each problem with the folder. Default: problems are only
    /// [counted](FeatureCache::stats).
    ///
    /// The thread that encounters a problem calls the function, so several threads may call it at
    /// once. It must not use the cache.
    pub fn on_problem(
        mut self,
        on_problem: impl Fn(&CacheProblem) + Send + Sync + 'static,
    ) -> Self {
        self.on_problem = Some(Box::new(on_problem));
        self
    }

    /// Opens the cache. Creates and lists the folder, and removes temporary files that are older
    /// than an hour, which killed processes have left.
    ///
    /// # Errors
    /// [`CacheError::Folder`] if the folder cannot be created or written to.
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
