//! Connect and Chatter: users, their profiles and photos, groups, feeds.
//!
//! Posts are kept in memory, so many of them, and are gone with the demo. Files, topics and communities there are none.
//!
//! ```text
//!  users ◀─ SOQL      groups ◀─ setup.toml      board (posts) ◀─ POST
//!     └───────────────────┴───────── feed ─────────┘
//! ```
//! <https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/intro_what_is_chatter_connect.htm>

mod board;
mod feed;
mod groups;
mod person;
mod post;
mod ties;
mod users;

pub(in crate::demo) use board::Board;

use super::Caller;
use super::metadata::atlas::{Atlas, not_found};
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// What a resource answers: a status and a body, if there is one.
type Answer = Result<(StatusCode, Value), SfError>;

/// Everything under `connect` and `chatter`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let atlas = Atlas::new(caller, call.version);
    let get = call.method == "GET";
    let writes = [feed::takes(rest), groups::takes(rest), person::takes(rest)].concat();
    if !get && writes.is_empty() {
        return Reply::not_allowed(&call.method, "HEAD,GET");
    }
    if !get && !writes.split(',').any(|method| method == call.method) {
        return Reply::not_allowed(&call.method, allowed(&writes));
    }
    let answer = match rest {
        [] => Ok((StatusCode::OK, directory(call))),
        ["organization"] => organization(&atlas).map(ok),
        ["users", id, "following"] => person::following(&atlas, call, id),
        ["users", id, "followers"] => person::followers(&atlas, call, id),
        ["users", "me", rest @ ..] if matches!(rest, ["messages" | "conversations", ..]) => {
            person::messages(&atlas, call, rest)
        }
        ["subscriptions", id] => person::subscriptions(&atlas, call, id),
        ["users" | "user-profiles", rest @ ..] => users::serve(&atlas, call, rest).map(ok),
        ["groups" | "group-memberships", ..] => groups::serve(&atlas, call, rest),
        ["feeds" | "feed-elements" | "feed-items" | "comments", ..] => feed::serve(&atlas, call, rest),
        _ => Err(not_found()),
    };
    match answer {
        Ok((status, Value::Null)) => Reply::empty(status),
        Ok((status, body)) => Reply::json(status, &body),
        Err(error) => Reply::from_error(&error),
    }
}

/// The body, where there is one.
fn sent(call: &Call<'_>) -> Result<Value, SfError> {
    if call.body.is_empty() { Ok(Value::Null) } else { call.json() }
}

/// What a resource allows, as a header has it.
fn allowed(writes: &str) -> &'static str {
    match writes {
        "POST" => "HEAD,GET,POST",
        "DELETE" => "HEAD,GET,DELETE",
        _ => "HEAD,GET,PATCH,DELETE",
    }
}

fn ok(value: Value) -> (StatusCode, Value) {
    (StatusCode::OK, value)
}

fn directory(call: &Call<'_>) -> Value {
    let at = |path: &str| json!(format!("/services/data/v{}/{path}", call.version));
    if call.path.first() == Some(&"chatter") {
        return json!({
            "feeds": at("chatter/feeds"),
            "feedElements": at("chatter/feed-elements"),
            "groups": at("chatter/groups"),
            "users": at("chatter/users"),
        });
    }
    json!({ "organization": at("connect/organization"), "userProfiles": at("connect/user-profiles") })
}

/// What the org can do, and how the user has set himself up.
fn organization(atlas: &Atlas<'_>) -> Result<Value, SfError> {
    let caller = atlas.caller;
    let found = caller.viewer.query(atlas.version, "SELECT Name FROM Organization LIMIT 1", false, 1)?;
    let name = found.pointer("/records/0/Name").cloned().unwrap_or(Value::Null);
    let user = caller.user;
    Ok(json!({
        "accessTimeout": 120,
        "features": {
            "activityReminder": true,
            "chatter": true,
            "chatterActivity": true,
            "chatterGlobalInfluence": false,
            "chatterGroupRecords": false,
            "chatterMessages": true,
            "chatterTopics": false,
            "communitiesEnabled": false,
            "dashboardComponentSnapshots": false,
            "defaultCurrencyIsoCode": "EUR",
            "files": false,
            "mobileNotificationsEnabled": false,
            "multiCurrency": false,
            "offlineEditEnabled": false,
            "publisherActions": true,
            "thanksAllowed": false,
            "trendingTopics": false,
            "viralInvitesAllowed": false,
        },
        "maintenanceInfo": [],
        "name": name,
        "orgId": caller.org.id,
        "userSettings": {
            "canFollow": true,
            "canModifyAllData": user.access == crate::demo::data::Access::Admin,
            "canOwnGroups": true,
            "canViewAllData": user.access == crate::demo::data::Access::Admin,
            "canViewAllGroups": true,
            "canViewAllUsers": true,
            "canViewFullUserProfile": true,
            "canViewPublicFiles": false,
            "currencySymbol": "€",
            "externalUser": false,
            "hasAccessToInternalOrg": true,
            "hasChatter": true,
            "timeZone": { "name": user.timezone },
            "userDefaultCurrencyIsoCode": null,
            "userId": user.id,
            "userLocale": user.locale,
        },
    }))
}

/// Which page is wanted: `page` counts pages.
struct Paging {
    page: usize,
    size: usize,
}

impl Paging {
    fn of(call: &Call<'_>) -> Result<Self, SfError> {
        let number = |name: &str, usual: usize| match call.param(name).filter(|text| !text.is_empty()) {
            None => Ok(usual),
            Some(text) => text.parse::<usize>().map_err(|_| illegal(&format!("For input string: \"{text}\""))),
        };
        let (page, size) = (number("page", 0)?, number("pageSize", 25)?);
        if !(1..=100).contains(&size) {
            return Err(illegal("pageSize must be between 1 and 100"));
        }
        Ok(Self { page, size })
    }

    fn offset(&self) -> usize {
        self.page.saturating_mul(self.size)
    }

    /// The keys of every page; `key` is where its items stand.
    fn told(&self, url: &str, key: &str, items: Vec<Value>, more: bool) -> Map<String, Value> {
        let at = |page: usize| format!("{url}?page={page}&pageSize={}", self.size);
        let next = more.then(|| self.page + 1);
        let previous = self.page.checked_sub(1);
        let pairs = [
            ("currentPageToken", json!(self.page)),
            ("currentPageUrl", json!(at(self.page))),
            (key, Value::Array(items)),
            ("nextPageToken", json!(next)),
            ("nextPageUrl", json!(next.map(at))),
            ("previousPageToken", json!(previous)),
            ("previousPageUrl", json!(previous.map(at))),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn illegal(told: &str) -> SfError {
    SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told)
}
