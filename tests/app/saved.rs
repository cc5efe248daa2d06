//! Saved requests on the screen, over real files: the pane, saving, changes from outside, import, captures, copies.

mod captures;
mod files;
mod follow;
mod looks;
mod pane;
mod paste;
mod trust;
mod undo;

use super::support::{Bench, profiles};
use orgdeck::app::saved::{Change, Done, Imported, Job, Library};
use orgdeck::app::{Effect, Event};
use orgdeck::request::{Capture, Pair, Request, RequestBody, Saved};
use orgdeck::runtime::{captures as taking, collections};
use orgdeck::store::shelf::Shelf;
use orgdeck::store::{About, Act, Entry, Undo, Undone};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// A screen and the folder of its profiles.
pub struct Desk {
    pub bench: Bench,
    pub config: tempfile::TempDir,
}

impl Desk {
    /// On the REST screen, logged in; nothing is saved.
    pub fn new() -> Self {
        Self::of((120, 40))
    }

    pub fn of(size: (u16, u16)) -> Self {
        let mut bench = Bench::with(profiles(), size);
        bench.log_in();
        bench.answer_all();
        bench.keys("2");
        bench.answer_all();
        Self { bench, config: tempfile::tempdir().unwrap() }
    }

    /// The same with a collection of four requests, the saved requests in sight and known.
    pub fn with_requests() -> Self {
        let mut desk = Self::new();
        fill(desk.root());
        desk.keys("t");
        desk
    }

    /// The folder of all collections.
    pub fn root(&self) -> PathBuf {
        collections::folder(self.config.path())
    }

    /// Keys, and all that they want done with files and captures, as the runtime does it.
    pub fn keys(&mut self, names: &str) {
        for name in names.split_whitespace() {
            self.bench.keys(name);
            self.settle();
        }
    }

    pub fn typed(&mut self, text: &str) {
        self.bench.typed(text);
        self.settle();
    }

    pub fn event(&mut self, event: Event) {
        self.bench.event(event);
        self.settle();
    }

    pub fn settle(&mut self) {
        settle(&mut self.bench, self.config.path());
    }

    /// Puts the cursor of the pane on what is called so.
    pub fn choose(&mut self, name: &str) {
        let pane = &mut self.bench.state.saved;
        let at = pane.rows.iter().position(|at| pane.library.get(*at).is_some_and(|entry| entry.name() == name));
        pane.row = at.unwrap_or_else(|| panic!("{name} is not shown"));
    }

    /// The names that the pane shows of the user's own, with their depth.
    pub fn shown(&self) -> Vec<String> {
        let pane = &self.bench.state.saved;
        let own = pane.rows.iter().filter(|at| **at < pane.library.own()).filter_map(|at| pane.library.get(*at));
        own.map(|entry| format!("{}{}", " ".repeat(entry.depth()), entry.name())).collect()
    }

