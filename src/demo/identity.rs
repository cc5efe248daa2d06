//! Who a token belongs to: the identity URL, userinfo, and the pictures they name.
//!
//! Keys and their order are those of <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm>.
//! Errors are plain text here, as they are there.

use super::answer::Reply;
use super::ask::{Ask, Ticket, field};
use super::data::{DemoUser, Fate};
use super::hosts::Here;
use super::photo;
use super::rest::NEWEST;
use super::usage;
use super::world::{Door, Org, World};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// `/id/ORG/USER`. The login host sends everybody on to the instance, where the token must be shown again.
pub(super) fn serve(world: &World, ask: &Ask, org_id: &str, user_id: &str) -> Reply {
    let Some((index, org)) = world.orgs.iter().enumerate().find(|(_, org)| org.is_called(org_id)) else {
        return Reply::text(StatusCode::NOT_FOUND, "Bad_Id");
    };
    let form = ask.form();
    let token = match token_of(ask, &form) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    if ask.door == Door::Login && org.id_place.is_some() {
        // The token is not used here, where it may be anybody's: it has to be shown again.
        let whose = world.sessions.whose(token).filter(|whose| whose.org == index);
        ask.told_of.set(whose.map(|whose| whose.org));
        return ask.sent_on(&org.origin(&ask.here)).unwrap_or_else(|| Reply::text(StatusCode::NOT_FOUND, "Bad_Id"));
    }
    let session = match usage::session(world, ask, token, None) {
        Some(session) => session,
        None => return Reply::text(StatusCode::FORBIDDEN, "Bad_OAuth_Token"),
    };
    if session.org != index || !matches!(ask.door, Door::Login) && ask.door != Door::Instance(index) {
        // What another org used is nobody's business here.
        ask.told_of.set(None);
        return Reply::text(StatusCode::FORBIDDEN, "Wrong_Org");
    }
    let Some((place, user)) = org.user_by_id(user_id) else {
        return Reply::text(StatusCode::NOT_FOUND, "Bad_Id");
    };
    let version = match ask.param("version") {
        Some("latest") => Some(NEWEST.to_string()),
        Some(version) if super::rest::is_served(version) => Some(version.to_owned()),
        _ => None,
    };
    let told = identity(org, user, &ask.here, place == session.user, version.as_deref());
    super::oauth::in_format(Reply::ok(&told), ask, "user")
}

/// `GET|POST /services/oauth2/userinfo`.
pub(super) fn userinfo(world: &World, ask: &Ask) -> Reply {
    let form = ask.form();
    let token = match token_of(ask, &form) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    let here = world.behind(ask.door).map(|(index, _)| index);
    let Some(session) = usage::session(world, ask, token, here) else {
        return Reply::text(StatusCode::FORBIDDEN, "Bad_OAuth_Token");
    };
    let found = world.orgs.get(session.org).and_then(|org| Some((org, org.users.get(session.user)?)));
    match found {
        Some((org, user)) => Reply::ok(&userinfo_of(org, user, &ask.here)),
        None => Reply::text(StatusCode::FORBIDDEN, "Bad_OAuth_Token"),
    }
}

/// The token in the header, or in `oauth_token` or `access_token` as some clients send it.
fn token_of<'a>(ask: &'a Ask, form: &'a [(String, String)]) -> Result<&'a str, Reply> {
    match ask.ticket() {
        Ticket::Token(token) => Ok(token),
        Ticket::OtherScheme => Err(Reply::text(StatusCode::FORBIDDEN, "Bad_OAuth_Token")),
        Ticket::None => field(form, "oauth_token")
            .or_else(|| field(form, "access_token"))
            .ok_or_else(|| Reply::text(StatusCode::FORBIDDEN, "Missing_OAuth_Token")),
    }
}

fn identity(org: &Org, user: &DemoUser, here: &Here, asserted: bool, version: Option<&str>) -> Value {
    let names = Names::of(user);
    json!({
        "id": org.id_url(user, here),
        "asserted_user": asserted,
        "user_id": user.id,
        "organization_id": org.id,
        "username": user.username,
        "nick_name": names.nick,
        "display_name": names.display,
        "email": user.email,
        "email_verified": true,
        "first_name": names.first,
        "last_name": user.last_name,
        "timezone": user.timezone,
        "photos": photos(org, user, here),
        "addr_street": null,
        "addr_city": null,
        "addr_state": null,
        "addr_country": null,
        "addr_zip": null,
        "mobile_phone": null,
        "mobile_phone_verified": false,
        "is_lightning_login_user": false,
        "status": { "created_date": null, "body": null },
        "urls": urls(org, user, here, version),
        "active": user.fate != Fate::Inactive,
        "user_type": "STANDARD",
        "language": user.language,
        "locale": user.locale,
        "utcOffset": utc_offset(&user.timezone),
        "last_modified_date": user.last_modified,
        "is_app_installed": true,
    })
}

