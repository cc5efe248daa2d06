//! jq over a body, by jaq. The program sees the body and nothing else: no environment, no file, no clock is its own, and
//! it cannot end the process.
//!
//! A program may run for ever or fill the memory: whoever runs one that a stranger wrote does so where it can be stopped.

use jaq_core::load::{Arena, File, Loader, lex, parse};
use jaq_core::{Compiler, Ctx, Vars, compile, data, unwrap_valr};
use jaq_json::Val;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::document::Document;
use super::value;

/// What a program of somebody's may not do here: read the environment, end the process, write elsewhere.
const WITHHELD: [&str; 8] = ["env", "halt", "halt_error", "input", "inputs", "debug", "stderr", "stderr_empty"];

/// Why a program gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It is no jq; the place is a byte of the program.
    #[error("{what}")]
    Program {
        /// Byte offset.
        at: usize,
        /// What is wrong there.
        what: String,
    },
    /// The body is no JSON.
    #[error("the body is no JSON: {0}")]
    Body(String),
    /// It failed on this body; what came out before was given.
    #[error("{0}")]
    Run(String),
}

/// The longest message of a program that failed, in bytes: jq tells the value that it failed on.
const LONGEST: usize = 300;

/// Runs a program over a JSON text and gives each output as JSON, laid out for people or in one line. Ends early when
/// `each` says so by `false`.
pub fn filter(
    program: &str,
    body: &[u8],
    indent: bool,
    mut each: impl FnMut(Vec<u8>) -> bool,
) -> Result<(), FilterError> {
    run(
        program,
        || Input::of(Arc::new(Document::parse(body.to_vec()))),
        |output| {
            let mut text = Vec::new();
            let written = output.write(&mut text, indent);
            written.is_ok() && each(text)
        },
    )
}

/// What a program is run over. Its parts are shared: one that is cloned costs nothing.
#[derive(Clone)]
pub struct Input(Val);

impl Input {
    /// A document, which has to be whole.
    ///
    /// # Errors
    /// `Body`, with the place.
    pub fn of(document: Arc<Document>) -> Result<Self, FilterError> {
        if let Some(error) = document.error() {
            return Err(FilterError::Body(error.to_string()));
        }
        value::value(&document).map(Self).ok_or_else(|| FilterError::Body("there is nothing in it".to_owned()))
    }
}

/// An output of a program.
pub struct Output<'a>(&'a Val);

impl Output<'_> {
    /// Writes it as JSON, laid out for people or in one line.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn std::io::Write, indent: bool) -> std::io::Result<()> {
        value::write(out, self.0, indent.then_some(0))
    }
}

