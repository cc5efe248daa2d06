//! Gives a failure of the HTTP library its name: looks through its chain of sources. It never quotes an address whole,
//! since a query may hold a secret.

use super::WireError;
use std::error::Error;
use std::io;
use std::time::Duration;
use url::Url;

/// What is known of the request that failed.
pub(super) struct Circumstances<'a> {
    /// Where it went.
    pub url: &'a Url,
    /// Longest wait for a connection.
    pub connect_limit: Duration,
    /// The proxy of the settings that it went through, without its login.
    pub proxy: Option<&'a str>,
}

/// The name of a failure before the head of an answer was there.
pub(super) fn before_answer(error: reqwest::Error, at: &Circumstances<'_>) -> WireError {
    let error = error.without_url();
    let host = at.url.host_str().unwrap_or_default().to_owned();
    let place = match at.url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    if error.is_builder() {
        return WireError::Other(format!("the request cannot be sent: {}", deepest(&error)));
    }
    if !error.is_connect() {
        return broken(&error, 0);
    }
    if let Some(refusal) = proxy_words(&error) {
        return WireError::Proxy(match at.proxy {
            Some(proxy) => format!("{proxy}: {refusal}"),
            None => refusal,
        });
    }
    let detail = deepest(&error);
    let os_timeout =
        links(&error).filter_map(|link| link.downcast_ref::<io::Error>()).any(|e| e.raw_os_error().is_some());
    if error.is_timeout() && !os_timeout {
        return WireError::ConnectLimit { host: place, limit: at.connect_limit };
    }
    if is_tls(&error) {
        return WireError::Tls { host: place, detail };
    }
    match at.proxy {
        Some(proxy) => WireError::Proxy(format!("{proxy} cannot be reached: {detail}")),
        None if error.is_dns() || detail == "invalid dns name" => WireError::Dns { host, detail },
        None => WireError::Connect { host: place, detail },
    }
}

/// The name of a failure on an open connection, after so many bytes of the body.
pub(super) fn broken(error: &(dyn Error + 'static), received: u64) -> WireError {
    let detail = deepest(error);
    // The parser's own words for what is no HTTP all begin with this one.
    if links(error).any(|link| link.to_string().starts_with("invalid HTTP")) {
        return WireError::Other(format!("the answer is not HTTP: {detail}"));
    }
    WireError::Cut { received, detail }
}

/// What a proxy did, where the chain tells of one. The texts are the libraries', whose types are not open.
fn proxy_words(error: &(dyn Error + 'static)) -> Option<String> {
    let told = links(error).map(ToString::to_string).find(|text| {
        text.starts_with("tunnel error: ") || text.starts_with("SOCKS error: ") || text.contains("socks proxy")
    })?;
    let inner = deepest(error);
    Some(match told.strip_prefix("tunnel error: ") {
        Some("proxy authorization required") => {
            "it wants a login (407): give its user and password in the settings, or the right ones".to_owned()
        }
        Some("unsuccessful") => "it would not connect to the host".to_owned(),
        Some("unexpected end of file") => "it closed the connection without an answer".to_owned(),
        Some("failed to create underlying connection") => format!("it cannot be reached: {inner}"),
        Some(other) => format!("{other}: {inner}"),
        None if inner == told => told,
        None => format!("{told}: {inner}"),
    })
}

/// Whether the handshake failed: the TLS library's errors arrive as invalid data, a hang-up as an early end.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    links(error).filter_map(|link| link.downcast_ref::<io::Error>()).any(|io| {
        io.kind() == io::ErrorKind::InvalidData
            || (io.kind() == io::ErrorKind::UnexpectedEof && io.to_string().contains("tls"))
    })
}

/// The words nearest to the cause.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> String {
    links(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its sources, outermost first.
fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |link| {
        let link: &'a (dyn Error + 'static) = *link;
        // `source` of an io::Error skips the error that it wraps.
        match link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => link.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::dns::{Name, Resolve, Resolving};
    use std::sync::Arc;

    struct NoNames;

    impl Resolve for NoNames {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err("no such name".into()) })
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_told_without_its_query() {
        let url: Url = "https://acme.my.salesforce.com/?token=s3cret".parse().unwrap();
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(NoNames)).build().unwrap();
        let error = client.get(url.clone()).send().await.unwrap_err();
        let at = Circumstances { url: &url, connect_limit: Duration::ZERO, proxy: None };
        let told = before_answer(error, &at);
        let WireError::Dns { host, detail } = &told else { panic!("{told:?}") };
        assert_eq!((host.as_str(), detail.as_str()), ("acme.my.salesforce.com", "no such name"));
        assert!(!format!("{told:?}{told}").contains("s3cret"));
    }

    #[test]
    fn the_cause_within_an_io_error_is_found() {
        let inner = io::Error::new(io::ErrorKind::InvalidData, "invalid peer certificate: Expired");
        let outer = io::Error::other(io::Error::other(inner));
        assert_eq!(deepest(&outer), "invalid peer certificate: Expired");
        assert!(is_tls(&outer));
    }
}
