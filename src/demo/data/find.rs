//! Search over the text fields of the objects, and the records a user touched last.
//!
//! A word is found at the beginning of a word, as Salesforce does with a `*`; all words must be in one record.

use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use crate::soql::{self, Expr, SelectItem};
use rusqlite::types::Value as Bound;
use serde_json::{Value, json};

/// Records of one object, and of a whole search, when nothing is said.
const OF_ONE: u64 = 200;
const OF_ALL: usize = 2_000;

/// One object of a parameterized search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchObject {
    /// sObject name.
    pub name: String,
    /// Fields wanted; empty means those of the whole search.
    pub fields: Vec<String>,
    /// At most so many records.
    pub limit: Option<usize>,
}

/// What a parameterized search asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchParams {
    /// The text looked for.
    pub q: String,
    /// Objects to look in; empty means all searchable ones.
    pub sobjects: Vec<SearchObject>,
    /// Fields wanted of each record; empty means `Id`.
    pub fields: Vec<String>,
    /// At most so many records of one object.
    pub default_limit: Option<usize>,
    /// At most so many records in all.
    pub overall_limit: Option<usize>,
}

impl SearchParams {
    /// From the body of a POST: `{"q", "fields", "sobjects":[{"name","fields","limit"}], "overallLimit", "defaultLimit"}`.
    pub fn from_json(body: &Value) -> Result<Self, SfError> {
        let texts = |value: Option<&Value>| -> Vec<String> {
            let list = value.and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let number = |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let q = body.get("q").and_then(Value::as_str).ok_or_else(no_query)?;
        let objects = body.get("sobjects").and_then(Value::as_array);
        let one = |object: &Value| {
            Some(SearchObject {
                name: object.get("name")?.as_str()?.to_owned(),
                fields: texts(object.get("fields")),
                limit: number(object.get("limit")),
            })
        };
        Ok(Self {
            q: q.to_owned(),
            sobjects: objects.into_iter().flatten().filter_map(one).collect(),
            fields: texts(body.get("fields")),
            default_limit: number(body.get("defaultLimit")),
            overall_limit: number(body.get("overallLimit")),
        })
    }

    /// From the pairs of a GET: `q=…&sobject=Account&Account.fields=Id,Name&Account.limit=5&fields=…`.
    pub fn from_pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, SfError> {
        let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        let first = |name: &str| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let list = |text: Option<&str>| -> Vec<String> {
            text.into_iter().flat_map(|text| text.split(',')).map(|name| name.trim().to_owned()).collect()
        };
        let number = |name: &str| first(name).and_then(|text| text.parse().ok());
        let one = |name: &str| SearchObject {
            name: name.to_owned(),
            fields: list(first(&format!("{name}.fields"))),
            limit: number(&format!("{name}.limit")),
        };
        Ok(Self {
            q: first("q").ok_or_else(no_query)?.to_owned(),
            sobjects: pairs.iter().filter(|(name, _)| *name == "sobject").map(|(_, value)| one(value)).collect(),
            fields: list(first("fields")),
            default_limit: number("defaultLimit"),
            overall_limit: number("overallLimit"),
        })
    }
}

fn no_query() -> SfError {
    SfError::new(400, "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces.")
}

/// One object to look in.
struct Target<'t> {
    object: &'t Object,
    query: soql::Query,
    /// The text the query's spans mean.
    text: String,
}

/// `FIND {…} …`
pub(super) fn search(viewer: &Viewer<'_>, version: &str, sosl: &str) -> Result<Value, SfError> {
    let search = soql::parse_search(sosl).map_err(|error| {
        SfError::new(400, "MALFORMED_SEARCH", soql::pointed(sosl, error.span.start, &error.message))
    })?;
    let mut targets = Vec::new();
    for target in search.targets {
        let name = &target.object.text;
        let object = viewer.eyes().object(name).ok_or_else(|| SfError::unsupported_type(name))?;
        if !object.can("search") {
            return Err(SfError::unsupported_type(name));
        }
        let mut query = target.query;
        if query.select.is_empty() {
            query.select = selection(&["Id".to_owned()])?;
        }
        targets.push(Target { object, query, text: sosl.to_owned() });
    }
    if targets.is_empty() {
        targets = everything(viewer, &["Id".to_owned()])?;
    }
    let most = search.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(OF_ALL);
    run(viewer, version, &search.find, &search.scope, targets, most)
}

/// The same, told in parameters.
pub(super) fn parameterized(viewer: &Viewer<'_>, version: &str, params: &SearchParams) -> Result<Value, SfError> {
    let common = if params.fields.is_empty() { vec!["Id".to_owned()] } else { params.fields.clone() };
    let mut targets = Vec::new();
    for wanted in &params.sobjects {
        let object = viewer.eyes().object(&wanted.name).filter(|object| object.can("search"));
        let object = object.ok_or_else(|| SfError::unsupported_type(&wanted.name))?;
        let fields = if wanted.fields.is_empty() { &common } else { &wanted.fields };
        let mut target = target(object, fields)?;
        let limit = wanted.limit.or(params.default_limit).map_or(OF_ONE, |limit| limit as u64);
        target.query.limit = Some((limit, soql::Span::default()));
        targets.push(target);
    }
    if targets.is_empty() {
        targets = everything(viewer, &common)?;
    }
    run(viewer, version, &params.q, "ALL", targets, params.overall_limit.unwrap_or(OF_ALL))
}

