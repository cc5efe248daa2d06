//! Feeds: which there are, the posts in them, and posting, commenting, liking, deleting.
//!
//! A post to a record is seen by whoever sees the record; any other by everybody. Its author may delete it.

use super::super::metadata::atlas::{Atlas, list, not_found, text};
use super::super::metadata::setup::same_id;
use super::super::route::Call;
use super::board::{Post, board_of, now};
use super::post::{comment, comments, element, likes, parent, said};
use super::users::find;
use super::{Answer, Paging, ok, sent};
use crate::demo::data::SfError;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// Posts of one batch.
const BATCH: usize = 25;
/// The feeds there are, and what they are called.
const FEEDS: [(&str, &str, &str); 6] = [
    ("News", "What I Follow", "news/me"),
    ("Company", "Company Highlights", "company"),
    ("To", "To Me", "to/me"),
    ("UserProfile", "My Posts", "user-profile/me"),
    ("Groups", "My Groups", "groups/me"),
    ("Bookmarks", "Bookmarked", "bookmarks/me"),
];

/// Which methods besides reading a resource takes; empty for none.
pub(super) fn takes(rest: &[&str]) -> &'static str {
    match rest {
        ["feed-elements"] | ["feed-elements", "batch"] => "POST",
        ["feed-elements", _] | ["comments", _] => "PATCH,DELETE",
        ["feed-elements", _, "capabilities", "comments" | "chatter-likes", "items"] => "POST",
        ["feed-items", _] => "DELETE",
        ["feeds", .., "feed-items"] => "POST",
        _ => "",
    }
}

/// Everything under `feeds`, `feed-elements`, `feed-items` and `comments`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    match (rest, call.method.as_str()) {
        (["feed-elements"], "POST") => {
            let body = sent(call)?;
            let subject = call.param("subjectId").unwrap_or_else(|| text(&body, "subjectId"));
            post(atlas, &body, subject, call.param("text"))
        }
        (["feed-elements", "batch"], "POST") => batch(atlas, &sent(call)?),
        (["feeds", "news" | "user-profile" | "record", id, "feed-items"], "POST") => {
            post(atlas, &sent(call)?, id, call.param("text"))
        }
        (["feed-elements" | "feed-items", id], "DELETE") => {
            let post = seen(atlas, id)?;
            may_change(atlas, &post.said.author)?;
            board_of(atlas.caller.org).remove(&post.id);
            Ok((StatusCode::NO_CONTENT, Value::Null))
        }
        (["feed-elements", id], "PATCH") => edit(atlas, call, id),
        (["feed-elements", id, "capabilities", kind, "items"], "POST") => below(atlas, call, id, kind),
        (["comments", id], "PATCH" | "DELETE") => change_comment(atlas, call, id),
        (_, "GET") => get(atlas, call, rest).map(ok),
        _ => Err(not_found()),
    }
}

fn get(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    match rest {
        ["feeds"] => Ok(directory(atlas)),
        ["feed-elements" | "feed-items"] => page(atlas, call, rest, |_| Ok(true)),
        ["feeds", path @ .., "feed-elements" | "feed-items"] => {
            let who = feed_of(atlas, path)?;
            page(atlas, call, rest, |post| Ok(who.holds(post)))
        }
        ["feeds", path @ ..] => {
            feed_of(atlas, path)?;
            let url = format!("/services/data/v{}/chatter/{}", atlas.version, rest.join("/"));
            Ok(json!({
                "feedElementPostUrl": format!("/services/data/v{}/chatter/feed-elements", atlas.version),
                "feedElementsUrl": format!("{url}/feed-elements"),
                "isModifiedUrl": null,
                "redirectedFeedSort": null,
                "redirectedFeedType": null,
                "respectsFollows": null,
            }))
        }
        ["feed-elements" | "feed-items", id] => element(atlas, &seen(atlas, id)?),
        ["feed-elements", id, "capabilities", "comments", "items"] => comments(atlas, &seen(atlas, id)?, 100),
        ["feed-elements", id, "capabilities", "chatter-likes", "items"] => likes(atlas, &seen(atlas, id)?),
        ["comments", id] => {
            let (post, index) = found_comment(atlas, id)?;
            comment(atlas, &post, post.comments.get(index).ok_or_else(not_found)?)
        }
        _ => Err(not_found()),
    }
}

fn directory(atlas: &Atlas<'_>) -> Value {
    let one = |(kind, label, path): &(&str, &str, &str)| {
        let path = match path.strip_suffix("/me") {
            Some(feed) => format!("{feed}/{}", atlas.caller.user.id),
            None => (*path).to_owned(),
        };
        let url = format!("/services/data/v{}/chatter/feeds/{path}", atlas.version);
        json!({
            "feedElementsUrl": format!("{url}/feed-elements"),
            "feedType": kind,
            "feedUrl": url,
            "keyPrefix": null,
            "label": label,
        })
    };
    json!({ "favoritesUrl": null, "feeds": FEEDS.iter().map(one).collect::<Vec<_>>() })
}

