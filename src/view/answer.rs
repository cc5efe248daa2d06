//! The answer: what came, whose it is, its views, and where one is in it.

use super::Theme;
use super::layout::RestLayout;
use super::text::{self, Pen, put, put_right};
use super::{banner, filter, picture, raw, table};
use crate::app::State;
use crate::app::answer::{HEX_ROW, TreeLook, View, container, keep_in_view};
use crate::app::command::{Command, Scope};
use crate::app::page::{Outcome, Page};
use crate::app::rest::{Focus, byte_at};
use crate::json::{Document, Kind, Needle, NodeId};
use crate::org::{LinkBase, link_of};
use crate::request::{AnswerBody, Exchange};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, layout: &RestLayout, frame: &mut Frame<'_>) {
    if layout.answer.is_empty() {
        return;
    }
    let focus = state.rest.focus == Focus::Answer;
    let buffer = frame.buffer_mut();
    theme.pane(focus).render(layout.answer, buffer);
    if focus {
        let corner = Rect { x: layout.answer.x + 1, width: 1, height: 1, ..layout.answer };
        put(buffer, corner, theme.focus_mark.trim_end(), theme.accent);
    }
    let Some(page) = &state.rest.pages.current else {
        let words = waiting(state, layout.answer.width).unwrap_or_else(|| " Answer ".to_owned());
        title(theme, layout, &[(words, theme.title)], buffer);
        return nothing_yet(state, theme, layout.body, buffer);
    };
    let (detail, tabs) = page.exchange().map_or((0, Vec::new()), |e| tabs(state, page, e, layout));
    title(theme, layout, &title_words(state, page, theme, focus, detail), buffer);
    banner::draw(state, theme, layout, buffer);
    match &page.outcome {
        Outcome::Failed(failure) => banner::failed(failure, theme, layout.body, buffer),
        Outcome::Draft => {
            let key = state.keymap.key(Scope::Rest, Command::Send);
            put(buffer, layout.body, &format!(" This was typed and not sent: {key} sends it"), theme.faint);
        }
        Outcome::Dropped => {
            let key = state.keymap.key(Scope::Rest, Command::Send);
            put(buffer, layout.body, &format!(" This answer was let go to save memory: {key} asks again"), theme.faint);
        }
        Outcome::Answered(exchange) => {
            view_tabs(page, &tabs, theme, layout, buffer);
            body(state, page, exchange, theme, layout.body, focus, buffer);
            let caret = bottom(state, page, exchange, theme, layout, buffer);
            if let Some(caret) = caret.filter(|_| state.dialog.is_none()) {
                frame.set_cursor_position(caret);
            }
        }
    }
}

fn title(theme: &Theme, layout: &RestLayout, words: &[(String, Style)], buffer: &mut Buffer) {
    let line =
        Rect { x: layout.answer.x + 2, width: layout.answer.width.saturating_sub(4), height: 1, ..layout.answer };
    let mut pen = Pen::new(buffer, line);
    for (words, style) in words {
        pen.put(words, theme.text.patch(*style));
    }
}

