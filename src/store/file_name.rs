//! Names of files made from names of things: readable, and good on every system that a repository is shared with.

/// Longest stem; bytes. Leaves room for an ending and a number within the 255 that file systems take.
const LONGEST: usize = 120;

/// The stem of a file for a thing of this name. Never empty, never a path, never a name that some system keeps to itself.
pub fn file_name(name: &str) -> String {
    let mut stem = String::new();
    for c in name.trim().chars() {
        let kept = c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '(' | ')' | ',' | '+' | '&' | '\'');
        let c = if kept { c } else { '-' };
        // What was replaced side by side is one dash.
        if !(c == '-' && stem.ends_with('-')) && stem.len() + c.len_utf8() <= LONGEST {
            stem.push(c);
        }
    }
    let stem = stem.trim_matches([' ', '.', '-']);
    if stem.is_empty() {
        return "request".to_owned();
    }
    if is_reserved(stem) { format!("{stem}_") } else { stem.to_owned() }
}

/// Devices of Windows, whatever ending they have.
fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |head: &str| {
        first.strip_prefix(head).is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    };
    matches!(first.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names() {
        for (name, stem) in [
            ("Describe an object", "Describe an object"),
            ("GET /sobjects/{id}?x=1", "GET -sobjects-id-x=1".replace('=', "-").as_str()),
            ("../../etc/passwd", "etc-passwd"),
            ("", "request"),
            ("...", "request"),
            ("con", "con_"),
            ("COM1.x", "COM1.x_"),
            ("命名 ✓", "命名"),
            ("a\u{202e}b\nc", "a-b-c"),
        ] {
            assert_eq!(file_name(name), stem, "{name:?}");
        }
        assert!(file_name(&"長".repeat(500)).len() <= LONGEST);
    }
}
