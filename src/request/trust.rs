//! What a request's texts may read beside its variables: the environment and files.
//!
//! Who typed a text by hand answers for it. A collection came from somewhere: it may read what its user allowed it by
//! name, and files only within its own folder. All else may read nothing. Which collections are trusted is kept elsewhere;
//! here it is plain data that goes with the request.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// How far a request's own texts are trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// It came from elsewhere: an answer, a pasted command, an import.
    #[default]
    Nothing,
    /// Typed by hand, on the screen or on the command line.
    Typed,
    /// One of a collection.
    Collection(Arc<Ward>),
}

/// A request's collection, and what it may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ward {
    /// What the collection is called, as the command line names it.
    pub name: String,
    /// Its folder; empty: it lies in no folder.
    pub root: PathBuf,
    /// Where the request lies, below the root; files are named from there.
    pub folder: PathBuf,
    /// What the user allowed; `None`: it is not trusted.
    pub grant: Option<Grant>,
}

/// What a collection may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// Names of the environment.
    pub env: BTreeSet<String>,
    /// Files, from the collection's root.
    pub files: BTreeSet<PathBuf>,
    /// Files outside of the root that are sent as bodies.
    pub bodies: BTreeSet<PathBuf>,
}

/// Something to be read before a text can be resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A variable of the environment.
    Env(String),
    /// A file's content.
    File {
        /// Where it is.
        path: PathBuf,
        /// The folder that it may not lie outside of, links followed.
        within: Option<PathBuf>,
    },
}

impl Need {
    /// The file's path, or the variable's name.
    pub fn path(&self) -> &Path {
        match self {
            Self::Env(name) => Path::new(name),
            Self::File { path, .. } => path,
        }
    }
}

/// What a text asks to read, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// `env("NAME")`.
    Env(String),
    /// `file("path")`.
    File(String),
}

impl Trust {
    /// What has to be read for this, if it may be; else why not, and what to do.
    pub fn allows(&self, asked: &Asked) -> Result<Need, String> {
        let ward = match (self, asked) {
            (Self::Nothing, _) => {
                return Err("it reads only where it was typed by hand, and in trusted collections".to_owned());
            }
            (Self::Typed, Asked::Env(name)) => return Ok(Need::Env(name.clone())),
            (Self::Typed, Asked::File(path)) => return Ok(Need::File { path: PathBuf::from(path), within: None }),
            (Self::Collection(ward), _) => ward,
        };
        let Some(grant) = &ward.grant else {
            return Err(format!(
                "the collection {0} is not trusted: orgdeck requests trust {1}",
                ward.name,
                ward.word()
            ));
        };
        let known = match asked {
            Asked::Env(name) if grant.env.contains(name) => return Ok(Need::Env(name.clone())),
            Asked::Env(name) => name.clone(),
            Asked::File(written) => match ward.within(written) {
                Some(path) if grant.files.contains(&path) => {
                    return Ok(Need::File { path: ward.root.join(path), within: Some(ward.root.clone()) });
                }
                Some(path) => path.display().to_string(),
                None => return Err(format!("{written} lies outside of the collection {}", ward.name)),
            },
        };
        Err(format!(
            "{known} was not there when {0} was trusted: look at it, then orgdeck requests trust {1}",
            ward.name,
            ward.word()
        ))
    }

    /// The folder that a body's file has to lie in; `None`: it may lie anywhere.
    pub fn body_within(&self, path: &Path) -> Option<&Ward> {
        match self {
            Self::Collection(ward)
                if !ward.grant.as_ref().is_some_and(|grant| grant.bodies.contains(ward.body_key(path))) =>
            {
                Some(ward)
            }
            _ => None,
        }
    }
}

impl Ward {
    /// A file that is named from the request's folder, from the root; `None`: it would lead out.
    pub fn within(&self, written: &str) -> Option<PathBuf> {
        let path = Path::new(written);
        let plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let named = path.components().any(|part| matches!(part, Component::Normal(_)));
        (plain && named && !self.root.as_os_str().is_empty())
            .then(|| self.folder.join(path).components().filter(|part| matches!(part, Component::Normal(_))).collect())
    }

    /// A body's file, as grants name it: from the root where its path goes by the root.
    pub fn body_key<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// The name as a word of a command line.
    pub fn word(&self) -> String {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if self.name.chars().all(plain) { self.name.clone() } else { format!("'{}'", self.name.replace('\'', "'\\''")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ward(grant: Option<Grant>) -> Trust {
        let (root, folder) = (PathBuf::from("/c/acme"), PathBuf::from("sub"));
        Trust::Collection(Arc::new(Ward { name: "My API".to_owned(), root, folder, grant }))
    }

    #[test]
    fn who_typed_it_may_read_what_came_from_elsewhere_may_not() {
        let (env, file) = (Asked::Env("HOME".to_owned()), Asked::File("../x".to_owned()));
        assert_eq!(Trust::Typed.allows(&env), Ok(Need::Env("HOME".to_owned())));
        assert_eq!(Trust::Typed.allows(&file), Ok(Need::File { path: "../x".into(), within: None }));
        assert!(Trust::Nothing.allows(&env).is_err() && Trust::default().allows(&file).is_err());
        let why = ward(None).allows(&env).unwrap_err();
        assert!(why.contains("not trusted: orgdeck requests trust 'My API'"), "{why}");
    }

    #[test]
    fn a_collection_reads_what_was_allowed_by_name_and_nothing_outside() {
        let grant = Grant { env: ["A".to_owned()].into(), files: ["sub/b.json".into()].into(), ..Grant::default() };
        let ward = ward(Some(grant));
        let file = |path: &str| ward.allows(&Asked::File(path.to_owned()));
        assert_eq!(ward.allows(&Asked::Env("A".to_owned())), Ok(Need::Env("A".to_owned())));
        assert!(ward.allows(&Asked::Env("B".to_owned())).unwrap_err().contains("B was not there"));
        let (path, within) = ("/c/acme/sub/b.json".into(), Some("/c/acme".into()));
        assert_eq!(file("./b.json"), Ok(Need::File { path, within }));
        assert!(file("c.json").unwrap_err().contains("sub/c.json was not there"));
        for outside in ["../b.json", "/etc/passwd", "a/../../b.json", "", "."] {
            assert!(file(outside).unwrap_err().contains("outside"), "{outside}");
        }
    }

    #[test]
    fn a_body_s_file_stays_inside_unless_it_was_allowed_or_typed() {
        let path = Path::new("/data/big.csv");
        assert!(ward(None).body_within(path).is_some() && Trust::Typed.body_within(path).is_none());
        let grant = Grant { bodies: [path.to_owned()].into(), ..Grant::default() };
        assert!(ward(Some(grant)).body_within(path).is_none());
    }
}
