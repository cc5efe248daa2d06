//! Expressions to SQL with their type: fields, aggregates, the date functions, distances, and the functions that only
//! change how a value is shown. What may stand where is checked by the clauses, by how a value was [`Made`].

use super::describe;
use super::error::SfError;
use super::path::{Planner, Scope};
use super::schema::{Field, Type};
use crate::soql::{Expr, Literal, Name, Path, Span};

/// Kilometres of a mile.
const MILE: f64 = 1.609_344;

/// How a value came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Made {
    /// As it stands in the record.
    Field,
    /// `SUM(…)` and the like.
    Aggregate,
    /// `CALENDAR_YEAR(…)` and the like.
    Date,
    /// `convertTimezone(…)`, which stands in date functions only.
    Local,
    /// `DISTANCE(…)`.
    Distance,
    /// `toLabel(…)`.
    Label,
    /// `FORMAT(…)`, `convertCurrency(…)`: for the eye.
    Shown,
}

/// An expression as SQL.
pub(super) struct Typed<'q> {
    pub(super) sql: String,
    pub(super) kind: Type,
    pub(super) field: Option<&'q Field>,
    /// Of a field: position of the object it belongs to.
    pub(super) owner: Option<usize>,
    /// Its name in an error or an answer.
    pub(super) name: String,
    pub(super) made: Made,
    /// It has one value in each group of a query with groups.
    pub(super) settled: bool,
}

impl<'q> Typed<'q> {
    /// Something worked out.
    pub(super) fn new(made: Made, sql: String, kind: Type, name: &str) -> Self {
        Self { sql, kind, field: None, owner: None, name: name.to_owned(), made, settled: made == Made::Aggregate }
    }

    /// Whether it is one of the numbers.
    fn is_number(&self) -> bool {
        matches!(self.kind, Type::Int | Type::Double | Type::Currency | Type::Percent)
    }
}

