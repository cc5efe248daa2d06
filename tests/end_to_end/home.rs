//! A user's home for one test: empty at first, thrown away at the end.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The folders of a user who never ran orgdeck.
pub struct Home {
    folder: TempDir,
    extra: Vec<(OsString, OsString)>,
}

impl Home {
    /// Empty.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "config", "tmp", "work"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        Self { folder, extra: Vec::new() }
    }

    /// With one more environment variable.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.extra.push((name.into(), value.into()));
    }

    /// The working folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A folder for `--config`.
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// Everything orgdeck gets to see of the environment.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let at = |name: &str| self.folder.path().join(name).into_os_string();
        let mut all: Vec<(OsString, OsString)> = [
            ("HOME", at("home")),
            ("XDG_CONFIG_HOME", at("home/.config")),
            ("XDG_DATA_HOME", at("home/.data")),
            ("XDG_STATE_HOME", at("home/.state")),
            ("XDG_CACHE_HOME", at("home/.cache")),
            ("TMPDIR", at("tmp")),
            ("TERM", "xterm-256color".into()),
            ("LANG", "C.UTF-8".into()),
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ]
        .map(|(name, value)| (name.into(), value))
        .into();
        all.extend(self.extra.clone());
        all
    }

    /// orgdeck without a terminal.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).env_clear().envs(self.environment()).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("orgdeck starts")
    }

    /// That neither the home nor the temporary folder holds anything.
    pub fn is_untouched(&self) {
        for name in ["home", "tmp", "work"] {
            let found = files(&self.folder.path().join(name));
            assert!(found.is_empty(), "left behind in {name}: {found:?}");
        }
    }

    /// Every file there is in this home.
    pub fn files(&self) -> Vec<PathBuf> {
        files(self.folder.path()).into_iter().filter(|p| p.is_file()).collect()
    }
}

/// The program. Where the tests are run elsewhere than they were built, the runner tells where it is.
pub fn binary() -> OsString {
    std::env::var_os("CARGO_BIN_EXE_orgdeck").unwrap_or_else(|| env!("CARGO_BIN_EXE_orgdeck").into())
}

/// Everything under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        }
        found.push(path);
    }
    found
}
