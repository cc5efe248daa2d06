//! What stands over the screen, and lines being typed.

use super::shared::{ARROW_DOWN, ARROW_UP, DOWN, ENTER, ESC, PAGE_DOWN, PAGE_UP, UP};
use super::{Binding, bind};
use crate::app::command::{Command as C, Scope as S};
use crate::app::key::{Code, Key};

/// The bindings, in the order of the footer.
pub(super) const BINDINGS: &[Binding] = &[
    // A question, a passphrase, something to read: dialogues come first and close with esc.
    bind(S::Question, &[Key::char('y'), Key::char('Y')], C::Confirm, "yes", "do it"),
    bind(
        S::Question,
        &[Key::char('n'), Key::char('N'), Key::of(Code::Esc), Key::of(Code::Enter)],
        C::Decline,
        "no",
        "leave it",
    ),
    bind(S::Passphrase, ENTER, C::Submit, "unlock", "try this passphrase"),
    bind(S::Passphrase, ESC, C::Cancel, "not now", "go on without this login"),
    bind(S::CopyMenu, &[Key::char('v'), Key::char('y')], C::CopyValue, "value", "the value under the cursor"),
    bind(S::CopyMenu, &[Key::char('p')], C::CopyPath, "path", "its jq path"),
    bind(S::CopyMenu, &[Key::char('r')], C::CopyRow, "row", "the row: the record, or name and value"),
    bind(S::CopyMenu, &[Key::char('b')], C::CopyBody, "body", "the whole answer"),
    bind(S::CopyMenu, &[Key::char('a')], C::CopyAddress, "address", "the address that was sent, secrets masked"),
    bind(S::CopyMenu, ESC, C::Cancel, "close", "close"),
    bind(S::Reading, UP, C::Up, "", "up"),
    bind(S::Reading, DOWN, C::Down, "scroll", "down"),
    bind(S::Reading, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::Reading, PAGE_DOWN, C::PageDown, "", "a page down"),
    bind(
        S::Reading,
        &[Key::of(Code::Esc), Key::char('q'), Key::char('?'), Key::of(Code::Enter)],
        C::Cancel,
        "close",
        "close",
    ),
    bind(S::Switcher, ENTER, C::Open, "be this one", "switch to the chosen app and user"),
    bind(S::Switcher, ARROW_UP, C::Up, "", "the one above"),
    bind(S::Switcher, ARROW_DOWN, C::Down, "choose", "the one below"),
    bind(S::Switcher, &[Key::of(Code::PageUp)], C::PageUp, "", "a page up"),
    bind(S::Switcher, &[Key::of(Code::PageDown)], C::PageDown, "", "a page down"),
    bind(S::Switcher, &[Key::of(Code::Esc), Key::ctrl('o')], C::Cancel, "close", "stay who you are"),
    bind(
        S::Welcome,
        &[Key::char('d'), Key::of(Code::Enter)],
        C::StartDemo,
        "demo org",
        "try everything on an org inside this program",
    ),
    bind(
        S::Welcome,
        &[Key::char('p')],
        C::WriteProfile,
        "write a profile",
        "open a commented profiles.toml in your editor",
    ),
    bind(S::Welcome, &[Key::char('r')], C::ReloadProfiles, "read again", "read profiles.toml again"),
    // Lines being typed.
    bind(S::SearchLine, ENTER, C::Submit, "keep", "keep this match; n and N walk"),
    bind(S::SearchLine, ARROW_DOWN, C::NextMatch, "next", "the next match"),
    bind(S::SearchLine, ARROW_UP, C::PreviousMatch, "previous", "the match before"),
    bind(S::SearchLine, ESC, C::Cancel, "back", "back to where the search began"),
    bind(S::HistoryLine, ENTER, C::Submit, "to the list", "keep what is looked for, and go to the list"),
    bind(S::HistoryLine, ARROW_DOWN, C::Down, "next", "the next one found"),
    bind(S::HistoryLine, ARROW_UP, C::Up, "", "the one before"),
    bind(S::HistoryLine, &[Key::of(Code::PageDown)], C::PageDown, "", "a page down"),
    bind(S::HistoryLine, &[Key::of(Code::PageUp)], C::PageUp, "", "a page up"),
    bind(S::HistoryLine, ESC, C::Cancel, "all", "look for nothing: all is shown"),
    bind(S::VariableLine, ENTER, C::Submit, "set", "set it"),
    bind(S::VariableLine, ESC, C::Cancel, "leave", "leave it as it was"),
    bind(S::Address, ENTER, C::Send, "send", "send the request"),
    bind(S::Address, &[Key::of(Code::Tab)], C::Complete, "complete", "take the completion; without one, the next pane"),
    bind(S::Address, &[Key::of(Code::BackTab)], C::PreviousPane, "", "the pane before"),
    bind(S::Address, ARROW_DOWN, C::Down, "", "the next completion; without one, the next pane"),
    bind(S::Address, ARROW_UP, C::Up, "", "the completion before"),
    bind(S::Address, &[Key::ctrl('t')], C::NextMethod, "method", "GET, POST, PATCH, PUT, DELETE, HEAD in turn"),
    bind(S::Address, ESC, C::Cancel, "leave", "close the completions; to the answer"),
    bind(S::Editor, &[Key::ctrl('r')], C::Send, "send", "send the request"),
    bind(S::Editor, &[Key::ctrl('t')], C::NextMethod, "method", "GET, POST, PATCH, PUT, DELETE, HEAD in turn"),
    bind(S::Editor, &[Key::of(Code::BackTab)], C::PreviousPane, "", "the pane before"),
    bind(S::Editor, &[Key::of(Code::Tab)], C::NextPane, "next pane", "the next pane"),
    bind(S::Editor, ESC, C::Cancel, "leave", "to the answer"),
];
