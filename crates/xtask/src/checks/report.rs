//! danas-report's page in a browser, and its events in TensorBoard.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

const REQUIREMENTS: &str = "report/requirements.txt";

/// What Chromium and its kin are called.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Searches for a moment, and looks at the report as its readers do. Pictures of it are left in
/// `target/report`.
pub(crate) fn look(browser: &OsStr) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let mut script = packages.script("report/check.py");
    script.arg(browser);
    for example in [exec::DEMO, "report"] {
        script.arg(workspace::built_example(example)?);
    }
    step::succeed("the look at the report", script.arg(workspace::target().join("report")))
}

/// The browser that `DANAS_CHROMIUM` names, else the first on the search path.
pub(crate) fn browser() -> Option<OsString> {
    let given = std::env::var_os("DANAS_CHROMIUM").filter(|browser| !browser.is_empty());
    let works = |browser: &&&str| {
        let mut command = Command::new(browser);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    given.or_else(|| BROWSERS.iter().find(works).map(OsString::from))
}
