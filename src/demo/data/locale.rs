//! How a user reads dates and amounts, for FORMAT(). The locales of the demo's people, and a plain one for all others.

use crate::soql::civil_from_days;

/// The currency of the org.
const SIGN: &str = "€";

struct Habits {
    /// Between thousands, before the decimals.
    marks: (&'static str, &'static str),
    /// `y`, `m`, `d` as they stand in a date, `M` and `D` with two digits.
    date: &'static str,
    /// Between date and time.
    between: &'static str,
    /// AM and PM.
    halves: bool,
    /// The sign of the currency stands behind the amount.
    behind: bool,
}

fn habits(locale: &str) -> Habits {
    let (marks, date, between, halves, behind) = match locale {
        "en_US" => ((",", "."), "m/d/y", ", ", true, false),
        "de_DE" => ((".", ","), "D.M.y", ", ", false, true),
        "pt_BR" => ((".", ","), "D/M/y", ", ", false, false),
        "ja_JP" => ((",", "."), "y/M/D", " ", false, false),
        _ => ((",", "."), "D/M/y", ", ", false, false),
    };
    Habits { marks, date, between, halves, behind }
}

/// A number with so many decimals.
pub(super) fn number(value: f64, decimals: usize, locale: &str) -> String {
    let (thousands, point) = habits(locale).marks;
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::from(if value < 0.0 { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push_str(thousands);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push_str(point);
        out.push_str(rest);
    }
    out
}

/// An amount in the org's currency.
pub(super) fn currency(value: f64, locale: &str) -> String {
    let amount = number(value.abs(), 2, locale);
    let minus = if value < 0.0 { "-" } else { "" };
    if habits(locale).behind { format!("{minus}{amount} {SIGN}") } else { format!("{minus}{SIGN}{amount}") }
}

/// A day, counted from 1970-01-01.
pub(super) fn date(days: i64, locale: &str) -> String {
    let (year, month, day) = civil_from_days(days);
    let mut out = String::new();
    for letter in habits(locale).date.chars() {
        match letter {
            'y' => out.push_str(&year.to_string()),
            'm' => out.push_str(&month.to_string()),
            'd' => out.push_str(&day.to_string()),
            'M' => out.push_str(&format!("{month:02}")),
            'D' => out.push_str(&format!("{day:02}")),
            mark => out.push(mark),
        }
    }
    out
}

/// A moment in seconds since 1970, the offset of the zone added already.
pub(super) fn datetime(seconds: i64, locale: &str) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute) = (of_day / 3_600, of_day / 60 % 60);
    let own = habits(locale);
    let day = date(seconds.div_euclid(86_400), locale);
    let between = own.between;
    if own.halves {
        let half = if hour < 12 { "AM" } else { "PM" };
        return format!("{day}{between}{}:{minute:02} {half}", (hour + 11) % 12 + 1);
    }
    format!("{day}{between}{hour:02}:{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_locale_has_its_habits() {
        assert_eq!(number(-1_234_567.891, 2, "en_US"), "-1,234,567.89");
        assert_eq!(number(999.0, 0, "de_DE"), "999");
        assert_eq!(number(1_000.0, 0, "de_DE"), "1.000");
        assert_eq!((currency(25_000.0, "en_US"), currency(-5.5, "de_DE")), ("€25,000.00".into(), "-5,50 €".into()));
        assert_eq!((date(20_523, "en_US"), date(20_523, "de_DE")), ("3/11/2026".into(), "11.03.2026".into()));
        assert_eq!(date(20_523, "ja_JP"), "2026/03/11");
        assert_eq!(datetime(20_523 * 86_400 + 43_260, "en_US"), "3/11/2026, 12:01 PM");
        assert_eq!(datetime(20_523 * 86_400, "en_US"), "3/11/2026, 12:00 AM");
        assert_eq!(datetime(20_523 * 86_400 + 13 * 3_600, "en_GB"), "11/03/2026, 13:00");
    }
}
