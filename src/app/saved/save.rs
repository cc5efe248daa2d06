//! Saving what is typed: over the file it came from, or under a new name; and what becomes of that file meanwhile.

use super::job::{Job, start};
use super::prompt::{self, Purpose};
use super::{MINE, Outside, follow, job};
use crate::app::command::{Command, Scope};
use crate::app::rest::{Focus, focus_on};
use crate::app::state::{Out, State};
use crate::profile::holds_a_secret;
use crate::request::{Request, RequestBody, Saved, captures_of};
use crate::store::Stamp;
use std::path::Path;
use std::sync::Arc;

/// Saves what is typed.
pub fn save(state: &mut State, out: &mut Out) {
    state.rest.take_typed_method();
    let request = state.rest.request();
    if request.address.is_empty() {
        state.tell("There is nothing to save yet: type an address".to_owned());
        return focus_on(state, Focus::Address);
    }
    let (captures, errors) = captures_of(state.rest.captures.lines());
    if let Some(error) = errors.first() {
        state.tell(format!("Line {} of the captures: {}", error.line + 1, error.what));
        return focus_on(state, Focus::Captures);
    }
    if let Some(place) = secret_in(&request) {
        state.tell(format!("Not saved: {place} holds what looks like a secret. Put it into a variable first"));
        return;
    }
    if state.rest.kept.is_some() {
        state.tell("The saved requests are being read: try it again".to_owned());
        return job::read(state, out);
    }
    let origin = state.rest.origin.clone();
    let mut saved = origin.as_ref().map_or_else(|| Saved::new("", request.clone()), |o| (*o.saved).clone());
    match origin {
        Some(origin) if origin.own => {
            // What is nowhere any more is written again, though nobody changed it here.
            let outside = follow::outside(state);
            if !state.rest.is_changed() && outside != Outside::Gone {
                let open = state.keymap.key(Scope::Saved, Command::Open);
                state.tell(match outside {
                    Outside::Changed => {
                        format!("{} was changed outside: {open} on it takes what is there", origin.shown)
                    }
                    _ => format!("{} is saved as it stands here", origin.shown),
                });
                // Whether that is so is looked at all the same.
                return job::read(state, out);
            }
            // What nobody touched keeps its way of writing.
            if request != origin.request {
                saved.request = request;
            }
            if state.rest.captures.lines().iter().ne(origin.captures.split('\n')) {
                saved.captures = captures;
            }
            start(state, Job::Save(origin.path.clone(), Box::new(saved), Some(origin.stamp)), out);
        }
        Some(origin) => {
            let name = origin.shown.split_once('/').map_or(origin.shown.as_str(), |(_, inside)| inside).to_owned();
            (saved.request, saved.captures) = (request, captures);
            ask(state, saved, &name, out);
        }
        None => {
            saved.captures = captures;
            let name = title(&request);
            ask(state, saved, &name, out);
        }
    }
}

fn ask(state: &mut State, saved: Saved, name: &str, out: &mut Out) {
    prompt::open(state, Purpose::Save(Box::new(saved)), format!("{MINE}/{name}"));
    // What is offered shall be what is there.
    job::read(state, out);
}

/// What a request without a name is called: nothing in it means a folder.
fn title(request: &Request) -> String {
    let address = request.address.split("://").last().unwrap_or_default().split('?').next().unwrap_or_default();
    let path = address.strip_prefix("/services/data/").and_then(|rest| rest.split_once('/')).map_or(address, |r| r.1);
    let words: Vec<&str> = path.split(['/', '\n', '\r']).filter(|word| !word.is_empty()).collect();
    format!("{} {}", request.method, words.join(" ")).chars().take(60).collect::<String>().trim().to_owned()
}

/// Where in a request something stands that belongs into no file.
fn secret_in(request: &Request) -> Option<String> {
    if holds_a_secret(&request.address) {
        return Some("the address".to_owned());
    }
    let pairs = request.params.iter().chain(&request.headers);
    if let Some(pair) = pairs.clone().find(|pair| holds_a_secret(&pair.value) || holds_a_secret(&pair.name)) {
        return Some(pair.name.clone());
    }
    matches!(&request.body, RequestBody::Text(text) if holds_a_secret(text)).then(|| "the body".to_owned())
}

/// A request was written. What is typed belongs to that file from now on, unless something else is typed by now.
pub(super) fn saved(state: &mut State, path: &Path, saved: Saved, stamp: Stamp, beside: bool) {
    let shown = state.saved.library.shown_path(path);
    let before = state.rest.origin.as_ref().map(|origin| (origin.path.clone(), origin.shown.clone()));
    let same = state.rest.request() == saved.request || before.as_ref().is_some_and(|(own, _)| own == path || beside);
    state.tell(match before.filter(|_| beside) {
        Some((_, theirs)) => format!("{theirs} was changed outside: that stays, yours is saved beside it as {shown}"),
        None => format!("Saved as {shown}"),
    });
    if same {
        let origin = follow::origin_of(&state.saved.library, &state.rest, path, &Arc::new(saved), stamp);
        state.rest.origin = Some(Arc::new(origin));
    }
}
