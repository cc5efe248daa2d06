//! What each user looked at lately: when he viewed a record, and when he was led to it.
//!
//! It is kept beside the database, so that reading a record writes nothing there; the database asks by the functions
//! `viewed(user, key)` and `referenced(user, key)`.

use super::store::lock;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Records remembered of one user, as in Salesforce.
/// <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_recentlyviewed.htm>
const MOST: usize = 200;

/// One record that somebody looked at. Times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) key: i64,
    pub(super) viewed: Option<i64>,
    pub(super) referenced: i64,
    /// Grows with every look: tells the later of two within a second.
    pub(super) turn: u64,
}

/// How a record was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glance {
    /// It was opened, made or changed.
    View,
    /// Something that points to it was.
    Reference,
}

/// The looks of all users, by the keys of user and record.
#[derive(Default)]
pub(super) struct Viewed {
    all: Mutex<Looks>,
}

#[derive(Default)]
struct Looks {
    turn: u64,
    of: HashMap<i64, HashMap<i64, Look>>,
}

impl Viewed {
    /// Notes that a user looked at records.
    pub(super) fn note(&self, user: i64, keys: &[i64], glance: Glance, now: i64) {
        let mut all = lock(&self.all);
        let Looks { turn, of } = &mut *all;
        let own = of.entry(user).or_default();
        for key in keys {
            *turn += 1;
            let look = own.entry(*key).or_insert(Look { key: *key, viewed: None, referenced: now, turn: 0 });
            look.referenced = now;
            look.turn = *turn;
            if glance == Glance::View {
                look.viewed = Some(now);
            }
            if own.len() > MOST {
                let oldest = own.values().min_by_key(|look| look.turn).map(|look| look.key);
                oldest.map(|key| own.remove(&key));
            }
        }
    }

    /// What a user looked at, the latest first.
    pub(super) fn of(&self, user: i64) -> Vec<Look> {
        let mut list: Vec<Look> =
            lock(&self.all).of.get(&user).into_iter().flat_map(HashMap::values).copied().collect();
        list.sort_by_key(|look| std::cmp::Reverse(look.turn));
        list
    }

    fn look(&self, user: i64, key: i64) -> Option<Look> {
        lock(&self.all).of.get(&user)?.get(&key).copied()
    }

    /// Makes the two functions known to a connection.
    pub(super) fn register(self: &Arc<Self>, connection: &Connection) -> Result<(), rusqlite::Error> {
        let viewed: fn(Look) -> Option<i64> = |look| look.viewed;
        let referenced: fn(Look) -> Option<i64> = |look| Some(look.referenced);
        for (name, time) in [("viewed", viewed), ("referenced", referenced)] {
            let own = Arc::clone(self);
            connection.create_scalar_function(name, 2, FunctionFlags::SQLITE_UTF8, move |context| {
                let key: Option<i64> = context.get(1)?;
                let user = context.get(0)?;
                Ok(key.and_then(|key| own.look(user, key)).and_then(time))
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_and_the_oldest_make_room() {
        let viewed = Viewed::default();
        viewed.note(1, &[10, 11], Glance::View, 100);
        viewed.note(1, &[12], Glance::Reference, 100);
        viewed.note(1, &[10], Glance::Reference, 101);
        viewed.note(2, &[99], Glance::View, 5);
        let list: Vec<(i64, Option<i64>, i64)> =
            viewed.of(1).iter().map(|look| (look.key, look.viewed, look.referenced)).collect();
        assert_eq!(list, [(10, Some(100), 101), (12, None, 100), (11, Some(100), 100)]);
        viewed.note(1, &(100..300).collect::<Vec<_>>(), Glance::View, 102);
        let list = viewed.of(1);
        assert_eq!((list.len(), list[0].key, list[199].key), (200, 299, 100));
    }
}
