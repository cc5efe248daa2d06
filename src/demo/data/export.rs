//! All rows of a query as flat text, for bulk jobs: read in pieces, so that writers get their turn and no row is kept.
//!
//! Only what Bulk API 2.0 takes: no groups, no aggregates, no subqueries, no compound fields.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm>

use super::error::SfError;
use super::org::OrgData;
use super::plan::{Kind, Plan};
use super::schema::Type;
use super::shape::Node;
use super::viewer::Viewer;
use crate::soql::{Expr, Query, SelectItem};
use rusqlite::params_from_iter;
use rusqlite::types::Value as Bound;

/// Rows read at once.
const PIECE: usize = 1_000;

/// A query that may be run as a bulk job.
pub struct Export<'a> {
    org: &'a OrgData,
    object: String,
    plan: Plan,
    columns: Vec<Column>,
}

struct Column {
    /// `Owner.Name`.
    name: String,
    at: usize,
    kind: Type,
}

impl<'a> Viewer<'a> {
    /// Plans a query whose rows are to be exported. Refusals have Bulk's code: `API_ERROR`.
    pub fn export(&self, text: &str, all_rows: bool) -> Result<Export<'a>, SfError> {
        let refused = |error: SfError| SfError { code: "API_ERROR", ..error };
        let query = self.parse(text).map_err(refused)?;
        unsupported(&query).map_err(refused)?;
        let plan = self.planner(text).plan(&query, all_rows).map_err(refused)?;
        if plan.kind != Kind::Records {
            return Err(SfError::new(400, "API_ERROR", "Aggregate functions not supported in Bulk Query"));
        }
        let name = query.from.first().map_or_else(String::new, |from| from.path.dotted());
        let object = self.eyes().object(&name).map_or(name, |object| object.name().to_owned());
        let mut columns = Vec::new();
        flat(&plan.nodes, "", &mut columns).map_err(refused)?;
        // The tree has a parent's fields together; the columns stand as the query names them.
        columns.sort_by_key(|column| place(&query, &object, &column.name));
        Ok(Export { org: self.org, object, plan, columns })
    }
}

impl Export<'_> {
    /// The object asked, in its true case.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The names of the columns.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Gives every row to `each`, until it says no.
    pub fn run(&self, each: &mut dyn FnMut(&[String]) -> bool) -> Result<(), SfError> {
        let give = |rows: Vec<Vec<String>>, each: &mut dyn FnMut(&[String]) -> bool| rows.iter().all(|row| each(row));
        if !self.plan.order.is_empty() || self.plan.offset > 0 {
            for keys in self.keys()?.chunks(PIECE) {
                if !give(self.named(keys)?, each) {
                    return Ok(());
                }
            }
            return Ok(());
        }
        let (mut after, mut left) = (-1, self.plan.limit.unwrap_or(u64::MAX));
        while left > 0 {
            let take = left.min(PIECE as u64);
            let (rows, last) = self.following(after, take)?;
            let full = rows.len() as u64 == take;
            left -= take;
            if !give(rows, each) || !full {
                return Ok(());
            }
            after = last;
        }
        Ok(())
    }

    /// The keys of an ordered query's rows: noted at once, so that what is written meanwhile moves nothing.
    fn keys(&self) -> Result<Vec<i64>, SfError> {
        let plan = &self.plan;
        let order = if plan.order.is_empty() { format!("{}.\"Id\"", plan.alias) } else { plan.order.clone() };
        let limit = plan.limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let end = format!(" ORDER BY {order} LIMIT {limit} OFFSET {}", plan.offset);
        let sql = plan.sql(&format!("{}.\"Id\"", plan.alias), "", &end);
        self.org.store.read(|db| {
            let mut statement = db.prepare_cached(&sql)?;
            let found = statement.query_map(params_from_iter(&plan.params), |row| row.get(0))?;
            Ok::<_, SfError>(found.collect::<Result<Vec<i64>, _>>()?)
        })
    }

    fn named(&self, keys: &[i64]) -> Result<Vec<Vec<String>>, SfError> {
        let plan = &self.plan;
        let more = format!(" AND {}.\"Id\" = ?{}", plan.alias, plan.params.len() + 1);
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.extend(self.read(&more, "", *key)?.0);
        }
        Ok(rows)
    }

    /// The rows behind a key, in the order of their keys, and the last one's key.
    fn following(&self, after: i64, take: u64) -> Result<(Vec<Vec<String>>, i64), SfError> {
        let plan = &self.plan;
        let more = format!(" AND {}.\"Id\" > ?{}", plan.alias, plan.params.len() + 1);
        self.read(&more, &format!(" ORDER BY {}.\"Id\" LIMIT {take}", plan.alias), after)
    }

    fn read(&self, more: &str, end: &str, key: i64) -> Result<(Vec<Vec<String>>, i64), SfError> {
        let pen = super::shape::Pen { schema: &self.org.schema, ids: &self.org.ids, version: "" };
        let sql = self.plan.sql(&self.plan.columns(), more, end);
        let mut params = self.plan.params.clone();
        params.push(Bound::Integer(key));
        self.org.store.read(|db| {
            let mut statement = db.prepare_cached(&sql)?;
            let mut found = statement.query(params_from_iter(&params))?;
            let (mut rows, mut last) = (Vec::new(), key);
            while let Some(row) = found.next()? {
                last = row.get(0)?;
                let cell = |column: &Column| {
                    let mut json = Vec::new();
                    let there = pen.value(&mut json, row, column.at, column.kind)?;
                    Ok(if there { cell(&json, column.kind) } else { String::new() })
                };
                rows.push(self.columns.iter().map(cell).collect::<Result<Vec<String>, SfError>>()?);
            }
            Ok((rows, last))
        })
    }
}

