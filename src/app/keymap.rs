//! The one table of key bindings: it feeds dispatch, the footer, the help page, the palette and the README.
//!
//! ```text
//!  BINDINGS (the defaults) ──┐
//!  [keys] of settings.toml ──┴─▶ Keymap, kept in the state: dispatch, footer, help, palette
//! ```
//! A binding with a `label` stands in the footer of its scope, in the order of the table. Whoever reads keys reads the
//! state's [`Keymap`]; the defaults are for the README and the tests.

mod dialogs;
mod names;
mod remap;
mod rest;
mod rooms;
mod shared;

use super::command::{Command, Scope};
use super::key::Key;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A key, where it works, and what it does.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Any of these.
    pub keys: Cow<'static, [Key]>,
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
    Binding { scope, keys: Cow::Borrowed(keys), command, label, help }
}

/// The table. What stands over the screen comes first.
pub static BINDINGS: LazyLock<Vec<Binding>> =
    LazyLock::new(|| [dialogs::BINDINGS, rest::BINDINGS, rooms::BINDINGS].concat());

/// The bindings as they are in effect.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: BINDINGS.clone() }
    }
}

impl Keymap {
    /// What a key means with these scopes open, the innermost first.
    pub fn lookup(&self, scopes: &[Scope], key: Key) -> Option<Command> {
        scopes.iter().find_map(|scope| self.of(*scope).find(|b| b.keys.contains(&key)).map(|b| b.command))
    }

    /// The bindings of one scope, in the table's order. One without a key is among them.
    pub fn of(&self, scope: Scope) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |b| b.scope == scope)
    }

    /// All of them, in the table's order.
    pub fn all(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first key of a command in a scope, as a sentence names it. Without one, the palette has it.
    pub fn key(&self, scope: Scope, command: Command) -> String {
        let key = self.of(scope).find(|b| b.command == command).and_then(|b| b.keys.first());
        key.map_or_else(|| format!("`{}` of the palette", command.name()), ToString::to_string)
    }

    /// The key that leads to a place from wherever keys are no text; empty where there is none.
    pub fn place_key(&self, place: super::state::Place) -> String {
        let binding = self.of(Scope::Browse).find(|b| b.command.place() == Some(place));
        binding.and_then(|b| b.keys.first()).map(ToString::to_string).unwrap_or_default()
    }
}

impl Binding {
    /// Its keys as the help page and the README write them.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// What it does, as the help page and the palette say it: a place by its name.
    pub fn words(&self) -> Cow<'static, str> {
        match self.command.place().filter(|p| !self.help.starts_with(p.title())) {
            Some(place) => Cow::Owned(format!("{}: {}", place.title(), self.help)),
            None => Cow::Borrowed(self.help),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for (i, one) in BINDINGS.iter().enumerate() {
            for other in BINDINGS.iter().skip(i + 1).filter(|b| b.scope == one.scope) {
                for key in one.keys.iter() {
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
            for key in binding.keys.iter() {
                assert!(key.typed().is_none(), "{key} is text in {:?}", binding.scope);
            }
        }
    }
}
