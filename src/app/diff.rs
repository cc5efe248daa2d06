//! Two answers compared: which is the left side, what the pane shows, and its commands.
//!
//! ```text
//!  d on an answer ──▶ marked ── d on another ──┐
//!  D (this address before) ────────────────────┼──▶ Comparing ──▶ Ready ── enter ──▶ the place in the answer
//!  = (as somebody else) ──▶ Asking ── answer ──┘        esc closes      ◀── backspace ──┘
//! ```
//!
//! The work is done elsewhere (`Effect::Compare`); this file asks for it and moves about in what came of it.

mod compared;
mod sides;

pub use compared::{Compared, Spot, What, comparable};
pub use sides::{also_as, answered, asking, begin, compare, failed, mark, open, send_as, stopped};

use super::answer::{View, keep_in_view};
use super::command::{Command, Scope};
use super::event::{Clip, Effect, TaskId};
use super::rest::{self, Focus};
use super::state::{Out, Place, State, walk};
use crate::json::diff::{Row, RowKind, Rows};
use crate::profile::Profile;
use crate::request::{Exchange, Failure, Request};
use std::sync::Arc;

/// An answer, and what was asked.
#[derive(Debug, Clone)]
pub struct Side {
    /// As it was typed.
    pub request: Request,
    /// With its answer.
    pub exchange: Arc<Exchange>,
}

/// How far a comparison is.
#[derive(Debug, Clone)]
pub enum Stage {
    /// The other side is asked for.
    Asking(TaskId),
    /// It is being compared.
    Comparing(TaskId),
    /// It is known.
    Ready(Arc<Compared>),
    /// The other side is not to be had.
    Failed(Failure),
}

/// Two answers, compared.
#[derive(Debug, Clone)]
pub struct Pane {
    /// The room it was opened in and is shown in.
    pub place: Place,
    /// Whether it is shown; not while a place in an answer is looked at from it.
    pub shown: bool,
    /// On the left.
    pub left: Side,
    /// On the right, once it has come.
    pub right: Option<Side>,
    /// Whose answer is waited for.
    pub asked: Option<Profile>,
    /// How far it is.
    pub stage: Stage,
    /// Whether what changes by itself does not count.
    pub ignore: bool,
    /// One under the other; `None`: as the width asks for.
    pub unified: Option<bool>,
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// The page that was opened from it.
    pub page: Option<u64>,
}

/// From this width on the sides stand beside each other.
const BESIDE: u16 = 100;

impl Pane {
    /// What came of it.
    pub fn compared(&self) -> Option<&Arc<Compared>> {
        match &self.stage {
            Stage::Ready(compared) => Some(compared),
            _ => None,
        }
    }

    /// Whether one side is shown under the other, at this width of the terminal.
    pub fn is_unified(&self, width: u16) -> bool {
        self.unified.unwrap_or(width < BESIDE)
    }

    /// The rows as they are shown.
    pub fn rows(&self, width: u16) -> Option<&Rows> {
        let unified = self.is_unified(width);
        self.compared().map(|compared| if unified { &compared.unified } else { &compared.split })
    }

    /// The difference that the cursor is at, or the next one; from 0.
    pub fn difference(&self, width: u16) -> Option<usize> {
        let rows = self.rows(width)?;
        let begun = rows.starts.partition_point(|start| *start as usize <= self.row);
        let inside = rows.rows.get(self.row).is_some_and(|row| row.difference.is_some());
        let at = if inside { begun.checked_sub(1)? } else { begun };
        Some(at.min(rows.starts.len().checked_sub(1)?))
    }
}

/// What is compared, and what is marked to be.
#[derive(Debug, Clone, Default)]
pub struct Diffs {
    /// The left side of the next comparison.
    pub marked: Option<Side>,
    /// The comparison that is open.
    pub pane: Option<Pane>,
    /// What the open switcher sends as the one that is chosen.
    pub also: Option<Side>,
}

impl Diffs {
    /// The pane that is shown in this room.
    pub fn shown(&self, place: Place) -> Option<&Pane> {
        self.pane.as_ref().filter(|pane| pane.shown && pane.place == place)
    }

