//! Collections: folders of request files, one request a file. Read whole, written one file at a time.
//!
//! Somebody else may change the files at any moment. What is written over is known by its [`Stamp`]; where the file is no
//! longer that, what was to be written goes into a file beside it, and that is told.

use super::about::{ABOUT, About};
use super::file_name;
use crate::profile::replace_file;
use crate::request::Saved;
use crate::request::saved_text::{self, SavedError};
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Beyond this a file is no request that somebody wrote; bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Folders within folders that are looked into.
const DEEPEST: usize = 16;
/// Where deleted things lie until the program ends.
const TRASH: &str = ".trash";
const ENDING: &str = "toml";

/// What a file held when it was last read or written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    fn of(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        Self(hasher.finish())
    }
}

/// One line of a collection's tree, in the order in which it is shown: folders first, each before what is in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A folder.
    Folder {
        /// From the collection's root.
        path: PathBuf,
        /// What its own file tells.
        about: Arc<About>,
    },
    /// A request.
    Request {
        /// From the collection's root, with its ending.
        path: PathBuf,
        /// What the file says.
        saved: Arc<Saved>,
        /// What the file held.
        stamp: Stamp,
    },
    /// A file that is no request.
    Broken {
        /// From the collection's root, with its ending.
        path: PathBuf,
        /// Why not.
        error: String,
    },
}

impl Entry {
    /// From the collection's root.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder { path, .. } | Self::Request { path, .. } | Self::Broken { path, .. } => path,
        }
    }

    /// How deep it lies; 0: in the root.
    pub fn depth(&self) -> usize {
        self.path().components().count().saturating_sub(1)
    }

    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::Request { saved, .. } => saved.name.clone(),
            Self::Folder { about, .. } if !about.name.is_empty() => about.name.clone(),
            Self::Folder { path, .. } => last(path),
            Self::Broken { path, .. } => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }
}

fn last(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A collection as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// Its folder.
    pub root: PathBuf,
    /// What the root's own file tells: name, description, variables.
    pub about: Arc<About>,
    /// Everything in it.
    pub entries: Vec<Entry>,
}

/// What became of a file that was to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is what was wanted.
    There(PathBuf, Stamp),
    /// Somebody changed the file meanwhile. Theirs stays; this one lies beside it.
    Beside(PathBuf, Stamp),
}

/// Why a collection was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The system's own error.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        #[source]
        source: io::Error,
    },
    /// Something is there already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// A path that leads out of the collection.
    #[error("{} lies outside of the collection", .0.display())]
    Outside(PathBuf),
}

type Result<T> = std::result::Result<T, CollectionError>;

impl Collection {
    /// Reads a folder. A folder that is not there is empty; a file that is no request is told as such and hides nothing.
    pub fn read(root: &Path) -> Self {
        let mut found = Vec::new();
        let about = list(root, Path::new(""), 0, &mut found);
        let files = found.iter().filter(|one| one.folder.is_none()).count();
        // A file takes some 20 µs; threads pay from a few hundred on.
        let parts = if files < 256 { 1 } else { std::thread::available_parallelism().map_or(2, |n| n.get().min(8)) };
        let entries = std::thread::scope(|scope| {
            let size = found.len().div_ceil(parts).max(1);
            let tasks: Vec<_> = found
                .chunks(size)
                .map(|part| scope.spawn(|| part.iter().map(|one| one.entry(root)).collect::<Vec<_>>()))
                .collect();
            // A thread that stopped early would be a mistake in the reading of one file: the others are shown.
            tasks.into_iter().filter_map(|task| task.join().ok()).flatten().collect()
        });
        Self { root: root.to_owned(), about, entries }
    }

    /// The request at this path.
    pub fn request(&self, path: &Path) -> Option<(&Arc<Saved>, Stamp)> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Request { path: own, saved, stamp } if own == path => Some((saved, *stamp)),
            _ => None,
        })
    }
}

struct Found {
    path: PathBuf,
    /// Of a folder: what its own file tells.
    folder: Option<Arc<About>>,
}

