//! The values of a profile that have a form of their own: addresses, paths, versions, kinds. Pure, save that `~`
//! asks for the home folder.

use super::hosts::is_salesforce_host;
use super::nearest::nearest;
use super::place::Report;
use super::{Kind, Tokens, VersionChoice};
use std::ops::Range;
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// What is wrong, said after the key's name, and what would be right.
pub type Wrong = (String, String);

const PRODUCTION: &str = "https://login.salesforce.com";
const SANDBOX: &str = "https://test.salesforce.com";

/// A path as it is written in a file: `~` is the home folder, all else lies relative to the file's folder.
pub(super) fn file_path(
    config: &Path,
    text: &str,
    span: Range<usize>,
    name: &str,
    report: &mut Report<'_>,
) -> Option<PathBuf> {
    if text.contains("-----BEGIN") {
        report.error(
            span,
            format!("the content of a file stands in `{name}`"),
            "put it into a file of mode 0600 and write that file's path here",
        );
        return None;
    }
    let Some(rest) = text.strip_prefix('~') else {
        return Some(config.join(text));
    };
    if !rest.is_empty() && !rest.starts_with(['/', std::path::MAIN_SEPARATOR]) {
        report.error(
            span,
            format!("`{name}` begins with `~` and a name, which is not looked up"),
            "write ~/path, or the whole path",
        );
        return None;
    }
    let Some(home) = directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned()) else {
        report.error(span, format!("`{name}` begins with `~`, and no home folder is known"), "write the whole path");
        return None;
    };
    Some(home.join(rest.trim_start_matches(['/', std::path::MAIN_SEPARATOR])))
}

/// An address that is an origin and nothing more: scheme, host and port.
pub(super) fn origin(text: &str, schemes: &[&str]) -> Result<Url, Wrong> {
    let example = schemes.first().copied().unwrap_or("https");
    if text.contains('@') {
        // Whatever stands before the `@` may be a password: it is not shown again.
        let host = text.rsplit('@').next().and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        return Err(("holds a user name or password".to_owned(), format!("write \"{example}://{host}\"")));
    }
    let url = match Url::parse(text) {
        Ok(url) if url.has_host() => url,
        // `acme.my.salesforce.com:443` parses as a scheme and a path.
        _ if !text.contains("://") && Url::parse(&format!("{example}://{text}")).is_ok() => {
            return Err((format!("is `{text}`, which has no scheme"), format!("write \"{example}://{text}\"")));
        }
        Ok(_) => return Err((format!("is `{text}`, which has no host"), format!("write \"{example}://HOST\""))),
        Err(error) => {
            return Err((format!("is `{text}`, which is no address: {error}"), format!("write \"{example}://HOST\"")));
        }
    };
    if !schemes.contains(&url.scheme()) {
        let list: Vec<String> = schemes.iter().map(|scheme| format!("{scheme}://")).collect();
        return Err((format!("begins with `{}://`", url.scheme()), format!("begin it with {}", list.join(" or "))));
    }
    let plain = url.origin().ascii_serialization();
    // The origin of a scheme that the standard does not know, as socks5, has no text.
    let plain = if url.origin().is_tuple() { plain } else { format!("{}://{}", url.scheme(), authority(&url)) };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err((format!("is `{text}`, which goes on after the host"), format!("write \"{plain}\"")));
    }
    Ok(url)
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Where to log in: `production`, `sandbox` or an address.
pub fn login_url(text: &str) -> Result<Url, Wrong> {
    let address = match text {
        "production" => PRODUCTION,
        "sandbox" => SANDBOX,
        other if !other.contains(['.', ':', '/']) && other != "localhost" => {
            let meant = nearest(other, ["production", "sandbox"]);
            let meant = meant.or(if other.starts_with("prod") { Some("production") } else { None });
            let cure = meant.map(|name| format!("did you mean \"{name}\"? "));
            let forms = "write \"production\", \"sandbox\" or an address like \"https://acme.my.salesforce.com\"";
            return Err((format!("is `{other}`"), format!("{}{forms}", cure.unwrap_or_default())));
        }
        other => other,
    };
    let url = origin(address, &["https", "http"])?;
    if url.scheme() == "http" && !is_loopback(&url) {
        let mut secure = url.clone();
        // Cannot fail: both schemes are special ones.
        let _ = secure.set_scheme("https");
        let secure = secure.origin().ascii_serialization();
        return Err((
            format!("is `{text}`: plain http, which anybody on the way can read"),
            format!("write \"{secure}\""),
        ));
    }
    Ok(url)
}

/// A login address as it is written: by its short name where it has one.
pub fn login_url_text(url: &Url) -> String {
    match url.origin().ascii_serialization().as_str() {
        PRODUCTION => "production".to_owned(),
        SANDBOX => "sandbox".to_owned(),
        other => other.to_owned(),
    }
}

/// The Lightning address of an org, which logs nobody in, as the one that does.
pub fn my_domain_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let name = host.strip_suffix(".lightning.force.com").or_else(|| host.strip_suffix(".my.salesforce-setup.com"))?;
    Some(format!("https://{name}.my.salesforce.com"))
}

/// Whether an address is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // Names below it too: the wire takes them to this machine and nowhere else.
        Some(Host::Domain(name)) => {
            let name = name.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

/// What kind of org lies behind a login address, as far as the address tells.
pub fn kind_of(url: &Url) -> Kind {
    if is_loopback(url) {
        return Kind::Demo;
    }
    let host = url.host_str().unwrap_or_default();
    let numbered = |label: &str| {
        label.strip_prefix("cs").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    if host.contains(".scratch.") {
        Kind::Scratch
    } else if host == "test.salesforce.com"
        || host.contains(".sandbox.")
        || host.contains("--")
        || host.split('.').any(numbered)
    {
        Kind::Sandbox
    } else {
        Kind::Production
    }
}

/// A kind by its name.
pub(super) fn kind(text: &str) -> Result<Kind, Wrong> {
    let all = [Kind::Production, Kind::Sandbox, Kind::Scratch, Kind::Demo];
    all.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let meant = nearest(text, all.iter().map(|kind| kind.as_str()));
        let cure = meant.map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default();
        (format!("is `{text}`"), format!("{cure}write \"production\", \"sandbox\", \"scratch\" or \"demo\""))
    })
}

