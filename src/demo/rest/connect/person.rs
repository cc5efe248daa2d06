//! What a user does for himself: following, and writing private messages.

use super::super::metadata::atlas::{Atlas, list, not_found, text};
use super::super::metadata::setup::same_id;
use super::super::route::Call;
use super::board::{board_of, moment, now};
use super::post::parent;
use super::ties::{Follow, Message};
use super::users::{find, summary};
use super::{Answer, Paging, illegal, ok};
use crate::demo::data::SfError;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Recipients of one message, and characters of it.
const MOST: usize = 9;
const LONGEST: usize = 10_000;

/// Which methods besides reading a resource takes; empty for none.
pub(super) fn takes(rest: &[&str]) -> &'static str {
    match rest {
        ["users", _, "following"] | ["users", "me", "messages"] => "POST",
        ["subscriptions", _] => "DELETE",
        _ => "",
    }
}

/// `users/ID/following`: what he follows, or one thing more.
pub(super) fn following(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let user = find(atlas, id)?;
    let user = text(&user, "Id");
    if call.method == "POST" {
        if user != atlas.caller.user.id {
            return Err(SfError::new(403, "INSUFFICIENT_ACCESS", "A user follows for himself only"));
        }
        let body = super::sent(call)?;
        let subject = call.param("subjectId").unwrap_or_else(|| text(&body, "subjectId"));
        let told = parent(atlas, subject)?;
        let follow = board_of(atlas.caller.org).ties.follow(user, text(&told, "id"));
        return Ok((StatusCode::CREATED, subscription(atlas, &follow)?));
    }
    let all: Vec<Follow> =
        board_of(atlas.caller.org).ties.follows.iter().filter(|follow| follow.user == user).cloned().collect();
    page(atlas, call, &all, &format!("users/{user}/following"), "following")
}

/// `users/ID/followers`.
pub(super) fn followers(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let user = find(atlas, id)?;
    let user = text(&user, "Id");
    let all: Vec<Follow> =
        board_of(atlas.caller.org).ties.follows.iter().filter(|follow| follow.subject == user).cloned().collect();
    page(atlas, call, &all, &format!("users/{user}/followers"), "followers")
}

fn page(atlas: &Atlas<'_>, call: &Call<'_>, all: &[Follow], path: &str, key: &str) -> Answer {
    let paging = Paging::of(call)?;
    // What was followed may have gone, or be hidden from the one who asks.
    let seen: Vec<Value> = all.iter().filter_map(|follow| subscription(atlas, follow).ok()).collect();
    let total = seen.len();
    let shown = seen.into_iter().skip(paging.offset()).take(paging.size).collect();
    let more = total > paging.offset().saturating_add(paging.size);
    let mut told = paging.told(&format!("/services/data/v{}/chatter/{path}", atlas.version), key, shown, more);
    told.insert("total".to_owned(), json!(total));
    Ok(ok(Value::Object(told)))
}

fn subscription(atlas: &Atlas<'_>, follow: &Follow) -> Result<Value, SfError> {
    Ok(json!({
        "community": null,
        "id": follow.id,
        "subject": parent(atlas, &follow.subject)?,
        "subscriber": summary(atlas, &find(atlas, &follow.user)?),
        "url": format!("/services/data/v{}/chatter/subscriptions/{}", atlas.version, follow.id),
    }))
}

/// `subscriptions/ID`: one's own.
pub(super) fn subscriptions(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let me = &atlas.caller.user.id;
    let own = |follow: &&Follow| same_id(&follow.id, id) && follow.user == *me;
    let found = board_of(atlas.caller.org).ties.follows.iter().find(own).cloned().ok_or_else(not_found)?;
    if call.method != "DELETE" {
        return subscription(atlas, &found).map(ok);
    }
    board_of(atlas.caller.org).ties.follows.retain(|follow| follow.id != found.id);
    Ok((StatusCode::NO_CONTENT, Value::Null))
}

/// How many follow a user, and how many people and records he follows.
pub(super) fn counts(atlas: &Atlas<'_>, user: &str) -> (usize, usize, usize) {
    let board = board_of(atlas.caller.org);
    let follows = &board.ties.follows;
    let his = follows.iter().filter(|follow| follow.user == user);
    let people = his.clone().filter(|follow| follow.subject.starts_with("005")).count();
    (follows.iter().filter(|follow| follow.subject == user).count(), people, his.count() - people)
}

/// The subscription of whoever asks to something.
pub(super) fn mine(atlas: &Atlas<'_>, subject: &str) -> Value {
    let me = &atlas.caller.user.id;
    let board = board_of(atlas.caller.org);
    let found = board.ties.follows.iter().find(|follow| follow.user == *me && follow.subject == subject);
    found.map_or(Value::Null, |follow| {
        let url = format!("/services/data/v{}/chatter/subscriptions/{}", atlas.version, follow.id);
        json!({ "id": follow.id, "url": url })
    })
}