fn title_words(state: &State, page: &Page, theme: &Theme, focus: bool, detail: u8) -> Vec<(String, Style)> {
    let mut words = match &page.outcome {
        Outcome::Failed(_) => vec![(" No answer ".to_owned(), theme.bad.patch(theme.title))],
        Outcome::Dropped => vec![(" Let go ".to_owned(), theme.faint)],
        Outcome::Draft => vec![(" Not sent ".to_owned(), theme.faint)],
        Outcome::Answered(exchange) if exchange.status == 0 => {
            vec![(format!(" arriving · {} so far ", text::bytes(exchange.body.len())), theme.warn)]
        }
        Outcome::Answered(exchange) => {
            let status = http::StatusCode::from_u16(exchange.status).ok().and_then(|s| s.canonical_reason());
            let status = format!(" {} {}", exchange.status, status.unwrap_or_default());
            let weight = if focus { theme.title } else { Style::new() };
            // Half an answer is no success, whatever its status says.
            let (cut, style) = match exchange.cut {
                Some(_) if exchange.ok() => (" · cut", theme.warn),
                Some(_) => (" · cut", theme.status(exchange.status)),
                None => ("", theme.status(exchange.status)),
            };
            // The answer's, whatever is shown of it.
            let size = page.answer().map_or(0, |whole| whole.body.len());
            let size = format!(" · {}", text::bytes(size));
            let time = format!(" · {}", text::time(exchange.timing.total));
            let figures = match detail {
                0 => format!("{time}{size} "),
                1 => format!("{time} "),
                _ => " ".to_owned(),
            };
            vec![(format!("{}{cut}", status.trim_end()), style.patch(weight)), (figures, theme.faint)]
        }
    };
    if page.answer().is_some_and(|exchange| state.diff.is_marked(exchange)) {
        words.push(("· marked ".to_owned(), theme.accent));
    }
    if state.who_id().as_ref() != Some(&page.who) {
        let whose = state.person(&page.who).map_or(page.who.username.as_str(), |p| p.user.short());
        words.push((format!("· as {} ▸ {whose} ", page.who.app), theme.warn));
    }
    words
}

/// A view's tab: which, its column, its width, its words.
pub(super) type Tab = (View, u16, u16, &'static str);

fn short(view: View) -> &'static str {
    match view {
        View::Headers => "Head",
        View::Timing => "Time",
        view => view.title(),
    }
}

/// The views' tabs, right-aligned in the title line.
fn places(page: &Page, exchange: &Exchange, layout: &RestLayout, name: fn(View) -> &'static str) -> Vec<Tab> {
    let views = page.look.views(exchange);
    let wide = |v: View| u16::try_from(name(v).len()).unwrap_or(4) + 2;
    let all: u16 = views.iter().map(|v| wide(*v)).sum();
    let mut x = layout.answer.right().saturating_sub(all + 2);
    let mut tabs = Vec::new();
    for view in views {
        tabs.push((view, x, wide(view), name(view)));
        x += wide(view);
    }
    tabs
}

/// How much of the title is told (0: all, 1: without the size, 2: without the time too) so that the views' tabs stand
/// beside it, and those tabs; no tabs where the one shown has to stand for them all.
pub(super) fn tabs(state: &State, page: &Page, exchange: &Exchange, layout: &RestLayout) -> (u8, Vec<Tab>) {
    let theme = Theme::plain();
    for name in [View::title as fn(View) -> &'static str, short] {
        let tabs = places(page, exchange, layout, name);
        let first = tabs.first().map_or(0, |(_, x, ..)| x.saturating_sub(layout.answer.x));
        for detail in 0..=2 {
            let words = title_words(state, page, &theme, false, detail);
            let title: usize = words.iter().map(|(w, _)| text::width(w)).sum();
            if usize::from(first) >= title + 3 {
                return (detail, tabs);
            }
        }
    }
    (2, Vec::new())
}

fn view_tabs(page: &Page, tabs: &[Tab], theme: &Theme, layout: &RestLayout, buffer: &mut Buffer) {
    if tabs.is_empty() {
        let line = Rect { width: layout.answer.width.saturating_sub(2), height: 1, ..layout.answer };
        put_right(buffer, line, &format!(" {} ", page.look.view.title()), theme.accent.patch(theme.title));
        return;
    }
    for (view, x, width, name) in tabs {
        let here = *view == page.look.view;
        let style = if here { theme.accent.patch(theme.title) } else { theme.faint };
        let mark = if here { theme.tab_mark } else { " " };
        put(buffer, Rect { x: *x, y: layout.answer.y, width: *width, height: 1 }, &format!("{mark}{name} "), style);
    }
}

