//! List views as UI API answers them: what a list is, its records, and both.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_list_view_ui.htm>

use super::super::metadata::atlas::{Atlas, Entity, text};
use super::super::metadata::lists;
use super::super::metadata::view::{self, Column, Filter, ListView, Reach, escaped};
use super::super::route::Call;
use super::display::Reader;
use super::record::{Wanted, represent, tag};
use super::{Asked, illegal, known, not_found, split};
use crate::demo::data::SfError;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Records of a page, when nothing is said and at most.
const USUAL: usize = 50;
const MOST: usize = 2_000;

/// Which part of a list is wanted: the tokens are counts of records.
pub(super) struct Paging {
    pub(super) size: usize,
    pub(super) offset: usize,
}

impl Paging {
    pub(super) fn of(call: &Call<'_>, usual: usize) -> Result<Self, SfError> {
        let size = match call.param("pageSize").map(str::parse) {
            None => usual,
            Some(Ok(size)) if (1..=MOST).contains(&size) => size,
            Some(_) => {
                let told = format!("pageSize parameter must be between 1 and {MOST}");
                return Err(SfError::new(400, "NUMBER_OUTSIDE_VALID_RANGE", told));
            }
        };
        let token = call.param("pageToken").or_else(|| call.param("page")).filter(|token| !token.is_empty());
        let offset = match token.map(|token| (token, token.parse::<usize>())) {
            None => 0,
            Some((_, Ok(offset))) => offset,
            Some((token, Err(_))) => return Err(illegal(&format!("For input string: \"{token}\""))),
        };
        Ok(Self { size, offset })
    }

