//! The screen's looks: where things are ([`layout()`]), what lies under a point ([`hit()`]), how they are drawn ([`draw()`]).
//!
//! Pure functions of the state. Drawing changes nothing; text from an org or a file is always put on the screen by
//! `text`, which shows control characters as marks.

mod answer;
mod banner;
mod dialog;
mod diff;
mod doctor;
mod filter;
mod frame;
mod help;
mod history;
mod hit;
mod identity;
mod layout;
mod lists;
mod palette;
mod picture;
mod prompt;
mod raw;
mod raw_words;
mod request;
mod saved;
mod setup;
mod table;
mod tabs;
mod text;
mod theme;
mod tree;
mod typed;
mod welcome;

pub use hit::hit;
pub use layout::{Layout, layout, measures};
pub use picture::{Hanging, hangings};
pub use text::{shown, wrap};
pub use theme::{Depth, Theme};

use crate::app::{Place, State};
use layout::Room;
use ratatui::Frame;

/// Draws all of it.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = layout(state, (area.width, area.height));
    frame.buffer_mut().set_style(area, theme.base);
    if layout.too_small {
        text::put(frame.buffer_mut(), area, "orgdeck needs more room", theme.faint);
        return;
    }
    frame::header(state, theme, &layout, frame.buffer_mut());
    match &layout.room {
        Room::Welcome(area) => welcome::draw(state, theme, *area, frame.buffer_mut()),
        Room::Identity(columns) => identity::draw(state, theme, columns, frame.buffer_mut()),
        Room::Doctor(area) => doctor::draw(state, theme, *area, frame.buffer_mut()),
        Room::Diff(area) => diff::draw(state, theme, *area, frame.buffer_mut()),
        Room::Rest(rest) => {
            tabs::draw(state, theme, rest.strip, frame.buffer_mut());
            match state.saved.shown {
                _ if rest.tree.is_empty() => {}
                true => saved::draw(state, theme, rest, frame.buffer_mut()),
                false => tree::draw(state, theme, rest, frame.buffer_mut()),
            }
            request::draw(state, theme, rest, frame);
            answer::draw(state, theme, rest, frame);
            request::completion(state, theme, rest, frame.buffer_mut());
        }
        Room::List(area) if state.place == Place::History => history::draw(state, theme, *area, frame),
        Room::List(area) => lists::variables(state, theme, *area, frame),
    }
    frame::footer(state, theme, &layout, frame.buffer_mut());
    if let Some(area) = layout.dialog {
        dialog::draw(state, theme, area, frame);
    }
}
