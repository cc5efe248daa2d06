//! Reading `profiles.toml`. Never fails and never stops at a mistake; writes nothing.

use super::app::{self, Context};
use super::owner::doubt_about_writers;
use super::place::{Report, whole_file};
use super::schema::{Table, Values, check_keys, example};
use super::{PROFILES_FILE, PickError, Problem, ProfileId, Profiles};
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Beyond this a file is not one that somebody wrote; in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads the profiles of a config folder. What is wrong stands in `problems`.
pub fn load(config: &Path) -> Profiles {
    let file = config.join(PROFILES_FILE);
    match read_source(&file) {
        Source::Absent => Profiles { file, ..Profiles::default() },
        Source::Unreadable(problem) => Profiles { file, exists: true, problems: vec![*problem], ..Profiles::default() },
        Source::Text(text, handle) => {
            let doubt = || doubt_about_writers(&handle, &file);
            parse(&file, &text, &Context { config, doubt: &doubt })
        }
    }
}

/// What reading a file gave.
pub(super) enum Source {
    /// It is not there.
    Absent,
    /// It is there and cannot be read, or is no text.
    Unreadable(Box<Problem>),
    /// Its text without a byte order mark, and the open file.
    Text(String, File),
}

/// Reads a file of the user's.
pub(super) fn read_source(file: &Path) -> Source {
    let mut handle = match File::open(file) {
        Ok(handle) => handle,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Source::Absent,
        Err(error) => return unreadable(file, &error),
    };
    match handle.metadata() {
        Ok(data) if data.is_dir() => {
            return Source::Unreadable(Box::new(whole_file(file, "it is a folder", "put a file in its place")));
        }
        Ok(data) if data.len() > LARGEST => {
            let what = format!("it has {} bytes, more than anybody writes", data.len());
            return Source::Unreadable(Box::new(whole_file(file, what, "see what it is")));
        }
        Ok(_) => {}
        Err(error) => return unreadable(file, &error),
    }
    let mut bytes = Vec::new();
    if let Err(error) = Read::by_ref(&mut handle).take(LARGEST).read_to_end(&mut bytes) {
        return unreadable(file, &error);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Source::Text(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), handle),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let readable = String::from_utf8_lossy(error.as_bytes());
            let mut report = Report::new(file, &readable);
            report.error(good..good, "the file is not UTF-8 from here on", "save it as UTF-8");
            report.finish().pop().map_or(Source::Absent, |problem| Source::Unreadable(Box::new(problem)))
        }
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Source {
    let what = format!("cannot read it: {error}");
    Source::Unreadable(Box::new(whole_file(file, what, "see that it is a file that you may read")))
}

/// Makes profiles of a text.
fn parse(file: &Path, text: &str, context: &Context<'_>) -> Profiles {
    let mut report = Report::new(file, text);
    let mut profiles = Profiles { file: file.to_owned(), exists: true, ..Profiles::default() };
    let (document, errors) = DeTable::parse_recoverable(text);
    let top = Values { table: Table::Top, values: document.get_ref() };
    let broken = syntax(&errors, &sections(top.values), &mut report);
    check_keys(Table::Top, top.values, 0..0, &mut report);
    if let Some((table, _)) = top.table("variables", &mut report) {
        profiles.variables = app::variables(table, &mut report);
    }
    let apps = top.table("apps", &mut report);
    for (name, value) in apps.iter().flat_map(|(table, _)| table.iter()) {
        let name_text = name.get_ref().as_ref();
        let broken = broken.iter().find(|(app, _)| app == name_text).map(|(_, readable)| *readable);
        // What is left of one that is no TOML would be full of mistakes that nobody made.
        if broken == Some(false) {
            continue;
        }
        report.enter(Some(name_text));
        let DeValue::Table(table) = value.get_ref() else {
            let what = format!("`apps.{name_text}` is {}, it must be a table", super::schema::kind_of(value.get_ref()));
            report.error(value.span(), what, format!("write {}", example(Table::Top, "apps")));
            continue;
        };
        // One whose names stand there twice has all of its mistakes told, and cannot be used.
        if let Some(read) = app::read(name_text, value.span(), table, context, &mut report).filter(|_| broken.is_none())
        {
            if let Some(user) = read.default_user {
                profiles.default_users.insert(read.app.name.clone(), user);
            }
            profiles.apps.push(Arc::new(read.app));
        }
    }
    report.enter(None);
    if let Some(text) = top.text("default", &mut report) {
        profiles.default = default(&text, &profiles, apps.map(|(table, _)| table), &mut report);
    }
    profiles.problems = report.finish();
    profiles
}

