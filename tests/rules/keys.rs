//! The README's tables of keys and faults and its command line are made from the code: `ORGDECK_BLESS=1 cargo test --test rules` writes it.

use super::sources::root;
use orgdeck::app::command::Scope;
use orgdeck::app::keymap::{BINDINGS, Keymap};
use std::fmt::Write as _;

/// A table for each scope, in the order of the bindings.
fn made() -> String {
    let mut scopes: Vec<Scope> = Vec::new();
    for binding in BINDINGS.iter() {
        if !scopes.contains(&binding.scope) {
            scopes.push(binding.scope);
        }
    }
    let mut out = String::new();
    for scope in scopes {
        let _ = write!(out, "\n**{}**\n\n| key | what it does |\n|---|---|\n", scope.title());
        for binding in Keymap::default().of(scope) {
            let keys: Vec<String> = binding.keys.iter().map(|k| format!("`{}`", escaped(&k.to_string()))).collect();
            let _ = writeln!(out, "| {} | {} |", keys.join(" "), escaped(binding.help));
        }
    }
    out + "\n"
}

/// What `--fault` takes.
fn faults() -> String {
    let mut out = String::from("\n| kind | what happens |\n|---|---|\n");
    for (_, name, does) in orgdeck::demo::Fault::ALL {
        let _ = writeln!(out, "| `{name}` | {} |", escaped(does));
    }
    out
}

/// A bar would end the cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_readme_tells_keys_and_arguments_as_they_are() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let help = format!("\n```text\n{}\n```\n", orgdeck::cli::help_text().trim_end());
    let fresh = replaced(&replaced(&readme, "keys", &made()), "help", &help);
    let fresh = replaced(&fresh, "faults", &faults());
    if fresh == readme {
        return;
    }
    assert!(std::env::var_os("ORGDECK_BLESS").is_some(), "README.md is stale: run with ORGDECK_BLESS=1");
    std::fs::write(&path, fresh).unwrap();
}

/// A text with what stands between two marks replaced.
fn replaced(text: &str, mark: &str, with: &str) -> String {
    let (begin, end) = (format!("<!-- {mark} -->"), format!("<!-- /{mark} -->"));
    let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("README.md has no {begin}"));
    let (_, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("README.md has no {end}"));
    format!("{head}{begin}{with}{end}{tail}")
}

#[test]
fn every_binding_says_what_it_does() {
    for binding in BINDINGS.iter() {
        assert!(!binding.keys.is_empty() && !binding.help.is_empty(), "{binding:?}");
        assert!(binding.label.len() <= 16, "too long for the footer: {}", binding.label);
    }
}
