//! Conditions to SQL. Each constant is checked against the type of the field and bound, never written into the SQL.
//!
//! SOQL knows two truths where SQL knows three: a row whose field is null is not equal to `'x'`, so `!=` finds it.

use super::error::SfError;
use super::function::{Made, Typed};
use super::id;
use super::path::{Planner, Scope};
use super::schema::Type;
use crate::soql::{Condition, Literal, Op, Operand, Span, Value as Constant, civil_from_days};
use jiff::civil::Date;
use rusqlite::types::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Characters of a text in a condition.
const LONGEST_TEXT: usize = 4_000;
/// Conditions joined in one place, comparisons of one field with constants counted once.
const MOST_PARTS: usize = 500;
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>
const TOO_COMPLICATED: &str = "Query is either selecting too many fields or the filter conditions are too complicated.";

pub(super) const OPERATOR: &str = "INVALID_QUERY_FILTER_OPERATOR";

/// A constant as the database compares it.
enum Bound {
    Null,
    One(Value),
    /// From and before: a relative date covers a span.
    Span(i64, i64),
}

impl<'q> Planner<'q> {
    /// The SQL of a condition; `grouped` where aggregates may stand in it.
    pub(super) fn condition(
        &mut self,
        scope: &mut Scope<'q>,
        condition: &Condition,
        grouped: bool,
    ) -> Result<String, SfError> {
        let text = self.text;
        let mut join = |parts: &mut dyn Iterator<Item = &Condition>, word: &str| {
            let sql: Result<Vec<String>, SfError> = parts.map(|part| self.condition(scope, part, grouped)).collect();
            let sql = sql?;
            if sql.len() > MOST_PARTS {
                return Err(SfError::new(400, "QUERY_TOO_COMPLICATED", TOO_COMPLICATED));
            }
            Ok(balanced(&sql, word))
        };
        match condition {
            Condition::And(parts) => join(&mut parts.iter(), " AND "),
            Condition::Or(parts) => join(&mut gathered(text, parts).iter().map(Cow::as_ref), " OR "),
            Condition::Not(inner) => {
                let inner = self.condition(scope, inner, grouped)?;
                Ok(format!("NOT coalesce({inner}, 0)"))
            }
            Condition::Test { left, op, op_span, right } => {
                let typed = self.typed(scope, left)?;
                if grouped && !typed.settled {
                    let told = format!("Field must be grouped or aggregated: {}", typed.name);
                    return Err(self.at(left.span(), "MALFORMED_QUERY", &told));
                }
                self.filterable(&typed, *op, left.span(), grouped)?;
                self.test(scope, typed, *op, *op_span, right)
            }
        }
    }

    fn filterable(&self, typed: &Typed<'q>, op: Op, span: Span, grouped: bool) -> Result<(), SfError> {
        let long = typed.field.is_some_and(|field| field.is_long());
        if long || matches!(typed.kind, Type::Address | Type::Base64) || matches!(typed.made, Made::Local | Made::Shown)
        {
            let told = format!("field '{}' can not be filtered in a query call", typed.name);
            return Err(self.at(span, "INVALID_FIELD", &told));
        }
        if typed.made == Made::Aggregate && !grouped {
            let told = "aggregate functions are not allowed in the WHERE clause";
            return Err(self.at(span, "MALFORMED_QUERY", told));
        }
        if typed.made == Made::Distance && !matches!(op, Op::Lt | Op::Gt) {
            return Err(self.at(span, OPERATOR, "DISTANCE() is compared with < or > only"));
        }
        Ok(())
    }

    fn test(
        &mut self,
        scope: &Scope<'q>,
        mut typed: Typed<'q>,
        op: Op,
        op_span: Span,
        right: &Operand,
    ) -> Result<String, SfError> {
        self.allowed(&typed, op, op_span)?;
        // A truth that is not there, as of a parent that is not there, is no.
        if typed.kind == Type::Boolean {
            typed.sql = format!("coalesce({}, 0)", typed.sql);
        }
        let typed = &typed;
        match right {
            Operand::Query(query) => self.semi_join(scope, typed, op, op_span, query),
            Operand::Many(values) => match op {
                Op::Includes | Op::Excludes => self.includes(typed, op, values),
                _ => self.list(typed, op, values),
            },
            Operand::One(value) => {
                let bound = self.bound(typed, value)?;
                Ok(self.compare(&typed.sql, op, bound))
            }
        }
    }

    /// Whether the type of the field knows the operator.
    fn allowed(&self, typed: &Typed<'q>, op: Op, span: Span) -> Result<(), SfError> {
        let order = matches!(op, Op::Lt | Op::Le | Op::Gt | Op::Ge);
        let word = match typed.kind {
            Type::Id | Type::Reference if op == Op::Like => "id",
            Type::Boolean if order || op == Op::Like => "boolean",
            Type::Multipicklist if order || op == Op::Like => "multipicklist",
            Type::Int | Type::Double | Type::Currency | Type::Percent if op == Op::Like => "number",
            Type::Date | Type::Datetime if op == Op::Like => "date",
            kind if matches!(op, Op::Includes | Op::Excludes) && kind != Type::Multipicklist => {
                let told = "includes or excludes operator only valid on multipicklist field";
                return Err(self.at(span, OPERATOR, told));
            }
            _ => return Ok(()),
        };
        Err(self.at(span, OPERATOR, &format!("invalid operator on {word} field")))
    }