/// What the pane waits for while nothing of it has come.
fn waiting(state: &State, width: u16) -> Option<String> {
    let id = state.flights.of_tab(state.rest.tab)?;
    let arrived = state.rest.pages.current.as_ref().is_some_and(|page| page.id == id);
    let flight = state.flights.get(id).filter(|_| !arrived)?;
    let address = text::shown(&flight.ask.request.address).into_owned();
    let room = usize::from(width).saturating_sub(33).max(4);
    let stop = state.keymap.key(Scope::Browse, Command::Cancel);
    Some(format!(" waiting for {} · {stop} cancels ", text::clip(&address, room)))
}

fn nothing_yet(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if waiting(state, area.width).is_some() {
        return;
    }
    let key = |scope, command| state.keymap.key(scope, command);
    let (address, open) = (key(Scope::Rest, Command::FocusAddress), key(Scope::Tree, Command::Open));
    let (search, follow) = (key(Scope::Answer, Command::Search), key(Scope::AnswerTree, Command::Open));
    let answer =
        format!("searches an answer, {follow} follows its links, {} goes back", key(Scope::Answer, Command::Back));
    let lines = [
        ("", ""),
        (address.as_str(), "type an address: limits, sobjects/Account/describe, or SELECT Id, Name FROM Account"),
        (open.as_str(), "in Resources asks the org for what is under the cursor"),
        (search.as_str(), answer.as_str()),
    ];
    let room = usize::from(area.width.saturating_sub(11)).max(8);
    let wrapped = lines.into_iter().flat_map(|(key, words)| {
        let keys = std::iter::once(key).chain(std::iter::repeat(""));
        keys.zip(text::wrap(words, room)).collect::<Vec<_>>()
    });
    for (row, (key, words)) in (0..area.height).zip(wrapped) {
        let line = Rect { x: area.x + 2, y: area.y + row, width: area.width.saturating_sub(3), height: 1 };
        Pen::new(buffer, line).put(&format!("{key:<8}"), theme.key).put(&words, theme.faint);
    }
}

fn body(state: &State, page: &Page, exchange: &Exchange, theme: &Theme, area: Rect, focus: bool, buffer: &mut Buffer) {
    match page.look.view {
        View::Tree => {
            if let Some(document) = page.look.document(exchange) {
                let base = state.link_base(&page.who);
                let drawn = Drawn {
                    document,
                    theme,
                    base: base.as_ref(),
                    needle: page.look.search.needle().and_then(Needle::new),
                };
                tree(&drawn, &page.look.tree, area, focus, buffer);
            }
        }
        View::Table => {
            if let Some(look) = &page.look.table {
                let more = state.keymap.key(Scope::AnswerTable, Command::MorePages);
                let needle = page.look.search.needle().and_then(Needle::new);
                table::draw(look, needle.as_ref(), &more, theme, area, focus, buffer);
            }
        }
        View::Page => raw::page(page, theme, area, buffer),
        View::Picture => picture::answer(state, page, theme, area, buffer),
        View::Hex => raw::hex(page, exchange, theme, area, buffer),
        View::Raw => raw::raw(page, exchange, theme, area, buffer),
        View::Headers => raw::headers(page, exchange, theme, area, buffer),
        View::Timing => raw::timing(page, exchange, &state.zone, theme, area, buffer),
    }
}

/// What a row needs to be drawn.
struct Drawn<'a> {
    document: &'a Document,
    theme: &'a Theme,
    base: Option<&'a LinkBase<'a>>,
    needle: Option<Needle>,
}

fn tree(drawn: &Drawn<'_>, look: &TreeLook, area: Rect, focus: bool, buffer: &mut Buffer) {
    let rows = look.outline.rows();
    let chosen = look.row.min(rows.saturating_sub(1));
    let top = keep_in_view(look.top, chosen, usize::from(area.height), rows);
    for line in 0..area.height {
        let at = top + usize::from(line);
        let Some(node) = look.outline.node_at(at) else { return };
        let row = Rect { y: area.y + line, height: 1, ..area };
        tree_row(drawn, look, node, row, buffer);
        if at == chosen {
            text::lay(buffer, row, if focus { drawn.theme.chosen } else { drawn.theme.chosen_faint }, drawn.theme.hit);
        }
    }
}

