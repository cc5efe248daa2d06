//! `ui-api`: records, objects, layouts and lists as the user interface wants them.
//!
//! ```text
//!  info (objects) ─┐
//!  page (layouts) ─┼─▶ record: Wanted ─▶ SOQL ─▶ representation (display: in the reader's locale)
//!  list (lists) ───┘
//! ```
//! Every read goes through the user's own describes and queries, so that it shows him nothing that they do not.
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_intro.htm>

mod display;
mod favorites;
mod info;
mod list;
mod menu;
mod page;
mod personal;
mod record;
mod related;
mod write;

pub(in crate::demo) use favorites::Favorites;

use super::metadata::atlas::not_found;

use super::Caller;
use super::metadata::atlas::{Atlas, Entity};
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use display::Reader;
use record::Wanted;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Records of one batch.
const BATCH_MOST: usize = 200;

/// What is served, as `ui-api` itself tells.
const RESOURCES: [&str; 18] = [
    "actions",
    "apps",
    "favorites",
    "layout",
    "list-info",
    "list-records",
    "list-ui",
    "lookups",
    "mru-list-ui",
    "nav-items",
    "object-info",
    "record-defaults",
    "record-ui",
    "records",
    "related-list-count",
    "related-list-info",
    "related-list-records",
    "themes",
];

/// Everything there.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let atlas = Atlas::new(caller, call.version);
    let reader = Reader::of(&caller.user.locale, &caller.user.timezone);
    match (rest, call.method.as_str()) {
        (["records"], "POST") => write::create(&atlas, &reader, call),
        (["records", id], "PATCH") => write::update(&atlas, &reader, call, id),
        (["records", id], "DELETE") => write::delete(&atlas, id),
        (["records"], method) => Reply::not_allowed(method, "POST"),
        (["records", _], method) if method != "GET" => Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        (["favorites", rest @ ..], _) => favorites::serve(&atlas, call, rest),
        (["apps", id, "user-nav-items"], "PUT") => Reply::from_result(personal::write(&atlas, call, id)),
        (["apps", _, "user-nav-items"], method) if method != "GET" => Reply::not_allowed(method, "HEAD,GET,PUT"),
        (["apps", id], "PATCH") => Reply::from_result(menu::selected(&atlas, id)),
        (_, "GET") => Reply::from_result(get(&atlas, &reader, call, rest)),
        (_, method) => Reply::not_allowed(method, "HEAD,GET"),
    }
}

fn get(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    match rest {
        [] => Ok(directory(call.version)),
        ["object-info", rest @ ..] => objects(atlas, rest),
        ["records", "batch", ids] => records(atlas, reader, call, ids),
        ["records", id] => one_record(atlas, reader, call, id),
        ["records", id, "child-relationships", name] => related::children(atlas, reader, call, id, name),
        ["record-ui", ids] => page::record_ui(atlas, reader, call, &ids_of(ids)?),
        ["record-defaults", rest @ ..] => defaults(atlas, reader, call, rest),
        ["layout", name] => page::layout(atlas, &*known(atlas, name)?, call),
        ["list-info" | "list-records" | "list-ui" | "mru-list-info" | "mru-list-records" | "mru-list-ui", ..] => {
            list::serve(atlas, reader, call, rest)
        }
        ["related-list-info" | "related-list-records" | "related-list-count" | "lookups", ..] => {
            related::serve(atlas, reader, call, rest)
        }
        _ => menu::serve(atlas, call, rest),
    }
}

fn directory(version: &str) -> Value {
    let at = |name: &&str| ((*name).to_owned(), json!(format!("/services/data/v{version}/ui-api/{name}")));
    Value::Object(RESOURCES.iter().map(at).collect())
}

/// The parts of a comma-separated list.
fn split<'t>(list: Option<&'t str>) -> impl Iterator<Item = &'t str> + use<'t> {
    list.unwrap_or_default().split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn illegal(told: &str) -> SfError {
    SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told)
}

fn ids_of(list: &str) -> Result<Vec<&str>, SfError> {
    let ids: Vec<&str> = split(Some(list)).collect();
    if ids.is_empty() || ids.len() > BATCH_MOST {
        return Err(illegal(&format!("between 1 and {BATCH_MOST} ids can be asked for at once")));
    }
    Ok(ids)
}

/// An object that UI API knows: one with layouts.
fn known(atlas: &Atlas<'_>, name: &str) -> Result<Rc<Entity>, SfError> {
    let entity = atlas.entity(name)?;
    if entity.is("layoutable") {
        return Ok(entity);
    }
    Err(SfError::new(400, "INVALID_TYPE", format!("Object {} is not supported in UI API", entity.name())))
}

fn of_record(atlas: &Atlas<'_>, id: &str) -> Result<Rc<Entity>, SfError> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain || (id.len() != 15 && id.len() != 18) {
        return Err(illegal(&format!("{id} is no record id: it has 15 or 18 characters")));
    }
    let entity = atlas.of_record(id)?;
    known(atlas, entity.name())
}

