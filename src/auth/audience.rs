//! Who an assertion is meant for, and which hosts are Salesforce's own. An assertion is a login: it goes to nobody else.

use url::Url;

/// Whether a host lies on one of Salesforce's own domains.
pub fn is_salesforce_host(host: &str) -> bool {
    let _ = host;
    false
}

/// The `aud` that a login URL implies.
pub fn audience_for(login_url: &Url) -> String {
    login_url.origin().ascii_serialization()
}
