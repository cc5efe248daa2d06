//! The one table of key bindings: it feeds dispatch, the footer, the help page and the README.
//!
//! A binding with a `label` stands in the footer of its scope, in the order of the table.

use super::command::{Command, Scope};
use super::key::{Code, Key};

/// A key, where it works, and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Any of these.
    pub keys: &'static [Key],
    /// What.
    pub command: Command,
    /// In the footer; empty: not there.
    pub label: &'static str,
    /// On the help page.
    pub help: &'static str,
}

const fn bind(
    scope: Scope,
    keys: &'static [Key],
    command: Command,
    label: &'static str,
    help: &'static str,
) -> Binding {
    Binding { scope, keys, command, label, help }
}

const UP: &[Key] = &[Key::of(Code::Up), Key::char('k')];
const DOWN: &[Key] = &[Key::of(Code::Down), Key::char('j')];
const LEFT: &[Key] = &[Key::of(Code::Left), Key::char('h')];
const RIGHT: &[Key] = &[Key::of(Code::Right), Key::char('l')];
const PAGE_UP: &[Key] = &[Key::of(Code::PageUp), Key::ctrl('b')];
const PAGE_DOWN: &[Key] = &[Key::of(Code::PageDown), Key::ctrl('f')];
const TOP: &[Key] = &[Key::of(Code::Home), Key::char('g')];
const BOTTOM: &[Key] = &[Key::of(Code::End), Key::char('G')];
const ENTER: &[Key] = &[Key::of(Code::Enter)];
const ESC: &[Key] = &[Key::of(Code::Esc)];
const ARROW_UP: &[Key] = &[Key::of(Code::Up), Key::ctrl('p')];
const ARROW_DOWN: &[Key] = &[Key::of(Code::Down), Key::ctrl('n')];

use Command as C;
use Scope as S;

