//! A whole collection to and from a folder: what an import wrote, what an export reads.

use super::about::{ABOUT, About};
use super::collection::{Collection, CollectionError, Entry, Stamp, io_error};
use super::file_name;
use super::shelf::{Shelf, new_path};
use crate::request::postman::Imported;
use crate::request::saved_text;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes an imported collection as a new folder below `collections`; where it lies. It is there whole or not at all.
pub fn put(collections: &Path, name: &str, imported: &Imported) -> Result<PathBuf, CollectionError> {
    let shelf = Shelf::open(collections)?;
    let staged = shelf.staged("import")?;
    let whole = collections.join(&staged);
    let made = std::fs::create_dir(&whole).and_then(|()| write(&whole, name, imported));
    made.map_err(|error| io_error(&whole, error))?;
    let target = shelf.free_or(PathBuf::from(file_name(name)));
    shelf.shift(&staged, &target)?;
    Ok(collections.join(target))
}

fn write(root: &Path, name: &str, imported: &Imported) -> io::Result<()> {
    let mut abouts: HashMap<PathBuf, About> = HashMap::new();
    let mut folders: HashMap<Vec<String>, PathBuf> = HashMap::from([(Vec::new(), PathBuf::new())]);
    let top = abouts.entry(PathBuf::new()).or_default();
    top.description.clone_from(&imported.description);
    if file_name(name) != name {
        name.clone_into(&mut top.name);
    }
    for (variable, value) in &imported.variables {
        top.set(variable, value);
    }
    for (path, description) in &imported.folders {
        let folder = folder_of(root, path, &mut folders, &mut abouts)?;
        abouts.entry(folder).or_default().description.clone_from(description);
    }
    for (path, saved) in &imported.requests {
        let folder = folder_of(root, path, &mut folders, &mut abouts)?;
        let file = new_path(root, &folder, &saved.name);
        std::fs::write(root.join(&file), saved_text::write(saved, None))?;
        note_order(&mut abouts, &folder, &file);
    }
    for (folder, about) in abouts {
        let text = about.write();
        if !text.is_empty() {
            std::fs::write(root.join(folder).join(ABOUT), text)?;
        }
    }
    Ok(())
}

/// The folder of this path of names, made where it is not there.
fn folder_of(
    root: &Path,
    path: &[String],
    folders: &mut HashMap<Vec<String>, PathBuf>,
    abouts: &mut HashMap<PathBuf, About>,
) -> io::Result<PathBuf> {
    if let Some(known) = folders.get(path) {
        return Ok(known.clone());
    }
    let Some((name, above)) = path.split_last() else { return Ok(PathBuf::new()) };
    let parent = folder_of(root, above, folders, abouts)?;
    let mut folder = parent.join(file_name(name));
    let mut number = 2;
    while root.join(&folder).exists() {
        folder = parent.join(format!("{} {number}", file_name(name)));
        number += 1;
    }
    std::fs::create_dir(root.join(&folder))?;
    let plain = folder.file_name().is_some_and(|own| own.to_string_lossy() == *name);
    if !plain {
        name.clone_into(&mut abouts.entry(folder.clone()).or_default().name);
    }
    note_order(abouts, &parent, &folder);
    folders.insert(path.to_vec(), folder.clone());
    Ok(folder)
}

fn note_order(abouts: &mut HashMap<PathBuf, About>, folder: &Path, inside: &Path) {
    let name = inside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    abouts.entry(folder.to_owned()).or_default().order.push(name);
}