fn userinfo_of(org: &Org, user: &DemoUser, here: &Here) -> Value {
    let names = Names::of(user);
    let photos = photos(org, user, here);
    json!({
        "sub": org.id_url(user, here),
        "user_id": user.id,
        "organization_id": org.id,
        "preferred_username": user.username,
        "nickname": names.nick,
        "name": names.display,
        "email": user.email,
        "email_verified": true,
        "given_name": names.first,
        "family_name": user.last_name,
        "zoneinfo": user.timezone,
        "photos": photos,
        "profile": format!("{}/{}", org.origin(here), user.id),
        "picture": photos.get("picture"),
        "address": {},
        "urls": urls(org, user, here, None),
        "active": user.fate != Fate::Inactive,
        "user_type": "STANDARD",
        "language": user.language,
        "locale": user.locale,
        "utcOffset": utc_offset(&user.timezone),
        "updated_at": user.last_modified,
        "is_app_installed": true,
    })
}

struct Names<'a> {
    nick: &'a str,
    display: String,
    first: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn of(user: &'a DemoUser) -> Self {
        let nick = user.username.split('@').next().unwrap_or_default();
        let first = Some(user.first_name.as_str()).filter(|name| !name.is_empty());
        let display = format!("{} {}", user.first_name, user.last_name).trim().to_owned();
        Self { nick, display, first }
    }
}

fn photos(org: &Org, user: &DemoUser, here: &Here) -> Value {
    json!({ "picture": photo::address(org, user, here, "F"), "thumbnail": photo::address(org, user, here, "T") })
}

/// Whether this is the id of a user of the org whose instance was asked: his page in the user interface lies there.
pub(super) fn is_user(world: &World, ask: &Ask, id: &str) -> bool {
    let Door::Instance(index) = ask.door else { return false };
    world.orgs.get(index).is_some_and(|org| org.user_by_id(id).is_some())
}

/// The templates; `{version}` stays as it is unless a version was asked for.
fn urls(org: &Org, user: &DemoUser, here: &Here, version: Option<&str>) -> Value {
    let origin = org.origin(here);
    let org15: String = org.id.chars().take(15).collect();
    let soap = |kind: &str| format!("{origin}/services/Soap/{kind}/{{version}}/{org15}");
    let rest = |path: &str| format!("{origin}/services/data/v{{version}}/{path}");
    let all = [
        ("enterprise", soap("c")),
        ("metadata", soap("m")),
        ("partner", soap("u")),
        ("rest", rest("")),
        ("sobjects", rest("sobjects/")),
        ("search", rest("search/")),
        ("query", rest("query/")),
        ("recent", rest("recent/")),
        ("tooling_soap", soap("T")),
        ("tooling_rest", rest("tooling/")),
        ("profile", format!("{origin}/{}", user.id)),
        ("feeds", rest("chatter/feeds")),
        ("groups", rest("chatter/groups")),
        ("users", rest("chatter/users")),
        ("feed_items", rest("chatter/feed-items")),
        ("feed_elements", rest("chatter/feed-elements")),
        ("custom_domain", origin),
    ];
    let fill = |template: String| match version {
        Some(version) => template.replace("{version}", version),
        None => template,
    };
    Value::Object(all.into_iter().map(|(name, url)| (name.to_owned(), Value::from(fill(url)))).collect::<Map<_, _>>())
}

/// Milliseconds of the zone's standard time, 0 where the system knows no such zone.
fn utc_offset(zone: &str) -> i64 {
    let Ok(zone) = jiff::tz::TimeZone::get(zone) else { return 0 };
    // January is standard time in the north, July in the south; daylight saving only ever adds.
    let offsets = [jiff::civil::date(2026, 1, 15), jiff::civil::date(2026, 7, 15)].map(|day| {
        zone.to_ambiguous_timestamp(day.at(12, 0, 0, 0)).compatible().map(|at| zone.to_offset(at).seconds())
    });
    let standard = offsets.into_iter().filter_map(Result::ok).min().unwrap_or(0);
    i64::from(standard) * 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_standard_time() {
        if jiff::tz::TimeZone::get("Europe/Berlin").is_err() {
            println!("not run: this system has no time zone data");
            return;
        }
        assert_eq!(utc_offset("America/Los_Angeles"), -28_800_000);
        assert_eq!(utc_offset("Europe/Berlin"), 3_600_000);
        assert_eq!(utc_offset("Australia/Sydney"), 36_000_000);
        assert_eq!(utc_offset("Nowhere/Atall"), 0);
    }
}
