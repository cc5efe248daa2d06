//! `import`, `export`, `requests`, `vars`: saved requests in and out, without asking an org.

use super::Exit;
use super::args::{Args, ExportArgs, ExportFormat, ImportArgs, RequestsArgs};
use super::client::Client;
use super::commands::finish;
use super::output::{Out, Stop, aligned, complain};
use crate::org::login_variables;
use crate::profile::Paths;
use crate::request::builtin::{BUILT_IN, built_in};
use crate::request::postman;
use crate::request::{Request, Saved, VarOrigin, curl};
use crate::runtime::collections;
use crate::runtime::import::{self, Brought};
use crate::store::{Collection, Entry, exchange};
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of all collections.
pub(super) fn folder(args: &Args) -> Result<PathBuf, Exit> {
    match Paths::find(args.config.clone()) {
        Ok(paths) => Ok(collections::folder(&paths.config)),
        Err(error) => Err(usage(&error.to_string())),
    }
}

fn usage(why: &str) -> Exit {
    complain(why);
    Exit::Usage
}

/// A collection and what of it is meant.
pub(super) struct Picked {
    pub(super) collection: Collection,
    /// Requests in their order, with their paths.
    pub(super) requests: Vec<(PathBuf, Arc<Saved>)>,
    /// Whether one request was named, not a folder.
    pub(super) single: bool,
}

/// Finds `COLLECTION/FOLDER/REQUEST`: by name or file name, whatever the case.
pub(super) fn pick(folder: &Path, wanted: &str) -> Result<Picked, String> {
    let (first, rest) = wanted.split_once('/').unwrap_or((wanted, ""));
    let names = names(folder);
    let found = names.iter().find(|name| same(name, first)).ok_or_else(|| {
        let near = crate::request::nearest(first, names.iter().map(String::as_str));
        let hint = near.map_or_else(|| format!("there are: {}", names.join(", ")), |near| format!("there is {near}"));
        format!("No collection is called {first}; {hint}")
    })?;
    let collection = if folder.join(found).is_dir() { Collection::read(&folder.join(found)) } else { own()? };
    let rest = rest.trim_matches('/');
    let shown = |entry: &Entry| shown_path(&collection, entry);
    let mut requests = Vec::new();
    let mut single = false;
    for entry in &collection.entries {
        let (named, filed) = (shown(entry), entry.path().with_extension("").to_string_lossy().into_owned());
        let hit = |path: &str| rest.is_empty() || same(path, rest) || begins(path, rest);
        if !(hit(&named) || hit(&filed)) {
            continue;
        }
        match entry {
            Entry::Request { path, saved, .. } => {
                single |= same(&named, rest) || same(&filed, rest);
                requests.push((path.clone(), Arc::clone(saved)));
            }
            Entry::Broken { path, error } => complain(&format!("{}: {error}", folder.join(found).join(path).display())),
            Entry::Folder { .. } => {}
        }
    }
    if requests.is_empty() {
        let all: Vec<String> = collection.entries.iter().map(shown).collect();
        let near = crate::request::nearest(rest, all.iter().map(String::as_str));
        return Err(format!("{found} has no {rest}{}", near.map(|n| format!("; there is {n}")).unwrap_or_default()));
    }
    Ok(Picked { collection, requests, single })
}

/// The collection that comes with the program; one of the user's with its name stands in its place.
fn own() -> Result<Collection, String> {
    built_in().map(|whole| exchange::unfiled(&whole)).map_err(|error| error.to_string())
}

/// The names of an entry and the folders it lies in.
fn shown_path(collection: &Collection, entry: &Entry) -> String {
    let mut names = Vec::new();
    for folder in entry.path().ancestors().skip(1) {
        let found = collection.entries.iter().find(|other| other.path() == folder);
        names.extend(found.map(Entry::name));
    }
    names.reverse();
    names.push(entry.name());
    names.join("/")
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn begins(path: &str, folder: &str) -> bool {
    path.to_lowercase().strip_prefix(&folder.to_lowercase()).is_some_and(|rest| rest.starts_with('/'))
}

/// All collections, the program's own among them.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    if !names.iter().any(|name| same(name, BUILT_IN)) {
        names.push(BUILT_IN.to_owned());
    }
    names.sort_by_key(|name| name.to_lowercase());
    names
}

/// `requests [PATH]`.
pub(super) fn list(args: &Args, asked: &RequestsArgs) -> Exit {
    let folder = match folder(args) {
        Ok(folder) => folder,
        Err(exit) => return exit,
    };
    let mut out = Out::new();
    let printed = match &asked.path {
        None => {
            let names = names(&folder);
            if names.is_empty() && !args.json {
                return usage(&format!(
                    "There are no collections in {}: import one, or save a request",
                    folder.display()
                ));
            }
            if args.json {
                out.line(&json!(names).to_string())
            } else {
                names.iter().try_for_each(|name| out.line(name))
            }
        }
        Some(path) => match pick(&folder, path) {
            Ok(picked) => listed(args, &picked, &mut out),
            Err(why) => return usage(&why),
        },
    };
    finish(printed, &mut out, Exit::Fine)
}