/// A collection that lies in no folder, as if it did.
pub fn unfiled(whole: &Imported) -> Collection {
    let mut entries: Vec<Entry> = Vec::new();
    let path = |names: &[String]| names.iter().map(|name| file_name(name)).collect::<PathBuf>();
    for (folder, description) in &whole.folders {
        let about = About::new(folder.last().map_or("", String::as_str), description);
        entries.push(Entry::Folder { path: path(folder), about: Arc::new(about) });
        for (_, saved) in whole.requests.iter().filter(|(own, _)| own == folder) {
            let file = path(folder).join(format!("{}.toml", file_name(&saved.name)));
            entries.push(Entry::Request { path: file, saved: Arc::new(saved.clone()), stamp: Stamp::default() });
        }
    }
    for (_, saved) in whole.requests.iter().filter(|(folder, _)| folder.is_empty()) {
        let file = PathBuf::from(format!("{}.toml", file_name(&saved.name)));
        entries.push(Entry::Request { path: file, saved: Arc::new(saved.clone()), stamp: Stamp::default() });
    }
    let about = About::new(&whole.name, &whole.description);
    Collection { root: PathBuf::from(&whole.name), about: Arc::new(about), entries }
}

/// A collection as it goes out. Files that are no requests are left out.
pub fn gather(collection: &Collection) -> Imported {
    let root = collection.root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = &collection.about;
    let mut whole = Imported {
        name: if about.name.is_empty() { root } else { about.name.clone() },
        description: about.description.clone(),
        variables: about.variables().map(|(name, value)| (name.to_owned(), value)).collect(),
        ..Imported::default()
    };
    let mut names: HashMap<PathBuf, Vec<String>> = HashMap::from([(PathBuf::new(), Vec::new())]);
    for entry in &collection.entries {
        let above = entry.path().parent().and_then(|folder| names.get(folder)).cloned().unwrap_or_default();
        match entry {
            Entry::Folder { path, about } => {
                let mut own = above;
                own.push(entry.name());
                whole.folders.push((own.clone(), about.description.clone()));
                names.insert(path.clone(), own);
            }
            Entry::Request { saved, .. } => whole.requests.push((above, (**saved).clone())),
            Entry::Broken { .. } => {}
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Request, Saved, postman};

    #[test]
    fn a_collection_goes_to_a_folder_and_comes_back() {
        let request = |name: &str| Saved::new(name, Request::get("limits"));
        let folder = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let whole = Imported {
            name: "APIs / all".to_owned(),
            description: "What\nfor".to_owned(),
            folders: vec![(folder(&["Zoo"]), "z".to_owned()), (folder(&["Zoo", "a/b"]), String::new())],
            requests: vec![
                (folder(&["Zoo", "a/b"]), request("two")),
                (folder(&["Zoo", "a/b"]), request("one")),
                (folder(&["Zoo", "a/b"]), request("one")),
                (folder(&[]), request("GET /x")),
            ],
            variables: vec![("site".to_owned(), "x".to_owned())],
            lost: Vec::new(),
        };
        let place = tempfile::tempdir().unwrap();
        let root = put(place.path(), &whole.name, &whole).unwrap();
        assert_eq!(root.file_name().unwrap(), "APIs - all");
        assert_eq!(gather(&Collection::read(&root)), whole);
        // A second one of the same name stands beside it.
        assert_eq!(put(place.path(), &whole.name, &whole).unwrap().file_name().unwrap(), "APIs - all 2");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 2, "nothing else is left there");
    }

    #[test]
    fn salesforces_collection_goes_over_the_disk_without_loss() {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/postman/postman-salesforce-platform-apis.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("{} is not there: nothing is compared", path.display());
            return;
        };
        let mut whole = postman::import(&text).unwrap();
        let place = tempfile::tempdir().unwrap();
        let root = put(place.path(), &whole.name, &whole).unwrap();
        let again = gather(&Collection::read(&root));
        whole.lost.clear();
        assert_eq!(again.requests.len(), 232);
        for (one, other) in again.requests.iter().zip(&whole.requests) {
            let sorted = |saved: &Saved| {
                let mut saved = saved.clone();
                saved.variables.sort();
                saved
            };
            assert_eq!((&one.0, sorted(&one.1)), (&other.0, sorted(&other.1)));
        }
        assert_eq!(again.folders, whole.folders);
    }
}
