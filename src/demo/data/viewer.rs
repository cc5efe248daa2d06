//! What one user asks: describes, records, queries, searches. Each call sees only what he may see.

use super::api::Api;
use super::error::SfError;
use super::org::{OrgData, Person};
use super::schema::Object;
use super::viewed::Glance;
use super::{SearchParams, Suggest, Wishes, describe, explain, find, recent, rules, suggest};
use crate::soql;
use serde_json::{Value, json};
use std::cell::RefCell;

/// Records of `recent`, as many as are remembered.
const RECENT: usize = 200;

/// What one user sees. `version` in the calls is the API version of the request, as in `67.0`; it shows in addresses.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    pub(super) org: &'a OrgData,
    pub(super) person: &'a Person,
    pub(super) api: Api,
    pub(super) wishes: Wishes,
}

impl Viewer<'_> {
    /// `GET …/sobjects`: encoding, batch size, and 28 keys of every object he sees.
    pub fn global_describe(&self, version: &str) -> Value {
        let eyes = self.eyes();
        let all: Vec<Value> =
            eyes.objects().into_iter().map(|object| describe::brief(&eyes, object, version)).collect();
        json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": all })
    }

    /// `GET …/sobjects/NAME`: `objectDescribe` and `recentItems`.
    pub fn sobject_basic(&self, version: &str, name: &str) -> Result<Value, SfError> {
        let object = self.resource(name)?;
        let recent = recent::list(self, version, Some(object), RECENT)?;
        Ok(json!({ "objectDescribe": describe::brief(&self.eyes(), object, version), "recentItems": recent }))
    }

    /// `GET …/sobjects/NAME/describe`.
    pub fn describe(&self, version: &str, name: &str) -> Result<Value, SfError> {
        let object = self.resource(name)?;
        Ok(describe::full(&self.eyes(), object, version, self.record_types(object)?))
    }

    /// `GET …/sobjects/NAME/ID[?fields=A,B]`: all fields he sees, or those asked for. He has viewed it then.
    pub fn record(&self, version: &str, name: &str, id: &str, fields: Option<&str>) -> Result<Value, SfError> {
        let record = self.look(version, name, id, fields)?;
        self.touch(&[self.key_of(self.resource(name)?, id)?], Glance::View);
        Ok(record)
    }

    /// The same, without its being remembered: what the org itself looks up.
    pub(super) fn look(&self, version: &str, name: &str, id: &str, fields: Option<&str>) -> Result<Value, SfError> {
        let object = self.resource(name)?;
        let key = self.key_of(object, id)?;
        let list = match fields {
            Some(fields) => fields.to_owned(),
            None => self.eyes().fields(object).map(|field| field.name()).collect::<Vec<_>>().join(","),
        };
        let (query, text) = find::field_list(object, &list)?;
        let mut planner = self.planner(&text);
        let mut plan = planner.plan(&query, true)?;
        plan.params.push(rusqlite::types::Value::Integer(key));
        plan.filter = format!("{} AND {}.\"Id\" = ?{}", plan.filter, plan.alias, plan.params.len());
        let mut found = self.reader(version, 1).first(plan)?;
        let records = found.get_mut("records").and_then(Value::as_array_mut).and_then(Vec::pop);
        let record = records.ok_or_else(SfError::not_found)?;
        if self.is_deleted(object, key)? {
            return Err(SfError::new(404, "ENTITY_IS_DELETED", "entity is deleted"));
        }
        Ok(record)
    }

    /// `GET …/query?q=` (`queryAll` with `all_rows`): the whole answer. `batch` is the size of a page, 1 to 2,000.
    pub fn query(&self, version: &str, text: &str, all_rows: bool, batch: usize) -> Result<Value, SfError> {
        read(&self.query_text(version, text, all_rows, batch)?)
    }

    /// The same as JSON text, which is how a page is made: several times as fast.
    pub fn query_text(&self, version: &str, text: &str, all_rows: bool, batch: usize) -> Result<Vec<u8>, SfError> {
        let query = self.parse(text)?;
        let mut planner = self.planner(text);
        planner.levels = planner.levels.min(levels(version));
        let plan = planner.plan(&query, all_rows)?;
        let mut reader = self.reader(version, batch);
        let glance = glance_of(&query);
        reader.seen = glance.map(|_| RefCell::default());
        let page = reader.first_text(plan)?;
        if let (Some(glance), Some(seen)) = (glance, reader.seen) {
            self.touch(&seen.into_inner(), glance);
        }
        Ok(page)
    }

    /// `GET …/query?q=…&columns=true`: the columns a query has, without its rows.
    pub fn query_columns(&self, text: &str) -> Result<Value, SfError> {
        let query = self.parse(text)?;
        let mut planner = self.planner(text);
        let plan = planner.plan(&query, false)?;
        planner.columns(&query, &plan)
    }

    /// `GET …/query?explain=`: how a query would be run.
    pub fn query_explain(&self, text: &str) -> Result<Value, SfError> {
        explain::explain(self, text)
    }

    /// How many rows a query has; `all` whoever may see them.
    pub(super) fn count(&self, text: &str, query: &soql::Query, all: bool) -> Result<u64, SfError> {
        let mut planner = self.planner(text);
        if all {
            planner.eyes.access = super::Access::Admin;
        }
        let plan = planner.plan(query, false)?;
        let found = self.reader("", 1).first(plan)?;
        Ok(found.get("totalSize").and_then(Value::as_u64).unwrap_or(0))
    }

    /// `GET …/query/LOCATOR`, where the locator looks like `01g…-2000`.
    pub fn query_more(&self, version: &str, locator: &str, batch: usize) -> Result<Value, SfError> {
        read(&self.query_more_text(version, locator, batch)?)
    }

    /// The same as JSON text.
    pub fn query_more_text(&self, version: &str, locator: &str, batch: usize) -> Result<Vec<u8>, SfError> {
        self.reader(version, batch).more_text(locator)
    }

    /// `GET …/search?q=FIND…`: `{"searchRecords":[…]}`.
    pub fn search(&self, version: &str, sosl: &str) -> Result<Value, SfError> {
        find::search(self, version, sosl)
    }

    /// `…/parameterizedSearch`: `{"searchRecords":[…]}`.
    pub fn parameterized_search(&self, version: &str, params: &SearchParams) -> Result<Value, SfError> {
        find::parameterized(self, version, params)
    }

    /// `GET …/search/scopeOrder`: the objects of a search, those he uses most first.
    pub fn search_scope(&self, version: &str) -> Value {
        suggest::scope_order(self, version)
    }

    /// `GET …/search/layout?q=A,B`: the columns of a list of results.
    pub fn search_layouts(&self, names: &[&str]) -> Result<Value, SfError> {
        suggest::layouts(self, names)
    }

    /// `GET …/search/suggestions`: records whose names begin like what is typed.
    pub fn suggestions(&self, version: &str, wish: &Suggest) -> Result<Value, SfError> {
        suggest::suggestions(self, version, wish)
    }

    /// `GET …/recent?limit=N`: the records he viewed last.
    pub fn recent(&self, version: &str, limit: usize) -> Value {
        Value::Array(recent::list(self, version, None, limit.min(RECENT)).unwrap_or_default())
    }

    /// `GET …/limits/recordCount?sObjects=A,B`: `{"sObjects":[{"count","name"}]}`; no names means all objects. Unknown
    /// names are left out.
    pub fn record_counts(&self, names: &[&str]) -> Value {
        let objects: Vec<&Object> = match names {
            [] => self.eyes().objects().into_iter().filter(|object| !object.raw.made).collect(),
            names => names.iter().filter_map(|name| self.eyes().object(name)).collect(),
        };
        let count = |object: &Object| {
            let found = self.query("67.0", &format!("SELECT COUNT() FROM {}", object.name()), false, 1).ok()?;
            Some(json!({ "count": found.get("totalSize"), "name": object.name() }))
        };
        json!({ "sObjects": objects.into_iter().filter_map(count).collect::<Vec<_>>() })
    }

    fn is_deleted(&self, object: &Object, key: i64) -> Result<bool, SfError> {
        let sql = format!("SELECT \"IsDeleted\" FROM \"{}\" WHERE \"Id\" = ?1", object.name());
        self.org.store.read(|db| Ok(db.prepare_cached(&sql)?.query_row([key], |row| row.get(0))?))
    }

    pub(super) fn parse(&self, text: &str) -> Result<soql::Query, SfError> {
        rules::length(text)?;
        let parsed = soql::parse(text);
        match (parsed.query, parsed.errors.into_iter().next()) {
            (Some(query), None) => Ok(query),
            (_, Some(error)) => {
                Err(SfError::new(400, "MALFORMED_QUERY", soql::pointed(text, error.span.start, &error.message)))
            }
            (None, None) => Err(SfError::internal()),
        }
    }
}

/// Whether the records of a query count as viewed: `FOR VIEW`, `FOR REFERENCE`.
fn glance_of(query: &soql::Query) -> Option<Glance> {
    let wants = |word: &str| query.intents.iter().any(|intent| intent.is(word));
    match () {
        () if wants("VIEW") => Some(Glance::View),
        () if wants("REFERENCE") => Some(Glance::Reference),
        () => None,
    }
}

fn read(text: &[u8]) -> Result<Value, SfError> {
    serde_json::from_slice(text).map_err(|_| SfError::internal())
}

/// Levels of child rows that a version of the API knows.
fn levels(version: &str) -> usize {
    let number: Option<f64> = version.parse().ok();
    if number.is_some_and(|number| number < 58.0) { 2 } else { usize::MAX }
}
