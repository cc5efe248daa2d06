//! The photo beside an identity: its address is asked for, then the picture from the address that opens without a token.
//! Nobody waits for it, and where it is not to be had nothing is said of it.

use super::{Load, Part, ask};
use crate::app::answer::Picture;
use crate::app::event::{Effect, TaskId};
use crate::app::pictures::{Means, Painting};
use crate::app::rest::raw_text;
use crate::app::state::{Out, State};
use crate::json::Document;
use crate::profile::{Profile, ProfileId, is_salesforce_host};
use crate::request::{Exchange, Failure};
use crate::wire::Phase;
use std::sync::Arc;
use url::Url;

/// Asks where the photo is, if it could be shown and was not asked for yet. It costs one call of the API, once.
pub(super) fn look(state: &mut State, person: &Profile, user: &str, again: bool, out: &mut Out) {
    let shows = state.easel.means() != Means::Facts;
    let known = state.sessions.get(&person.id()).is_some_and(|session| session.version.is_some());
    let wanted = state.identities.get(&person.id()).is_some_and(|pane| again || matches!(pane.photo, Load::Idle));
    if shows && known && wanted {
        ask(state, person, Part::PhotoAddress, format!("connect/user-profiles/{user}/photo"), out);
    }
}

/// Where it is has come.
pub(super) fn found(state: &mut State, who: &ProfileId, told: Option<&Document>, out: &mut Out) {
    let address = told.and_then(|document| address_in(state, who, document));
    match (address, state.person(who).cloned()) {
        (Some(address), Some(person)) => ask(state, &person, Part::Photo, address.into(), out),
        _ => none(state, who),
    }
}

/// It has come.
pub(super) fn came(state: &mut State, who: &ProfileId, exchange: &Arc<Exchange>) {
    let whole = exchange.ok() && exchange.cut.is_none();
    if !whole || Picture::of(raw_text(&exchange.body)).is_none() {
        return none(state, who);
    }
    let pane = state.identities.entry(who.clone()).or_default();
    pane.photo = Load::Ready(Arc::clone(exchange));
    pane.painting.renew();
}

/// There is none.
pub(super) fn none(state: &mut State, who: &ProfileId) {
    let pane = state.identities.entry(who.clone()).or_default();
    (pane.photo, pane.painting) = (Load::Failed(Failure::default()), Painting::default());
}

/// The address that opens without a token. Nobody typed it, so it is followed to the org's own instance and to hosts of
/// Salesforce alone: an org must not have us ask a stranger, or a neighbour.
fn address_in(state: &State, who: &ProfileId, document: &Document) -> Option<Url> {
    let root = document.root()?;
    let text = |name: &str| document.get(root, name).map(|node| document.text(node).into_owned());
    // The large one: what has too many pixels is scaled down, and the other way round it would be a blur.
    let told = text("fullEmailPhotoUrl").or_else(|| text("standardEmailPhotoUrl"))?;
    let address = Url::parse(&told).ok()?;
    let instance = &state.sessions.get(who)?.token.as_ref()?.instance_url;
    let own = address.origin() == instance.origin();
    let salesforce = address.scheme() == "https" && address.host_str().is_some_and(is_salesforce_host);
    (own || salesforce).then_some(address)
}

/// A photo of more bytes than this is none.
const LONGEST: u64 = 8 << 20;

/// Whether this is a photo that does not end.
pub fn is_too_long(state: &State, id: TaskId, phase: Phase) -> bool {
    let long = matches!(phase, Phase::Receiving { received, .. } if received > LONGEST);
    long && state.flights.get(id).is_some_and(|flight| flight.ask.owner.is_quiet())
}

/// Lets it go: nobody else could, for nobody is told that it comes.
pub fn give_up(state: &mut State, id: TaskId, out: &mut Out) {
    if let Some(flight) = state.flights.end(id) {
        out.push(Effect::Cancel(id));
        none(state, &flight.ask.profile.id());
    }
}
