//! The line of tabs over the request, where there is more than one: what each asks, whose answer it shows, what is new.

use super::Theme;
use super::text::{self, Pen, put};
use crate::app::State;
use crate::app::rest::Rest;
use crate::app::tabs::all;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A tab that is shown: its place among all, its column, its width.
pub(super) type Shown = (usize, u16, u16);

/// Columns that a tab's words may take, at most and at least.
const WIDEST: usize = 30;
const NARROWEST: usize = 12;

fn words(state: &State, tab: &Rest, room: usize) -> String {
    let page = tab.pages.current.as_ref();
    let method = if tab.method == "GET" { String::new() } else { format!("{} ", tab.method) };
    let address = tab.address.text().trim();
    let words = if address.is_empty() { "new".to_owned() } else { format!("{method}{}", short(address)) };
    let whose = page.map(|page| &page.who).filter(|who| state.who_id().as_ref() != Some(*who));
    let whose =
        whose.map(|who| state.person(who).map_or(who.username.clone(), |person| person.user.short().to_owned()));
    let whose = whose.map(|who| format!(" · {}", text::clip(&text::shown(&who), NARROWEST))).unwrap_or_default();
    let room = room.saturating_sub(text::width(&whose));
    format!("{}{whose}", text::clip(&text::shown(&words), room))
}

/// An address without what all of them begin with.
fn short(address: &str) -> &str {
    let Some(rest) = address.strip_prefix("/services/data/") else { return address };
    rest.split_once('/').map_or(rest, |(_, rest)| rest)
}

fn mark(state: &State, tab: &Rest) -> &'static str {
    match (state.flights.of_tab(tab.tab), tab.unseen) {
        (Some(_), _) => "⟳",
        (None, true) => "●",
        (None, false) => "",
    }
}

/// What stands on a tab: its number, its words, its mark.
fn label(state: &State, at: usize, tab: &Rest, room: usize) -> String {
    let mark = mark(state, tab);
    let mark = if mark.is_empty() { String::new() } else { format!(" {mark}") };
    format!("{} {}{mark}", at + 1, words(state, tab, room))
}

/// The tabs that have room, the one in front among them.
pub(super) fn shown(state: &State, area: Rect) -> Vec<Shown> {
    let count = state.tabs.count();
    let room = (usize::from(area.width) / count.max(1)).saturating_sub(6).clamp(NARROWEST, WIDEST);
    let widths: Vec<usize> =
        all(state).enumerate().map(|(at, tab)| text::width(&label(state, at, tab, room)) + 2).collect();
    let front = state.tabs.at();
    let wide = |from: usize| widths.iter().take(front + 1).skip(from).sum::<usize>();
    let from = (0..=front).find(|from| wide(*from) <= usize::from(area.width)).unwrap_or(front);
    let mut x = area.x;
    let mut shown = Vec::new();
    for (at, wide) in widths.iter().enumerate().skip(from) {
        let wide = u16::try_from(*wide).unwrap_or(area.width).min(area.width);
        if x + wide > area.right() {
            break;
        }
        shown.push((at, x, wide));
        x += wide;
    }
    shown
}

/// Draws them.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let count = state.tabs.count();
    let room = (usize::from(area.width) / count.max(1)).saturating_sub(6).clamp(NARROWEST, WIDEST);
    let tabs: Vec<&Rest> = all(state).collect();
    let places = shown(state, area);
    for (at, x, width) in &places {
        let Some(tab) = tabs.get(*at) else { continue };
        let place = Rect { x: *x, width: *width, height: 1, ..area };
        let front = *at == state.tabs.at();
        let style = if front { theme.accent.patch(theme.title) } else { theme.faint };
        let lead = if front { theme.tab_mark } else { " " };
        let mark = mark(state, tab);
        let mut pen = Pen::new(buffer, place);
        pen.put(lead, theme.accent).put(&format!("{} {}", at + 1, words(state, tab, room)), style);
        if !mark.is_empty() {
            pen.put(" ", theme.text).put(mark, theme.warn);
        }
    }
    // What has no room is told of.
    let (first, last) = (places.first().map_or(0, |p| p.0), places.last().map_or(0, |p| p.0));
    let end = places.last().map_or(area.x, |(_, x, width)| x + width);
    if first > 0 {
        put(buffer, Rect { width: 1, height: 1, ..area }, "‹", theme.faint);
    }
    if last + 1 < count {
        let after = Rect { x: end, width: area.right().saturating_sub(end), height: 1, ..area };
        put(buffer, after, &format!("+{}", count - 1 - last), theme.faint);
    }
}
