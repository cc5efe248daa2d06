//! The origin rule: where a request may go. It looks at addresses only and sends nothing.
//!
//! Refused here, in this order: schemes other than http and https, an address without a host, user info in the
//! address (`https://org@evil` goes to evil), plain http save to loopback, and any origin that the clearance of the
//! request does not name.

use super::{Clearance, Origin, WireError};
use std::fmt;
use url::{Host, Url};

impl Origin {
    /// The origin of an http or https address; `None` for any other, and for one without a host.
    ///
    /// A host is compared in its ASCII form, so that a look-alike in another script is another origin.
    pub fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "https" | "http") {
            return None;
        }
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let port = url.port_or_known_default()?;
        Some(Self(format!("{}://{}:{port}", url.scheme(), host.to_ascii_lowercase())))
    }
}

impl fmt::Display for Origin {
    /// Without the port where it is the scheme's own, as it is written in an address.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = if self.0.starts_with("https:") { ":443" } else { ":80" };
        out.write_str(self.0.strip_suffix(default).unwrap_or(&self.0))
    }
}

/// Whether an address names this machine itself: 127/8, `::1`, `localhost` or a name below it (RFC 6761, 6.3), which the
/// client pins to them whatever a name server says.
///
/// Nothing else counts, `localhost.` included: with a dot at its end no certificate and no origin is the same.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|mapped| mapped.is_loopback())
        }
        Some(Host::Domain(name)) => is_localhost(name),
        None => false,
    }
}

/// `localhost`, or a name below it.
fn is_localhost(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix("localhost").is_some_and(|below| below.is_empty() || (below.len() > 1 && below.ends_with('.')))
}

/// The origin rule alone; `send` applies it to every request before anything leaves.
///
/// # Errors
/// `Address`, `Plain` or `Stranger`; their texts hold no path, query or user info.
pub fn check(url: &Url, clearance: &Clearance) -> Result<(), WireError> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(WireError::Address(format!("{}: is not a way to send, https is", url.scheme())));
    }
    let Some(origin) = Origin::of(url) else {
        return Err(WireError::Address("the address has no host".to_owned()));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(WireError::Address(format!(
            "the address has a user name before its host, which is {origin}; write it without what stands before the @"
        )));
    }
    if url.scheme() == "http" && !is_loopback(url) {
        return Err(WireError::Plain(origin.to_string()));
    }
    match clearance {
        Clearance::Free => Ok(()),
        Clearance::Only(allowed) if allowed.contains(&origin) => Ok(()),
        Clearance::Only(allowed) => Err(WireError::Stranger {
            to: origin.to_string(),
            allowed: allowed.iter().map(ToString::to_string).collect(),
        }),
    }
}
