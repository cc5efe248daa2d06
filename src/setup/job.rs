//! What a set-up wants done, and what came of it: plain data between the machine and whoever touches files and orgs.

use super::{Answers, Trouble};
use crate::profile::App;
use crate::secret::Secret;
use std::path::PathBuf;

/// What the set-up has to know of the files that are there.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The names of the apps of `profiles.toml`, good and bad.
    pub apps: Vec<String>,
    /// The config folder.
    pub config: PathBuf,
}

/// Something to do. What is kept is kept first.
#[derive(Debug, Clone)]
pub struct Job {
    /// To be written down in place of what was kept; `None`: nothing has changed.
    pub keep: Option<Box<Answers>>,
    /// To be done then.
    pub work: Work,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Work {
    /// Nothing more.
    Nothing,
    /// Take away what was kept.
    Forget,
    /// See whether a file is a private key; its path as it was typed.
    CheckKey(String),
    /// See whether this opens the key.
    Unlock(PathBuf, Secret),
    /// Make a key and its certificate.
    MakeKey {
        /// After which the files are called.
        name: String,
        /// 2048 or 4096.
        bits: u16,
        /// From today.
        days: u32,
        /// What it is encrypted with.
        passphrase: Option<Secret>,
    },
    /// See whether a file is the certificate of the key; its path as it was typed.
    CheckCertificate {
        /// As it was typed.
        typed: String,
        /// The key.
        key: PathBuf,
        /// What opens it.
        passphrase: Option<Secret>,
    },
    /// Write the profile, log in as each of its users, and ask who that is.
    Test {
        /// The profile, paths absolute.
        app: Box<App>,
        /// Who was written before and is no more.
        gone: Vec<String>,
        /// What opens the key.
        passphrase: Option<Secret>,
    },
}

/// A key file that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Absolute.
    pub path: PathBuf,
    /// Whether it needs a passphrase.
    pub encrypted: bool,
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Absolute.
    pub key: PathBuf,
    /// Absolute.
    pub certificate: PathBuf,
}

/// Whether somebody can log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// Who.
    pub username: String,
    /// Who that is in the org, or why not.
    pub result: Result<String, Trouble>,
}

/// What came of a job; the texts say why not.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// There was nothing to be done but to keep or forget.
    Nothing,
    /// Of [`Work::CheckKey`].
    Key(Result<KeyFile, String>),
    /// Of [`Work::Unlock`].
    Unlocked(Result<Secret, String>),
    /// Of [`Work::MakeKey`].
    Made(Result<Made, String>),
    /// Of [`Work::CheckCertificate`].
    Certificate(Result<PathBuf, String>),
    /// Of [`Work::Test`]; nothing was tested where the profile could not be written.
    Tested(Result<Vec<Tested>, String>),
}
