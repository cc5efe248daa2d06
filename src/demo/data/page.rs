//! Answers page by page. A query with more rows than a page leaves a cursor behind, which a locator names.
//!
//! A cursor by key remembers where pages began, a few numbers; a cursor with an order of its own remembers the numbers of
//! its records, four bytes each. Rows are never kept.
//!
//! ```text
//! query ──▶ first page ──more?──▶ Cursor 01g…  ◀── locator 01g…-2000 ── query_more ──▶ page
//! ```

use super::error::SfError;
use super::id;
use super::plan::{Kind, Plan};
use super::shape::Pen;
use super::store::{Store, lock};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Open cursors of one user; the oldest makes room, as in Salesforce.
const OPEN: usize = 10;
/// Open cursors of child rows of one user: a page may leave one behind for each of its records.
const OPEN_CHILDREN: usize = 2_000;
/// The largest page.
pub(super) const PAGE: usize = 2_000;

/// The cursors of all users, and what was counted.
#[derive(Default)]
pub(super) struct Cursors {
    number: AtomicU64,
    open: Mutex<HashMap<i64, Open>>,
    counts: Mutex<HashMap<String, (u64, u64)>>,
}

/// The cursors of one user by their names, the oldest first.
type Open = VecDeque<(String, Arc<Cursor>)>;

struct Cursor {
    plan: Arc<Plan>,
    /// Of a subquery: the record whose children these are.
    parent: Option<i64>,
    total: u64,
    way: Way,
}

/// How to find the page at a position.
enum Way {
    /// By key: the last key before each position known so far.
    Key(Mutex<BTreeMap<u64, i64>>),
    /// In an order of its own: object and record numbers.
    List(usize, Vec<u32>),
}

/// One user's reading.
pub(super) struct Reader<'a> {
    pub(super) store: &'a Store,
    pub(super) cursors: &'a Cursors,
    pub(super) pen: Pen<'a>,
    /// Key of the user.
    pub(super) me: i64,
    pub(super) batch: usize,
    /// Keys of the records that were read, where somebody wants to know.
    pub(super) seen: Option<RefCell<Vec<i64>>>,
}

/// Rows that were written: how many, the key of the last, and whether there were more than wanted.
struct Rows {
    count: u64,
    last: Option<i64>,
    more: bool,
}

