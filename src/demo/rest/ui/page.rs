//! `layout`, `record-ui` and the defaults of new records: pages of records as UI API lays them out.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_record_layout.htm>

use super::super::metadata::atlas::{Atlas, Entity, flag, text};
use super::super::metadata::compact;
use super::super::metadata::layout::{Item, Mode, Section, layout_id, sections};
use super::super::metadata::setup::made_id;
use super::super::route::Call;
use super::display::Reader;
use super::record::{self, Wanted, field_value, tag, type_info};
use super::{Asked, illegal, info};
use crate::demo::data::SfError;
use serde_json::{Map, Value, json};

/// The two kinds of layouts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Full,
    Compact,
}

impl Kind {
    fn name(self) -> &'static str {
        if self == Self::Full { "Full" } else { "Compact" }
    }
}

/// The kinds and modes a call asks for, under these parameters.
pub(super) fn kinds(call: &Call<'_>, key: &str) -> Result<Vec<Kind>, SfError> {
    let one = |name: &str| match name {
        "Full" => Ok(Kind::Full),
        "Compact" => Ok(Kind::Compact),
        other => Err(illegal(&format!("{other} is no layout type: Full and Compact are"))),
    };
    super::split(call.param(key)).map(one).collect()
}

pub(super) fn modes(call: &Call<'_>, key: &str) -> Result<Vec<Mode>, SfError> {
    let one = |name: &str| {
        let known = Mode::ALL.into_iter().find(|mode| mode.name() == name);
        known.ok_or_else(|| illegal(&format!("{name} is no mode: View, Edit and Create are")))
    };
    let all: Vec<Mode> = super::split(call.param(key)).map(one).collect::<Result<_, _>>()?;
    Ok(if all.is_empty() { vec![Mode::View] } else { all })
}

/// The sections of a layout.
pub(super) fn laid_out<'e>(atlas: &Atlas<'_>, entity: &'e Entity, kind: Kind, mode: Mode) -> Vec<Section<'e>> {
    if kind == Kind::Full {
        return sections(atlas.caller.org, entity, mode);
    }
    let id = made_id(atlas.caller.org, "01B", entity.prefix(), 9);
    let rows = compact::items(entity).into_iter().map(|item| vec![item]).collect();
    vec![Section { id, heading: String::new(), columns: 1, rows }]
}

/// `layout/NAME?layoutType=&mode=&recordTypeId=`.
pub(super) fn layout(atlas: &Atlas<'_>, entity: &Entity, call: &Call<'_>) -> Result<Value, SfError> {
    let kind = kinds(call, "layoutType")?.first().copied().unwrap_or(Kind::Full);
    let mode = modes(call, "mode")?.first().copied().unwrap_or(Mode::View);
    let record_type = call.param("recordTypeId").unwrap_or_else(|| entity.default_record_type());
    entity.record_type(record_type).ok_or_else(|| illegal(&format!("{record_type} is no record type")))?;
    Ok(one(atlas, entity, kind, mode, record_type))
}

fn one(atlas: &Atlas<'_>, entity: &Entity, kind: Kind, mode: Mode, record_type: &str) -> Value {
    let id = match kind {
        Kind::Full => Some(layout_id(atlas.caller.org, entity)),
        Kind::Compact => compact::id(atlas, entity),
    };
    let sections: Vec<Value> = laid_out(atlas, entity, kind, mode).iter().map(section).collect();
    let mut answer = json!({
        "eTag": "",
        "id": id,
        "layoutType": kind.name(),
        "mode": mode.name(),
        "objectApiName": entity.name(),
        "recordTypeId": record_type,
        "saveOptions": [],
        "sections": sections,
    });
    tag(&mut answer);
    answer
}

fn section(section: &Section<'_>) -> Value {
    let rows: Vec<Value> =
        section.rows.iter().map(|row| json!({ "layoutItems": row.iter().map(item).collect::<Vec<_>>() })).collect();
    json!({
        "collapsible": !section.heading.is_empty(),
        "columns": section.columns,
        "heading": section.heading,
        "id": section.id,
        "layoutRows": rows,
        "rows": section.rows.len(),
        "useHeading": !section.heading.is_empty(),
    })
}

fn item(item: &Item<'_>) -> Value {
    let components: Vec<Value> = item
        .fields
        .iter()
        .map(|field| json!({ "apiName": text(field, "name"), "componentType": "Field", "label": text(field, "label") }))
        .collect();
    let lookup = item.fields.first().and_then(|field| match text(field, "type") {
        "reference" => Some(text(field, "name")),
        _ => flag(field, "nameField").then_some("Id"),
    });
    json!({
        "editableForNew": item.for_new,
        "editableForUpdate": item.for_update,
        "label": item.label,
        "layoutComponents": components,
        "lookupIdApiName": lookup,
        "required": item.required,
        "sortable": false,
    })
}

