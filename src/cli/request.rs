//! `request METHOD ADDRESS`: one exchange, its body on stdout.

use super::Exit;
use super::args::{Args, RequestArgs};
use super::client::Client;
use super::commands::finish;
use super::jq;
use super::keep::Beside;
use super::output::{Out, Stop, complain, fail};
use crate::json::filter::check;
use crate::json::pretty;
use crate::request::{AnswerBody, Exchange, Failure, Pair, Request, RequestBody, Spool, Streamed, Trust, curl};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::NamedTempFile;
use tokio::sync::Notify;

/// Longest text from stdin in which variables are looked for, in bytes: as that of a file.
const LONGEST_TEXT: u64 = 1 << 20;

/// Runs it.
pub(super) fn run(args: &Args, asked: &RequestArgs) -> Exit {
    let mut spool = None;
    let request = match request(asked, &mut spool) {
        Ok(request) => request,
        Err(why) => {
            complain(&why);
            return Exit::Usage;
        }
    };
    // A mistake in the filter is told before anything is sent.
    if let Some(Err(error)) = asked.jq.as_deref().map(check) {
        complain(&jq::wrong(asked.jq.as_deref().unwrap_or_default(), &error));
        return Exit::Usage;
    }
    let mut client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    if let Err(exit) = client.take_variables(&asked.variables) {
        return exit;
    }
    let mut out = Out::new();
    if let Some(program) = &asked.jq {
        return jq::run(&client, request, program, asked.raw, &mut out);
    }
    if args.json || asked.include || out.is_terminal() {
        whole(&client, args, asked, request, &mut out)
    } else {
        streamed(&client, request, out)
    }
}

/// A text from stdin is as one that was typed; bytes, and what is too long to look for variables in, go by a file.
fn from_stdin(spool: &mut Option<NamedTempFile>) -> Result<RequestBody, String> {
    let broken = |error: std::io::Error| format!("stdin could not be read: {error}");
    let mut begun = Vec::new();
    std::io::stdin().take(LONGEST_TEXT + 1).read_to_end(&mut begun).map_err(broken)?;
    let long = begun.len() as u64 > LONGEST_TEXT;
    let begun = match String::from_utf8(begun) {
        Ok(text) if !long => return Ok(RequestBody::Text(text)),
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let mut file = tempfile::Builder::new().prefix("orgdeck-stdin-").tempfile().map_err(broken)?;
    file.write_all(&begun).map_err(broken)?;
    std::io::copy(&mut std::io::stdin(), &mut file).map_err(broken)?;
    let path = file.path().to_owned();
    *spool = Some(file);
    Ok(RequestBody::File(path))
}

/// `spool` holds what came by stdin for as long as it is needed.
pub(super) fn request(asked: &RequestArgs, spool: &mut Option<NamedTempFile>) -> Result<Request, String> {
    let mut headers = Vec::new();
    for header in &asked.headers {
        let (name, value) =
            header.split_once(':').ok_or_else(|| format!("A header is written Name: value, not {header}"))?;
        headers.push(Pair::new(name.trim(), value.trim()));
    }
    let body = match asked.data.as_deref() {
        None if !asked.form.is_empty() => {
            let (text, kind) = curl::form(&asked.form)?;
            headers.push(Pair::new("Content-Type", kind));
            RequestBody::Text(text)
        }
        None => RequestBody::Empty,
        // As curl has it, too.
        Some("-" | "@-") => from_stdin(spool)?,
        Some(text) => match text.strip_prefix('@') {
            Some(path) => RequestBody::File(PathBuf::from(path)),
            None => RequestBody::Text(text.to_owned()),
        },
    };
    Ok(Request {
        method: asked.method.to_ascii_uppercase(),
        address: asked.address.clone(),
        params: Vec::new(),
        headers,
        body,
        trust: Trust::Typed,
    })
}

/// For a person, or for one object: the answer is held whole.
fn whole(client: &Client, args: &Args, asked: &RequestArgs, request: Request, out: &mut Out) -> Exit {
    let exchange = match client.wait(client.ask(request), |org, ask| async move { org.ask(ask).await }) {
        Ok(exchange) => exchange,
        Err(exit) => return exit,
    };
    let printed = if args.json { object(&exchange, out) } else { body_for_people(&exchange, asked.include, out) };
    let exit = told(&exchange);
    finish(printed, out, exit)
}

/// Tells what should be known of an answer; how the command ends for it.
pub(super) fn told(exchange: &Exchange) -> Exit {
    for note in &exchange.notes {
        complain(&format!("note: {note}"));
    }
    if let Some(failure) = &exchange.cut {
        return fail(failure);
    }
    match &exchange.trouble {
        Some(failure) => fail(failure),
        None if exchange.ok() || exchange.status < 400 => Exit::Fine,
        None => Exit::Org,
    }
}

/// The body as it came, laid out on a terminal.
pub(super) fn body_for_people(exchange: &Exchange, include: bool, out: &mut Out) -> Result<(), Stop> {
    if include {
        out.line(&format!("{} {}", exchange.version, exchange.status))?;
        for (name, value) in &exchange.headers {
            out.line(&format!("{name}: {value}"))?;
        }
        out.line("")?;
    }
    match &exchange.body {
        AnswerBody::Empty => Ok(()),
        AnswerBody::Json(document) => match document.root().filter(|_| out.is_terminal() && document.error().is_none())
        {
            Some(root) => out.line(&pretty(document, root, usize::MAX)),
            None => out.bytes(document.bytes()),
        },
        AnswerBody::Text(text) if out.is_terminal() && !text.ends_with('\n') => out.line(text),
        AnswerBody::Text(text) => out.text(text),
        AnswerBody::Binary(bytes) if out.is_terminal() => {
            complain(&format!("The body is {} bytes that are no text: send it to a file with > FILE", bytes.len()));
            Ok(())
        }
        AnswerBody::Binary(bytes) => out.bytes(bytes),
        AnswerBody::Spooled(spool) => pour(&mut std::fs::File::open(&spool.path)?, out),
    }
}

/// Everything as one JSON object. A body that is JSON stands in it as it came.
pub(super) fn object(exchange: &Exchange, out: &mut Out) -> Result<(), Stop> {
    let timing = &exchange.timing;
    let ms = |d: std::time::Duration| d.as_secs_f64() * 1e3;
    let head = json!({
        "status": exchange.status,
        "url": exchange.url,
        "who": exchange.who.to_string(),
        "with_identity": exchange.with_identity,
        "headers": exchange.headers,
        "notes": exchange.notes,
        "timing": {
            "login_ms": timing.login.map(ms), "connect_ms": timing.connect.map(ms), "wait_ms": ms(timing.wait),
            "body_ms": ms(timing.body), "index_ms": ms(timing.index), "total_ms": ms(timing.total),
        },
    });
    let head = head.to_string();
    out.text(head.strip_suffix('}').unwrap_or(&head))?;
    out.text(",\"body\":")?;
    match &exchange.body {
        AnswerBody::Json(document) if document.error().is_none() => {
            out.text(String::from_utf8_lossy(document.bytes()).trim())?
        }
        AnswerBody::Empty => out.text("null")?,
        AnswerBody::Json(document) => out.text(&json!(String::from_utf8_lossy(document.bytes())).to_string())?,
        AnswerBody::Text(text) => out.text(&json!(&**text).to_string())?,
        AnswerBody::Binary(bytes) => out.text(&json!({ "base64": BASE64.encode(bytes) }).to_string())?,
        AnswerBody::Spooled(spool) => spooled(spool, out)?,
    }
    out.line("}")
}

/// A body in a file: as it stands where it is JSON, else as a text. It is read twice rather than held.
fn spooled(spool: &Spool, out: &mut Out) -> Result<(), Stop> {
    let open = || std::fs::File::open(&spool.path).map(BufReader::new);
    let is_json = serde_json::from_reader::<_, serde::de::IgnoredAny>(open()?).is_ok();
    let mut file = open()?;
    if !is_json {
        let text = std::io::read_to_string(&mut file);
        let text = text.map_or_else(|_| json!({ "bytes": spool.len }), |text| json!(text));
        return out.text(&text.to_string());
    }
    pour(&mut file, out)
}

/// All of a file, in pieces.
fn pour(file: &mut impl Read, out: &mut Out) -> Result<(), Stop> {
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(()),
            n => out.bytes(piece.get(..n).unwrap_or_default())?,
        }
    }
}

