//! The keys of this place: which they are, and those of them that fit to what is typed. Made from the table of keys.

use super::command::Command;
use super::dialog::Dialog;
use super::edit::Line;
use super::key::Key;
use super::keymap::Binding;
use super::state::State;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The help, being read.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// What is looked for.
    pub line: Line,
    /// The first row shown.
    pub top: usize,
}

/// A row of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpRow {
    /// Between two scopes.
    Gap,
    /// A scope by its name.
    Scope(&'static str),
    /// Keys, and what they do.
    Keys(String, String),
}

/// The rows that fit, the innermost scope first: all words have to stand somewhere in it.
pub fn rows(state: &State, help: &Help) -> Vec<HelpRow> {
    let mut search = Search::new(help.line.text());
    let mut rows = Vec::new();
    let mut taken: Vec<Key> = Vec::new();
    for scope in state.place_scopes() {
        // A key that an inner scope has means what it means there.
        let works =
            |b: &Binding| b.keys.iter().filter(|k| !taken.contains(k)).map(ToString::to_string).collect::<Vec<_>>();
        let here: Vec<_> = state.keymap.of(scope).map(|b| (b, works(b))).filter(|(_, keys)| !keys.is_empty()).collect();
        let mut fits = Vec::new();
        for (binding, keys) in here {
            let (keys, words) = (keys.join(" "), binding.words().into_owned());
            let hay = format!("{keys} {words} {} {} {}", binding.label, binding.command.name(), scope.title());
            if search.fits(&hay) {
                fits.push(HelpRow::Keys(keys, words));
            }
            taken.extend_from_slice(&binding.keys);
        }
        if fits.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(HelpRow::Gap);
        }
        rows.push(HelpRow::Scope(scope.title()));
        rows.append(&mut fits);
    }
    rows
}

/// Words that are looked for, in any order; capitals count where some are typed.
struct Search {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Search {
    fn new(text: &str) -> Self {
        let pattern = Pattern::new(text, CaseMatching::Smart, Normalization::Smart, AtomKind::Substring);
        Self { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    fn fits(&mut self, hay: &str) -> bool {
        self.pattern.score(Utf32Str::new(hay, &mut self.buffer), &mut self.matcher).is_some()
    }
}

/// Opens it over the place.
pub fn open(state: &mut State) {
    super::dialog::open(state, Dialog::Help(Box::default()));
}

/// A key that no binding took.
pub fn typed(help: &mut Help, key: Key) {
    let before = help.line.text().to_owned();
    if help.line.input(key) && help.line.text() != before {
        help.top = 0;
    }
}

/// Pasted text.
pub fn pasted(help: &mut Help, text: &str) {
    help.line.paste(text);
    help.top = 0;
}

/// A command; whether it was the help's. Past the end it is put right when its rows are counted.
pub fn command(state: &mut State, command: Command) -> bool {
    let page = usize::from(state.measures.dialog.max(2)) - 1;
    let Some(Dialog::Help(help)) = &mut state.dialog else { return false };
    match command {
        Command::Up => help.top = help.top.saturating_sub(1),
        Command::Down => help.top += 1,
        Command::PageUp => help.top = help.top.saturating_sub(page),
        Command::PageDown => help.top += page,
        Command::Cancel | Command::Help => state.dialog = None,
        _ => return false,
    }
    true
}
