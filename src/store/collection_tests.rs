//! Collections on a disk: order, changes from both sides, undo.

use super::*;
use crate::request::Request;

fn saved(name: &str) -> Saved {
    Saved::new(name, Request::get("limits"))
}

fn names(root: &Path) -> Vec<String> {
    Collection::read(root).entries.iter().map(|e| format!("{}{}", "  ".repeat(e.depth()), e.name())).collect()
}

fn there(written: Written) -> (PathBuf, Stamp) {
    match written {
        Written::There(path, stamp) => (path, stamp),
        other => panic!("{other:?}"),
    }
}

#[test]
fn folders_come_first_and_numbers_are_numbers() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    for name in ["b", "Step 10", "step 2", "a"] {
        let path = new_path(root, Path::new(""), name);
        there(save(root, &path, &saved(name), None).unwrap());
    }
    there(save(root, &new_path(root, Path::new("zoo/inner"), "x"), &saved("x"), None).unwrap());
    std::fs::write(root.join("broken.toml"), "address = ").unwrap();
    std::fs::write(root.join("notes.md"), "not a request").unwrap();
    assert_eq!(names(root), ["zoo", "  inner", "    x", "a", "b", "broken", "step 2", "Step 10"]);
    let collection = Collection::read(root);
    let broken = collection.entries.iter().find(|entry| entry.name() == "broken").unwrap();
    assert!(matches!(broken, Entry::Broken { error, .. } if error.starts_with("1:")), "{broken:?}");
    assert_eq!(Collection::read(&root.join("nothing")).entries, []);
}

#[test]
fn a_file_that_somebody_else_changed_is_not_written_over() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let (path, stamp) = there(save(root, Path::new("a.toml"), &saved("a"), None).unwrap());
    let (_, stamp) = there(save(root, &path, &saved("a changed"), Some(stamp)).unwrap());
    std::fs::write(root.join(&path), "address = \"theirs\"\n").unwrap();
    let written = save(root, &path, &saved("mine"), Some(stamp)).unwrap();
    let Written::Beside(beside, _) = written else { panic!("{written:?}") };
    assert_eq!(beside, Path::new("a 2.toml"));
    let read = Collection::read(root);
    assert_eq!(read.request(&path).unwrap().0.request.address, "theirs");
    assert_eq!(read.request(&beside).unwrap().0.name, "mine");
    // A new request never takes the place of one that is there.
    assert!(matches!(save(root, &path, &saved("new"), None).unwrap(), Written::Beside(..)));
    // One deleted meanwhile is there again.
    std::fs::remove_file(root.join(&path)).unwrap();
    there(save(root, &path, &saved("again"), Some(stamp)).unwrap());
}

#[test]
fn what_is_deleted_comes_back() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    for name in ["folder/a.toml", "folder/b.toml", "c.toml"] {
        there(save(root, Path::new(name), &saved(name), None).unwrap());
    }
    let before = names(root);
    let folder = delete(root, Path::new("folder")).unwrap();
    let file = delete(root, Path::new("c.toml")).unwrap();
    assert_eq!(names(root), Vec::<String>::new());
    there(save(root, Path::new("c.toml"), &saved("another"), None).unwrap());
    assert_eq!(restore(root, &file).unwrap(), Path::new("c 2.toml"));
    assert_eq!(restore(root, &folder).unwrap(), Path::new("folder"));
    assert_eq!(names(root).len(), before.len() + 1);
    delete(root, Path::new("folder")).unwrap();
    empty_trash(root);
    assert!(!root.join(TRASH).exists());
}

#[test]
fn moves_and_copies_stay_inside_and_take_no_ones_place() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    there(save(root, Path::new("a.toml"), &saved("a"), None).unwrap());
    there(save(root, Path::new("b.toml"), &saved("b"), None).unwrap());
    assert!(matches!(rename(root, Path::new("a.toml"), Path::new("b.toml")), Err(CollectionError::Exists(_))));
    rename(root, Path::new("a.toml"), Path::new("deep/er/a.toml")).unwrap();
    assert_eq!(duplicate(root, Path::new("deep/er/a.toml")).unwrap(), Path::new("deep/er/a 2.toml"));
    assert!(matches!(rename(root, Path::new("deep"), Path::new("deep/er/deep")), Err(CollectionError::Outside(_))));
    for path in ["../x.toml", "/etc/x.toml", "a/../../x.toml", ""] {
        let path = Path::new(path);
        assert!(matches!(save(root, path, &saved("x"), None), Err(CollectionError::Outside(_))), "{path:?}");
        assert!(matches!(delete(root, path), Err(CollectionError::Outside(_))), "{path:?}");
        assert!(matches!(rename(root, Path::new("b.toml"), path), Err(CollectionError::Outside(_))), "{path:?}");
    }
}
