//! Reads what a token endpoint answers: a token, or why there is none. Believes nothing that names a stranger.

use super::audience::check_named;
use super::{LoginError, Token};
use crate::profile::holds_a_secret;
use crate::secret::{MASK, Secret};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// How much of an answer that is no OAuth answer is shown, in characters.
const SHOWN: usize = 300;

/// An answer of the token endpoint.
pub(super) struct Answer {
    pub status: u16,
    /// Of the `Location` header: where it would have sent us.
    pub location: Option<String>,
    /// Of the `Date` header, minus our clock, in seconds.
    pub skew: Option<i64>,
    pub body: Secret,
}

impl Answer {
    /// The same with the assertion masked, should the other side quote it.
    pub fn without(mut self, assertion: &Secret) -> Self {
        if self.body.expose().contains(assertion.expose()) {
            self.body = Secret::new(self.body.expose().replace(assertion.expose(), MASK));
        }
        self
    }
}

/// What was known before the answer came.
pub(super) struct Asked<'a> {
    pub login_url: &'a Url,
    pub audience: &'a str,
    pub at: jiff::Timestamp,
    pub took: Duration,
}

/// `error` and `error_description`, verbatim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub error: String,
    pub description: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: Option<String>,
    instance_url: Option<String>,
    id: Option<String>,
    token_type: Option<String>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct OAuthError {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
}

#[derive(Deserialize)]
struct RestError {
    #[serde(rename = "errorCode", default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// The token of an answer that grants one.
///
/// # Errors
/// `NotAToken`, `Stranger`.
pub(super) fn token(answer: &Answer, asked: &Asked<'_>) -> Result<Token, LoginError> {
    let not = |detail: String| LoginError::NotAToken { status: answer.status, detail };
    let text = answer.body.expose();
    let Ok(granted) = serde_json::from_str::<Granted>(text) else {
        // A broken token answer is not shown: a token may stand in it.
        let shown = if holds_a_token(text) { "broken JSON".to_owned() } else { plain(text) };
        return Err(not(if shown.is_empty() { "it is empty".to_owned() } else { shown }));
    };
    let missing = |name: &str| not(format!("it has no {name}"));
    let access_token = granted.access_token.filter(|t| !t.is_empty()).map(Secret::new);
    let access_token = access_token.ok_or_else(|| missing("access_token"))?;
    let instance = granted.instance_url.ok_or_else(|| missing("instance_url"))?;
    let id = granted.id.ok_or_else(|| missing("id"))?;
    let mut instance_url = check_named(asked.login_url, "instance_url", &instance)?;
    instance_url.set_path("");
    instance_url.set_query(None);
    instance_url.set_fragment(None);
    Ok(Token {
        access_token,
        instance_url,
        id_url: check_named(asked.login_url, "id", &id)?,
        token_type: granted.token_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "Bearer".to_owned()),
        scope: granted.scope.unwrap_or_default(),
        issued_at: asked.at,
        audience: asked.audience.to_owned(),
        audience_guessed: false,
        took: asked.took,
        answer: answer.body.clone(),
    })
}

/// Why there is no token, in the answer's own words. `assertion` is masked, should the other side quote it.
pub(super) fn refusal(answer: &Answer, assertion: &Secret) -> Refusal {
    let text = answer.body.expose();
    let (error, description) = if let Ok(told) = serde_json::from_str::<OAuthError>(text) {
        let description = told.error_description.unwrap_or_default();
        (told.error, description)
    } else if let Some(told) = serde_json::from_str::<Vec<RestError>>(text).ok().and_then(|all| all.into_iter().next())
    {
        (told.code, told.message)
    } else if (300..400).contains(&answer.status) {
        let to = answer.location.as_deref().unwrap_or("nowhere");
        (String::new(), format!("it redirects to {to}, which is not followed with a login"))
    } else if holds_a_token(text) {
        (String::new(), HIDDEN.to_owned())
    } else {
        (String::new(), plain(text))
    };
    let mask = |text: String| {
        let text = text.replace(assertion.expose(), MASK);
        if holds_a_token(&text) { HIDDEN.to_owned() } else { text }
    };
    let (error, description) = (mask(error), mask(description));
    let description = if description.is_empty() { default_words(&error, answer.status) } else { description };
    Refusal { error, description }
}

