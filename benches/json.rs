//! How fast a big answer is indexed, folded, searched and read for one frame. Makes its own body of 100 MB; prints what
//! memory the process holds, on Linux.

use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use divan::{Bencher, black_box};
use orgdeck::json::{Direction, Document, Needle, NodeId, Outline, Table, find};

/// Bytes of the body.
const SIZE: usize = 100_000_000;

fn main() {
    print_memory("at start");
    let document = document();
    let outline = Outline::new(document);
    print_memory("with document and outline");
    print_line(&format!(
        "{} bytes, {} nodes, {} rows, {} bytes of text and index",
        document.bytes().len(),
        document.len(),
        outline.rows(),
        document.memory()
    ));
    divan::main();
}

#[expect(clippy::print_stdout, reason = "a benchmark talks on stdout")]
fn print_line(text: &str) {
    println!("{text}");
}

fn print_memory(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")) {
        print_line(&format!("memory {when}: {line}"));
    }
}

/// Query answers as an org gives them: nested attributes and owner, strings, numbers, booleans, null.
fn body() -> Vec<u8> {
    let mut text = String::with_capacity(SIZE + 1024);
    text.push_str(r#"{"totalSize":400000,"done":true,"records":["#);
    let mut number = 0u64;
    while text.len() < SIZE {
        let id = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
        let comma = if number == 0 { "" } else { "," };
        let (amount, month, day, won) = (id % 900_000, id % 12 + 1, id % 28 + 1, id.is_multiple_of(3));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"{comma}{{"attributes":{{"type":"Opportunity","url":"/services/data/v67.0/sobjects/Opportunity/006{id:012x}AAA"}},"Id":"006{id:012x}AAA","Name":"Order {number}","StageName":"Negotiation","Amount":{amount}.50,"Probability":{day},"CloseDate":"2026-{month:02}-{day:02}","IsWon":{won},"NextStep":null,"Owner":{{"attributes":{{"type":"User","url":"/services/data/v67.0/sobjects/User/005{month:012x}AAA"}},"Name":"Ada Byron"}},"LastModifiedDate":"2026-11-24T09:00:00.000+0000"}}"#
        );
        number += 1;
    }
    text.push_str("]}");
    text.into_bytes()
}

fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| Document::parse(body()))
}

fn records() -> NodeId {
    document().lookup(".records").unwrap_or_default()
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn parse(bencher: Bencher) {
    bencher.with_inputs(|| document().bytes().to_vec()).bench_values(Document::parse);
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn fold_all(bencher: Bencher) {
    let mut outline = Outline::new(document());
    bencher.bench_local(|| outline.fold_from(document(), 1));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn fold_every_record(bencher: Bencher) {
    let mut outline = Outline::new(document());
    bencher.bench_local(|| outline.fold_from(document(), 2));
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn toggle_one_among_folded_records(bencher: Bencher) {
    let mut outline = Outline::new(document());
    outline.fold_from(document(), 2);
    let record = outline.node_at(1000).unwrap_or_default();
    bencher.bench_local(|| outline.set_folded(document(), record, !outline.is_folded(record)));
}

#[divan::bench]
fn jump_to_end(bencher: Bencher) {
    let outline = Outline::new(document());
    bencher.bench_local(|| outline.node_at(black_box(outline.rows()) - 1));
}

#[divan::bench(args = ["nosuchword", "NoSuchWord", "unbekannt: größer"], sample_count = 20, sample_size = 1)]
fn missing_search(bencher: Bencher, word: &str) {
    let never = AtomicBool::new(false);
    bencher.bench_local(|| Needle::new(word).and_then(|it| find(document(), &it, None, Direction::Forward, &never)));
}

/// One frame of 60 rows, everything open or every record folded, at the beginning, the middle and the end.
#[divan::bench(args = ["open, first", "open, middle", "open, last", "folded, first", "folded, middle", "folded, last"])]
fn frame(bencher: Bencher, place: &str) {
    let document = document();
    let mut outline = Outline::new(document);
    if place.starts_with("folded") {
        outline.fold_from(document, 2);
    }
    let rows = outline.rows();
    let first = match place {
        _ if place.ends_with("first") => 0,
        _ if place.ends_with("middle") => rows / 2,
        _ => rows - 60,
    };
    bencher.bench_local(|| {
        for row in first..first + 60 {
            let Some(node) = outline.node_at(row) else { continue };
            black_box((document.key(node), document.preview(node, 120), document.child_count(node)));
            black_box((document.depth(node), document.index(node), document.path(node), outline.is_folded(node)));
        }
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn table(bencher: Bencher) {
    bencher.bench_local(|| Table::of(document(), records(), &["attributes"]));
}

/// One frame of 60 records, all columns.
#[divan::bench]
fn table_frame(bencher: Bencher) {
    let Some(table) = Table::of(document(), records(), &["attributes"]) else { return };
    let first = table.rows() / 2;
    bencher.bench_local(|| {
        for row in first..first + 60 {
            for column in 0..table.columns().len() {
                black_box(table.cell(document(), row, column).map(|node| document().preview(node, 40)));
            }
        }
    });
}
