//! What lies under a point: the inverse of drawing, from the same layout.

use super::layout::{Layout, RestLayout, Room, inner, layout};
use super::{answer, dialog, diff, doctor, frame, request, saved, setup, table, tabs};
use crate::app::answer::{View, keep_in_view};
use crate::app::dialog::Dialog;
use crate::app::event::{Border, Target};
use crate::app::identity::columns;
use crate::app::rest::Focus;
use crate::app::{Place, State};
use ratatui::layout::{Position, Rect};

/// What lies at a column and row of the terminal.
pub fn hit(state: &State, size: (u16, u16), column: u16, row: u16) -> Target {
    let layout = layout(state, size);
    let at = Position::new(column, row);
    if let (Some(area), Some(dialog)) = (layout.dialog, &state.dialog) {
        return in_dialog(dialog, area, at);
    }
    if layout.header.contains(at) {
        return Target::Who;
    }
    if layout.places.contains(at) {
        let hit = frame::place_keys(state).find(|(.., x, width)| (*x..x + width).contains(&column));
        return hit.map_or(Target::Nothing, |(place, ..)| Target::Place(place));
    }
    in_room(state, &layout, at)
}

fn in_dialog(dialog: &Dialog, area: Rect, at: Position) -> Target {
    if !area.contains(at) {
        return Target::Outside;
    }
    match dialog {
        Dialog::Switcher(switcher) => in_search(area, at, switcher.top, switcher.row, switcher.found.len()),
        Dialog::Palette(palette) => in_search(area, at, palette.top, palette.row, palette.found.len()),
        Dialog::Setup(wizard) => {
            let inside = dialog::inside(area);
            let offers = setup::places(wizard, inside).offers;
            row_in(offers, at, 0, usize::from(offers.height)).map_or(Target::Nothing, Target::ListRow)
        }
        Dialog::Write(..)
        | Dialog::Browser(_)
        | Dialog::CopySecret(..)
        | Dialog::ClearHistory
        | Dialog::Replace(..) => {
            let (yes, no) = dialog::button_places(area);
            if yes.contains(at) {
                Target::Yes
            } else if no.contains(at) {
                Target::No
            } else {
                Target::Nothing
            }
        }
        _ => Target::Nothing,
    }
}

/// A row of a list under a line that is typed.
fn in_search(area: Rect, at: Position, top: usize, row: usize, rows: usize) -> Target {
    let list = dialog::search_list(inner(area));
    let top = keep_in_view(top, row, usize::from(list.height), rows);
    row_in(list, at, top, rows).map_or(Target::Nothing, Target::ListRow)
}

fn row_in(area: Rect, at: Position, top: usize, rows: usize) -> Option<usize> {
    let row = top + usize::from(at.y.checked_sub(area.y)?);
    (area.contains(at) && row < rows).then_some(row)
}

fn in_room(state: &State, layout: &Layout, at: Position) -> Target {
    match &layout.room {
        Room::Welcome(_) => Target::Nothing,
        Room::Identity(areas) => in_identity(state, areas, at),
        Room::Doctor(area) => {
            let line = at.y.checked_sub(doctor::list(*area).y).filter(|_| doctor::list(*area).contains(at));
            let step = line.and_then(|line| doctor::step_at(state, *area, line));
            step.map_or(Target::Nothing, Target::ListRow)
        }
        Room::Diff(area) => {
            let pane = state.diff.shown(state.place);
            let rows = pane.and_then(|pane| pane.rows(state.size.0)).map_or(0, |rows| rows.rows.len());
            let list = diff::list(*area);
            let top = pane.map_or(0, |pane| keep_in_view(pane.top, pane.row, usize::from(list.height), rows));
            row_in(list, at, top, rows).map_or(Target::Nothing, Target::ListRow)
        }
        Room::Rest(rest) => in_rest(state, rest, at),
        Room::List(area) => {
            let list = inner(*area);
            let list = Rect { y: list.y + 1, height: list.height.saturating_sub(1), ..list };
            let (top, row, rows) = match state.place {
                Place::History => (state.history.top, state.history.row, state.history.page.total),
                _ => (state.variables.top, state.variables.row, crate::app::variables::rows(state).len()),
            };
            let top = keep_in_view(top, row, usize::from(list.height), rows);
            row_in(list, at, top, rows).map_or(Target::Nothing, Target::ListRow)
        }
    }
}

fn in_identity(state: &State, areas: &[Rect], at: Position) -> Target {
    let Some(pane) = state.who_id().and_then(|id| state.identities.get(&id)) else { return Target::Nothing };
    for (number, (column, area)) in columns(state).iter().zip(areas).enumerate() {
        let inside = inner(*area);
        if !inside.contains(at) {
            continue;
        }
        let top = pane.top.get(number).copied().unwrap_or(0);
        let line = top + usize::from(at.y - inside.y);
        let rows = column.rows().count();
        let row = (0..rows).find(|row| column.line_of(*row) == line);
        return row.map_or(Target::Nothing, |row| Target::IdentityRow(number, row));
    }
    Target::Nothing
}