impl Found {
    fn entry(&self, root: &Path) -> Entry {
        let path = self.path.clone();
        if let Some(about) = &self.folder {
            return Entry::Folder { path, about: Arc::clone(about) };
        }
        match read_one(root, &path) {
            Ok((saved, stamp)) => Entry::Request { path, saved: Arc::new(saved), stamp },
            Err(error) => Entry::Broken { path, error },
        }
    }
}

/// Reads one request of a collection.
pub fn read_one(root: &Path, path: &Path) -> std::result::Result<(Saved, Stamp), String> {
    let bytes = bytes_of(&root.join(path)).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("it has more than {LARGEST} bytes, more than a request that somebody wrote"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is no text in UTF-8".to_owned())?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let told = |error: SavedError| error.to_string();
    Ok((saved_text::read(text, &stem).map_err(told)?, Stamp::of(&bytes)))
}

/// A file, without asking for its size first: of thousands, each call to the system counts.
fn bytes_of(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(2048);
    std::fs::File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What lies in a folder: first what its own file names, in that order; then folders, then files, each in the order people
/// expect of names with numbers in them.
fn list(root: &Path, below: &Path, depth: usize, found: &mut Vec<Found>) -> Arc<About> {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else { return Arc::default() };
    let about = Arc::new(About::read(&root.join(below).join(ABOUT)));
    let mut inside = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = below.join(entry.file_name());
        // What begins with a dot is not ours: locks, the trash, a repository's own.
        if name.starts_with('.') || name == ABOUT {
            continue;
        }
        // A link is not followed: it may lead anywhere, itself included.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => inside.push((path, true)),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == ENDING) => {
                inside.push((path, false));
            }
            _ => {}
        }
    }
    inside.sort_by_cached_key(|(path, folder)| {
        let name = last(path);
        let told = about.order.iter().position(|own| *own == name).unwrap_or(usize::MAX);
        // `x 2` comes behind `x`, whatever the ending would say.
        let stem = if *folder { name } else { path.file_stem().unwrap_or_default().to_string_lossy().into_owned() };
        (told, !folder, natural(&stem))
    });
    for (path, folder) in inside {
        if !folder {
            found.push(Found { path, folder: None });
            continue;
        }
        let place = found.len();
        found.push(Found { path: path.clone(), folder: Some(Arc::default()) });
        if depth < DEEPEST {
            let told = list(root, &path, depth + 1, found);
            if let Some(one) = found.get_mut(place) {
                one.folder = Some(told);
            }
        }
    }
    about
}

/// A key to sort by: case does not matter, and 2 comes before 10.
fn natural(name: &str) -> Vec<(bool, u64, String)> {
    let mut parts: Vec<(bool, u64, String)> = Vec::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        let digit = c.to_digit(10).map(u64::from);
        match (digit, parts.last_mut()) {
            (Some(digit), Some((false, number, _))) => *number = number.saturating_mul(10).saturating_add(digit),
            (Some(digit), _) => parts.push((false, digit, String::new())),
            (None, Some((true, _, text))) => text.push(c),
            (None, _) => parts.push((true, 0, c.to_string())),
        }
    }
    parts
}

/// Writes a request over the file whose stamp is known; `None`: a new file. The path is from the root, with its ending.
pub fn save(root: &Path, path: &Path, saved: &Saved, over: Option<Stamp>) -> Result<Written> {
    inside(path)?;
    let whole = root.join(path);
    let old = match std::fs::read(&whole) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(io_error(&whole, error)),
    };
    let changed = match (&old, over) {
        (Some(bytes), Some(stamp)) => Stamp::of(bytes) != stamp,
        // Nobody knew of a file there, so nobody meant to write over it.
        (Some(_), None) => true,
        // Deleted meanwhile: what is saved is there again.
        (None, _) => false,
    };
    let before = old.as_ref().filter(|_| !changed).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let text = saved_text::write(saved, before);
    let place = if changed { free(root, path) } else { path.to_owned() };
    put(&root.join(&place), text.as_bytes())?;
    let stamp = Stamp::of(text.as_bytes());
    Ok(if changed { Written::Beside(place, stamp) } else { Written::There(place, stamp) })
}

/// A path for a new request in a folder, taken by nobody.
pub fn new_path(root: &Path, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(format!("{}.{ENDING}", file_name(name)));
    if root.join(&path).exists() { free(root, &path) } else { path }
}

