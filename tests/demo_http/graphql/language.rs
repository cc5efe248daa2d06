//! The language: fragments, directives, variables, introspection, and what is told of a request that is wrong.

use super::{ask, data, ids, post, query, refusal};
use crate::support::{Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn fragments_directives_aliases_and_variables_work() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = "query Named($n: Int = 2, $yes: Boolean!, $where: Account_Filter) { uiapi { query {
        one: Account(first: $n) { ...page }
        two: Account(first: 1, where: $where) { ...page edges { node { ...named Industry @include(if: $yes) { value } } } }
      } } }
      fragment page on AccountConnection { edges { node { ...named Phone @skip(if: $yes) { value } } } }
      fragment named on Record { kind: __typename Id ... on Account { called: Name @category(name: \"x\") { value } } }";
    let found = data(&fixture, &token, text, json!({ "yes": true, "where": { "Industry": { "eq": "Timber" } } })).await;
    let lists = &found["uiapi"]["query"];
    assert_eq!(ids(&lists["one"]).len(), 2);
    let node = &lists["two"]["edges"][0]["node"];
    assert_eq!((&node["kind"], &node["Industry"]), (&json!("Account"), &json!({ "value": "Timber" })));
    assert!(node["called"]["value"].is_string() && node.get("Phone").is_none() && node.get("Name").is_none());
    let other = data(&fixture, &token, text, json!({ "yes": false, "n": 1 })).await;
    let node = &other["uiapi"]["query"]["one"]["edges"][0]["node"];
    assert!(node.get("Phone").is_some() && node.get("Industry").is_none());
}

#[tokio::test]
async fn one_of_several_operations_is_chosen_by_its_name() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = "query A { uiapi { __typename } } query B { rateLimit { __typename } }";
    let answer = post(&fixture, &token, &json!({ "query": text, "operationName": "B" })).await.json();
    assert_eq!(answer, json!({ "data": { "rateLimit": { "__typename": "RateLimit" } }, "errors": [] }));
    for name in [json!(null), json!("C")] {
        let answer = post(&fixture, &token, &json!({ "query": text, "operationName": name })).await.json();
        assert_eq!(answer["errors"][0]["extensions"]["ErrorType"], "OperationNotSupported", "{answer}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_as_salesforce_tells_it() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let wrong = "{\n  uiapi {\n    query {\n      Acount { edges { node { Id } } }\n    }\n  }\n}";
    let answer = ask(&fixture, &token, wrong, json!({})).await;
    let only = json!({ "data": {}, "errors": [{
        "message": "Validation error (FieldUndefined@[uiapi/query/Acount]) : Field 'Acount' in type 'RecordQuery' is undefined",
        "locations": [{ "line": 4, "column": 7 }], "paths": [], "extensions": { "ErrorType": "ValidationError" } }] });
    assert_eq!(answer, only);
    for (text, kind, words) in [
        ("{ uiapi { query { ", "InvalidSyntax", "Invalid syntax with offending token '<EOF>' at line 1 column 19"),
        ("{ uiapi } }", "InvalidSyntax", "Invalid syntax with offending token '}' at line 1 column 11"),
        ("", "InvalidSyntax", "Invalid syntax with offending token '<EOF>' at line 1 column 1"),
        (
            "{ uiapi { query { Account(x: 1) { totalCount } } } }",
            "ValidationError",
            "Validation error (UnknownArgument@[uiapi/query/Account]) : Unknown field argument 'x'",
        ),
        (
            "{ uiapi { query { Account } } }",
            "ValidationError",
            "Validation error (SubselectionRequired@[uiapi/query/Account]) : Subselection required for type 'AccountConnection' of field 'Account'",
        ),
        (
            "{ uiapi { query { Account { totalCount { x } } } } }",
            "ValidationError",
            "Validation error (SubselectionNotAllowed@[uiapi/query/Account/totalCount]) : Subselection not allowed on leaf type 'Int' of field 'totalCount'",
        ),
        (
            "{ uiapi { ...none } }",
            "ValidationError",
            "Validation error (UndefinedFragment@[uiapi]) : Undefined fragment 'none'",
        ),
        (
            "query($n: Int) { uiapi { __typename } }",
            "ValidationError",
            "Validation error (UnusedVariable) : Unused variable 'n'",
        ),
        (
            "{ uiapi { __typename @what } }",
            "ValidationError",
            "Validation error (UnknownDirective@[uiapi/__typename]) : Unknown directive 'what'",
        ),
        (
            "query($n: Nothing) { uiapi { query { Account(first: $n) { totalCount } } } }",
            "ValidationError",
            "Validation error (UnknownType) : Unknown type 'Nothing'",
        ),
        (
            "{ uiapi { relatedListByName(parentApiName: \"x\") { label } } }",
            "ValidationError",
            "Validation error (MissingFieldArgument@[uiapi/relatedListByName]) : Missing field argument 'relatedListName'",
        ),
    ] {
        assert_eq!(refusal(&fixture, &token, text).await, (kind.to_owned(), words.to_owned()), "{text}");
    }
    for (text, name) in [
        ("{ uiapi { query { Account(where: { Name: { eq: 3 } }) { totalCount } } } }", "WrongType"),
        ("{ uiapi { query { Account(where: { Nme: { eq: \"x\" } }) { totalCount } } } }", "WrongType"),
        ("{ uiapi { query { Account(orderBy: { Name: { order: UP } }) { totalCount } } } }", "WrongType"),
        ("query($n: String) { uiapi { query { Account(first: $n) { totalCount } } } }", "VariableTypeMismatch"),
        ("{ uiapi { query { Account { n: totalCount n: pageResultCount } } } }", "FieldsConflict"),
        ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "FragmentCycle"),
    ] {
        let (kind, words) = refusal(&fixture, &token, text).await;
        assert!(kind == "ValidationError" && words.contains(&format!("({name}")), "{text}: {kind} {words}");
    }
    let text = "query($n: Int!) { uiapi { query { Account(first: $n) { totalCount } } } }";
    for variables in [json!({}), json!({ "n": "x" }), json!({ "n": null })] {
        let answer = ask(&fixture, &token, text, variables).await;
        assert_eq!(answer["errors"][0]["extensions"]["ErrorType"], "ValidationError", "{answer}");
    }
}

#[tokio::test]
async fn what_fails_later_leaves_the_rest() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = "{ uiapi { query { bad: Account(first: 0) { edges { node { Id } } } good: Account(first: 1) { edges { node { Id } } } } } }";
    let answer = ask(&fixture, &token, text, json!({})).await;
    let lists = &answer["data"]["uiapi"]["query"];
    assert_eq!((&lists["bad"], ids(&lists["good"]).len()), (&Value::Null, 1));
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["ErrorType"], "DataFetchingException");
    assert_eq!(
        (&error["path"], &error["paths"]),
        (&json!(["uiapi", "query", "bad"]), &json!(["uiapi", "query", "bad"]))
    );
    assert_eq!(error["locations"], json!([{ "line": 1, "column": 24 }]));
    for argument in [
        "first: 2001",
        "first: -1",
        "after: \"x\"",
        "after: \"djE6LTE=\"",
        "after: \"djI6YTpi\"",
        "where: { CreatedDate: { eq: { value: \"soon\" } } }",
    ] {
        let text = format!("{{ uiapi {{ query {{ Account({argument}) {{ edges {{ node {{ Id }} }} }} }} }} }}");
        assert_eq!(refusal(&fixture, &token, &text).await.0, "DataFetchingException", "{argument}");
    }
}

