//! Expressions to SQL with their type: fields, aggregates, the date functions, and the functions that only change how a
//! value is shown.

use super::error::SfError;
use super::path::{Planner, Scope};
use super::schema::{Field, Type};
use crate::soql::{Expr, Name, Path, Span};

/// An expression as SQL.
pub(super) struct Typed<'q> {
    pub(super) sql: String,
    pub(super) kind: Type,
    pub(super) field: Option<&'q Field>,
    /// Its name in an error or an answer.
    pub(super) name: String,
    pub(super) aggregate: bool,
}

impl<'q> Planner<'q> {
    pub(super) fn typed(&mut self, scope: &mut Scope<'q>, expr: &Expr) -> Result<Typed<'q>, SfError> {
        match expr {
            Expr::Field(path) => {
                let place = self.resolve(scope, path)?;
                Ok(Typed {
                    sql: place.sql,
                    kind: place.kind,
                    field: Some(place.field),
                    name: place.key,
                    aggregate: false,
                })
            }
            Expr::Constant(value) => {
                let token = value.span.of(self.text).to_owned();
                Err(self.at(value.span, "MALFORMED_QUERY", &format!("unexpected token: '{token}'")))
            }
            Expr::Call { name, args, span } => self.call(scope, name, args, *span),
        }
    }

    fn call(&mut self, scope: &mut Scope<'q>, name: &Name, args: &[Expr], span: Span) -> Result<Typed<'q>, SfError> {
        let upper = name.text.to_ascii_uppercase();
        let [arg] = args else {
            if upper == "COUNT" && args.is_empty() {
                let name = "COUNT".to_owned();
                return Ok(Typed { sql: "count(*)".to_owned(), kind: Type::Int, field: None, name, aggregate: true });
            }
            return Err(self.unknown_function(name, span));
        };
        let inner = self.typed(scope, arg)?;
        if let Some(typed) = self.aggregate(&upper, &inner, span)? {
            return Ok(typed);
        }
        if ["TOLABEL", "FORMAT", "CONVERTCURRENCY", "CONVERTTIMEZONE", "GROUPING"].contains(&upper.as_str()) {
            return self.shown(&upper, inner, span);
        }
        let moment = match inner.kind {
            Type::Datetime => format!("{}, 'unixepoch'", inner.sql),
            Type::Date => format!("{} * 86400, 'unixepoch'", inner.sql),
            _ => {
                let told = format!("field '{}' does not support function '{}'", inner.name, name.text);
                return Err(match date_function(&upper, "").is_some() {
                    true => self.at(span, "INVALID_FIELD", &told),
                    false => self.unknown_function(name, span),
                });
            }
        };
        let sql = date_function(&upper, &moment).ok_or_else(|| self.unknown_function(name, span))?;
        let kind = if upper == "DAY_ONLY" { Type::Date } else { Type::Int };
        Ok(Typed { sql, kind, field: None, name: name.text.clone(), aggregate: inner.aggregate })
    }

    fn aggregate(&self, name: &str, inner: &Typed<'q>, span: Span) -> Result<Option<Typed<'q>>, SfError> {
        let numeric = matches!(inner.kind, Type::Int | Type::Double | Type::Currency | Type::Percent);
        let (sql, kind, fits) = match name {
            "COUNT" => (format!("count({})", inner.sql), Type::Int, true),
            "COUNT_DISTINCT" => (format!("count(DISTINCT {})", inner.sql), Type::Int, true),
            "SUM" => (format!("sum({})", inner.sql), Type::Double, numeric),
            "AVG" => (format!("avg({})", inner.sql), Type::Double, numeric),
            "MIN" => (format!("min({})", inner.sql), inner.kind, inner.kind != Type::Boolean),
            "MAX" => (format!("max({})", inner.sql), inner.kind, inner.kind != Type::Boolean),
            _ => return Ok(None),
        };
        let long = inner.field.is_some_and(Field::is_long) || inner.kind == Type::Address;
        if !fits || long || inner.aggregate {
            let told = format!("field {} does not support aggregate operator {name}", inner.name);
            return Err(self.at(span, "INVALID_FIELD", &told));
        }
        Ok(Some(Typed { sql, kind, field: None, name: inner.name.clone(), aggregate: true }))
    }

    /// Functions that leave the value as it is, or make a text of it.
    fn shown(&self, name: &str, inner: Typed<'q>, span: Span) -> Result<Typed<'q>, SfError> {
        let fits = match name {
            "CONVERTCURRENCY" => inner.kind == Type::Currency,
            "CONVERTTIMEZONE" => inner.kind == Type::Datetime,
            "TOLABEL" => matches!(inner.kind, Type::Picklist | Type::Multipicklist | Type::String),
            _ => true,
        };
        if !fits {
            let told = format!("field '{}' does not support function '{}'", inner.name, name.to_ascii_lowercase());
            return Err(self.at(span, "INVALID_FIELD", &told));
        }
        if name == "GROUPING" {
            return Err(self.at(
                span,
                "MALFORMED_QUERY",
                "GROUPING is not supported: the demo org has no ROLLUP and CUBE",
            ));
        }
        if name != "FORMAT" {
            return Ok(inner);
        }
        let sql = match inner.kind {
            Type::Date => format!("strftime('%m/%d/%Y', {} * 86400, 'unixepoch')", inner.sql),
            Type::Datetime => format!("strftime('%m/%d/%Y, %H:%M', {}, 'unixepoch')", inner.sql),
            Type::Currency => format!("'EUR ' || printf('%,.2f', {})", inner.sql),
            Type::Double | Type::Percent => format!("printf('%.2f', {})", inner.sql),
            Type::Int => format!("printf('%,d', {})", inner.sql),
            _ => return Ok(inner),
        };
        let sql = format!("CASE WHEN {} IS NULL THEN NULL ELSE {sql} END", inner.sql);
        Ok(Typed { sql, kind: Type::String, field: None, ..inner })
    }

    fn unknown_function(&self, name: &Name, span: Span) -> SfError {
        self.at(span, "MALFORMED_QUERY", &format!("Invalid use of function: {}", name.text))
    }

    /// `GROUP BY` and `ORDER BY` take short fields only.
    pub(super) fn short(&self, typed: &Typed<'q>, span: Span, what: &str) -> Result<(), SfError> {
        let long = typed.field.is_some_and(Field::is_long);
        if !long && typed.kind != Type::Address && !(what == "sorted" && typed.kind == Type::Multipicklist) {
            return Ok(());
        }
        let told = format!("field '{}' can not be {what} in a query call", typed.name);
        Err(self.at(span, if what == "grouped" { "MALFORMED_QUERY" } else { "INVALID_FIELD" }, &told))
    }

    /// A path of one name, made by us.
    pub(super) fn own_path(name: &str) -> Path {
        let part = Name { text: name.to_owned(), span: Span::default() };
        Path { parts: vec![part], span: Span::default() }
    }
}

/// SQL of a date function over the moment, which is the arguments of `strftime` after its first.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm>
fn date_function(name: &str, moment: &str) -> Option<String> {
    let part = |letter: char| format!("CAST(strftime('%{letter}', {moment}) AS INTEGER)");
    Some(match name {
        "CALENDAR_YEAR" | "FISCAL_YEAR" => part('Y'),
        "CALENDAR_QUARTER" | "FISCAL_QUARTER" => format!("(({} + 2) / 3)", part('m')),
        "CALENDAR_MONTH" | "FISCAL_MONTH" => part('m'),
        "DAY_IN_MONTH" => part('d'),
        "DAY_IN_WEEK" => format!("({} + 1)", part('w')),
        "DAY_IN_YEAR" => part('j'),
        "WEEK_IN_YEAR" => format!("(({} - 1) / 7 + 1)", part('j')),
        "WEEK_IN_MONTH" => format!("(({} - 1) / 7 + 1)", part('d')),
        "HOUR_IN_DAY" => part('H'),
        "DAY_ONLY" => format!("(CAST(strftime('%s', {moment}) AS INTEGER) / 86400)"),
        _ => return None,
    })
}
