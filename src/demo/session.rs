//! Tokens: granted, checked, ended. And how often somebody logged in.
//!
//! A token's text is given out once and not kept: what is kept is its SHA-256. Bounded, so that a client that logs in
//! all day does not make the demo grow.

use super::locked;
use crate::secret::Secret;
use aws_lc_rs::{digest, rand};
use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tokens kept at once; the oldest ends first.
const MOST: usize = 20_000;
/// Salesforce's default session timeout, from the last use.
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// What a token is written with: 64 letters, so that six random bits choose one without bias.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

type Digest = [u8; 32];

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session {
    /// Index of the org.
    pub(super) org: usize,
    /// Index of the user within the org.
    pub(super) user: usize,
    /// Index of the app that asked for it; a SOAP login knows none.
    pub(super) app: Option<usize>,
}

#[derive(Debug)]
struct Kept {
    session: Session,
    granted: Instant,
    used: Instant,
    uses: u64,
    /// When it was granted, in seconds since 1970.
    since: i64,
}

/// All tokens that work.
#[derive(Debug)]
pub(super) struct Sessions {
    life: Option<Duration>,
    kept: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    by_digest: HashMap<Digest, Kept>,
    oldest_first: VecDeque<Digest>,
}

impl Sessions {
    pub(super) fn new(life: Option<Duration>) -> Self {
        Self { life, kept: Mutex::default() }
    }

    /// A new token, `00D…!AQ…`; `None` if the system has no randomness.
    pub(super) fn grant(&self, session: Session, org_id: &str) -> Option<Secret> {
        let tail = random_text(96)?;
        let org15: String = org_id.chars().take(15).collect();
        let token = Secret::new(format!("{org15}!AQ{}", tail.expose()));
        let digest = digest_of(token.expose());
        let now = Instant::now();
        let mut table = locked(&self.kept);
        table.by_digest.insert(digest, Kept { session, granted: now, used: now, uses: 0, since: seconds_now() });
        table.oldest_first.push_back(digest);
        while table.oldest_first.len() > MOST {
            if let Some(oldest) = table.oldest_first.pop_front() {
                table.by_digest.remove(&oldest);
            }
        }
        Some(token)
    }

    /// Whose token this is, if it works; `once`: it ends when it was used before.
    pub(super) fn check(&self, token: &str, once: bool) -> Option<Session> {
        let digest = digest_of(token);
        let now = Instant::now();
        let mut table = locked(&self.kept);
        let kept = table.by_digest.get_mut(&digest)?;
        if self.over(kept, now) || (once && kept.uses > 0) {
            table.by_digest.remove(&digest);
            return None;
        }
        kept.uses = kept.uses.saturating_add(1);
        kept.used = now;
        Some(kept.session)
    }

    /// Whose token this is, if it works, without using it.
    pub(super) fn whose(&self, token: &str) -> Option<Session> {
        let table = locked(&self.kept);
        let kept = table.by_digest.get(&digest_of(token))?;
        (!self.over(kept, Instant::now())).then_some(kept.session)
    }

    /// Whose token this is, when it was granted and when it ends if it is not used again, in seconds since 1970.
    pub(super) fn times(&self, token: &str) -> Option<(Session, i64, i64)> {
        let table = locked(&self.kept);
        let kept = table.by_digest.get(&digest_of(token))?;
        let now = Instant::now();
        let gone = now.duration_since(if self.life.is_some() { kept.granted } else { kept.used });
        let left = i64::try_from(self.seconds().as_secs().saturating_sub(gone.as_secs())).unwrap_or(i64::MAX);
        (!self.over(kept, now)).then_some((kept.session, kept.since, seconds_now().saturating_add(left)))
    }

    /// How long a session lasts.
    pub(super) fn seconds(&self) -> Duration {
        self.life.unwrap_or(IDLE)
    }

    /// How many there are, those included whose time is over and who were not asked for since.
    pub(super) fn count(&self) -> usize {
        locked(&self.kept).by_digest.len()
    }

    fn over(&self, kept: &Kept, now: Instant) -> bool {
        match self.life {
            Some(life) => now.duration_since(kept.granted) >= life,
            None => now.duration_since(kept.used) >= IDLE,
        }
    }

    /// Ends one token; whether it worked until now.
    pub(super) fn revoke(&self, token: &str) -> bool {
        locked(&self.kept).by_digest.remove(&digest_of(token)).is_some()
    }

    /// Ends all tokens of whom the test names; how many.
    pub(super) fn end(&self, whose: impl Fn(Session) -> bool) -> usize {
        let mut table = locked(&self.kept);
        let before = table.by_digest.len();
        table.by_digest.retain(|_, kept| !whose(kept.session));
        before - table.by_digest.len()
    }
}

