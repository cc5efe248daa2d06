//! What clicks, the wheel and dragged borders mean: the same commands as keys, on what lies under the pointer.

use super::command::Command;
use super::dialog::Dialog;
use super::event::{Border, Target};
use super::rest::{Focus, focus_on, turn_left_pane};
use super::state::{Out, Place, State};
use super::update::run;

/// A click. On a row that has the cursor already it opens, as enter does.
pub fn clicked(state: &mut State, target: Target, out: &mut Out) {
    state.notice = None;
    if state.dialog.is_some() {
        return in_dialog(state, target, out);
    }
    match target {
        Target::Who => run(state, Command::Switch, out),
        Target::Place(place) => super::update::go(state, place, out),
        _ if state.who.is_none() => {}
        Target::ListRow(row) if state.doctor_shown().is_some() => super::doctor::clicked(state, row),
        Target::ListRow(row) if state.diff.shown(state.place).is_some() => super::diff::clicked(state, row, out),
        _ if state.is_covered() => {}
        Target::IdentityRow(column, row) => on_identity(state, column, row, out),
        Target::ListRow(row) => on_list(state, row, out),
        _ if state.place == Place::Rest => on_rest(state, target, out),
        _ => {}
    }
}

fn in_dialog(state: &mut State, target: Target, out: &mut Out) {
    match (&mut state.dialog, target) {
        (Some(Dialog::Switcher(switcher)), Target::ListRow(row)) => {
            switcher.row = row;
            run(state, Command::Open, out);
        }
        (Some(Dialog::Palette(palette)), Target::ListRow(row)) => {
            palette.row = row;
            run(state, Command::Open, out);
        }
        (Some(Dialog::Setup(wizard)), Target::ListRow(row)) => {
            wizard.chosen = Some(row);
            run(state, Command::Submit, out);
        }
        (_, Target::Yes) => run(state, Command::Confirm, out),
        (_, Target::No) => run(state, Command::Decline, out),
        // A question stays until it is answered; the rest closes when one clicks beside it.
        (
            Some(
                Dialog::Help(_)
                | Dialog::Problems { .. }
                | Dialog::Told { .. }
                | Dialog::Prompt(_)
                | Dialog::Switcher(_)
                | Dialog::Palette(_)
                | Dialog::CopyMenu,
            ),
            Target::Outside,
        ) => super::dialog::close(state),
        _ => {}
    }
}

fn on_identity(state: &mut State, column: usize, row: usize, out: &mut Out) {
    let Some(who) = state.who_id() else { return };
    let pane = state.identities.entry(who).or_default();
    let again = pane.column == column && pane.row.get(column) == Some(&row);
    pane.column = column;
    if let Some(at) = pane.row.get_mut(column) {
        *at = row;
    }
    if again {
        run(state, Command::Open, out);
    }
}

fn on_list(state: &mut State, row: usize, out: &mut Out) {
    let at = match state.place {
        Place::History => &mut state.history.row,
        Place::Variables => &mut state.variables.row,
        _ => return,
    };
    let again = *at == row;
    *at = row;
    if again && state.place == Place::History {
        run(state, Command::Open, out);
    }
}

fn on_rest(state: &mut State, target: Target, out: &mut Out) {
    match target {
        Target::LeftTab(saved) => turn_left_pane(state, saved, out),
        Target::TreeRow(row) if state.saved.shown => {
            focus_on(state, Focus::Tree);
            let again = state.saved.row == row;
            state.saved.row = row.min(state.saved.rows.len().saturating_sub(1));
            if again {
                run(state, Command::Open, out);
            }
        }
        Target::TreeRow(row) => {
            focus_on(state, Focus::Tree);
            let Some(tree) = state.tree_mut() else { return };
            let again = tree.row == row;
            tree.row = row;
            if again {
                run(state, Command::Open, out);
            }
        }
        Target::Tab(at) => super::tabs::go(state, at),
        Target::Method => state.rest.next_method(),
        Target::Address(column) => {
            focus_on(state, Focus::Address);
            let byte = byte_at(state.rest.address.text(), usize::from(column));
            state.rest.address.move_to(byte);
        }
        Target::CompletionRow(row) => {
            state.rest.completion.chosen = Some(row);
            run(state, Command::Complete, out);
        }
        Target::Section(focus) => focus_on(state, focus),
        Target::View(view) => {
            focus_on(state, Focus::Answer);
            let width = state.measures.answer_width;
            if let Some(page) = state.rest.pages.current.as_mut() {
                page.look.view = view;
                page.look.filter.wanted = view;
                page.look.top = 0;
                super::rest::prepare_raw(page, width);
            }
        }
        Target::AnswerRow(row) => {
            focus_on(state, Focus::Answer);
            let Some(page) = state.rest.pages.current.as_mut() else { return };
            let again = page.look.tree.row == row;
            page.look.tree.row = row.min(page.look.tree.outline.rows().saturating_sub(1));
            if again {
                run(state, Command::Open, out);
            }
        }
        Target::Cell(row, column) => {
            focus_on(state, Focus::Answer);
            let Some(table) = state.rest.pages.current.as_mut().and_then(|p| p.look.table.as_mut()) else { return };
            let again = (table.row, table.column) == (row, column);
            table.row = row.min(table.rows().saturating_sub(1));
            table.column = column;
            if again {
                run(state, Command::Open, out);
            }
        }
        _ => {}
    }
}

fn byte_at(text: &str, column: usize) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;
    let mut width = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if width >= column {
            return at;
        }
        width += grapheme.width();
    }
    text.len()
}

/// The wheel: three rows of whatever lies under it; the focus stays where it is.
pub fn wheeled(state: &mut State, target: Target, rows: i32, out: &mut Out) {
    let command = if rows > 0 { Command::Down } else { Command::Up };
    let before = state.rest.focus;
    if state.dialog.is_none() && state.place == Place::Rest && !state.is_covered() {
        state.rest.focus = match target {
            Target::TreeRow(_) => Focus::Tree,
            Target::AnswerRow(_) | Target::Cell(..) | Target::View(_) => Focus::Answer,
            _ => return,
        };
    }
    for _ in 0..rows.unsigned_abs().min(30) {
        run(state, command, out);
    }
    state.rest.focus = before;
}

/// A border is where the pointer is.
pub fn dragged(state: &mut State, border: Border, column: u16, row: u16) {
    match border {
        Border::Tree => state.rest.tree_width = column.clamp(12, state.size.0.saturating_sub(30).max(12)),
        Border::Request => {
            // Two lines of frame, the tabs, the box's edge, the address and its resolved form stand above.
            let rows = row.saturating_sub(6 + u16::from(state.tabs.count() > 1));
            state.rest.section_rows = rows.clamp(1, state.size.1.saturating_sub(14).max(1));
        }
    }
}
