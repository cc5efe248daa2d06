//! What is looked for in the history, as it is typed: words, and filters such as `status:4xx user:ada after:yesterday`.
//!
//! What is half typed looks for what it says so far; what cannot be understood is told and looks for nothing.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// What is looked for. Everything that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastQuery {
    /// In address, names or bodies.
    pub words: Vec<Word>,
    /// Status codes from, to.
    pub status: Option<(u16, u16)>,
    /// How the method begins.
    pub method: Option<String>,
    /// In the username.
    pub user: Option<String>,
    /// In the app's name, the org's id or its instance.
    pub org: Option<String>,
    /// Sent before this.
    pub before: Option<Timestamp>,
    /// Sent then or later.
    pub after: Option<Timestamp>,
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it was typed.
    pub text: String,
    /// In quotes it is meant as it stands; else it may go on.
    pub whole: bool,
}

/// The filters by name, and what stands behind each.
pub const FILTERS: [(&str, &str); 6] = [
    ("status", "404, 4xx, 400-499, failed"),
    ("method", "POST"),
    ("user", "part of a username"),
    ("org", "app, org id or instance"),
    ("before", "2026-11-24, 2026-11-24T15:30, today, yesterday, 2h, 7d"),
    ("after", "2026-11-24, 2026-11-24T15:30, today, yesterday, 2h, 7d"),
];

impl PastQuery {
    /// Whether everything fits.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads what is typed; dates are those of this zone. Beside it, what of it is not understood.
    pub fn parse(line: &str, now: Timestamp, zone: &TimeZone) -> (Self, Option<String>) {
        let mut query = Self::default();
        let mut wrong = None;
        for (text, quoted) in split(line) {
            let filter = text.split_once(':').filter(|(name, _)| !quoted && FILTERS.iter().any(|(n, _)| n == name));
            match filter {
                None => query.words.push(Word { text, whole: quoted }),
                Some((_, "")) => {}
                Some((name, value)) => {
                    if let Err(why) = query.set(name, value, now, zone) {
                        wrong = wrong.or(Some(why));
                    }
                }
            }
        }
        (query, wrong)
    }

    /// Sets one filter.
    ///
    /// # Errors
    /// What would be right.
    pub fn set(&mut self, name: &str, value: &str, now: Timestamp, zone: &TimeZone) -> Result<(), String> {
        let told = || {
            let right = FILTERS.iter().find(|(n, _)| *n == name).map_or("", |(_, right)| right);
            format!("{name}:{value} is not understood: {right}")
        };
        match name {
            "status" => self.status = Some(status(value).ok_or_else(told)?),
            "method" => self.method = Some(value.to_uppercase()),
            "user" => self.user = Some(value.to_owned()),
            "org" => self.org = Some(value.to_owned()),
            "before" => self.before = Some(time(value, now, zone).ok_or_else(told)?),
            "after" => self.after = Some(time(value, now, zone).ok_or_else(told)?),
            _ => return Err(told()),
        }
        Ok(())
    }
}

/// Words, those in quotes as one; whether they were.
fn split(line: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => {
                if !word.trim().is_empty() {
                    words.push((std::mem::take(&mut word), quoted));
                }
                word.clear();
                quoted = !quoted;
            }
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push((std::mem::take(&mut word), false));
                }
            }
            c => word.push(c),
        }
    }
    if !word.trim().is_empty() {
        words.push((word, quoted));
    }
    words
}

/// `404`, `4xx`, `40`, `400-499`; `failed`: there was no answer.
fn status(text: &str) -> Option<(u16, u16)> {
    if !text.is_empty() && "failed".starts_with(&text.to_lowercase()) {
        return Some((0, 0));
    }
    if let Some((from, to)) = text.split_once('-').filter(|(_, to)| !to.is_empty()) {
        return Some((from.parse().ok()?, to.parse().ok()?));
    }
    let digits = text.trim_end_matches(['x', 'X', '-']);
    let open = u32::try_from(3_usize.checked_sub(digits.len())?).ok()?;
    let from = digits.parse::<u16>().ok()?.checked_mul(10_u16.pow(open))?;
    Some((from, from + (10_u16.pow(open) - 1)))
}

/// A day, a time of a day, or how long ago.
fn time(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let day = |date: Date| date.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
    let today = now.to_zoned(zone.clone()).date();
    match text {
        "today" => return day(today),
        "yesterday" => return day(today.yesterday().ok()?),
        _ => {}
    }
    if let Some(ago) = span(text) {
        return now.to_zoned(zone.clone()).checked_sub(ago).ok().map(|at| at.timestamp());
    }
    if let Ok(date) = text.parse::<Date>()
        && !text.contains(['T', 't', ':'])
    {
        return day(date);
    }
    let civil = text.parse::<DateTime>().ok()?;
    civil.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

/// `30m`, `2h`, `7d`, `2w`.
fn span(text: &str) -> Option<Span> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|n| (0..=100_000).contains(n))?;
    match unit {
        'm' => Some(number.minutes()),
        'h' => Some(number.hours()),
        'd' => Some(number.days()),
        'w' => Some(number.weeks()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> (PastQuery, Option<String>) {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        PastQuery::parse(line, "2026-11-24T12:00:00Z".parse().unwrap(), &zone)
    }

    #[test]
    fn words_and_filters() {
        let (query, wrong) =
            parsed(r#"sobjects/Account "no such column" status:4xx method:po user:ada org:acme "status:1""#);
        let words: Vec<(&str, bool)> = query.words.iter().map(|w| (w.text.as_str(), w.whole)).collect();
        assert_eq!(words, [("sobjects/Account", false), ("no such column", true), ("status:1", true)]);
        assert_eq!((query.status, query.method.as_deref()), (Some((400, 499)), Some("PO")));
        assert_eq!((query.user.as_deref(), query.org.as_deref(), wrong), (Some("ada"), Some("acme"), None));
        assert!(parsed("  status: ").0.is_empty(), "what is half typed looks for nothing yet");
    }

    #[test]
    fn statuses() {
        for (text, found) in [
            ("404", Some((404, 404))),
            ("4xx", Some((400, 499))),
            ("4", Some((400, 499))),
            ("40", Some((400, 409))),
            ("500-", Some((500, 500))),
            ("400-499", Some((400, 499))),
            ("abc", None),
            ("4040", None),
            ("", None),
        ] {
            assert_eq!(status(text), found, "{text}");
        }
    }

    #[test]
    fn times_are_those_of_the_zone() {
        for (text, at) in [
            ("2026-11-24", "2026-11-23T23:00:00Z"),
            ("today", "2026-11-23T23:00:00Z"),
            ("yesterday", "2026-11-22T23:00:00Z"),
            ("2026-11-24T15:30", "2026-11-24T14:30:00Z"),
            ("2h", "2026-11-24T10:00:00Z"),
            ("7d", "2026-11-17T12:00:00Z"),
        ] {
            let (query, wrong) = parsed(&format!("after:{text}"));
            assert_eq!((query.after, wrong), (Some(at.parse().unwrap()), None), "{text}");
        }
        let (query, wrong) = parsed("before:soon limits");
        assert_eq!((query.before, query.words.len()), (None, 1));
        assert!(wrong.unwrap().contains("before:soon is not understood: 2026-"));
    }
}
