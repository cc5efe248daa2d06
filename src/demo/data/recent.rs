//! Records a user looked at lately: the object RecentlyViewed, the list `recent`, and the order of his searches.
//!
//! RecentlyViewed has no table. Its rows are joined from what was looked at and the records themselves, so that a name is
//! the present one, and a record that is deleted or not his to see any more is not there.

use super::dialect::COLLATION;
use super::error::SfError;
use super::eyes::Eyes;
use super::id;
use super::make::last_day;
use super::schema::{Field, Object};
use super::viewed::{Glance, Look};
use super::viewer::Viewer;
use serde_json::{Value, json};

/// Objects of which everybody has looked at some before the demo begins, and how many of each.
const SEEDED: [(&str, usize); 6] =
    [("Account", 4), ("Opportunity", 4), ("Contact", 3), ("Lead", 2), ("Case", 2), ("Shipment__c", 2)];
/// Between two looks of the seed; seconds.
const APART: i64 = 47 * 60;

/// Whether records of the object are remembered when they are looked at.
fn is_remembered(object: &Object) -> bool {
    object.can("layout")
}

impl Viewer<'_> {
    /// Notes that he looked at records. Those of objects without pages of their own are not remembered.
    pub(super) fn touch(&self, keys: &[i64], glance: Glance) {
        let remembered = |key: &&i64| self.eyes().at(id::object_of(**key)).is_some_and(is_remembered);
        let keys: Vec<i64> = keys.iter().filter(remembered).copied().collect();
        if !keys.is_empty() {
            self.org.store.viewed.note(self.person.key, &keys, glance, self.planner("").now);
        }
    }
}

/// Gives a user a past: the newest records he sees, looked at on the last day of the made history.
pub(super) fn seed(viewer: &Viewer<'_>) -> Result<(), rusqlite::Error> {
    let eyes = viewer.eyes();
    let mut lists = Vec::new();
    for (name, count) in SEEDED {
        let Some(object) = eyes.object(name) else { continue };
        let seen = eyes.rows(object, "t").map(|rows| format!(" AND {rows}")).unwrap_or_default();
        let sql = format!(
            "SELECT \"Id\" FROM \"{name}\" AS t WHERE \"IsDeleted\" = 0{seen} ORDER BY \"Id\" DESC LIMIT {count}"
        );
        let keys = viewer.org.store.read(|db| {
            db.prepare(&sql)?.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, rusqlite::Error>>()
        })?;
        lists.push(keys.into_iter());
    }
    let mut keys = Vec::new();
    // In turns, as people go from one object to the next.
    for _ in 0..SEEDED.len() {
        keys.extend(lists.iter_mut().filter_map(Iterator::next));
    }
    let last = last_day() * 86_400 - 3_600;
    for (at, key) in keys.iter().enumerate().rev() {
        viewer.org.store.viewed.note(viewer.person.key, &[*key], Glance::View, last - APART * at as i64);
    }
    Ok(())
}

/// The rows of RecentlyViewed, as a SELECT in brackets. All numbers are our own.
pub(super) fn source(eyes: &Eyes<'_>, own: &Object) -> String {
    let looks = eyes.viewed.of(eyes.me);
    let mut objects: Vec<&Object> = looks.iter().filter_map(|look| eyes.at(id::object_of(look.key))).collect();
    objects.sort_by_key(|object| object.index);
    objects.dedup_by_key(|object| object.index);
    let arms: Vec<String> = objects.into_iter().map(|object| arm(eyes, own, object, &looks)).collect();
    if arms.is_empty() {
        let names = own.fields.iter().map(|field| format!("NULL AS \"{}\"", field.name()));
        return format!("(SELECT {}, 0 AS \"IsDeleted\", 0 AS \"Turn\" WHERE 0)", names.collect::<Vec<_>>().join(", "));
    }
    format!("({})", arms.join(" UNION ALL "))
}

