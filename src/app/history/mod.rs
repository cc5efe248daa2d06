//! The history screen: what was asked, in this run and before, a window of it at a time.
//!
//! ```text
//! answer, or that there was none ─▶ Keep ─▶ (kept elsewhere) ─▶ HistoryKept ─▶ ReadHistory ─▶ HistoryRead: the window that is shown
//! enter, r, R ─▶ OpenPast ─▶ PastOpened ─▶ a page, or the request sent again
//! ```
//! Nothing is kept here but the window, and where this run's own answers are: those too big to be kept whole are shown
//! whole while a page holds them.

mod keeping;
mod keys;
mod opening;

pub use keeping::{keep, keep_no_answer, kept};
pub use keys::{command, pasted, typed};
pub use opening::{Then, compare_before, mark, opened};

use super::edit::Line;
use super::event::{Effect, TaskId};
use super::state::{Out, Place, State};
use crate::request::{Exchange, PastId, PastPage, PastQuery, PastRow};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

/// Rows that are read beyond those that are seen, each way.
const MARGIN: usize = 100;
/// Answers of this run of which it is known where they are.
const MOST: usize = 2000;

/// The history, as far as it is seen.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// What is looked for.
    pub line: Line,
    /// Whether it is being typed.
    pub typing: bool,
    /// What of it is not understood.
    pub wrong: Option<String>,
    /// The rows around those that are seen, and how many there are in all.
    pub page: PastPage,
    /// Whether it was ever read.
    pub known: bool,
    /// The row under the cursor, of all that fit.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// Whether it goes with the program.
    pub this_run_only: bool,
    /// A reading under way, and its first row.
    pub reading: Option<(TaskId, usize)>,
    /// What is done with an exchange once it is there.
    opening: Option<(TaskId, Then)>,
    /// On their way to be kept.
    keeping: VecDeque<(TaskId, Weak<Exchange>)>,
    /// Kept, and where they are while a page holds them.
    held: VecDeque<(PastId, Weak<Exchange>)>,
}

impl History {
    /// The row at this place of all that fit, where it was read.
    pub fn at(&self, place: usize) -> Option<&PastRow> {
        self.page.rows.get(place.checked_sub(self.page.first)?)
    }

    /// The row under the cursor, where it was read.
    pub fn current(&self) -> Option<&PastRow> {
        self.at(self.row)
    }

    /// The number of an exchange of this run, once it is kept.
    fn id_of(&self, exchange: &Arc<Exchange>) -> Option<PastId> {
        let own = |(_, held): &&(PastId, Weak<Exchange>)| std::ptr::eq(held.as_ptr(), Arc::as_ptr(exchange));
        self.held.iter().rev().find(own).map(|(id, _)| *id)
    }

    fn held(&self, id: PastId) -> Option<Arc<Exchange>> {
        self.held.iter().rev().find(|(own, _)| *own == id).and_then(|(_, held)| held.upgrade())
    }
}

/// Where the history is kept, and what should be known of that.
pub fn told(state: &mut State, this_run_only: bool, words: Option<String>) {
    state.history.this_run_only = this_run_only;
    if let Some(words) = words {
        state.tell(words);
    }
}

/// Reads what is seen again, if it is seen.
pub fn refresh(state: &mut State, out: &mut Out) {
    if state.place == Place::History {
        let first = state.history.top.saturating_sub(MARGIN);
        read(state, first, out);
    }
}

/// Reads what is to be seen, unless it was read or is on its way.
fn need(state: &mut State, out: &mut Out) {
    let history = &state.history;
    let height = usize::from(state.measures.list);
    let last = (history.top + height).min(history.page.total);
    let covers = |first: usize, rows: usize| first <= history.top && last <= first + rows;
    let comes = history.reading.is_some_and(|(_, first)| covers(first, height + 2 * MARGIN));
    if !covers(history.page.first, history.page.rows.len()) && !comes {
        read(state, history.top.saturating_sub(MARGIN), out);
    }
}

fn read(state: &mut State, first: usize, out: &mut Out) {
    let id = state.flights.number();
    let history = &mut state.history;
    if let Some((before, _)) = history.reading.replace((id, first)) {
        out.push(Effect::Cancel(before));
    }
    let (query, wrong) = PastQuery::parse(history.line.text(), state.now, &state.zone.0);
    history.wrong = wrong;
    let count = usize::from(state.measures.list) + 2 * MARGIN;
    out.push(Effect::ReadHistory { id, query: Box::new(query), first, count });
}

/// Rows have come. The cursor stays on the exchange it was on, save on the newest: there it stays on the newest.
pub fn arrived(state: &mut State, id: TaskId, result: Result<PastPage, String>, out: &mut Out) {
    if state.history.reading.is_none_or(|(own, _)| own != id) {
        return;
    }
    state.history.reading = None;
    match result {
        Ok(page) => {
            let height = usize::from(state.measures.list);
            let history = &mut state.history;
            let chosen = history.current().filter(|_| history.row > 0).map(|row| row.id);
            history.page = page;
            history.known = true;
            let found = history.page.rows.iter().position(|row| Some(row.id) == chosen);
            history.row = found.map_or(history.row, |at| history.page.first + at);
            history.row = history.row.min(history.page.total.saturating_sub(1));
            history.top = super::answer::keep_in_view(history.top, history.row, height, history.page.total);
            need(state, out);
        }
        Err(why) => state.tell(format!("The history could not be read: {why}")),
    }
}

/// Something was deleted, or could not be.
pub fn changed(state: &mut State, result: Result<String, String>, out: &mut Out) {
    state.tell(result.unwrap_or_else(|why| format!("Not deleted: {why}")));
    refresh(state, out);
}
