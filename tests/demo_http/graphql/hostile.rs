//! Requests that want to break out or to take all there is.

use super::{ask, data, query, refusal, soql_ids};
use crate::support::Fixture;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

/// Texts that would mean something else in a query if they were not kept apart.
const TEXTS: [&str; 10] = [
    "' OR Id != null OR Name = '",
    "\\' OR Id != null OR Name = \\'",
    "x') OR (Name != '",
    "x\\",
    "x\n' LIMIT 1",
    "%' OR Name LIKE '%",
    "'; DROP TABLE Account; --",
    "\" OR \"\"=\"",
    "\u{0}' OR 1=1",
    "/* */ // '",
];

#[tokio::test]
async fn a_text_stays_a_text() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for text in TEXTS {
        for (operator, value) in
            [("eq", json!(text)), ("like", json!(text)), ("in", json!([text, "x"])), ("gt", json!(text))]
        {
            let inner = "query($w: Account_Filter) { uiapi { query { Account(where: $w) { totalCount } } } }";
            let found = data(&fixture, &token, inner, json!({ "w": { "Name": { operator: value } } })).await;
            let count = &found["uiapi"]["query"]["Account"]["totalCount"];
            assert!(operator == "gt" || *count == 0, "{text} {operator}: {count}");
        }
        let literal = serde_json::to_string(text).unwrap();
        // Whatever takes a text of its own.
        for wrong in [
            format!("Account(where: {{ Id: {{ inq: {{ Contact: {{}}, ApiName: {literal} }} }} }}) {{ totalCount }}"),
            format!("Account(where: {{ Id: {{ eq: {literal} }} }}) {{ totalCount }}"),
            format!("Account(where: {{ CreatedDate: {{ eq: {{ value: {literal} }} }} }}) {{ totalCount }}"),
            format!("Account(where: {{ AnnualRevenue: {{ eq: {literal} }} }}) {{ totalCount }}"),
            format!("Account(after: {literal}) {{ edges {{ node {{ Id }} }} }}"),
        ] {
            assert_eq!(
                refusal(&fixture, &token, &format!("{{ uiapi {{ query {{ {wrong} }} }} }}")).await.0,
                "DataFetchingException",
                "{wrong}"
            );
        }
    }
    // It is found by its own name, and nothing else is.
    let name = TEXTS[0];
    let make = "mutation($n: String) { uiapi { AccountCreate(input: { Account: { Name: $n } }) { Record { Id } } } }";
    let made = data(&fixture, &token, make, json!({ "n": name })).await;
    let text =
        "query($n: String) { uiapi { query { Account(where: { Name: { eq: $n } }) { edges { node { Id } } } } } }";
    let found = data(&fixture, &token, text, json!({ "n": name })).await;
    let edges = json!([{ "node": made["uiapi"]["AccountCreate"]["Record"] }]);
    assert_eq!(found["uiapi"]["query"]["Account"]["edges"], edges);
    assert!(soql_ids(&fixture, &token, "SELECT Id FROM Account").await.len() > 100);
}

