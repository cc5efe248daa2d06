//! Search: SOSL and its parameterized form, over the full-text index.
//!
//! ```text
//! SOSL ─▶ targets ─▶ plan (access, WHERE, order) + MATCH ─▶ records of each ─▶ shared out within LIMIT ─▶ marked
//! ```
//! A target is planned as a query is, so that a user finds what he may see and nothing else.

use super::error::SfError;
use super::index;
use super::mark::Marker;
use super::params::SearchParams;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use super::{id, recent};
use crate::soql::{self, Expr, Find, SearchWith, Span};
use rusqlite::types::Value as Bound;
use serde_json::{Value, json};

/// The most records of a search.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limits.htm>
const MOST: usize = 2_000;

/// One object to look in.
struct Target<'t> {
    object: &'t Object,
    query: soql::Query,
    /// The text the query's spans mean.
    text: String,
    /// Only records he viewed lately.
    recent: bool,
}

/// What is looked for, and how it is answered.
struct Hunt<'t> {
    find: Find,
    /// As the user wrote it.
    text: String,
    scope: String,
    targets: Vec<Target<'t>>,
    most: usize,
    with: SearchWith,
}

/// `FIND {…} …`
pub(super) fn search(viewer: &Viewer<'_>, version: &str, sosl: &str) -> Result<Value, SfError> {
    let search = soql::parse_search(sosl).map_err(|error| malformed(sosl, &error))?;
    let mut targets = Vec::new();
    for target in search.targets {
        let (name, span) = (&target.object.text, target.object.span);
        let planner = viewer.planner(sosl);
        let object = viewer.eyes().object(name).ok_or_else(|| planner.no_type(name, span))?;
        if !object.can("search") {
            let told = format!("entity type {} does not support search", object.name());
            return Err(planner.at(span, "INVALID_TYPE", &told));
        }
        let recent = match target.list_view {
            Some(view) if !view.is("Recent") => {
                return Err(planner.at(view.span, "INVALID_FIELD", &format!("unknown list view: {}", view.text)));
            }
            view => view.is_some(),
        };
        let mut query = target.query;
        if query.grouping.is_some() || query.all_rows.is_some() || query.scope.is_some() {
            return Err(planner.at(span, "MALFORMED_SEARCH", "a search takes WHERE, ORDER BY, LIMIT and OFFSET only"));
        }
        if query.select.is_empty() {
            query.select = field_list(object, "Id")?.0.select;
        }
        targets.push(Target { object, query, text: sosl.to_owned(), recent });
    }
    if targets.is_empty() {
        targets = everything(viewer, &["Id".to_owned()])?;
    }
    let most = search.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST).min(MOST);
    let hunt = Hunt { find: search.find, text: search.text, scope: search.scope, targets, most, with: search.with };
    run(viewer, version, hunt)
}

/// A syntax error as a search tells it: its columns count from 0, other than a query's.
fn malformed(sosl: &str, error: &soql::SyntaxError) -> SfError {
    let before = sosl.get(..error.span.start).and_then(|before| before.char_indices().next_back());
    let at = before.map_or(0, |(at, _)| at);
    SfError::new(400, "MALFORMED_SEARCH", soql::pointed(sosl, at, &error.message))
}

/// The same, told in parameters.
pub(super) fn parameterized(viewer: &Viewer<'_>, version: &str, params: &SearchParams) -> Result<Value, SfError> {
    let common = if params.fields.is_empty() { vec!["Id".to_owned()] } else { params.fields.clone() };
    let mut targets = Vec::new();
    for wanted in &params.sobjects {
        let object = searchable(viewer, &wanted.name)?;
        let fields = if wanted.fields.is_empty() { &common } else { &wanted.fields };
        let (mut query, text) = clauses(object, &fields.join(","), wanted.filter.as_deref(), wanted.order.as_deref())?;
        let count = |count: usize| (count as u64, Span::default());
        query.limit = wanted.limit.or(params.default_limit).map(count);
        query.offset = wanted.offset.map(count);
        targets.push(Target { object, query, text, recent: false });
    }
    if targets.is_empty() {
        targets = everything(viewer, &common)?;
    }
    let scope = params.scope.as_deref().unwrap_or("ALL").to_ascii_uppercase();
    if !["ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"].contains(&scope.as_str()) {
        return Err(SfError::new(400, "MALFORMED_SEARCH", format!("Malformed search token: {scope}")));
    }
    let snippet = params.snippet.map(|length| length as u64);
    let with = SearchWith { snippet, highlight: params.highlight, labels: params.labels, pricebook: None };
    let most = params.overall_limit.unwrap_or(MOST).min(MOST);
    run(viewer, version, Hunt { find: soql::parse_find(&params.q), text: params.q.clone(), scope, targets, most, with })
}

