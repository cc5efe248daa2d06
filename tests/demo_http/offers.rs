//! What user interfaces and editors are offered: dependent picklists, themes, tabs, searches, completions.

use crate::support::{Answer, Fixture, read};
use base64::Engine;
use reqwest::Method;
use serde_json::{Value, json};

async fn send(fixture: &Fixture, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = fixture.request(0, method, token, &format!("/services/data/v67.0/{path}"));
    read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

#[tokio::test]
async fn a_dependent_picklist_is_told_in_both_apis_alike() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let describe = fixture.data(0, &token, "sobjects/Shipment__c/describe").await.json();
    let field = |name: &str| {
        let mut fields = describe["fields"].as_array().unwrap().iter();
        fields.find(|field| field["name"] == name).unwrap().clone()
    };
    let (reason, status) = (field("DelayReason__c"), field("Status__c"));
    assert_eq!((&reason["dependentPicklist"], &reason["controllerName"]), (&json!(true), &json!("Status__c")));
    assert_eq!((&status["dependentPicklist"], &status["controllerName"]), (&json!(false), &Value::Null));
    assert_eq!(status["picklistValues"][0]["validFor"], Value::Null);
    // As clients read it: a bit for each controlling value, from the left.
    let controlling: Vec<&str> =
        status["picklistValues"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    let offered = |entry: &Value| -> Vec<usize> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(entry["validFor"].as_str().unwrap()).unwrap();
        (0..controlling.len()).filter(|at| bytes[at / 8] & (0x80 >> (at % 8)) != 0).collect()
    };
    let storm = &reason["picklistValues"][0];
    assert_eq!(offered(storm).iter().map(|at| controlling[*at]).collect::<Vec<_>>(), ["At Sea", "Lost"]);
    let info = fixture.data(0, &token, "ui-api/object-info/Shipment__c").await.json();
    assert_eq!(info["dependentFields"], json!({ "Status__c": { "DelayReason__c": {} } }));
    assert_eq!(info["fields"]["DelayReason__c"]["controllingFields"], json!(["Status__c"]));
    assert_eq!(info["fields"]["Status__c"]["controllingFields"], json!([]));
    let master = info["defaultRecordTypeId"].as_str().unwrap();
    let path = format!("ui-api/object-info/Shipment__c/picklist-values/{master}");
    let all = fixture.data(0, &token, &path).await.json();
    let values = &all["picklistFieldValues"]["DelayReason__c"];
    assert_eq!(values["controllerValues"]["Customs"], json!(2));
    for (entry, shown) in reason["picklistValues"].as_array().unwrap().iter().zip(values["values"].as_array().unwrap())
    {
        assert_eq!((&shown["value"], &shown["validFor"]), (&entry["value"], &json!(offered(entry))));
    }
    assert_eq!(all["picklistFieldValues"]["Status__c"]["controllerValues"], json!({}));
    // The records keep to it.
    let soql = "SELECT Status__c, DelayReason__c FROM Shipment__c WHERE DelayReason__c != null";
    let records = fixture.query(0, &token, soql).await.json()["records"].as_array().unwrap().clone();
    assert!(records.len() > 5);
    for record in records {
        let entry =
            reason["picklistValues"].as_array().unwrap().iter().find(|one| one["value"] == record["DelayReason__c"]);
        let at = controlling.iter().position(|own| record["Status__c"] == *own).unwrap();
        assert!(offered(entry.unwrap()).contains(&at), "{record}");
    }
}

#[tokio::test]
async fn tabs_stand_as_their_user_put_them() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let apps = fixture.data(0, &admin, "ui-api/apps").await.json();
    let id = apps["apps"][0]["appId"].as_str().unwrap().to_owned();
    let path = format!("ui-api/apps/{id}/user-nav-items");
    let names = |answer: &Value| -> Vec<String> {
        answer["navItems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["developerName"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = fixture.data(0, &admin, &path).await.json();
    let item = |at: usize| json!({ "id": before["navItems"][at]["id"] });
    let page = |name: &str| json!({ "pageReference": { "type": "standard__objectPage", "attributes": { "objectApiName": name, "actionName": "home" }, "state": {} } });
    let put = json!({ "navItems": [item(2), item(0), page("Shipment__c")] });
    let after = send(&fixture, &admin, Method::PUT, &path, put).await;
    assert_eq!(after.status, 200, "{}", after.text());
    let (old, new) = (names(&before), names(&after.json()));
    assert_eq!(new, [old[2].as_str(), &old[0], "Shipment__c"]);
    assert_eq!(names(&fixture.data(0, &admin, &path).await.json()), new);
    let app = fixture.data(0, &admin, &format!("ui-api/apps/{id}")).await.json();
    assert_eq!(
        (app["userNavItems"].as_array().unwrap().len(), app["navItems"].as_array().unwrap().len()),
        (3, old.len())
    );
    // Each user's own.
    assert!(names(&fixture.data(0, &sales, &path).await.json()).len() > 3);
    for (body, status, code) in [
        (json!({}), 400, "JSON_PARSER_ERROR"),
        (json!({ "navItems": [{ "id": "0Qk000000000000AAA" }] }), 404, "NOT_FOUND"),
        (json!({ "navItems": [page("Nothing")] }), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (json!({ "navItems": [page("Account"), page("Contact")] }), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
    ] {
        let refused = send(&fixture, &admin, Method::PUT, &path, body).await;
        assert_eq!((refused.status, refused.code().as_str()), (status, code), "{}", refused.text());
    }
    assert_eq!(send(&fixture, &admin, Method::POST, &path, json!({})).await.status, 405);
    let theme = fixture.data(0, &admin, "ui-api/themes/active").await.json();
    assert!(theme["brandColor"].as_str().unwrap().starts_with('#') && theme["pageColor"].is_string());
}

#[tokio::test]
async fn searches_are_suggested_to_who_begins_them() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let ask = "search/suggestSearchQueries?q=har&language=en_US";
    let none = json!({ "autoSuggestResults": [], "hasMoreResults": false });
    assert_eq!(fixture.data(0, &token, ask).await.json(), none);
    fixture.data(0, &token, "search?q=FIND+%7BHarbour%7D+RETURNING+Account(Id)").await;
    fixture.data(0, &token, "parameterizedSearch?q=harbour+watch&sobject=Account").await;
    // What was refused is no search.
    fixture.data(0, &token, "search?q=FIND+%7Bharsh%7D+RETURNING+Nothing(Id)").await;
    let told = fixture.data(0, &token, ask).await.json();
    assert_eq!(told["autoSuggestResults"], json!(["harbour watch", "harbour"]));
    assert_eq!(fixture.data(0, &token, "search/suggestSearchQueries").await.code(), "MALFORMED_SEARCH");
    assert_eq!(fixture.data(1, &fixture.token(1, "admin").await, ask).await.json(), none);
}

#[tokio::test]
async fn editors_are_told_the_systems_classes() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let apex = fixture.data(0, &token, "tooling/completions?type=apex").await.json();
    let methods = apex["publicDeclarations"]["System"]["String"]["methods"].as_array().unwrap();
    let blank = methods.iter().find(|method| method["name"] == "isBlank").unwrap();
    assert_eq!((&blank["returnType"], &blank["isStatic"]), (&json!("Boolean"), &json!(true)));
    assert_eq!(fixture.data(0, &token, "tooling/completions?type=cobol").await.status, 400);
    assert_eq!(fixture.data(0, &token, "tooling/completions").await.status, 400);
}
