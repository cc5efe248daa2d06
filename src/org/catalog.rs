//! What is known of an org's addresses, and how a typed one may go on.
//!
//! It knows the resources that every org has, and learns from each answer that passes by; it asks nothing itself. Paths are
//! kept below the version (`sobjects/Account`), so that they serve whatever way the address is written.

use super::resources::{ResourceKind, ResourceNode, expand};
use crate::json::{Document, Kind};
use std::collections::{BTreeMap, HashMap};

/// A way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole text once it is taken: what stood after the caret stays. The caret belongs at `caret`.
    pub insert: String,
    /// Byte place of the caret in `insert`.
    pub caret: usize,
    /// What is shown: the segment.
    pub label: String,
    /// A word beside it.
    pub note: String,
}

/// Known addresses and objects of one org, as one user sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    version: String,
    /// Below the version, without slashes at either end; and a note.
    paths: BTreeMap<String, String>,
    /// Names and labels.
    sobjects: BTreeMap<String, String>,
    prefixes: HashMap<String, String>,
}

/// What every org answers, and what it is for.
const EVERYWHERE: &[(&str, &str)] = &[
    ("actions", "invocable actions"),
    ("actions/custom", ""),
    ("actions/standard", ""),
    ("appMenu", ""),
    ("chatter", ""),
    ("compactLayouts", "?q=Account,Contact"),
    ("composite", "many in one"),
    ("composite/batch", "POST"),
    ("composite/graph", "POST"),
    ("composite/sobjects", ""),
    ("composite/tree", "POST"),
    ("connect", ""),
    ("graphql", "POST"),
    ("jobs/ingest", "Bulk API 2.0"),
    ("jobs/query", "Bulk API 2.0"),
    ("limits", "what is left"),
    ("limits/recordCount", "?sObjects=Account"),
    ("parameterizedSearch", "?q=…"),
    ("query", "?q=SELECT …"),
    ("queryAll", "?q=SELECT …, deleted rows too"),
    ("quickActions", ""),
    ("recent", ""),
    ("search", "?q=FIND {…}"),
    ("sobjects", "the objects"),
    ("tabs", ""),
    ("theme", ""),
    ("tooling", ""),
    ("tooling/query", "?q=SELECT …"),
    ("tooling/sobjects", ""),
    ("ui-api", ""),
    ("ui-api/object-info", ""),
    ("ui-api/records", ""),
];

/// What lies below each object.
const OF_AN_OBJECT: &[(&str, &str)] = &[
    ("describe", "fields and relationships"),
    ("describe/layouts", ""),
    ("describe/compactLayouts", ""),
    ("listviews", ""),
    ("quickActions", ""),
    ("deleted", "?start=…&end=…"),
    ("updated", "?start=…&end=…"),
];

/// Most candidates that are offered.
const MOST: usize = 200;

impl Catalog {
    /// With the resources that every org has; `version` as `67.0`.
    pub fn new(version: &str) -> Self {
        let paths = EVERYWHERE.iter().map(|(path, note)| ((*path).to_owned(), (*note).to_owned())).collect();
        Self { version: version.to_owned(), paths, ..Self::default() }
    }

    /// Learns from a good answer what it names. `address` is the path that was asked, or a full address.
    pub fn learn(&mut self, address: &str, answer: &Document) {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let Some(below) = below_version(path) else { return };
        let kind = match below {
            "" => ResourceKind::Version,
            "sobjects" => return self.learn_sobjects(answer),
            _ => ResourceKind::Resource,
        };
        let node = ResourceNode {
            label: String::new(),
            address: path.to_owned(),
            kind,
            expandable: true,
            note: String::new(),
        };
        for found in expand(&node, answer) {
            let Some(path) = below_version(&found.address).filter(|path| !path.is_empty()) else { continue };
            // Records are not places to begin from; their number has no end.
            if !path.contains('?') && path.split('/').all(|segment| !super::is_id(segment)) {
                self.paths.entry(path.to_owned()).or_insert(found.note);
            }
        }
    }

