//! Putting a collection in order: names, places, copies, what is told of a thing. Each change can be taken back. Where a
//! folder's file says in which order its things stand, a thing keeps its place under its new name.

use super::about::{ABOUT, About};
use super::collection::{CollectionError, ENDING, io_error, last, read_one};
use super::file_name;
use super::shelf::{Result, Shelf, inside, there};
use super::undo::{self, Act, Notes, Undo};
use crate::request::{Saved, saved_text};
use std::path::Path;

impl Shelf {
    /// Makes an empty folder.
    ///
    /// # Errors
    /// Where something is there, or it lies outside.
    pub fn make_folder(&self, path: &Path) -> Result<Undo> {
        inside(path)?;
        let staged = self.staged(&last(path))?;
        let whole = self.root.join(&staged);
        std::fs::create_dir(&whole).map_err(|error| io_error(&whole, error))?;
        self.noted(Act::Made, |notes| notes.place(&staged, path).map(|()| path.to_owned()))
    }

    /// Gives a request, a folder or a whole collection another name: what it says of itself and what its file is called.
    ///
    /// # Errors
    /// Where something of that name is there, or it lies outside.
    pub fn call(&self, path: &Path, name: &str) -> Result<Undo> {
        inside(path)?;
        let folder = self.root.join(path).is_dir();
        let stem = file_name(name);
        let to = path.with_file_name(if folder { stem.clone() } else { format!("{stem}.{ENDING}") });
        self.noted(Act::Renamed, |notes| {
            if to != path {
                notes.shift(path, &to)?;
                self.keep_order(path, &to, notes)?;
            }
            if folder {
                self.call_folder(&to, if stem == name { "" } else { name }, notes)?;
            } else {
                self.tell(&to, |saved| name.clone_into(&mut saved.name), notes)?;
            }
            Ok(to)
        })
    }

    /// Moves to another folder or name. Nothing is written over.
    ///
    /// # Errors
    /// Where something is there, or it lies outside.
    pub fn relocate(&self, from: &Path, to: &Path) -> Result<Undo> {
        inside(from)?;
        inside(to)?;
        if to.starts_with(from) && to != from {
            return Err(CollectionError::Outside(to.to_owned()));
        }
        self.noted(Act::Moved, |notes| {
            notes.shift(from, to)?;
            self.keep_order(from, to, notes)?;
            Ok(to.to_owned())
        })
    }

    /// Copies a request or a folder to a free name beside it, and calls the copy by it.
    ///
    /// # Errors
    /// Where it is gone, or cannot be copied.
    pub fn copy(&self, path: &Path) -> Result<Undo> {
        inside(path)?;
        let to = self.free(path);
        let whole = self.root.join(path);
        if !there(&whole) {
            return Err(CollectionError::Gone(path.to_owned()));
        }
        let stem = last(&to).strip_suffix(&format!(".{ENDING}")).map_or_else(|| last(&to), str::to_owned);
        let number = stem.rsplit(' ').next().unwrap_or_default();
        let staged = self.staged(&last(&to))?;
        undo::copy(&whole, &self.root.join(&staged))?;
        // It has its name before anybody sees it: that is no step of its own.
        let mut unseen = Notes::new(self);
        if whole.is_dir() {
            let about = About::read(&whole.join(ABOUT));
            if !about.name.is_empty() {
                self.call_folder(&staged, &format!("{} {number}", about.name), &mut unseen)?;
            }
        } else if let Ok((saved, _)) = read_one(&self.root, path) {
            self.tell(&staged, |copy| copy.name = format!("{} {number}", saved.name), &mut unseen)?;
        }
        self.noted(Act::Copied, |notes| notes.place(&staged, &to).map(|()| to))
    }

    /// Takes a request or a folder away.
    ///
    /// # Errors
    /// Where it is gone, or lies outside.
    pub fn delete(&self, path: &Path) -> Result<Undo> {
        inside(path)?;
        let aside = self.deleted(&last(path))?;
        self.noted(Act::Deleted, |notes| notes.shift(path, &aside).map(|()| path.to_owned()))
    }

