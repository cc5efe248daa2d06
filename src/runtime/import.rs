//! What other tools wrote becomes saved requests and variables: Postman collections and environments, curl commands.
//! The screen and the command line call it alike; each tells in its own way what was left out.

use crate::app::saved::Imported as Told;
use crate::org::LOGIN_VARIABLES;
use crate::profile::{edit, holds_a_secret, names_a_secret};
use crate::request::postman::{self, Imported, Lost};
use crate::request::{Request, Saved, asked_in, curl};
use crate::store::collection::CollectionError;
use crate::store::exchange;
use crate::store::shelf::{Shelf, new_path};
use std::path::{Path, PathBuf};

/// A variable that was left out, and why.
type Left = (String, &'static str);

/// What an import brought.
pub enum Brought {
    /// A collection.
    Collection {
        /// Where it lies.
        folder: PathBuf,
        /// How many requests.
        requests: usize,
        /// Its variables that were left out.
        left: Vec<Left>,
        /// What could not be carried.
        lost: Vec<Lost>,
    },
    /// An environment.
    Variables {
        /// How many were set.
        count: usize,
        /// Where.
        file: PathBuf,
        /// Those that were left out.
        left: Vec<Left>,
    },
    /// A curl command.
    Request {
        /// Where it lies.
        file: PathBuf,
        /// What of it has no place in a request.
        notes: Vec<String>,
    },
}

/// Reads what another tool wrote and puts it among the user's files. `name`: what it is to be called.
///
/// # Errors
/// What keeps it from being read or written, in words.
pub fn import(config: &Path, text: &str, name: Option<&str>) -> Result<Brought, String> {
    let root = super::collections::folder(config);
    if curl::is_curl(text) {
        return request(&root, text, name);
    }
    if let Ok(values) = postman::import_environment(text) {
        return variables(config, &values);
    }
    let imported = postman::import(text).map_err(|error| error.to_string())?;
    whole(&root, imported, name)
}

fn whole(root: &Path, mut imported: Imported, name: Option<&str>) -> Result<Brought, String> {
    let name = name.unwrap_or(&imported.name).to_owned();
    // What the login sets is right for whoever one is; a value from elsewhere would hide it.
    let given = std::mem::take(&mut imported.variables).into_iter().filter(|(_, value)| !value.is_empty());
    let mut left = Vec::new();
    for (name, value) in given {
        match why_not(&name, &value) {
            Some(why) => left.push((name, why)),
            None => imported.variables.push((name, value)),
        }
    }
    let folder = exchange::put(root, &name, &imported).map_err(|error| error.to_string())?;
    Ok(Brought::Collection { folder, requests: imported.requests.len(), left, lost: imported.lost })
}

/// Why a variable is taken from no other tool.
fn why_not(name: &str, value: &str) -> Option<&'static str> {
    match () {
        () if LOGIN_VARIABLES.contains(&name) => Some("the login sets it"),
        () if names_a_secret(name) || holds_a_secret(value) => {
            Some("a secret is in no file; set it on the screen, or with --var")
        }
        () => None,
    }
}

fn request(root: &Path, text: &str, name: Option<&str>) -> Result<Brought, String> {
    let pasted = curl::read(text)?;
    let named = name.map_or_else(|| title(&pasted.request), str::to_owned);
    let told = |error: CollectionError| error.to_string();
    let shelf = Shelf::open(root).map_err(told)?;
    let path = new_path(root, Path::new("curl"), &named);
    let (path, _) = shelf.add(&path, &Saved::new(named, pasted.request)).map_err(told)?;
    Ok(Brought::Request { file: root.join(path), notes: pasted.notes })
}

/// What a request without a name is called.
fn title(request: &Request) -> String {
    let path = request.address.split("://").last().unwrap_or_default().split('?').next().unwrap_or_default();
    format!("{} {}", request.method, path.split_once('/').map_or(path, |(_, path)| path))
}

fn variables(config: &Path, values: &[(String, String)]) -> Result<Brought, String> {
    let (mut count, mut left) = (0, Vec::new());
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        // In the file of profiles it would count as the user's own word.
        let reads = (!asked_in(value).is_empty()).then_some("it would read the environment or a file");
        match why_not(name, value).or(reads) {
            Some(why) => left.push((name.clone(), why)),
            None => {
                edit::set_variable(config, &edit::Scope::Everywhere, name, value).map_err(|error| error.to_string())?;
                count += 1;
            }
        }
    }
    Ok(Brought::Variables { count, file: config.join("profiles.toml"), left })
}

fn left_out(left: &[Left]) -> impl Iterator<Item = String> {
    left.iter().map(|(name, why)| format!("left out: the variable {name}: {why}"))
}

impl Brought {
    /// What was left out or could not be carried, a line each.
    pub fn losses(&self) -> Vec<String> {
        match self {
            Self::Collection { left, lost, .. } => {
                let lost = lost.iter().map(|lost| match lost.request.as_str() {
                    "" => format!("not carried: {}", lost.what),
                    request => format!("not carried: {request}: {}", lost.what),
                });
                left_out(left).chain(lost).collect()
            }
            Self::Variables { left, .. } => left_out(left).collect(),
            Self::Request { notes, .. } => notes.iter().map(|note| format!("note: {note}")).collect(),
        }
    }

    /// For the screen; paths from the folder of all collections.
    pub(super) fn in_words(self, root: &Path) -> Told {
        let lost = self.losses();
        let place = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        let (told, path) = match &self {
            Self::Collection { folder, requests, .. } => {
                (format!("{requests} requests imported into {}", place(folder).display()), Some(place(folder)))
            }
            Self::Variables { count, file, .. } => (format!("{count} variables set in {}", file.display()), None),
            Self::Request { file, .. } => (format!("Imported as {}", place(file).display()), Some(place(file))),
        };
        Told { told, lost, path }
    }
}
