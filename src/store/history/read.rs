//! Looking through the history: which exchanges fit a question, the newest first, a window of them at a time.

use super::{Archive, ArchiveError};
use crate::profile::ProfileId;
use crate::request::{Past, PastId, PastPage, PastQuery, PastRow, Request, Word};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Steps of the database between two looks at the stop flag: well under a millisecond.
const STEPS: i32 = 2_000;
/// A word goes on from so many letters: fewer begin half of all words.
const PREFIX: usize = 3;

const COLUMNS: &str = "e.id, e.at, e.method, e.status, e.took, e.bytes, p.app, p.username, p.org, p.instance, n.address, n.url, \
     e.failed, e.pages";
const JOINED: &str = "JOIN person p ON p.id = e.person JOIN entry n ON n.id = e.id";

impl Archive {
    /// A window of what fits: `count` rows from the one with this number on, and how many there are in all.
    ///
    /// # Errors
    /// Where `stop` was set meanwhile, or the database cannot be read.
    pub fn read(
        &mut self,
        query: &PastQuery,
        first: usize,
        count: usize,
        stop: &Arc<AtomicBool>,
    ) -> Result<PastPage, ArchiveError> {
        let flag = Arc::clone(stop);
        self.db.progress_handler(STEPS, Some(move || flag.load(Ordering::Relaxed)))?;
        let page = page(&self.db, query, first, count);
        self.db.progress_handler(0, None::<fn() -> bool>)?;
        Ok(page?)
    }

    /// All that was kept of one; `None` where it is gone.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn entry(&self, id: PastId) -> Result<Option<Past>, ArchiveError> {
        let sql = format!("SELECT {COLUMNS}, n.about, n.answer FROM exchange e {JOINED} WHERE e.id = ?1");
        let found = self.db.query_row(&sql, [id], |found| {
            Ok((row(found)?, found.get::<_, Vec<u8>>(14)?, found.get::<_, Vec<u8>>(15)?))
        });
        match found.optional()? {
            None => Ok(None),
            Some((row, about, answer)) => Ok(Some(super::pack::unpack(row, &about, &answer)?)),
        }
    }
}

impl Archive {
    /// The last exchange before one that was asked the same, whoever asked: before that number, or before that time.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn before(&self, request: &Request, before: Result<PastId, Timestamp>) -> Result<Option<Past>, ArchiveError> {
        /// So many that differ in params, headers or body alone are looked into.
        const TRIES: usize = 100;
        let (column, number) = match before {
            Ok(id) => ("e.id", id),
            Err(at) => ("e.at", at.as_millisecond()),
        };
        let sql = format!(
            "SELECT e.id FROM exchange e JOIN entry n ON n.id = e.id
             WHERE {column} < ?1 AND e.status > 0 AND e.method = ?2 AND n.address = ?3 ORDER BY e.id DESC LIMIT {TRIES}"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let ids = statement.query_map((number, &request.method, &request.address), |row| row.get(0))?;
        for id in ids {
            let past = self.entry(id?)?;
            // Who answers for it makes no other question of it.
            let same = |past: &Past| past.request == Request { trust: past.request.trust.clone(), ..request.clone() };
            if past.as_ref().is_some_and(same) {
                return Ok(past);
            }
        }
        Ok(None)
    }
}

fn page(db: &Connection, query: &PastQuery, first: usize, count: usize) -> rusqlite::Result<PastPage> {
    let found = Fits::of(query);
    let total = match found.condition.is_empty() {
        true => db.query_row("SELECT count FROM total", [], |row| row.get(0))?,
        false => {
            let sql = format!("SELECT count(*) FROM {}{}", found.from, found.condition);
            db.prepare_cached(&sql)?.query_row(params_from_iter(&found.values), |row| row.get::<_, i64>(0))?
        }
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM (SELECT {id} AS id FROM {}{} ORDER BY {id} DESC LIMIT {count} OFFSET {first}) f
         JOIN exchange e ON e.id = f.id {JOINED} ORDER BY e.id DESC",
        found.from,
        found.condition,
        id = found.id,
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&found.values), row)?.collect::<rusqlite::Result<_>>()?;
    Ok(PastPage { total: usize::try_from(total).unwrap_or(0), first, rows })
}

