//! The form in which an exchange is kept: JSON and bodies, deflated, without secrets and bounded. And back again.

use super::strip::{Strip, keeps_bodies};
use crate::json::Document;
use crate::request::{
    AnswerBody, Exchange, Failure, FailureKind, Pair, Past, PastRow, Record, Request, RequestBody, Timing, Trust,
};
use crate::secret::MASK;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How much further than what is kept a body is looked through, so that no secret is cut in two.
const BEYOND: usize = 8 << 10;
/// The most that anything unpacks to, in bytes.
const LARGEST: u64 = 128 << 20;

/// An exchange as it is written.
pub(super) struct Packed {
    pub address: String,
    pub url: String,
    /// Everything but the answer's body.
    pub about: Vec<u8>,
    /// The answer's body, or its beginning.
    pub answer: Vec<u8>,
    /// What is searched: the request's texts, the answer's.
    pub request_text: String,
    pub answer_text: String,
    /// Why there was no answer; empty where there was one.
    pub failed: String,
}

/// What the answer's body was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Shape {
    Empty,
    Json,
    Text,
    Binary,
    /// It was one of those that are never kept.
    Withheld,
}

#[derive(Serialize, Deserialize)]
struct About {
    params: Vec<(bool, String, String)>,
    request_headers: Vec<(bool, String, String)>,
    text: Option<String>,
    file: Option<PathBuf>,
    sent_headers: Vec<(String, String)>,
    sent_bytes: u64,
    with_identity: bool,
    version: String,
    headers: Vec<(String, String)>,
    wire_bytes: u64,
    /// Login, connect, wait, body, index, total; microseconds.
    timing: [Option<u64>; 6],
    notes: Vec<String>,
    cut: Option<Told>,
    trouble: Option<Told>,
    shape: Shape,
    /// Whether it was typed by hand. What a collection was allowed to read, it is not allowed by way of the history.
    #[serde(default)]
    typed: bool,
    /// Whether all of the body is kept.
    whole: bool,
}

#[derive(Serialize, Deserialize)]
struct Told {
    title: String,
    detail: String,
    hint: Vec<String>,
    facts: Vec<(String, String)>,
}

/// Makes of a record what is written; at most `most` bytes of each body are kept.
pub(super) fn pack(record: &Record, most: usize) -> std::io::Result<Packed> {
    let strip = Strip::of(&record.secrets);
    let exchange = &record.exchange;
    let bodies = keeps_bodies(record);
    let mut request = strip.request(&record.request, bodies);
    if let RequestBody::Text(text) = &mut request.body
        && text.len() > most
    {
        // What is missing is marked, so that a part is never sent for the whole.
        text.truncate(beginning(text, most).len());
        text.push_str(MASK);
    }
    let (shape, answer, whole) = answer(record, &strip, bodies, most);
    let told = |failure: &Failure| Told {
        title: strip.text(&failure.title),
        detail: strip.text(beginning(&failure.detail, most)),
        hint: failure.hint.iter().map(|hint| strip.text(hint)).collect(),
        facts: failure.facts.iter().map(|(label, value)| (label.clone(), strip.text(value))).collect(),
    };
    let pairs = |pairs: &[Pair]| pairs.iter().map(|p| (p.on, p.name.clone(), p.value.clone())).collect::<Vec<_>>();
    let about = About {
        params: pairs(&request.params),
        request_headers: pairs(&request.headers),
        text: match &request.body {
            RequestBody::Text(text) => Some(text.clone()),
            RequestBody::Empty | RequestBody::File(_) => None,
        },
        file: match &request.body {
            RequestBody::File(path) => Some(path.clone()),
            RequestBody::Empty | RequestBody::Text(_) => None,
        },
        sent_headers: strip.headers(&exchange.sent_headers),
        sent_bytes: exchange.sent_bytes,
        with_identity: exchange.with_identity,
        version: exchange.version.to_owned(),
        headers: strip.headers(&exchange.headers),
        wire_bytes: exchange.wire_bytes,
        timing: timing(&exchange.timing),
        notes: exchange.notes.iter().map(|note| strip.text(note)).collect(),
        cut: exchange.cut.as_ref().map(told),
        trouble: exchange.trouble.as_ref().map(told),
        shape,
        typed: record.request.trust == Trust::Typed,
        whole,
    };
    let values = request.params.iter().chain(&request.headers).map(|p| format!("{} {}", p.name, p.value));
    let request_text = values.chain(about.text.clone()).collect::<Vec<_>>().join("\n");
    let why = about.trouble.as_ref().filter(|_| exchange.unanswered().is_some());
    let answer_text = match (why, shape) {
        (Some(why), _) => format!("{}\n{}", why.title, why.detail),
        (None, Shape::Json | Shape::Text) => String::from_utf8_lossy(&answer).into_owned(),
        (None, Shape::Empty | Shape::Binary | Shape::Withheld) => String::new(),
    };
    Ok(Packed {
        address: request.address,
        url: strip.text(&exchange.url),
        about: deflate(&serde_json::to_vec(&about)?)?,
        answer: deflate(&answer)?,
        request_text,
        answer_text,
        failed: why.map(|why| why.title.clone()).unwrap_or_default(),
    })
}

