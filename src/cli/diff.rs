//! `diff`: two answers compared: of files, of stdin, of the history, or asked now. Only an address sends something, a GET,
//! and only that needs a profile.

use super::Exit;
use super::args::{Args, DiffArgs};
use super::client::Client;
use super::commands::finish;
use super::history::past;
use super::output::{Out, Stop, complain};
use super::request::told;
use crate::app::diff::{Compared, What, comparable};
use crate::json::diff::{Difference, Hunk, Lines};
use crate::json::{Document, NodeId, pretty};
use crate::request::{AnswerBody, Request};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Prints how two answers differ.
pub(super) fn run(args: &Args, asked: &DiffArgs) -> Exit {
    if asked.left == "-" && asked.right == "-" {
        complain("Only one of the two can be stdin");
        return Exit::Usage;
    }
    let mut client = None;
    let (left, right) = match side(args, &asked.left, &mut client)
        .and_then(|left| side(args, &asked.right, &mut client).map(|right| (left, right)))
    {
        Ok(sides) => sides,
        Err(exit) => return exit,
    };
    let Some(compared) = Compared::of(&left, &right, asked.ignore_volatile, &AtomicBool::new(false)) else {
        return Exit::Usage;
    };
    let mut out = Out::new();
    let printed = match (args.json, compared.same()) {
        (true, _) => as_json(&compared, &mut out),
        (false, true) => Ok(()),
        (false, false) => as_text(&compared, &asked.left, &asked.right, &mut out),
    };
    let exit = if compared.same() { Exit::Fine } else { Exit::Different };
    finish(printed, &mut out, exit)
}

/// The body that a side names. A file whose name begins like this is written `./history:1`.
fn side(args: &Args, name: &str, client: &mut Option<Client>) -> Result<AnswerBody, Exit> {
    let whole_address = |name: &&str| ["https://", "http://", "/services/"].iter().any(|begin| name.starts_with(begin));
    if let Some(number) = name.strip_prefix("history:") {
        return of_history(args, number);
    }
    match name.strip_prefix("get:").or_else(|| Some(name).filter(whole_address)) {
        Some(address) => asked_now(args, name, address, client),
        None => read(name).map_err(|why| usage(&why)),
    }
}

fn usage(why: &str) -> Exit {
    complain(why);
    Exit::Usage
}

/// An answer that was not kept whole would differ in what is missing.
fn of_history(args: &Args, number: &str) -> Result<AnswerBody, Exit> {
    let id = number.parse().map_err(|_| usage("history: wants a number\n  → orgdeck history lists them"))?;
    let exchange = past(args, id)?.exchange;
    if let Some(failure) = exchange.unanswered() {
        return Err(usage(&format!("Exchange {id} had no answer: {}", failure.title)));
    }
    if let Some(cut) = &exchange.cut {
        let hint = format!("orgdeck history send {id} asks again");
        return Err(usage(&format!("Exchange {id} cannot be compared: {}\n  → {hint}", cut.title)));
    }
    Ok(exchange.body)
}

/// One client for both sides: it logs in once.
fn asked_now(args: &Args, name: &str, address: &str, client: &mut Option<Client>) -> Result<AnswerBody, Exit> {
    let client = match client {
        Some(client) => client,
        None => client.insert(Client::new(args)?),
    };
    let ask = client.ask(Request::get(address).typed());
    let exchange = client.wait(ask, |org, ask| async move { org.ask(ask).await })?;
    match told(&exchange) {
        Exit::Fine if comparable(&exchange.body) => Ok(exchange.body),
        Exit::Fine => Err(usage(&format!("{name}: the answer is too big to be compared"))),
        exit => Err(exit),
    }
}

/// What is whole JSON is compared as that, else as text, else as bytes.
fn read(name: &str) -> Result<AnswerBody, String> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(Path::new(name)).map(|read| bytes = read)
    };
    read.map_err(|error| format!("{name} could not be read: {error}"))?;
    let document = Document::parse(bytes);
    if document.is_complete() {
        return Ok(AnswerBody::Json(Arc::new(document)));
    }
    Ok(match std::str::from_utf8(document.bytes()) {
        Ok(text) => AnswerBody::Text(text.into()),
        Err(_) => AnswerBody::Binary(document.bytes().into()),
    })
}

