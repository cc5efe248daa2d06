//! How long it takes to compare two answers of 10 MB: records in another order with some changed, records without ids,
//! and texts. The documents are indexed before, as they are when a user compares them.

#[path = "support/body.rs"]
mod body;

use divan::{Bencher, black_box};
use orgdeck::app::diff::Compared;
use orgdeck::json::Document;
use orgdeck::request::AnswerBody;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const SIZE: usize = body::SIZE / 10;

fn main() {
    divan::main();
}

fn json(text: String) -> AnswerBody {
    AnswerBody::Json(Arc::new(Document::parse(text.into_bytes())))
}

/// The records backwards, each hundredth changed.
fn changed(text: &str) -> String {
    let (head, list) = text.split_once("\"records\":[").unwrap_or((text, ""));
    let list = list.trim_end_matches("]}");
    let mut records: Vec<String> = list.split(",{\"attributes\":{\"type\":\"Opp").map(str::to_owned).collect();
    for (at, record) in records.iter_mut().enumerate() {
        if at > 0 {
            *record = format!("{{\"attributes\":{{\"type\":\"Opp{record}");
        }
        if at % 100 == 0 {
            *record = record.replace("Negotiation", "Closed");
        }
    }
    records.reverse();
    format!("{head}\"records\":[{}]}}", records.join(","))
}

fn bodies(change: impl Fn(&str) -> String) -> (AnswerBody, AnswerBody) {
    let text = String::from_utf8(body::records(SIZE)).unwrap_or_default();
    let other = change(&text);
    (json(text), json(other))
}

fn measure(bencher: Bencher, (left, right): &(AnswerBody, AnswerBody), wanted: impl Fn(usize) -> bool) {
    let compare = || Compared::of(black_box(left), black_box(right), false, &AtomicBool::new(false));
    assert!(compare().is_some_and(|compared| wanted(compared.count())), "another number of differences was expected");
    bencher.bench_local(compare);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn records_backwards_each_hundredth_changed(bencher: Bencher) {
    measure(bencher, &bodies(changed), |count| (200..400).contains(&count));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn records_that_are_the_same(bencher: Bencher) {
    measure(bencher, &bodies(str::to_owned), |count| count == 0);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn every_record_of_another_id(bencher: Bencher) {
    measure(bencher, &bodies(|text| text.replace("\"006", "\"007")), |count| count > 40_000);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn records_without_ids_every_second_gone(bencher: Bencher) {
    let without = |text: &str| text.replace("\"Id\"", "\"Nr\"");
    let (left, _) = bodies(str::to_owned);
    let text = |body: &AnswerBody| body.json().map(|d| String::from_utf8_lossy(d.bytes()).into_owned());
    let text = without(&text(&left).unwrap_or_default());
    let mut at = 0;
    let kept: Vec<&str> = text
        .split_inclusive("},")
        .filter(|piece| {
            at += usize::from(piece.starts_with("{\"attributes\":{\"type\":\"Opp"));
            at % 2 == 0
        })
        .collect();
    let other = kept.concat();
    measure(bencher, &(json(text), json(other)), |count| count > 0);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn lines_each_tenth_changed(bencher: Bencher) {
    let line = |n: usize, side: &str| {
        if n.is_multiple_of(10) { format!("{side} {n}") } else { format!("a line of some length, {n}") }
    };
    let text = |side: &str| AnswerBody::Text((0..330_000).map(|n| line(n, side) + "\n").collect::<String>().into());
    measure(bencher, &(text("left"), text("right")), |count| count == 33_000);
}
