//! A line that is asked for: where to save, what to call, where to move, what to import. What is known is offered.

use super::job::{Job, start};
use super::{Library, MINE};
use crate::app::command::Command;
use crate::app::dialog::{self, Dialog};
use crate::app::edit::Line;
use crate::app::key::Key;
use crate::app::state::{Out, State};
use crate::request::Saved;
use crate::store::{Entry, file_name};
use std::path::{Path, PathBuf};

/// How many offers are shown.
const MOST: usize = 8;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// Where to save this.
    Save(Box<Saved>),
    /// A new folder.
    Folder,
    /// Another name for what lies here.
    Call(PathBuf),
    /// Another folder for what lies here.
    Move(PathBuf),
    /// The tags of the request that lies here.
    Tags(PathBuf),
    /// What the request that lies here is for.
    Description(PathBuf),
    /// A file to import.
    Import,
}

impl Purpose {
    /// In the frame.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Save(_) => "Save as",
            Self::Folder => "New folder",
            Self::Call(_) => "Rename",
            Self::Move(_) => "Move to folder",
            Self::Tags(_) => "Tags",
            Self::Description(_) => "Description",
            Self::Import => "Import",
        }
    }

    /// What to type.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Save(_) => "collection/folder/name; what is not there yet is made",
            Self::Folder => "collection, or collection/folder",
            Self::Call(_) => "the new name",
            Self::Tags(_) => "words to find it by, with commas between; nothing: none",
            Self::Description(_) => "what it is for, in a line; nothing: none",
            Self::Move(_) => "collection, or collection/folder",
            Self::Import => "path of a Postman collection or environment, or of a curl command; or paste one",
        }
    }

    fn takes_folders(&self) -> bool {
        matches!(self, Self::Save(_) | Self::Folder | Self::Move(_))
    }
}

/// A line being typed.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// For what.
    pub purpose: Purpose,
    /// What is typed.
    pub line: Line,
    /// What is known and fits.
    pub offers: Vec<String>,
    /// The chosen offer.
    pub chosen: Option<usize>,
    /// Why what was typed cannot be taken.
    pub wrong: Option<String>,
}

/// Asks for a line.
pub(super) fn open(state: &mut State, purpose: Purpose, text: impl Into<String>) {
    let prompt = Prompt { purpose, line: Line::new(text), offers: Vec::new(), chosen: None, wrong: None };
    dialog::open(state, Dialog::Prompt(Box::new(prompt)));
    refresh(state);
}

/// What fits is found anew.
pub(super) fn refresh(state: &mut State) {
    let Some(Dialog::Prompt(prompt)) = &mut state.dialog else { return };
    let typed = prompt.line.before().to_lowercase();
    prompt.chosen = None;
    prompt.offers = Vec::new();
    if prompt.purpose.takes_folders() {
        let mine = format!("{MINE}/");
        let mut known = state.saved.library.folders();
        if !known.contains(&mine) {
            known.insert(0, mine);
        }
        known.retain(|one| one.to_lowercase().starts_with(&typed) && one.to_lowercase() != typed);
        known.truncate(MOST);
        prompt.offers = known;
    }
    if let Purpose::Tags(_) = prompt.purpose {
        // The last one is being typed; those before it are not offered again.
        let (done, last) = typed.rsplit_once(',').unwrap_or(("", &typed));
        let mut known = state.saved.library.tags();
        let taken: Vec<&str> = done.split(',').map(str::trim).collect();
        known.retain(|one| {
            let small = one.to_lowercase();
            small.starts_with(last.trim()) && small != last.trim() && !taken.contains(&small.as_str())
        });
        known.truncate(MOST);
        prompt.offers = known;
    }
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key) {
    if let Some(Dialog::Prompt(prompt)) = &mut state.dialog
        && prompt.line.input(key)
    {
        prompt.wrong = None;
        refresh(state);
    }
}

/// Pasted text. What another tool wrote is imported at once where that is asked for.
pub fn pasted(state: &mut State, text: &str, out: &mut Out) {
    let Some(Dialog::Prompt(prompt)) = &mut state.dialog else { return };
    let whole = text.trim_start().starts_with('{') || crate::request::curl::is_curl(text);
    if prompt.purpose == Purpose::Import && whole {
        state.dialog = None;
        return start(state, Job::ImportText(text.to_owned()), out);
    }
    prompt.line.paste(text);
    prompt.wrong = None;
    refresh(state);
}

