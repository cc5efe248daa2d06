//! Values as a person reads them, in his own locale: what UI API calls a `displayValue`.
//!
//! Only what differs from the value itself has one; texts, ids and truths have none.

use super::super::metadata::atlas::{list, text};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The sign of the org's currency.
const CURRENCY: &str = "€";

/// How somebody writes dates and numbers.
pub(super) struct Reader {
    zone: TimeZone,
    date: &'static str,
    time: &'static str,
    /// Between thousands, before decimals.
    marks: (char, char),
    sign_first: bool,
}

impl Reader {
    /// Of a locale such as `de_DE`, and a time zone; what is not known is read as in the United States, and in UTC.
    pub(super) fn of(locale: &str, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let english = (',', '.');
        let (date, time, marks, sign_first) = match locale {
            "de_DE" => ("%d.%m.%Y", "%H:%M", ('.', ','), false),
            "en_GB" => ("%d/%m/%Y", "%H:%M", english, true),
            "ja_JP" => ("%Y/%m/%d", "%-H:%M", english, true),
            "ar_AE" => ("%d/%m/%Y", "%-I:%M %p", english, true),
            "pt_BR" => ("%d/%m/%Y", "%H:%M", ('.', ','), true),
            _ => ("%-m/%-d/%Y", "%-I:%M %p", english, true),
        };
        Self { zone, date, time, marks, sign_first }
    }

    /// The value of a field for his eyes, if it reads differently. `value` is as UI API answers it.
    pub(super) fn display(&self, field: &Value, value: &Value) -> Option<String> {
        let scale =
            field.get("scale").and_then(Value::as_u64).and_then(|scale| usize::try_from(scale).ok()).unwrap_or(0);
        match (text(field, "type"), value) {
            ("picklist", Value::String(value)) => Some(self.label(field, value)),
            ("multipicklist", Value::String(value)) => {
                Some(value.split(';').map(|part| self.label(field, part)).collect::<Vec<_>>().join(";"))
            }
            ("currency", Value::Number(number)) => {
                let amount = self.number(number.as_f64()?, scale);
                Some(if self.sign_first { format!("{CURRENCY}{amount}") } else { format!("{amount} {CURRENCY}") })
            }
            ("percent", Value::Number(number)) => Some(format!("{}%", self.number(number.as_f64()?, scale))),
            ("int" | "double", Value::Number(number)) => Some(self.number(number.as_f64()?, scale)),
            ("date", Value::String(value)) => Some(value.parse::<Date>().ok()?.strftime(self.date).to_string()),
            ("datetime", Value::String(value)) => {
                let moment = value.parse::<Timestamp>().ok()?.to_zoned(self.zone.clone());
                Some(format!("{}, {}", moment.strftime(self.date), moment.strftime(self.time)))
            }
            ("address", Value::Object(parts)) => {
                let part = |key: &str| parts.get(key).and_then(Value::as_str);
                let lines = ["street", "city", "state", "postalCode", "country"].map(part);
                Some(lines.into_iter().flatten().collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
            }
            _ => None,
        }
    }

    fn label(&self, field: &Value, value: &str) -> String {
        let known = list(field, "picklistValues").iter().find(|entry| text(entry, "value") == value);
        known.map_or(value, |entry| text(entry, "label")).to_owned()
    }

    fn number(&self, number: f64, scale: usize) -> String {
        let plain = format!("{:.*}", scale.min(15), number.abs());
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::new();
        if number < 0.0 {
            out.push('-');
        }
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                out.push(self.marks.0);
            }
            out.push(digit);
        }
        if !decimals.is_empty() {
            out.push(self.marks.1);
            out.push_str(decimals);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(locale: &str, kind: &str, scale: u8, value: Value) -> Option<String> {
        Reader::of(locale, "UTC").display(&json!({ "type": kind, "scale": scale }), &value)
    }

    #[test]
    fn each_locale_writes_its_own_way() {
        for (locale, date, moment, money) in [
            ("en_US", "1/5/2026", "1/5/2026, 3:07 PM", "€1,234,567.50"),
            ("en_GB", "05/01/2026", "05/01/2026, 15:07", "€1,234,567.50"),
            ("de_DE", "05.01.2026", "05.01.2026, 15:07", "1.234.567,50 €"),
            ("ja_JP", "2026/01/05", "2026/01/05, 15:07", "€1,234,567.50"),
        ] {
            assert_eq!(shown(locale, "date", 0, json!("2026-01-05")).as_deref(), Some(date));
            assert_eq!(shown(locale, "datetime", 0, json!("2026-01-05T15:07:09.000Z")).as_deref(), Some(moment));
            assert_eq!(shown(locale, "currency", 2, json!(1_234_567.5)).as_deref(), Some(money));
        }
    }

    #[test]
    fn numbers_are_grouped_and_texts_left_alone() {
        assert_eq!(shown("en_US", "int", 0, json!(999)).as_deref(), Some("999"));
        assert_eq!(shown("en_US", "int", 0, json!(-1_000)).as_deref(), Some("-1,000"));
        assert_eq!(shown("en_US", "percent", 1, json!(12.5)).as_deref(), Some("12.5%"));
        for (kind, value) in
            [("string", json!("x")), ("boolean", json!(true)), ("id", json!("001")), ("date", json!(null))]
        {
            assert_eq!(shown("en_US", kind, 0, value), None, "{kind}");
        }
    }
}