    /// Learns names, labels and key prefixes from a global describe.
    pub fn learn_sobjects(&mut self, answer: &Document) {
        let Some(list) = answer.root().and_then(|root| answer.get(root, "sobjects")) else { return };
        for entry in answer.children(list) {
            let text = |key: &str| {
                answer
                    .get(entry, key)
                    .filter(|node| answer.kind(*node) == Kind::String)
                    .map(|node| answer.text(node).into_owned())
            };
            let Some(name) = text("name").filter(|name| is_name(name)) else { continue };
            if let Some(prefix) = text("keyPrefix").filter(|prefix| prefix.len() == 3) {
                // Feeds and shares have no prefix of their own; the first object that names one owns it.
                self.prefixes.entry(prefix).or_insert_with(|| name.clone());
            }
            self.sobjects.insert(name, text("label").unwrap_or_default());
        }
    }

    /// sObject names by key prefix.
    pub fn prefixes(&self) -> &HashMap<String, String> {
        &self.prefixes
    }

    /// The names of the sObjects, sorted.
    pub fn sobjects(&self) -> impl Iterator<Item = &str> {
        self.sobjects.keys().map(String::as_str)
    }

    /// Ways to go on from what stands before the caret (a byte place), segment by segment. None in a query, in the
    /// parameters, and where nothing is known.
    pub fn complete(&self, typed: &str, caret: usize) -> Vec<Candidate> {
        let Some((before, after)) = typed.split_at_checked(caret) else { return Vec::new() };
        let Some((head, below)) = self.split(before) else { return Vec::new() };
        let (above, begun) = below.rsplit_once('/').map_or(("", below), |(above, begun)| (above, begun));
        let mut found: Vec<Candidate> = Vec::new();
        for (segment, note, more) in self.below(above, begun) {
            let between = if above.is_empty() { "" } else { "/" };
            let path = format!("{above}{between}{segment}");
            // What answers by itself is whole without a slash; objects are mostly gone through.
            let whole = self.paths.contains_key(&path) && !path.ends_with("sobjects");
            let slash = if more && !whole && !after.starts_with('/') { "/" } else { "" };
            let insert = format!("{head}{path}{slash}");
            let caret = insert.len();
            if insert == before {
                continue;
            }
            found.push(Candidate { insert: format!("{insert}{after}"), caret, label: segment, note });
            if found.len() >= MOST {
                break;
            }
        }
        found
    }

    /// The segments that may stand below a path and begin so: the same case first, then any case.
    fn below(&self, above: &str, begun: &str) -> Vec<(String, String, bool)> {
        let mut found: BTreeMap<String, (String, bool)> = BTreeMap::new();
        let fits = |segment: &str| segment.get(..begun.len()).is_some_and(|start| start.eq_ignore_ascii_case(begun));
        let mut add = |segment: &str, note: &str, more: bool| {
            if !fits(segment) {
                return;
            }
            let entry = found.entry(segment.to_owned()).or_default();
            if entry.0.is_empty() {
                note.clone_into(&mut entry.0);
            }
            entry.1 |= more;
        };
        let prefix = if above.is_empty() { String::new() } else { format!("{above}/") };
        for (path, note) in &self.paths {
            if let Some(rest) = path.strip_prefix(&prefix) {
                match rest.split_once('/') {
                    Some((segment, _)) => add(segment, "", true),
                    None => add(rest, note, false),
                }
            }
        }
        match above.strip_prefix("tooling/").unwrap_or(above).split('/').collect::<Vec<_>>().as_slice() {
            ["sobjects"] if !above.starts_with("tooling") => {
                self.sobjects.iter().for_each(|(name, label)| add(name, label, true));
            }
            ["sobjects", _] => OF_AN_OBJECT
                .iter()
                .filter(|(path, _)| !path.contains('/'))
                .for_each(|(path, note)| add(path, note, false)),
            ["sobjects", _, "describe"] => {
                OF_AN_OBJECT
                    .iter()
                    .filter_map(|(path, _)| path.strip_prefix("describe/"))
                    .for_each(|path| add(path, "", false));
            }
            _ => {}
        }
        if above.is_empty() && !self.sobjects.is_empty() {
            add("sobjects", "", true);
        }
        let mut list: Vec<_> = found.into_iter().map(|(segment, (note, more))| (segment, note, more)).collect();
        // The describe is what one looks for below an object.
        let rank = |segment: &str| (!segment.starts_with(begun), segment != "describe", segment.to_lowercase());
        list.sort_by_cached_key(|(segment, _, _)| rank(segment));
        list
    }

