//! From what was typed to what will be sent: variables resolved, the address made absolute, headers checked.
//!
//! Pure: no file is read and nothing is sent, so that the screen can show the same line that a send would use. A file's
//! content is resolved by whoever reads it.

use super::address::{self, Form};
use super::exchange::{Failure, FailureKind};
use super::multipart::{self, Chunk};
use super::template::{Expanded, Unknown, Why, expand_as, needs_of};
use super::trust::{Asked, Need, Trust};
use super::types::{Pair, Request, RequestBody};
use super::variables::Variables;
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// What an address is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The org, once a login told.
    pub instance_url: Option<Url>,
    /// The REST API version, as `67.0`.
    pub version: String,
}

/// A request that can be sent.
#[derive(Clone)]
pub struct Prepared {
    /// The method.
    pub method: http::Method,
    /// Absolute, without a fragment.
    pub url: Url,
    /// The same with secrets masked.
    pub shown_url: String,
    /// In order, those that are switched on.
    pub headers: Vec<(String, Expanded)>,
    /// What is sent.
    pub body: PreparedBody,
    /// The query, where the address is one: `SELECT …` or `FIND …`.
    pub query: Option<Expanded>,
    /// Whether any secret was resolved, in whatever position.
    pub secret: bool,
    /// Whether something in it will be another when it is sent: the time, or what is read then.
    pub sample: bool,
    /// What the user should know.
    pub notes: Vec<String>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a secret and is shown masked.
        out.debug_struct("Prepared")
            .field("method", &self.method)
            .field("url", &self.shown_url)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("secret", &self.secret)
            .finish_non_exhaustive()
    }
}

/// A body that can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PreparedBody {
    /// None.
    #[default]
    Empty,
    /// Typed, resolved.
    Text(Expanded),
    /// A file, not yet read.
    File(PathBuf),
    /// Texts and files, one behind the other.
    Parts(Vec<PreparedPart>),
}

/// A piece of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreparedPart {
    /// Typed, resolved.
    Text(Expanded),
    /// A file that may be read, sent as it is.
    File(Need),
}

/// Resolves a request.
///
/// # Errors
/// A variable that is not known, an address, method or header that cannot be sent: kind [`FailureKind::Usage`].
pub fn prepare(request: &Request, variables: &Variables, base: &Base) -> Result<Prepared, Failure> {
    let method = method(&request.method)?;
    let mut resolver = Resolver { variables, trust: &request.trust, secret: false, sample: false, unknown: Vec::new() };
    let address = resolver.resolve(&request.address, "the address");
    let params = resolver.pairs(&request.params, "parameter");
    let drawn = match &request.body {
        RequestBody::Text(text) => multipart::drawn(text, &request.headers, &variables.around),
        _ => None,
    };
    let headers = resolver.pairs(drawn.as_ref().map_or(&request.headers, |(_, headers)| headers), "header");
    let body = match &request.body {
        RequestBody::Empty => PreparedBody::Empty,
        RequestBody::Text(text) if text.is_empty() => PreparedBody::Empty,
        RequestBody::Text(text) => {
            let (text, told) = drawn.as_ref().map_or((text, &request.headers), |(text, headers)| (text, headers));
            match multipart::boundary(told) {
                Some(boundary) => resolver.parts(text, &boundary),
                None => PreparedBody::Text(resolver.resolve(text, "the body")),
            }
        }
        RequestBody::File(path) => PreparedBody::File(path.clone()),
    };
    resolver.finish()?;
    let (secret, sample) = (resolver.secret, resolver.sample);
    let form = address::form(address.text.expose());
    let query = matches!(form, Form::Query | Form::Search).then(|| address.clone());
    if query.is_some() && method != http::Method::GET {
        return Err(usage(
            format!("A query is asked by GET, not by {method}"),
            "The address begins with SELECT or FIND",
            ["set the method to GET"],
        ));
    }
    let params: Vec<(String, Expanded)> = params.into_iter().map(|(name, value)| (name.shown, value)).collect();
    let built = address::build(&address, &params, base)?;
    let headers = headers.into_iter().map(header).collect::<Result<Vec<_>, _>>()?;
    let (url, shown_url, notes) = (built.url, built.shown, built.notes);
    Ok(Prepared { method, url, shown_url, headers, body, query, secret, sample, notes })
}

