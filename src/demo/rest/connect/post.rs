//! Posts and comments as Connect answers them, and the bodies that are sent for them.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_responses_feed_item.htm>

use super::super::metadata::atlas::{Atlas, list, text};
use super::super::metadata::setup::{icon_url, setup};
use super::board::{Comment, Post, Said, moment, now};
use super::groups;
use super::users::{find, motif, summary};
use crate::demo::data::SfError;
use serde_json::{Value, json};

/// Characters of a body.
const LONGEST: usize = 10_000;
/// Comments shown with a post.
const SHOWN: usize = 3;

/// What somebody says, of the body he sent: `{"messageSegments": […]}`, or a plain text.
pub(super) fn said(atlas: &Atlas<'_>, body: Option<&Value>, plain: Option<&str>) -> Result<Said, SfError> {
    let mut segments = Vec::new();
    match (body.map(|body| list(body, "messageSegments")), plain) {
        (Some(sent), _) if !sent.is_empty() => {
            for one in sent {
                segments.push(segment(atlas, one)?);
            }
        }
        (_, Some(plain)) if !plain.is_empty() => segments.push(text_segment(plain)),
        _ => return Err(SfError::new(400, "MISSING_ARGUMENT", "A body with message segments is required")),
    }
    let whole: String = segments.iter().map(|segment| text(segment, "text")).collect();
    if whole.chars().count() > LONGEST {
        let told = format!("The body is longer than {LONGEST} characters");
        return Err(SfError::new(400, "STRING_TOO_LONG", told));
    }
    Ok(Said { author: atlas.caller.user.id.clone(), segments, text: whole, at: now() })
}

fn text_segment(text: &str) -> Value {
    json!({ "htmlTag": null, "text": text, "type": "Text" })
}

/// A piece of a message as it will be answered.
fn segment(atlas: &Atlas<'_>, sent: &Value) -> Result<Value, SfError> {
    let need = |key: &str| match text(sent, key) {
        "" => Err(SfError::new(400, "MISSING_ARGUMENT", format!("A message segment lacks its {key}"))),
        found => Ok(found),
    };
    match text(sent, "type").to_ascii_lowercase().as_str() {
        "text" => Ok(text_segment(need("text")?)),
        "mention" => {
            let id = match (text(sent, "id"), text(sent, "username")) {
                ("", name) => {
                    let user = atlas.caller.org.user_by_name(name).map(|(_, user)| user.id.as_str());
                    user.ok_or_else(|| {
                        SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", "Nobody of this name can be mentioned")
                    })?
                }
                (id, _) => id,
            };
            let record = find(atlas, id)?;
            let name = text(&record, "Name");
            let shown = summary(atlas, &record);
            Ok(json!({
                "accessible": true,
                "htmlTag": null,
                "name": name,
                "record": shown,
                "text": format!("@{name}"),
                "type": "Mention",
                "user": shown,
            }))
        }
        "hashtag" => {
            let tag = need("tag")?;
            Ok(
                json!({ "htmlTag": null, "tag": tag, "text": format!("#{tag}"), "topicUrl": null, "type": "Hashtag", "url": null }),
            )
        }
        "link" => {
            let url = need("url")?;
            Ok(json!({ "fullLabel": url, "htmlTag": null, "text": url, "type": "Link", "url": url }))
        }
        "markupbegin" | "markupend" => {
            let kind = need("markupType")?;
            Ok(json!({ "htmlTag": null, "markupType": kind, "text": "", "type": text(sent, "type") }))
        }
        other => {
            let told = format!("{other} is no type of message segment that the demo org takes");
            Err(SfError::new(400, "JSON_PARSER_ERROR", told))
        }
    }
}

fn body(said: &Said) -> Value {
    let rich = said.segments.iter().any(|segment| text(segment, "type").starts_with("Markup"));
    json!({ "isRichText": rich, "messageSegments": said.segments, "text": said.text })
}

/// What something was posted to.
pub(super) fn parent(atlas: &Atlas<'_>, id: &str) -> Result<Value, SfError> {
    if id.starts_with("005") {
        return Ok(summary(atlas, &find(atlas, id)?));
    }
    if id.starts_with("0F9") {
        return groups::one(atlas, &groups::known(atlas, id)?);
    }
    let entity = atlas.of_record(id)?;
    let name = entity.name_field().unwrap_or("Id");
    let record = atlas.caller.viewer.record(atlas.version, entity.name(), id, Some(name))?;
    let (colour, icon) = setup().looks(entity.name());
    let mut look = motif(colour, "record");
    if let Some(map) = look.as_object_mut() {
        map.insert("largeIconUrl".to_owned(), json!(icon_url(atlas.caller, icon)));
    }
    Ok(json!({
        "id": id,
        "motif": look,
        "mySubscription": super::person::mine(atlas, id),
        "name": record.get(name),
        "recordViewUrl": null,
        "type": entity.name(),
        "url": format!("/services/data/v{}/chatter/records/{id}", atlas.version),
    }))
}

