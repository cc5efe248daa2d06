//! Two answers compared: whose they are, what differs in them, beside each other or one under the other.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put, put_right};
use super::{answer, banner};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::diff::{Compared, Pane, Side, Stage, What};
use crate::json::diff::{Lines, Row, RowKind};
use crate::json::{Document, Kind, NodeId};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;
use std::ops::Range;

/// Lines over the rows: two for the sides, and one that keeps them apart.
const HEADING: u16 = 3;

/// Where the rows are.
pub(super) fn list(area: Rect) -> Rect {
    let area = inner(area);
    let heading = HEADING.min(area.height);
    Rect { y: area.y + heading, height: area.height - heading, ..area }
}

/// The left and the right part of a line, with a column between them.
fn halves(area: Rect) -> (Rect, Rect) {
    let left = area.width.saturating_sub(1) / 2;
    (Rect { width: left, ..area }, Rect { x: area.x + left + 1, width: area.width.saturating_sub(left + 1), ..area })
}

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(pane) = state.diff.shown(state.place) else { return };
    theme.pane(true).render(area, buffer);
    title(state, pane, theme, area, buffer);
    let unified = pane.is_unified(state.size.0);
    let empty = pane.compared().is_none_or(|compared| compared.unified.rows.is_empty());
    sides(state, pane, theme, unified || empty, inner(area), buffer);
    let list = list(area);
    let words = Rect { x: list.x + 1, width: list.width.saturating_sub(2), ..list };
    let stop = state.keymap.key(Scope::Diff, Command::Cancel);
    match &pane.stage {
        Stage::Asking(_) => {
            let who = pane.asked.as_ref().map(|p| format!("{} ▸ {}", p.app.name, p.user.short())).unwrap_or_default();
            put(buffer, words, &format!("Asking as {who} · {stop} cancels"), theme.faint);
        }
        Stage::Comparing(_) => {
            put(buffer, words, &format!("Comparing · {stop} cancels"), theme.faint);
        }
        Stage::Failed(failure) => banner::failed(failure, theme, list, buffer),
        Stage::Ready(compared) if compared.unified.rows.is_empty() => nothing(compared, pane, theme, words, buffer),
        Stage::Ready(compared) => {
            let drawn = Drawn { compared, theme, unified };
            rows(&drawn, pane, state.size.0, list, buffer);
            bottom(&drawn, pane, state.size.0, area, buffer);
        }
    }
}

fn title(state: &State, pane: &Pane, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1.min(area.height), ..area };
    let mut pen = Pen::new(buffer, line);
    pen.put(theme.focus_mark, theme.accent).put(" Comparison ", theme.accent.patch(theme.title));
    let count = |n: usize| text::count(n as u64);
    match pane.compared() {
        Some(compared) if compared.same() => pen.put("· the same ", theme.text.patch(theme.good)),
        Some(compared) => {
            let words = match (compared.count(), pane.difference(state.size.0)) {
                (0, _) => "· different ".to_owned(),
                (1, _) => "· 1 difference ".to_owned(),
                (all, Some(at)) => format!("· {} of {} differences ", count(at + 1), count(all)),
                (all, None) => format!("· {} differences ", count(all)),
            };
            pen.put(&words, theme.text)
        }
        None => &mut pen,
    };
    if pane.ignore {
        pen.put("· times and versions ignored ", theme.text.patch(theme.warn));
    }
}

/// Whose answers they are.
fn sides(state: &State, pane: &Pane, theme: &Theme, unified: bool, area: Rect, buffer: &mut Buffer) {
    let line = |n: u16| Rect { y: area.y + n, height: 1, ..area };
    if area.height < 2 {
        return;
    }
    if unified {
        let mut pen = Pen::new(buffer, line(0));
        pen.put("- ", theme.bad);
        side(state, &pane.left, theme, &mut pen);
        asked(&pane.left, theme, pen.put("  ", theme.text));
        let mut pen = Pen::new(buffer, line(1));
        pen.put("+ ", theme.good);
        if let Some(right) = &pane.right {
            side(state, right, theme, &mut pen);
            asked(right, theme, pen.put("  ", theme.text));
        }
        return;
    }
    for row in 0..area.height {
        let (left, right) = halves(line(row));
        put(buffer, Rect { x: left.right(), width: 1, ..right }, "│", theme.border);
    }
    for (part, told, mark) in [(0, Some(&pane.left), "- "), (1, pane.right.as_ref(), "+ ")] {
        let half = |n: u16| if part == 0 { halves(line(n)).0 } else { halves(line(n)).1 };
        let style = if part == 0 { theme.bad } else { theme.good };
        let mut pen = Pen::new(buffer, half(0));
        pen.put(mark, style);
        if let Some(told) = told {
            side(state, told, theme, &mut pen);
            asked(told, theme, Pen::new(buffer, half(1)).put("  ", theme.text));
        }
    }
}

