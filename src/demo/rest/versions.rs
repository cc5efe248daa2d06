//! The API versions of the demo: which there are, which are gone.

use crate::demo::answer::Reply;
use crate::demo::ask::Ask;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The newest version, Summer '26.
pub(in crate::demo) const NEWEST: &str = "67.0";
const FIRST: u32 = 31;
const LAST: u32 = 67;
/// Versions that there were once.
const RETIRED: std::ops::Range<u32> = 7..FIRST;

fn number(version: &str) -> Option<u32> {
    let digits = version.strip_suffix(".0")?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Whether this (as `67.0`) is a version that is served.
pub(in crate::demo) fn is_served(version: &str) -> bool {
    number(version).is_some_and(|number| (FIRST..=LAST).contains(&number))
}

/// The version of a path part `v67.0`, as `67.0`.
pub(super) fn parse(part: &str) -> Result<String, Reply> {
    let version = part.strip_prefix('v').unwrap_or_default();
    match number(version) {
        Some(number) if (FIRST..=LAST).contains(&number) => Ok(version.to_owned()),
        Some(number) if RETIRED.contains(&number) => {
            let text = format!("API version {version} is retired. Use version {FIRST}.0 or later.");
            Err(Reply::refusal(StatusCode::GONE, "UNSUPPORTED_API_VERSION", &text))
        }
        _ => Err(Reply::not_found()),
    }
}

/// `GET /services/data`: no token is needed.
pub(super) fn list(ask: &Ask) -> Reply {
    if !ask.is_get() {
        return Reply::not_allowed(ask.method.as_str(), "HEAD,GET");
    }
    let one = |number: u32| {
        let url = format!("/services/data/v{number}.0");
        json!({ "label": label(number), "url": url, "version": format!("{number}.0") })
    };
    Reply::ok(&Value::Array((FIRST..=LAST).map(one).collect()))
}

/// The release's name. Three a year: Spring, Summer, and Winter, which is named for the next year.
fn label(number: u32) -> String {
    // 33.0 was Spring '15.
    let since = number + 3 - 33;
    let season = match since % 3 {
        0 => "Spring",
        1 => "Summer",
        _ => "Winter",
    };
    let year = 14 + since / 3 + u32::from(season == "Winter");
    format!("{season} '{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_their_names() {
        let known = [
            (31, "Summer '14"),
            (32, "Winter '15"),
            (33, "Spring '15"),
            (59, "Winter '24"),
            (66, "Spring '26"),
            (67, "Summer '26"),
        ];
        for (number, name) in known {
            assert_eq!(label(number), name);
        }
    }

    #[test]
    fn versions_are_served_gone_or_unknown() {
        assert_eq!(parse("v67.0").unwrap(), "67.0");
        assert_eq!(parse("v31.0").unwrap(), "31.0");
        for part in ["v30.0", "v7.0"] {
            assert_eq!(parse(part).unwrap_err().status, StatusCode::GONE, "{part}");
        }
        for part in ["v68.0", "v6.0", "v67", "67.0", "v067.0", "v+7.0", "v67.1", "", "v.0", "v99999999999.0"] {
            assert_eq!(parse(part).unwrap_err().status, StatusCode::NOT_FOUND, "{part}");
        }
        assert!(is_served(NEWEST));
    }
}
