//! Where everything is: a pure function of state and size, shared by drawing, clicks and the height of a page.

use crate::app::dialog::Dialog;
use crate::app::rest::Focus;
use crate::app::{Measures, Place, State};
use ratatui::layout::Rect;

/// The screen, divided.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Who and where.
    pub header: Rect,
    /// The place keys.
    pub places: Rect,
    /// What the place is drawn in.
    pub room: Room,
    /// The keys that work.
    pub footer: Rect,
    /// What stands over it.
    pub dialog: Option<Rect>,
    /// There is no room for anything.
    pub too_small: bool,
}

/// A place, divided.
#[derive(Debug, Clone)]
pub enum Room {
    /// Nobody to be yet.
    Welcome(Rect),
    /// Columns.
    Identity(Vec<Rect>),
    /// The REST screen.
    Rest(RestLayout),
    /// Two answers compared.
    Diff(Rect),
    /// Why a login does not work.
    Doctor(Rect),
    /// One list.
    List(Rect),
}

/// The REST screen, divided. Boxes share their borders.
#[derive(Debug, Clone, Copy, Default)]
pub struct RestLayout {
    /// The tabs, where there is more than one.
    pub strip: Rect,
    /// With its border; empty where it has no room.
    pub tree: Rect,
    /// With its border.
    pub request: Rect,
    /// Method and address.
    pub address: Rect,
    /// What will be sent.
    pub resolved: Rect,
    /// Params, headers, body.
    pub tabs: Rect,
    /// The open one of them; empty while none is.
    pub section: Rect,
    /// With its border.
    pub answer: Rect,
    /// What went wrong or should be known, over the body; empty where all is well.
    pub banner: Rect,
    /// Inside the border, under the banner.
    pub body: Rect,
}

/// Narrower than this, the tree and the rest take turns.
const BOTH: u16 = 64;
/// Below this there is nothing to draw.
const LEAST: (u16, u16) = (20, 5);
/// Rows of a terminal up to which the place keys go.
const SMALL_HEADER: u16 = 8;
/// Rows of a room below which the request is its address alone.
const SMALL: u16 = 10;

/// Divides the screen.
pub fn layout(state: &State, (width, height): (u16, u16)) -> Layout {
    let too_small = width < LEAST.0 || height < LEAST.1;
    let line = |y: u16| Rect::new(0, y.min(height), width, u16::from(y < height));
    let header_lines = if height > SMALL_HEADER { 2 } else { 1 };
    let body = Rect::new(0, header_lines, width, height.saturating_sub(header_lines + 1));
    let room = match (&state.who, state.place) {
        (None, _) => Room::Welcome(body),
        _ if state.doctor_shown().is_some() => Room::Doctor(body),
        (_, place) if state.diff.shown(place).is_some() => Room::Diff(body),
        (_, Place::Identity) => Room::Identity(identity(body)),
        (_, Place::Rest) => Room::Rest(rest(state, body)),
        (_, Place::History | Place::Variables) => Room::List(body),
    };
    Layout {
        header: line(0),
        places: if header_lines == 2 { line(1) } else { Rect::ZERO },
        room,
        footer: line(height.saturating_sub(1)),
        // A line to type in and what fits to it need more rows than such a place has.
        dialog: state.dialog.as_ref().map(|d| match d {
            Dialog::Switcher(_) | Dialog::Palette(_) if body.height < LEAST.1 => Rect::new(0, 0, width, height),
            d => dialog(d, body),
        }),
        too_small,
    }
}

fn identity(body: Rect) -> Vec<Rect> {
    if body.width < 90 {
        return vec![body];
    }
    let left = body.width * 55 / 100;
    vec![Rect { width: left, ..body }, Rect { x: body.x + left, width: body.width - left, ..body }]
}

