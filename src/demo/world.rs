//! What the listeners of one demo share: its orgs, apps, sessions, and what was seen.
//!
//! Only state and look-ups; nothing here knows HTTP.

use super::data::{DemoUser, OrgData, OrgKind};
use super::hosts::{Here, Place};
use super::jobs::Jobs;
use super::locked;
use super::options::Flow;
use super::rest::{Board, Favorites, Searches};
use super::rule::Rules;
use super::session::{LoginCounter, Sessions};
use super::welcome::Welcome;
use crate::secret::Secret;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Requests remembered for tests.
const SEEN_MOST: usize = 10_000;

/// The demo, as its listeners see it.
pub(super) struct World {
    pub(super) orgs: Vec<Org>,
    /// Some may be made while it runs; none goes, and each keeps its place.
    pub(super) apps: Mutex<Vec<Arc<ConnectedApp>>>,
    /// The common login host.
    pub(super) login: Arc<Place>,
    /// Its origin, as the card tells it.
    pub(super) login_origin: String,
    pub(super) sessions: Sessions,
    pub(super) logins: LoginCounter,
    /// Users whose next login is not refused by [`super::Fault::LoginRetry`].
    pub(super) retried: Mutex<Vec<(usize, usize)>>,
    pub(super) faults: Rules,
    /// Waited before every answer; milliseconds.
    pub(super) latency: AtomicU64,
    pub(super) allow: Vec<Flow>,
    /// What the control address wants to be shown.
    pub(super) control: Secret,
    /// Somebody asked at the control address that it end.
    pub(super) stop: CancellationToken,
    pub(super) seen: Mutex<VecDeque<Seen>>,
    /// Ends every answer that is still being given.
    pub(super) ended: CancellationToken,
    /// What `GET /` tells.
    pub(super) welcome: Welcome,
}

/// One org.
pub(super) struct Org {
    /// Its app's name in `profiles.toml`.
    pub(super) name: String,
    /// 18 characters.
    pub(super) id: String,
    pub(super) kind: OrgKind,
    /// Its instance.
    pub(super) place: Arc<Place>,
    /// Where its id URLs lie, where that is not the instance: the login host.
    pub(super) id_place: Option<Arc<Place>>,
    pub(super) users: Vec<DemoUser>,
    /// What each user can log in with, in the same order; empty where no flow takes it.
    pub(super) passwords: Vec<Password>,
    /// Index of the user as whom the client credentials flow runs.
    pub(super) run_as: usize,
    pub(super) data: Arc<OrgData>,
    /// Bulk jobs.
    pub(super) jobs: Arc<Jobs>,
    /// API calls since the start.
    pub(super) calls: AtomicU64,
    /// API calls a day.
    pub(super) calls_most: u64,
    /// What its people posted.
    pub(super) board: Mutex<Board>,
    /// What its people keep at hand.
    pub(super) favorites: Mutex<Favorites>,
    /// What they searched for.
    pub(super) searches: Mutex<Searches>,
}

impl Org {
    /// Whether this 15- or 18-character id is the org's.
    pub(super) fn is_called(&self, id: &str) -> bool {
        same_id(&self.id, id)
    }

    /// `production` or `sandbox`.
    pub(super) fn kind_name(&self) -> &'static str {
        match self.kind {
            OrgKind::Production => "production",
            OrgKind::Sandbox => "sandbox",
        }
    }

    /// A user by 15- or 18-character id.
    pub(super) fn user_by_id(&self, id: &str) -> Option<(usize, &DemoUser)> {
        self.users.iter().enumerate().find(|(_, user)| same_id(&user.id, id))
    }

    /// A user by name, in any case.
    pub(super) fn user_by_name(&self, username: &str) -> Option<(usize, &DemoUser)> {
        self.users.iter().enumerate().find(|(_, user)| user.username.eq_ignore_ascii_case(username))
    }

    /// The header that tells the use of the API.
    pub(super) fn limit_info(&self) -> String {
        format!("api-usage={}/{}", self.calls.load(Ordering::Relaxed), self.calls_most)
    }

    /// Where its instance is, for whoever came by `here`.
    pub(super) fn origin(&self, here: &Here) -> String {
        self.place.origin(here)
    }

    /// The id URL of a user.
    pub(super) fn id_url(&self, user: &DemoUser, here: &Here) -> String {
        let place = self.id_place.as_ref().unwrap_or(&self.place);
        format!("{}/id/{}/{}", place.origin(here), self.id, user.id)
    }
}

/// Ids are equal in their 18 characters, or in the 15 that are the same id written short; case matters in both.
fn same_id(whole: &str, given: &str) -> bool {
    given == whole || (given.len() == 15 && whole.starts_with(given))
}

/// What a user logs in with where passwords are allowed: both, one behind the other.
pub(super) struct Password {
    pub(super) word: Secret,
    pub(super) token: Secret,
}

/// A connected app.
pub(super) struct ConnectedApp {
    pub(super) client_id: String,
    /// Index of its org.
    pub(super) org: usize,
    /// PKCS#1 `RSAPublicKey` of its certificate, DER.
    pub(super) public: Vec<u8>,
    /// Its consumer secret, where a flow takes it.
    pub(super) secret: Option<Secret>,
    pub(super) permitted: Permitted,
    /// Indexes of the users who are let in; `None`: as each user's fate is.
    pub(super) approved: Option<Vec<usize>>,
}

/// The app's policy "Permitted Users".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permitted {
    /// Admin approved users are pre-authorized.
    AdminApproved,
    /// All users may self-authorize, and those who did not are unknown to the app.
    SelfAuthorized,
    /// Everybody who can log in at all.
    Everybody,
}

/// Which door a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// The common login host.
    Login,
    /// The instance of this org.
    Instance(usize),
}

/// A request that reached the demo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The path, without its query.
    pub path: String,
    /// Whether it had an `Authorization` header.
    pub authorization: bool,
    /// The port it came to.
    pub origin_port: u16,
}

impl World {
    pub(super) fn allows(&self, flow: Flow) -> bool {
        self.allow.contains(&flow)
    }

    /// The org behind a door; the login host is before all of them.
    pub(super) fn behind(&self, door: Door) -> Option<(usize, &Org)> {
        match door {
            Door::Login => None,
            Door::Instance(index) => self.orgs.get(index).map(|org| (index, org)),
        }
    }

    /// The hosts behind a door.
    pub(super) fn place(&self, door: Door) -> Option<&Place> {
        match door {
            Door::Login => Some(&self.login),
            Door::Instance(index) => self.orgs.get(index).map(|org| &*org.place),
        }
    }

    pub(super) fn remember(&self, seen: Seen) {
        let mut list = locked(&self.seen);
        if list.len() >= SEEN_MOST {
            list.pop_front();
        }
        list.push_back(seen);
    }

    /// Whether an assertion for this audience is meant for this org.
    pub(super) fn is_audience(&self, org: &Org, audience: &str) -> bool {
        [&org.place, &self.login].iter().any(|place| place.is_audience(audience, org.kind))
    }
}