/// What has to be read before a request can be resolved: environment and files that its texts name and may read.
pub fn needs(request: &Request, variables: &Variables) -> Vec<Need> {
    let pairs = request.params.iter().chain(&request.headers).filter(|pair| pair.on);
    let mut texts: Vec<&str> = pairs.flat_map(|pair| [pair.name.as_str(), pair.value.as_str()]).collect();
    texts.push(&request.address);
    let mut body = Vec::new();
    match (&request.body, multipart::boundary(&request.headers)) {
        (RequestBody::Text(text), Some(boundary)) => body = multipart::chunks(text, &boundary),
        (RequestBody::Text(text), None) => texts.push(text),
        _ => {}
    }
    // A file that is a part of its own is sent as it is.
    texts.extend(body.iter().filter_map(|chunk| match chunk {
        Chunk::Text(text) => Some(text.as_str()),
        Chunk::File(_) => None,
    }));
    let mut all: Vec<Need> = texts.iter().flat_map(|text| needs_of(text, variables, &request.trust)).collect();
    all.sort();
    all.dedup();
    all
}

/// Says in one failure which variables and functions of a text cannot be resolved; `place` is where the text stands.
pub fn unknown_variables(unknown: &[(String, Unknown)]) -> Failure {
    let mut failure = Failure { kind: FailureKind::Usage, ..Failure::default() };
    let names: Vec<String> = unknown.iter().map(|(_, one)| written(one)).collect();
    failure.title = match (names.as_slice(), unknown.first().map(|(_, one)| &one.why)) {
        ([one], Some(Why::Broken(_))) => format!("{one} is not closed"),
        ([one], Some(Why::NoFunction(_) | Why::Wrong(_) | Why::Refused(_))) => format!("{one} cannot be resolved"),
        ([one], _) => format!("Variable {one} cannot be resolved"),
        (many, _) => format!("{} variables cannot be resolved: {}", many.len(), many.join(", ")),
    };
    for (place, one) in unknown {
        let name = written(one);
        let near = one.nearest.as_ref().map(|near| format!("; did you mean {{{{{near}}}}}?")).unwrap_or_default();
        failure.hint.push(match &one.why {
            Why::NotSet => format!("{name} in {place} is not set{near}"),
            Why::NoFunction(called) => format!("{name} in {place}: no function is called {called}{near}"),
            Why::Circular(circle) => format!("{name} in {place} needs itself: {}", circle.join(" → ")),
            Why::TooLong => format!("{name} in {place} grows without end"),
            Why::Broken(what) => {
                format!("{name} in {place}: {what}; {{{{raw('…')}}}} holds braces that are meant as they are")
            }
            Why::Wrong(what) | Why::Refused(what) => format!("{name} in {place}: {what}"),
        });
    }
    failure
}

/// As it stands in the text.
fn written(one: &Unknown) -> String {
    if matches!(one.why, Why::Broken(_)) { format!("{{{{{}", one.name) } else { format!("{{{{{}}}}}", one.name) }
}

/// A failure of what was typed.
pub(super) fn usage<const N: usize>(title: impl Into<String>, detail: impl Into<String>, hint: [&str; N]) -> Failure {
    Failure {
        title: title.into(),
        detail: detail.into(),
        hint: hint.iter().map(|line| (*line).to_owned()).collect(),
        facts: Vec::new(),
        kind: FailureKind::Usage,
    }
}

/// Resolves many texts and collects what is unknown in all of them.
struct Resolver<'a> {
    variables: &'a Variables,
    trust: &'a Trust,
    secret: bool,
    sample: bool,
    unknown: Vec<(String, Unknown)>,
}