fn in_rest(state: &State, rest: &RestLayout, at: Position) -> Target {
    if let Some(area) = request::completion_area(state, rest).filter(|a| a.contains(at)) {
        let inside = inner(area);
        let top = request::completion_top(state, usize::from(inside.height));
        let rows = state.rest.completion.candidates.len();
        return row_in(inside, at, top, rows).map_or(Target::Nothing, Target::CompletionRow);
    }
    if rest.strip.contains(at) {
        let tab = tabs::shown(state, rest.strip).into_iter().find(|(_, x, width)| (*x..x + width).contains(&at.x));
        return tab.map_or(Target::Nothing, |(place, ..)| Target::Tab(place));
    }
    if !rest.tree.is_empty() && at.x == rest.request.x && !rest.request.is_empty() {
        return Target::Border(Border::Tree);
    }
    if rest.tree.contains(at) && at.y == rest.tree.y {
        let tab = saved::tabs(rest.tree).into_iter().find(|(_, x, width, _)| (*x..x + width).contains(&at.x));
        return tab.map_or(Target::Nothing, |(saved, ..)| Target::LeftTab(saved));
    }
    if rest.tree.contains(at) && state.saved.shown {
        let list = inner(rest.tree);
        let rows = state.saved.rows.len();
        let chosen = state.saved.row.min(rows.saturating_sub(1));
        let top = keep_in_view(state.saved.top, chosen, usize::from(list.height), rows);
        return row_in(list, at, top, rows).map_or(Target::TreeRow(rows.saturating_sub(1)), Target::TreeRow);
    }
    if rest.tree.contains(at) {
        let Some(tree) = state.tree() else { return Target::Nothing };
        let list = inner(rest.tree);
        let rows = tree.shown().len();
        let top = keep_in_view(tree.top, tree.row.min(rows.saturating_sub(1)), usize::from(list.height), rows);
        return row_in(list, at, top, rows).map_or(Target::TreeRow(rows.saturating_sub(1)), Target::TreeRow);
    }
    if rest.address.contains(at) {
        let method = request::method_width(state);
        let column = at.x - rest.address.x;
        let scroll = request::address_scroll(state, usize::from(rest.address.width.saturating_sub(method)));
        let scroll = u16::try_from(scroll).unwrap_or(0);
        return column.checked_sub(method).map_or(Target::Method, |c| Target::Address(c.saturating_add(scroll)));
    }
    if rest.tabs.contains(at) {
        let column = at.x - rest.tabs.x;
        let tab = request::section_tabs(state).into_iter().find(|(_, x, width, _)| (*x..x + width).contains(&column));
        return tab.map_or(Target::Nothing, |(focus, ..)| Target::Section(focus));
    }
    if rest.section.contains(at) {
        return Target::Section(state.rest.section);
    }
    in_answer(state, rest, at)
}

fn in_answer(state: &State, rest: &RestLayout, at: Position) -> Target {
    let page = state.rest.pages.current.as_ref();
    let exchange = page.and_then(|p| p.exchange());
    if let (Some(page), Some(exchange)) = (page, exchange)
        && at.y == rest.answer.y
    {
        let (_, tabs) = answer::tabs(state, page, exchange, rest);
        let tab = tabs.into_iter().find(|(_, x, width, _)| (*x..x + width).contains(&at.x));
        return tab.map_or(Target::Border(Border::Request), |(view, ..)| Target::View(view));
    }
    if at.y == rest.answer.y {
        return Target::Border(Border::Request);
    }
    if !rest.body.contains(at) {
        return Target::Nothing;
    }
    let Some(page) = page else { return Target::Section(Focus::Answer) };
    let line = usize::from(at.y - rest.body.y);
    match (page.look.view, &page.look.table) {
        (View::Tree, _) => {
            let look = &page.look.tree;
            let top = keep_in_view(look.top, look.row, usize::from(rest.body.height), look.outline.rows());
            Target::AnswerRow(top + line)
        }
        (View::Table, Some(look)) => {
            let height = usize::from(rest.body.height).saturating_sub(1);
            let top = keep_in_view(look.top, look.row, height, look.rows());
            let x = at.x - rest.body.x;
            let column = table::places(look, rest.body.width).into_iter().rfind(|(_, from, _)| *from <= x);
            Target::Cell(top + line.saturating_sub(1), column.map_or(0, |(c, ..)| c))
        }
        (view, _) => Target::View(view),
    }
}
