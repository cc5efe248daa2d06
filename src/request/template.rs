//! `{{variables}}` in a text: where they stand, and what the text says once they are resolved.
//!
//! Two texts come out, the one that is sent and the one that is shown, so that nothing after this has to guess which
//! part was a secret. A value may hold variables itself, save one that the org gave; a circle is an error, and so is a text that grows without end.

use super::variables::{VarValue, Variables};
use crate::secret::{MASK, Secret};
use std::ops::Range;

/// Longest text that a template may become, in bytes.
const LONGEST: usize = 32 << 20;
/// Most values within values.
const DEEPEST: usize = 100;
/// Most variables resolved for one text, so that empty values that double each other end as well.
const MOST: usize = 200_000;

/// A part of a text, for colouring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: PieceKind,
}

/// What a part of a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceKind {
    /// Stands for itself.
    Text,
    /// Stands for a variable's value.
    Variable {
        /// Its name, without braces and the spaces in them.
        name: String,
    },
}

/// A text whose variables are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// What is sent.
    pub text: Secret,
    /// The same with every secret masked.
    pub shown: String,
    /// Whether any secret is in it.
    pub secret: bool,
}

impl Expanded {
    /// A text without variables and secrets.
    pub fn plain(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { text: Secret::new(shown.clone()), shown, secret: false }
    }
}

/// A variable that cannot be resolved.
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

/// Why a variable cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nobody set it.
    NotSet,
    /// Its value needs itself: the names of the circle.
    Circular(Vec<String>),
    /// The text would grow beyond all measure.
    TooLong,
}

/// The parts of a text in order, without gaps. `{{ name }}` with spaces is a variable; what is not closed is text.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut look = 0;
    while let Some((span, name)) = next_variable(text, look) {
        if from < span.start {
            pieces.push(Piece { span: from..span.start, kind: PieceKind::Text });
        }
        (from, look) = (span.end, span.end);
        pieces.push(Piece { span, kind: PieceKind::Variable { name: name.to_owned() } });
    }
    if from < text.len() {
        pieces.push(Piece { span: from..text.len(), kind: PieceKind::Text });
    }
    pieces
}

/// The next `{{name}}` from a place on. Of `{{{name}}}` the inner braces count, so that JSON around a variable stays whole.
fn next_variable(text: &str, mut look: usize) -> Option<(Range<usize>, &str)> {
    loop {
        let open = look + text.get(look..)?.find("{{")?;
        let braces = text.get(open..)?.bytes().take_while(|b| *b == b'{').count();
        let inside = open + braces;
        let rest = text.get(inside..)?;
        let length = rest.find(['{', '}', '\n', '"']).unwrap_or(rest.len());
        let name = rest.get(..length)?.trim();
        if !name.is_empty() && rest.get(length..)?.starts_with("}}") {
            return Some((inside - 2..inside + length + 2, name));
        }
        look = inside;
    }
}

/// The name that is being typed at the caret, after an open `{{`: its bytes in the text.
pub fn name_at(text: &str, caret: usize) -> Option<Range<usize>> {
    let open = text.get(..caret)?.rfind("{{")? + 2;
    let typed = text.get(open..caret)?;
    let start = open + (typed.len() - typed.trim_start().len());
    (!typed.contains(['{', '}', '\n', '"'])).then_some(start..caret)
}

/// Resolves every variable in a text.
///
/// # Errors
/// Each variable of the text that cannot be resolved.
pub fn expand(text: &str, variables: &Variables) -> Result<Expanded, Vec<Unknown>> {
    let mut work = Work {
        variables,
        out: String::new(),
        shown: String::new(),
        secret: false,
        open: Vec::new(),
        steps: 0,
        unknown: Vec::new(),
    };
    work.run(text, None, false);
    if work.unknown.is_empty() {
        Ok(Expanded { text: Secret::new(work.out), shown: work.shown, secret: work.secret })
    } else {
        drop(Secret::new(work.out));
        Err(work.unknown)
    }
}

/// An expansion under way.
struct Work<'a> {
    variables: &'a Variables,
    out: String,
    shown: String,
    secret: bool,
    /// The variables whose values we are inside.
    open: Vec<&'a str>,
    steps: usize,
    unknown: Vec<Unknown>,
}

