//! What commands and scopes are called in `settings.toml`, made from the table itself; which scopes are open together.

use crate::app::command::{Command, Scope};
use crate::app::state::Place;

/// `NextMatch` as `next-match`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        match c {
            c if c.is_ascii_uppercase() => {
                if !out.is_empty() && !out.ends_with('-') {
                    out.push('-');
                }
                out.push(c.to_ascii_lowercase());
            }
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ if !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}

impl Command {
    /// As `[keys.SCOPE]` of `settings.toml` calls it.
    pub fn name(self) -> String {
        kebab(&format!("{self:?}"))
    }

    /// The place that it leads to.
    pub fn place(self) -> Option<Place> {
        match self {
            Self::GoIdentity => Some(Place::Identity),
            Self::GoRest => Some(Place::Rest),
            Self::GoHistory => Some(Place::History),
            Self::GoVariables => Some(Place::Variables),
            _ => None,
        }
    }
}

impl Scope {
    /// As `settings.toml` calls it: `[keys.NAME]`.
    pub fn name(self) -> String {
        kebab(&format!("{self:?}"))
    }

    /// The scope that is looked at next where this one has no such key.
    pub fn outer(self) -> Option<Self> {
        match self {
            Self::Always => None,
            Self::AnswerTree | Self::AnswerTable => Some(Self::Answer),
            Self::Answer | Self::Tree | Self::Saved => Some(Self::Rest),
            Self::Rest
            | Self::Identity
            | Self::Variables
            | Self::History
            | Self::Welcome
            | Self::Diff
            | Self::Doctor => Some(Self::Browse),
            Self::Browse
            | Self::Address
            | Self::Editor
            | Self::SearchLine
            | Self::FilterLine
            | Self::SaveLine
            | Self::VariableLine
            | Self::HistoryLine
            | Self::Switcher
            | Self::Palette
            | Self::Setup
            | Self::Prompt
            | Self::Question
            | Self::Passphrase
            | Self::Reading
            | Self::Help
            | Self::CopyMenu => Some(Self::Always),
        }
    }

    /// This one and those around it.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |scope| scope.outer())
    }

    /// Whether both can be open at the same time.
    pub fn meets(self, other: Self) -> bool {
        self.chain().any(|s| s == other) || other.chain().any(|s| s == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::BINDINGS;
    use std::collections::HashMap;

    #[test]
    fn every_command_and_scope_has_a_name_of_its_own() {
        let mut commands: HashMap<String, Command> = HashMap::new();
        let mut scopes: HashMap<String, Scope> = HashMap::new();
        for binding in BINDINGS.iter() {
            for name in [binding.command.name(), binding.scope.name()] {
                let good =
                    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit());
                assert!(good && !name.starts_with('-'), "{name}");
            }
            assert_eq!(*commands.entry(binding.command.name()).or_insert(binding.command), binding.command);
            assert_eq!(*scopes.entry(binding.scope.name()).or_insert(binding.scope), binding.scope);
        }
        assert_eq!(commands["next-match"], Command::NextMatch);
        assert_eq!(scopes["answer-tree"], Scope::AnswerTree);
    }

    #[test]
    fn a_scope_has_a_command_once() {
        for (at, one) in BINDINGS.iter().enumerate() {
            let again = BINDINGS.iter().skip(at + 1).find(|b| (b.scope, b.command) == (one.scope, one.command));
            assert!(
                again.is_none(),
                "[keys.{}] {} stands twice: join their keys",
                one.scope.name(),
                one.command.name()
            );
        }
    }
}
