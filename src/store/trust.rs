//! Which collections may read the environment and files: `trusted.toml` beside `profiles.toml`, never in the collection, so
//! that whoever writes a collection cannot trust it in the user's stead.
//!
//! ```text
//! a collection ──wanted──▶ what it asks to read ──trust──▶ trusted.toml ──grant──▶ Trust, with each of its requests
//! ```
//! A collection is known by its canonical folder and trusted for what it asked to read at that time, name by name. Requests
//! of it may be edited and pulled from elsewhere without being trusted anew, as long as they read nothing else; one that
//! suddenly wants `AWS_SECRET_ACCESS_KEY` is refused. A fingerprint of the files would ask again for every comma, until
//! nobody looks any more; a folder alone would trust whatever is pulled into it later.

use super::collection::{Collection, Entry};
use crate::profile::update_file;
use crate::request::{Asked, Grant, RequestBody, Saved, Trust, Ward, asked_in};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name.
const FILE: &str = "trusted.toml";
const HEAD: &str = "# Written by: orgdeck requests trust NAME, untrust NAME\n\n";
/// A body's file up to this size has its variables resolved; bytes.
const RESOLVED: u64 = 1 << 20;

/// All that is trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trusted {
    #[serde(default)]
    collection: Vec<Record>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    folder: PathBuf,
    #[serde(default)]
    env: BTreeSet<String>,
    #[serde(default)]
    files: BTreeSet<PathBuf>,
    #[serde(default)]
    bodies: BTreeSet<PathBuf>,
}

impl Trusted {
    /// Reads the record of a config folder. Where there is none, or none that can be read, nothing is trusted.
    pub fn read(config: &Path) -> Self {
        let text = std::fs::read_to_string(config.join(FILE)).unwrap_or_default();
        toml::from_str(&text).unwrap_or_default()
    }

    /// How far the request at this path of a collection is trusted; the path is from the collection's root.
    pub fn of(&self, root: &Path, request: &Path) -> Trust {
        // What lies in no folder comes with the program, and is trusted as the program is.
        if root.is_relative() {
            return Trust::Typed;
        }
        let own = root.canonicalize().ok();
        let record = self.collection.iter().find(|record| own.as_ref() == Some(&record.folder)).cloned();
        let grant = record.map(|record| Grant { env: record.env, files: record.files, bodies: record.bodies });
        Trust::Collection(Arc::new(ward(root, request, grant)))
    }
}

impl Trusted {
    /// What each collection in this folder may read, by its own folder's name.
    pub fn grants(&self, all: &Path) -> BTreeMap<PathBuf, Grant> {
        if self.collection.is_empty() {
            return BTreeMap::new();
        }
        let folders = std::fs::read_dir(all).into_iter().flatten().flatten();
        let granted = folders.filter_map(|folder| match self.of(&folder.path(), Path::new("")) {
            Trust::Collection(ward) => ward.grant.clone().map(|grant| (PathBuf::from(folder.file_name()), grant)),
            _ => None,
        });
        granted.collect()
    }
}

fn ward(root: &Path, request: &Path, grant: Option<Grant>) -> Ward {
    Ward {
        name: root.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        root: root.to_owned(),
        folder: request.parent().unwrap_or(Path::new("")).to_owned(),
        grant,
    }
}

/// Everything that a collection asks to read.
pub fn wanted(collection: &Collection) -> Grant {
    let mut grant = Grant::default();
    let common: Vec<String> = collection.about.variables().map(|(_, value)| value).collect();
    for entry in &collection.entries {
        if let Entry::Request { path, saved, .. } = entry {
            let ward = ward(&collection.root, path, None);
            texts(saved).chain(common.iter().map(String::as_str)).for_each(|text| add(&mut grant, &ward, text));
            if let RequestBody::File(file) = &saved.request.body {
                body(&mut grant, &ward, file);
            }
        }
    }
    grant
}

fn texts(saved: &Saved) -> impl Iterator<Item = &str> {
    let request = &saved.request;
    let pairs =
        request.params.iter().chain(&request.headers).flat_map(|pair| [pair.name.as_str(), pair.value.as_str()]);
    let body = match &request.body {
        RequestBody::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let variables = saved.variables.iter().map(|(_, value)| value.as_str());
    [request.address.as_str()].into_iter().chain(pairs).chain(body).chain(variables)
}

fn add(grant: &mut Grant, ward: &Ward, text: &str) {
    for asked in asked_in(text) {
        match asked {
            Asked::Env(name) => {
                grant.env.insert(name);
            }
            Asked::File(path) => grant.files.extend(ward.within(&path)),
        }
    }
}

/// A body's file: one in the collection may ask for more itself, one outside of it is something to be allowed.
fn body(grant: &mut Grant, ward: &Ward, file: &Path) {
    let path = ward.root.join(&ward.folder).join(file);
    let inside = path.canonicalize().ok().zip(ward.root.canonicalize().ok());
    if !inside.is_some_and(|(path, root)| path.starts_with(root)) {
        grant.bodies.insert(ward.body_key(&path).to_owned());
    } else if std::fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= RESOLVED)
        && let Ok(text) = std::fs::read_to_string(&path)
    {
        add(grant, ward, &text);
    }
}

