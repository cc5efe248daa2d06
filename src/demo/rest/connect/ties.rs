//! Who follows what, who is in which group, who wrote to whom. State only, and bounded; gone with the demo.

use super::super::metadata::setup::{id_in, setup};
use super::board::named;
use crate::demo::data::Fate;
use crate::demo::world::Org;

/// Subscriptions, messages and groups kept: of the first two the oldest goes, and a group too many is refused.
const MOST_TIES: usize = 5_000;
const MOST_MESSAGES: usize = 1_000;
const MOST_GROUPS: usize = 100;

/// All of it, of one org.
#[derive(Default)]
pub(super) struct Ties {
    /// Empty until the groups of the setup are there.
    org_id: String,
    made: usize,
    pub(super) follows: Vec<Follow>,
    pub(super) circles: Vec<Circle>,
    pub(super) messages: Vec<Message>,
}

/// A subscription.
#[derive(Clone)]
pub(super) struct Follow {
    pub(super) id: String,
    /// Id of the user who follows.
    pub(super) user: String,
    pub(super) subject: String,
}

/// A Chatter group.
#[derive(Clone)]
pub(super) struct Circle {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) private: bool,
    /// Id of a user.
    pub(super) owner: String,
    pub(super) members: Vec<Member>,
}

/// Somebody in a group.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) id: String,
    pub(super) user: String,
}

/// A private message.
#[derive(Clone)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) conversation: String,
    pub(super) sender: String,
    /// Ids of users, the sender not among them.
    pub(super) recipients: Vec<String>,
    pub(super) text: String,
    /// Seconds since 1970.
    pub(super) at: i64,
}

impl Ties {
    /// Puts the groups of the setup there, once: everybody who is active is in them.
    pub(super) fn seed(&mut self, org: &Org) {
        if !self.org_id.is_empty() {
            return;
        }
        self.org_id.clone_from(&org.id);
        let active: Vec<String> =
            org.users.iter().filter(|user| user.fate == Fate::Active).map(|user| user.id.clone()).collect();
        for spec in &setup().group {
            let Some(owner) = named(org, &spec.owner) else { continue };
            if let Some(group) = self.found(&spec.name, &spec.description, false, &owner.id) {
                for user in &active {
                    self.join(&group, user);
                }
            }
        }
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        id_in(&self.org_id, prefix, &format!("{:03}", self.made / 1_000), self.made % 1_000)
    }

    /// A new group; its id, or `None` where there are too many or its name is taken.
    pub(super) fn found(&mut self, name: &str, description: &str, private: bool, owner: &str) -> Option<String> {
        let taken = self.circles.iter().any(|circle| circle.name.eq_ignore_ascii_case(name));
        if taken || self.circles.len() >= MOST_GROUPS {
            return None;
        }
        let id = self.next_id("0F9");
        let (name, description, owner) = (name.to_owned(), description.to_owned(), owner.to_owned());
        let circle = Circle { id: id.clone(), name, description, private, owner: owner.clone(), members: Vec::new() };
        self.circles.push(circle);
        self.join(&id, &owner);
        Some(id)
    }

    /// Puts a user into a group; the id of his membership, new or old.
    pub(super) fn join(&mut self, group: &str, user: &str) -> Option<String> {
        let new = self.next_id("0FB");
        let circle = self.circles.iter_mut().find(|circle| circle.id == group)?;
        if let Some(known) = circle.members.iter().find(|member| member.user == user) {
            return Some(known.id.clone());
        }
        circle.members.push(Member { id: new.clone(), user: user.to_owned() });
        Some(new)
    }

    /// Follows something; the subscription, new or old.
    pub(super) fn follow(&mut self, user: &str, subject: &str) -> Follow {
        let same = |follow: &&Follow| follow.user == user && follow.subject == subject;
        if let Some(known) = self.follows.iter().find(same) {
            return known.clone();
        }
        if self.follows.len() >= MOST_TIES {
            self.follows.remove(0);
        }
        let made = Follow { id: self.next_id("0E8"), user: user.to_owned(), subject: subject.to_owned() };
        self.follows.push(made.clone());
        made
    }

    /// Writes to others. Those who wrote to each other before go on in the same conversation.
    pub(super) fn write(&mut self, sender: &str, recipients: Vec<String>, text: String, at: i64) -> Message {
        let among = |message: &Message| {
            let mut all = message.recipients.clone();
            all.push(message.sender.clone());
            all.sort();
            all
        };
        let mut message =
            Message { id: String::new(), conversation: String::new(), sender: sender.to_owned(), recipients, text, at };
        let known = self.messages.iter().find(|old| among(old) == among(&message)).map(|old| old.conversation.clone());
        message.conversation = known.unwrap_or_else(|| self.next_id("03M"));
        message.id = self.next_id("03N");
        if self.messages.len() >= MOST_MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(message.clone());
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_bounded_and_made_once() {
        let mut ties = Ties { org_id: "00D5i000004RkQwEAK".to_owned(), ..Ties::default() };
        let first = ties.follow("a", "x").id;
        assert_eq!(ties.follow("a", "x").id, first);
        for subject in 0..6_000 {
            ties.follow("b", &subject.to_string());
        }
        assert_eq!(ties.follows.len(), MOST_TIES);
        let group = ties.found("One", "", true, "a").unwrap();
        assert_eq!(ties.found("ONE", "", false, "b"), None);
        assert_eq!(ties.join(&group, "a"), ties.join(&group, "a"));
        assert_eq!(ties.circles.first().map(|circle| circle.members.len()), Some(1));
        assert!((0..200).filter_map(|n| ties.found(&n.to_string(), "", false, "a")).count() < MOST_GROUPS);
    }

    #[test]
    fn a_conversation_goes_on_among_the_same_people() {
        let mut ties = Ties { org_id: "00D5i000004RkQwEAK".to_owned(), ..Ties::default() };
        let to = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = ties.write("a", to(&["b", "c"]), "hello".to_owned(), 1);
        let answer = ties.write("c", to(&["a", "b"]), "hello".to_owned(), 2);
        let aside = ties.write("a", to(&["b"]), "psst".to_owned(), 3);
        assert_eq!(first.conversation, answer.conversation);
        assert_ne!(first.conversation, aside.conversation);
    }
}
