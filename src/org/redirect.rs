//! Redirects, followed by our own code: one hop, from the id URL to the profile's own instance, and no other.
//!
//! As documented the login host answers the id URL with a 302 to the same path on the instance, where the token must be
//! sent again. Any other hop with a secret would be a way to steal it; one without is shown, not followed.

use super::place::is_id_url;
use super::plan::Plan;
use crate::request::{Failure, FailureKind};
use crate::wire::{Clearance, Origin};
use url::Url;

/// What becomes of a redirect.
pub(super) enum Redirect {
    /// The answer is none.
    None,
    /// Go there, token and all.
    Follow(Url),
    /// Stay, and tell why.
    Stay(Box<Failure>),
}

/// What becomes of this answer; `hopped` says that one hop was made already.
pub(super) fn judge(plan: &Plan, status: u16, location: Option<&str>, hopped: bool) -> Redirect {
    let Some(location) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else {
        return Redirect::None;
    };
    let Ok(target) = plan.url.join(location) else {
        return Redirect::Stay(Box::new(stay(
            status,
            "an address that is none",
            "The redirect leads nowhere",
            FailureKind::Org,
        )));
    };
    let shown = Origin::of(&target).map_or_else(|| format!("{}:", target.scheme()), |origin| origin.to_string());
    let secret = plan.clearance != Clearance::Free;
    if !secret {
        return Redirect::Stay(Box::new(stay(status, &shown, "A redirect, which is not followed", FailureKind::Org)));
    }
    let reads = plan.write.is_none() && matches!(plan.method, http::Method::GET | http::Method::HEAD);
    let from_id = is_id_url(&plan.url, &plan.token) && Origin::of(&plan.url) == Origin::of(&plan.token.id_url);
    let to_own = is_id_url(&target, &plan.token) && Origin::of(&target) == Origin::of(&plan.token.instance_url);
    let plain = target.username().is_empty() && target.password().is_none();
    if reads && from_id && to_own && plain && !hopped && target.origin() != plan.url.origin() {
        return Redirect::Follow(target);
    }
    Redirect::Stay(Box::new(stay(
        status,
        &shown,
        "A redirect was refused: it would have carried a secret",
        FailureKind::Refused,
    )))
}

fn stay(status: u16, to: &str, title: &str, kind: FailureKind) -> Failure {
    Failure {
        title: title.to_owned(),
        detail: format!("{} to {to}", super::errors::status_line(status)),
        hint: vec!["the address is in the Location header of the answer; ask it yourself if you trust it".to_owned()],
        facts: vec![("would have gone to".to_owned(), to.to_owned())],
        kind,
    }
}