/// The same name with the first number behind it that is free.
fn free(root: &Path, path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
    let numbered = (2_u32..).map(|n| path.with_file_name(format!("{stem} {n}{ending}")));
    numbered.into_iter().find(|one| !root.join(one).exists()).unwrap_or_else(|| path.to_owned())
}

fn put(whole: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = whole.parent() {
        std::fs::create_dir_all(folder).map_err(|error| io_error(folder, error))?;
    }
    replace_file(whole, bytes).map_err(|error| io_error(whole, error))
}

/// Writes what a folder tells of itself; the empty path is the root.
pub fn describe(root: &Path, folder: &Path, about: &About) -> Result<()> {
    if !folder.as_os_str().is_empty() {
        inside(folder)?;
    }
    put(&root.join(folder).join(ABOUT), about.write().as_bytes())
}

/// Makes an empty folder.
pub fn make_folder(root: &Path, path: &Path) -> Result<()> {
    inside(path)?;
    let whole = root.join(path);
    std::fs::create_dir_all(&whole).map_err(|error| io_error(&whole, error))
}

/// Moves or renames a request or a folder. Nothing is written over.
pub fn rename(root: &Path, from: &Path, to: &Path) -> Result<()> {
    inside(from)?;
    inside(to)?;
    if to.starts_with(from) && to != from {
        return Err(CollectionError::Outside(to.to_owned()));
    }
    let (old, new) = (root.join(from), root.join(to));
    if new.exists() {
        return Err(CollectionError::Exists(to.to_owned()));
    }
    if let Some(folder) = new.parent() {
        std::fs::create_dir_all(folder).map_err(|error| io_error(folder, error))?;
    }
    std::fs::rename(&old, &new).map_err(|error| io_error(&old, error))
}

/// Copies a request to a free name beside it; the path of the copy.
pub fn duplicate(root: &Path, path: &Path) -> Result<PathBuf> {
    inside(path)?;
    let copy = free(root, path);
    let whole = root.join(path);
    let bytes = std::fs::read(&whole).map_err(|error| io_error(&whole, error))?;
    put(&root.join(&copy), &bytes)?;
    Ok(copy)
}

/// What was deleted, to be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    from: PathBuf,
    lies: PathBuf,
}

impl Deleted {
    /// Where it lay.
    pub fn from(&self) -> &Path {
        &self.from
    }

    /// Where it lies now.
    pub(super) fn lies(&self) -> &Path {
        &self.lies
    }
}

/// Takes a request or a folder away; it can be brought back until [`empty_trash`].
pub fn delete(root: &Path, path: &Path) -> Result<Deleted> {
    inside(path)?;
    let trash = root.join(TRASH);
    std::fs::create_dir_all(&trash).map_err(|error| io_error(&trash, error))?;
    let name = Path::new(TRASH).join(last(path));
    let lies = if root.join(&name).exists() { free(root, &name) } else { name };
    let whole = root.join(path);
    std::fs::rename(&whole, root.join(&lies)).map_err(|error| io_error(&whole, error))?;
    Ok(Deleted { from: path.to_owned(), lies })
}

/// Brings back what was deleted; where it is now.
pub fn restore(root: &Path, deleted: &Deleted) -> Result<PathBuf> {
    let to = if root.join(&deleted.from).exists() { free(root, &deleted.from) } else { deleted.from.clone() };
    let (old, new) = (root.join(&deleted.lies), root.join(&to));
    if let Some(folder) = new.parent() {
        std::fs::create_dir_all(folder).map_err(|error| io_error(folder, error))?;
    }
    std::fs::rename(&old, &new).map_err(|error| io_error(&old, error))?;
    Ok(to)
}

/// Removes for good what was deleted.
pub fn empty_trash(root: &Path) {
    // Nothing can be done about what stays, and it is hidden.
    let _ = std::fs::remove_dir_all(root.join(TRASH));
}

/// Only plain names, so that a file of a collection never means one outside of it.
fn inside(path: &Path) -> Result<()> {
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain && path.components().next().is_some() { Ok(()) } else { Err(CollectionError::Outside(path.to_owned())) }
}

fn io_error(path: &Path, source: io::Error) -> CollectionError {
    CollectionError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
#[path = "collection_tests.rs"]
mod tests;
