//! The proxy of the settings, as the library takes it. Loopback never gets here.

use super::{Proxy, WireError};
use crate::secret::Secret;

/// A proxy that can be used.
pub(super) struct Built {
    /// As the library takes it.
    pub proxy: reqwest::Proxy,
    /// Its address without the login.
    pub name: String,
    /// Its address with the login.
    pub address: Secret,
}

/// Makes it.
pub(super) fn build(proxy: &Proxy) -> Result<Built, WireError> {
    let mut url = proxy.url.clone();
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        return Err(WireError::Proxy(format!(
            "{}: is no way to reach a proxy; http, https and socks5 are",
            url.scheme()
        )));
    }
    let host = url.host_str().filter(|host| !host.is_empty());
    let Some(host) = host.map(str::to_owned) else {
        return Err(WireError::Proxy("its address has no host".to_owned()));
    };
    let name = match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    if let Some(username) = &proxy.username {
        let password = proxy.password.as_ref().map_or("", |password| password.expose());
        // The library takes the login from the address for every kind of proxy, percent-encoded.
        if url.set_username(username).is_err() || url.set_password(Some(password)).is_err() {
            return Err(WireError::Proxy(format!("{name}: its address cannot hold a login")));
        }
    }
    let address = Secret::new(url.as_str());
    let proxy = reqwest::Proxy::all(url)
        .map_err(|error| WireError::Proxy(format!("{name}: {}", super::failure::deepest(&error.without_url()))))?;
    Ok(Built { proxy, name, address })
}
