//! Checks danas-report's page in a browser, and its events in TensorBoard.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

const REQUIREMENTS: &str = "report/requirements.txt";

/// Program names of Chromium and browsers based on it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Runs a short search and checks its report in a browser and in TensorBoard's reader. Pictures of
/// the page are written to `target/report`.
pub(crate) fn look(browser: &OsStr) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let mut script = packages.script("report/check.py");
    script.arg(browser);
    for example in [exec::DEMO, "report"] {
        script.arg(workspace::built_example(example)?);
    }
    step::succeed("the check of the report", script.arg(workspace::target().join("report")))
}

/// Returns the browser in `DANAS_CHROMIUM`, or else the first that is found on the search path.
pub(crate) fn browser() -> Option<OsString> {
    let given = std::env::var_os("DANAS_CHROMIUM").filter(|browser| !browser.is_empty());
    let works = |browser: &&&str| {
        let mut command = Command::new(browser);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    given.or_else(|| BROWSERS.iter().find(works).map(OsString::from))
}
