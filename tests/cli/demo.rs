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

#[cfg(unix)]
#[test]
fn it_prints_secrets_only_when_asked_and_ends_at_its_control_address() {
    let home = tempfile::tempdir().unwrap();
    let mut plain = Serving::start(&["--json"], home.path());
    let line = plain.line();
    assert!(!line.contains("client_secret") && !line.contains("password"), "{line}");
    let mut serving = Serving::start(&["--json", "--allow", "password,client-credentials"], home.path());
    let card: Value = serde_json::from_str(&serving.line()).unwrap();
    assert_eq!(card["orgs"][0]["client_secret"].as_str().unwrap().len(), 64);
    assert_eq!(card["orgs"][0]["run_as"], card["orgs"][0]["users"][2]["username"]);
    assert!(card["orgs"][1]["users"][0]["security_token"].is_string());
    // Ended from outside, as a script would.
    let control = &card["control"];
    let address = control["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let host = address.split('/').next().unwrap();
    let mut socket = std::net::TcpStream::connect(host).unwrap();
    let secret = control["secret"].as_str().unwrap();
    let request = format!(
        "POST /orgdeck/stop HTTP/1.1\r\nHost: {host}\r\nX-Orgdeck-Control: {secret}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    std::io::Write::write_all(&mut socket, request.as_bytes()).unwrap();
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
    assert!(!Path::new(card["config"].as_str().unwrap()).exists());
}

#[test]
fn what_cannot_be_had_is_told_before_anything_starts() {
    for (args, told) in [
        (["--fault", "teapot"], "no fault is called \"teapot\""),
        (["--fault", "503,who=me"], "\"who=me\" is no condition"),
        (["--fault", "503,percent=0"], "from 1 to 100"),
        (["--allow", "web"], "\"web\" cannot be allowed"),
    ] {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_orgdeck"));
        let refused = ran(command.args(["demo", "--serve"]).args(args));
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
        assert!(refused.err.contains(told), "{}", refused.err);
    }
}

#[cfg(unix)]
#[test]
fn its_bad_days_come_from_its_arguments() {
    let home = tempfile::tempdir().unwrap();
    let args = ["--json", "--fault", "503,path=/limits,times=1", "--fault", "420,user=sales", "--seed", "5"];
    let mut serving = Serving::start(&args, home.path());
    let card: Value = serde_json::from_str(&serving.line()).unwrap();
    let config = PathBuf::from(card["config"].as_str().unwrap());
    let ask = |who: &str| run(&config, &["-p", who, "request", "GET", "limits"]);
    let first = ask("acme/admin");
    assert_eq!(first.code, 1, "{first:?}");
    assert!(first.err.contains("503") || first.out.contains("SERVER_UNAVAILABLE"), "{first:?}");
    assert_eq!(ask("acme/admin").code, 0);
    assert_eq!(ask("acme/sales").code, 1);
    // Every kind is in the help.
    let help = ran(assert_cmd::Command::new(env!("CARGO_BIN_EXE_orgdeck")).args(["demo", "--help"]));
    for (_, name, does) in orgdeck::demo::Fault::ALL {
        let rest = help.out.lines().find_map(|line| line.trim_start().strip_prefix(name));
        assert!(rest.is_some_and(|rest| does.starts_with(rest.trim())), "{name}: {rest:?}");
    }
}
