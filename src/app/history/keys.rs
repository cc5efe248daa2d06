//! Keys of the history screen: the list, and the line that looks for something in it.

use super::{Then, need, opening, read};
use crate::app::command::Command;
use crate::app::dialog::{self, Dialog};
use crate::app::edit::Line;
use crate::app::event::{Clip, Effect};
use crate::app::key::Key;
use crate::app::state::{Out, State, walk};

/// A command on the history screen; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.list);
    let history = &mut state.history;
    let rows = history.page.total;
    if walk(command, &mut history.row, &mut history.top, rows, height) {
        need(state, out);
        return true;
    }
    if history.typing {
        match command {
            Command::Submit => history.typing = false,
            Command::Cancel => {
                history.typing = false;
                look_for(state, Line::default(), out);
            }
            _ => return false,
        }
        return true;
    }
    match command {
        Command::Search => history.typing = true,
        Command::Cancel if state.flights.waited_for() == 0 && !history.line.text().is_empty() => {
            look_for(state, Line::default(), out);
        }
        Command::ForgetAll if rows == 0 && history.line.text().is_empty() => {
            state.tell("There is nothing to delete".to_owned());
        }
        Command::ForgetAll => dialog::open(state, Dialog::ClearHistory),
        Command::Compare => opening::mark(state, out),
        Command::Open => opening::open(state, Then::Show, out),
        Command::Send => opening::open(state, Then::SendAsNow, out),
        Command::Refresh => opening::open(state, Then::SendAsThen, out),
        Command::CopyAddress => {
            if let Some(row) = history.current() {
                out.push(Effect::Copy("the address".to_owned(), Clip::Text(row.url.clone())));
            }
        }
        Command::Forget => {
            if let Some(row) = history.current() {
                out.push(Effect::ForgetPast(Some(row.id)));
            }
        }
        _ => return false,
    }
    true
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key, out: &mut Out) {
    let mut line = state.history.line.clone();
    if !state.history.typing || !line.input(key) {
        return;
    }
    if line.text() == state.history.line.text() {
        state.history.line = line;
    } else {
        look_for(state, line, out);
    }
}

/// Pasted text: what is looked for.
pub fn pasted(state: &mut State, text: &str, out: &mut Out) {
    let mut line = state.history.line.clone();
    line.paste(text);
    state.history.typing = true;
    look_for(state, line, out);
}

/// What was found stays until the next has been read.
fn look_for(state: &mut State, line: Line, out: &mut Out) {
    state.history.line = line;
    state.history.row = 0;
    state.history.top = 0;
    read(state, 0, out);
}
