//! The one place where collections are written. Whoever writes holds the [`Shelf`], and nobody else does meanwhile, in
//! whatever process: what is compared is still so when it is replaced.
//!
//! ```text
//! requests/            ◀── the lock: this folder itself, so that no file of ours lies beside anybody's
//! ├── Shop/a.toml      ◀─────────────┐ one rename
//! └── .orgdeck/        here while something is under way or can be brought back; git passes it over
//!     ├── staged/      what is being written, half of it maybe ─┘
//!     └── deleted/     until the program ends
//! ```
//! Everything comes to its place whole, by a rename. What a killed process left in `staged` is removed by the next one that
//! writes: it holds the lock, so nobody is at work there.
//!
//! Somebody else (an editor, git) takes no lock. What is written over is known by its [`Stamp`]; where the file is no longer
//! that, what was to be written goes into a file beside it, and that is told.

use super::about::{ABOUT, About};
use super::collection::{CollectionError, ENDING, Stamp, Written, io_error};
use super::file_name;
use crate::profile::replace_held;
use crate::request::{Saved, saved_text};
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Our own folder within the root.
const OWN: &str = ".orgdeck";
const STAGED: &str = "staged";
const DELETED: &str = "deleted";
const IGNORE: &str = ".gitignore";

pub(super) type Result<T> = std::result::Result<T, CollectionError>;

/// A folder of collections, while nobody else writes in it.
#[derive(Debug)]
pub struct Shelf {
    pub(super) root: PathBuf,
    /// Let go with the handle, or when the process ends however it ends.
    _lock: File,
}

impl Shelf {
    /// Waits until nobody else writes. Makes the folder where it is not there.
    ///
    /// # Errors
    /// Where the folder cannot be made or locked.
    pub fn open(root: &Path) -> Result<Self> {
        std::fs::create_dir_all(root).map_err(|error| io_error(root, error))?;
        let lock = lock(root).map_err(|error| io_error(root, error))?;
        let shelf = Self { root: root.to_owned(), _lock: lock };
        // Nothing can be done about what stays, and it is hidden.
        let _ = std::fs::remove_dir_all(shelf.own(STAGED));
        Ok(shelf)
    }

    fn own(&self, name: &str) -> PathBuf {
        self.root.join(OWN).join(name)
    }

    /// A folder of ours, there from now on; from the root.
    fn aside(&self, name: &str) -> Result<PathBuf> {
        let folder = self.own(name);
        if !folder.exists() {
            let mut builder = std::fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&folder).map_err(|error| io_error(&folder, error))?;
            let ignore = self.own(IGNORE);
            std::fs::write(&ignore, "*\n").map_err(|error| io_error(&ignore, error))?;
        }
        Ok(Path::new(OWN).join(name))
    }

    /// Where something can be made that comes to its place by a rename; from the root.
    pub(super) fn staged(&self, name: &str) -> Result<PathBuf> {
        let aside = self.aside(STAGED)?;
        Ok(self.free_or(aside.join(name)))
    }

    /// Where something can lie until the program ends; from the root.
    pub(super) fn deleted(&self, name: &str) -> Result<PathBuf> {
        let aside = self.aside(DELETED)?;
        Ok(self.free_or(aside.join(name)))
    }

    /// Writes a request over the file whose stamp is known; `None`: a new file. The path is from the root, with its ending.
    ///
    /// # Errors
    /// Where it cannot be written, or lies outside.
    pub fn save(&self, path: &Path, saved: &Saved, over: Option<Stamp>) -> Result<Written> {
        inside(path)?;
        let old = self.bytes(path)?;
        let changed = match (&old, over) {
            (Some(bytes), Some(stamp)) => Stamp::of(bytes) != stamp,
            // Nobody knew of a file there, so nobody meant to write over it.
            (Some(_), None) => true,
            // Deleted meanwhile: what is saved is there again.
            (None, _) => false,
        };
        let before = old.as_ref().filter(|_| !changed).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let text = saved_text::write(saved, before);
        let place = if changed { self.free(path) } else { path.to_owned() };
        self.put(&place, text.as_bytes())?;
        let stamp = Stamp::of(text.as_bytes());
        Ok(if changed { Written::Beside(place, stamp) } else { Written::There(place, stamp) })
    }

    /// Writes a new request; a name that is taken gets a number.
    ///
    /// # Errors
    /// Where it cannot be written, or lies outside.
    pub fn add(&self, path: &Path, saved: &Saved) -> Result<(PathBuf, Stamp)> {
        match self.save(path, saved, None)? {
            Written::There(path, stamp) | Written::Beside(path, stamp) => Ok((path, stamp)),
        }
    }

    /// Writes what a folder tells of itself; the empty path is the root.
    ///
    /// # Errors
    /// Where it cannot be written, or lies outside.
    pub fn describe(&self, folder: &Path, about: &About) -> Result<()> {
        if !folder.as_os_str().is_empty() {
            inside(folder)?;
        }
        self.put(&folder.join(ABOUT), about.write().as_bytes())
    }

    /// What a file holds; `None`: it is not there.
    pub(super) fn bytes(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let whole = self.root.join(path);
        match std::fs::read(&whole) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error(&whole, error)),
        }
    }

    /// Puts a file in its place, whole.
    pub(super) fn put(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let whole = self.root.join(path);
        make_parent(&whole)?;
        let aside = self.root.join(self.aside(STAGED)?);
        replace_held(&whole, bytes, &aside).map_err(|error| io_error(&whole, error))
    }

    /// Moves something to a place where nothing is.
    pub(super) fn shift(&self, from: &Path, to: &Path) -> Result<()> {
        let (old, new) = (self.root.join(from), self.root.join(to));
        if !there(&old) {
            return Err(CollectionError::Gone(from.to_owned()));
        }
        // Where large and small letters are the same, another way of writing a name is no other place.
        let same = || old.canonicalize().ok().zip(new.canonicalize().ok()).is_some_and(|(old, new)| old == new);
        if there(&new) && !same() {
            return Err(CollectionError::Exists(to.to_owned()));
        }
        make_parent(&new)?;
        std::fs::rename(&old, &new).map_err(|error| io_error(&old, error))
    }

    /// This path, or where something is there the same name with a number.
    pub(super) fn free_or(&self, path: PathBuf) -> PathBuf {
        if there(&self.root.join(&path)) { self.free(&path) } else { path }
    }

    /// The same name with the first number behind it that is free.
    pub(super) fn free(&self, path: &Path) -> PathBuf {
        free(&self.root, path)
    }
}

