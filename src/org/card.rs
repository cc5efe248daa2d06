//! What stands beside the identity: the org's own card, and the user's profile, role, licence and permission sets.
//!
//! Queries and parsers only: each is an ordinary question, which can fail on its own.

use super::facts::OrgFacts;
use super::ids;
use crate::json::{Document, Kind, NodeId};

/// Asks for the org's card. `Organization` has one row in every org.
pub const ORG_QUERY: &str = "SELECT Id, Name, OrganizationType, InstanceName, IsSandbox FROM Organization";

/// The org, by its own word. A text that the answer lacks is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgCard {
    /// 18 characters.
    pub id: String,
    /// Company name.
    pub name: String,
    /// As `Enterprise Edition`.
    pub edition: String,
    /// As `EU42`.
    pub instance: String,
    /// Whether it is a sandbox.
    pub is_sandbox: Option<bool>,
}

impl OrgCard {
    /// From the answer to [`ORG_QUERY`].
    pub fn parse(answer: &Document) -> Option<Self> {
        let row = records(answer)?.next()?;
        let is_sandbox = match answer.get(row, "IsSandbox").map(|node| answer.kind(node)) {
            Some(Kind::True) => Some(true),
            Some(Kind::False) => Some(false),
            _ => None,
        };
        Some(Self {
            id: text(answer, row, &["Id"]),
            name: text(answer, row, &["Name"]),
            edition: text(answer, row, &["OrganizationType"]),
            instance: text(answer, row, &["InstanceName"]),
            is_sandbox,
        })
    }

    /// What the guard and the header want to know.
    pub fn facts(&self) -> OrgFacts {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        OrgFacts {
            is_sandbox: self.is_sandbox,
            name: some(&self.name),
            edition: some(&self.edition),
            instance: some(&self.instance),
            org_id: some(&self.id),
        }
    }
}

/// A user's place in the org. A text that the answer lacks is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// `Profile.Name`.
    pub profile: String,
    /// `UserRole.Name`.
    pub role: String,
    /// `Profile.UserLicense.Name`.
    pub license: String,
}

/// One permission set of a user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet {
    /// API name.
    pub name: String,
    /// As people see it.
    pub label: String,
}

/// An id for a SOQL literal: anything else than an id asks for nobody, so that no text of an answer becomes SOQL.
fn literal(id: &str) -> &str {
    if ids::is_id(id) { id } else { "000000000000000AAA" }
}

/// Asks for a user's profile, licence and role.
pub fn person_query(user_id: &str) -> String {
    let id = literal(user_id);
    format!("SELECT Id, Profile.Name, Profile.UserLicense.Name, UserRole.Name FROM User WHERE Id = '{id}'")
}

/// Asks for a user's permission sets. Those that stand for a profile are told apart by the parser.
pub fn permission_sets_query(user_id: &str) -> String {
    let id = literal(user_id);
    format!(
        "SELECT PermissionSet.Name, PermissionSet.Label, PermissionSet.IsOwnedByProfile FROM PermissionSetAssignment \
         WHERE AssigneeId = '{id}'"
    )
}

impl Person {
    /// From the answer to [`person_query`].
    pub fn parse(answer: &Document) -> Option<Self> {
        let row = records(answer)?.next()?;
        Some(Self {
            profile: text(answer, row, &["Profile", "Name"]),
            role: text(answer, row, &["UserRole", "Name"]),
            license: text(answer, row, &["Profile", "UserLicense", "Name"]),
        })
    }
}

impl PermissionSet {
    /// From the answer to [`permission_sets_query`], by label; those that stand for a profile are left out.
    pub fn parse(answer: &Document) -> Option<Vec<Self>> {
        let mut sets: Vec<Self> = records(answer)?
            .filter(|row| text(answer, *row, &["PermissionSet", "IsOwnedByProfile"]) != "true")
            .map(|row| Self {
                name: text(answer, row, &["PermissionSet", "Name"]),
                label: text(answer, row, &["PermissionSet", "Label"]),
            })
            .collect();
        sets.sort_by(|a, b| a.label.cmp(&b.label));
        Some(sets)
    }
}

/// The rows of a query's answer; `None` where it is none.
fn records(answer: &Document) -> Option<impl Iterator<Item = NodeId> + '_> {
    let list = answer.get(answer.root()?, "records")?;
    (answer.kind(list) == Kind::Array).then(|| answer.children(list))
}

/// A value by its path in a record; empty where it or a parent is null or missing.
fn text(answer: &Document, row: NodeId, path: &[&str]) -> String {
    let node = path.iter().try_fold(row, |node, key| answer.get(node, key));
    node.filter(|node| answer.kind(*node) != Kind::Null).map(|node| answer.text(node).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(text: &str) -> Document {
        Document::parse(text.as_bytes().to_vec())
    }

    #[test]
    fn the_orgs_card() {
        let card = OrgCard::parse(&doc(
            r#"{"totalSize":1,"done":true,"records":[{"attributes":{},"Id":"00D","Name":"Acme","OrganizationType":"Enterprise Edition","InstanceName":"EU42","IsSandbox":false}]}"#,
        ))
        .unwrap();
        assert_eq!((card.name.as_str(), card.is_sandbox), ("Acme", Some(false)));
        assert_eq!(card.facts().instance.as_deref(), Some("EU42"));
        assert_eq!(OrgCard::parse(&doc(r#"{"records":[]}"#)), None);
        assert_eq!(OrgCard::parse(&doc(r#"[{"errorCode":"INVALID_TYPE"}]"#)), None);
        assert_eq!(OrgCard::parse(&doc(r#"{"records":[{"Name":"x"}]}"#)).unwrap().is_sandbox, None);
    }

    #[test]
    fn a_person_without_a_role() {
        let person = Person::parse(&doc(
            r#"{"records":[{"Profile":{"Name":"Sales","UserLicense":{"Name":"Salesforce"}},"UserRole":null}]}"#,
        ));
        let expected = Person { profile: "Sales".into(), role: String::new(), license: "Salesforce".into() };
        assert_eq!(person, Some(expected));
    }

    #[test]
    fn permission_sets_without_those_of_profiles() {
        let sets = PermissionSet::parse(&doc(
            r#"{"records":[{"PermissionSet":{"Name":"b","Label":"Beta","IsOwnedByProfile":false}},{"PermissionSet":{"Name":"X00","Label":"X00","IsOwnedByProfile":true}},{"PermissionSet":{"Name":"a","Label":"Alpha","IsOwnedByProfile":false}}]}"#,
        ));
        let names: Vec<_> = sets.unwrap().into_iter().map(|set| set.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn no_text_of_an_answer_becomes_soql() {
        assert!(person_query("x' OR Name != '").ends_with("Id = '000000000000000AAA'"));
        assert!(permission_sets_query("001A0000006Vm9rIAC").ends_with("'001A0000006Vm9rIAC'"));
    }
}
