//! Whose request it seems to be, before anything is checked: only to choose whose bad day it is, never to let anybody in.

use super::ask::{Ask, Ticket, field};
use super::assertion;
use super::rule::{Hit, Target};
use super::soap;
use super::world::{Org, World};

/// The faults that hit this request. To be asked once.
pub(super) fn hit(world: &World, ask: &Ask, address: &str) -> Hit {
    if world.faults.is_empty() {
        return Hit::default();
    }
    let (index, user) = guess(world, ask);
    let org = index.or_else(|| world.behind(ask.door).map(|(index, _)| index)).and_then(|index| world.orgs.get(index));
    let user = org.and_then(|org| org.users.get(user?));
    world.faults.hitting(&Target {
        address,
        org_is_asked: asks_org(ask),
        org: [org.map(|org| org.name.as_str()), org.map(Org::kind_name)],
        user: [user.map(|user| user.username.as_str()), user.map(|user| user.alias.as_str())],
    })
}

/// Whether it asks something of an org with a token, as opposed to asking for one.
fn asks_org(ask: &Ask) -> bool {
    let parts: Vec<&str> = ask.segments.iter().take(3).map(String::as_str).collect();
    matches!(
        parts.as_slice(),
        ["id", ..] | ["services", "data" | "async" | "Soap", ..] | ["services", "oauth2", "userinfo"]
    )
}

/// Indexes of an org, and of one of its users.
fn guess(world: &World, ask: &Ask) -> (Option<usize>, Option<usize>) {
    let of_token = |token: &str| world.sessions.whose(token).map(|session| (Some(session.org), Some(session.user)));
    if let Ticket::Token(token) = ask.ticket() {
        return of_token(token).unwrap_or_default();
    }
    // How the first Bulk API brings its session.
    if let Some(token) = ask.header("x-sfdc-session") {
        return of_token(token.trim()).unwrap_or_default();
    }
    if let Some(token) = ask.param("oauth_token").or_else(|| ask.param("access_token")) {
        return of_token(token).unwrap_or_default();
    }
    if ask.segments.get(1).is_some_and(|part| part == "Soap") {
        return match soap::claims_to_be(&ask.body) {
            Some(soap::Claim::Session(token)) => of_token(&token).unwrap_or_default(),
            Some(soap::Claim::User(name)) => named(world, ask, &name),
            None => (None, None),
        };
    }
    if ask.segments.get(2).is_some_and(|part| part == "token") {
        let form = ask.form();
        let name = match field(&form, "assertion") {
            Some(text) => assertion::unverified_subject(text),
            None => field(&form, "username").map(str::to_owned),
        };
        return name.map(|name| named(world, ask, &name)).unwrap_or_default();
    }
    (None, None)
}

/// The user of this name: usernames are unique over all orgs, as Salesforce's are.
fn named(world: &World, ask: &Ask, name: &str) -> (Option<usize>, Option<usize>) {
    let here = world.behind(ask.door).map(|(index, _)| index);
    let mut orgs = world.orgs.iter().enumerate().filter(|(index, _)| here.is_none_or(|here| here == *index));
    let found = orgs.find_map(|(index, org)| org.user_by_name(name).map(|(user, _)| (Some(index), Some(user))));
    found.unwrap_or_default()
}
