//! What the editors hold and the file that it came from, kept together: over a change of one's own, over what somebody else
//! does to the files, over a restart. What is typed is never touched here.

use super::Library;
use crate::app::rest::{Origin, Rest};
use crate::app::state::State;
use crate::app::{command, tabs};
use crate::request::{Saved, Trust};
use crate::store::tabs::KeptFile;
use crate::store::{Entry, Stamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outside {
    /// It is what it was.
    #[default]
    Same,
    /// Somebody else changed it.
    Changed,
    /// It is no longer there.
    Gone,
}

/// What became meanwhile of the file that the request in the editors came from.
pub fn outside(state: &State) -> Outside {
    let Some(origin) = state.rest.origin.as_ref().filter(|origin| origin.own && state.saved.known) else {
        return Outside::Same;
    };
    let library = &state.saved.library;
    match library.find(&origin.path).and_then(|at| library.get(at)) {
        None => Outside::Gone,
        Some(Entry::Request { stamp, .. }) if *stamp == origin.stamp => Outside::Same,
        Some(_) => Outside::Changed,
    }
}

/// Where a saved request comes from, as the editors have it now.
pub(super) fn origin_of(library: &Library, rest: &Rest, path: &Path, saved: &Arc<Saved>, stamp: Stamp) -> Origin {
    let own = library.is_own(path);
    let mut variables = library.variables(path);
    variables.extend(saved.variables.iter().cloned());
    Origin {
        path: path.to_owned(),
        own,
        shown: library.shown_path(path),
        saved: Arc::clone(saved),
        stamp,
        request: rest.request(),
        captures: rest.captures.lines().join("\n"),
        variables,
        folder: own.then(|| library.folder.join(path.parent().unwrap_or(Path::new("")))),
    }
}

/// Something lies elsewhere: what came from it still does, in whatever tab.
pub(super) fn moved(state: &mut State, from: &Path, to: &Path) {
    let library = state.saved.library.clone();
    for rest in tabs::each(state) {
        let Some(origin) = &rest.origin else { continue };
        let Ok(inside) = origin.path.strip_prefix(from) else { continue };
        let path = if inside.as_os_str().is_empty() { to.to_owned() } else { to.join(inside) };
        lies(rest, &library, &path);
    }
}

/// The file of what is typed lies here now. What is typed stays as it is, and so does what it is compared with. Where the file
/// asks something else than it did, that is a change that nobody has seen here: it stays one.
fn lies(rest: &mut Rest, library: &Library, path: &Path) {
    let Some(origin) = rest.origin.clone() else { return };
    let Some((saved, stamp)) = library.request(path).filter(|_| library.is_own(path)) else { return };
    let (saved, stamp) =
        if ask_the_same(saved, &origin.saved) { (saved, stamp) } else { (&origin.saved, origin.stamp) };
    let (request, captures) = (origin.request.clone(), origin.captures.clone());
    rest.origin = Some(Arc::new(Origin { request, captures, ..origin_of(library, rest, path, saved, stamp) }));
    if matches!(rest.trust, Trust::Collection(_)) {
        rest.trust = library.trust(path);
    }
}

/// Whether two differ at most in what is told of them, which is typed nowhere.
fn ask_the_same(one: &Saved, other: &Saved) -> bool {
    let (own, theirs) = (&one.request, &other.request);
    // Who answers for it stands in no file.
    own.method == theirs.method
        && own.address == theirs.address
        && own.params == theirs.params
        && own.headers == theirs.headers
        && own.body == theirs.body
        && one.captures == other.captures
}

/// The files were read anew: what somebody else moved is followed, and what is gone is told, unless that was one's own doing.
pub(super) fn follow(state: &mut State, before: &Library, own: bool) {
    let library = state.saved.library.clone();
    let key = state.keymap.key(command::Scope::Rest, command::Command::Save);
    let mut told = Vec::new();
    for rest in tabs::each(state) {
        if let Some(kept) = rest.kept.take() {
            told.extend(attach(rest, &library, &kept).map(|what| format!("{what}; {key} writes it again")));
            continue;
        }
        let Some(origin) = rest.origin.clone() else { continue };
        if !origin.own {
            continue;
        }
        if library.find(&origin.path).is_some() {
            lies(rest, &library, &origin.path);
            continue;
        }
        let like = |saved: &Saved, stamp| stamp == origin.stamp || ask_the_same(saved, &origin.saved);
        match library.only(|path, saved, stamp| like(saved, stamp) && before.find(path).is_none()) {
            Some(to) => {
                lies(rest, &library, &to);
                told.push(format!("{} was moved outside: it is {} now", origin.shown, library.shown_path(&to)));
            }
            None if !own && before.find(&origin.path).is_some() => {
                told.push(format!("{} is no longer there: what is typed stays, {key} writes it again", origin.shown));
            }
            None => {}
        }
    }
    match told.len() {
        0 => {}
        1 => state.tell(told.remove(0)),
        count => state.tell(format!("{count} saved requests of the tabs lie elsewhere now, or are gone")),
    }
}

/// What was typed in another run comes from a file again: from the one it came from, with what that held then. What is to be
/// told where it is gone.
fn attach(rest: &mut Rest, library: &Library, kept: &KeptFile) -> Option<String> {
    let (mut path, then) = (PathBuf::from(&kept.path), Stamp::of_text(&kept.stamp));
    if library.find(&path).is_none() {
        path = library.only(|_, _, stamp| stamp == then).unwrap_or(path);
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let (saved, now) = match library.request(&path) {
        Some((saved, now)) => (Arc::clone(saved), Some(now)),
        None => (Arc::new(Saved::new(name, rest.request())), None),
    };
    // As the editors would have it, had it been put into them.
    let mut twin = Rest::default();
    twin.fill(&saved.request);
    twin.set_captures(&captures(&saved));
    let origin = origin_of(library, &twin, &path, &saved, then);
    let gone = library.find(&path).is_none() && then != Stamp::default();
    let told = gone.then(|| format!("{} is no longer there", origin.shown));
    let origin = Origin { own: origin.own || gone, ..origin };
    rest.origin = Some(Arc::new(origin.clone()));
    // What is typed is what the file says: whatever that was before.
    if let (false, Some(stamp)) = (rest.is_changed(), now) {
        rest.origin = Some(Arc::new(Origin { stamp, ..origin }));
    }
    // What is nowhere belongs to no collection, and is not the user's own word either.
    if kept.its_trust && library.is_own(&path) {
        rest.trust = library.trust(&path);
    }
    told
}

/// As they stand in their editor.
pub(super) fn captures(saved: &Saved) -> String {
    saved.captures.iter().map(crate::request::Capture::line).collect::<Vec<_>>().join("\n")
}

/// The file of what is typed in a tab, to be known again in the next run.
pub fn keep(rest: &Rest) -> Option<KeptFile> {
    let Some(origin) = &rest.origin else { return rest.kept.clone() };
    Some(KeptFile {
        path: origin.path.to_string_lossy().into_owned(),
        stamp: origin.stamp.text(),
        its_trust: matches!(rest.trust, Trust::Collection(_)),
    })
}

/// Whether a tab waits for the files to be read.
pub fn waits(state: &State) -> bool {
    tabs::all(state).any(|rest| rest.kept.is_some())
}

/// From now on the files are others', those of the demo: what came from the user's own comes from nowhere.
pub fn leave(state: &mut State) {
    for rest in tabs::each(state) {
        rest.kept = None;
        rest.origin = rest.origin.take().filter(|origin| !origin.own);
    }
}
