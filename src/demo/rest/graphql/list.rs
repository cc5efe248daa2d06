//! Lists of records, page by page.
//!
//! A list is one SOQL query, whether it stands at the top or below a record; what the selection needs of a record and of
//! its parents is selected with it. A cursor is `v1:POSITION`, or `v2:LOCATOR:POSITION` where an `upperBound` made the
//! list too long for OFFSET, in base64.

use super::filter::{self, refuse};
use super::model::Object;
use super::record::{Node, below, columns, fields_of};
use super::resolve::{Found, Json, Scene};
use apollo_compiler::executable::{Field, SelectionSet};
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Records of a page when nothing is said, and at most.
const FIRST: u64 = 10;
const MOST: u64 = 2_000;
/// What a query costs, in values.
const QUERY: u64 = 20;

/// Where a page starts.
enum Start {
    Position(u64),
    Locator(String, u64),
}

/// A page of records.
pub(super) struct List<'a> {
    scene: &'a Scene<'a>,
    object: &'a Object,
    /// Names of its type and of its edges'.
    names: (String, String),
    /// FROM and WHERE, to count.
    from: String,
    records: Vec<Value>,
    /// Position of the first.
    start: u64,
    more: bool,
    locator: Option<String>,
    total: Option<u64>,
}

/// FROM, scope and WHERE of a list, without ORDER BY.
pub(super) fn from(
    scene: &Scene<'_>,
    object: &Object,
    extra: Option<String>,
    field: &Field,
) -> Result<String, FieldError> {
    let scope = scene.argument(field, "scope");
    let scope = scope.as_ref().and_then(Value::as_str).map(|scope| format!(" USING SCOPE {}", scope.to_lowercase()));
    let given = scene.argument(field, "where").unwrap_or(Value::Null);
    let conditions: Vec<String> =
        extra.into_iter().chain(filter::condition(scene.model, object, "", &given)?).collect();
    let tail = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    Ok(format!("FROM {}{}{tail}", object.name, scope.unwrap_or_default()))
}

/// `first`.
pub(super) fn first(scene: &Scene<'_>, field: &Field) -> Result<u64, FieldError> {
    let Some(given) = scene.argument(field, "first") else { return Ok(FIRST) };
    let count = given.as_u64().filter(|count| (1..=MOST).contains(count));
    count.ok_or_else(|| refuse(format!("The value of first must be between 1 and {MOST}, but it is {given}")))
}

/// `after`: the position behind the cursor.
pub(super) fn after(scene: &Scene<'_>, field: &Field) -> Result<u64, FieldError> {
    match start(scene, field)? {
        Start::Position(position) => Ok(position),
        Start::Locator(..) => Err(refuse("Invalid cursor")),
    }
}

fn start(scene: &Scene<'_>, field: &Field) -> Result<Start, FieldError> {
    let Some(given) = scene.argument(field, "after") else { return Ok(Start::Position(0)) };
    let read = || {
        let text = String::from_utf8(BASE64.decode(given.as_str()?).ok()?).ok()?;
        match text.split(':').collect::<Vec<_>>().as_slice() {
            ["v1", position] => Some(Start::Position(position.parse::<u64>().ok()?.checked_add(1)?)),
            ["v2", locator, position] if locator.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Some(Start::Locator((*locator).to_owned(), position.parse::<u64>().ok()?.checked_add(1)?))
            }
            _ => None,
        }
    };
    read().ok_or_else(|| refuse(format!("Invalid cursor: {given}")))
}

/// The cursor of the record at a position.
pub(super) fn cursor(locator: Option<&str>, position: u64) -> String {
    match locator {
        Some(locator) => BASE64.encode(format!("v2:{locator}:{position}")),
        None => BASE64.encode(format!("v1:{position}")),
    }
}

/// `…/query/LOCATOR-2000` without its position.
fn locator_of(answer: &Value) -> Option<String> {
    let url = answer.get("nextRecordsUrl")?.as_str()?;
    Some(url.rsplit('/').next()?.rsplit_once('-')?.0.to_owned())
}

/// The records of an answer.
pub(super) fn take_records(answer: &mut Value) -> Vec<Value> {
    answer.get_mut("records").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
}

