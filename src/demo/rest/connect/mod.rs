//! Connect and Chatter: users, their profiles and photos, feeds.

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;
use serde_json::json;

/// Everything under `connect` and `chatter`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    match rest {
        _ if call.method != "GET" => Reply::not_allowed(&call.method, "HEAD,GET"),
        [] => {
            let profiles = format!("/services/data/v{}/connect/user-profiles", call.version);
            Reply::ok(&json!({ "userProfiles": profiles }))
        }
        [_, id, "photo"] => photo(caller, call.version, id),
        _ => Reply::not_found(),
    }
}

/// The photo of a user, with addresses that open without a token.
fn photo(caller: &Caller<'_>, version: &str, id: &str) -> Reply {
    let found = if id == "me" { Some(caller.user) } else { caller.org.user_by_id(id).map(|(_, user)| user) };
    let Some(user) = found else { return Reply::not_found() };
    let at = |size: &str| format!("{}/profilephoto/005/{size}", caller.org.origin);
    Reply::ok(&json!({
        "fullEmailPhotoUrl": format!("{}?fromEmail=1", at("F")),
        "largePhotoUrl": at("F"),
        "mediumPhotoUrl": at("F"),
        "photoVersionId": null,
        "smallPhotoUrl": at("T"),
        "standardEmailPhotoUrl": format!("{}?fromEmail=1", at("T")),
        "url": format!("/services/data/v{version}/connect/user-profiles/{}/photo", user.id),
    }))
}
