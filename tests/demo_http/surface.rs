//! Whatever is asked, the demo answers in a known shape: no 500, no hang, no lost connection.

use crate::support::{Fixture, read};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;

const PARTS: [&str; 44] = [
    "services",
    "data",
    "oauth2",
    "v67.0",
    "v31.0",
    "v30.0",
    "sobjects",
    "Account",
    "account",
    "describe",
    "query",
    "queryAll",
    "search",
    "limits",
    "recordCount",
    "recent",
    "composite",
    "batch",
    "connect",
    "user-profiles",
    "me",
    "photo",
    "id",
    "parameterizedSearch",
    "layouts",
    "listviews",
    "results",
    "quickActions",
    "ui-api",
    "object-info",
    "list-records",
    "related-list-records",
    "lookups",
    "favorites",
    "chatter",
    "feeds",
    "feed-elements",
    "users",
    "groups",
    "messages",
    "001000000000000AAA",
    "%F0%9F%9A%A2",
    "..",
    "",
];
const PAIRS: [&str; 16] = [
    "q=SELECT%20Id%20FROM%20Account%20LIMIT%202",
    "q=FIND%20%7Bx%7D",
    "q=%27",
    "q=",
    "fields=Id,Name",
    "fields=,",
    "limit=-1",
    "limit=99999999999999999999",
    "sObjects=,,",
    "version=latest",
    "version=9",
    "_HttpMethod=DELETE",
    "_HttpMethod=",
    "token=%00",
    "sobject=Account&Account.limit=x",
    "%",
];
const BODIES: [&str; 9] = [
    "",
    "{",
    "[]",
    "null",
    "{\"Name\":\"x\"}",
    "{\"Name\":{\"a\":[1]}}",
    "{\"q\":1}",
    "{\"compositeRequest\":[{\"method\":\"GET\",\"url\":\"@{x.y}\",\"referenceId\":\"x\"}]}",
    "{\"batchRequests\":[{\"method\":\"GET\",\"url\":\"/services/data/v67.0/composite\"},7]}",
];

/// Method, path, query, body.
fn request() -> impl Strategy<Value = (&'static str, String, String, &'static str)> {
    let below =
        vec(select(PARTS.as_slice()), 0..4).prop_map(|parts| format!("/services/data/v67.0/{}", parts.join("/")));
    let anywhere = vec(select(PARTS.as_slice()), 0..7).prop_map(|parts| format!("/{}", parts.join("/")));
    let noise = "/[!-~]{0,30}".prop_map(|text| text.replace(['?', '#'], "%"));
    (
        select(["GET", "GET", "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"].as_slice()),
        prop_oneof![4 => below, 2 => anywhere, 1 => noise],
        vec(select(PAIRS.as_slice()), 0..3).prop_map(|pairs| pairs.join("&")),
        select(BODIES.as_slice()),
    )
}

#[tokio::test]
async fn nothing_that_is_asked_makes_it_fail() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..600 {
        let (method, path, query, body) = request().new_tree(&mut runner).unwrap().current();
        let url = format!("{}{path}?{query}", fixture.org(0).instance_url);
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let told = format!("{method} {url} {body}");
        let Ok(request) = fixture.http.request(method, url).bearer_auth(&token).body(body).build() else { continue };
        let answer =
            read(fixture.http.execute(request).await.unwrap_or_else(|error| panic!("{told}: {error:?}"))).await;
        assert!(answer.status < 500, "{told}: {} {}", answer.status, answer.text());
        if answer.header("content-type").starts_with("application/json") && !answer.body.is_empty() {
            answer.json();
        }
    }
}
