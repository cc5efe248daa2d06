//! An org in memory: its schema, its database, its people, and who looks at it.

use super::api::Api;
use super::error::SfError;
use super::eyes::Eyes;
use super::id::{self, Ids};
use super::page::{Cursors, PAGE, Reader};
use super::path::Planner;
use super::people::People;
use super::recent;
use super::schema::{Object, Schema};
use super::shape::Pen;
use super::store::Store;
use super::{Access, DataError, DemoUser, OrgSpec, Viewer, Wishes};
use super::{catalog, content};
use jiff::tz::TimeZone;
use std::time::{SystemTime, UNIX_EPOCH};

/// Levels of child rows in each other, of which the record asked is the first.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_relationships_query_limits.htm>
const LEVELS: usize = 5;

/// An org's records and schema. Made once, read by many threads, shared in an `Arc`.
pub struct OrgData {
    pub(super) schema: Schema,
    pub(super) store: Store,
    pub(super) ids: Ids,
    pub(super) cursors: Cursors,
    people: Vec<Person>,
    /// Seconds since 1970, asked when a query says `TODAY`.
    clock: fn() -> i64,
}

/// A user and what follows from who he is.
pub(super) struct Person {
    pub(super) key: i64,
    pub(super) user: DemoUser,
    /// Keys of the users whose records he sees.
    owners: Vec<i64>,
    zone: TimeZone,
}

fn system_clock() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().try_into().unwrap_or(i64::MAX))
}

impl OrgData {
    /// Makes the org. A million records take seconds; the default takes milliseconds.
    pub fn build(spec: &OrgSpec) -> Result<OrgData, DataError> {
        let schema = Schema::load()?;
        let ids = Ids::new(&schema, &spec.org_id)?;
        let people = People::load(spec, &schema)?;
        let store = Store::build(spec, &schema, &people)?;
        store
            .write(|db| catalog::insert(db, &schema, &ids, people.key("admin")))
            .map_err(|error| DataError::Schema(format!("the catalog: {}", error.message)))?;
        let users = people.users(|key| ids.write(key));
        let roles: Vec<(i64, Option<i64>)> = users.iter().map(|(key, role, _)| (*key, *role)).collect();
        let people = users
            .into_iter()
            .map(|(key, role, user)| {
                let mine = |(other, of): &&(i64, Option<i64>)| *other == key || (role.is_some() && *of == role);
                let owners = roles.iter().filter(mine).map(|(other, _)| *other).collect();
                let zone = TimeZone::get(&user.timezone).unwrap_or(TimeZone::UTC);
                Person { key, user, owners, zone }
            })
            .collect();
        let org = OrgData { schema, store, ids, cursors: Cursors::default(), people, clock: system_clock };
        let broken = |error: SfError| DataError::Schema(format!("the files: {}", error.message));
        if let Some(person) = org.people.first() {
            let admin = Viewer { org: &org, person, api: Api::Data, wishes: Wishes::default() };
            content::seed(&admin).map_err(broken)?;
        }
        for person in &org.people {
            recent::seed(&Viewer { org: &org, person, api: Api::Data, wishes: Wishes::default() })?;
        }
        Ok(org)
    }

    /// The same org with another idea of the time, in seconds since 1970: for tests of `TODAY` and its like.
    pub fn with_clock(self, clock: fn() -> i64) -> Self {
        Self { clock, ..self }
    }

    /// The people of the org. The five whose fates differ come first: admin, sales, api, gone, new.
    pub fn users(&self) -> Vec<DemoUser> {
        self.people.iter().map(|person| person.user.clone()).collect()
    }

    /// The view of one user, by his 15- or 18-character id.
    pub fn viewer(&self, user_id: &str) -> Option<Viewer<'_>> {
        let key = self.ids.read(user_id)?;
        self.people.iter().find(|person| person.key == key).map(|person| Viewer {
            org: self,
            person,
            api: Api::Data,
            wishes: Wishes::default(),
        })
    }
}

impl<'a> Viewer<'a> {
    /// What the same user sees through the Tooling API. The version in its calls is as in `67.0/tooling`.
    pub fn tooling(&self) -> Viewer<'a> {
        Viewer { api: Api::Tooling, ..*self }
    }

    pub(super) fn eyes(&self) -> Eyes<'a> {
        let person = self.person;
        let access: Access = person.user.access;
        let viewed = &self.org.store.viewed;
        Eyes { schema: &self.org.schema, access, api: self.api, me: person.key, owners: &person.owners, viewed }
    }

    pub(super) fn pen<'v>(&self, version: &'v str) -> Pen<'v>
    where
        'a: 'v,
    {
        Pen { schema: &self.org.schema, ids: &self.org.ids, version }
    }

    pub(super) fn reader<'v>(&self, version: &'v str, batch: usize) -> Reader<'v>
    where
        'a: 'v,
    {
        Reader {
            store: &self.org.store,
            cursors: &self.org.cursors,
            pen: self.pen(version),
            me: self.person.key,
            batch: batch.clamp(1, PAGE),
            seen: None,
        }
    }

    pub(super) fn planner<'q>(&self, text: &'q str) -> Planner<'q>
    where
        'a: 'q,
    {
        Planner {
            eyes: self.eyes(),
            ids: &self.org.ids,
            text,
            now: self.now(),
            zone: self.person.zone.clone(),
            locale: &self.person.user.locale,
            params: Vec::new(),
            aliases: 0,
            levels: LEVELS,
            all_rows: false,
            semi_joins: 0,
        }
    }

    /// Seconds since 1970.
    pub(super) fn now(&self) -> i64 {
        (self.org.clock)()
    }

    /// The object of this name, as a resource of the REST API.
    pub(super) fn resource(&self, name: &str) -> Result<&'a Object, SfError> {
        self.eyes().object(name).ok_or_else(SfError::not_found)
    }

    /// The key of a record of the object, by its id.
    pub(super) fn key_of(&self, object: &Object, id: &str) -> Result<i64, SfError> {
        match self.org.ids.read(id).or_else(|| self.org.ids.named(id)) {
            Some(key) if id::object_of(key) == object.index => Ok(key),
            Some(_) => Err(SfError::not_found()),
            None if id::looks_like_id(id) => Err(SfError::not_found()),
            None => {
                let told = format!("Provided external ID field does not exist or is not accessible: {id}");
                Err(SfError::new(404, "NOT_FOUND", told))
            }
        }
    }
}
