//! What was done is taken back, whatever became of the files meanwhile.

use super::*;
use crate::request::{Request, Saved};
use crate::store::collection::read_one;

struct Desk(tempfile::TempDir);

impl Desk {
    /// `A/one.toml`, `A/two.toml` and an order of them, as somebody wrote it.
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let shelf = desk.shelf();
        for name in ["one", "two"] {
            shelf.add(&Path::new("A").join(format!("{name}.toml")), &Saved::new(name, Request::get("limits"))).unwrap();
        }
        std::fs::write(desk.0.path().join("A/_folder.toml"), "# ours\norder = ['two.toml', \"one.toml\"]\n").unwrap();
        desk
    }

    fn shelf(&self) -> Shelf {
        Shelf::open(self.0.path()).unwrap()
    }

    /// Everything there is, with its text.
    fn all(&self) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                let own = path.strip_prefix(self.0.path()).unwrap().to_owned();
                if path.is_dir() {
                    folders.push(path);
                    found.push((own, String::new()));
                } else {
                    found.push((own, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.0.path().join(path), text).unwrap();
    }
}

fn path(path: &str) -> &Path {
    Path::new(path)
}

#[test]
fn each_change_is_taken_back_to_the_byte() {
    type Change = fn(&Shelf) -> Result<Undo>;
    let changes: [(Act, Change); 10] = [
        (Act::Renamed, |shelf| shelf.call(path("A/one.toml"), "Uno / dos")),
        (Act::Renamed, |shelf| shelf.call(path("A"), "Big")),
        (Act::Renamed, |shelf| shelf.call(path("A"), "x/y")),
        (Act::Moved, |shelf| shelf.relocate(path("A/one.toml"), path("B/deep/one.toml"))),
        (Act::Moved, |shelf| shelf.relocate(path("A"), path("B/A"))),
        (Act::Copied, |shelf| shelf.copy(path("A/one.toml"))),
        (Act::Copied, |shelf| shelf.copy(path("A"))),
        (Act::Made, |shelf| shelf.make_folder(path("C/d"))),
        (Act::Deleted, |shelf| shelf.delete(path("A"))),
        (Act::Described, |shelf| shelf.retell(path("A/two.toml"), |saved| saved.description = "x".to_owned())),
    ];
    let desk = Desk::new();
    let before = desk.all();
    for (at, (act, change)) in changes.iter().enumerate() {
        let undo = change(&desk.shelf()).unwrap();
        assert_eq!(undo.act, *act);
        assert_ne!(desk.all(), before, "{at}: nothing was changed");
        let undone = desk.shelf().take_back(&undo).unwrap();
        assert_eq!((desk.all(), undone.told), (before.clone(), Vec::<String>::new()), "{at}");
    }
    // One upon the other.
    let undos: Vec<Undo> = [5, 0, 3, 4, 7]
        .iter()
        .map(|at| {
            let (_, change) = changes[*at];
            let shelf = desk.shelf();
            change(&shelf).or_else(|_| shelf.call(path("A/two.toml"), "another")).unwrap()
        })
        .collect();
    for undo in undos.iter().rev() {
        desk.shelf().take_back(undo).unwrap();
    }
    assert_eq!(desk.all(), before);
}

#[test]
fn what_lies_in_the_way_stays_and_what_is_back_comes_beside_it() {
    let desk = Desk::new();
    let deleted = desk.shelf().delete(path("A/one.toml")).unwrap();
    let moved = desk.shelf().relocate(path("A/two.toml"), path("B/two.toml")).unwrap();
    let text = "address = \"theirs\"\n";
    desk.write("A/one.toml", text);
    desk.write("A/two.toml", text);
    for (undo, back) in [(&moved, "A/two 2.toml"), (&deleted, "A/one 2.toml")] {
        let undone = desk.shelf().take_back(undo).unwrap();
        assert_eq!(undone.moved.last().unwrap().1, path(back));
        assert!(undone.told[0].contains("is taken: it is back as"), "{undone:?}");
        assert_eq!(read_one(desk.0.path(), path(back)).unwrap().0.request.address, "limits");
    }
    for file in ["A/one.toml", "A/two.toml"] {
        assert_eq!(std::fs::read_to_string(desk.0.path().join(file)).unwrap(), text, "{file} is somebody else's");
    }
}

#[test]
fn what_somebody_changed_since_stays_as_it_is() {
    let desk = Desk::new();
    let copied = desk.shelf().copy(path("A")).unwrap();
    desk.write("A 2/three.toml", "address = \"x\"\n");
    let undone = desk.shelf().take_back(&copied).unwrap();
    assert!(undone.told[0].contains("A 2 was changed since: it stays"), "{undone:?}");
    assert!(desk.0.path().join("A 2/three.toml").exists());
    // The name of the file is taken back, and what was written into it stays.
    let called = desk.shelf().call(path("A/one.toml"), "uno").unwrap();
    desk.write("A/uno.toml", "name = \"uno\"\naddress = \"theirs\"\n");
    let undone = desk.shelf().take_back(&called).unwrap();
    assert!(undone.told[0].contains("its text stays"), "{undone:?}");
    assert_eq!(read_one(desk.0.path(), path("A/one.toml")).unwrap().0.request.address, "theirs");
}

#[test]
fn what_is_gone_is_told_and_nothing_else_is_touched() {
    let desk = Desk::new();
    let moved = desk.shelf().relocate(path("A/one.toml"), path("B/one.toml")).unwrap();
    std::fs::rename(desk.0.path().join("B/one.toml"), desk.0.path().join("elsewhere.toml")).unwrap();
    let before = desk.all();
    assert!(matches!(desk.shelf().take_back(&moved), Err(CollectionError::Gone(_))));
    assert_eq!(desk.all(), before);
    let deleted = desk.shelf().delete(path("A/two.toml")).unwrap();
    desk.shelf().forget(&deleted);
    assert!(matches!(desk.shelf().take_back(&deleted), Err(CollectionError::Gone(at)) if at == path("A/two.toml")));
}

#[test]
fn a_change_that_fails_half_way_is_taken_back_at_once() {
    let desk = Desk::new();
    let before = desk.all();
    let shelf = desk.shelf();
    let failed = shelf.noted(Act::Renamed, |notes| {
        notes.shift(path("A/one.toml"), path("X/one.toml"))?;
        notes.write(path("A/_folder.toml"), "order = []\n")?;
        notes.shift(path("nothing.toml"), path("y.toml"))?;
        Ok(PathBuf::new())
    });
    drop(shelf);
    assert!(matches!(failed, Err(CollectionError::Gone(_))));
    assert_eq!(desk.all(), before);
}
