//! What a row of the saved requests tells of itself, to be read.

use super::Library;
use crate::request::{Between, RequestBody, Saved};
use crate::store::Entry;

/// Title and lines.
pub(super) fn described(library: &Library, entry: &Entry) -> (String, Vec<String>) {
    let title = library.shown_path(entry.path());
    let lines = match entry {
        Entry::Request { saved, .. } => request(saved),
        Entry::Folder { path, about } => {
            let mut lines = paragraphs(&about.description);
            let inside = |one: &&Entry| one.path() != path && one.path().starts_with(path);
            let count =
                library.entries().iter().filter(inside).filter(|one| matches!(one, Entry::Request { .. })).count();
            lines.push(format!("{count} requests"));
            let variables: Vec<String> = about.variables().map(|(name, value)| format!("{name} = {value}")).collect();
            section(&mut lines, "Variables", variables);
            lines
        }
        Entry::Broken { path, error } => {
            vec![format!("{}: {error}", library.folder.join(path).display())]
        }
    };
    (title, lines)
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn section(lines: &mut Vec<String>, title: &str, inside: Vec<String>) {
    if !inside.is_empty() {
        lines.push(String::new());
        lines.push(title.to_owned());
        lines.extend(inside.into_iter().map(|line| format!("  {line}")));
    }
}

fn request(saved: &Saved) -> Vec<String> {
    let request = &saved.request;
    let mut lines = paragraphs(&saved.description);
    lines.push(format!("{} {}", request.method, request.address));
    section(&mut lines, "Params", request.params.iter().map(|pair| pair.line(Between::Equals)).collect());
    section(&mut lines, "Headers", request.headers.iter().map(|pair| pair.line(Between::Colon)).collect());
    let body = match &request.body {
        RequestBody::Empty => Vec::new(),
        RequestBody::Text(text) => text.lines().map(str::to_owned).collect(),
        RequestBody::File(path) => vec![format!("@{}", path.display())],
    };
    section(&mut lines, "Body", body);
    section(&mut lines, "Captures", saved.captures.iter().map(crate::request::Capture::line).collect());
    section(&mut lines, "Variables", saved.variables.iter().map(|(n, v)| format!("{n} = {v}")).collect());
    section(&mut lines, "Tags", if saved.tags.is_empty() { Vec::new() } else { vec![saved.tags.join(", ")] });
    section(&mut lines, "Documentation", if saved.docs.is_empty() { Vec::new() } else { vec![saved.docs.clone()] });
    lines
}
