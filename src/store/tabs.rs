//! The file of what was typed and not sent. Must hold no secret: what goes in is made by `app`, as templates.

use crate::profile::replace_file;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Its name, in the folder of what is kept between runs.
pub const TABS_FILE: &str = "tabs.toml";

/// All tabs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptTabs {
    /// The place of the one in front.
    pub front: usize,
    /// From the left.
    #[serde(rename = "tab")]
    pub tabs: Vec<KeptTab>,
}

/// What is typed in a tab.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptTab {
    /// The method.
    pub method: String,
    /// The address, a template.
    pub address: String,
    /// As they are typed.
    pub params: String,
    /// As they are typed.
    pub headers: String,
    /// As it is typed.
    pub body: String,
    /// As they are typed.
    pub captures: String,
    /// Whether something looked like a secret, or was too long, and is not here.
    pub left_out: bool,
    /// Whether the user answers for it, having typed it: what came from elsewhere may read nothing after a start either.
    pub by_hand: bool,
    /// The saved request that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<KeptFile>,
}

/// The file of a saved request, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptFile {
    /// From the folder of all collections.
    pub path: String,
    /// What it held: the text of a stamp.
    pub stamp: String,
    /// Whether what is typed may read what its collection may read.
    pub its_trust: bool,
}

impl KeptTab {
    /// Whether nothing is typed in it.
    pub fn is_empty(&self) -> bool {
        [&self.address, &self.params, &self.headers, &self.body, &self.captures]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

/// More than this is no file of ours, in bytes.
const LONGEST: u64 = 32 << 20;

/// What was kept. A file that cannot be understood is set aside, and that is told.
pub fn read_tabs(file: &Path) -> (KeptTabs, Option<String>) {
    let aside = |why: &dyn std::fmt::Display| {
        let broken = file.with_extension("toml.broken");
        let what = match std::fs::rename(file, &broken) {
            Ok(()) => format!("it is {} now", broken.display()),
            Err(error) => format!("it cannot be moved: {error}"),
        };
        (KeptTabs::default(), Some(format!("The tabs in {} cannot be read ({why}); {what}", file.display())))
    };
    match std::fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (KeptTabs::default(), None),
        Ok(about) if about.len() > LONGEST => return aside(&"too long"),
        _ => {}
    }
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return aside(&"no text"),
        Err(error) => return (KeptTabs::default(), Some(format!("{} cannot be read: {error}", file.display()))),
    };
    match toml::from_str(&text) {
        Ok(tabs) => (tabs, None),
        Err(error) => aside(&error.message()),
    }
}

/// Writes them, whole, mode 0600; makes the folder. No tabs: no file.
///
/// # Errors
/// Where it cannot be written.
pub fn write_tabs(file: &Path, tabs: &KeptTabs) -> io::Result<()> {
    if tabs.tabs.is_empty() {
        return match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    if let Some(folder) = file.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let text = toml::to_string(tabs).map_err(io::Error::other)?;
    let head = "# What was typed in orgdeck's tabs and is opened again at the next start.\n";
    replace_file(file, format!("{head}{text}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tabs() -> KeptTabs {
        let tab = KeptTab {
            method: "POST".to_owned(),
            address: "sobjects/{{object}}".to_owned(),
            headers: "X-Note: \"a\"\n# off: b".to_owned(),
            body: "{\n\t\"Name\": \"日本 \u{1b} ''' \\\"\"\n}".to_owned(),
            file: Some(KeptFile { path: "A/b.toml".to_owned(), stamp: "00ff".to_owned(), its_trust: true }),
            ..KeptTab::default()
        };
        KeptTabs { front: 1, tabs: vec![tab, KeptTab::default()] }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state").join(TABS_FILE);
        assert_eq!(read_tabs(&file), (KeptTabs::default(), None));
        write_tabs(&file, &tabs()).unwrap();
        assert_eq!(read_tabs(&file), (tabs(), None));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        write_tabs(&file, &KeptTabs::default()).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_broken_file_is_set_aside_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(TABS_FILE);
        for broken in [&b"front = \"x\""[..], b"[[tab", b"\xff\xfe"] {
            std::fs::write(&file, broken).unwrap();
            let (read, words) = read_tabs(&file);
            assert_eq!(read, KeptTabs::default());
            assert!(words.unwrap().contains("cannot be read"));
            assert!(!file.exists());
            assert_eq!(std::fs::read(folder.path().join("tabs.toml.broken")).unwrap(), broken);
        }
        // What a later version adds is no mistake.
        std::fs::write(&file, "front = 0\nnew = 1\n[[tab]]\naddress = \"limits\"\nnew = 2\n").unwrap();
        assert_eq!(read_tabs(&file).0.tabs[0].address, "limits");
    }
}
