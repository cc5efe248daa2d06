//! The settings file's words as the wire's: limits, certificate authority, proxy.

use crate::profile::Settings;
use crate::secret::Secret;
use crate::wire;
use std::time::Duration;

/// How the HTTP client is made for these settings. `env` gives the proxy's password, by the name that the settings tell.
///
/// # Errors
/// Where the password's variable is not set.
pub fn wire_settings(settings: &Settings, env: impl Fn(&str) -> Option<String>) -> Result<wire::Settings, String> {
    let network = &settings.network;
    let proxy = match &network.proxy {
        None => None,
        Some(proxy) => {
            let password = match &proxy.password_env {
                None => None,
                Some(name) => Some(Secret::new(env(name).ok_or_else(|| {
                    format!("the environment has no {name}, which settings.toml names for the proxy's password")
                })?)),
            };
            Some(wire::Proxy { url: proxy.url.clone(), username: proxy.username.clone(), password })
        }
    };
    Ok(wire::Settings {
        connect_limit: Duration::from_secs(network.connect_limit_s),
        idle_limit: Duration::from_secs(network.idle_limit_s),
        ca_file: network.ca_file.clone(),
        proxy,
    })
}
