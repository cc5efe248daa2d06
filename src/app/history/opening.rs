//! An exchange of the past is fetched, and then shown as it was, or its request sent again.

use crate::app::event::{Effect, TaskId};
use crate::app::rest::{self, Focus, focus_on};
use crate::app::state::{Out, Place, State};
use crate::request::{Exchange, Past, is_masked};
use std::sync::Arc;

/// What is done with an exchange once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Its answer becomes a page.
    Show,
    /// Its request is sent by who one is now.
    SendAsNow,
    /// Its request is sent by who sent it then.
    SendAsThen,
}

/// Fetches the one under the cursor.
pub(super) fn open(state: &mut State, then: Then, out: &mut Out) {
    let Some(id) = state.history.current().map(|row| row.id) else { return };
    let task = state.flights.number();
    state.history.opening = Some((task, then));
    out.push(Effect::OpenPast(task, id));
}

/// It is there. Whoever has gone elsewhere meanwhile is not called back.
pub fn opened(state: &mut State, task: TaskId, result: Result<Option<Box<Past>>, String>, out: &mut Out) {
    let Some((_, then)) = state.history.opening.take_if(|(own, _)| *own == task) else { return };
    if state.place != Place::History || state.dialog.is_some() || state.history.typing {
        return;
    }
    let past = match result {
        Ok(Some(past)) => past,
        Ok(None) => return state.tell("It is no longer in the history".to_owned()),
        Err(why) => return state.tell(format!("It could not be read: {why}")),
    };
    match then {
        Then::Show => {
            let exchange = as_of_then(state, &past);
            state.rest.fill(&past.request);
            rest::show(state, past.request, exchange);
            state.place = Place::Rest;
            focus_on(state, Focus::Answer);
            rest::open_tree(state, out);
        }
        Then::SendAsNow => send(state, &past, out),
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

/// The exchange as it was, marked with when and by whom. This run's own is whole, though too big to be kept so.
pub fn as_of_then(state: &State, past: &Past) -> Arc<Exchange> {
    let held = state.history.held(past.row.id);
    let mut exchange = held.map_or_else(|| past.exchange.clone(), |held| (*held).clone());
    let at = state.zone.show(past.row.at, "%Y-%m-%d %H:%M:%S");
    exchange.notes.insert(0, format!("as it was on {at}, asked by {}; r asks again", past.row.who));
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
