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
use crate::store::collection::{self, CollectionError, Written};
use crate::store::{Collection, Entry, Trusted, arrange, exchange};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tokio::sync::mpsc::UnboundedSender;

/// The folder of all collections, in that of the profiles.
pub fn folder(config: &Path) -> PathBuf {
    config.join("requests")
}

/// Does a job off the screen's thread, and tells its end.
pub(super) fn start(config: PathBuf, watch: Watch, events: UnboundedSender<Event>, id: TaskId, job: Job) {
    tokio::task::spawn_blocking(move || {
        let done = run(&config, job);
        let profiles = matches!(&done.change, Ok(Change::Imported(imported)) if imported.path.is_none());
        // The loop is gone only when the program ends.
        let _ = events.send(Event::Collections(id, Box::new(done)));
        // An environment went into the file of profiles.
        if profiles {
            watch.changes().into_iter().for_each(|event| _ = events.send(event));
        }
    });
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
    /// It never changes. It is checked by a test; were it broken, the user's would be there all the same.
    static OURS: LazyLock<Vec<Entry>> =
        LazyLock::new(|| built_in().map(|whole| exchange::unfiled(&whole)).map(below).unwrap_or_default());
    Library::new(root.to_owned(), Collection::read(root).entries, OURS.clone())
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
    Ok(match job {
        Job::Read => Change::None,
        Job::Save(path, saved, over) => {
            std::fs::create_dir_all(root).map_err(|error| format!("{}: {error}", root.display()))?;
            let written = collection::save(root, &path, &saved, over).map_err(told)?;
            let (path, stamp, beside) = match written {
                Written::There(path, stamp) => (path, stamp, false),
                Written::Beside(path, stamp) => (path, stamp, true),
            };
            Change::Saved { path, saved, stamp, beside }
        }
        Job::MakeFolder(path) => {
            collection::make_folder(root, &path).map_err(told)?;
            Change::Made(path)
        }
        Job::Call(path, name) => {
            let to = arrange::call(root, &path, &name).map_err(told)?;
            Change::Moved(path, to)
        }
        Job::Move(from, to) => {
            arrange::shift(root, &from, &to).map_err(told)?;
            Change::Moved(from, to)
        }
        Job::Duplicate(path) => Change::Made(arrange::copy(root, &path).map_err(told)?),
        Job::Delete(path) => Change::Deleted(collection::delete(root, &path).map_err(told)?),
        Job::Restore(deleted) => Change::Restored(collection::restore(root, &deleted).map_err(told)?),
        Job::Import(path) => {
            let path = home(&path);
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Change::Imported(import::import(config, &text, None)?.in_words(root))
        }
        Job::ImportText(text) => Change::Imported(import::import(config, &text, None)?.in_words(root)),
    })
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
        let Ok(Change::Deleted(deleted)) = done.change else { panic!("{:?}", done.change) };
        let done = run(config, Job::Restore(deleted));
        assert_eq!(names(&done).len(), 4);
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