/// A value over this many bytes is cut.
const LONGEST: usize = 1 << 20;

/// As `diff -U0` prints it.
pub(super) fn as_text(compared: &Compared, left: &str, right: &str, out: &mut Out) -> Result<(), Stop> {
    out.line(&format!("--- {left}\n+++ {right}"))?;
    match &compared.what {
        What::Json { left, right, differences } => {
            for difference in differences {
                out.line(&format!("@@ {} @@", difference.path(left, right)))?;
                values('-', left, difference.left, out)?;
                values('+', right, difference.right, out)?;
            }
        }
        What::Text { left, right, hunks } => {
            for hunk in hunks {
                out.line(&format!("@@ -{} +{} @@", span(&hunk.left), span(&hunk.right)))?;
                lines('-', left, &hunk.left, out)?;
                lines('+', right, &hunk.right, out)?;
            }
        }
        What::Bytes(_) => out.line("The bytes differ")?,
    }
    Ok(())
}

fn values(mark: char, document: &Document, node: Option<NodeId>, out: &mut Out) -> Result<(), Stop> {
    let Some(node) = node else { return Ok(()) };
    for line in pretty(document, node, LONGEST).lines() {
        out.line(&format!("{mark}{line}"))?;
    }
    Ok(())
}

fn lines(
    mark: char,
    (text, lines): &(Arc<str>, Lines),
    range: &std::ops::Range<usize>,
    out: &mut Out,
) -> Result<(), Stop> {
    for line in range.clone() {
        out.line(&format!("{mark}{}", lines.get(text, line)))?;
    }
    Ok(())
}

/// As `diff -U0` and `patch` have it: the line before, where there is none.
fn span(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

/// As one object.
pub(super) fn as_json(compared: &Compared, out: &mut Out) -> Result<(), Stop> {
    out.text(&format!("{{\"same\":{},\"differences\":[", compared.same()))?;
    match &compared.what {
        What::Json { left, right, differences } => {
            for (at, difference) in differences.iter().enumerate() {
                separate(at, out)?;
                value_json(left, right, *difference, out)?;
            }
        }
        What::Text { left, right, hunks } => {
            for (at, hunk) in hunks.iter().enumerate() {
                separate(at, out)?;
                out.text(&hunk_json(left, right, hunk).to_string())?;
            }
        }
        What::Bytes(_) => {}
    }
    out.line("\n]}")
}

fn separate(at: usize, out: &mut Out) -> Result<(), Stop> {
    out.text(if at == 0 { "\n" } else { ",\n" })
}

/// The values as they stand in their texts: no number loses a digit.
fn value_json(left: &Document, right: &Document, difference: Difference, out: &mut Out) -> Result<(), Stop> {
    let path = serde_json::Value::from(difference.path(left, right));
    out.text(&format!("{{\"kind\":\"{}\",\"path\":{path}", difference.change().as_str()))?;
    for (name, document, node) in [("left", left, difference.left), ("right", right, difference.right)] {
        if let Some(node) = node {
            out.text(&format!(",\"{name}\":"))?;
            out.bytes(document.raw(node))?;
        }
    }
    out.text("}")
}

fn hunk_json(left: &(Arc<str>, Lines), right: &(Arc<str>, Lines), hunk: &Hunk) -> serde_json::Value {
    let lines = |(text, lines): &(Arc<str>, Lines), range: &std::ops::Range<usize>| -> Vec<String> {
        range.clone().map(|line| lines.get(text, line).to_owned()).collect()
    };
    let kind = match (hunk.left.len(), hunk.right.len()) {
        (0, _) => "added",
        (_, 0) => "removed",
        _ => "changed",
    };
    serde_json::json!({
        "kind": kind,
        "left_line": hunk.left.start + 1,
        "right_line": hunk.right.start + 1,
        "left": lines(left, &hunk.left),
        "right": lines(right, &hunk.right),
    })
}
