//! Who may not see something asks for something that does not exist.

use super::{ask, data, ids, query, refusal, soql_ids};
use crate::support::Fixture;
use serde_json::json;

#[tokio::test]
async fn hidden_fields_and_objects_are_unknown() {
    let fixture = Fixture::new().await;
    let sales = fixture.token(0, "sales").await;
    for (inner, words) in [
        (
            "query { Account { edges { node { AnnualRevenue { value } } } } }",
            "Field 'AnnualRevenue' in type 'Account' is undefined",
        ),
        ("query { Case { totalCount } }", "Field 'Case' in type 'RecordQuery' is undefined"),
        ("aggregate { Case { totalCount } }", "Field 'Case' in type 'RecordQueryAggregate' is undefined"),
        (
            "query { Account { edges { node { Cases { totalCount } } } } }",
            "Field 'Cases' in type 'Account' is undefined",
        ),
        ("query { Account(where: { AnnualRevenue: { gt: 1 } }) { totalCount } }", "AnnualRevenue"),
        ("query { Contact(where: { Account: { CreditLimit__c: { gt: 1 } } }) { totalCount } }", "CreditLimit__c"),
        ("query { Account(orderBy: { AnnualRevenue: {} }) { edges { node { Id } } } }", "AnnualRevenue"),
        ("query { Account(where: { Id: { inq: { Case: {}, ApiName: \"AccountId\" } } }) { totalCount } }", "Case"),
        ("aggregate { Account { edges { node { aggregate { AnnualRevenue { max { value } } } } } } }", "AnnualRevenue"),
        ("aggregate { Account(orderBy: { AnnualRevenue: { function: MAX } }) { totalCount } }", "AnnualRevenue"),
    ] {
        let (kind, told) = refusal(&fixture, &sales, &format!("{{ uiapi {{ {inner} }} }}")).await;
        assert!(kind == "ValidationError" && told.contains(words), "{inner}: {kind} {told}");
    }
    // By a field of the child that is not there for him, named in a text.
    let join = "{ uiapi { query { Account(where: { Id: { inq: { Opportunity: {}, ApiName: \"Margin__c\" } } }) { totalCount } } } }";
    assert_eq!(refusal(&fixture, &sales, join).await.0, "DataFetchingException");
    let write =
        "mutation { uiapi { AccountCreate(input: { Account: { Name: \"x\", AnnualRevenue: 1 } }) { Record { Id } } } }";
    assert!(refusal(&fixture, &sales, write).await.1.contains("AnnualRevenue"));
    let found = data(
        &fixture,
        &sales,
        "{ account: __type(name: \"Account\") { fields { name } } case: __type(name: \"Case\") { name }
           uiapi { objectInfos(apiNames: [\"Account\", \"Case\"]) { fields { ApiName } } } }",
        json!({}),
    )
    .await;
    assert!(!found.to_string().contains("AnnualRevenue"));
    assert_eq!((&found["case"], &found["uiapi"]["objectInfos"][1]), (&json!(null), &json!(null)));
}

#[tokio::test]
async fn optional_fields_are_left_out() {
    let fixture = Fixture::new().await;
    let sales = fixture.token(0, "sales").await;
    let text = "{ uiapi { query { Account(first: 1) { edges { node { Name @optional { value }
        AnnualRevenue @optional { value } Cases @optional { totalCount } Owner @optional { Alias @optional { value } EmployeeNumber @optional { value } }
        CreatedBy @optional { EmployeeNumber @optional { value } } } } } } } }";
    let found = data(&fixture, &sales, text, json!({})).await;
    let node = &found["uiapi"]["query"]["Account"]["edges"][0]["node"];
    let keys: Vec<&String> = node.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["Name", "Owner"]);
    assert_eq!(node["Owner"].as_object().unwrap().len(), 1);
    let admin = fixture.token(0, "admin").await;
    let found = data(&fixture, &admin, text, json!({})).await;
    assert_eq!(found["uiapi"]["query"]["Account"]["edges"][0]["node"].as_object().unwrap().len(), 5);
}

#[tokio::test]
async fn records_are_those_that_soql_shows() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    for alias in ["admin", "sales", "api"] {
        let token = fixture.token(0, alias).await;
        let found =
            query(&fixture, &token, "Account(first: 2000, orderBy: { Id: {} }) { totalCount edges { node { Id } } }")
                .await;
        let same = soql_ids(&fixture, &token, "SELECT Id FROM Account ORDER BY Id").await;
        assert_eq!(
            (ids(&found["Account"]), &found["Account"]["totalCount"]),
            (same.clone(), &json!(same.len())),
            "{alias}"
        );
    }
    let sales = fixture.token(0, "sales").await;
    let mine =
        query(&fixture, &sales, "Account(first: 2000, scope: MINE, orderBy: { Id: {} }) { edges { node { Id } } }")
            .await;
    let same = soql_ids(&fixture, &sales, "SELECT Id FROM Account USING SCOPE mine ORDER BY Id").await;
    assert_eq!(ids(&mine["Account"]), same);
    // A record of others, by its id, by a task that hangs on it, and to be changed.
    let all = soql_ids(&fixture, &admin, "SELECT Id FROM Account ORDER BY Id").await;
    let seen = soql_ids(&fixture, &sales, "SELECT Id FROM Account ORDER BY Id").await;
    let other = all.iter().find(|id| !seen.contains(id)).unwrap();
    let found = query(
        &fixture,
        &sales,
        &format!("Account(where: {{ Id: {{ eq: \"{other}\" }} }}) {{ totalCount edges {{ node {{ Id }} }} }}"),
    )
    .await;
    assert_eq!(found["Account"], json!({ "totalCount": 0, "edges": [] }));
    let tasks = query(&fixture, &sales, "Task(first: 2000, where: { WhatId: { ne: null } }) { edges { node { WhatId { value } What { ... on Record { Id ApiName } } } } }").await;
    for edge in tasks["Task"]["edges"].as_array().unwrap() {
        let what = &edge["node"]["What"];
        let hidden = what.is_null();
        let id = edge["node"]["WhatId"]["value"].as_str().unwrap().to_owned();
        assert!(hidden || what["ApiName"] != "Account" || seen.contains(&id), "{edge}");
    }
    let write = format!(
        "mutation {{ uiapi {{ AccountUpdate(input: {{ Id: \"{other}\", Account: {{ Site: \"x\" }} }}) {{ success }} AccountDelete(input: {{ Id: \"{other}\" }}) {{ Id }} }} }}"
    );
    let answer = ask(&fixture, &sales, &write, json!({})).await;
    assert_eq!(answer["data"]["uiapi"], json!({ "AccountUpdate": null, "AccountDelete": null }), "{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}
