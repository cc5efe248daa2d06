//! What hangs on a record: child records, related lists, and what a lookup field would offer.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_related_list.htm>

use super::super::metadata::atlas::{Atlas, Entity, list, text};
use super::super::metadata::layout::label;
use super::super::metadata::page::{related_columns, related_lists};
use super::super::metadata::setup::{icon_url, setup};
use super::super::metadata::view::{self, Column, escaped};
use super::super::route::Call;
use super::display::Reader;
use super::list::{Paging, display_column, preferences, sorting};
use super::record::{Wanted, represent, tag};
use super::{Asked, illegal, known, not_found, of_record};
use crate::demo::data::SfError;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Records of a page, when nothing is said.
const CHILDREN: usize = 5;
const RELATED: usize = 50;
const SUGGESTED: usize = 25;

/// Everything below `related-list-…` and `lookups`.
pub(super) fn serve(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    match rest {
        ["related-list-info", "batch", object, names] => {
            let parent = known(atlas, object)?;
            Ok(super::batch(super::split(Some(names)).map(|name| info(atlas, &parent, name))))
        }
        ["related-list-info", object] => Ok(all(atlas, &*known(atlas, object)?)),
        ["related-list-info", object, name] => info(atlas, &known(atlas, object)?, name),
        ["related-list-records", id, name] => records(atlas, reader, call, id, name),
        ["related-list-count", id, name] => count(atlas, call, id, name),
        ["lookups", object, field] => lookups(atlas, reader, call, &*known(atlas, object)?, field),
        ["lookups", object, field, target] => {
            let targets = targets(atlas, &*known(atlas, object)?, field)?;
            let target = targets.into_iter().find(|entity| entity.name().eq_ignore_ascii_case(target));
            let target = target.ok_or_else(|| illegal(&format!("{field} does not lead there")))?;
            suggestions(atlas, reader, call, object, field, &target).map(Value::Object)
        }
        _ => Err(not_found()),
    }
}

/// The child relationship of this name and the object at its end.
fn relation(atlas: &Atlas<'_>, parent: &Entity, name: &str) -> Result<(Value, Rc<Entity>), SfError> {
    let child = parent
        .child(name)
        .filter(|_| !name.is_empty())
        .ok_or_else(|| illegal(&format!("{name} is no child relationship of {}", parent.name())))?;
    Ok((child.clone(), known(atlas, text(child, "childSObject"))?))
}

fn columns(atlas: &Atlas<'_>, child: &Value, other: &Entity) -> Vec<Column> {
    let fields = related_columns(child, other);
    fields.iter().filter_map(|field| view::column(atlas, other, text(field, "name"))).collect()
}

/// The records at the other end of a relationship, whole pages of them.
struct Ends<'s> {
    entity: &'s Rc<Entity>,
    /// The condition in SOQL.
    condition: String,
    /// The order in SOQL.
    order: String,
    url: String,
}

fn fetch(
    atlas: &Atlas<'_>,
    reader: &Reader,
    ends: &Ends<'_>,
    wanted: &Wanted,
    paging: &Paging,
) -> Result<Map<String, Value>, SfError> {
    let soql = format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
        wanted.columns(),
        ends.entity.name(),
        ends.condition,
        ends.order,
        paging.size + 1,
        paging.offset
    );
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 2_000)?;
    let records = list(&found, "records");
    let shown = records.iter().take(paging.size).map(|record| represent(wanted, reader, record)).collect();
    Ok(paging.collection(&ends.url, shown, records.len() > paging.size))
}

/// A record that is there and seen: the answers below are empty for want of children only.
fn parent_of(atlas: &Atlas<'_>, id: &str) -> Result<Rc<Entity>, SfError> {
    let parent = of_record(atlas, id)?;
    let soql = format!("SELECT Id FROM {} WHERE Id = '{id}'", parent.name());
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 1)?;
    if list(&found, "records").is_empty() { Err(not_found()) } else { Ok(parent) }
}

fn order_of(atlas: &Atlas<'_>, call: &Call<'_>, entity: &Entity) -> Result<String, SfError> {
    Ok(match sorting(atlas, entity, call)? {
        Some(order) => order,
        None => entity.name_field().map_or("Id ASC".to_owned(), |name| format!("{name} ASC, Id ASC")),
    })
}

