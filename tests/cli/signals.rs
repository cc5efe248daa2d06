//! Signals while a command waits: nothing is left behind, and the terminal is as it was.

use crate::support::{World, config, run};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASSPHRASE: &str = "open sesame";

/// A host that lets everybody in, takes a request, begins an answer of 8 MiB and falls silent.
fn host_that_falls_silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let own = origin.clone();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).unwrap() > 0);
            }
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            reader.read_exact(&mut vec![0; length.unwrap_or(0)]).unwrap();
            if head.contains("/oauth2/token") {
                let token = format!(
                    "{{\"access_token\":\"00Dx!tokenofthetest\",\"instance_url\":\"{own}\",\"id\":\"{own}/id/00Dxx0000000001EAA/005xx0000000001AAA\"}}"
                );
                let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", token.len());
                stream.write_all(format!("{head}{token}").as_bytes()).unwrap();
            } else {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8388608\r\n\r\n")
                    .unwrap();
                stream.write_all(&vec![b'x'; 2 << 20]).unwrap();
                kept.push(stream);
            }
        }
    });
    origin
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap()).unwrap()
}

#[test]
fn a_signal_ends_a_request_and_takes_its_files_along() {
    let world = World::new();
    let key = world.demo.card().orgs[0].private_key.display().to_string();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let folder = config("k", &key, &host_that_falls_silent(), "a@b.c", "version = \"67.0\"");
        std::fs::write(folder.path().join("settings.toml"), "[answers]\nmemory_cap_mib = 1\n").unwrap();
        let temporary = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_orgdeck"))
            .arg("--config")
            .arg(folder.path())
            .args(["request", "POST", "/services/data/v67.0/x", "--json", "-d", "-"])
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&vec![0xFF; 2 << 20]).unwrap();
        drop(stdin);
        // The body that is sent, and the answer that is bigger than may be in memory.
        while names(temporary.path()).len() < 2 {
            assert!(child.try_wait().unwrap().is_none(), "{:?}", child.wait_with_output());
            std::thread::yield_now();
        }
        kill_process(pid(child.id()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), names(temporary.path())), (Some(code), Vec::new()), "{output:?}");
        // The org may have done it, and the history says so.
        let rows = run(folder.path(), &["history", "--json"]).fine().json();
        assert_eq!((rows[0]["method"].as_str(), rows[1].as_object()), (Some("POST"), None));
        assert!(rows[0]["failed"].as_str().unwrap().starts_with("Outcome unknown: POST http"), "{rows}");
    }
}

/// The terminal driver's modes, to be compared.
fn modes(master: &dyn MasterPty) -> String {
    let modes = master.get_termios().unwrap();
    format!("{:?} {:?} {:?}", modes.local_flags, modes.input_flags, modes.output_flags)
}

/// A config folder whose key is encrypted.
fn encrypted(world: &World) -> tempfile::TempDir {
    use pkcs8::pkcs5::pbes2::Parameters;
    let org = &world.demo.card().orgs[0];
    let params = Parameters::generate_pbkdf2_sha256_aes256cbc(1_000, &[7; 16], [9; 16]).unwrap();
    let der = pem::parse(std::fs::read_to_string(&org.private_key).unwrap()).unwrap().into_contents();
    let encrypted =
        pkcs8::PrivateKeyInfoRef::try_from(der.as_slice()).unwrap().encrypt_with_params(params, PASSPHRASE).unwrap();
    let folder = config(&org.client_id, "acme.key", &org.login_url, &org.users[0].username, "");
    let key: PathBuf = folder.path().join("acme.key");
    std::fs::write(key, pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()))).unwrap();
    folder
}

/// Runs `whoami` on a terminal up to the question for the passphrase, then does this; its exit code and all that it wrote.
fn asked(config: &Path, then: impl FnOnce(Pid, &mut dyn Write)) -> (u32, String) {
    let pair = native_pty_system().openpty(PtySize { rows: 40, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
    let before = modes(&*pair.master);
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orgdeck"));
    command.arg("--config");
    command.arg(config);
    command.arg("whoami");
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut keyboard = pair.master.take_writer().unwrap();
    let (mut all, mut byte) = (Vec::new(), [0]);
    while !all.ends_with(b"Passphrase: ") {
        reader.read_exact(&mut byte).unwrap();
        all.push(byte[0]);
    }
    assert_ne!(modes(&*pair.master), before, "what is typed is not echoed");
    then(pid(child.process_id().unwrap()), &mut *keyboard);
    let code = child.wait().unwrap().exit_code();
    assert_eq!(modes(&*pair.master), before, "the terminal was not given back");
    drop(pair.slave);
    // A terminal whose program has gone ends with an error on some systems.
    let _ = reader.read_to_end(&mut all);
    (code, String::from_utf8(all).unwrap())
}

#[test]
fn a_signal_at_the_passphrase_gives_the_terminal_back() {
    let world = World::new();
    let folder = encrypted(&world);
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        assert_eq!(asked(folder.path(), |pid, _| kill_process(pid, signal).unwrap()).0, code);
    }
}

#[test]
fn a_passphrase_is_typed_on_the_terminal_and_shown_nowhere() {
    let world = World::new();
    let folder = encrypted(&world);
    // What was mistyped is taken back by ctrl-u; ctrl-a is no text.
    let (code, shown) = asked(folder.path(), |_, keyboard| write!(keyboard, "wrong\x15{PASSPHRASE}\x01\r").unwrap());
    assert!(code == 0 && shown.contains("user id"), "{code} {shown}");
    assert!(!shown.contains("sesame") && !shown.contains("wrong"), "{shown}");
    let (code, shown) = asked(folder.path(), |_, keyboard| write!(keyboard, "x\x03").unwrap());
    assert_eq!((code, shown.contains("needs its passphrase")), (3, true), "{shown}");
}
