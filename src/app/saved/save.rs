//! Saving what is typed: over the file it came from, or under a new name; and what becomes of that file meanwhile.

use super::job::{Job, start};
use super::prompt::{self, Purpose};
use super::{MINE, Outside, job};
use crate::app::command::{Command, Scope};
use crate::app::rest::{Focus, Origin, focus_on};
use crate::app::state::{Out, State};
use crate::profile::holds_a_secret;
use crate::request::{Request, RequestBody, Saved, captures_of};
use crate::store::{Entry, Stamp};
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
    let origin = state.rest.origin.clone();
    let mut saved = origin.as_ref().map_or_else(|| Saved::new("", request.clone()), |o| (*o.saved).clone());
    match origin {
        Some(origin) if origin.own => {
            // What is nowhere any more is written again, though nobody changed it here.
            if !state.rest.is_changed() && state.saved.outside != Outside::Gone {
                let open = state.keymap.key(Scope::Saved, Command::Open);
                state.tell(match state.saved.outside {
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
        let origin = origin_of(state, path, &Arc::new(saved), stamp);
        state.rest.origin = Some(Arc::new(origin));
    }
}

/// Something lies elsewhere: what came from it still does.
pub(super) fn moved(state: &mut State, from: &Path, to: &Path) {
    let Some(origin) = state.rest.origin.clone() else { return };
    let Ok(inside) = origin.path.strip_prefix(from) else { return };
    let path = if inside.as_os_str().is_empty() { to.to_owned() } else { to.join(inside) };
    let Some(Entry::Request { saved, stamp, .. }) =
        state.saved.library.find(&path).and_then(|at| state.saved.library.get(at)).cloned()
    else {
        return;
    };
    // What is typed stays as it is: only the name is another.
    let moved = Origin { saved, stamp, ..origin_of(state, &path, &origin.saved, origin.stamp) };
    state.rest.origin =
        Some(Arc::new(Origin { request: origin.request.clone(), captures: origin.captures.clone(), ..moved }));
}

/// Where a saved request comes from, as the editors have it now.
pub(super) fn origin_of(state: &State, path: &Path, saved: &Arc<Saved>, stamp: Stamp) -> Origin {
    let library = &state.saved.library;
    let own = library.is_own(path);
    let mut variables = library.variables(path);
    variables.extend(saved.variables.iter().cloned());
    Origin {
        path: path.to_owned(),
        own,
        shown: library.shown_path(path),
        saved: Arc::clone(saved),
        stamp,
        request: state.rest.request(),
        captures: state.rest.captures.lines().join("\n"),
        variables,
        folder: own.then(|| library.folder.join(path.parent().unwrap_or(Path::new("")))),
    }
}

/// Whether the file of what is typed is no longer what it was.
pub(super) fn look_outside(state: &mut State) {
    let Some(origin) = state.rest.origin.as_ref().filter(|origin| origin.own) else {
        state.saved.outside = Outside::Same;
        return;
    };
    let library = &state.saved.library;
    let entry = library.find(&origin.path).and_then(|at| library.get(at));
    state.saved.outside = match entry {
        None => Outside::Gone,
        Some(Entry::Request { stamp, .. }) if *stamp == origin.stamp => Outside::Same,
        Some(_) => Outside::Changed,
    };
}
