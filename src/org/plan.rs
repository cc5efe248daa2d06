//! A question made ready: all that is sent, where it may go, and what is shown of it. Nothing is sent here.

use super::client::{Ask, Org};
use super::literal::Literal;
use super::place::Place;
use super::{content, guard, outside, packed, variables, version};
use crate::auth::Token;
use crate::request::{
    Base, Expanded, Failure, FailureKind, Need, Prepared, PreparedBody, PreparedPart, Trust, VarOrigin, Variables,
    expand_as, needs, needs_of, prepare, unknown_variables,
};
use crate::secret::MASK;
use crate::wire::{self, Body, Clearance, Outgoing, Part};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// Files up to this size are read, and their variables resolved, in bytes.
const READ_WHOLE: u64 = 1 << 20;

/// A question made ready for one token.
pub(super) struct Plan {
    pub token: Arc<Token>,
    pub method: Method,
    pub url: Url,
    pub shown_url: String,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub shown_headers: Vec<(String, String)>,
    pub body: Body,
    /// Bytes of the body.
    pub length: u64,
    pub clearance: Clearance,
    pub place: Place,
    /// Whether the token's text goes with it, in whatever position.
    pub with_identity: bool,
    /// Why it is a write, if it is one.
    pub write: Option<String>,
    /// A query in the form of a composite: its answer is unwrapped.
    pub packed: bool,
    pub notes: Vec<String>,
    /// The version that addresses are relative to.
    pub version: String,
}

impl Plan {
    /// Makes a question ready.
    pub async fn make(org: &Org, ask: &Ask, token: Arc<Token>) -> Result<Self, Failure> {
        let literal = Literal::of(&token);
        let (mut ready, variables, version) = resolve(org, ask, &token, &literal).await?;
        let (body, file_secret) = body(std::mem::take(&mut ready.body), &ask.request.trust, variables).await?;
        let place = Place::of(&ready.url, &token);
        let own = ready.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let automatic = !own && place != Place::Elsewhere;

        let mut plan = Self {
            with_identity: automatic,
            method: ready.method.clone(),
            shown_url: ready.shown_url.clone(),
            url: ready.url.clone(),
            headers: Vec::new(),
            shown_headers: Vec::new(),
            length: 0,
            body: Body::Empty,
            clearance: Clearance::Free,
            write: None,
            packed: false,
            notes: std::mem::take(&mut ready.notes),
            place,
            token,
            version,
        };
        let pasted = plan.set_body(body, &literal).await?;
        let mut seen = vec![literal.is_in(ready.url.as_str().as_bytes()), pasted];
        for (name, value) in &ready.headers {
            seen.push(literal.is_in(value.text.expose().as_bytes()));
            plan.header(name, value.clone(), &literal)?;
        }
        plan.defaults(automatic, &literal)?;
        let carries_token = seen.contains(&true);
        plan.with_identity |= carries_token;
        plan.clearance = place.clearance(automatic || carries_token || ready.secret || file_secret, &plan.token);
        plan.shown_url = literal.mask(&plan.shown_url);
        if plan.clearance == Clearance::Free && place == Place::Elsewhere {
            plan.notes.push("sent without identity: the address does not lie on this org".to_owned());
        }
        packed::pack(&mut plan, &ready);
        // A stranger is told of before anybody is asked to confirm.
        wire::check(&plan.url, &plan.clearance).map_err(|error| super::failures::wire(&error, false))?;
        plan.write = plan.write_reason();
        Ok(plan)
    }

    /// Takes the body over; whether the token's text is in it.
    async fn set_body(&mut self, body: Ready, literal: &Literal) -> Result<bool, Failure> {
        match body {
            Ready::Empty => Ok(false),
            Ready::Text(text) => {
                let bytes = Bytes::copy_from_slice(text.text.expose().as_bytes());
                self.length = bytes.len() as u64;
                let pasted = literal.is_in(&bytes);
                self.body = Body::Bytes(bytes);
                Ok(pasted)
            }
            Ready::Parts(parts) => {
                let mut pasted = false;
                for part in &parts {
                    pasted |= match part {
                        Part::Bytes(bytes) => {
                            self.length += bytes.len() as u64;
                            literal.is_in(bytes)
                        }
                        Part::File(path) => {
                            let about = tokio::fs::metadata(path).await.map_err(|error| file_failure(path, &error))?;
                            self.length += about.len();
                            self.place == Place::Elsewhere && file_holds(path, literal).await?
                        }
                    };
                }
                self.body = Body::Parts(parts);
                Ok(pasted)
            }
            Ready::File(path, length) => {
                self.length = length;
                // To our own org it may go whatever is in it; a stranger gets no file with a token in it.
                let pasted = self.place == Place::Elsewhere && file_holds(&path, literal).await?;
                self.body = Body::File(path);
                Ok(pasted)
            }
        }
    }