/// Which posts a feed holds.
enum Feed {
    All,
    /// To or from this user.
    User(String),
    /// To this user, or mentioning him.
    To(String),
    /// To this record, group or user.
    Record(String),
    /// To groups.
    Groups,
    Nothing,
}

fn feed_of(atlas: &Atlas<'_>, path: &[&str]) -> Result<Feed, SfError> {
    let user = |id: &str| find(atlas, id).map(|user| text(&user, "Id").to_owned());
    Ok(match path {
        ["news" | "home" | "people", id] => {
            // One's own only, as the name says: what the one who asks follows.
            if user(id)? != atlas.caller.user.id {
                return Err(SfError::new(403, "INSUFFICIENT_ACCESS", "This feed is another user's"));
            }
            Feed::All
        }
        ["company"] | ["home"] => Feed::All,
        ["to", id] => Feed::To(user(id)?),
        ["user-profile", id] => Feed::User(user(id)?),
        ["groups", id] => {
            user(id)?;
            Feed::Groups
        }
        ["bookmarks" | "files", id] => {
            user(id)?;
            Feed::Nothing
        }
        ["record", id] => {
            parent(atlas, subject(atlas, id))?;
            Feed::Record(subject(atlas, id).to_owned())
        }
        _ => return Err(not_found()),
    })
}

impl Feed {
    fn holds(&self, post: &Post) -> bool {
        match self {
            Self::All => true,
            Self::User(id) => post.said.author == *id || post.parent == *id,
            Self::To(id) => {
                let mentioned =
                    post.said.segments.iter().any(|segment| segment.pointer("/record/id") == Some(&json!(id)));
                mentioned || (post.parent == *id && post.said.author != *id)
            }
            Self::Record(id) => same_id(&post.parent, id),
            Self::Groups => post.parent.starts_with("0F9"),
            Self::Nothing => false,
        }
    }
}

/// `me` is whoever asks.
fn subject<'a>(atlas: &'a Atlas<'_>, id: &'a str) -> &'a str {
    if id == "me" { &atlas.caller.user.id } else { id }
}

/// The posts he sees that pass, the newest first: `?page=&pageSize=&q=`.
fn page(
    atlas: &Atlas<'_>,
    call: &Call<'_>,
    rest: &[&str],
    passes: impl Fn(&Post) -> Result<bool, SfError>,
) -> Result<Value, SfError> {
    let paging = Paging::of(call)?;
    let words = call.param("q").unwrap_or_default().trim_matches(['*', '?', ' ']).to_lowercase();
    let all = board_of(atlas.caller.org).newest();
    let mut found = Vec::new();
    for post in all.iter().filter(|post| post.said.text.to_lowercase().contains(&words)) {
        if passes(post)? && parent(atlas, &post.parent).is_ok() {
            found.push(post);
        }
    }
    let more = found.len() > paging.offset().saturating_add(paging.size);
    let shown = found.iter().skip(paging.offset()).take(paging.size);
    let elements = shown.map(|post| element(atlas, post)).collect::<Result<Vec<_>, _>>()?;
    let url = format!("/services/data/v{}/chatter/{}", atlas.version, rest.join("/"));
    let key = if rest.last() == Some(&"feed-items") { "items" } else { "elements" };
    let mut told: Map<String, Value> = paging.told(&url, key, elements, more);
    for (key, value) in [
        ("isModifiedToken", Value::Null),
        ("isModifiedUrl", Value::Null),
        ("updatesToken", json!(format!("2:{}", now() * 1_000))),
        ("updatesUrl", json!(format!("{url}?since=2:{}", now() * 1_000))),
    ] {
        told.insert(key.to_owned(), value);
    }
    Ok(Value::Object(told))
}

/// A post that is there and that he sees.
fn seen(atlas: &Atlas<'_>, id: &str) -> Result<Post, SfError> {
    let post = board_of(atlas.caller.org).post(id).cloned().ok_or_else(not_found)?;
    parent(atlas, &post.parent)?;
    Ok(post)
}

/// The post of a comment he sees, and the comment's place.
fn found_comment(atlas: &Atlas<'_>, id: &str) -> Result<(Post, usize), SfError> {
    let found = board_of(atlas.caller.org).of_comment(id).map(|(post, comment)| (post.clone(), comment.id.clone()));
    let (post, id) = found.ok_or_else(not_found)?;
    parent(atlas, &post.parent)?;
    let index = post.comments.iter().position(|comment| comment.id == id).ok_or_else(not_found)?;
    Ok((post, index))
}

