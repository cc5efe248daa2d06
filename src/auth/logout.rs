//! The end of a session: at the org, and here. It is forgotten here whether or not the org can be told.

use super::Token;
use crate::wire::{Body, Clearance, Client, Origin, Outgoing, Progress};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use std::fmt;
use std::sync::Arc;

/// What the answer to a revocation is read of, in bytes.
const LONGEST: usize = 4 << 10;

/// What became of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoggedOut {
    /// There was none.
    Nothing,
    /// It is over.
    Ended,
    /// It is forgotten, and the org could not be told so.
    OnlyHere(String),
}

impl fmt::Display for LoggedOut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => out.write_str("was not logged in"),
            Self::Ended => out.write_str("logged out, at the org and here"),
            Self::OnlyHere(why) => {
                write!(out, "forgotten here, but the org could not be told: {why}")
            }
        }
    }
}

/// Ends these sessions, one after the other; each goes to its own org alone.
pub(super) async fn end_all(wire: &Client, tokens: &[Arc<Token>]) -> LoggedOut {
    let mut ended = LoggedOut::Nothing;
    for token in tokens {
        let one = match revoke(wire, token).await {
            Ok(()) => LoggedOut::Ended,
            Err(why) => LoggedOut::OnlyHere(why),
        };
        if !matches!(ended, LoggedOut::OnlyHere(_)) {
            ended = one;
        }
    }
    ended
}

async fn revoke(wire: &Client, token: &Token) -> Result<(), String> {
    let mut url = token.instance_url.clone();
    url.set_path("/services/oauth2/revoke");
    let form =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token.access_token.expose()).finish();
    let outgoing = Outgoing {
        method: Method::POST,
        clearance: Clearance::Only(Origin::of(&url).into_iter().collect()),
        url,
        headers: vec![(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))],
        body: Body::Bytes(form.into()),
        repeat: false,
    };
    let quiet: Progress = Arc::new(|_| ());
    let incoming = wire.send(outgoing, &quiet).await.map_err(|error| error.to_string())?;
    let status = incoming.status;
    let answer = incoming.bytes(LONGEST).await.unwrap_or_default();
    // One that ended before is over as well.
    let over = status == 400 && memchr::memmem::find(&answer, b"invalid_token").is_some();
    if status == 200 || over { Ok(()) } else { Err(format!("it answered {status}")) }
}
