//! `{{variables}}` and `{{functions()}}` in a text: where they stand, and what the text says once they are resolved.
//!
//! Two texts come out, the one that is sent and the one that is shown, so that nothing after this has to guess which
//! part was a secret. A value may hold variables itself, save one that the org gave; a circle is an error, and so is a text
//! that grows without end. What a function may read hangs on who wrote the text in which it stands.

use super::call::{self, Arg, Call};
use super::functions::{self, FUNCTIONS, TWINS, Value};
use super::nearest::nearest;
use super::pieces::{PieceKind, pieces};
use super::surroundings::Content;
use super::trust::{Asked, Need, Trust};
use super::variables::{VarOrigin, VarValue, Variables};
use crate::profile::holds_a_secret;
use crate::secret::{MASK, Secret};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use zeroize::Zeroizing;

/// Longest text that a template may become, in bytes.
const LONGEST: usize = 32 << 20;
/// Most values within values.
const DEEPEST: usize = 100;
/// Most variables resolved for one text, so that empty values that double each other end as well.
const MOST: usize = 200_000;

/// A text whose variables are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// What is sent.
    pub text: Secret,
    /// The same with every secret masked.
    pub shown: String,
    /// Whether any secret is in it.
    pub secret: bool,
    /// Whether it will be something else when it is sent: the time goes on, and what is to be read is not read yet.
    pub sample: bool,
}

impl Expanded {
    /// A text without variables and secrets.
    pub fn plain(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { text: Secret::new(shown.clone()), shown, secret: false, sample: false }
    }
}

/// A variable or function that cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// As it was asked for.
    pub name: String,
    /// Where it stands in the text that was given (for one inside a value: where the outermost stands).
    pub span: Range<usize>,
    /// The known name that was probably meant.
    pub nearest: Option<String>,
    /// Why.
    pub why: Why,
}

/// Why a variable or function cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nobody set it.
    NotSet,
    /// No function has this name.
    NoFunction(String),
    /// Its value needs itself: the names of the circle.
    Circular(Vec<String>),
    /// The text would grow beyond all measure.
    TooLong,
    /// It is not closed: what is missing.
    Broken(&'static str),
    /// What is wrong with what the function is given.
    Wrong(String),
    /// It may not be read: why, and what to do.
    Refused(String),
}

/// Resolves every variable in a text of which nothing may be read.
///
/// # Errors
/// Each variable of the text that cannot be resolved.
pub fn expand(text: &str, variables: &Variables) -> Result<Expanded, Vec<Unknown>> {
    Work::new(variables, &Trust::Nothing).whole(text, "")
}

/// Resolves every variable and function in a text that is trusted like this. `place` names where it stands, so that chance
/// falls anew for each place.
///
/// # Errors
/// Each of the text that cannot be resolved.
pub fn expand_as(text: &str, variables: &Variables, trust: &Trust, place: &str) -> Result<Expanded, Vec<Unknown>> {
    Work::new(variables, trust).whole(text, place)
}

/// What has to be read before a text can be resolved.
pub fn needs_of(text: &str, variables: &Variables, trust: &Trust) -> Vec<Need> {
    let mut unread = variables.clone();
    unread.around.read = None;
    let mut work = Work::new(&unread, trust);
    work.run(text, &Spot { outer: None, hidden: false, trust, key: 0 });
    drop(Secret::new(std::mem::take(&mut work.out)));
    work.needs
}

/// An expansion under way.
struct Work<'a> {
    variables: &'a Variables,
    /// Of the request's own texts.
    trust: &'a Trust,
    out: String,
    shown: String,
    secret: bool,
    sample: bool,
    /// The variables whose values we are inside.
    open: Vec<&'a str>,
    steps: usize,
    unknown: Vec<Unknown>,
    needs: Vec<Need>,
}

/// Where we are.
#[derive(Clone)]
struct Spot<'a> {
    /// The place of the outermost piece; `None`: we are in the text itself.
    outer: Option<Range<usize>>,
    /// A secret's mask stands for it already.
    hidden: bool,
    /// Of the text we are in.
    trust: &'a Trust,
    /// What chance is drawn by: the text we are in.
    key: u64,
}

impl<'a> Work<'a> {
    fn new(variables: &'a Variables, trust: &'a Trust) -> Self {
        Self {
            variables,
            trust,
            out: String::new(),
            shown: String::new(),
            secret: false,
            sample: false,
            open: Vec::new(),
            steps: 0,
            unknown: Vec::new(),
            needs: Vec::new(),
        }
    }

