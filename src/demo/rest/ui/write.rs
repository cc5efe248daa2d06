//! Records made, changed and deleted by UI API. The checks are those of every other write; only the refusal looks different.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_error_with_output.htm>

use super::super::metadata::atlas::{Atlas, Entity, list, text};
use super::super::route::Call;
use super::display::Reader;
use super::page::{Kind, laid_out};
use super::record::{self, Wanted};
use super::{illegal, known, of_record};
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use crate::demo::rest::metadata::layout::Mode;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::rc::Rc;

const FAILED: &str = "An error occurred while trying to update the record. Please try again.";

/// `POST records`: `{"apiName", "fields"}`.
pub(super) fn create(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>) -> Reply {
    let (entity, fields) = match input(atlas, call) {
        Ok(input) => input,
        Err(error) => return Reply::from_error(&error),
    };
    match atlas.caller.viewer.create(entity.name(), &fields) {
        Ok(id) => shown(atlas, reader, &entity, &id, StatusCode::CREATED),
        Err(error) => refused(&entity, &error),
    }
}

fn input(atlas: &Atlas<'_>, call: &Call<'_>) -> Result<(Rc<Entity>, Value), SfError> {
    let body = call.json()?;
    let name = body.get("apiName").and_then(Value::as_str).ok_or_else(|| illegal("The apiName is missing"))?;
    Ok((known(atlas, name)?, fields_of(&body)?))
}

fn fields_of(body: &Value) -> Result<Value, SfError> {
    let fields = body.get("fields").filter(|fields| fields.is_object()).cloned();
    fields.ok_or_else(|| illegal("The fields are missing: an object of names and values"))
}

/// `PATCH records/ID`: `{"fields"}`.
pub(super) fn update(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, id: &str) -> Reply {
    let found = of_record(atlas, id).and_then(|entity| Ok((entity, fields_of(&call.json()?)?)));
    let (entity, mut fields) = match found {
        Ok(found) => found,
        Err(error) => return Reply::from_error(&error),
    };
    if let Some(map) = fields.as_object_mut() {
        map.remove("Id");
    }
    match atlas.caller.viewer.update(entity.name(), id, &fields) {
        Ok(()) => shown(atlas, reader, &entity, id, StatusCode::OK),
        Err(error) => refused(&entity, &error),
    }
}

/// `DELETE records/ID`.
pub(super) fn delete(atlas: &Atlas<'_>, id: &str) -> Reply {
    match of_record(atlas, id).and_then(|entity| atlas.caller.viewer.delete(entity.name(), id)) {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(error) => Reply::from_error(&error),
    }
}

/// The record as it is now, with all that its page shows.
fn shown(atlas: &Atlas<'_>, reader: &Reader, entity: &Rc<Entity>, id: &str, status: StatusCode) -> Reply {
    let mut wanted = Wanted::of(entity);
    let sections = laid_out(atlas, entity, Kind::Full, Mode::View);
    let record = wanted.add_layout(atlas, &sections).and_then(|()| record::read(atlas, entity, &wanted, reader, id));
    match record {
        Ok(record) => Reply::json(status, &record),
        Err(error) => Reply::from_error(&error),
    }
}

/// A refusal that names the fields at fault, each with its label.
fn refused(entity: &Entity, error: &SfError) -> Reply {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    if status != StatusCode::BAD_REQUEST {
        return Reply::from_error(error);
    }
    let (mut general, mut by_field) = (Vec::new(), Map::new());
    for one in error.to_json().as_array().map(Vec::as_slice).unwrap_or_default() {
        let about = |field: Option<&Value>| {
            let whole = field.map(|field| text(field, "compoundFieldName")).filter(|whole| !whole.is_empty());
            let name = field.map(|field| text(field, "name"));
            json!({
                "constituentField": whole.and(name),
                "duplicateRecordError": null,
                "errorCode": text(one, "errorCode"),
                "field": whole.or(name),
                "fieldLabel": field.map(|field| text(field, "label")),
                "message": text(one, "message"),
            })
        };
        let fields: Vec<&Value> = list(one, "fields").iter().filter_map(|name| entity.field(name.as_str()?)).collect();
        if fields.is_empty() {
            general.push(about(None));
        }
        for field in fields {
            let entry = by_field.entry(text(field, "name").to_owned()).or_insert_with(|| json!([]));
            if let Some(entries) = entry.as_array_mut() {
                entries.push(about(Some(field)));
            }
        }
    }
    let output = json!({ "errors": general, "fieldErrors": by_field });
    let told = json!({
        "enhancedErrorType": "RecordError",
        "errorCode": error.code,
        "message": FAILED,
        "output": output,
        "statusCode": status.as_u16(),
    });
    Reply::json(status, &json!([told]))
}