/// `records/ID/child-relationships/NAME`.
pub(super) fn children(
    atlas: &Atlas<'_>,
    reader: &Reader,
    call: &Call<'_>,
    id: &str,
    name: &str,
) -> Result<Value, SfError> {
    let parent = parent_of(atlas, id)?;
    let (child, other) = relation(atlas, &parent, name)?;
    let mut wanted = Wanted::of(&other);
    if let Some(name) = other.name_field() {
        wanted.add(atlas, name)?;
    }
    Asked::of(call, false).add(atlas, &other, &mut wanted)?;
    let ends = Ends {
        entity: &other,
        condition: format!("{} = '{id}'", text(&child, "field")),
        order: order_of(atlas, call, &other)?,
        url: format!(
            "/services/data/v{}/ui-api/records/{id}/child-relationships/{}",
            atlas.version,
            text(&child, "relationshipName")
        ),
    };
    fetch(atlas, reader, &ends, &wanted, &Paging::of(call, CHILDREN)?).map(Value::Object)
}

fn reference(parent: &Entity, child: &Value, record: Option<&str>) -> Value {
    json!({
        "id": null,
        "inContextOfRecordId": record,
        "listViewApiName": null,
        "objectApiName": null,
        "parentObjectApiName": parent.name(),
        "recordTypeId": null,
        "relatedListId": text(child, "relationshipName"),
        "type": "relatedList",
    })
}

/// `related-list-info/NAME`: the related lists of an object.
fn all(atlas: &Atlas<'_>, parent: &Entity) -> Value {
    let one = |(child, other): &(&Value, Rc<Entity>)| {
        let name = text(child, "relationshipName");
        let (colour, icon) = setup().looks(other.name());
        json!({
            "entityLabel": other.text("label"),
            "fieldApiName": text(child, "field"),
            "keyPrefix": other.prefix(),
            "label": other.text("labelPlural"),
            "objectApiName": other.name(),
            "relatedListId": name,
            "relatedListInfoUrl":
                format!("/services/data/v{}/ui-api/related-list-info/{}/{name}", atlas.version, parent.name()),
            "themeInfo": { "color": colour, "iconUrl": icon_url(atlas.caller, icon) },
        })
    };
    let lists: Vec<Value> = related_lists(atlas, parent).iter().map(one).collect();
    let mut answer = json!({
        "eTag": "",
        "parentObjectApiName": parent.name(),
        "parentRecordTypeId": parent.default_record_type(),
        "relatedLists": lists,
    });
    tag(&mut answer);
    answer
}

/// `related-list-info/NAME/LIST`.
fn info(atlas: &Atlas<'_>, parent: &Rc<Entity>, name: &str) -> Result<Value, SfError> {
    let (child, other) = relation(atlas, parent, name)?;
    let columns = columns(atlas, &child, &other);
    let order = other
        .name_field()
        .and_then(|name| other.field(name))
        .map(|field| json!({ "fieldApiName": text(field, "name"), "isAscending": true, "label": label(field) }));
    let mut answer = json!({
        "cloneable": false,
        "createable": false,
        "deletable": false,
        "displayColumns": columns.iter().map(display_column).collect::<Vec<_>>(),
        "eTag": "",
        "filterLogicString": null,
        "filteredByInfo": [],
        "label": other.text("labelPlural"),
        "listReference": reference(parent, &child, None),
        "objectApiNames": [other.name()],
        "orderedByInfo": order.into_iter().collect::<Vec<_>>(),
        "updateable": false,
        "userPreferences": preferences(columns.iter()),
        "visibility": "Public",
        "visibilityEditable": false,
    });
    tag(&mut answer);
    Ok(answer)
}