impl<'a> Work<'a> {
    /// Appends a text; `outer` is the place of the outermost variable, `hidden` says that a secret's mask already stands for it.
    fn run(&mut self, text: &str, outer: Option<Range<usize>>, hidden: bool) {
        for piece in pieces(text) {
            let part = text.get(piece.span.clone()).unwrap_or_default();
            match piece.kind {
                PieceKind::Text => self.text(part, hidden),
                PieceKind::Variable { name } => self.variable(&name, outer.clone().unwrap_or(piece.span), hidden),
            }
            if self.out.len() > LONGEST || self.steps > MOST {
                self.too_long(outer);
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

    /// Whatever is open is at fault; one report is enough.
    fn too_long(&mut self, outer: Option<Range<usize>>) {
        if self.unknown.iter().all(|one| one.why != Why::TooLong) {
            let name = self.open.first().copied().unwrap_or_default().to_owned();
            self.unknown.push(Unknown { name, span: outer.unwrap_or(0..0), nearest: None, why: Why::TooLong });
        }
    }

    fn variable(&mut self, name: &str, span: Range<usize>, hidden: bool) {
        let Some(found) = self.variables.get(name) else {
            let nearest = self.variables.nearest(name).map(str::to_owned);
            self.unknown.push(Unknown { name: name.to_owned(), span, nearest, why: Why::NotSet });
            return;
        };
        if let Some(start) = self.open.iter().position(|one| *one == found.name) {
            let mut circle: Vec<String> = self.open.iter().skip(start).map(|one| (*one).to_owned()).collect();
            circle.push(found.name.clone());
            self.unknown.push(Unknown { name: name.to_owned(), span, nearest: None, why: Why::Circular(circle) });
            return;
        }
        self.steps += 1;
        if self.open.len() >= DEEPEST {
            self.too_long(Some(span));
            return;
        }
        self.open.push(&found.name);
        match &found.value {
            // The org's word: braces in it are text, and name nothing of the user's.
            VarValue::Plain(value) if found.origin.is_orgs() => self.text(value, hidden),
            VarValue::Plain(value) => self.run(value, Some(span), hidden),
            VarValue::Secret(value) => {
                self.secret = true;
                if !hidden {
                    self.shown.push_str(MASK);
                }
                if found.origin.is_orgs() {
                    self.text(value.expose(), true);
                } else {
                    self.run(value.expose(), Some(span), true);
                }
            }
        }
        self.open.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::VarOrigin;

    fn vars(list: &[(&str, &str)]) -> Variables {
        let mut all = Variables::new();
        for (name, value) in list {
            all.set(VarOrigin::Yours, *name, *value);
        }
        all
    }

    fn names(text: &str) -> Vec<(String, String)> {
        pieces(text)
            .into_iter()
            .filter_map(|p| match p.kind {
                PieceKind::Variable { name } => Some((text.get(p.span).unwrap().to_owned(), name)),
                PieceKind::Text => None,
            })
            .collect()
    }

    #[test]
    fn where_variables_stand() {
        assert_eq!(names("{{a}}/{{ b c }}"), [("{{a}}".into(), "a".into()), ("{{ b c }}".into(), "b c".into())]);
        assert_eq!(names(r#"{"x":{"y":{{z}}}}"#), [("{{z}}".to_owned(), "z".to_owned())]);
        assert_eq!(names("{{{a}}}"), [("{{a}}".to_owned(), "a".to_owned())]);
        for none in ["{{a", "{{}}", "{{ }}", "{{a}", "{{a\n}}", "}}{{", "{a}", "{{{{"] {
            assert_eq!(names(none), [], "{none}");
        }
        assert_eq!(names("{{a {{b}}"), [("{{b}}".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn pieces_cover_the_text() {
        for text in ["", "x", "{{a}}", "x{{a}}ü{{b}}{{", "{{{é}}}"] {
            let whole: String = pieces(text).into_iter().map(|p| text.get(p.span).unwrap().to_owned()).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn values_may_hold_variables() {
        let all = vars(&[("a", "<{{b}}>"), ("b", "{{c}}!"), ("c", "ok")]);
        assert_eq!(expand("{{a}} {{a}}", &all).unwrap().shown, "<ok!> <ok!>");
    }

    #[test]
    fn braces_in_what_the_org_gave_are_text() {
        let mut all = vars(&[("apiKey", "hunter2"), ("mine", "<{{endpoint}}>")]);
        all.set(VarOrigin::Login, "endpoint", "https://x/{{apiKey}}/{{nobody}}");
        all.set(VarOrigin::Login, "accessToken", "a{{apiKey}}");
        let whole = expand("{{mine}}", &all).unwrap();
        assert_eq!((whole.text.expose(), whole.secret), ("<https://x/{{apiKey}}/{{nobody}}>", false));
        assert_eq!(whole.shown, whole.text.expose());
        let token = expand("{{accessToken}}", &all).unwrap();
        assert_eq!((token.text.expose(), token.shown.as_str()), ("a{{apiKey}}", MASK));
    }

    #[test]
    fn a_circle_is_found_and_named() {
        let all = vars(&[("a", "{{b}}"), ("b", "x{{a}}")]);
        let unknown = expand("see {{a}}", &all).unwrap_err();
        assert_eq!(unknown.len(), 1);
        assert_eq!(unknown[0].span, 4..9);
        assert_eq!(unknown[0].why, Why::Circular(vec!["a".into(), "b".into(), "a".into()]));
    }

    #[test]
    fn a_text_that_grows_without_end_is_stopped() {
        let mut list = vec![("v0".to_owned(), "x".repeat(1 << 10))];
        for n in 1..40 {
            list.push((format!("v{n}"), format!("{{{{v{0}}}}}{{{{v{0}}}}}", n - 1)));
        }
        let list: Vec<_> = list.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let unknown = expand("{{v39}}", &vars(&list)).unwrap_err();
        assert_eq!((unknown.len(), &unknown[0].why), (1, &Why::TooLong));
    }

    #[test]
    fn empty_values_that_double_and_long_chains_end() {
        let mut all = vars(&[("v0", "")]);
        for n in 1..60 {
            all.set(VarOrigin::Yours, format!("v{n}"), format!("{{{{v{0}}}}}{{{{v{0}}}}}", n - 1));
        }
        assert_eq!(expand("{{v59}}", &all).unwrap_err()[0].why, Why::TooLong);
        let mut chain = vars(&[("c0", "end")]);
        for n in 1..5_000 {
            chain.set(VarOrigin::Yours, format!("c{n}"), format!("{{{{c{}}}}}", n - 1));
        }
        assert_eq!(expand("{{c4999}}", &chain).unwrap_err()[0].why, Why::TooLong);
        assert_eq!(expand("{{c90}}", &chain).unwrap().shown, "end");
    }

    #[test]
    fn every_unknown_is_told_with_its_place_and_the_nearest() {
        let unknown = expand("{{endpoit}}/{{x}}", &vars(&[("endpoint", "https://a")])).unwrap_err();
        assert_eq!(unknown.len(), 2);
        assert_eq!((unknown[0].span.clone(), unknown[0].nearest.as_deref()), (0..11, Some("endpoint")));
        assert_eq!((unknown[1].span.clone(), unknown[1].nearest.as_deref()), (12..17, None));
    }

    #[test]
    fn a_secret_is_sent_and_not_shown_however_deep_it_is() {
        let all = vars(&[("head", "Bearer {{accessToken}}"), ("accessToken", "00D!{{tail}}"), ("tail", "AQ4")]);
        let whole = expand("x {{head}} y", &all).unwrap();
        assert_eq!(whole.text.expose(), "x Bearer 00D!AQ4 y");
        assert_eq!(whole.shown, format!("x Bearer {MASK} y"));
        assert!(whole.secret && !expand("{{tail}}", &all).unwrap().secret);
        assert!(!format!("{whole:?}").contains("AQ4"));
    }

    #[test]
    fn the_name_under_the_caret() {
        assert_eq!(name_at("a/{{ acc", 8), Some(5..8));
        assert_eq!(name_at("a/{{acc}}", 9), None);
        assert_eq!(name_at("a/{{acc}}", 7), Some(4..7));
        assert_eq!(name_at("plain", 3), None);
    }

    proptest::proptest! {
        /// The parts are the text, whatever is typed; and without variables it stands for itself.
        #[test]
        fn any_text_has_its_parts(text in "[{} a\\n\"é]{0,40}|\\PC{0,30}") {
            let parts = pieces(&text);
            let whole: String = parts.iter().map(|piece| text.get(piece.span.clone()).unwrap()).collect();
            proptest::prop_assert_eq!(&whole, &text);
            let variable = parts.iter().any(|piece| piece.kind != PieceKind::Text);
            match expand(&text, &Variables::new()) {
                Ok(same) => proptest::prop_assert!(!variable && same.shown == text && !same.secret),
                Err(unknown) => proptest::prop_assert!(variable && unknown.iter().all(|one| text.get(one.span.clone()).is_some())),
            }
            for caret in 0..=text.len() {
                let _ = name_at(&text, caret);
            }
        }
    }
}
