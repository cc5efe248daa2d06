//! GraphQL: shapes as Salesforce gives them, the same records as SOQL gives, and nothing that a user must not see.

mod access;
mod hostile;
mod language;
mod records;
mod writes;

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

async fn post(fixture: &Fixture, token: &str, body: &Value) -> Answer {
    let request = fixture.request(0, Method::POST, token, "/services/data/v67.0/graphql");
    read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

/// The whole answer.
async fn ask(fixture: &Fixture, token: &str, query: &str, variables: Value) -> Value {
    let answer = post(fixture, token, &json!({ "query": query, "variables": variables })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// `data` of an answer without errors.
async fn data(fixture: &Fixture, token: &str, query: &str, variables: Value) -> Value {
    let mut answer = ask(fixture, token, query, variables).await;
    assert_eq!(answer["errors"], json!([]), "{query}: {answer}");
    answer["data"].take()
}

/// `uiapi.query` of an answer without errors.
async fn query(fixture: &Fixture, token: &str, inner: &str) -> Value {
    data(fixture, token, &format!("{{ uiapi {{ query {{ {inner} }} }} }}"), json!({})).await["uiapi"]["query"].take()
}

/// The first error: its kind and its words.
async fn refusal(fixture: &Fixture, token: &str, query: &str) -> (String, String) {
    let answer = ask(fixture, token, query, json!({})).await;
    let first = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{query}: {answer}")).to_owned();
    (text(&first["extensions"]["ErrorType"]), text(&first["message"]))
}

/// The ids of a connection's nodes.
fn ids(connection: &Value) -> Vec<String> {
    let edges = connection["edges"].as_array().unwrap_or_else(|| panic!("{connection}"));
    edges.iter().map(|edge| edge["node"]["Id"].as_str().unwrap().to_owned()).collect()
}

/// All rows of a query by SOQL.
async fn soql(fixture: &Fixture, token: &str, text: &str) -> Vec<Value> {
    let mut answer = fixture.query(0, token, text).await.json();
    let mut rows = answer["records"].as_array().unwrap_or_else(|| panic!("{text}: {answer}")).clone();
    while let Some(next) = answer["nextRecordsUrl"].as_str().map(str::to_owned) {
        answer = fixture.get(0, token, &next).await.json();
        rows.extend(answer["records"].as_array().unwrap().iter().cloned());
    }
    rows
}

async fn soql_ids(fixture: &Fixture, token: &str, text: &str) -> Vec<String> {
    soql(fixture, token, text).await.iter().map(|row| row["Id"].as_str().unwrap().to_owned()).collect()
}
