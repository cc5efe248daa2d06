//! What SOQL needs of the database and SQLite does not know: text that compares without regard to case in every script,
//! LIKE of the same mind, the time of day somewhere, distances on the globe. Told to each connection when it opens.

use super::locale;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use std::cmp::Ordering;
use std::convert::Infallible;

/// The collation of text columns.
pub(super) const COLLATION: &str = "FOLD";
/// Mean radius of the earth.
const RADIUS_KM: f64 = 6_371.009;

/// Teaches a connection: the collation `FOLD`, and
/// `alike(text, pattern)`, `local(seconds, zone)`, `apart_km(lat, lon, lat, lon)`, `shown(value, kind, scale, locale, zone)`.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_collation(COLLATION, compare)?;
    connection.create_scalar_function("alike", 2, flags, alike)?;
    connection.create_scalar_function("local", 2, flags, local)?;
    connection.create_scalar_function("apart_km", 4, flags, |context| {
        let [a, b, c, d]: [Option<f64>; 4] = [context.get(0)?, context.get(1)?, context.get(2)?, context.get(3)?];
        Ok(a.zip(b).zip(c.zip(d)).map(|(from, to)| apart_km(from, to)))
    })?;
    connection.create_scalar_function("shown", 5, flags, shown)
}

/// Order of two texts: by base letters first, so that `é` stands beside `e`; then by the letters themselves. Equal means
/// equal without regard to case.
fn compare(one: &str, other: &str) -> Ordering {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    // Nearly all text is ASCII, and this runs for every row of a sort.
    let same = a.iter().zip(b).take_while(|(x, y)| x.is_ascii() && x.eq_ignore_ascii_case(y)).count();
    match (a.get(same), b.get(same)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(x), Some(y)) if x.is_ascii() && y.is_ascii() => x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase()),
        _ => compare_letters(one.get(same..).unwrap_or(one), other.get(same..).unwrap_or(other)),
    }
}

fn compare_letters(one: &str, other: &str) -> Ordering {
    let mut second = Ordering::Equal;
    let (mut one, mut other) = (folded(one), folded(other));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return second,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match base(x).cmp(&base(y)) {
                Ordering::Equal => second = second.then(x.cmp(&y)),
                different => return different,
            },
        }
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The letter beneath the marks, for the letters of Latin-1 and Latin Extended-A in lower case.
fn base(letter: char) -> char {
    const BASES: &str = concat!(
        "saaaaaaaceeeeiiiidnooooo ouuuuy y",
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll",
        "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs",
    );
    let at = (letter as usize).wrapping_sub(0xDF);
    match BASES.as_bytes().get(at) {
        Some(b' ') | None => letter,
        Some(byte) => char::from(*byte),
    }
}

/// One step of a LIKE pattern.
enum Step {
    Any,
    One,
    Letter(char),
}

/// `alike(text, pattern)`: null if either is.
fn alike(context: &mut Context<'_>) -> rusqlite::Result<Option<bool>> {
    let steps = context.get_or_create_aux(1, |pattern: ValueRef<'_>| {
        Ok::<_, Infallible>(pattern.as_str_or_null().ok().flatten().map(steps))
    })?;
    let ValueRef::Text(text) = context.get_raw(0) else { return Ok(None) };
    let Some(steps) = steps.as_ref() else { return Ok(None) };
    let letters: Vec<char> = if text.is_ascii() {
        text.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
    } else {
        folded(&String::from_utf8_lossy(text)).collect()
    };
    Ok(Some(fits(steps, &letters)))
}

fn steps(pattern: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => steps.push(Step::Any),
            '_' => steps.push(Step::One),
            '\\' => steps.extend(letters.next().into_iter().flat_map(char::to_lowercase).map(Step::Letter)),
            letter => steps.extend(letter.to_lowercase().map(Step::Letter)),
        }
    }
    steps
}

/// Whether the letters fit the pattern. Goes back to the last `%` only, so it takes no more than their product.
fn fits(steps: &[Step], letters: &[char]) -> bool {
    let (mut step, mut letter) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while let Some(own) = letters.get(letter) {
        match steps.get(step) {
            Some(Step::Any) => {
                back = Some((step + 1, letter));
                step += 1;
                continue;
            }
            Some(Step::One) => {}
            Some(Step::Letter(wanted)) if wanted == own => {}
            _ => {
                let Some((after, from)) = back else { return false };
                back = Some((after, from + 1));
                (step, letter) = (after, from + 1);
                continue;
            }
        }
        step += 1;
        letter += 1;
    }
    steps.iter().skip(step).all(|step| matches!(step, Step::Any))
}

/// `local(seconds, zone)`: the seconds whose UTC reading is what the clock on the wall there shows.
fn local(context: &mut Context<'_>) -> rusqlite::Result<Option<i64>> {
    let zone = zone_of(context, 1)?;
    let seconds: Option<i64> = context.get(0)?;
    Ok(seconds.map(|seconds| {
        let offset = Timestamp::from_second(seconds).map(|moment| zone.to_offset(moment).seconds());
        seconds + i64::from(offset.unwrap_or(0))
    }))
}