/// An object he may search, by its name.
pub(super) fn searchable<'t>(viewer: &Viewer<'t>, name: &str) -> Result<&'t Object, SfError> {
    let object = viewer.eyes().object(name).filter(|object| object.can("search"));
    object.ok_or_else(|| SfError::unsupported_type(name))
}

fn everything<'t>(viewer: &Viewer<'t>, fields: &[String]) -> Result<Vec<Target<'t>>, SfError> {
    // An object that lacks a wanted field is not looked in.
    let fits = |object: &&'t Object| fields.iter().all(|field| viewer.eyes().field(object, field).is_some());
    let objects = recent::scope_order(viewer).into_iter().filter(fits);
    let target = |object: &'t Object| {
        let (query, text) = field_list(object, &fields.join(","))?;
        Ok(Target { object, query, text, recent: false })
    };
    objects.map(target).collect()
}

/// The query of a list of fields, and the text its spans mean.
pub(super) fn field_list(object: &Object, list: &str) -> Result<(soql::Query, String), SfError> {
    clauses(object, list, None, None)
}

/// The query of a list of fields, a condition and an order, each anybody's text: so what they made of the query is looked
/// at. Fields, these clauses, this one object, and nothing else.
fn clauses(
    object: &Object,
    list: &str,
    filter: Option<&str>,
    order: Option<&str>,
) -> Result<(soql::Query, String), SfError> {
    let clause = |name: &str, text: Option<&str>| text.map(|text| format!(" {name} {text}")).unwrap_or_default();
    let text = format!("SELECT {list} FROM {}{}{}", object.name(), clause("WHERE", filter), clause("ORDER BY", order));
    let parsed = soql::parse(&text);
    let only = |query: &soql::Query| {
        let bare = soql::Query {
            select: query.select.clone(),
            from: query.from.clone(),
            span: query.span,
            filter: query.filter.clone().filter(|_| filter.is_some()),
            order: if order.is_some() { query.order.clone() } else { Vec::new() },
            ..Default::default()
        };
        let own =
            matches!(query.from.as_slice(), [from] if from.alias.is_none() && from.path.dotted() == object.name());
        own && bare == *query && query.select.iter().all(is_plain)
    };
    let query = parsed.query.filter(|query| parsed.errors.is_empty() && only(query));
    let told = "the fields parameter takes a list of field names";
    match (query, parsed.errors.first()) {
        (Some(query), _) => Ok((query, text)),
        (None, Some(error)) if filter.is_some() || order.is_some() => {
            Err(SfError::new(400, "MALFORMED_QUERY", soql::pointed(&text, error.span.start, &error.message)))
        }
        _ => Err(SfError::new(400, "INVALID_FIELD", told)),
    }
}

fn is_plain(item: &soql::SelectItem) -> bool {
    matches!(item, soql::SelectItem::Expr { expr: Expr::Field(_), alias: None })
}

fn run(viewer: &Viewer<'_>, version: &str, hunt: Hunt<'_>) -> Result<Value, SfError> {
    if hunt.find.is_too_short() {
        let told = format!("search term must be longer than one character: {}", hunt.text);
        return Err(SfError::new(400, "MALFORMED_SEARCH", told));
    }
    let mut found = Vec::new();
    for target in &hunt.targets {
        found.push(records(viewer, version, &hunt, target)?);
    }
    let counts: Vec<usize> = found.iter().map(Vec::len).collect();
    let marker = Marker::new(&hunt.find, &hunt.with);
    let mut all = Vec::new();
    for ((mut records, share), target) in found.into_iter().zip(shares(&counts, hunt.most)).zip(&hunt.targets) {
        records.truncate(share);
        marker.mark(viewer, version, target.object, &mut records)?;
        all.append(&mut records);
    }
    let mut answer = json!({ "searchRecords": all });
    if let (true, Some(map)) = (hunt.with.labels, answer.as_object_mut()) {
        map.insert("metadata".to_owned(), labels(viewer, &hunt));
    }
    Ok(answer)
}

/// How many records of each object are answered: what a limit leaves is shared evenly among those that have more.
fn shares(counts: &[usize], most: usize) -> Vec<usize> {
    let mut shares = vec![0; counts.len()];
    let mut left = most;
    loop {
        let hungry = counts.iter().zip(&shares).filter(|(count, share)| count > share).count();
        if hungry == 0 || left == 0 {
            return shares;
        }
        let each = (left / hungry).max(1);
        for (share, count) in shares.iter_mut().zip(counts) {
            let more = each.min(count - *share).min(left);
            *share += more;
            left -= more;
        }
    }
}

