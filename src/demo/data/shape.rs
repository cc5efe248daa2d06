//! Rows to JSON text: nested parents, attributes, and each type written as Salesforce writes it.
//!
//! The text is written at once into one buffer: a page has some ten thousand values, and none of them is kept.

use super::content;
use super::error::SfError;
use super::id::{self, Ids};
use super::schema::{Schema, Type};
use crate::soql::civil_from_days;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::Serialize;
use serde_json::{Value, json};

/// Where a value of the answer comes from.
pub(super) enum Node {
    /// A column of the row.
    Leaf { key: String, column: usize, kind: Type },
    /// An object for a parent, null where there is none. `id` is the column with its key.
    Parent { key: String, id: usize, nodes: Vec<Node> },
    /// An object for a parent that may be of several: for each the nodes it has then. `id` is the column with its key.
    OneOf { key: String, id: usize, cases: Vec<(usize, Vec<Node>)> },
    /// A compound address: keys and columns of its parts.
    Address { key: String, parts: Vec<(&'static str, usize, Type)> },
    /// A subquery: position in the plan's list.
    Children { key: String, plan: usize },
}

/// What the writing of an answer needs to know.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    pub(super) schema: &'a Schema,
    pub(super) ids: &'a Ids,
    /// As in a path: `67.0`.
    pub(super) version: &'a str,
}

/// Answers the subquery of a number: writes its result, or null.
pub(super) type Children<'c> = dyn FnMut(&mut Vec<u8>, usize) -> Result<(), SfError> + 'c;

impl Pen<'_> {
    /// `{"type", "url"}` of the record with this key.
    pub(super) fn attributes(&self, key: i64) -> Value {
        let name = self.schema.at(id::object_of(key)).map_or("", |object| object.name());
        let url = format!("/services/data/v{}/sobjects/{name}/{}", self.version, self.ids.write(key));
        json!({ "type": name, "url": url })
    }

    /// `"attributes":{"type", "url"}` of a record: of the object of this number, with this key.
    pub(super) fn put_attributes(&self, out: &mut Vec<u8>, object: usize, key: i64) {
        let name = self.schema.at(object).map_or("", |object| object.name());
        for part in [
            "\"attributes\":{\"type\":\"",
            name,
            "\",\"url\":\"/services/data/v",
            self.version,
            "/sobjects/",
            name,
            "/",
        ] {
            out.extend_from_slice(part.as_bytes());
        }
        self.ids.put(key, out);
        out.extend_from_slice(b"\"}");
    }

    /// One value of a row. Tells whether there is one: null is written where there is none.
    pub(super) fn value(&self, out: &mut Vec<u8>, row: &Row<'_>, column: usize, kind: Type) -> Result<bool, SfError> {
        match (row.get_ref(column)?, kind) {
            (ValueRef::Null | ValueRef::Blob(_), _) => {
                out.extend_from_slice(b"null");
                return Ok(false);
            }
            (ValueRef::Text(bytes), _) => put(out, &*String::from_utf8_lossy(bytes))?,
            (ValueRef::Real(real), _) => put(out, &real)?,
            (ValueRef::Integer(number), Type::Id | Type::Reference) => {
                quoted(out, |out| self.ids.put(number, out));
            }
            (ValueRef::Integer(number), Type::Base64) => quoted(out, |out| self.put_bytes_at(out, number)),
            (ValueRef::Integer(number), Type::Boolean) => put(out, &(number != 0))?,
            (ValueRef::Integer(number), Type::Date) => quoted(out, |out| put_date(out, number)),
            (ValueRef::Integer(number), Type::Datetime) => quoted(out, |out| put_datetime(out, number)),
            (ValueRef::Integer(number), Type::Double | Type::Currency | Type::Percent) => put(out, &(number as f64))?,
            (ValueRef::Integer(number), _) => put(out, &number)?,
        }
        Ok(true)
    }