/// Where tokens are kept, by its name.
pub(super) fn tokens(text: &str) -> Result<Tokens, Wrong> {
    let all = [Tokens::Memory, Tokens::File, Tokens::Keyring];
    all.into_iter().find(|tokens| tokens.as_str() == text).ok_or_else(|| {
        let meant = nearest(text, all.iter().map(|tokens| tokens.as_str()));
        let cure = meant.map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default();
        (format!("is `{text}`"), format!("{cure}write \"memory\", \"file\" or \"keyring\""))
    })
}

/// A version: `newest`, `67.0` or `v67.0`.
pub(super) fn version(text: &str) -> Result<VersionChoice, Wrong> {
    if text == "newest" {
        return Ok(VersionChoice::Newest);
    }
    let plain = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let number = whole.parse::<u16>().ok().filter(|_| whole.bytes().all(|b| b.is_ascii_digit()));
    match (number, part) {
        (Some(number), "0") if number > 0 => Ok(VersionChoice::Fixed(format!("{number}.0"))),
        // One that was never served is no hint at what was meant.
        (Some(number), _) if number > 30 => Err((format!("is `{text}`"), format!("write \"{number}.0\""))),
        _ => Err((format!("is `{text}`"), "write \"newest\", or a version like \"67.0\"".to_owned())),
    }
}

/// Whether a version is one that Salesforce has retired: 7.0 to 30.0.
pub(super) fn is_retired(version: &VersionChoice) -> bool {
    match version {
        VersionChoice::Newest => false,
        VersionChoice::Fixed(text) => {
            text.split('.').next().and_then(|whole| whole.parse::<u16>().ok()).is_some_and(|number| number <= 30)
        }
    }
}

/// An audience: an address, kept as it is written, since it is compared as text.
pub(super) fn audience(text: &str) -> Result<String, Wrong> {
    let form =
        || "write \"https://login.salesforce.com\", \"https://test.salesforce.com\" or the site's address".to_owned();
    match Url::parse(text) {
        Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) => Ok(text.to_owned()),
        _ if text == "production" => Err((format!("is `{text}`"), format!("write \"{PRODUCTION}\""))),
        _ if text == "sandbox" => Err((format!("is `{text}`"), format!("write \"{SANDBOX}\""))),
        _ => Err((format!("is `{text}`, which is no https address"), form())),
    }
}

/// Whether an assertion for this audience may go to this login address: Salesforce may have any, since a login there is
/// what it is for; any other host only its own.
pub(super) fn may_be_sent(audience: &str, login_url: &Url) -> bool {
    is_salesforce_host(login_url.host_str().unwrap_or_default())
        || Url::parse(audience).is_ok_and(|audience| audience.origin() == login_url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_from_the_host() {
        for (host, expected) in [
            ("https://login.salesforce.com", Kind::Production),
            ("https://acme.my.salesforce.com", Kind::Production),
            ("https://test.salesforce.com", Kind::Sandbox),
            ("https://acme--uat.sandbox.my.salesforce.com", Kind::Sandbox),
            ("https://acme--uat.my.salesforce.com", Kind::Sandbox),
            ("https://acme.cs42.my.salesforce.com", Kind::Sandbox),
            ("https://acme.csx.my.salesforce.com", Kind::Production),
            ("https://acme-dev-ed.scratch.my.salesforce.com", Kind::Scratch),
            ("http://127.0.0.1:8080", Kind::Demo),
            ("http://[::1]:8080", Kind::Demo),
            ("http://localhost:8080", Kind::Demo),
            ("http://acme.my.salesforce.com.localhost:8080", Kind::Demo),
            ("https://localhost.example.com", Kind::Production),
            ("https://mylocalhost", Kind::Production),
        ] {
            assert_eq!(kind_of(&Url::parse(host).unwrap()), expected, "{host}");
        }
    }

    #[test]
    fn versions_in_their_forms() {
        assert_eq!(version("newest").unwrap(), VersionChoice::Newest);
        assert_eq!(version("67.0").unwrap(), VersionChoice::Fixed("67.0".into()));
        assert_eq!(version("v67.0").unwrap(), VersionChoice::Fixed("67.0".into()));
        for (text, cure) in [
            ("67", "67.0"),
            ("67.5", "67.0"),
            ("latest", "newest"),
            ("0.0", "newest"),
            ("+6.0", "newest"),
            ("", "newest"),
        ] {
            assert!(version(text).unwrap_err().1.contains(cure), "{text}");
        }
        assert!(is_retired(&VersionChoice::Fixed("30.0".into())));
        assert!(!is_retired(&VersionChoice::Fixed("31.0".into())));
    }

    #[test]
    fn origins_of_proxies() {
        assert!(origin("socks5://127.0.0.1:1080", &["http", "socks5"]).is_ok());
        assert_eq!(
            origin("socks5://me:pw@p.example:1080/x", &["socks5"]).unwrap_err().1,
            "write \"socks5://p.example:1080\""
        );
        assert_eq!(origin("proxy.example:3128", &["http"]).unwrap_err().1, "write \"http://proxy.example:3128\"");
        assert!(origin("ftp://p.example", &["http"]).is_err());
    }
}
