//! The plain data of profiles: what the other layers see. No files are read here.

use indexmap::IndexMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// One connected app or External Client App: how its users log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The name of its table in `profiles.toml`.
    pub name: String,
    /// The consumer key: the `iss` of every assertion.
    pub client_id: String,
    /// Absolute path of the PEM file.
    pub private_key: PathBuf,
    /// Absolute path of the certificate that was uploaded to the app, if the profile names it.
    pub certificate: Option<PathBuf>,
    /// Where the passphrase of an encrypted key comes from.
    pub passphrase: Passphrase,
    /// Where the assertion is posted; no path.
    pub login_url: Url,
    /// The `aud` claim, if it differs from what the login URL implies.
    pub audience: Option<String>,
    /// The REST API version to speak.
    pub version: VersionChoice,
    /// What kind of org the profile claims this is.
    pub kind: Kind,
    /// Writes are refused.
    pub read_only: bool,
    /// Where its tokens are kept between runs.
    pub tokens: Tokens,
    /// Who can log in through it, in the file's order.
    pub users: Vec<User>,
    /// Variables of this app.
    pub variables: IndexMap<String, String>,
}

/// A user of a connected app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The Salesforce username: the `sub` of every assertion.
    pub username: String,
    /// A short name of the user's own.
    pub alias: Option<String>,
}

impl User {
    /// The alias if there is one, else the username.
    pub fn short(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.username)
    }
}

/// What kind of org a profile says it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Writes ask first.
    Production,
    /// A sandbox.
    Sandbox,
    /// A scratch org.
    Scratch,
    /// The embedded demo org.
    Demo,
}

impl Kind {
    /// As written in `profiles.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Scratch => "scratch",
            Self::Demo => "demo",
        }
    }
}

/// Where tokens are kept between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tokens {
    /// Nowhere: in memory, as long as the program runs.
    #[default]
    Memory,
    /// In a file of mode 0600.
    File,
    /// In the system's keyring.
    Keyring,
}

impl Tokens {
    /// As written in `profiles.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::File => "file",
            Self::Keyring => "keyring",
        }
    }
}

/// The REST API version a profile speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum VersionChoice {
    /// The newest that the org lists.
    #[default]
    Newest,
    /// A fixed one, as `67.0`.
    Fixed(String),
}

/// Where the passphrase of an encrypted private key comes from. Never from the file itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Passphrase {
    /// Asked on the screen when it is needed.
    #[default]
    Ask,
    /// Read from this environment variable.
    Env(String),
    /// The first line that this command prints: a list of arguments, no shell.
    Command(Vec<String>),
}

/// Names one user of one app; written `app/username`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId {
    /// The app's name.
    pub app: String,
    /// The username (not the alias).
    pub username: String,
}

impl fmt::Display for ProfileId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.app, self.username)
    }
}

/// An app and one of its users: somebody you can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The app, shared by its users.
    pub app: Arc<App>,
    /// The user.
    pub user: User,
}

impl Profile {
    /// Its name.
    pub fn id(&self) -> ProfileId {
        ProfileId { app: self.app.name.clone(), username: self.user.username.clone() }
    }
}

/// What `profiles.toml` holds, good and bad.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    /// Where it was read, whether or not it is there.
    pub file: PathBuf,
    /// Whether the file is there.
    pub exists: bool,
    /// The apps that can be used, in the file's order.
    pub apps: Vec<Arc<App>>,
    /// Who to be at the start.
    pub default: Option<ProfileId>,
    /// The username of each app's default user, by the app's name; an app without one is left out.
    pub default_users: IndexMap<String, String>,
    /// Variables of every app (`[variables]`).
    pub variables: IndexMap<String, String>,
    /// What is wrong in the file.
    pub problems: Vec<Problem>,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The app works all the same.
    Warning,
    /// The app, or the whole file, cannot be used.
    Error,
}

/// A mistake in a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// 1-based; 0 where the whole file is meant.
    pub line: usize,
    /// 1-based, in characters; 0 where the whole file is meant.
    pub column: usize,
    /// How bad.
    pub severity: Severity,
    /// The app it belongs to, if it belongs to one.
    pub app: Option<String>,
    /// What is wrong, with the value.
    pub what: String,
    /// What would be right.
    pub cure: String,
}
