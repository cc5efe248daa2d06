//! How fast jq runs over a body of 100 MB in its process, what memory that takes, and how fast a run is stopped.

#[path = "support/body.rs"]
mod body;

use divan::Bencher;
use orgdeck::json::Document;
use orgdeck::runtime::filter::Run;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

fn main() {
    divan::main();
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_orgdeck"))
}

fn document() -> &'static Arc<Document> {
    static DOCUMENT: OnceLock<Arc<Document>> = OnceLock::new();
    DOCUMENT.get_or_init(|| Arc::new(Document::parse(body::records(body::SIZE))))
}

/// Until the result is told; the process's end is not waited for by the screen either, but here it is part of the time.
#[divan::bench(args = [".records | length", "[.records[] | select(.IsWon) | .Id]"], sample_count = 5, sample_size = 1)]
fn hundred_megabytes(bencher: Bencher, text: &str) {
    document();
    bencher.bench_local(|| {
        let mut outputs = 0;
        Run::default().run(&program(), document(), text, |filtered| outputs = filtered.outputs);
        assert_eq!(outputs, 1);
    });
}

#[divan::bench(sample_count = 20)]
fn a_small_body(bencher: Bencher) {
    let small = Document::parse(body::records(10_000));
    bencher.bench_local(|| Run::default().run(&program(), &small, ".records | length", drop));
}

/// From the key to the end of a run that would never end, with 100 MB in its memory.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn stop(bencher: Bencher) {
    document();
    let start = || {
        let run = Arc::new(Run::default());
        let own = Arc::clone(&run);
        let thread = std::thread::spawn(move || own.run(&program(), document(), "def f: f; f", drop));
        while !run.is_started() {
            std::thread::yield_now();
        }
        std::thread::sleep(std::time::Duration::from_secs(2));
        (run, thread)
    };
    bencher.with_inputs(start).bench_local_values(|(run, thread)| {
        run.stop();
        thread
    });
}