/// `related-list-records/ID/LIST`.
fn records(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, id: &str, name: &str) -> Result<Value, SfError> {
    let parent = parent_of(atlas, id)?;
    let (child, other) = relation(atlas, &parent, name)?;
    let asked = Asked::of(call, true);
    let mut wanted = Wanted::of(&other);
    if asked.is_empty() {
        for column in columns(atlas, &child, &other) {
            wanted.add(atlas, &column.path)?;
        }
    }
    asked.add(atlas, &other, &mut wanted)?;
    let paging = Paging::of(call, RELATED)?;
    let ends = Ends {
        entity: &other,
        condition: format!("{} = '{id}'", text(&child, "field")),
        order: order_of(atlas, call, &other)?,
        url: format!(
            "/services/data/v{}/ui-api/related-list-records/{id}/{}",
            atlas.version,
            text(&child, "relationshipName")
        ),
    };
    let mut answer = fetch(atlas, reader, &ends, &wanted, &paging)?;
    let mut put = |key: &str, value: Value| answer.insert(key.to_owned(), value);
    put("fields", json!(asked.fields));
    put("listInfoETag", json!(text(&info(atlas, &parent, name)?, "eTag")));
    put("listReference", reference(&parent, &child, Some(id)));
    put("optionalFields", json!(asked.optional));
    put("pageSize", json!(paging.size));
    put("sortBy", json!(super::split(call.param("sortBy")).collect::<Vec<_>>()));
    Ok(Value::Object(answer))
}

/// `related-list-count/ID/LIST?maxCount=`.
fn count(atlas: &Atlas<'_>, call: &Call<'_>, id: &str, name: &str) -> Result<Value, SfError> {
    let parent = parent_of(atlas, id)?;
    let (child, other) = relation(atlas, &parent, name)?;
    let most = call.param("maxCount").and_then(|text| text.parse::<u64>().ok()).unwrap_or(10).min(2_000);
    let soql = format!("SELECT COUNT() FROM {} WHERE {} = '{id}'", other.name(), text(&child, "field"));
    let found = atlas.caller.viewer.query(atlas.version, &soql, false, 1)?;
    let total = found.get("totalSize").and_then(Value::as_u64).unwrap_or(0);
    Ok(json!({
        "count": total.min(most),
        "hasMore": total > most,
        "listReference": reference(&parent, &child, Some(id)),
    }))
}

/// The objects a lookup field leads to.
fn targets(atlas: &Atlas<'_>, entity: &Entity, name: &str) -> Result<Vec<Rc<Entity>>, SfError> {
    let field = entity.field(name).filter(|field| text(field, "type") == "reference");
    let field = field.ok_or_else(|| illegal(&format!("{name} is no lookup field of {}", entity.name())))?;
    Ok(list(field, "referenceTo").iter().filter_map(|to| known(atlas, to.as_str()?).ok()).collect())
}

fn lookups(
    atlas: &Atlas<'_>,
    reader: &Reader,
    call: &Call<'_>,
    entity: &Entity,
    field: &str,
) -> Result<Value, SfError> {
    let mut results = Map::new();
    for target in targets(atlas, entity, field)? {
        let found = suggestions(atlas, reader, call, entity.name(), field, &target)?;
        results.insert(target.name().to_owned(), Value::Object(found));
    }
    Ok(json!({ "lookupResults": results }))
}

/// Records whose name begins with what was typed, or has it in it where a whole search is asked for.
fn suggestions(
    atlas: &Atlas<'_>,
    reader: &Reader,
    call: &Call<'_>,
    object: &str,
    field: &str,
    target: &Rc<Entity>,
) -> Result<Map<String, Value>, SfError> {
    let name = target.name_field().ok_or_else(not_found)?;
    let mut wanted = Wanted::of(target);
    wanted.add(atlas, name)?;
    // The second line of a suggestion.
    for column in view::columns(atlas, target).iter().filter(|column| !column.hidden).take(2) {
        wanted.add(atlas, &column.path)?;
    }
    let typed = escaped(call.param("q").unwrap_or_default());
    let whole = call.param("searchType") == Some("Search");
    let condition = match (typed.is_empty(), whole) {
        (true, _) => format!("{name} != null"),
        (false, true) => format!("{name} LIKE '%{typed}%'"),
        (false, false) => format!("({name} LIKE '{typed}%' OR {name} LIKE '% {typed}%')"),
    };
    let url = format!("/services/data/v{}/ui-api/lookups/{object}/{field}/{}", atlas.version, target.name());
    let ends = Ends { entity: target, condition, order: format!("{name} ASC, Id ASC"), url };
    fetch(atlas, reader, &ends, &wanted, &Paging::of(call, SUGGESTED)?)
}