#[tokio::test]
async fn introspection_holds_together() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    // What GraphiQL and code generators ask.
    let text = "query IntrospectionQuery { __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType } directives { name description locations args { ...InputValue } } } }
      fragment FullType on __Type { kind name description
        fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
        inputFields { ...InputValue } interfaces { ...TypeRef }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
      fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
      fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";
    let found = data(&fixture, &token, text, json!({})).await["__schema"].take();
    assert_eq!((&found["queryType"]["name"], &found["mutationType"]["name"]), (&json!("Query"), &json!("Mutation")));
    let types = found["types"].as_array().unwrap();
    let names: Vec<&str> = types.iter().map(|one| one["name"].as_str().unwrap()).collect();
    for name in [
        "Account",
        "AccountConnection",
        "AccountEdge",
        "Account_Filter",
        "Account_OrderBy",
        "Account_GroupBy",
        "ACCOUNT_SCOPE",
        "Shipment__c",
        "ContactCreateInput",
        "StringOperators",
        "JoinInput",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    // Every type that is named anywhere is told.
    fn named(value: &Value, names: &[&str]) {
        match value {
            Value::Object(map) if map.contains_key("ofType") && map["name"].is_string() => {
                assert!(names.contains(&map["name"].as_str().unwrap()), "{value}");
            }
            Value::Object(map) => map.values().for_each(|inner| named(inner, names)),
            Value::Array(items) => items.iter().for_each(|inner| named(inner, names)),
            _ => {}
        }
    }
    named(&found["types"], &names);
    let record = types.iter().find(|one| one["name"] == "Record").unwrap();
    let possible: Vec<&str> =
        record["possibleTypes"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(["Account", "Case", "Shipment__c", "User"].iter().all(|name| possible.contains(name)), "{possible:?}");
    // What describes the org has no records of its own.
    assert!(!possible.contains(&"EntityDefinition"), "{possible:?}");
    let one =
        data(&fixture, &token, "{ __typename __type(name: \"AccountEdge\") { fields { name } } }", json!({})).await;
    assert_eq!(
        one,
        json!({ "__typename": "Query", "__type": { "fields": [{ "name": "node" }, { "name": "cursor" }] } })
    );
}

#[tokio::test]
async fn the_endpoint_takes_posts_of_json_from_those_who_logged_in() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let path = "/services/data/v67.0/graphql";
    let body = json!({ "query": "{ __typename }" }).to_string();
    assert_eq!(fixture.get(0, &token, path).await.status, 405);
    let old = fixture.request(0, Method::POST, &token, "/services/data/v55.0/graphql").body(body.clone());
    assert_eq!(read(old.send().await.unwrap()).await.status, 404);
    let stranger = fixture.request(0, Method::POST, "00D!x", path).body(body.clone());
    let answer = read(stranger.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "INVALID_SESSION_ID"));
    for body in ["", "{", "[]", "{}", "{\"query\":1}", "{\"query\":\"{ __typename }\",\"variables\":[]}"] {
        let answer = read(fixture.request(0, Method::POST, &token, path).body(body).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "JSON_PARSER_ERROR"), "{body}");
    }
    let answer = read(fixture.request(0, Method::POST, &token, path).body(body).send().await.unwrap()).await;
    assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" }, "errors": [] }));
    let count = query(&fixture, &token, "Account { totalCount }").await;
    assert!(count["Account"]["totalCount"].as_u64().unwrap() > 100);
}

#[tokio::test]
async fn who_asks_for_the_count_alone_is_told_what_is_wrong_too() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (arguments, words) in [
        ("first: 0", "between 1 and 2000"),
        ("first: 2001", "between 1 and 2000"),
        ("after: \"nonsense\"", "Invalid cursor"),
    ] {
        for kind in ["query", "aggregate"] {
            let query = format!("{{ uiapi {{ {kind} {{ Account({arguments}) {{ totalCount }} }} }} }}");
            let (_, told) = super::refusal(&fixture, &token, &query).await;
            assert!(told.contains(words), "{query}: {told}");
        }
    }
}
