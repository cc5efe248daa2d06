//! Several orgdecks on one config at once: none is in another's way, and the files stay as they are.

use crate::org::Org;
use crate::term::{ENTER, Term};
use orgdeck::demo::Options;
use std::process::Stdio;

#[test]
fn two_screens_and_many_commands_share_one_config() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let read = || std::fs::read_to_string(home.config().join("profiles.toml")).unwrap();
    let before = read();
    let mut one = Term::start(&home, &["--config", "../config"]);
    let mut two = Term::start(&home, &["--config", "../config", "-p", "acme/sales"]);
    let commands: Vec<_> = (0..6)
        .map(|n| {
            let user = if n % 2 == 0 { "acme/admin" } else { "acme/sales" };
            let mut command =
                home.command(&["--config", "../config", "-p", user, "query", "SELECT COUNT() FROM Account"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    one.shows_all(&["acme ▸ admin@acme.example", "Ada Quill"]);
    two.shows_all(&["acme ▸ sales@acme.example", "Northern Sales"]);
    for term in [&mut one, &mut two] {
        term.press("2").shows("▸ limits").press("a").shows("complete").press("limits").press(ENTER).shows("200 OK");
    }
    for command in commands {
        let done = command.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && said.contains("in all"), "{said}");
    }
    for term in [&mut one, &mut two] {
        term.press("q");
        assert_eq!(term.ended(), 0);
        term.given_back();
    }
    assert_eq!(read(), before);
    home.is_untouched();
}