impl<'q> Planner<'q> {
    pub(super) fn typed(&mut self, scope: &mut Scope<'q>, expr: &Expr) -> Result<Typed<'q>, SfError> {
        let typed = match expr {
            Expr::Field(path) => {
                let place = self.resolve(scope, path)?;
                let typed = Typed::new(Made::Field, place.sql, place.kind, &place.key);
                Typed { field: Some(place.field), owner: Some(place.object.index), ..typed }
            }
            Expr::Constant(value) => {
                let token = value.span.of(self.text).to_owned();
                return Err(self.at(value.span, "MALFORMED_QUERY", &format!("unexpected token: '{token}'")));
            }
            Expr::Call { name, args, span } => self.call(scope, name, args, *span)?,
        };
        Ok(Self::settled(scope, typed))
    }

    fn call(&mut self, scope: &mut Scope<'q>, name: &Name, args: &[Expr], span: Span) -> Result<Typed<'q>, SfError> {
        let upper = name.text.to_ascii_uppercase();
        match (upper.as_str(), args) {
            ("COUNT", []) => return Ok(Typed::new(Made::Aggregate, "count(*)".to_owned(), Type::Int, "COUNT")),
            ("GROUPING", _) => return self.grouping(scope, name, args, span),
            ("DISTANCE", [place, there, unit]) => return self.distance(scope, place, there, unit, span),
            (aggregate, [arg]) if is_aggregate(aggregate) => {
                let inner = self.in_rows(scope, |planner, scope| planner.typed(scope, arg))?;
                return self.aggregate(aggregate, &inner, span);
            }
            (_, [_]) => {}
            _ => return Err(self.unknown_function(name, span)),
        }
        let [arg] = args else { return Err(self.unknown_function(name, span)) };
        if is_date_function(&upper) {
            let inner = self.typed(scope, arg)?;
            return self.date(&upper, inner, span);
        }
        if !["TOLABEL", "FORMAT", "CONVERTCURRENCY", "CONVERTTIMEZONE"].contains(&upper.as_str()) {
            return Err(self.unknown_function(name, span));
        }
        let inner = self.typed(scope, arg)?;
        self.shown(&upper, inner, name, span)
    }

    fn aggregate(&self, name: &str, inner: &Typed<'q>, span: Span) -> Result<Typed<'q>, SfError> {
        let (sql, kind, fits) = match name {
            "COUNT" => (format!("count({})", inner.sql), Type::Int, true),
            "COUNT_DISTINCT" => (format!("count(DISTINCT {})", inner.sql), Type::Int, true),
            "SUM" => (format!("sum({})", inner.sql), sum_of(inner.kind), inner.is_number()),
            "AVG" => (format!("avg({})", inner.sql), Type::Double, inner.is_number()),
            "MIN" => (format!("min({})", inner.sql), inner.kind, true),
            _ => (format!("max({})", inner.sql), inner.kind, true),
        };
        if !fits || inner.made != Made::Field || !inner.field.is_some_and(describe::aggregatable) {
            let told = format!("field {} does not support aggregate operator {name}", inner.name);
            return Err(self.at(span, "INVALID_FIELD", &told));
        }
        Ok(Typed::new(Made::Aggregate, sql, kind, &inner.name))
    }

    /// A date function of a date, of a moment, or of a moment where the user is.
    fn date(&self, name: &str, inner: Typed<'q>, span: Span) -> Result<Typed<'q>, SfError> {
        let of_day = matches!(name, "HOUR_IN_DAY" | "DAY_ONLY");
        let moment = match (inner.kind, inner.made) {
            (Type::Datetime, Made::Field | Made::Local) => format!("{}, 'unixepoch'", inner.sql),
            (Type::Date, Made::Field) if !of_day => format!("{} * 86400, 'unixepoch'", inner.sql),
            _ => {
                let told = format!("field '{}' does not support function '{name}'", inner.name);
                return Err(self.at(span, "INVALID_FIELD", &told));
            }
        };
        let kind = if name == "DAY_ONLY" { Type::Date } else { Type::Int };
        let typed = Typed::new(Made::Date, date_function(name, &moment), kind, &inner.name);
        Ok(Typed { settled: inner.settled, ..typed })
    }

    /// Functions that leave the value as it is, or make a text of it.
    fn shown(&mut self, upper: &str, inner: Typed<'q>, name: &Name, span: Span) -> Result<Typed<'q>, SfError> {
        let fits = match upper {
            "CONVERTCURRENCY" => inner.kind == Type::Currency && matches!(inner.made, Made::Field | Made::Aggregate),
            "CONVERTTIMEZONE" => inner.kind == Type::Datetime && inner.made == Made::Field,
            "TOLABEL" => {
                matches!(inner.kind, Type::Picklist | Type::Multipicklist | Type::String) && inner.made == Made::Field
            }
            _ => {
                matches!(inner.made, Made::Field | Made::Aggregate | Made::Shown)
                    && (inner.is_number() || matches!(inner.kind, Type::Date | Type::Datetime))
            }
        };
        if !fits {
            let told = format!("field '{}' does not support function '{}'", inner.name, name.text);
            return Err(self.at(span, "INVALID_FIELD", &told));
        }
        match upper {
            "TOLABEL" => return Ok(Typed { made: Made::Label, ..inner }),
            // The org has one currency, so an amount stays what it is.
            "CONVERTCURRENCY" => return Ok(Typed { made: Made::Shown, ..inner }),
            "CONVERTTIMEZONE" => {
                let sql = format!("local({}, {})", inner.sql, self.zone_name());
                return Ok(Typed { made: Made::Local, sql, ..inner });
            }
            _ => {}
        }
        let kind = match inner.kind {
            Type::Date => "date",
            Type::Datetime => "datetime",
            Type::Currency => "currency",
            _ => "number",
        };
        let scale = inner.field.map_or(0, |field| field.raw.scale);
        let locale = quoted(self.locale);
        let sql = format!("shown({}, '{kind}', {scale}, {locale}, {})", inner.sql, self.zone_name());
        Ok(Typed { sql, kind: Type::String, made: Made::Shown, field: None, ..inner })
    }

    /// The user's zone as SQL.
    fn zone_name(&self) -> String {
        quoted(self.zone.iana_name().unwrap_or("UTC"))
    }

    /// `DISTANCE(place, GEOLOCATION(latitude, longitude), 'mi')`; the place is an address that has coordinates.
    fn distance(
        &mut self,
        scope: &mut Scope<'q>,
        place: &Expr,
        there: &Expr,
        unit: &Expr,
        span: Span,
    ) -> Result<Typed<'q>, SfError> {
        let here = match place {
            Expr::Field(path) => self.resolve(scope, path)?,
            other => return Err(self.at(other.span(), "MALFORMED_QUERY", "DISTANCE() takes a location field first")),
        };
        let part = |key: &str| {
            let (_, name) = here.field.parts.iter().find(|(own, _)| *own == key)?;
            let field = self.eyes.field(here.object, name)?;
            Some(format!("{}.\"{}\"", here.alias, field.name()))
        };
        let (Some(latitude), Some(longitude)) = (part("latitude"), part("longitude")) else {
            let told = format!("field '{}' has no location: DISTANCE() needs latitude and longitude", here.key);
            return Err(self.at(place.span(), "INVALID_FIELD", &told));
        };
        let divisor = match unit {
            Expr::Constant(value) => match &value.literal {
                Literal::Text(text) if text.eq_ignore_ascii_case("mi") => MILE,
                Literal::Text(text) if text.eq_ignore_ascii_case("km") => 1.0,
                _ => 0.0,
            },
            _ => 0.0,
        };
        if divisor == 0.0 {
            return Err(self.at(unit.span(), "MALFORMED_QUERY", "the unit of DISTANCE() is 'mi' or 'km'"));
        }
        let (north, east) = self.geolocation(there)?;
        let sql = format!("(apart_km({latitude}, {longitude}, {north:?}, {east:?}) / {divisor:?})");
        Ok(Typed::new(Made::Distance, sql, Type::Double, span.of(self.text)))
    }

    fn geolocation(&self, expr: &Expr) -> Result<(f64, f64), SfError> {
        let number = |expr: &Expr, most: f64| match expr {
            Expr::Constant(value) => match &value.literal {
                Literal::Number(text) => text.parse::<f64>().ok().filter(|number| number.abs() <= most),
                _ => None,
            },
            _ => None,
        };
        let found = match expr {
            Expr::Call { name, args, .. } if name.is("GEOLOCATION") => match args.as_slice() {
                [latitude, longitude] => number(latitude, 90.0).zip(number(longitude, 180.0)),
                _ => None,
            },
            _ => None,
        };
        let told = "GEOLOCATION() takes a latitude within -90 and 90 and a longitude within -180 and 180";
        found.ok_or_else(|| self.at(expr.span(), "MALFORMED_QUERY", told))
    }

    pub(super) fn unknown_function(&self, name: &Name, span: Span) -> SfError {
        self.at(span, "MALFORMED_QUERY", &format!("Invalid use of function: {}", name.text))
    }

    /// Refuses what ORDER BY does not take.
    pub(super) fn sortable(&self, typed: &Typed<'q>, span: Span) -> Result<(), SfError> {
        let shown = matches!(typed.made, Made::Local | Made::Label | Made::Shown);
        if typed.field.is_none_or(describe::sortable) && !shown {
            return Ok(());
        }
        let told = format!("field '{}' can not be sorted in a query call", typed.name);
        Err(self.at(span, "INVALID_FIELD", &told))
    }

    /// What to sort by: a picklist has the order of its values, and the alphabet only for values that are not in its list.
    pub(super) fn sort_keys(&self, typed: &Typed<'q>) -> Vec<String> {
        let sql = &typed.sql;
        let listed = typed.field.filter(|field| typed.kind == Type::Picklist && !field.raw.values.is_empty());
        let Some(field) = listed.filter(|_| typed.made == Made::Field) else { return vec![sql.clone()] };
        let mut place = format!("CASE {sql}");
        for (at, value) in field.raw.values.iter().enumerate() {
            let mark = quoted(value);
            place.push_str(&format!(" WHEN {mark} THEN {at}"));
        }
        let last = field.raw.values.len();
        place.push_str(&format!(" ELSE CASE WHEN {sql} IS NULL THEN NULL ELSE {last} END END"));
        vec![place, sql.clone()]
    }

    /// A path of one name, made by us.
    pub(super) fn own_path(name: &str) -> Path {
        let part = Name { text: name.to_owned(), span: Span::default() };
        Path { parts: vec![part], span: Span::default() }
    }
}

/// A text of our own as SQL. It is not bound, since a parameter of the select list would be missing where only rows are counted.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn is_aggregate(upper: &str) -> bool {
    matches!(upper, "COUNT" | "COUNT_DISTINCT" | "SUM" | "AVG" | "MIN" | "MAX")
}

/// A sum of whole numbers is whole.
fn sum_of(kind: Type) -> Type {
    if kind == Type::Int { Type::Int } else { Type::Double }
}

pub(super) fn is_date_function(upper: &str) -> bool {
    matches!(upper, "HOUR_IN_DAY" | "DAY_ONLY")
        || ["CALENDAR_", "FISCAL_"]
            .iter()
            .any(|start| upper.strip_prefix(start).is_some_and(|unit| matches!(unit, "MONTH" | "QUARTER" | "YEAR")))
        || ["DAY_IN_", "WEEK_IN_"].iter().any(|start| {
            upper
                .strip_prefix(start)
                .is_some_and(|unit| matches!(unit, "MONTH" | "YEAR") || (unit == "WEEK" && *start == "DAY_IN_"))
        })
}

/// SQL of a date function over the moment, which is the arguments of `strftime` after its first. The fiscal year of the
/// org is that of the calendar.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm>
fn date_function(name: &str, moment: &str) -> String {
    let part = |letter: char| format!("CAST(strftime('%{letter}', {moment}) AS INTEGER)");
    match name {
        "CALENDAR_YEAR" | "FISCAL_YEAR" => part('Y'),
        "CALENDAR_QUARTER" | "FISCAL_QUARTER" => format!("(({} + 2) / 3)", part('m')),
        "CALENDAR_MONTH" | "FISCAL_MONTH" => part('m'),
        "DAY_IN_MONTH" => part('d'),
        "DAY_IN_WEEK" => format!("({} + 1)", part('w')),
        "DAY_IN_YEAR" => part('j'),
        "WEEK_IN_YEAR" => format!("(({} - 1) / 7 + 1)", part('j')),
        "WEEK_IN_MONTH" => format!("(({} - 1) / 7 + 1)", part('d')),
        "HOUR_IN_DAY" => part('H'),
        // Days before 1970 count backwards, so the division is one of dates.
        _ => format!("CAST(julianday(strftime('%Y-%m-%d', {moment})) - 2440587.5 AS INTEGER)"),
    }
}
