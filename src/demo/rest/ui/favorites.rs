//! `favorites`: what a user keeps at hand. In memory, each user's own, and bounded.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_favorites.htm>

use super::super::metadata::atlas::{Atlas, list, text};
use super::super::metadata::setup::{icon_url, made_id, same_id, setup};
use super::super::metadata::{app, view};
use super::super::route::Call;
use super::personal::Orders;
use super::record::tag;
use super::{illegal, known, not_found, of_record};
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use crate::demo::locked;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Favorites of one user; Salesforce has the same limit.
const MOST: usize = 200;
const LONGEST: usize = 255;

/// The favorites of an org's users.
#[derive(Default)]
pub(in crate::demo) struct Favorites {
    made: usize,
    kept: Vec<Favorite>,
    /// The tabs of apps as users put them.
    pub(super) orders: Orders,
}

#[derive(Clone)]
struct Favorite {
    id: String,
    user: String,
    name: String,
    target: String,
    kind: String,
    used: u64,
    /// Seconds since 1970.
    at: i64,
}

/// Everything below `favorites`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let result = match (rest, call.method.as_str()) {
        ([], "GET") => return Reply::ok(&all(atlas)),
        ([], "POST") => create(atlas, call).map(|made| (StatusCode::CREATED, made)),
        (["batch"], "PUT") => replace(atlas, call).map(|()| (StatusCode::OK, all(atlas))),
        ([id], "GET") => one(atlas, id).map(|found| (StatusCode::OK, told(atlas, &found))),
        ([id], "PATCH") => change(atlas, call, id).map(|changed| (StatusCode::OK, changed)),
        ([id], "DELETE") => match one(atlas, id) {
            Ok(found) => {
                locked(&atlas.caller.org.favorites).kept.retain(|kept| kept.id != found.id);
                return Reply::empty(StatusCode::NO_CONTENT);
            }
            Err(error) => Err(error),
        },
        ([id, "usage"], "PATCH") => used(atlas, id).map(|found| (StatusCode::OK, found)),
        ([], method) => return Reply::not_allowed(method, "HEAD,GET,POST"),
        (["batch"], method) => return Reply::not_allowed(method, "PUT"),
        ([_], method) => return Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        ([_, "usage"], method) => return Reply::not_allowed(method, "PATCH"),
        _ => return Reply::not_found(),
    };
    match result {
        Ok((status, body)) => Reply::json(status, &body),
        Err(error) => Reply::from_error(&error),
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The favorites of whoever asks, in his order.
fn mine(atlas: &Atlas<'_>) -> Vec<Favorite> {
    let me = &atlas.caller.user.id;
    locked(&atlas.caller.org.favorites).kept.iter().filter(|kept| kept.user == *me).cloned().collect()
}

fn one(atlas: &Atlas<'_>, id: &str) -> Result<Favorite, SfError> {
    mine(atlas).into_iter().find(|kept| same_id(&kept.id, id)).ok_or_else(not_found)
}

fn all(atlas: &Atlas<'_>) -> Value {
    let all: Vec<Value> = mine(atlas).iter().map(|favorite| told(atlas, favorite)).collect();
    let mut answer = json!({ "eTag": "", "favorites": all });
    tag(&mut answer);
    answer
}

/// The object a favorite is about, if it is about one, where he still sees it.
fn object_of(atlas: &Atlas<'_>, kind: &str, target: &str) -> Result<Option<String>, SfError> {
    let name = match kind {
        "Record" => {
            let entity = of_record(atlas, target)?;
            atlas.caller.viewer.record(atlas.version, entity.name(), target, Some("Id"))?;
            entity.name().to_owned()
        }
        "ListView" => view::by_id(atlas, target).ok_or_else(not_found)?.entity.name().to_owned(),
        "ObjectHome" => known(atlas, target)?.name().to_owned(),
        "Tab" => match app::tab(atlas, target.trim_start_matches("standard-")) {
            Some(tab) => return Ok(tab.entity.map(|entity| entity.name().to_owned())),
            None => return Err(not_found()),
        },
        other => return Err(illegal(&format!("{other} is no type of target: ListView, ObjectHome, Record, Tab"))),
    };
    Ok(Some(name))
}

fn told(atlas: &Atlas<'_>, favorite: &Favorite) -> Value {
    let object = object_of(atlas, &favorite.kind, &favorite.target).ok().flatten();
    let (colour, icon) = setup().looks(object.as_deref().unwrap_or_default());
    let label = object.as_ref().and_then(|name| atlas.entity(name).ok()).map(|entity| entity.text("label").to_owned());
    let order = mine(atlas).iter().position(|kept| kept.id == favorite.id).map(|place| place + 1);
    let at = jiff::Timestamp::from_second(favorite.at).unwrap_or_default();
    json!({
        "accessCount": favorite.used,
        "iconColor": colour,
        "iconUrl": icon_url(atlas.caller, icon),
        "id": favorite.id,
        "lastAccessDate": at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "name": favorite.name,
        "objectType": object,
        "sortOrder": order,
        "subtitle": label,
        "target": favorite.target,
        "targetType": favorite.kind,
    })
}

fn named(name: &str) -> Result<String, SfError> {
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(illegal(&format!("A favorite needs a name of at most {LONGEST} characters")));
    }
    Ok(name.to_owned())
}