/// Stands for a text that may hold a token.
const HIDDEN: &str = "what it says is not shown: a token may stand in it";

fn holds_a_token(text: &str) -> bool {
    text.contains("access_token") || holds_a_secret(text)
}

fn default_words(error: &str, status: u16) -> String {
    if error.is_empty() { format!("HTTP {status} without a word of explanation") } else { error.to_owned() }
}

/// The beginning of a text that was not expected; of an HTML page its title and words.
fn plain(text: &str) -> String {
    let text = text.trim();
    let words: String = if text.starts_with('<') { without_tags(text) } else { text.to_owned() };
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = words.chars().take(SHOWN).collect();
    if shown.len() < words.len() {
        shown.push('…');
    }
    shown
}

/// The words of a page, without its styles and scripts.
fn without_tags(page: &str) -> String {
    let mut words = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        let lower = after.get(..6).map(str::to_ascii_lowercase).unwrap_or_default();
        let close = match lower.as_str() {
            name if name.starts_with("style") => "</style>",
            "script" => "</script>",
            name if name.starts_with("!--") => "-->",
            _ => ">",
        };
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, location: None, skew: None, body: Secret::new(body) }
    }

    #[test]
    fn errors_are_found_in_every_form() {
        let secret = Secret::new("eyJ.a.b");
        for (body, error, description) in [
            (
                r#"{"error":"invalid_grant","error_description":"audience is invalid"}"#,
                "invalid_grant",
                "audience is invalid",
            ),
            (r#"{"error":"server_busy"}"#, "server_busy", "server_busy"),
            (r#"[{"errorCode":"LOGIN_RATE_EXCEEDED","message":"slow down"}]"#, "LOGIN_RATE_EXCEEDED", "slow down"),
            ("plain words", "", "plain words"),
            ("", "", "HTTP 400 without a word of explanation"),
            (
                "<html><style>p{}</style><title>Down\n for maintenance</title><p>Try later</p></html>",
                "",
                "Down for maintenance Try later",
            ),
            (r#"{"error":"x","error_description":"you sent eyJ.a.b"}"#, "x", "you sent ••••••••"),
        ] {
            let told = refusal(&answer(400, body), &secret);
            assert_eq!((told.error.as_str(), told.description.as_str()), (error, description), "{body}");
        }
    }

    #[test]
    fn a_refusal_shows_no_token() {
        for body in [
            r#"{"access_token":"hunter2","instance_url":"https://acme.my.salesforce.com"}"#,
            r#"<p>{"access_token":"hunter2"}</p>"#,
            r#"{"error":"odd","error_description":"access_token=hunter2"}"#,
            r#"[{"errorCode":"odd","message":"{\"access_token\":\"hunter2\"}"}]"#,
            "00Dxx0000000001!hunter2",
            "the token is 00Dxx0000000001EAA!hunter2",
        ] {
            let told = refusal(&answer(400, body), &Secret::new("eyJ.a.b"));
            assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
            assert_eq!(told.description, HIDDEN);
        }
    }

    #[test]
    fn a_broken_token_answer_shows_no_token() {
        let login_url = Url::parse("https://login.salesforce.com").unwrap();
        let asked =
            Asked { login_url: &login_url, audience: "", at: jiff::Timestamp::UNIX_EPOCH, took: Duration::ZERO };
        for body in [
            r#"{"access_token":"00Dsecret","instance_url":"https://acme.my.salesforce.com""#,
            r#"{"access_token":"00Dsecret","instance_url":"https://acme.my.salesforce.com"}"#,
            r#"{"access_token":"00Dsecret","instance_url":"https://evil.example/00Dsecret","id":"x"}"#,
        ] {
            let failed = token(&answer(200, body), &asked).unwrap_err();
            assert!(!format!("{failed} {failed:?}").contains("00Dsecret"), "{failed}");
        }
        let failed = token(&answer(200, "<p>hello"), &asked).unwrap_err();
        assert!(matches!(failed, LoginError::NotAToken { status: 200, detail } if detail == "hello"));
    }
}
