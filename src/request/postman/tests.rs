//! Collections in and out.

use super::*;
use crate::request::{Capture, Pair, Request, RequestBody, Source};
use std::path::{Path, PathBuf};

fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/postman").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("{} is not there: nothing is compared", path.display());
    }
    text
}

#[test]
fn salesforces_collection_comes_whole_and_goes_out_and_in_again() {
    let Some(text) = shared("postman-salesforce-platform-apis.json") else { return };
    let found = import(&text).unwrap();
    assert_eq!(found.requests.len(), 232);
    assert_eq!(found.name, "Salesforce APIs");
    assert_eq!(found.variables.len(), 14);
    assert_eq!(found.folders.len(), 28);
    let named = |name: &str| found.requests.iter().map(|(_, saved)| saved).find(|saved| saved.name == name).unwrap();
    let jwt = named("JWT Bearer Token Flow");
    let set: Vec<&str> = jwt.captures.iter().map(|capture| capture.variable.as_str()).collect();
    assert_eq!(set, ["_accessToken", "_endpoint", "_userId", "_orgId"]);
    assert_eq!(named("SOAP Login").captures.len(), 4);
    for lost in &found.lost {
        println!("{}: {}", lost.request, lost.what);
    }
    // Two conditional blocks and a branch on XML; three bodies of several parts.
    assert!(found.lost.len() <= 8, "{:#?}", found.lost);
    let again = import(&export(&found)).unwrap();
    assert_eq!(again.requests, found.requests);
    assert_eq!((again.name, again.description), (found.name, found.description));
    assert_eq!((again.variables, again.folders), (found.variables, found.folders));
    let text = shared("postman-salesforce-template-environment.json").unwrap();
    assert!(import_environment(&text).unwrap().iter().any(|(name, _)| name == "clientId"));
}

fn ours() -> Imported {
    let mut saved = Saved::new("Everything", Request::get("sobjects/Account?a=1"));
    saved.description = "What\nfor".to_owned();
    saved.docs = "https://example.invalid/docs".to_owned();
    saved.tags = vec!["one".to_owned()];
    saved.variables = vec![("id".to_owned(), "7".to_owned())];
    saved.request.method = "POST".to_owned();
    saved.request.params = vec![Pair::new("b", "2 & 3"), Pair { on: false, ..Pair::new("c", "") }];
    saved.request.headers =
        vec![Pair::new("Content-Type", "application/json"), Pair { on: false, ..Pair::new("X", "y") }];
    saved.request.body = RequestBody::Text("{\"a\": \"{{b}}\"}\n".to_owned());
    let source = |from, secret| Capture { variable: "v".to_owned(), from, secret };
    saved.captures = vec![
        source(Source::Jq(".a.b[0]".to_owned()), false),
        source(Source::Jq(".[] | select(.x > 1)".to_owned()), true),
        source(Source::Jq(".".to_owned()), false),
        source(Source::Header("Location".to_owned()), false),
        source(Source::Status, false),
        source(Source::Regex("a\"(\\d+)".to_owned()), false),
    ];
    let mut query = Saved::new("Query", Request::get("SELECT Id FROM Account WHERE Name = 'a&b'"));
    query.request.body = RequestBody::File(PathBuf::from("rows.csv"));
    Imported {
        name: "Ours".to_owned(),
        description: "d".to_owned(),
        folders: vec![
            (vec!["A".to_owned()], "about A".to_owned()),
            (vec!["A".to_owned(), "B".to_owned()], String::new()),
        ],
        requests: vec![(vec!["A".to_owned(), "B".to_owned()], saved), (vec![], query)],
        variables: vec![("site".to_owned(), "x".to_owned())],
        lost: Vec::new(),
    }
}

#[test]
fn what_goes_out_comes_in_as_it_was() {
    let text = export(&ours());
    assert_eq!(import(&text).unwrap(), ours(), "{text}");
    assert!(text.contains("{{_endpoint}}/services/data/v{{version}}/query?q=SELECT+Id+FROM"), "{text}");
    assert!(text.contains("pm.environment.set(\\\"v\\\", pm.response.json().a.b[0]); // orgdeck: "), "{text}");
}

#[test]
fn older_and_odd_forms_are_read() {
    let text = r#"{"info":{"name":"Old","schema":"…v2.0.0…"},"item":[
        {"name":"plain","request":"https://x.example/a?b=1"},
        {"name":"parts","request":{"method":"put","url":{"protocol":"https","host":["x","example"],"port":"8443","path":["a",":id"],"variable":[{"key":"id","value":"7"}]},
            "header":"Accept: text/plain\nX-Y: z","body":{"mode":"urlencoded","urlencoded":[{"key":"grant type","value":"{{g}} &"},{"key":"off","value":"1","disabled":true}]},
            "auth":{"type":"bearer","bearer":{"token":"{{other}}"}}}},
        {"name":"graph","request":{"method":"POST","url":"{{_endpoint}}/graphql","body":{"mode":"graphql","graphql":{"query":"{ a }","variables":"{\"x\": 1}"}}}},
        {"name":"nothing"}]}"#;
    let found = import(text).unwrap();
    let saved: Vec<&Saved> = found.requests.iter().map(|(_, saved)| saved).collect();
    assert_eq!(saved[0].request, Request::get("https://x.example/a?b=1"));
    assert_eq!(saved[1].request.address, "https://x.example:8443/a/{{id}}");
    assert_eq!(saved[1].request.method, "PUT");
    assert_eq!(saved[1].request.body, RequestBody::Text("grant+type={{g}}+%26".to_owned()));
    assert!(saved[1].request.headers.contains(&Pair::new("Authorization", "Bearer {{other}}")));
    assert!(matches!(&saved[2].request.body, RequestBody::Text(text) if text.contains("\"x\": 1")));
    assert_eq!(found.lost.len(), 1);
    assert_eq!(import(r#"{"id":"1","requests":[]}"#), Err(ImportError::Version1));
    assert!(import(r#"{"collection":{"info":{"name":"In"},"item":[]}}"#).unwrap().name == "In");
    for bad in ["", "[]", "{", "{\"item\": 3}", "{\"item\": [{\"request\": 5}]}"] {
        assert!(matches!(import(bad), Err(ImportError::Shape(_))), "{bad}");
    }
}
