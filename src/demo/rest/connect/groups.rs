//! Chatter groups: those of the setup, and those that are made. A private group is there for its members only.

use super::super::metadata::atlas::{Atlas, not_found, text};
use super::super::metadata::setup::same_id;
use super::super::route::Call;
use super::board::board_of;
use super::ties::{Circle, Member};
use super::users::{find, motif, summary};
use super::{Answer, Paging, illegal, ok};
use crate::demo::data::{Access, SfError};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Characters of a group's name.
const LONGEST: usize = 40;

/// Which methods besides reading a resource takes; empty for none.
pub(super) fn takes(rest: &[&str]) -> &'static str {
    match rest {
        ["groups"] | ["groups", _, "members"] => "POST",
        ["groups", _] | ["group-memberships", _] => "DELETE",
        _ => "",
    }
}

/// Everything under `groups` and `group-memberships`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    match (rest, call.method.as_str()) {
        (["groups"], "POST") => make(atlas, call),
        (["groups", id, "members"], "POST") => join(atlas, call, &known(atlas, id)?),
        (["groups", id], "DELETE") => {
            let group = known(atlas, id)?;
            may_manage(atlas, &group)?;
            board_of(atlas.caller.org).ties.circles.retain(|circle| circle.id != group.id);
            Ok((StatusCode::NO_CONTENT, Value::Null))
        }
        (["group-memberships", id], _) => membership(atlas, call, id),
        (["groups"], _) => page(atlas, call, "groups", &seen(atlas)).map(ok),
        (["groups", id], _) => one(atlas, &known(atlas, id)?).map(ok),
        (["groups", id, "members"], _) => members(atlas, call, &known(atlas, id)?).map(ok),
        (["groups", id, "members", "requests"], _) => {
            let group = known(atlas, id)?;
            let url = format!("/services/data/v{}/chatter/groups/{}/members/requests", atlas.version, group.id);
            let mut told = Paging::of(call)?.told(&url, "requests", Vec::new(), false);
            told.insert("total".to_owned(), json!(0));
            Ok(ok(Value::Object(told)))
        }
        _ => Err(not_found()),
    }
}

fn is_member(circle: &Circle, user: &str) -> bool {
    circle.members.iter().any(|member| member.user == user)
}

/// The groups he sees.
fn seen(atlas: &Atlas<'_>) -> Vec<Circle> {
    let user = atlas.caller.user;
    let shown = |circle: &&Circle| !circle.private || user.access == Access::Admin || is_member(circle, &user.id);
    board_of(atlas.caller.org).ties.circles.iter().filter(shown).cloned().collect()
}

/// The group of this id, if he sees it.
pub(super) fn known(atlas: &Atlas<'_>, id: &str) -> Result<Circle, SfError> {
    seen(atlas).into_iter().find(|circle| same_id(&circle.id, id)).ok_or_else(not_found)
}

/// In how many groups a user is.
pub(super) fn count_of(atlas: &Atlas<'_>, user: &str) -> usize {
    board_of(atlas.caller.org).ties.circles.iter().filter(|circle| is_member(circle, user)).count()
}

/// The groups of a user, as far as the one who asks sees them.
pub(super) fn of_user(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Result<Value, SfError> {
    let mut his = seen(atlas);
    his.retain(|circle| is_member(circle, id));
    page(atlas, call, &format!("users/{id}/groups"), &his)
}

fn page(atlas: &Atlas<'_>, call: &Call<'_>, path: &str, all: &[Circle]) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let wanted = call.param("q").unwrap_or_default().to_lowercase();
    let found: Vec<&Circle> = all.iter().filter(|circle| circle.name.to_lowercase().contains(&wanted)).collect();
    let shown = found.iter().skip(paging.offset()).take(paging.size);
    let groups = shown.map(|circle| one(atlas, circle)).collect::<Result<Vec<_>, _>>()?;
    let more = found.len() > paging.offset().saturating_add(paging.size);
    let mut told = paging.told(&format!("/services/data/v{}/chatter/{path}", atlas.version), "groups", groups, more);
    told.insert("total".to_owned(), json!(found.len()));
    Ok(Value::Object(told))
}

fn role(circle: &Circle, user: &str) -> &'static str {
    match (circle.owner == user, is_member(circle, user)) {
        (true, _) => "GroupOwner",
        (false, true) => "StandardMember",
        (false, false) => "NotAMember",
    }
}

/// All that is told of a group.
pub(super) fn one(atlas: &Atlas<'_>, circle: &Circle) -> Result<Value, SfError> {
    let last = board_of(atlas.caller.org).last_in(&circle.id);
    Ok(json!({
        "additionalLabel": null,
        "announcement": null,
        "canHaveChatterGuests": false,
        "community": null,
        "description": circle.description,
        "emailToChatterAddress": null,
        "fileCount": 0,
        "id": circle.id,
        "isArchived": false,
        "isAutoArchiveDisabled": false,
        "isBroadcast": false,
        "lastFeedElementPostDate": last,
        "memberCount": circle.members.len(),
        "motif": motif("779EC3", "groups"),
        "myRole": role(circle, &atlas.caller.user.id),
        "mySubscription": null,
        "name": circle.name,
        "owner": summary(atlas, &find(atlas, &circle.owner)?),
        "photo": null,
        "type": "CollaborationGroup",
        "url": format!("/services/data/v{}/chatter/groups/{}", atlas.version, circle.id),
        "visibility": if circle.private { "PrivateAccess" } else { "PublicAccess" },
    }))
}