    pub fn notice(&self) -> &str {
        self.bench.notice()
    }

    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// Does what is wanted, until nothing is.
pub fn settle(bench: &mut Bench, config: &Path) {
    loop {
        let at = bench.wanted.iter().position(|e| matches!(e, Effect::Collections(..) | Effect::Capture { .. }));
        let event = match at.map(|at| bench.wanted.remove(at)) {
            Some(Effect::Collections(id, job)) => Event::Collections(id, Box::new(collections::run(config, job))),
            Some(Effect::Capture { id, captures, exchange }) => {
                Event::Captured(id, taking::run(&captures, &exchange, &taking::in_process))
            }
            _ => return,
        };
        bench.event(event);
    }
}

fn saved(name: &str, method: &str, address: &str) -> Saved {
    Saved::new(name, Request { method: method.to_owned(), ..Request::get(address) })
}

/// A small collection, as somebody wrote it.
pub fn fill(root: PathBuf) {
    let shelf = Shelf::open(&root).unwrap();
    let add = |path: &str, saved: &Saved| shelf.add(Path::new(path), saved).unwrap();
    add("Shop/limits.toml", &Saved { tags: vec!["daily".to_owned()], ..saved("Limits left", "GET", "limits") });
    let mut make = saved("Make an account", "POST", "sobjects/{{object}}");
    make.description = "Makes an account.\nIts id is kept.".to_owned();
    make.request.headers = vec![Pair::new("Sforce-Duplicate-Rule-Header", "allowSave=true")];
    make.request.body = RequestBody::Text("{\n  \"Name\": \"{{name}}\"\n}".to_owned());
    make.captures = vec![Capture::of_line("newId = jq .id").unwrap().unwrap()];
    make.variables = vec![("name".to_owned(), "Saved Ltd".to_owned())];
    add("Shop/accounts/make.toml", &make);
    add("Shop/accounts/read.toml", &saved("Read it", "GET", "sobjects/{{object}}/{{newId}}"));
    add("Shop/accounts/gone.toml", &saved("Delete it", "DELETE", "sobjects/{{object}}/{{newId}}"));
    let mut about = About::new("", "Everything of the shop.");
    about.set("object", "Account");
    shelf.describe(Path::new("Shop"), &about).unwrap();
}

/// What a job might come to, without a file: for events at random.
pub fn answer(job: &Job, fails: bool) -> Done {
    let path = PathBuf::from("Shop/limits.toml");
    let one = Arc::new(Saved {
        captures: vec![Capture::of_line("id = jq .id").unwrap().unwrap()],
        ..saved("x", "GET", "limits")
    });
    let folder = |path: &str| Entry::Folder { path: PathBuf::from(path), about: Arc::default() };
    let request =
        |path: &str| Entry::Request { path: PathBuf::from(path), saved: Arc::clone(&one), stamp: Default::default() };
    let broken = Entry::Broken { path: PathBuf::from("Shop/b\u{1b}.toml"), error: "1:1: no".to_owned() };
    let own = vec![folder("Shop"), folder("Shop/a"), request("Shop/a/y.toml"), request("Shop/limits.toml"), broken];
    let library = Library::new(PathBuf::from("/x"), own, vec![folder("Ours"), request("Ours/z.toml")]);
    let change = match job {
        _ if fails => Err("the disk is full".to_owned()),
        Job::Read => Ok(Change::None),
        Job::Save(path, saved, over) => Ok(Change::Saved {
            path: path.clone(),
            saved: saved.clone(),
            stamp: Default::default(),
            beside: over.is_some(),
        }),
        Job::MakeFolder(_) => Ok(arranged(Act::Made)),
        Job::Duplicate(_) => Ok(arranged(Act::Copied)),
        Job::Call(..) => Ok(arranged(Act::Renamed)),
        Job::Move(..) => Ok(arranged(Act::Moved)),
        Job::Delete(_) => Ok(arranged(Act::Deleted)),
        Job::Describe(..) | Job::Tag(..) => Ok(arranged(Act::Described)),
        Job::Undo(undo) => {
            let moved = vec![(path, PathBuf::from("Shop/a/y.toml"))];
            let told = if undo.act == Act::Moved { vec!["it is taken".to_owned()] } else { Vec::new() };
            Ok(Change::Undone(undo.clone(), Undone { moved, told }))
        }
        Job::Import(_) | Job::ImportText(_) => {
            Ok(Change::Imported(Imported { told: "1".to_owned(), lost: vec!["l".to_owned()], path: Some(path) }))
        }
    };
    Done { change, library }
}

/// What is done to a real file, once for each.
fn arranged(act: Act) -> Change {
    static DONE: LazyLock<Vec<Undo>> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::open(folder.path()).unwrap();
        shelf.add(Path::new("Shop/limits.toml"), &saved("x", "GET", "limits")).unwrap();
        let (shop, limits) = (Path::new("Shop"), Path::new("Shop/limits.toml"));
        vec![
            shelf.copy(limits).unwrap(),
            shelf.make_folder(Path::new("Shop/b")).unwrap(),
            shelf.retell(limits, |saved| saved.tags = vec!["t".to_owned()]).unwrap(),
            shelf.call(limits, "y").unwrap(),
            shelf.relocate(Path::new("Shop/y.toml"), Path::new("Shop/a/y.toml")).unwrap(),
            shelf.delete(shop).unwrap(),
        ]
    });
    Change::Arranged(Box::new(DONE.iter().find(|undo| undo.act == act).unwrap().clone()))
}
