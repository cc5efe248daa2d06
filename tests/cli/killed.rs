//! A process that writes history is killed at random points, two hundred times: the file is always whole, and all that was
//! acknowledged is in it.
//!
//! The process is this test program itself: the test `writer` writes where it is told to, and does nothing else.

use orgdeck::json::Document;
use orgdeck::profile::{HistorySettings, ProfileId};
use orgdeck::request::{AnswerBody, Exchange, Record, Request, Timing, Variables};
use orgdeck::store::history::{Archive, HISTORY_FILE};
use rusqlite::Connection;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

const FILE: &str = "ORGDECK_TEST_HISTORY";
/// Small bounds, so that old exchanges go while new ones come.
const BOUNDS: HistorySettings = HistorySettings { on: true, keep: 300, body_kib: 8, total_mib: 1 };

fn record(number: usize) -> Record {
    let body = format!("{{\"number\":{number},\"text\":\"{}\"}}", "words of some length ".repeat(number % 40));
    let exchange = Exchange {
        who: ProfileId { app: "acme".to_owned(), username: format!("user{}", number % 7) },
        at: jiff::Timestamp::UNIX_EPOCH,
        method: "GET".to_owned(),
        url: "https://acme.example/limits".to_owned(),
        sent_headers: Vec::new(),
        sent_bytes: 0,
        with_identity: true,
        status: 200,
        version: "HTTP/2",
        headers: Vec::new(),
        body: AnswerBody::Json(Arc::new(Document::parse(body.into_bytes()))),
        wire_bytes: 1,
        timing: Timing::default(),
        notes: Vec::new(),
        cut: None,
        trouble: None,
    };
    Record::new(Arc::new(exchange), Request::get("limits"), &Variables::new())
}

/// Writes until it is killed, telling each number once it is kept. Without a file it has nothing to do.
#[test]
fn writer() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let (mut archive, told) = Archive::open(Path::new(&file), BOUNDS).unwrap();
    assert_eq!(told, None, "a killed one leaves nothing to set aside");
    let mut out = std::io::stdout();
    for number in 0.. {
        let id = archive.keep(&record(number)).unwrap();
        writeln!(out, "kept {id}").and_then(|()| out.flush()).unwrap();
        if number % 11 == 10 {
            archive.forget(id).unwrap();
        }
    }
}

/// Kills it this often; when, is told by the seed and the machine.
fn kill(seed: u64, times: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HISTORY_FILE);
    let mut dice = seed;
    let mut roll = move |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    };
    let mut kept = 0;
    for round in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::writer", "--nocapture", "--test-threads=1"])
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number = |line: String| line.split_once("kept ").and_then(|(_, id)| id.trim().parse::<i64>().ok());
        let mut acknowledged = Vec::new();
        // Now and then before anything is kept, while the file is being made.
        let wanted = usize::try_from(roll(12)).unwrap();
        while acknowledged.len() < wanted {
            let line =
                lines.next().unwrap_or_else(|| panic!("seed {seed}, round {round}: it ended by itself")).unwrap();
            acknowledged.extend(number(line));
        }
        // A moment that is another one each time.
        (0..roll(200_000)).for_each(|n| {
            std::hint::black_box(n);
        });
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(lines.map_while(Result::ok).filter_map(number));
        kept += acknowledged.len();
        if file.exists() {
            whole(&file, &acknowledged, &format!("seed {seed}, round {round}"));
        }
    }
    assert!(kept > times, "only {kept} were kept");
}

/// That the file is in order, and that what was acknowledged last is in it.
fn whole(file: &Path, acknowledged: &[i64], when: &str) {
    let (archive, told) = Archive::open(file, BOUNDS).unwrap();
    assert_eq!(told, None, "{when}");
    let db = Connection::open(file).unwrap();
    let text = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(text("PRAGMA integrity_check"), "ok", "{when}");
    db.execute("INSERT INTO words (words) VALUES ('integrity-check')", []).unwrap();
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("SELECT count FROM total"), number("SELECT count(*) FROM exchange"), "{when}");
    assert_eq!(number("SELECT count(*) FROM entry"), number("SELECT count(*) FROM exchange"), "{when}");
    assert_eq!(number("SELECT bytes FROM total"), number("SELECT coalesce(sum(weight), 0) FROM exchange"), "{when}");
    let mut ids = db.prepare("SELECT id FROM exchange").unwrap();
    let there: HashSet<i64> = ids.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    // The eleventh of each round was deleted by the writer itself.
    for (_, id) in acknowledged.iter().enumerate().filter(|(at, _)| at % 11 != 10) {
        assert!(there.contains(id), "{when}: {id} was acknowledged and is gone");
        assert!(archive.entry(*id).unwrap().is_some(), "{when}: {id}");
    }
}

macro_rules! seeds {
    ($($name:ident $seed:literal)*) => { $(#[test] fn $name() { kill($seed, 50); })* };
}

seeds! {
    killed_fifty_times_1 1
    killed_fifty_times_2 2
    killed_fifty_times_3 3
    killed_fifty_times_4 4
}
