//! An answer in a file: all of it is walked, searched and filtered, a part of it at a time.

use super::screens::{screen, snap};
use super::support::{Bench, exchange};
use orgdeck::app::answer::{View, WINDOW, Window};
use orgdeck::app::event::Haystack;
use orgdeck::app::filter::Filterable;
use orgdeck::app::{Effect, Event};
use orgdeck::request::{AnswerBody, Spool};
use std::sync::Arc;

/// An answer of so many bytes, as the client lays it down.
fn answered(bench: &mut Bench, bytes: &[u8]) {
    let (mut file, path) = tempfile::NamedTempFile::new().unwrap().keep().unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    let head = bytes[..bytes.len().min(1 << 20)].to_vec();
    let spool = AnswerBody::Spooled(Arc::new(Spool { path, len: bytes.len() as u64, head }));
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    bench.answer(id, Ok(exchange(&ask.profile.id(), 200, "application/json", spool)));
}

fn lines(count: usize) -> Vec<u8> {
    (0..count).flat_map(|n| format!("{{\"line\":{n:>8},\"text\":\"日本\"}}\n").into_bytes()).collect()
}

/// Reads what is wanted, as the runtime would; whether something was.
fn read(bench: &mut Bench) -> bool {
    let Some(at) = bench.wanted.iter().rposition(|e| matches!(e, Effect::ReadSpool { .. })) else { return false };
    let Effect::ReadSpool { id, spool, from } = bench.wanted.remove(at) else { unreachable!() };
    let all = std::fs::read(&spool.path).unwrap();
    let from_byte = usize::try_from(from).unwrap();
    let to = all.len().min(from_byte + usize::try_from(WINDOW).unwrap());
    bench.event(Event::SpoolRead(id, Ok(Window { from, bytes: all[from_byte..to].into() })));
    true
}

/// The byte of the file with which the first row begins.
fn seen(bench: &Bench) -> u64 {
    orgdeck::app::rest::byte_at(bench.shown(), bench.shown().look.top)
}

/// The number of the first line that is seen.
fn number(bench: &Bench) -> usize {
    let long = lines(1).len() as u64;
    assert_eq!(seen(bench) % long, 0, "a row begins with a line");
    usize::try_from(seen(bench) / long).unwrap()
}

#[test]
fn all_of_it_is_walked_line_by_line_and_none_is_left_out() {
    let mut bench = Bench::rest();
    answered(&mut bench, &lines(60_000));
    assert_eq!((bench.shown().look.view, number(&bench)), (View::Raw, 0));
    bench.keys("end");
    assert!(read(&mut bench));
    let last = screen(&bench, (120, 40));
    assert!(last.contains("59999") && last.contains("99%"), "{last}");
    // Up from there over edges of what is held, then down again: each line follows the one before.
    for (key, step) in [("pgup", -1_i64), ("pgdn", 1)] {
        let mut before = number(&bench);
        let mut edges = 0;
        for _ in 0..3000 {
            bench.keys(key);
            edges += usize::from(read(&mut bench));
            let now = number(&bench);
            let moved = i64::try_from(now).unwrap() - i64::try_from(before).unwrap();
            assert!(moved * step >= 0 && moved.abs() <= 40, "{key}: from {before} to {now}");
            if moved == 0 {
                break;
            }
            before = now;
        }
        assert!(edges >= 2, "{key}: {edges}");
        assert_eq!(before == 0, step < 0, "{key} ended at {before}");
    }
    bench.keys("home");
    assert!(read(&mut bench));
    assert_eq!(number(&bench), 0);
    bench.keys("up");
    assert!(!read(&mut bench), "there is nothing before the beginning");
    // One row at a time over an edge.
    bench.state.rest.pages.current.as_mut().unwrap().look.top = usize::MAX;
    bench.keys("up");
    let before = number(&bench);
    for row in 1..=60 {
        bench.keys("down");
        read(&mut bench);
        assert_eq!(number(&bench), before + row);
    }
}

