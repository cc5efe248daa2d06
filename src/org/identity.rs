//! The identity answer: who a token belongs to.
//!
//! What every answer has stands in fields; whatever else it holds is kept by its path, so that nothing is lost when
//! Salesforce or the app adds a key. Texts are the org's: they are shown, never obeyed.

use crate::json::{Document, Kind, NodeId};

/// Who a token belongs to, as the id URL tells it. A text that the answer lacks is empty.
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
    /// As `2026-11-03T08:15:00.000+0000`.
    pub last_modified_date: String,
    /// Whether the app is installed in the org.
    pub is_app_installed: Option<bool>,
    /// Every URL of the answer with its path (`urls.rest`, `photos.picture`), `{version}` as it stands.
    pub urls: Vec<(String, String)>,
    /// Every other value by its path, as text, in the answer's order (`addr_city`, `custom_attributes.x`, …).
    pub rest: Vec<(String, String)>,
}

impl Identity {
    /// From the answer; `None` where it is no identity.
    pub fn parse(answer: &Document) -> Option<Self> {
        let root = answer.root().filter(|root| answer.kind(*root) == Kind::Object)?;
        let mut identity = Self::default();
        // An answer nests two levels; deeper values are told as they stand.
        for node in answer.children(root) {
            let key = answer.key(node).unwrap_or_default().into_owned();
            if answer.kind(node) == Kind::Object {
                for inner in answer.children(node) {
                    let path = format!("{key}.{}", answer.key(inner).unwrap_or_default());
                    identity.other(path, answer, inner);
                }
            } else if !identity.known(&key, answer, node) {
                identity.other(key, answer, node);
            }
        }
        (!identity.user_id.is_empty() && !identity.organization_id.is_empty()).then_some(identity)
    }

    /// A value that has a field of its own.
    fn known(&mut self, key: &str, answer: &Document, node: NodeId) -> bool {
        let text = || if answer.kind(node) == Kind::Null { String::new() } else { answer.text(node).into_owned() };
        let flag = || match answer.kind(node) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        };
        match key {
            "id" => self.id = text(),
            "user_id" => self.user_id = text(),
            "organization_id" => self.organization_id = text(),
            "username" => self.username = text(),
            "display_name" => self.display_name = text(),
            "nick_name" => self.nick_name = text(),
            "email" => self.email = text(),
            "email_verified" => self.email_verified = flag(),
            "first_name" => self.first_name = text(),
            "last_name" => self.last_name = text(),
            "timezone" => self.timezone = text(),
            "user_type" => self.user_type = text(),
            "language" => self.language = text(),
            "locale" => self.locale = text(),
            "utcOffset" => self.utc_offset_ms = text().parse().ok(),
            "active" => self.active = flag(),
            "last_modified_date" => self.last_modified_date = text(),
            "is_app_installed" => self.is_app_installed = flag(),
            _ => return false,
        }
        true
    }

    fn other(&mut self, path: String, answer: &Document, node: NodeId) {
        let text = match answer.kind(node) {
            Kind::Null => String::new(),
            Kind::Object | Kind::Array => String::from_utf8_lossy(answer.raw(node)).into_owned(),
            _ => answer.text(node).into_owned(),
        };
        let url = text.starts_with("https://") || text.starts_with("http://");
        if url { self.urls.push((path, text)) } else { self.rest.push((path, text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_an_answer_is_kept() {
        let answer = br#"{"id":"https://login.salesforce.com/id/00D/005","asserted_user":true,"user_id":"005","organization_id":"00D",
            "username":"a@b.example","nick_name":"a","display_name":"Ada \u263a","email":"a@b.example","email_verified":true,"first_name":null,
            "last_name":"Byron","timezone":"Europe/London","photos":{"picture":"https://x/F","thumbnail":"https://x/T"},"addr_city":"Bern",
            "is_lightning_login_user":false,"status":{"created_date":null,"body":"hi"},
            "urls":{"rest":"https://i/services/data/v{version}/","custom_domain":"https://i"},"active":true,"user_type":"STANDARD","language":"en_US",
            "locale":"en_GB","utcOffset":-3600000,"last_modified_date":"2026-01-01T00:00:00Z","is_app_installed":false,"custom_attributes":{"x":"1"}}"#;
        let who = Identity::parse(&Document::parse(answer.to_vec())).unwrap();
        assert_eq!(
            (who.display_name.as_str(), who.first_name.as_str(), who.utc_offset_ms),
            ("Ada ☺", "", Some(-3_600_000))
        );
        assert_eq!((who.active, who.is_app_installed, who.email_verified), (Some(true), Some(false), Some(true)));
        let urls: Vec<_> = who.urls.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(urls, ["photos.picture", "photos.thumbnail", "urls.rest", "urls.custom_domain"]);
        let rest: Vec<_> = who.rest.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            rest,
            [
                "asserted_user=true",
                "addr_city=Bern",
                "is_lightning_login_user=false",
                "status.created_date=",
                "status.body=hi",
                "custom_attributes.x=1"
            ]
        );
    }

    #[test]
    fn what_is_no_identity() {
        for text in ["", "[]", "{}", "\"x\"", r#"{"user_id":"005"}"#] {
            assert_eq!(Identity::parse(&Document::parse(text.as_bytes().to_vec())), None, "{text}");
        }
    }
}
