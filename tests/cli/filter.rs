//! The process that runs filters: what it gives, what it is not allowed, and that it can be stopped.

use super::support::orgdeck;
use orgdeck::app::filter::Filtered;
use orgdeck::json::Document;
use orgdeck::request::Spool;
use orgdeck::runtime::filter::{Given, Limits, Run};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_orgdeck"))
}

fn filtered(program_text: &str, body: &str) -> Filtered {
    let document = Document::parse(body.as_bytes().to_vec());
    let mut came = None;
    Run::default().run(&program(), &document, program_text, |filtered| came = Some(filtered));
    came.expect("it was not stopped")
}

fn text(filtered: &Filtered) -> String {
    String::from_utf8(filtered.document.as_ref().expect("there is a result").bytes().to_vec()).unwrap()
}

fn what(filtered: Filtered) -> String {
    filtered.trouble.expect("something is wrong").what
}

#[test]
fn outputs_come_as_one_document() {
    let body = r#"{"a":[1,"x",null]}"#;
    assert_eq!(text(&filtered(".a | length", body)), "3");
    let all = filtered(".a[]", body);
    assert_eq!((text(&all).as_str(), all.outputs), ("[\n1,\n\"x\",\nnull\n]", 3));
    let none = filtered("empty", body);
    assert_eq!((text(&none).as_str(), none.outputs), ("[]", 0));
    assert_eq!(text(&filtered("nan, infinite | [.]", "0")), "[\n[\n  null\n],\n[\n  1.7976931348623157e308\n]\n]");
}

/// A file that goes when this is dropped, as the client lays an answer down that is too big for memory.
fn spooled(bytes: &[u8]) -> Spool {
    let (mut file, path) = tempfile::NamedTempFile::new().unwrap().keep().unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
    Spool { path, len: bytes.len() as u64, head: Vec::new() }
}

#[test]
fn an_answer_in_a_file_is_read_by_the_child() {
    let spool = spooled(format!("[{}]", vec!["{\"a\":1}"; 100_000].join(",")).as_bytes());
    let run = |spool: &Spool, text: &str| {
        let mut came = None;
        Run::default().run(&program(), Given::File(spool), text, |filtered| came = Some(filtered));
        came.expect("it was not stopped")
    };
    assert_eq!(text(&run(&spool, "map(.a) | add")), "100000");
    assert!(what(run(&spooled(b"no json"), ".")).starts_with("the body is no JSON"));
    let gone = Spool { path: "/nowhere/at/all".into(), len: 1, head: Vec::new() };
    assert!(what(run(&gone, ".")).starts_with("the answer's file cannot be read"));
    #[cfg(target_os = "linux")]
    {
        let tight = Run::within(Limits { memory: 256 << 20, seconds: 30, output: 1 << 20 });
        let mut told = None;
        tight.run(&program(), Given::File(&spool), "[range(1e9)]", |filtered| told = Some(what(filtered)));
        assert!(told.unwrap().contains("more than 256 MB of memory"));
    }
}

#[test]
fn a_mistake_tells_its_place() {
    let wrong = filtered(".a | nosuch", "{}").trouble.unwrap();
    assert_eq!((wrong.at, wrong.what.as_str()), (Some(5), "there is no nosuch/0"));
    assert!(what(filtered(".a", "[1]")).starts_with("cannot index"), "{:?}", filtered(".a", "[1]"));
}

#[test]
fn nothing_of_the_environment_is_seen() {
    assert!(what(filtered("env", "1")).contains("no env/0"));
    assert!(what(filtered("$ENV.HOME", "1")).contains("$ENV"));
    assert!(what(filtered("input", "1")).contains("no input/0"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_hostile_filter_runs_into_its_limits() {
    let tight = |program_text: &str| {
        let seconds = if program_text == "def f: f; f" { 1 } else { 30 };
        let run = Run::within(Limits { memory: 256 << 20, seconds, output: 1 << 20 });
        let mut came = None;
        run.run(&program(), &Document::parse(b"1".to_vec()), program_text, |filtered| came = Some(filtered));
        came.expect("it was not stopped")
    };
    let deep = format!("{}1{}", "(".repeat(200_000), ")".repeat(200_000));
    for (hostile, wanted) in [
        ("[\"x\" * 1000 | ., ., ., .] | until(false; . + .)", "more than 256 MB of memory"),
        ("def f: 1 + f; f", "calls itself too often"),
        ("def f: f; f", "after 1 s of computing"),
        ("[range(1e9)]", "more than 256 MB of memory"),
        (&deep, "calls itself too often"),
        ("[range(300000)]", "too big"),
    ] {
        let told = what(tight(hostile));
        assert!(told.contains(wanted), "{:.40}: {told}", hostile);
    }
    let endless = tight("repeat(\"x\" * 1000)");
    assert!(endless.cut && endless.outputs > 500, "what fits is shown");
}

#[test]
fn one_that_never_ends_is_stopped_at_once_and_says_nothing() {
    let run = Arc::new(Run::default());
    let (sender, ended) = channel();
    let other = Arc::clone(&run);
    let thread = std::thread::spawn(move || {
        let document = Document::parse(b"1".to_vec());
        let mut told = false;
        other.run(&program(), &document, "def f: f; f", |_| told = true);
        sender.send(told).unwrap();
    });
    while !run.is_started() {
        std::thread::yield_now();
    }
    assert!(ended.try_recv().is_err(), "it runs");
    run.stop();
    assert!(!ended.recv().unwrap(), "a run that was stopped tells nothing");
    thread.join().unwrap();
    // One that is stopped before it begins does not begin.
    let document = Document::parse(b"1".to_vec());
    run.run(&program(), &document, "def f: f; f", |_| panic!("it was stopped"));
}

#[test]
fn the_child_ends_with_whoever_asked() {
    let mut child = std::process::Command::new(program());
    child.arg("filter-child").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut child = child.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    use std::io::Write;
    for limit in [1_u64 << 30, 30, 1 << 20] {
        stdin.write_all(&limit.to_le_bytes()).unwrap();
    }
    for (kind, text) in [("", "def f: f; f"), ("b", "1")] {
        stdin.write_all(kind.as_bytes()).unwrap();
        stdin.write_all(&(text.len() as u64).to_le_bytes()).unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn it_is_not_in_the_help() {
    let folder = tempfile::tempdir().unwrap();
    let help = orgdeck(folder.path()).arg("--help").output().unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("filter-child"));
}