#[test]
fn what_has_no_lines_and_what_is_no_text_is_walked_as_well() {
    let mut bench = Bench::rest();
    answered(&mut bench, format!("[{}0]", "12345,".repeat(500_000)).as_bytes());
    bench.keys("end");
    assert!(read(&mut bench));
    let mut before = seen(&bench);
    let mut edges = 0;
    while before > 0 {
        bench.keys("pgup");
        edges += usize::from(read(&mut bench));
        let now = seen(&bench);
        assert!(now < before && before - now <= 40 * 120, "from {before} to {now}");
        before = now;
    }
    assert!(edges >= 2);
    bench.keys("w");
    assert!(bench.notice().contains("always wrapped"), "{}", bench.notice());
    let bytes: Vec<u8> = (0..3_000_000_u32).flat_map(|n| n.to_be_bytes()).collect();
    answered(&mut bench, &bytes);
    assert_eq!(bench.shown().look.view, View::Hex);
    bench.keys("end");
    assert!(read(&mut bench));
    assert!(screen(&bench, (120, 40)).contains("00b71af0  00 2d c6 bc"), "{}", screen(&bench, (120, 40)));
}

#[test]
fn a_match_anywhere_in_it_is_shown_and_a_late_or_failed_reading_changes_nothing() {
    let mut bench = Bench::rest();
    answered(&mut bench, &lines(60_000));
    bench.keys("/");
    bench.typed("54321");
    let at = bench.wanted.iter().rposition(|e| matches!(e, Effect::Find { .. })).unwrap();
    let Effect::Find { id, haystack: Haystack::File(spool), needle, .. } = bench.wanted.remove(at) else { panic!() };
    let found = super::support::search(&Haystack::File(spool), &needle, None, orgdeck::json::Direction::Forward);
    bench.event(Event::Found(id, found));
    assert!(read(&mut bench));
    assert!(screen(&bench, (120, 40)).contains("\"line\":   54321"));
    bench.keys("enter home");
    let late = bench.wanted.iter().rev().find_map(|e| match e {
        Effect::ReadSpool { id, .. } => Some(*id),
        _ => None,
    });
    bench.keys("end home");
    bench.event(Event::SpoolRead(late.unwrap(), Ok(Window { from: 0, bytes: (*b"TOO LATE").into() })));
    assert!(!screen(&bench, (120, 40)).contains("TOO LATE"));
    let at = bench.wanted.iter().rposition(|e| matches!(e, Effect::ReadSpool { .. })).unwrap();
    let Effect::ReadSpool { id, .. } = bench.wanted.remove(at) else { panic!() };
    bench.event(Event::SpoolRead(id, Err("gone".to_owned())));
    assert_eq!(bench.notice(), "The answer's file cannot be read: gone");
    bench.keys("home");
    assert!(read(&mut bench), "it is tried again");
}

#[test]
fn a_filter_runs_over_the_file() {
    let mut bench = Bench::rest();
    answered(&mut bench, format!("[{}0]", "1,".repeat(1 << 20)).as_bytes());
    bench.keys("|");
    bench.typed("length");
    let over = bench.wanted.iter().rev().find_map(|e| match e {
        Effect::Filter { over, program, .. } => Some((over.clone(), program.clone())),
        _ => None,
    });
    let Some((Filterable::File(spool), program)) = over else { panic!("{over:?}") };
    assert_eq!((spool.len, program.as_str()), ((1 << 21) + 3, ".length"));
    bench.keys("esc");
    answered(&mut bench, &[b'x'; 3 << 20]);
    bench.keys("|");
    assert!(bench.notice().starts_with("Only JSON"), "{}", bench.notice());
}

#[test]
fn the_file_is_seen_with_its_place() {
    let middle = |bench: &mut Bench| {
        answered(bench, &lines(60_000));
        bench.keys("end");
        read(bench);
        bench.keys("pgup pgup");
    };
    snap("spooled", middle, Bench::rest_of);
}