/// A value as bulk CSV has it: a text without its quotes, and UTC as `Z`.
fn cell(json: &[u8], kind: Type) -> String {
    match serde_json::from_slice::<String>(json) {
        Ok(text) if kind == Type::Datetime => text.replace("+0000", "Z"),
        Ok(text) => text,
        Err(_) => String::from_utf8_lossy(json).into_owned(),
    }
}

/// What Bulk API 2.0 does not take.
fn unsupported(query: &Query) -> Result<(), SfError> {
    let no = |what: &str| Err(SfError::new(400, "API_ERROR", format!("{what} not supported in Bulk Query")));
    if query.grouping.is_some() {
        return no("GROUP BY is");
    }
    if query.offset.is_some() {
        return no("OFFSET is");
    }
    for item in &query.select {
        match item {
            SelectItem::Children(_) => return no("Aggregate Relationships"),
            SelectItem::TypeOf { .. } => return no("TYPEOF is"),
            SelectItem::Expr { .. } => {}
        }
    }
    Ok(())
}

/// The leaves of an answer's tree, by their dotted names.
fn flat(nodes: &[Node], above: &str, into: &mut Vec<Column>) -> Result<(), SfError> {
    for node in nodes {
        match node {
            Node::Leaf { key, column, kind } => {
                into.push(Column { name: format!("{above}{key}"), at: *column, kind: *kind });
            }
            Node::Parent { key, nodes, .. } => flat(nodes, &format!("{above}{key}."), into)?,
            _ => return Err(SfError::new(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")),
        }
    }
    Ok(())
}

/// Which item of the select list a column is.
fn place(query: &Query, object: &str, column: &str) -> usize {
    let own = |names: &str| {
        names.eq_ignore_ascii_case(column)
            || names.split_once('.').is_some_and(|(first, rest)| {
                let alias = query.from.first().and_then(|from| from.alias.as_ref());
                let leads = first.eq_ignore_ascii_case(object) || alias.is_some_and(|alias| alias.is(first));
                leads && rest.eq_ignore_ascii_case(column)
            })
    };
    let named = |item: &SelectItem| match item {
        SelectItem::Expr { expr: Expr::Field(path), alias: None } => own(&path.dotted()),
        SelectItem::Expr { alias: Some(alias), .. } => alias.is(column),
        SelectItem::Expr { expr: Expr::Call { args, .. }, .. } => {
            args.iter().any(|arg| matches!(arg, Expr::Field(path) if own(&path.dotted())))
        }
        _ => false,
    };
    let fields =
        |item: &SelectItem| matches!(item, SelectItem::Expr { expr: Expr::Call { name, .. }, .. } if name.is("FIELDS"));
    let list = &query.select;
    list.iter().position(named).or_else(|| list.iter().position(fields)).unwrap_or(list.len())
}
