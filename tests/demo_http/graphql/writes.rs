//! Mutations: what they write is there, and what belongs together is done or undone together.

use super::{ask, data, soql, soql_ids};
use crate::support::Fixture;
use serde_json::{Value, json};

#[tokio::test]
async fn records_are_made_changed_and_deleted() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let make = "mutation Make($input: AccountCreateInput!) { uiapi(input: { allOrNone: true }) {
        AccountCreate(input: $input) { __typename Record { Id Name { value } AnnualRevenue { value } Owner { Id } } }
        one: ContactCreate(input: { Contact: { LastName: \"Gull\", AccountId: \"@{AccountCreate}\" } }) { Record { Id Account { Name { value } } } }
        two: ContactCreate(input: { Contact: { LastName: \"Tern\", AccountId: \"@{AccountCreate}\", ReportsToId: \"@{one}\" } }) { Record { Id ReportsTo { Id } } } } }";
    let input = json!({ "Account": { "Name": "Mole & Pier", "AnnualRevenue": 80000, "RenewalDate__c": "2027-02-03" } });
    let made = data(&fixture, &token, make, json!({ "input": input })).await["uiapi"].take();
    let record = &made["AccountCreate"]["Record"];
    let id = record["Id"].as_str().unwrap();
    assert_eq!(made["AccountCreate"]["__typename"], "AccountCreatePayload");
    assert_eq!(
        (&record["Name"]["value"], record["AnnualRevenue"]["value"].as_f64()),
        (&json!("Mole & Pier"), Some(80_000.0))
    );
    assert_eq!(made["one"]["Record"]["Account"]["Name"]["value"], "Mole & Pier");
    assert_eq!(made["two"]["Record"]["ReportsTo"]["Id"], made["one"]["Record"]["Id"]);
    let rows = soql(&fixture, &token, &format!("SELECT RenewalDate__c FROM Account WHERE Id = '{id}'")).await;
    assert_eq!(rows[0]["RenewalDate__c"], "2027-02-03");
    let change = "mutation($input: AccountUpdateInput!) { uiapi { AccountUpdate(input: $input) { success Record { Id Site { value } Name { value } } } } }";
    let input = json!({ "Id": id, "Account": { "Site": "Quay", "AnnualRevenue": null } });
    let changed = data(&fixture, &token, change, json!({ "input": input })).await;
    let told = json!({ "success": true, "Record": { "Id": id, "Site": { "value": "Quay" }, "Name": { "value": "Mole & Pier" } } });
    assert_eq!(changed["uiapi"]["AccountUpdate"], told);
    let delete = "mutation($input: RecordDeleteInput!) { uiapi { ContactDelete(input: $input) { Id } } }";
    let two = &made["two"]["Record"]["Id"];
    let gone = data(&fixture, &token, delete, json!({ "input": { "Id": two } })).await;
    assert_eq!(gone["uiapi"]["ContactDelete"]["Id"], *two);
    assert_eq!(soql_ids(&fixture, &token, &format!("SELECT Id FROM Contact WHERE AccountId = '{id}'")).await.len(), 1);
    // Gone already, and never there.
    for id in [two, &json!("003000000000000AAA"), &json!("x"), &json!(null)] {
        let answer = ask(&fixture, &token, delete, json!({ "input": { "Id": id } })).await;
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{answer}");
    }
    let twice = "mutation { uiapi { ContactDelete(input: { Id: \"@{later}\" }) { Id } later: AccountCreate(input: { Account: { Name: \"x\" } }) { Record { Id } } } }";
    let answer = ask(&fixture, &token, twice, json!({})).await;
    assert_eq!(answer["data"]["uiapi"], json!({ "ContactDelete": null, "later": null }), "{answer}");
}

async fn count(fixture: &Fixture, token: &str, name: &str) -> usize {
    soql_ids(fixture, token, &format!("SELECT Id FROM Account WHERE Name = '{name}'")).await.len()
}

#[tokio::test]
async fn all_or_none_of_them_are_done() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = |input: &str, name: &str| {
        format!(
            "mutation {{ uiapi{input} {{ a: AccountCreate(input: {{ Account: {{ Name: \"{name}\" }} }}) {{ Record {{ Id }} }}
               b: ContactCreate(input: {{ Contact: {{ FirstName: \"x\" }} }}) {{ Record {{ Id }} }}
               c: AccountCreate(input: {{ Account: {{ Name: \"{name}\" }} }}) {{ Record {{ Id }} }} }} }}"
        )
    };
    for input in ["", "(input: { allOrNone: true })", "(input: {})"] {
        let answer = ask(&fixture, &token, &text(input, "together"), json!({})).await;
        assert_eq!(answer["data"]["uiapi"], json!({ "a": null, "b": null, "c": null }), "{answer}");
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors[0]["path"], json!(["uiapi", "b"]));
        assert!(errors[0]["message"].as_str().unwrap().contains("LastName"), "{answer}");
        assert_eq!(count(&fixture, &token, "together").await, 0, "{input}");
    }
    let answer = ask(&fixture, &token, &text("(input: { allOrNone: false })", "apart"), json!({})).await;
    let done = &answer["data"]["uiapi"];
    assert!(done["a"]["Record"]["Id"].is_string() && done["c"]["Record"]["Id"].is_string(), "{answer}");
    assert_eq!((&done["b"], answer["errors"].as_array().unwrap().len()), (&Value::Null, 1));
    assert_eq!(count(&fixture, &token, "apart").await, 2);
    // A change and a deletion beside something that fails.
    let id = done["a"]["Record"]["Id"].as_str().unwrap();
    let text = format!(
        "mutation {{ uiapi {{ u: AccountUpdate(input: {{ Id: \"{id}\", Account: {{ Name: \"changed\", Site: \"Quay\" }} }}) {{ Record {{ Name {{ value }} }} }}
           d: AccountDelete(input: {{ Id: \"{id}\" }}) {{ Id }}
           x: AccountUpdate(input: {{ Id: \"001000000000000AAA\", Account: {{ Name: \"x\" }} }}) {{ success }} }} }}"
    );
    let answer = ask(&fixture, &token, &text, json!({})).await;
    assert_eq!(answer["data"]["uiapi"], json!({ "u": null, "d": null, "x": null }), "{answer}");
    let rows = soql(&fixture, &token, &format!("SELECT Name, Site FROM Account WHERE Id = '{id}'")).await;
    assert_eq!((rows.len(), &rows[0]["Name"], &rows[0]["Site"]), (1, &json!("apart"), &Value::Null));
}
