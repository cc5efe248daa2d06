//! What goes to the history: every exchange, and what the user asked and had no answer. Decides what is kept, and what must
//! not be of it; writes nothing.

use super::{History, MOST};
use crate::app::ask::{Ask, Flight, Owner};
use crate::app::event::{Effect, TaskId};
use crate::app::page::Page;
use crate::app::state::{Out, State};
use crate::app::tabs;
use crate::request::{Exchange, Failure, PastId, Record, prepare};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Has an exchange kept, with what must not be kept of it beside it.
pub fn keep(state: &mut State, ask: &Ask, exchange: &Arc<Exchange>, out: &mut Out) {
    let mut record = Record::new(Arc::clone(exchange), ask.request.clone(), &ask.variables);
    if let Some(token) = state.sessions.get(&exchange.who).and_then(|session| session.token.as_ref()) {
        token.org_id().clone_into(&mut record.org_id);
        record.instance = token.instance_url.origin().ascii_serialization();
        record.secrets.push(token.access_token.clone());
    }
    record.page_of = first_page(state, ask, exchange);
    let id = state.flights.number();
    // A further page is none that is looked for by itself.
    if record.page_of.is_none() {
        state.history.keeping.push_back((id, Arc::downgrade(exchange)));
    }
    out.push(Effect::Keep(id, Box::new(record)));
}

/// The exchange in the history of which this is a further page.
fn first_page(state: &State, ask: &Ask, exchange: &Exchange) -> Option<PastId> {
    let Owner::MoreRows(page) = &ask.owner else { return None };
    let first = tabs::all(state).find_map(|rest| rest.pages.by_id(*page)).and_then(Page::answer).cloned();
    first.filter(|_| exchange.ok()).and_then(|first| state.history.id_of(&first))
}

/// Has kept what the user asked and no answer came to. What the screen asks by itself tells so where it is missing.
pub fn keep_no_answer(state: &mut State, flight: &Flight, failure: &Failure, out: &mut Out) {
    let ask = &flight.ask;
    let asked = matches!(ask.owner, Owner::Page | Owner::Compare | Owner::MoreRows(_));
    if !asked || !failure.is_no_answer() {
        return;
    }
    let (mut method, mut url) = (ask.request.method.clone(), ask.request.address.clone());
    if let Ok(prepared) = prepare(&ask.request, &ask.variables, &state.base()) {
        (method, url) = (prepared.method.as_str().to_owned(), prepared.shown_url);
    }
    let mut exchange = Exchange::of_no_answer(ask.profile.id(), flight.since, method, url, failure.clone());
    exchange.timing.total = Duration::try_from(out.now.duration_since(flight.since)).unwrap_or_default();
    keep(state, ask, &Arc::new(exchange), out);
}

/// One is kept, under this number.
pub fn kept(state: &mut State, task: TaskId, id: PastId, out: &mut Out) {
    note(&mut state.history, task, id);
    super::refresh(state, out);
}

fn note(history: &mut History, task: TaskId, id: PastId) {
    if let Some(at) = history.keeping.iter().position(|(own, _)| *own == task) {
        // Those before it could not be kept.
        let done: Option<(TaskId, Weak<Exchange>)> = history.keeping.drain(..=at).next_back();
        history.held.extend(done.map(|(_, held)| (id, held)));
    }
    let much = history.held.len().saturating_sub(MOST);
    history.held.drain(..much);
}
