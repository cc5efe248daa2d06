//! How the org is set up for people: `assets/demo/setup.toml`, and the ids of what it tells of.
//!
//! Plain data, read once. Whether a user may see any of it is decided by whoever answers with it.

use crate::demo::data::long_id;
use crate::demo::rest::Caller;
use crate::demo::world::Org;
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../../assets/demo/setup.toml");
static SETUP: LazyLock<Setup> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// The whole file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct Setup {
    object: Vec<Face>,
    pub(in crate::demo::rest) action: Vec<Action>,
    pub(in crate::demo::rest) app: Vec<App>,
    pub(in crate::demo::rest) theme: Theme,
    pub(in crate::demo::rest) group: Vec<Group>,
    pub(in crate::demo::rest) post: Vec<SeedPost>,
}

/// How an object looks.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct Face {
    name: String,
    /// Six hexadecimal digits.
    pub(in crate::demo::rest) colour: String,
    pub(in crate::demo::rest) icon: String,
    /// Fields of the compact layout.
    pub(in crate::demo::rest) compact: Vec<String>,
    /// Paths shown in lists.
    pub(in crate::demo::rest) columns: Vec<String>,
    #[serde(default)]
    pub(in crate::demo::rest) list: Vec<ListSpec>,
}

/// A list view of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct ListSpec {
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) label: String,
    #[serde(default)]
    pub(in crate::demo::rest) mine: bool,
    /// Field, operator, values.
    #[serde(default, rename = "where")]
    pub(in crate::demo::rest) filters: Vec<Vec<String>>,
}

/// A quick action.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct Action {
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) label: String,
    pub(in crate::demo::rest) kind: String,
    pub(in crate::demo::rest) target: String,
    pub(in crate::demo::rest) on: Vec<String>,
    pub(in crate::demo::rest) fields: Vec<String>,
}

/// An app: a name for some tabs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct App {
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) label: String,
    pub(in crate::demo::rest) description: String,
    pub(in crate::demo::rest) colour: String,
    pub(in crate::demo::rest) tabs: Vec<String>,
}

/// The colours of the pages, six hexadecimal digits each.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct Theme {
    pub(in crate::demo::rest) brand: String,
    pub(in crate::demo::rest) header: String,
    pub(in crate::demo::rest) link: String,
    pub(in crate::demo::rest) page: String,
}

/// A Chatter group; everybody who is active is a member.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct Group {
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) description: String,
    /// His alias.
    pub(in crate::demo::rest) owner: String,
}

/// A post that is there from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::demo::rest) struct SeedPost {
    /// His alias.
    pub(in crate::demo::rest) author: String,
    pub(in crate::demo::rest) text: String,
}

/// The setup.
pub(in crate::demo::rest) fn setup() -> &'static Setup {
    &SETUP
}

impl Setup {
    /// How an object looks; `None` where nothing is said of it.
    pub(in crate::demo::rest) fn face(&self, object: &str) -> Option<&Face> {
        self.object.iter().find(|face| face.name == object)
    }

    /// Colour and icon of an object's tab, or of a tab that is no object's.
    pub(in crate::demo::rest) fn looks(&self, name: &str) -> (&str, &str) {
        match (name, self.face(name)) {
            (_, Some(face)) => (&face.colour, &face.icon),
            ("Home", None) => ("FF538A", "home"),
            ("Feed", None) => ("3BA755", "feed"),
            _ => ("7F8DE1", "default"),
        }
    }
}

/// An id that is the same at every start: a prefix, the org's three characters, and a number made of what it belongs to
/// (three characters, such as an object's key prefix) and its place there.
pub(in crate::demo::rest) fn made_id(org: &Org, prefix: &str, of: &str, place: usize) -> String {
    id_in(&org.id, prefix, of, place)
}

/// The same, of an org by its id.
pub(in crate::demo::rest) fn id_in(org_id: &str, prefix: &str, of: &str, place: usize) -> String {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        b'A'..=b'Z' => usize::from(byte - b'A') + 10,
        b'a'..=b'z' => usize::from(byte - b'a') + 36,
        _ => 0,
    };
    let owner = of.bytes().take(3).fold(0, |sum, byte| sum * 62 + digit(byte));
    let short = format!("{prefix}{}{:09}", org_id.get(3..6).unwrap_or("000"), owner * 1_000 + place % 1_000);
    long_id(&short).unwrap_or(short)
}

/// Whether an id given in 15 or 18 characters is this one.
pub(in crate::demo::rest) fn same_id(whole: &str, given: &str) -> bool {
    whole == given || (given.len() == 15 && whole.starts_with(given))
}

/// Where the icon of a tab lies, below the instance.
pub(in crate::demo::rest) fn icon_url(caller: &Caller<'_>, icon: &str) -> String {
    let folder = if icon.starts_with("custom") { "custom" } else { "standard" };
    format!("{}/img/icon/t4v35/{folder}/{icon}_120.png", caller.org.origin(&caller.here))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setup_reads() {
        let setup: Setup = toml::from_str(TEXT).unwrap();
        assert!(setup.object.len() >= 10);
        for face in &setup.object {
            assert!(u32::from_str_radix(&face.colour, 16).is_ok(), "{}", face.name);
            assert!(!face.compact.is_empty() && !face.columns.is_empty(), "{}", face.name);
            assert!(face.list.iter().all(|list| list.filters.iter().all(|filter| filter.len() >= 3)), "{}", face.name);
        }
    }
}