/// A post.
pub(super) fn element(atlas: &Atlas<'_>, post: &Post) -> Result<Value, SfError> {
    let me = &atlas.caller.user.id;
    let url = format!("/services/data/v{}/chatter/feed-elements/{}", atlas.version, post.id);
    let actor = summary(atlas, &find(atlas, &post.said.author)?);
    let photo = actor.pointer("/photo/smallPhotoUrl").cloned();
    let name = text(&actor, "displayName").to_owned();
    let last = post.comments.iter().map(|comment| comment.said.at).fold(post.said.at, i64::max);
    let comments = comments(atlas, post, SHOWN)?;
    Ok(json!({
        "actor": actor,
        "body": body(&post.said),
        "canShare": false,
        "capabilities": {
            "bookmarks": { "isBookmarkedByCurrentUser": false },
            "chatterLikes": {
                "isLikedByCurrentUser": post.likes.contains(me),
                "likesMessage": null,
                "myLike": null,
                "page": likes(atlas, post)?,
            },
            "comments": { "page": comments },
            "edit": {
                "isEditRestricted": false,
                "isEditableByMeUrl": format!("{url}/capabilities/edit/is-editable-by-me"),
                "lastEditedBy": null,
                "lastEditedDate": null,
                "latestRevision": 1,
                "relativeLastEditedDate": null,
            },
        },
        "clientInfo": null,
        "createdDate": moment(post.said.at),
        "event": false,
        "feedElementType": "FeedItem",
        "hasVerifiedComment": false,
        "header": { "isRichText": null, "messageSegments": [text_segment(&name)], "text": name },
        "id": post.id,
        "isDeleteRestricted": post.said.author != *me,
        "isSharable": false,
        "modifiedDate": moment(last),
        "originalFeedItem": null,
        "originalFeedItemActor": null,
        "parent": parent(atlas, &post.parent)?,
        "photoUrl": photo,
        "relativeCreatedDate": relative(post.said.at),
        "type": "TextPost",
        "url": url,
        "visibility": "AllUsers",
    }))
}

/// The comments of a post, the oldest first; at most so many of the newest.
pub(super) fn comments(atlas: &Atlas<'_>, post: &Post, most: usize) -> Result<Value, SfError> {
    let skipped = post.comments.len().saturating_sub(most);
    let shown =
        post.comments.iter().skip(skipped).map(|one| comment(atlas, post, one)).collect::<Result<Vec<_>, _>>()?;
    let url =
        format!("/services/data/v{}/chatter/feed-elements/{}/capabilities/comments/items", atlas.version, post.id);
    Ok(json!({
        "currentPageToken": null,
        "currentPageUrl": url,
        "items": shown,
        "nextPageToken": null,
        "nextPageUrl": (skipped > 0).then(|| format!("{url}?pageSize=100")),
        "total": post.comments.len(),
    }))
}

/// A comment.
pub(super) fn comment(atlas: &Atlas<'_>, post: &Post, comment: &Comment) -> Result<Value, SfError> {
    let own = comment.said.author == atlas.caller.user.id;
    let at = |path: &str| format!("/services/data/v{}/chatter/{path}", atlas.version);
    Ok(json!({
        "body": body(&comment.said),
        "capabilities": {},
        "clientInfo": null,
        "createdDate": moment(comment.said.at),
        "feedElement": { "id": post.id, "url": at(&format!("feed-elements/{}", post.id)) },
        "id": comment.id,
        "isDeletable": own,
        "isDeleteRestricted": !own,
        "likes": { "currentPageUrl": at(&format!("comments/{}/likes", comment.id)), "items": [], "nextPageUrl": null, "total": 0 },
        "likesMessage": null,
        "moderationFlags": null,
        "myLike": null,
        "parent": { "id": post.parent },
        "relativeCreatedDate": relative(comment.said.at),
        "type": "TextComment",
        "url": at(&format!("comments/{}", comment.id)),
        "user": summary(atlas, &find(atlas, &comment.said.author)?),
    }))
}

/// The likes of a post.
pub(super) fn likes(atlas: &Atlas<'_>, post: &Post) -> Result<Value, SfError> {
    let url =
        format!("/services/data/v{}/chatter/feed-elements/{}/capabilities/chatter-likes/items", atlas.version, post.id);
    let one = |user: &String| {
        Ok(json!({ "likedItem": { "id": post.id, "url": url }, "user": summary(atlas, &find(atlas, user)?) }))
    };
    let items = post.likes.iter().map(one).collect::<Result<Vec<Value>, SfError>>()?;
    Ok(json!({
        "currentPageToken": 0,
        "currentPageUrl": url,
        "items": items,
        "nextPageToken": null,
        "nextPageUrl": null,
        "previousPageToken": null,
        "previousPageUrl": null,
        "total": post.likes.len(),
    }))
}

/// How long ago, in words.
fn relative(at: i64) -> String {
    let minutes = (now() - at) / 60;
    match minutes {
        ..1 => "Just now".to_owned(),
        1..60 => format!("{minutes}m ago"),
        60..1_440 => format!("{}h ago", minutes / 60),
        _ => moment(at).get(..10).unwrap_or_default().to_owned(),
    }
}
