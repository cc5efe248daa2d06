//! Where an address lies as seen from a token: on its org, at the identity service, or elsewhere. From this follows
//! whether the token goes with a request and where a request with a secret may go.

use crate::auth::Token;
use crate::wire::{Clearance, Origin};
use url::Url;

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On the org's instance.
    Instance,
    /// One of the few paths of the id URL's host that want the token.
    Identity,
    /// Anywhere else.
    Elsewhere,
}

/// Paths beside the id URL's own that mean the identity.
const OF_THE_IDENTITY: [&str; 3] =
    ["/services/oauth2/userinfo", "/services/oauth2/introspect", "/services/oauth2/revoke"];

impl Place {
    pub fn of(url: &Url, token: &Token) -> Self {
        let origin = Origin::of(url);
        if origin.is_some() && origin == Origin::of(&token.instance_url) {
            return Self::Instance;
        }
        let path = url.path().trim_end_matches('/');
        let wanted = path == token.id_url.path().trim_end_matches('/') || OF_THE_IDENTITY.contains(&path);
        if origin.is_some() && origin == Origin::of(&token.id_url) && wanted { Self::Identity } else { Self::Elsewhere }
    }

    /// Where a request may go. The id URL's host is named only for the paths that are its own.
    pub fn clearance(self, secret: bool, token: &Token) -> Clearance {
        if !secret {
            return Clearance::Free;
        }
        let mut allowed: Vec<Origin> = Origin::of(&token.instance_url).into_iter().collect();
        if self == Self::Identity {
            allowed.extend(Origin::of(&token.id_url));
        }
        Clearance::Only(allowed)
    }
}

/// Whether this is the id URL itself, on its own host or on the instance.
pub(super) fn is_id_url(url: &Url, token: &Token) -> bool {
    let ours = [Origin::of(&token.instance_url), Origin::of(&token.id_url)];
    ours.contains(&Origin::of(url)) && url.path().trim_end_matches('/') == token.id_url.path().trim_end_matches('/')
}