#[tokio::test]
async fn what_asks_for_too_much_is_refused() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let wrapped = |inner: &str| format!("{{ uiapi {{ query {{ {inner} }} }} }}");
    let deep = |levels: usize| {
        format!("Account {{ edges {{ node {{ {} Id {} }} }} }}", "Parent { ".repeat(levels), "}".repeat(levels))
    };
    let lists = |count: usize| (0..count).map(|at| format!("l{at}: Account {{ totalCount }} ")).collect::<String>();
    // Each fragment uses the next one twice: 2^40 fields in little text.
    let mut doubling = wrapped("Account { edges { node { ...f0 } } }");
    for at in 0..40 {
        doubling.push_str(&format!(
            " fragment f{at} on Account {{ a: Parent {{ ...f{n} }} b: Parent {{ ...f{n} }} }}",
            n = at + 1
        ));
    }
    doubling.push_str(" fragment f40 on Account { Id }");
    // Each fragment lies one deeper.
    let mut chain = wrapped("Account { edges { node { ...f0 } } }");
    for at in 0..1_000 {
        chain.push_str(&format!(" fragment f{at} on Account {{ Parent {{ ...f{} }} }}", at + 1));
    }
    chain.push_str(" fragment f1000 on Account { Id }");
    let grandchildren = "Account { edges { node { Contacts { edges { node { Cases { totalCount } } } } } } }";
    for (text, kind) in [
        (wrapped(&deep(60)), "ExecutionAborted"),
        (wrapped(&deep(5_000)), "InvalidSyntax"),
        (wrapped(&lists(11)), "ExecutionAborted"),
        (wrapped(&"Account { totalCount } ".repeat(9_000)), "InvalidSyntax"),
        (
            wrapped(&format!("Account(where: {}{}) {{ totalCount }}", "{ not: ".repeat(3_000), "}".repeat(3_000))),
            "InvalidSyntax",
        ),
        (wrapped(grandchildren), "ExecutionAborted"),
        (doubling, "ExecutionAborted"),
    ] {
        assert_eq!(refusal(&fixture, &token, &text).await.0, kind, "{}", text.chars().take(200).collect::<String>());
    }
    let (kind, _) = refusal(&fixture, &token, &chain).await;
    assert_ne!(kind, "DataFetchingException");
    // A deep filter in a variable.
    let mut filter = json!({ "Name": { "eq": "x" } });
    for _ in 0..100 {
        filter = json!({ "not": filter });
    }
    let text = "query($w: Account_Filter) { uiapi { query { Account(where: $w) { totalCount } } } }";
    let answer = ask(&fixture, &token, text, json!({ "w": filter })).await;
    assert!(answer["errors"].as_array().is_some(), "{answer}");
    // Introspection that multiplies itself.
    let types = format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(8), "} }".repeat(8));
    assert_eq!(refusal(&fixture, &token, &types).await.0, "ExecutionAborted");
    // What is allowed still works.
    query(&fixture, &token, &deep(5)).await;
    query(&fixture, &token, &lists(10)).await;
    let all = "Account(first: 2000) { edges { node { Id Contacts(first: 2000) { edges { node { Id } } } } } }";
    query(&fixture, &token, all).await;
}

/// Pieces that make requests which are nearly right.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "{ ",
    " }",
    "(",
    ")",
    "uiapi",
    "query",
    "aggregate",
    "Account",
    "Contacts",
    "edges",
    "node",
    "Id",
    "Name",
    "value",
    "first: 2",
    "where: {",
    "Name: { eq: \"x\" }",
    "orderBy: { Name: {} }",
    "groupBy: { Industry: {} }",
    "...f",
    "fragment f on Account",
    "on",
    "mutation",
    "query Q",
    "$v: Int = 3",
    "$v",
    "@include(if: true)",
    "@optional",
    "__schema",
    "types",
    "name",
    "__typename",
    "a:",
    "AccountCreate(input: { Account: { Name: 1 } })",
    "[",
    "]",
    "\"",
    "\u{1F6A2}",
];

#[tokio::test]
async fn nothing_that_is_asked_makes_it_fail() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let mut runner = TestRunner::deterministic();
    let free = proptest::collection::vec(select(PIECES.as_slice()), 0..25).prop_map(|pieces| pieces.join(" "));
    let framed = proptest::collection::vec(select(PIECES.as_slice()), 0..12).prop_map(|pieces| {
        format!("{{ uiapi {{ query {{ Account {{ edges {{ node {{ Id {} }} }} }} }} }} }}", pieces.join(" "))
    });
    let requests = prop_oneof![free, framed];
    for _ in 0..400 {
        let text = requests.new_tree(&mut runner).unwrap().current();
        let answer = ask(&fixture, &token, &text, json!({ "v": 1 })).await;
        assert!(answer["errors"].is_array() && answer.get("data").is_some(), "{text}: {answer}");
    }
}
