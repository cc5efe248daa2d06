//! Pictures under addresses of their own: users' photos, with a token or by a sealed address, and the icons of tabs.
//!
//! Who has no session is sent to the login page, as a browser would be; nothing here tells who is a user and who is not.
//!
//! ```text
//!  /profilephoto/729…/F|M|T   a token of the org
//!  /ncsphoto/SEALED           none, for thirty days
//!  /img/…, /favicon.ico       none
//! ```

use super::answer::Reply;
use super::ask::{Ask, Ticket};
use super::data::{DemoUser, long_id};
use super::hosts::Here;
use super::picture::{self, Mark};
use super::usage;
use super::world::{Door, Org, World};
use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Pixels a side of a full photo, a middling one and a thumbnail.
const SIDES: [(&str, u8); 3] = [("F", 200), ("M", 160), ("T", 64)];
const ICON: u8 = 120;
const BRAND: picture::Colour = [112, 72, 160];

/// Everything under these addresses.
pub(super) fn serve(world: &World, ask: &Ask, path: &[&str]) -> Reply {
    match path {
        ["favicon.ico"] => Reply::png(picture::square(16, BRAND, &Mark::Nothing)),
        ["img", .., name] => {
            let person = name.starts_with("profile");
            let mark = if person { Mark::Person } else { Mark::Nothing };
            Reply::png(picture::square(ICON, picture::colour_of(name), &mark))
        }
        ["profilephoto", id, size] => with_token(world, ask, id, size),
        ["ncsphoto", sealed] => sealed_photo(world, sealed),
        _ => gone(),
    }
}

fn gone() -> Reply {
    Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>")
}

/// To the login page, with the way back.
pub(super) fn to_login(ask: &Ask) -> Reply {
    let path = format!("/{}", ask.segments.join("/"));
    let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    match HeaderValue::from_str(&format!("/?ec=302&startURL={back}")) {
        Ok(target) => Reply::empty(StatusCode::FOUND).with(header::LOCATION, target),
        Err(_) => gone(),
    }
}

fn with_token(world: &World, ask: &Ask, id: &str, size: &str) -> Reply {
    let Door::Instance(index) = ask.door else { return gone() };
    let token = match ask.ticket() {
        Ticket::Token(token) => Some(token),
        Ticket::OtherScheme => None,
        Ticket::None => ask.param("oauth_token").or_else(|| ask.param("access_token")),
    };
    if token.and_then(|token| usage::session(world, ask, token, Some(index))).is_none() {
        return to_login(ask);
    }
    let Some(org) = world.orgs.get(index) else { return gone() };
    match org.users.iter().find(|user| version_of(user) == id) {
        Some(user) => drawn(user, size),
        // The picture of whoever has none.
        None if id == "005" => {
            side_of(size).map_or_else(gone, |side| Reply::png(picture::square(side, BRAND, &Mark::Person)))
        }
        None => gone(),
    }
}

fn sealed_photo(world: &World, sealed: &str) -> Reply {
    let found = picture::unseal(sealed, now());
    let user = found.as_ref().and_then(|(id, size)| {
        let user = world.orgs.iter().find_map(|org| org.user_by_id(id))?.1;
        Some((user, size))
    });
    user.map_or_else(gone, |(user, size)| drawn(user, size))
}

fn side_of(size: &str) -> Option<u8> {
    SIDES.iter().find(|(name, _)| *name == size).map(|(_, side)| *side)
}

fn drawn(user: &DemoUser, size: &str) -> Reply {
    let Some(side) = side_of(size) else { return gone() };
    let letters = picture::initials(&user.first_name, &user.last_name);
    let mark = if letters.is_empty() { Mark::Person } else { Mark::Letters(&letters) };
    Reply::png(picture::square(side, picture::colour_of(&user.username), &mark))
}

/// The colour of a user's picture, as six hexadecimal digits.
pub(super) fn colour(user: &DemoUser) -> String {
    picture::colour_of(&user.username).iter().map(|part| format!("{part:02X}")).collect()
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().try_into().unwrap_or(i64::MAX))
}

/// The id of a user's photo.
fn version_of(user: &DemoUser) -> String {
    let short = format!("729{}", user.id.get(3..15).unwrap_or_default());
    long_id(&short).unwrap_or(short)
}

/// Where a user's photo lies for somebody with a token.
pub(super) fn address(org: &Org, user: &DemoUser, here: &Here, size: &str) -> String {
    format!("{}/profilephoto/{}/{size}", org.place.files(here), version_of(user))
}

/// What Connect tells of a user's photo. `url`: of the resource itself.
pub(super) fn told(org: &Org, user: &DemoUser, here: &Here, url: &str) -> Value {
    let open = |size: &str| format!("{}/ncsphoto/{}", org.origin(here), picture::seal(&user.id, size, now()));
    json!({
        "fullEmailPhotoUrl": open("F"),
        "largePhotoUrl": address(org, user, here, "F"),
        "mediumPhotoUrl": address(org, user, here, "M"),
        "photoVersionId": version_of(user),
        "smallPhotoUrl": address(org, user, here, "T"),
        "standardEmailPhotoUrl": open("T"),
        "url": url,
    })
}
