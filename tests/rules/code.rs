//! Reads Rust just well enough to judge it: drops comments, texts and tests, and finds paths into our own layers.

#![expect(clippy::string_slice, reason = "the places are what `find` and its like gave")]

/// The code without comments and without the insides of texts; lines stay where they are.
pub fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let end = match (c, next) {
            ('/', Some('/')) => line_end(&chars, at),
            ('/', Some('*')) => comment_end(&chars, at),
            ('"', _) => text_end(&chars, at + 1),
            ('r', Some('"' | '#')) if !joins(&chars, at) => raw_end(&chars, at).unwrap_or(at),
            ('\'', _) => char_end(&chars, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            out.push(c);
            at += 1;
            continue;
        }
        // A blank, so that what stands around it does not grow together.
        out.push(' ');
        out.extend(chars[at..end].iter().filter(|c| **c == '\n'));
        at = end;
    }
    out
}

/// Whether this character goes on a name, so that it begins nothing.
fn joins(chars: &[char], at: usize) -> bool {
    at.checked_sub(1).and_then(|b| chars.get(b)).is_some_and(|c| (c.is_alphanumeric() && *c != 'b') || *c == '_')
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |n| at + n)
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = at;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                at += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn text_end(chars: &[char], mut at: usize) -> usize {
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// `r"…"` and `r#"…"#`; `None` for a raw name.
fn raw_end(chars: &[char], at: usize) -> Option<usize> {
    let marks = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let begin = at + 1 + marks;
    if chars.get(begin) != Some(&'"') {
        return None;
    }
    let closes =
        |n: &usize| chars[*n] == '"' && chars[*n + 1..].iter().take(marks).filter(|c| **c == '#').count() == marks;
    (begin + 1..chars.len()).find(closes).map(|n| n + 1 + marks)
}

/// `'x'` and `'\n'`; `None` for a lifetime.
fn char_end(chars: &[char], at: usize) -> Option<usize> {
    match chars.get(at + 1)? {
        '\\' => chars[at + 3..].iter().position(|c| *c == '\'').map(|n| at + 4 + n),
        _ => (chars.get(at + 2) == Some(&'\'')).then_some(at + 3),
    }
}

/// Bare code without what is compiled for tests only.
pub fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, item)) = split_test(rest) {
        out.push_str(before);
        let end = item_end(item);
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out + rest
}

fn split_test(code: &str) -> Option<(&str, &str)> {
    let at = ["#[cfg(test)]", "#[cfg(all(test"].iter().filter_map(|m| code.find(m)).min()?;
    Some((&code[..at], &code[at..]))
}

/// Where an item ends: at its semicolon, or where its braces close.
fn item_end(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

/// `tests.rs`, `*_tests.rs`, and everything under `tests/`.
pub fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

/// The line, from 1, of a place.
pub fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Paths from the crate's root that bare code names: the line and the parts, `["org", "Org"]`. Groups are taken apart; names
/// by `super` are followed as far as the file is deep.
pub fn own_paths(path: &str, code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if word {
            take_apart(&code[at + "crate::".len()..], &mut Vec::new(), line_of(code, at), &mut found);
        }
    }
    // `src/app/rest/keys.rs` is `app::rest::keys`: three of `super` lead to the root.
    let depth = path.matches('/').count() - usize::from(path.ends_with("/mod.rs"));
    let climb = "super::".repeat(depth);
    for (at, _) in code.match_indices(&climb).filter(|_| depth > 0) {
        let starts =
            !code[..at].ends_with("super::") && !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if starts {
            take_apart(&code[at + climb.len()..], &mut Vec::new(), line_of(code, at), &mut found);
        }
    }
    found
}

/// Adds the paths that begin here; tells how much of the text they took.
fn take_apart(text: &str, before: &mut Vec<String>, line: usize, found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let skipped = text.len() - text.trim_start().len();
    let body = &text[skipped..];
    if let Some(inside) = body.strip_prefix('{') {
        let mut used = 0;
        loop {
            used += take_apart(&inside[used..], before, line, found);
            let rest = &inside[used..];
            let gap = rest.len() - rest.trim_start().len();
            used += gap + 1;
            if !rest.trim_start().starts_with(',') {
                return skipped + 1 + used;
            }
        }
    }
    let end = body.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).unwrap_or(body.len());
    if end == 0 {
        return skipped;
    }
    before.push(body[..end].to_owned());
    let mut used = skipped + end;
    if body[end..].starts_with("::") && !body[end..].starts_with("::<") {
        used += 2 + take_apart(&body[end + 2..], before, line, found);
    } else {
        found.push((line, before.clone()));
        let rest = &text[used..];
        if let Some(renamed) = rest.strip_prefix(" as ") {
            used += 4 + renamed.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(renamed.len());
        }
    }
    before.pop();
    used
}

#[test]
fn comments_and_texts_are_no_code() {
    let code = bare("a /* x /* y */ */ b // c\n\"d\\\"e\" r#\"f\"g\"# 'h' '\\'' 'i: &'static j b\"k\"");
    let words: Vec<&str> = code.split_whitespace().collect();
    assert_eq!(words, ["a", "b", "'i:", "&'static", "j", "b"]);
}

#[test]
fn tests_are_left_out() {
    let code = without_tests(&bare(
        "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { '{'; }\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}",
    ));
    assert!(code.contains("a()") && code.contains("c()") && code.contains("e()"), "{code}");
    assert!(!code.contains("b()") && !code.contains("mod d"), "{code}");
    assert_eq!(code.lines().count(), 9);
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let code = "use crate::org::{Link, link_of as l, Identity};\nlet x = crate::json::pretty(d);\nuse super::super::wire::Phase;\npub(in crate::app) fn f() {}";
    let found: Vec<String> = own_paths("src/app/rest.rs", code)
        .into_iter()
        .map(|(line, path)| format!("{line} {}", path.join("::")))
        .collect();
    assert_eq!(found, ["1 org::Link", "1 org::link_of", "1 org::Identity", "2 json::pretty", "4 app", "3 wire::Phase"]);
}