    /// What stands before the version's resources, and what is typed of them.
    fn split<'a>(&self, before: &'a str) -> Option<(&'a str, &'a str)> {
        if before.contains(['?', '#', '\n']) || before.trim_start() != before {
            return None;
        }
        if let Some(at) = before.find("/services/data/v") {
            let rest = before.get(at..)?;
            let slash = rest.get("/services/data/v".len()..)?.find('/')?;
            return before.split_at_checked(at + "/services/data/v".len() + slash + 1);
        }
        match crate::request::form(before) {
            crate::request::Form::Resource if !before.contains("{{") && !before.contains(' ') => Some(("", before)),
            crate::request::Form::Empty => Some(("", "")),
            crate::request::Form::Versioned => before.find('/').and_then(|slash| before.split_at_checked(slash + 1)),
            _ => None,
        }
    }

    /// The version it was made for.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// What follows `/services/data/vNN.N/`, without slashes at its ends.
fn below_version(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("/services/data/v")?;
    let below = rest.split_once('/').map_or("", |(_, below)| below);
    Some(below.trim_matches('/'))
}

/// An API name: letters, digits and underscores.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::new("67.0");
        catalog.learn(
            "/services/data/v67.0/sobjects",
            &Document::parse(
                br#"{"sobjects":[{"name":"Account","label":"Company","keyPrefix":"001"},{"name":"AccountFeed","label":"Feed","keyPrefix":null},{"name":"bad name","keyPrefix":"002"}]}"#.to_vec(),
            ),
        );
        catalog
    }

    fn inserts(typed: &str) -> Vec<String> {
        catalog().complete(typed, typed.len()).into_iter().map(|one| one.insert).collect()
    }

    #[test]
    fn segment_by_segment_in_every_way_of_writing() {
        assert_eq!(inserts("lim"), ["limits"]);
        assert_eq!(inserts("limits/"), ["limits/recordCount"]);
        assert_eq!(inserts("sobjects/acc"), ["sobjects/Account/", "sobjects/AccountFeed/"]);
        assert_eq!(inserts("sobjects/Account/desc"), ["sobjects/Account/describe"]);
        assert_eq!(inserts("/services/data/v67.0/sob"), ["/services/data/v67.0/sobjects/"]);
        assert_eq!(
            inserts("{{endpoint}}/services/data/v{{version}}/tooling/q"),
            ["{{endpoint}}/services/data/v{{version}}/tooling/query"]
        );
        assert_eq!(inserts("v60.0/sobjects/AccountF"), ["v60.0/sobjects/AccountFeed/"]);
        assert!(inserts("").contains(&"sobjects/".to_owned()));
    }

    #[test]
    fn none_where_nothing_is_meant() {
        for typed in [
            "SELECT Id",
            "query?q=sob",
            "https://evil.example/sob",
            "{{acc",
            "{{endpoint}}/sob",
            "nothinglikeit",
            "limits?x",
        ] {
            assert_eq!(inserts(typed), [""; 0], "{typed}");
        }
    }

    #[test]
    fn what_stands_after_the_caret_stays() {
        let found = catalog().complete("sobjects/Acco/describe", 13);
        assert_eq!((found[0].insert.as_str(), found[0].caret), ("sobjects/Account/describe", 16));
        assert_eq!(catalog().complete("é", 1), []);
    }

    #[test]
    fn it_learns_resources_and_prefixes_and_no_records() {
        let mut all = catalog();
        assert_eq!(all.prefixes().get("001").map(String::as_str), Some("Account"));
        assert_eq!(all.sobjects().collect::<Vec<_>>(), ["Account", "AccountFeed"]);
        let answer = br#"{"newthing":"/services/data/v67.0/newthing","record":"/services/data/v67.0/sobjects/Account/001A0000006Vm9rIAC"}"#;
        all.learn("https://x.example/services/data/v67.0/", &Document::parse(answer.to_vec()));
        assert_eq!(all.complete("newt", 4)[0].insert, "newthing");
        assert!(all.complete("sobjects/Account/0", 18).is_empty());
    }
}
