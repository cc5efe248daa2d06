//! What a demo org is made from, and the people in it. Plain data.

/// Whether `Organization.IsSandbox` says yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgKind {
    /// The real thing.
    Production,
    /// A copy for trying.
    Sandbox,
}

/// What an org is made from.
#[derive(Clone, Debug)]
pub struct OrgSpec {
    /// Production or sandbox.
    pub kind: OrgKind,
    /// 18 characters, starting `00D`.
    pub org_id: String,
    /// Company name, as in `Organization.Name`.
    pub name: String,
    /// As in `Organization.InstanceName`, e.g. `DEM1`.
    pub instance_name: String,
    /// Records in all, at most 3,000,000; 0 is the default seed of 2,500.
    pub scale: usize,
    /// Mail domain of the people, e.g. `northwind.example`.
    pub domain: String,
}

/// What happens to a user who logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Gets in.
    Active,
    /// `inactive user`.
    Inactive,
    /// The administrator has not approved the app for him.
    NotApproved,
}

/// How much of the org a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everything.
    Admin,
    /// The sales objects, fewer fields, his own and his role's records.
    Sales,
    /// All records of the objects an integration needs, no user interface.
    Integration,
}

/// A person (or a program) of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoUser {
    /// 18 characters, starting `005`.
    pub id: String,
    /// What he logs in with.
    pub username: String,
    /// Up to 8 characters.
    pub alias: String,
    /// May be empty.
    pub first_name: String,
    /// Never empty.
    pub last_name: String,
    /// Mail address.
    pub email: String,
    /// Job title.
    pub title: String,
    /// `Profile.Name`.
    pub profile: String,
    /// `UserRole.Name`, where he has one.
    pub role: Option<String>,
    /// What happens when he logs in.
    pub fate: Fate,
    /// How much he sees.
    pub access: Access,
    /// Time zone, e.g. `Europe/Berlin`.
    pub timezone: String,
    /// Locale, e.g. `de_DE`.
    pub locale: String,
    /// Language, e.g. `en_US`.
    pub language: String,
    /// As Salesforce writes it: `2026-03-04T05:06:07.000+0000`.
    pub last_modified: String,
}

/// Why an org could not be built.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The embedded schema or word lists are wrong: a bug of the demo.
    #[error("the demo schema is wrong: {0}")]
    Schema(String),
    /// The spec cannot be an org.
    #[error("the org spec is wrong: {0}")]
    Spec(String),
    /// The database refused.
    #[error("the demo database failed")]
    Database(#[from] rusqlite::Error),
}