/// A number, or a text that reads as one.
fn order_of(body: &Value) -> Option<usize> {
    let order = body.get("sortOrder")?;
    let number = order.as_u64().or_else(|| order.as_str()?.parse().ok())?;
    usize::try_from(number).ok().map(|number| number.saturating_sub(1))
}

fn create(atlas: &Atlas<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    let body = call.json()?;
    let (kind, target, name) = (text(&body, "targetType"), text(&body, "target"), named(text(&body, "name"))?);
    object_of(atlas, kind, target)?;
    let own = mine(atlas);
    if own.len() >= MOST {
        return Err(SfError::new(400, "LIMIT_EXCEEDED", format!("A user has at most {MOST} favorites")));
    }
    if own.iter().any(|kept| kept.kind == kind && kept.target == target) {
        return Err(SfError::new(400, "DUPLICATE_VALUE", "This is among the favorites already"));
    }
    let org = atlas.caller.org;
    let mut favorites = locked(&org.favorites);
    favorites.made += 1;
    let of = format!("{:03}", favorites.made / 1_000);
    let favorite = Favorite {
        id: made_id(org, "0MV", &of, favorites.made % 1_000),
        user: atlas.caller.user.id.clone(),
        name,
        target: target.to_owned(),
        kind: kind.to_owned(),
        used: 0,
        at: now(),
    };
    favorites.kept.push(favorite.clone());
    drop(favorites);
    if let Some(order) = order_of(&body) {
        place(atlas, &favorite.id, order);
    }
    Ok(told(atlas, &favorite))
}

/// Puts one of his at this place among his.
fn place(atlas: &Atlas<'_>, id: &str, order: usize) {
    let me = &atlas.caller.user.id;
    let mut favorites = locked(&atlas.caller.org.favorites);
    let kept = std::mem::take(&mut favorites.kept);
    let (mut own, others): (Vec<Favorite>, Vec<Favorite>) = kept.into_iter().partition(|kept| kept.user == *me);
    if let Some(from) = own.iter().position(|kept| kept.id == id) {
        let moved = own.remove(from);
        own.insert(order.min(own.len()), moved);
    }
    favorites.kept = others.into_iter().chain(own).collect();
}

fn change(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Result<Value, SfError> {
    let body = call.json()?;
    let found = one(atlas, id)?;
    if let Some(name) = body.get("name").and_then(Value::as_str) {
        let name = named(name)?;
        let mut favorites = locked(&atlas.caller.org.favorites);
        favorites.kept.iter_mut().filter(|kept| kept.id == found.id).for_each(|kept| kept.name.clone_from(&name));
    }
    if let Some(order) = order_of(&body) {
        place(atlas, &found.id, order);
    }
    Ok(told(atlas, &one(atlas, id)?))
}

/// One use more.
fn used(atlas: &Atlas<'_>, id: &str) -> Result<Value, SfError> {
    let found = one(atlas, id)?;
    let mut favorites = locked(&atlas.caller.org.favorites);
    for kept in favorites.kept.iter_mut().filter(|kept| kept.id == found.id) {
        kept.used += 1;
        kept.at = now();
    }
    drop(favorites);
    Ok(told(atlas, &one(atlas, id)?))
}

/// All of his at once: in this order, with these names; those not named go.
fn replace(atlas: &Atlas<'_>, call: &Call<'_>) -> Result<(), SfError> {
    let body = call.json()?;
    let mut wanted = Vec::new();
    for sent in list(&body, "favorites") {
        let mut found = one(atlas, text(sent, "id"))?;
        if let Some(name) = sent.get("name").and_then(Value::as_str) {
            found.name = named(name)?;
        }
        if !wanted.iter().any(|kept: &Favorite| kept.id == found.id) {
            wanted.push(found);
        }
    }
    let me = &atlas.caller.user.id;
    let mut favorites = locked(&atlas.caller.org.favorites);
    favorites.kept.retain(|kept| kept.user != *me);
    favorites.kept.extend(wanted);
    Ok(())
}
