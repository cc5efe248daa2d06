//! How a field's type in the describe shows in GraphQL: its scalar, how a filter compares it, how SOQL writes it.
//!
//! One table; everything that depends on a type asks here.

use serde_json::Value;

/// How a constant stands in SOQL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spelling {
    /// In quotes.
    Text,
    /// As it is.
    Number,
    /// `true`, `false`.
    Bool,
    /// `{value}`, `{literal}`, `{range}`.
    Date,
    /// The same with a time.
    DateTime,
}

/// A type of field.
pub(super) struct Kind {
    /// As the describe calls it.
    describe: &'static str,
    /// `String` of `StringValue` and `StringAggregate`.
    pub(super) name: &'static str,
    pub(super) scalar: &'static str,
    /// `String` of `StringOperators`.
    pub(super) operators: &'static str,
    pub(super) spelling: Spelling,
    /// The type of `sum` and of `avg`, for what can be added up.
    pub(super) sums: Option<(&'static str, &'static str)>,
}

const fn kind(
    describe: &'static str,
    name: &'static str,
    scalar: &'static str,
    operators: &'static str,
    spelling: Spelling,
) -> Kind {
    Kind { describe, name, scalar, operators, spelling, sums: None }
}

const fn number(
    describe: &'static str,
    name: &'static str,
    scalar: &'static str,
    operators: &'static str,
    sums: (&'static str, &'static str),
) -> Kind {
    Kind { describe, name, scalar, operators, spelling: Spelling::Number, sums: Some(sums) }
}

/// Every type there is. `long` and `longtext` are ours: a count, and text too long to filter by.
pub(super) const KINDS: [Kind; 18] = [
    kind("string", "String", "String", "String", Spelling::Text),
    kind("id", "ID", "ID", "Id", Spelling::Text),
    kind("reference", "ID", "ID", "Id", Spelling::Text),
    kind("textarea", "TextArea", "TextArea", "TextArea", Spelling::Text),
    kind("longtext", "LongTextArea", "LongTextArea", "LongTextArea", Spelling::Text),
    kind("picklist", "Picklist", "Picklist", "Picklist", Spelling::Text),
    kind("multipicklist", "MultiPicklist", "MultiPicklist", "MultiPicklist", Spelling::Text),
    kind("boolean", "Boolean", "Boolean", "Boolean", Spelling::Bool),
    number("int", "Int", "Int", "Integer", ("LongValue", "DoubleValue")),
    number("long", "Long", "Long", "Long", ("LongValue", "DoubleValue")),
    number("double", "Double", "Double", "Double", ("DoubleValue", "DoubleValue")),
    number("currency", "Currency", "Currency", "Currency", ("CurrencyValue", "DoubleValue")),
    number("percent", "Percent", "Percent", "Percent", ("PercentValue", "DoubleValue")),
    kind("date", "Date", "Date", "Date", Spelling::Date),
    kind("datetime", "DateTime", "DateTime", "DateTime", Spelling::DateTime),
    kind("phone", "PhoneNumber", "PhoneNumber", "PhoneNumber", Spelling::Text),
    kind("email", "Email", "Email", "Email", Spelling::Text),
    kind("url", "Url", "Url", "Url", Spelling::Text),
];

/// Functions of dates, as filters and groups name them, and the field of an aggregate that holds their value.
pub(super) const DATE_FUNCTIONS: [(&str, &str); 13] = [
    ("CALENDAR_MONTH", "calendarMonth"),
    ("CALENDAR_QUARTER", "calendarQuarter"),
    ("CALENDAR_YEAR", "calendarYear"),
    ("DAY_IN_MONTH", "dayInMonth"),
    ("DAY_IN_WEEK", "dayInWeek"),
    ("DAY_IN_YEAR", "dayInYear"),
    ("DAY_ONLY", "dayOnly"),
    ("FISCAL_MONTH", "fiscalMonth"),
    ("FISCAL_QUARTER", "fiscalQuarter"),
    ("FISCAL_YEAR", "fiscalYear"),
    ("HOUR_IN_DAY", "hourInDay"),
    ("WEEK_IN_MONTH", "weekInMonth"),
    ("WEEK_IN_YEAR", "weekInYear"),
];

/// Functions that need a time of day.
pub(super) const TIME_FUNCTIONS: [&str; 2] = ["DAY_ONLY", "HOUR_IN_DAY"];

