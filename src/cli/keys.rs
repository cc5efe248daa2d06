//! `keys`: every scope, command and key as they are in effect, with the names that `[keys.SCOPE]` has for them.

use super::Exit;
use super::args::Args;
use super::client::problem_lines;
use super::commands::finish;
use super::output::{Out, Stop, aligned, complain};
use crate::app::keymap::{BINDINGS, Keymap};
use crate::profile::{Paths, SETTINGS_FILE, load_settings};
use serde_json::json;

/// Lists them; what is wrong in the settings is told on stderr, and has its default here.
pub(super) fn keys(args: &Args) -> Exit {
    let config = match Paths::find(args.config.clone()) {
        Ok(paths) => paths.config,
        Err(error) => {
            complain(&error.to_string());
            return Exit::Usage;
        }
    };
    let (settings, mut problems) = load_settings(&config);
    let (keymap, wrong) = Keymap::with(&settings.keys, &config.join(SETTINGS_FILE));
    problems.extend(wrong);
    problems.iter().for_each(|problem| complain(&problem_lines(problem)));
    let mut out = Out::new();
    let printed = if args.json { as_json(&keymap, &mut out) } else { as_table(&keymap, &mut out) };
    finish(printed, &mut out, Exit::Fine)
}

fn as_json(keymap: &Keymap, out: &mut Out) -> Result<(), Stop> {
    let text = |keys: &[crate::app::key::Key]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    let list: Vec<_> = keymap
        .all()
        .iter()
        .zip(BINDINGS.iter())
        .map(|(binding, before)| {
            json!({ "scope": binding.scope.name(), "command": binding.command.name(), "keys": text(&binding.keys),
                    "default": text(&before.keys), "does": binding.words() })
        })
        .collect();
    out.line(&serde_json::Value::from(list).to_string())
}

fn as_table(keymap: &Keymap, out: &mut Out) -> Result<(), Stop> {
    let mut rows = vec![["SCOPE", "COMMAND", "KEYS", "DOES"].map(str::to_owned).to_vec()];
    rows.extend(keymap.all().iter().map(|binding| {
        vec![binding.scope.name(), binding.command.name(), binding.keys_text(), binding.words().into_owned()]
    }));
    out.text(&aligned(&rows))
}
