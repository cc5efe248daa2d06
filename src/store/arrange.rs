//! Putting a collection in order: names, copies, and what is deleted for good. Where a folder's file says in which order
//! its things stand, a thing keeps its place under its new name.

use super::about::{ABOUT, About};
use super::collection::{self, CollectionError, Deleted, Stamp, Written, read_one};
use super::file_name;
use std::io;
use std::path::{Path, PathBuf};

/// Gives a request, a folder or a whole collection another name: what it says of itself and what its file is called. Where
/// it lies now.
pub fn call(root: &Path, path: &Path, name: &str) -> Result<PathBuf, CollectionError> {
    let folder = root.join(path).is_dir();
    let stem = file_name(name);
    let to = path.with_file_name(if folder { stem.clone() } else { format!("{stem}.toml") });
    if to != path {
        collection::rename(root, path, &to)?;
        keep_order(root, path, &to);
    }
    if folder {
        call_folder(root, &to, if stem == name { "" } else { name })?;
    } else {
        call_request(root, &to, name)?;
    }
    Ok(to)
}

fn call_request(root: &Path, path: &Path, name: &str) -> Result<(), CollectionError> {
    // A file that is no request has nothing to say of its name.
    let Ok((mut saved, stamp)) = read_one(root, path) else { return Ok(()) };
    name.clone_into(&mut saved.name);
    collection::save(root, path, &saved, Some(stamp)).map(|_| ())
}

fn call_folder(root: &Path, path: &Path, name: &str) -> Result<(), CollectionError> {
    let mut about = About::read(&root.join(path).join(ABOUT));
    if about.name == name {
        return Ok(());
    }
    name.clone_into(&mut about.name);
    collection::describe(root, path, &about)
}

/// Moves to another folder or name. Nothing is written over.
pub fn shift(root: &Path, from: &Path, to: &Path) -> Result<(), CollectionError> {
    collection::rename(root, from, to)?;
    keep_order(root, from, to);
    Ok(())
}

/// Copies a request to a free name beside it, and calls the copy by it; where the copy lies.
pub fn copy(root: &Path, path: &Path) -> Result<PathBuf, CollectionError> {
    let copy = collection::duplicate(root, path)?;
    let number = copy.file_stem().unwrap_or_default().to_string_lossy().rsplit(' ').next().map(str::to_owned);
    if let Ok((saved, _)) = read_one(root, &copy) {
        call_request(root, &copy, &format!("{} {}", saved.name, number.unwrap_or_default()))?;
    }
    Ok(copy)
}

/// Writes a new request; a name that is taken gets a number.
pub fn add(root: &Path, path: &Path, saved: &crate::request::Saved) -> Result<(PathBuf, Stamp), CollectionError> {
    match collection::save(root, path, saved, None)? {
        Written::There(path, stamp) | Written::Beside(path, stamp) => Ok((path, stamp)),
    }
}

/// Removes for good what was deleted.
pub fn forget(root: &Path, deleted: &Deleted) {
    let whole = root.join(deleted.lies());
    // Nothing can be done about what stays, and it is hidden.
    let _: io::Result<()> = if whole.is_dir() { std::fs::remove_dir_all(&whole) } else { std::fs::remove_file(&whole) };
}

/// In the list of a folder, the new name takes the place of the old one. The text stays as it was written.
fn keep_order(root: &Path, from: &Path, to: &Path) {
    if from.parent() != to.parent() {
        return;
    }
    let (Some(old), Some(new)) = (from.file_name(), to.file_name()) else { return };
    let file = root.join(from.parent().unwrap_or(Path::new(""))).join(ABOUT);
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    let quoted = |name: &std::ffi::OsStr| toml::Value::String(name.to_string_lossy().into_owned()).to_string();
    let mut wanted = About::read(&file);
    let Some(one) = wanted.order.iter_mut().find(|one| **one == old.to_string_lossy()) else { return };
    *one = new.to_string_lossy().into_owned();
    // Only where the text says just what is wanted: the name may stand in a description, too.
    let changed = text
        .match_indices(&quoted(old))
        .map(|(at, found)| format!("{}{}{}", head(&text, at), quoted(new), tail(&text, at + found.len())))
        .find(|text| toml::from_str::<About>(text).is_ok_and(|about| about == wanted));
    if let Some(text) = changed {
        // The order is a convenience: what was renamed is renamed.
        let _ = crate::profile::replace_file(&file, text.as_bytes());
    }
}

fn head(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

fn tail(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Request, Saved};
    use crate::store::Collection;

    fn make(root: &Path, path: &str) {
        let saved = Saved::new(Path::new(path).file_stem().unwrap().to_string_lossy(), Request::get("limits"));
        add(root, Path::new(path), &saved).unwrap();
    }

    fn names(root: &Path) -> Vec<String> {
        Collection::read(root).entries.iter().map(|e| format!("{}{}", "  ".repeat(e.depth()), e.name())).collect()
    }

    #[test]
    fn a_new_name_keeps_its_place() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for path in ["A/one.toml", "A/two.toml", "A/three.toml"] {
            make(root, path);
        }
        let about =
            "# ours\ndescription = \"one.toml first\"\norder = [\n  \"two.toml\", # the best\n  \"one.toml\",\n]\n";
        std::fs::write(root.join("A").join(ABOUT), about).unwrap();
        let to = call(root, Path::new("A/one.toml"), "Uno / dos").unwrap();
        assert_eq!(to, Path::new("A/Uno - dos.toml"));
        assert_eq!(names(root), ["A", "  two", "  Uno / dos", "  three"]);
        let text = std::fs::read_to_string(root.join("A").join(ABOUT)).unwrap();
        assert_eq!(text, about.replace("  \"one.toml\"", "  \"Uno - dos.toml\""), "comments and the rest stay");
    }

    #[test]
    fn folders_and_collections_are_called() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        make(root, "A/inner/one.toml");
        assert_eq!(call(root, Path::new("A/inner"), "x/y").unwrap(), Path::new("A/x-y"));
        assert_eq!(call(root, Path::new("A"), "B").unwrap(), Path::new("B"));
        assert_eq!(names(root), ["B", "  x/y", "    one"]);
        assert_eq!(call(root, Path::new("B/x-y"), "z").unwrap(), Path::new("B/z"));
        assert_eq!(names(root), ["B", "  z", "    one"], "an old name does not stay");
        make(root, "B/z/two.toml");
        assert!(matches!(call(root, Path::new("B/z/two.toml"), "one"), Err(CollectionError::Exists(_))));
    }

    #[test]
    fn a_copy_has_a_name_of_its_own_and_what_is_forgotten_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        make(root, "A/one.toml");
        assert_eq!(copy(root, Path::new("A/one.toml")).unwrap(), Path::new("A/one 2.toml"));
        assert_eq!(names(root), ["A", "  one", "  one 2"]);
        let deleted = collection::delete(root, Path::new("A")).unwrap();
        assert_eq!(deleted.from(), Path::new("A"));
        forget(root, &deleted);
        assert!(collection::restore(root, &deleted).is_err());
    }
}
