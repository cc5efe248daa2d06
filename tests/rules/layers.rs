//! Who may import whom, wait, print, and use which library.

#![expect(clippy::string_slice, reason = "the places are what `find` and its like gave")]

use super::code;
use super::sources::{none, sources};
use super::table::{LAYERS, LIBRARIES, NOT_PLAIN, NOWHERE, Only, PRINTING, WAITING};

#[test]
fn every_folder_is_in_the_table() {
    let strange =
        sources().into_iter().filter(|s| !s.folder.is_empty() && !LAYERS.iter().any(|l| l.folder == s.folder));
    none(&strange.map(|s| format!("{}: {} is no layer", s.path, s.folder)).collect::<Vec<_>>());
}

#[test]
fn a_layer_imports_only_what_it_may() {
    let mut mistakes = Vec::new();
    let mut seen = 0;
    for source in sources() {
        let Some(layer) = LAYERS.iter().find(|l| l.folder == source.folder) else { continue };
        for (line, path) in code::own_paths(&source.path, &source.code) {
            let Some(to) = path.first().filter(|p| LAYERS.iter().any(|l| l.folder == **p)) else { continue };
            seen += 1;
            if *to != source.folder && !layer.may_import.contains(&to.as_str()) {
                mistakes.push(format!("{}:{line}: {} may not import {}", source.path, source.folder, path.join("::")));
            }
        }
    }
    assert!(seen > 200, "only {seen} imports were found");
    none(&mistakes);
}

#[test]
fn the_screen_and_the_set_up_know_plain_data_only() {
    let mut mistakes = Vec::new();
    for source in sources().iter().filter(|s| matches!(s.folder.as_str(), "app" | "view" | "setup")) {
        for (line, path) in code::own_paths(&source.path, &source.code) {
            let Some((layer, named)) = path.split_first() else { continue };
            let mut others = NOT_PLAIN.iter().filter(|(l, _)| l == layer).flat_map(|(_, names)| *names);
            let plain = !others.any(|name| named.iter().any(|n| n == name));
            if !plain {
                mistakes.push(format!("{}:{line}: {} is more than data", source.path, path.join("::")));
            }
        }
    }
    none(&mistakes);
}

/// Where a word stands that begins like this, as a word of its own.
fn places(code: &str, word: &str) -> Vec<usize> {
    let joined = |at: usize| code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(word).map(|(at, _)| at).filter(|at| !joined(*at)).map(|at| code::line_of(code, at)).collect()
}

fn kept(rules: &[Only], written: impl Fn(&str) -> String) -> Vec<String> {
    let mut mistakes = Vec::new();
    for source in sources().iter().filter(|s| !s.folder.is_empty()) {
        for rule in rules.iter().filter(|r| !r.folders.contains(&source.folder.as_str())) {
            for line in places(&source.code, &written(rule.word)) {
                mistakes.push(format!(
                    "{}:{line}: {} belongs to {}: {}",
                    source.path,
                    rule.word,
                    rule.folders.join(", "),
                    rule.why
                ));
            }
        }
    }
    mistakes
}

#[test]
fn nothing_waits_or_reads_the_clock_unasked() {
    none(&kept(WAITING, str::to_owned));
}

#[test]
fn nothing_prints_but_the_command_line() {
    none(&kept(PRINTING, str::to_owned));
}

#[test]
fn a_library_stays_with_its_layer() {
    none(&kept(LIBRARIES, |word| format!("{word}::")));
}

#[test]
fn views_name_roles_of_the_theme() {
    let mut mistakes = Vec::new();
    // A picture has colours of its own.
    let free = ["src/view/theme", "src/view/picture.rs"];
    for source in sources().iter().filter(|s| s.folder == "view" && !free.iter().any(|f| s.path.starts_with(f))) {
        for line in places(&source.code, "Color::") {
            mistakes.push(format!("{}:{line}: a colour, where a role of the theme is meant", source.path));
        }
    }
    none(&mistakes);
}

#[test]
fn no_shortcuts() {
    let mut mistakes = Vec::new();
    for source in sources() {
        for (word, why) in NOWHERE {
            mistakes.extend(
                places(&source.code, word)
                    .iter()
                    .map(|line| format!("{}:{line}: {word} stands here; {why}", source.path)),
            );
        }
        for word in ["TODO", "FIXME", "XXX", "HACK"] {
            mistakes.extend(places(&source.text, word).iter().map(|line| format!("{}:{line}: {word}", source.path)));
        }
    }
    none(&mistakes);
}
