//! The views of an answer that are read and not walked: raw, text, bytes, headers, timing. Their rows and their scrolling.

use super::spool;
use crate::app::answer::{HEX_ROW, Look, PageText, RawRows, View};
use crate::app::command::{Command, Scope};
use crate::app::page::Page;
use crate::app::state::{Out, State};
use crate::request::AnswerBody;

/// The rows of the raw view are cut when they are first looked at, and again for another width; so are a page's lines.
pub fn prepare_raw(page: &mut Page, width: u16) {
    let width = usize::from(width).max(4);
    let Some(exchange) = page.exchange().cloned() else { return };
    let look = &mut page.look;
    if look.view == View::Page && look.page_text.as_ref().is_none_or(|text| text.width != width) {
        let html = String::from_utf8_lossy(raw_text(&exchange.body));
        let text = PageText::of(&html, width);
        look.top = look.top.min(text.lines.len().saturating_sub(1));
        look.page_text = Some(text);
    }
    // A line of a file may be as long as the file.
    let spooled = matches!(exchange.body, AnswerBody::Spooled(_));
    let cut = if look.unwrapped && !spooled { RawRows::WIDE } else { width };
    if look.view != View::Raw || look.raw.as_ref().is_some_and(|r| r.width() == cut) {
        return;
    }
    look.raw = Some(RawRows::of(seen_text(look, &exchange.body), cut));
}

/// Wraps the raw view's lines, or lets them go on; what stands at the top stays there.
pub(super) fn toggle_wrap(state: &mut State) {
    let width = state.measures.answer_width;
    let height = usize::from(state.measures.answer);
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let Some(exchange) = page.exchange().cloned().filter(|_| page.look.view == View::Raw) else {
        let view = state.keymap.key(Scope::Answer, Command::NextView);
        return state.tell(format!("Lines are wrapped or not in the raw view: {view} leads there"));
    };
    if matches!(exchange.body, AnswerBody::Spooled(_)) {
        return state.tell("The lines of an answer in a file are always wrapped".to_owned());
    }
    let text = raw_text(&exchange.body);
    let byte = page.look.raw.as_ref().map_or(0, |raw| raw.place(text, page.look.top).0);
    page.look.unwrapped = !page.look.unwrapped;
    page.look.left = 0;
    prepare_raw(page, width);
    if let Some(raw) = &page.look.raw {
        page.look.top = raw.row_at(text, byte).min(raw.rows().saturating_sub(height));
    }
}

/// What is held of what the raw view shows: of an answer in a file the part where the reader is.
pub fn seen_text<'a>(look: &'a Look, body: &'a AnswerBody) -> &'a [u8] {
    match (body, &look.windows.shown) {
        (AnswerBody::Spooled(_), Some(window)) => &window.bytes,
        _ => raw_text(body),
    }
}

/// What the raw view shows first.
pub fn raw_text(body: &AnswerBody) -> &[u8] {
    match body {
        AnswerBody::Empty => &[],
        AnswerBody::Json(document) => document.bytes(),
        AnswerBody::Text(text) => text.as_bytes(),
        AnswerBody::Binary(bytes) => bytes,
        AnswerBody::Spooled(spool) => &spool.head,
    }
}

/// Scrolls a view that has no cursor; whether the command was one of it.
pub(super) fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    if spool::command(state, command, out) {
        return true;
    }
    let height = usize::from(state.measures.answer);
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    let rows = match (&page.look.raw, page.look.view) {
        (Some(raw), View::Raw) => raw.rows(),
        (_, View::Hex) => page.exchange().map_or(0, |e| seen_text(&page.look, &e.body).len().div_ceil(HEX_ROW)),
        (_, View::Page) => page.look.page_text.as_ref().map_or(0, |text| text.lines.len()),
        _ => page.exchange().map_or(0, |e| e.headers.len() + e.sent_headers.len() + e.notes.len() + 8),
    };
    let last = rows.saturating_sub(height);
    let top = page.look.top;
    if page.look.unwrapped && page.look.view == View::Raw {
        match command {
            Command::Left => page.look.left = page.look.left.saturating_sub(8),
            Command::Right => page.look.left += 8,
            _ => {}
        }
    }
    page.look.top = match command {
        Command::Up => top.saturating_sub(1),
        Command::Down => top + 1,
        Command::PageUp => top.saturating_sub(height.max(2) - 1),
        Command::PageDown => top + height.max(2) - 1,
        Command::Top => 0,
        Command::Bottom => last,
        Command::Open | Command::Left | Command::Right => top,
        _ => return false,
    }
    .min(last);
    true
}
