//! A value of a body to a value of a column, checked as Salesforce checks it: the type first, then what fits.
//!
//! Numbers, truths and dates may come as texts, as they do from a CSV file. No records are looked at here.

use super::describe;
use super::error::SfError;
use super::schema::{Field, Type};
use crate::soql::days_from_civil;
use jiff::civil::Date;
use rusqlite::types::Value as Bound;
use serde_json::Value;

/// The years that there are.
const YEARS: std::ops::RangeInclusive<i16> = 1_700..=4_000;

/// The largest whole number: eight digits, as the describe says.
const MOST_INT: i64 = 99_999_999;

/// The column value of what a body gives a field that is no reference.
pub(super) fn convert(field: &Field, value: &Value) -> Result<Bound, SfError> {
    let kind = field.raw.kind;
    let wrong = || wrong_type(kind, value);
    match kind {
        // There is no unknown between yes and no.
        Type::Boolean => truth(value).map(|flag| Bound::Integer(i64::from(flag))).ok_or_else(wrong),
        _ if is_nothing(value) => Ok(Bound::Null),
        Type::Int => within(field, value, whole(value).ok_or_else(wrong)?),
        Type::Double | Type::Currency | Type::Percent => real(field, value, number(value).ok_or_else(wrong)?),
        Type::Date => value.as_str().and_then(date).map(Bound::Integer).ok_or_else(wrong),
        Type::Datetime => value.as_str().and_then(datetime).map(Bound::Integer).ok_or_else(wrong),
        _ => text(field, value.as_str().ok_or_else(wrong)?),
    }
}

/// Nothing, or an empty text, which is the same.
pub(super) fn is_nothing(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(|text| text.trim_matches(['\0', ' ', '\t', '\n', '\r']).trim().is_empty())
}

/// What the parser says of a value of the wrong type.
pub(super) fn wrong_type(kind: Type, value: &Value) -> SfError {
    let shown = match value {
        Value::String(text) => format!("VALUE_STRING value {text}"),
        Value::Number(number) if number.is_f64() => format!("VALUE_NUMBER_FLOAT value {number}"),
        Value::Number(number) => format!("VALUE_NUMBER_INT value {number}"),
        Value::Bool(true) => "VALUE_TRUE value true".to_owned(),
        Value::Bool(false) => "VALUE_FALSE value false".to_owned(),
        Value::Array(_) => "START_ARRAY value [".to_owned(),
        Value::Object(_) => "START_OBJECT value {".to_owned(),
        Value::Null => "VALUE_NULL value null".to_owned(),
    };
    let name = match kind {
        Type::Boolean | Type::Int | Type::Double | Type::Currency | Type::Percent | Type::Date | Type::Datetime => {
            describe::name(kind)
        }
        Type::Reference => "reference",
        _ => "string",
    };
    let told = format!("Cannot deserialize instance of {name} from {shown} or request may be missing a required field");
    SfError::new(400, "JSON_PARSER_ERROR", told)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        _ if is_nothing(value) => Some(false),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_f64()?,
    };
    number.is_finite().then_some(number)
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(given) if given.is_i64() || given.is_u64() => Some(given.as_i64().unwrap_or(i64::MAX)),
        Value::Number(_) => None,
        other => number(other).filter(|number| number.fract() == 0.0).map(|number| number as i64),
    }
}

fn within(field: &Field, value: &Value, number: i64) -> Result<Bound, SfError> {
    if (-MOST_INT..=MOST_INT).contains(&number) { Ok(Bound::Integer(number)) } else { Err(outside(field, value)) }
}

/// As many digits before the point as the field has left beside those behind it.
fn real(field: &Field, value: &Value, number: f64) -> Result<Bound, SfError> {
    let digits = describe::precision(field.raw.kind).saturating_sub(field.raw.scale);
    let fits = number.abs() < 10f64.powi(i32::try_from(digits).unwrap_or(i32::MAX));
    if fits { Ok(Bound::Real(number)) } else { Err(outside(field, value)) }
}

fn outside(field: &Field, value: &Value) -> SfError {
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let told = format!("{}: value outside of valid range on numeric field: {shown}", field.raw.label);
    SfError::at(field.name(), "NUMBER_OUTSIDE_VALID_RANGE", told)
}

/// A day, in days since 1970; a time's day is what is written there, whatever its zone.
fn date(text: &str) -> Option<i64> {
    let (day, time) = text.trim().split_once('T').unwrap_or((text.trim(), ""));
    let date: Date = if day.len() == 10 { day.parse().ok()? } else { return None };
    if !YEARS.contains(&date.year()) {
        return None;
    }
    if !time.is_empty() {
        datetime(text)?;
    }
    Some(days_from_civil(date.year().into(), date.month().into(), date.day().into()))
}

