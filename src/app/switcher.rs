//! The switcher: type a few letters of app, alias or username; the last used are first.

use super::command::Command;
use super::dialog::Dialog;
use super::edit::Line;
use super::key::Key;
use super::state::{Out, State};
use crate::profile::{Profile, ProfileId};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Who to be, being chosen.
#[derive(Debug, Clone, Default)]
pub struct Switcher {
    /// What is typed.
    pub line: Line,
    /// Places in `State::people`, the best first.
    pub found: Vec<usize>,
    /// The chosen one among those found.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// Whether the chosen one is only asked the same as was asked, to compare.
    pub also: bool,
}

/// Opens it, the last used first.
pub fn open(state: &mut State) {
    let mut switcher = Switcher::default();
    refresh(&mut switcher, &state.people, &state.recent);
    // The one you are stands first; whoever opens the switcher wants the one before.
    switcher.row = usize::from(state.recent.len() > 1 && switcher.found.len() > 1);
    super::dialog::open(state, Dialog::Switcher(Box::new(switcher)));
}

fn refresh(switcher: &mut Switcher, people: &[Profile], recent: &[ProfileId]) {
    let rank = |at: usize| {
        let id = people.get(at).map(Profile::id);
        recent.iter().position(|r| Some(r) == id.as_ref()).unwrap_or(usize::MAX)
    };
    let pattern = Pattern::parse(switcher.line.text(), CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(usize, u32)> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let text = haystack(person);
        if let Some(score) = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher) {
            scored.push((at, score));
        }
    }
    scored.sort_by_key(|(at, score)| (std::cmp::Reverse(*score), rank(*at), *at));
    switcher.found = scored.into_iter().map(|(at, _)| at).collect();
    switcher.row = 0;
    switcher.top = 0;
}

/// Who is offered is looked up anew.
pub fn people_changed(state: &mut State) {
    if let Some(Dialog::Switcher(switcher)) = &mut state.dialog {
        refresh(switcher, &state.people, &state.recent);
    }
}

fn haystack(person: &Profile) -> String {
    format!("{} {} {}", person.app.name, person.user.alias.as_deref().unwrap_or_default(), person.user.username)
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key) {
    if let Some(Dialog::Switcher(switcher)) = &mut state.dialog
        && switcher.line.input(key)
    {
        refresh(switcher, &state.people, &state.recent);
    }
}

/// Pasted text.
pub fn pasted(state: &mut State, text: &str) {
    if let Some(Dialog::Switcher(switcher)) = &mut state.dialog {
        switcher.line.paste(text);
        refresh(switcher, &state.people, &state.recent);
    }
}

/// A command; whether it was the switcher's.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.dialog);
    let Some(Dialog::Switcher(switcher)) = &mut state.dialog else { return false };
    let last = switcher.found.len().saturating_sub(1);
    match command {
        Command::Up => switcher.row = switcher.row.saturating_sub(1),
        Command::Down => switcher.row = (switcher.row + 1).min(last),
        Command::PageUp => switcher.row = switcher.row.saturating_sub(height),
        Command::PageDown => switcher.row = (switcher.row + height).min(last),
        Command::Cancel | Command::Switch => {
            state.dialog = None;
            return true;
        }
        Command::Open => {
            let chosen = switcher.found.get(switcher.row).copied();
            if let Some(person) = chosen.and_then(|at| state.people.get(at)).cloned() {
                let also = switcher.also;
                state.dialog = None;
                if also {
                    super::diff::send_as(state, &person, out);
                } else {
                    state.become_person(person, out);
                }
            }
            return true;
        }
        _ => return false,
    }
    switcher.top = super::answer::keep_in_view(switcher.top, switcher.row, height, switcher.found.len());
    true
}