/// Trusts a collection for what it asks to read now, and for nothing that it asked before.
pub fn trust(config: &Path, collection: &Collection) -> io::Result<Grant> {
    let grant = wanted(collection);
    let folder = collection.root.canonicalize()?;
    change(config, |all| {
        all.retain(|record| record.folder != folder);
        let Grant { env, files, bodies } = grant.clone();
        all.push(Record { folder: folder.clone(), env, files, bodies });
    })?;
    Ok(grant)
}

/// Trusts it no more; whether it was trusted.
pub fn untrust(config: &Path, root: &Path) -> io::Result<bool> {
    let folder = root.canonicalize()?;
    let mut was = false;
    change(config, |all| {
        was = all.iter().any(|record| record.folder == folder);
        all.retain(|record| record.folder != folder);
    })?;
    Ok(was)
}

/// Changes the record while no other orgdeck does. One that cannot be read is not written over.
fn change(config: &Path, mut with: impl FnMut(&mut Vec<Record>)) -> io::Result<()> {
    std::fs::create_dir_all(config)?;
    update_file(&config.join(FILE), |old| {
        let text = String::from_utf8_lossy(old.unwrap_or_default()).into_owned();
        let mut all: Trusted = toml::from_str(&text).map_err(|error| io::Error::other(format!("{FILE}: {error}")))?;
        with(&mut all.collection);
        let body = toml::to_string_pretty(&all).map_err(io::Error::other)?;
        Ok(format!("{HEAD}{body}").into_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Need;

    fn write(root: &Path, path: &str, text: &str) {
        let whole = root.join(path);
        std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
        std::fs::write(whole, text).unwrap();
    }

    fn env(name: &str) -> Asked {
        Asked::Env(name.to_owned())
    }

    #[test]
    fn a_collection_is_trusted_for_what_it_asks_and_for_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (config, root) = (folder.path(), folder.path().join("requests/acme"));
        write(&root, "a.toml", "address = \"x?a={{env('A')}}\"\nbody_file = \"../../outside.json\"");
        write(
            &root,
            "sub/b.toml",
            "address = \"x\"\nbody_file = \"b.json\"\n[variables]\nv = \"{{base64(file('./c.txt'))}}\"",
        );
        write(&root, "sub/b.json", "{\"x\": \"{{env('B')}}\", \"y\": \"{{file('../../up')}}\"}");
        write(&root, "_folder.toml", "[variables]\ncommon = \"{{file('all.txt')}}\"");
        write(config, "outside.json", "{{env('NEVER')}}");
        let a = Path::new("a.toml");
        assert!(Trusted::read(config).of(&root, a).allows(&env("A")).is_err());
        let grant = trust(config, &Collection::read(&root)).unwrap();
        assert_eq!(grant.env, ["A".to_owned(), "B".to_owned()].into());
        assert_eq!(grant.files, ["all.txt".into(), "sub/all.txt".into(), "sub/c.txt".into()].into());
        assert_eq!(grant.bodies, ["../../outside.json".into()].into());
        let of = |path: &str| Trusted::read(config).of(&root, Path::new(path));
        assert_eq!(of("a.toml").allows(&env("A")), Ok(Need::Env("A".to_owned())));
        assert!(of("sub/b.toml").allows(&Asked::File("c.txt".to_owned())).is_ok());
        assert!(of("a.toml").allows(&env("C")).unwrap_err().contains("requests trust acme"));
        assert_eq!(of("a.toml").body_within(&root.join("../../outside.json")), None);
        assert!(of("a.toml").body_within(Path::new("/etc/passwd")).is_some());
        // Another folder is another collection, whatever its name.
        let twin = folder.path().join("elsewhere/acme");
        write(&twin, "a.toml", "address = \"x?a={{env('A')}}\"");
        assert!(Trusted::read(config).of(&twin, a).allows(&env("A")).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(config.join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            // A link to it is the same one.
            std::os::unix::fs::symlink(&root, folder.path().join("link")).unwrap();
            assert!(Trusted::read(config).of(&folder.path().join("link"), a).allows(&env("A")).is_ok());
        }
        let grants = Trusted::read(config).grants(&config.join("requests"));
        assert_eq!(grants.keys().collect::<Vec<_>>(), [Path::new("acme")]);
        assert!(untrust(config, &root).unwrap() && !untrust(config, &root).unwrap());
        assert!(of("a.toml").allows(&env("A")).is_err());
    }

    #[test]
    fn a_record_that_cannot_be_read_trusts_nobody_and_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("acme");
        write(&root, "a.toml", "address = \"x?a={{env('A')}}\"");
        write(folder.path(), FILE, "[[collection]]\nfolder = 3");
        assert_eq!(Trusted::read(folder.path()), Trusted::default());
        assert!(trust(folder.path(), &Collection::read(&root)).is_err());
        assert!(std::fs::read_to_string(folder.path().join(FILE)).unwrap().contains("folder = 3"));
    }
}
