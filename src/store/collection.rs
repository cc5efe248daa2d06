//! Collections as they are read: folders of request files, one request a file. Writes nothing; that is the shelf's.
//!
//! Somebody else may change the files at any moment. What a file held when it was read is known by its [`Stamp`].

use super::about::{ABOUT, About};
use crate::request::Saved;
use crate::request::saved_text::{self, SavedError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Beyond this a file is no request that somebody wrote; bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// Folders within folders that are looked into.
const DEEPEST: usize = 16;
/// What the file of a request ends with.
pub(super) const ENDING: &str = "toml";

/// What a file held when it was last read or written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// The same in every version of the program, since it is kept between runs: FNV-1a.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
    }

    /// As it is kept.
    pub fn text(self) -> String {
        format!("{:016x}", self.0)
    }

    /// The stamp that was kept so; a text that is none is the stamp of no file.
    pub fn of_text(text: &str) -> Self {
        Self(u64::from_str_radix(text, 16).unwrap_or_default())
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

pub(super) fn last(path: &Path) -> String {
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
    /// It was there when the user saw it.
    #[error("{} is no longer there", .0.display())]
    Gone(PathBuf),
    /// A file that is no request.
    #[error("{} is no request: {}", .0.display(), .1)]
    NoRequest(PathBuf, String),
}

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
pub fn read_one(root: &Path, path: &Path) -> Result<(Saved, Stamp), String> {
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
        // What begins with a dot is no request: what the shelf puts aside, a repository's own.
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

pub(super) fn io_error(path: &Path, source: io::Error) -> CollectionError {
    CollectionError::Io { path: path.to_owned(), source }
}