/// As much of a value as could be seen.
fn preview(document: &Document, node: NodeId, room: usize) -> String {
    let (text, more) = document.preview(node, room + 1);
    if more { text + "…" } else { text }
}

fn tree_row(drawn: &Drawn<'_>, look: &TreeLook, node: NodeId, area: Rect, buffer: &mut Buffer) {
    let (document, theme) = (drawn.document, drawn.theme);
    let kind = document.kind(node);
    let folds = container(document, node);
    let folded = folds && look.outline.is_folded(node);
    let mut pen = Pen::new(buffer, area).skipping(look.left);
    // Deep nesting must not push everything off the screen at once: the indent grows to half the width.
    let indent = (document.depth(node) * 2).min(usize::from(area.width) / 2 + look.left);
    pen.put(&" ".repeat(indent + 1), theme.text);
    pen.put(
        if !folds {
            "  "
        } else if folded {
            "▸ "
        } else {
            "▾ "
        },
        theme.faint,
    );
    let hits = |text: &str| drawn.needle.as_ref().map(|n| n.ranges(text)).unwrap_or_default();
    if let Some((key, more)) = document.key_preview(node, 400) {
        let key = if more { key + "…" } else { key };
        pen.marked(&key, theme.name, &hits(&key), theme.hit);
        pen.put(if folds { " " } else { ": " }, theme.faint);
    } else if let Some(index) = document.index(node) {
        pen.put(&format!("{index}"), theme.faint).put(if folds { " " } else { ": " }, theme.faint);
    }
    let room = pen.room() + look.left;
    match kind {
        Kind::Object | Kind::Array => {
            let (open, close) = if kind == Kind::Object { ('{', '}') } else { ('[', ']') };
            let count = document.child_count(node);
            let inside = if count == 0 { String::new() } else { text::count(count as u64) };
            pen.put(&format!("{open}{inside}{close}"), theme.faint);
            if folded {
                gist(document, node, theme, &mut pen);
            }
        }
        Kind::String => {
            let value = preview(document, node, room);
            let link = drawn.base.is_some_and(|base| value.len() <= room && link_of(&value, base).is_some());
            pen.put("\"", theme.faint)
                .marked(&value, if link { theme.link } else { theme.string }, &hits(&value), theme.hit)
                .put("\"", theme.faint);
            if link {
                pen.put(" ↗", theme.accent);
            }
        }
        _ => {
            let value = preview(document, node, room);
            let style = if kind == Kind::Number { theme.number } else { theme.word };
            pen.marked(&value, style, &hits(&value), theme.hit);
        }
    }
}

/// What a folded value is about: its name, or the first thing in it that can be told in a word.
pub(super) fn gist(document: &Document, node: NodeId, theme: &Theme, pen: &mut Pen<'_>) {
    const TELLING: [&str; 7] = ["name", "Name", "label", "childSObject", "type", "message", "url"];
    /// What stands farther behind is not looked for: an object may have millions of members.
    const NEAR: usize = 64;
    let scalar = |n: &NodeId| !matches!(document.kind(*n), Kind::Object | Kind::Array);
    let near = || document.children(node).take(NEAR).filter(scalar);
    let rank = |n: NodeId| document.key(n).and_then(|key| TELLING.iter().position(|t| *t == key));
    let named =
        near().filter_map(|n| rank(n).map(|rank| (rank, n))).min_by_key(|(rank, n)| (*rank, std::cmp::Reverse(*n)));
    let Some(told) = named.map(|(_, n)| n).or_else(|| document.children(node).take(8).find(scalar)) else { return };
    let room = pen.room();
    let key = document.key(told).map(|k| format!("{k}: ")).unwrap_or_default();
    pen.put("  ", theme.text).put(&key, theme.faint).put(&preview(document, told, room), theme.faint);
}

