//! What captures take from an answer. A capture that finds nothing is told and sets nothing.

use super::{AnswerBody, Capture, Source, VarValue};
use crate::secret::Secret;

/// Longest value that is kept; bytes. A variable is put into requests, not looked at.
const LONGEST: usize = 1024 * 1024;

/// Runs a jq program over a body; its first output as JSON, if there is one.
pub type Jq<'a> = &'a dyn Fn(&str, &[u8]) -> Result<Option<String>, String>;

/// What was taken, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Name and value, in the order of the captures.
    pub set: Vec<(String, VarValue)>,
    /// Captures that found nothing, each with the reason.
    pub missed: Vec<String>,
}

/// Takes what the captures name.
pub fn take(captures: &[Capture], status: u16, headers: &[(String, String)], body: &AnswerBody, jq: Jq<'_>) -> Taken {
    let mut taken = Taken::default();
    for capture in captures {
        let found = match &capture.from {
            Source::Status => Ok(status.to_string()),
            Source::Header(name) => header(headers, name),
            Source::Jq(program) => by_jq(program, body, jq),
            Source::Regex(pattern) => by_regex(pattern, body),
        };
        match found
            .and_then(|text| if text.len() > LONGEST { Err("it is longer than 1 MiB".to_owned()) } else { Ok(text) })
        {
            Ok(text) if capture.secret => {
                taken.set.push((capture.variable.clone(), VarValue::Secret(Secret::new(text))));
            }
            Ok(text) => taken.set.push((capture.variable.clone(), VarValue::Plain(text))),
            Err(why) => taken.missed.push(format!("{} is not set: {why}", capture.variable)),
        }
    }
    taken
}

fn header(headers: &[(String, String)], name: &str) -> Result<String, String> {
    let found = headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone()).ok_or_else(|| format!("the answer has no header {name}"))
}

fn by_jq(program: &str, body: &AnswerBody, jq: Jq<'_>) -> Result<String, String> {
    let document = body.json().ok_or("the answer is no JSON")?;
    // Most are plain paths: those are looked up in the index that is there.
    if let Some(node) = document.lookup(program) {
        return of_json(&String::from_utf8_lossy(document.raw(node)), program);
    }
    let output = jq(program, document.bytes())?;
    of_json(&output.ok_or_else(|| format!("{program} gives nothing"))?, program)
}

/// A text without its quotes, all else as it is written; null is nothing.
fn of_json(text: &str, program: &str) -> Result<String, String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Null) => Err(format!("{program} is null")),
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Ok(text.trim().to_owned()),
    }
}

/// A pattern ready to look with, or what is wrong with it.
pub(super) fn compiled(pattern: &str) -> Result<regex::Regex, String> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().map_err(|error| {
        let text = error.to_string();
        // The library draws the pattern over several lines; its last line says what is wrong.
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })
}

fn by_regex(pattern: &str, body: &AnswerBody) -> Result<String, String> {
    let regex = compiled(pattern)?;
    let text = match body {
        AnswerBody::Text(text) => std::borrow::Cow::Borrowed(text.as_ref()),
        AnswerBody::Json(document) => String::from_utf8_lossy(document.bytes()),
        _ => return Err("the answer is no text".to_owned()),
    };
    let found = regex.captures(&text).ok_or_else(|| format!("nothing in the answer is like {pattern}"))?;
    let part = found.get(1).or_else(|| found.get(0));
    Ok(part.map_or("", |part| part.as_str()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;
    use std::sync::Arc;

    fn jq(program: &str, body: &[u8]) -> Result<Option<String>, String> {
        let mut first = None;
        let each = |text: Vec<u8>| {
            first = String::from_utf8(text).ok();
            false
        };
        crate::json::filter::filter(program, body, false, each).map_err(|error| error.to_string())?;
        Ok(first)
    }

    fn taken(from: &[Source], body: &AnswerBody) -> Taken {
        let captures: Vec<Capture> =
            from.iter().map(|from| Capture { variable: "v".to_owned(), from: from.clone(), secret: false }).collect();
        take(&captures, 201, &[("Location".to_owned(), "/x/1".to_owned())], body, &jq)
    }

    fn values(taken: &Taken) -> Vec<String> {
        let text = |value: &VarValue| match value {
            VarValue::Plain(text) => text.clone(),
            VarValue::Secret(secret) => secret.expose().to_owned(),
        };
        taken.set.iter().map(|(_, value)| text(value)).collect()
    }

    #[test]
    fn each_source_is_taken() {
        let text = r#"{"id":"https://h/id/00D/005","n":1.50,"list":[{"a b":true}],"nothing":null}"#;
        let body = AnswerBody::Json(Arc::new(Document::parse(text.as_bytes().to_vec())));
        let jq = |text: &str| Source::Jq(text.to_owned());
        let found = taken(
            &[
                jq(".id"),
                jq(".n"),
                jq(".list[0][\"a b\"]"),
                jq("(.id | split(\"/\") | .[-1])"),
                jq(".list"),
                Source::Header("location".to_owned()),
                Source::Status,
                Source::Regex("id/(\\w+)/".to_owned()),
                Source::Regex("00.".to_owned()),
            ],
            &body,
        );
        assert_eq!(found.missed, Vec::<String>::new());
        let wanted = ["https://h/id/00D/005", "1.50", "true", "005", "[{\"a b\":true}]", "/x/1", "201", "00D", "00D"];
        assert_eq!(values(&found), wanted);
    }

    #[test]
    fn what_is_not_there_is_told_and_sets_nothing() {
        let body = AnswerBody::Json(Arc::new(Document::parse(b"{\"a\":null}".to_vec())));
        for (from, told) in [
            (Source::Jq(".a".to_owned()), "null"),
            (Source::Jq(".b.c".to_owned()), "null"),
            (Source::Jq(".[".to_owned()), "never closed"),
            (Source::Jq("empty".to_owned()), "gives nothing"),
            (Source::Header("X".to_owned()), "no header X"),
            (Source::Regex("(".to_owned()), "unclosed group"),
            (Source::Regex("zzz".to_owned()), "nothing in the answer"),
        ] {
            let found = taken(std::slice::from_ref(&from), &body);
            assert!(found.set.is_empty() && found.missed.len() == 1, "{from:?}");
            assert!(found.missed[0].contains(told), "{from:?}: {}", found.missed[0]);
        }
        assert!(taken(&[Source::Jq(".a".to_owned())], &AnswerBody::Text("x".into())).missed[0].contains("no JSON"));
    }

    #[test]
    fn a_secret_is_one_from_the_start() {
        let capture = Capture { variable: "plain".to_owned(), from: Source::Status, secret: true };
        let found = take(&[capture], 200, &[], &AnswerBody::Empty, &jq);
        assert!(matches!(found.set.first(), Some((_, VarValue::Secret(_)))));
    }
}
