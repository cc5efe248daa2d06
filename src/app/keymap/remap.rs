//! The user's own keys: `[keys.SCOPE]` of `settings.toml` laid over the table. What is wrong there is a problem with its
//! place and leaves the default; it reads no file.

use super::{BINDINGS, Binding, Keymap};
use crate::app::command::{Command, Scope};
use crate::app::key::Key;
use crate::profile::{KeyWish, Placed, Problem, Severity};
use crate::request::nearest;
use std::borrow::Cow;
use std::path::Path;

/// A wish that can be granted as far as it is looked at alone.
struct Change<'a> {
    /// Its place in the table.
    at: usize,
    keys: Vec<(Key, &'a Placed)>,
}

/// Collects problems of one file.
struct Told<'a> {
    file: &'a Path,
    problems: Vec<Problem>,
}

impl Told<'_> {
    fn error(&mut self, at: &Placed, what: String, cure: String) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line: at.line,
            column: at.column,
            severity: Severity::Error,
            app: None,
            what,
            cure,
        });
    }
}

impl Keymap {
    /// The table with what the user wishes, and what was wrong about that. `file` is where the wishes stand.
    pub fn with(wishes: &[KeyWish], file: &Path) -> (Self, Vec<Problem>) {
        let mut told = Told { file, problems: Vec::new() };
        let mut changes: Vec<Change<'_>> = wishes.iter().filter_map(|wish| change(wish, &mut told)).collect();
        // The later of two that are in each other's way gives way; what it frees may be in the way of another.
        let map = loop {
            let map = applied(&changes);
            let clash = (0..changes.len()).rev().find_map(|at| Some((at, clash(&map, changes.get(at)?)?)));
            let Some((at, (place, what, cure))) = clash else { break map };
            told.error(&place, what, cure);
            changes.remove(at);
        };
        told.problems.sort_by_key(|p| (p.line, p.column));
        (map, told.problems)
    }
}