/// Who the `default` names.
fn default(
    text: &Spanned<&str>,
    profiles: &Profiles,
    apps: Option<&DeTable<'_>>,
    report: &mut Report<'_>,
) -> Option<ProfileId> {
    let name = *text.get_ref();
    let first = profiles.start().map(|profile| format!("; meanwhile it is {}", profile.id())).unwrap_or_default();
    let error = match profiles.pick(name) {
        Ok(profile) => return Some(profile.id()),
        Err(error) => error,
    };
    let app = name.split('/').next().unwrap_or(name);
    let (what, cure) = match error {
        // The app's own problems say what to do.
        _ if profiles.app(app).is_none() && apps.is_some_and(|apps| apps.contains_key(app)) => {
            (format!("`default` names `{name}`, whose app cannot be used"), format!("correct [apps.{app}]{first}"))
        }
        PickError::Ambiguous { candidates, .. } => {
            let names: Vec<String> = candidates.iter().map(ProfileId::to_string).collect();
            (
                format!("`default` names `{name}`, which several are called"),
                format!("write one of {}{first}", names.join(", ")),
            )
        }
        PickError::Unknown { nearest: Some(near), .. } => {
            (format!("`default` names `{name}`, which is nobody"), format!("did you mean \"{near}\"?{first}"))
        }
        PickError::Unknown { nearest: None, .. } | PickError::None | PickError::Broken { .. } => (
            format!("`default` names `{name}`, which is nobody"),
            format!("write an app, app/alias or app/username{first}"),
        ),
    };
    report.warning(text.span(), what, cure);
    None
}

/// Where the tables of a file begin, and to which app each belongs.
fn sections(top: &DeTable<'_>) -> Vec<(usize, Option<String>)> {
    let mut sections: Vec<(usize, Option<String>)> = Vec::new();
    for (name, value) in top.iter() {
        let DeValue::Table(table) = value.get_ref() else { continue };
        if name.get_ref() != "apps" {
            sections.push((value.span().start, None));
            continue;
        }
        for (app, value) in table.iter() {
            let mut inside = vec![app.span().start, value.span().start];
            for (_, inner) in value.get_ref().as_table().into_iter().flat_map(|table| table.iter()) {
                match inner.get_ref() {
                    DeValue::Table(_) => inside.push(inner.span().start),
                    DeValue::Array(list) => inside.extend(list.iter().map(|entry| entry.span().start)),
                    _ => {}
                }
            }
            sections.extend(inside.into_iter().map(|start| (start, Some(app.get_ref().to_string()))));
        }
    }
    sections.sort();
    sections
}

/// Reports where a file is no TOML, once a line, each for the app in whose table it stands. Returns those apps: what is left
/// of them is not to be trusted, but can be read where names stand there twice and nothing else is wrong.
pub(super) fn syntax(
    errors: &[toml::de::Error],
    sections: &[(usize, Option<String>)],
    report: &mut Report<'_>,
) -> Vec<(String, bool)> {
    let mut broken: Vec<(String, bool)> = Vec::new();
    for error in errors {
        let span: Range<usize> = error.span().unwrap_or(0..0);
        let app = sections.iter().take_while(|(start, _)| *start <= span.start).last().and_then(|(_, app)| app.clone());
        if !report.has_error_on_line_of(span.start) {
            report.enter(app.as_deref());
            let (what, cure) = explain(error.message());
            report.error(span, what, cure);
        }
        let readable = error.message().contains("duplicate key");
        let Some(app) = app else { continue };
        match broken.iter_mut().find(|(name, _)| *name == app) {
            Some((_, all)) => *all &= readable,
            None => broken.push((app, readable)),
        }
    }
    report.enter(None);
    broken
}

/// The parser's words as what is wrong and what would be right.
fn explain(message: &str) -> (String, String) {
    if message.contains("duplicate key") {
        return ("the same name stands here a second time".to_owned(), "take one of the two out".to_owned());
    }
    if message.contains("must be quoted") {
        return (
            "not TOML: a text stands here without quotes".to_owned(),
            "put it in quotes: name = \"text\"".to_owned(),
        );
    }
    match message.split_once(", expected ") {
        Some((what, wanted)) => (format!("not TOML: {what}"), format!("expected here: {wanted}")),
        None => (format!("not TOML: {message}"), "see that texts stand in quotes and brackets are closed".to_owned()),
    }
}
