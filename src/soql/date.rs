//! The relative dates of the language: their names, and the days they cover seen from a given day.
//!
//! No clock here: today is an argument. A span of days is half open, from its first day to the day after its last.

/// A length of time that the calendar knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// Sunday to Saturday, as in the United States locale.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter; the fiscal one is the same where the fiscal year begins in January.
    Quarter,
    /// A calendar year; the fiscal one likewise.
    Year,
}

/// A relative date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLiteral {
    /// One whole unit, so many from this one: `TODAY` is day 0, `LAST_MONTH` month -1, `N_YEARS_AGO:3` year -3.
    One(Unit, i64),
    /// `LAST_N_…:n`: the n units before this one; days count up to and with today.
    LastN(Unit, i64),
    /// `NEXT_N_…:n`: the n units after this one.
    NextN(Unit, i64),
    /// `LAST_90_DAYS`.
    Last90Days,
    /// `NEXT_90_DAYS`.
    Next90Days,
}

/// More units than this in a literal is a mistake, and would leave the calendar.
const MOST: i64 = 10_000;

impl DateLiteral {
    /// The literal of this name, where it needs no number.
    pub fn plain(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let found = match upper.as_str() {
            "TODAY" => Self::One(Unit::Day, 0),
            "YESTERDAY" => Self::One(Unit::Day, -1),
            "TOMORROW" => Self::One(Unit::Day, 1),
            "LAST_90_DAYS" => Self::Last90Days,
            "NEXT_90_DAYS" => Self::Next90Days,
            _ => {
                let (which, unit) = upper.split_once('_')?;
                let unit = unit_of(unit, false)?;
                match which {
                    "LAST" => Self::One(unit, -1),
                    "THIS" => Self::One(unit, 0),
                    "NEXT" => Self::One(unit, 1),
                    _ => return None,
                }
            }
        };
        Some(found)
    }

    /// The literal of this name with its number, as in `LAST_N_DAYS:7`.
    pub fn counted(name: &str, n: i64) -> Option<Self> {
        if !(0..=MOST).contains(&n) {
            return None;
        }
        let upper = name.to_ascii_uppercase();
        if let Some(unit) = upper.strip_prefix("LAST_N_").and_then(|unit| unit_of(unit, true)) {
            return Some(Self::LastN(unit, n));
        }
        if let Some(unit) = upper.strip_prefix("NEXT_N_").and_then(|unit| unit_of(unit, true)) {
            return Some(Self::NextN(unit, n));
        }
        let unit = unit_of(upper.strip_prefix("N_")?.strip_suffix("_AGO")?, true)?;
        Some(Self::One(unit, -n))
    }

    /// First day, and the day after the last, in days since 1970-01-01.
    pub fn days(&self, today: i64) -> (i64, i64) {
        match *self {
            Self::One(unit, offset) => (start(unit, today, offset), start(unit, today, offset + 1)),
            Self::LastN(Unit::Day, n) => (today - n, today + 1),
            Self::LastN(unit, n) => (start(unit, today, -n), start(unit, today, 0)),
            Self::NextN(unit, n) => (start(unit, today, 1), start(unit, today, n + 1)),
            Self::Last90Days => (today - 90, today + 1),
            Self::Next90Days => (today + 1, today + 91),
        }
    }
}

fn unit_of(name: &str, plural: bool) -> Option<Unit> {
    let name = name.strip_prefix("FISCAL_").filter(|rest| rest.starts_with(['Q', 'Y'])).unwrap_or(name);
    let single = if plural { name.strip_suffix('S')? } else { name };
    match single {
        "DAY" if plural => Some(Unit::Day),
        "WEEK" => Some(Unit::Week),
        "MONTH" => Some(Unit::Month),
        "QUARTER" => Some(Unit::Quarter),
        "YEAR" => Some(Unit::Year),
        _ => None,
    }
}

/// The first day of the unit that lies `offset` units from the one `today` lies in.
fn start(unit: Unit, today: i64, offset: i64) -> i64 {
    let (year, month, _) = civil_from_days(today);
    match unit {
        Unit::Day => today + offset,
        // 1970-01-01 was a Thursday, so the Sunday before it is day -4.
        Unit::Week => today - (today + 4).rem_euclid(7) + 7 * offset,
        Unit::Month => month_start(year * 12 + month - 1 + offset),
        Unit::Quarter => month_start((year * 4 + (month - 1) / 3 + offset) * 3),
        Unit::Year => month_start((year + offset) * 12),
    }
}

fn month_start(months: i64) -> i64 {
    days_from_civil(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar; the month counts from 1.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a count of days since 1970-01-01.
pub fn civil_from_days(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let number = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + carry, month, number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(name: &str, today: (i64, i64, i64)) -> ((i64, i64, i64), (i64, i64, i64)) {
        let literal = match name.split_once(':') {
            Some((name, n)) => DateLiteral::counted(name, n.parse().unwrap()),
            None => DateLiteral::plain(name),
        };
        let (from, to) = literal.unwrap().days(days_from_civil(today.0, today.1, today.2));
        (civil_from_days(from), civil_from_days(to - 1))
    }

    #[test]
    fn calendar_round_trip() {
        for day in (-800_000..800_000).step_by(37) {
            let (year, month, number) = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, number), day);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(days_from_civil(2000, 2, 29), 11_016);
    }

    #[test]
    fn literals_cover_the_right_days() {
        let today = (2026, 3, 11); // a Wednesday
        assert_eq!(span("TODAY", today), ((2026, 3, 11), (2026, 3, 11)));
        assert_eq!(span("this_week", today), ((2026, 3, 8), (2026, 3, 14)));
        assert_eq!(span("LAST_MONTH", today), ((2026, 2, 1), (2026, 2, 28)));
        assert_eq!(span("NEXT_QUARTER", today), ((2026, 4, 1), (2026, 6, 30)));
        assert_eq!(span("THIS_FISCAL_YEAR", today), ((2026, 1, 1), (2026, 12, 31)));
        assert_eq!(span("LAST_N_DAYS:7", today), ((2026, 3, 4), (2026, 3, 11)));
        assert_eq!(span("NEXT_N_DAYS:7", today), ((2026, 3, 12), (2026, 3, 18)));
        assert_eq!(span("LAST_N_MONTHS:3", today), ((2025, 12, 1), (2026, 2, 28)));
        assert_eq!(span("N_QUARTERS_AGO:1", today), ((2025, 10, 1), (2025, 12, 31)));
        assert_eq!(span("N_FISCAL_YEARS_AGO:2", today), ((2024, 1, 1), (2024, 12, 31)));
        assert_eq!(span("LAST_90_DAYS", today).0, (2025, 12, 11));
    }

    #[test]
    fn what_is_no_literal() {
        for name in ["TODAYS", "THIS_DAY", "LAST_N_DAYS", "THIS_FISCAL_WEEK", "LAST_DECADE", "_"] {
            assert_eq!(DateLiteral::plain(name), None, "{name}");
        }
        assert_eq!(DateLiteral::counted("LAST_N_DAYS", 1_000_000), None);
        assert_eq!(DateLiteral::counted("N_DAYS_AGO", -1), None);
    }
}
