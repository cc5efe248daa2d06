//! Which two answers are compared: one that was marked, the one before, or that of somebody else who is asked the same.

use super::{Pane, Side, Stage, comparable};
use crate::app::ask::{Ask, Owner};
use crate::app::command::Command;
use crate::app::dialog::Dialog;
use crate::app::event::{Effect, TaskId};
use crate::app::state::{Out, Place, State};
use crate::profile::Profile;
use crate::request::{Exchange, Failure};
use std::sync::Arc;

/// The answer that is shown.
fn here(state: &State) -> Option<Side> {
    let page = state.rest.pages.current.as_ref()?;
    // One that is still arriving is compared with nothing.
    let exchange = page.answer().filter(|exchange| exchange.status != 0)?;
    Some(Side { request: page.request.clone(), exchange: Arc::clone(exchange) })
}

/// A command on an answer that begins a comparison; whether it was one.
pub fn open(state: &mut State, command: Command, out: &mut Out) -> bool {
    if !matches!(command, Command::Compare | Command::ComparePrevious | Command::AlsoAs) {
        return false;
    }
    match (here(state), command) {
        (None, _) => state.tell("There is no answer here to compare".to_owned()),
        (Some(side), Command::Compare) => mark(state, side, out),
        (Some(side), Command::ComparePrevious) => crate::app::history::compare_before(state, side, out),
        (Some(side), _) => also_as(state, side),
    }
    true
}

/// Whether both are one and the same, one of them perhaps as it came from the history.
fn same(one: &Arc<Exchange>, other: &Arc<Exchange>) -> bool {
    let key = |e: &Exchange| (e.at.as_millisecond(), e.timing.total.as_micros(), e.status, e.body.len());
    Arc::ptr_eq(one, other)
        || (one.who == other.who && one.method == other.method && one.url == other.url && key(one) == key(other))
}

/// Marks an answer as the left side; with one marked already, compares the two.
pub fn mark(state: &mut State, side: Side, out: &mut Out) {
    if !comparable(&side.exchange.body) {
        return state.tell("That answer is too large to be compared here: it was written to a file".to_owned());
    }
    match state.diff.marked.take() {
        Some(marked) if same(&marked.exchange, &side.exchange) => state.tell("No longer marked".to_owned()),
        Some(marked) => begin(state, marked, side, out),
        None => {
            state.diff.marked = Some(side);
            state.tell("Marked as the left side: d on another answer compares".to_owned());
        }
    }
}

/// Opens the switcher: whoever is chosen is asked the same, and the answers are compared.
pub fn also_as(state: &mut State, side: Side) {
    if !comparable(&side.exchange.body) {
        return state.tell("That answer is too large to be compared here: it was written to a file".to_owned());
    }
    crate::app::switcher::open(state);
    if let Some(Dialog::Switcher(switcher)) = &mut state.dialog {
        switcher.also = true;
        // The one that asked stands first.
        switcher.row = usize::from(switcher.found.len() > 1);
        state.diff.also = Some(side);
    }
}

/// Somebody was chosen: sends the same as that one, guarded as any request.
pub fn send_as(state: &mut State, person: &Profile, out: &mut Out) {
    let Some(left) = state.diff.also.take() else { return };
    super::close(state, out);
    let request = left.request.clone();
    state.diff.pane = Some(Pane { asked: Some(person.clone()), ..pane(state.place, left, None, Stage::Asking(0)) });
    state.send(person, request, Owner::Compare, out);
}

fn pane(place: Place, left: Side, right: Option<Side>, stage: Stage) -> Pane {
    Pane {
        place,
        shown: true,
        left,
        right,
        asked: None,
        stage,
        ignore: false,
        unified: None,
        row: 0,
        top: 0,
        page: None,
    }
}

/// Compares two answers.
pub fn begin(state: &mut State, left: Side, right: Side, out: &mut Out) {
    if !comparable(&left.exchange.body) || !comparable(&right.exchange.body) {
        return state.tell("One of the answers is too large to be compared here: it was written to a file".to_owned());
    }
    super::close(state, out);
    state.diff.pane = Some(pane(state.place, left, Some(right), Stage::Comparing(0)));
    compare(state, out);
}

/// Has the two sides compared, for the first time or by other rules.
pub fn compare(state: &mut State, out: &mut Out) {
    let id = state.flights.number();
    let Some(pane) = state.diff.pane.as_mut() else { return };
    let Some(right) = &pane.right else { return };
    if let Stage::Comparing(before) = pane.stage
        && before != 0
    {
        out.push(Effect::Cancel(before));
    }
    let (left, right) = (pane.left.exchange.body.clone(), right.exchange.body.clone());
    pane.stage = Stage::Comparing(id);
    out.push(Effect::Compare { id, left, right, ignore_volatile: pane.ignore });
}

/// The request as somebody else is on its way, perhaps again after a question.
pub fn asking(state: &mut State, id: TaskId) {
    if let Some(pane) = state.diff.pane.as_mut().filter(|pane| pane.right.is_none()) {
        pane.stage = Stage::Asking(id);
    }
}

/// The answer of somebody else has come.
pub fn answered(state: &mut State, id: TaskId, ask: &Ask, exchange: Arc<Exchange>, out: &mut Out) {
    let Some(pane) = state.diff.pane.as_mut().filter(|p| matches!(p.stage, Stage::Asking(task) if task == id)) else {
        return;
    };
    if !comparable(&exchange.body) {
        let title = "The other answer is too large to be compared here".to_owned();
        pane.stage = Stage::Failed(Failure { title, ..Failure::default() });
        return;
    }
    pane.right = Some(Side { request: ask.request.clone(), exchange });
    compare(state, out);
}

/// The answer of somebody else is not to be had.
pub fn failed(state: &mut State, failure: Failure) {
    if let Some(pane) = state.diff.pane.as_mut().filter(|pane| matches!(pane.stage, Stage::Asking(_))) {
        pane.stage = Stage::Failed(failure);
    }
}

/// A task was cancelled.
pub fn stopped(state: &mut State, id: TaskId) {
    if let Some(pane) = state.diff.pane.as_mut().filter(|p| matches!(p.stage, Stage::Asking(task) if task == id)) {
        pane.stage = Stage::Failed(Failure { title: "Cancelled".to_owned(), ..Failure::default() });
    }
}