fn objects(atlas: &Atlas<'_>, rest: &[&str]) -> Result<Value, SfError> {
    match rest {
        [] => Ok(info::directory(atlas)),
        ["batch", names] => {
            Ok(batch(split(Some(names)).map(|name| known(atlas, name).map(|entity| info::object(atlas, &entity)))))
        }
        [name] => Ok(info::object(atlas, &*known(atlas, name)?)),
        [name, "picklist-values", record_type] => info::picklists(atlas, &*known(atlas, name)?, record_type),
        [name, "picklist-values", record_type, field] => {
            info::picklist(atlas, &*known(atlas, name)?, record_type, field)
        }
        _ => Err(not_found()),
    }
}

/// Several answers as one: each with its own status.
fn batch(results: impl Iterator<Item = Result<Value, SfError>>) -> Value {
    let mut failed = false;
    let mut one = |result| match result {
        Ok(value) => json!({ "result": value, "statusCode": 200 }),
        Err(error) => {
            failed = true;
            told(&error)
        }
    };
    let results: Vec<Value> = results.map(&mut one).collect();
    json!({ "hasErrors": failed, "results": results })
}

fn told(error: &SfError) -> Value {
    json!({ "result": error.to_json(), "statusCode": error.status })
}

/// The fields a call asks for by name, each with its object before it.
#[derive(Default)]
struct Asked<'c> {
    fields: Vec<&'c str>,
    optional: Vec<&'c str>,
    /// Whether a field of another object is an error; in a batch it is meant for other records.
    strict: bool,
}

impl<'c> Asked<'c> {
    fn of(call: &Call<'c>, strict: bool) -> Self {
        let fields = split(call.param("fields")).collect();
        Self { fields, optional: split(call.param("optionalFields")).collect(), strict }
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.optional.is_empty()
    }

    /// Adds them to what is wanted. An optional field that is not seen is left out.
    fn add(&self, atlas: &Atlas<'_>, entity: &Rc<Entity>, wanted: &mut Wanted) -> Result<(), SfError> {
        for field in &self.fields {
            let (object, path) = field.split_once('.').ok_or_else(|| {
                illegal(&format!("Field {field} must be qualified by its object, as in {}.{field}", entity.name()))
            })?;
            if object.eq_ignore_ascii_case(entity.name()) {
                wanted.add(atlas, path)?;
            } else if self.strict {
                return Err(illegal(&format!("Field {field} is of another object than {}", entity.name())));
            }
        }
        for field in &self.optional {
            if let Some((_, path)) = field.split_once('.').filter(|(name, _)| name.eq_ignore_ascii_case(entity.name()))
            {
                // Half of a path may have been added; what is known of it does no harm.
                let _ = wanted.add(atlas, path);
            }
        }
        Ok(())
    }
}

/// `records/ID?fields=|optionalFields=|layoutTypes=&modes=&childRelationships=`.
fn one_record(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, id: &str) -> Result<Value, SfError> {
    record_by(atlas, reader, call, id, &Asked::of(call, true))
}

fn record_by(
    atlas: &Atlas<'_>,
    reader: &Reader,
    call: &Call<'_>,
    id: &str,
    asked: &Asked<'_>,
) -> Result<Value, SfError> {
    let entity = of_record(atlas, id)?;
    let kinds = page::kinds(call, "layoutTypes")?;
    if asked.is_empty() && kinds.is_empty() {
        let told = "Must provide either 'fields' or 'layoutTypes'.";
        return Err(SfError::new(400, "INVALID_INPUT_COMBINATION", told));
    }
    let mut wanted = Wanted::of(&entity);
    asked.add(atlas, &entity, &mut wanted)?;
    for kind in &kinds {
        for mode in page::modes(call, "modes")? {
            wanted.add_layout(atlas, &page::laid_out(atlas, &entity, *kind, mode))?;
        }
    }
    let mut record = record::read(atlas, &entity, &wanted, reader, id)?;
    if call.param("updateMru") == Some("true") {
        // A plain read is what makes a record one that was looked at.
        atlas.caller.viewer.record(atlas.version, entity.name(), id, Some("Id"))?;
    }
    let mut children = Map::new();
    for name in split(call.param("childRelationships")) {
        let name = name.split_once('.').map_or(name, |(_, name)| name);
        children.insert(name.to_owned(), related::children(atlas, reader, call, id, name)?);
    }
    if let Some(map) = record.as_object_mut().filter(|_| !children.is_empty()) {
        map.insert("childRelationships".to_owned(), Value::Object(children));
    }
    Ok(record)
}

fn records(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, ids: &str) -> Result<Value, SfError> {
    let asked = Asked::of(call, false);
    Ok(batch(ids_of(ids)?.into_iter().map(|id| record_by(atlas, reader, call, id, &asked))))
}

fn defaults(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    let (template, rest) = match rest {
        ["template", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    match rest {
        ["create", name] => page::defaults(atlas, reader, &known(atlas, name)?, call, template, None),
        ["clone", id] => page::defaults(atlas, reader, &of_record(atlas, id)?, call, template, Some(id)),
        _ => Err(not_found()),
    }
}
