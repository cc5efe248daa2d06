//! The identity answer: who a token belongs to.
use crate::json::Document;

/// Who a token belongs to, as the id URL tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The id URL.
    pub id: String,
    /// 18 characters.
    pub user_id: String,
    /// 18 characters.
    pub organization_id: String,
    /// The username.
    pub username: String,
    /// As people call him or her.
    pub display_name: String,
    /// Chatter nickname.
    pub nick_name: String,
    /// Mail address.
    pub email: String,
    /// Whether it was verified.
    pub email_verified: Option<bool>,
    /// First name, if any.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// As `Europe/Berlin`.
    pub timezone: String,
    /// As `STANDARD`.
    pub user_type: String,
    /// As `en_US`.
    pub language: String,
    /// As `de_DE`.
    pub locale: String,
    /// Milliseconds east of UTC, without daylight saving.
    pub utc_offset_ms: Option<i64>,
    /// Whether the user may log in.
    pub active: Option<bool>,
    /// ISO 8601.
    pub last_modified_date: String,
    /// Whether the app is installed in the org.
    pub is_app_installed: Option<bool>,
    /// Every URL of the answer, with its name (`urls.rest`, `photos.picture`), `{version}` as it stands.
    pub urls: Vec<(String, String)>,
    /// Every other value, by path, as text, in the answer's order (`addr_city`, `custom_attributes.x`, …).
    pub rest: Vec<(String, String)>,
}

impl Identity {
    /// From the answer; `None` where it is no identity.
    pub fn parse(answer: &Document) -> Option<Self> {
        let _ = answer;
        None
    }
}
