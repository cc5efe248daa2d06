//! What is typed before there is anybody to be: it waits, and is done in order as soon as there is somebody.
//!
//! The first key that leads to a place begins it; what is typed after it belongs to that place. Quitting and the like work
//! at once, esc forgets what waits.

use super::command::Command;
use super::event::Event;
use super::key::{Code, Key};
use super::state::{Start, State};

/// More than anybody types while a demo starts.
const MOST: usize = 200;

/// Whether this waits, and is taken for that.
pub fn keep(state: &mut State, event: &Event) -> bool {
    if state.who.is_some() || state.dialog.is_some() || !matches!(state.start, Start::Demo | Start::Reading) {
        return false;
    }
    match event {
        Event::Key(key) if !waits(state, *key) => return false,
        Event::Pasted(_) if state.early.is_empty() => return false,
        Event::Key(key) if key.code == Code::Esc => {
            state.early.clear();
            state.tell("Forgotten: nothing waits".to_owned());
            return true;
        }
        Event::Key(_) | Event::Pasted(_) => {}
        _ => return false,
    }
    if state.early.len() < MOST {
        state.early.push(event.clone());
    }
    let typed: Vec<String> = state.early.iter().rev().take(12).map(name).collect();
    let typed: Vec<String> = typed.into_iter().rev().collect();
    let until = if state.start == Start::Demo { "the demo org is there" } else { "the profiles are read" };
    state.tell(format!("{} waits until {until}; esc forgets it", typed.join(" ")));
    true
}

fn name(event: &Event) -> String {
    match event {
        Event::Key(key) => key.to_string(),
        _ => "what was pasted".to_owned(),
    }
}

fn waits(state: &State, key: Key) -> bool {
    match state.keymap.lookup(&state.scopes(), key) {
        Some(command) if command.place().is_some() => true,
        Some(Command::Suspend | Command::ToggleMouse) => false,
        // A letter belongs to what was begun; ctrl-c does not.
        Some(Command::Quit | Command::Help) => !state.early.is_empty() && key.typed().is_some(),
        _ => !state.early.is_empty(),
    }
}
