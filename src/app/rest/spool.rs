//! An answer in a file, as text or bytes: moves that lead beyond the part that is held want another part read. Inside of
//! that part everything is `text`'s.

use super::text::{prepare_raw, seen_text};
use crate::app::answer::{HEX_ROW, Then, View, Window};
use crate::app::command::Command;
use crate::app::event::{Effect, TaskId};
use crate::app::page::Page;
use crate::app::state::{Out, State};
use crate::request::{AnswerBody, Spool};
use std::sync::Arc;

/// Bytes of a character after its first.
const FOLLOWING: usize = 3;

/// A move beyond the part that is held; whether it was one.
pub(super) fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.answer);
    let Some(page) = state.rest.pages.current.as_ref() else { return false };
    let Some((spool, rows)) = spooled(page) else { return false };
    let (top, step) = (page.look.top, height.max(2) - 1);
    let last = rows.saturating_sub(height);
    let before = page.look.windows.from() > 0;
    let behind = end(page) < spool.len;
    let at = byte_at(page, top);
    let rows = |n: usize| i64::try_from(n).unwrap_or(0);
    let then = match command {
        Command::Top if before => Then::Rows(0, 0),
        Command::Bottom if behind => Then::Bottom,
        // The first row may begin within a line, and is none to stay on.
        Command::Up if before && top <= 1 => Then::Rows(at, -1),
        Command::PageUp if before && top <= step => Then::Rows(at, -rows(step)),
        Command::Down if behind && top >= last => Then::Rows(at, 1),
        Command::PageDown if behind && top + step > last => Then::Rows(at, rows(step)),
        Command::Top | Command::Bottom | Command::Up | Command::Down | Command::PageUp | Command::PageDown => {
            // What was wanted before is no longer where one goes.
            forget(state, out);
            return false;
        }
        _ => return false,
    };
    // One step at a time; an end is gone to at once.
    let steps = matches!(then, Then::Rows(_, moved) if moved != 0);
    if page.look.windows.wanted.is_none() || !steps {
        want(state, then, out);
    }
    true
}

/// The file, and the rows of the part that is held, where that is what is seen.
fn spooled(page: &Page) -> Option<(Arc<Spool>, usize)> {
    let AnswerBody::Spooled(spool) = &page.exchange()?.body else { return None };
    let rows = match page.look.view {
        View::Raw => page.look.raw.as_ref()?.rows(),
        View::Hex => seen_text(&page.look, &page.exchange()?.body).len().div_ceil(HEX_ROW),
        _ => return None,
    };
    Some((Arc::clone(spool), rows))
}

fn end(page: &Page) -> u64 {
    let held = page.exchange().map_or(0, |exchange| seen_text(&page.look, &exchange.body).len());
    page.look.windows.from() + held as u64
}

/// The byte of the file with which a row begins.
pub fn byte_at(page: &Page, row: usize) -> u64 {
    let Some(exchange) = page.exchange() else { return 0 };
    let inside = match (&page.look.raw, page.look.view) {
        (Some(raw), View::Raw) => raw.place(seen_text(&page.look, &exchange.body), row).0,
        _ => row * HEX_ROW,
    };
    page.look.windows.from() + inside as u64
}

/// Shows this byte of the file: at once where it is held.
pub(super) fn show(state: &mut State, page: u64, byte: u64, out: &mut Out) {
    let height = usize::from(state.measures.answer);
    let front = state.rest.pages.current.as_ref().is_some_and(|current| current.id == page);
    let Some(page) = state.rest.pages.current.as_mut().filter(|_| front) else { return };
    let from = page.look.windows.from();
    if (from..end(page)).contains(&byte) {
        look_at(page, Then::Show(byte), height);
    } else {
        want(state, Then::Show(byte), out);
    }
}

fn want(state: &mut State, then: Then, out: &mut Out) {
    let id = state.flights.number();
    let width = u64::from(state.measures.answer_width.max(4));
    forget(state, out);
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let Some(AnswerBody::Spooled(spool)) = page.exchange().map(|exchange| exchange.body.clone()) else { return };
    // Rows that no line ends begin where they began.
    let wide = if page.look.view == View::Raw { width } else { HEX_ROW as u64 };
    page.look.windows.wanted = Some((id, then));
    let from = then.begin(&spool, wide);
    out.push(Effect::ReadSpool { id, spool, from });
}

fn forget(state: &mut State, out: &mut Out) {
    let wanted = state.rest.pages.current.as_mut().and_then(|page| page.look.windows.wanted.take());
    out.effects.extend(wanted.map(|(running, _)| Effect::Cancel(running)));
}

/// A part of the file was read.
pub fn spool_read(state: &mut State, id: TaskId, result: Result<Window, String>) {
    let (width, height) = (state.measures.answer_width, usize::from(state.measures.answer));
    let Some(page) = state.rest.pages.find_mut(|page| waits_for(page, id)) else { return };
    let Some((_, then)) = page.look.windows.wanted.take() else { return };
    match result {
        Ok(window) => {
            page.look.windows.shown = Some(if page.look.view == View::Raw { whole_characters(window) } else { window });
            page.look.raw = None;
            prepare_raw(page, width);
            look_at(page, then, height);
        }
        Err(why) => state.tell(format!("The answer's file cannot be read: {why}")),
    }
}

/// Whether a page waits for this part.
pub fn waits_for(page: &Page, id: TaskId) -> bool {
    page.look.windows.wanted.is_some_and(|(wanted, _)| wanted == id)
}

/// Without the end of a character at its beginning.
fn whole_characters(window: Window) -> Window {
    let following = |byte: &&u8| **byte & 0xC0 == 0x80;
    let cut = window.bytes.iter().take(FOLLOWING).take_while(following).count();
    match window.bytes.get(cut..) {
        Some(rest) if cut > 0 && window.from > 0 => Window { from: window.from + cut as u64, bytes: rest.into() },
        _ => window,
    }
}

fn look_at(page: &mut Page, then: Then, height: usize) {
    let Some((_, rows)) = spooled(page) else { return };
    let last = rows.saturating_sub(height);
    let row_of = |byte: u64| {
        let inside = usize::try_from(byte.saturating_sub(page.look.windows.from())).unwrap_or(usize::MAX);
        match (&page.look.raw, page.look.view, page.exchange()) {
            (Some(raw), View::Raw, Some(exchange)) => raw.row_at(seen_text(&page.look, &exchange.body), inside),
            _ => inside / HEX_ROW,
        }
    };
    let top = match then {
        Then::Bottom => last,
        Then::Rows(byte, moved) => row_of(byte).saturating_add_signed(isize::try_from(moved).unwrap_or(0)),
        Then::Show(byte) => {
            let row = row_of(byte);
            let seen = (page.look.top..page.look.top + height).contains(&row);
            if seen { page.look.top } else { row.saturating_sub(height / 3) }
        }
    };
    page.look.top = top.min(last);
}
