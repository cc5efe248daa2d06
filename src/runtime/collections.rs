//! Does jobs on the files of saved requests, and reads all of them anew after each. Runs on the blocking pool.
//!
//! There is no watching: the files are read when the saved requests come into sight, when the terminal comes to the front
//! again, and after each change. What is written over is compared first, so that a change nobody has seen yet is not lost.

use super::import;
use super::watch::Watch;
use crate::app::Event;
use crate::app::event::TaskId;
use crate::app::saved::{Change, Done, Job, Library};
use crate::request::builtin::built_in;
use crate::store::collection::{CollectionError, Written};
use crate::store::shelf::Shelf;
use crate::store::{Collection, Entry, Trusted, Undo, Undone, exchange};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tokio::sync::mpsc::UnboundedSender;

/// The folder of all collections, in that of the profiles.
pub fn folder(config: &Path) -> PathBuf {
    config.join("requests")
}

/// Does a job off the screen's thread, and tells its end. `config`: none is known before the demo has its folder.
pub(super) fn start(config: Option<PathBuf>, watch: Watch, events: UnboundedSender<Event>, id: TaskId, job: Job) {
    tokio::task::spawn_blocking(move || {
        let done = match config {
            Some(config) => run(&config, job),
            None => nowhere(&job),
        };
        let profiles = matches!(&done.change, Ok(Change::Imported(imported)) if imported.path.is_none());
        // The loop is gone only when the program ends.
        let _ = events.send(Event::Collections(id, Box::new(done)));
        // An environment went into the file of profiles.
        if profiles {
            watch.profiles_written().into_iter().for_each(|event| _ = events.send(event));
        }
    });
}

/// What a job comes to while there is no folder for it.
fn nowhere(job: &Job) -> Done {
    let change = match job {
        Job::Read => Ok(Change::None),
        _ => Err("The demo org is not there yet, and its folder neither: try it again".to_owned()),
    };
    Done { change, library: Library::new(PathBuf::new(), Vec::new(), ours()) }
}

/// Does a job.
pub fn run(config: &Path, job: Job) -> Done {
    let root = folder(config);
    let change = change(config, &root, job);
    let mut library = read(&root);
    library.grants = Trusted::read(config).grants(&root);
    Done { change, library }
}

/// Reads all that is there.
pub fn read(root: &Path) -> Library {
    Library::new(root.to_owned(), Collection::read(root).entries, ours())
}

/// What comes with the program.
fn ours() -> Vec<Entry> {
    /// It never changes. It is checked by a test; were it broken, the user's would be there all the same.
    static OURS: LazyLock<Vec<Entry>> =
        LazyLock::new(|| built_in().map(|whole| exchange::unfiled(&whole)).map(below).unwrap_or_default());
    OURS.clone()
}

/// The entries of a collection as they stand in the folder of all collections.
fn below(collection: Collection) -> Vec<Entry> {
    let Collection { root, about, entries } = collection;
    let inside = entries.into_iter().map(|entry| match entry {
        Entry::Folder { path, about } => Entry::Folder { path: root.join(path), about },
        Entry::Request { path, saved, stamp } => Entry::Request { path: root.join(path), saved, stamp },
        Entry::Broken { path, error } => Entry::Broken { path: root.join(path), error },
    });
    std::iter::once(Entry::Folder { path: root.clone(), about }).chain(inside).collect()
}

fn change(config: &Path, root: &Path, job: Job) -> Result<Change, String> {
    let told = |error: CollectionError| error.to_string();
    let shelf = || Shelf::open(root).map_err(told);
    let arranged =
        |undo: Result<Undo, CollectionError>| undo.map(|undo| Change::Arranged(Box::new(undo))).map_err(told);
    match job {
        Job::Read => Ok(Change::None),
        Job::Save(path, saved, over) => {
            let written = shelf()?.save(&path, &saved, over).map_err(told)?;
            let (path, stamp, beside) = match written {
                Written::There(path, stamp) => (path, stamp, false),
                Written::Beside(path, stamp) => (path, stamp, true),
            };
            Ok(Change::Saved { path, saved, stamp, beside })
        }
        Job::MakeFolder(path) => arranged(shelf()?.make_folder(&path)),
        Job::Call(path, name) => arranged(shelf()?.call(&path, &name)),
        Job::Move(from, to) => arranged(shelf()?.relocate(&from, &to)),
        Job::Duplicate(path) => arranged(shelf()?.copy(&path)),
        Job::Delete(path) => arranged(shelf()?.delete(&path)),
        Job::Describe(path, text) => arranged(shelf()?.retell(&path, |saved| saved.description = text)),
        Job::Tag(path, tags) => arranged(shelf()?.retell(&path, |saved| saved.tags = tags)),
        Job::Undo(undo) => take_back(undo),
        Job::Import(path) => {
            let path = home(&path);
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(Change::Imported(import::import(config, &text, None)?.in_words(root)))
        }
        Job::ImportText(text) => Ok(Change::Imported(import::import(config, &text, None)?.in_words(root))),
    }
}

