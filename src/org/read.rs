//! Reading a body: into memory, into a file past a cap, or out as it arrives; and making of it what is looked at.
//!
//! What was received is never lost: a body that is cut is kept as far as it came, with the reason beside it.

use super::client::Inner;
use super::errors::media_type;
use crate::json::Document;
use crate::request::{AnswerBody, Failure, FailureKind, Spool};
use crate::wire::{Incoming, WireError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

/// Given the beginning of a big answer while the rest still arrives.
pub type Preview = Arc<dyn Fn(Document) + Send + Sync>;

/// Where a good answer's body goes.
pub(super) enum Keep<'a> {
    /// Into the exchange.
    Memory,
    /// Out, as it arrives.
    Sink(&'a mut (dyn FnMut(&[u8]) + Send)),
}

/// When a beginning is shown: bytes received.
const PREVIEWS: [usize; 3] = [64 << 10, 1 << 20, 16 << 20];
/// Bodies up to this size are indexed in place.
const IN_PLACE: usize = 1 << 20;
/// Bytes of a spooled body that are kept for the screen.
const HEAD: usize = 1 << 20;
/// Most that is reserved because an answer says how long it is.
const RESERVE: u64 = 256 << 20;

/// A body that was read.
pub(super) struct Received {
    pub bytes: Stored,
    /// Why it ended early.
    pub cut: Option<WireError>,
    pub wire_bytes: u64,
    pub took: Duration,
}

/// Where its bytes are.
pub(super) enum Stored {
    Memory(Vec<u8>),
    File(Spool),
    /// Gone out.
    Out,
}

/// Reads the whole body.
pub(super) async fn read(
    inner: &Inner,
    incoming: &mut Incoming,
    keep: &mut Keep<'_>,
    preview: Option<&Preview>,
) -> Result<Received, Failure> {
    let began = (inner.clock)();
    let json = media_type(&incoming.headers).contains("json");
    let mut store = Store::new(inner, incoming.content_length());
    let mut shown = 0;
    let cut = loop {
        match incoming.chunk().await {
            Ok(Some(piece)) => match keep {
                Keep::Sink(sink) => sink(&piece),
                Keep::Memory => {
                    store.add(&piece).await?;
                    let due = PREVIEWS.get(shown).is_some_and(|at| store.memory.len() >= *at);
                    if let (true, true, Some(preview)) = (due, json, preview) {
                        shown = PREVIEWS.iter().filter(|at| **at <= store.memory.len()).count();
                        show(inner, store.memory.clone(), Arc::clone(preview));
                    }
                }
            },
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let bytes = match keep {
        Keep::Sink(_) => Stored::Out,
        Keep::Memory => store.finish().await?,
    };
    let took = since(inner, began);
    Ok(Received { bytes, cut, wire_bytes: incoming.wire_bytes(), took })
}

/// Shows a beginning; nobody waits for it.
fn show(inner: &Inner, beginning: Vec<u8>, preview: Preview) {
    let small = beginning.len() <= 2 * IN_PLACE;
    let work = move || preview(Document::partial(beginning));
    match &inner.limits.blocking {
        Some(blocking) if !small => blocking(Box::new(work)),
        _ => work(),
    }
}

/// Bytes in memory up to the cap, then in a file.
struct Store<'a> {
    inner: &'a Inner,
    memory: Vec<u8>,
    file: Option<(tokio::fs::File, tempfile::TempPath)>,
    length: u64,
}

impl<'a> Store<'a> {
    fn new(inner: &'a Inner, expected: Option<u64>) -> Self {
        let expected = expected.unwrap_or(0).min(RESERVE).min(inner.limits.memory_cap);
        let memory = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        Self { inner, memory, file: None, length: 0 }
    }

    async fn add(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.length += piece.len() as u64;
        if self.file.is_none() && self.length > self.inner.limits.memory_cap {
            self.file = Some(self.spool().await.map_err(|error| self.failure(&error))?);
        }
        match &mut self.file {
            Some((file, _)) => file.write_all(piece).await.map_err(|error| self.failure(&error)),
            None => {
                self.memory.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    /// Moves what is in memory to a file of mode 0600. It goes with its `TempPath`, should nobody take it.
    async fn spool(&mut self) -> std::io::Result<(tokio::fs::File, tempfile::TempPath)> {
        let made = tempfile::Builder::new().prefix("orgdeck-answer-").tempfile_in(&self.inner.limits.spool_dir)?;
        let (file, path) = made.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        file.write_all(&self.memory).await?;
        self.memory.truncate(HEAD);
        self.memory.shrink_to_fit();
        Ok((file, path))
    }

    async fn finish(mut self) -> Result<Stored, Failure> {
        let Some((mut file, path)) = self.file.take() else { return Ok(Stored::Memory(self.memory)) };
        file.flush().await.map_err(|error| self.failure(&error))?;
        let path = path.keep().map_err(|error| self.failure(&error.error))?;
        Ok(Stored::File(Spool { path, len: self.length, head: self.memory }))
    }

    fn failure(&self, error: &std::io::Error) -> Failure {
        spool_failure(&self.inner.limits.spool_dir, self.length, error)
    }
}

fn spool_failure(dir: &Path, length: u64, error: &std::io::Error) -> Failure {
    Failure {
        title: format!("The answer ({length} bytes so far) is too big for memory and cannot be put into a file"),
        detail: format!("{}: {error}", dir.display()),
        hint: vec!["make room there, or raise memory_cap_mib in settings.toml".to_owned()],
        facts: Vec::new(),
        kind: FailureKind::Usage,
    }
}

/// Makes of the bytes what is looked at; a body that was cut is no broken one.
pub(super) async fn index(
    inner: &Inner,
    bytes: Stored,
    media: &str,
    charset: &str,
    cut: bool,
) -> Result<AnswerBody, Failure> {
    let bytes = match bytes {
        Stored::Out => return Ok(AnswerBody::Empty),
        Stored::File(spool) => return Ok(AnswerBody::Spooled(Arc::new(spool))),
        Stored::Memory(bytes) if bytes.is_empty() => return Ok(AnswerBody::Empty),
        Stored::Memory(bytes) => bytes,
    };
    if is_json(media, &bytes) {
        let small = bytes.len() <= IN_PLACE;
        let parse = move || if cut { Document::partial(bytes) } else { Document::parse(bytes) };
        let document = if small { parse() } else { inner.run(parse).await? };
        return Ok(AnswerBody::Json(Arc::new(document)));
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => AnswerBody::Text(text.into()),
        Ok(text) => AnswerBody::Binary(text.into_bytes().into()),
        Err(error) if is_latin(charset) => {
            AnswerBody::Text(error.as_bytes().iter().map(|byte| char::from(*byte)).collect::<String>().into())
        }
        // A text that was cut may end within a character.
        Err(error) if cut && error.utf8_error().error_len().is_none() => {
            AnswerBody::Text(String::from_utf8_lossy(error.as_bytes()).into())
        }
        Err(error) => AnswerBody::Binary(error.into_bytes().into()),
    })
}

/// By its name, or by how it begins where the name says nothing of it.
fn is_json(media: &str, bytes: &[u8]) -> bool {
    let begins = || bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'{' | b'['));
    match media {
        // The identity and some errors call JSON html.
        "" | "text/html" | "text/plain" | "application/octet-stream" => {
            begins() && Document::parse(bytes.to_vec()).error().is_none()
        }
        _ => media.ends_with("/json") || media.ends_with("+json"),
    }
}

fn is_latin(charset: &str) -> bool {
    matches!(charset, "iso-8859-1" | "latin1" | "windows-1252" | "us-ascii")
}

/// The charset of a Content-Type, in lower case.
pub(super) fn charset(headers: &[(String, String)]) -> String {
    let value = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| value.to_ascii_lowercase());
    let value = value.unwrap_or_default();
    let found = value.split(';').find_map(|part| part.trim().strip_prefix("charset="));
    found.unwrap_or_default().trim_matches('"').to_owned()
}

/// How long ago this was by the clock we are given.
pub(super) fn since(inner: &Inner, began: jiff::Timestamp) -> Duration {
    Duration::try_from((inner.clock)().duration_since(began)).unwrap_or_default()
}

impl Inner {
    /// Does work that may take long elsewhere, where there is an elsewhere.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let Some(blocking) = &self.limits.blocking else { return Ok(work()) };
        let (sender, receiver) = tokio::sync::oneshot::channel();
        blocking(Box::new(move || drop(sender.send(work()))));
        receiver
            .await
            .map_err(|_| Failure { title: "Stopped before the answer was read".to_owned(), ..Failure::default() })
    }
}
