//! stdout as a terminal and as a pipe: what an org sends steers no terminal, comes to a program as it is, and a reader
//! who goes away is no error.

use crate::support::{World, config, host_that_says, run};
use orgdeck::demo::Options;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// Escape sequences, a bell, a C1 control, a text turned round, a tab and letters of several bytes.
const HOSTILE: &[u8] = "{\"a\":\"\u{1b}]0;pwned\u{7}\u{9b}2J\u{202e}x\ty é日\"}\u{1b}[2J".as_bytes();

/// All that a run writes to a terminal of its own.
fn on_terminal(config: &Path, args: &[&str]) -> (u32, String) {
    let pair = native_pty_system().openpty(PtySize { rows: 40, cols: 300, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orgdeck"));
    command.arg("--config");
    command.arg(config);
    command.args(args);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut all = Vec::new();
    // A terminal whose program has gone ends with an error on some systems.
    let _ = reader.read_to_end(&mut all);
    (child.wait().unwrap().exit_code(), String::from_utf8(all).unwrap())
}

fn hostile(world: &World) -> tempfile::TempDir {
    let key = world.demo.card().orgs[0].private_key.display().to_string();
    config("k", &key, &host_that_says("text/plain; charset=utf-8", HOSTILE), "a@b.c", "version = \"67.0\"")
}

#[test]
fn what_an_org_sends_steers_no_terminal() {
    let world = World::new();
    let folder = hostile(&world);
    let (code, shown) = on_terminal(folder.path(), &["request", "GET", "/services/data/v67.0/x", "-i"]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("pwned") && shown.contains("é日"), "{shown}");
    for acting in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'] {
        assert!(!shown.contains(acting), "{acting:?} went to the terminal: {shown:?}");
    }
}

#[test]
fn a_program_gets_the_bytes_as_they_are() {
    let world = World::new();
    let folder = hostile(&world);
    let ran = run(folder.path(), &["request", "GET", "/services/data/v67.0/x"]);
    assert_eq!((ran.code, ran.out.as_bytes()), (0, HOSTILE));
}

#[test]
fn json_is_written_for_people_on_a_terminal_only() {
    let world = World::new();
    let (code, shown) = on_terminal(&world.config, &["request", "GET", "limits"]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("\r\n  \"DailyApiRequests\": {"), "{shown}");
    let (_, shown) = on_terminal(&world.config, &["query", "SELECT Id, Name FROM Account LIMIT 1"]);
    assert!(shown.starts_with("Id  ") && shown.contains("1 row\r\n"), "{shown}");
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let world = World::with(Options { scale: 20_000, ..Options::default() });
    for args in [
        &["query", "SELECT Id, Name, AccountId FROM Contact", "--format", "csv"][..],
        &["query", "SELECT Id, Name, AccountId FROM Contact"],
        &["query", "SELECT Id, Name, AccountId FROM Contact", "--format", "table"],
        &["request", "GET", "SELECT Id, Name, AccountId, Account.Name FROM Contact"],
        &["request", "GET", "SELECT Id, Name, AccountId, Account.Name FROM Contact", "--json"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_orgdeck"))
            .arg("--config")
            .arg(&world.config)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 16];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), told.as_ref()), (Some(0), ""), "{args:?}");
    }
}
