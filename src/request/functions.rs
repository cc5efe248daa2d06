//! The functions of a template: their names, what each is given, and what it comes to. Time and chance are given.

use super::surroundings::Surroundings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Span;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// A function, as completion and help show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it is given.
    pub takes: &'static str,
    /// What it gives.
    pub does: &'static str,
    /// How many arguments it takes.
    count: (usize, usize),
}

const fn function(name: &'static str, takes: &'static str, does: &'static str, count: (usize, usize)) -> Function {
    Function { name, takes, does, count }
}

/// All of them.
pub const FUNCTIONS: [Function; 9] = [
    function("now", "(\"+1d\", \"%Y-%m-%d\")", "the time, UTC", (0, 2)),
    function("timestamp", "(\"-2h\")", "seconds since 1970", (0, 1)),
    function("uuid", "()", "a random UUID", (0, 0)),
    function("random", "(1, 100)", "a random whole number", (0, 2)),
    function("base64", "(text)", "in Base64", (1, 1)),
    function("url_encode", "(text)", "for a part of an address", (1, 1)),
    function("env", "(\"NAME\")", "of the environment, a secret", (1, 1)),
    function("file", "(\"path\")", "a file's content", (1, 1)),
    function("raw", "('{{text}}')", "a text as it stands", (1, 1)),
];

/// Postman's own names, and the functions that do the same. Where several mean one, the first is what it is exported as.
pub const TWINS: [(&str, &str); 5] = [
    ("$guid", "uuid()"),
    ("$randomUUID", "uuid()"),
    ("$timestamp", "timestamp()"),
    ("$isoTimestamp", "now()"),
    ("$randomInt", "random(0, 1000)"),
];

/// How the time is written where nothing else is asked for: as Salesforce and Postman do.
const ISO: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

/// What a function is given or gives.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) secret: bool,
}

impl Value {
    fn plain(text: impl Into<Vec<u8>>) -> Self {
        Self { bytes: Zeroizing::new(text.into()), secret: false }
    }

    fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(&self.bytes).map_err(|_| "what it is given is no text".to_owned())
    }
}

/// The function of this name.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|one| one.name == name)
}

impl Function {
    /// Whether it may be given so many arguments.
    pub(super) fn takes(&self, count: usize) -> Result<(), String> {
        let (least, most) = self.count;
        let range: RangeInclusive<usize> = least..=most;
        if range.contains(&count) {
            return Ok(());
        }
        let wanted = match (least, most) {
            (0, 0) => "nothing".to_owned(),
            (least, most) if least == most => format!("{most} argument{}", if most == 1 { "" } else { "s" }),
            (_, most) => format!("at most {most} argument{}", if most == 1 { "" } else { "s" }),
        };
        Err(format!("it takes {wanted}: {}{}", self.name, self.takes))
    }

    /// Whether it gives nothing before it is given something.
    pub fn needs_something(&self) -> bool {
        self.count.0 > 0
    }

    /// Whether it gives something else each time, so that what is shown before is a sample.
    pub(super) fn is_fleeting(&self) -> bool {
        matches!(self.name, "now" | "timestamp")
    }
}

/// What it comes to; `draw` gives chance. Not for `env` and `file`, which have to be allowed.
pub(super) fn run(
    name: &str,
    args: &[Value],
    around: &Surroundings,
    draw: impl Fn(u8) -> u64,
) -> Result<Value, String> {
    let secret = args.iter().any(|arg| arg.secret);
    let text = |at: usize| args.get(at).map_or(Ok(""), Value::text);
    let bytes: &[u8] = args.first().map_or(&[], |arg| &arg.bytes);
    let mut value = match name {
        "now" => Value::plain(time(around, text(0)?, text(1)?)?),
        "timestamp" => Value::plain(moved(around, text(0)?)?.timestamp().as_second().to_string()),
        "uuid" => Value::plain(uuid(draw(0), draw(1))),
        "random" => Value::plain(random(text(0)?, text(1)?, draw(0))?),
        "base64" => Value::plain(STANDARD.encode(bytes)),
        "url_encode" => Value::plain(percent_encode(bytes, KEPT).to_string()),
        _ => Value::plain(bytes),
    };
    value.secret |= secret;
    Ok(value)
}

/// What stands for itself in every part of an address.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Now, and so much before or after.
fn moved(around: &Surroundings, by: &str) -> Result<jiff::Zoned, String> {
    let now = around.now.to_zoned(TimeZone::UTC);
    if by.trim().is_empty() {
        return Ok(now);
    }
    let wrong = |_| format!("{by:?} is no span of time: +1d, -2h 30m, +1mo");
    let span: Span = by.trim().trim_start_matches('+').parse().map_err(wrong)?;
    now.checked_add(span).map_err(|_| format!("{by:?} leads out of the calendar"))
}

