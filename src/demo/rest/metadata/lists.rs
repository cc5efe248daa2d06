//! `sobjects/NAME/listviews`: the views of an object, and what they show when they are run.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm>

use super::atlas::{Atlas, Entity, list, text};
use super::view::{self, Column, ListView, Reach};
use crate::demo::data::SfError;
use crate::demo::rest::route::Call;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Records of one answer, when nothing is said and at most.
const USUAL: usize = 25;
const MOST: usize = 2_000;

/// All views, or those used lately.
pub(super) fn all(atlas: &Atlas<'_>, entity: &Rc<Entity>, recent: bool) -> Value {
    let views = view::of(atlas, entity);
    let wanted = views.iter().filter(|view| !recent || view.reach != Reach::Everything);
    let listed: Vec<Value> = wanted.map(|view| brief(atlas, view)).collect();
    json!({
        "done": true,
        "listviews": listed,
        "nextRecordsUrl": null,
        "size": listed.len(),
        "sobjectType": entity.name(),
    })
}

/// One view: its names and addresses.
pub(super) fn brief(atlas: &Atlas<'_>, view: &ListView) -> Value {
    let url = format!("/services/data/v{}/sobjects/{}/listviews/{}", atlas.version, view.entity.name(), view.id);
    json!({
        "describeUrl": format!("{url}/describe"),
        "developerName": view.name,
        "id": view.id,
        "label": view.label,
        "resultsUrl": format!("{url}/results"),
        "soqlCompatible": true,
        "url": url,
    })
}

/// One view whole: columns, order, conditions and query.
pub(super) fn describe(view: &ListView) -> Value {
    let order: Vec<Value> = view
        .ordered()
        .iter()
        .map(|path| json!({ "fieldNameOrPath": path, "nullsPosition": "first", "sortDirection": "ascending" }))
        .collect();
    json!({
        "columns": columns(view),
        "id": view.id,
        "orderBy": order,
        "query": view.soql(true),
        "relatedEntityId": null,
        "scope": view.reach.name(),
        "scopeEntityId": null,
        "sobjectType": view.entity.name(),
        "whereCondition": condition(view),
    })
}

/// The records of a view, a column at a time.
pub(super) fn results(atlas: &Atlas<'_>, call: &Call<'_>, view: &ListView) -> Result<Value, SfError> {
    let number = |name: &str| call.param(name).and_then(|text| text.parse::<usize>().ok());
    let limit = number("limit").unwrap_or(USUAL).clamp(1, MOST);
    let page = run(atlas, view, limit, number("offset").unwrap_or(0))?;
    let records: Vec<Value> = page
        .records
        .iter()
        .map(|record| {
            let one = |column: &Column| json!({ "fieldNameOrPath": column.path, "value": value(record, column) });
            json!({ "columns": view.columns.iter().map(one).collect::<Vec<_>>() })
        })
        .collect();
    Ok(json!({
        "columns": columns(view),
        "developerName": view.name,
        "done": !page.more,
        "id": view.id,
        "label": view.label,
        "records": records,
        "size": records.len(),
    }))
}

/// Some records of a view.
pub(in crate::demo::rest) struct Page {
    /// As a query answers them.
    pub(in crate::demo::rest) records: Vec<Value>,
    pub(in crate::demo::rest) more: bool,
}

/// Runs a view's query. One record more than wanted is asked for, to know whether there is one.
pub(in crate::demo::rest) fn run(
    atlas: &Atlas<'_>,
    view: &ListView,
    limit: usize,
    offset: usize,
) -> Result<Page, SfError> {
    let columns: Vec<String> = view.columns.iter().map(|column| column.selected(false)).collect();
    select(atlas, view, &columns.join(", "), &view.rest(), limit, offset)
}

