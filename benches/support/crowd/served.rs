//! The served demo of the crowd, as a process of its own, and what it holds of memory and files.

use super::Error;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ended when it is dropped.
pub struct Served {
    process: Child,
    card: Value,
    _home: tempfile::TempDir,
}

impl Served {
    pub fn start() -> Result<Self, Error> {
        let home = tempfile::tempdir()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_orgdeck"));
        command.args(["demo", "--serve", "--json", "--scale", "20000", "--logins", "1000000"]);
        command.env("HOME", home.path()).env("TMPDIR", home.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut line = String::new();
        let out = process.stdout.as_mut().ok_or("the demo has no stdout")?;
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { process, card: serde_json::from_str(&line)?, _home: home })
    }

    pub fn card(&self) -> &Value {
        &self.card
    }

    /// Resident memory and open files, on Linux.
    pub fn figures(&self) -> String {
        let folder = format!("/proc/{}", self.process.id());
        let status = std::fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        let line = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            value.split_whitespace().next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
        };
        let files = std::fs::read_dir(format!("{folder}/fd")).map_or(0, Iterator::count);
        let (now, most, threads) = (line("VmRSS:") / 1024, line("VmHWM:") / 1024, line("Threads:"));
        format!("{now} MiB resident ({most} at most), {threads} threads, {files} files")
    }

    /// Gives it the time to see that connections were closed and to let idle threads go.
    pub fn settle(&self) {
        std::thread::sleep(Duration::from_secs(15));
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
