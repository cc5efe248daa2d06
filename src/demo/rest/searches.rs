//! What was searched for in an org, for who begins to type the same. In memory, the texts alone, and bounded.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_suggest_search_queries.htm>

use serde_json::{Value, json};

/// Texts that are kept; the one that was not searched for longest goes first.
const MOST: usize = 500;
/// Longest text that is kept, and that is completed; characters.
const LONGEST: usize = 250;
/// Suggestions when no number is said, and at most.
const SUGGESTED: usize = 5;
const MOST_SUGGESTED: usize = 100;

/// What was searched for, the latest last, each with how often.
#[derive(Default)]
pub(in crate::demo) struct Searches(Vec<(String, u64)>);

impl Searches {
    /// Notes a search.
    pub(super) fn note(&mut self, text: &str) {
        let text = text.trim().trim_matches(['"', '*', '?']).trim().to_lowercase();
        if text.is_empty() || text.chars().count() > LONGEST {
            return;
        }
        let place = self.0.iter().position(|(own, _)| *own == text);
        let (text, count) = place.map(|at| self.0.remove(at)).unwrap_or((text, 0));
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push((text, count + 1));
    }

    /// Those that begin so, the most frequent first. `limit`: how many.
    pub(super) fn suggest(&self, typed: &str, limit: Option<usize>) -> Value {
        let typed = typed.trim().to_lowercase();
        let limit = limit.unwrap_or(SUGGESTED).clamp(1, MOST_SUGGESTED);
        let mut found: Vec<&(String, u64)> =
            self.0.iter().rev().filter(|(text, _)| text.starts_with(&typed) && *text != typed).collect();
        found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let shown: Vec<&str> = found.iter().take(limit).map(|(text, _)| text.as_str()).collect();
        json!({ "autoSuggestResults": shown, "hasMoreResults": found.len() > limit })
    }
}

/// The text of `FIND {text} …`.
pub(super) fn text_of(sosl: &str) -> Option<&str> {
    sosl.split_once('{')?.1.split_once('}').map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sought_often_is_suggested_first() {
        let mut searches = Searches::default();
        for text in ["harbour", "Harbour watch", "harbour watch ", "harp", "\"harbour*\"", "", "quay", "harbour"] {
            searches.note(text);
        }
        let told = |typed: &str, limit| searches.suggest(typed, limit);
        assert_eq!(told("HAR", None)["autoSuggestResults"], json!(["harbour", "harbour watch", "harp"]));
        let one = json!({ "autoSuggestResults": ["harbour watch"], "hasMoreResults": false });
        assert_eq!(told("harbour", Some(1)), one);
        assert_eq!(told("har", Some(1))["hasMoreResults"], true);
        for at in 0..2 * MOST {
            searches.note(&format!("text {at}"));
        }
        assert_eq!(searches.0.len(), MOST);
        assert_eq!(text_of("FIND {ab c} IN ALL FIELDS"), Some("ab c"));
    }
}
