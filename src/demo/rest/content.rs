//! Files over REST: bytes that come beside a record's JSON in a multipart body, and bytes that are given out.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm>

use super::jobs::multipart;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::{SfError, Viewer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// A record's body: JSON, or parts of which the first is JSON and the others hold the bytes of the fields they name.
pub(super) fn body(call: &Call<'_>) -> Result<Value, SfError> {
    let Some(boundary) = call.kind.and_then(multipart::boundary) else { return call.json() };
    let parts = multipart::parts(call.body, &boundary);
    let wrong = || SfError::new(400, "JSON_PARSER_ERROR", "the first part of the body is no JSON object");
    let (first, rest) = parts.split_first().ok_or_else(wrong)?;
    let mut body: Map<String, Value> = serde_json::from_slice(first.body).map_err(|_| wrong())?;
    for part in rest {
        body.insert(part.name.clone(), Value::from(STANDARD.encode(part.body)));
    }
    Ok(Value::Object(body))
}

/// The bytes of a file.
pub(super) fn download(viewer: &Viewer<'_>, call: &Call<'_>, id: &str) -> Reply {
    match viewer.content(call.version, id) {
        Ok(bytes) => Reply::bytes(bytes),
        Err(error) => Reply::from_error(&error),
    }
}
