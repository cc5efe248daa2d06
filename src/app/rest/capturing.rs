//! Captures: what is taken from an answer becomes variables, secrets among them for the app alone that was asked.

use crate::app::ask::Ask;
use crate::app::event::{Effect, TaskId};
use crate::app::state::{Out, State};
use crate::request::{Exchange, Taken, VarOrigin, VarValue, Variable, Variables, captures_of};
use std::sync::Arc;

/// Captures that are being taken.
#[derive(Debug, Clone)]
pub struct Capturing {
    /// The task.
    id: TaskId,
    /// Whose answer it is.
    app: String,
    /// The page with the answer.
    page: u64,
    /// Whether the answer says that all went well: one that does not says itself why there is nothing to take.
    ok: bool,
}

/// Has the captures of a request taken from its answer.
pub(super) fn begin(state: &mut State, page: TaskId, ask: &Ask, exchange: &Arc<Exchange>, out: &mut Out) {
    let (captures, _) = captures_of(ask.attached.captures.lines());
    if captures.is_empty() {
        return;
    }
    let id = state.flights.number();
    state.capturing.push(Capturing { id, app: ask.profile.app.name.clone(), page, ok: exchange.ok() });
    out.push(Effect::Capture { id, captures, exchange: Arc::clone(exchange) });
}

/// They were taken.
pub fn captured(state: &mut State, id: TaskId, taken: Taken) {
    let Some(at) = state.capturing.iter().position(|one| one.id == id) else { return };
    let Capturing { app, page, ok, .. } = state.capturing.remove(at);
    let names: Vec<String> = taken.set.iter().map(|(name, _)| name.clone()).collect();
    for (name, value) in taken.set {
        state.set_captured(&app, name, value);
    }
    if !names.is_empty() {
        state.tell(format!("Captured {}", names.join(", ")));
    }
    let missed = |state: &mut State| {
        if let Some(page) = state.rest.pages.get_mut(page).filter(|_| ok) {
            page.missed = taken.missed;
        }
    };
    crate::app::tabs::within(state, |rest| rest.pages.has(page), missed);
}

impl State {
    /// Sets what a capture took; a secret for this app alone.
    fn set_captured(&mut self, app: &str, name: String, value: VarValue) {
        self.remove_captured(app, &name);
        let mut one = Variables::new();
        one.set(VarOrigin::Captured, name.clone(), value.clone());
        let secret = one.get(&name).is_some_and(Variable::is_secret);
        let kept = if secret { self.captured_secrets.entry(app.to_owned()).or_default() } else { &mut self.captured };
        kept.set(VarOrigin::Captured, name, value);
    }

    /// Forgets what a capture took; whether there was something.
    pub fn remove_captured(&mut self, app: &str, name: &str) -> bool {
        let plain = self.captured.remove(VarOrigin::Captured, name);
        let secret = self.captured_secrets.get_mut(app).is_some_and(|all| all.remove(VarOrigin::Captured, name));
        plain || secret
    }
}
