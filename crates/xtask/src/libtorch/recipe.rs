//! Recipes that say which wheels to download on each platform, and which files to keep.
//!
//! For Linux, the Python package index has only CUDA builds of PyTorch; CPU wheels are published
//! elsewhere. The CPU part of a CUDA build works without the rest, but its libraries still load the
//! CUDA runtime and CUPTI, two small libraries that need no GPU.

use super::version::VERSION;
use crate::error::Error;

/// A way to make a CPU libtorch from Python wheels.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) os: &'static str,
    pub(super) arch: &'static str,
    /// The file below `crates/xtask/wheels` that pins versions and hashes.
    pub(super) requirements: &'static str,
    /// The platform tags of the wheels.
    pub(super) platforms: &'static [&'static str],
    pub(super) download_megabytes: u32,
    pub(super) wheels: &'static [Wheel],
    /// A text file to write, as path and content.
    pub(super) linker_script: Option<(&'static str, &'static str)>,
}

/// A wheel and the members to keep.
#[derive(Debug)]
pub(super) struct Wheel {
    pub(super) package: &'static str,
    /// Pairs of a member of the wheel and its path in the installation. Both end in `/` for a
    /// folder.
    pub(super) members: &'static [(&'static str, &'static str)],
}

const RECIPES: [Recipe; 3] = [
    Recipe {
        os: "linux",
        arch: "x86_64",
        requirements: "linux-x86_64.txt",
        platforms: &[
            "manylinux_2_28_x86_64",
            "manylinux_2_25_x86_64",
            "manylinux_2_17_x86_64",
            "manylinux2014_x86_64",
        ],
        download_megabytes: 540,
        wheels: &[
            Wheel {
                package: "torch",
                members: &[
                    ("torch/include/", "include/"),
                    ("torch/lib/libtorch_cpu.so", "lib/libtorch_cpu.so"),
                    ("torch/lib/libc10.so", "lib/libc10.so"),
                    ("torch/lib/libgomp.so.1", "lib/libgomp.so.1"),
                    LICENCES_OF_TORCH,
                ],
            },
            CUDA_RUNTIME,
            CUPTI,
        ],
        linker_script: WITHOUT_CUDA,
    },
    Recipe {
        os: "linux",
        arch: "aarch64",
        requirements: "linux-aarch64.txt",
        platforms: &[
            "manylinux_2_28_aarch64",
            "manylinux_2_25_aarch64",
            "manylinux_2_17_aarch64",
            "manylinux2014_aarch64",
        ],
        download_megabytes: 441,
        wheels: &[
            Wheel {
                package: "torch",
                members: &[
                    ("torch/include/", "include/"),
                    ("torch/lib/libtorch_cpu.so", "lib/libtorch_cpu.so"),
                    ("torch/lib/libc10.so", "lib/libc10.so"),
                    ("torch/lib/libgomp.so.1", "lib/libgomp.so.1"),
                    ("torch/lib/libarm_compute.so", "lib/libarm_compute.so"),
                    ("torch/lib/libarm_compute_graph.so", "lib/libarm_compute_graph.so"),
                    ("torch/lib/libnvpl_blas_core.so.0", "lib/libnvpl_blas_core.so.0"),
                    ("torch/lib/libnvpl_blas_lp64_gomp.so.0", "lib/libnvpl_blas_lp64_gomp.so.0"),
                    ("torch/lib/libnvpl_lapack_core.so.0", "lib/libnvpl_lapack_core.so.0"),
                    (
                        "torch/lib/libnvpl_lapack_lp64_gomp.so.0",
                        "lib/libnvpl_lapack_lp64_gomp.so.0",
                    ),
                    LICENCES_OF_TORCH,
                ],
            },
            CUDA_RUNTIME,
            CUPTI,
        ],
        linker_script: WITHOUT_CUDA,
    },
    Recipe {
        os: "macos",
        arch: "aarch64",
        requirements: "macos-aarch64.txt",
        platforms: &["macosx_14_0_arm64"],
        download_megabytes: 111,
        wheels: &[Wheel {
            package: "torch",
            members: &[
                ("torch/include/", "include/"),
                ("torch/lib/libtorch.dylib", "lib/libtorch.dylib"),
                ("torch/lib/libtorch_cpu.dylib", "lib/libtorch_cpu.dylib"),
                ("torch/lib/libc10.dylib", "lib/libc10.dylib"),
                ("torch/lib/libomp.dylib", "lib/libomp.dylib"),
                LICENCES_OF_TORCH,
            ],
        }],
        linker_script: None,
    },
];

