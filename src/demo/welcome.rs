//! What `GET /` tells: that this is a demo, who can log in, and what is served.
//!
//! It names files and usernames, never a key or a token.

use super::card::Card;
use super::rest::RESOURCES;
use std::fmt::Write as _;

/// The text.
pub(super) fn text(card: &Card, login_origin: &str) -> String {
    let mut out = String::from(
        "This is orgdeck's demo org: a server on this machine that answers as Salesforce's REST API does.\n\
         Its companies, people and records are invented, and everything is gone when it ends.\n",
    );
    let _ = writeln!(out, "\ncommon login host   {login_origin}");
    for org in &card.orgs {
        let _ = writeln!(out, "\n{} ({})", org.name, org.kind);
        let _ = writeln!(out, "  login URL      {}", org.login_url);
        let _ = writeln!(out, "  instance URL   {}", org.instance_url);
        let _ = writeln!(out, "  consumer key   {}", org.client_id);
        let _ = writeln!(out, "  private key    {}", org.private_key.display());
        for user in &org.users {
            let _ = writeln!(out, "  {:<8}{:<34}{}", user.alias, user.username, user.note);
        }
    }
    out.push_str("\nserved\n  POST /services/oauth2/token (JWT bearer), /userinfo, /revoke, /introspect\n");
    out.push_str("  GET  /id/ORG/USER\n  GET  /services/data\n");
    for (_, path) in RESOURCES {
        let _ = writeln!(out, "       /services/data/vNN.0/{path}");
    }
    out
}

/// The same as a page.
pub(super) fn page(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<!DOCTYPE html><html><head><title>orgdeck demo org</title></head><body><pre>{safe}</pre></body></html>")
}
