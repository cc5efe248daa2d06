//! What is done to the files of saved requests, and what came of it. Plain data: the runtime does it.

use super::Library;
use super::{prompt, save};
use crate::app::command::{Command, Scope};
use crate::app::dialog::{self, Dialog};
use crate::app::event::{Effect, TaskId};
use crate::app::state::{Out, State};
use crate::request::Saved;
use crate::store::{Deleted, Entry, Stamp};
use std::path::PathBuf;

/// Something to do. Paths are from the folder of all collections.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// Read all.
    Read,
    /// Write a request over the file that held this; `None`: a new one.
    Save(PathBuf, Box<Saved>, Option<Stamp>),
    /// Make a folder.
    MakeFolder(PathBuf),
    /// Give another name.
    Call(PathBuf, String),
    /// Move to another folder.
    Move(PathBuf, PathBuf),
    /// Copy beside it.
    Duplicate(PathBuf),
    /// Take away.
    Delete(PathBuf),
    /// Bring back.
    Restore(Deleted),
    /// Read a file of another tool.
    Import(String),
    /// The same from a text.
    ImportText(String),
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing was to be changed.
    None,
    /// A request was written.
    Saved {
        /// Where it lies.
        path: PathBuf,
        /// As it was written.
        saved: Box<Saved>,
        /// What the file holds.
        stamp: Stamp,
        /// Whether somebody else changed the file that was meant: theirs stays, this lies beside it.
        beside: bool,
    },
    /// There is something new.
    Made(PathBuf),
    /// Something lies elsewhere.
    Moved(PathBuf, PathBuf),
    /// Something was taken away.
    Deleted(Deleted),
    /// Something is back.
    Restored(PathBuf),
    /// A file of another tool was read.
    Imported(Imported),
}

/// What an import brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// In a line.
    pub told: String,
    /// What was left out or could not be carried.
    pub lost: Vec<String>,
    /// Where it lies, where it is requests.
    pub path: Option<PathBuf>,
}

/// The end of a job.
#[derive(Debug, Clone)]
pub struct Done {
    /// What became of it, or why nothing.
    pub change: Result<Change, String>,
    /// All that is there now.
    pub library: Library,
}

/// Has the files read again, unless something is under way that ends with it.
pub fn read(state: &mut State, out: &mut Out) {
    if state.saved.task.is_none() {
        start(state, Job::Read, out);
    }
}

/// Starts a job. One that changes files waits for none: the one before is told to end first.
pub fn start(state: &mut State, job: Job, out: &mut Out) {
    if matches!(state.saved.task, Some((_, true))) {
        state.tell("The files are just being changed: try it again".to_owned());
        return;
    }
    let id = state.flights.number();
    state.saved.task = Some((id, job != Job::Read));
    out.push(Effect::Collections(id, job));
}

/// A job has ended.
pub fn done(state: &mut State, id: TaskId, done: Done) {
    if state.saved.task.is_none_or(|(current, _)| current != id) {
        return;
    }
    state.saved.task = None;
    state.saved.take(done.library);
    match done.change {
        Ok(change) => changed(state, change),
        Err(why) => state.tell(why),
    }
    save::look_outside(state);
    prompt::refresh(state);
}

fn changed(state: &mut State, change: Change) {
    match change {
        Change::None => {}
        Change::Saved { path, saved, stamp, beside } => {
            state.saved.reveal(&path);
            save::saved(state, &path, *saved, stamp, beside);
        }
        Change::Made(path) => state.saved.reveal(&path),
        Change::Moved(from, to) => {
            state.saved.reveal(&to);
            save::moved(state, &from, &to);
        }
        Change::Deleted(deleted) => {
            let name = deleted.from().file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let key = state.keymap.key(Scope::Saved, Command::Undo);
            state.tell(format!("Deleted {name}: {key} brings it back"));
            state.saved.deleted.push(deleted);
        }
        Change::Restored(path) => {
            // What is back was the last one; a failure leaves it where it was.
            state.saved.deleted.pop();
            state.saved.reveal(&path);
            let shown = state.saved.library.shown_path(&path);
            state.tell(format!("{shown} is back"));
        }
        Change::Imported(imported) => {
            if let Some(path) = &imported.path {
                state.saved.shown = true;
                state.saved.set_open(
                    path,
                    state
                        .saved
                        .library
                        .find(path)
                        .is_some_and(|at| matches!(state.saved.library.get(at), Some(Entry::Folder { .. }))),
                );
                state.saved.reveal(path);
            }
            if imported.lost.is_empty() {
                state.tell(imported.told);
            } else {
                dialog::open(state, Dialog::Told { title: imported.told, lines: imported.lost, top: 0 });
            }
        }
    }
}
