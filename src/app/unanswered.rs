//! What becomes of a question that has no answer yet: a passphrase or a confirmation is asked for, or the failure is told.

use super::ask::{Ask, Owner};
use super::command::{Command, Scope};
use super::dialog::{Dialog, Unlock};
use super::state::State;
use super::update::deliver_failure;
use crate::request::{Failure, FailureKind};
use crate::secret::Secret;

/// Tells why there is no answer, or asks what is missing for one.
pub(super) fn failed(state: &mut State, ask: Ask, mut failure: Failure) {
    if ask.owner.is_quiet() {
        return deliver_failure(state, &ask, failure);
    }
    // Whatever else is told, there is one who looks into it.
    if matches!(failure.kind, FailureKind::Login | FailureKind::Network) && !matches!(ask.owner, Owner::Doctor(_)) {
        failure.hint.push(state.doctor_hint());
    }
    if failure.kind == FailureKind::Login || matches!(ask.owner, Owner::Login(_)) {
        state.sessions.of(&ask.profile.id()).failed = Some(failure.title.clone());
    }
    match failure.kind.clone() {
        FailureKind::Confirm(permit) if ask.owner.may_ask() && !is_typing(state) => {
            state.dialog = Some(Dialog::Write(permit, Box::new(ask), state.now));
        }
        // A question that comes up under somebody's fingers would be answered by what is being typed.
        FailureKind::Confirm(_) if ask.owner == Owner::Page => {
            let key = state.keymap.key(Scope::Rest, Command::Send);
            let hint = vec![format!("press {key} in the answer to be asked whether to send it")];
            deliver_failure(state, &ask, Failure { hint, ..failure });
        }
        FailureKind::Passphrase { wrong } => ask_passphrase(state, ask, failure, wrong),
        _ => deliver_failure(state, &ask, failure),
    }
}

/// Whether keys go into a line, or another dialogue is open.
pub(super) fn is_typing(state: &State) -> bool {
    state.dialog.is_some() || state.scopes().iter().any(|s| s.is_editor())
}

/// Several parts may need the same key at once: they wait for one passphrase together.
fn ask_passphrase(state: &mut State, ask: Ask, failure: Failure, wrong: bool) {
    let app = ask.profile.app.name.clone();
    match &mut state.dialog {
        Some(Dialog::Passphrase(unlock)) if unlock.app == app => unlock.waiting.push(ask),
        Some(_) => deliver_failure(state, &ask, failure),
        None => {
            let typed = Secret::new("");
            let unlock = Unlock { app, title: failure.title, wrong, typed, waiting: vec![ask] };
            state.dialog = Some(Dialog::Passphrase(Box::new(unlock)));
        }
    }
}
