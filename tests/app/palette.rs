//! The palette, keys of the user's own, themes.

use super::support::{Bench, profiles};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::SettingsRead;
use orgdeck::app::keymap::BINDINGS;
use orgdeck::app::palette::{Choice, Palette};
use orgdeck::app::rest::Focus;
use orgdeck::app::{Effect, Event, Place};
use orgdeck::profile::{KeyWish, Pictures, Placed, Profiles, built_in_themes};

fn palette(bench: &Bench) -> &Palette {
    match &bench.state.dialog {
        Some(Dialog::Palette(palette)) => palette,
        other => panic!("no palette but {other:?}"),
    }
}

fn words(bench: &Bench) -> Vec<&str> {
    let palette = palette(bench);
    palette.found.iter().map(|at| palette.entries[*at].words.as_str()).collect()
}

/// Wishes as `scope command key key`, one a line.
pub fn settings(lines: &[&str], theme: &str) -> Event {
    let placed = |text: &str, line: usize| Placed { text: text.to_owned(), line, column: 1 };
    let wish = |(line, text): (usize, &&str)| {
        let mut words = text.split(' ').map(|word| placed(word, line + 1));
        KeyWish { scope: words.next().unwrap(), command: words.next().unwrap(), keys: words.collect() }
    };
    Event::SettingsRead(Box::new(SettingsRead {
        file: "/home/ada/.config/orgdeck/settings.toml".into(),
        keys: lines.iter().enumerate().map(wish).collect(),
        theme: theme.to_owned(),
        pictures: Pictures::Auto,
        themes: built_in_themes(),
        problems: Vec::new(),
    }))
}

#[test]
fn it_runs_a_command_in_the_place_it_was_opened_from() {
    let mut bench = Bench::new();
    bench.log_in();
    bench.answer_all();
    bench.keys("2 ctrl-p");
    bench.typed("to the params");
    assert_eq!(words(&bench)[0], "to the params");
    bench.keys("enter");
    assert!(bench.state.dialog.is_none());
    assert_eq!(bench.state.rest.focus, Focus::Params);
    // From an editor too, where plain keys are text.
    bench.keys("ctrl-p");
    bench.typed("history");
    bench.keys("enter");
    assert_eq!(bench.state.place, Place::History);
    assert_eq!(bench.state.recent_choices.len(), 2);
}

#[test]
fn every_command_that_has_a_key_here_is_there_once() {
    let mut bench = Bench::new();
    bench.log_in();
    bench.answer_all();
    for place in ["1", "2", "3", "4"] {
        bench.keys(place);
        let scopes = bench.state.place_scopes();
        bench.keys("ctrl-p");
        let palette = palette(&bench);
        for binding in BINDINGS.iter().filter(|b| scopes.contains(&b.scope)) {
            use orgdeck::app::command::Command as C;
            let rows = matches!(binding.command, C::Up | C::Down | C::PageUp | C::PageDown | C::Top | C::Bottom);
            let walks = rows || matches!(binding.command, C::Left | C::Right);
            let wanted = usize::from(!walks && binding.command != C::Palette);
            let found = palette.entries.iter().filter(|e| e.choice == Choice::Command(binding.command)).count();
            assert_eq!(found, wanted, "{binding:?}");
        }
        bench.keys("esc");
    }
}

#[test]
fn what_cannot_work_stands_last_with_the_reason_and_says_so() {
    let mut bench = Bench::new();
    bench.keys("ctrl-p");
    let shown = palette(&bench);
    let idle = shown.found.iter().position(|at| shown.entries[*at].why_not.is_some()).unwrap();
    assert!(shown.found.iter().skip(idle).all(|at| shown.entries[*at].why_not.is_some()));
    bench.typed("what is wrong");
    bench.keys("enter");
    assert_eq!(bench.notice(), "Not now: nothing is wrong in the files");
    assert!(bench.state.recent_choices.is_empty());
}

