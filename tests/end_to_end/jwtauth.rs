//! The article's own story on the screen: a user name is set, the login sent to `orgdeck serve`, its variables fill, and the
//! identity is asked for with them. And a body in the user's own editor.

use crate::home::Home;
use crate::org::{Org, private};
use crate::term::{ENTER, ESC, Term};
use orgdeck::demo::Options;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

/// How every token of the demo's production org begins.
const TOKEN: &str = "00D5i000004RkQw!";

/// The article's server. Ends when it is dropped.
struct Serve {
    child: Child,
    url: String,
    key: String,
}

impl Serve {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["--config", "../config", "serve", "--port", "0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("orgdeck starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let card: Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| card[name].as_str().expect("a text").to_owned();
        Self { child, url: text("url"), key: text("key") }
    }

    fn interrupt(mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(pid, Signal::INT).expect("the signal is sent");
        assert!(self.child.wait().expect("its end").success());
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_articles_story_on_the_screen() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let serve = Serve::start(&home);
    let login = format!(
        "name = \"Log in\"\nmethod = \"POST\"\naddress = \"{}\"\nheaders = [\"X-Orgdeck-Key: {}\"]\nbody = '{{\"sub\": \"{{{{username}}}}\"}}'\n{}",
        serve.url,
        serve.key,
        [
            ("accessToken", ".access_token"),
            ("endpoint", ".instance_url"),
            ("IdURL", ".id"),
            ("tokenType", ".token_type")
        ]
        .map(|(name, path)| format!("\n[[capture]]\nset = \"{name}\"\njq = \"{path}\"\n"))
        .concat()
    );
    private(&home.config().join("requests/Article/login.toml"), &login);
    let who =
        "name = \"Who am I\"\naddress = \"{{IdURL}}\"\nheaders = [\"Authorization: {{tokenType}} {{accessToken}}\"]";
    private(&home.config().join("requests/Article/who.toml"), who);
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Ada Quill");
    // The user name, as in the article's environment.
    term.press("4").shows("accessToken").press("n").press("username=admin@acme.example").press(ENTER);
    term.until("the user name as one's own", |s| s.lines().any(|l| l.contains("yours") && l.contains("admin@acme")));
    // The login, sent to the server.
    term.press("2").shows("▸ limits").press("t").shows("Article").press("/").press("log in").shows("POST");
    term.press(ENTER).press(ENTER).shows("/api/jwtauth").press(ENTER).shows("200 OK").shows("access_token");
    assert_eq!(org.seen("POST", "/services/oauth2/token"), 2, "one's own login, and the server's");
    // The variables fill.
    term.press("4");
    for name in ["accessToken", "endpoint", "IdURL", "tokenType"] {
        term.until(format_args!("{name} captured"), |screen| {
            screen.lines().any(|line| line.contains(name) && line.contains("captured"))
        });
    }
    // Who it is, with the token that was given, then further into the org.
    term.press("2").press("t").press(ESC).shows("Who am I").press("/").press("who am").shows("GET");
    term.press(ENTER).press(ENTER).shows("{{IdURL}}").press(ENTER);
    term.shows_all(&["200 OK", "admin@acme.example", "display_name"]);
    term.press("a").shows("complete").press("\x15{{endpoint}}/services/data/v{{version}}/limits").press(ENTER);
    term.shows_all(&["200 OK", "DailyApiRequests"]);
    term.press("q");
    assert_eq!(term.ended(), 0);
    serve.interrupt();
}

#[test]
fn a_body_is_edited_in_the_users_own_editor_and_nothing_is_left() {
    let org = Org::start(Options::default());
    let mut home = org.home("kind = \"demo\"");
    let script = home.config().join("editor.sh");
    private(
        &script,
        "#!/bin/sh\nls -ld \"$(dirname \"$1\")\" \"$1\" > \"$SEEN\"\ncat \"$1\" >> \"$SEEN\"\nprintf '{\"Name\": \"edited\"}\\n' > \"$1\"\n",
    );
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let seen = home.config().join("seen.txt");
    home.set("EDITOR", script.as_os_str());
    home.set("SEEN", seen.as_os_str());
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Ada Quill").press("2").shows("▸ limits").press("b").shows("format");
    term.press("{\"t\": \"{{accessToken}}\"}").shows("{{accessToken}}").press("\x1bOS").shows("{\"Name\": \"edited\"}");
    let seen = std::fs::read_to_string(seen).unwrap();
    let modes: Vec<&str> = seen.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
    assert!(modes[0].starts_with("drwx------") && modes[1].starts_with("-rw-------"), "{seen}");
    assert!(seen.contains("{\"t\": \"{{accessToken}}\"}") && !seen.contains(TOKEN), "{seen}");
    term.press(ESC).hides("f7 format").press("q");
    assert_eq!(term.ended(), 0);
    home.is_untouched();
}
