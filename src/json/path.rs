//! Paths as jq writes them: `.`, `.fields[1].name`, `.["a b"]`. Must take back whatever it gives.

use std::borrow::Cow;

use super::document::Document;
use super::tape::{Kind, NodeId};

impl Document {
    /// `.fields[1].name`, as jq would have it. Where keys repeat, the path of each of them is that of the last.
    pub fn path(&self, node: NodeId) -> String {
        self.path_end(node, usize::MAX)
    }

    /// The end of `path` with at least this many characters, begun at a whole step and marked by `…` where some are left
    /// out. Costs what is given, however deep the node stands.
    pub fn path_end(&self, node: NodeId, min_chars: usize) -> String {
        let (mut steps, mut chars, mut at) = (Vec::new(), 0, node);
        while let Some(above) = self.parent(at) {
            if chars >= min_chars {
                break;
            }
            let step = self.short_step(at, min_chars);
            chars += step.chars().count();
            steps.push(step);
            at = above;
        }
        let mut path = String::new();
        if self.parent(at).is_some() {
            path.push('…');
        } else if steps.last().is_none_or(|first| !first.starts_with('.')) {
            path.push('.');
        }
        path.extend(steps.iter().rev().map(String::as_str));
        path
    }

    /// The same as [`Self::step`], but of a name that is much longer than what is looked at only the beginning.
    fn short_step(&self, node: NodeId, max_chars: usize) -> String {
        const MUCH: usize = 16;
        let long = self.key_range(node).is_some_and(|name| name.len() > max_chars.max(64).saturating_mul(MUCH));
        match self.key_preview(node, max_chars).filter(|_| long) {
            Some((begun, _)) => quoted(&(begun + "…")),
            None => self.step(node),
        }
    }

    /// From the container a node stands in to the node.
    fn step(&self, node: NodeId) -> String {
        match self.key(node) {
            Some(key) if is_identifier(&key) => format!(".{key}"),
            Some(key) => quoted(&key),
            None => format!("[{}]", self.index(node).unwrap_or_default()),
        }
    }

    /// The node at such a path. `.a.["b"]` and a negative index (from the end) are understood, too.
    pub fn lookup(&self, path: &str) -> Option<NodeId> {
        let mut rest = path.trim().strip_prefix('.')?;
        let mut node = self.root()?;
        // Behind the first dot a name may stand at once; later each name needs its own.
        let mut dotted = true;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                if dotted {
                    return None;
                }
                (dotted, rest) = (true, after);
                continue;
            }
            let (step, after) = if let Some(inside) = rest.strip_prefix('[') { bracket(inside)? } else { name(rest)? };
            if matches!(step, Step::Name(_)) && !dotted {
                return None;
            }
            node = match step {
                Step::Name(key) | Step::Quoted(key) => self.get(node, &key)?,
                Step::Index(index) if index < 0 && self.kind(node) == Kind::Array => {
                    let back = usize::try_from(index.unsigned_abs()).ok()?;
                    self.at(node, self.child_count(node).checked_sub(back)?)?
                }
                Step::Index(index) => self.at(node, usize::try_from(index).ok()?)?,
            };
            (dotted, rest) = (false, after);
        }
        // `.a.` is no path, `.` alone is one.
        (!dotted || path.trim() == ".").then_some(node)
    }
}

enum Step<'a> {
    Name(Cow<'a, str>),
    Quoted(Cow<'a, str>),
    Index(i64),
}

/// A name without quotes, and what follows.
fn name(text: &str) -> Option<(Step<'_>, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    is_identifier(name).then_some((Step::Name(Cow::Borrowed(name)), rest))
}

/// What follows `[`: an index or a quoted name, and what follows `]`.
fn bracket(text: &str) -> Option<(Step<'_>, &str)> {
    if !text.starts_with('"') {
        let (index, rest) = text.split_once(']')?;
        return Some((Step::Index(index.trim().parse().ok()?), rest));
    }
    let mut escaped = false;
    let close = text.char_indices().skip(1).find_map(|(at, character)| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes.then_some(at + 1)
    })?;
    let (quoted, rest) = text.split_at_checked(close)?;
    let key = Document::parse(quoted.as_bytes().to_vec());
    let key = key.is_complete().then(|| key.text(0).into_owned())?;
    Some((Step::Quoted(Cow::Owned(key)), rest.strip_prefix(']')?))
}

fn is_identifier(key: &str) -> bool {
    let mut characters = key.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn quoted(key: &str) -> String {
    let mut path = String::from("[\"");
    for character in key.chars() {
        match character {
            '"' => path.push_str("\\\""),
            '\\' => path.push_str("\\\\"),
            '\n' => path.push_str("\\n"),
            '\r' => path.push_str("\\r"),
            '\t' => path.push_str("\\t"),
            control if control < ' ' || control == '\u{7f}' => {
                path.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => path.push(other),
        }
    }
    path.push_str("\"]");
    path
}