fn may_change(atlas: &Atlas<'_>, author: &str) -> Result<(), SfError> {
    let user = atlas.caller.user;
    if user.id == author || user.access == crate::demo::data::Access::Admin {
        return Ok(());
    }
    let told = "You don't have access to change this: only its author and administrators have";
    Err(SfError::new(403, "INSUFFICIENT_ACCESS", told))
}

/// Posts something: `{"body", "subjectId", "feedElementType"}`.
fn post(atlas: &Atlas<'_>, input: &Value, subject_id: &str, plain: Option<&str>) -> Answer {
    if subject_id.is_empty() {
        return Err(SfError::new(400, "MISSING_ARGUMENT", "The subjectId is required"));
    }
    let kind = text(input, "feedElementType");
    if !["", "FeedItem"].contains(&kind) {
        let told = format!("{kind} is no type of feed element that can be posted");
        return Err(SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told));
    }
    let subject = subject(atlas, subject_id);
    let told = parent(atlas, subject)?;
    let subject = text(&told, "id").to_owned();
    let said = said(atlas, input.get("body"), plain)?;
    let id = board_of(atlas.caller.org).add(said, subject);
    Ok((StatusCode::CREATED, element(atlas, &seen(atlas, &id)?)?))
}

fn batch(atlas: &Atlas<'_>, input: &Value) -> Answer {
    let inputs = list(input, "inputs");
    if inputs.is_empty() || inputs.len() > BATCH {
        let told = format!("between 1 and {BATCH} inputs can be posted at once");
        return Err(SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told));
    }
    let mut failed = false;
    let mut results = Vec::new();
    for one in inputs {
        let rich = one.get("richInput").unwrap_or(&Value::Null);
        match post(atlas, rich, text(rich, "subjectId"), None) {
            Ok((status, made)) => results.push(json!({ "result": made, "statusCode": status.as_u16() })),
            Err(error) => {
                failed = true;
                results.push(json!({ "result": error.to_json(), "statusCode": error.status }));
            }
        }
    }
    Ok((StatusCode::CREATED, json!({ "hasErrors": failed, "results": results })))
}

/// Changes what a post says.
fn edit(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let input = sent(call)?;
    let post = seen(atlas, id)?;
    may_change(atlas, &post.said.author)?;
    let new = said(atlas, input.get("body"), call.param("text"))?;
    if let Some(kept) = board_of(atlas.caller.org).post_mut(&post.id) {
        kept.said.segments = new.segments;
        kept.said.text = new.text;
    }
    Ok(ok(element(atlas, &seen(atlas, id)?)?))
}

/// Comments on a post, or likes it.
fn below(atlas: &Atlas<'_>, call: &Call<'_>, id: &str, kind: &str) -> Answer {
    let post = seen(atlas, id)?;
    let org = atlas.caller.org;
    let full = || SfError::new(400, "LIMIT_EXCEEDED", "The demo org keeps no more of these under one post");
    if kind == "chatter-likes" {
        board_of(org).like(&post.id, &atlas.caller.user.id).ok_or_else(full)?;
        let mut page = likes(atlas, &seen(atlas, id)?)?;
        let own = page.get_mut("items").and_then(Value::as_array_mut).and_then(Vec::pop).unwrap_or(Value::Null);
        return Ok((StatusCode::CREATED, own));
    }
    let said = said(atlas, sent(call)?.get("body"), call.param("text"))?;
    let made = board_of(org).comment(&post.id, said).ok_or_else(full)?;
    let (post, index) = found_comment(atlas, &made)?;
    Ok((StatusCode::CREATED, comment(atlas, &post, post.comments.get(index).ok_or_else(not_found)?)?))
}

fn change_comment(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Answer {
    let (post, index) = found_comment(atlas, id)?;
    let own = post.comments.get(index).ok_or_else(not_found)?;
    may_change(atlas, &own.said.author)?;
    if call.method == "DELETE" {
        board_of(atlas.caller.org).remove(&own.id);
        return Ok((StatusCode::NO_CONTENT, Value::Null));
    }
    let new = said(atlas, sent(call)?.get("body"), call.param("text"))?;
    if let Some(kept) = board_of(atlas.caller.org).post_mut(&post.id).and_then(|post| post.comments.get_mut(index)) {
        kept.said.segments = new.segments;
        kept.said.text = new.text;
    }
    let (post, index) = found_comment(atlas, id)?;
    Ok(ok(comment(atlas, &post, post.comments.get(index).ok_or_else(not_found)?)?))
}
