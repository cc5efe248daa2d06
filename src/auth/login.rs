//! One login: key, assertion, token. Nothing is kept here; see [`super::Sessions`].
//!
//! ```text
//!  key file ─▶ passphrase, if it is encrypted ─▶ assertion ─▶ POST {login_url}/services/oauth2/token ─▶ token
//!                                                    ▲                       │
//!                                                    └── the other audience, once; the same again, once
//! ```

use super::answer::{self, Answer, Asked, Refusal};
use super::pem_file::{self, key};
use super::trouble::{self, Sent};
use super::{Clock, LoginError, PrivateKey, Token, assertion, audience, audience_for, passphrase};
use crate::profile::{App, Profile};
use crate::secret::Secret;
use crate::wire::{Body, Clearance, Client, Origin, Outgoing, Progress, WireError};
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// No token answer is longer than this, in bytes.
const LONGEST: usize = 1024 * 1024;

/// Logs a user in by the JWT bearer flow. The passphrase is for a key that asks for one; the profile may know of
/// another source.
///
/// # Errors
/// See [`LoginError`]. Where an assertion would go to a stranger, nothing is sent.
pub async fn log_in(
    wire: &Client,
    profile: &Profile,
    passphrase: Option<&Secret>,
    clock: &Clock,
) -> Result<Token, LoginError> {
    let app = &*profile.app;
    let start = clock();
    let implied = audience_for(&app.login_url);
    let audience = app.audience.as_deref().unwrap_or(&implied);
    audience::check_recipient(&app.login_url, audience)?;
    let key = open_key(app, passphrase).await?;
    let login = Login { wire, app, username: &profile.user.username, key: &key, clock, start };

    let refused = match login.twice(audience).await? {
        Outcome::Granted(token) => return Ok(*token),
        Outcome::Refused(refused) => refused,
    };
    let other = app.audience.is_none().then(|| audience::other(audience)).flatten();
    if let Some(other) = other.filter(|_| trouble::is_audience(&refused.refusal)) {
        return match login.twice(other).await? {
            Outcome::Granted(mut token) => {
                token.audience_guessed = true;
                Ok(*token)
            }
            Outcome::Refused(again) => Err(login.trouble(again, other, Some(audience))),
        };
    }
    Err(login.trouble(refused, audience, None))
}

/// One login with this audience and no other, by a key that is open. Nothing is tried again.
///
/// # Errors
/// As [`log_in`].
pub(super) async fn log_in_once(
    wire: &Client,
    profile: &Profile,
    key: &PrivateKey,
    audience: &str,
    clock: &Clock,
) -> Result<Token, LoginError> {
    let app = &*profile.app;
    audience::check_recipient(&app.login_url, audience)?;
    let login = Login { wire, app, username: &profile.user.username, key, clock, start: clock() };
    match login.once(audience).await? {
        Outcome::Granted(token) => Ok(*token),
        Outcome::Refused(refused) => Err(login.trouble(refused, audience, None)),
    }
}

/// Reads and opens the app's key, with its passphrase only where it is encrypted.
async fn open_key(app: &App, given: Option<&Secret>) -> Result<PrivateKey, LoginError> {
    let path = &app.private_key;
    let wrapped = pem_file::unwrap(&super::key::text(path)?, path)?;
    let passphrase = if wrapped.is_encrypted() { passphrase::find(app, given).await? } else { None };
    match (PrivateKey::open(wrapped, path, passphrase.as_ref()), passphrase::source(app)) {
        // Asking again helps only where it was asked.
        (Err(LoginError::PassphraseNeeded { wrong: true, .. }), Some(source)) if given.is_none() => Err(key(
            format!("the passphrase from {source} does not open {}", path.display()),
            format!("openssl pkey -noout -in {} tells whether a passphrase is right", pem_file::quoted(path)),
        )),
        (opened, _) => opened,
    }
}

/// What stays the same while one user logs in.
struct Login<'a> {
    wire: &'a Client,
    app: &'a App,
    username: &'a str,
    key: &'a PrivateKey,
    clock: &'a Clock,
    start: jiff::Timestamp,
}

enum Outcome {
    Granted(Box<Token>),
    Refused(Refused),
}

struct Refused {
    answer: Answer,
    refusal: Refusal,
}

