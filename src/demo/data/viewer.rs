//! One user's view of the org.

use super::{DataError, DemoUser, OrgSpec, SfError};
use serde_json::Value;

/// An org's records and schema. Shared in an `Arc`.
pub struct OrgData {
    users: Vec<DemoUser>,
}

/// What one user sees.
pub struct Viewer<'a> {
    org: &'a OrgData,
    user: &'a DemoUser,
}

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
    pub fn from_json(_body: &Value) -> Result<Self, SfError> {
        Err(SfError::internal())
    }

    /// From the pairs of a GET: `q=…&sobject=Account&Account.fields=Id,Name&Account.limit=5&fields=…`.
    pub fn from_pairs<'p>(_pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, SfError> {
        Err(SfError::internal())
    }
}

impl OrgData {
    /// Makes the org.
    pub fn build(_spec: &OrgSpec) -> Result<OrgData, DataError> {
        Ok(OrgData { users: Vec::new() })
    }

    /// The people of the org, the five that matter first: admin, sales, api, gone, new.
    pub fn users(&self) -> Vec<DemoUser> {
        self.users.clone()
    }

    /// The view of one user, by his 15- or 18-character id.
    pub fn viewer(&self, user_id: &str) -> Option<Viewer<'_>> {
        self.users.iter().find(|user| user.id == user_id).map(|user| Viewer { org: self, user })
    }
}

impl Viewer<'_> {
    /// `GET /services/data/vNN.0/sobjects`.
    pub fn global_describe(&self, _version: &str) -> Value {
        Value::from(self.org.users.len())
    }

    /// `GET …/sobjects/NAME`: `objectDescribe` and `recentItems`.
    pub fn sobject_basic(&self, _version: &str, _name: &str) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `GET …/sobjects/NAME/describe`.
    pub fn describe(&self, _version: &str, _name: &str) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `GET …/sobjects/NAME/ID[?fields=A,B]`.
    pub fn record(&self, _version: &str, _name: &str, _id: &str, _fields: Option<&str>) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `GET …/query?q=` (or `queryAll` with `all_rows`): the whole answer, pages of `batch` records.
    pub fn query(&self, _version: &str, _soql: &str, _all_rows: bool, _batch: usize) -> Result<Value, SfError> {
        Err(SfError::unsupported_type(&self.user.alias))
    }

    /// `GET …/query/LOCATOR`, where the locator looks like `01g…-2000`.
    pub fn query_more(&self, _version: &str, _locator: &str, _batch: usize) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `GET …/search?q=FIND…`: `{"searchRecords":[…]}`.
    pub fn search(&self, _version: &str, _sosl: &str) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `…/parameterizedSearch`: `{"searchRecords":[…]}`.
    pub fn parameterized_search(&self, _version: &str, _params: &SearchParams) -> Result<Value, SfError> {
        Err(SfError::not_found())
    }

    /// `GET …/recent?limit=N`: an array of records the user touched last.
    pub fn recent(&self, _version: &str, _limit: usize) -> Value {
        Value::Null
    }

    /// `GET …/limits/recordCount?sObjects=A,B`: `{"sObjects":[{"count","name"}]}`; no names means all.
    pub fn record_counts(&self, _names: &[&str]) -> Value {
        Value::Null
    }

    /// `POST …/sobjects/NAME`: the new record's id.
    pub fn create(&self, _name: &str, _body: &Value) -> Result<String, SfError> {
        Err(SfError::not_found())
    }

    /// `PATCH …/sobjects/NAME/ID`.
    pub fn update(&self, _name: &str, _id: &str, _body: &Value) -> Result<(), SfError> {
        Err(SfError::not_found())
    }

    /// `DELETE …/sobjects/NAME/ID`: to the recycle bin.
    pub fn delete(&self, _name: &str, _id: &str) -> Result<(), SfError> {
        Err(SfError::not_found())
    }
}
