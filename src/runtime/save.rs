//! Writes an answer to a file that the user named: whole or not at all, for nobody else to read, and nothing is replaced
//! that the user did not agree to.

use super::outside::home;
use crate::app::Event;
use crate::request::{AnswerBody, Spool};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
enum Saved {
    /// It is there.
    Done(PathBuf),
    /// Something is there already.
    Exists,
}

/// Saves a body, and tells what came of it.
pub(super) fn saved(body: AnswerBody, path: String, replace: bool) -> Event {
    match save(&body, &path, replace) {
        Ok(Saved::Done(path)) => Event::Opened(Ok(format!("Saved to {}", path.display()))),
        Ok(Saved::Exists) => Event::Exists(path, body),
        Err(why) => Event::Opened(Err(why)),
    }
}

/// Saves a body under a path as it was typed.
///
/// # Errors
/// With the words to tell.
fn save(body: &AnswerBody, typed: &str, replace: bool) -> Result<Saved, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Not saved: no file was named".to_owned());
    }
    let path = std::path::absolute(home(typed)).map_err(|error| format!("Not saved: {error}"))?;
    let failed = |error: io::Error| format!("Not saved to {}: {error}", path.display());
    match path.metadata() {
        Ok(found) if found.is_dir() => return Err(format!("Not saved: {} is a folder", path.display())),
        Ok(found) if !found.is_file() => return Err(format!("Not saved: {} is no file", path.display())),
        Ok(_) if !replace => return Ok(Saved::Exists),
        _ => {}
    }
    write(body, &path, replace).map_err(failed)?;
    Ok(Saved::Done(path))
}

/// Writes a text of ours to a file that the user named, in place of what is there where that was agreed.
///
/// # Errors
/// The system's; `AlreadyExists` where something is there and was not to be replaced.
pub fn save_text(text: &str, path: &Path, replace: bool) -> io::Result<()> {
    write(&AnswerBody::Text(text.into()), path, replace)
}

fn write(body: &AnswerBody, path: &Path, replace: bool) -> io::Result<()> {
    // A link stays one, and what it leads to is replaced.
    let target = if replace { path.canonicalize().unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".orgdeck-").tempfile_in(folder)?;
    pour(body, &mut file)?;
    file.as_file().sync_all()?;
    if replace && let Ok(found) = target.metadata() {
        file.as_file().set_permissions(found.permissions())?;
    }
    put(file, &target, replace)
}

fn put(file: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
    let done = if replace { file.persist(target) } else { file.persist_noclobber(target) };
    done.map(|_| ()).map_err(|error| error.error)
}

/// Writes a body as it came. One in a file is copied in pieces and never held.
pub(super) fn pour(body: &AnswerBody, out: &mut impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match body {
        AnswerBody::Empty => {}
        AnswerBody::Json(document) => out.write_all(document.bytes())?,
        AnswerBody::Text(text) => out.write_all(text.as_bytes())?,
        AnswerBody::Binary(bytes) => out.write_all(bytes)?,
        AnswerBody::Spooled(spool) => copy(spool, &mut out)?,
    }
    out.flush()
}

fn copy(spool: &Spool, out: &mut impl Write) -> io::Result<()> {
    let copied = io::copy(&mut File::open(&spool.path)?, out)?;
    if copied == spool.len { Ok(()) } else { Err(io::Error::other("the answer kept for it has changed")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn what_is_there_is_replaced_only_when_agreed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let typed = path.to_str().unwrap();
        let save = |text: &str, replace| save(&AnswerBody::Text(text.into()), typed, replace);
        assert_eq!(save("one", false), Ok(Saved::Done(path.clone())));
        assert_eq!(save("two", false), Ok(Saved::Exists));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert_eq!(save("two", true), Ok(Saved::Done(path.clone())));
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_the_users_alone_and_an_old_one_stays_as_open_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        let body = AnswerBody::Binary([0_u8, 255].as_slice().into());
        save(&body, path.to_str().unwrap(), false).unwrap();
        assert_eq!((mode(&path), std::fs::read(&path).unwrap()), (0o600, vec![0, 255]));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        save(&body, link.to_str().unwrap(), true).unwrap();
        assert_eq!(mode(&path), 0o644);
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }

    #[test]
    fn folders_and_places_that_are_none_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let body = AnswerBody::Text("x".into());
        assert!(save(&body, folder.path().to_str().unwrap(), true).unwrap_err().contains("is a folder"));
        assert!(save(&body, folder.path().join("no/such").to_str().unwrap(), false).is_err());
        assert!(save(&body, "  ", false).is_err());
    }

    #[test]
    fn a_body_in_a_file_is_copied_whole() {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let place = folder.path().join("spool");
        std::fs::write(&place, &bytes).unwrap();
        let spool = Arc::new(Spool { path: place, len: bytes.len() as u64, head: Vec::new() });
        let path = folder.path().join("copy");
        save(&AnswerBody::Spooled(spool), path.to_str().unwrap(), false).unwrap();
        assert!(std::fs::read(&path).unwrap() == bytes);
    }
}
