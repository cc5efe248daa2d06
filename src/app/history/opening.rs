//! An exchange of the past is fetched, and then shown as it was, or its request sent again.

use crate::app::answer::Look;
use crate::app::command::{Command, Scope};
use crate::app::diff::{self, Side};
use crate::app::event::{Effect, TaskId};
use crate::app::page::{Outcome, Page};
use crate::app::rest::{self, Focus, focus_on};
use crate::app::state::{Out, Place, State};
use crate::request::{Exchange, Past, is_masked};
use std::sync::Arc;

/// What is done with an exchange once it is there.
#[derive(Debug, Clone)]
pub enum Then {
    /// Its answer becomes a page.
    Show,
    /// Its request is sent by who one is now.
    SendAsNow,
    /// Its request is sent by who sent it then.
    SendAsThen,
    /// It is a side of a comparison.
    Mark,
    /// It is compared with the answer behind it.
    CompareWith(Box<Side>),
}

/// Fetches the one under the cursor.
pub(super) fn open(state: &mut State, then: Then, out: &mut Out) {
    let Some(id) = state.history.current().map(|row| row.id) else { return };
    let task = state.flights.number();
    state.history.opening = Some((task, then));
    out.push(Effect::OpenPast(task, id));
}

/// Marks the one under the cursor as a side of a comparison.
pub fn mark(state: &mut State, out: &mut Out) {
    open(state, Then::Mark, out);
}

/// Fetches the one before this that was asked the same, whoever asked, and compares the two.
pub fn compare_before(state: &mut State, side: Side, out: &mut Out) {
    let task = state.flights.number();
    let before = state.history.id_of(&side.exchange).ok_or(side.exchange.at);
    out.push(Effect::OpenBefore(task, Box::new(side.request.clone()), before));
    state.history.opening = Some((task, Then::CompareWith(Box::new(side))));
}

/// Whether this is still what is looked at.
fn still_there(state: &State, then: &Then) -> bool {
    match then {
        Then::CompareWith(side) => {
            let shown = state.rest.pages.current.as_ref().and_then(|page| page.exchange());
            state.place == Place::Rest && shown.is_some_and(|shown| Arc::ptr_eq(shown, &side.exchange))
        }
        _ => state.place == Place::History && !state.history.typing,
    }
}

/// It is there. Whoever has gone elsewhere meanwhile is not called back.
pub fn opened(state: &mut State, task: TaskId, result: Result<Option<Box<Past>>, String>, out: &mut Out) {
    let Some((_, then)) = state.history.opening.take_if(|(own, _)| *own == task) else { return };
    if state.dialog.is_some() || !still_there(state, &then) {
        return;
    }
    let past = match result {
        Ok(Some(past)) => past,
        Ok(None) if matches!(then, Then::CompareWith(_)) => {
            let again = state.keymap.key(Scope::Rest, Command::Send);
            let also = state.keymap.key(Scope::Answer, Command::AlsoAs);
            return state.tell(format!("This was not asked before: {again} asks again, {also} asks as somebody else"));
        }
        Ok(None) => return state.tell("It is no longer in the history".to_owned()),
        Err(why) => return state.tell(format!("It could not be read: {why}")),
    };
    match then {
        Then::Show if past.exchange.unanswered().is_some() => show_no_answer(state, &past, out),
        Then::Show => {
            let exchange = as_of_then(state, &past);
            state.rest.fill(&past.request);
            rest::show(state, past.request, exchange);
            state.place = Place::Rest;
            focus_on(state, Focus::Answer);
            rest::open_tree(state, out);
        }
        Then::SendAsNow => send(state, &past, out),
        Then::Mark | Then::CompareWith(_) => {
            if past.exchange.unanswered().is_some() {
                return state.tell("There was no answer: there is nothing to compare".to_owned());
            }
            let Past { row, request, exchange } = *past;
            let exchange = state.history.held(row.id).unwrap_or_else(|| Arc::new(exchange));
            if exchange.cut.is_some() {
                let again = state.keymap.key(Scope::History, Command::Send);
                return state.tell(format!("That answer was not kept whole: {again} sends it again"));
            }
            let side = Side { request, exchange };
            match then {
                Then::CompareWith(later) => diff::begin(state, side, *later, out),
                _ => diff::mark(state, side, out),
            }
        }
        Then::SendAsThen => {
            let who = &past.row.who;
            let Some(person) = state.person(who).cloned() else {
                return state.tell(format!("{who} is in no profile any more"));
            };
            state.place = Place::Rest;
            if state.who_id().as_ref() != Some(who) {
                state.become_person(person, out);
            }
            send(state, &past, out);
        }
    }
}

/// Why there was no answer then, as a page.
fn show_no_answer(state: &mut State, past: &Past, out: &mut Out) {
    let Some(mut failure) = past.exchange.unanswered().cloned() else { return };
    failure.hint.push(as_it_was(state, past));
    let (id, who) = (state.flights.number(), past.row.who.clone());
    state.rest.fill(&past.request);
    let page = Page::new(id, past.request.clone(), who, Outcome::Failed(failure), Look::default());
    state.rest.pages.show(page);
    state.place = Place::Rest;
    focus_on(state, Focus::Answer);
    rest::open_tree(state, out);
}

fn as_it_was(state: &State, past: &Past) -> String {
    let at = state.zone.show(past.row.at, "%Y-%m-%d %H:%M:%S");
    let again = state.keymap.key(Scope::Rest, Command::Send);
    format!("as it was on {at}, asked by {}; {again} asks again", past.row.who)
}

/// The exchange as it was, marked with when and by whom. This run's own is whole, though too big to be kept so.
pub fn as_of_then(state: &State, past: &Past) -> Arc<Exchange> {
    let held = state.history.held(past.row.id);
    let mut exchange = held.map_or_else(|| past.exchange.clone(), |held| (*held).clone());
    exchange.notes.insert(0, as_it_was(state, past));
    Arc::new(exchange)
}

fn send(state: &mut State, past: &Past, out: &mut Out) {
    state.rest.fill(&past.request);
    state.place = Place::Rest;
    rest::open_tree(state, out);
    if is_masked(&past.request) {
        focus_on(state, Focus::Address);
        return state.tell("Not sent: a part of it was not kept and is masked; put it in, then send".to_owned());
    }
    rest::send(state, out);
}