/// The same with other columns and another order; `rest` is what follows the scope in SOQL.
pub(in crate::demo::rest) fn select(
    atlas: &Atlas<'_>,
    view: &ListView,
    columns: &str,
    rest: &str,
    limit: usize,
    offset: usize,
) -> Result<Page, SfError> {
    let name = view.entity.name();
    let viewer = &atlas.caller.viewer;
    let recent = || {
        let basic = viewer.sobject_basic(atlas.version, name)?;
        let ids = list(&basic, "recentItems").iter().map(|item| format!("'{}'", text(item, "Id")));
        Ok::<_, SfError>(ids.collect::<Vec<_>>().join(","))
    };
    let soql = match view.reach {
        Reach::Everything => format!("SELECT {columns} FROM {name}{rest}"),
        Reach::Mine => format!("SELECT {columns} FROM {name} USING SCOPE mine{rest}"),
        Reach::Recent => match recent()? {
            ids if ids.is_empty() => return Ok(Page { records: Vec::new(), more: false }),
            ids => format!("SELECT {columns} FROM {name} WHERE Id IN ({ids}){rest}"),
        },
    };
    let soql = format!("{soql} LIMIT {} OFFSET {offset}", limit + 1);
    let mut found = viewer.query(atlas.version, &soql, false, MOST)?;
    let mut records = match found.get_mut("records").map(Value::take) {
        Some(Value::Array(records)) => records,
        _ => Vec::new(),
    };
    let more = records.len() > limit || found.get("done") == Some(&Value::Bool(false));
    records.truncate(limit);
    Ok(Page { records, more })
}

fn columns(view: &ListView) -> Vec<Value> {
    let first = view.ordered().first().copied().unwrap_or_default().to_owned();
    let one = |column: &Column| {
        let sorted = column.path == first;
        let (up, down) = directions(&column.kind);
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("ascendingLabel", if column.sortable && !column.hidden { json!(up) } else { Value::Null });
        put("descendingLabel", if column.sortable && !column.hidden { json!(down) } else { Value::Null });
        put("fieldNameOrPath", json!(column.path));
        put("hidden", json!(column.hidden));
        put("label", json!(column.label));
        put("searchable", json!(["string", "email", "phone", "url"].contains(&column.kind.as_str())));
        put("selectListItem", json!(column.selected(true)));
        put("sortDirection", if sorted { json!("ascending") } else { Value::Null });
        put("sortIndex", if sorted { json!(0) } else { Value::Null });
        put("sortable", json!(column.sortable));
        put("type", json!(column.kind));
        Value::Object(map)
    };
    view.columns.iter().map(one).collect()
}

/// What the two directions of sorting are called.
fn directions(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "date" | "datetime" => ("New to Old", "Old to New"),
        "picklist" | "multipicklist" | "currency" | "percent" | "int" | "double" => ("Low to High", "High to Low"),
        "phone" => ("9-0", "0-9"),
        _ => ("Z-A", "A-Z"),
    }
}

fn condition(view: &ListView) -> Value {
    let one = |filter: &view::Filter| json!({ "field": filter.field, "operator": filter.operator, "values": filter.literals() });
    match view.filters.as_slice() {
        [filter] => one(filter),
        filters => json!({ "conditions": filters.iter().map(one).collect::<Vec<_>>(), "conjunction": "and" }),
    }
}

/// A value of a record at a column's path: text, or null.
fn value(record: &Value, column: &Column) -> Value {
    let found = column.path.split('.').try_fold(record, |value, name| value.get(name));
    match found {
        None | Some(Value::Null) => Value::Null,
        Some(Value::String(text)) if column.kind == "datetime" => {
            json!(java_date(text).unwrap_or_else(|| text.clone()))
        }
        Some(Value::String(text)) => json!(text),
        Some(other) => json!(other.to_string()),
    }
}

/// A moment as list views write it: `Sat Jan 31 10:20:30 GMT 2026`.
fn java_date(text: &str) -> Option<String> {
    let moment = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?;
    Some(moment.strftime("%a %b %d %H:%M:%S GMT %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_list_views_do() {
        assert_eq!(java_date("2026-01-31T10:20:30.000+0000").as_deref(), Some("Sat Jan 31 10:20:30 GMT 2026"));
        assert_eq!(java_date("yesterday"), None);
    }
}