fn applied(changes: &[Change<'_>]) -> Keymap {
    let mut map = Keymap::default();
    for change in changes {
        if let Some(binding) = map.bindings.get_mut(change.at) {
            binding.keys = Cow::Owned(change.keys.iter().map(|(key, _)| *key).collect());
        }
    }
    map
}

/// Looks at a wish alone: its names, its keys.
fn change<'a>(wish: &'a KeyWish, told: &mut Told<'_>) -> Option<Change<'a>> {
    let Some(scope) = BINDINGS.iter().map(|b| b.scope).find(|s| s.name() == wish.scope.text) else {
        unknown_scope(&wish.scope, told);
        return None;
    };
    let Some(at) = BINDINGS.iter().position(|b| b.scope == scope && b.command.name() == wish.command.text) else {
        unknown_command(scope, &wish.command, told);
        return None;
    };
    let command = BINDINGS.get(at)?.command;
    let before = told.problems.len();
    let mut keys: Vec<(Key, &Placed)> = Vec::new();
    for text in &wish.keys {
        match Key::parse(&text.text) {
            Ok(key) if key.typed().is_some() && (scope.is_editor() || scope == Scope::Always) => {
                let what = format!("`{}` is text in [keys.{}]", text.text, scope.name());
                told.error(text, what, format!("write a key with ctrl or alt: \"ctrl-{}\"", key));
            }
            Ok(key) if keys.iter().any(|(k, _)| *k == key) => {}
            Ok(key) => keys.push((key, text)),
            Err((what, cure)) => told.error(text, what, cure),
        }
    }
    if wish.keys.is_empty() && leads_out(scope, command) {
        let what = format!("`{}` without a key: nothing would lead out of there", wish.command.text);
        told.error(&wish.command, what, "give it a key".to_owned());
    }
    (told.problems.len() == before).then_some(Change { at, keys })
}

/// Whether one would be shut in without it.
fn leads_out(scope: Scope, command: Command) -> bool {
    match command {
        Command::Quit => scope == Scope::Always,
        Command::Cancel | Command::Decline => scope != Scope::Browse && scope.outer() == Some(Scope::Always),
        _ => false,
    }
}

fn unknown_scope(name: &Placed, told: &mut Told<'_>) {
    let mut names: Vec<String> = Vec::new();
    for binding in BINDINGS.iter() {
        let name = binding.scope.name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // Once for all that stands in it.
    let what = format!("[keys] has no `{}`", name.text);
    if told.problems.iter().any(|p| p.what == what) {
        return;
    }
    let cure = match nearest(&name.text, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean [keys.{near}]?"),
        None => format!("there are {}", names.join(", ")),
    };
    told.error(name, what, cure);
}

fn unknown_command(scope: Scope, name: &Placed, told: &mut Told<'_>) {
    let what = format!("[keys.{}] has no command `{}`", scope.name(), name.text);
    let here: Vec<String> = BINDINGS.iter().filter(|b| b.scope == scope).map(|b| b.command.name()).collect();
    let elsewhere = BINDINGS.iter().filter(|b| b.command.name() == name.text).map(|b| b.scope.name());
    let elsewhere: Vec<String> = elsewhere.map(|scope| format!("[keys.{scope}]")).collect();
    let cure = match nearest(&name.text, here.iter().map(String::as_str)) {
        _ if !elsewhere.is_empty() => format!("it belongs to {}", elsewhere.join(", ")),
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", here.join(", ")),
    };
    told.error(name, what, cure);
}

/// A key of a wish that means something else in a scope that is open at the same time. Where the defaults have it so
/// already (an inner scope hides an outer one's key), nothing changes by it.
fn clash(map: &Keymap, change: &Change<'_>) -> Option<(Placed, String, String)> {
    let (own, before) = (map.bindings.get(change.at)?, BINDINGS.get(change.at)?);
    let fresh = change.keys.iter().filter(|(key, _)| !before.keys.contains(key));
    for (key, place) in fresh {
        let taken = |b: &&Binding| {
            b.command != own.command && b.keys.contains(key) && (b.scope == own.scope || b.scope.meets(own.scope))
        };
        if let Some(other) = map.bindings.iter().find(taken) {
            let what = format!(
                "`{key}` is `{}` of [keys.{}] already, which is open at the same time",
                other.command.name(),
                other.scope.name()
            );
            let cure = format!("choose another key, or give `{}` another one", other.command.name());
            return Some(((*place).clone(), what, cure));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Code;

    /// Wishes as `scope command key,key`, one a line.
    fn with(lines: &[&str]) -> (Keymap, Vec<(usize, usize, String, String)>) {
        let wish = |(line, text): (usize, &&str)| {
            let mut words = text.split(' ');
            let mut placed = |column| Placed { text: words.next().unwrap_or("").to_owned(), line: line + 1, column };
            let (scope, command, keys) = (placed(1), placed(2), placed(3));
            let keys = keys.text.split(',').filter(|k| !k.is_empty());
            let keys = keys.enumerate().map(|(n, k)| Placed { text: k.to_owned(), line: line + 1, column: 3 + n });
            KeyWish { scope, command, keys: keys.collect() }
        };
        let wishes: Vec<KeyWish> = lines.iter().enumerate().map(wish).collect();
        let (map, problems) = Keymap::with(&wishes, Path::new("settings.toml"));
        (map, problems.into_iter().map(|p| (p.line, p.column, p.what, p.cure)).collect())
    }

    fn answer(map: &Keymap, key: Key) -> Option<Command> {
        map.lookup(&Scope::AnswerTree.chain().collect::<Vec<_>>(), key)
    }

    #[test]
    fn a_key_takes_the_place_of_the_default_ones() {
        let (map, problems) = with(&["answer search ctrl-f,f3", "answer page-down ctrl-d", "browse help "]);
        assert_eq!(problems, []);
        assert_eq!(answer(&map, Key::of(Code::F(3))), Some(Command::Search));
        assert_eq!(answer(&map, Key::ctrl('f')), Some(Command::Search), "page-down has let go of it");
        assert_eq!(answer(&map, Key::char('/')), None);
        assert_eq!(answer(&map, Key::char('?')), None, "an empty list takes the key away");
        assert_eq!(map.key(Scope::Answer, Command::Search), "ctrl-f");
        assert_eq!(map.key(Scope::Browse, Command::Help), "`help` of the palette");
    }

    #[test]
    fn two_may_change_places_and_an_inner_scope_may_keep_hiding() {
        let (map, problems) =
            with(&["answer search n", "answer next-match /", "answer-tree left b", "rest edit-body h"]);
        assert_eq!(
            (answer(&map, Key::char('n')), answer(&map, Key::char('/'))),
            (Some(Command::Search), Some(Command::NextMatch))
        );
        // `h` scrolls the answer: of the keys that are open with it only a free one may be taken.
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().any(|p| p.2.contains("`b` is `edit-body` of [keys.rest]")), "{problems:?}");
        assert!(problems.iter().any(|p| p.0 == 4 && p.2.contains("`h` is")), "{problems:?}");
        assert_eq!(answer(&map, Key::char('b')), Some(Command::EditBody), "both have their defaults");
    }

    #[test]
    fn mistakes_have_a_place_and_what_was_meant_and_leave_the_default() {
        for (line, column, what, cure) in [
            ("anser search ctrl-f", 1, "[keys] has no `anser`", "[keys.answer]"),
            ("answer serach ctrl-f", 2, "no command `serach`", "`search`"),
            ("answer fold-all ctrl-f", 2, "no command `fold-all`", "[keys.answer-tree]"),
            ("answer search x1", 3, "`x1` is no key", "ctrl-f"),
            ("answer search ctrl-g,hyper", 4, "`hyper` is no key", "ctrl-f"),
            ("address send x", 3, "`x` is text in [keys.address]", "ctrl-x"),
            ("always quit q", 3, "`q` is text", "ctrl-q"),
            ("answer search r", 3, "`r` is `send` of [keys.rest] already", "another key"),
            ("rest send n", 3, "`n` is `next-match` of [keys.answer] already", "another key"),
            ("answer search v", 3, "`v` is `next-view` of [keys.answer] already", "another key"),
            ("always quit ", 2, "nothing would lead out", "a key"),
            ("question decline ", 2, "nothing would lead out", "a key"),
        ] {
            let (map, problems) = with(&[line]);
            let [one] = problems.as_slice() else { panic!("{line}: {problems:?}") };
            assert_eq!((one.0, one.1), (1, column), "{line}");
            assert!(one.2.contains(what) && one.3.contains(cure), "{line}: {one:?}");
            assert_eq!(answer(&map, Key::char('/')), Some(Command::Search), "{line}");
        }
    }

    #[test]
    fn of_two_wishes_for_one_key_the_first_has_it() {
        let (map, problems) = with(&["answer search f7", "rest send f7,r"]);
        assert_eq!(answer(&map, Key::of(Code::F(7))), Some(Command::Search));
        assert_eq!((problems.len(), problems[0].0), (1, 2));
        // Scopes that are never open together do not disturb each other.
        let (_, problems) = with(&["answer search f7", "identity refresh f7", "switcher page-down f7"]);
        assert_eq!(problems, []);
    }
}