/// A command, while a line is asked for; whether it was one of the line's.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let Some(Dialog::Prompt(prompt)) = &mut state.dialog else { return false };
    let count = prompt.offers.len();
    match command {
        Command::Down => prompt.chosen = prompt.chosen.map_or(Some(0), |at| Some(at + 1)).filter(|at| *at < count),
        Command::Up => prompt.chosen = prompt.chosen.map_or(count.checked_sub(1), |at| at.checked_sub(1)),
        Command::Complete => accept(state),
        Command::Submit if prompt.chosen.is_some() => accept(state),
        Command::Submit => submit(state, out),
        Command::Cancel => state.dialog = None,
        _ => return false,
    }
    true
}

fn accept(state: &mut State) {
    let Some(Dialog::Prompt(prompt)) = &mut state.dialog else { return };
    // What stands behind the caret stays.
    if let Some(offer) = prompt.offers.get(prompt.chosen.unwrap_or(0)) {
        let typed = prompt.line.caret();
        let before = prompt.line.before();
        let kept = match prompt.purpose {
            Purpose::Tags(_) => before.rfind(',').map_or(0, |at| at + 1),
            _ => 0,
        };
        let offer = if kept == 0 { offer.clone() } else { format!(" {offer}") };
        prompt.line.replace(kept..typed, &offer);
        refresh(state);
    }
}

fn submit(state: &mut State, out: &mut Out) {
    let Some(Dialog::Prompt(prompt)) = &state.dialog else { return };
    let text = prompt.line.text().trim().to_owned();
    match job(&state.saved.library, &prompt.purpose, &text) {
        Ok(job) => {
            state.dialog = None;
            start(state, job, out);
        }
        Err(why) => {
            if let Some(Dialog::Prompt(prompt)) = &mut state.dialog {
                prompt.wrong = Some(why);
            }
        }
    }
}

fn job(library: &Library, purpose: &Purpose, text: &str) -> Result<Job, String> {
    match purpose {
        Purpose::Tags(path) => return Ok(Job::Tag(path.clone(), tags(text))),
        Purpose::Description(path) => return Ok(Job::Describe(path.clone(), text.to_owned())),
        _ if text.is_empty() => return Err("type something first".to_owned()),
        _ => {}
    }
    let names: Vec<&str> = text.trim_matches('/').split('/').map(str::trim).collect();
    Ok(match purpose {
        Purpose::Save(saved) => {
            let (name, folders) = names.split_last().ok_or("a name is missing")?;
            if folders.is_empty() || text.ends_with('/') {
                return Err("write collection/name".to_owned());
            }
            let path = library.folder_of(folders)?.join(format!("{}.toml", file_name(name)));
            free(library, &path)?;
            Job::Save(path, Box::new(crate::request::Saved { name: (*name).to_owned(), ..(**saved).clone() }), None)
        }
        Purpose::Folder => {
            let path = library.folder_of(&names)?;
            free(library, &path)?;
            Job::MakeFolder(path)
        }
        Purpose::Call(path) => Job::Call(path.clone(), text.to_owned()),
        Purpose::Move(from) => {
            let folder = library.folder_of(&names)?;
            let to = folder.join(from.file_name().unwrap_or_default());
            if folder.starts_with(from) {
                return Err("a folder does not go into itself".to_owned());
            }
            free(library, &to)?;
            Job::Move(from.clone(), to)
        }
        // What is told of a request may be nothing, and was taken above.
        Purpose::Tags(_) | Purpose::Description(_) => Job::Read,
        Purpose::Import => Job::Import(text.to_owned()),
    })
}

/// Each once, in the order in which they are typed.
fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|own| own == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn free(library: &Library, path: &Path) -> Result<(), String> {
    // Whether letters are large or small matters to some systems only.
    let same = |entry: &&Entry| entry.path().to_string_lossy().to_lowercase() == path.to_string_lossy().to_lowercase();
    match library.entries().iter().take(library.own()).find(same) {
        Some(entry) => Err(format!("{} is there already", library.shown_path(entry.path()))),
        None => Ok(()),
    }
}