impl Reader<'_> {
    /// The first page of a plan, as [`Self::first_text`] but read.
    pub(super) fn first(&self, plan: Plan) -> Result<Value, SfError> {
        serde_json::from_slice(&self.first_text(plan)?).map_err(|_| SfError::internal())
    }

    /// The first page of a plan: JSON.
    pub(super) fn first_text(&self, plan: Plan) -> Result<Vec<u8>, SfError> {
        let plan = Arc::new(plan);
        let mut out = Vec::new();
        self.store.read(|db| match plan.kind {
            Kind::Count => {
                wrap(&mut out, 0, self.count(db, &plan, None)?, None);
                Ok(())
            }
            Kind::Groups => self.groups(db, &plan, &mut out),
            Kind::Records => self.records(db, &plan, None, &mut out).map(|_| ()),
        })?;
        Ok(out)
    }

    /// The page a locator names: JSON.
    pub(super) fn more_text(&self, locator: &str) -> Result<Vec<u8>, SfError> {
        let unknown = || SfError::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        let (name, position) = locator.split_once('-').ok_or_else(unknown)?;
        let position: u64 = position.parse().map_err(|_| unknown())?;
        let name = id::widen(name).ok_or_else(unknown)?;
        let found = lock(&self.cursors.open)
            .get(&self.me)
            .and_then(|own| own.iter().find(|(other, _)| *other == name).map(|(_, cursor)| Arc::clone(cursor)));
        let cursor = found.filter(|cursor| position < cursor.total).ok_or_else(unknown)?;
        let mut out = Vec::new();
        self.store.read(|db| {
            let count = self.at(db, &cursor, position, &mut out)?;
            // Records deleted meanwhile leave a list where it was.
            let next = match cursor.way {
                Way::Key(_) => position + count,
                Way::List(..) => position + self.batch as u64,
            };
            let more = count > 0 && next < cursor.total;
            wrap(&mut out, 0, cursor.total, more.then(|| self.url(&name, next)));
            Ok::<(), SfError>(())
        })?;
        Ok(out)
    }

    fn url(&self, name: &str, position: u64) -> String {
        format!("/services/data/v{}/query/{name}-{position}", self.pen.version)
    }

    /// Groups have no further pages.
    fn groups(&self, db: &Connection, plan: &Plan, out: &mut Vec<u8>) -> Result<(), SfError> {
        let sql = plan.sql(&plan.columns(), "", &end(&plan.order, plan.limit.unwrap_or(PAGE as u64 + 1), plan.offset));
        let mut count = 0;
        let mut statement = db.prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(&plan.params))?;
        while let Some(row) = found.next()? {
            open_record(out, count);
            count += 1;
            out.extend_from_slice(b"\"attributes\":{\"type\":\"AggregateResult\"}");
            self.pen.nodes(&plan.nodes, row, out, &mut |_, _| Ok(()))?;
            out.push(b'}');
        }
        if count > PAGE as u64 {
            let told =
                "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch";
            return Err(SfError::new(400, "EXCEEDED_ID_LIMIT", told));
        }
        wrap(out, 0, count, None);
        Ok(())
    }

    /// The first page of records, of a query or of a record's children. Tells how many there are in all.
    fn records(
        &self,
        db: &Connection,
        plan: &Arc<Plan>,
        parent: Option<i64>,
        out: &mut Vec<u8>,
    ) -> Result<u64, SfError> {
        let start = out.len();
        let limit = plan.limit.unwrap_or(u64::MAX);
        let wanted = limit.min(self.batch as u64 + 1);
        let order = if plan.order.is_empty() { format!("{}.\"Id\"", plan.alias) } else { plan.order.clone() };
        let sql = plan.sql(&plan.columns(), "", &end(&order, wanted, plan.offset));
        let rows = self.rows(db, &sql, plan, &all_params(plan, parent), self.batch, out)?;
        if !rows.more {
            wrap(out, start, rows.count, None);
            return Ok(rows.count);
        }
        let way = if plan.order.is_empty() {
            let known = rows.last.map(|last| (rows.count, last));
            Way::Key(Mutex::new(known.into_iter().collect()))
        } else {
            self.list(db, plan, parent)?
        };
        let total = match &way {
            Way::List(_, keys) => keys.len() as u64,
            Way::Key(_) => self.count(db, plan, parent)?,
        };
        let cursor = Cursor { plan: Arc::clone(plan), parent, total, way };
        let name = self.keep(cursor)?;
        wrap(out, start, total, Some(self.url(&name, rows.count)));
        Ok(total)
    }

    /// The numbers of all records of an ordered plan.
    fn list(&self, db: &Connection, plan: &Plan, parent: Option<i64>) -> Result<Way, SfError> {
        let limit = plan.limit.unwrap_or(i64::MAX as u64);
        let sql = plan.sql(&format!("{}.\"Id\"", plan.alias), "", &end(&plan.order, limit, plan.offset));
        let mut statement = db.prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(all_params(plan, parent)))?;
        let (mut object, mut numbers) = (0, Vec::new());
        while let Some(row) = found.next()? {
            let key: i64 = row.get(0)?;
            object = id::object_of(key);
            numbers.push(u32::try_from(id::seq_of(key)).unwrap_or(u32::MAX));
        }
        Ok(Way::List(object, numbers))
    }

    fn keep(&self, cursor: Cursor) -> Result<String, SfError> {
        let number = self.cursors.number.fetch_add(1, Ordering::Relaxed);
        let name = id::widen(&format!("01gDe0{:09}", number + 1)).ok_or_else(SfError::internal)?;
        let mut open = lock(&self.cursors.open);
        let own = open.entry(self.me).or_default();
        let child = cursor.parent.is_some();
        own.push_back((name.clone(), Arc::new(cursor)));
        // Child rows do not push out the query that they belong to.
        let alike = |(_, other): &(String, Arc<Cursor>)| other.parent.is_some() == child;
        if own.iter().filter(|one| alike(one)).count() > if child { OPEN_CHILDREN } else { OPEN }
            && let Some(oldest) = own.iter().position(alike)
        {
            own.remove(oldest);
        }
        Ok(name)
    }

    /// The records of a cursor at a position. Tells how many there were.
    fn at(&self, db: &Connection, cursor: &Cursor, position: u64, out: &mut Vec<u8>) -> Result<u64, SfError> {
        let plan = &cursor.plan;
        let mut params = all_params(plan, cursor.parent);
        let take = (cursor.total - position).min(self.batch as u64);
        let mark = params.len() + 1;
        match &cursor.way {
            Way::Key(known) => {
                let (from, key) = lock(known).range(..=position).next_back().map_or((0, -1), |(at, key)| (*at, *key));
                // What the user asked to leave out counts only while no later place is known.
                let skip = position - from + if key < 0 { plan.offset } else { 0 };
                let more = format!(" AND {}.\"Id\" > ?{mark}", plan.alias);
                let sql = plan.sql(&plan.columns(), &more, &end(&format!("{}.\"Id\"", plan.alias), take, skip));
                params.push(Bound::Integer(key));
                let rows = self.rows(db, &sql, plan, &params, usize::MAX, out)?;
                if let Some(last) = rows.last {
                    lock(known).insert(position + rows.count, last);
                }
                Ok(rows.count)
            }
            Way::List(object, numbers) => {
                let sql = plan.sql(&plan.columns(), &format!(" AND {}.\"Id\" = ?{mark}", plan.alias), "");
                let start = usize::try_from(position).unwrap_or(usize::MAX);
                let mut statement = db.prepare_cached(&sql)?;
                for (at, param) in params.iter().enumerate() {
                    statement.raw_bind_parameter(at + 1, param)?;
                }
                let mut count = 0;
                for number in numbers.iter().skip(start).take(take as usize) {
                    let key = id::key(*object, i64::from(*number));
                    statement.raw_bind_parameter(mark, key)?;
                    let mut found = statement.raw_query();
                    while let Some(row) = found.next()? {
                        open_record(out, count);
                        count += 1;
                        self.record(db, plan, row, key, out)?;
                    }
                }
                Ok(count)
            }
        }
    }

    /// Runs a statement and writes its rows, `keep` at most.
    fn rows(
        &self,
        db: &Connection,
        sql: &str,
        plan: &Plan,
        params: &[Bound],
        keep: usize,
        out: &mut Vec<u8>,
    ) -> Result<Rows, SfError> {
        let mut statement = db.prepare_cached(sql)?;
        let mut found = statement.query(params_from_iter(params))?;
        let mut rows = Rows { count: 0, last: None, more: false };
        while let Some(row) = found.next()? {
            if rows.count == keep as u64 {
                rows.more = true;
                break;
            }
            let key: i64 = row.get(0)?;
            rows.last = Some(key);
            open_record(out, rows.count);
            rows.count += 1;
            self.record(db, plan, row, key, out)?;
        }
        Ok(rows)
    }

    /// The rest of a record and its end.
    fn record(&self, db: &Connection, plan: &Plan, row: &Row<'_>, key: i64, out: &mut Vec<u8>) -> Result<(), SfError> {
        if let Some(seen) = &self.seen {
            seen.borrow_mut().push(key);
        }
        self.pen.put_attributes(out, plan.object, key);
        self.pen.nodes(&plan.nodes, row, out, &mut |out, child| {
            let start = out.len();
            let found = plan.children.get(child).map(|inner| self.records(db, inner, Some(key), out));
            if found.transpose()?.unwrap_or(0) == 0 {
                out.truncate(start);
                out.extend_from_slice(b"null");
            }
            Ok(())
        })?;
        out.push(b'}');
        Ok(())
    }

    /// How many rows a plan has. Remembered until something is written.
    fn count(&self, db: &Connection, plan: &Plan, parent: Option<i64>) -> Result<u64, SfError> {
        let sql = match (plan.limit, plan.offset) {
            (None, 0) => plan.sql("count(*)", "", ""),
            (limit, offset) => {
                let inner = plan.sql("1", "", &end("", limit.unwrap_or(i64::MAX as u64), offset));
                format!("SELECT count(*) FROM ({inner})")
            }
        };
        let params = all_params(plan, parent);
        let name = format!("{sql} {params:?}");
        let generation = self.store.generation();
        if let Some((_, count)) = lock(&self.cursors.counts).get(&name).filter(|(then, _)| *then == generation) {
            return Ok(*count);
        }
        let count: i64 = db.prepare_cached(&sql)?.query_row(params_from_iter(&params), |row| row.get(0))?;
        let count = u64::try_from(count).unwrap_or(0);
        let mut counts = lock(&self.cursors.counts);
        if counts.len() >= 256 {
            counts.clear();
        }
        counts.insert(name, (generation, count));
        Ok(count)
    }
}

fn all_params(plan: &Plan, parent: Option<i64>) -> Vec<Bound> {
    let mut params = plan.params.clone();
    params.extend(parent.map(Bound::Integer));
    params
}

/// What follows the conditions.
fn end(order: &str, limit: u64, offset: u64) -> String {
    let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {order}") };
    let skip = if offset > 0 { format!(" OFFSET {offset}") } else { String::new() };
    format!("{order} LIMIT {}{skip}", limit.min(i64::MAX as u64))
}

/// The beginning of record number `at` of a list.
fn open_record(out: &mut Vec<u8>, at: u64) {
    out.extend_from_slice(if at == 0 { b"{" } else { b",{" });
}

/// Makes a query's answer of the records written since `start`. Its head comes last: the number of records is in it.
fn wrap(out: &mut Vec<u8>, start: usize, total: u64, next: Option<String>) {
    let done = next.is_none();
    let next = next.map(|next| format!("\"nextRecordsUrl\":\"{next}\",")).unwrap_or_default();
    let head = format!("{{\"totalSize\":{total},\"done\":{done},{next}\"records\":[");
    out.splice(start..start, head.into_bytes());
    out.extend_from_slice(b"]}");
}