/// For a program: the body goes out as it arrives.
fn streamed(client: &Client, request: Request, out: Out) -> Exit {
    let (most, kept) = (client.keeper.most(), Arc::new(Mutex::new(Streamed::default())));
    let out = Arc::new(Mutex::new((out, None::<Stop>)));
    let closed = Arc::new(Notify::new());
    let result = client.wait(client.ask(request.clone()), |org, ask| {
        let (out, closed, kept) = (Arc::clone(&out), Arc::clone(&closed), Arc::clone(&kept));
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Streamed::default();
        async move {
            let stop = Arc::clone(&closed);
            let sink = move |bytes: &[u8]| {
                kept.lock().unwrap_or_else(PoisonError::into_inner).add(bytes, most);
                let mut held = out.lock().unwrap_or_else(PoisonError::into_inner);
                if held.1.is_none()
                    && let Err(why) = held.0.bytes(bytes)
                {
                    held.1 = Some(why);
                    closed.notify_one();
                }
            };
            tokio::select! {
                done = org.stream(ask, sink) => done.map(Some),
                // Nobody reads: the rest of the answer is not waited for.
                () = stop.notified() => Ok::<_, Failure>(None),
            }
        }
    });
    if let Ok(Some(exchange)) = &result {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // What was no good answer did not go out and is in the exchange.
        let streamed = Some(kept).filter(|_| exchange.body.is_empty());
        let beside = Beside { streamed, ..Beside::default() };
        client.keeper.keep(&client.org, &request, exchange, &client.variables, beside);
    }
    let mut held = out.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(stop) = held.1.take() {
        return stop.exit();
    }
    match result {
        // An answer that tells of an error is kept whole rather than streamed.
        Ok(Some(exchange)) => {
            let printed = body_for_people(&exchange, false, &mut held.0);
            let exit = told(&exchange);
            finish(printed, &mut held.0, exit)
        }
        Ok(None) => Exit::Fine,
        Err(exit) => exit,
    }
}
