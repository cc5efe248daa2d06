//! A running demo, as whoever started it holds it: what it is, how it is made to misbehave, how it ends.

use super::card::Card;
use super::fault::Fault;
use super::gate;
use super::locked;
use super::rule::Rule;
use super::world::{Door, Seen, World};
use axum::http::{Request, Response};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long [`Demo::stop`] waits for answers that are still being given.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running demo. Ends when it is dropped.
pub struct Demo {
    pub(super) card: Card,
    pub(super) world: Arc<World>,
    pub(super) listeners: Vec<JoinHandle<()>>,
    pub(super) waited_for_keys: Duration,
}

/// One of a demo's ports, for [`Demo::answer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// The common login host.
    Login,
    /// The instance of the org of this index.
    Instance(usize),
}

impl fmt::Debug for Demo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Demo").field("card", &self.card).finish_non_exhaustive()
    }
}

impl Demo {
    /// How long its start waited for nothing but its keys, which take what chance makes them take. For measuring.
    pub fn waited_for_keys(&self) -> Duration {
        self.waited_for_keys
    }

    /// Where the orgs are and who can log in.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// From now on this goes wrong, everywhere it applies to, and nothing else; `None`: good days again.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.set_rules(fault.into_iter().map(Rule::from).collect());
    }

    /// From now on this goes wrong with every address (path and query) that contains the text, and nothing else.
    pub fn set_fault_on(&self, fault: Fault, containing: &str) {
        self.set_rules(vec![Rule { path: Some(containing.to_owned()), ..fault.into() }]);
    }

    /// From now on these are in force, and no others.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.world.faults.replace(rules);
    }

    /// Ends all tokens now, as if their sessions had timed out.
    pub fn expire_all(&self) {
        self.world.sessions.end(|_| true);
    }

    /// Ends one token; whether it worked until now.
    pub fn revoke(&self, token: &str) -> bool {
        self.world.sessions.revoke(token)
    }

    /// Ends all tokens of one user.
    pub fn revoke_user(&self, username: &str) {
        self.world.sessions.end(|session| {
            let user = self.world.orgs.get(session.org).and_then(|org| org.users.get(session.user));
            user.is_some_and(|user| user.username.eq_ignore_ascii_case(username))
        });
    }

    /// The last requests that reached any listener, oldest first; at most 10,000.
    pub fn requests_seen(&self) -> Vec<Seen> {
        locked(&self.world.seen).iter().cloned().collect()
    }

    /// Forgets the requests seen so far.
    pub fn forget_requests(&self) {
        locked(&self.world.seen).clear();
    }

    /// Origin of the common login host.
    pub fn login_host(&self) -> &str {
        &self.world.login_origin
    }

    /// Answers a request on this thread, without a socket: what a port would answer, before faults of the wire. A panic
    /// on the way is the caller's, which is what fuzzing wants.
    pub fn answer(&self, port: Port, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let door = match port {
            Port::Login => Door::Login,
            Port::Instance(index) => Door::Instance(index),
        };
        let reply = match gate::check(&self.world, door, &head) {
            Ok(here) => gate::decide(&self.world, &gate::asked(&self.world, door, here, head, body)),
            Err(reply) => reply,
        };
        let mut response = Response::new(reply.body);
        *response.status_mut() = reply.status;
        response.headers_mut().extend(reply.headers);
        response
    }

    /// Waits until somebody asks at the control address that the demo end.
    pub async fn asked_to_stop(&self) {
        self.world.stop.cancelled().await;
    }

    /// Ends the demo and waits until its ports are free.
    pub async fn stop(mut self) {
        self.world.ended.cancel();
        for mut listener in std::mem::take(&mut self.listeners) {
            if tokio::time::timeout(PATIENCE, &mut listener).await.is_err() {
                listener.abort();
            }
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.world.ended.cancel();
    }
}
