//! What to do about a login that was refused: each known cause has a cure of its own, told for the profile at hand.
//!
//! The causes are those of Salesforce's OAuth error pages and of what admins meet in the field. An unknown error keeps
//! its own words and gets the facts. Nothing is sent here.

use super::answer::{Answer, Refusal};
use super::{Certificate, LoginTrouble, PrivateKey};
use crate::profile::App;

/// A clock difference up to this many seconds is no news.
const SKEW: i64 = 30;

/// What was sent, and with what.
pub(super) struct Sent<'a> {
    pub app: &'a App,
    pub username: &'a str,
    pub key: &'a PrivateKey,
    pub audience: &'a str,
    /// The audience that was guessed first and refused.
    pub refused_audience: Option<&'a str>,
    pub now: jiff::Timestamp,
}

/// A cause that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The user has not approved the app, or is not known.
    NotApproved,
    /// The user is not among those whom the app lets in.
    NotAdminApproved,
    /// The audience is another one's.
    Audience,
    /// The signature is not by the app's key.
    Assertion,
    /// The assertion came too late.
    Expired,
    /// The user is locked.
    InactiveUser,
    /// The org is locked.
    InactiveOrg,
    /// No app has this consumer key.
    ClientId,
    /// The app is another org's.
    NotInstalled,
    /// This network is not let in.
    IpRestricted,
    /// It may be tried again.
    Retry,
    /// The flow is off, or the server another one.
    GrantType,
    /// Too many logins.
    RateExceeded,
    /// Another address answers.
    Redirect,
    /// The server cannot answer now.
    Unavailable,
    /// Anything else.
    Unknown,
}

impl LoginTrouble {
    /// Its cause, told from what was said.
    pub fn cause(&self) -> Cause {
        let refusal = Refusal { error: self.error.clone(), description: self.description.clone() };
        Cause::of(&refusal, self.status)
    }
}

impl Cause {
    /// The description decides before the code: `invalid_grant` stands for many things.
    fn of(refusal: &Refusal, status: u16) -> Self {
        const WORDS: [(&str, Cause); 15] = [
            ("approved this consumer", Cause::NotApproved),
            ("not admin approved", Cause::NotAdminApproved),
            ("audience is invalid", Cause::Audience),
            ("invalid audience", Cause::Audience),
            ("invalid assertion", Cause::Assertion),
            ("expired authorization code", Cause::Expired),
            ("inactive user", Cause::InactiveUser),
            ("inactive organization", Cause::InactiveOrg),
            ("client identifier invalid", Cause::ClientId),
            ("is not installed in this org", Cause::NotInstalled),
            ("ip restricted", Cause::IpRestricted),
            ("retry your request", Cause::Retry),
            ("grant type not supported", Cause::GrantType),
            ("login_rate_exceeded", Cause::RateExceeded),
            ("login rate exceeded", Cause::RateExceeded),
        ];
        let said = refusal.description.to_ascii_lowercase();
        if let Some((_, cause)) = WORDS.iter().find(|(words, _)| said.contains(words)) {
            return *cause;
        }
        match refusal.error.to_ascii_lowercase().as_str() {
            "invalid_app_access" => Self::NotAdminApproved,
            "invalid_client_id" => Self::ClientId,
            "app_not_found" => Self::NotInstalled,
            "unsupported_grant_type" => Self::GrantType,
            "unknown_error" => Self::Retry,
            "inactive_user" => Self::InactiveUser,
            "inactive_org" => Self::InactiveOrg,
            "login_rate_exceeded" => Self::RateExceeded,
            _ if (300..400).contains(&status) => Self::Redirect,
            _ if status >= 500 || status == 420 => Self::Unavailable,
            _ => Self::Unknown,
        }
    }
}

/// Whether the audience was wrong.
pub(super) fn is_audience(refusal: &Refusal) -> bool {
    Cause::of(refusal, 400) == Cause::Audience
}

