//! An answer in the user's pager or editor: a copy in a folder of its own, for nobody else to read, gone afterwards.
//! A pager would obey what an org sends, so it gets marks in place of control characters.

use super::outside::{Stage, editor, pager};
use super::save::pour;
use crate::app::answer::{HEX_ROW, hex_row};
use crate::app::rest::file_name;
use crate::json::pretty;
use crate::request::{AnswerBody, Exchange};
use crate::view::shown;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use tempfile::TempDir;

/// Opens it, and comes back when the program ends.
///
/// # Errors
/// With the words to tell.
pub(super) fn present(stage: &mut Stage<'_>, exchange: &Exchange, in_editor: bool) -> Result<(), String> {
    let folder = private().map_err(|error| format!("Not opened: no folder for a copy could be made ({error})"))?;
    let file = folder.path().join(file_name(exchange));
    let written = if in_editor { for_editor(&exchange.body, &file) } else { for_pager(&exchange.body, &file) };
    written.map_err(|error| format!("Not opened: no copy could be written ({error})"))?;
    let program = if in_editor { editor() } else { pager() };
    stage.open(&program, &file).map_err(|error| format!("{program} could not be started ({error})"))
}

/// A folder that nobody else may look into; it goes with what is in it.
fn private() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.prefix("orgdeck-").tempdir()
}

/// JSON laid out, all else as it came. What is changed there would be lost, so it cannot be changed.
fn for_editor(body: &AnswerBody, path: &Path) -> io::Result<()> {
    let mut file = make(path)?;
    match laid_out(body) {
        Some(text) => file.write_all(text.as_bytes())?,
        None => pour(body, &mut file)?,
    }
    let mut mode = file.metadata()?.permissions();
    mode.set_readonly(true);
    file.set_permissions(mode)
}

/// As text, with nothing in it that a terminal would obey; bytes that are no text as numbers.
fn for_pager(body: &AnswerBody, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(make(path)?);
    match (laid_out(body), body) {
        (Some(text), _) => safe(&mut text.as_bytes(), &mut out)?,
        (_, AnswerBody::Json(document)) => safe(&mut document.bytes(), &mut out)?,
        (_, AnswerBody::Text(text)) => safe(&mut text.as_bytes(), &mut out)?,
        (_, AnswerBody::Binary(bytes)) => hex(&mut &**bytes, &mut out)?,
        (_, AnswerBody::Spooled(spool)) => {
            let mut file = BufReader::new(File::open(&spool.path)?);
            let text = std::str::from_utf8(&spool.head).map_or_else(|error| error.error_len().is_none(), |_| true);
            if text { safe(&mut file, &mut out)? } else { hex(&mut file, &mut out)? }
        }
        (_, AnswerBody::Empty) => {}
    }
    out.flush()
}

fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn laid_out(body: &AnswerBody) -> Option<String> {
    let document = body.json().filter(|document| document.is_complete())?;
    Some(pretty(document, document.root()?, usize::MAX) + "\n")
}

/// Lines longer than this are escaped in pieces.
const PIECE: u64 = 1 << 16;

fn safe(from: &mut impl BufRead, out: &mut impl Write) -> io::Result<()> {
    let mut piece = Vec::new();
    loop {
        piece.clear();
        if from.by_ref().take(PIECE).read_until(b'\n', &mut piece)? == 0 {
            return Ok(());
        }
        // The rest of a character that the piece's end cut.
        while piece.len() as u64 >= PIECE && from.fill_buf()?.first().is_some_and(|byte| byte & 0xC0 == 0x80) {
            piece.extend_from_slice(from.fill_buf()?.get(..1).unwrap_or_default());
            from.consume(1);
        }
        let text = String::from_utf8_lossy(&piece);
        let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
        for (at, part) in line.split('\t').enumerate() {
            if at > 0 {
                out.write_all(b"\t")?;
            }
            out.write_all(shown(part).as_bytes())?;
        }
        out.write_all(end.as_bytes())?;
    }
}

fn hex(from: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut from = BufReader::new(from);
    let mut at = 0;
    loop {
        let mut row = Vec::with_capacity(HEX_ROW);
        let read = from.by_ref().take(HEX_ROW as u64).read_to_end(&mut row)?;
        if read == 0 {
            return Ok(());
        }
        writeln!(out, "{}", hex_row(at, &row))?;
        at += read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paged(body: &AnswerBody) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for_pager(body, &path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_pager_gets_nothing_to_obey() {
        let text = "a\u{1b}[31mred\tb\r\nc\u{9b}2J\u{202e}d";
        let seen = paged(&AnswerBody::Text(text.into()));
        assert_eq!(seen, "a␛[31mred\tb␍\nc‹9B›2J‹202E›d");
        let long = format!("{}\u{1b}", "é".repeat(40_000));
        assert_eq!(paged(&AnswerBody::Text(long.into())), format!("{}␛", "é".repeat(40_000)));
        assert!(paged(&AnswerBody::Binary([0_u8, 27, b'A'].as_slice().into())).starts_with("00000000  00 1b 41 "));
    }

    #[cfg(unix)]
    #[test]
    fn an_editors_copy_cannot_be_changed_or_read_by_others() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let document = crate::json::Document::parse(b"{\"a\":1}".to_vec());
        for_editor(&AnswerBody::Json(std::sync::Arc::new(document)), &path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\n  \"a\": 1\n}\n");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o400);
    }
}