impl Login<'_> {
    /// Tries once more where Salesforce asks for it.
    async fn twice(&self, audience: &str) -> Result<Outcome, LoginError> {
        match self.once(audience).await? {
            Outcome::Refused(refused) if trouble::is_passing(&refused.refusal) => self.once(audience).await,
            outcome => Ok(outcome),
        }
    }

    async fn once(&self, audience: &str) -> Result<Outcome, LoginError> {
        let signed = assertion::sign(self.key, &self.app.client_id, self.username, audience, (self.clock)());
        let Some(assertion) = signed else {
            return Err(key("the private key cannot sign".to_owned(), pem_file::rsa_needed()));
        };
        let outgoing = token_request(&self.app.login_url, &assertion)?;
        let quiet: Progress = Arc::new(|_| {});
        let incoming = match self.wire.send(outgoing.clone(), &quiet).await {
            // A kept connection may be closed by now. An assertion that arrives twice does no harm.
            Err(WireError::Cut { received: 0, .. }) => self.wire.send(outgoing, &quiet).await?,
            sent => sent?,
        };
        let status = incoming.status;
        let arrived = (self.clock)();
        let location = incoming.header("location").map(|to| where_to(&self.app.login_url, to));
        let skew = incoming.header("date").and_then(http_date).map(|theirs| theirs.as_second() - arrived.as_second());
        let body = incoming.bytes(LONGEST).await?;
        let body = Secret::new(String::from_utf8_lossy(&body));
        let answer = Answer { status, location, skew, body };
        // A proxy may make a 203 of it: a token all the same.
        if (200..300).contains(&status) {
            let now = (self.clock)();
            let took = Duration::try_from(now.duration_since(self.start)).unwrap_or_default();
            let asked = Asked { login_url: &self.app.login_url, audience, at: now, took };
            return Ok(Outcome::Granted(Box::new(answer::token(&answer, &asked)?)));
        }
        let refusal = answer::refusal(&answer, &assertion);
        let answer = answer.without(&assertion);
        Ok(Outcome::Refused(Refused { answer, refusal }))
    }

    fn trouble(&self, refused: Refused, audience: &str, refused_audience: Option<&str>) -> LoginError {
        let sent = Sent {
            app: self.app,
            username: self.username,
            key: self.key,
            audience,
            refused_audience,
            now: (self.clock)(),
        };
        let trouble = trouble::tell(&refused.answer, refused.refusal, &sent);
        LoginError::Refused { trouble: Box::new(trouble) }
    }
}

/// The POST that turns an assertion into a token. It goes to the login URL's origin only.
fn token_request(login_url: &Url, assertion: &Secret) -> Result<Outgoing, LoginError> {
    let mut url = login_url.clone();
    url.set_path("/services/oauth2/token");
    url.set_query(None);
    url.set_fragment(None);
    let origin = Origin::of(&url).ok_or_else(|| WireError::Address(format!("{url} is no address to log in at")))?;
    let form = url::form_urlencoded::Serializer::new(String::with_capacity(1024))
        .append_pair("grant_type", GRANT_TYPE)
        .append_pair("assertion", assertion.expose())
        .finish();
    Ok(Outgoing {
        method: Method::POST,
        url,
        headers: vec![
            (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ],
        body: Body::Bytes(form.into()),
        clearance: Clearance::Only(vec![origin]),
        repeat: false,
    })
}

/// The origin and path to which an answer redirects; its query is not shown.
fn where_to(login_url: &Url, location: &str) -> String {
    match login_url.join(location) {
        Ok(mut to) => {
            to.set_query(None);
            to.set_fragment(None);
            to.to_string()
        }
        Err(_) => "an address that is none".to_owned(),
    }
}

/// The time of a `Date` header.
fn http_date(text: &str) -> Option<jiff::Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_is_read() {
        let time = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(time.as_second(), 784_111_777);
        assert!(http_date("yesterday").is_none());
    }

    #[test]
    fn the_assertion_is_cleared_for_the_login_host_only() {
        let login_url = Url::parse("https://acme.my.salesforce.com/?x=1#y").unwrap();
        let outgoing = token_request(&login_url, &Secret::new("a.b.c")).unwrap();
        assert_eq!(outgoing.url.as_str(), "https://acme.my.salesforce.com/services/oauth2/token");
        assert_eq!(outgoing.clearance, Clearance::Only(vec![Origin::of(&login_url).unwrap()]));
    }
}
