//! What an org answers: asked as somebody, guarded against writes by mistake, its errors told with what to do.
//!
//! The pure parts ([`write_reason`], [`link_of`], [`Identity`], [`Catalog`], …) need no network and are what the screen
//! uses; [`Org`] is the part that asks. Text of an org is data: nothing here obeys it.

mod alike;
mod ask;
mod card;
mod catalog;
mod client;
mod content;
mod cures;
pub mod doctor;
mod errors;
mod facts;
mod failures;
mod guard;
mod identity;
mod ids;
mod limits;
mod links;
mod literal;
mod markup;
mod outside;
mod packed;
mod pages;
mod partial;
mod parts;
mod place;
mod plain;
mod plan;
mod read;
mod redirect;
mod resources;
mod settings;
mod several;
mod variables;
mod version;
mod watched;

#[cfg(test)]
mod fixtures;

pub use alike::{VOLATILE, diff_rules};
pub use ask::{refused_unrun, session_ended};
pub use card::{ORG_QUERY, OrgCard, PermissionSet, Person, permission_sets_query, person_query};
pub use catalog::{Candidate, Catalog};
pub use client::{Ask, Blocking, Limits, Org, Seen};
pub use content::media_of;
pub use cures::cure;
pub use errors::{Asked, trouble};
pub use facts::{OrgFacts, Stance, host_says_test, stance};
pub use guard::write_reason;
pub use identity::Identity;
pub use ids::{is_id, key_prefix, same, to_15, to_18};
pub use limits::ApiUse;
pub use links::{Link, LinkBase, link_of};
pub use literal::Literal;
pub use read::Preview;
pub use resources::{ResourceKind, ResourceNode, expand, roots};
pub use settings::wire_settings;
pub use several::each;
pub use variables::{LOGIN_VARIABLES, login_variables};
