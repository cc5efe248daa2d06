//! Found words marked in the records of a search: `WITH HIGHLIGHT` and `WITH SNIPPET`.
//! <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_with_highlight.htm>
//!
//! Words with wildcards are not marked, and of each object only the first records are.

use super::error::SfError;
use super::fold::{fold, words};
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use crate::soql::{Find, Piece, SearchWith};
use serde_json::Value;
use std::collections::HashSet;
use std::ops::Range;

/// Records of one object that are marked.
const MOST: usize = 25;
/// Objects that have excerpts: those with much text.
const WITH_SNIPPETS: [&str; 1] = ["Case"];
/// Characters before the first found word of an excerpt.
const BEFORE: usize = 40;

/// Marks what a search found.
pub(super) struct Marker {
    words: HashSet<String>,
    highlight: bool,
    snippet: Option<usize>,
}

impl Marker {
    pub(super) fn new(find: &Find, with: &SearchWith) -> Self {
        let mut words = HashSet::new();
        collect(find, &mut words);
        let snippet = with.snippet.and_then(|length| usize::try_from(length).ok());
        Self { words, highlight: with.highlight || snippet.is_some(), snippet }
    }

    /// Adds `highlight.FIELD` and `snippet.text` to records of an object.
    pub(super) fn mark(
        &self,
        viewer: &Viewer<'_>,
        version: &str,
        object: &Object,
        records: &mut [Value],
    ) -> Result<(), SfError> {
        if !self.highlight {
            return Ok(());
        }
        for record in records.iter_mut().take(MOST).filter_map(Value::as_object_mut) {
            let text = |field: &Field| record.get(field.name()).and_then(Value::as_str);
            let fields = object.fields.iter().filter(|field| is_marked(field));
            let found: Vec<(String, Value)> = fields
                .filter_map(|field| Some((format!("highlight.{}", field.name()), self.marked(text(field)?)?.into())))
                .collect();
            let snippet = match (self.snippet, record.get("Id").and_then(Value::as_str)) {
                (Some(length), Some(id)) if WITH_SNIPPETS.contains(&object.name()) => {
                    self.snippet(viewer, version, object, id, length)?
                }
                _ => None,
            };
            record.extend(snippet.map(|text| ("snippet.text".to_owned(), Value::String(text))));
            record.extend(found);
        }
        Ok(())
    }

    /// An excerpt of the texts of a record, all of them looked through.
    fn snippet(
        &self,
        viewer: &Viewer<'_>,
        version: &str,
        object: &Object,
        id: &str,
        length: usize,
    ) -> Result<Option<String>, SfError> {
        let fields: Vec<&Field> =
            viewer.eyes().fields(object).filter(|field| is_marked(field) && !field.is_name).collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        let record = viewer.look(version, object.name(), id, Some(&names.join(",")))?;
        let mut out = String::new();
        for text in names.iter().filter_map(|name| record.get(*name).and_then(Value::as_str)) {
            let left = length.saturating_sub(out.chars().count());
            let Some(excerpt) = self.excerpt(text, left).filter(|_| left > 0) else { continue };
            if !out.is_empty() {
                out.push_str("... ");
            }
            out.push_str(&excerpt);
        }
        Ok(Some(out).filter(|out| !out.is_empty()))
    }

    /// The words of a text that were looked for.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        let is_found =
            |range: &Range<usize>| text.get(range.clone()).is_some_and(|word| self.words.contains(&fold(word)));
        words(text).into_iter().filter(is_found).collect()
    }

    /// The text with the found words marked; `None` if there are none.
    fn marked(&self, text: &str) -> Option<String> {
        let found = self.found(text);
        (!found.is_empty()).then(|| put_marks(text, &found))
    }

    /// About so many characters of a text, from shortly before the first found word on.
    fn excerpt(&self, text: &str, length: usize) -> Option<String> {
        let first = self.found(text).first()?.start;
        let near = text.get(..first)?.char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
        let all = words(text);
        let start =
            if near == 0 { 0 } else { all.iter().find(|word| word.start >= near).map_or(first, |word| word.start) };
        let rest = text.get(start..)?;
        let cut = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        let end = if cut == rest.len() {
            cut
        } else {
            words(rest).iter().rev().find(|word| word.end <= cut).map_or(cut, |word| word.end)
        };
        let part = rest.get(..end)?;
        let tail = if end < rest.len() { "..." } else { "" };
        Some(format!("{}{tail}", put_marks(part, &self.found(part))))
    }
}

fn put_marks(text: &str, found: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len() + 13 * found.len());
    let mut from = 0;
    for word in found {
        out.push_str(text.get(from..word.start).unwrap_or(""));
        out.push_str("<mark>");
        out.push_str(text.get(word.clone()).unwrap_or(""));
        out.push_str("</mark>");
        from = word.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}

/// Formulas, links and phone numbers are not marked.
fn is_marked(field: &Field) -> bool {
    matches!(field.raw.kind, Type::String | Type::Textarea | Type::Email) && field.raw.sql.is_none()
}

/// The whole words that are wanted.
fn collect(find: &Find, into: &mut HashSet<String>) {
    let mut add = |text: &str, drop: usize| {
        let words = fold(text);
        let mut words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        words.truncate(words.len().saturating_sub(drop));
        into.extend(words.into_iter().map(str::to_owned));
    };
    match find {
        Find::Word(pieces) => {
            if let [Piece::Text(text)] = pieces.as_slice() {
                add(text, 0);
            }
        }
        Find::Phrase { text, open } => add(text, usize::from(*open)),
        Find::All(list) | Find::Any(list) => list.iter().for_each(|find| collect(find, into)),
        Find::But(wanted, _) => collect(wanted, into),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soql::parse_find;

    fn marker(find: &str) -> Marker {
        Marker::new(&parse_find(find), &SearchWith { highlight: true, ..SearchWith::default() })
    }

    #[test]
    fn found_words_are_marked_in_any_case_and_accent() {
        let marker = marker("ecole AND NOT port rope*");
        assert_eq!(marker.marked("L'École, école!").unwrap(), "L'<mark>École</mark>, <mark>école</mark>!");
        assert_eq!(marker.marked("a rope in port"), None);
    }

    #[test]
    fn an_excerpt_begins_before_the_word_and_ends_between_words() {
        let marker = marker("rope");
        let text = format!("{}a long rope lies here and there", "word ".repeat(40));
        let excerpt = marker.excerpt(&text, 60).unwrap();
        assert!(excerpt.starts_with("word ") && excerpt.contains("<mark>rope</mark> lies"), "{excerpt}");
        assert!(excerpt.ends_with("...") && excerpt.len() <= 60 + 16, "{excerpt}");
        assert_eq!(marker.excerpt("rope", 60).unwrap(), "<mark>rope</mark>");
        assert_eq!(marker.excerpt("none", 60), None);
    }
}