/// The records of one object, the best first.
fn records(viewer: &Viewer<'_>, version: &str, hunt: &Hunt<'_>, target: &Target<'_>) -> Result<Vec<Value>, SfError> {
    let object = target.object;
    let mut query = target.query.clone();
    let limit = query.limit.map_or(MOST as u64, |(limit, _)| limit).min(hunt.most as u64);
    query.limit = Some((limit, Span::default()));
    let mut plan = viewer.planner(&target.text).plan(&query, false)?;
    if plan.kind != super::plan::Kind::Records || !plan.children.is_empty() {
        return Err(SfError::new(400, "MALFORMED_SEARCH", "a search returns fields only"));
    }
    let fields: Vec<&Field> = viewer
        .eyes()
        .fields(object)
        .filter(|field| index::is_indexed(field) && is_searched(field, &hunt.scope))
        .collect();
    index::ensure(&viewer.org.store, object)?;
    let words = viewer.org.store.read(|db| index::expression(db, object, &fields, &hunt.find))?;
    let Some(words) = words else { return Ok(Vec::new()) };
    let (table, alias) = (index::table(object), &plan.alias);
    plan.params.push(Bound::Text(words));
    let mut filter = format!("hit.{table} MATCH ?{} AND {alias}.\"Id\" = hit.rowid", plan.params.len());
    if target.recent {
        filter.push_str(&format!(" AND {alias}.\"Id\" IN ({})", recent::keys(viewer)));
    }
    filter.push_str(&in_pricebook(viewer, hunt, object, alias));
    plan.filter = format!("{filter} AND {}", plan.filter);
    // The index leads: without CROSS the planner may start at the other end.
    plan.from = plan.from.replacen(" FROM ", &format!(" FROM {table} AS hit CROSS JOIN "), 1);
    if plan.order.is_empty() {
        let weights = object.fields.iter().filter(|field| index::is_indexed(field));
        let weights: Vec<&str> = weights.map(|field| if field.is_name { "8" } else { "1" }).collect();
        plan.order = format!("bm25(hit.{table}, {}), {alias}.\"Id\"", weights.join(", "));
    }
    let mut answer = viewer.reader(version, super::page::PAGE).first(plan)?;
    Ok(answer.get_mut("records").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default())
}

/// `WITH PricebookId`: of the products, those in the price book.
fn in_pricebook(viewer: &Viewer<'_>, hunt: &Hunt<'_>, object: &Object, alias: &str) -> String {
    let Some(book) = hunt.with.pricebook.as_ref().filter(|_| object.name() == "Product2") else { return String::new() };
    let key = viewer.org.ids.read(book).unwrap_or(id::key(usize::from(u16::MAX), 0));
    match viewer.eyes().object("PricebookEntry") {
        Some(entry) if entry.field("Product2Id").is_some() && entry.field("Pricebook2Id").is_some() => format!(
            " AND {alias}.\"Id\" IN (SELECT \"Product2Id\" FROM \"PricebookEntry\" WHERE \"Pricebook2Id\" = {key} AND \"IsDeleted\" = 0)"
        ),
        _ => String::new(),
    }
}

/// Whether a search looks into the field.
fn is_searched(field: &Field, scope: &str) -> bool {
    let name = field.is_name || field.compound.as_deref() == Some("Name");
    let (email, phone) = (field.raw.kind == Type::Email, field.raw.kind == Type::Phone);
    match scope {
        "NAME" => name,
        "EMAIL" => email,
        "PHONE" => phone,
        "SIDEBAR" => name || email || phone,
        _ => true,
    }
}

/// The labels of the fields that are answered, object by object.
fn labels(viewer: &Viewer<'_>, hunt: &Hunt<'_>) -> Value {
    let of = |target: &Target<'_>| {
        let paths = target.query.select.iter().filter_map(|item| match item {
            soql::SelectItem::Expr { expr: Expr::Field(path), .. } => {
                viewer.eyes().field(target.object, &path.dotted())
            }
            _ => None,
        });
        let fields: Vec<Value> = paths.map(|field| json!({ "name": field.name(), "label": field.raw.label })).collect();
        json!({ "entityName": target.object.name(), "fieldMetadata": fields })
    };
    json!({ "entityMetadata": hunt.targets.iter().map(of).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shared_evenly() {
        assert_eq!(shares(&[19, 35], 20), [10, 10]);
        assert_eq!(shares(&[3, 35, 0], 20), [3, 17, 0]);
        assert_eq!(shares(&[5, 5, 5], 2), [1, 1, 0]);
        assert_eq!(shares(&[5, 5], 100), [5, 5]);
        assert_eq!(shares(&[], 5), Vec::<usize>::new());
    }
}
