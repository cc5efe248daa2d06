//! The one table of key bindings: it feeds dispatch, the footer, the help page and the README.
//!
//! A binding with a `label` stands in the footer of its scope, in the order of the table.

mod dialogs;
mod rest;
mod rooms;
mod shared;

use super::command::{Command, Scope};
use super::key::Key;
use std::sync::LazyLock;

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

/// The table. What stands over the screen comes first.
pub static BINDINGS: LazyLock<Vec<Binding>> =
    LazyLock::new(|| [dialogs::BINDINGS, rest::BINDINGS, rooms::BINDINGS].concat());

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