fn everything<'t>(viewer: &Viewer<'t>, fields: &[String]) -> Result<Vec<Target<'t>>, SfError> {
    let objects = viewer.eyes().objects().into_iter().filter(|object| object.can("search"));
    // An object that lacks a wanted field is not looked in.
    let fits = |object: &&'t Object| fields.iter().all(|field| viewer.eyes().field(object, field).is_some());
    objects.filter(fits).map(|object| target(object, fields)).collect()
}

fn target<'t>(object: &'t Object, fields: &[String]) -> Result<Target<'t>, SfError> {
    let (query, text) = field_list(object, &fields.join(","))?;
    Ok(Target { object, query, text })
}

/// The query of a list of fields, and the text its spans mean. The list may be anybody's text, so what it made of the query
/// is looked at: fields, this one object, and nothing else.
pub(super) fn field_list(object: &Object, list: &str) -> Result<(soql::Query, String), SfError> {
    let text = format!("SELECT {list} FROM {}", object.name());
    let parsed = soql::parse(&text);
    let plain = |item: &SelectItem| matches!(item, SelectItem::Expr { expr: Expr::Field(_), alias: None });
    let only = |query: &soql::Query| {
        let bare = soql::Query {
            select: query.select.clone(),
            from: query.from.clone(),
            span: query.span,
            ..Default::default()
        };
        let own =
            matches!(query.from.as_slice(), [from] if from.alias.is_none() && from.path.dotted() == object.name());
        own && bare == *query && query.select.iter().all(plain)
    };
    let query = parsed.query.filter(|query| parsed.errors.is_empty() && only(query));
    let told = "the fields parameter takes a list of field names";
    query.map(|query| (query, text)).ok_or_else(|| SfError::new(400, "INVALID_FIELD", told))
}

fn selection(fields: &[String]) -> Result<Vec<SelectItem>, SfError> {
    let parsed = soql::parse(&format!("SELECT {} FROM X", fields.join(",")));
    parsed.query.map(|query| query.select).ok_or_else(SfError::internal)
}

fn run(
    viewer: &Viewer<'_>,
    version: &str,
    find: &str,
    scope: &str,
    targets: Vec<Target<'_>>,
    most: usize,
) -> Result<Value, SfError> {
    let words: Vec<String> = find
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '*', '?']).to_owned())
        .filter(|word| !word.is_empty() && !["AND", "OR"].contains(&word.as_str()))
        .collect();
    // A single letter finds everything; a single character of a script without letters is a word.
    if words.iter().all(|word| word.chars().count() < 2 && word.is_ascii()) {
        let told = format!("search term must be longer than one character: {find}");
        return Err(SfError::new(400, "MALFORMED_SEARCH", told));
    }
    let mut found = Vec::new();
    for mut target in targets {
        let plain = |item: &SelectItem| matches!(item, SelectItem::Expr { expr: Expr::Field(_), .. });
        if !target.query.select.iter().all(plain) {
            return Err(SfError::new(400, "MALFORMED_SEARCH", "a search returns fields only"));
        }
        let limit = target.query.limit.map_or(OF_ONE, |(limit, _)| limit).min((most - found.len()) as u64);
        target.query.limit = Some((limit, soql::Span::default()));
        let mut plan = viewer.planner(&target.text).plan(&target.query, false)?;
        let fields: Vec<&Field> =
            viewer.eyes().fields(target.object).filter(|field| is_searched(field, scope)).collect();
        if fields.is_empty() {
            continue;
        }
        for word in &words {
            let pattern = format!("% {}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            plan.params.push(Bound::Text(pattern));
            let mark = plan.params.len();
            let one = |field: &&Field| format!("' ' || {}.\"{}\" LIKE ?{mark} ESCAPE '\\'", plan.alias, field.name());
            let any: Vec<String> = fields.iter().map(one).collect();
            plan.filter = format!("{} AND ({})", plan.filter, any.join(" OR "));
        }
        let mut answer = viewer.reader(version, super::page::PAGE).first(plan)?;
        if let Some(records) = answer.get_mut("records").and_then(Value::as_array_mut) {
            found.append(records);
        }
        if found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(json!({ "searchRecords": found }))
}

/// Whether a search looks into the field.
fn is_searched(field: &Field, scope: &str) -> bool {
    match (scope, field.raw.kind) {
        ("NAME", _) => field.is_name,
        ("EMAIL", kind) => kind == Type::Email,
        ("PHONE", kind) => kind == Type::Phone,
        (_, Type::String | Type::Email | Type::Phone | Type::Url) => true,
        (_, Type::Textarea) => field.is_long(),
        _ => false,
    }
}

/// The records of an object the user changed last.
pub(super) fn recent_of(
    viewer: &Viewer<'_>,
    version: &str,
    object: &Object,
    limit: usize,
) -> Result<Vec<Value>, SfError> {
    let name = object.name_field().map_or(String::new(), |field| format!(", {}", field.name()));
    let mine = if object.raw.owner { " USING SCOPE mine" } else { "" };
    let text = format!("SELECT Id{name} FROM {}{mine} ORDER BY LastModifiedDate DESC LIMIT {limit}", object.name());
    let mut answer = viewer.query(version, &text, false, super::page::PAGE)?;
    Ok(answer.get_mut("records").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default())
}
