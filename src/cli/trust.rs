//! `requests trust NAME` and `untrust NAME`: what a collection of saved requests may read. Nothing is sent.

use super::Exit;
use super::args::{Args, TrustArgs};
use super::collections::{folder, pick};
use super::commands::finish;
use super::output::{Out, aligned, complain};
use crate::request::Grant;
use crate::store::trust;
use serde_json::json;
use std::path::Path;

/// Runs it.
pub(super) fn run(args: &Args, asked: &TrustArgs) -> Exit {
    let (TrustArgs::Trust { name } | TrustArgs::Untrust { name }) = asked;
    let done = folder(args).and_then(|requests| {
        let picked = pick(&requests, name.trim_matches('/')).map_err(|why| usage(&why))?;
        let config = requests.parent().unwrap_or(Path::new("")).to_owned();
        Ok((config, picked.collection))
    });
    let (config, collection) = match done {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if !collection.root.is_dir() {
        return usage(&format!("{name} comes with orgdeck and reads nothing from outside"));
    }
    let mut out = Out::new();
    let printed = match asked {
        TrustArgs::Untrust { .. } => match trust::untrust(&config, &collection.root) {
            Ok(was) if args.json => out.line(&json!({ "folder": collection.root, "was_trusted": was }).to_string()),
            Ok(true) => out.line(&format!("{name} reads nothing any more")),
            Ok(false) => out.line(&format!("{name} was not trusted")),
            Err(error) => return usage(&error.to_string()),
        },
        TrustArgs::Trust { .. } => match trust::trust(&config, &collection) {
            Ok(grant) if args.json => out.line(
                &json!({ "folder": collection.root, "env": grant.env, "files": grant.files, "bodies": grant.bodies })
                    .to_string(),
            ),
            Ok(grant) => told(name, &grant, &mut out),
            Err(error) => return usage(&error.to_string()),
        },
    };
    finish(printed, &mut out, Exit::Fine)
}

fn usage(why: &str) -> Exit {
    complain(why);
    Exit::Usage
}

/// What it may read from now on, name by name.
fn told(name: &str, grant: &Grant, out: &mut Out) -> Result<(), super::output::Stop> {
    let row = |kind: &str, what: String| vec![format!("  {kind}"), what];
    let mut rows: Vec<Vec<String>> = grant.env.iter().map(|name| row("environment", name.clone())).collect();
    rows.extend(grant.files.iter().map(|path| row("file", path.display().to_string())));
    rows.extend(grant.bodies.iter().map(|path| row("sends the file", path.display().to_string())));
    if rows.is_empty() {
        return out.line(&format!("{name} asks to read nothing from outside"));
    }
    out.line(&format!("{name} may read now:"))?;
    out.text(&aligned(&rows))
}
