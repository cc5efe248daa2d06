//! Who may read or write a file, as far as the system tells. Changes nothing.

use std::fs::{File, Metadata};
use std::path::Path;

/// What is wrong, and what cures it.
pub(super) type Doubt = (String, String);

/// Why a file cannot be trusted to run commands: it is another's, or somebody else may write or replace it.
/// `file` is the open one that was read, so that what is judged is what was read.
#[cfg(unix)]
pub(super) fn doubt_about_writers(file: &File, path: &Path) -> Option<Doubt> {
    use std::os::unix::fs::MetadataExt;
    let unknown = |error: std::io::Error| {
        (format!("cannot tell who may write {}: {error}", path.display()), ALTERNATIVE.to_owned())
    };
    let me = match own_user() {
        Ok(me) => me,
        Err(error) => return Some(unknown(error)),
    };
    match file.metadata() {
        Ok(data) if data.uid() != me => {
            return Some((format!("{} belongs to another user", path.display()), ALTERNATIVE.to_owned()));
        }
        Ok(data) if data.mode() & 0o022 != 0 => {
            let what = format!("others may write {} (mode {:03o})", path.display(), data.mode() & 0o777);
            return Some((what, format!("chmod go-w {}", path.display())));
        }
        Ok(_) => {}
        Err(error) => return Some(unknown(error)),
    }
    // Both the folder of the name and that of the file it leads to can be used to put another file in its place.
    let target = path.canonicalize();
    let folders = [path.parent(), target.as_deref().ok().and_then(Path::parent)];
    folders.into_iter().flatten().find_map(|folder| match folder.metadata() {
        Ok(data) => doubt_about_folder(folder, &data, me),
        Err(error) => Some(unknown(error)),
    })
}

/// Not told on this system, so a command is not run.
#[cfg(not(unix))]
pub(super) fn doubt_about_writers(_file: &File, path: &Path) -> Option<Doubt> {
    Some((format!("this system does not tell who may write {}", path.display()), ALTERNATIVE.to_owned()))
}

const ALTERNATIVE: &str = "write passphrase = \"ask\" or { env = \"NAME\" } instead";

#[cfg(unix)]
fn doubt_about_folder(folder: &Path, data: &Metadata, me: u32) -> Option<Doubt> {
    use std::os::unix::fs::MetadataExt;
    // In a sticky folder, as /tmp, nobody can replace what is another's.
    let sticky = data.mode() & 0o1000 != 0;
    if data.mode() & 0o022 != 0 && !sticky {
        let what = format!("others may replace files in {} (mode {:03o})", folder.display(), data.mode() & 0o777);
        return Some((what, format!("chmod go-w {}", folder.display())));
    }
    if data.uid() != me && data.uid() != 0 {
        return Some((format!("{} belongs to another user", folder.display()), ALTERNATIVE.to_owned()));
    }
    None
}

/// The user that files of this process belong to, told by a file without a name.
#[cfg(unix)]
fn own_user() -> std::io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    Ok(tempfile::tempfile()?.metadata()?.uid())
}

/// That others may read a private key.
#[cfg(unix)]
pub(super) fn doubt_about_readers(path: &Path, data: &Metadata) -> Option<Doubt> {
    use std::os::unix::fs::MetadataExt;
    let mode = data.mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        (
            format!("others may use the private key {} (mode {mode:03o})", path.display()),
            format!("chmod 600 {}", path.display()),
        )
    })
}

/// Not told on this system.
#[cfg(not(unix))]
pub(super) fn doubt_about_readers(_path: &Path, _data: &Metadata) -> Option<Doubt> {
    None
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;
    #[cfg(unix)]
    use std::fs::Permissions;
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt;

    #[cfg(unix)]
    fn doubt(file_mode: u32, folder_mode: u32) -> Option<Doubt> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profiles.toml");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(file_mode)).unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(folder_mode)).unwrap();
        let found = doubt_about_writers(&File::open(&path).unwrap(), &path);
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        found
    }

    #[cfg(unix)]
    #[test]
    fn only_a_file_that_nobody_else_may_write_is_trusted() {
        assert_eq!(doubt(0o600, 0o700), None);
        assert_eq!(doubt(0o644, 0o755), None);
        assert_eq!(doubt(0o600, 0o1777), None, "a sticky folder protects the files in it");
        for (file, folder, cure) in [
            (0o620, 0o700, "profiles.toml"),
            (0o602, 0o700, "profiles.toml"),
            (0o600, 0o777, "chmod go-w"),
            (0o600, 0o770, "chmod go-w"),
        ] {
            let (_, found) = doubt(file, folder).unwrap_or_else(|| panic!("{file:o} in {folder:o} was trusted"));
            assert!(found.contains(cure), "{found}");
        }
    }
}