    /// Tells something else of a request: its file keeps what is not changed, whoever wrote it.
    ///
    /// # Errors
    /// Where it is gone, or no request.
    pub fn retell(&self, path: &Path, change: impl FnOnce(&mut Saved)) -> Result<Undo> {
        inside(path)?;
        if !there(&self.root.join(path)) {
            return Err(CollectionError::Gone(path.to_owned()));
        }
        read_one(&self.root, path).map_err(|why| CollectionError::NoRequest(path.to_owned(), why))?;
        self.noted(Act::Described, |notes| self.tell(path, change, notes).map(|()| path.to_owned()))
    }

    fn tell(&self, path: &Path, change: impl FnOnce(&mut Saved), notes: &mut Notes<'_>) -> Result<()> {
        // A file that is no request has nothing to say of itself.
        let Ok((mut saved, _)) = read_one(&self.root, path) else { return Ok(()) };
        change(&mut saved);
        let old = self.bytes(path)?.unwrap_or_default();
        let text = saved_text::write(&saved, std::str::from_utf8(&old).ok());
        if text.as_bytes() != old { notes.write(path, &text) } else { Ok(()) }
    }

    fn call_folder(&self, path: &Path, name: &str, notes: &mut Notes<'_>) -> Result<()> {
        let file = path.join(ABOUT);
        if About::read(&self.root.join(&file)).name == name {
            return Ok(());
        }
        let old = self.bytes(&file)?.unwrap_or_default();
        // A file that cannot be read is left to whoever wrote it.
        match std::str::from_utf8(&old).ok().and_then(|text| saved_text::called(text, name)) {
            Some(text) => notes.write(&file, &text),
            None => Ok(()),
        }
    }

    /// In the list of a folder, the new name takes the place of the old one. The text stays as it was written.
    fn keep_order(&self, from: &Path, to: &Path, notes: &mut Notes<'_>) -> Result<()> {
        if from.parent() != to.parent() {
            return Ok(());
        }
        let (Some(old), Some(new)) = (from.file_name(), to.file_name()) else { return Ok(()) };
        let file = from.parent().unwrap_or(Path::new("")).join(ABOUT);
        let Ok(text) = std::fs::read_to_string(self.root.join(&file)) else { return Ok(()) };
        let quoted = |name: &std::ffi::OsStr| toml::Value::String(name.to_string_lossy().into_owned()).to_string();
        let mut wanted = About::read(&self.root.join(&file));
        let Some(one) = wanted.order.iter_mut().find(|one| **one == old.to_string_lossy()) else { return Ok(()) };
        *one = new.to_string_lossy().into_owned();
        // Only where the text says just what is wanted: the name may stand in a description, too.
        let changed = text
            .match_indices(&quoted(old))
            .map(|(at, found)| format!("{}{}{}", head(&text, at), quoted(new), tail(&text, at + found.len())))
            .find(|text| toml::from_str::<About>(text).is_ok_and(|about| about == wanted));
        changed.map_or(Ok(()), |text| notes.write(&file, &text))
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
    use crate::request::Request;
    use crate::store::Collection;
    use std::path::PathBuf;

    fn make(root: &Path, path: &str) {
        let saved = Saved::new(Path::new(path).file_stem().unwrap().to_string_lossy(), Request::get("limits"));
        Shelf::open(root).unwrap().add(Path::new(path), &saved).unwrap();
    }

    fn call(root: &Path, path: &str, name: &str) -> Result<PathBuf> {
        Shelf::open(root)?.call(Path::new(path), name).map(|undo| undo.path)
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
        assert_eq!(call(root, "A/one.toml", "Uno / dos").unwrap(), Path::new("A/Uno - dos.toml"));
        assert_eq!(names(root), ["A", "  two", "  Uno / dos", "  three"]);
        let text = std::fs::read_to_string(root.join("A").join(ABOUT)).unwrap();
        assert_eq!(text, about.replace("  \"one.toml\"", "  \"Uno - dos.toml\""), "comments and the rest stay");
    }

    #[test]
    fn folders_and_collections_are_called() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        make(root, "A/inner/one.toml");
        std::fs::write(root.join("A/inner").join(ABOUT), "# why\ndescription = 'd' # what\n").unwrap();
        assert_eq!(call(root, "A/inner", "x/y").unwrap(), Path::new("A/x-y"));
        let told = std::fs::read_to_string(root.join("A/x-y").join(ABOUT)).unwrap();
        assert!(told.contains("# why\ndescription = 'd' # what\n") && told.contains("x/y"), "{told}");
        assert_eq!(call(root, "A", "B").unwrap(), Path::new("B"));
        assert_eq!(names(root), ["B", "  x/y", "    one"]);
        assert_eq!(call(root, "B/x-y", "z").unwrap(), Path::new("B/z"));
        assert_eq!(names(root), ["B", "  z", "    one"], "an old name does not stay");
        make(root, "B/z/two.toml");
        assert!(matches!(call(root, "B/z/two.toml", "one"), Err(CollectionError::Exists(_))));
    }