/// A group of one's own: `name`, `description` and `visibility`, as parameters or in the body.
fn make(atlas: &Atlas<'_>, call: &Call<'_>) -> Answer {
    let body = super::sent(call)?;
    let given = |key: &str| call.param(key).unwrap_or_else(|| text(&body, key)).trim().to_owned();
    let (name, visibility) = (given("name"), given("visibility"));
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(illegal(&format!("A group needs a name of at most {LONGEST} characters")));
    }
    let private = match visibility.as_str() {
        "" | "PublicAccess" => false,
        "PrivateAccess" | "Unlisted" => true,
        other => return Err(illegal(&format!("{other} is no visibility of a group"))),
    };
    let owner = &atlas.caller.user.id;
    let made = board_of(atlas.caller.org).ties.found(&name, &given("description"), private, owner);
    let id = made.ok_or_else(|| {
        SfError::new(400, "DUPLICATE_VALUE", "A group of this name exists, or the demo org keeps no more of them")
    })?;
    Ok((StatusCode::CREATED, one(atlas, &known(atlas, &id)?)?))
}

fn may_manage(atlas: &Atlas<'_>, circle: &Circle) -> Result<(), SfError> {
    let user = atlas.caller.user;
    if circle.owner == user.id || user.access == Access::Admin {
        return Ok(());
    }
    Err(SfError::new(403, "INSUFFICIENT_ACCESS", "Only the group's owner and administrators may do this"))
}

/// Joins, or brings somebody: `userId`.
fn join(atlas: &Atlas<'_>, call: &Call<'_>, circle: &Circle) -> Answer {
    let body = super::sent(call)?;
    let given = call.param("userId").unwrap_or_else(|| text(&body, "userId"));
    if given.is_empty() {
        return Err(SfError::new(400, "MISSING_ARGUMENT", "The userId is required"));
    }
    let user = find(atlas, given)?;
    let user = text(&user, "Id");
    if circle.private || user != atlas.caller.user.id {
        may_manage(atlas, circle)?;
    }
    let id = board_of(atlas.caller.org).ties.join(&circle.id, user).ok_or_else(not_found)?;
    let member = Member { id, user: user.to_owned() };
    Ok((StatusCode::CREATED, told(atlas, &known(atlas, &circle.id)?, &member)?))
}

fn told(atlas: &Atlas<'_>, circle: &Circle, member: &Member) -> Result<Value, SfError> {
    Ok(json!({
        "id": member.id,
        "lastFeedAccessDate": null,
        "role": role(circle, &member.user),
        "url": format!("/services/data/v{}/chatter/group-memberships/{}", atlas.version, member.id),
        "user": summary(atlas, &find(atlas, &member.user)?),
    }))
}

fn members(atlas: &Atlas<'_>, call: &Call<'_>, circle: &Circle) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let shown = circle.members.iter().skip(paging.offset()).take(paging.size);
    let shown = shown.map(|member| told(atlas, circle, member)).collect::<Result<Vec<_>, _>>()?;
    let mine = circle.members.iter().find(|member| member.user == atlas.caller.user.id);
    let mine = mine.map(|member| {
        let url = format!("/services/data/v{}/chatter/group-memberships/{}", atlas.version, member.id);
        json!({ "id": member.id, "url": url })
    });
    let more = circle.members.len() > paging.offset().saturating_add(paging.size);
    let url = format!("/services/data/v{}/chatter/groups/{}/members", atlas.version, circle.id);
    let mut answer = paging.told(&url, "members", shown, more);
    answer.insert("myMembership".to_owned(), json!(mine));
    answer.insert("totalMemberCount".to_owned(), json!(circle.members.len()));
    Ok(Value::Object(answer))
}

/// Reads or ends a membership.
fn membership(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let own = |member: &&Member| same_id(&member.id, id);
    let found = seen(atlas).into_iter().find_map(|circle| {
        let member = circle.members.iter().find(own)?.clone();
        Some((circle, member))
    });
    let (circle, member) = found.ok_or_else(not_found)?;
    if call.method != "DELETE" {
        return told(atlas, &circle, &member).map(ok);
    }
    if member.user == circle.owner {
        return Err(illegal("The owner of a group stays in it"));
    }
    if member.user != atlas.caller.user.id {
        may_manage(atlas, &circle)?;
    }
    let mut board = board_of(atlas.caller.org);
    if let Some(kept) = board.ties.circles.iter_mut().find(|kept| kept.id == circle.id) {
        kept.members.retain(|kept| kept.id != member.id);
    }
    Ok((StatusCode::NO_CONTENT, Value::Null))
}
