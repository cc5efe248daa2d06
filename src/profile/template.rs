//! The first `profiles.toml`: a commented one, for the user's editor.

use super::PROFILES_FILE;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A `profiles.toml` with one app to fill in, every key explained.
pub fn template() -> &'static str {
    include_str!("../../assets/profiles.toml")
}

/// Writes the template into a config folder, which is made with mode 0700 if it is not there; the file gets mode
/// 0600. A file that is there already stays as it is. Returns the file's path.
pub fn write_template(config: &Path) -> io::Result<PathBuf> {
    make_folder(config)?;
    let file = config.join(PROFILES_FILE);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(&file) {
        Ok(mut handle) => {
            handle.write_all(template().as_bytes())?;
            handle.sync_all()?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(file),
        Err(error) => Err(error),
    }
}

/// Makes a folder of the user's own, and those above it.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
