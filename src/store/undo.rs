//! What was done to a collection, so that it can be taken back: each change as its steps, taken back from the last one on.
//!
//! Somebody may have changed the files meanwhile. A step that finds something else than it left is not taken back, and that
//! is told; what would come where something else lies by now comes beside it. So nothing is lost either way.

use super::collection::{CollectionError, Stamp, io_error, last};
use super::shelf::{Result, Shelf, is_deleted, make_parent, there};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Taken away.
    Deleted,
    /// Given another name.
    Renamed,
    /// Put into another folder.
    Moved,
    /// Copied.
    Copied,
    /// A folder was made.
    Made,
    /// What is told of it is another text.
    Described,
}

/// A change that can be taken back. Paths are from the folder of all collections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// What was done.
    pub act: Act,
    /// To what: where it lies now, or where it lay.
    pub path: PathBuf,
    root: PathBuf,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Something lies elsewhere.
    Moved { from: PathBuf, to: PathBuf },
    /// A file holds something else; `None`: it was not there.
    Wrote { path: PathBuf, before: Option<Arc<[u8]>>, after: Stamp },
    /// A folder was made for it on the way.
    Folder(PathBuf),
    /// Something is there that was not.
    Made { path: PathBuf, looks: Stamp },
}

/// What taking back came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// What lies elsewhere now: from, to.
    pub moved: Vec<(PathBuf, PathBuf)>,
    /// What could not be taken back, or not to its own place.
    pub told: Vec<String>,
}

impl Undo {
    /// The folder of all collections in which it was done.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What lies elsewhere by it, what was deleted apart: from, to.
    pub fn moved(&self) -> impl Iterator<Item = (&Path, &Path)> {
        self.steps.iter().filter_map(|step| match step {
            Step::Moved { from, to } if !is_deleted(to) => Some((from.as_path(), to.as_path())),
            _ => None,
        })
    }
}

/// Writes down what is done while it is done.
pub(super) struct Notes<'a> {
    shelf: &'a Shelf,
    steps: Vec<Step>,
}

impl<'a> Notes<'a> {
    /// Nothing is done yet.
    pub(super) fn new(shelf: &'a Shelf) -> Self {
        Self { shelf, steps: Vec::new() }
    }

    /// The folders that have to be made for something at this path, the outer ones first.
    fn folders(&self, path: &Path) -> Vec<Step> {
        let above = path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
        let missing = above.take_while(|above| !there(&self.shelf.root.join(above)));
        let mut steps: Vec<Step> = missing.map(|above| Step::Folder(above.to_owned())).collect();
        steps.reverse();
        steps
    }

