//! The file of filters that were kept, the last used one last. Must hold no secret: what looks like one does not come here.

use crate::profile::update_file;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;

/// Its name, in the folder of what is kept between runs.
pub const FILTERS_FILE: &str = "filters.toml";

/// Filters that are kept.
pub const MOST_FILTERS: usize = 100;
/// A longer one is not, in bytes.
const LONGEST: usize = 4 << 10;
const HEAD: &str = "# Filters that were used in orgdeck, the last one last.\n";

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    filters: Vec<String>,
}

/// What was kept; nothing where there is no file, or none that can be understood.
pub fn read_filters(file: &Path) -> Vec<String> {
    of(&std::fs::read(file).unwrap_or_default()).unwrap_or_default()
}

fn of(bytes: &[u8]) -> Option<Vec<String>> {
    let kept: Kept = toml::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    Some(kept.filters)
}

/// Puts one last, among what other orgdecks have written meanwhile; makes the file, mode 0600, and its folder. A file that
/// cannot be understood is begun anew: it holds nothing that was not typed in a moment.
///
/// # Errors
/// Where it cannot be written.
pub fn keep_filter(file: &Path, filter: &str) -> io::Result<()> {
    if filter.len() > LONGEST {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    update_file(file, |old| {
        let mut filters = old.and_then(of).unwrap_or_default();
        put_last(&mut filters, filter);
        let body = toml::to_string(&Kept { filters }).map_err(io::Error::other)?;
        Ok(format!("{HEAD}{body}").into_bytes())
    })
}

/// Puts one last, once, and lets the oldest go.
pub fn put_last(filters: &mut Vec<String>, filter: &str) {
    filters.retain(|one| one != filter);
    filters.push(filter.to_owned());
    let much = filters.len().saturating_sub(MOST_FILTERS);
    filters.drain(..much);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_is_last_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state").join(FILTERS_FILE);
        assert_eq!(read_filters(&file), Vec::<String>::new());
        for at in 0..MOST_FILTERS + 5 {
            keep_filter(&file, &format!(".a[{at}] | \"日本\\n\"")).unwrap();
        }
        keep_filter(&file, ".a[50] | \"日本\\n\"").unwrap();
        let kept = read_filters(&file);
        assert_eq!((kept.len(), kept[0].as_str()), (MOST_FILTERS, ".a[5] | \"日本\\n\""));
        assert_eq!(kept.last().unwrap(), ".a[50] | \"日本\\n\"");
        assert_eq!(kept.iter().filter(|one| one.starts_with(".a[50]")).count(), 1);
        keep_filter(&file, &"x".repeat(LONGEST + 1)).unwrap();
        assert_eq!(read_filters(&file), kept);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn several_at_once_lose_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILTERS_FILE);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let file = &file;
                scope.spawn(move || (0..10).for_each(|at| keep_filter(file, &format!(".w{writer}[{at}]")).unwrap()));
            }
        });
        assert_eq!(read_filters(&file).len(), 40);
        std::fs::write(&file, "filters = 1").unwrap();
        keep_filter(&file, ".a").unwrap();
        assert_eq!(read_filters(&file), [".a"]);
    }
}
