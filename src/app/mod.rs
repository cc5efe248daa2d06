//! The screen's state and how it changes: a pure machine that returns effects as data.
//!
//! ```text
//!  Event ──▶ update(&mut State, Event, now) ──▶ [Effect]        no I/O, no clock, no randomness
//! ```
//!
//! Each place and dialogue is a file with its state and its own `update`. It must not draw, wait, or know the terminal.

pub mod answer;
pub mod ask;
pub mod command;
pub mod complete;
pub mod dialog;
pub mod diff;
pub mod doctor;
mod early;
pub mod edit;
pub mod event;
pub mod filter;
pub mod help;
pub mod history;
pub mod identity;
pub mod key;
pub mod keymap;
pub mod mouse;
pub mod page;
pub mod palette;
pub mod pictures;
pub mod rest;
pub mod saved;
mod scopes;
pub mod search;
pub mod session;
pub mod settings;
mod settle;
pub mod setup;
pub mod state;
pub mod switcher;
pub mod table;
pub mod tabs;
pub mod themes;
pub mod tree;
mod unanswered;
pub mod update;
mod usable;
mod values;
pub mod variables;

pub use event::{Effect, Event, Target};
pub use pictures::paint;
pub use state::{Measures, Place, State};
pub use update::update;