fn rest(state: &State, body: Rect) -> RestLayout {
    let strip = Rect { height: strip_height(state, body.height), ..body };
    let body = Rect { y: strip.bottom(), height: body.height - strip.height, ..body };
    let strip = Rect { x: strip.x + 1, width: strip.width.saturating_sub(2), ..strip };
    let both = body.width >= BOTH;
    let tree_width = match state.rest.tree_width {
        // Names that people gave are longer than those of resources.
        0 if state.saved.shown => (body.width / 3).clamp(20, 44),
        0 => (body.width / 4).clamp(20, 40),
        wanted => wanted.clamp(12, body.width.saturating_sub(30).max(12)),
    };
    let (tree, right) = match (both, state.rest.focus) {
        (true, _) => {
            // The boxes share the line between them.
            let tree = Rect { width: tree_width + 1, ..body };
            (tree, Rect { x: body.x + tree_width, width: body.width - tree_width, ..body })
        }
        (false, Focus::Tree) => (body, Rect::ZERO),
        (false, _) => (Rect::ZERO, body),
    };
    if right.is_empty() {
        return RestLayout { strip, tree, ..RestLayout::default() };
    }
    let inside = Rect { x: right.x + 1, width: right.width.saturating_sub(2), ..right };
    let open = state.rest.focus.is_section() || state.rest.section_rows > 0;
    // Where rows are few, they belong to the answer: what will be sent and the tabs go.
    let lines = if right.height < SMALL { 1 } else { 3 };
    let room = right.height.saturating_sub(lines + 5);
    let section_rows = match (open, state.rest.section_rows) {
        (false, _) => 0,
        (true, 0) => 6.min(room),
        (true, wanted) => wanted.min(room),
    };
    let row = |n: u16, height: u16| {
        let y = right.y + n;
        Rect { y, height: height.min(right.bottom().saturating_sub(y + 1)), ..inside }
    };
    let request_rows = lines + 2 + section_rows;
    let request = Rect { height: request_rows.min(right.height), ..right };
    let answer_y = right.y + request_rows.min(right.height) - 1;
    let answer = Rect { y: answer_y, height: right.bottom() - answer_y, ..right };
    let inside_answer = inner(answer);
    let most = super::banner::most(inside_answer.height);
    let told = super::banner::lines(state, inside_answer.width, most).len();
    let banner = Rect { height: u16::try_from(told).unwrap_or(most).min(most), ..inside_answer };
    let body = Rect { y: banner.bottom(), height: inside_answer.height - banner.height, ..inside_answer };
    RestLayout {
        strip,
        tree,
        request,
        address: row(1, 1),
        resolved: row(2, u16::from(lines > 1)),
        tabs: row(3, u16::from(lines > 1)),
        section: row(1 + lines, section_rows),
        answer,
        banner,
        body,
    }
}

/// A line for the tabs, if there are some and room for them.
fn strip_height(state: &State, height: u16) -> u16 {
    u16::from(state.tabs.count() > 1 && height >= SMALL)
}

/// Inside a border.
pub(super) fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) }
}

fn dialog(dialog: &Dialog, body: Rect) -> Rect {
    let (width, height) = match dialog {
        Dialog::Help(_) => (78, body.height),
        Dialog::Problems { .. } | Dialog::Told { .. } => (100, body.height.min(24)),
        Dialog::Prompt(prompt) => (76, u16::try_from(prompt.offers.len()).unwrap_or(8).saturating_add(6)),
        Dialog::Switcher(switcher) => {
            (72, u16::try_from(switcher.found.len()).unwrap_or(u16::MAX).saturating_add(5).clamp(8, 20))
        }
        // As high as it can be from the start: it does not jump while one types.
        Dialog::Palette(_) => (84, 22),
        Dialog::Setup(_) => (96, 26),
        Dialog::Write(..) => (76, 12),
        Dialog::Browser(_) | Dialog::CopySecret(..) | Dialog::ClearHistory | Dialog::Replace(..) => (70, 8),
        Dialog::CopyMenu => (34, 13),
        Dialog::Save(..) => (70, 6),
        Dialog::Passphrase(_) => (70, 9),
    };
    // A rim of what lies beneath, a column or two wide, would only disturb.
    let width = if width + 8 > body.width { body.width } else { width };
    let height = height.min(body.height);
    Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 3, width, height }
}

/// Heights that the state has to know: how many rows a page is.
pub fn measures(state: &State, size: (u16, u16)) -> Measures {
    let layout = layout(state, size);
    let mut measures = Measures { two_columns: size.0 >= 90, ..Measures::default() };
    match &layout.room {
        Room::Identity(columns) => {
            let inside = columns.first().map_or(Rect::ZERO, |c| inner(*c));
            measures.identity = inside.height;
            let (photo, _) = super::identity::photo_room(state, columns);
            measures.photo = (photo.width, photo.height);
            measures.identity_width = inside.width.saturating_sub(super::identity::value_column(inside.width));
        }
        Room::Rest(rest) => {
            measures.tree = inner(rest.tree).height;
            measures.answer = rest.body.height;
            measures.answer_width = rest.body.width;
            let picture = super::picture::room(state, rest.body);
            measures.picture = (picture.width, picture.height);
        }
        Room::Doctor(area) => measures.list = super::doctor::list(*area).height,
        Room::Diff(area) => measures.list = super::diff::list(*area).height,
        // The heading takes a line.
        Room::List(area) => measures.list = inner(*area).height.saturating_sub(1),
        Room::Welcome(_) => {}
    }
    if let Some(area) = layout.dialog {
        measures.dialog = match state.dialog {
            Some(Dialog::Switcher(_) | Dialog::Palette(_) | Dialog::Help(_)) => {
                super::dialog::search_list(inner(area)).height
            }
            Some(Dialog::Setup(ref wizard)) => super::setup::places(wizard, super::dialog::inside(area)).words.height,
            _ => inner(area).height,
        };
        measures.dialog_lines = super::dialog::lines_of(state, area);
    }
    measures
}
