//! Where orgdeck's files lie. Creates nothing.

use std::path::PathBuf;

/// The environment variable that names the config folder.
const VARIABLE: &str = "ORGDECK_CONFIG";

/// The folders of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Holds `profiles.toml` and `settings.toml`; absolute.
    pub config: PathBuf,
    /// Holds the log and the saved layout; absolute. Inside `config` where that was named by the user, so that a
    /// run with a folder of its own touches nothing else.
    pub state: PathBuf,
}

/// Why there is no config folder.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    /// The system knows no home folder.
    #[error("no home folder is known: name a config folder with --config DIR or {VARIABLE}")]
    NoHome,
    /// A file was named.
    #[error("{} is a file: name the folder it lies in", .0.display())]
    NotAFolder(PathBuf),
    /// A relative folder, and no current one.
    #[error("cannot tell the current folder: {0}")]
    NoCurrent(#[source] std::io::Error),
}

impl Paths {
    /// `--config DIR`, else `ORGDECK_CONFIG`, else where this system keeps a program's configuration.
    pub fn find(cli: Option<PathBuf>) -> Result<Self, PathsError> {
        let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self::choose(cli.or(variable))
    }

    /// The folders for a config folder that was named, or for none.
    fn choose(named: Option<PathBuf>) -> Result<Self, PathsError> {
        match named {
            Some(folder) => {
                let config = std::path::absolute(folder).map_err(PathsError::NoCurrent)?;
                if config.is_file() {
                    return Err(PathsError::NotAFolder(config));
                }
                let state = config.join("state");
                Ok(Self { config, state })
            }
            None => {
                let folders = directories::ProjectDirs::from("", "", "orgdeck").ok_or(PathsError::NoHome)?;
                let state = folders.state_dir().unwrap_or_else(|| folders.data_local_dir());
                Ok(Self { config: folders.config_dir().to_owned(), state: state.to_owned() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_holds_everything() {
        let paths = Paths::choose(Some(PathBuf::from("here"))).unwrap();
        assert!(paths.config.is_absolute() && paths.config.ends_with("here"));
        assert!(paths.state.starts_with(&paths.config));
    }

    #[test]
    fn a_file_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Paths::choose(Some(file.path().to_owned())).unwrap_err();
        assert!(error.to_string().contains("name the folder it lies in"), "{error}");
    }
}