    /// Writes the nodes into a record that has its first key already. `children` answers subqueries.
    pub(super) fn nodes(
        &self,
        nodes: &[Node],
        row: &Row<'_>,
        out: &mut Vec<u8>,
        children: &mut Children<'_>,
    ) -> Result<(), SfError> {
        for node in nodes {
            match node {
                Node::Leaf { key, column, kind } => {
                    name(out, key);
                    self.value(out, row, *column, *kind)?;
                }
                Node::Children { key, plan } => {
                    name(out, key);
                    children(out, *plan)?;
                }
                Node::Address { key, parts } => {
                    name(out, key);
                    self.address(row, parts, out)?;
                }
                Node::Parent { key, id, nodes } => {
                    name(out, key);
                    let parent: Option<i64> = row.get(*id)?;
                    self.parent(out, parent.map(|parent| (parent, nodes.as_slice())), row, children)?;
                }
                Node::OneOf { key, id, cases } => {
                    name(out, key);
                    let parent: Option<i64> = row.get(*id)?;
                    let case = |parent| cases.iter().find(|(object, _)| *object == id::object_of(parent));
                    let found = parent.and_then(|parent| Some((parent, case(parent)?.1.as_slice())));
                    self.parent(out, found, row, children)?;
                }
            }
        }
        Ok(())
    }

    /// Where the bytes of a record are.
    fn put_bytes_at(&self, out: &mut Vec<u8>, key: i64) {
        let Some(object) = self.schema.at(id::object_of(key)) else { return };
        let (version, name, id) = (self.version, object.name(), self.ids.write(key));
        let field = content::field_of(object).unwrap_or_default();
        out.extend_from_slice(format!("/services/data/v{version}/sobjects/{name}/{id}/{field}").as_bytes());
    }

    /// A parent with its nodes, or null.
    fn parent(
        &self,
        out: &mut Vec<u8>,
        parent: Option<(i64, &[Node])>,
        row: &Row<'_>,
        children: &mut Children<'_>,
    ) -> Result<(), SfError> {
        let Some((parent, nodes)) = parent else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        out.push(b'{');
        self.put_attributes(out, id::object_of(parent), parent);
        self.nodes(nodes, row, out, children)?;
        out.push(b'}');
        Ok(())
    }

    fn address(&self, row: &Row<'_>, parts: &[(&'static str, usize, Type)], out: &mut Vec<u8>) -> Result<(), SfError> {
        let start = out.len();
        let mut any = false;
        let mut mark = b'{';
        for (key, column, kind) in parts {
            member(out, mark, key);
            mark = b',';
            any |= self.value(out, row, *column, *kind)?;
            if *key == "country" {
                name(out, "geocodeAccuracy");
                out.extend_from_slice(b"null");
            }
        }
        if any {
            out.push(b'}');
        } else {
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
        Ok(())
    }
}

/// `,"key":`, after a first key.
fn name(out: &mut Vec<u8>, key: &str) {
    member(out, b',', key);
}

/// The mark and `"key":`. Keys are plain words.
fn member(out: &mut Vec<u8>, mark: u8, key: &str) {
    out.extend_from_slice(&[mark, b'"']);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
}

fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), SfError> {
    serde_json::to_writer(out, value).map_err(|_| SfError::internal())
}

fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

/// `2026-01-31T10:20:30.000+0000` of a count of seconds since 1970.
pub(super) fn datetime(seconds: i64) -> String {
    let mut out = Vec::with_capacity(28);
    put_datetime(&mut out, seconds);
    String::from_utf8(out).unwrap_or_default()
}

/// `2026-01-31` of a count of days since 1970.
fn put_date(out: &mut Vec<u8>, days: i64) {
    let (year, month, day) = civil_from_days(days);
    two(out, year / 100);
    two(out, year % 100);
    for part in [month, day] {
        out.push(b'-');
        two(out, part);
    }
}

fn put_datetime(out: &mut Vec<u8>, seconds: i64) {
    let of_day = seconds.rem_euclid(86_400);
    put_date(out, seconds.div_euclid(86_400));
    for (mark, part) in [(b'T', of_day / 3_600), (b':', of_day / 60 % 60), (b':', of_day % 60)] {
        out.push(mark);
        two(out, part);
    }
    out.extend_from_slice(b".000+0000");
}

/// A number of two digits.
fn two(out: &mut Vec<u8>, number: i64) {
    let digit = |number: i64| b'0' + u8::try_from(number % 10).unwrap_or(0);
    out.extend([digit(number / 10), digit(number)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_salesforce_writes_them() {
        assert_eq!(datetime(0), "1970-01-01T00:00:00.000+0000");
        assert_eq!(datetime(951_827_696), "2000-02-29T12:34:56.000+0000");
        assert_eq!(datetime(-1), "1969-12-31T23:59:59.000+0000");
    }
}
