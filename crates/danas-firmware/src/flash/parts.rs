//! The parts that the code of a library consists of.

use std::collections::{BTreeMap, BTreeSet};

use danas_size::DeployedFormat;

use crate::{
    front_end::{FrontEndOutline, SampleType},
    network::{Kernel, NetworkOutline},
};

/// The name of each part, and how often the code has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts(pub(super) BTreeMap<String, u32>);

impl Parts {
    /// Returns the parts of a library.
    pub(crate) fn of(
        network: &NetworkOutline,
        front_end: &FrontEndOutline,
        classes: usize,
    ) -> Self {
        let mut parts = Self::default();
        parts.library(front_end);
        let format = match front_end.format {
            DeployedFormat::Int8 => "int8",
            DeployedFormat::Float32 => "float32",
        };
        parts.add(format!("{format}/library"), 1);
        parts.add(format!("{format}/standardised"), front_end.is_standardised.into());
        parts.add(format!("{format}/one class"), (classes == 1).into());
        parts.network(network, front_end.format, format);
        parts
    }

    fn add(&mut self, name: String, count: u32) {
        if count > 0 {
            *self.0.entry(name).or_insert(0) += count;
        }
    }

    fn library(&mut self, front_end: &FrontEndOutline) {
        let raw = &front_end.raw;
        let is_stream = raw.rate.is_some();
        let has_frames = front_end.snippets.contains(&"fft");
        for (is_used, name) in [
            (is_stream, "stream"),
            (is_stream && raw.sample == SampleType::Int8, "stream of bytes"),
            (is_stream && raw.sample == SampleType::Float, "stream of floats"),
            (raw.channels > 1, "channels"),
            (raw.channels > 1 && has_frames, "channels of frames"),
        ] {
            self.add(format!("library/{name}"), is_used.into());
        }
        for name in &front_end.snippets {
            self.add(format!("front_end/{name}"), 1);
        }
    }

    /// Adds the kernels of a network. A function that is called once is inlined, and the numbers of
    /// its only operation are folded into it.
    fn network(&mut self, network: &NetworkOutline, format: DeployedFormat, prefix: &str) {
        let mut calls: BTreeMap<Kernel, u32> = BTreeMap::new();
        for &kernel in &network.operations {
            *calls.entry(kernel).or_insert(0) += 1;
        }
        // How many kernels use each kernel.
        let mut users: BTreeMap<Kernel, u32> = BTreeMap::new();
        let mut known: BTreeSet<Kernel> = calls.keys().copied().collect();
        let mut open: Vec<Kernel> = known.iter().copied().collect();
        while let Some(kernel) = open.pop() {
            for &used in kernel.source().uses {
                *users.entry(used).or_insert(0) += 1;
                if known.insert(used) {
                    open.push(used);
                }
            }
        }
        for (counts, many, more) in [(&calls, "again", "each"), (&users, "shared", "each user")] {
            for (kernel, &count) in counts {
                let source = kernel.source();
                let text = match format {
                    DeployedFormat::Int8 => source.int8,
                    DeployedFormat::Float32 => source.float32,
                };
                if text.is_empty() {
                    continue;
                }
                self.add(format!("{prefix}/{kernel:?}"), 1);
                self.add(format!("{prefix}/{kernel:?} {many}"), (count > 1).into());
                self.add(format!("{prefix}/{kernel:?} {more}"), count.saturating_sub(2));
            }
        }
    }
}
