//! What a search finds, against one that decodes everything and looks.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::super::{Direction, Document, Needle, count, find};
use super::model::model;
use super::whole;

/// Whether a text holds a needle, character by character.
fn holds(text: &str, needle: &str) -> bool {
    !ranges(text, needle).is_empty()
}

fn ranges(text: &str, needle: &str) -> Vec<std::ops::Range<usize>> {
    let sensitive = needle.chars().any(char::is_uppercase);
    let equal = |wanted: char, seen: char| {
        let mut upper = wanted.to_uppercase();
        wanted == seen || (!sensitive && upper.next() == Some(seen) && upper.next().is_none())
    };
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let wanted: Vec<char> = needle.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at + wanted.len() <= characters.len() {
        let window = &characters[at..at + wanted.len()];
        if window.iter().zip(&wanted).all(|((_, seen), wanted)| equal(*wanted, *seen)) {
            let end = characters.get(at + wanted.len()).map_or(text.len(), |(end, _)| *end);
            found.push(window[0].0..end);
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

fn naive(document: &Document, needle: &str) -> Vec<u32> {
    let holds = |node: &u32| {
        let scalar = document.child_count(*node) == 0 && !matches!(document.raw(*node).first(), Some(b'{' | b'['));
        document.key(*node).is_some_and(|key| holds(&key, needle)) || (scalar && holds(&document.text(*node), needle))
    };
    (0..document.len() as u32).filter(holds).collect()
}

fn check(document: &Document, text: &str) -> Result<(), TestCaseError> {
    let needle = Needle::new(text).unwrap();
    let never = AtomicBool::new(false);
    let matches = naive(document, text);
    let (mut walked, mut at) = (Vec::new(), None);
    for _ in &matches {
        at = find(document, &needle, at, Direction::Forward, &never);
        walked.push(at.unwrap());
    }
    prop_assert_eq!(&walked, &matches, "{:?}", text);
    prop_assert_eq!(find(document, &needle, None, Direction::Backward, &never), matches.last().copied());
    for node in 0..document.len() as u32 {
        let next = matches.iter().find(|found| **found > node).or(matches.first()).copied();
        prop_assert_eq!(find(document, &needle, Some(node), Direction::Forward, &never), next);
        let before = matches.iter().rev().find(|found| **found < node).or(matches.last()).copied();
        prop_assert_eq!(find(document, &needle, Some(node), Direction::Backward, &never), before);
        let upto = matches.iter().filter(|found| **found <= node).count();
        prop_assert_eq!(count(document, &needle, node, &never), (matches.len(), upto));
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_match_is_found_and_nothing_else(
        value in model("[abAB\"\\\\/n\nu0é É,:{]{0,6}"), blanks in any::<u64>(), needle in "[abAB\"\\\\/n\nu0é É,:{]{1,3}",
    ) {
        check(&whole(&value.render(blanks)), &needle)?;
    }

    #[test]
    fn words_and_numbers_match_as_they_stand(value in model("[tru]{0,3}"), needle in "(t|ru|TRUE|null|[0-9]|e|-)") {
        check(&whole(&value.render(0)), &needle)?;
    }

    #[test]
    fn ranges_mark_what_matches(text in "[abABéÉßſK ]{0,12}", needle in "[abABéÉß]{1,2}") {
        prop_assert_eq!(Needle::new(&needle).unwrap().ranges(&text), ranges(&text, &needle));
    }
}

fn first(document: &Document, needle: &str) -> Option<u32> {
    find(document, &Needle::new(needle).unwrap(), None, Direction::Forward, &AtomicBool::new(false))
}

#[test]
fn a_capital_makes_the_case_matter() {
    let document = whole(r#"{"Name":"acme","note":"ACME É"}"#);
    assert_eq!(first(&document, "acme"), Some(1));
    assert_eq!(first(&document, "ACME"), Some(2));
    assert_eq!(first(&document, "name"), Some(1));
    assert_eq!(first(&document, "é"), Some(2));
    assert_eq!(first(&document, "Acme"), None);
    assert!(Needle::new("").is_none());
}

#[test]
fn an_escape_is_read_as_what_it_says() {
    let document = whole(r#"["a\nb","\u0061c\u006DE","\\u0041","tab\/le"]"#);
    assert_eq!(first(&document, "nb"), None);
    assert_eq!(first(&document, "a\nb"), Some(1));
    assert_eq!(first(&document, "acme"), Some(2));
    assert_eq!(first(&document, "A"), None);
    assert_eq!(first(&document, "\\u0041"), Some(3));
    assert_eq!(first(&document, "b/l"), Some(4));
}

#[test]
fn punctuation_between_values_is_no_text() {
    let document = whole(r#"{"a":"b","c":["d",1,2],"e":"x, y"}"#);
    assert_eq!(first(&document, "1,2"), None);
    assert_eq!(first(&document, "\""), None);
    assert_eq!(first(&document, ":"), None);
    assert_eq!(first(&document, ", y"), document.lookup(".e"));
}

#[test]
fn long_strings_are_searched_across_windows() {
    let window = 64 * 1024;
    for filler in ["x", "é", "\\n"] {
        for before in [window - 3, window - 2, window, 2 * window - 4, 3 * window + 1] {
            for spelled in ["needle", "n\\u0065edle"] {
                let count = before / filler.len();
                let text = format!(r#"["{}{spelled}{}","other"]"#, filler.repeat(count), filler.repeat(count));
                let document = whole(&text);
                assert_eq!(first(&document, "needle"), Some(1), "{filler} {before} {spelled}");
                assert_eq!(first(&document, "needles"), None);
                let needle = Needle::new("needle").unwrap();
                let never = AtomicBool::new(false);
                assert_eq!(find(&document, &needle, Some(2), Direction::Backward, &never), Some(1));
                assert_eq!(super::super::count(&document, &needle, 2, &never), (1, 1));
            }
        }
    }
}

#[test]
fn many_records_are_walked_across_windows() {
    let records: Vec<String> =
        (0..2500).map(|n| format!(r#"{{"Id":"{n:05}","Note":"line\u002d{}"}}"#, n % 7)).collect();
    let document = whole(&format!("[{}]", records.join(",")));
    let never = AtomicBool::new(false);
    let needle = Needle::new("e-3").unwrap();
    let expected = naive(&document, "e-3");
    let (mut forward, mut at) = (Vec::new(), None);
    for _ in 0..expected.len() {
        at = find(&document, &needle, at, Direction::Forward, &never);
        forward.push(at.unwrap());
    }
    assert_eq!(forward, expected);
    let (mut backward, mut at) = (Vec::new(), None);
    for _ in 0..expected.len() {
        at = find(&document, &needle, at, Direction::Backward, &never);
        backward.push(at.unwrap());
    }
    backward.reverse();
    assert_eq!(backward, expected);
    assert_eq!(count(&document, &needle, expected[9], &never), (expected.len(), 10));
}

#[test]
fn a_search_that_is_stopped_finds_nothing() {
    let document = whole(r#"["a"]"#);
    let stopped = AtomicBool::new(true);
    let needle = Needle::new("a").unwrap();
    assert_eq!(find(&document, &needle, None, Direction::Forward, &stopped), None);
    assert_eq!(find(&document, &needle, None, Direction::Backward, &stopped), None);
    assert_eq!(count(&document, &needle, 1, &stopped), (0, 0));
}