/// A time with its zone, in seconds since 1970; a day alone is its midnight in UTC.
fn datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.contains('T') {
        return date(text).map(|days| days * 86_400);
    }
    let year = |time: &jiff::Timestamp| time.to_zoned(jiff::tz::TimeZone::UTC).year();
    let time = text.parse().ok().filter(|time| YEARS.contains(&year(time)));
    time.map(jiff::Timestamp::as_second)
}

fn text(field: &Field, given: &str) -> Result<Bound, SfError> {
    let raw = &field.raw;
    // No text holds a NUL: what reads it on the way would take it for the end. Blanks around a text are lost, save in a text of several lines.
    let given = given.replace('\0', "");
    let text = if raw.kind == Type::Textarea { &*given } else { given.trim() };
    let most = describe::length(field) as usize;
    if most > 0 && text.chars().count() > most {
        let shown: String = text.chars().take(100).collect();
        let told = format!("{}: data value too large: {shown} (max length={most})", raw.label);
        return Err(SfError::at(field.name(), "STRING_TOO_LONG", told));
    }
    if raw.kind == Type::Email && !is_address(text) {
        let told = format!("{}: invalid email address: {text}", raw.label);
        return Err(SfError::at(field.name(), "INVALID_EMAIL_ADDRESS", told));
    }
    if raw.restricted {
        let chosen = text.split(';').map(str::trim);
        let several = raw.kind == Type::Multipicklist;
        let known = |value: &str| raw.values.iter().any(|own| own == value);
        let fits = if several { chosen.filter(|value| !value.is_empty()).all(known) } else { known(text) };
        if !fits {
            let told = format!("{}: bad value for restricted picklist field: {text}", raw.label);
            return Err(SfError::at(field.name(), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", told));
        }
    }
    Ok(Bound::Text(if raw.kind == Type::Multipicklist { sorted(field, text) } else { text.to_owned() }))
}

/// The values of a multi-select picklist once each, those the field lists in their order.
fn sorted(field: &Field, text: &str) -> String {
    let mut chosen: Vec<&str> = Vec::new();
    for value in text.split(';').map(str::trim).filter(|value| !value.is_empty()) {
        if !chosen.contains(&value) {
            chosen.push(value);
        }
    }
    let place = |value: &&str| field.raw.values.iter().position(|own| own == value).unwrap_or(usize::MAX);
    chosen.sort_by_key(place);
    chosen.join(";")
}

/// Whether a text is a mail address: one `@`, something before it, a domain with a dot behind it, no blanks.
fn is_address(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
    let labels: Vec<&str> = domain.split('.').collect();
    let label =
        |label: &&str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "()<>[]:;,\\\"@".contains(letter);
    plain(user) && !user.contains(odd) && labels.len() > 1 && labels.iter().all(label)
}

#[cfg(test)]
mod tests {
    use super::super::schema::Schema;
    use super::*;
    use serde_json::json;

    fn of(field: &str, value: &Value) -> Result<Bound, &'static str> {
        let schema = Schema::load().unwrap();
        let (object, name) = field.split_once('.').unwrap();
        let field = schema.object(object).unwrap().field(name).unwrap();
        convert(field, value).map_err(|error| {
            let named = !matches!(error.code, "JSON_PARSER_ERROR");
            assert_eq!(error.fields.len(), usize::from(named), "{error:?}");
            error.code
        })
    }

    #[test]
    fn values_are_taken_in_every_form_they_may_have() {
        for (field, value, wanted) in [
            ("Contact.HasOptedOutOfEmail", json!(true), Bound::Integer(1)),
            ("Contact.HasOptedOutOfEmail", json!("True"), Bound::Integer(1)),
            ("Contact.HasOptedOutOfEmail", json!("0"), Bound::Integer(0)),
            ("Contact.HasOptedOutOfEmail", json!(null), Bound::Integer(0)),
            ("Account.NumberOfEmployees", json!(12), Bound::Integer(12)),
            ("Account.NumberOfEmployees", json!("12"), Bound::Integer(12)),
            ("Account.NumberOfEmployees", json!("12.0"), Bound::Integer(12)),
            ("Account.NumberOfEmployees", json!(""), Bound::Null),
            ("Account.AnnualRevenue", json!("1.5e3"), Bound::Real(1500.0)),
            ("Account.AnnualRevenue", json!(-7), Bound::Real(-7.0)),
            ("Account.RenewalDate__c", json!("1970-01-03"), Bound::Integer(2)),
            ("Account.RenewalDate__c", json!("1970-01-03T23:00:00-02:00"), Bound::Integer(2)),
            ("Shipment__c.DeliveredAt__c", json!("1970-01-01T00:01:00Z"), Bound::Integer(60)),
            ("Shipment__c.DeliveredAt__c", json!("1970-01-01T01:01:00.500+0100"), Bound::Integer(60)),
            ("Shipment__c.DeliveredAt__c", json!("1970-01-01T01:01:00+01:00"), Bound::Integer(60)),
            ("Shipment__c.DeliveredAt__c", json!("1970-01-02"), Bound::Integer(86_400)),
            ("Account.Name", json!("  Quay  "), Bound::Text("Quay".into())),
            ("Account.Description", json!(" two\n "), Bound::Text(" two\n ".into())),
            ("Account.Phone", json!("call me"), Bound::Text("call me".into())),
            ("Account.Name", json!("\0Qu\0ay\0"), Bound::Text("Quay".into())),
            ("Contact.Email", json!("o'neil+1@a-b.co.uk"), Bound::Text("o'neil+1@a-b.co.uk".into())),
            ("Contact.Email", json!("ü@müller.example"), Bound::Text("ü@müller.example".into())),
            (
                "Contact.Languages__c",
                json!("日本語;English;日本語; Klingon"),
                Bound::Text("English;日本語;Klingon".into()),
            ),
            ("Shipment__c.Status__c", json!("At Sea"), Bound::Text("At Sea".into())),
        ] {
            assert_eq!(of(field, &value), Ok(wanted), "{field} {value}");
        }
    }

    #[test]
    fn each_wrong_value_has_its_code() {
        let long = "x".repeat(256);
        for (field, value, code) in [
            ("Contact.HasOptedOutOfEmail", json!("yes"), "JSON_PARSER_ERROR"),
            ("Contact.HasOptedOutOfEmail", json!(1), "JSON_PARSER_ERROR"),
            ("Account.NumberOfEmployees", json!(1.5), "JSON_PARSER_ERROR"),
            ("Account.NumberOfEmployees", json!("1.5"), "JSON_PARSER_ERROR"),
            ("Account.NumberOfEmployees", json!("many"), "JSON_PARSER_ERROR"),
            ("Account.NumberOfEmployees", json!(100_000_000), "NUMBER_OUTSIDE_VALID_RANGE"),
            ("Account.NumberOfEmployees", json!(u64::MAX), "NUMBER_OUTSIDE_VALID_RANGE"),
            ("Account.AnnualRevenue", json!("NaN"), "JSON_PARSER_ERROR"),
            ("Account.AnnualRevenue", json!("inf"), "JSON_PARSER_ERROR"),
            ("Account.AnnualRevenue", json!(1e18), "NUMBER_OUTSIDE_VALID_RANGE"),
            ("Opportunity.Amount", json!(-1e16), "NUMBER_OUTSIDE_VALID_RANGE"),
            ("Account.OnTimeRate__c", json!(10_000), "NUMBER_OUTSIDE_VALID_RANGE"),
            ("Account.RenewalDate__c", json!("2026-02-30"), "JSON_PARSER_ERROR"),
            ("Account.RenewalDate__c", json!("20260203"), "JSON_PARSER_ERROR"),
            ("Account.RenewalDate__c", json!("0001-01-01"), "JSON_PARSER_ERROR"),
            ("Shipment__c.DeliveredAt__c", json!("9999-01-01T00:00:00Z"), "JSON_PARSER_ERROR"),
            ("Shipment__c.DeliveredAt__c", json!("-001999-01-01T00:00:00Z"), "JSON_PARSER_ERROR"),
            ("Account.RenewalDate__c", json!("2026-02-03Tnoon"), "JSON_PARSER_ERROR"),
            ("Account.RenewalDate__c", json!(1), "JSON_PARSER_ERROR"),
            ("Shipment__c.DeliveredAt__c", json!("2026-02-03T10:00:00"), "JSON_PARSER_ERROR"),
            ("Shipment__c.DeliveredAt__c", json!("2026-02-03T25:00:00Z"), "JSON_PARSER_ERROR"),
            ("Account.Name", json!(3), "JSON_PARSER_ERROR"),
            ("Account.Name", json!(["a"]), "JSON_PARSER_ERROR"),
            ("Account.Name", json!(long), "STRING_TOO_LONG"),
            ("Contact.Email", json!("123"), "INVALID_EMAIL_ADDRESS"),
            ("Contact.Email", json!("a@b"), "INVALID_EMAIL_ADDRESS"),
            ("Contact.Email", json!("a b@c.example"), "INVALID_EMAIL_ADDRESS"),
            ("Contact.Email", json!("a@b@c.example"), "INVALID_EMAIL_ADDRESS"),
            ("Contact.Email", json!("a.@c.example"), "INVALID_EMAIL_ADDRESS"),
            ("Contact.Email", json!("a@c..example"), "INVALID_EMAIL_ADDRESS"),
            ("Shipment__c.Status__c", json!("Beamed"), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
            ("Shipment__c.Status__c", json!("at sea"), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
            ("Shipment__c.Route__c", json!("North;Nowhere"), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ] {
            assert_eq!(of(field, &value), Err(code), "{field} {value}");
        }
    }
}