/// The bottom line: where one is, or what is searched for. Gives the caret of an open search line.
fn bottom(
    state: &State,
    page: &Page,
    exchange: &Exchange,
    theme: &Theme,
    layout: &RestLayout,
    buffer: &mut Buffer,
) -> Option<Position> {
    let y = layout.answer.bottom().saturating_sub(1);
    let line = Rect { x: layout.answer.x + 2, y, width: layout.answer.width.saturating_sub(4), height: 1 };
    let search = &page.look.search;
    let position = position(page, exchange);
    let filter = &page.look.filter;
    let status = match search.status() {
        none if none.is_empty() => filter.status(),
        status => status,
    };
    let right = if status.is_empty() { position } else { format!("{status} · {position}") };
    let style = if status == "no match" { theme.bad } else { theme.faint };
    let x = if right.is_empty() { line.right() } else { put_right(buffer, line, &format!(" {right} "), style) };
    let left = Rect { width: x.saturating_sub(line.x + 1), ..line };
    if search.typing {
        let used = put(buffer, left, &format!(" / {} ", search.line.text()), theme.accent);
        let before = u16::try_from(text::width(search.line.before())).unwrap_or(0);
        return Some(Position::new((left.x + 3 + before).min(left.x + used), y));
    }
    if filter.typing || filter.is_on() {
        let take = state.keymap.key(Scope::FilterLine, Command::Complete);
        return filter::draw(filter, &take, theme, layout, left, buffer);
    }
    if let Some((document, node)) = page.look.node(exchange) {
        // The end of a long path tells more than its beginning.
        let room = usize::from(left.width).saturating_sub(2);
        let path = document.path_end(node, room);
        let path = text::ending(&path, room);
        let wide = text::width(path);
        let path = if wide > room { format!("…{}", text::skip(path, wide + 1 - room)) } else { path.to_owned() };
        put(buffer, left, &format!(" {path} "), theme.faint);
    }
    None
}

fn position(page: &Page, exchange: &Exchange) -> String {
    let look = &page.look;
    let of = |at: usize, all: usize| format!("{} of {}", text::count(at as u64), text::count(all as u64));
    match (look.view, &look.table, &look.raw) {
        (View::Tree, _, _) if look.tree.outline.rows() > 0 => of(look.tree.row + 1, look.tree.outline.rows()),
        (View::Table, Some(table), _) => {
            let loaded = match table.total {
                Some(total) if total > table.rows() as u64 => {
                    format!("{} of {} loaded", text::count(table.rows() as u64), text::count(total))
                }
                _ if table.rows() == 1 => "1 row".to_owned(),
                _ => format!("{} rows", text::count(table.rows() as u64)),
            };
            format!("row {} · {loaded}", text::count(table.row as u64 + 1))
        }
        (View::Hex | View::Raw, ..) if matches!(exchange.body, AnswerBody::Spooled(_)) => in_file(page, exchange),
        (View::Hex, ..) => {
            let rows = crate::app::rest::raw_text(&exchange.body).len().div_ceil(HEX_ROW);
            of((look.top + 1).min(rows), rows)
        }
        (View::Page, ..) => look.page_text.as_ref().map_or_else(String::new, |text| of(look.top + 1, text.lines.len())),
        (View::Raw, _, Some(raw)) => of((look.top + 1).min(raw.rows()), raw.rows()),
        _ => String::new(),
    }
}

/// How far one is in an answer that lies in a file.
fn in_file(page: &Page, exchange: &Exchange) -> String {
    if page.look.windows.wanted.is_some() {
        return format!("reading… · {}", text::bytes(exchange.body.len()));
    }
    let (at, all) = (byte_at(page, page.look.top), exchange.body.len());
    let percent = at.saturating_mul(100).checked_div(all).unwrap_or(0);
    format!("{percent}% · {} of {}", text::bytes(at), text::bytes(all))
}