const LICENCES_OF_TORCH: (&str, &str) = ("torch-2.13.0.dist-info/licenses/", "licences/torch/");

const CUDA_RUNTIME: Wheel = Wheel {
    package: "nvidia-cuda-runtime",
    members: &[
        ("nvidia/cu13/lib/libcudart.so.13", "lib/libcudart.so.13"),
        ("nvidia_cuda_runtime-13.0.96.dist-info/licenses/", "licences/nvidia-cuda-runtime/"),
    ],
};

const CUPTI: Wheel = Wheel {
    package: "nvidia-cuda-cupti",
    members: &[
        ("nvidia/cu13/lib/libcupti.so.13", "lib/libcupti.so.13"),
        ("nvidia_cuda_cupti-13.0.85.dist-info/licenses/", "licences/nvidia-cuda-cupti/"),
    ],
};

/// A linker script that replaces the wheel's `libtorch.so`, an empty library that needs
/// `libtorch_cuda.so`.
const WITHOUT_CUDA: Option<(&str, &str)> = Some(("lib/libtorch.so", "INPUT(libtorch_cpu.so)\n"));

impl Recipe {
    /// Returns the folder name of the installation. It names the platform, because several machines
    /// may share a home folder.
    pub(super) fn name(&self) -> String {
        format!("libtorch-{VERSION}-cpu-{}-{}", self.arch, self.os)
    }
}

/// Returns the recipe for this machine.
pub(super) fn for_host() -> Result<&'static Recipe, Error> {
    find(std::env::consts::OS, std::env::consts::ARCH)
}

pub(super) fn find(os: &'static str, arch: &'static str) -> Result<&'static Recipe, Error> {
    const { &RECIPES }
        .iter()
        .find(|recipe| recipe.os == os && recipe.arch == arch)
        .ok_or(Error::NoRecipe { os, arch })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libtorch::wheels::requirements_path;

    #[test]
    fn an_unknown_platform_is_told_to_bring_its_own() {
        let message = find("windows", "x86_64").unwrap_err().to_string();
        assert!(message.contains("set `LIBTORCH`"), "{message}");
    }

    #[test]
    fn every_wheel_of_a_recipe_is_pinned_with_its_hash() {
        for recipe in &RECIPES {
            let pins = std::fs::read_to_string(requirements_path(recipe)).unwrap();
            assert_eq!(pins.lines().count(), recipe.wheels.len());
            assert!(pins.starts_with(&format!("torch=={VERSION} ")), "{}", recipe.requirements);
            for (pin, wheel) in pins.lines().zip(recipe.wheels) {
                let (package, rest) = pin.split_once("==").unwrap();
                let (version, hash) = rest.split_once(" --hash=sha256:").unwrap();
                assert_eq!((package, hash.len()), (wheel.package, 64));
                let licences = format!("{}-{version}.dist-info/", package.replace('-', "_"));
                assert!(wheel.members.iter().any(|(from, _)| from.starts_with(&licences)));
            }
        }
    }

    #[test]
    fn folders_become_folders_and_files_files() {
        for (from, to) in RECIPES.iter().flat_map(|r| r.wheels).flat_map(|w| w.members) {
            assert_eq!(from.ends_with('/'), to.ends_with('/'), "{from} -> {to}");
        }
    }
}
