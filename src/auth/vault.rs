//! Tokens between runs, where a profile says so: in `tokens.json`, or in the system's keyring. Nothing else of auth writes.
//!
//! ```text
//! turn ─▶ wait for the others' logins of this one ─▶ what is kept ─▶ (a login) ─▶ keep ─▶ let the next one
//! ```
//! Whoever has the turn logs in alone, over all processes: those who waited find the token. What cannot be read or written is
//! an error that is told, and never a reason to keep it elsewhere, or nowhere, without a word.

use super::kept::{Record, key};
use super::{LoginError, Token, keyring};
use crate::profile::{Kind, Profile, Tokens, update_file};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name.
const FILE: &str = "tokens.json";

/// Runs work that takes long somewhere else than on the thread that asks; `tokio::task::spawn_blocking` fits. Only the
/// runtime, the demo and the command line may spawn, so they give this.
pub type Blocking = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// Where tokens are kept. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    folder: PathBuf,
    blocking: Blocking,
}

/// What is wrong, and what cures it.
#[derive(Debug)]
struct Trouble {
    what: String,
    cure: String,
}

type Records = BTreeMap<String, Record>;

/// The right to log somebody in, until it is dropped.
pub(super) struct Turn {
    vault: Vault,
    profile: Profile,
    _lock: File,
    /// What is kept.
    pub(super) token: Option<Token>,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self { what: error.to_string(), cure: "see to it that you may write there".to_owned() }
    }
}

impl Vault {
    /// Its file lies in this folder, which is made when it is needed.
    pub fn new(folder: PathBuf, blocking: Blocking) -> Self {
        Self { folder, blocking }
    }

    /// The turn of somebody whose tokens are kept; none for others.
    pub(super) async fn turn(&self, profile: &Profile) -> Result<Option<Turn>, LoginError> {
        if profile.app.tokens == Tokens::Memory { Ok(None) } else { self.turn_to_forget(profile).await }
    }

    /// The same, also of one whose tokens were kept once: the file is looked into whatever the profile says by now.
    pub(super) async fn turn_to_forget(&self, profile: &Profile) -> Result<Option<Turn>, LoginError> {
        let never = profile.app.tokens == Tokens::Memory && !self.file().exists();
        if never || profile.app.kind == Kind::Demo {
            return Ok(None);
        }
        let (vault, profile) = (self.clone(), profile.clone());
        let turn = self.elsewhere(move || vault.wait(profile)).await?;
        Ok(Some(turn))
    }

    /// Takes all that is in the file out of it: whose each is, and the token where it is one.
    pub(super) async fn take_all(&self) -> Result<Vec<(String, Option<Token>)>, LoginError> {
        let file = self.file();
        let records = self
            .elsewhere(move || {
                if !file.exists() {
                    return Ok(Records::new());
                }
                let mut taken = Records::new();
                change(&file, |records| taken = std::mem::take(records))?;
                Ok(taken)
            })
            .await?;
        Ok(records.into_values().map(|record| (record.username.clone(), record.token().ok())).collect())
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Waits until nobody else has the turn. It is given back when the process ends, however it ends.
    fn wait(self, profile: Profile) -> Result<Turn, Trouble> {
        make_folder(&self.folder)?;
        let key = key(&profile);
        let name = format!(".tokens-{}.lock", key.get(..16).unwrap_or(&key));
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(self.folder.join(name))?;
        lock.lock()?;
        let record = match profile.app.tokens {
            Tokens::Keyring => match keyring::get(&key).map_err(no_keyring)? {
                // One that is none any more makes room for the next.
                Some(text) => serde_json::from_str::<Record>(text.expose()).ok(),
                None => None,
            },
            _ => read(&self.file())?.remove(&key),
        };
        let token = record.filter(|record| record.belongs_to(&key)).and_then(|record| record.token().ok());
        Ok(Turn { vault: self, profile, _lock: lock, token })
    }

    async fn elsewhere<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, LoginError> {
        let (tell, told) = tokio::sync::oneshot::channel();
        (self.blocking)(Box::new(move || drop(tell.send(work()))));
        let done = told.await.unwrap_or_else(|_| Err(io::Error::other("the program ends").into()));
        done.map_err(|trouble| LoginError::Kept { what: trouble.what, cure: trouble.cure })
    }
}

impl Turn {
    /// Keeps a token in place of the one that was kept.
    pub(super) async fn keep(&mut self, token: &Token) -> Result<(), LoginError> {
        let record = Record::of(&self.profile, token);
        let (key, file, place) = (key(&self.profile), self.vault.file(), self.profile.app.tokens);
        let done = self.vault.elsewhere(move || match place {
            Tokens::Keyring => {
                let text = serde_json::to_string(&record).map_err(io::Error::other)?;
                keyring::set(&key, text).map_err(no_keyring)
            }
            _ => change(&file, |records| _ = records.insert(key, record)),
        });
        done.await
    }

    /// Keeps none any more.
    pub(super) async fn forget(&mut self) -> Result<(), LoginError> {
        if self.token.take().is_none() {
            return Ok(());
        }
        let (key, file, place) = (key(&self.profile), self.vault.file(), self.profile.app.tokens);
        let done = self.vault.elsewhere(move || match place {
            Tokens::Keyring => keyring::remove(&key).map_err(no_keyring),
            _ => change(&file, |records| _ = records.remove(&key)),
        });
        done.await
    }
}

fn no_keyring(what: String) -> Trouble {
    let cure = "write tokens = \"file\" into profiles.toml for a file of mode 0600, or take `tokens` out to keep none";
    Trouble { what, cure: cure.to_owned() }
}

/// A folder of the user's own.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What the file holds; nothing where there is none.
fn read(file: &Path) -> Result<Records, Trouble> {
    check_private(file)?;
    match std::fs::read(file) {
        Ok(bytes) => parse(file, &bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Records::new()),
        Err(error) => Err(error.into()),
    }
}

fn parse(file: &Path, bytes: &[u8]) -> Result<Records, Trouble> {
    // Not in the words of the reader, which may quote what stands there.
    serde_json::from_slice(bytes).map_err(|error| Trouble {
        what: format!("{} cannot be read, at line {}, column {}", file.display(), error.line(), error.column()),
        cure: "delete it: tokens are had anew".to_owned(),
    })
}

/// Replaces the file whole while no other orgdeck does.
fn change(file: &Path, with: impl FnOnce(&mut Records)) -> Result<(), Trouble> {
    check_private(file)?;
    update_file(file, |old| {
        let mut records = old.map_or_else(|| Ok(Records::new()), |bytes| parse(file, bytes))?;
        with(&mut records);
        let text = serde_json::to_vec_pretty(&records).map_err(io::Error::other)?;
        Ok(text)
    })
}

/// A file that others may read is neither used nor written: its tokens may be known.
#[cfg(unix)]
fn check_private(file: &Path) -> Result<(), Trouble> {
    use std::os::unix::fs::MetadataExt;
    let mode = match file.metadata() {
        Ok(about) => about.mode() & 0o777,
        Err(_) => return Ok(()),
    };
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Trouble {
        what: format!("others may read the tokens in {} (mode {mode:03o})", file.display()),
        cure: format!("chmod 600 {}, then orgdeck logout --all, since they may be known", file.display()),
    })
}

/// Not told on this system.
#[cfg(not(unix))]
fn check_private(_file: &Path) -> Result<(), Trouble> {
    Ok(())
}
