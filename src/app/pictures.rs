//! Pictures on the screen: what the terminal can show, what is shown of which answer, and when it is made anew.
//!
//! ```text
//!  an answer and room for it ──▶ paint ──▶ Effect::Paint ──▶ (decoded and scaled elsewhere) ──▶ Painted ──▶ Canvas
//! ```
//!
//! A picture is made for the room it has, once, and again only where that is another. It decodes nothing, and what is sent to
//! a terminal that draws by itself is bytes that nobody here reads.

use super::answer::View;
use super::event::{Effect, TaskId};
use super::identity::Load;
use super::state::{Place, State};
use super::tabs;
use crate::profile::Pictures;
use crate::request::Exchange;
use std::sync::Arc;

/// How pictures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Means {
    /// Not at all.
    #[default]
    Facts,
    /// As half blocks: two colours a cell.
    Blocks {
        /// In 24 bits; else of the 256 colours that all such terminals share.
        rich: bool,
    },
    /// Kitty's protocol.
    Kitty,
    /// iTerm2's.
    Iterm,
    /// Sixels.
    Sixel,
}

/// What there is to show pictures with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Easel {
    /// The best that the terminal is known to do.
    pub offered: Means,
    /// Whether it has 24 bits of colour.
    pub rich: bool,
    /// Width and height of one of its cells, in pixels; 0 where it does not tell.
    pub cell: (u16, u16),
    /// What the user wants.
    pub wish: Pictures,
}

impl Easel {
    /// How pictures are shown.
    pub fn means(&self) -> Means {
        match self.wish {
            Pictures::Auto => self.offered,
            Pictures::Kitty => Means::Kitty,
            Pictures::Iterm => Means::Iterm,
            Pictures::Sixel => Means::Sixel,
            Pictures::Blocks => Means::Blocks { rich: self.rich },
            Pictures::Off => Means::Facts,
        }
    }
}

/// The room that a picture is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Columns and rows.
    pub cells: (u16, u16),
    /// How it is shown there.
    pub means: Means,
    /// Width and height of a cell, in pixels; never 0.
    pub cell: (u16, u16),
}

/// A terminal that does not tell has cells about twice as high as wide.
const CELL: (u16, u16) = (10, 20);

/// Colours in rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pixels {
    /// Columns and rows.
    pub size: (u32, u32),
    /// Red, green, blue and how opaque it is, for each.
    pub rgba: Vec<[u8; 4]>,
}

impl Pixels {
    /// One of them; see-through where there is none.
    pub fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let (width, height) = self.size;
        let place = if x < width && y < height { y as usize * width as usize + x as usize } else { usize::MAX };
        self.rgba.get(place).copied().unwrap_or_default()
    }
}

/// A picture, made for some room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    /// Its number: that of the task that made it.
    pub number: TaskId,
    /// Columns and rows that it takes.
    pub cells: (u16, u16),
    /// What it was made for.
    pub means: Means,
    /// As it is drawn by cells.
    pub pixels: Pixels,
    /// What a terminal that draws by itself is sent; empty for cells.
    pub sent: Vec<u8>,
}

impl Canvas {
    /// Whether the terminal draws it over the cells.
    pub fn is_over_cells(&self) -> bool {
        !self.sent.is_empty()
    }
}

/// A picture on its way to the screen.
#[derive(Debug, Clone, Default)]
pub struct Painting {
    /// What it is made for, or was.
    room: Option<Room>,
    running: Option<TaskId>,
    /// As it is shown.
    pub canvas: Option<Arc<Canvas>>,
    /// Why it cannot be.
    pub refused: Option<String>,
}

impl Painting {
    /// Whether it waits for this task.
    pub fn waits_for(&self, id: TaskId) -> bool {
        self.running == Some(id)
    }

    /// Bytes that go when it goes.
    pub fn weight(&self) -> usize {
        self.canvas.as_ref().map_or(0, |canvas| canvas.pixels.rgba.len() * 4 + canvas.sent.len())
    }

    /// It is of something else now; what is there is shown until the new one is made.
    pub fn renew(&mut self) {
        (self.room, self.refused) = (None, None);
    }

    fn needs(&self, room: Room) -> bool {
        self.room != Some(room) && self.refused.is_none()
    }

    /// Begins anew; what was under way is of no use any more.
    fn begin(&mut self, room: Room, id: TaskId) -> Option<TaskId> {
        self.room = Some(room);
        self.running.replace(id)
    }

    fn take(&mut self, result: Result<Arc<Canvas>, String>) {
        self.running = None;
        match result {
            Ok(canvas) => self.canvas = Some(canvas),
            Err(why) => (self.canvas, self.refused) = (None, Some(why)),
        }
    }
}

/// Has the picture made that the screen has room for, unless that was done. To be called when the room is known, after each
/// event.
pub fn paint(state: &mut State) -> Vec<Effect> {
    let Some((exchange, room)) = subject(state) else { return Vec::new() };
    if !painting(state).is_some_and(|painting| painting.needs(room)) {
        return Vec::new();
    }
    let id = state.flights.number();
    let before = painting(state).and_then(|painting| painting.begin(room, id));
    before.map(Effect::Cancel).into_iter().chain([Effect::Paint { id, exchange, room }]).collect()
}

/// The picture in sight and its room.
fn subject(state: &State) -> Option<(Arc<Exchange>, Room)> {
    let means = state.easel.means();
    let (exchange, cells) = match state.place {
        Place::Identity => match &state.identities.get(&state.who_id()?)?.photo {
            Load::Ready(exchange) => (exchange, state.measures.photo),
            _ => return None,
        },
        Place::Rest => {
            let page = state.rest.pages.current.as_ref().filter(|page| page.look.view == View::Picture)?;
            (page.exchange()?, state.measures.picture)
        }
        Place::History | Place::Variables => return None,
    };
    let known = state.easel.cell.0 > 0 && state.easel.cell.1 > 0;
    let room = Room { cells, means, cell: if known { state.easel.cell } else { CELL } };
    (means != Means::Facts && cells.0 > 0 && cells.1 > 0).then(|| (Arc::clone(exchange), room))
}

fn painting(state: &mut State) -> Option<&mut Painting> {
    match state.place {
        Place::Identity => {
            let who = state.who_id()?;
            state.identities.get_mut(&who).map(|pane| &mut pane.painting)
        }
        Place::Rest => state.rest.pages.current.as_mut().map(|page| &mut page.look.painting),
        Place::History | Place::Variables => None,
    }
}

/// A picture was made, or cannot be.
pub fn painted(state: &mut State, id: TaskId, result: Result<Arc<Canvas>, String>) {
    let photo = state.identities.values_mut().map(|pane| &mut pane.painting).find(|painting| painting.waits_for(id));
    if let Some(painting) = photo {
        return painting.take(result);
    }
    tabs::within(
        state,
        |rest| rest.pages.paints(id),
        |state| {
            if let Some(painting) = state.rest.pages.painting(id) {
                painting.take(result);
            }
        },
    );
}