/// `record-ui/IDS`: records with the layouts they are shown in and the objects they are of.
pub(super) fn record_ui(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, ids: &[&str]) -> Result<Value, SfError> {
    let (kinds, modes) = (kinds(call, "layoutTypes")?, modes(call, "modes")?);
    let kinds = if kinds.is_empty() { vec![Kind::Full] } else { kinds };
    let asked = Asked { optional: super::split(call.param("optionalFields")).collect(), ..Asked::default() };
    let (mut states, mut layouts) = (Map::new(), Map::new());
    let (mut objects, mut records) = (Map::new(), Map::new());
    for id in ids {
        let entity = super::of_record(atlas, id)?;
        let mut wanted = Wanted::of(&entity);
        asked.add(atlas, &entity, &mut wanted)?;
        let mut by_kind = Map::new();
        for kind in &kinds {
            let mut by_mode = Map::new();
            for mode in &modes {
                let sections = laid_out(atlas, &entity, *kind, *mode);
                wanted.add_layout(atlas, &sections)?;
                let answer = one(atlas, &entity, *kind, *mode, entity.default_record_type());
                if let (Kind::Full, Some(layout)) = (kind, answer.get("id").and_then(Value::as_str)) {
                    states.insert(layout.to_owned(), user_state(layout, &sections));
                }
                by_mode.insert(mode.name().to_owned(), answer);
            }
            by_kind.insert(kind.name().to_owned(), Value::Object(by_mode));
        }
        let record = record::read(atlas, &entity, &wanted, reader, id)?;
        let key = text(&record, "id").to_owned();
        let record_type =
            record.get("recordTypeId").and_then(Value::as_str).unwrap_or_else(|| entity.default_record_type());
        layouts.insert(entity.name().to_owned(), json!({ record_type: by_kind }));
        objects.insert(entity.name().to_owned(), info::object(atlas, &entity));
        records.insert(key, record);
    }
    let mut answer = json!({
        "eTag": "",
        "layoutUserStates": states,
        "layouts": layouts,
        "objectInfos": objects,
        "records": records,
    });
    tag(&mut answer);
    Ok(answer)
}

fn user_state(layout: &str, sections: &[Section<'_>]) -> Value {
    let states: Map<String, Value> =
        sections.iter().map(|section| (section.id.clone(), json!({ "collapsed": false, "id": section.id }))).collect();
    json!({ "id": layout, "sectionUserStates": states })
}

/// `record-defaults/create/NAME`; `template`: without the layout. `source`: the record to be cloned.
pub(super) fn defaults(
    atlas: &Atlas<'_>,
    reader: &Reader,
    entity: &std::rc::Rc<Entity>,
    call: &Call<'_>,
    template: bool,
    source: Option<&str>,
) -> Result<Value, SfError> {
    if !entity.is("createable") {
        let told = format!("{} records can't be created by you", entity.name());
        return Err(SfError::new(403, "INSUFFICIENT_ACCESS", told));
    }
    let record_type = call.param("recordTypeId").unwrap_or_else(|| entity.default_record_type());
    let kind = entity.record_type(record_type).ok_or_else(|| illegal(&format!("{record_type} is no record type")))?;
    let sections = laid_out(atlas, entity, Kind::Full, Mode::Create);
    let mut wanted = Wanted::of(entity);
    wanted.add_layout(atlas, &sections)?;
    let original = match source {
        Some(id) => Some(record::read(atlas, entity, &wanted, reader, id)?),
        None => None,
    };
    let fields = match &original {
        Some(original) => copied(entity, original),
        None => preset(atlas, reader, entity, &sections, record_type),
    };
    let record = json!({
        "apiName": entity.name(),
        "childRelationships": {},
        "eTag": null,
        "fields": fields,
        "id": null,
        "lastModifiedById": null,
        "lastModifiedDate": null,
        "recordTypeId": record_type,
        "recordTypeInfo": (entity.list("recordTypeInfos").len() > 1).then(|| type_info(kind)),
        "systemModstamp": null,
        "weakEtag": 0,
    });
    let objects = json!({ entity.name(): info::object(atlas, entity) });
    let mut answer = json!({ "eTag": "", "layout": null, "objectInfos": objects, "record": record });
    if let Some(map) = answer.as_object_mut() {
        if template {
            map.remove("layout");
        } else {
            map.insert("layout".to_owned(), one(atlas, entity, Kind::Full, Mode::Create, record_type));
        }
    }
    tag(&mut answer);
    Ok(answer)
}

/// What can be filled in, with what stands there at first; the owner is whoever asks, the record type the one asked for.
fn preset(
    atlas: &Atlas<'_>,
    reader: &Reader,
    entity: &Entity,
    sections: &[Section<'_>],
    record_type: &str,
) -> Map<String, Value> {
    let mut fields = Map::new();
    let shown = sections.iter().flat_map(|section| &section.rows).flatten().flat_map(|item| &item.fields);
    for field in shown.flat_map(|field| match entity.parts(text(field, "name")) {
        parts if parts.is_empty() => vec![*field],
        parts => parts,
    }) {
        let value = field.get("defaultValue").unwrap_or(&Value::Null);
        fields.insert(text(field, "name").to_owned(), field_value(reader, Some(field), value));
    }
    for (name, value) in [("OwnerId", atlas.caller.user.id.as_str()), ("RecordTypeId", record_type)] {
        if entity.field(name).is_some() {
            fields.insert(name.to_owned(), json!({ "displayValue": null, "value": value }));
        }
    }
    fields
}

/// The fields of a record that a copy of it may have.
fn copied(entity: &Entity, original: &Value) -> Map<String, Value> {
    let fields = original.get("fields").and_then(Value::as_object).into_iter().flatten();
    let may = |name: &str| {
        let field = entity.field(name).or_else(|| entity.relation(name));
        field.is_some_and(|field| flag(field, "createable") && !flag(field, "unique"))
    };
    fields.filter(|(name, _)| may(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
