//! How fast a big answer is indexed, folded, searched and read for one frame. Makes its own body of 100 MB; prints what
//! memory the process holds, on Linux.

#[path = "support/body.rs"]
mod body;

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use divan::{Bencher, black_box};
use orgdeck::json::{Direction, Document, Needle, NodeId, Outline, Table, find};

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

fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| Document::parse(body::records(body::SIZE)))
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
