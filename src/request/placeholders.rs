//! A request as another program would send it: variables resolved, the address absolute, the session
//! put in where it goes. Secrets stand as `{{name}}` unless they are asked for. Nothing is read or sent.

use super::multipart;
use super::prepare::{Prepared, PreparedBody, PreparedPart, prepare};
use super::template::Expanded;
use super::{Base, Failure, Pair, Request, RequestBody, Trust, VarOrigin, VarValue, Variables};
use crate::secret::Secret;

/// The variable that stands for the session where it goes into a header.
const SESSION: &str = "accessToken";

/// The request with `{{name}}` in the place of each secret.
///
/// # Errors
/// What keeps it from being sent.
pub fn with_placeholders(request: &Request, variables: &Variables, base: &Base) -> Result<Request, Failure> {
    let mut marks: Vec<(String, String)> = Vec::new();
    let mut masked = Variables::new();
    for variable in variables.iter() {
        let value = match &variable.value {
            VarValue::Plain(text) => VarValue::Plain(text.clone()),
            VarValue::Secret(_) => {
                // Letters and digits only: no encoding changes it, and nothing in a request looks like it.
                let mark = format!("zzplaceholder{}zz", marks.len());
                marks.push((mark.clone(), format!("{{{{{}}}}}", variable.name)));
                // As from the org, so that it is taken as it is.
                VarValue::Plain(mark)
            }
        };
        masked.put(variable.origin, variable.name.clone(), value);
    }
    let back = |text: &str| marks.iter().fold(text.to_owned(), |text, (mark, name)| text.replace(mark, name));
    let prepared = prepare(request, &masked, base)?;
    Ok(outside(
        &prepared,
        base,
        &format!("{{{{{SESSION}}}}}"),
        |text| back(text.text.expose()),
        back(prepared.url.as_str()),
    ))
}

/// The request with everything in it, the session of who one is among it.
///
/// # Errors
/// What keeps it from being sent.
pub fn resolved(request: &Request, variables: &Variables, base: &Base) -> Result<Request, Failure> {
    let prepared = prepare(request, variables, base)?;
    // What a capture or the user called so is not the session.
    let login = variables.iter().find(|one| one.origin == VarOrigin::Login && one.name == SESSION);
    let session = match login.map(|one| &one.value) {
        Some(VarValue::Secret(secret)) => secret.clone(),
        _ => Secret::new(""),
    };
    Ok(outside(&prepared, base, session.expose(), |text| text.text.expose().to_owned(), prepared.url.to_string()))
}

fn outside(
    prepared: &Prepared,
    base: &Base,
    session: &str,
    text: impl Fn(&Expanded) -> String,
    address: String,
) -> Request {
    let mut headers: Vec<Pair> =
        prepared.headers.iter().map(|(name, value)| Pair::new(name.clone(), text(value))).collect();
    let own = headers.iter().any(|pair| pair.name.eq_ignore_ascii_case("authorization"));
    let home = base.instance_url.as_ref().is_some_and(|own| own.origin() == prepared.url.origin());
    if home && !session.is_empty() && !own {
        headers.insert(0, Pair::new("Authorization", format!("Bearer {session}")));
    }
    let body = match &prepared.body {
        PreparedBody::Empty => RequestBody::Empty,
        PreparedBody::Text(whole) => RequestBody::Text(text(whole)),
        PreparedBody::File(path) => RequestBody::File(path.clone()),
        PreparedBody::Parts(parts) => RequestBody::Text(
            parts
                .iter()
                .map(|part| match part {
                    PreparedPart::Text(whole) => text(whole).replace("\r\n", "\n"),
                    PreparedPart::File(need) => multipart::file_call(&need.path().to_string_lossy()),
                })
                .collect(),
        ),
    };
    Request { method: prepared.method.to_string(), address, params: Vec::new(), headers, body, trust: Trust::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn given() -> (Request, Variables, Base) {
        let mut variables = Variables::new();
        variables.set(VarOrigin::Login, SESSION, Secret::new("00D!hush"));
        variables.set(VarOrigin::Yours, "apiKey", "s3cret+/");
        variables.set(VarOrigin::Yours, "name", "A b {{apiKey}}");
        let request = Request {
            method: "POST".to_owned(),
            address: "sobjects/Account?x={{apiKey}}".to_owned(),
            params: vec![Pair::new("n", "{{name}}")],
            headers: vec![Pair::new("X-Key", "{{apiKey}}")],
            body: RequestBody::Text("{\"Name\":\"{{name}}\"}".to_owned()),
            trust: Trust::Typed,
        };
        let base = Base { instance_url: Url::parse("https://acme.my.salesforce.com").ok(), version: "67.0".to_owned() };
        (request, variables, base)
    }

    #[test]
    fn secrets_stand_as_their_names() {
        let (request, variables, base) = given();
        let out = with_placeholders(&request, &variables, &base).unwrap();
        assert_eq!(
            out.address,
            "https://acme.my.salesforce.com/services/data/v67.0/sobjects/Account?x={{apiKey}}&n=A+b+{{apiKey}}"
                .replace('+', if out.address.contains("A%20b") { "%20" } else { "+" })
        );
        assert_eq!(out.headers[0], Pair::new("Authorization", "Bearer {{accessToken}}"));
        assert_eq!(out.headers[1], Pair::new("X-Key", "{{apiKey}}"));
        assert_eq!(out.body, RequestBody::Text("{\"Name\":\"A b {{apiKey}}\"}".to_owned()));
        let all = format!("{out:?}");
        assert!(!all.contains("s3cret") && !all.contains("hush"), "{all}");
    }

    #[test]
    fn with_secrets_it_is_what_is_sent() {
        let (request, variables, base) = given();
        let out = resolved(&request, &variables, &base).unwrap();
        assert_eq!(out.headers[0], Pair::new("Authorization", "Bearer 00D!hush"));
        assert_eq!(out.body, RequestBody::Text("{\"Name\":\"A b s3cret+/\"}".to_owned()));
        assert!(out.address.contains("x=s3cret"), "{}", out.address);
        let stranger = Request::get("https://example.com/x");
        let out = resolved(&stranger, &variables, &base).unwrap();
        assert!(out.headers.is_empty(), "a stranger is not told the session");
    }

    #[test]
    fn what_cannot_be_sent_is_told() {
        let (_, variables, base) = given();
        let failure = with_placeholders(&Request::get("{{nope}}"), &variables, &base).unwrap_err();
        assert!(failure.title.contains("{{nope}}"));
    }
}
