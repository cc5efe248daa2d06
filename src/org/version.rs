//! The REST API version that an org speaks: a fixed one, or the newest of `/services/data`, asked once for each instance.
//!
//! The list needs no login, so no token goes with it.

use super::ask::origin_of;
use super::client::Org;
use super::errors::{Asked, media_type};
use super::plain;
use crate::auth::Token;
use crate::json::Document;
use crate::profile::{Profile, VersionChoice};
use crate::request::{Failure, FailureKind};
use crate::wire::Clearance;

/// Answers for this profile, whose token tells the instance.
pub(super) async fn version(org: &Org, profile: &Profile, token: &Token) -> Result<String, Failure> {
    if let VersionChoice::Fixed(version) = &profile.app.version {
        return Ok(version.clone());
    }
    let instance = origin_of(&token.instance_url);
    if let Some(known) = org.known_version(&instance) {
        return Ok(known);
    }
    // A screen asks several things at once when it starts: the first finds out for all.
    let gate = org.gate(&instance);
    let _turn = gate.lock().await;
    if let Some(known) = org.known_version(&instance) {
        return Ok(known);
    }
    let newest = fetch(org, token).await.map_err(|failure| Failure {
        title: format!("The newest version cannot be found out: {}", failure.title),
        ..failure
    })?;
    org.note_version(instance, newest.clone());
    Ok(newest)
}

async fn fetch(org: &Org, token: &Token) -> Result<String, Failure> {
    let sent = plain::send(org, plain::versions(&token.instance_url), None, Clearance::Free).await;
    let got = plain::whole(org, sent, Asked { rest: true, newest: None }).await?.good()?;
    let media = media_type(&got.head.headers);
    got.body.json().and_then(|document| newest_of(document)).ok_or_else(|| Failure {
        title: "/services/data lists no version".to_owned(),
        detail: format!("status {}, {}", got.head.status, if media.is_empty() { "no media type" } else { &media }),
        hint: vec!["name one in profiles.toml: version = \"67.0\"".to_owned()],
        facts: Vec::new(),
        kind: FailureKind::Org,
    })
}

/// The greatest version of the list, by number and not by place.
pub(super) fn newest_of(list: &Document) -> Option<String> {
    let versions = list.children(list.root()?).filter_map(|entry| {
        let version = list.text(list.get(entry, "version")?).into_owned();
        let (major, minor) = version.split_once('.')?;
        let number: (u32, u32) = (major.parse().ok()?, minor.parse().ok()?);
        Some((number, version))
    });
    versions.max().map(|(_, version)| version)
}

/// Whether the list has this version.
pub(super) fn listed(list: &Document, version: &str) -> bool {
    let Some(root) = list.root() else { return false };
    list.children(root).filter_map(|entry| list.get(entry, "version")).any(|node| list.text(node) == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_by_number() {
        let list =
            br#"[{"version":"9.0"},{"version":"67.0"},{"version":"100.0"},{"version":"x"},{"version":"../evil.0"},{}]"#;
        assert_eq!(newest_of(&Document::parse(list.to_vec())).as_deref(), Some("100.0"));
        assert_eq!(newest_of(&Document::parse(b"[]".to_vec())), None);
        assert_eq!(newest_of(&Document::parse(b"{\"version\":\"67.0\"}".to_vec())), None);
    }
}
