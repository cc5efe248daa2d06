//! The variables screen: every name, what it stands for, where it came from; yours can be set, changed and removed.

use super::command::Command;
use super::dialog::Dialog;
use super::edit::Line;
use super::event::{Clip, Effect};
use super::key::Key;
use super::state::{Out, State};
use crate::request::{VarOrigin, VarValue, Variable};

/// The screen's state.
#[derive(Debug, Clone, Default)]
pub struct VariablesPane {
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// `name=value` being typed.
    pub line: Option<Line>,
}

/// All variables as the screen lists them: yours first, shadowed ones too.
pub fn rows(state: &State) -> Vec<Variable> {
    state.all_variables().iter().cloned().collect()
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key) {
    if let Some(line) = &mut state.variables.line {
        line.input(key);
    }
}

/// A command on this screen; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    if state.variables.line.is_some() {
        return match command {
            Command::Submit => {
                submit(state);
                true
            }
            Command::Cancel => {
                state.variables.line = None;
                true
            }
            _ => false,
        };
    }
    let rows = rows(state);
    let pane = &mut state.variables;
    if super::state::walk(command, &mut pane.row, &mut pane.top, rows.len(), usize::from(state.measures.list)) {
        return true;
    }
    let chosen = rows.get(pane.row);
    match (command, chosen) {
        (Command::NewVariable, _) => pane.line = Some(Line::default()),
        (Command::EditVariable, Some(variable)) => {
            // A secret's value is not put on the screen: it is typed anew.
            let value = match &variable.value {
                VarValue::Plain(text) => text.as_str(),
                VarValue::Secret(_) => "",
            };
            pane.line = Some(Line::new(format!("{}={value}", variable.name)));
        }
        (Command::RemoveVariable, Some(variable)) if variable.origin == VarOrigin::Yours => {
            state.remove_variable(&variable.name);
            state.tell(format!("Removed {}", variable.name));
        }
        (Command::RemoveVariable, Some(variable)) if variable.origin == VarOrigin::Captured => {
            let app = state.who.as_ref().map(|person| person.app.name.clone()).unwrap_or_default();
            state.remove_captured(&app, &variable.name);
            state.tell(format!("Forgot {}", variable.name));
        }
        (Command::RemoveVariable, Some(variable)) => {
            let (name, origin) = (&variable.name, variable.origin.as_str());
            state.tell(format!("{name} comes from {origin}: only what you set here can be removed here"));
        }
        (Command::CopyPath, Some(variable)) => {
            out.push(Effect::Copy("the name".to_owned(), Clip::Text(format!("{{{{{}}}}}", variable.name))));
        }
        (Command::CopyValue, Some(variable)) => match &variable.value {
            VarValue::Plain(text) => out.push(Effect::Copy("the value".to_owned(), Clip::Text(text.clone()))),
            VarValue::Secret(secret) => {
                state.dialog = Some(Dialog::CopySecret(format!("the value of {}", variable.name), secret.clone()))
            }
        },
        (Command::EditVariable | Command::RemoveVariable | Command::CopyPath | Command::CopyValue, None) => {}
        _ => return false,
    }
    true
}

fn submit(state: &mut State) {
    let Some(line) = state.variables.line.clone() else { return };
    let (name, value) = line.text().split_once('=').unwrap_or(("", ""));
    let name = name.trim();
    if name.is_empty() || name.contains(['{', '}']) || name.chars().any(char::is_whitespace) {
        state.tell("A variable is written name=value, its name without spaces or braces".to_owned());
        return;
    }
    let (name, value) = (name.to_owned(), value.trim().to_owned());
    state.set_variable(&name, &value);
    state.variables.line = None;
    let at = rows(state).iter().position(|v| v.name == name && v.origin == VarOrigin::Yours);
    state.variables.row = at.unwrap_or(0);
}
