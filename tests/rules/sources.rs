//! The files that are judged, read once for each rule.

use super::code;
use std::path::{Path, PathBuf};

/// A file of `src`, read.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    /// `app`, `view`, …; empty for `lib.rs` and `main.rs`.
    pub folder: String,
    /// As it is.
    pub text: String,
    /// Without comments, texts and tests.
    pub code: String,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under a folder.
pub fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

pub fn named(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Everything under `src`, test files left out.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    rust_files(&root().join("src"), &mut paths);
    let all: Vec<Source> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let path = named(path);
            let folder = path.split('/').nth(1).filter(|f| !f.contains('.')).unwrap_or_default().to_owned();
            Source { folder, code: code::without_tests(&code::bare(&text)), text, path }
        })
        .collect();
    assert!(all.len() > 100, "only {} files were found", all.len());
    all.into_iter().filter(|s| !code::is_test_file(&s.path)).collect()
}

/// Fails with all of them, one a line.
pub fn none(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}
