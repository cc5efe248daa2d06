//! `[keys.SCOPE]` of `settings.toml` as it is written: names and keys with their places. What they mean knows the screen.

use super::place::Report;
use super::schema::kind_of;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text of a file and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

/// The keys that the user wants a command to have in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWish {
    /// The name of the table.
    pub scope: Placed,
    /// The name of the entry.
    pub command: Placed,
    /// Any of these; none: the command has no key.
    pub keys: Vec<Placed>,
}

/// Reads the tables of `[keys]`, in the order of the file.
pub(super) fn read(keys: &DeTable<'_>, report: &mut Report<'_>) -> Vec<KeyWish> {
    let mut wishes = Vec::new();
    for (scope, value) in keys.iter() {
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("`{}` of [keys] is {}, it must be a table", scope.get_ref(), kind_of(value.get_ref()));
            report.error(scope.span(), what, "write [keys.answer] and below it search = \"ctrl-f\"");
            continue;
        };
        for (command, value) in table.iter() {
            let list = match value.get_ref() {
                DeValue::Array(list) => list.iter().collect(),
                _ => vec![value],
            };
            let read: Option<Vec<Placed>> =
                list.into_iter().map(|value| key(command.get_ref(), value, report)).collect();
            if let Some(keys) = read {
                let (scope, command) = (placed(scope, report), placed(command, report));
                wishes.push(KeyWish { scope, command, keys });
            }
        }
    }
    wishes
}

fn placed(name: &Spanned<std::borrow::Cow<'_, str>>, report: &Report<'_>) -> Placed {
    let (line, column) = report.place(name.span().start);
    Placed { text: name.get_ref().to_string(), line, column }
}

fn key(command: &str, value: &Spanned<DeValue<'_>>, report: &mut Report<'_>) -> Option<Placed> {
    let Some(text) = value.get_ref().as_str() else {
        let what = format!("a key of `{command}` is {}, it must be a text in quotes", kind_of(value.get_ref()));
        report.error(value.span(), what, format!("write {command} = \"ctrl-f\", or [\"f\", \"f3\"] for several"));
        return None;
    };
    let (line, column) = report.place(value.span().start);
    Some(Placed { text: text.to_owned(), line, column })
}
