//! What is done to the files of saved requests, and what came of it. Plain data: the runtime does it.

use super::Library;
use super::{follow, keys, prompt, save};
use crate::app::command::{Command, Scope};
use crate::app::dialog::{self, Dialog};
use crate::app::event::{Effect, TaskId};
use crate::app::state::{Out, State};
use crate::app::tabs;
use crate::request::Saved;
use crate::store::{Act, Entry, Stamp, Undo, Undone};
use std::path::{Path, PathBuf};

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
    /// Tell this of a request.
    Describe(PathBuf, String),
    /// Give a request these tags.
    Tag(PathBuf, Vec<String>),
    /// Take the last change back.
    Undo(Box<Undo>),
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
    /// Something was done that can be taken back.
    Arranged(Box<Undo>),
    /// Something was taken back: what, and how far.
    Undone(Box<Undo>, Undone),
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
    state.saved.for_tab = state.rest.tab;
    out.push(Effect::Collections(id, job));
}

/// A job has ended.
pub fn done(state: &mut State, id: TaskId, done: Done) {
    if state.saved.task.is_none_or(|(current, _)| current != id) {
        return;
    }
    state.saved.task = None;
    let before = state.saved.library.clone();
    state.saved.take(done.library);
    let own = !matches!(done.change, Ok(Change::None) | Err(_));
    match done.change {
        Ok(change) => changed(state, change, &before),
        Err(why) => state.tell(why),
    }
    follow::follow(state, &before, own);
    reread(state);
    prompt::refresh(state);
}

/// The user's own editor has ended.
pub fn edited(state: &mut State, result: Result<(), String>, out: &mut Out) {
    match result {
        Ok(()) => read(state, out),
        Err(why) => {
            state.saved.edited = None;
            state.tell(why);
        }
    }
}

/// A file that the user has edited is told of, and stands in the editors again where nothing else is typed there.
fn reread(state: &mut State) {
    let Some(path) = state.saved.edited.take() else { return };
    let entry = state.saved.library.find(&path).and_then(|at| state.saved.library.get(at)).cloned();
    let here = state.rest.origin.as_ref().is_some_and(|origin| origin.path == path);
    match entry {
        Some(Entry::Broken { error, .. }) => {
            let key = state.keymap.key(Scope::Saved, Command::EditOutside);
            state.tell(format!("It is no request now: {error}: {key} opens it again"));
        }
        Some(_) if here && !state.rest.is_changed() => keys::fill(state, &path),
        _ => {}
    }
}

fn changed(state: &mut State, change: Change, before: &Library) {
    match change {
        Change::None => {}
        Change::Saved { path, saved, stamp, beside } => {
            state.saved.reveal(&path);
            let tab = state.saved.for_tab;
            // Where its tab is closed by now, it is told all the same.
            if tabs::within(
                state,
                |rest| rest.tab == tab,
                |state| {
                    save::saved(state, &path, (*saved).clone(), stamp, beside);
                },
            )
            .is_none()
            {
                state.tell(format!("Saved as {}", state.saved.library.shown_path(&path)));
            }
        }
        Change::Arranged(undo) => arranged(state, *undo, before),
        Change::Undone(undo, undone) => taken_back(state, &undo, &undone),
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

fn arranged(state: &mut State, undo: Undo, before: &Library) {
    for (from, to) in undo.moved() {
        follow::moved(state, from, to);
    }
    let key = state.keymap.key(Scope::Saved, Command::Undo);
    let library = if undo.act == Act::Deleted { before } else { &state.saved.library };
    let shown = library.shown_path(&undo.path);
    state.tell(match undo.act {
        Act::Deleted => format!("Deleted {shown}: {key} brings it back"),
        Act::Renamed => format!("Renamed to {shown}: {key} takes it back"),
        Act::Moved => format!("Moved to {shown}: {key} takes it back"),
        Act::Copied => format!("Copied to {shown}: {key} takes it back"),
        Act::Made => format!("Made {shown}: {key} takes it back"),
        Act::Described => format!("Changed what is told of {shown}: {key} takes it back"),
    });
    if undo.act != Act::Deleted {
        state.saved.reveal(&undo.path);
    }
    state.saved.undos.push(undo);
}

fn taken_back(state: &mut State, undo: &Undo, undone: &Undone) {
    // A failure leaves it in its place; what could not be taken back now never can.
    if state.saved.undos.last() == Some(undo) {
        state.saved.undos.pop();
    }
    for (from, to) in &undone.moved {
        follow::moved(state, from, to);
    }
    let place: &Path = undone.moved.last().map_or(&undo.path, |(_, to)| to);
    state.saved.reveal(place);
    let shown = state.saved.library.shown_path(place);
    let told = undone.told.join("; ");
    state.tell(match undo.act {
        _ if !told.is_empty() => told,
        Act::Deleted => format!("{shown} is back"),
        Act::Renamed => format!("It is called {shown} again"),
        Act::Moved => format!("{shown} is back in its place"),
        Act::Copied | Act::Made => format!("{shown} is gone again"),
        Act::Described => format!("What is told of {shown} is what it was"),
    });
}
