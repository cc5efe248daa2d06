//! What stands around a search: the order of its objects, the columns of its results, and names suggested while typing.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_suggest_records.htm>

use super::error::SfError;
use super::find;
use super::params::{SearchObject, SearchParams};
use super::recent;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use serde_json::{Value, json};

/// Suggestions when no number is said, and at most.
const SUGGESTED: usize = 5;
const MOST: usize = 200;
/// Longest text to suggest for, and objects of one question about layouts.
const LONGEST: usize = 255;
const MOST_LAYOUTS: usize = 100;
/// Columns of a list of results, beside the name and the owner.
const COLUMNS: usize = 4;
/// Rows of its first page.
const ROWS: u32 = 25;

/// What suggestions are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggest {
    /// What was typed.
    pub q: String,
    /// Objects to look in.
    pub sobjects: Vec<String>,
    /// Fields told beside id and name.
    pub fields: Vec<String>,
    /// A condition, as behind WHERE.
    pub filter: Option<String>,
    /// At most so many records.
    pub limit: Option<usize>,
    /// Whether objects that cannot be searched are passed over.
    pub ignore_unsupported: bool,
}

/// `[{"type", "url"}]`.
pub(super) fn scope_order(viewer: &Viewer<'_>, version: &str) -> Value {
    let one = |object: &Object| {
        let name = object.name();
        json!({ "type": name, "url": format!("/services/data/v{version}/sobjects/{name}/describe") })
    };
    recent::scope_order(viewer).into_iter().map(one).collect()
}

/// `[{"label", "limitRows", "searchColumns": [{"field", "format", "label", "name"}]}]`.
pub(super) fn layouts(viewer: &Viewer<'_>, names: &[&str]) -> Result<Value, SfError> {
    if names.is_empty() || names.len() > MOST_LAYOUTS {
        let told = format!("the q parameter takes the names of 1 to {MOST_LAYOUTS} objects");
        return Err(SfError::new(400, "MALFORMED_QUERY", told));
    }
    let one = |name: &&str| {
        let object = find::searchable(viewer, name)?;
        Ok(json!({
            "errorMsg": null,
            "label": "Search Results",
            "limitRows": ROWS,
            "objectType": object.name(),
            "searchColumns": columns(viewer, object),
        }))
    };
    names.iter().map(one).collect::<Result<Vec<Value>, SfError>>().map(Value::Array)
}

fn columns(viewer: &Viewer<'_>, object: &Object) -> Vec<Value> {
    let one = |field: &Field| {
        let format = match field.raw.kind {
            Type::Date => Some("date"),
            Type::Datetime => Some("datetime"),
            _ => None,
        };
        let name = field.name();
        json!({ "field": format!("{}.{name}", object.name()), "format": format, "label": field.raw.label, "name": name })
    };
    let short = |field: &&Field| {
        let shown = matches!(
            field.raw.kind,
            Type::String | Type::Picklist | Type::Phone | Type::Email | Type::Currency | Type::Date
        );
        shown && !field.is_name && field.compound.is_none() && field.raw.mine.is_none()
    };
    let eyes = viewer.eyes();
    let mut all: Vec<Value> = object.name_field().into_iter().map(one).collect();
    all.extend(eyes.fields(object).filter(short).take(COLUMNS).map(one));
    if let (true, Some(alias)) = (object.raw.owner, eyes.object("User").and_then(|user| eyes.field(user, "Alias"))) {
        let label = format!("{} Owner {}", object.raw.label, alias.raw.label);
        all.push(json!({ "field": "User.Alias", "format": null, "label": label, "name": "Owner.Alias" }));
    }
    all
}

/// `{"autoSuggestResults": […], "hasMoreResults"}`.
pub(super) fn suggestions(viewer: &Viewer<'_>, version: &str, wish: &Suggest) -> Result<Value, SfError> {
    if wish.q.chars().count() > LONGEST {
        return Err(SfError::new(400, "STRING_TOO_LONG", format!("the q parameter has at most {LONGEST} characters")));
    }
    if wish.sobjects.is_empty() {
        return Err(SfError::new(400, "MISSING_ARGUMENT", "the sobject parameter is required"));
    }
    let limit = wish.limit.unwrap_or(SUGGESTED).clamp(1, MOST);
    let mut found = Vec::new();
    for name in &wish.sobjects {
        let object = match find::searchable(viewer, name) {
            Ok(object) => object,
            Err(_) if wish.ignore_unsupported => continue,
            Err(error) => return Err(error),
        };
        // Shorter texts would suggest everything.
        let least = if wish.q.is_ascii() { 3 } else { 2 };
        if wish.q.trim().chars().count() >= least {
            found.append(&mut named_like(viewer, version, object, wish, limit + 1)?);
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    Ok(json!({ "autoSuggestResults": found, "hasMoreResults": more }))
}

/// Records whose names have these words, the last of them perhaps begun only.
fn named_like(
    viewer: &Viewer<'_>,
    version: &str,
    object: &Object,
    wish: &Suggest,
    limit: usize,
) -> Result<Vec<Value>, SfError> {
    let plain: String = wish.q.chars().map(|c| if "\"\\*?()".contains(c) { ' ' } else { c }).collect();
    let mut fields = vec!["Id".to_owned()];
    let name = object.name_field().map(|field| field.name().to_owned());
    for field in name.into_iter().chain(wish.fields.iter().cloned()) {
        if !fields.iter().any(|own| own.eq_ignore_ascii_case(&field)) {
            fields.push(field);
        }
    }
    let target = SearchObject {
        name: object.name().to_owned(),
        fields,
        filter: wish.filter.clone(),
        limit: Some(limit),
        ..SearchObject::default()
    };
    let params = SearchParams {
        q: format!("\"{}*\"", plain.trim()),
        scope: Some("NAME".to_owned()),
        sobjects: vec![target],
        ..SearchParams::default()
    };
    let mut answer = find::parameterized(viewer, version, &params)?;
    Ok(answer.get_mut("searchRecords").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default())
}
