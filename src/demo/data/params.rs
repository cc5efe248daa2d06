//! What a parameterized search asks, from the pairs of a GET or the body of a POST.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm>
//!
//! Only reading; whether the objects and fields exist is asked later.

use super::error::SfError;
use serde_json::Value;

/// One object of a parameterized search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchObject {
    /// sObject name.
    pub name: String,
    /// Fields wanted; empty means those of the whole search.
    pub fields: Vec<String>,
    /// A condition, as behind WHERE.
    pub filter: Option<String>,
    /// As behind ORDER BY.
    pub order: Option<String>,
    /// At most so many records.
    pub limit: Option<usize>,
    /// Records to leave out.
    pub offset: Option<usize>,
}

/// What a parameterized search asks. Divisions, networks and categories are read over: the org has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchParams {
    /// The text looked for.
    pub q: String,
    /// Where to look: as IN of a SOSL search. ALL if nothing is said.
    pub scope: Option<String>,
    /// Objects to look in; empty means all searchable ones.
    pub sobjects: Vec<SearchObject>,
    /// Fields wanted of each record; empty means `Id`.
    pub fields: Vec<String>,
    /// At most so many records of one object.
    pub default_limit: Option<usize>,
    /// At most so many records in all.
    pub overall_limit: Option<usize>,
    /// Whether the labels of the fields are told.
    pub labels: bool,
    /// Excerpts of about so many characters.
    pub snippet: Option<usize>,
    /// Whether found words are marked.
    pub highlight: bool,
}

impl SearchParams {
    /// From the body of a POST: `{"q", "in", "fields", "sobjects":[{"name","fields","where","orderBy","limit"}],
    /// "overallLimit", "defaultLimit", "metadata", …}`.
    pub fn from_json(body: &Value) -> Result<Self, SfError> {
        let texts = |value: Option<&Value>| -> Vec<String> {
            let list = value.and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let one = |object: &Value| {
            let unnamed = || SfError::new(400, "JSON_PARSER_ERROR", "each of the sobjects needs a name");
            Ok(SearchObject {
                name: text(object, "name").ok_or_else(unnamed)?,
                fields: texts(object.get("fields")),
                filter: text(object, "where"),
                order: text(object, "orderBy"),
                limit: number(object.get("limit")),
                offset: number(object.get("offset")),
            })
        };
        let objects = body.get("sobjects").and_then(Value::as_array);
        Ok(Self {
            q: text(body, "q").ok_or_else(no_query)?,
            scope: text(body, "in"),
            sobjects: objects.into_iter().flatten().map(one).collect::<Result<_, SfError>>()?,
            fields: texts(body.get("fields")),
            default_limit: number(body.get("defaultLimit")),
            overall_limit: number(body.get("overallLimit")),
            labels: text(body, "metadata").is_some_and(|kind| kind.eq_ignore_ascii_case("LABELS")),
            snippet: number(body.get("snippet")),
            highlight: body.get("highlight").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// From the pairs of a GET: `q=…&sobject=Account&Account.fields=Id,Name&Account.limit=5&fields=…`.
    pub fn from_pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, SfError> {
        let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        let first = |name: &str| {
            pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| (*value).to_owned())
        };
        let list = |text: Option<String>| -> Vec<String> {
            let text = text.unwrap_or_default();
            text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
        };
        let number = |name: &str| first(name).and_then(|text| text.trim().parse().ok());
        let one = |name: &str| SearchObject {
            name: name.to_owned(),
            fields: list(first(&format!("{name}.fields"))),
            filter: first(&format!("{name}.where")),
            order: first(&format!("{name}.orderBy")),
            limit: number(&format!("{name}.limit")),
            offset: number(&format!("{name}.offset")),
        };
        let named = pairs.iter().filter(|(name, _)| name.eq_ignore_ascii_case("sobject"));
        let names = named.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|name| !name.is_empty());
        Ok(Self {
            q: first("q").ok_or_else(no_query)?,
            scope: first("in"),
            sobjects: names.map(one).collect(),
            fields: list(first("fields")),
            default_limit: number("defaultLimit"),
            overall_limit: number("overallLimit"),
            labels: first("metadata").is_some_and(|kind| kind.eq_ignore_ascii_case("LABELS")),
            snippet: number("snippet"),
            highlight: first("highlight").is_some_and(|text| text.eq_ignore_ascii_case("true")),
        })
    }
}

/// A number, or one written as text, as clients send both.
fn number(value: Option<&Value>) -> Option<usize> {
    match value? {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64().and_then(|number| usize::try_from(number).ok()),
    }
}

pub(super) fn no_query() -> SfError {
    SfError::new(400, "MALFORMED_SEARCH", "No search term found. The search term must be enclosed in braces.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_ways_ask_the_same() {
        let body = json!({
            "q": "Smith", "in": "NAME", "fields": ["id"], "overallLimit": "100", "defaultLimit": 10, "metadata": "LABELS",
            "sobjects": [{ "name": "Account", "fields": ["id", "Name"], "where": "Type = 'x'", "orderBy": "Name", "limit": 5 },
                         { "name": "Contact" }],
        });
        let pairs = "q=Smith&in=NAME&fields=id&overallLimit=100&defaultLimit=10&metadata=labels&sobject=Account&sobject=Contact\
            &Account.fields=id,Name&Account.where=Type = 'x'&Account.orderBy=Name&Account.limit=5";
        let pairs = pairs.split('&').filter_map(|pair| pair.split_once('='));
        let asked = SearchParams::from_json(&body).unwrap();
        assert_eq!(SearchParams::from_pairs(pairs).unwrap(), asked);
        assert_eq!((asked.sobjects.len(), asked.overall_limit), (2, Some(100)));
        assert_eq!(SearchParams::from_json(&json!({})).unwrap_err().code, "MALFORMED_SEARCH");
        assert_eq!(
            SearchParams::from_json(&json!({ "q": "a", "sobjects": [{}] })).unwrap_err().code,
            "JSON_PARSER_ERROR"
        );
    }
}