    fn compare(&mut self, sql: &str, op: Op, bound: Bound) -> String {
        match (op, bound) {
            (Op::Eq, Bound::Null) => format!("{sql} IS NULL"),
            (Op::Ne, Bound::Null) => format!("{sql} IS NOT NULL"),
            (_, Bound::Null) => "0".to_owned(),
            (Op::Like, Bound::One(value)) => format!("alike({sql}, {})", self.bind(value)),
            (Op::Ne, Bound::One(value)) => format!("({sql} <> {} OR {sql} IS NULL)", self.bind(value)),
            (op, Bound::One(value)) => format!("{sql} {} {}", sign(op), self.bind(value)),
            (Op::Eq, Bound::Span(from, before)) => {
                format!("({sql} >= {} AND {sql} < {})", self.bind(from.into()), self.bind(before.into()))
            }
            (Op::Ne, Bound::Span(from, before)) => {
                let (from, before) = (self.bind(from.into()), self.bind(before.into()));
                format!("({sql} < {from} OR {sql} >= {before} OR {sql} IS NULL)")
            }
            (Op::Lt, Bound::Span(from, _)) => format!("{sql} < {}", self.bind(from.into())),
            (Op::Ge, Bound::Span(from, _)) => format!("{sql} >= {}", self.bind(from.into())),
            (Op::Gt, Bound::Span(_, before)) => format!("{sql} >= {}", self.bind(before.into())),
            (_, Bound::Span(_, before)) => format!("{sql} < {}", self.bind(before.into())),
        }
    }

    fn list(&mut self, typed: &Typed<'q>, op: Op, values: &[Constant]) -> Result<String, SfError> {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut seen = HashSet::new();
        for value in values.iter().filter(|value| seen.insert(value.span.of(self.text))) {
            match self.bound(typed, value)? {
                Bound::One(value) => plain.push(self.bind(value)),
                bound => parts.push(self.compare(&typed.sql, Op::Eq, bound)),
            }
        }
        if !plain.is_empty() {
            parts.push(format!("{} IN ({})", typed.sql, plain.join(",")));
        }
        let any = balanced(&parts, " OR ");
        Ok(if op == Op::NotIn { format!("NOT coalesce({any}, 0)") } else { any })
    }

    /// `INCLUDES ('A;B', 'C')`: A and B, or C.
    fn includes(&mut self, typed: &Typed<'q>, op: Op, values: &[Constant]) -> Result<String, SfError> {
        let mut choices = Vec::new();
        for value in values {
            let Bound::One(Value::Text(text)) = self.bound(typed, value)? else {
                choices.push(format!("{} IS NULL", typed.sql));
                continue;
            };
            let all: Vec<String> = text
                .split(';')
                .map(|part| {
                    let part = part.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                    let mark = self.bind(Value::Text(format!("%;{part};%")));
                    format!("alike(';' || {} || ';', {mark})", typed.sql)
                })
                .collect();
            choices.push(format!("({})", all.join(" AND ")));
        }
        let any = format!("({})", choices.join(" OR "));
        Ok(if op == Op::Excludes { format!("NOT coalesce({any}, 0)") } else { any })
    }

    /// Checks a constant against the type of what it is compared with.
    fn bound(&self, typed: &Typed<'q>, value: &Constant) -> Result<Bound, SfError> {
        let literal = &value.literal;
        if let Literal::Bind(_) = literal {
            return Err(self.at(value.span, "MALFORMED_QUERY", "Bind variables only allowed in Apex code"));
        }
        if *literal == Literal::Null {
            return Ok(Bound::Null);
        }
        if let Literal::Text(text) | Literal::Pattern(text) = literal
            && text.chars().nth(LONGEST_TEXT).is_some()
        {
            let told = format!("a text in a condition is at most {LONGEST_TEXT} characters long");
            return Err(self.at(value.span, "MALFORMED_QUERY", &told));
        }
        let found = match (typed.kind, literal) {
            (Type::Id | Type::Reference, Literal::Text(text)) => Some(self.id_value(text, value.span)?),
            (Type::Boolean, Literal::Bool(flag)) => Some(Bound::One(Value::Integer(i64::from(*flag)))),
            (kind, Literal::Number(text)) if is_number(kind) => number(text).map(Bound::One),
            // The org has one currency.
            (Type::Currency, Literal::Currency(_, text)) => number(text).map(Bound::One),
            (Type::Date, Literal::Date(text)) => {
                let date = text.parse().map_err(|_| self.invalid_date("date", text, value.span))?;
                Some(Bound::One(days(date).into()))
            }
            (Type::Datetime, Literal::DateTime(text)) => {
                let time = text.parse::<jiff::Timestamp>();
                let time = time.map_err(|_| self.invalid_date("datetime", text, value.span))?;
                Some(Bound::One(time.as_second().into()))
            }
            (Type::Date | Type::Datetime, Literal::Relative(relative)) => {
                let (from, before) = relative.days(self.today());
                let moment = |day| if typed.kind == Type::Date { day } else { self.midnight(day) };
                Some(Bound::Span(moment(from), moment(before)))
            }
            // An empty text is none.
            (kind, Literal::Text(text)) if is_text(kind) && text.is_empty() => Some(Bound::Null),
            (kind, Literal::Text(text) | Literal::Pattern(text)) if is_text(kind) => {
                Some(Bound::One(Value::Text(text.clone())))
            }
            _ => None,
        };
        found.ok_or_else(|| {
            let (kind, quotes) = wanted(typed.kind);
            let told = format!(
                "value of filter criterion for field '{}' must be of type {kind} and should {quotes}be enclosed in quotes",
                typed.name
            );
            self.at(value.span, "INVALID_FIELD", &told)
        })
    }

