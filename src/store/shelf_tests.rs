//! Collections on a disk: order, changes from both sides, several who write at once.

use super::*;
use crate::request::Request;
use crate::store::{Collection, Entry};
use std::sync::Barrier;

fn saved(name: &str) -> Saved {
    Saved::new(name, Request::get("limits"))
}

fn save(root: &Path, path: &Path, saved: &Saved, over: Option<Stamp>) -> Result<Written> {
    Shelf::open(root)?.save(path, saved, over)
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
fn moves_and_copies_stay_inside_and_take_no_ones_place() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    there(save(root, Path::new("a.toml"), &saved("a"), None).unwrap());
    there(save(root, Path::new("b.toml"), &saved("b"), None).unwrap());
    let shelf = Shelf::open(root).unwrap();
    let to = |from: &str, to: &str| shelf.relocate(Path::new(from), Path::new(to));
    assert!(matches!(to("a.toml", "b.toml"), Err(CollectionError::Exists(_))));
    to("a.toml", "deep/er/a.toml").unwrap();
    assert!(matches!(to("deep", "deep/er/deep"), Err(CollectionError::Outside(_))));
    assert!(matches!(to("a.toml", "c.toml"), Err(CollectionError::Gone(_))));
    for path in ["../x.toml", "/etc/x.toml", "a/../../x.toml", ""] {
        let own = Path::new(path);
        assert!(matches!(shelf.save(own, &saved("x"), None), Err(CollectionError::Outside(_))), "{path:?}");
        assert!(matches!(shelf.delete(own), Err(CollectionError::Outside(_))), "{path:?}");
        assert!(matches!(shelf.copy(own), Err(CollectionError::Outside(_))), "{path:?}");
        assert!(matches!(to("b.toml", path), Err(CollectionError::Outside(_))), "{path:?}");
    }
}

/// All files and folders below, those of ours among them.
fn all(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            found.push(entry.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            if entry.is_dir() {
                folders.push(entry);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn nothing_of_ours_is_left_in_a_folder_that_is_shared_nor_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("requests");
    let shelf = Shelf::open(&root).unwrap();
    let (path, stamp) = shelf.add(Path::new("A/a.toml"), &saved("a")).unwrap();
    shelf.save(&path, &saved("a, again"), Some(stamp)).unwrap();
    shelf.call(&path, "b").unwrap();
    shelf.relocate(Path::new("A/b.toml"), Path::new("B/b.toml")).unwrap();
    shelf.copy(Path::new("B")).unwrap();
    shelf.make_folder(Path::new("C")).unwrap();
    let gone = shelf.delete(Path::new("B 2")).unwrap();
    drop(shelf);
    // While something can be brought back, it lies where git does not look.
    let own =
        [".orgdeck", ".orgdeck/.gitignore", ".orgdeck/deleted", ".orgdeck/deleted/B 2", ".orgdeck/deleted/B 2/b.toml"];
    let theirs = ["A", "B", "B/b.toml", "C"];
    assert_eq!(all(&root), own.iter().chain(&theirs).copied().collect::<Vec<_>>());
    assert_eq!(std::fs::read_to_string(root.join(".orgdeck/.gitignore")).unwrap(), "*\n");
    crate::store::undo::forget([&gone].into_iter());
    assert_eq!(all(&root), theirs);
    if cfg!(unix) {
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1, "the lock is no file");
    }
}

#[test]
fn what_a_killed_one_left_is_removed_by_the_next_and_never_shown() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    there(save(root, Path::new("a.toml"), &saved("a"), None).unwrap());
    std::fs::create_dir_all(root.join(".orgdeck/staged/import")).unwrap();
    std::fs::write(root.join(".orgdeck/staged/import/half.toml"), "address = \"lim").unwrap();
    std::fs::write(root.join(".a.toml.lock"), "").unwrap();
    assert_eq!(names(root), ["a"]);
    there(save(root, Path::new("b.toml"), &saved("b"), None).unwrap());
    assert_eq!(all(root), [".a.toml.lock", "a.toml", "b.toml"]);
}

#[test]
fn of_two_who_save_at_once_one_wins_and_the_other_keeps_its_text() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let (path, mut stamp) = there(save(root, Path::new("a.toml"), &saved("a"), None).unwrap());
    for round in 0..60 {
        let start = Barrier::new(4);
        let written: Vec<(String, Written)> = std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..4)
                .map(|who| {
                    let (start, path) = (&start, &path);
                    scope.spawn(move || {
                        let name = format!("{round} {who}");
                        start.wait();
                        (name.clone(), save(root, path, &saved(&name), Some(stamp)).unwrap())
                    })
                })
                .collect();
            tasks.into_iter().map(|task| task.join().unwrap()).collect()
        });
        let won = written.iter().filter(|(_, written)| matches!(written, Written::There(..))).count();
        assert_eq!(won, 1, "round {round}: {written:?}");
        for (name, written) in written {
            let (Written::There(place, own) | Written::Beside(place, own)) = &written;
            let read = Collection::read(root);
            let (there, held) = read.request(place).unwrap_or_else(|| panic!("{written:?}"));
            assert_eq!((&there.name, held), (&name, *own), "each finds its text where it was told");
            if matches!(written, Written::There(..)) {
                stamp = *own;
            } else {
                std::fs::remove_file(root.join(place)).unwrap();
            }
        }
    }
}

#[test]
fn new_requests_of_one_name_get_places_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    std::thread::scope(|scope| {
        for who in 0..8 {
            scope.spawn(move || {
                Shelf::open(root).unwrap().add(Path::new("x/a.toml"), &saved(&format!("{who}"))).unwrap()
            });
        }
    });
    let mut there: Vec<String> =
        Collection::read(root).entries.iter().filter(|e| matches!(e, Entry::Request { .. })).map(Entry::name).collect();
    there.sort();
    assert_eq!(there, ["0", "1", "2", "3", "4", "5", "6", "7"]);
}

#[test]
fn a_stamp_is_the_same_in_every_version() {
    assert_eq!(Stamp::of(b"").text(), "cbf29ce484222325");
    assert_eq!(Stamp::of(b"foobar").text(), "85944171f73967e8");
    assert_eq!(Stamp::of_text(&Stamp::of(b"foobar").text()), Stamp::of(b"foobar"));
}