    fn whole(mut self, text: &str, place: &str) -> Result<Expanded, Vec<Unknown>> {
        let spot = Spot { outer: None, hidden: false, trust: self.trust, key: hashed(place, 0) };
        self.run(text, &spot);
        let out = Secret::new(std::mem::take(&mut self.out));
        if self.unknown.is_empty() {
            Ok(Expanded { text: out, shown: self.shown, secret: self.secret, sample: self.sample })
        } else {
            Err(self.unknown)
        }
    }

    /// Appends a text.
    fn run(&mut self, text: &str, spot: &Spot<'a>) {
        for piece in pieces(text) {
            let part = text.get(piece.span.clone()).unwrap_or_default();
            let at = piece.span.start;
            let mut inside = spot.clone();
            let span = inside.outer.get_or_insert(piece.span).clone();
            match piece.kind {
                PieceKind::Text => self.text(part, spot.hidden),
                PieceKind::Variable { name } => self.variable(&name, span, &inside),
                PieceKind::Call(call) => {
                    inside.key = hashed(spot.key, at);
                    let name = part.trim_start_matches('{').trim_end_matches('}').trim();
                    self.call(&call, name, span, &inside);
                }
                PieceKind::Broken { what } => {
                    self.fail(part.trim_start_matches('{'), span, None, Why::Broken(what));
                }
            }
            if self.out.len() > LONGEST || self.steps > MOST {
                self.too_long(spot.outer.clone());
                return;
            }
        }
    }

    /// Appends what stands for itself.
    fn text(&mut self, text: &str, hidden: bool) {
        self.out.push_str(text);
        if !hidden {
            self.shown.push_str(text);
        }
    }

    fn fail(&mut self, name: &str, span: Range<usize>, nearest: Option<String>, why: Why) {
        let mut name: String = name.to_owned();
        if name.chars().count() > 60 {
            name = name.chars().take(59).chain(['…']).collect();
        }
        self.unknown.push(Unknown { name, span, nearest, why });
    }

    /// Whatever is open is at fault; one report is enough.
    fn too_long(&mut self, outer: Option<Range<usize>>) {
        if self.unknown.iter().all(|one| one.why != Why::TooLong) {
            let name = self.open.first().copied().unwrap_or_default().to_owned();
            self.fail(&name, outer.unwrap_or(0..0), None, Why::TooLong);
        }
    }

    fn variable(&mut self, name: &str, span: Range<usize>, spot: &Spot<'a>) {
        let Some(found) = self.variables.get(name) else {
            let twin = TWINS.iter().find(|(twin, _)| *twin == name).and_then(|(_, text)| call::of(text));
            return match twin {
                Some(call) => self.call(&call, name, span, spot),
                None => self.fail(name, span, self.meant(name), Why::NotSet),
            };
        };
        if let Some(start) = self.open.iter().position(|one| *one == found.name) {
            let mut circle: Vec<String> = self.open.iter().skip(start).map(|one| (*one).to_owned()).collect();
            circle.push(found.name.clone());
            return self.fail(name, span, None, Why::Circular(circle));
        }
        self.steps += 1;
        if self.open.len() >= DEEPEST {
            self.too_long(Some(span));
            return;
        }
        self.open.push(&found.name);
        let mut inside = Spot { trust: self.trust_of(found.origin), key: hashed(&found.name, 0), ..spot.clone() };
        let (value, given) = match &found.value {
            VarValue::Plain(value) => (value.as_str(), found.origin),
            VarValue::Secret(value) => {
                self.secret = true;
                if !spot.hidden {
                    self.shown.push_str(MASK);
                }
                inside.hidden = true;
                (value.expose(), found.origin)
            }
        };
        // The org's word: braces in it are text, and name nothing of the user's.
        if given.is_orgs() {
            self.text(value, inside.hidden);
        } else {
            self.run(value, &inside);
        }
        self.open.pop();
    }

