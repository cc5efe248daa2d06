//! All saved requests as one list, folders before what is in them: the user's first, those that come with the program last.

use crate::request::{Grant, Saved, Trust, Ward};
use crate::store::{Entry, Stamp, file_name};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All that is saved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    /// Where the user's lie.
    pub folder: PathBuf,
    entries: Arc<Vec<Entry>>,
    own: usize,
    /// What collections may read, by their folders' names.
    pub grants: BTreeMap<PathBuf, Grant>,
}

impl Library {
    /// The user's and the program's; one of the user's stands in the place of the program's of the same name.
    pub fn new(folder: PathBuf, own: Vec<Entry>, built_in: Vec<Entry>) -> Self {
        let top = |entry: &Entry| top(entry.path()).to_string_lossy().to_lowercase();
        let taken: HashSet<String> = own.iter().filter(|entry| entry.depth() == 0).map(top).collect();
        let count = own.len();
        let mut entries = own;
        entries.extend(built_in.into_iter().filter(|entry| !taken.contains(&top(entry))));
        Self { folder, entries: Arc::new(entries), own: count, grants: BTreeMap::new() }
    }

    /// In order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// By place.
    pub fn get(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// How many are the user's.
    pub fn own(&self) -> usize {
        self.own
    }

    /// The place of what lies at a path.
    pub fn find(&self, path: &Path) -> Option<usize> {
        self.entries.iter().position(|entry| entry.path() == path)
    }

    /// The request at a path.
    pub fn request(&self, path: &Path) -> Option<(&Arc<Saved>, Stamp)> {
        match self.get(self.find(path)?) {
            Some(Entry::Request { saved, stamp, .. }) => Some((saved, *stamp)),
            _ => None,
        }
    }

    /// The path of the one request of the user's that fits; with several, none is meant.
    pub(super) fn only(&self, fits: impl Fn(&Path, &Saved, Stamp) -> bool) -> Option<PathBuf> {
        let mut found = self.entries.iter().take(self.own).filter_map(|entry| match entry {
            Entry::Request { path, saved, stamp } if fits(path, saved, *stamp) => Some(path),
            _ => None,
        });
        let one = found.next()?;
        found.next().is_none().then(|| one.clone())
    }

    /// Every tag of the user's requests, once, in the order of letters.
    pub fn tags(&self) -> Vec<String> {
        let own = self.entries.iter().take(self.own);
        let tags =
            own.filter_map(|entry| if let Entry::Request { saved, .. } = entry { Some(&saved.tags) } else { None });
        tags.flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether what lies at a path may be changed.
    pub fn is_own(&self, path: &Path) -> bool {
        self.find(path).is_some_and(|at| at < self.own)
    }

    /// The names on the way to a path, the last one's own among them.
    pub fn shown_path(&self, path: &Path) -> String {
        let mut names: Vec<String> = path
            .ancestors()
            .filter(|one| !one.as_os_str().is_empty())
            .map(|one| {
                let found = self.find(one).and_then(|at| self.get(at));
                found.map_or_else(|| one.file_stem().unwrap_or_default().to_string_lossy().into_owned(), Entry::name)
            })
            .collect();
        names.reverse();
        names.join("/")
    }

    /// The variables of the collection that a path lies in.
    pub fn variables(&self, path: &Path) -> Vec<(String, String)> {
        match self.find(&top(path)).and_then(|at| self.get(at)) {
            Some(Entry::Folder { about, .. }) => {
                about.variables().map(|(name, value)| (name.to_owned(), value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How far the request at a path is trusted: what comes with the program as the program is.
    pub fn trust(&self, path: &Path) -> Trust {
        if !self.is_own(path) {
            return Trust::Typed;
        }
        // A request that lies in no collection has the folder of all of them for one.
        let top = Some(top(path)).filter(|top| top != path).unwrap_or_default();
        let folder = path.parent().and_then(|folder| folder.strip_prefix(&top).ok()).unwrap_or(Path::new(""));
        Trust::Collection(Arc::new(Ward {
            name: top.to_string_lossy().into_owned(),
            root: self.folder.join(&top),
            folder: folder.to_owned(),
            grant: self.grants.get(&top).cloned(),
        }))
    }

    /// Where something can be put: the names of the user's folders.
    pub fn folders(&self) -> Vec<String> {
        let own = self.entries.iter().take(self.own);
        own.filter(|entry| matches!(entry, Entry::Folder { .. }))
            .map(|entry| format!("{}/", self.shown_path(entry.path())))
            .collect()
    }

    /// The folder that is meant by names; those that are not there yet get a place.
    ///
    /// # Errors
    /// A name that is empty or a collection that cannot be changed.
    pub fn folder_of(&self, names: &[&str]) -> Result<PathBuf, String> {
        let mut path = PathBuf::new();
        for name in names {
            if name.is_empty() {
                return Err("a folder has a name".to_owned());
            }
            let inside = |entry: &&Entry| matches!(entry, Entry::Folder { .. }) && entry.path().parent() == Some(&path);
            let known = self.entries.iter().filter(inside).find(|entry| same(&entry.name(), name));
            path = known.map_or_else(|| path.join(file_name(name)), |entry| entry.path().to_owned());
        }
        match self.find(&top(&path)) {
            Some(at) if at >= self.own => Err("what comes with the program cannot be changed: name another".to_owned()),
            _ => Ok(path),
        }
    }

    /// Who sets a variable by a capture: the names of the request.
    pub fn captured_by(&self, variable: &str) -> Option<String> {
        let found = self.entries.iter().find(|entry| match entry {
            Entry::Request { saved, .. } => saved.captures.iter().any(|capture| capture.variable == variable),
            _ => false,
        });
        found.map(Entry::name)
    }

    /// The places that are shown: what lies in open folders, or with a filter (in small letters) what is like it and the
    /// folders on the way.
    pub(super) fn shown(&self, filter: &str, open: &HashSet<PathBuf>) -> Vec<usize> {
        if filter.is_empty() { self.opened(open) } else { self.hits(filter) }
    }

    fn opened(&self, open: &HashSet<PathBuf>) -> Vec<usize> {
        let mut rows = Vec::new();
        // The depth of a closed folder whose inside is passed over.
        let mut closed: Option<usize> = None;
        for (at, entry) in self.entries.iter().enumerate() {
            if closed.is_some_and(|depth| entry.depth() > depth) {
                continue;
            }
            closed = matches!(entry, Entry::Folder { path, .. } if !open.contains(path)).then(|| entry.depth());
            rows.push(at);
        }
        rows
    }

    fn hits(&self, filter: &str) -> Vec<usize> {
        let mut rows = Vec::new();
        // Walking backwards, the depth above a hit is kept as well.
        let mut wanted: Option<usize> = None;
        for (at, entry) in self.entries.iter().enumerate().rev() {
            let depth = entry.depth();
            if is_like(entry, filter) || wanted.is_some_and(|below| depth < below) {
                wanted = Some(depth);
                rows.push(at);
            }
        }
        rows.reverse();
        rows
    }
}

/// Whether a name, a tag or an address holds what is looked for.
fn is_like(entry: &Entry, filter: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(filter);
    match entry {
        Entry::Request { saved, .. } => {
            holds(&saved.name) || saved.tags.iter().any(|tag| holds(tag)) || holds(&saved.request.address)
        }
        other => holds(&other.name()),
    }
}

fn top(path: &Path) -> PathBuf {
    path.iter().take(1).collect()
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
