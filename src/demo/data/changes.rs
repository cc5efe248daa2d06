//! What changed in a span of time, for clients that keep a copy: `updated` and `deleted`.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm>

use super::error::SfError;
use super::shape::datetime;
use super::viewer::Viewer;
use serde_json::{Value, json};

/// How far back changes are known, in seconds: 30 days.
const KNOWN: i64 = 30 * 86_400;
/// The most records of one answer.
const MOST: usize = 600_000;

impl Viewer<'_> {
    /// `…/sobjects/NAME/updated`: the ids of records made or changed in the span.
    pub fn updated(&self, name: &str, start: Option<&str>, end: Option<&str>) -> Result<Value, SfError> {
        let span = self.span(start, end)?;
        let ids: Vec<String> = self.changed(name, span, false)?.into_iter().map(|(id, _)| id).collect();
        Ok(json!({ "ids": ids, "latestDateCovered": datetime(self.latest(span)) }))
    }

    /// `…/sobjects/NAME/deleted`: the records deleted in the span, and when.
    pub fn deleted(&self, name: &str, start: Option<&str>, end: Option<&str>) -> Result<Value, SfError> {
        let span = self.span(start, end)?;
        let one = |(id, at): (String, i64)| json!({ "deletedDate": datetime(at), "id": id });
        let records: Vec<Value> = self.changed(name, span, true)?.into_iter().map(one).collect();
        Ok(json!({
            "deletedRecords": records,
            "earliestDateAvailable": datetime(self.now() - KNOWN),
            "latestDateCovered": datetime(self.latest(span)),
        }))
    }

    /// What is known reaches to the end asked for, or to now.
    fn latest(&self, (_, end): (i64, i64)) -> i64 {
        end.min(self.now())
    }

    fn span(&self, start: Option<&str>, end: Option<&str>) -> Result<(i64, i64), SfError> {
        let time = |name: &str, text: Option<&str>| {
            let missing = || SfError::new(400, "MISSING_ARGUMENT", format!("{name} is a required parameter"));
            // A plus sign that was not escaped arrives as a blank.
            let text = text.filter(|text| !text.is_empty()).ok_or_else(missing)?.replace(' ', "+");
            let time = text.parse::<jiff::Timestamp>();
            time.map(jiff::Timestamp::as_second)
                .map_err(|_| SfError::new(400, "INVALID_FIELD", format!("invalid parameter value {text}: {name}")))
        };
        let (start, end) = (time("start", start)?, time("end", end)?);
        let bad = |told: &str| Err(SfError::new(400, "INVALID_REPLICATION_DATE", told));
        match () {
            () if start.div_euclid(60) >= end.div_euclid(60) => {
                bad("startDate must be at least one minute before endDate")
            }
            () if start < self.now() - KNOWN => bad("startDate cannot be more than 30 days ago"),
            () => Ok((start, end)),
        }
    }

    /// Ids and times of the records that he sees and that changed last within the span.
    fn changed(&self, name: &str, (start, end): (i64, i64), deleted: bool) -> Result<Vec<(String, i64)>, SfError> {
        let object = self.resource(name)?;
        let rows = self.eyes().rows(object, "t").map(|rows| format!(" AND {rows}")).unwrap_or_default();
        let sql = format!(
            "SELECT t.\"Id\", t.\"SystemModstamp\" FROM \"{}\" AS t WHERE t.\"IsDeleted\" = ?1 \
             AND t.\"SystemModstamp\" >= ?2 AND t.\"SystemModstamp\" < ?3{rows} ORDER BY 1 LIMIT {}",
            object.name(),
            MOST + 1
        );
        let found: Vec<(i64, i64)> = self.org.store.read(|db| {
            let mut statement = db.prepare_cached(&sql)?;
            let rows = statement.query_map((deleted, start, end), |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok::<_, SfError>(rows.collect::<Result<_, _>>()?)
        })?;
        if found.len() > MOST {
            return Err(SfError::new(
                400,
                "EXCEEDED_ID_LIMIT",
                "the span holds too many changes: ask for a shorter one",
            ));
        }
        Ok(found.into_iter().map(|(key, at)| (self.org.ids.write(key), at)).collect())
    }
}
