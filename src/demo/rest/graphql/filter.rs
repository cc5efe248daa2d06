//! `where` and `orderBy` to SOQL. Names come from the model, never from the request; constants are written so that they
//! stay constants, whatever is in them.

use super::kinds::{DATE_FUNCTIONS, Kind, Spelling};
use super::model::{Model, Object};
use apollo_compiler::resolvers::FieldError;
use serde_json::{Map, Value};

type Written = Result<Option<String>, FieldError>;

/// A refusal.
pub(super) fn refuse(message: impl Into<String>) -> FieldError {
    FieldError { message: message.into() }
}

fn wrong(field: &str, value: &Value) -> FieldError {
    refuse(format!("Invalid value for field '{field}': {value}"))
}

/// The condition of a filter on an object that is reached by `prefix` (empty or ending in a dot); none filters nothing.
pub(super) fn condition(model: &Model, object: &Object, prefix: &str, filter: &Value) -> Written {
    let mut parts = Vec::new();
    for (key, value) in filter.as_object().into_iter().flatten() {
        if value.is_null() {
            continue;
        }
        if let Some(field) = object.fields.get(key) {
            parts.extend(comparisons(model, field.kind, &format!("{prefix}{key}"), value)?);
        } else if let Some(parent) = object.parents.get(key) {
            let of = |to: &str| model.object(to).ok_or_else(|| refuse(format!("Unknown object '{to}'")));
            if let Some(only) = parent.only() {
                parts.extend(condition(model, of(only)?, &format!("{prefix}{key}."), value)?);
                continue;
            }
            // One of several: those with the id of a record of that type that fits.
            for (to, inner) in value.as_object().into_iter().flatten() {
                let found = rows(model, of(to)?, "Id", inner)?;
                parts.push(format!("{prefix}{} IN ({found})", parent.id));
            }
        } else {
            parts.extend(combined(model, object, prefix, key, value)?);
        }
    }
    Ok(joined(parts, " AND "))
}

/// `and`, `or`, `not`.
fn combined(model: &Model, object: &Object, prefix: &str, key: &str, value: &Value) -> Written {
    let mut parts = Vec::new();
    for one in listed(value) {
        parts.extend(condition(model, object, prefix, one)?);
    }
    Ok(match key {
        "not" => joined(parts, " AND ").map(|inner| format!("(NOT ({inner}))")),
        "or" => joined(parts, " OR "),
        _ => joined(parts, " AND "),
    })
}

fn joined(mut parts: Vec<String>, word: &str) -> Option<String> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(format!("({})", parts.join(word))),
    }
}

/// A list, or the one thing that stands for a list of one.
fn listed(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// `SELECT field FROM object WHERE …`.
fn rows(model: &Model, object: &Object, field: &str, filter: &Value) -> Result<String, FieldError> {
    let found = condition(model, object, "", filter)?;
    let tail = found.map(|found| format!(" WHERE {found}")).unwrap_or_default();
    Ok(format!("SELECT {field} FROM {}{tail}", object.name))
}

/// All that is asked of one field.
fn comparisons(model: &Model, kind: &Kind, path: &str, operators: &Value) -> Written {
    let mut parts = Vec::new();
    for (operator, value) in operators.as_object().into_iter().flatten() {
        let sign = match operator.as_str() {
            "eq" => "=",
            "ne" => "!=",
            "lt" => "<",
            "lte" => "<=",
            "gt" => ">",
            "gte" => ">=",
            "like" => "LIKE",
            "in" | "nin" | "includes" | "excludes" => {
                parts.extend(among(kind, path, operator, value)?);
                continue;
            }
            "inq" => {
                parts.push(format!("{path} IN ({})", join(model, value)?));
                continue;
            }
            "ninq" => {
                parts.push(format!("{path} NOT IN ({})", join(model, value)?));
                continue;
            }
            function => {
                parts.extend(by_function(model, function, path, value)?);
                continue;
            }
        };
        parts.push(format!("{path} {sign} {}", constant(kind, path, value, operator == "like")?));
    }
    Ok(joined(parts, " AND "))
}

fn among(kind: &Kind, path: &str, operator: &str, values: &Value) -> Written {
    let values: Result<Vec<String>, FieldError> =
        listed(values).iter().map(|value| constant(kind, path, value, false)).collect();
    let values = values?;
    let sign = match operator {
        "in" => "IN",
        "nin" => "NOT IN",
        "includes" => "INCLUDES",
        _ => "EXCLUDES",
    };
    Ok(match (values.is_empty(), operator) {
        (false, _) => Some(format!("{path} {sign} ({})", values.join(", "))),
        // SOQL has no empty list: nothing is in it, and everything is outside.
        (true, "in" | "includes") => Some("Id = null".to_owned()),
        (true, _) => None,
    })
}

/// `{Contact: {…}, ApiName: "AccountId"}`.
fn join(model: &Model, value: &Value) -> Result<String, FieldError> {
    let of = |map: &Map<String, Value>| {
        let mut objects = map.iter().filter(|(key, _)| *key != "ApiName");
        let (name, filter) = objects.next()?;
        let object = model.object(name).filter(|_| objects.next().is_none())?;
        let field = map.get("ApiName").map_or(Some("Id"), Value::as_str)?;
        let field = object.fields.get_key_value(field).map(|(name, _)| name)?;
        Some(rows(model, object, field, filter))
    };
    value.as_object().and_then(of).ok_or_else(|| refuse("A join needs one object and the ApiName of a field of it"))?
}

/// `CALENDAR_YEAR: {value: {eq: 2026}}`.
fn by_function(model: &Model, function: &str, path: &str, value: &Value) -> Written {
    let (Some((function, _)), Some(long), Some(date)) =
        (DATE_FUNCTIONS.iter().find(|(name, _)| *name == function), Kind::called("long"), Kind::called("date"))
    else {
        return Err(refuse(format!("Unknown operator '{function}'")));
    };
    if *function == "DAY_ONLY" {
        return comparisons(model, date, &format!("DAY_ONLY({path})"), value);
    }
    let mut parts = Vec::new();
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = if key == "value" { path.to_owned() } else { format!("convertTimezone({path})") };
        parts.extend(comparisons(model, long, &format!("{function}({path})"), inner)?);
    }
    Ok(joined(parts, " AND "))
}