/// Takes a change back where it was done, whatever the folder is by now. What is gone can never be taken back: that is its
/// end, and no failure.
fn take_back(undo: Box<Undo>) -> Result<Change, String> {
    let undone = match Shelf::open(undo.root()).and_then(|shelf| shelf.take_back(&undo)) {
        Err(error @ CollectionError::Gone(_)) => {
            Undone { told: vec![format!("Nothing to take back: {error}")], ..Undone::default() }
        }
        undone => undone.map_err(|error| error.to_string())?,
    };
    Ok(Change::Undone(undo, undone))
}

/// `~/` as a shell has it; quotes, as dragging a file into a terminal puts around it, are left out.
fn home(typed: &str) -> PathBuf {
    let typed = typed.trim().trim_matches(['"', '\'']);
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    match (typed.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Request, Saved};

    #[test]
    fn every_job_ends_with_all_that_is_there() {
        let config = tempfile::tempdir().unwrap();
        let config = config.path();
        let root = folder(config);
        let names = |done: &Done| {
            let own = done.library.entries().iter().take(done.library.own());
            own.map(|entry| entry.path().display().to_string()).collect::<Vec<_>>()
        };
        let done = run(config, Job::Read);
        assert_eq!(done.library.own(), 0);
        assert!(done.library.entries().len() > 150 && !root.exists(), "reading makes nothing");
        let path = Path::new("Mine/a/limits.toml");
        let saved = Box::new(Saved::new("limits", Request::get("limits")));
        let done = run(config, Job::Save(path.to_owned(), saved.clone(), None));
        let Ok(Change::Saved { stamp, beside: false, .. }) = done.change else { panic!("{:?}", done.change) };
        assert_eq!(names(&done), ["Mine", "Mine/a", "Mine/a/limits.toml"]);
        // An editor replaces the file.
        std::fs::write(root.join(path), "name = \"theirs\"\naddress = \"x\"\n").unwrap();
        let done = run(config, Job::Save(path.to_owned(), saved, Some(stamp)));
        assert!(matches!(done.change, Ok(Change::Saved { beside: true, .. })), "{:?}", done.change);
        assert_eq!(names(&done), ["Mine", "Mine/a", "Mine/a/limits.toml", "Mine/a/limits 2.toml"]);
        assert!(std::fs::read_to_string(root.join(path)).unwrap().contains("theirs"));
        let done = run(config, Job::Delete(PathBuf::from("Mine/a")));
        assert_eq!(names(&done), ["Mine"]);
        let Ok(Change::Arranged(undo)) = done.change else { panic!("{:?}", done.change) };
        let done = run(config, Job::Undo(undo.clone()));
        assert_eq!(names(&done).len(), 4);
        let done = run(config, Job::Undo(undo));
        let Ok(Change::Undone(_, undone)) = done.change else { panic!("{:?}", done.change) };
        assert!(undone.told[0].starts_with("Nothing to take back: Mine/a is no longer there"), "{undone:?}");
        let done = run(config, Job::Call(PathBuf::from("Mine"), "Yours".to_owned()));
        assert_eq!(names(&done)[0], "Yours");
        let done = run(config, Job::Move(PathBuf::from("Yours/a/limits.toml"), PathBuf::from("B/limits.toml")));
        assert_eq!(names(&done)[..2], ["B", "B/limits.toml"]);
        let done = run(config, Job::Delete(PathBuf::from("../escape")));
        assert!(done.change.is_err());
    }

    #[test]
    fn a_collection_of_the_users_stands_in_the_place_of_ours() {
        let config = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder(config.path()).join("salesforce")).unwrap();
        let library = run(config.path(), Job::Read).library;
        assert_eq!(library.entries().len(), 1);
    }

    #[test]
    fn what_is_pasted_is_imported() {
        let config = tempfile::tempdir().unwrap();
        let done = run(config.path(), Job::ImportText("curl https://x.example/a -k".to_owned()));
        let Ok(Change::Imported(imported)) = done.change else { panic!("{:?}", done.change) };
        assert_eq!(imported.path.as_deref(), Some(Path::new("curl/GET a.toml")));
        assert!(imported.lost[0].contains("-k"), "{imported:?}");
        assert!(run(config.path(), Job::ImportText("what?".to_owned())).change.is_err());
        assert!(run(config.path(), Job::Import("/nowhere/x.json".to_owned())).change.is_err());
    }
}