    /// A request's variables are as much trusted as the request; what the user set, or wrote into a file of profiles, is
    /// the user's own.
    fn trust_of(&self, origin: VarOrigin) -> &'a Trust {
        match origin {
            VarOrigin::Request => self.trust,
            VarOrigin::Yours | VarOrigin::Profile | VarOrigin::Global => &Trust::Typed,
            VarOrigin::Captured | VarOrigin::Login => &Trust::Nothing,
        }
    }

    /// The variable or function that was probably meant.
    fn meant(&self, name: &str) -> Option<String> {
        let calls: Vec<String> = FUNCTIONS.iter().map(|one| format!("{}()", one.name)).collect();
        let twins = TWINS.iter().map(|(twin, _)| *twin).filter(|_| name.starts_with('$'));
        let names = self.variables.iter().map(|one| one.name.as_str());
        nearest(name, names.chain(twins).chain(calls.iter().map(String::as_str))).map(str::to_owned)
    }

    /// Appends what a function gives.
    fn call(&mut self, call: &Call, name: &str, span: Range<usize>, spot: &Spot<'a>) {
        let before = self.unknown.len();
        match self.value_of(call, &span, spot) {
            Ok(value) if self.unknown.len() == before => match std::str::from_utf8(&value.bytes) {
                Ok(text) if value.secret => {
                    self.secret = true;
                    if !spot.hidden {
                        self.shown.push_str(MASK);
                    }
                    self.text(text, true);
                }
                Ok(text) => self.text(text, spot.hidden),
                Err(_) => {
                    self.fail(name, span, None, Why::Wrong("it is no text: base64(…) makes one of it".to_owned()))
                }
            },
            // What it is given cannot be resolved, which is told already.
            Ok(_) => {}
            Err((nearest, why)) => self.fail(name, span, nearest, why),
        }
    }

    fn value_of(&mut self, call: &Call, span: &Range<usize>, spot: &Spot<'a>) -> Result<Value, (Option<String>, Why)> {
        let wrong = |what: String| (None, Why::Wrong(what));
        let Some(function) = functions::named(&call.name) else {
            let near = nearest(&call.name, FUNCTIONS.iter().map(|one| one.name)).map(|near| format!("{near}()"));
            return Err((near, Why::NoFunction(call.name.clone())));
        };
        function.takes(call.args.len()).map_err(wrong)?;
        self.steps += 1;
        match (function.name, call.args.as_slice()) {
            ("raw", [Arg::Text(text)]) => return Ok(plain(text)),
            ("env", [Arg::Text(name)]) if !name.contains("{{") => return self.read(&Asked::Env(name.clone()), spot),
            ("file", [Arg::Text(path)]) if !path.contains("{{") => return self.read(&Asked::File(path.clone()), spot),
            // What an answer or a request of somebody else's says must not choose what is read.
            ("env" | "file" | "raw", _) => return Err(wrong("it is given a text in quotes, as it stands".to_owned())),
            _ => {}
        }
        self.sample |= function.is_fleeting();
        let mut args = Vec::new();
        for (number, arg) in call.args.iter().enumerate() {
            let inside =
                Spot { hidden: true, key: hashed(spot.key, number), outer: Some(span.clone()), ..spot.clone() };
            args.push(match arg {
                Arg::Number(text) => plain(text),
                Arg::Text(text) => self.apart(|work| work.run(text, &inside)),
                Arg::Name(name) => self.apart(|work| work.variable(name, span.clone(), &inside)),
                Arg::Call(call) => self.value_of(call, span, &inside)?,
            });
        }
        let around = &self.variables.around;
        functions::run(function.name, &args, around, |number| around.draw(spot.key, number)).map_err(wrong)
    }

    /// What would be appended, as a value of its own.
    fn apart(&mut self, run: impl FnOnce(&mut Self)) -> Value {
        let out = std::mem::take(&mut self.out);
        let secret = std::mem::take(&mut self.secret);
        run(self);
        let bytes = std::mem::replace(&mut self.out, out).into_bytes();
        Value { bytes: Zeroizing::new(bytes), secret: std::mem::replace(&mut self.secret, secret) }
    }

    /// What was read, if it may be.
    fn read(&mut self, asked: &Asked, spot: &Spot<'a>) -> Result<Value, (Option<String>, Why)> {
        let need = spot.trust.allows(asked).map_err(|why| (None, Why::Refused(why)))?;
        self.needs.push(need.clone());
        let Some(read) = &self.variables.around.read else {
            self.sample = true;
            // It stands as it is written until it is read.
            return Ok(match asked {
                Asked::Env(name) => Value { secret: true, ..plain(&format!("{{{{env(\"{name}\")}}}}")) },
                Asked::File(path) => plain(&super::multipart::file_call(path)),
            });
        };
        match read.get(&need) {
            Some(Ok(Content::Env(secret))) => {
                Ok(Value { bytes: Zeroizing::new(secret.expose().as_bytes().to_vec()), secret: true })
            }
            Some(Ok(Content::File(bytes))) => {
                let secret = holds_a_secret(&String::from_utf8_lossy(bytes));
                Ok(Value { bytes: Zeroizing::new(bytes.to_vec()), secret })
            }
            Some(Err(why)) => Err((None, Why::Wrong(why.clone()))),
            None => Err((None, Why::Wrong("it was not read".to_owned()))),
        }
    }
}

fn plain(text: &str) -> Value {
    Value { bytes: Zeroizing::new(text.as_bytes().to_vec()), secret: false }
}

fn hashed(one: impl Hash, other: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (one, other).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
