//! Rows to JSON: nested parents, attributes, and each type written as Salesforce writes it.

use super::id::{self, Ids};
use super::schema::{Schema, Type};
use crate::soql::civil_from_days;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Map, Number, Value};

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

impl Pen<'_> {
    /// `{"type", "url"}` of the record with this key.
    pub(super) fn attributes(&self, key: i64) -> Value {
        let name = self.schema.at(id::object_of(key)).map_or("", |object| object.name());
        // Written piece by piece: this runs for every record and every parent of a page.
        let mut url = String::with_capacity(64);
        for part in ["/services/data/v", self.version, "/sobjects/", name, "/", &self.ids.write(key)] {
            url.push_str(part);
        }
        let mut map = Map::with_capacity(2);
        map.insert("type".to_owned(), Value::String(name.to_owned()));
        map.insert("url".to_owned(), Value::String(url));
        Value::Object(map)
    }

    /// One value of a row.
    pub(super) fn value(&self, row: &Row<'_>, column: usize, kind: Type) -> rusqlite::Result<Value> {
        let value = match row.get_ref(column)? {
            ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            ValueRef::Text(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
            ValueRef::Real(real) => Number::from_f64(real).map_or(Value::Null, Value::Number),
            ValueRef::Integer(number) => match kind {
                Type::Id | Type::Reference => Value::String(self.ids.write(number)),
                Type::Boolean => Value::Bool(number != 0),
                Type::Date => Value::String(date(number)),
                Type::Datetime => Value::String(datetime(number)),
                Type::Double | Type::Currency | Type::Percent => {
                    Number::from_f64(number as f64).map_or(Value::Null, Value::Number)
                }
                _ => Value::from(number),
            },
        };
        Ok(value)
    }

    /// Writes the nodes into a record. `children` answers subqueries.
    pub(super) fn nodes(
        &self,
        nodes: &[Node],
        row: &Row<'_>,
        into: &mut Map<String, Value>,
        children: &mut impl FnMut(usize) -> rusqlite::Result<Value>,
    ) -> rusqlite::Result<()> {
        for node in nodes {
            let (key, value) = match node {
                Node::Leaf { key, column, kind } => (key, self.value(row, *column, *kind)?),
                Node::Children { key, plan } => (key, children(*plan)?),
                Node::Address { key, parts } => (key, self.address(row, parts)?),
                Node::Parent { key, id, nodes } => match row.get::<_, Option<i64>>(*id)? {
                    None => (key, Value::Null),
                    Some(parent) => (key, self.parent(parent, nodes, row, children)?),
                },
                Node::OneOf { key, id, cases } => {
                    let parent: Option<i64> = row.get(*id)?;
                    let index = parent.map(id::object_of);
                    match (parent, cases.iter().find(|(object, _)| index == Some(*object))) {
                        (Some(parent), Some((_, nodes))) => (key, self.parent(parent, nodes, row, children)?),
                        _ => (key, Value::Null),
                    }
                }
            };
            into.insert(key.clone(), value);
        }
        Ok(())
    }

    fn parent(
        &self,
        parent: i64,
        nodes: &[Node],
        row: &Row<'_>,
        children: &mut impl FnMut(usize) -> rusqlite::Result<Value>,
    ) -> rusqlite::Result<Value> {
        let mut map = Map::with_capacity(nodes.len() + 1);
        map.insert("attributes".to_owned(), self.attributes(parent));
        self.nodes(nodes, row, &mut map, children)?;
        Ok(Value::Object(map))
    }

    fn address(&self, row: &Row<'_>, parts: &[(&'static str, usize, Type)]) -> rusqlite::Result<Value> {
        let mut map = Map::new();
        let mut empty = true;
        for (key, column, kind) in parts {
            let value = self.value(row, *column, *kind)?;
            empty &= value.is_null();
            map.insert((*key).to_owned(), value);
            if *key == "country" {
                map.insert("geocodeAccuracy".to_owned(), Value::Null);
            }
        }
        Ok(if empty { Value::Null } else { Value::Object(map) })
    }
}

/// `2026-01-31` of a count of days since 1970.
pub(super) fn date(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    let mut out = String::with_capacity(28);
    digits(&mut out, year, 4);
    out.push('-');
    digits(&mut out, month, 2);
    out.push('-');
    digits(&mut out, day, 2);
    out
}

/// `2026-01-31T10:20:30.000+0000` of a count of seconds since 1970.
pub(super) fn datetime(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let mut out = date(seconds.div_euclid(86_400));
    for (mark, part) in [('T', hour), (':', minute), (':', second)] {
        out.push(mark);
        digits(&mut out, part, 2);
    }
    out.push_str(".000+0000");
    out
}

/// Appends a number of at most so many digits, zeros in front.
fn digits(out: &mut String, number: i64, places: u32) {
    for place in (0..places).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_salesforce_writes_them() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(datetime(951_827_696), "2000-02-29T12:34:56.000+0000");
        assert_eq!(datetime(-1), "1969-12-31T23:59:59.000+0000");
    }
}