    fn invalid_date(&self, what: &str, text: &str, span: Span) -> SfError {
        self.at(span, "MALFORMED_QUERY", &format!("Invalid {what}: {text}"))
    }

    fn id_value(&self, text: &str, span: Span) -> Result<Bound, SfError> {
        if text.is_empty() {
            return Ok(Bound::Null);
        }
        match self.ids.read(text).or_else(|| self.ids.named(text)) {
            Some(key) => Ok(Bound::One(Value::Integer(key))),
            // An id of another org or object is an id all the same: it finds nothing, but lies between two that do.
            None if id::looks_like_id(text) => {
                let floor = self.ids.floor(text);
                Ok(Bound::Span(floor, floor))
            }
            None => Err(self.at(span, OPERATOR, &format!("invalid ID field: {text}"))),
        }
    }

    /// Today where the user is, in days since 1970.
    fn today(&self) -> i64 {
        let now = jiff::Timestamp::from_second(self.now).unwrap_or_default();
        days(now.to_zoned(self.zone.clone()).date())
    }

    /// When a day begins where the user is, in seconds since 1970.
    fn midnight(&self, day: i64) -> i64 {
        let (year, month, number) = civil_from_days(day);
        let date = (|| Date::new(year.try_into().ok()?, month.try_into().ok()?, number.try_into().ok()?).ok())();
        let zoned = date.and_then(|date| date.to_zoned(self.zone.clone()).ok());
        zoned.map_or(day * 86_400, |zoned| zoned.timestamp().as_second())
    }
}

/// Comparisons of one field with one constant each, as one with a list: a row is looked up in it, where each comparison
/// would be made for each row.
fn gathered<'c>(text: &str, parts: &'c [Condition]) -> Vec<Cow<'c, Condition>> {
    let mut out: Vec<Cow<'c, Condition>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for part in parts {
        let Condition::Test { left, op: Op::Eq, op_span, right: Operand::One(value) } = part else {
            out.push(Cow::Borrowed(part));
            continue;
        };
        let place = *places.entry(left.span().of(text).to_ascii_lowercase()).or_insert(out.len());
        match out.get_mut(place).map(|first| (first.to_mut(), value)) {
            None => out.push(Cow::Borrowed(part)),
            Some((Condition::Test { right: Operand::Many(values), .. }, value)) => values.push(value.clone()),
            Some((first, value)) => {
                let Condition::Test { left, right: Operand::One(one), .. } = &*first else { continue };
                let right = Operand::Many(vec![one.clone(), value.clone()]);
                *first = Condition::Test { left: left.clone(), op: Op::In, op_span: *op_span, right };
            }
        }
    }
    out
}

/// Joins conditions so that none lies deep: the database refuses a chain of more than a thousand.
fn balanced(parts: &[String], word: &str) -> String {
    match parts {
        [] => "0".to_owned(),
        [one] => format!("({one})"),
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            format!("({}{word}{})", balanced(left, word), balanced(right, word))
        }
    }
}

fn is_number(kind: Type) -> bool {
    matches!(kind, Type::Int | Type::Double | Type::Currency | Type::Percent)
}

fn is_text(kind: Type) -> bool {
    wanted(kind).0 == "string" && !matches!(kind, Type::Id | Type::Reference)
}

/// The name of a type in an error, and whether its constants go without quotes.
fn wanted(kind: Type) -> (&'static str, &'static str) {
    match kind {
        Type::Boolean => ("boolean", "not "),
        Type::Int => ("int", "not "),
        Type::Double | Type::Currency | Type::Percent => ("double", "not "),
        Type::Date => ("date", "not "),
        Type::Datetime => ("dateTime", "not "),
        _ => ("string", ""),
    }
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        _ => "=",
    }
}

fn days(date: Date) -> i64 {
    crate::soql::days_from_civil(date.year().into(), date.month().into(), date.day().into())
}

fn number(text: &str) -> Option<Value> {
    match text.parse::<i64>() {
        Ok(whole) => Some(Value::Integer(whole)),
        Err(_) => text.parse::<f64>().ok().filter(|real| real.is_finite()).map(Value::Real),
    }
}
