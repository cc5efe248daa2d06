//! Answers, in the shapes that Salesforce gives them: JSON with its charset, arrays of errors, OAuth errors, plain text.
//!
//! An answer is whole and in memory here; what a fault makes of it and how it is packed comes later.

use super::data::SfError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

/// An answer before it is packed.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
}

impl Reply {
    /// Nothing but a status.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    fn typed(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = vec![(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
        Self { status, headers, body: body.into() }
    }

    /// JSON.
    pub(super) fn json(status: StatusCode, value: &Value) -> Self {
        Self::typed(status, "application/json;charset=UTF-8", value.to_string())
    }

    /// 200 and JSON.
    pub(super) fn ok(value: &Value) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// 200 and JSON that is written already, or the refusal.
    pub(super) fn from_text(result: Result<Vec<u8>, SfError>) -> Self {
        match result {
            Ok(text) => Self::typed(StatusCode::OK, "application/json;charset=UTF-8", text),
            Err(error) => Self::from_error(&error),
        }
    }

    /// Plain text, as the identity service speaks.
    pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::typed(status, "text/plain;charset=UTF-8", text.into())
    }

    /// A page.
    pub(super) fn html(status: StatusCode, page: impl Into<String>) -> Self {
        Self::typed(status, "text/html;charset=UTF-8", page.into())
    }

    /// XML, as SOAP speaks.
    pub(super) fn xml(status: StatusCode, text: impl Into<String>) -> Self {
        Self::typed(status, "text/xml;charset=UTF-8", text.into())
    }

    /// The same answer in another form.
    pub(super) fn into_kind(mut self, kind: &'static str, text: String) -> Self {
        self.headers.retain(|(name, _)| *name != header::CONTENT_TYPE);
        self.headers.push((header::CONTENT_TYPE, HeaderValue::from_static(kind)));
        self.body = text.into();
        self
    }

    /// A file.
    pub(super) fn bytes(body: Vec<u8>) -> Self {
        Self::typed(StatusCode::OK, "application/octet-stream", body)
    }

    /// A picture.
    pub(super) fn png(body: Vec<u8>) -> Self {
        Self::typed(StatusCode::OK, "image/png", body)
    }

    /// `[{"message","errorCode"}]`.
    pub(super) fn refusal(status: StatusCode, code: &'static str, message: &str) -> Self {
        Self::json(status, &json!([{ "message": message, "errorCode": code }]))
    }

    /// What the data layer refused.
    pub(super) fn from_error(error: &SfError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::json(status, &error.to_json())
    }

    /// 200 and JSON, or the refusal.
    pub(super) fn from_result(result: Result<Value, SfError>) -> Self {
        match result {
            Ok(value) => Self::ok(&value),
            Err(error) => Self::from_error(&error),
        }
    }

    /// `{"error","error_description"}`, 400.
    pub(super) fn oauth_error(error: &str, description: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, &json!({ "error": error, "error_description": description }))
    }

    /// The REST API's 404.
    pub(super) fn not_found() -> Self {
        Self::refusal(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
    }

    /// The REST API's 405, naming what would be allowed (`HEAD,GET`).
    pub(super) fn not_allowed(method: &str, allowed: &'static str) -> Self {
        let text = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
        Self::refusal(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", &text)
            .with(header::ALLOW, HeaderValue::from_static(allowed))
    }

    /// A session that is none.
    pub(super) fn no_session() -> Self {
        Self::refusal(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Token"))
    }

    /// Lays JSON out for people, as `X-PrettyPrint: 1` asks for; anything else stays as it is.
    pub(super) fn indent(&mut self) {
        let whole = serde_json::from_slice::<Value>(&self.body).and_then(|value| serde_json::to_string_pretty(&value));
        if let Ok(text) = whole {
            self.body = text.into();
        }
    }

    /// With one more header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The value of a header, for whoever wraps this answer in another.
    pub(super) fn header(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}
