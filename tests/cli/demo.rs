//! `demo --serve`: what it prints, that others can use it, and that nothing is left.

use crate::support::{ran, run};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A serving demo, ended by a signal; killed if a test fails before.
struct Serving(Child);

impl Serving {
    fn start(args: &[&str], home: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orgdeck"));
        command.args(["demo", "--serve"]).args(args).env("HOME", home).env("XDG_CONFIG_HOME", home);
        Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        line
    }

    /// Ends it and gives its exit code and what it said on stderr.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let mut said = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.0.wait().unwrap().code(), said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn others_can_use_it_while_it_serves_and_nothing_is_left() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let home = tempfile::tempdir().unwrap();
        let mut serving = Serving::start(&["--json"], home.path());
        let line = serving.line();
        let card: Value = serde_json::from_str(&line).unwrap();
        let config = PathBuf::from(card["config"].as_str().unwrap());
        let org = &card["orgs"][0];
        for key in ["name", "kind", "login_url", "instance_url", "client_id", "private_key", "users"] {
            assert!(!org[key].is_null(), "{key} is missing in {line}");
        }
        let (username, note) = (org["users"][0]["username"].as_str().unwrap(), &org["users"][0]["note"]);
        assert!(note.is_string());
        let identity = run(&config, &["whoami", "--json"]).fine().json();
        assert_eq!(identity["username"], username);
        assert!(Path::new(org["private_key"].as_str().unwrap()).is_file());
        assert_eq!(serving.end(signal), (Some(0), String::new()), "{signal}");
        assert!(!config.exists(), "{} is left after {signal}", config.display());
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "the user's folders were touched");
    }
}

#[cfg(unix)]
#[test]
fn it_tells_people_what_they_need_on_the_port_they_want() {
    let home = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut serving = Serving::start(&["--port", &port.to_string()], home.path());
    let mut text = String::new();
    let mut lines = BufReader::new(serving.0.stdout.take().unwrap()).lines();
    while !text.contains("whoami") {
        text.push_str(&lines.next().unwrap().unwrap());
        text.push('\n');
    }
    for word in [
        format!("http://127.0.0.1:{port}"),
        "consumer key".into(),
        "private key".into(),
        "admin".into(),
        "--config".into(),
    ] {
        assert!(text.contains(&word), "{word} is missing in\n{text}");
    }
    // A second one cannot have the same port, and says so.
    let mut second = assert_cmd::Command::new(env!("CARGO_BIN_EXE_orgdeck"));
    let second = ran(second.args(["demo", "--serve", "--port", &port.to_string()]));
    assert_eq!((second.code, second.out.as_str()), (2, ""), "{second:?}");
    assert!(second.err.contains(&port.to_string()), "{}", second.err);
    assert_eq!(serving.end("-TERM").0, Some(0));
}