/// When, who, and how it ended.
fn side(state: &State, side: &Side, theme: &Theme, pen: &mut Pen<'_>) {
    let exchange = &side.exchange;
    let day = |at| state.zone.show(at, "%Y-%m-%d");
    let format = if day(exchange.at) == day(state.now) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    let who = state.person(&exchange.who).map_or(exchange.who.username.as_str(), |person| person.user.short());
    let who = text::shown(who);
    let app = text::shown(&exchange.who.app);
    pen.put(&state.zone.show(exchange.at, format), theme.faint)
        .put("  ", theme.text)
        .put(&text::clip(&app, 16), theme.title)
        .put(" ▸ ", theme.faint)
        .put(&text::clip(&who, 24), theme.text)
        .put("  ", theme.text)
        .put(&exchange.status.to_string(), theme.status(exchange.status));
}

/// What was asked.
fn asked(side: &Side, theme: &Theme, pen: &mut Pen<'_>) {
    let address = &side.request.address;
    pen.put(&side.exchange.method, theme.faint)
        .put(" ", theme.text)
        .put(address.strip_prefix("/services/data/").unwrap_or(address), theme.text);
}

fn nothing(compared: &Compared, pane: &Pane, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let words = match (&compared.what, compared.same()) {
        (What::Bytes(_), true) => "These are no texts. Their bytes are the same",
        (What::Bytes(_), false) => "These are no texts. Their bytes differ",
        (What::Json { .. }, _) => "Nothing differs. The order of members, and of records with ids, does not count",
        (What::Text { .. }, _) => "Nothing differs",
    };
    let more = if pane.ignore { "i counts times and versions again" } else { "" };
    let lines = text::wrap(words, usize::from(area.width)).into_iter().chain([String::new(), more.to_owned()]);
    for (row, words) in (0..area.height).zip(lines) {
        put(buffer, Rect { y: area.y + row, height: 1, ..area }, &words, theme.faint);
    }
}

/// What a row needs to be drawn.
struct Drawn<'a> {
    compared: &'a Compared,
    theme: &'a Theme,
    unified: bool,
}

fn rows(drawn: &Drawn<'_>, pane: &Pane, width: u16, area: Rect, buffer: &mut Buffer) {
    let Some(rows) = pane.rows(width) else { return };
    let all = rows.rows.len();
    let chosen = pane.row.min(all.saturating_sub(1));
    let top = keep_in_view(pane.top, chosen, usize::from(area.height), all);
    for (line, (at, row)) in (0..area.height).zip(rows.rows.iter().enumerate().skip(top)) {
        let place = Rect { y: area.y + line, height: 1, ..area };
        if drawn.unified {
            let on_left = row.right.is_none() && row.left.is_some();
            cell(drawn, row, on_left, place, buffer);
        } else {
            let (left, right) = halves(place);
            // What is not of one side is on both.
            let both = row.left.is_none() && row.right.is_none();
            if both || row.left.is_some() {
                cell(drawn, row, true, left, buffer);
            }
            if both || row.right.is_some() {
                cell(drawn, row, false, right, buffer);
            }
        }
        if at == chosen {
            text::lay(buffer, place, drawn.theme.chosen, drawn.theme.hit);
        }
    }
}

