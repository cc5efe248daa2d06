//! Nobody to be yet: the welcome screen's two ways on.

use crate::home::Home;
use crate::org::{private, profiles};
use crate::served::Served;
use crate::term::{CTRL_C, Term};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

#[test]
fn a_first_profile_is_written_in_the_editor_and_logs_in() {
    let served = Served::start(&[]);
    let mut home = Home::new();
    let ready = home.path().join("ready.toml");
    let key = std::fs::read_to_string(served.org("private_key")).unwrap();
    let profile = profiles(served.org("client_id"), served.org("login_url"), "kind = \"sandbox\"");
    private(&ready, &profile.replace("acme.key", &home.path().join("acme.key").display().to_string()));
    private(&home.path().join("acme.key"), &key);
    // It tells how it found the terminal, keeps the template, and writes the profile in its place.
    let editor = "#!/bin/sh\nstty -a > tty.txt\ncp \"$2\" template.toml\ncat ready.toml > \"$2\"\n";
    private(&home.path().join("editor.sh"), editor);
    std::fs::set_permissions(home.path().join("editor.sh"), std::fs::Permissions::from_mode(0o700)).unwrap();
    home.set("EDITOR", "./editor.sh --wait");
    let mut term = Term::start(&home, &[]);
    term.shows_all(&["There is no profile yet in", "write a profile", "try the demo org"]).press("p");
    // A profile may call itself a sandbox's: what the org says is stricter, and counts.
    term.shows_all(&["acme ▸ admin@acme.example", "Ada Quill", "PRODUCTION"]);
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let tty = read("tty.txt");
    assert!(
        tty.contains(" icanon") && tty.contains(" echo ") && !tty.contains("-icanon"),
        "the editor's terminal: {tty}"
    );
    assert_eq!(read("template.toml"), include_str!("../../assets/profiles.toml"));
    // The keys are orgdeck's again.
    term.press("2").shows("▸ limits").press(CTRL_C);
    assert_eq!(term.ended(), 0);
    term.given_back();
    let written: Vec<PathBuf> = home.files().into_iter().filter(|p| p.ends_with("profiles.toml")).collect();
    let [file] = written.as_slice() else { panic!("{written:?}") };
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    served.interrupt();
}

#[test]
fn the_welcome_screen_starts_the_demo_and_nothing_is_left() {
    let home = Home::new();
    let mut term = Term::start(&home, &[]);
    term.shows("try the demo org").press("d");
    // A profile may call itself a sandbox's: what the org says is stricter, and counts.
    term.shows_all(&["acme ▸ admin@acme.example", "DEMO", "Acme Harbour Works"]).press("q");
    assert_eq!(term.ended(), 0);
    home.is_untouched();
}

#[test]
fn files_that_are_changed_outside_are_picked_up_and_a_chosen_theme_is_kept() {
    let served = Served::start(&[]);
    let mut home = Home::new();
    home.set("COLORTERM", "truecolor");
    let config = home.config();
    let key = std::fs::read_to_string(served.org("private_key")).unwrap();
    private(&config.join("acme.key"), &key);
    let people = profiles(served.org("client_id"), served.org("login_url"), "kind = \"sandbox\"");
    private(&config.join("profiles.toml"), &people);
    private(&config.join("settings.toml"), "# mine\n[keys.browse]\ngo-rest = \"f9\"\n");
    let mut term = Term::start(&home, &["--config", &config.display().to_string()]);
    term.shows("Ada Quill").press("2").press("\x1b[20~").shows("▸ limits");
    // The terminal gets the focus: another key, and a theme with its background.
    let settings = "# mine\n[keys.browse]\ngo-rest = \"f10\"\nhelp = \"q\"\n[screen]\ntheme = \"dusk\"\n";
    private(&config.join("settings.toml"), settings);
    term.press("\x1b[I").shows("settings.toml was changed and read again: 1 problem");
    term.until_terminal("dusk's background", |screen| {
        screen.cell(0, 0).is_some_and(|cell| cell.bgcolor() == vt100::Color::Rgb(0x1b, 0x1e, 0x2e))
    });
    term.press("!").shows_all(&["settings.toml:4:8", "`q` is `quit`"]).press("\x1b").hides("`q` is `quit`");
    term.press("\x10").shows("a few letters").press("theme: paper").press("\r").shows("paper is kept in settings.toml");
    let kept = std::fs::read_to_string(config.join("settings.toml")).unwrap();
    assert_eq!(kept, settings.replace("dusk", "paper"));
    private(&config.join("profiles.toml"), &format!("{people}[apps.further]\nclient_id = 7\n"));
    term.press("\x1b[I").shows("profiles.toml was changed and read again");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    term.given_back();
    served.interrupt();
}