#[test]
fn the_last_used_stand_first_and_letters_find_keys_names_and_labels() {
    let mut bench = Bench::new();
    bench.keys("ctrl-p");
    bench.typed("toggle-mouse");
    bench.keys("enter");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::CaptureMouse(false))));
    bench.keys("ctrl-p");
    assert_eq!(palette(&bench).entries[0].choice, Choice::Command(orgdeck::app::command::Command::ToggleMouse));
    assert_eq!(palette(&bench).entries[0].keys, "f2");
    bench.typed("zzzz");
    bench.keys("enter");
    assert!(words(&bench).is_empty(), "nothing to run: it stays open");
    bench.keys("esc");
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_theme_is_tried_on_under_the_cursor_and_kept_by_enter() {
    let mut bench = Bench::new();
    bench.event(settings(&[], "auto"));
    bench.keys("ctrl-p");
    assert_eq!(bench.state.themes.shown(), "auto");
    bench.typed("theme: dusk");
    assert_eq!(bench.state.themes.shown(), "dusk");
    bench.keys("esc");
    assert_eq!(bench.state.themes.shown(), "auto");
    bench.keys("ctrl-p");
    bench.typed("theme: paper");
    bench.keys("enter");
    assert_eq!(bench.state.themes.shown(), "paper");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::KeepTheme(name) if name == "paper")));
    bench.keys("ctrl-p");
    bench.typed("theme: contrast-dark");
    // Another dialogue in its place gives the old colours back as well.
    bench.keys("ctrl-o");
    assert_eq!(bench.state.themes.shown(), "paper");
}

#[test]
fn keys_of_the_users_own_count_everywhere_and_mistakes_are_problems() {
    let mut bench = Bench::new();
    bench.event(settings(&["browse go-rest f9", "always palette ctrl-k", "browse help q"], "dark"));
    assert_eq!(bench.state.problems.len(), 1, "{:?}", bench.state.problems);
    assert!(bench.state.problems[0].what.contains("`q` is `quit`"), "{}", bench.state.problems[0].what);
    bench.keys("2");
    assert_eq!(bench.state.place, Place::Identity, "the default key is given up");
    bench.keys("f9");
    assert_eq!(bench.state.place, Place::Rest);
    bench.keys("ctrl-p");
    assert!(bench.state.dialog.is_none());
    bench.keys("ctrl-k");
    let entry = palette(&bench).entries.iter().find(|e| e.words.starts_with("REST")).unwrap();
    assert_eq!(entry.keys, "f9 alt-2");
    bench.keys("esc ?");
    // The files are told apart: reading one again takes nothing away from the other.
    bench.event(Event::ProfilesLoaded(Box::new(profiles())));
    assert_eq!(bench.state.problems.len(), 1);
    bench.event(settings(&[], "dark"));
    assert!(bench.state.problems.is_empty());
    bench.event(Event::ReadAgain("settings.toml"));
    assert_eq!(bench.notice(), "settings.toml was changed and read again");
}

#[test]
fn every_command_can_be_run_from_the_palette_before_anybody_is_there() {
    let mut bench = Bench::with(Profiles { exists: false, ..Profiles::default() }, (80, 24));
    bench.keys("ctrl-p");
    bench.typed("demo");
    bench.keys("enter");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::StartDemo)));
    bench.keys("ctrl-p");
    bench.typed("go-rest");
    bench.keys("enter");
    assert_eq!(bench.notice(), "Not now: first choose who to be");
}

#[test]
fn words_that_name_a_key_name_the_one_in_effect() {
    let mut bench = Bench::rest();
    bench.event(settings(&["rest focus-address f9", "answer search f3", "browse go-rest f6"], "dark"));
    let shown = super::screens::screen(&bench, (120, 40));
    for words in ["f6 REST", "1 Identity", "f9      type an address", "f3      searches an answer"] {
        assert!(shown.contains(words), "{words} is missing in\n{shown}");
    }
}