    /// The keys that every collection has: how many, and where the pages before and behind lie.
    pub(super) fn collection(&self, url: &str, records: Vec<Value>, more: bool) -> Map<String, Value> {
        let size = self.size;
        let at = |offset: usize| json!(format!("{url}?pageSize={size}&pageToken={offset}"));
        let next = more.then_some(self.offset + size);
        let previous = (self.offset > 0).then(|| self.offset.saturating_sub(size));
        let token = |offset: Option<usize>| offset.map_or(Value::Null, |offset| json!(offset.to_string()));
        let link = |offset: Option<usize>| offset.map_or(Value::Null, at);
        let pairs = [
            ("count", json!(records.len())),
            ("currentPageToken", token(Some(self.offset))),
            ("currentPageUrl", at(self.offset)),
            ("nextPageToken", token(next)),
            ("nextPageUrl", link(next)),
            ("previousPageToken", token(previous)),
            ("previousPageUrl", link(previous)),
            ("records", Value::Array(records)),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// Everything below `list-…` and `mru-list-…`.
pub(super) fn serve(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    let by_id = |id: &str| view::by_id(atlas, id).ok_or_else(not_found);
    let named = |object: &str, name: &str| view::find(atlas, &known(atlas, object)?, name);
    let recent = |object: &str| {
        let views = view::of(atlas, &known(atlas, object)?);
        views.into_iter().find(|view| view.reach == Reach::Recent).ok_or_else(not_found)
    };
    match rest {
        ["list-ui", key] if !key.starts_with("00B") => collection(atlas, call, &known(atlas, key)?),
        ["list-info", id] => by_id(id).map(|view| info(&view, false)),
        ["list-info", object, name] => named(object, name).map(|view| info(&view, false)),
        ["list-records", id] => records(atlas, reader, call, &by_id(id)?, false),
        ["list-records", object, name] => records(atlas, reader, call, &named(object, name)?, false),
        ["list-ui", id] => both(atlas, reader, call, &by_id(id)?, false),
        ["list-ui", object, name] => both(atlas, reader, call, &named(object, name)?, false),
        ["mru-list-info", object] => recent(object).map(|view| info(&view, true)),
        ["mru-list-records", object] => records(atlas, reader, call, &recent(object)?, true),
        ["mru-list-ui", object] => both(atlas, reader, call, &recent(object)?, true),
        _ => Err(not_found()),
    }
}

fn both(atlas: &Atlas<'_>, reader: &Reader, call: &Call<'_>, view: &ListView, recent: bool) -> Result<Value, SfError> {
    let mut answer =
        json!({ "eTag": "", "info": info(view, recent), "records": records(atlas, reader, call, view, recent)? });
    tag(&mut answer);
    Ok(answer)
}

/// How a list is named.
fn reference(view: &ListView, recent: bool) -> Value {
    json!({
        "id": (!recent).then_some(&view.id),
        "listViewApiName": (!recent).then_some(&view.name),
        "objectApiName": view.entity.name(),
        "type": if recent { "mru" } else { "listView" },
    })
}

/// What a list is: its columns, conditions, order.
fn info(view: &ListView, recent: bool) -> Value {
    let filters: Vec<Value> = view.filters.iter().map(filter).collect();
    let sorted = view.ordered().first().and_then(|path| view.columns.iter().find(|column| column.path == *path));
    let order = sorted.map(|column| json!({ "fieldApiName": column.path, "isAscending": true, "label": column.label }));
    let own = !recent && view.reach != Reach::Recent;
    let mut answer = json!({
        "cloneable": own,
        "createable": own,
        "deletable": false,
        "displayColumns": view.shown().map(display_column).collect::<Vec<_>>(),
        "eTag": "",
        "filterLogicString": null,
        "filteredByInfo": filters,
        "label": view.label,
        "listReference": reference(view, recent),
        "orderedByInfo": order.into_iter().collect::<Vec<_>>(),
        "updateable": false,
        "userPreferences": preferences(view.shown()),
        "visibility": "Public",
        "visibilityEditable": false,
    });
    tag(&mut answer);
    answer
}

fn filter(filter: &Filter) -> Value {
    let mut letters = filter.operator.chars();
    let operator: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    json!({
        "fieldApiName": filter.field,
        "label": filter.label,
        "operandLabels": filter.values,
        "operator": operator,
    })
}

pub(super) fn display_column(column: &Column) -> Value {
    json!({
        "fieldApiName": column.path,
        "label": column.label,
        "lookupId": column.lookup,
        "sortable": column.sortable,
    })
}

/// How wide a user's columns are: as they come.
pub(super) fn preferences<'c>(columns: impl Iterator<Item = &'c Column> + Clone) -> Value {
    let widths: Map<String, Value> = columns.clone().map(|column| (column.path.clone(), json!(-1))).collect();
    let wraps: Map<String, Value> = columns.map(|column| (column.path.clone(), json!(false))).collect();
    json!({ "columnWidths": widths, "columnWrap": wraps })
}

/// The records of a list: `?fields=&optionalFields=&pageSize=&pageToken=&sortBy=&searchTerm=`.
fn records(
    atlas: &Atlas<'_>,
    reader: &Reader,
    call: &Call<'_>,
    view: &ListView,
    recent: bool,
) -> Result<Value, SfError> {
    let paging = Paging::of(call, USUAL)?;
    let asked = Asked::of(call, true);
    let mut wanted = Wanted::of(&view.entity);
    for column in &view.columns {
        wanted.add(atlas, &column.path)?;
    }
    wanted.add(atlas, "LastModifiedById")?;
    asked.add(atlas, &view.entity, &mut wanted)?;
    let search = call.param("searchTerm").filter(|term| !term.is_empty());
    let mut rest = view.rest();
    if let Some(sort) = sorting(atlas, &view.entity, call)? {
        let condition = rest.split(" ORDER BY ").next().unwrap_or_default();
        rest = format!("{condition} ORDER BY {sort}");
    }
    if let (Some(term), Some(name)) = (search, view.entity.name_field()) {
        let (condition, order) = rest.split_once(" ORDER BY ").unwrap_or((&rest, "Id"));
        let and = if condition.is_empty() { " WHERE" } else { " AND" };
        rest = format!("{condition}{and} {name} LIKE '%{}%' ORDER BY {order}", escaped(term));
    }
    let page = lists::select(atlas, view, &wanted.columns(), &rest, paging.size, paging.offset)?;
    let found = page.records.iter().map(|record| represent(&wanted, reader, record)).collect();
    let url = match recent {
        true => format!("/services/data/v{}/ui-api/mru-list-records/{}", atlas.version, view.entity.name()),
        false => format!("/services/data/v{}/ui-api/list-records/{}", atlas.version, view.id),
    };
    let mut answer = paging.collection(&url, found, page.more);
    let mut put = |key: &str, value: Value| answer.insert(key.to_owned(), value);
    put("fields", json!(asked.fields));
    put("listInfoETag", json!(text(&info(view, recent), "eTag")));
    put("listReference", reference(view, recent));
    put("optionalFields", json!(asked.optional));
    put("pageSize", json!(paging.size));
    put("searchTerm", json!(search));
    put("sortBy", json!(call.param("sortBy")));
    put("where", Value::Null);
    Ok(Value::Object(answer))
}

/// `sortBy=Name` or `sortBy=-Name` as SOQL orders. Paths come from the object's own fields, whatever was written.
pub(super) fn sorting(atlas: &Atlas<'_>, entity: &Entity, call: &Call<'_>) -> Result<Option<String>, SfError> {
    let mut orders = Vec::new();
    for part in split(call.param("sortBy")) {
        let (path, direction) = part.strip_prefix('-').map_or((part, "ASC"), |path| (path, "DESC"));
        let own = path.split_once('.').filter(|(object, _)| object.eq_ignore_ascii_case(entity.name()));
        let column = view::column(atlas, entity, own.map_or(path, |(_, path)| path)).filter(|column| column.sortable);
        let column = column.ok_or_else(|| illegal(&format!("{path} is nothing to sort by")))?;
        orders.push(format!("{} {direction} NULLS {}", column.path, if direction == "ASC" { "FIRST" } else { "LAST" }));
    }
    Ok((!orders.is_empty()).then(|| orders.join(", ")))
}

/// `list-ui/NAME`: the lists of an object. `?pageSize=&pageToken=&q=&recentListsOnly=`.
fn collection(atlas: &Atlas<'_>, call: &Call<'_>, entity: &Rc<Entity>) -> Result<Value, SfError> {
    let paging = Paging::of(call, 20)?;
    let only_recent = call.param("recentListsOnly") == Some("true");
    let wanted = call.param("q").unwrap_or_default().to_lowercase();
    let fits = |view: &ListView| {
        view.label.to_lowercase().contains(&wanted) && (!only_recent || view.reach != Reach::Everything)
    };
    let views: Vec<ListView> = view::of(atlas, entity).into_iter().filter(fits).collect();
    let more = views.len() > paging.offset + paging.size;
    let one = |view: &ListView| {
        json!({
            "apiName": view.name,
            "id": view.id,
            "label": view.label,
            "listUiUrl": format!("/services/data/v{}/ui-api/list-ui/{}", atlas.version, view.id),
        })
    };
    let lists: Vec<Value> = views.iter().skip(paging.offset).take(paging.size).map(one).collect();
    let url = format!("/services/data/v{}/ui-api/list-ui/{}", atlas.version, entity.name());
    let mut answer = paging.collection(&url, lists, more);
    if let Some(lists) = answer.shift_remove("records") {
        answer.insert("lists".to_owned(), lists);
    }
    for (key, value) in [
        ("eTag", json!("")),
        ("objectApiName", json!(entity.name())),
        ("pageSize", json!(paging.size)),
        ("queryString", json!(call.param("q"))),
        ("recentListsOnly", json!(only_recent)),
    ] {
        answer.insert(key.to_owned(), value);
    }
    let mut answer = Value::Object(answer);
    tag(&mut answer);
    Ok(answer)
}
