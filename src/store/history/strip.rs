//! What is not kept: tokens, passwords, keys, cookies. Everything that goes to the history goes through here first.
//!
//! A secret is known by its value (the variables and the token of who asked), by its look, or by the name it stands
//! under. It is on the careful side: what is masked is lost to the history, and to nobody else.

use super::secrets::{is_template, secrets};
use crate::request::{Exchange, Pair, Record, Request, RequestBody};
use crate::secret::{MASK, Secret};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A shorter value would be found by accident.
const SHORTEST: usize = 4;

/// Takes secrets out of texts.
pub(super) struct Strip {
    needles: Vec<Secret>,
}

impl Strip {
    /// Knows these values, however they are written.
    pub(super) fn of(secrets: &[Secret]) -> Self {
        let mut needles: Vec<Secret> = Vec::new();
        let mut add = |text: &str| {
            if text.len() >= SHORTEST && !needles.iter().any(|known| known.expose() == text) {
                needles.push(Secret::new(text));
            }
        };
        for secret in secrets {
            let text = secret.expose();
            // A value that only names variables is none itself.
            if text.len() < SHORTEST || is_template(text) {
                continue;
            }
            add(text);
            let encoded = zeroize::Zeroizing::new(utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
            add(&encoded);
            add(&encoded.replace("%20", "+"));
            let json = zeroize::Zeroizing::new(serde_json::to_string(text).unwrap_or_default());
            add(json.trim_matches('"'));
            add(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            // `00D…!AQ…`: what stands behind the org's id is the secret part.
            if let Some((_, tail)) = text.split_once('!').filter(|(org, _)| org.starts_with("00D")) {
                add(tail);
            }
        }
        // A longer one may hold a shorter one.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.expose().len()));
        Self { needles }
    }

    /// A text without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let mut stripped = text.to_owned();
        for needle in &self.needles {
            if stripped.contains(needle.expose()) {
                stripped = stripped.replace(needle.expose(), MASK);
            }
        }
        for range in secrets(&stripped).into_iter().rev() {
            stripped.replace_range(range, MASK);
        }
        stripped
    }

    /// The request without what is a secret in it. Variables stay: they are no values.
    pub(super) fn request(&self, request: &Request, with_body: bool) -> Request {
        let pairs = |pairs: &[Pair]| pairs.iter().map(|pair| self.pair(pair)).collect();
        let body = match &request.body {
            RequestBody::Text(_) if !with_body => RequestBody::Text(MASK.to_owned()),
            RequestBody::Text(text) => RequestBody::Text(self.text(text)),
            other => other.clone(),
        };
        Request {
            method: request.method.clone(),
            address: self.text(&request.address),
            params: pairs(&request.params),
            headers: pairs(&request.headers),
            body,
            trust: request.trust.clone(),
        }
    }

    fn pair(&self, pair: &Pair) -> Pair {
        let secret = crate::profile::names_a_secret(&pair.name) && !is_template(&pair.value);
        let value = if secret && !pair.value.is_empty() { MASK.to_owned() } else { self.text(&pair.value) };
        Pair { on: pair.on, name: pair.name.clone(), value }
    }

    /// Headers that went or came: without those that hold a session.
    pub(super) fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        const NEVER: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
        let keeps = |(name, _): &&(String, String)| !NEVER.iter().any(|never| name.eq_ignore_ascii_case(never));
        let strip = |(name, value): &(String, String)| {
            let secret = crate::profile::names_a_secret(name);
            (name.clone(), if secret { MASK.to_owned() } else { self.text(value) })
        };
        headers.iter().filter(keeps).map(strip).collect()
    }
}

/// Whether bodies may be kept at all: those of the token endpoints, of a SOAP login and of `jwtauth` may not.
pub(super) fn keeps_bodies(record: &Record) -> bool {
    let exchange = &record.exchange;
    let places = [exchange.url.as_str(), record.request.address.as_str()];
    let plain = places.map(|place| {
        let once = percent_decode_str(place).decode_utf8_lossy().into_owned();
        percent_decode_str(&once).decode_utf8_lossy().to_lowercase().replace("//", "/")
    });
    if plain.iter().any(|place| place.contains("/services/oauth2") || place.contains("jwtauth")) {
        return false;
    }
    let soap = plain.iter().any(|place| place.contains("/services/soap")) || is_xml(exchange);
    !(soap && (asks_login(&record.request) || answers_login(exchange)))
}

fn is_xml(exchange: &Exchange) -> bool {
    exchange.header("content-type").is_some_and(|media| media.contains("xml"))
}

fn asks_login(request: &Request) -> bool {
    match &request.body {
        RequestBody::Text(text) => is_login(text),
        RequestBody::Empty | RequestBody::File(_) => false,
    }
}

