//! Replacing a file of the user's whole: whoever reads it sees the old text or the new one, never a part.
//!
//! ```text
//! lock the sibling .NAME.lock ─▶ read again ─▶ change ─▶ temporary file beside it, 0600, synced ─▶ rename ─▶ sync the folder
//! ```
//! A link is followed and stays a link. It must not know what the file means.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Replaces a file, or makes it; mode 0600. The folder must be there.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    update_file(path, |_| Ok(bytes.to_vec()))
}

/// Replaces a file by what `change` makes of its present content (`None` where there is none), while nobody else
/// who locks it can change it. Writes nothing if `change` fails or changes nothing.
pub fn update_file<E: From<io::Error>>(
    path: &Path,
    change: impl FnOnce(Option<&[u8]>) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    let target = target_of(path)?;
    let _lock = lock(&target)?;
    let old = match std::fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let new = change(old.as_deref())?;
    if old.as_deref() != Some(new.as_slice()) {
        put(&target, stage(folder_of(&target), &new)?)?;
    }
    Ok(())
}

/// Replaces a file for somebody who holds a lock of his own over it. What is being written lies in `aside` until it is whole,
/// a folder on the same disk where it can be; so a killed process leaves nothing beside the file.
pub fn replace_held(path: &Path, bytes: &[u8], aside: &Path) -> io::Result<()> {
    let target = target_of(path)?;
    match put(&target, stage(aside, bytes)?) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => put(&target, stage(folder_of(&target), bytes)?),
        done => done,
    }
}

/// Where a chain of links ends, even if nothing is there yet.
fn target_of(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..40 {
        match std::fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            // Not a link, or not there.
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other(format!("{} is a link that leads to itself", path.display())))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Waits for the lock of a file; it is let go when the handle is dropped, or when the process ends however it ends.
/// The lock is a file of its own since the file itself is replaced, and it stays, since removing it would race.
fn lock(target: &Path) -> io::Result<File> {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().ok_or_else(|| io::Error::other(format!("{} is no file", target.display())))?);
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let handle = options.open(folder_of(target).join(name))?;
    handle.lock()?;
    Ok(handle)
}

/// Writes the new content into a folder, down to the disk. The temporary file has mode 0600 from the start.
fn stage(folder: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".orgdeck-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The one step that everybody sees.
fn put(target: &Path, staged: NamedTempFile) -> io::Result<()> {
    staged.persist(target).map_err(|error| error.error)?;
    // The rename itself lies in the folder; a system that cannot sync a folder does that in its own time.
    #[cfg(unix)]
    File::open(folder_of(target))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_is_the_users_own_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        replace_file(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join(".a.toml.lock")), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let (target, link) = (elsewhere.path().join("real.toml"), folder.path().join("link.toml"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        for text in ["made through the link", "replaced through the link"] {
            replace_file(&link, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&target).unwrap(), text);
            assert!(link.symlink_metadata().unwrap().file_type().is_symlink());
        }
        let circle = folder.path().join("circle");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(replace_file(&circle, b"x").is_err());
    }

    #[test]
    fn killed_half_way_the_old_file_is_whole_and_the_next_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        replace_file(&path, b"old").unwrap();
        // What a killed process leaves: its temporary file, staged and never put in place.
        let staged = stage(folder.path(), b"half of the new te").unwrap();
        std::mem::forget(staged);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        replace_file(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_change_that_fails_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        replace_file(&path, b"old").unwrap();
        let error = update_file(&path, |_| Err::<Vec<u8>, _>(io::Error::other("no"))).unwrap_err();
        assert_eq!(error.to_string(), "no");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    for line in 0..10 {
                        let add = |old: Option<&[u8]>| -> io::Result<Vec<u8>> {
                            let mut text = old.unwrap_or_default().to_vec();
                            text.extend_from_slice(format!("{writer}.{line}\n").as_bytes());
                            Ok(text)
                        };
                        update_file(path, add).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: std::collections::BTreeSet<&str> = text.lines().collect();
        assert_eq!((text.lines().count(), lines.len()), (40, 40), "{text}");
    }
}
