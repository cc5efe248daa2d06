//! What is typed, in the hands of others: the user's editor, and the names of files. The text is the template; nothing in it
//! is resolved, so that no secret is written down.

use super::outside::{self, Stage};
use crate::app::Event;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc::UnboundedSender;

/// Longest text that is taken back; bytes.
const LONGEST: u64 = 16 << 20;
/// Most names that are offered.
const MOST: usize = 200;

/// Opens a text in the user's editor; what it is when that has ended. The file lies in a folder of mode 0700, and both go.
///
/// # Errors
/// Why it could not be edited, in words.
pub(super) fn edit(mut stage: Stage<'_>, name: &str, text: &str) -> Result<String, String> {
    let told = |error: std::io::Error| format!("The text cannot be handed to an editor: {error}");
    let folder = folder().map_err(told)?;
    let file = folder.path().join(name);
    write(&file, text).map_err(told)?;
    let editor = outside::editor();
    stage.open(&editor, &file).map_err(|error| format!("{editor} could not be started: {error}"))?;
    let about = std::fs::metadata(&file).map_err(|error| format!("{name} is gone: {error}"))?;
    if about.len() > LONGEST {
        return Err(format!("{name} has more than {} MiB: send it as a file, @path", LONGEST >> 20));
    }
    let edited = std::fs::read_to_string(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    // Editors end the last line, which says nothing of the text.
    let kept = if text.ends_with('\n') { edited.as_str() } else { edited.strip_suffix('\n').unwrap_or(&edited) };
    Ok(kept.replace("\r\n", "\n"))
}

/// Opens a file of the user's in the user's editor, where it lies.
///
/// # Errors
/// Why that could not be, in words.
pub(super) fn edit_file(stage: &mut Stage<'_>, file: &Path) -> Result<(), String> {
    let editor = outside::editor();
    stage.open(&editor, file).map_err(|error| format!("{editor} could not be started: {error}"))
}

/// A folder that is nobody else's to look into, whatever the user's mask says.
fn folder() -> std::io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("orgdeck-edit-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// Tells the paths that go on as what is typed. A folder may lie far away: it is not waited for here.
pub(super) fn find(typed: String, folder: Option<PathBuf>, events: &UnboundedSender<Event>) {
    let events = events.clone();
    tokio::task::spawn_blocking(move || {
        let found = paths(&typed, folder.as_deref());
        let _ = events.send(Event::PathsFound(typed, found));
    });
}

/// The paths that go on as what is typed, folders with a slash behind them; relative ones as seen from `folder`, or from
/// where the program was started.
fn paths(typed: &str, folder: Option<&Path>) -> Vec<String> {
    let (above, begun) = typed.rsplit_once('/').map_or(("", typed), |(above, begun)| (above, begun));
    let head = if typed.contains('/') { format!("{above}/") } else { String::new() };
    let place = folder.unwrap_or(Path::new(".")).join(PathBuf::from(&head));
    let mut found: Vec<String> = std::fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            let slash = if entry.path().is_dir() { "/" } else { "" };
            (name.starts_with(begun) && !hidden).then(|| format!("{head}{name}{slash}"))
        })
        .collect();
    found.sort();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_on_as_what_is_typed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("rows")).unwrap();
        for name in ["row.csv", "rows/a.csv", "rows/.hidden", "other"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let of = |typed: &str| paths(typed, Some(folder.path()));
        assert_eq!(of("ro"), ["row.csv", "rows/"]);
        assert_eq!(of("rows/"), ["rows/a.csv"]);
        assert_eq!(of("rows/."), ["rows/.hidden"]);
        assert_eq!(of("none/x"), Vec::<String>::new());
        let whole = format!("{}/oth", folder.path().display());
        assert_eq!(of(&whole), [format!("{whole}er")]);
    }
}