fn is_login(text: &str) -> bool {
    let text = text.to_lowercase();
    ["<login", ":login", "loginresponse", "<sessionid", ":sessionid"].iter().any(|mark| text.contains(mark))
}

fn answers_login(exchange: &Exchange) -> bool {
    match &exchange.body {
        crate::request::AnswerBody::Text(text) => is_login(super::pack::beginning(text, 64 << 10)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(secrets: &[&str]) -> Strip {
        Strip::of(&secrets.iter().map(|text| Secret::new(*text)).collect::<Vec<_>>())
    }

    #[test]
    fn secrets_are_known_by_their_value_however_they_are_written() {
        let strip = strip(&["pa ss\"w&rd", "00Dxx0000000001!AQ4AQPsession"]);
        for text in [
            "x pa ss\"w&rd y",
            "q=pa%20ss%22w%26rd",
            "q=pa+ss%22w%26rd",
            r#"{"a":"pa ss\"w&rd"}"#,
            "<a>pa ss\"w&amp;rd</a>",
            "AQ4AQPsession",
            "00Dxx0000000001!AQ4AQPsession",
        ] {
            let stripped = strip.text(text);
            assert!(
                !stripped.contains("w&rd") && !stripped.contains("w%26rd") && !stripped.contains("AQ4"),
                "{stripped}"
            );
            assert!(stripped.contains(MASK), "{stripped}");
        }
    }

    #[test]
    fn secrets_are_known_by_look_and_by_name() {
        let strip = strip(&[]);
        for (text, kept) in [
            (
                r#"{"access_token":"hunter2","instance_url":"https://a"}"#,
                r#"{"access_token":"••••••••","instance_url":"https://a"}"#,
            ),
            (r#"{"refresh_token" : "hunter2 \" hunter2","n":1}"#, r#"{"refresh_token" : "••••••••","n":1}"#),
            (r#"{"sessionId":"hunter2"#, r#"{"sessionId":"••••••••"#),
            (r#"{"body":"{\"client_secret\":\"hunter2\"}"}"#, r#"{"body":"{\"client_secret\":\"••••••••\"}"}"#),
            ("grant_type=password&password=hunter2&x=1", "grant_type=password&password=••••••••&x=1"),
            ("https://a/secur/frontdoor.jsp?sid=hunter2&y", "https://a/secur/frontdoor.jsp?sid=••••••••&y"),
            ("<u:password>hunter2</u:password>", "<u:password>••••••••</u:password>"),
            ("<sessionId>hunter2</sessionId>", "<sessionId>••••••••</sessionId>"),
            ("x 00Dxx0000000001EAA!AQhunter2.y z", "x •••••••• z"),
            ("eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.hunter2", "••••••••"),
            ("-----BEGIN PRIVATE KEY-----\nhunter2", "••••••••"),
            ("Authorization: Basic hunter", "Authorization: ••••••••"),
            ("say Bearer hunter2hunter2 now", "say Bearer •••••••• now"),
        ] {
            assert_eq!(strip.text(text), kept);
        }
        // What is no secret stays as it is.
        for text in [
            r#"{"token_type":"Bearer","keyPrefix":"001","nextPageToken":"50","name":"Password__c","Id":"00Dxx0000000001EAA"}"#,
            "password={{password}}&token={{accessToken}}",
            r#"{"password":"{{password}}"}"#,
            "SELECT Id FROM Account WHERE Token__c = 'x'",
            "",
        ] {
            assert_eq!(strip.text(text), text);
        }
    }

    #[test]
    fn templates_stay_and_values_go() {
        let strip = strip(&[]);
        let request = Request {
            method: "POST".to_owned(),
            address: "x?sid=abc".to_owned(),
            params: vec![Pair::new("token", "{{accessToken}}"), Pair::new("token", "typed")],
            headers: vec![
                Pair::new("Authorization", "Bearer {{other}}"),
                Pair::new("Authorization", "Bearer typed"),
                Pair::new("Cookie", "a=b"),
            ],
            body: RequestBody::Text("{\"password\":\"typed\"}".to_owned()),
            trust: Default::default(),
        };
        let kept = strip.request(&request, true);
        let values = |pairs: &[Pair]| pairs.iter().map(|p| p.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&kept.params), ["{{accessToken}}", MASK]);
        assert_eq!(values(&kept.headers), ["Bearer {{other}}", MASK, MASK]);
        assert_eq!(kept.address, format!("x?sid={MASK}"));
        assert!(crate::request::is_masked(&kept) && !format!("{kept:?}").contains("typed"));
        assert_eq!(strip.request(&request, false).body, RequestBody::Text(MASK.to_owned()));
        let headers = [("Set-Cookie", "a=b"), ("X-Api-Key", "typed"), ("Date", "now")];
        let kept = strip.headers(&headers.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(kept, [("X-Api-Key".to_owned(), MASK.to_owned()), ("Date".to_owned(), "now".to_owned())]);
    }
}
