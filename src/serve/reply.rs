//! What the server answers: the org's own words, or why nothing was asked of it.

use super::Told;
use crate::secret::Secret;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    kind: &'static str,
    body: Secret,
    allow: Option<&'static str>,
    who: Option<String>,
    why: Option<String>,
}

const JSON: &str = "application/json;charset=UTF-8";

impl Reply {
    /// Our own refusal, in the shape of OAuth's.
    pub(super) fn refused(status: u16, error: &str, why: impl Into<String>) -> Self {
        let why = why.into();
        let body = json!({ "error": error, "error_description": why }).to_string();
        Self { status, kind: JSON, body: Secret::new(body), allow: None, who: None, why: Some(why) }
    }

    /// Words of our own.
    pub(super) fn ours(status: u16, body: String) -> Self {
        Self { status, kind: JSON, body: Secret::new(body), allow: None, who: None, why: None }
    }

    /// What the org said, as it said it.
    pub(super) fn of_org(status: u16, body: Secret) -> Self {
        // Where it sends somebody is not followed with a login, and not by whoever asked us.
        let status = if (300..400).contains(&status) { 502 } else { status };
        let kind = match body.expose().trim_start().chars().next() {
            Some('{' | '[') => JSON,
            // Never a page, lest somebody opens it.
            _ => "text/plain;charset=UTF-8",
        };
        Self { status, kind, body, allow: None, who: None, why: None }
    }

    /// With the method that would be right.
    pub(super) fn allowing(self, method: &'static str) -> Self {
        Self { allow: Some(method), ..self }
    }

    /// For this one.
    pub(super) fn about(self, who: String) -> Self {
        Self { who: Some(who), ..self }
    }

    /// Why there was no token, for whoever reads the talk.
    pub(super) fn because(self, why: String) -> Self {
        Self { why: Some(why), ..self }
    }

    /// What is told of it: no word of the answer itself.
    pub(super) fn told(&self) -> Told {
        Told { status: self.status, who: self.who.clone(), why: self.why.clone(), asked: None }
    }

    /// As it goes out. Nobody keeps it, and the connection ends with it, so that what was not read is no further request.
    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.expose().to_owned()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let mut set = |name: HeaderName, value: &'static str| {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        };
        set(header::CONTENT_TYPE, self.kind);
        set(header::CACHE_CONTROL, "no-store");
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::CONNECTION, "close");
        if let Some(method) = self.allow {
            set(header::ALLOW, method);
        }
        if self.status == 401 {
            set(header::WWW_AUTHENTICATE, "Bearer");
        }
        response
    }
}
