//! Apps that are made while the demo runs, at its control address: as in Salesforce's Setup, step by step. An app may be
//! known before it has a certificate, and have one before anybody is let in; so each mistake of a set-up can be met.
//!
//! ```text
//!  POST /orgdeck/apps   {"client_id": "3MVG9…", "org": "acme", "certificate": "-----BEGIN…", "permitted": "admin", "users": ["ada"]}
//! ```
//! What is left out: no certificate, so that no assertion is good; the first org; `self`, all users may authorize
//! themselves, and nobody did. It takes the place of an app that was made here before, never of one of the demo's own.

use super::keys::public_of_certificate;
use super::locked;
use super::world::{ConnectedApp, Org, Permitted, World};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    client_id: String,
    org: Option<String>,
    certificate: Option<String>,
    permitted: Option<String>,
    users: Option<Vec<String>>,
}

/// Makes an app of a body, or changes one.
pub(super) fn make(world: &World, body: &[u8]) -> Result<Value, String> {
    let wanted: Wanted = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if wanted.client_id.trim().is_empty() {
        return Err("client_id is empty".to_owned());
    }
    let is_it =
        |org: &Org| wanted.org.as_deref().is_none_or(|name| [org.name.as_str(), org.kind_name()].contains(&name));
    let place = world.orgs.iter().position(is_it).ok_or("there is no such org")?;
    let org = world.orgs.get(place).ok_or("there is no such org")?;
    let public = wanted.certificate.as_deref().map(|pem| public_of_certificate(pem.as_bytes())).transpose()?;
    let permitted = match wanted.permitted.as_deref() {
        Some("admin") => Permitted::AdminApproved,
        None | Some("self") => Permitted::SelfAuthorized,
        Some("everybody") => Permitted::Everybody,
        Some(other) => return Err(format!("permitted is {other}: admin, self or everybody can be")),
    };
    let mut approved = Vec::new();
    for name in wanted.users.unwrap_or_default() {
        let found = org
            .users
            .iter()
            .position(|user| [&user.username, &user.alias].iter().any(|n| n.eq_ignore_ascii_case(&name)));
        approved.push(found.ok_or_else(|| format!("there is no user {name}"))?);
    }
    let told = json!({
        "client_id": wanted.client_id,
        "org": org.name,
        "certificate": public.is_some(),
        "users": approved.len(),
    });
    let app = ConnectedApp {
        client_id: wanted.client_id,
        org: place,
        // No signature fits no key.
        public: public.unwrap_or_default(),
        secret: None,
        permitted,
        approved: Some(approved),
    };
    let mut apps = locked(&world.apps);
    match apps.iter().position(|known| known.client_id == app.client_id) {
        Some(at) => match apps.get_mut(at) {
            Some(known) if known.approved.is_some() => *known = Arc::new(app),
            _ => return Err("this consumer key is one of the demo's own".to_owned()),
        },
        None => apps.push(Arc::new(app)),
    }
    Ok(told)
}
