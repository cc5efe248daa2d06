//! Rules for files as such: what they begin with, how long they are, what is compiled for tests.

use super::code;
use super::sources::{named, none, root, rust_files};
use std::path::PathBuf;

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