/// So many letters, digits, dots and underlines by chance; `None` if the system has no randomness.
pub(super) fn random_text(length: usize) -> Option<Secret> {
    let mut random = vec![0_u8; length];
    rand::fill(&mut random).ok()?;
    let letter = |byte: &u8| LETTERS.get(usize::from(byte & 63)).map(|letter| char::from(*letter));
    Some(Secret::new(random.iter().filter_map(letter).collect::<String>()))
}

/// The time, in seconds since 1970.
pub(super) fn seconds_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn digest_of(token: &str) -> Digest {
    let mut out = Digest::default();
    out.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    out
}

/// Counts each user's logins of the last hour.
#[derive(Debug)]
pub(super) struct LoginCounter {
    most: u32,
    since: Mutex<HashMap<(usize, usize), (Instant, u32)>>,
}

impl LoginCounter {
    pub(super) fn new(most: u32) -> Self {
        Self { most, since: Mutex::default() }
    }

    /// Counts a login; whether the user had one left.
    pub(super) fn allow(&self, who: Session) -> bool {
        let now = Instant::now();
        let mut since = locked(&self.since);
        let (start, count) = since.entry((who.org, who.user)).or_insert((now, 0));
        if now.duration_since(*start) >= HOUR {
            (*start, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Session = Session { org: 0, user: 1, app: Some(0) };
    const ORG: &str = "00D5i000004RkQwEAK";

    #[test]
    fn a_token_works_until_it_is_revoked() {
        let sessions = Sessions::new(None);
        let token = sessions.grant(WHO, ORG).unwrap();
        assert!(token.expose().starts_with("00D5i000004RkQw!AQ"));
        assert_ne!(token, sessions.grant(WHO, ORG).unwrap());
        assert_eq!(sessions.check(token.expose(), false), Some(WHO));
        assert_eq!(sessions.check("00D5i000004RkQw!AQguess", false), None);
        assert!(sessions.revoke(token.expose()));
        assert!(!sessions.revoke(token.expose()));
        assert_eq!(sessions.check(token.expose(), false), None);
    }

    #[test]
    fn looking_at_a_token_does_not_use_it() {
        let sessions = Sessions::new(Some(Duration::from_secs(90)));
        let token = sessions.grant(WHO, ORG).unwrap();
        assert_eq!(sessions.whose(token.expose()), Some(WHO));
        let (whose, since, until) = sessions.times(token.expose()).unwrap();
        assert_eq!((whose, until - since), (WHO, 90));
        assert_eq!(sessions.check(token.expose(), true), Some(WHO));
    }

    #[test]
    fn a_token_that_works_once_is_over_at_the_second_use() {
        let sessions = Sessions::new(None);
        let token = sessions.grant(WHO, ORG).unwrap();
        assert_eq!(sessions.check(token.expose(), true), Some(WHO));
        assert_eq!(sessions.check(token.expose(), true), None);
        assert_eq!(sessions.check(token.expose(), false), None);
    }

    #[test]
    fn a_life_of_nothing_is_over_at_once() {
        let sessions = Sessions::new(Some(Duration::ZERO));
        let token = sessions.grant(WHO, ORG).unwrap();
        assert_eq!(sessions.check(token.expose(), false), None);
    }

    #[test]
    fn ending_one_users_tokens_leaves_the_others() {
        let sessions = Sessions::new(None);
        let mine = sessions.grant(WHO, ORG).unwrap();
        let other = sessions.grant(Session { user: 2, ..WHO }, ORG).unwrap();
        assert_eq!(sessions.end(|whose| whose == WHO), 1);
        assert_eq!((sessions.whose(mine.expose()), sessions.count()), (None, 1));
        assert_eq!(sessions.check(mine.expose(), false), None);
        assert!(sessions.check(other.expose(), false).is_some());
    }

    #[test]
    fn the_table_is_bounded() {
        let sessions = Sessions::new(None);
        let first = sessions.grant(WHO, ORG).unwrap();
        for _ in 0..MOST {
            sessions.grant(WHO, ORG).unwrap();
        }
        assert_eq!(sessions.check(first.expose(), false), None);
        assert_eq!(locked(&sessions.kept).by_digest.len(), MOST);
    }

    #[test]
    fn logins_are_counted_per_user() {
        let counter = LoginCounter::new(2);
        assert!(counter.allow(WHO) && counter.allow(WHO) && !counter.allow(WHO));
        assert!(counter.allow(Session { org: 1, ..WHO }));
    }
}
