//! Groups of records: `aggregate` to SOQL's GROUP BY, and its rows to the shape of a connection.
//! <https://developer.salesforce.com/docs/platform/graphql/guide/aggregate.html>

use super::filter::{direction, refuse};
use super::kinds::{DATE_FUNCTIONS, Kind};
use super::list::{after, cursor, first, from, take_records};
use super::model::Object;
use super::record::{below, fields_of};
use super::resolve::Scene;
use apollo_compiler::executable::{Field, SelectionSet};
use apollo_compiler::resolvers::FieldError;
use serde_json::{Map, Value, json};

/// Functions over a group: name in GraphQL, in SOQL.
const FUNCTIONS: [(&str, &str); 7] = [
    ("avg", "AVG"),
    ("count", "COUNT"),
    ("countDistinct", "COUNT_DISTINCT"),
    ("grouping", "GROUPING"),
    ("max", "MAX"),
    ("min", "MIN"),
    ("sum", "SUM"),
];

/// One column of the rows, which is called `cN` in SOQL.
struct Column {
    field: String,
    /// Where its value stands below the field; empty: it is the field's own value.
    part: &'static str,
    kind: &'static Kind,
    soql: String,
}

/// What makes one of the groups' keys.
struct Key {
    field: String,
    soql: String,
    /// Where its value stands below the field, if it is that of a function.
    part: &'static str,
}

struct Grouping {
    keys: Vec<Key>,
    /// `GROUP BY …`, or nothing.
    clause: String,
}

/// A page of rows.
struct Page {
    rows: Vec<Value>,
    start: u64,
    more: bool,
}

/// The whole connection.
pub(super) fn groups(scene: &Scene<'_>, object: &Object, fields: &[&Field]) -> Result<Value, FieldError> {
    let field = fields.first().copied().ok_or_else(|| refuse("nothing is asked"))?;
    let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
    let inner = fields_of(scene, &sets);
    // What is wrong with a page is told whether or not one is asked for.
    first(scene, field)?;
    after(scene, field)?;
    let grouping = grouping(scene, object, field)?;
    let source = from(scene, object, None, field)?;
    let mut out = Map::new();
    if inner.iter().any(|field| field.name != "totalCount" && field.name != "__typename") {
        let columns = columns(scene, object, &grouping, &inner)?;
        let page = page(scene, object, &grouping, &columns, &source, field)?;
        scene.spend((page.rows.len() * columns.len()) as u64)?;
        let edge =
            |(row, at)| json!({ "cursor": cursor(None, at), "node": { "aggregate": shaped(object, &columns, row) } });
        out.insert("edges".to_owned(), page.rows.iter().zip(page.start..).map(edge).collect());
        let ends = (page.start, page.start + page.rows.len() as u64);
        let at = |position: u64| (!page.rows.is_empty()).then(|| cursor(None, position));
        let info = json!({
            "hasNextPage": page.more,
            "hasPreviousPage": page.start > 0,
            "startCursor": at(ends.0),
            "endCursor": at(ends.1.saturating_sub(1)),
        });
        out.insert("pageInfo".to_owned(), info);
    }
    if inner.iter().any(|field| field.name == "totalCount") {
        out.insert("totalCount".to_owned(), json!(total(scene, &grouping, &source)?));
    }
    Ok(Value::Object(out))
}

/// Records where nothing is grouped, else groups.
fn total(scene: &Scene<'_>, grouping: &Grouping, source: &str) -> Result<u64, FieldError> {
    if grouping.keys.is_empty() {
        return scene.count(source);
    }
    let mut found = scene.query(&format!("SELECT COUNT(Id) {source}{}", grouping.clause), 1)?;
    Ok(take_records(&mut found).len() as u64)
}

/// `groupBy`: `{type, FIELD: {group}, DATE: {function}}`.
fn grouping(scene: &Scene<'_>, object: &Object, field: &Field) -> Result<Grouping, FieldError> {
    let given = scene.argument(field, "groupBy").unwrap_or(Value::Null);
    let mut keys = Vec::new();
    for (name, clause) in given.as_object().into_iter().flatten().filter(|(_, clause)| clause.is_object()) {
        if clause.get("group") == Some(&Value::Bool(false)) || !object.fields.contains_key(name) {
            continue;
        }
        let function = clause.get("function").and_then(Value::as_str);
        let known = DATE_FUNCTIONS.iter().find(|(soql, _)| Some(*soql) == function);
        let (soql, part) = match known {
            Some((function, part)) => (format!("{function}({name})"), *part),
            None => (name.clone(), ""),
        };
        keys.push(Key { field: name.clone(), soql, part });
    }
    let by: Vec<&str> = keys.iter().map(|key| key.soql.as_str()).collect();
    let by = by.join(", ");
    let clause = match given.get("type").and_then(Value::as_str) {
        _ if keys.is_empty() => String::new(),
        Some(way @ ("ROLLUP" | "CUBE")) => format!(" GROUP BY {way}({by})"),
        _ => format!(" GROUP BY {by}"),
    };
    Ok(Grouping { keys, clause })
}