/// A row as it stands on a side.
fn cell(drawn: &Drawn<'_>, row: &Row, on_left: bool, area: Rect, buffer: &mut Buffer) {
    let theme = drawn.theme;
    let differs = row.difference.is_some();
    let (mark, style) = match (differs, row.left.is_some() && row.right.is_some(), on_left) {
        (false, ..) => ("  ", theme.text),
        (_, true, true) => ("~ ", theme.bad),
        (_, true, false) => ("~ ", theme.good),
        (_, _, true) => ("- ", theme.bad),
        (_, _, false) => ("+ ", theme.good),
    };
    let mut pen = Pen::new(buffer, area);
    pen.put(mark, style);
    // As in the tree of an answer: the indent grows to half the width.
    let indent = (row.depth as usize).saturating_mul(2).min(usize::from(area.width) / 2);
    pen.put(&" ".repeat(indent), theme.text);
    let plural = |n: u32, words: &str| format!("⋯ {} {words}", text::count(u64::from(n)));
    match row.kind {
        RowKind::Equal(count) => {
            pen.put(&plural(count, "equal"), theme.faint);
        }
        RowKind::More(count) => {
            pen.put(&plural(count, "more"), theme.faint);
        }
        RowKind::Open => opened(drawn, row, &mut pen),
        RowKind::Same | RowKind::Differs => {
            let number = if on_left { row.left } else { row.right }.or(row.left);
            let Some(number) = number else { return };
            let other = row.difference.and_then(|at| drawn.compared.what.instead(at, number, on_left));
            value(drawn, number, other, on_left, if differs { style } else { theme.faint }, &mut pen);
        }
    }
}

/// A container that differs inside.
fn opened(drawn: &Drawn<'_>, row: &Row, pen: &mut Pen<'_>) {
    let (theme, What::Json { left, right, .. }) = (drawn.theme, &drawn.compared.what) else { return };
    let (Some(one), Some(other)) = (row.left, row.right) else { return };
    pen.put("▾ ", theme.faint);
    match (right.key_preview(other, 400), left.index(one), right.index(other)) {
        (Some((key, _)), ..) => {
            pen.put(&key, theme.name).put(" ", theme.text);
        }
        (None, Some(from), Some(to)) if from != to => {
            pen.put(&format!("{from} → {to} "), theme.faint);
        }
        (None, _, Some(at)) => {
            pen.put(&format!("{at} "), theme.faint);
        }
        _ => {}
    }
    let (open, close) = if right.kind(other) == Kind::Object { ("{", "}") } else { ("[", "]") };
    let (from, to) = (left.child_count(one) as u64, right.child_count(other) as u64);
    let count = if from == to { text::count(to) } else { format!("{} → {}", text::count(from), text::count(to)) };
    pen.put(&format!("{open}{count}{close}"), theme.faint);
    if right.kind(other) == Kind::Object && right.index(other).is_some() {
        answer::gist(right, other, theme, pen);
    }
}

/// A value or a line, with what is other than on the other side in bold.
fn value(drawn: &Drawn<'_>, number: u32, other: Option<u32>, on_left: bool, style: Style, pen: &mut Pen<'_>) {
    let theme = drawn.theme;
    let bold = style.patch(theme.title);
    match &drawn.compared.what {
        What::Json { left, right, .. } => {
            let (own, theirs) = if on_left { (left, right) } else { (right, left) };
            if let Some((key, more)) = own.key_preview(number, 400) {
                let key = if more { key + "…" } else { key };
                pen.put(&key, theme.name).put(": ", theme.faint);
            } else if let Some(index) = own.index(number) {
                pen.put(&format!("{index}: "), theme.faint);
            }
            match own.kind(number) {
                kind @ (Kind::Object | Kind::Array) => {
                    let (open, close) = if kind == Kind::Object { ('{', '}') } else { ('[', ']') };
                    let count = own.child_count(number);
                    let inside = if count == 0 { String::new() } else { text::count(count as u64) };
                    pen.put(&format!("{open}{inside}{close}"), style);
                }
                kind => {
                    let quote = if kind == Kind::String { "\"" } else { "" };
                    let words = own.preview(number, LOOKED_AT).0;
                    let their_kind = other.map(|node| theirs.kind(node));
                    let others = other.filter(|_| their_kind == Some(kind)).map(|n| theirs.preview(n, LOOKED_AT).0);
                    pen.put(quote, theme.faint);
                    marked(&words, others.as_deref(), style, bold, pen);
                    pen.put(quote, theme.faint);
                }
            }
        }
        What::Text { left, right, .. } => {
            let line = |(text, lines): &(std::sync::Arc<str>, Lines), line: u32| {
                let line = lines.get(text, line as usize);
                text::beginning(line, LOOKED_AT, 1).to_owned()
            };
            let (own, theirs) = if on_left { (left, right) } else { (right, left) };
            marked(&line(own, number), other.map(|n| line(theirs, n)).as_deref(), style, bold, pen);
        }
        What::Bytes(_) => {}
    }
}