    /// Moves something to a place where nothing is.
    pub(super) fn shift(&mut self, from: &Path, to: &Path) -> Result<()> {
        let folders = self.folders(to);
        self.shelf.shift(from, to)?;
        self.steps.extend(folders);
        self.steps.push(Step::Moved { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    /// Puts a text into a file.
    pub(super) fn write(&mut self, path: &Path, text: &str) -> Result<()> {
        let before = self.shelf.bytes(path)?.map(Arc::from);
        self.shelf.put(path, text.as_bytes())?;
        self.steps.push(Step::Wrote { path: path.to_owned(), before, after: Stamp::of(text.as_bytes()) });
        Ok(())
    }

    /// Puts something that lies aside where nothing is.
    pub(super) fn place(&mut self, staged: &Path, path: &Path) -> Result<()> {
        let folders = self.folders(path);
        self.shelf.shift(staged, path)?;
        self.steps.extend(folders);
        let looks = looks(&self.shelf.root.join(path));
        self.steps.push(Step::Made { path: path.to_owned(), looks });
        Ok(())
    }
}

impl Shelf {
    /// Does something to what lies at a path, and tells how it is taken back. Where a step of it fails, those before it are
    /// taken back at once.
    pub(super) fn noted(&self, act: Act, does: impl FnOnce(&mut Notes<'_>) -> Result<PathBuf>) -> Result<Undo> {
        let mut notes = Notes::new(self);
        let done = does(&mut notes);
        let undo = Undo { act, path: PathBuf::new(), root: self.root.clone(), steps: notes.steps };
        match done {
            Ok(path) => Ok(Undo { path, ..undo }),
            Err(error) => {
                // What it failed of is what has to be told.
                let _ = self.take_back(&undo);
                Err(error)
            }
        }
    }

    /// Takes a change back.
    ///
    /// # Errors
    /// Where what was changed is gone: then nothing is taken back.
    pub fn take_back(&self, undo: &Undo) -> Result<Undone> {
        for step in &undo.steps {
            if let Step::Moved { to: path, .. } | Step::Made { path, .. } = step
                && !there(&self.root.join(path))
            {
                // Where deleted things lie aside is nothing that anybody knows of.
                return Err(CollectionError::Gone(if is_deleted(path) { undo.path.clone() } else { path.clone() }));
            }
        }
        let mut undone = Undone::default();
        for step in undo.steps.iter().rev() {
            match step {
                Step::Moved { from, to } => self.move_back(from, to, &mut undone)?,
                Step::Wrote { path, before, after } => self.write_back(path, before.as_deref(), *after, &mut undone)?,
                Step::Made { path, looks } => self.remove(path, *looks, &mut undone)?,
                // Somebody may have put something else into it by now.
                Step::Folder(path) => _ = std::fs::remove_dir(self.root.join(path)),
            }
        }
        Ok(undone)
    }

    fn move_back(&self, from: &Path, to: &Path, undone: &mut Undone) -> Result<()> {
        let back = match self.shift(to, from) {
            Ok(()) => from.to_owned(),
            Err(CollectionError::Exists(_)) => {
                let free = self.free(from);
                self.shift(to, &free)?;
                undone.told.push(format!("{} is taken: it is back as {}", from.display(), free.display()));
                free
            }
            Err(error) => return Err(error),
        };
        undone.moved.push((to.to_owned(), back));
        Ok(())
    }

    fn write_back(&self, path: &Path, before: Option<&[u8]>, after: Stamp, undone: &mut Undone) -> Result<()> {
        let now = self.bytes(path)?;
        if now.as_deref().map(Stamp::of) != Some(after) {
            undone.told.push(format!("{} was changed since: its text stays", path.display()));
            return Ok(());
        }
        match before {
            Some(bytes) => self.put(path, bytes),
            None => {
                let whole = self.root.join(path);
                std::fs::remove_file(&whole).map_err(|error| io_error(&whole, error))
            }
        }
    }

    fn remove(&self, path: &Path, looked: Stamp, undone: &mut Undone) -> Result<()> {
        if looks(&self.root.join(path)) != looked {
            undone.told.push(format!("{} was changed since: it stays", path.display()));
            return Ok(());
        }
        // Away in one step; a kill in the midst of removing leaves no half of it.
        let aside = self.staged(&last(path))?;
        self.shift(path, &aside)?;
        let whole = self.root.join(aside);
        let gone = if whole.is_dir() { std::fs::remove_dir_all(&whole) } else { std::fs::remove_file(&whole) };
        gone.map_err(|error| io_error(&whole, error))
    }

    /// Lets go of a change: what it deleted is removed for good.
    pub fn forget(&self, undo: &Undo) {
        for step in &undo.steps {
            if let Step::Moved { to, .. } = step
                && is_deleted(to)
            {
                let whole = self.root.join(to);
                // Nothing can be done about what stays, and it is hidden.
                let _ = if whole.is_dir() { std::fs::remove_dir_all(&whole) } else { std::fs::remove_file(&whole) };
            }
        }
    }
}

/// Lets go of changes at the end of the program.
pub fn forget<'a>(undos: impl Iterator<Item = &'a Undo>) {
    for undo in undos.filter(|undo| undo.act == Act::Deleted) {
        if let Ok(shelf) = Shelf::open(&undo.root) {
            shelf.forget(undo);
        }
    }
}

/// Copies what is a file or a folder of files into a place where nothing is. Links lead elsewhere, and what begins with a
/// dot is somebody else's: a repository's own.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = |error| io_error(from, error);
    if !from.is_dir() {
        make_parent(to)?;
        return std::fs::copy(from, to).map(|_| ()).map_err(failed);
    }
    std::fs::create_dir_all(to).map_err(|error| io_error(to, error))?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, name) = (entry.file_type().map_err(failed)?, entry.file_name());
        if !kind.is_symlink() && !name.to_string_lossy().starts_with('.') {
            copy(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}

/// How something looks: names, sizes and times of all that is in it. What anybody does to it shows.
fn looks(whole: &Path) -> Stamp {
    let mut seen = Vec::new();
    look(whole, &mut seen);
    Stamp::of(&seen)
}

fn look(whole: &Path, seen: &mut Vec<u8>) {
    let Ok(about) = whole.symlink_metadata() else { return };
    seen.extend_from_slice(whole.file_name().unwrap_or_default().as_encoded_bytes());
    seen.push(0);
    if about.is_dir() {
        let mut inside: Vec<PathBuf> =
            std::fs::read_dir(whole).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inside.sort();
        inside.iter().for_each(|path| look(path, seen));
        seen.push(1);
        return;
    }
    let time = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    seen.extend_from_slice(&about.len().to_le_bytes());
    seen.extend_from_slice(&time.unwrap_or_default().as_nanos().to_le_bytes());
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;