fn listed(args: &Args, picked: &Picked, out: &mut Out) -> Result<(), Stop> {
    let named = |path: &Path| {
        let entry = picked.collection.entries.iter().find(|entry| entry.path() == path);
        entry.map(|entry| shown_path(&picked.collection, entry)).unwrap_or_default()
    };
    if args.json {
        let all: Vec<_> = picked
            .requests
            .iter()
            .map(|(path, saved)| {
                json!({ "path": named(path), "method": saved.request.method, "address": saved.request.address,
                        "description": saved.description, "docs": saved.docs, "tags": saved.tags })
            })
            .collect();
        return out.line(&json!(all).to_string());
    }
    let rows: Vec<Vec<String>> = picked
        .requests
        .iter()
        .map(|(path, saved)| vec![saved.request.method.clone(), named(path), saved.request.address.replace('\n', " ")])
        .collect();
    out.text(&aligned(&rows))
}

/// `import FILE`.
pub(super) fn import(args: &Args, asked: &ImportArgs) -> Exit {
    let text = if asked.file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(&asked.file)
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return usage(&format!("{}: {error}", asked.file.display())),
    };
    let folder = match folder(args) {
        Ok(folder) => folder,
        Err(exit) => return exit,
    };
    let Some(config) = folder.parent() else { return usage("there is no folder for it") };
    let brought = match import::import(config, &text, asked.name.as_deref()) {
        Ok(brought) => brought,
        Err(why) => return usage(&why),
    };
    for loss in brought.losses() {
        complain(&loss);
    }
    let mut out = Out::new();
    let printed = match &brought {
        Brought::Collection { folder, requests, lost, .. } if args.json => {
            let lost: Vec<_> = lost.iter().map(|l| json!({ "request": l.request, "what": l.what })).collect();
            out.line(&json!({ "folder": folder, "requests": requests, "lost": lost }).to_string())
        }
        Brought::Collection { folder, requests, .. } => {
            out.line(&format!("{requests} requests in {}", folder.display()))
        }
        Brought::Variables { count, file, .. } => out.line(&format!("{count} variables in {}", file.display())),
        Brought::Request { file, .. } => out.line(&file.display().to_string()),
    };
    finish(printed, &mut out, Exit::Fine)
}

/// `export PATH`.
pub(super) fn export(args: &Args, asked: &ExportArgs) -> Exit {
    let picked = match folder(args).map(|folder| pick(&folder, &asked.path)) {
        Ok(Ok(picked)) => picked,
        Ok(Err(why)) => return usage(&why),
        Err(exit) => return exit,
    };
    let mut out = Out::new();
    let each = |write: fn(&Saved) -> String| {
        picked.requests.iter().map(|(_, saved)| write(saved)).collect::<Vec<_>>().join("\n\n")
    };
    let text = match asked.format {
        ExportFormat::Postman => {
            let mut whole = exchange::gather(&picked.collection);
            let wanted: Vec<&Arc<Saved>> = picked.requests.iter().map(|(_, saved)| saved).collect();
            whole.requests.retain(|(_, saved)| wanted.iter().any(|own| ***own == *saved));
            for strange in postman::strange_to_postman(&whole) {
                complain(&format!("not the same there: {}: {}", strange.request, strange.what));
            }
            postman::export(&whole)
        }
        ExportFormat::Curl => each(|saved| curl::curl(&saved.request)),
        ExportFormat::Httpie => each(|saved| curl::httpie(&saved.request)),
        ExportFormat::Http => each(|saved| curl::http_file(&saved.name, &saved.request)),
    };
    let printed = out.line(text.trim_end());
    finish(printed, &mut out, Exit::Fine)
}

/// `vars`: of a profile that logs in for it, since half of them come from there.
pub(super) fn vars(args: &Args) -> Exit {
    let mut client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let ask = client.ask(Request::get(""));
    let token = client.wait(ask, |org, ask| async move {
        let token = org.log_in(&ask.profile).await?;
        let version = org.version(&ask.profile).await?;
        Ok((token, version))
    });
    let (token, version) = match token {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    for (name, value) in login_variables(&token, &client.profile, &version) {
        client.variables.set(VarOrigin::Login, name, value);
    }
    let mut out = Out::new();
    let printed = if args.json {
        let all: Vec<_> = client
            .variables
            .iter()
            .map(|v| json!({ "name": v.name, "from": v.origin.as_str(), "value": v.shown(), "secret": v.is_secret() }))
            .collect();
        out.line(&json!(all).to_string())
    } else {
        let mut rows = vec![["NAME", "FROM", "VALUE"].map(str::to_owned).to_vec()];
        rows.extend(client.variables.iter().map(|v| vec![v.name.clone(), v.origin.as_str().to_owned(), v.shown()]));
        out.text(&aligned(&rows))
    };
    finish(printed, &mut out, Exit::Fine)
}