fn zone_of(context: &Context<'_>, argument: i32) -> rusqlite::Result<std::sync::Arc<TimeZone>> {
    context.get_or_create_aux(argument, |name: ValueRef<'_>| {
        let name = name.as_str_or_null().ok().flatten().unwrap_or("UTC");
        Ok::<_, Infallible>(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    })
}

/// The great circle between two places, given in degrees.
fn apart_km(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (one, other) = (from.0.to_radians(), to.0.to_radians());
    let (height, width) = ((other - one) / 2.0, (to.1 - from.1).to_radians() / 2.0);
    let chord = height.sin().powi(2) + one.cos() * other.cos() * width.sin().powi(2);
    2.0 * RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}

/// `shown(value, kind, scale, locale, zone)`: as the user reads it.
fn shown(context: &mut Context<'_>) -> rusqlite::Result<Option<String>> {
    let zone = zone_of(context, 4)?;
    let kind: String = context.get(1)?;
    let scale: u32 = context.get(2)?;
    let name: String = context.get(3)?;
    let number = match context.get_raw(0) {
        ValueRef::Integer(number) => number as f64,
        ValueRef::Real(number) => number,
        _ => return Ok(None),
    };
    Ok(Some(match kind.as_str() {
        "date" => locale::date(number as i64, &name),
        "datetime" => {
            let offset = Timestamp::from_second(number as i64).map(|moment| zone.to_offset(moment).seconds());
            locale::datetime(number as i64 + i64::from(offset.unwrap_or(0)), &name)
        }
        "currency" => locale::currency(number, &name),
        _ => locale::number(number, scale as usize, &name),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_ordered_as_a_reader_expects() {
        let mut words =
            ["zoo", "Éclair", "eclipse", "ÉCLAIR", "apple", "Ökonom", "ozon", "日本", "ßa", "sb", "Łódź", "lodge", ""];
        words.sort_by(|one, other| compare(one, other));
        let sorted =
            ["", "apple", "Éclair", "ÉCLAIR", "eclipse", "Łódź", "lodge", "Ökonom", "ozon", "ßa", "sb", "zoo", "日本"];
        // Łódź and lodge share their first three base letters; z comes after g.
        let mut wanted = sorted.to_vec();
        wanted.swap(5, 6);
        assert_eq!(words.to_vec(), wanted);
        assert_eq!(compare("STRASSE é", "strasse É"), Ordering::Equal);
        assert_ne!(compare("e", "é"), Ordering::Equal);
        let bases: String = "ßàæçíñøÿāčđěğħıĳķłňŏřšťűŵŷžſ".chars().map(base).collect();
        assert_eq!(bases, "saacinoyacdeghiiklnorstuwyzs");
        assert_eq!(compare("Привет", "ПРИВЕТ"), Ordering::Equal);
    }

    #[test]
    fn patterns_know_every_script() {
        for (text, pattern, fit) in [
            ("Ünlü Øre", "ünlü ø__", true),
            ("abcabd", "%ABD", true),
            ("abcabd", "%abc", false),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("a_b", "a\\_b", true),
            ("axb", "a\\_b", false),
            ("a\\b", "a\\\\b", true),
            ("", "%", true),
            ("", "_", false),
            ("日本語", "_本%", true),
        ] {
            let letters: Vec<char> = folded(text).collect();
            assert_eq!(fits(&steps(pattern), &letters), fit, "{text} LIKE {pattern}");
        }
        let letters: Vec<char> = "a".repeat(3_000).chars().collect();
        assert!(!fits(&steps(&"%a".repeat(200).replace("%a%a", "%a_%a_%b")), &letters));
    }

    #[test]
    fn the_globe_is_round() {
        let (berlin, tokyo) = ((52.52, 13.405), (35.6762, 139.6503));
        let far = apart_km(berlin, tokyo);
        assert!((8_900.0..8_950.0).contains(&far), "{far}");
        assert_eq!(apart_km(berlin, berlin), 0.0);
        let half = apart_km((0.0, 0.0), (0.0, 180.0));
        assert!((half - std::f64::consts::PI * RADIUS_KM).abs() < 1.0);
    }

    #[test]
    fn a_connection_learns_it_all() {
        let db = Connection::open_in_memory().unwrap();
        teach(&db).unwrap();
        let one = |sql: &str| -> rusqlite::types::Value { db.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(one("SELECT alike('Ärger', 'äR%')"), 1.into());
        assert_eq!(one("SELECT alike(NULL, 'a')"), rusqlite::types::Value::Null);
        assert_eq!(one("SELECT 'É' = 'é' COLLATE FOLD"), 1.into());
        assert_eq!(one("SELECT apart_km(1.0, 2.0, NULL, 3.0)"), rusqlite::types::Value::Null);
        assert_eq!(one("SELECT local(0, 'UTC')"), 0.into());
        if TimeZone::get("Asia/Tokyo").is_ok() {
            assert_eq!(one("SELECT local(0, 'Asia/Tokyo')"), (9 * 3_600).into());
        }
        assert_eq!(one("SELECT shown(1234.5, 'double', 2, 'de_DE', 'UTC')"), "1.234,50".to_owned().into());
    }
}
