//! Users as Chatter shows them: summaries, details, profiles, photos.
//!
//! They are read by SOQL, so a user sees of others what he sees of their records.

use super::super::metadata::atlas::{Atlas, list, not_found, text};
use super::super::metadata::view::escaped;
use super::super::route::Call;
use super::board::board_of;
use super::{Paging, groups, person};
use crate::demo::data::{DemoUser, SfError};
use crate::demo::photo;
use serde_json::{Map, Value, json};

const FIELDS: [&str; 15] = [
    "Id",
    "Username",
    "FirstName",
    "LastName",
    "Name",
    "CommunityNickname",
    "Email",
    "Title",
    "CompanyName",
    "Phone",
    "City",
    "Country",
    "IsActive",
    "ManagerId",
    "AboutMe",
];
/// Users of one batch.
const BATCH: usize = 500;

/// Everything under `users` and `user-profiles`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    let profiles = call.path.get(1) == Some(&"user-profiles");
    match rest {
        [] if !profiles => page(atlas, call),
        ["batch", ids] if !profiles => Ok(batch(atlas, ids)),
        [id] if profiles => profile(atlas, &find(atlas, id)?),
        [id] => detail(atlas, &find(atlas, id)?),
        [id, "photo"] => {
            let record = find(atlas, id)?;
            let user = demo_user(atlas, &record).ok_or_else(not_found)?;
            Ok(photo::told(atlas.caller.org, user, &atlas.caller.here, &photo_url(atlas, &record)))
        }
        [id, "groups"] => groups::of_user(atlas, call, text(&find(atlas, id)?, "Id")),
        _ => Err(not_found()),
    }
}

/// The columns he sees of users.
fn columns(atlas: &Atlas<'_>) -> Result<String, SfError> {
    let entity = atlas.entity("User")?;
    let mut names: Vec<&str> = FIELDS.into_iter().filter(|name| entity.field(name).is_some()).collect();
    if names.contains(&"ManagerId") {
        names.push("Manager.Name");
    }
    Ok(names.join(", "))
}

/// A user's record by id, or `me`.
pub(super) fn find(atlas: &Atlas<'_>, id: &str) -> Result<Value, SfError> {
    let id = if id == "me" { &atlas.caller.user.id } else { id };
    let plain = (id.len() == 15 || id.len() == 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain || !id.starts_with("005") {
        return Err(not_found());
    }
    let soql = format!("SELECT {} FROM User WHERE Id = '{id}'", columns(atlas)?);
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 1)?;
    list(&found, "records").first().cloned().ok_or_else(not_found)
}

fn demo_user<'a>(atlas: &Atlas<'a>, record: &Value) -> Option<&'a DemoUser> {
    atlas.caller.org.user_by_id(text(record, "Id")).map(|(_, user)| user)
}

/// `users?q=&page=&pageSize=`.
fn page(atlas: &Atlas<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let condition = match call.param("q").map(|text| text.trim_matches(['*', '?', ' '])).filter(|text| !text.is_empty())
    {
        Some(text) => format!(" AND Name LIKE '%{}%'", escaped(text)),
        None => String::new(),
    };
    let soql = format!(
        "SELECT {} FROM User WHERE IsActive = true{condition} ORDER BY LastName, Id LIMIT {} OFFSET {}",
        columns(atlas)?,
        paging.size + 1,
        paging.offset()
    );
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 200)?;
    let records = list(&found, "records");
    let users = records.iter().take(paging.size).map(|record| detail(atlas, record)).collect::<Result<_, _>>()?;
    let url = format!("/services/data/v{}/chatter/users", atlas.version);
    Ok(Value::Object(paging.told(&url, "users", users, records.len() > paging.size)))
}

fn batch(atlas: &Atlas<'_>, ids: &str) -> Value {
    let mut failed = false;
    let mut results = Vec::new();
    for id in ids.split(',').take(BATCH) {
        match find(atlas, id).and_then(|record| detail(atlas, &record)) {
            Ok(user) => results.push(json!({ "result": user, "statusCode": 200 })),
            Err(error) => {
                failed = true;
                results.push(json!({ "result": error.to_json(), "statusCode": error.status }));
            }
        }
    }
    json!({ "hasErrors": failed, "results": results })
}

fn photo_url(atlas: &Atlas<'_>, record: &Value) -> String {
    format!("/services/data/v{}/connect/user-profiles/{}/photo", atlas.version, text(record, "Id"))
}