fn arm(eyes: &Eyes<'_>, own: &Object, object: &Object, looks: &[Look]) -> String {
    let looks = looks.iter().filter(|look| id::object_of(look.key) == object.index).map(|look| {
        let viewed = look.viewed.map_or("NULL".to_owned(), |time| time.to_string());
        format!("({}, {viewed}, {}, {})", look.key, look.referenced, look.turn)
    });
    let column = |field: &Field| {
        let name = field.name();
        let value = match name {
            "Id" => "s.column1".to_owned(),
            "Type" => format!("'{}' COLLATE {COLLATION}", object.name()),
            "LastViewedDate" => "s.column2".to_owned(),
            "LastReferencedDate" => "s.column3".to_owned(),
            _ => {
                let same = eyes.field(object, name).filter(|same| same.raw.kind == field.raw.kind);
                let shown = if field.is_name { object.name_field() } else { same };
                shown.map_or("NULL".to_owned(), |shown| format!("o.\"{}\"", shown.name()))
            }
        };
        format!("{value} AS \"{name}\"")
    };
    let columns: Vec<String> = own.fields.iter().map(column).collect();
    let seen = eyes.rows(object, "o").map(|rows| format!(" AND {rows}")).unwrap_or_default();
    format!(
        "SELECT {}, 0 AS \"IsDeleted\", s.column4 AS \"Turn\" FROM (VALUES {}) AS s JOIN \"{}\" AS o ON o.\"Id\" = s.column1 \
         WHERE o.\"IsDeleted\" = 0{seen}",
        columns.join(", "),
        looks.collect::<Vec<_>>().join(", "),
        object.name()
    )
}

/// The records he viewed last, of all objects or of one: `[{"attributes", "Id", "Name"}]`.
pub(super) fn list(
    viewer: &Viewer<'_>,
    version: &str,
    only: Option<&Object>,
    limit: usize,
) -> Result<Vec<Value>, SfError> {
    // The objects of the Tooling API have no pages on which somebody could look at their records.
    if viewer.eyes().object("RecentlyViewed").is_none() {
        return Ok(Vec::new());
    }
    let text = "SELECT Id, Name, Type FROM RecentlyViewed WHERE LastViewedDate != null";
    let parsed = crate::soql::parse(text).query.ok_or_else(SfError::internal)?;
    let mut plan = viewer.planner(text).plan(&parsed, false)?;
    if let Some(object) = only {
        plan.filter = format!("{} AND {}.\"Id\" >> 40 = {}", plan.filter, plan.alias, object.index);
    }
    // Not by the time alone, which counts in seconds.
    plan.order = format!("{}.\"Turn\" DESC", plan.alias);
    plan.limit = Some(limit as u64);
    let answer = viewer.reader(version, super::page::PAGE).first(plan)?;
    let one = |record: &Value| {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or("");
        let (id, kind) = (text("Id"), text("Type"));
        let url = format!("/services/data/v{version}/sobjects/{kind}/{id}");
        json!({ "attributes": { "type": kind, "url": url }, "Id": id, "Name": record.get("Name") })
    };
    let records = answer.get("records").and_then(Value::as_array);
    Ok(records.into_iter().flatten().map(one).collect())
}

/// The keys of what he looked at, for `IN (…)`.
pub(super) fn keys(viewer: &Viewer<'_>) -> String {
    let keys: Vec<String> =
        viewer.org.store.viewed.of(viewer.person.key).iter().map(|look| look.key.to_string()).collect();
    keys.join(",")
}

/// The objects he may search: those he looks at most first, then the others by name.
pub(super) fn scope_order<'t>(viewer: &Viewer<'t>) -> Vec<&'t Object> {
    let looks = viewer.org.store.viewed.of(viewer.person.key);
    let mut objects: Vec<&Object> = viewer.eyes().objects().into_iter().filter(|object| object.can("search")).collect();
    let often = |object: &Object| looks.iter().filter(|look| id::object_of(look.key) == object.index).count();
    objects.sort_by_key(|object| std::cmp::Reverse(often(object)));
    objects
}
