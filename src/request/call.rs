//! The functions of a template as they are written: `name(argument, …)`. Where they end, and what stands in them.
//!
//! An argument is a text in quotes (`"…"` or `'…'`, which may hold `{{variables}}`), a number, a variable's name, or
//! another function. What they come to is not known here.

/// Functions within functions; more is a mistake.
const DEEPEST: usize = 8;

/// A function and what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name; `-` and `_` are one.
    pub name: String,
    /// What it is given.
    pub args: Vec<Arg>,
}

/// What a function is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A text, which may hold `{{variables}}`.
    Text(String),
    /// A number, as it is written.
    Number(String),
    /// A variable's name.
    Name(String),
    /// What another function gives.
    Call(Call),
}

/// A call that is not whole: how many bytes of it were understood, and what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) length: usize,
    pub(super) what: &'static str,
}

/// The call that a text begins with, up to and with its `}}`, and its bytes. `None`: it begins with none.
pub(super) fn read(text: &str) -> Option<Result<(Call, usize), Broken>> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let name = reader.word();
    reader.blanks();
    if name.is_empty() || !reader.rest().starts_with('(') {
        return None;
    }
    let call = reader.call(name, 0).and_then(|call| {
        reader.blanks();
        if reader.take("}}") { Ok(call) } else { Err("}} is missing behind it") }
    });
    Some(call.map(|call| (call, reader.at)).map_err(|what| Broken { length: reader.at, what }))
}

/// A call that stands alone, as `uuid()`.
pub(super) fn of(text: &str) -> Option<Call> {
    read(&format!("{text}}}}}"))?.ok().map(|(call, _)| call)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = self.rest().starts_with(sign);
        self.at += if there { sign.len() } else { 0 };
        there
    }

    /// A name, or nothing.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$')) {
            return "";
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$')));
        self.take_bytes(end.unwrap_or(rest.len()))
    }

    fn take_bytes(&mut self, count: usize) -> &'a str {
        let taken = self.rest().get(..count).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    /// What stands in parentheses behind a name.
    fn call(&mut self, name: &str, depth: usize) -> Result<Call, &'static str> {
        if depth >= DEEPEST {
            return Err("there are too many functions in one another");
        }
        self.take("(");
        let mut args = Vec::new();
        self.blanks();
        while !self.take(")") {
            if !args.is_empty() && !self.take(",") {
                return Err("a comma or ) is missing");
            }
            self.blanks();
            args.push(self.arg(depth)?);
            self.blanks();
        }
        Ok(Call { name: name.replace('-', "_"), args })
    }

    fn arg(&mut self, depth: usize) -> Result<Arg, &'static str> {
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            return self.quoted(quote).map(Arg::Text);
        }
        let number = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
        if number > 0 {
            return Ok(Arg::Number(self.take_bytes(number).to_owned()));
        }
        let word = self.word();
        if word.is_empty() {
            return Err(if rest.is_empty() {
                ") is missing"
            } else {
                "what stands here is no argument: a text has quotes"
            });
        }
        self.blanks();
        if self.rest().starts_with('(') {
            self.call(word, depth + 1).map(Arg::Call)
        } else {
            Ok(Arg::Name(word.to_owned()))
        }
    }

    /// A text in quotes. `\` takes the next quote or `\` as it is; before anything else it is itself.
    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = letters.next() {
            match c {
                '\\' => match letters.next_if(|(_, next)| matches!(next, '"' | '\'' | '\\')) {
                    Some((_, next)) => text.push(next),
                    None => text.push('\\'),
                },
                c if c == quote => {
                    self.at += at + 1;
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        Err("a quote is not closed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Call {
        let (call, length) = read(text).unwrap().unwrap();
        assert_eq!(length, text.len(), "{text}");
        call
    }

    #[test]
    fn calls_are_read() {
        let text = |text: &str| Arg::Text(text.to_owned());
        assert_eq!(whole("now()}}"), Call { name: "now".into(), args: vec![] });
        let call = whole(r#" url-encode ( "a \"b\" \\ \n" , 'c"}}' ,-12, name ) }}"#);
        assert_eq!(call.name, "url_encode");
        let number = Arg::Number("-12".into());
        assert_eq!(call.args, [text(r#"a "b" \ \n"#), text("c\"}}"), number, Arg::Name("name".into())]);
        let inner = Call { name: "file".into(), args: vec![text("{{folder}}/x")] };
        assert_eq!(whole(r#"base64(file("{{folder}}/x"))}}"#).args, [Arg::Call(inner)]);
    }

    #[test]
    fn what_is_no_call_is_none_and_what_is_half_one_is_told() {
        for text in ["name}}", "", "(x)}}", "1(2)}}", "#if (x)}}", "a b(c)}}"] {
            assert_eq!(read(text), None, "{text}");
        }
        for (text, what) in [
            ("now(", ") is missing"),
            ("now()", "}} is missing"),
            ("now(\"x)}}", "quote is not closed"),
            ("now(\"a\" \"b\")}}", "a comma or )"),
            ("now(?)}}", "no argument"),
            ("now(,)}}", "no argument"),
        ] {
            let broken = read(text).unwrap().unwrap_err();
            assert!(broken.what.contains(what) && broken.length <= text.len(), "{text}: {broken:?}");
        }
        let deep = format!("{}1{}}}}}", "a(".repeat(20), ")".repeat(20));
        assert!(read(&deep).unwrap().is_err());
    }

    proptest::proptest! {
        /// Whatever is typed is read to some end.
        #[test]
        fn any_text_ends(text in "[a(){}\"'\\\\, 1é]{0,40}") {
            if let Some(Err(broken)) = read(&text) {
                proptest::prop_assert!(text.get(..broken.length).is_some());
            }
        }
    }
}