/// The body without secrets, or its beginning, and whether it is whole.
fn answer(record: &Record, strip: &Strip, bodies: bool, most: usize) -> (Shape, Vec<u8>, bool) {
    let look = |bytes: &[u8]| bytes.get(..most.saturating_add(BEYOND)).unwrap_or(bytes).to_vec();
    let json = record.exchange.header("content-type").is_some_and(|media| media.contains("json"));
    let guess = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(_) if json => Shape::Json,
        // The cut may go through a character.
        Err(error) if error.error_len().is_some() => Shape::Binary,
        Ok(_) | Err(_) => Shape::Text,
    };
    let (shape, bytes) = match (&record.streamed, &record.exchange.body) {
        (Some(streamed), _) if streamed.len == 0 => (Shape::Empty, Vec::new()),
        (Some(streamed), _) => (guess(&look(&streamed.head)), look(&streamed.head)),
        (None, AnswerBody::Empty) => (Shape::Empty, Vec::new()),
        (None, AnswerBody::Json(document)) => (Shape::Json, look(document.bytes())),
        (None, AnswerBody::Text(text)) => (Shape::Text, look(text.as_bytes())),
        (None, AnswerBody::Binary(bytes)) => (Shape::Binary, look(bytes)),
        (None, AnswerBody::Spooled(spool)) => (guess(&look(&spool.head)), look(&spool.head)),
    };
    let all = bytes.len() as u64 == answer_len(record);
    match shape {
        Shape::Empty => (shape, bytes, all),
        _ if !bodies => (Shape::Withheld, Vec::new(), false),
        Shape::Json | Shape::Text => {
            let text = strip.text(&String::from_utf8_lossy(&bytes));
            let kept = beginning(&text, most);
            (shape, kept.as_bytes().to_vec(), all && kept.len() == text.len())
        }
        // Nothing can be cut out of a picture: one that holds a secret as text is not kept.
        Shape::Binary | Shape::Withheld => {
            let text = String::from_utf8_lossy(&bytes);
            if strip.text(&text) != text {
                return (Shape::Withheld, Vec::new(), false);
            }
            let kept = bytes.get(..most).unwrap_or(&bytes).to_vec();
            let whole = all && kept.len() == bytes.len();
            (shape, kept, whole)
        }
    }
}

/// Bytes of the whole answer.
pub(super) fn answer_len(record: &Record) -> u64 {
    record.streamed.as_ref().map_or_else(|| record.exchange.body.len(), |streamed| streamed.len)
}

/// The beginning of a text, at most so many bytes, no character cut.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most.min(text.len()))).unwrap_or(text)
}

/// Makes of what was written what is looked at.
pub(super) fn unpack(row: PastRow, about: &[u8], answer: &[u8]) -> std::io::Result<Past> {
    let about: About = serde_json::from_slice(&inflate(about)?)?;
    let answer = inflate(answer)?;
    let pair = |(on, name, value): (bool, String, String)| Pair { on, name, value };
    let request = Request {
        method: row.method.clone(),
        address: row.address.clone(),
        params: about.params.into_iter().map(pair).collect(),
        headers: about.request_headers.into_iter().map(pair).collect(),
        body: match (about.text, about.file) {
            (Some(text), _) => RequestBody::Text(text),
            (None, Some(path)) => RequestBody::File(path),
            (None, None) => RequestBody::Empty,
        },
        trust: if about.typed { Trust::Typed } else { Trust::Nothing },
    };
    let mut cut = about.cut.map(failure);
    if about.shape == Shape::Withheld {
        cut = Some(told("The body was not kept: it may hold a token", row.bytes));
    } else if !about.whole {
        cut = cut
            .or_else(|| Some(told(&format!("Only the first {} bytes of the body were kept", answer.len()), row.bytes)));
    }
    let body = match about.shape {
        Shape::Empty | Shape::Withheld => AnswerBody::Empty,
        Shape::Json => AnswerBody::Json(Arc::new(Document::parse(answer))),
        Shape::Text => AnswerBody::Text(String::from_utf8_lossy(&answer).into()),
        Shape::Binary => AnswerBody::Binary(answer.into()),
    };
    let mut notes = about.notes;
    if row.pages > 1 {
        notes.push(format!("this is the first of {} pages that were fetched", row.pages));
    }
    let at = |place: usize| about.timing.get(place).copied().flatten().map(Duration::from_micros);
    let exchange = Exchange {
        who: row.who.clone(),
        at: row.at,
        method: row.method.clone(),
        url: row.url.clone(),
        sent_headers: about.sent_headers,
        sent_bytes: about.sent_bytes,
        with_identity: about.with_identity,
        status: row.status,
        version: if about.version == "HTTP/2" { "HTTP/2" } else { "HTTP/1.1" },
        headers: about.headers,
        body,
        wire_bytes: about.wire_bytes,
        timing: Timing {
            login: at(0),
            connect: at(1),
            wait: at(2).unwrap_or_default(),
            body: at(3).unwrap_or_default(),
            index: at(4).unwrap_or_default(),
            total: at(5).unwrap_or_default(),
        },
        notes,
        cut,
        trouble: about.trouble.map(failure),
    };
    Ok(Past { row, request, exchange })
}

fn told(title: &str, bytes: u64) -> Failure {
    let facts = vec![("the whole body".to_owned(), format!("{bytes} bytes"))];
    Failure {
        title: title.to_owned(),
        hint: vec!["send it again to see it whole".to_owned()],
        facts,
        ..Failure::default()
    }
}

fn failure(told: Told) -> Failure {
    Failure { title: told.title, detail: told.detail, hint: told.hint, facts: told.facts, kind: FailureKind::Org }
}

fn timing(timing: &Timing) -> [Option<u64>; 6] {
    let us = |took: Duration| u64::try_from(took.as_micros()).ok();
    [
        timing.login.and_then(us),
        timing.connect.and_then(us),
        us(timing.wait),
        us(timing.body),
        us(timing.index),
        us(timing.total),
    ]
}

fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn inflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    DeflateDecoder::new(bytes).take(LARGEST).read_to_end(&mut all)?;
    Ok(all)
}
