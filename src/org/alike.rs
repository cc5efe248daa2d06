//! What counts when two answers are compared: how records are known, and what changes by itself. Asks nothing.

use crate::json::diff::Rules;

/// Members that tell when something was changed or looked at, and the tags that follow from it.
pub const VOLATILE: &[&str] = &[
    "LastModifiedDate",
    "SystemModstamp",
    "LastViewedDate",
    "LastReferencedDate",
    "LastActivityDate",
    "lastModifiedDate",
    "systemModstamp",
    "lastViewedDate",
    "lastReferencedDate",
    "last_modified_date",
    "eTag",
    "weakEtag",
];

/// The names by which records, fields, metadata and picklist values are known.
const KEYS: &[&str] = &["Id", "id", "name", "fullName", "value"];

/// The rules for comparing answers: all counts, or all but [`VOLATILE`] members and the host and version of addresses.
pub fn diff_rules(ignore_volatile: bool) -> Rules {
    if ignore_volatile {
        Rules { keys: KEYS, ignored: VOLATILE, meaning: without_version }
    } else {
        Rules { keys: KEYS, ..Rules::ALL }
    }
}

/// What stands behind the version in an address of the REST API; any other text whole.
fn without_version(text: &str) -> &str {
    const DATA: &str = "/services/data/v";
    /// A path, or a host before it.
    const NEAR: usize = 300;
    if !text.starts_with('/') && !text.starts_with("https://") {
        return text;
    }
    let Some((before, after)) = text.split_once(DATA).filter(|(before, _)| before.len() < NEAR) else { return text };
    let version = after.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    if version == 0 || (!before.is_empty() && !before.starts_with("https://")) {
        return text;
    }
    after.get(version..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    use crate::json::diff::compare;
    use std::sync::atomic::AtomicBool;

    fn count(left: &str, right: &str, ignore: bool) -> usize {
        let parse = |text: &str| Document::parse(text.as_bytes().to_vec());
        let diff = compare(&parse(left), &parse(right), &diff_rules(ignore), &AtomicBool::new(false));
        diff.unwrap().differences.len()
    }

    #[test]
    fn only_what_was_asked_for_is_ignored() {
        let left =
            r#"{"attributes":{"url":"/services/data/v66.0/sobjects/Account/001"},"Name":"A","SystemModstamp":"1"}"#;
        let right =
            r#"{"attributes":{"url":"/services/data/v67.0/sobjects/Account/001"},"Name":"A","SystemModstamp":"2"}"#;
        assert_eq!((count(left, right, false), count(left, right, true)), (2, 0));
        assert_eq!(count(left, &right.replace("Account/001", "Account/002"), true), 1);
        assert_eq!(without_version("see /services/data/v67.0/x"), "see /services/data/v67.0/x");
        assert_eq!(without_version("https://a.my.salesforce.com/services/data/v67.0/x"), "/x");
        assert_eq!(without_version("/services/data/vx"), "/services/data/vx");
    }

    #[test]
    fn records_fields_and_picklist_values_are_known_in_any_order() {
        for (left, right) in [
            (r#"[{"Id":"1","a":1},{"Id":"2","a":2}]"#, r#"[{"Id":"2","a":2},{"Id":"1","a":1}]"#),
            (r#"[{"name":"x"},{"name":"y"}]"#, r#"[{"name":"y"},{"name":"x"}]"#),
            (
                r#"[{"value":"x","label":"L"},{"value":"y","label":"L"}]"#,
                r#"[{"value":"y","label":"L"},{"value":"x","label":"L"}]"#,
            ),
        ] {
            assert_eq!(count(left, right, false), 0, "{left}");
        }
    }
}