impl Kind {
    /// The kind of a described field; none for compound ones, whose parts are fields of their own.
    pub(super) fn of(field: &Value) -> Option<&'static Self> {
        let name = field.get("type")?.as_str()?;
        let long = name == "textarea" && field.get("length").and_then(Value::as_u64).is_some_and(|length| length > 255);
        Self::called(if long { "longtext" } else { name })
    }

    /// By the describe's name.
    pub(super) fn called(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.describe == name)
    }

    /// By the name in GraphQL.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// What is told of groups by it: `Date` of `DateAggregate`.
    pub(super) fn aggregate(&self) -> &'static str {
        match self.name {
            "DateTime" => "Date",
            "LongTextArea" => "TextArea",
            name => name,
        }
    }

    /// What it is ordered by, alone or over a group.
    pub(super) fn order(&self) -> &'static str {
        match (self.spelling, self.describe) {
            (Spelling::Number, _) => "AggregateOrderByNumberClause",
            (Spelling::Bool, _) | (_, "reference") => "NoFunctionAggregateOrderByClause",
            _ => "AggregateOrderByStringClause",
        }
    }

    /// Whether its values have a format.
    pub(super) fn is_formatted(&self) -> bool {
        matches!(self.spelling, Spelling::Number | Spelling::Date | Spelling::DateTime)
    }

    pub(super) fn is_dated(&self) -> bool {
        matches!(self.spelling, Spelling::Date | Spelling::DateTime)
    }

    /// What `value` shows: dates and times as GraphQL writes them, the rest as SOQL gave it.
    pub(super) fn value(&self, given: &Value) -> Value {
        match (self.spelling, given.as_str()) {
            (Spelling::DateTime, Some(text)) => Value::from(text.replace("+0000", "Z")),
            _ => given.clone(),
        }
    }

    /// What `displayValue` shows: null for what is shown as it is, else as people of the United States write it.
    pub(super) fn display(&self, given: &Value) -> Option<String> {
        match (self.name, given) {
            (_, Value::Null) => None,
            ("Picklist" | "MultiPicklist", Value::String(text)) => Some(text.clone()),
            ("Date", Value::String(text)) => day(text),
            ("DateTime", Value::String(text)) => moment(text),
            ("Currency", Value::Number(number)) => {
                let amount = number.as_f64()?;
                Some(format!("{}${}", if amount < 0.0 { "-" } else { "" }, grouped(&format!("{:.2}", amount.abs()))))
            }
            ("Int" | "Long", Value::Number(number)) => Some(grouped(&number.to_string())),
            ("Double" | "Percent", Value::Number(number)) => Some(number.to_string().trim_end_matches(".0").to_owned()),
            _ => None,
        }
    }
}

fn day(text: &str) -> Option<String> {
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    Some(format!("{}/{}/{}", date.month(), date.day(), date.year()))
}

fn moment(text: &str) -> Option<String> {
    let hour: u32 = text.get(11..13)?.parse().ok()?;
    let half = if hour < 12 { "AM" } else { "PM" };
    Some(format!("{}, {}:{} {half}", day(text)?, (hour + 11) % 12 + 1, text.get(14..16)?))
}

/// With a comma before each three digits of the whole part.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let digits = whole.trim_start_matches('-').len();
    let mut out = String::new();
    for (at, digit) in whole.trim_start_matches('-').chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{}{out}{rest}", if whole.starts_with('-') { "-" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_show_as_people_write_them() {
        for (kind, given, shown) in [
            ("currency", json!(1234567.5), Some("$1,234,567.50")),
            ("currency", json!(-12.0), Some("-$12.00")),
            ("int", json!(-1234), Some("-1,234")),
            ("int", json!(999), Some("999")),
            ("double", json!(5.0), Some("5")),
            ("percent", json!(75.89), Some("75.89")),
            ("date", json!("2026-02-03"), Some("2/3/2026")),
            ("datetime", json!("2026-02-03T00:05:00.000+0000"), Some("2/3/2026, 12:05 AM")),
            ("datetime", json!("2026-12-13T12:30:00.000+0000"), Some("12/13/2026, 12:30 PM")),
            ("string", json!("x"), None),
            ("picklist", json!("Hot"), Some("Hot")),
            ("currency", json!(null), None),
        ] {
            assert_eq!(Kind::called(kind).unwrap().display(&given).as_deref(), shown, "{kind} {given}");
        }
        let time = Kind::called("datetime").unwrap().value(&json!("2026-02-03T00:05:00.000+0000"));
        assert_eq!(time, json!("2026-02-03T00:05:00.000Z"));
    }
}