    #[test]
    fn copies_have_names_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        make(root, "A/v1.2/one.toml");
        make(root, "A/v1.2/deep/two.toml");
        std::fs::write(root.join("A/v1.2/rows.csv"), "a,b").unwrap();
        std::fs::create_dir_all(root.join("A/v1.2/.git")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc", root.join("A/v1.2/elsewhere")).unwrap();
        let shelf = Shelf::open(root).unwrap();
        assert_eq!(shelf.copy(Path::new("A/v1.2/one.toml")).unwrap().path, Path::new("A/v1.2/one 2.toml"));
        assert_eq!(shelf.copy(Path::new("A/v1.2")).unwrap().path, Path::new("A/v1.2 2"));
        shelf.call(Path::new("A/v1.2"), "v/1").unwrap();
        assert_eq!(shelf.copy(Path::new("A/v-1")).unwrap().path, Path::new("A/v-1 2"));
        drop(shelf);
        let wanted = [
            ("  v1.2 2", &["    deep", "      two", "    one", "    one 2"]),
            ("  v/1", &["    deep", "      two", "    one", "    one 2"]),
            ("  v/1 2", &["    deep", "      two", "    one", "    one 2"]),
        ];
        let wanted = wanted.iter().flat_map(|(name, inside)| [*name].into_iter().chain(inside.iter().copied()));
        assert_eq!(names(root), ["A"].into_iter().chain(wanted).collect::<Vec<_>>());
        assert!(root.join("A/v1.2 2/rows.csv").exists(), "a body's file goes along");
        assert!(!root.join("A/v1.2 2/.git").exists() && !there(&root.join("A/v1.2 2/elsewhere")));
        assert!(!there(&root.join(".orgdeck")), "nothing of ours is left");
    }

    #[test]
    fn what_is_told_of_a_request_changes_nothing_else_of_its_file() {
        let root = tempfile::tempdir().unwrap();
        let text = "# ours\naddress = 'limits' # all of them\n";
        std::fs::write(root.path().join("a.toml"), text).unwrap();
        std::fs::write(root.path().join("b.toml"), "address =").unwrap();
        let shelf = Shelf::open(root.path()).unwrap();
        let path = Path::new("a.toml");
        let undo = shelf.retell(path, |saved| saved.tags = vec!["daily".to_owned(), "read only".to_owned()]).unwrap();
        let now = std::fs::read_to_string(root.path().join("a.toml")).unwrap();
        assert!(now.starts_with(text) && now.contains("tags = [\"daily\", \"read only\"]"), "{now}");
        assert_eq!(shelf.take_back(&undo).unwrap(), Default::default());
        assert_eq!(std::fs::read_to_string(root.path().join("a.toml")).unwrap(), text);
        let broken = shelf.retell(Path::new("b.toml"), |_| {});
        assert!(matches!(broken, Err(CollectionError::NoRequest(..))), "{broken:?}");
        assert!(matches!(shelf.retell(Path::new("c.toml"), |_| {}), Err(CollectionError::Gone(_))));
    }
}