/// A question as SQL.
struct Fits {
    from: &'static str,
    /// Empty, or it begins with ` WHERE`.
    condition: String,
    values: Vec<Value>,
    /// The column with the number, in whose order the table is walked.
    id: &'static str,
}

impl Fits {
    fn of(query: &PastQuery) -> Self {
        let mut conditions: Vec<&str> = Vec::new();
        let mut values: Vec<Value> = Vec::new();
        let words = expression(&query.words);
        if !words.is_empty() {
            conditions.push("words MATCH ?");
            values.push(Value::Text(words));
        }
        let searched = !conditions.is_empty();
        if let Some((from, to)) = query.status {
            conditions.push("e.status BETWEEN ? AND ?");
            values.extend([Value::Integer(from.into()), Value::Integer(to.into())]);
        }
        if let Some(method) = &query.method {
            conditions.push(r"e.method LIKE ? ESCAPE '\'");
            values.push(Value::Text(format!("{}%", escaped(method))));
        }
        if let Some(user) = &query.user {
            conditions.push(r"e.person IN (SELECT id FROM person WHERE username LIKE ? ESCAPE '\')");
            values.push(Value::Text(format!("%{}%", escaped(user))));
        }
        if let Some(org) = &query.org {
            conditions.push(
                r"e.person IN (SELECT id FROM person WHERE app || char(10) || org || char(10) || instance LIKE ? ESCAPE '\')",
            );
            values.push(Value::Text(format!("%{}%", escaped(org))));
        }
        if let Some(before) = query.before {
            conditions.push("e.at < ?");
            values.push(Value::Integer(before.as_millisecond()));
        }
        if let Some(after) = query.after {
            conditions.push("e.at >= ?");
            values.push(Value::Integer(after.as_millisecond()));
        }
        let (from, id) = match (searched, conditions.len()) {
            (true, 1) => ("words", "rowid"),
            // The words are walked, and each is looked up: never the other way round.
            (true, _) => ("words CROSS JOIN exchange e ON e.id = words.rowid", "words.rowid"),
            (false, _) => ("exchange e", "e.id"),
        };
        let condition = match conditions.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", conditions.join(" AND ")),
        };
        Self { from, condition, values, id }
    }
}

/// Words as the full-text search reads them; what has neither letter nor digit says nothing.
fn expression(words: &[Word]) -> String {
    let words = words.iter().filter(|word| word.text.chars().any(char::is_alphanumeric));
    let each = words.map(|word| {
        let goes_on = !word.whole && last_token(&word.text).chars().count() >= PREFIX;
        format!("\"{}\"{}", word.text.replace('"', "\"\""), if goes_on { "*" } else { "" })
    });
    each.collect::<Vec<_>>().join(" AND ")
}

fn last_token(text: &str) -> &str {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or(text)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn row(found: &Row<'_>) -> rusqlite::Result<PastRow> {
    Ok(PastRow {
        id: found.get(0)?,
        at: Timestamp::from_millisecond(found.get(1)?).unwrap_or_default(),
        method: found.get(2)?,
        status: found.get(3)?,
        took: Duration::from_micros(found.get::<_, i64>(4)?.unsigned_abs()),
        bytes: found.get::<_, i64>(5)?.unsigned_abs(),
        who: ProfileId { app: found.get(6)?, username: found.get(7)? },
        org_id: found.get(8)?,
        instance: found.get(9)?,
        address: found.get(10)?,
        url: found.get(11)?,
        failed: found.get(12)?,
        pages: found.get::<_, i64>(13)?.unsigned_abs(),
    })
}