    /// Whether this is the answer that was marked.
    pub fn is_marked(&self, exchange: &Arc<Exchange>) -> bool {
        self.marked.as_ref().is_some_and(|side| Arc::ptr_eq(&side.exchange, exchange))
    }
}

/// A comparison has ended.
pub fn compared(state: &mut State, id: TaskId, compared: Arc<Compared>) {
    let (width, height) = (state.size.0, usize::from(state.measures.list));
    let Some(pane) = state.diff.pane.as_mut() else { return };
    if !matches!(pane.stage, Stage::Comparing(task) if task == id) {
        return;
    }
    pane.stage = Stage::Ready(compared);
    pane.row = pane.rows(width).and_then(|rows| rows.starts.first()).map_or(0, |start| *start as usize);
    pane.top = 0;
    show(pane, width, height);
}

/// A command on the pane; whether it was one. Only called while it is shown.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let (width, height) = (state.size.0, usize::from(state.measures.list));
    let Some(pane) = state.diff.pane.as_mut() else { return false };
    let rows = pane.rows(width).map_or(0, |rows| rows.rows.len());
    if walk(command, &mut pane.row, &mut pane.top, rows, height) {
        return true;
    }
    match command {
        Command::Cancel => close(state, out),
        Command::NextMatch => turn(state, true),
        Command::PreviousMatch => turn(state, false),
        Command::NextView => {
            let difference = pane.difference(width);
            pane.unified = Some(!pane.is_unified(width));
            let start = difference.and_then(|at| pane.rows(width)?.starts.get(at).copied());
            pane.row = start.map_or(0, |start| start as usize);
            show(pane, width, height);
        }
        Command::IgnoreVolatile => {
            pane.ignore = !pane.ignore;
            compare(state, out);
        }
        Command::Open => go_there(state, out),
        Command::CopyValue | Command::CopyPath => copy(state, command, out),
        _ => return false,
    }
    true
}

/// Takes it away, and stops what runs for it.
pub fn close(state: &mut State, out: &mut Out) {
    let Some(pane) = state.diff.pane.take() else { return };
    match pane.stage {
        Stage::Asking(id) => super::update::cancel(state, id, out),
        Stage::Comparing(id) => out.push(Effect::Cancel(id)),
        Stage::Ready(_) | Stage::Failed(_) => {}
    }
}

/// A click on a row; on the one under the cursor it opens.
pub fn clicked(state: &mut State, row: usize, out: &mut Out) {
    let Some(pane) = state.diff.pane.as_mut() else { return };
    if pane.row == row {
        return go_there(state, out);
    }
    pane.row = row;
}

/// Back from an answer that was opened from the comparison: whether it was.
pub fn back(state: &mut State) -> bool {
    let shown = state.rest.pages.current.as_ref().map(|page| page.id);
    let Some(pane) = state.diff.pane.as_mut().filter(|p| !p.shown && p.page.is_some() && p.page == shown) else {
        return false;
    };
    pane.shown = true;
    pane.page = None;
    state.place = pane.place;
    true
}

/// Scrolls so that the cursor is seen, with a little of what is around it.
fn show(pane: &mut Pane, width: u16, height: usize) {
    let rows = pane.rows(width).map_or(0, |rows| rows.rows.len());
    let margin = 3.min(height / 4);
    pane.top = keep_in_view(pane.top, (pane.row + margin).min(rows.saturating_sub(1)), height, rows);
    pane.top = keep_in_view(pane.top, pane.row.saturating_sub(margin), height, rows);
}

fn turn(state: &mut State, forward: bool) {
    let (width, height) = (state.size.0, usize::from(state.measures.list));
    let Some(pane) = state.diff.pane.as_mut() else { return };
    let row = pane.row;
    let found = pane.rows(width).and_then(|rows| {
        let begun = rows.starts.partition_point(|start| (*start as usize) < row);
        let at = match (forward, rows.starts.get(begun)) {
            (true, Some(start)) if *start as usize == row => begun.checked_add(1)?,
            (true, _) => begun,
            (false, _) => begun.checked_sub(1)?,
        };
        rows.starts.get(at).copied()
    });
    match found {
        Some(start) => {
            pane.row = start as usize;
            show(pane, width, height);
        }
        None => {
            let words = if forward {
                "There is no difference after this one"
            } else {
                "There is no difference before this one"
            };
            state.tell(words.to_owned());
        }
    }
}