/// The messages he wrote or got, the newest first.
fn his(atlas: &Atlas<'_>) -> Vec<Message> {
    let me = &atlas.caller.user.id;
    let board = board_of(atlas.caller.org);
    let own = |message: &&Message| message.sender == *me || message.recipients.contains(me);
    board.ties.messages.iter().rev().filter(own).cloned().collect()
}

/// `users/me/messages…` and `users/me/conversations…`.
pub(super) fn messages(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    let at = |path: &str| format!("/services/data/v{}/chatter/users/me/{path}", atlas.version);
    match (rest, call.method.as_str()) {
        (["messages"], "POST") => write(atlas, call),
        (["messages"], _) => {
            let all = his(atlas).iter().map(|one| told(atlas, one)).collect::<Result<Vec<_>, _>>()?;
            Ok(ok(listed(&at("messages"), "messages", all)))
        }
        (["messages", id], _) => {
            let found = his(atlas).into_iter().find(|message| same_id(&message.id, id)).ok_or_else(not_found)?;
            told(atlas, &found).map(ok)
        }
        (["conversations"], _) => {
            let mut seen = Vec::new();
            let mut all = Vec::new();
            for message in his(atlas) {
                if !seen.contains(&message.conversation) {
                    seen.push(message.conversation.clone());
                    all.push(conversation(atlas, &message)?);
                }
            }
            Ok(ok(listed(&at("conversations"), "conversations", all)))
        }
        (["conversations", id], _) => {
            let all: Vec<Message> =
                his(atlas).into_iter().filter(|message| same_id(&message.conversation, id)).collect();
            let first = all.first().ok_or_else(not_found)?;
            let told = all.iter().map(|one| told(atlas, one)).collect::<Result<Vec<_>, _>>()?;
            let mut whole = conversation(atlas, first)?;
            if let Some(map) = whole.as_object_mut() {
                map.insert("messages".to_owned(), listed(&at(&format!("conversations/{id}")), "messages", told));
            }
            Ok(ok(whole))
        }
        _ => Err(not_found()),
    }
}

fn listed(url: &str, key: &str, items: Vec<Value>) -> Value {
    json!({ "currentPageToken": null, "currentPageUrl": url, key: items, "nextPageToken": null, "nextPageUrl": null })
}

fn people(atlas: &Atlas<'_>, message: &Message) -> Result<Vec<Value>, SfError> {
    let all = message.recipients.iter().chain([&message.sender]);
    all.map(|id| find(atlas, id).map(|user| summary(atlas, &user))).collect()
}

fn conversation(atlas: &Atlas<'_>, latest: &Message) -> Result<Value, SfError> {
    Ok(json!({
        "id": latest.conversation,
        "latestMessage": told(atlas, latest)?,
        "members": people(atlas, latest)?,
        "read": latest.sender == atlas.caller.user.id,
        "url": format!("/services/data/v{}/chatter/users/me/conversations/{}", atlas.version, latest.conversation),
    }))
}

fn told(atlas: &Atlas<'_>, message: &Message) -> Result<Value, SfError> {
    let at = |path: &str| format!("/services/data/v{}/chatter/users/me/{path}", atlas.version);
    let segment = json!({ "htmlTag": null, "text": message.text, "type": "Text" });
    Ok(json!({
        "body": { "isRichText": false, "messageSegments": [segment], "text": message.text },
        "conversationId": message.conversation,
        "conversationUrl": at(&format!("conversations/{}", message.conversation)),
        "id": message.id,
        "recipients": people(atlas, message)?,
        "sender": summary(atlas, &find(atlas, &message.sender)?),
        "sendingCommunity": null,
        "sentDate": moment(message.at),
        "url": at(&format!("messages/{}", message.id)),
    }))
}

/// Writes to others: `text` or `body`, and `recipients`.
fn write(atlas: &Atlas<'_>, call: &Call<'_>) -> Answer {
    let body = super::sent(call)?;
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = call.param("text").map_or_else(|| body.get("body").map(text_of).unwrap_or_default(), str::to_owned);
    let named: Vec<String> = match call.param("recipients") {
        Some(list) => list.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect(),
        None => list(&body, "recipients").iter().map(text_of).collect(),
    };
    if said.is_empty() || named.is_empty() {
        return Err(SfError::new(400, "MISSING_ARGUMENT", "A message needs a text and recipients"));
    }
    if named.len() > MOST || said.chars().count() > LONGEST {
        return Err(illegal(&format!("A message goes to {MOST} at most and has at most {LONGEST} characters")));
    }
    let me = &atlas.caller.user.id;
    let mut recipients = Vec::new();
    for id in &named {
        let user = text(&find(atlas, id)?, "Id").to_owned();
        if user != *me && !recipients.contains(&user) {
            recipients.push(user);
        }
    }
    if recipients.is_empty() {
        return Err(illegal("A message needs another than its sender to read it"));
    }
    let message = board_of(atlas.caller.org).ties.write(me, recipients, said, now());
    Ok((StatusCode::CREATED, told(atlas, &message)?))
}
