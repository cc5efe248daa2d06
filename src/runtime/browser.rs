//! Opens an address in the user's browser: https, or http on this machine, and never through a shell.

use std::process::{Command, Stdio};
use url::Url;

/// Opens; tells what was done, or why not.
pub(super) fn open(url: &Url) -> Result<String, String> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(format!("Not opened: {} is no web address", url.scheme()));
    }
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let started = Command::new(program)
        .args(before)
        .arg(url.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            std::thread::spawn(move || {
                let _ = child.wait();
            });
            Ok(format!("Opened {} in the browser", url.host_str().unwrap_or_default()))
        }
        Err(error) => Err(format!("Not opened: {program} could not be started ({error})")),
    }
}