/// A constant in SOQL.
fn constant(kind: &Kind, path: &str, value: &Value, pattern: bool) -> Result<String, FieldError> {
    match (kind.spelling, value) {
        (_, Value::Null) => Ok("null".to_owned()),
        (Spelling::Text, Value::String(text)) => Ok(quoted(text, pattern)),
        (Spelling::Text, Value::Number(number)) => Ok(quoted(&number.to_string(), false)),
        (Spelling::Number, Value::Number(number)) => Ok(number.to_string()),
        (Spelling::Bool, Value::Bool(truth)) => Ok(truth.to_string()),
        (Spelling::Date | Spelling::DateTime, Value::Object(map)) => date(kind, map).ok_or_else(|| wrong(path, value)),
        _ => Err(wrong(path, value)),
    }
}

/// A text in quotes. In a pattern `\%` and `\_` keep their meaning.
pub(super) fn quoted(text: &str, pattern: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if pattern && matches!(letters.peek(), Some('%' | '_')) => out.push('\\'),
            '\\' | '\'' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ => out.push(letter),
        }
    }
    out.push('\'');
    out
}

/// A date is written from what was read of it, so that nothing else gets through.
fn date(kind: &Kind, map: &Map<String, Value>) -> Option<String> {
    let mut given = map.iter().filter(|(_, value)| !value.is_null());
    let (key, value) = given.next()?;
    if given.next().is_some() {
        return None;
    }
    match (key.as_str(), kind.spelling) {
        ("value", Spelling::Date) => Some(value.as_str()?.parse::<jiff::civil::Date>().ok()?.to_string()),
        ("value", _) => {
            let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
            Some(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        }
        ("literal", _) => {
            let name = value.as_str()?;
            let plain = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            plain.then(|| name.to_owned())
        }
        (_, _) => {
            let (unit, count) = value.as_object()?.iter().find(|(_, count)| !count.is_null())?;
            let plain = unit.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            plain.then(|| Some(format!("{}:{}", unit.to_uppercase(), count.as_u64()?)))?
        }
    }
}

/// ORDER BY, in the order in which the fields are given.
pub(super) fn order(model: &Model, object: &Object, prefix: &str, given: &Value) -> Vec<String> {
    let mut parts = Vec::new();
    for (key, clause) in given.as_object().into_iter().flatten().filter(|(_, clause)| !clause.is_null()) {
        if object.fields.contains_key(key) {
            parts.push(format!("{prefix}{key}{}", direction(clause)));
        } else if let Some(parent) = object.parents.get(key).and_then(|parent| model.object(parent.only()?)) {
            parts.extend(order(model, parent, &format!("{prefix}{key}."), clause));
        }
    }
    parts
}

/// ` DESC NULLS LAST`.
pub(super) fn direction(clause: &Value) -> String {
    let said = |key: &str, other: &str| clause.get(key).and_then(Value::as_str) == Some(other);
    let way = if said("order", "DESC") { "DESC" } else { "ASC" };
    let nulls = if said("nulls", "LAST") { "LAST" } else { "FIRST" };
    format!(" {way} NULLS {nulls}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn constants_stay_constants() {
        assert_eq!(quoted("O'Marlin\\", false), r"'O\'Marlin\\'");
        assert_eq!(quoted("' OR Id != '\n", false), r"'\' OR Id != \'\n'");
        assert_eq!(quoted(r"10\% \x%", true), r"'10\% \\x%'");
        let date = Kind::called("date").unwrap();
        for (given, written) in [
            (json!({ "value": "2026-02-03" }), Some("2026-02-03")),
            (json!({ "literal": "LAST_90_DAYS" }), Some("LAST_90_DAYS")),
            (json!({ "range": { "last_n_days": 3 } }), Some("LAST_N_DAYS:3")),
            (json!({ "value": "2026-02-03 OR Name != null" }), None),
            (json!({ "literal": "TODAY OR Id != null" }), None),
            (json!({ "range": { "last_n_days": -3 } }), None),
            (json!({ "range": {} }), None),
            (json!({ "value": "2026-02-03", "literal": "TODAY" }), None),
            (json!("2026-02-03"), None),
        ] {
            assert_eq!(constant(date, "CloseDate", &given, false).ok().as_deref(), written, "{given}");
        }
        let time = Kind::called("datetime").unwrap();
        let given = json!({ "value": "2026-02-03T10:00:00+02:00" });
        assert_eq!(constant(time, "x", &given, false).ok().as_deref(), Some("2026-02-03T08:00:00Z"));
        let number = Kind::called("currency").unwrap();
        for wrong in [json!("1 OR 1 = 1"), json!({}), json!([1]), json!(true)] {
            assert!(constant(number, "x", &wrong, false).is_err(), "{wrong}");
        }
    }
}
