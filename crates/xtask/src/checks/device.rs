//! Runs the C libraries of a search's front on emulated microcontrollers.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

const SCRIPT: &str = "device/device.py";

/// The compiler and the emulator, of Debian's packages `gcc-arm-none-eabi`, `libnewlib-arm-none-eabi`
/// and `qemu-system-arm`.
const TOOLS: [&str; 2] = ["arm-none-eabi-gcc", "qemu-system-arm"];

const REQUIREMENTS: &str = "device/requirements.txt";

/// Folder of the searches and of what they read.
const OUTPUT: &str = "target/device";

/// A search that is long enough for a front of several members, and too short to be good.
const SHORT: [&str; 5] = ["--fresh", "--evaluations", "12", "--epochs", "3"];

/// The name and the arguments of a search for each kind of data.
const SEARCHES: [(&str, &[&str]); 3] = [
    ("sound", &[]),
    ("images", &["--preset", "image", "--dataset", "target/device/png"]),
    ("motion", &["--preset", "motion"]),
];

/// Searches the bundled recordings, images and series, and runs the library of each member of the fronts
/// on the examples of the test part.
pub(crate) fn run() -> Result<(), Error> {
    if let Some(tool) = missing() {
        return Err(Error::NoDevice { tool });
    }
    let packages = Packages::provide(REQUIREMENTS)?;
    let root = workspace::root();
    let folder = |name: &str| Path::new(OUTPUT).join(name);
    let mut png = packages.script("device/as_png.py");
    png.arg("datasets/sign_digits/images").arg(folder("png"));
    step::succeed("the conversion of images", png.current_dir(&root))?;
    for (name, arguments) in SEARCHES {
        let mut search = Command::new(workspace::built_example(exec::DEMO)?);
        search.args(SHORT).args(arguments).arg("--output").arg(folder(name));
        step::succeed(&format!("the search of {name}"), search.current_dir(&root))?;
        let mut script = packages.script(SCRIPT);
        step::succeed(
            &format!("the emulation of {name}"),
            script.arg(folder(name)).current_dir(&root),
        )?;
    }
    Ok(())
}

/// Returns a tool that is not installed.
pub(crate) fn missing() -> Option<&'static str> {
    TOOLS.into_iter().find(|tool| {
        let mut command = Command::new(tool);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    })
}