fn time(around: &Surroundings, by: &str, format: &str) -> Result<String, String> {
    let format = if format.is_empty() { ISO } else { format };
    jiff::fmt::strtime::format(format, &moved(around, by)?).map_err(|error| format!("{format:?}: {error}"))
}

/// Version 4.
fn uuid(high: u64, low: u64) -> String {
    let (high, low) = (high & !0xf000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62);
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
    format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
}

/// From the first to the second, both of them too; 0 to 1000 where nothing is said.
fn random(from: &str, to: &str, draw: u64) -> Result<String, String> {
    let number = |text: &str, usual: i64| match text.trim() {
        "" => Ok(usual),
        text => text.parse::<i64>().map_err(|_| format!("{text:?} is no whole number")),
    };
    let (from, to) = match (from.trim(), to.trim()) {
        // One number is the last.
        (most, "") => (0, number(most, 1000)?),
        (from, to) => (number(from, 0)?, number(to, 1000)?),
    };
    if from > to {
        return Err(format!("{from} is more than {to}"));
    }
    let size = u128::from(to.abs_diff(from)) + 1;
    let drawn = i128::from(from) + i128::try_from(u128::from(draw) % size).unwrap_or(0);
    Ok(drawn.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Surroundings {
        Surroundings::new("2026-02-28T23:30:15.1234Z".parse().unwrap(), 7)
    }

    fn given(name: &str, args: &[&str]) -> Result<String, String> {
        let args: Vec<Value> = args.iter().map(|text| Value::plain(*text)).collect();
        let around = around();
        let value = run(name, &args, &around, |number| around.draw(0, number))?;
        Ok(value.text()?.to_owned())
    }

    #[test]
    fn time_is_told_and_moved() {
        for (args, told) in [
            (&[][..], "2026-02-28T23:30:15.123Z"),
            (&["+1d"], "2026-03-01T23:30:15.123Z"),
            (&["-2h 30m"], "2026-02-28T21:00:15.123Z"),
            (&["1mo", "%Y-%m-%d"], "2026-03-28"),
            (&["", "%d.%m.%Y"], "28.02.2026"),
        ] {
            assert_eq!(given("now", args).unwrap(), told, "{args:?}");
        }
        assert_eq!(given("timestamp", &[]).unwrap(), "1772321415");
        assert_eq!(given("timestamp", &["-15s"]).unwrap(), "1772321400");
        assert!(given("now", &["soon"]).unwrap_err().contains("no span of time"));
        assert!(given("now", &["", "%Q%"]).is_err());
        assert!(given("now", &["9999y"]).unwrap_err().contains("calendar"));
    }

    #[test]
    fn chance_is_what_it_should_be() {
        let uuid = given("uuid", &[]).unwrap();
        let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{uuid}");
        assert!(uuid.get(14..15) == Some("4") && matches!(uuid.get(19..20), Some("8" | "9" | "a" | "b")), "{uuid}");
        let around = around();
        let mut seen = [false; 7];
        for at in 0..500 {
            let args = [Value::plain("-3"), Value::plain("3")];
            let number = run("random", &args, &around, |n| around.draw(at, n)).unwrap();
            let number: i64 = number.text().unwrap().parse().unwrap();
            seen[usize::try_from(number + 3).unwrap()] = true;
        }
        assert_eq!(seen, [true; 7]);
        let most = i64::MAX.to_string();
        assert!(given("random", &[&i64::MIN.to_string(), &most]).is_ok());
        assert!(given("random", &["5", "1"]).is_err() && given("random", &["x"]).is_err());
        assert!(given("random", &["1"]).unwrap().parse::<u8>().unwrap() <= 1);
    }

    #[test]
    fn texts_are_packed() {
        assert_eq!(given("base64", &["a:b"]).unwrap(), "YTpi");
        assert_eq!(given("url_encode", &["a b/ü&~-_."]).unwrap(), "a%20b%2F%C3%BC%26~-_.");
        assert_eq!(given("raw", &["{{x}}"]).unwrap(), "{{x}}");
    }

    #[test]
    fn every_twin_is_a_function_and_every_function_counts() {
        for (name, text) in TWINS {
            let call = super::super::call::of(text).unwrap();
            assert!(named(&call.name).unwrap().takes(call.args.len()).is_ok(), "{name}");
        }
        assert!(named("uuid").unwrap().takes(1).unwrap_err().contains("takes nothing"));
        assert!(named("base64").unwrap().takes(0).unwrap_err().contains("1 argument:"));
        assert!(named("now").unwrap().takes(3).unwrap_err().contains("at most 2 arguments"));
    }
}
