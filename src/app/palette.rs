//! The palette: every command that means something in the place under it, by name, and the themes. Made from the table of
//! keys, so that whatever has a key is here; enter runs it where the palette was opened.
//!
//! Left out is walking (rows, pages, ends, left and right), which nobody looks up by name. What cannot do anything now stands
//! last, with the reason.

use super::command::{Command, Scope};
use super::dialog::Dialog;
use super::edit::Line;
use super::event::Effect;
use super::key::Key;
use super::state::{Out, Place, State};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// How many of the last used ones stand first.
const RECENT: usize = 8;

/// What an entry does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// A command.
    Command(Command),
    /// A theme, kept in the settings.
    Theme(String),
}

/// One line of the palette.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it does.
    pub choice: Choice,
    /// As the settings call it.
    pub name: String,
    /// In words.
    pub words: String,
    /// The keys that do it here.
    pub keys: String,
    /// Why it can do nothing now.
    pub why_not: Option<&'static str>,
    /// What the letters are looked for in.
    hay: String,
}

/// A command, being looked for.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub line: Line,
    /// All there is, in the order that it has before anything is typed.
    pub entries: Vec<Entry>,
    /// Places in `entries`, the best first.
    pub found: Vec<usize>,
    /// The chosen one among those found.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
}

impl Palette {
    /// The chosen one.
    pub fn chosen(&self) -> Option<&Entry> {
        self.found.get(self.row).and_then(|at| self.entries.get(*at))
    }
}

/// Opens it over the place. What another dialogue asked is answered with no first.
pub fn open(state: &mut State) {
    super::dialog::close(state);
    let mut palette = Palette { entries: entries(state), ..Palette::default() };
    refresh(&mut palette);
    state.dialog = Some(Dialog::Palette(Box::new(palette)));
}

/// The scopes whose commands are offered: those that are open, and from an editor those of the place around it, whose
/// keys are text there.
fn scopes(state: &State) -> Vec<Scope> {
    let mut scopes = state.place_scopes();
    if state.who.is_some() && state.place == Place::Rest {
        scopes.push(Scope::Rest);
    }
    scopes.push(Scope::Browse);
    let mut seen = Vec::new();
    scopes.retain(|scope| !seen.contains(scope) && (seen.push(*scope), true).1);
    // Everywhere comes last.
    scopes.sort_by_key(|scope| *scope == Scope::Always);
    scopes
}

fn entries(state: &State) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut taken: Vec<Key> = Vec::new();
    let open = state.place_scopes();
    for scope in scopes(state) {
        for binding in state.keymap.of(scope).filter(|b| !walks(b.command)) {
            // A key that an inner scope has means what it means there; one of a closed scope is text.
            let keys = binding.keys.iter().filter(|k| open.contains(&scope) && !taken.contains(k));
            let keys: Vec<String> = keys.map(ToString::to_string).collect();
            taken.extend_from_slice(if open.contains(&scope) { &binding.keys } else { &[] });
            let choice = Choice::Command(binding.command);
            // The innermost says what it does here; the outer ones may have further keys for it.
            if let Some(known) = entries.iter_mut().find(|e| e.choice == choice) {
                known.keys = format!("{} {}", known.keys, keys.join(" ")).trim().to_owned();
                continue;
            }
            if matches!(binding.command, Command::Palette | Command::Submit | Command::Complete) {
                continue;
            }
            let words = binding.words().into_owned();
            let name = binding.command.name();
            let hay = format!("{words} {} {name} {}", binding.label, scope.title());
            entries.push(Entry { choice, name, words, keys: keys.join(" "), why_not: state.why_not(binding), hay });
        }
    }
    let recent = |e: &Entry| state.recent_choices.iter().position(|c| *c == e.choice).unwrap_or(usize::MAX);
    entries.extend(themes(state));
    entries.sort_by_key(|e| (e.why_not.is_some(), recent(e)));
    entries
}

