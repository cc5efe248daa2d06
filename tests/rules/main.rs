//! Holds the code against its own rules: who may import whom, who may wait or print, and that generated text is fresh.
//!
//! The tables stand in `table`; `code` reads Rust just well enough to judge it. No rule has an exception for a file: where
//! the code teaches better, a table is refined, with its reason.

mod code;
mod keys;
mod layers;
mod table;

use std::path::{Path, PathBuf};

/// A file of `src`, read.
struct Source {
    /// From the root, with `/`.
    path: String,
    /// `app`, `view`, …; empty for `lib.rs` and `main.rs`.
    folder: String,
    /// As it is.
    text: String,
    /// Without comments, texts and tests.
    code: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under a folder.
fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
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

fn named(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Everything under `src`, test files left out.
fn sources() -> Vec<Source> {
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
fn none(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

#[test]
fn every_module_begins_by_saying_what_it_is() {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        rust_files(&root().join(folder), &mut paths);
    }
    let silent = paths.iter().filter(|p| !std::fs::read_to_string(p).unwrap().starts_with("//! "));
    none(&silent.map(|p| format!("{}: its first line is no //!", named(p))).collect::<Vec<_>>());
}

#[test]
fn no_file_holds_two_ideas() {
    const MOST: usize = 450;
    let mut paths = Vec::new();
    for folder in ["src", "tests", "benches"] {
        rust_files(&root().join(folder), &mut paths);
    }
    // The tests at a file's end are about its one idea.
    let lines = |p: &PathBuf| {
        let text = std::fs::read_to_string(p).unwrap();
        text.lines().take_while(|l| *l != "#[cfg(test)]").count()
    };
    let long = paths.iter().filter(|p| lines(p) > MOST);
    none(&long.map(|p| format!("{}: {} lines, more than {MOST}", named(p), lines(p))).collect::<Vec<_>>());
}

#[test]
fn what_is_named_as_a_test_is_compiled_for_tests_only() {
    let mut paths = Vec::new();
    rust_files(&root().join("src"), &mut paths);
    let tests: Vec<&PathBuf> = paths.iter().filter(|p| code::is_test_file(&named(p))).collect();
    let all: Vec<String> = paths.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
    let mut mistakes = Vec::new();
    for path in tests.iter().filter(|p| !named(p).contains("/tests/")) {
        let name = path.file_name().unwrap().to_string_lossy();
        let stem = name.trim_end_matches(".rs");
        let by_name = format!("#[cfg(test)]\nmod {stem};");
        let by_path = format!("#[cfg(test)]\n#[path = \"{name}\"]\nmod ");
        if !all.iter().any(|text| text.contains(&by_name) || text.contains(&by_path)) {
            mistakes.push(format!("{}: nothing declares it under #[cfg(test)]", named(path)));
        }
    }
    none(&mistakes);
}