impl<'a> List<'a> {
    /// Reads a page. `extra` is what a list below a record knows of its parent.
    pub(super) fn open(
        scene: &'a Scene<'a>,
        object: &'a Object,
        extra: Option<String>,
        fields: &'a [&'a Field],
    ) -> Result<Self, FieldError> {
        let field = fields.first().copied().ok_or_else(|| refuse("nothing is asked"))?;
        let mut list = Self {
            scene,
            object,
            names: (format!("{}Connection", object.name), format!("{}Edge", object.name)),
            from: from(scene, object, extra, field)?,
            records: Vec::new(),
            start: 0,
            more: false,
            locator: None,
            total: None,
        };
        let inner: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
        let inner = fields_of(scene, &inner);
        // Who asks for the count alone needs no records, and is told what is wrong all the same.
        first(scene, field)?;
        start(scene, field)?;
        if inner.iter().all(|field| ["totalCount", "__typename"].contains(&field.name.as_str())) {
            return Ok(list);
        }
        let edges = fields_of(scene, &below(&inner, "edges"));
        let wanted = columns(scene, object, &below(&edges, "node"))?;
        let given = scene.argument(field, "orderBy").unwrap_or(Value::Null);
        let order = filter::order(scene.model, object, "", &given);
        let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
        list.read(&format!("SELECT {wanted} {}{order}", list.from), field)?;
        scene.spend(QUERY + list.records.len() as u64)?;
        Ok(list)
    }

    fn read(&mut self, soql: &str, field: &Field) -> Result<(), FieldError> {
        let first = first(self.scene, field)?;
        let size = usize::try_from(first).unwrap_or(usize::MAX);
        let bound = self.scene.argument(field, "upperBound").and_then(|bound| bound.as_u64());
        let mut answer = match (start(self.scene, field)?, bound) {
            (Start::Position(position), None) => {
                self.start = position;
                let skip = if position > 0 { format!(" OFFSET {position}") } else { String::new() };
                let mut answer = self.scene.query(&format!("{soql} LIMIT {}{skip}", first + 1), size + 1)?;
                self.records = take_records(&mut answer);
                self.more = self.records.len() > size;
                self.records.truncate(size);
                return Ok(());
            }
            (Start::Position(0), Some(bound)) => self.scene.query(&format!("{soql} LIMIT {bound}"), size)?,
            (Start::Position(position), Some(bound)) => {
                let answer = self.scene.query(&format!("{soql} LIMIT {bound}"), 1)?;
                self.start = position;
                match locator_of(&answer) {
                    Some(locator) => self.go_on(&locator, position, size)?,
                    None => return Ok(()),
                }
            }
            (Start::Locator(locator, position), _) => {
                self.start = position;
                self.go_on(&locator, position, size)?
            }
        };
        self.total = answer.get("totalSize").and_then(Value::as_u64);
        self.locator = self.locator.take().or_else(|| locator_of(&answer));
        self.records = take_records(&mut answer);
        self.more = answer.get("done") == Some(&Value::Bool(false));
        Ok(())
    }

    fn go_on(&mut self, locator: &str, position: u64, size: usize) -> Result<Value, FieldError> {
        self.locator = Some(locator.to_owned());
        let (viewer, version) = (self.scene.viewer, self.scene.version);
        viewer.query_more(version, &format!("{locator}-{position}"), size).map_err(|_| refuse("Invalid cursor"))
    }

    fn page_info(&self) -> Value {
        let at = |position: u64| cursor(self.locator.as_deref(), position);
        let some = !self.records.is_empty();
        json!({
            "hasNextPage": self.more,
            "hasPreviousPage": self.start > 0,
            "startCursor": some.then(|| at(self.start)),
            "endCursor": some.then(|| at(self.start + self.records.len() as u64 - 1)),
        })
    }
}

impl ObjectValue for List<'_> {
    fn type_name(&self) -> &str {
        &self.names.0
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        match info.field_name() {
            "edges" => {
                let edges = self.records.iter().zip(self.start..);
                Ok(ResolvedValue::list(
                    edges.map(|(record, at)| ResolvedValue::object(Edge { list: self, record, at })),
                ))
            }
            "pageInfo" => Ok(ResolvedValue::object(Json::new("PageInfo", self.page_info()))),
            "pageResultCount" => Ok(ResolvedValue::leaf(self.records.len() as u64)),
            "totalCount" => match self.total {
                Some(total) => Ok(ResolvedValue::leaf(total)),
                None => Ok(ResolvedValue::leaf(self.scene.count(&self.from)?)),
            },
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

struct Edge<'a> {
    list: &'a List<'a>,
    record: &'a Value,
    at: u64,
}

impl ObjectValue for Edge<'_> {
    fn type_name(&self) -> &str {
        &self.list.names.1
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        match info.field_name() {
            "cursor" => Ok(ResolvedValue::leaf(cursor(self.list.locator.as_deref(), self.at))),
            "node" => {
                let (scene, object) = (self.list.scene, self.list.object);
                Ok(ResolvedValue::object(Node { scene, object, record: Cow::Borrowed(self.record) }))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
