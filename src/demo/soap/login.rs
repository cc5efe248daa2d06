//! SOAP's `login()`, and what it and `getUserInfo()` tell of the user.
//!
//! Off unless it was allowed, as in orgs made today; gone from version 65.0 on.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_login.htm>

use super::Caller;
use super::envelope::Envelope;
use super::out::{Kind, Trouble, element, response};
use crate::demo::answer::Reply;
use crate::demo::ask::Ask;
use crate::demo::data::{Access, DemoUser, OrgKind};
use crate::demo::flows::{self, Given};
use crate::demo::oauth;
use crate::demo::options::Flow;
use crate::demo::session::Session;
use crate::demo::world::{Org, World};
use serde_json::Value;

/// The last version with a `login()`.
const LAST: u32 = 64;

pub(super) fn answer(world: &World, ask: &Ask, kind: Kind, version: &str, asked: &Envelope) -> Result<Reply, Trouble> {
    if !world.allows(Flow::SoapLogin) {
        return Err(Trouble::login("INVALID_OPERATION", "SOAP API login() is disabled by default in this org."));
    }
    if version.split('.').next().and_then(|number| number.parse::<u32>().ok()).is_none_or(|number| number > LAST) {
        let text = "SOAP API login() is not available in API version 65.0 and later.";
        return Err(Trouble::login("INVALID_OPERATION", text));
    }
    let text = |name: &str| asked.operation.child(name).unwrap_or_default();
    let here = world.behind(ask.door).map(|(index, _)| index);
    let wanted = |index: usize, org: &Org| {
        here.is_none_or(|here| here == index) && asked.organization.as_deref().is_none_or(|id| org.is_called(id))
    };
    let mut orgs = world.orgs.iter().enumerate().filter(|(index, org)| wanted(*index, org));
    let found =
        orgs.find_map(|(index, org)| org.user_by_name(text("username")).map(|(user, who)| (index, org, user, who)));
    let (index, org, place, user) = found.ok_or_else(wrong)?;
    match flows::given(org, place, text("password")) {
        Given::Right => {}
        Given::NoToken => return Err(Trouble::login("LOGIN_MUST_USE_SECURITY_TOKEN", NO_TOKEN)),
        Given::Wrong => return Err(wrong()),
    }
    let session = Session { org: index, user: place, app: None };
    oauth::admitted(world, ask, session, None).map_err(refused)?;
    let token =
        world.sessions.grant(session, &org.id).ok_or_else(|| Trouble::new("SERVER_UNAVAILABLE", "no randomness"))?;
    let mut out = String::from("<result>");
    element(&mut out, "metadataServerUrl", Some(&server_url(ask, org, Kind::Metadata, version)));
    element(&mut out, "passwordExpired", Some("false"));
    element(&mut out, "sandbox", Some(if org.kind == OrgKind::Sandbox { "true" } else { "false" }));
    element(&mut out, "serverUrl", Some(&server_url(ask, org, kind, version)));
    element(&mut out, "sessionId", Some(token.expose()));
    element(&mut out, "userId", Some(&user.id));
    out.push_str("<userInfo>");
    user_info(&mut out, world, org, user);
    out.push_str("</userInfo></result>");
    Ok(response(kind, "login", None, &out))
}

const NO_TOKEN: &str = "Invalid username, password, security token; or user locked out. Are you at a new location? \
    When accessing Salesforce--either via a desktop client or the API--from outside of your company's trusted networks, \
    you must add a security token to your password to log in.";

fn wrong() -> Trouble {
    Trouble::login("INVALID_LOGIN", "Invalid username, password, security token; or user locked out.")
}

/// The words of OAuth's refusals in those of SOAP.
fn refused((error, description): oauth::Refusal) -> Trouble {
    match description {
        "inactive user" => wrong(),
        "inactive organization" => Trouble::login("ORG_LOCKED", "organization is inactive"),
        "ip restricted" => Trouble::login("RESTRICTED_IP", "Restricted IP"),
        "LOGIN_RATE_EXCEEDED" => Trouble::login("LOGIN_RATE_EXCEEDED", "Login Rate Exceeded"),
        _ => Trouble::login("SERVER_UNAVAILABLE", if description.is_empty() { error } else { description }),
    }
}

fn server_url(ask: &Ask, org: &Org, kind: Kind, version: &str) -> String {
    let org15: String = org.id.chars().take(15).collect();
    format!("{}/services/Soap/{}/{version}/{org15}", org.origin(&ask.here), kind.letter())
}

pub(super) fn get_user_info(caller: &Caller<'_>) -> Reply {
    let mut out = String::from("<result>");
    user_info(&mut out, caller.world, caller.org, caller.user);
    out.push_str("</result>");
    response(caller.kind, "getUserInfo", Some(caller.org), &out)
}

/// What is told of a user: from his records, as he sees them.
fn user_info(out: &mut String, world: &World, org: &Org, user: &DemoUser) {
    let first = |soql: String| {
        let found = org.data.viewer(&user.id)?.query("67.0", &soql, false, 1).ok()?;
        found.pointer("/records/0").cloned()
    };
    let own = first(format!("SELECT ProfileId, UserRoleId FROM User WHERE Id = '{}'", user.id)).unwrap_or_default();
    let company = first("SELECT Name FROM Organization".to_owned()).unwrap_or_default();
    let text = |record: &Value, name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = format!("{} {}", user.first_name, user.last_name);
    let seconds = world.sessions.seconds().as_secs().to_string();
    let skin = if user.access == Access::Integration { None } else { Some("Theme3") };
    for (key, value) in [
        ("accessibilityMode", Some("false")),
        ("chatterExternal", Some("false")),
        ("currencySymbol", Some("$")),
        ("orgAttachmentFileSizeLimit", Some("5242880")),
        ("orgDefaultCurrencyIsoCode", Some("USD")),
        ("orgDefaultCurrencyLocale", Some("en_US")),
        ("orgDisallowHtmlAttachments", Some("false")),
        ("orgHasPersonAccounts", Some("false")),
        ("organizationId", Some(org.id.as_str())),
        ("organizationMultiCurrency", Some("false")),
        ("organizationName", text(&company, "Name").as_deref()),
        ("profileId", text(&own, "ProfileId").as_deref()),
        ("roleId", text(&own, "UserRoleId").as_deref()),
        ("sessionSecondsValid", Some(seconds.as_str())),
        ("userDefaultCurrencyIsoCode", None),
        ("userEmail", Some(user.email.as_str())),
        ("userFullName", Some(name.trim())),
        ("userId", Some(user.id.as_str())),
        ("userLanguage", Some(user.language.as_str())),
        ("userLocale", Some(user.locale.as_str())),
        ("userName", Some(user.username.as_str())),
        ("userTimeZone", Some(user.timezone.as_str())),
        ("userType", Some("Standard")),
        ("userUiSkin", skin),
    ] {
        element(out, key, value);
    }
}
