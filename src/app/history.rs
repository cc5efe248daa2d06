//! What was asked in this run: who, when, what, and how it ended. Small answers are kept, large ones while a page holds them.

use super::command::Command;
use super::event::{Clip, Effect};
use super::state::{Out, Place, State};
use crate::profile::ProfileId;
use crate::request::{Exchange, Request};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

/// Answers up to this many bytes are kept by the history itself.
const KEPT: u64 = 64 << 10;
/// Entries that are kept.
const MOST: usize = 2000;

/// An exchange of this run.
#[derive(Debug, Clone)]
pub struct Entry {
    /// As it was typed.
    pub request: Request,
    /// Who asked.
    pub who: ProfileId,
    /// When.
    pub at: jiff::Timestamp,
    /// The method.
    pub method: String,
    /// The address that was sent, secrets masked.
    pub url: String,
    /// Status code.
    pub status: u16,
    /// How long it took.
    pub took: std::time::Duration,
    /// Bytes of the answer.
    pub bytes: u64,
    kept: Option<Arc<Exchange>>,
    held: Weak<Exchange>,
}

impl Entry {
    /// The answer, if it is still there.
    pub fn exchange(&self) -> Option<Arc<Exchange>> {
        self.kept.clone().or_else(|| self.held.upgrade())
    }
}

/// The exchanges of this run, the newest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The newest first.
    pub entries: VecDeque<Entry>,
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
}

impl History {
    /// Takes note of an exchange.
    pub fn add(&mut self, request: Request, exchange: &Arc<Exchange>) {
        let bytes = exchange.body.len();
        self.entries.push_front(Entry {
            request,
            who: exchange.who.clone(),
            at: exchange.at,
            method: exchange.method.clone(),
            url: exchange.url.clone(),
            status: exchange.status,
            took: exchange.timing.total,
            bytes,
            kept: (bytes <= KEPT).then(|| Arc::clone(exchange)),
            held: Arc::downgrade(exchange),
        });
        self.entries.truncate(MOST);
        if self.row > 0 {
            self.row = (self.row + 1).min(self.entries.len() - 1);
        }
    }
}

/// A command on the history screen; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.list);
    let rows = state.history.entries.len();
    let history = &mut state.history;
    if super::state::walk(command, &mut history.row, &mut history.top, rows, height) {
        return true;
    }
    if command == Command::Compare {
        super::diff::mark_in_history(state, out);
        return true;
    }
    let Some(entry) = history.entries.get(history.row).cloned() else {
        return matches!(command, Command::Open | Command::Send | Command::CopyAddress);
    };
    match command {
        Command::Open => match entry.exchange() {
            Some(exchange) => {
                state.rest.fill(&entry.request);
                super::rest::show(state, entry.request, exchange);
                state.place = Place::Rest;
                super::rest::open_tree(state, out);
            }
            None => state.tell("That answer was too large to keep: r sends it again".to_owned()),
        },
        Command::Refresh => {
            let Some(person) = state.person(&entry.who).cloned() else {
                state.tell(format!("{} is in no profile any more", entry.who));
                return true;
            };
            state.place = Place::Rest;
            if state.who_id().as_ref() != Some(&entry.who) {
                state.become_person(person, out);
            }
            state.rest.fill(&entry.request);
            super::rest::send(state, out);
        }
        Command::Send => {
            state.rest.fill(&entry.request);
            state.place = Place::Rest;
            super::rest::open_tree(state, out);
            super::rest::send(state, out);
        }
        Command::CopyAddress => out.push(Effect::Copy("the address".to_owned(), Clip::Text(entry.url))),
        _ => return false,
    }
    true
}
