//! The saved requests' commands: walking, filling the editors, and changes of files.

use super::job::{Job, read, start};
use super::prompt::{self, Purpose};
use super::{describe, follow, save};
use crate::app::command::{Command, Scope};
use crate::app::dialog::{self, Dialog};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::rest::{self, Focus, focus_on};
use crate::app::state::{Out, State, walk};
use crate::request::Request;
use crate::store::Entry;
use std::path::{Path, PathBuf};

/// A command on the pane; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.tree);
    let pane = &mut state.saved;
    if pane.filtering {
        match command {
            Command::Submit => pane.filtering = false,
            Command::Cancel => {
                pane.filtering = false;
                look_for(state, "");
            }
            Command::NextMatch => pane.row = (pane.row + 1).min(pane.rows.len().saturating_sub(1)),
            Command::PreviousMatch => pane.row = pane.row.saturating_sub(1),
            _ => return false,
        }
        return true;
    }
    let rows = pane.rows.len();
    if walk(command, &mut pane.row, &mut pane.top, rows, height) {
        return true;
    }
    let taken = on_row(state, command, out) || on_files(state, command, out);
    if taken {
        let pane = &mut state.saved;
        pane.top = crate::app::answer::keep_in_view(pane.top, pane.row, height, pane.rows.len());
    }
    taken
}

fn on_row(state: &mut State, command: Command, out: &mut Out) -> bool {
    let entry = state.saved.current().cloned();
    match (command, entry) {
        (Command::Search, _) => state.saved.filtering = true,
        (Command::Cancel, _) if !state.saved.filter.text().is_empty() => look_for(state, ""),
        (Command::Refresh, _) => read(state, out),
        (Command::Import, _) => prompt::open(state, Purpose::Import, ""),
        (Command::Undo, _) => match state.saved.undos.last().cloned() {
            Some(undo) => start(state, Job::Undo(Box::new(undo)), out),
            None => state.tell("Nothing was changed in this run".to_owned()),
        },
        (Command::Open, Some(Entry::Folder { path, .. })) => {
            let open = !state.saved.is_open(&path);
            state.saved.set_open(&path, open);
        }
        (Command::Right, Some(Entry::Folder { path, .. })) => {
            if state.saved.is_open(&path) {
                state.saved.row = (state.saved.row + 1).min(state.saved.rows.len().saturating_sub(1));
            } else {
                state.saved.set_open(&path, true);
            }
        }
        (Command::Left, Some(entry)) => fold(state, &entry),
        (Command::Open | Command::Right, Some(Entry::Request { path, .. })) => {
            fill(state, &path);
            focus_on(state, Focus::Address);
        }
        (Command::Send, Some(Entry::Request { path, .. })) => {
            fill(state, &path);
            rest::send(state, out);
        }
        (Command::Open | Command::Right | Command::Send | Command::Describe, Some(Entry::Broken { error, .. })) => {
            state.tell(format!("No request: {error}"));
        }
        (Command::Describe, Some(entry)) => {
            let (title, lines) = describe::described(&state.saved.library, &entry);
            dialog::open(state, Dialog::Told { title, lines, top: 0 });
        }
        _ => return false,
    }
    true
}

/// What changes files: nothing of what comes with the program.
fn on_files(state: &mut State, command: Command, out: &mut Out) -> bool {
    let changes = matches!(
        command,
        Command::NewFolder
            | Command::Rename
            | Command::Move
            | Command::Duplicate
            | Command::Delete
            | Command::EditTags
            | Command::EditDescription
            | Command::EditOutside
    );
    if !changes {
        return false;
    }
    let path = state.saved.current().map(|entry| entry.path().to_owned());
    if command == Command::NewFolder {
        let inside = path.filter(|path| state.saved.library.is_own(path)).map(|path| folder_of(state, &path));
        let text = inside.map(|path| format!("{}/", state.saved.library.shown_path(&path))).unwrap_or_default();
        prompt::open(state, Purpose::Folder, text);
        return true;
    }
    let Some(path) = path else {
        let save = state.keymap.key(Scope::Rest, Command::Save);
        let import = state.keymap.key(Scope::Saved, Command::Import);
        state.tell(format!("There is nothing here: {save} saves what is typed, {import} imports"));
        return true;
    };
    let own = state.saved.library.is_own(&path);
    match command {
        Command::Duplicate if !own => copy_of_ours(state, &path, out),
        _ if !own => {
            let copy = state.keymap.key(Scope::Saved, Command::Duplicate);
            state.tell(format!("What comes with the program cannot be changed: {copy} copies it into yours"));
        }
        Command::Rename => {
            let name = state.saved.current().map(Entry::name).unwrap_or_default();
            prompt::open(state, Purpose::Call(path), name);
        }
        Command::Move => {
            let above = path.parent().map(|above| state.saved.library.shown_path(above)).unwrap_or_default();
            prompt::open(state, Purpose::Move(path), above);
        }
        Command::Delete => start(state, Job::Delete(path), out),
        Command::Duplicate => start(state, Job::Duplicate(path), out),
        _ => on_text(state, command, path, out),
    }
    true
}