/// Whether the same may be tried once more.
pub(super) fn is_passing(refusal: &Refusal) -> bool {
    Cause::of(refusal, 400) == Cause::Retry
}

impl LoginTrouble {
    /// Whether another audience may be what is wanted: it says so, or nobody knows what it says.
    pub fn may_be_audience(&self) -> bool {
        match self.cause() {
            Cause::Audience => true,
            Cause::Unknown => (400..500).contains(&self.status),
            _ => false,
        }
    }

    /// Whether the user logged in too often: another try would make it worse.
    pub fn is_rate(&self) -> bool {
        self.cause() == Cause::RateExceeded
    }

    /// Whether the same may be tried once more.
    pub fn is_passing(&self) -> bool {
        self.cause() == Cause::Retry
    }
}

/// The refusal with its cure and the facts.
pub(super) fn tell(answer: &Answer, refusal: Refusal, sent: &Sent<'_>) -> LoginTrouble {
    let certificate = sent.app.certificate.as_deref().map(Certificate::read);
    let certificate = certificate.as_ref().map(|read| read.as_ref().map_err(ToString::to_string));
    let cause = Cause::of(&refusal, answer.status);
    let mut cure = cure(cause, sent);
    if matches!(cause, Cause::Assertion | Cause::Unknown) {
        cure.extend(certificate_cure(&certificate, sent));
    }
    if matches!(cause, Cause::Expired | Cause::Assertion | Cause::Unknown) {
        cure.extend(clock_cure(answer.skew));
    }
    LoginTrouble {
        status: answer.status,
        error: refusal.error,
        description: refusal.description,
        answer: answer.body.clone(),
        cure,
        facts: facts(answer, &certificate, sent),
    }
}

type Read<'a> = Option<Result<&'a Certificate, String>>;

fn cure(cause: Cause, sent: &Sent<'_>) -> Vec<String> {
    let user = sent.username;
    let app = &sent.app.name;
    match cause {
        Cause::NotApproved => vec![
            format!(
                "in Setup, open the app of {app}: OAuth policies, Permitted Users: \"Admin approved users are pre-authorized\""
            ),
            format!("then assign the app to the profile or to a permission set of {user}"),
            format!(
                "if that is so already, the host may be wrong: {} with audience {}",
                sent.app.login_url, sent.audience
            ),
        ],
        Cause::NotAdminApproved => {
            vec![format!("in Setup, assign the app of {app} to the profile or to a permission set of {user}")]
        }
        Cause::Audience => audience_cure(sent),
        Cause::Assertion => vec![
            format!("upload to the app the certificate that belongs to {}", sent.app.private_key.display()),
            format!("or name as private_key the key whose certificate the app of {app} has"),
        ],
        Cause::Expired => vec!["set this machine's clock: the assertion was out of date when it arrived".to_owned()],
        Cause::InactiveUser => {
            vec![format!("in Setup, Users: activate or unfreeze {user}"), format!("or pick another user of {app}")]
        }
        Cause::InactiveOrg => {
            vec!["the org is locked, expired or deleted: ask Salesforce, or use another org".to_owned()]
        }
        Cause::ClientId => vec![
            format!("compare client_id of {app} with the app's consumer key in Setup"),
            "a new app needs about 10 minutes before its consumer key is known everywhere".to_owned(),
            format!("an app of a sandbox is known to its sandbox only: {}", sent.app.login_url),
        ],
        Cause::NotInstalled => vec![
            format!("an External Client App belongs to one org: set login_url of {app} to that org's My Domain"),
            "or install the app in this org".to_owned(),
        ],
        Cause::IpRestricted => vec![
            format!("this address lies outside the login IP ranges of the profile of {user}, or of the app's policy"),
            "log in from an allowed network, or have the range extended or the app's IP relaxation set in Setup"
                .to_owned(),
        ],
        Cause::Retry => vec!["it was tried twice: wait a minute, then try again".to_owned()],
        Cause::GrantType => vec![
            format!("is {} a Salesforce login host? Other servers do not know this flow", sent.app.login_url),
            "in Setup, enable the JWT bearer flow for the app, and check that OAuth flows are allowed in the org"
                .to_owned(),
        ],
        Cause::RateExceeded => {
            vec![format!("{user} logged in too often (3,600 logins an hour are allowed): wait, do not try in a loop")]
        }
        Cause::Redirect => {
            vec![format!("set login_url of {app} to the host that answers by itself, as the org's My Domain")]
        }
        Cause::Unavailable => vec![
            "the server cannot answer now: see https://status.salesforce.com, then try again".to_owned(),
            format!("if it stays so, is {} right?", sent.app.login_url),
        ],
        Cause::Unknown => Vec::new(),
    }
}

