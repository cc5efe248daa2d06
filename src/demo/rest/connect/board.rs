//! The posts of an org, with their comments and likes. State only; who may see a post is decided elsewhere.
//!
//! At most so many are kept: the oldest goes first. Those of the setup are there from the first look.

use super::super::metadata::setup::{id_in, same_id, setup};
use super::ties::Ties;
use crate::demo::data::DemoUser;
use crate::demo::locked;
use crate::demo::world::Org;
use serde_json::{Value, json};
use std::sync::MutexGuard;

/// Posts kept, and comments and likes of one post.
const MOST: usize = 1_000;
const MOST_BELOW: usize = 200;

/// All posts of an org, the oldest first.
#[derive(Default)]
pub(in crate::demo) struct Board {
    /// Empty until the posts of the setup are there.
    org_id: String,
    posts: Vec<Post>,
    made: usize,
    pub(super) ties: Ties,
}

/// A post.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) id: String,
    pub(super) said: Said,
    /// What it was posted to: a user, a group or a record.
    pub(super) parent: String,
    pub(super) comments: Vec<Comment>,
    /// Ids of users.
    pub(super) likes: Vec<String>,
}

/// A comment.
#[derive(Clone)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) said: Said,
}

/// Who said what, and when.
#[derive(Clone)]
pub(super) struct Said {
    /// Id of a user.
    pub(super) author: String,
    /// As they are answered.
    pub(super) segments: Vec<Value>,
    pub(super) text: String,
    /// Seconds since 1970.
    pub(super) at: i64,
}

/// The board of an org, as it is now.
pub(super) fn board_of(org: &Org) -> MutexGuard<'_, Board> {
    let mut board = locked(&org.board);
    board.seed(org, now());
    board.ties.seed(org);
    board
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Board {
    /// Puts the posts of the setup there, once.
    fn seed(&mut self, org: &Org, now: i64) {
        if !self.org_id.is_empty() {
            return;
        }
        self.org_id.clone_from(&org.id);
        for (place, spec) in setup().post.iter().enumerate() {
            let Some(user) = named(org, &spec.author) else { continue };
            let segment = json!({ "htmlTag": null, "text": spec.text, "type": "Text" });
            let at = now - 7_200 * (setup().post.len() - place) as i64;
            let said = Said { author: user.id.clone(), segments: vec![segment], text: spec.text.clone(), at };
            self.add(said, user.id.clone());
        }
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.made += 1;
        let (high, low) = (self.made / 1_000, self.made % 1_000);
        id_in(&self.org_id, prefix, &format!("{high:03}"), low)
    }

    /// A new post; its id.
    pub(super) fn add(&mut self, said: Said, parent: String) -> String {
        let id = self.next_id("0D5");
        if self.posts.len() >= MOST {
            self.posts.remove(0);
        }
        self.posts.push(Post { id: id.clone(), said, parent, comments: Vec::new(), likes: Vec::new() });
        id
    }

    /// A new comment; its id, or `None` where there is no such post or no room.
    pub(super) fn comment(&mut self, post: &str, said: Said) -> Option<String> {
        let id = self.next_id("0D7");
        let post = self.post_mut(post).filter(|post| post.comments.len() < MOST_BELOW)?;
        post.comments.push(Comment { id: id.clone(), said });
        Some(id)
    }

    /// Likes a post, once for each user.
    pub(super) fn like(&mut self, post: &str, user: &str) -> Option<()> {
        let post = self.post_mut(post).filter(|post| post.likes.len() < MOST_BELOW)?;
        if !post.likes.iter().any(|own| own == user) {
            post.likes.push(user.to_owned());
        }
        Some(())
    }

    pub(super) fn post(&self, id: &str) -> Option<&Post> {
        self.posts.iter().find(|post| same_id(&post.id, id))
    }

    pub(super) fn post_mut(&mut self, id: &str) -> Option<&mut Post> {
        self.posts.iter_mut().find(|post| same_id(&post.id, id))
    }

    /// The post a comment stands under.
    pub(super) fn of_comment(&self, id: &str) -> Option<(&Post, &Comment)> {
        self.posts.iter().find_map(|post| {
            let own = |comment: &&Comment| same_id(&comment.id, id);
            Some((post, post.comments.iter().find(own)?))
        })
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.posts.retain(|post| post.id != id);
        for post in &mut self.posts {
            post.comments.retain(|comment| comment.id != id);
        }
    }

    /// All posts, the newest first.
    pub(super) fn newest(&self) -> Vec<Post> {
        self.posts.iter().rev().cloned().collect()
    }

    /// How often a user posted, commented, was commented on and was liked.
    pub(super) fn activity(&self, user: &str) -> (usize, usize, usize, usize) {
        let mut sums = (0, 0, 0, 0);
        for post in &self.posts {
            sums.1 += post.comments.iter().filter(|comment| comment.said.author == user).count();
            if post.said.author == user {
                sums.0 += 1;
                sums.2 += post.comments.len();
                sums.3 += post.likes.len();
            }
        }
        sums
    }

    /// When something was last posted to this parent.
    pub(super) fn last_in(&self, parent: &str) -> Option<String> {
        self.posts.iter().rev().find(|post| post.parent == parent).map(|post| moment(post.said.at))
    }
}

/// A moment as Connect writes it: `2026-01-31T10:20:30.000Z`.
pub(super) fn moment(seconds: i64) -> String {
    let moment = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// The user whom the setup calls so: by his alias.
pub(super) fn named<'o>(org: &'o Org, alias: &str) -> Option<&'o DemoUser> {
    org.users.iter().find(|user| user.alias == alias)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn said(text: &str) -> Said {
        Said { author: "005".to_owned(), segments: Vec::new(), text: text.to_owned(), at: 0 }
    }

    #[test]
    fn a_board_keeps_the_newest_and_never_gives_an_id_twice() {
        let mut board = Board { org_id: "00D5i000004RkQwEAK".to_owned(), ..Board::default() };
        let ids: HashSet<String> = (0..2_500).map(|_| board.add(said("x"), "005".to_owned())).collect();
        assert_eq!((ids.len(), board.posts.len()), (2_500, MOST));
        let newest = board.newest().first().map(|post| post.id.clone()).unwrap();
        let comments: HashSet<String> = (0..300).filter_map(|_| board.comment(&newest, said("y"))).collect();
        assert_eq!(comments.len(), MOST_BELOW);
        for _ in 0..3 {
            board.like(&newest, "005a").unwrap();
        }
        assert_eq!(board.post(&newest).map(|post| post.likes.len()), Some(1));
        board.remove(&newest);
        assert!(board.post(&newest).is_none() && board.comment(&newest, said("z")).is_none());
    }
}
