//! Keys that many bindings share.

use crate::app::key::{Code, Key};

pub(super) const UP: &[Key] = &[Key::of(Code::Up), Key::char('k')];
pub(super) const DOWN: &[Key] = &[Key::of(Code::Down), Key::char('j')];
pub(super) const LEFT: &[Key] = &[Key::of(Code::Left), Key::char('h')];
pub(super) const RIGHT: &[Key] = &[Key::of(Code::Right), Key::char('l')];
pub(super) const PAGE_UP: &[Key] = &[Key::of(Code::PageUp), Key::ctrl('b')];
pub(super) const PAGE_DOWN: &[Key] = &[Key::of(Code::PageDown), Key::ctrl('f')];
pub(super) const TOP: &[Key] = &[Key::of(Code::Home), Key::char('g')];
pub(super) const BOTTOM: &[Key] = &[Key::of(Code::End), Key::char('G')];
pub(super) const ENTER: &[Key] = &[Key::of(Code::Enter)];
pub(super) const ESC: &[Key] = &[Key::of(Code::Esc)];
pub(super) const ARROW_UP: &[Key] = &[Key::of(Code::Up)];
pub(super) const ARROW_DOWN: &[Key] = &[Key::of(Code::Down)];

// In editors as well, where brackets are text.
pub(super) const NEXT_TAB: Key = Key::alt(Code::PageDown);
pub(super) const PREVIOUS_TAB: Key = Key::alt(Code::PageUp);
pub(super) const CLOSE_TAB: Key = Key::alt(Code::Char('w'));
pub(super) const REOPEN_TAB: Key = Key::alt(Code::Char('t'));