/// The columns that the selections need: the keys of the groups, and what is worked out of each.
fn columns<'d>(
    scene: &Scene<'d>,
    object: &Object,
    grouping: &Grouping,
    inner: &[&'d Field],
) -> Result<Vec<Column>, FieldError> {
    let mut all = Vec::new();
    for key in &grouping.keys {
        let kind = match key.part {
            "" => object.fields.get(&key.field).map(|field| field.kind),
            "dayOnly" => Kind::called("date"),
            _ => Kind::called("long"),
        };
        let kind = kind.ok_or_else(|| refuse("an unknown field is grouped"))?;
        all.push(Column { field: key.field.clone(), part: key.part, kind, soql: key.soql.clone() });
    }
    let edges = fields_of(scene, &below(inner, "edges"));
    let nodes = fields_of(scene, &below(&edges, "node"));
    for field in fields_of(scene, &below(&nodes, "aggregate")) {
        let Some((name, own)) = object.fields.get_key_value(field.name.as_str()) else { continue };
        for asked in fields_of(scene, &[&field.selection_set]) {
            let Some((part, function)) = FUNCTIONS.iter().find(|(part, _)| asked.name == *part) else { continue };
            let sums = own.kind.sums.map(|(sum, avg)| if *part == "sum" { sum } else { avg });
            let kind = match *part {
                "avg" | "sum" => sums.and_then(|sums| Kind::named(sums.trim_end_matches("Value"))),
                "min" | "max" => Some(own.kind),
                _ => Kind::called("long"),
            };
            let soql = format!("{function}({name})");
            if let (Some(kind), false) = (kind, all.iter().any(|column| column.soql == soql)) {
                all.push(Column { field: name.clone(), part, kind, soql });
            }
        }
    }
    Ok(all)
}

fn page(
    scene: &Scene<'_>,
    object: &Object,
    grouping: &Grouping,
    columns: &[Column],
    source: &str,
    field: &Field,
) -> Result<Page, FieldError> {
    let (size, start) = (first(scene, field)?, after(scene, field)?);
    let select = columns.iter().enumerate().map(|(at, column)| format!("{} c{at}", column.soql));
    let select = if columns.is_empty() { "COUNT(Id) c0".to_owned() } else { select.collect::<Vec<_>>().join(", ") };
    let given = scene.argument(field, "orderBy").unwrap_or(Value::Null);
    let order = order(object, grouping, &given);
    // One row has no order and no end.
    let tail = if grouping.keys.is_empty() {
        String::new()
    } else {
        let skip = if start > 0 { format!(" OFFSET {start}") } else { String::new() };
        format!("{}{order} LIMIT {}{skip}", grouping.clause, size + 1)
    };
    let mut rows = take_records(&mut scene.query(&format!("SELECT {select} {source}{tail}"), 1)?);
    if grouping.keys.is_empty() && start > 0 {
        rows.clear();
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok(Page { rows, start, more })
}

/// A field is sorted by its function, or as it is grouped.
fn order(object: &Object, grouping: &Grouping, given: &Value) -> String {
    let one = |(name, clause): (&String, &Value)| {
        let (name, _) = object.fields.get_key_value(name).filter(|_| clause.is_object())?;
        let function = clause.get("function").and_then(Value::as_str);
        let soql = match FUNCTIONS.iter().find(|(_, soql)| Some(*soql) == function) {
            Some((_, function)) => format!("{function}({name})"),
            None => grouping.keys.iter().find(|key| key.field == *name).map_or(name, |key| &key.soql).clone(),
        };
        Some(format!("{soql}{}", direction(clause)))
    };
    let parts: Vec<String> = given.as_object().into_iter().flatten().filter_map(one).collect();
    if parts.is_empty() { String::new() } else { format!(" ORDER BY {}", parts.join(", ")) }
}

/// A row as the `aggregate` of a node.
fn shaped(object: &Object, columns: &[Column], row: &Value) -> Value {
    let mut out: Map<String, Value> = Map::new();
    out.insert("ApiName".to_owned(), json!(object.name));
    for (at, column) in columns.iter().enumerate() {
        let given = row.get(format!("c{at}")).unwrap_or(&Value::Null);
        let shown = column.kind.display(given);
        let told = json!({ "value": column.kind.value(given), "displayValue": shown, "label": shown });
        let Some(field) = out.entry(column.field.clone()).or_insert_with(|| json!({})).as_object_mut() else {
            continue;
        };
        match (column.part, told) {
            ("", Value::Object(own)) => field.extend(own),
            // What a function makes of a date stands as the field's value as well.
            (part, Value::Object(own)) => {
                if DATE_FUNCTIONS.iter().any(|(_, known)| *known == part) {
                    field.extend(own.clone());
                }
                field.insert(part.to_owned(), Value::Object(own));
            }
            _ => {}
        }
    }
    // What is asked of no column is null, and still an object.
    Value::Object(out)
}
