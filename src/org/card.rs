//! What stands beside the identity: the org's own card, and the user's profile, role, licence and permission sets.
//!
//! Queries and parsers only: each is an ordinary question that can fail on its own.
use super::facts::OrgFacts;
use crate::json::Document;

/// Asks for the org's card.
pub const ORG_QUERY: &str = "SELECT Id, Name, OrganizationType, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix FROM Organization";

/// The org, by its own word.
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
    /// When a trial ends, if it is one.
    pub trial_ends: String,
    /// Of a packaging org.
    pub namespace: String,
}

impl OrgCard {
    /// From the answer to [`ORG_QUERY`].
    pub fn parse(answer: &Document) -> Option<Self> {
        let _ = answer;
        None
    }
    /// What the guard wants to know.
    pub fn facts(&self) -> OrgFacts {
        OrgFacts::default()
    }
}

/// A user's place in the org.
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

/// Asks for a user's profile, licence and role.
pub fn person_query(user_id: &str) -> String {
    let _ = user_id;
    String::new()
}

/// Asks for a user's permission sets, those that stand for a profile left out.
pub fn permission_sets_query(user_id: &str) -> String {
    let _ = user_id;
    String::new()
}

impl Person {
    /// From the answer to [`person_query`].
    pub fn parse(answer: &Document) -> Option<Self> {
        let _ = answer;
        None
    }
}

impl PermissionSet {
    /// From the answer to [`permission_sets_query`].
    pub fn parse(answer: &Document) -> Option<Vec<Self>> {
        let _ = answer;
        None
    }
}
