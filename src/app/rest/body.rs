//! The body's editor: checked as JSON while it is typed, laid out, handed to the user's own editor; paths of files completed.

use super::{Focus, Rest, set};
use crate::app::command::Command;
use crate::app::event::Effect;
use crate::app::state::{Out, State};
use crate::request::{check_json, format_json, is_json};

/// Beyond this nothing is checked while it is typed; bytes.
const CHECKED: usize = 1 << 20;

impl Rest {
    /// Finds what keeps the body from being JSON.
    pub fn check_body(&mut self) {
        let lines = self.body.lines();
        let first = lines.iter().find(|line| !line.trim().is_empty());
        let wanted =
            first.is_some_and(|line| is_json(line)) && lines.iter().map(|l| l.len() + 1).sum::<usize>() < CHECKED;
        self.body_trouble = if wanted { check_json(&lines.join("\n")) } else { None };
    }
}

/// A command of the editors that only some of them have; whether it was one.
pub(super) fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    match command {
        Command::FormatBody => format(state),
        Command::EditOutside => edit(state, out),
        Command::NextPane if state.rest.focus == Focus::Body => return complete(state, out),
        _ => return false,
    }
    true
}

fn format(state: &mut State) {
    if state.rest.focus != Focus::Body {
        return state.tell("Only a body is laid out".to_owned());
    }
    let text = state.rest.body.lines().join("\n");
    if !is_json(&text) {
        return state.tell("Only a body of JSON is laid out".to_owned());
    }
    match format_json(&text) {
        Ok(laid) => set(&mut state.rest.body, &laid),
        Err(trouble) => {
            state.tell(format!("Line {}, column {}: {}", trouble.line + 1, trouble.column + 1, trouble.what))
        }
    }
    state.rest.check_body();
}

/// Hands what is typed to the user's editor: the template, nothing in it resolved.
fn edit(state: &mut State, out: &mut Out) {
    let focus = state.rest.focus;
    let Some(area) = state.rest.section_mut(focus) else { return };
    let text = area.lines().join("\n");
    let name = match focus {
        Focus::Body if is_json(&text) => "body.json",
        Focus::Body => "body.txt",
        Focus::Headers => "headers.txt",
        Focus::Captures => "captures.txt",
        _ => "params.txt",
    };
    out.push(Effect::EditText { focus, name, text });
}

/// The user's editor has ended with this. What was there before can be had back by undo.
pub fn edited(state: &mut State, focus: Focus, text: Result<String, String>) {
    match text {
        Ok(text) => {
            if let Some(area) = state.rest.section_mut(focus) {
                set(area, &text);
            }
            state.rest.check_body();
            state.rest.check_captures();
        }
        Err(why) => state.tell(why),
    }
}

/// What stands behind the `@` of a body that is a file; `None`: it is none.
fn path(state: &State) -> Option<&str> {
    match state.rest.body.lines() {
        [line] => line.trim().strip_prefix('@'),
        _ => None,
    }
}

/// Asks for the files whose paths go on as what is typed; whether the body is one.
fn complete(state: &mut State, out: &mut Out) -> bool {
    let Some(typed) = path(state).map(str::to_owned) else { return false };
    let folder = state.rest.origin.as_ref().and_then(|origin| origin.folder.clone());
    out.push(Effect::FindPaths { typed, folder });
    true
}

/// These go on as what was typed then. One is taken; of several what they have in common.
pub fn paths_found(state: &mut State, typed: &str, found: &[String]) {
    if path(state) != Some(typed) {
        return;
    }
    let common = found.iter().skip(1).fold(found.first().cloned().unwrap_or_default(), |common, one| {
        common.chars().zip(one.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    match found {
        [] => state.tell(format!("No file is called {typed}…")),
        [_] => {}
        many => {
            let names: Vec<&str> =
                many.iter().map(|one| one.trim_end_matches('/').rsplit('/').next().unwrap_or(one)).collect();
            state.tell(names.join("  "));
        }
    }
    if common.len() > typed.len() {
        set(&mut state.rest.body, &format!("@{common}"));
    }
}