/// What is told of a request, and its file itself.
fn on_text(state: &mut State, command: Command, path: PathBuf, out: &mut Out) {
    let editor = state.keymap.key(Scope::Saved, Command::EditOutside);
    match (command, state.saved.current()) {
        (Command::EditOutside, Some(Entry::Request { .. } | Entry::Broken { .. })) => {
            out.push(Effect::EditFile(state.saved.library.folder.join(&path)));
            state.saved.edited = Some(path);
        }
        (_, Some(Entry::Broken { .. })) => state.tell(format!("It is no request: {editor} opens its file")),
        (Command::EditTags, Some(Entry::Request { saved, .. })) => {
            let tags = saved.tags.join(", ");
            prompt::open(state, Purpose::Tags(path), tags);
        }
        (Command::EditDescription, Some(Entry::Request { saved, .. })) => {
            if saved.description.trim_end().contains('\n') {
                return state.tell(format!("It has several lines: {editor} opens its file in your editor"));
            }
            let text = saved.description.trim_end().to_owned();
            prompt::open(state, Purpose::Description(path), text);
        }
        _ => state.tell("That is told of requests only".to_owned()),
    }
}

/// A request of ours is copied by saving it among the user's.
fn copy_of_ours(state: &mut State, path: &Path, out: &mut Out) {
    match state.saved.current() {
        Some(Entry::Request { .. }) => {
            fill(state, path);
            save::save(state, out);
        }
        _ => state.tell("Only requests are copied".to_owned()),
    }
}

/// The folder that something is, or lies in.
fn folder_of(state: &State, path: &Path) -> PathBuf {
    match state.saved.library.find(path).and_then(|at| state.saved.library.get(at)) {
        Some(Entry::Folder { path, .. }) => path.clone(),
        _ => path.parent().map(Path::to_owned).unwrap_or_default(),
    }
}

/// Closes a folder; from what lies in one to the folder.
fn fold(state: &mut State, entry: &Entry) {
    let pane = &mut state.saved;
    let filtered = !pane.filter.text().is_empty();
    match entry {
        Entry::Folder { path, .. } if pane.is_open(path) && !filtered => pane.set_open(path, false),
        other => {
            if let Some(above) = other.path().parent() {
                pane.go_to(above);
            }
        }
    }
}

fn look_for(state: &mut State, text: &str) {
    let pane = &mut state.saved;
    let on = pane.current().map(|entry| entry.path().to_owned());
    pane.filter.set(text);
    pane.refresh();
    if let Some(path) = on {
        pane.reveal(&path);
    }
}

/// A key in the filter.
pub fn typed(state: &mut State, key: Key) {
    let pane = &mut state.saved;
    if pane.filtering && pane.filter.input(key) {
        filtered(state);
    }
}

/// What is looked for has changed: the cursor goes to the first request that is like it.
pub(in crate::app) fn filtered(state: &mut State) {
    let pane = &mut state.saved;
    pane.refresh();
    let library = &pane.library;
    let hit = |at: &usize| matches!(library.get(*at), Some(Entry::Request { .. }));
    pane.row = if pane.filter.text().is_empty() { 0 } else { pane.rows.iter().position(hit).unwrap_or(0) };
    pane.top = 0;
}

/// Puts a saved request into the editors. What was typed there and nowhere saved is kept.
pub fn fill(state: &mut State, path: &Path) {
    let found = state.saved.library.find(path).and_then(|at| state.saved.library.get(at)).cloned();
    let Some(Entry::Request { saved, stamp, .. }) = found else { return };
    if state.rest.origin.is_none() || state.rest.is_changed() {
        rest::keep_typed(state);
    }
    let trust = state.saved.library.trust(path);
    state.rest.fill(&Request { trust, ..saved.request.clone() });
    state.rest.set_captures(&follow::captures(&saved));
    let origin = follow::origin_of(&state.saved.library, &state.rest, path, &saved, stamp);
    state.rest.origin = Some(std::sync::Arc::new(origin));
}