/// Where nothing lies aside any more, nothing of ours is left.
impl Drop for Shelf {
    fn drop(&mut self) {
        // Each goes only when it is empty.
        let _ = std::fs::remove_dir(self.own(STAGED));
        let _ = std::fs::remove_dir(self.own(DELETED));
        if !self.own(STAGED).exists() && !self.own(DELETED).exists() {
            let _ = std::fs::remove_file(self.own(IGNORE));
            let _ = std::fs::remove_dir(self.root.join(OWN));
        }
    }
}

/// Whether something lies at a path of a collection's folder aside, to be brought back.
pub(super) fn is_deleted(path: &Path) -> bool {
    path.starts_with(Path::new(OWN).join(DELETED))
}

/// The folder itself is locked: no file of ours lies in it or beside it. A system that locks no folders (Windows, some
/// network disks) gets a file beside it, which stays, since removing it would race.
fn lock(root: &Path) -> io::Result<File> {
    if let Ok(folder) = File::open(root).and_then(held) {
        return Ok(folder);
    }
    let root = root.canonicalize()?;
    let mut name = std::ffi::OsString::from(".");
    name.push(root.file_name().unwrap_or_default());
    name.push(".lock");
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    held(options.open(root.with_file_name(name))?)
}

fn held(file: File) -> io::Result<File> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done.map(|()| file),
        }
    }
}

/// Whether anything is there, a link that leads nowhere among it.
pub(super) fn there(whole: &Path) -> bool {
    whole.symlink_metadata().is_ok()
}

pub(super) fn make_parent(whole: &Path) -> Result<()> {
    let Some(folder) = whole.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| io_error(folder, error))
}

/// Only plain names, so that a file of a collection never means one outside of it.
pub(super) fn inside(path: &Path) -> Result<()> {
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain && path.components().next().is_some() { Ok(()) } else { Err(CollectionError::Outside(path.to_owned())) }
}

/// A path for a new request in a folder, taken by nobody.
pub fn new_path(root: &Path, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(format!("{}.{ENDING}", file_name(name)));
    if there(&root.join(&path)) { free(root, &path) } else { path }
}

fn free(root: &Path, path: &Path) -> PathBuf {
    // The dot of a folder's name begins no ending.
    let whole = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ending = format!(".{ENDING}");
    let (stem, ending) = match whole.strip_suffix(&ending) {
        Some(stem) => (stem, ending.as_str()),
        None => (whole.as_str(), ""),
    };
    let numbered = (2_u32..).map(|n| path.with_file_name(format!("{stem} {n}{ending}")));
    numbered.into_iter().find(|one| !there(&root.join(one))).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