/// What is told of a user wherever he appears.
pub(super) fn summary(atlas: &Atlas<'_>, record: &Value) -> Value {
    let id = text(record, "Id");
    let user = demo_user(atlas, record);
    let photo = user.map(|user| photo::told(atlas.caller.org, user, &atlas.caller.here, &photo_url(atlas, record)));
    json!({
        "additionalLabel": null,
        "communityNickname": record.get("CommunityNickname"),
        "companyName": record.get("CompanyName"),
        "displayName": record.get("Name"),
        "firstName": record.get("FirstName"),
        "id": id,
        "isActive": record.get("IsActive"),
        "isInThisCommunity": true,
        "lastName": record.get("LastName"),
        "motif": motif(&user.map_or_else(|| "7F8DE1".to_owned(), photo::colour), "profile"),
        "mySubscription": person::mine(atlas, id),
        "name": record.get("Name"),
        "outOfOffice": { "message": "" },
        "photo": photo,
        "reputation": null,
        "title": record.get("Title"),
        "type": "User",
        "url": format!("/services/data/v{}/chatter/users/{id}", atlas.version),
        "userType": "Internal",
    })
}

/// Colour and icons that stand for something.
pub(super) fn motif(colour: &str, icon: &str) -> Value {
    json!({
        "color": colour,
        "largeIconUrl": format!("/img/icon/{icon}64.png"),
        "mediumIconUrl": format!("/img/icon/{icon}32.png"),
        "smallIconUrl": format!("/img/icon/{icon}16.png"),
        "svgIconUrl": null,
    })
}

/// All that is told of a user.
fn detail(atlas: &Atlas<'_>, record: &Value) -> Result<Value, SfError> {
    let id = text(record, "Id");
    let Value::Object(mut map) = summary(atlas, record) else { return Err(not_found()) };
    let (posts, comments, comments_received, likes) = board_of(atlas.caller.org).activity(id);
    let (followers, people, records) = person::counts(atlas, id);
    let phone = record.get("Phone").filter(|phone| !phone.is_null());
    let phones: Vec<Value> =
        phone.map(|phone| json!({ "label": "Work", "phoneNumber": phone, "phoneType": "Work" })).into_iter().collect();
    let place: Vec<&str> = ["City", "Country"].into_iter().filter_map(|key| record.get(key)?.as_str()).collect();
    let more = json!({
        "aboutMe": record.get("AboutMe"),
        "address": {
            "city": record.get("City"),
            "country": record.get("Country"),
            "formattedAddress": (!place.is_empty()).then(|| place.join("\n")),
            "state": null,
            "street": null,
            "zip": null,
        },
        "bannerPhoto": null,
        "chatterActivity": {
            "commentCount": comments,
            "commentReceivedCount": comments_received,
            "likeReceivedCount": likes,
            "postCount": posts,
        },
        "chatterInfluence": { "percentile": "0.0", "rank": 3 },
        "email": record.get("Email"),
        "followersCount": followers,
        "followingCounts": { "people": people, "records": records, "total": people + records },
        "groupCount": groups::count_of(atlas, id),
        "hasChatter": true,
        "managerId": record.get("ManagerId"),
        "managerName": record.pointer("/Manager/Name"),
        "phoneNumbers": phones,
        "stamps": [],
        "thanksReceived": null,
        "username": record.get("Username"),
    });
    if let Value::Object(more) = more {
        map.extend(more);
    }
    let mut sorted: Vec<(String, Value)> = map.into_iter().collect();
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Value::Object(sorted.into_iter().collect::<Map<_, _>>()))
}

/// `user-profiles/ID`.
fn profile(atlas: &Atlas<'_>, record: &Value) -> Result<Value, SfError> {
    let id = text(record, "Id");
    let own = id == atlas.caller.user.id;
    let tab = |name: &str, kind: &str, first: bool| json!({ "id": format!("sfdc.ProfilePlatform{name}"), "isDefault": first, "tabType": kind, "tabUrl": null });
    Ok(json!({
        "capabilities": {
            "canChat": false,
            "canDirectMessage": !own,
            "canEdit": own,
            "canFollow": !own,
            "canViewFeed": true,
            "canViewFullProfile": true,
            "isModerator": false,
        },
        "id": id,
        "tabs": [tab("Feed", "Feed", true), tab("Overview", "Overview", false)],
        "url": format!("/services/data/v{}/connect/user-profiles/{id}", atlas.version),
        "userDetail": detail(atlas, record)?,
    }))
}
