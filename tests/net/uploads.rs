//! Bodies that are streamed: of several pieces, and of a length that no memory should hold.

use crate::listener::{Listener, answer, client};
use orgdeck::wire::{Body, Clearance, Outgoing, Part, Phase, Progress, WireError};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use url::Url;

fn put(url: Url, body: Body) -> Outgoing {
    let (method, headers) = (http::Method::PUT, Vec::new());
    Outgoing { method, url, headers, body, clearance: Clearance::Free, repeat: false }
}

fn quiet() -> Progress {
    Arc::new(|_| ())
}

#[tokio::test]
async fn pieces_go_out_one_behind_the_other() {
    let listener = Listener::start(|_, _| answer(200, &[], "")).await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let inside = vec![0xfe_u8; 200_000];
    file.write_all(&inside).unwrap();
    let empty = tempfile::NamedTempFile::new().unwrap();
    let parts = vec![
        Part::Bytes("before ".into()),
        Part::File(file.path().to_owned()),
        Part::File(empty.path().to_owned()),
        Part::Bytes("".into()),
        Part::Bytes(" after".into()),
    ];
    let told = Arc::new(Mutex::new(Vec::new()));
    let list = Arc::clone(&told);
    let progress: Progress = Arc::new(move |phase| {
        if let Phase::Sending { sent, total } = phase {
            list.lock().unwrap().push((sent, total));
        }
    });
    client().send(put(listener.url("/"), Body::Parts(parts)), &progress).await.unwrap();
    let seen = listener.seen().pop().unwrap();
    let whole = [b"before ".as_slice(), &inside, b" after"].concat();
    assert_eq!((seen.header("content-length"), seen.body == whole), (Some("200013"), true));
    assert_eq!(told.lock().unwrap().last(), Some(&(200_013, Some(200_013))));
    // A file that is gone is told before anything is sent.
    let gone = file.path().with_extension("gone");
    let parts = vec![Part::Bytes("x".into()), Part::File(gone.clone())];
    let told = client().send(put(listener.url("/"), Body::Parts(parts)), &quiet()).await.err().unwrap();
    assert!(matches!(&told, WireError::File { path, .. } if *path == gone), "{told:?}");
    assert_eq!(listener.seen().len(), 1);
}

/// A host that counts what it is sent and keeps none of it.
fn counting() -> (Url, std::thread::JoinHandle<u64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let counted = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut one = [0_u8; 1];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut one).unwrap();
            head.push(one[0]);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length: u64 = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap();
        let counted = std::io::copy(&mut (&mut stream).take(length), &mut std::io::sink()).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        counted
    });
    (url, counted)
}

/// The most memory that this process had, in KiB, where the system tells.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Set where the test runs in a process of its own: in one with other tests, their memory would be counted too.
#[cfg(target_os = "linux")]
const ALONE: &str = "ORGDECK_TEST_ALONE";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn two_gigabytes_take_no_more_memory_than_two_megabytes() {
    if std::env::var_os(ALONE).is_none() {
        let name = "uploads::two_gigabytes_take_no_more_memory_than_two_megabytes";
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let out = alone.args(["--exact", name, "--nocapture"]).env(ALONE, "1").output().unwrap();
        let told = [out.stdout, out.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert!(out.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    const LONG: u64 = (2 << 30) + 5;
    let file = tempfile::NamedTempFile::new().unwrap();
    // A hole: it takes no room on the disk.
    for (length, body) in [
        (2 << 20, Body::File(file.path().to_owned())),
        (LONG, Body::File(file.path().to_owned())),
        (LONG, Body::Parts(vec![Part::Bytes("{}".into()), Part::File(file.path().to_owned())])),
    ] {
        file.as_file().set_len(length).unwrap();
        let before = most_memory();
        let extra = if matches!(body, Body::Parts(_)) { 2 } else { 0 };
        let (url, counted) = counting();
        client().send(put(url, body), &quiet()).await.unwrap();
        assert_eq!(counted.join().unwrap(), length + extra);
        if length == LONG {
            let more = most_memory() - before;
            assert!(more < 16 << 10, "{more} KiB more than before");
        }
    }
}