    /// Adds one header, and what is shown of it.
    fn header(&mut self, name: &str, value: Expanded, literal: &Literal) -> Result<(), Failure> {
        let broken = |_| Failure { title: format!("Header {name} cannot be sent"), ..Failure::default() };
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| broken(error.to_string()))?;
        let mut sent =
            HeaderValue::from_bytes(value.text.expose().as_bytes()).map_err(|error| broken(error.to_string()))?;
        let credentials = matches!(name.as_str(), "authorization" | "cookie");
        sent.set_sensitive(value.secret || credentials);
        let shown =
            if credentials && !value.secret { masked_credentials(&value.shown) } else { literal.mask(&value.shown) };
        self.shown_headers.push((name.as_str().to_owned(), shown));
        self.headers.push((name, sent));
        Ok(())
    }

    /// The headers that nobody typed.
    fn defaults(&mut self, automatic: bool, literal: &Literal) -> Result<(), Failure> {
        let has = |plan: &Self, name: HeaderName| plan.headers.iter().any(|(known, _)| *known == name);
        if automatic {
            let token = format!("Bearer {}", self.token.access_token.expose()).into();
            let value = Expanded { text: token, shown: format!("Bearer {MASK}"), secret: true, sample: false };
            self.header("authorization", value, literal)?;
        }
        if !has(self, http::header::ACCEPT) {
            self.header("accept", Expanded::plain(content::accept(&self.url)), literal)?;
        }
        if !has(self, http::header::CONTENT_TYPE) {
            let media = match &self.body {
                Body::Empty => return Ok(()),
                Body::Bytes(bytes) => content::of_text(&String::from_utf8_lossy(bytes), &self.url),
                Body::File(path) => content::of_file(path, &self.url),
                // A body of parts is one by its header.
                Body::Parts(_) => return Ok(()),
            };
            self.header("content-type", Expanded::plain(media), literal)?;
        }
        Ok(())
    }

    fn write_reason(&self) -> Option<String> {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default())).collect();
        let body = match &self.body {
            Body::Empty => Some(&[][..]),
            Body::Bytes(bytes) => Some(&bytes[..]),
            Body::File(_) | Body::Parts(_) => None,
        };
        guard::write_reason(&self.method, &self.url, &headers, body)
    }

    /// What goes to the wire.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing {
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            clearance: self.clearance.clone(),
            repeat: self.write.is_none(),
        }
    }

    /// Whether data of the REST API is asked for, which is no page for people. A file's content may be one.
    pub fn wants_data(&self) -> bool {
        self.place == Place::Instance && content::accept(&self.url) != "*/*"
    }
}

/// Resolves the request with all variables. The version is asked for only where something depends on it.
async fn resolve(
    org: &Org,
    ask: &Ask,
    token: &Arc<Token>,
    literal: &Literal,
) -> Result<(Prepared, Variables, String), Failure> {
    let mut given = ask.variables.clone();
    let wanted = needs(&ask.request, &given);
    read_more(&mut given, wanted);
    let with = |version: &str| {
        let mut all = given.clone();
        for (name, value) in variables::login_variables(token, &ask.profile, version) {
            all.set(VarOrigin::Login, name, value);
        }
        let base = Base { instance_url: Some(token.instance_url.clone()), version: version.to_owned() };
        let ready = prepare(&ask.request, &all, &base).map_err(|failure| literal.mask_failure(failure));
        ready.map(|ready| (ready, all))
    };
    let version = match version::version(org, &ask.profile, token).await {
        Ok(version) => version,
        Err(failure) => {
            // An address that is the same in every version can be asked all the same.
            let (one, other) = (with("1.0")?.0, with("2.0")?.0);
            let same = one.url == other.url && one.headers == other.headers && one.body == other.body;
            if !same || matches!(one.body, PreparedBody::File(_) | PreparedBody::Parts(_)) {
                return Err(failure);
            }
            String::new()
        }
    };
    let (ready, all) = with(&version)?;
    Ok((ready, all, version))
}

