//! `query?explain=`: how a query would be run. The counts are true, and so is which fields have an index in Salesforce; what
//! a plan costs is worked out from the thresholds that Salesforce publishes for selective filters.

use super::error::SfError;
use super::id;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use crate::soql::{Condition, Expr, Literal, Name, Op, Operand, Query, SelectItem, Span};
use serde_json::{Value, json};

/// Up to so many records a threshold is a share of all, beyond half that share.
const FIRST: f64 = 1_000_000.0;

/// One way to run a query.
struct Way {
    kind: &'static str,
    fields: Vec<String>,
    rows: u64,
    cost: f64,
}

/// `{"plans": […], "sourceQuery"}`, the cheapest first.
pub(super) fn explain(viewer: &Viewer<'_>, text: &str) -> Result<Value, SfError> {
    if id::looks_like_id(text.trim()) {
        return Err(SfError::new(400, "INVALID_ID", "there is no report or list view of this ID"));
    }
    let query = viewer.parse(text)?;
    let mut planner = viewer.planner(text);
    planner.plan(&query, false)?;
    let object = planner.from(&query)?.object;
    let total = viewer.count(text, &bare(&query, None), true)?;
    let mut ways = Vec::new();
    let mut notes = vec![note(object, "IsDeleted", "unindexed")];
    let parts = match &query.filter {
        None => [].as_slice(),
        Some(Condition::And(parts)) => parts.as_slice(),
        Some(whole) => std::slice::from_ref(whole),
    };
    for part in parts {
        match leading(&viewer.eyes(), object, part) {
            Ok(field) => {
                let rows = viewer.count(text, &bare(&query, Some(part.clone())), false)?;
                let cost = rows as f64 / threshold(field, total).max(1.0);
                ways.push(Way { kind: "Index", fields: vec![field.name().to_owned()], rows, cost });
            }
            Err(found) => notes.extend(found.into_iter().map(|(name, why)| note(object, &name, why))),
        }
    }
    let least = ways.iter().map(|way| way.rows).min().unwrap_or(total);
    if viewer.eyes().rows(object, "x").is_some() {
        let rows = viewer.count(text, &bare(&query, None), false)?;
        ways.push(Way { kind: "Sharing", fields: Vec::new(), rows, cost: rows as f64 / total.max(1) as f64 });
    }
    ways.push(Way { kind: "TableScan", fields: Vec::new(), rows: least, cost: scan(total) });
    ways.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    let plans: Vec<Value> = ways
        .iter()
        .map(|way| {
            json!({
                "cardinality": way.rows,
                "fields": way.fields,
                "leadingOperationType": way.kind,
                "notes": notes,
                "relativeCost": way.cost,
                "sobjectCardinality": total,
                "sobjectType": object.name(),
            })
        })
        .collect();
    Ok(json!({ "plans": plans, "sourceQuery": text }))
}

fn note(object: &Object, field: &str, why: &str) -> Value {
    json!({
        "description": format!("Not considering filter for optimization because {why}"),
        "fields": [field],
        "tableEnumOrId": object.name(),
    })
}

/// `SELECT COUNT() FROM …` with another condition.
fn bare(query: &Query, filter: Option<Condition>) -> Query {
    let name = Name { text: "COUNT".to_owned(), span: Span::default() };
    let expr = Expr::Call { name, args: Vec::new(), span: Span::default() };
    let select = vec![SelectItem::Expr { expr, alias: None }];
    Query { select, from: query.from.clone(), filter, span: query.span, ..Query::default() }
}

/// The indexed field that a condition can lead with, or the fields it looks at and why none can.
fn leading<'a>(
    eyes: &super::eyes::Eyes<'a>,
    object: &'a Object,
    part: &Condition,
) -> Result<&'a Field, Vec<(String, &'static str)>> {
    let Condition::Test { left, op, right, .. } = part else { return Err(Vec::new()) };
    let Expr::Field(path) = left else { return Err(vec![(String::new(), "of a function")]) };
    let name = path.last().map_or("", |name| &name.text);
    let own = path.parts.len() == 1 || path.parts.first().is_some_and(|first| first.is(object.name()));
    let Some(field) = eyes.field(object, name).filter(|_| own) else {
        return Err(vec![(path.dotted(), "it is a field of a parent")]);
    };
    let null = matches!(right, Operand::One(value) if value.literal == Literal::Null);
    let wild = matches!(right, Operand::One(value)
        if matches!(&value.literal, Literal::Pattern(text) if text.starts_with(['%', '_'])));
    let why = match op {
        _ if !indexed(field) => "unindexed",
        Op::Ne | Op::NotIn | Op::Excludes => "of a negative operator",
        _ if null => "of a comparison with null",
        _ if wild => "of a leading wildcard",
        _ => return Ok(field),
    };
    Err(vec![(field.name().to_owned(), why)])
}

/// Whether Salesforce keeps an index on the field.
fn indexed(field: &Field) -> bool {
    matches!(field.raw.kind, Type::Id | Type::Reference | Type::Email)
        || field.is_name
        || field.raw.external
        || ["CreatedDate", "SystemModstamp", "LastModifiedDate"].contains(&field.name())
}

/// How many records a filter may find and still be selective: of a standard index 30 % of the first million and 15 % of the
/// rest, of a custom one a third of that.
fn threshold(field: &Field, total: u64) -> f64 {
    let total = total as f64;
    let weighed = total.min(FIRST) + (total - FIRST).max(0.0) / 2.0;
    if field.custom() { weighed * 0.1 } else { weighed * 0.3 }
}

/// A scan of a small table costs less than the worst of selective filters, and that of a large one nearly three times as much.
fn scan(total: u64) -> f64 {
    (total as f64 / 100_000.0).clamp(0.65, 2.8)
}
