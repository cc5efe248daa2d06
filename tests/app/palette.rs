//! The palette, keys of the user's own, themes.

use super::screens::screen;
use super::support::{Bench, accounts, asks_first, profiles};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::SettingsRead;
use orgdeck::app::help::HelpRow;
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

fn help_keys(bench: &Bench) -> Vec<(String, String)> {
    let Some(Dialog::Help(help)) = &bench.state.dialog else { panic!("no help") };
    let rows = orgdeck::app::help::rows(&bench.state, help);
    rows.into_iter()
        .filter_map(|row| match row {
            HelpRow::Keys(keys, words) => Some((keys, words)),
            HelpRow::Gap | HelpRow::Scope(_) => None,
        })
        .collect()
}

#[test]
fn what_is_typed_in_the_help_leaves_what_fits_to_it() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, "{\"a\":1}");
    bench.keys("?");
    let all = help_keys(&bench).len();
    bench.keys("pgdn");
    bench.typed("jq path");
    let found = help_keys(&bench);
    assert!(found.len() < 5 && found.iter().any(|(keys, _)| keys == "Y"), "{found:?}");
    assert!(matches!(&bench.state.dialog, Some(Dialog::Help(help)) if help.top == 0));
    bench.keys("ctrl-u");
    assert_eq!(help_keys(&bench).len(), all);
    // By its key, by its name in the settings, words in any order; letters that are keys elsewhere are text.
    for (typed, keys) in [("ctrl-o", "ctrl-o"), ("next-match", "n"), ("theme kq", ""), ("again send", "r")] {
        bench.keys("ctrl-u");
        bench.typed(typed);
        let found = help_keys(&bench);
        let there = found.iter().any(|(own, _)| own.split(' ').any(|one| one == keys));
        assert_eq!((there, found.is_empty()), (!keys.is_empty(), keys.is_empty()), "{typed}: {found:?}");
    }
    bench.event(Event::Pasted(" q".to_owned()));
    assert!(bench.state.dialog.is_some());
    bench.keys("esc");
    assert!(bench.state.dialog.is_none(), "esc closes it");
}

/// The words that name keys, with every key of theirs given to something else.
#[test]
fn words_on_the_screen_name_the_keys_that_are_set() {
    let mut bench = Bench::rest();
    let wishes = [
        "browse cancel f9",
        "rest close-tab f10",
        "rest new-tab f11",
        "rest reopen-tab f12",
        "answer-table more-pages f3",
        "question confirm Z",
        "address complete ctrl-l",
        "answer next-view f7",
        "diff cancel f6",
        "filter-line complete ctrl-l",
    ];
    bench.event(settings(&wishes, ""));
    assert!(bench.state.problems.is_empty(), "{:?}", bench.state.problems);
    let seen = |bench: &Bench, words: &str| {
        let all = screen(bench, (120, 40));
        assert!(all.contains(words), "{words}:\n{all}");
    };
    bench.keys("]");
    assert_eq!(bench.notice(), "There is only this tab: f11 opens another");
    bench.keys("a");
    bench.typed("li");
    seen(&bench, " ctrl-l takes the first");
    bench.typed("mits");
    bench.keys("enter");
    seen(&bench, "f9 cancels");
    bench.page(200, &accounts(0, 3, 9, Some("/services/data/v67.0/query/01g-3")));
    bench.keys("w");
    assert!(bench.notice().ends_with(": f7 leads there"), "{}", bench.notice());
    bench.keys("f11");
    bench.typed("SELECT Id FROM Account");
    bench.keys("enter");
    bench.page(200, &accounts(0, 3, 9, Some("/services/data/v67.0/query/01g-3")));
    seen(&bench, "f3 loads more rows");
    bench.keys("f10");
    assert_eq!(bench.notice(), "Closed: f12 opens it again");
    bench.keys("|");
    seen(&bench, " ctrl-l ");
    bench.keys("esc = enter");
    seen(&bench, "f6 cancels");
    bench.keys("f6 X");
    bench.keys("a");
    bench.typed("POST sobjects/Account");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    bench.answer(id, Err(asks_first(&ask)));
    seen(&bench, "Z send it");
    bench.keys("Z");
    assert_eq!(bench.notice(), "Read it first: Z counts from now on");
}