impl Resolver<'_> {
    fn resolve(&mut self, text: &str, place: &str) -> Expanded {
        match expand_as(text, self.variables, self.trust, place) {
            Ok(whole) => {
                self.secret |= whole.secret;
                self.sample |= whole.sample;
                whole
            }
            Err(unknown) => {
                self.unknown.extend(unknown.into_iter().map(|one| (place.to_owned(), one)));
                Expanded::plain("")
            }
        }
    }

    /// A body of parts, its files apart.
    fn parts(&mut self, text: &str, boundary: &str) -> PreparedBody {
        let mut parts = Vec::new();
        for chunk in multipart::chunks(text, boundary) {
            match chunk {
                Chunk::Text(text) => {
                    let place =
                        if parts.is_empty() { "the body".to_owned() } else { format!("the body, {}", parts.len()) };
                    parts.push(PreparedPart::Text(self.resolve(&text, &place)));
                }
                Chunk::File(path) => match self.trust.allows(&Asked::File(path.clone())) {
                    Ok(need) => parts.push(PreparedPart::File(need)),
                    Err(why) => {
                        let name = format!("file(\"{path}\")");
                        let unknown = Unknown { name, span: 0..0, nearest: None, why: Why::Refused(why) };
                        self.unknown.push(("the body".to_owned(), unknown));
                    }
                },
            }
        }
        match parts.as_mut_slice() {
            [PreparedPart::Text(only)] => PreparedBody::Text(only.clone()),
            _ => PreparedBody::Parts(parts),
        }
    }

    /// Those that are on and have a name; a secret does not belong into a name, where it would be shown.
    fn pairs(&mut self, pairs: &[Pair], what: &str) -> Vec<(Expanded, Expanded)> {
        let named = pairs.iter().filter(|pair| pair.on && !pair.name.trim().is_empty());
        named
            .map(|pair| {
                let place = format!("{what} {}", pair.name.trim());
                (self.resolve(pair.name.trim(), &place), self.resolve(&pair.value, &place))
            })
            .collect()
    }

    fn finish(&mut self) -> Result<(), Failure> {
        if self.unknown.is_empty() { Ok(()) } else { Err(unknown_variables(&self.unknown)) }
    }
}

/// The method as a token; the usual ones in capitals however they were typed.
fn method(text: &str) -> Result<http::Method, Failure> {
    const USUAL: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    let text = text.trim();
    let text = USUAL.iter().find(|usual| usual.eq_ignore_ascii_case(text)).copied().unwrap_or(text);
    match http::Method::from_bytes(text.as_bytes()) {
        Ok(method) if method == http::Method::CONNECT || method == http::Method::TRACE => Err(usage(
            format!("{method} is not sent"),
            "It speaks to proxies, not to an org",
            ["use GET, POST, PUT, PATCH or DELETE"],
        )),
        Ok(method) => Ok(method),
        Err(_) => Err(usage(format!("{text:?} is no method"), "", ["use GET, POST, PUT, PATCH or DELETE"])),
    }
}

/// Headers that belong to the connection: set by hand they would cut a request in two or hide where it goes.
const OURS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "te",
    "trailer",
    "proxy-authorization",
];

fn header((name, value): (Expanded, Expanded)) -> Result<(String, Expanded), Failure> {
    let shown = &name.shown;
    if name.secret || http::HeaderName::from_bytes(name.text.expose().as_bytes()).is_err() {
        return Err(usage(
            format!("{shown:?} cannot be a header's name"),
            "",
            ["letters, digits and - only; the value goes into the other column"],
        ));
    }
    if OURS.iter().any(|own| own.eq_ignore_ascii_case(shown)) {
        return Err(usage(format!("Header {shown} is set by the connection itself"), "", ["switch this header off"]));
    }
    let trimmed = value.text.expose().trim();
    if http::HeaderValue::from_bytes(trimmed.as_bytes()).is_err() {
        return Err(usage(
            format!("The value of header {shown} cannot be sent"),
            "It holds a line break or another control character",
            ["a header is one line"],
        ));
    }
    let value = Expanded { text: trimmed.to_owned().into(), shown: value.shown.trim().to_owned(), ..value };
    Ok((shown.clone(), value))
}

#[cfg(test)]
#[path = "prepare_tests.rs"]
mod tests;
