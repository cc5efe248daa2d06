//! The parts of a text: where `{{variables}}` and `{{functions()}}` stand in it, and where one is begun and not closed. What
//! they come to is not known here.

use super::call::{self, Arg, Call};
use super::trust::Asked;
use std::ops::Range;

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
    /// Stands for what a function gives.
    Call(Call),
    /// Begins as one of them and does not end as one.
    Broken {
        /// What is missing.
        what: &'static str,
    },
}

/// The parts of a text in order, without gaps. `{{ name }}` with spaces is a variable.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(piece) = next(text, from) {
        if from < piece.span.start {
            pieces.push(Piece { span: from..piece.span.start, kind: PieceKind::Text });
        }
        from = piece.span.end;
        pieces.push(piece);
    }
    if from < text.len() {
        pieces.push(Piece { span: from..text.len(), kind: PieceKind::Text });
    }
    pieces
}

/// The next that is no plain text, from a place on. Of `{{{name}}}` the inner braces count, so that JSON around a variable
/// stays whole; braces with no name behind them are text.
fn next(text: &str, mut look: usize) -> Option<Piece> {
    loop {
        let open = look + text.get(look..)?.find("{{")?;
        let braces = text.get(open..)?.bytes().take_while(|b| *b == b'{').count();
        let inside = open + braces;
        let rest = text.get(inside..)?;
        let piece = |length: usize, kind| Some(Piece { span: inside - 2..inside + length, kind });
        match call::read(rest) {
            Some(Ok((call, length))) => return piece(length, PieceKind::Call(call)),
            Some(Err(broken)) => return piece(broken.length, PieceKind::Broken { what: broken.what }),
            None => {}
        }
        let length = rest.find(['{', '}', '\n', '"']).unwrap_or(rest.len());
        let name = rest.get(..length)?.trim();
        if !name.is_empty() && rest.get(length..)?.starts_with("}}") {
            return piece(length + 2, PieceKind::Variable { name: name.to_owned() });
        }
        if name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$')) {
            let length = rest.get(..length)?.trim_end().len();
            return piece(length, PieceKind::Broken { what: "}} is missing" });
        }
        look = inside;
    }
}

/// The name that is being typed at the caret, after an open `{{`: its bytes in the text.
pub fn name_at(text: &str, caret: usize) -> Option<Range<usize>> {
    let open = text.get(..caret)?.rfind("{{")? + 2;
    let typed = text.get(open..caret)?;
    // What is given to a function may be a variable, too.
    let word = typed.rfind(['(', ',']).map_or(0, |at| at + 1);
    let start = open + word + typed.get(word..)?.len() - typed.get(word..)?.trim_start().len();
    (!typed.contains(['{', '}', '\n', '"', ')', '\''])).then_some(start..caret)
}

/// What a text asks to read, in whatever depth; variables are not followed.
pub fn asked_in(text: &str) -> Vec<Asked> {
    fn of_call(call: &Call, found: &mut Vec<Asked>) {
        match (call.name.as_str(), call.args.as_slice()) {
            ("env", [Arg::Text(name)]) => found.push(Asked::Env(name.clone())),
            ("file", [Arg::Text(path)]) => found.push(Asked::File(path.clone())),
            _ => {}
        }
        // What stands in raw(…) is never run.
        for arg in call.args.iter().filter(|_| call.name != "raw") {
            match arg {
                Arg::Call(inner) => of_call(inner, found),
                Arg::Text(text) => found.extend(asked_in(text)),
                Arg::Number(_) | Arg::Name(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    for piece in pieces(text) {
        if let PieceKind::Call(call) = &piece.kind {
            of_call(call, &mut found);
        }
    }
    found
}
