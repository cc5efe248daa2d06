//! What others recorded: Salesforce's own collection of requests, and describes of a real org. Not run where they are absent.

use orgdeck::json::Document;
use orgdeck::org::{Catalog, LOGIN_VARIABLES, Link, LinkBase, link_of, write_reason};
use orgdeck::request::{Base, Pair, Prepared, PreparedBody, Request, RequestBody, VarOrigin, Variables, prepare};
use serde_json::Value;
use std::collections::BTreeSet;

fn recorded(name: &str) -> Option<Vec<u8>> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let text = std::fs::read(&file).ok();
    if text.is_none() {
        println!("not run: {name} is not there");
    }
    text
}

/// All requests of a collection, folders opened.
fn requests(item: &Value, found: &mut Vec<Value>) {
    for inner in item["item"].as_array().into_iter().flatten() {
        requests(inner, found);
    }
    if item["request"].is_object() {
        found.push(item["request"].clone());
    }
}

fn typed(request: &Value) -> Request {
    let headers = request["header"].as_array().into_iter().flatten();
    Request {
        method: request["method"].as_str().unwrap().to_owned(),
        address: request["url"]["raw"].as_str().or(request["url"].as_str()).unwrap().to_owned(),
        params: Vec::new(),
        headers: headers
            .map(|one| Pair {
                on: one["disabled"] != true,
                ..Pair::new(one["key"].as_str().unwrap(), one["value"].as_str().unwrap_or_default())
            })
            .collect(),
        body: request["body"]["raw"].as_str().map_or(RequestBody::Empty, |text| RequestBody::Text(text.to_owned())),
        ..Request::get("")
    }
}

fn variables() -> Variables {
    let mut all = Variables::new();
    for name in LOGIN_VARIABLES {
        let value = match name {
            "_endpoint" | "endpoint" | "url" => "https://acme.my.salesforce.com",
            "version" => "67.0",
            "site" => "",
            _ => "x1",
        };
        all.set(VarOrigin::Login, name, value);
    }
    for name in [
        "_jobId",
        "_batchId",
        "_refreshToken",
        "password",
        "clientSecret",
        "secretToken",
        "redirectUrl",
        "init_access_token",
    ] {
        all.set(VarOrigin::Yours, name, "x2");
    }
    all
}

fn reason(ready: &Prepared) -> Option<String> {
    let headers: Vec<(&str, &str)> =
        ready.headers.iter().map(|(name, value)| (name.as_str(), value.shown.as_str())).collect();
    let body = match &ready.body {
        PreparedBody::Text(text) => text.text.expose().as_bytes(),
        _ => b"",
    };
    write_reason(&ready.method, &ready.url, &headers, Some(body))
}

#[test]
fn every_request_of_salesforce_s_collection_can_be_sent_and_is_judged() {
    let Some(text) = recorded("postman/postman-salesforce-platform-apis.json") else { return };
    let collection: Value = serde_json::from_slice(&text).unwrap();
    let mut all = Vec::new();
    requests(&collection, &mut all);
    assert!(all.len() > 200, "{}", all.len());
    let base = Base { instance_url: Some("https://acme.my.salesforce.com".parse().unwrap()), version: "67.0".into() };
    let variables = variables();
    let (mut acting, mut asking) = (BTreeSet::new(), BTreeSet::new());
    for request in all.iter().filter(|one| one["url"]["raw"] != "" && one["url"] != "") {
        let request = typed(request);
        let ready =
            prepare(&request, &variables, &base).unwrap_or_else(|failure| panic!("{}: {failure:?}", request.address));
        assert_eq!(ready.url.host_str(), Some("acme.my.salesforce.com"), "{}", request.address);
        let last = ready.url.path().trim_end_matches('/').rsplit('/').next().unwrap().to_owned();
        match (ready.method.as_str(), reason(&ready)) {
            ("GET", None) => {}
            ("GET", Some(_)) => drop(acting.insert(last)),
            (_, None) => drop(asking.insert(last)),
            _ => {}
        }
    }
    assert_eq!(acting.into_iter().collect::<Vec<_>>(), ["ServiceRouter", "executeAnonymous"]);
    let named = ["batch", "composite", "graphql", "introspect", "parameterizedSearch", "query", "search", "userinfo"];
    assert!(asking.iter().all(|last| named.contains(&last.as_str())), "{asking:?}");
}

#[test]
fn a_real_org_s_objects_complete_and_its_links_are_followed() {
    let Some(text) = recorded("describe/Global.json") else { return };
    let answer = Document::parse(text);
    let mut catalog = Catalog::new("67.0");
    catalog.learn_sobjects(&answer);
    assert_eq!(catalog.prefixes().get("001").map(String::as_str), Some("Account"));
    let found = catalog.complete("sobjects/opportunityc", 21);
    assert!(found.iter().any(|one| one.insert.starts_with("sobjects/OpportunityContactRole")), "{found:?}");
    let (instance, id_url) =
        ("https://acme.my.salesforce.com".parse().unwrap(), "https://login.salesforce.com/id/00D/005".parse().unwrap());
    let base = LinkBase { instance: &instance, id_url: &id_url, version: "67.0", prefixes: catalog.prefixes() };
    let first = answer.lookup(".sobjects[0].urls").unwrap();
    for node in answer.children(first) {
        let text = answer.text(node);
        let link = link_of(&text, &base);
        let pattern = text.contains('{');
        assert!(
            matches!((&link, pattern), (Some(Link::Follow(_)), false) | (Some(Link::Refused(_)), true)),
            "{text}: {link:?}"
        );
    }
}