/// Runs a program over what is asked for once it is known to be one. Ends early when `each` says so by `false`.
pub fn run(
    program: &str,
    input: impl FnOnce() -> Result<Input, FilterError>,
    mut each: impl FnMut(Output<'_>) -> bool,
) -> Result<(), FilterError> {
    let arena = Arena::default();
    let filter = compiled(&arena, program)?;
    let Input(input) = input()?;
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    for output in filter.id.run((context, input)).map(unwrap_valr) {
        match output {
            Ok(value) if each(Output(&value)) => {}
            Ok(_) => break,
            Err(error) => return Err(FilterError::Run(brief(&error))),
        }
    }
    Ok(())
}

/// The beginning of what something says, without making the rest of it.
fn brief(error: &impl fmt::Display) -> String {
    struct Room(String);
    impl fmt::Write for Room {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = LONGEST.saturating_sub(self.0.len());
            self.0.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
            if text.len() > room { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut said = Room(String::new());
    if write!(said, "{error}").is_err() {
        said.0.push('…');
    }
    said.0
}

/// Whether a text is a program, without running it.
pub fn check(program: &str) -> Result<(), FilterError> {
    compiled(&Arena::default(), program).map(|_| ())
}

/// The names of all functions, with the number of their arguments, in alphabetical order.
pub fn functions() -> Vec<(String, usize)> {
    let made = definitions().map(|def| (def.name.to_owned(), def.args.len()));
    let own = natives().map(|(name, args, _)| (name.to_owned(), args.len()));
    let mut all: Vec<(String, usize)> = made.chain(own).filter(|(name, _)| !name.starts_with('_')).collect();
    all.sort();
    all.dedup();
    all
}

type Compiled = jaq_core::Filter<data::JustLut<Val>>;

fn definitions() -> impl Iterator<Item = parse::Def<&'static str>> {
    let all = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    all.filter(|def| !WITHHELD.contains(&def.name))
}

fn natives() -> impl Iterator<Item = jaq_core::native::Fun<data::JustLut<Val>>> {
    let all = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    all.filter(|(name, ..)| !WITHHELD.contains(name))
}

fn compiled(arena: &Arena, program: &str) -> Result<Compiled, FilterError> {
    let wrong = |part: Option<&str>, what: String| {
        // Where nothing is named, it ends too early.
        let at = part.map_or(program.len(), |part| place(program, part));
        FilterError::Program { at, what }
    };
    let code = if program.trim().is_empty() { "." } else { program };
    let modules = Loader::new(definitions()).load(arena, File { code, path: () }).map_err(|errors| {
        match errors.into_iter().next() {
            Some((file, error)) => {
                let (at, what) = told(file.code, error);
                FilterError::Program { at, what }
            }
            None => wrong(None, "no program".to_owned()),
        }
    })?;
    Compiler::default().with_funs(natives()).compile(modules).map_err(|errors| {
        let first = errors.into_iter().next().and_then(|(file, errors)| Some((file, errors.into_iter().next()?)));
        match first {
            Some((file, (name, kind))) => {
                let what = match kind {
                    compile::Undefined::Filter(args) => format!("there is no {name}/{args}"),
                    other => format!("there is no {} {name}", other.as_str()),
                };
                FilterError::Program { at: place(file.code, name), what }
            }
            None => wrong(None, "no program".to_owned()),
        }
    })
}

/// Where a part of the program stands in it.
fn place(program: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).wrapping_sub(program.as_ptr() as usize);
    // A part of something else is not in it.
    if offset <= program.len() { offset } else { program.len() }
}

fn told(program: &str, error: jaq_core::load::Error<&str>) -> (usize, String) {
    use jaq_core::load::Error;
    match error {
        Error::Io(all) => {
            let at = all.first().map_or(0, |(part, _)| place(program, part));
            (at, "modules are not read here".to_owned())
        }
        Error::Lex(all) => match all.into_iter().next() {
            // What was never closed is shown where it was opened.
            Some((lex::Expect::Delim(open), _)) => (place(program, open), format!("`{open}` is never closed")),
            Some((expected, rest)) => (place(program, rest), lexed(&expected, rest)),
            None => (program.len(), "no program".to_owned()),
        },
        Error::Parse(all) => match all.into_iter().next() {
            Some((expected, found)) => {
                let found_text = if found.is_empty() { "the end".to_owned() } else { format!("`{}`", short(found)) };
                let at = if found.is_empty() { program.len() } else { place(program, found) };
                (at, format!("{} expected, not {found_text}", expected.as_str()))
            }
            None => (program.len(), "no program".to_owned()),
        },
    }
}

fn lexed(expected: &lex::Expect<&str>, rest: &str) -> String {
    match rest.is_empty() {
        true => format!("{} expected at the end", expected.as_str()),
        false => format!("{} expected, not `{}`", expected.as_str(), short(rest)),
    }
}

fn short(text: &str) -> String {
    text.chars().take_while(|c| !c.is_whitespace()).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(program: &str, body: &str) -> Result<Vec<String>, FilterError> {
        let mut out = Vec::new();
        filter(program, body.as_bytes(), false, |text| {
            out.push(String::from_utf8(text).unwrap());
            true
        })?;
        Ok(out)
    }

    #[test]
    fn programs_run() {
        let body = r#"{"records":[{"Name":"b","n":1.50},{"Name":"a","n":12345678901234567890}],"z":null,"a":"é日"}"#;
        for (program, expected) in [
            (".records[].Name", vec!["\"b\"", "\"a\""]),
            ("[.records[].Name] | sort", vec!["[\"a\", \"b\"]"]),
            (".records | length", vec!["2"]),
            ("keys_unsorted", vec!["[\"records\", \"z\", \"a\"]"]),
            (".records[1].n", vec!["12345678901234567890"]),
            (".records[] | select(.n > 2) | .Name", vec!["\"a\""]),
            ("", vec![]),
        ] {
            let found = run(program, body).unwrap();
            if !program.is_empty() {
                assert_eq!(found, expected, "{program}");
            }
        }
        assert_eq!(run(".", "[1,2]").unwrap(), ["[1, 2]"]);
        let mut laid = Vec::new();
        filter(".", b"{\"a\":1}", true, |text| {
            laid = text;
            true
        })
        .unwrap();
        assert_eq!(String::from_utf8(laid).unwrap(), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn mistakes_have_their_place() {
        for (program, at, what) in [
            (".a | nosuch", 5, "no nosuch/0"),
            (".a | map(", 8, "never closed"),
            (".a |", 4, "the end"),
            (".a ] b", 3, "`]`"),
            (".[0", 1, "never closed"),
            ("$x", 0, "no variable $x"),
            ("env.HOME", 0, "no env/0"),
            ("halt", 0, "no halt/0"),
            ("$ENV", 0, "$ENV"),
            ("input", 0, "no input/0"),
        ] {
            match check(program).unwrap_err() {
                FilterError::Program { at: found, what: told } => {
                    assert!(found == at && told.contains(what), "{program}: {found} {told}");
                }
                other => panic!("{program}: {other:?}"),
            }
        }
        assert!(matches!(run(".a", "[1]"), Err(FilterError::Run(_))));
        assert!(matches!(run(".", "{"), Err(FilterError::Body(_))));
    }

    #[test]
    fn functions_have_names() {
        let all = functions();
        let has = |name: &str| all.iter().any(|(own, _)| own == name);
        assert!(has("map") && has("length") && has("select") && has("group_by"));
        assert!(!has("env") && !has("halt"));
    }
}