fn walks(command: Command) -> bool {
    use Command as C;
    let rows = matches!(command, C::Up | C::Down | C::PageUp | C::PageDown | C::Top | C::Bottom);
    rows || matches!(command, C::Left | C::Right)
}

fn themes(state: &State) -> impl Iterator<Item = Entry> {
    state.themes.names().map(|name| {
        let words = state.themes.about(name).to_owned();
        let why_not = (name == state.themes.chosen).then_some("in use");
        let hay = format!("theme: {name} colours {words}");
        let (choice, name) = (Choice::Theme(name.to_owned()), format!("theme: {name}"));
        Entry { choice, name, words, keys: String::new(), why_not, hay }
    })
}

fn refresh(palette: &mut Palette) {
    let pattern = Pattern::parse(palette.line.text(), CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(usize, bool, u32)> = Vec::new();
    for (at, entry) in palette.entries.iter().enumerate() {
        // Letters that stand in the name count for more than those in what it does, and both before what is not shown.
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        let name = score(&entry.name).map(|s| s.saturating_mul(3));
        let words = score(&entry.words).map(|s| s.saturating_mul(2));
        if let Some(score) = name.max(words).or_else(|| score(&entry.hay)) {
            scored.push((at, entry.why_not.is_some(), score));
        }
    }
    scored.sort_by_key(|(at, idle, score)| (*idle, std::cmp::Reverse(*score), *at));
    palette.found = scored.into_iter().map(|(at, ..)| at).collect();
    palette.row = 0;
    palette.top = 0;
}

/// A theme under the cursor is shown at once; leaving it shows the one in use again.
fn try_on(state: &mut State) {
    let chosen = match &state.dialog {
        Some(Dialog::Palette(palette)) if !palette.line.text().is_empty() || palette.row > 0 => palette.chosen(),
        _ => None,
    };
    state.themes.tried = match chosen.map(|e| &e.choice) {
        Some(Choice::Theme(name)) => Some(name.clone()),
        _ => None,
    };
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key) {
    if let Some(Dialog::Palette(palette)) = &mut state.dialog
        && palette.line.input(key)
    {
        refresh(palette);
        try_on(state);
    }
}

/// Pasted text.
pub fn pasted(state: &mut State, text: &str) {
    if let Some(Dialog::Palette(palette)) = &mut state.dialog {
        palette.line.paste(text);
        refresh(palette);
        try_on(state);
    }
}

/// A command; whether it was the palette's.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.dialog);
    let Some(Dialog::Palette(palette)) = &mut state.dialog else { return false };
    let last = palette.found.len().saturating_sub(1);
    match command {
        Command::Up => palette.row = palette.row.saturating_sub(1),
        Command::Down => palette.row = (palette.row + 1).min(last),
        Command::PageUp => palette.row = palette.row.saturating_sub(height),
        Command::PageDown => palette.row = (palette.row + height).min(last),
        Command::Cancel | Command::Palette => {
            super::dialog::close(state);
            return true;
        }
        Command::Open => {
            run_chosen(state, out);
            return true;
        }
        _ => return false,
    }
    palette.top = super::answer::keep_in_view(palette.top, palette.row, height, palette.found.len());
    try_on(state);
    true
}

/// Runs the chosen one in the place under the palette.
fn run_chosen(state: &mut State, out: &mut Out) {
    let Some(Dialog::Palette(palette)) = &state.dialog else { return };
    let Some(entry) = palette.chosen().cloned() else { return };
    super::dialog::close(state);
    if let Some(why) = entry.why_not {
        let what = if matches!(entry.choice, Choice::Theme(_)) { "This theme is" } else { "Not now:" };
        return state.tell(format!("{what} {why}"));
    }
    state.recent_choices.retain(|c| *c != entry.choice);
    state.recent_choices.insert(0, entry.choice.clone());
    state.recent_choices.truncate(RECENT);
    match entry.choice {
        Choice::Command(command) => super::update::run(state, command, out),
        Choice::Theme(name) => {
            state.themes.chosen.clone_from(&name);
            out.push(Effect::KeepTheme(name));
        }
    }
}
