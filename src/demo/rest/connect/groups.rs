//! Chatter groups: those of the setup. Every active user is a member of each, and nobody makes or leaves one.

use super::super::metadata::atlas::{Atlas, flag, list, not_found, text};
use super::super::metadata::setup::{Group, made_id, same_id, setup};
use super::super::route::Call;
use super::Paging;
use super::board::{board_of, named};
use super::users::{find, motif, summary};
use crate::demo::data::SfError;
use serde_json::{Value, json};

/// Everything under `groups`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    match rest {
        [] => page(atlas, call, "groups"),
        [id] => one(atlas, &known(atlas, id)?),
        [id, "members"] => members(atlas, call, &known(atlas, id)?),
        _ => Err(not_found()),
    }
}

/// A group and its id.
pub(super) struct Known {
    pub(super) id: String,
    spec: &'static Group,
}

fn all(atlas: &Atlas<'_>) -> Vec<Known> {
    let id = |place: usize| made_id(atlas.caller.org, "0F9", "000", place + 1);
    setup().group.iter().enumerate().map(|(place, spec)| Known { id: id(place), spec }).collect()
}

/// The group of this id.
pub(super) fn known(atlas: &Atlas<'_>, id: &str) -> Result<Known, SfError> {
    all(atlas).into_iter().find(|group| same_id(&group.id, id)).ok_or_else(not_found)
}

/// In how many groups a user is.
pub(super) fn count_of(user: &Value) -> usize {
    if flag(user, "IsActive") { setup().group.len() } else { 0 }
}

/// The groups of a user.
pub(super) fn of_user(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Result<Value, SfError> {
    page(atlas, call, &format!("users/{id}/groups"))
}

fn page(atlas: &Atlas<'_>, call: &Call<'_>, path: &str) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let wanted = call.param("q").unwrap_or_default().to_lowercase();
    let found: Vec<Known> =
        all(atlas).into_iter().filter(|group| group.spec.name.to_lowercase().contains(&wanted)).collect();
    let shown = found.iter().skip(paging.offset()).take(paging.size);
    let groups = shown.map(|group| one(atlas, group)).collect::<Result<Vec<_>, _>>()?;
    let more = found.len() > paging.offset().saturating_add(paging.size);
    let mut told = paging.told(&format!("/services/data/v{}/chatter/{path}", atlas.version), "groups", groups, more);
    told.insert("total".to_owned(), json!(found.len()));
    Ok(Value::Object(told))
}

/// All that is told of a group.
pub(super) fn one(atlas: &Atlas<'_>, group: &Known) -> Result<Value, SfError> {
    let count = atlas.caller.viewer.query(atlas.version, "SELECT COUNT() FROM User WHERE IsActive = true", false, 1)?;
    let owner = named(atlas.caller.org, &group.spec.owner).ok_or_else(not_found)?;
    let last = board_of(atlas.caller.org).last_in(&group.id);
    Ok(json!({
        "additionalLabel": null,
        "announcement": null,
        "canHaveChatterGuests": false,
        "community": null,
        "description": group.spec.description,
        "emailToChatterAddress": null,
        "fileCount": 0,
        "id": group.id,
        "isArchived": false,
        "isAutoArchiveDisabled": false,
        "isBroadcast": false,
        "lastFeedElementPostDate": last,
        "memberCount": count.get("totalSize"),
        "motif": motif("779EC3", "groups"),
        "myRole": "StandardMember",
        "mySubscription": null,
        "name": group.spec.name,
        "owner": summary(atlas, &find(atlas, &owner.id)?),
        "photo": null,
        "type": "CollaborationGroup",
        "url": format!("/services/data/v{}/chatter/groups/{}", atlas.version, group.id),
        "visibility": "PublicAccess",
    }))
}

fn members(atlas: &Atlas<'_>, call: &Call<'_>, group: &Known) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let soql = format!(
        "SELECT Id FROM User WHERE IsActive = true ORDER BY LastName, Id LIMIT {} OFFSET {}",
        paging.size + 1,
        paging.offset()
    );
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 200)?;
    let records = list(&found, "records");
    let mut members = Vec::new();
    for (place, record) in records.iter().take(paging.size).enumerate() {
        let user = find(atlas, text(record, "Id"))?;
        let id = made_id(atlas.caller.org, "0FB", group.id.get(12..15).unwrap_or("000"), paging.offset() + place);
        members.push(json!({
            "id": id,
            "lastFeedAccessDate": null,
            "role": if flag(&user, "IsActive") { "StandardMember" } else { "NotAMember" },
            "url": format!("/services/data/v{}/chatter/group-memberships/{id}", atlas.version),
            "user": summary(atlas, &user),
        }));
    }
    let url = format!("/services/data/v{}/chatter/groups/{}/members", atlas.version, group.id);
    let mut told = paging.told(&url, "members", members, records.len() > paging.size);
    told.insert("myMembership".to_owned(), Value::Null);
    Ok(Value::Object(told))
}