/// The row under the cursor, and what it is a row of.
fn chosen(state: &State) -> Option<(&Pane, Row, &Compared)> {
    let pane = state.diff.pane.as_ref()?;
    let row = pane.rows(state.size.0)?.rows.get(pane.row)?;
    Some((pane, *row, pane.compared()?))
}

/// To the place of the row in the answer that it stands in: the right one, or the left where it is there alone.
fn go_there(state: &mut State, out: &mut Out) {
    let height = usize::from(state.measures.answer.max(8));
    let width = state.measures.answer_width.max(20);
    let found = chosen(state).and_then(|(pane, row, compared)| {
        let on_left = row.right.is_none();
        let number = if on_left { row.left } else { row.right }?;
        let side = if on_left { Some(&pane.left) } else { pane.right.as_ref() };
        Some((side?.clone(), compared.what.spot(number, on_left)?))
    });
    let Some((side, spot)) = found else {
        let key = state.keymap.key(Scope::Diff, Command::NextMatch);
        return state.tell(format!("Go to a difference first: {key} is the next one"));
    };
    state.place = Place::Rest;
    let here = state.rest.pages.current.as_ref().and_then(|page| page.answer());
    if !here.is_some_and(|exchange| Arc::ptr_eq(exchange, &side.exchange)) {
        rest::keep_typed(state);
        state.rest.fill(&side.request);
        rest::show(state, side.request.clone(), Arc::clone(&side.exchange));
    }
    rest::focus_on(state, Focus::Answer);
    rest::open_tree(state, out);
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    page.show_whole(out);
    match (spot, side.exchange.body.json()) {
        (Spot::Node(node), Some(document)) => {
            page.look.view = View::Tree;
            page.look.go_to(document, node, height);
        }
        (Spot::Byte(byte), _) => {
            page.look.view = View::Raw;
            rest::prepare_raw(page, width);
            page.look.show_raw(rest::raw_text(&side.exchange.body), byte, height);
        }
        (Spot::Node(_), None) => {}
    }
    let page = page.id;
    if let Some(pane) = state.diff.pane.as_mut() {
        (pane.shown, pane.page) = (false, Some(page));
    }
    let back = state.keymap.key(Scope::Answer, Command::Back);
    state.tell(format!("{back} goes back to the comparison"));
}

/// The most that is put on the clipboard.
const COPY_MOST: usize = 8 << 20;

fn copy(state: &mut State, command: Command, out: &mut Out) {
    let text = chosen(state).and_then(|(_, row, compared)| {
        let on_left = row.right.is_none();
        let number = if on_left { row.left } else { row.right }?;
        match &compared.what {
            _ if matches!(row.kind, RowKind::More(_)) => None,
            What::Json { left, right, .. } => {
                let document = if on_left { left } else { right };
                Some(match command {
                    Command::CopyPath => document.path(number),
                    _ if document.child_count(number) > 0 => crate::json::pretty(document, number, COPY_MOST),
                    _ => document.text(number).into_owned(),
                })
            }
            What::Text { left, right, .. } if command == Command::CopyValue => {
                let (text, lines) = if on_left { left } else { right };
                Some(lines.get(text, usize::try_from(number).ok()?).to_owned())
            }
            What::Text { .. } | What::Bytes(_) => None,
        }
    });
    let what = if command == Command::CopyPath { "the path" } else { "the value" };
    match text {
        Some(text) if text.len() <= COPY_MOST => out.push(Effect::Copy(what.to_owned(), Clip::Text(text))),
        Some(text) => state.tell(format!("{} bytes are too many for the clipboard", text.len())),
        None => state.tell("Nothing to copy here".to_owned()),
    }
}