/// Reads what is wanted beside what was read already.
fn read_more(variables: &mut Variables, wanted: Vec<Need>) {
    let read = variables.around.read.get_or_insert_default();
    if wanted.iter().any(|need| !read.contains_key(need)) {
        // A file is read in one go: at most 16 MiB, and never from a pipe.
        read.extend(outside::gather(wanted));
    }
}

/// A body that was read where it had to be.
enum Ready {
    Empty,
    Text(Expanded),
    File(std::path::PathBuf, u64),
    Parts(Vec<Part>),
}

/// Reads a file that is a short text and resolves it; whether a secret is in the body. The functions in a file of a
/// collection are as much trusted as the collection; nobody typed those in any other file.
async fn body(body: PreparedBody, trust: &Trust, mut variables: Variables) -> Result<(Ready, bool), Failure> {
    let path = match body {
        PreparedBody::Empty => return Ok((Ready::Empty, false)),
        PreparedBody::Text(text) => {
            let secret = text.secret;
            return Ok((Ready::Text(text), secret));
        }
        PreparedBody::Parts(parts) => {
            let secret = parts.iter().any(|part| matches!(part, PreparedPart::Text(text) if text.secret));
            return Ok((Ready::Parts(parts.into_iter().map(opened).collect::<Result<_, _>>()?), secret));
        }
        PreparedBody::File(path) => path,
    };
    let path = match trust.body_within(&path) {
        Some(ward) => {
            outside::body_inside(&path, ward).map_err(|why| file_failure(&path, &std::io::Error::other(why)))?
        }
        None => path,
    };
    let unreadable = |error: std::io::Error| file_failure(&path, &error);
    let about = tokio::fs::metadata(&path).await.map_err(unreadable)?;
    if !about.is_file() {
        return Err(file_failure(&path, &std::io::Error::other("it is no file")));
    }
    if about.len() > READ_WHOLE {
        return Ok((Ready::File(path, about.len()), false));
    }
    let bytes = tokio::fs::read(&path).await.map_err(unreadable)?;
    let length = bytes.len() as u64;
    let Ok(text) = String::from_utf8(bytes) else { return Ok((Ready::File(path, length), false)) };
    let trust = if *trust == Trust::Typed { &Trust::Nothing } else { trust };
    let wanted = needs_of(&text, &variables, trust);
    read_more(&mut variables, wanted);
    let resolved = expand_as(&text, &variables, trust, "file").map_err(|unknown| {
        let place = format!("file {}", path.display());
        unknown_variables(&unknown.into_iter().map(|one| (place.clone(), one)).collect::<Vec<_>>())
    })?;
    let secret = resolved.secret;
    Ok((Ready::Text(resolved), secret))
}

/// A piece of a body with its file where it may be read.
fn opened(part: PreparedPart) -> Result<Part, Failure> {
    match part {
        PreparedPart::Text(text) => Ok(Part::Bytes(Bytes::copy_from_slice(text.text.expose().as_bytes()))),
        PreparedPart::File(need) => outside::place(&need)
            .map(Part::File)
            .map_err(|(path, why)| file_failure(&path, &std::io::Error::other(why))),
    }
}

fn file_failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure {
        title: format!("The body's file {} cannot be read", path.display()),
        detail: error.to_string(),
        hint: vec!["check its path and its mode".to_owned()],
        facts: Vec::new(),
        kind: FailureKind::Usage,
    }
}

/// Whether the token's text is in a file, looked through piece by piece.
async fn file_holds(path: &Path, literal: &Literal) -> Result<bool, Failure> {
    use tokio::io::AsyncReadExt;
    const OVERLAP: usize = 4 << 10;
    let failed = |error| file_failure(path, &error);
    let mut file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut window: Vec<u8> = Vec::with_capacity(256 << 10);
    loop {
        let keep = window.len().saturating_sub(OVERLAP);
        window.drain(..keep);
        if file.read_buf(&mut window).await.map_err(failed)? == 0 {
            return Ok(false);
        }
        if literal.is_in(&window) {
            return Ok(true);
        }
    }
}

/// `Bearer ••••`: the scheme may be seen.
fn masked_credentials(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphabetic()) => format!("{scheme} {MASK}"),
        _ => MASK.to_owned(),
    }
}
