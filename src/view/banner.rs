//! What stands over an answer's body: what went wrong in the org's own words, what to do, what should be known; and
//! what stands in its place where there is no answer. Never interprets what an org says.

use super::Theme;
use super::layout::{RestLayout, inner};
use super::text::{self, put};
use crate::app::State;
use crate::app::page::Outcome;
use crate::request::{Exchange, Failure};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Whether nothing else tells yet that the body is no JSON.
fn nothing_told(exchange: &Exchange) -> bool {
    exchange.cut.is_none() && exchange.trouble.is_none() && exchange.status != 0
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bad,
    Plain,
    Note,
}

fn style(mark: Mark, theme: &Theme) -> Style {
    match mark {
        Mark::Bad => theme.bad,
        Mark::Plain => theme.text,
        Mark::Note => theme.warn,
    }
}

/// Rows that it may have in an answer of this height: half of it, so that the body is seen too.
pub(super) fn most(height: u16) -> u16 {
    height.div_ceil(2)
}

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, layout: &RestLayout, buffer: &mut Buffer) {
    let area = layout.banner;
    let most = most(inner(layout.answer).height);
    for (row, (words, mark)) in (0..area.height).zip(lines(state, area.width, most)) {
        let line = Rect { x: area.x + 1, y: area.y + row, width: area.width.saturating_sub(1), height: 1 };
        put(buffer, line, &words, style(mark, theme));
    }
}

/// Its lines, at most so many.
pub(super) fn lines(state: &State, width: u16, most: u16) -> Vec<(String, Mark)> {
    let Some(page) = &state.rest.pages.current else { return Vec::new() };
    let Outcome::Answered(exchange) = &page.outcome else { return Vec::new() };
    let room = usize::from(width).saturating_sub(3).max(8);
    let most = usize::from(most);
    let mut lines = Vec::new();
    // What was cut is broken because it was cut: that is told once.
    let broken = exchange.cut.is_some() && exchange.ok() && exchange.body.json().is_some_and(|d| d.error().is_some());
    let trouble = exchange.trouble.as_ref().filter(|_| !broken);
    for failure in trouble.into_iter().chain(&exchange.cut) {
        // What to do is worth more than the middle of a long message.
        let first = failure.hint.first().map_or(0, |hint| text::wrap_first(&format!("→ {hint}"), room, 3).len());
        let left = most.saturating_sub(lines.len());
        let left = if left > first + 2 { left - first } else { left };
        lines.extend(said(failure, room, left).into_iter().map(|line| (line, Mark::Bad)));
        for hint in failure.hint.iter().take(2) {
            let hint = text::wrap_first(&format!("→ {hint}"), room, 3);
            // Half a piece of advice helps nobody.
            if lines.len() + hint.len() <= most {
                lines.extend(hint.into_iter().map(|line| (line, Mark::Plain)));
            }
        }
    }
    if let Some(error) = exchange.body.json().filter(|_| nothing_told(exchange)).and_then(|d| d.error()) {
        let words = format!("✗ not JSON from line {}, column {}: {}", error.line, error.column, error.what);
        lines.extend(text::wrap_first(&words, room, 3).into_iter().map(|line| (line, Mark::Bad)));
    }
    for missed in &page.missed {
        lines.extend(text::wrap_first(&format!("! {missed}"), room, 2).into_iter().map(|line| (line, Mark::Note)));
    }
    for note in &exchange.notes {
        lines.extend(text::wrap_first(&format!("· {note}"), room, 3).into_iter().map(|line| (line, Mark::Note)));
    }
    lines.truncate(most);
    lines
}

/// Lines of one text that are looked at: an org may send megabytes.
const LONGEST: usize = 10;

/// The org's words, verbatim. Where they do not fit, the middle goes: an error in a query begins with the query itself
/// and ends with what is wrong in it.
fn said(failure: &Failure, room: usize, most: usize) -> Vec<String> {
    let detail = text::beginning(&failure.detail, room, LONGEST).trim_start_matches(['\r', '\n']).trim_end();
    let mut lines = if detail.is_empty() || failure.title.contains(detail) {
        text::wrap_first(&format!("✗ {}", failure.title), room, LONGEST)
    } else if detail.contains('\n') {
        // Its lines stand under each other as the org put them: a mark points at a place in the line above.
        let mut lines = text::wrap_first(&format!("✗ {}", failure.title), room, LONGEST);
        lines.extend(text::wrap_first(detail, room, LONGEST));
        lines
    } else {
        text::wrap_first(&format!("✗ {}: {detail}", failure.title), room, LONGEST)
    };
    if lines.len() > most && most > 1 {
        let mut cut = lines.len() - most;
        // A mark under a line that is gone points at nothing.
        if lines.get(cut + 1).is_some_and(|line| line.trim() == "^") {
            cut += 1;
        }
        lines.drain(1..=cut);
        if let Some(first) = lines.first_mut() {
            first.push_str(" …");
        }
    }
    lines
}

/// What stands in the place of an answer that never came.
pub(super) fn failed(failure: &Failure, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width.saturating_sub(3)).max(8);
    let most = usize::from(area.height).min(20);
    let mut lines: Vec<(String, Style)> =
        text::wrap_first(&failure.title, room, most).into_iter().map(|l| (l, theme.bad.patch(theme.title))).collect();
    if !failure.detail.is_empty() {
        lines.push((String::new(), theme.text));
        lines.extend(text::wrap_first(&failure.detail, room, most).into_iter().map(|l| (l, theme.text)));
    }
    if !failure.hint.is_empty() {
        lines.push((String::new(), theme.text));
        for hint in &failure.hint {
            lines.extend(text::wrap_first(&format!("→ {hint}"), room, most).into_iter().map(|l| (l, theme.text)));
        }
    }
    if !failure.facts.is_empty() {
        lines.push((String::new(), theme.text));
        let wide = failure.facts.iter().map(|(l, _)| text::width(l)).max().unwrap_or(0).min(32);
        for (label, value) in &failure.facts {
            let pad = " ".repeat((wide + 2).saturating_sub(text::width(label)).max(2));
            for (at, value) in
                text::wrap_first(value, room.saturating_sub(wide + 2).max(8), most).into_iter().enumerate()
            {
                let label = if at == 0 { format!("{label}{pad}") } else { " ".repeat(wide + 2) };
                lines.push((format!("{label}{value}"), theme.faint));
            }
        }
    }
    for (row, (words, style)) in (0..area.height).zip(lines) {
        put(
            buffer,
            Rect { x: area.x + 1, y: area.y + row, width: area.width.saturating_sub(2), height: 1 },
            &words,
            style,
        );
    }
}
