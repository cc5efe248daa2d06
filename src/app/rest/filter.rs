//! The jq line's commands: typing, completing, the history of filters, keeping and leaving.

use super::text::prepare_raw;
use crate::app::command::Command;
use crate::app::event::{Effect, TaskId};
use crate::app::filter::{Completion, Filterable, Filtered};
use crate::app::key::Key;
use crate::app::page::Page;
use crate::app::state::{Out, State};
use crate::json::Document;
use crate::profile::{holds_a_secret, names_a_secret};
use crate::request::Variable;
use crate::store::filters::put_last;
use std::sync::Arc;

/// Whether the line is open.
pub fn filtering(state: &State) -> bool {
    state.rest.pages.current.as_ref().is_some_and(|p| p.look.filter.typing)
}

/// Opens the line, with what it held before.
pub(super) fn open(state: &mut State) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    if page.answer().is_none_or(|exchange| exchange.status == 0) {
        return state.tell("The answer is still arriving: it can be filtered once it is whole".to_owned());
    }
    if page.filterable().is_none() {
        return state.tell("Only JSON, XML and CSV can be filtered".to_owned());
    }
    let view = page.look.view;
    let filter = &mut page.look.filter;
    filter.typing = true;
    filter.recall = None;
    filter.wanted = view;
    if filter.line.text().is_empty() {
        filter.line.set(".");
    }
    offer(page);
}

/// A command while the line is open; whether it was one.
pub(super) fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let width = state.measures.answer_width;
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    match command {
        Command::Submit => keep(state, out),
        Command::Cancel => {
            leave(page, out);
            prepare_raw(page, width);
        }
        Command::Complete => complete(state, true, out),
        Command::PreviousPane => complete(state, false, out),
        Command::Up => recall(state, true, out),
        Command::Down => recall(state, false, out),
        _ => return false,
    }
    true
}

/// A key in the line.
pub(super) fn typed(state: &mut State, key: Key, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let before = page.look.filter.line.text().to_owned();
    if !page.look.filter.line.input(key) {
        return;
    }
    page.look.filter.recall = None;
    offer(page);
    if page.look.filter.line.text() != before {
        run(state, out);
    }
}

/// Text pasted into the line.
pub(super) fn pasted(state: &mut State, text: &str, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    page.look.filter.line.paste(text);
    page.look.filter.recall = None;
    offer(page);
    run(state, out);
}

/// Back to the whole answer; what was typed is there when the line is opened again.
pub(super) fn leave(page: &mut Page, out: &mut Out) {
    stop(page, out);
    page.show_whole(out);
    let filter = &mut page.look.filter;
    filter.typing = false;
    filter.trouble = None;
    filter.completion = Completion::default();
}

/// Closes the line over what it shows.
fn keep(state: &mut State, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let text = page.look.filter.line.text().trim().to_owned();
    if is_whole(&text) {
        return leave(page, out);
    }
    let filter = &mut page.look.filter;
    filter.completion = Completion::default();
    // What is wrong is looked at before it is kept.
    if filter.trouble.is_some() {
        return;
    }
    filter.typing = false;
    put_last(&mut state.rest.filters, &text);
    if !tells_a_secret(state, &text) {
        out.push(Effect::KeepFilter(text));
    }
}

/// Whether a filter is kept only until the end: what looks like a secret, or is one that was set here, is in no file.
fn tells_a_secret(state: &State, text: &str) -> bool {
    let yours = state.your_secrets.values().chain(state.captured_secrets.values()).flat_map(|all| all.iter());
    let known = yours.filter_map(Variable::secret).any(|secret| {
        let secret = secret.expose();
        !secret.is_empty() && text.contains(secret)
    });
    known || holds_a_secret(text) || compares_with_a_secret(text)
}

/// `.password == "…"`: a value beside a name that speaks of a secret.
fn compares_with_a_secret(text: &str) -> bool {
    let mut quoted = text.split('"');
    while let (Some(before), Some(inside)) = (quoted.next(), quoted.next()) {
        let name = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let start = name.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let name = name.get(start..).unwrap_or_default();
        if names_a_secret(name) && !inside.is_empty() {
            return true;
        }
    }
    false
}

/// Whether a filter gives what is there already.
fn is_whole(text: &str) -> bool {
    matches!(text, "" | ".")
}

fn offer(page: &mut Page) {
    let document = match page.filterable() {
        Some(Filterable::Document(document)) => document,
        // Its names are not known here: functions are offered.
        Some(Filterable::File(_)) => Arc::new(Document::parse(Vec::new())),
        None => return,
    };
    let filter = &mut page.look.filter;
    filter.completion = Completion::of(&document, filter.line.before());
}

fn complete(state: &mut State, forward: bool, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let alone = page.look.filter.completion.offers.len() == 1;
    let filter = &mut page.look.filter;
    let Some((range, insert)) = filter.completion.walk(forward) else {
        return state.tell("Nothing to complete here".to_owned());
    };
    filter.line.replace(range, &insert);
    filter.recall = None;
    // Where there is no choice, tab goes on to what follows.
    if alone {
        offer(page);
    }
    run(state, out);
}

/// An older filter, or a newer one; at the end what was typed.
fn recall(state: &mut State, older: bool, out: &mut Out) {
    let past = &state.rest.filters;
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let filter = &mut page.look.filter;
    let (at, typed) = filter.recall.clone().unwrap_or_else(|| (0, filter.line.text().to_owned()));
    let at = if older { at + 1 } else { at.saturating_sub(1) };
    let text = match at {
        0 => typed.clone(),
        back => match past.len().checked_sub(back).and_then(|n| past.get(n)) {
            Some(text) => text.clone(),
            None => return state.tell("There is no older filter".to_owned()),
        },
    };
    filter.recall = (at > 0).then_some((at, typed));
    filter.line.set(text);
    filter.completion = Completion::default();
    run(state, out);
}

fn stop(page: &mut Page, out: &mut Out) {
    out.effects.extend(page.look.filter.running.take().map(|(id, _)| Effect::Cancel(id)));
}

/// Runs what is typed; the run before is stopped.
fn run(state: &mut State, out: &mut Out) {
    let id = state.flights.number();
    let width = state.measures.answer_width;
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    stop(page, out);
    let program = page.look.filter.line.text().to_owned();
    if is_whole(program.trim()) {
        page.look.filter.trouble = None;
        page.show_whole(out);
        return prepare_raw(page, width);
    }
    let Some(over) = page.filterable() else { return };
    page.look.filter.running = Some((id, program.clone()));
    out.push(Effect::Filter { id, over, program });
}

/// A run has ended.
pub fn filtered(state: &mut State, id: TaskId, filtered: Filtered, out: &mut Out) {
    let width = state.measures.answer_width;
    let Some(page) = state.rest.pages.filtering(id) else { return };
    page.look.filter.running = None;
    page.look.filter.trouble.clone_from(&filtered.trouble);
    page.show_filtered(filtered, out);
    prepare_raw(page, width);
}
