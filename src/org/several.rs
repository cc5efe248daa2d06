//! The same for several people at once: bounded in all, and for each app, so that a dead or a slow org holds nobody else up.

use crate::profile::Profile;
use futures_util::Stream;
use futures_util::stream::FuturesUnordered;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Orgs asked at once, whatever their number.
const AT_ONCE: usize = 64;
/// Of one app, and with that of one org: an org refuses logins and long requests that come in crowds.
const OF_ONE: usize = 6;

/// Does something as each of these, and gives what came of it as it comes, with the place of whom it was done for.
pub fn each<T, F>(profiles: Vec<Profile>, run: impl Fn(Profile) -> F + Clone) -> impl Stream<Item = (usize, T)>
where
    F: Future<Output = T>,
{
    let all = Arc::new(Semaphore::new(AT_ONCE));
    let mut apps: HashMap<String, Arc<Semaphore>> = HashMap::new();
    let waiting = FuturesUnordered::new();
    for (place, profile) in profiles.into_iter().enumerate() {
        let own = apps.entry(profile.app.name.clone()).or_insert_with(|| Arc::new(Semaphore::new(OF_ONE)));
        let (own, all, run) = (Arc::clone(own), Arc::clone(&all), run.clone());
        waiting.push(async move {
            // The app's first: whoever waits for a slow org takes no place of the others. Neither is ever closed.
            let _own = own.acquire().await;
            let _all = all.acquire().await;
            (place, run(profile).await)
        });
    }
    waiting
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::fixtures;
    use crate::profile::Kind;
    use futures_util::StreamExt;
    use std::cell::{Cell, RefCell};

    fn profile_of(app: &str, username: &str) -> Profile {
        fixtures::profile_of(app, username, Kind::Demo, false)
    }

    #[tokio::test]
    async fn a_dead_org_holds_nobody_up_and_none_is_asked_by_a_crowd() {
        let mut profiles: Vec<Profile> =
            (0..100).map(|n| profile_of("dead", &format!("user{n}@dead.example"))).collect();
        profiles.extend((0..80).map(|n| profile_of(&format!("app{n}"), "ada@acme.example")));
        let (now, most) = (RefCell::new(HashMap::<String, usize>::new()), Cell::new(0));
        let counted = |name: &str, by: isize| {
            let mut now = now.borrow_mut();
            let own = now.entry(name.to_owned()).or_default();
            *own = own.checked_add_signed(by).unwrap();
            most.set(most.get().max(now.values().sum()));
            assert!(*now.get(name).unwrap() <= OF_ONE);
        };
        let counted = &counted;
        let run = |profile: Profile| async move {
            counted(&profile.app.name, 1);
            tokio::task::yield_now().await;
            if profile.app.name == "dead" {
                std::future::pending::<()>().await;
            }
            counted(&profile.app.name, -1);
            profile.app.name.clone()
        };
        let done: Vec<(usize, String)> = each(profiles, run).take(80).collect().await;
        assert!(done.iter().all(|(place, name)| *name == format!("app{}", place - 100)), "{done:?}");
        assert!(most.get() <= AT_ONCE && most.get() > OF_ONE, "{}", most.get());
    }
}
