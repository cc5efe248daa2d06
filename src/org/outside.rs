//! What functions of a template read: the environment and files. Only what was allowed gets here; a file that is bound to a
//! folder is read there and nowhere else, wherever links lead.

use crate::request::{Content, Need, Ward};
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest file that a text takes in, in bytes. What is longer is sent as a body of its own.
const LONGEST: u64 = 16 << 20;

/// Reads all of these.
pub(super) fn gather(needs: Vec<Need>) -> BTreeMap<Need, Result<Content, String>> {
    let read = |need: &Need| match need {
        Need::Env(name) => env(name),
        Need::File { path, within } => file(path, within.as_deref()),
    };
    needs.into_iter().map(|need| (need.clone(), read(&need))).collect()
}

fn env(name: &str) -> Result<Content, String> {
    match std::env::var(name) {
        Ok(value) => Ok(Content::Env(Secret::new(value))),
        Err(std::env::VarError::NotPresent) => Err(format!("the environment has no {name}")),
        Err(std::env::VarError::NotUnicode(_)) => Err(format!("{name} of the environment is no text in UTF-8")),
    }
}

fn file(path: &Path, within: Option<&Path>) -> Result<Content, String> {
    let place = match within {
        Some(root) => inside(path, root)?,
        None => path.to_owned(),
    };
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    // A pipe or a terminal would be waited for.
    let about = std::fs::metadata(&place).map_err(told)?;
    if !about.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&place).map_err(told)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > LONGEST {
        return Err(format!("{} has more than {} MiB: send it as a body", path.display(), LONGEST >> 20));
    }
    Ok(Content::File(Arc::from(bytes)))
}

/// Where a file is, links followed, if that lies in this folder.
fn inside(path: &Path, root: &Path) -> Result<PathBuf, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let (place, root) = (path.canonicalize().map_err(told)?, root.canonicalize().map_err(told)?);
    if place.starts_with(&root) {
        Ok(place)
    } else {
        Err(format!("{} leads out of its collection's folder {}", path.display(), root.display()))
    }
}

/// Where a file is that is sent as it is.
pub(super) fn place(need: &Need) -> Result<PathBuf, (PathBuf, String)> {
    match need {
        Need::File { path, within: Some(root) } => inside(path, root).map_err(|why| (path.clone(), why)),
        Need::File { path, within: None } => Ok(path.clone()),
        Need::Env(name) => Err((PathBuf::from(name), "it is no file".to_owned())),
    }
}

/// The file of a body that has to lie in its collection's folder.
pub(super) fn body_inside(path: &Path, ward: &Ward) -> Result<PathBuf, String> {
    let hint = || format!("type @{} by hand, or: orgdeck requests trust {}", path.display(), ward.word());
    inside(path, &ward.root).map_err(|why| format!("{why}; {}", hint()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path, within: Option<&Path>) -> Result<Vec<u8>, String> {
        let need = Need::File { path: path.to_owned(), within: within.map(Path::to_owned) };
        match gather(vec![need.clone()]).remove(&need).unwrap()? {
            Content::File(bytes) => Ok(bytes.to_vec()),
            Content::Env(_) => panic!("no file"),
        }
    }

    #[test]
    fn a_file_of_a_collection_is_inside_wherever_links_lead() {
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside.txt"));
        std::fs::create_dir(&root).unwrap();
        std::fs::write(&outside, "out").unwrap();
        std::fs::write(root.join("in.txt"), "in").unwrap();
        assert_eq!(read(&root.join("in.txt"), Some(&root)).unwrap(), b"in");
        assert_eq!(read(&outside, None).unwrap(), b"out");
        assert!(read(&root.join("../outside.txt"), Some(&root)).unwrap_err().contains("leads out"));
        assert!(read(&root, Some(&root)).unwrap_err().contains("no file"));
        assert!(read(&root.join("none"), Some(&root)).is_err());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
            std::os::unix::fs::symlink(root.join("in.txt"), root.join("own")).unwrap();
            std::os::unix::fs::symlink(folder.path(), root.join("up")).unwrap();
            for link in ["link", "up/outside.txt"] {
                assert!(read(&root.join(link), Some(&root)).unwrap_err().contains("leads out"), "{link}");
            }
            assert_eq!(read(&root.join("own"), Some(&root)).unwrap(), b"in");
            assert!(read(Path::new("/dev/zero"), None).unwrap_err().contains("no file"));
        }
        let long = std::fs::File::create(root.join("long")).unwrap();
        long.set_len(LONGEST + 1).unwrap();
        assert!(read(&root.join("long"), Some(&root)).unwrap_err().contains("16 MiB"));
    }

    #[test]
    fn the_environment_is_read_and_kept_secret() {
        let need = Need::Env("PATH".to_owned());
        let got = gather(vec![need.clone(), Need::Env("ORGDECK NOT THERE".to_owned())]);
        assert!(matches!(got.get(&need), Some(Ok(Content::Env(secret))) if !secret.is_empty()));
        assert_eq!(got.values().filter(|one| one.is_err()).count(), 1);
        assert!(!format!("{got:?}").contains("/bin"));
    }
}