/// Characters of a value that are held against the other side's.
const LOOKED_AT: usize = 4_000;
/// Characters that are shown before what is other, where not all has room.
const BEFORE: usize = 12;

/// A text with the part in bold that is other than in another text; begun where it becomes other, if that is far behind.
fn marked(words: &str, other: Option<&str>, style: Style, bold: Style, pen: &mut Pen<'_>) {
    let part = other.map(|other| differing(words, other));
    let Some(part) = part.filter(|part| part.len() < words.len()) else {
        pen.put(words, style);
        return;
    };
    let room = pen.room();
    let before = words.get(..part.start).unwrap_or_default();
    let far = text::width(words) > room && text::width(before) > room / 2;
    let from = if far { before.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at) } else { 0 };
    if from > 0 {
        pen.put("…", style);
    }
    let shown = words.get(from..).unwrap_or_default();
    let part = part.start - from..part.end - from;
    pen.marked(shown, style, std::slice::from_ref(&part), bold);
}

/// What is left between the beginning and the end that two texts share.
fn differing(words: &str, other: &str) -> Range<usize> {
    let same = |(one, other): &(char, char)| one == other;
    let head: usize = words.chars().zip(other.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (rest, their_rest) = (words.get(head..).unwrap_or_default(), other.get(head..).unwrap_or_default());
    let tail = rest.chars().rev().zip(their_rest.chars().rev()).take_while(same);
    let tail: usize = tail.map(|(c, _)| c.len_utf8()).sum();
    head..words.len() - tail
}

/// The bottom line: where the row is.
fn bottom(drawn: &Drawn<'_>, pane: &Pane, width: u16, area: Rect, buffer: &mut Buffer) {
    let theme = drawn.theme;
    let line =
        Rect { x: area.x + 2, y: area.bottom().saturating_sub(1), width: area.width.saturating_sub(4), height: 1 };
    let Some(rows) = pane.rows(width) else { return };
    let position = format!(" {} of {} ", text::count(pane.row as u64 + 1), text::count(rows.rows.len() as u64));
    let x = put_right(buffer, line, &position, theme.faint);
    let left = Rect { width: x.saturating_sub(line.x + 1), ..line };
    let Some(row) = rows.rows.get(pane.row).filter(|row| !matches!(row.kind, RowKind::More(_))) else { return };
    let words = match &drawn.compared.what {
        What::Json { left: lefts, right: rights, .. } => {
            let room = usize::from(left.width).saturating_sub(2);
            let path = |document: &Document, node: NodeId| document.path_end(node, room);
            match (row.left, row.right) {
                (_, Some(node)) => path(rights, node),
                (Some(node), None) => path(lefts, node),
                (None, None) => return,
            }
        }
        What::Text { .. } => match (row.left, row.right) {
            (Some(l), Some(r)) if l != r => format!("line {}, {} on the right", l + 1, r + 1),
            (_, Some(r)) => format!("line {}", r + 1),
            (Some(l), None) => format!("line {} on the left", l + 1),
            (None, None) => return,
        },
        What::Bytes(_) => return,
    };
    put(buffer, left, &format!(" {words} "), theme.faint);
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn what_is_other_is_found_between_whole_characters() {
        assert_eq!(differing("Acme Ltd", "Acme GmbH"), 5..8);
        assert_eq!(differing("aa", "a"), 1..2);
        assert_eq!(differing("a", "aa"), 1..1);
        assert_eq!(differing("日本", "日木"), 3..6);
        assert_eq!(differing("x", "x"), 1..1);
    }
}