fn audience_cure(sent: &Sent<'_>) -> Vec<String> {
    let app = &sent.app.name;
    let mut lines = vec![format!(
        "set audience of {app}: \"{}\" for production, \"{}\" for sandboxes and scratch orgs",
        super::audience::LOGIN,
        super::audience::TEST
    )];
    if let Some(refused) = sent.refused_audience {
        lines.push(format!(
            "{refused} and {} were both refused: an Experience Cloud site wants its own address",
            sent.audience
        ));
    }
    if sent.app.audience.is_none() && sent.refused_audience.is_none() {
        lines.push(format!("{} is no Salesforce host, so its own origin was sent as audience", sent.app.login_url));
    }
    lines
}

fn certificate_cure(certificate: &Read<'_>, sent: &Sent<'_>) -> Option<String> {
    match certificate {
        Some(Ok(certificate)) if !certificate.matches(sent.key) => Some(format!(
            "the certificate {} does not belong to the private key: one of the two is wrong",
            sent.app.certificate.as_deref().unwrap_or(&sent.app.private_key).display()
        )),
        Some(Ok(certificate)) if certificate.not_after < sent.now => Some(format!(
            "the certificate expired on {}: make a new one and upload it to the app",
            certificate.not_after
        )),
        Some(Ok(_)) => {
            Some("the certificate named here belongs to the key: is it the one that the app has?".to_owned())
        }
        Some(Err(_)) | None => None,
    }
}

fn clock_cure(skew: Option<i64>) -> Option<String> {
    let words = skew_words(skew?)?;
    Some(format!("this machine's clock is {words}: set it"))
}

fn skew_words(skew: i64) -> Option<String> {
    let side = if skew > 0 { "behind" } else { "ahead of" };
    (skew.abs() > SKEW).then(|| format!("{} s {side} the org's", skew.unsigned_abs()))
}

fn facts(answer: &Answer, certificate: &Read<'_>, sent: &Sent<'_>) -> Vec<(String, String)> {
    let mut facts = vec![
        ("login URL", sent.app.login_url.as_str().trim_end_matches('/').to_owned()),
        ("audience (aud)", sent.audience.to_owned()),
        ("issuer (iss, consumer key)", sent.app.client_id.clone()),
        ("subject (sub, username)", sent.username.to_owned()),
        ("private key", sent.app.private_key.display().to_string()),
        ("public key SHA-256", sent.key.public_sha256()),
    ];
    if let Some(refused) = sent.refused_audience {
        facts.insert(1, ("audience refused first", refused.to_owned()));
    }
    match certificate {
        Some(Ok(certificate)) => {
            let belongs = if certificate.matches(sent.key) { "yes" } else { "no" };
            let until = if certificate.not_after < sent.now { "expired" } else { "valid until" };
            facts.push(("certificate SHA-256", certificate.sha256().to_owned()));
            facts.push(("certificate belongs to the key", belongs.to_owned()));
            facts.push(("certificate validity", format!("{until} {}", certificate.not_after)));
        }
        Some(Err(why)) => facts.push(("certificate", why.clone())),
        None => {}
    }
    if let Some(words) = answer.skew.and_then(skew_words) {
        facts.push(("clock", format!("{words} ({} here)", sent.now)));
    }
    facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
}