/// The table.
pub const BINDINGS: &[Binding] = &[
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
    // The answer.
    bind(S::AnswerTree, ENTER, C::Open, "follow / fold", "follow the link or record id; fold or open"),
    bind(S::AnswerTree, LEFT, C::Left, "", "fold; then to the parent"),
    bind(S::AnswerTree, RIGHT, C::Right, "", "open; then to the first child"),
    bind(S::AnswerTree, &[Key::char('z')], C::FoldLevel, "", "fold or open every value at this depth"),
    bind(S::AnswerTree, &[Key::char('Z')], C::FoldAll, "", "fold or open all"),
    bind(S::AnswerTable, ENTER, C::Open, "open record", "open the record of the row, or follow the cell's link"),
    bind(S::AnswerTable, LEFT, C::Left, "", "a column to the left"),
    bind(S::AnswerTable, RIGHT, C::Right, "", "a column to the right"),
    bind(S::AnswerTable, &[Key::char('m')], C::MorePages, "more rows", "load the next page"),
    bind(
        S::AnswerTable,
        &[Key::char('s')],
        C::Sort,
        "sort",
        "sort the loaded rows by this column: up, down, as they came",
    ),
    bind(
        S::Answer,
        &[Key::of(Code::Backspace), Key::alt(Code::Left)],
        C::Back,
        "back",
        "the answer before, at the row where you were",
    ),
    bind(S::Answer, &[Key::char('f'), Key::alt(Code::Right)], C::Forward, "", "the answer after"),
    bind(S::Answer, &[Key::char('/')], C::Search, "search", "search names and values as you type"),
    bind(S::Answer, &[Key::char('n')], C::NextMatch, "", "the next match"),
    bind(S::Answer, &[Key::char('N')], C::PreviousMatch, "", "the match before"),
    bind(S::Answer, &[Key::char('v')], C::NextView, "view", "tree, table, raw, headers, timing in turn"),
    bind(S::Answer, &[Key::char('V')], C::PreviousView, "", "the view before"),
    bind(S::Answer, &[Key::char('y')], C::CopyValue, "copy", "copy the value"),
    bind(S::Answer, &[Key::char('Y')], C::CopyPath, "", "copy the jq path"),
    bind(S::Answer, &[Key::char('c')], C::CopyMenu, "", "choose what to copy"),
    bind(S::Answer, LEFT, C::Left, "", "scroll left"),
    bind(S::Answer, RIGHT, C::Right, "", "scroll right"),
    bind(S::Answer, UP, C::Up, "", "up"),
    bind(S::Answer, DOWN, C::Down, "", "down"),
    bind(S::Answer, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::Answer, &[Key::of(Code::PageDown), Key::ctrl('f'), Key::char(' ')], C::PageDown, "", "a page down"),
    bind(S::Answer, TOP, C::Top, "", "the first row"),
    bind(S::Answer, BOTTOM, C::Bottom, "", "the last row"),
    bind(S::Tree, ENTER, C::Open, "open", "ask the org for it"),
    bind(S::Tree, RIGHT, C::Right, "expand", "expand; then to the first one inside"),
    bind(S::Tree, LEFT, C::Left, "fold", "fold; then to the one above"),
    bind(S::Tree, UP, C::Up, "", "up"),
    bind(S::Tree, DOWN, C::Down, "", "down"),
    bind(S::Tree, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::Tree, PAGE_DOWN, C::PageDown, "", "a page down"),
    bind(S::Tree, TOP, C::Top, "", "the first one"),
    bind(S::Tree, BOTTOM, C::Bottom, "", "the last one"),
    bind(S::Tree, &[Key::char('/')], C::Search, "filter", "show only names that hold what you type"),
    bind(S::Tree, &[Key::char('R')], C::Refresh, "", "ask the org for this node again"),
    bind(S::Tree, &[Key::of(Code::Backspace), Key::alt(Code::Left)], C::Back, "", "the answer before"),
    bind(S::Rest, &[Key::char('a'), Key::ctrl('l')], C::FocusAddress, "address", "to the address bar"),
    bind(S::Rest, &[Key::char('r'), Key::ctrl('r'), Key::of(Code::F(5))], C::Send, "send", "send the request (again)"),
    bind(S::Rest, &[Key::char('t')], C::FocusTree, "", "to the resources tree"),
    bind(S::Rest, &[Key::char('x')], C::FocusAnswer, "", "to the answer"),
    bind(S::Rest, &[Key::char('p')], C::EditParams, "", "to the params"),
    bind(S::Rest, &[Key::char('e')], C::EditHeaders, "", "to the headers"),
    bind(S::Rest, &[Key::char('b')], C::EditBody, "", "to the body"),
    bind(S::Rest, &[Key::ctrl('t')], C::NextMethod, "", "GET, POST, PATCH, PUT, DELETE, HEAD in turn"),
    bind(S::Identity, ENTER, C::Open, "follow", "follow the link under the cursor"),
    bind(S::Identity, &[Key::char('y')], C::CopyValue, "copy", "copy the value"),
    bind(S::Identity, &[Key::char('r'), Key::of(Code::F(5))], C::Refresh, "ask again", "ask the org again"),
    bind(S::Identity, UP, C::Up, "", "up"),
    bind(S::Identity, DOWN, C::Down, "", "down"),
    bind(S::Identity, LEFT, C::Left, "", "to the left column"),
    bind(S::Identity, RIGHT, C::Right, "", "to the right column"),
    bind(S::Identity, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::Identity, PAGE_DOWN, C::PageDown, "", "a page down"),
    bind(S::Identity, TOP, C::Top, "", "the first row"),
    bind(S::Identity, BOTTOM, C::Bottom, "", "the last row"),
    bind(S::History, ENTER, C::Open, "look at it", "show this answer again"),
    bind(S::History, &[Key::char('r')], C::Send, "send again", "send it again as who you are now"),
    bind(S::History, &[Key::char('R')], C::Refresh, "", "send it again as who asked it: becomes that one"),
    bind(S::History, &[Key::char('y')], C::CopyAddress, "copy", "copy the address"),
    bind(S::History, UP, C::Up, "", "up"),
    bind(S::History, DOWN, C::Down, "", "down"),
    bind(S::History, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::History, PAGE_DOWN, C::PageDown, "", "a page down"),
    bind(S::History, TOP, C::Top, "", "the newest"),
    bind(S::History, BOTTOM, C::Bottom, "", "the oldest"),
    bind(S::Variables, &[Key::char('n')], C::NewVariable, "new", "set a new variable"),
    bind(
        S::Variables,
        &[Key::char('e'), Key::of(Code::Enter)],
        C::EditVariable,
        "change",
        "change it; over one from elsewhere, yours counts",
    ),
    bind(S::Variables, &[Key::char('d'), Key::of(Code::Delete)], C::RemoveVariable, "remove", "remove one of yours"),
    bind(S::Variables, &[Key::char('y')], C::CopyPath, "copy name", "copy it as {{name}}"),
    bind(S::Variables, &[Key::char('Y')], C::CopyValue, "", "copy its value"),
    bind(S::Variables, UP, C::Up, "", "up"),
    bind(S::Variables, DOWN, C::Down, "", "down"),
    bind(S::Variables, PAGE_UP, C::PageUp, "", "a page up"),
    bind(S::Variables, PAGE_DOWN, C::PageDown, "", "a page down"),
    bind(S::Variables, TOP, C::Top, "", "the first one"),
    bind(S::Variables, BOTTOM, C::Bottom, "", "the last one"),
    bind(S::Browse, &[Key::char('1')], C::GoIdentity, "", "who the token belongs to"),
    bind(S::Browse, &[Key::char('2')], C::GoRest, "", "ask the org and browse the answer"),
    bind(S::Browse, &[Key::char('3')], C::GoHistory, "", "what was asked"),
    bind(S::Browse, &[Key::char('4')], C::GoVariables, "", "what {{names}} stand for"),
    bind(S::Browse, &[Key::of(Code::Tab)], C::NextPane, "", "the next pane"),
    bind(S::Browse, &[Key::of(Code::BackTab)], C::PreviousPane, "", "the pane before"),
    bind(S::Browse, &[Key::char('!')], C::ShowProblems, "", "what is wrong in the files"),
    bind(S::Browse, ESC, C::Cancel, "", "cancel what runs"),
    bind(S::Browse, &[Key::char('?')], C::Help, "help", "the keys of this place"),
    bind(S::Browse, &[Key::char('q')], C::Quit, "quit", "quit"),
    bind(S::Always, &[Key::ctrl('o')], C::Switch, "", "switch app and user"),
    bind(S::Always, &[Key::alt(Code::Char('1'))], C::GoIdentity, "", "Identity, from an editor too"),
    bind(S::Always, &[Key::alt(Code::Char('2'))], C::GoRest, "", "REST, from an editor too"),
    bind(S::Always, &[Key::alt(Code::Char('3'))], C::GoHistory, "", "History, from an editor too"),
    bind(S::Always, &[Key::alt(Code::Char('4'))], C::GoVariables, "", "Variables, from an editor too"),
    bind(S::Always, &[Key::of(Code::F(1))], C::Help, "", "the keys of this place, from an editor too"),
    bind(S::Always, &[Key::of(Code::F(2))], C::ToggleMouse, "", "mouse on or off (off: the terminal selects text)"),
    bind(S::Always, &[Key::ctrl('z')], C::Suspend, "", "to the shell; fg comes back"),
    bind(S::Always, &[Key::ctrl('c'), Key::ctrl('q')], C::Quit, "", "quit"),
];

/// What a key means with these scopes open, the innermost first.
pub fn lookup(scopes: &[Scope], key: Key) -> Option<Command> {
    scopes
        .iter()
        .find_map(|scope| BINDINGS.iter().find(|b| b.scope == *scope && b.keys.contains(&key)).map(|b| b.command))
}

/// The bindings of one scope, in the table's order.
pub fn of(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |b| b.scope == scope)
}

impl Binding {
    /// Its keys as the help page and the README write them.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for (i, one) in BINDINGS.iter().enumerate() {
            for other in BINDINGS.iter().skip(i + 1).filter(|b| b.scope == one.scope) {
                for key in one.keys {
                    assert!(
                        !other.keys.contains(key),
                        "{key} in {:?}: {:?} and {:?}",
                        one.scope,
                        one.command,
                        other.command
                    );
                }
            }
        }
    }

    #[test]
    fn no_editor_takes_a_plain_character_away_from_typing() {
        for binding in BINDINGS.iter().filter(|b| b.scope.is_editor() || b.scope == Scope::Always) {
            for key in binding.keys {
                assert!(key.typed().is_none(), "{key} is text in {:?}", binding.scope);
            }
        }
    }
}
