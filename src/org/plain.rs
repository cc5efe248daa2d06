//! A GET beside what is asked for the user: sent once, nothing is followed, no session is renewed.

use super::client::Org;
use super::errors::{self, Asked, media_type};
use super::failures;
use super::read::{self, Keep, charset};
use crate::request::{AnswerBody, Failure};
use crate::wire::{Body, Clearance, Incoming, Outgoing, Progress, WireError};
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use std::sync::Arc;
use url::Url;

/// An answer, whatever its status.
pub(super) struct Got {
    /// What came before the body.
    pub(super) head: Incoming,
    /// The body.
    pub(super) body: AnswerBody,
    /// What went wrong, where the answer says so.
    pub(super) trouble: Option<Failure>,
}

impl Got {
    /// The same, unless it tells of an error.
    pub(super) fn good(self) -> Result<Self, Failure> {
        match self.trouble {
            Some(failure) => Err(failure),
            None => Ok(self),
        }
    }
}

/// Asks, and waits for no more than the beginning of an answer. What is put on goes where the clearance lets it.
pub(super) async fn send(
    org: &Org,
    url: Url,
    bearer: Option<HeaderValue>,
    clearance: Clearance,
) -> Result<Incoming, WireError> {
    let mut headers = vec![(ACCEPT, HeaderValue::from_static("application/json"))];
    headers.extend(bearer.map(|bearer| (AUTHORIZATION, bearer)));
    let (method, body) = (http::Method::GET, Body::Empty);
    let outgoing = Outgoing { method, url, headers, body, clearance, repeat: true };
    let quiet: Progress = Arc::new(|_| ());
    org.inner.wire.send(outgoing, &quiet).await
}

/// The rest of an answer.
pub(super) async fn whole(org: &Org, sent: Result<Incoming, WireError>, asked: Asked<'_>) -> Result<Got, Failure> {
    let told = |error| failures::wire(&error, false);
    let mut head = sent.map_err(told)?;
    let received = read::read(&org.inner, &mut head, &mut Keep::Memory, None).await?;
    if let Some(error) = received.cut {
        return Err(told(error));
    }
    let (media, charset) = (media_type(&head.headers), charset(&head.headers));
    let body = read::index(&org.inner, received.bytes, &media, &charset, false).await?;
    let trouble = errors::trouble(head.status, &head.headers, &body, asked);
    Ok(Got { head, body, trouble })
}

/// Where an org lists its versions, which everybody may ask for.
pub(super) fn versions(origin: &Url) -> Url {
    let mut url = origin.clone();
    url.set_path("/services/data");
    url.set_query(None);
    url
}
