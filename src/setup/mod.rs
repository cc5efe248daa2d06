//! From nothing to a login: the set-up of an app, asked step by step. A pure machine that the screen and the command line
//! drive alike: answers in, jobs and words out.
//!
//! ```text
//!  where ─▶ name ─▶ key ─▶ app ─▶ what to click ─▶ consumer key ─▶ users ─▶ test ─▶ done
//!                    │                                               ▲        │
//!                    ├ new: bits, days, passphrase ─▶ made           └── fix ─┘ which says what is not done yet
//!                    └ there: passphrase, certificate ─▶ checked
//! ```
//! What was answered is kept after every answer, without secrets, so that a set-up that was broken off goes on where it was:
//! it goes on at the first step that is not answered. It must not read or write a file, log in, or know the time; a
//! [`Job`] says what is to be done and an [`Outcome`] what came of it.

mod answers;
mod clicks;
mod diagnose;
mod job;
mod machine;
mod page;
mod step;
mod taking;

pub use answers::{Answers, AppKind, Person};
pub use clicks::{CALLBACK, page_to_open};
pub use diagnose::{Trouble, diagnose};
pub use job::{Job, KeyFile, Known, Made, Outcome, Tested, Work};
pub use machine::Setup;
pub use page::{Offer, Page, Tone, Words};
pub use step::Step;

/// The name of the file that a set-up under way is kept in, in the config folder.
pub const SETUP_FILE: &str = "setup.toml";
/// The folder of the keys that were made, in the config folder.
pub const KEYS_FOLDER: &str = "keys";
