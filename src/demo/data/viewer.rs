//! What one user asks: describes, records, queries, searches. Each call sees only what he may see.

use super::api::Api;
use super::error::SfError;
use super::org::{OrgData, Person};
use super::schema::Object;
use super::{SearchParams, Wishes, describe, find};
use crate::soql;
use serde_json::{Value, json};

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
        let recent = find::recent_of(self, version, object, 5)?;
        Ok(json!({ "objectDescribe": describe::brief(&self.eyes(), object, version), "recentItems": recent }))
    }

    /// `GET …/sobjects/NAME/describe`.
    pub fn describe(&self, version: &str, name: &str) -> Result<Value, SfError> {
        let object = self.resource(name)?;
        Ok(describe::full(&self.eyes(), object, version, self.record_types(object)?))
    }

    /// `GET …/sobjects/NAME/ID[?fields=A,B]`: all fields he sees, or those asked for.
    pub fn record(&self, version: &str, name: &str, id: &str, fields: Option<&str>) -> Result<Value, SfError> {
        let object = self.resource(name)?;
        let key = self.key_of(object, id)?;
        let list = match fields {
            Some(fields) => fields.to_owned(),
            None => self.eyes().fields(object).map(|field| field.name()).collect::<Vec<_>>().join(","),
        };
        let (mut query, text) = find::field_list(object, &list)?;
        query.all_rows = true;
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
        let query = self.parse(text)?;
        let plan = self.planner(text).plan(&query, all_rows)?;
        self.reader(version, batch).first(plan)
    }

    /// `GET …/query/LOCATOR`, where the locator looks like `01g…-2000`.
    pub fn query_more(&self, version: &str, locator: &str, batch: usize) -> Result<Value, SfError> {
        self.reader(version, batch).more(locator)
    }

    /// `GET …/search?q=FIND…`: `{"searchRecords":[…]}`.
    pub fn search(&self, version: &str, sosl: &str) -> Result<Value, SfError> {
        find::search(self, version, sosl)
    }

    /// `…/parameterizedSearch`: `{"searchRecords":[…]}`.
    pub fn parameterized_search(&self, version: &str, params: &SearchParams) -> Result<Value, SfError> {
        find::parameterized(self, version, params)
    }

    /// `GET …/recent?limit=N`: his own records that changed last, over all objects.
    pub fn recent(&self, version: &str, limit: usize) -> Value {
        let mut all = Vec::new();
        for name in ["Account", "Opportunity", "Contact", "Lead", "Case", "Shipment__c"] {
            let object = self.eyes().object(name);
            all.extend(object.and_then(|object| find::recent_of(self, version, object, 5).ok()).unwrap_or_default());
        }
        all.truncate(limit);
        Value::Array(all)
    }

    /// `GET …/limits/recordCount?sObjects=A,B`: `{"sObjects":[{"count","name"}]}`; no names means all objects. Unknown
    /// names are left out.
    pub fn record_counts(&self, names: &[&str]) -> Value {
        let objects: Vec<&Object> = match names {
            [] => self.eyes().objects(),
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
