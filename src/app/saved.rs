//! The saved requests: the tree beside the address, and what is done to its files. It asks for changes and never touches
//! a file itself.
//!
//! ```text
//!  key ─▶ Job ─▶ runtime (files) ─▶ Done { what became of it, all files read anew } ─▶ rows
//! ```
//! One job at a time: each ends with all that is there now, so that nothing here has to guess it.

mod describe;
mod follow;
mod job;
mod keys;
mod library;
mod prompt;
mod save;

pub use follow::{Outside, keep, leave, outside, waits};
pub use job::{Change, Done, Imported, Job, done, edited, read, start};
pub(in crate::app) use keys::filtered;
pub use keys::{command, fill, typed};
pub use library::Library;
pub use prompt::{Prompt, Purpose, command as prompt_command, pasted as prompt_pasted, typed as prompt_typed};
pub use save::save;

use super::edit::Line;
use super::event::TaskId;
use super::tabs::TabId;
use crate::store::{Entry, Undo};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The collection where requests are saved when nobody says where.
pub const MINE: &str = "My requests";

/// Collections with so few things in them are open at first.
const FEW: usize = 40;

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct SavedPane {
    /// Whether the left pane shows it, in place of the resources.
    pub shown: bool,
    /// What there is.
    pub library: Library,
    /// Whether that was read at all.
    pub known: bool,
    /// The rows that are shown: places in the library.
    pub rows: Vec<usize>,
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// What is looked for.
    pub filter: Line,
    /// Whether it is being typed.
    pub filtering: bool,
    /// The folders that are open.
    open: HashSet<PathBuf>,
    /// The job under way, and whether it changes files.
    pub task: Option<(TaskId, bool)>,
    /// The tab in front when it was started.
    for_tab: TabId,
    /// What was done to the files and can be taken back, the last one last.
    pub undos: Vec<Undo>,
    /// The file that the user's own editor has.
    edited: Option<PathBuf>,
}

impl SavedPane {
    /// The entry under the cursor.
    pub fn current(&self) -> Option<&Entry> {
        self.rows.get(self.row).and_then(|at| self.library.get(*at))
    }

    /// Whether a folder is open; with a filter all are.
    pub fn is_open(&self, path: &Path) -> bool {
        !self.filter.text().is_empty() || self.open.contains(path)
    }

    /// Opens or closes a folder.
    fn set_open(&mut self, path: &Path, open: bool) {
        if open {
            self.open.insert(path.to_owned());
        } else {
            self.open.remove(path);
        }
        self.refresh();
    }

    /// Takes over what was read. The cursor stays on what it stood on.
    fn take(&mut self, library: Library) {
        let before = self.current().map(|entry| entry.path().to_owned());
        let first = !std::mem::replace(&mut self.known, true);
        self.library = library;
        if first && self.library.own() <= FEW {
            let tops = self.library.entries().iter().take(self.library.own()).filter(|entry| entry.depth() == 0);
            self.open = tops.map(|entry| entry.path().to_owned()).collect();
        }
        self.refresh();
        if let Some(path) = before {
            self.go_to(&path);
        }
    }

    /// Puts the cursor on the entry at this path, if it is shown.
    fn go_to(&mut self, path: &Path) {
        let at = self.rows.iter().position(|at| self.library.get(*at).is_some_and(|entry| entry.path() == path));
        if let Some(row) = at {
            self.row = row;
        }
    }

    /// The same, with all that it lies in opened.
    fn reveal(&mut self, path: &Path) {
        self.open.extend(path.ancestors().skip(1).map(Path::to_owned));
        self.refresh();
        self.go_to(path);
    }

    /// Finds the rows anew.
    fn refresh(&mut self) {
        self.rows = self.library.shown(&self.filter.text().to_lowercase(), &self.open);
        self.row = self.row.min(self.rows.len().saturating_sub(1));
    }
}
