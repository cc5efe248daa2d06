//! What `GET /` tells: that this is a demo, who can log in, and what is served.
//!
//! It names files and usernames, never a key or a token.

use super::card::Card;
use super::options::Flow;
use super::rest::RESOURCES;
use std::fmt::Write as _;

/// The text.
pub(super) fn text(card: &Card, login_origin: &str, allowed: &[Flow]) -> String {
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
    out.push_str("\nserved\n  POST /services/oauth2/token (JWT bearer");
    for flow in allowed {
        let _ = write!(out, ", {flow}");
    }
    out.push_str("), /userinfo, /revoke, /introspect\n  GET  /.well-known/openid-configuration, /id/ORG/USER\n");
    out.push_str("  POST /services/Soap/u/NN.0 and /c/NN.0: a few calls\n  GET  /services/data\n");
    for (_, path) in RESOURCES {
        let _ = writeln!(out, "       /services/data/vNN.0/{path}");
    }
    out
}

/// Where a browser would log in, had the demo people to log in.
pub(super) const NO_LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>orgdeck demo org</title></head>\n<body>\n\
    <h1>There is no login page here</h1>\n\
    <p>This is orgdeck's demo org. Programs log in to it by the OAuth 2.0 JWT bearer flow: \
    <code>POST /services/oauth2/token</code> with an assertion that one of its keys signed. \
    The <a href=\"/\">front page</a> names apps, users and key files.</p>\n\
    <p>Started with <code>orgdeck demo --serve --allow password,client-credentials,soap-login</code>, it takes those ways too.</p>\n\
    </body>\n</html>\n";

/// The same as a page.
pub(super) fn page(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<!DOCTYPE html><html><head><title>orgdeck demo org</title></head><body><pre>{safe}</pre></body></html>")
}
