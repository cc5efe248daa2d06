//! Records over sockets: by id, by external id, along relationships, on conditions.

use crate::support::Fixture;
use crate::user::{BASE, User};
use serde_json::{Value, json};

#[tokio::test]
async fn an_external_id_names_a_record() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let path = "sobjects/Account/LedgerKey__c/Q%2F7%20a";
    let made = admin.patch(path, json!({ "Name": "Quay" })).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!((made.status, made.json()), (201, json!({ "id": id, "success": true, "errors": [], "created": true })));
    assert_eq!(made.header("location"), format!("{BASE}/sobjects/Account/{id}"));
    let changed = admin.patch(path, json!({ "Name": "Quay 2" })).await;
    assert_eq!((changed.status, &changed.json()["created"]), (200, &json!(false)));
    let old = admin.patch(&format!("/services/data/v45.0/{path}"), json!({ "Name": "Quay 3" })).await;
    assert_eq!((old.status, old.body.len()), (204, 0));
    assert_eq!(admin.get(&format!("{path}?fields=Name")).await.json()["Name"], "Quay 3");
    let tunnelled = admin.post(&format!("{path}?_HttpMethod=PATCH"), json!({ "Name": "Quay 4" })).await;
    assert_eq!(tunnelled.status, 200);
    let only = admin.patch("sobjects/Account/LedgerKey__c/none?updateOnly=true", json!({ "Name": "x" })).await;
    assert_eq!((only.status, only.code().as_str()), (404, "NOT_FOUND"));
    let wrong = admin.patch("sobjects/Account/Name/x", json!({})).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (404, "NOT_FOUND"));
    assert_eq!(admin.get("sobjects/Account/LedgerKey__c/none").await.status, 404);
    assert_eq!(admin.get(&format!("sobjects/Account/Id/{id}?fields=Id")).await.json()["Id"], id.as_str());
    assert_eq!(admin.post("sobjects/Account/Id", json!({ "Name": "By post" })).await.status, 201);
    assert_eq!(admin.delete(path).await.status, 204);
    assert_eq!(admin.delete(path).await.status, 404);
    assert_eq!(admin.send("PUT", path, &[], &json!({})).await.header("allow"), "HEAD,GET,POST,PATCH,DELETE");
    // Several of one value are listed.
    let mut paths = Vec::new();
    for name in ["One", "Two"] {
        let id = admin.make("Contact", json!({ "LastName": name, "LegacyId__c": "9" })).await;
        paths.push(format!("{BASE}/sobjects/Contact/{id}"));
    }
    let path = "sobjects/Contact/LegacyId__c/9";
    for answer in [admin.get(path).await, admin.patch(path, json!({})).await, admin.delete(path).await] {
        assert_eq!((answer.status, answer.json()), (300, json!(paths)));
    }
}

#[tokio::test]
async fn relationships_lead_on_from_a_record() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let account = admin.make("Account", json!({ "Name": "Root", "LedgerKey__c": "R" })).await;
    let nested = json!({ "LastName": "Leaf", "Account": { "LedgerKey__c": "R" } });
    let contact = admin.make("Contact", nested).await;
    let parent = admin.get(&format!("sobjects/Contact/{contact}/Account?fields=Name")).await;
    assert_eq!((parent.status, &parent.json()["Name"]), (200, &json!("Root")));
    let owner = admin.get(&format!("sobjects/Contact/{contact}/account/owner?fields=Alias")).await.json();
    assert_eq!(owner["Alias"], "admin");
    let children = admin.get(&format!("sobjects/Account/{account}/Contacts?fields=LastName,Id")).await.json();
    assert_eq!((&children["totalSize"], &children["records"][0]["LastName"]), (&json!(1), &json!("Leaf")));
    assert!(
        admin.get(&format!("sobjects/Account/{account}/Contacts")).await.json()["records"][0].get("Email").is_some()
    );
    let renamed = admin.patch(&format!("sobjects/Contact/{contact}/Account"), json!({ "Name": "Trunk" })).await;
    assert_eq!(renamed.status, 204);
    assert_eq!(admin.get(&format!("sobjects/Account/{account}")).await.json()["Name"], "Trunk");
    let error = admin.get(&format!("sobjects/Account/{account}/Contacts?fields=Nope")).await;
    assert_eq!((error.status, error.code().as_str()), (400, "INVALID_FIELD"));
    for path in ["Nothing", "Parent", "Contacts/Account"] {
        assert_eq!(admin.get(&format!("sobjects/Account/{account}/{path}")).await.status, 404, "{path}");
    }
    let refused = admin.patch(&format!("sobjects/Account/{account}/Contacts"), json!({})).await;
    assert_eq!((refused.status, refused.header("allow")), (405, "HEAD,GET"));
    assert_eq!(admin.delete(&format!("sobjects/Contact/{contact}/Account")).await.status, 204);
    let gone = admin.get(&format!("sobjects/Account/{account}")).await;
    assert_eq!((gone.status, gone.code().as_str()), (404, "ENTITY_IS_DELETED"));
}

#[tokio::test]
async fn conditions_are_kept() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let id = admin.make("Account", json!({ "Name": "Cond" })).await;
    let path = format!("sobjects/Account/{id}");
    let (get, patch) = ("GET", "PATCH");
    let first = admin.get(&path).await;
    let (tag, stamp) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let other = "\"x\"".to_owned();
    let (early, late) = ("Mon, 01 Jan 2024 00:00:00 GMT".to_owned(), "Fri, 01 Jan 2100 00:00:00 GMT".to_owned());
    for (method, name, value, status) in [
        (get, "if-none-match", &tag, 304),
        (get, "if-none-match", &other, 200),
        (get, "if-match", &tag, 200),
        (get, "if-match", &other, 412),
        (get, "if-modified-since", &stamp, 304),
        (get, "if-modified-since", &early, 200),
        (get, "if-unmodified-since", &early, 412),
        (get, "if-unmodified-since", &late, 200),
        (patch, "if-none-match", &tag, 412),
        (patch, "if-match", &other, 412),
        (patch, "if-unmodified-since", &early, 412),
        (patch, "if-unmodified-since", &"soon".to_owned(), 400),
        (patch, "if-match", &"no tag".to_owned(), 400),
        (patch, "if-unmodified-since", &late, 204),
    ] {
        let body = if method == patch { json!({ "Name": "Cond" }) } else { Value::Null };
        let answer = admin.send(method, &path, &[(name, value)], &body).await;
        assert_eq!(answer.status, status, "{method} {name}: {value}");
        assert!(status != 304 || answer.body.is_empty());
    }
    let fresh = admin.get(&path).await.header("etag").to_owned();
    let changed = admin.send(patch, &path, &[("if-match", fresh.as_str())], &json!({ "Name": "Cond 2" })).await;
    assert_eq!(changed.status, 204);
    let stale = admin.send(patch, &path, &[("if-match", fresh.as_str())], &json!({ "Name": "Cond 3" })).await;
    assert_eq!(stale.status, 412);
    assert_eq!(admin.get(&path).await.json()["Name"], "Cond 2");
    // Only accounts have a tag.
    let contact = admin.make("Contact", json!({ "LastName": "Cond" })).await;
    let answer = admin.get(&format!("sobjects/Contact/{contact}")).await;
    assert_eq!((answer.header("etag"), answer.header("last-modified").is_empty()), ("", false));
}

#[tokio::test]
async fn refusals_have_their_status_and_shape() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (User::new(&fixture, "admin").await, User::new(&fixture, "sales").await);
    let account = admin.make("Account", json!({ "Name": "Taken", "LedgerKey__c": "T" })).await;
    let campaign = admin.make("Campaign", json!({ "Name": "Read only" })).await;
    let taken = admin.post("sobjects/Account", json!({ "Name": "x", "LedgerKey__c": "T" })).await;
    let told = format!(
        "duplicate value found: LedgerKey__c duplicates value on record with id: {}",
        account.get(..15).unwrap()
    );
    let wanted = json!([{ "message": told, "errorCode": "DUPLICATE_VALUE", "fields": [] }]);
    assert_eq!((taken.status, taken.json()), (400, wanted));
    let mail = admin.post("sobjects/Contact", json!({ "LastName": "x", "Email": "123" })).await;
    let wanted = json!([{
        "message": "Email: invalid email address: 123", "errorCode": "INVALID_EMAIL_ADDRESS", "fields": ["Email"],
    }]);
    assert_eq!((mail.status, mail.json()), (400, wanted));
    let read_only = sales.patch(&format!("sobjects/Campaign/{campaign}"), json!({ "Name": "x" })).await;
    assert_eq!((read_only.status, read_only.code().as_str()), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    let hidden = sales.patch(&format!("sobjects/Account/{account}"), json!({ "Name": "x" })).await;
    assert_eq!((hidden.status, hidden.code().as_str()), (404, "NOT_FOUND"));
    let with_id = admin.patch(&format!("sobjects/Account/{account}"), json!({ "Id": account })).await;
    assert_eq!(with_id.json()[0]["message"], "The Id field should not be specified in the sobject data.");
    let given = admin.post("sobjects/Account", json!({ "Name": "x", "Id": account })).await;
    let wanted = json!([{
        "message": "cannot specify Id in an insert call", "errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "fields": ["Id"],
    }]);
    assert_eq!((given.status, given.json()), (400, wanted));
    let lead = json!({ "LastName": "Echo", "Company": "Cave", "Email": "echo@cave.example" });
    admin.make("Lead", lead.clone()).await;
    let again = admin.post("sobjects/Lead", lead.clone()).await;
    assert_eq!((again.status, again.code().as_str()), (400, "DUPLICATES_DETECTED"));
    let header = [("sforce-duplicate-rule-header", "includeRecordDetails=true; allowSave=true")];
    assert_eq!(admin.send("POST", "sobjects/Lead", &header, &lead).await.status, 201);
    let span = "start=2100-01-01T00:00:00Z&end=2100-01-02T00:00:00Z";
    let updated = admin.get(&format!("sobjects/Account/updated/?{span}")).await;
    assert_eq!((updated.status, updated.json()["ids"].as_array().unwrap().len()), (200, 0));
    let deleted =
        admin.get("sobjects/Account/deleted?start=2100-01-01T00%3A00%3A00%2B00%3A00&end=2100-01-02T00:00:00+00:00");
    assert_eq!(deleted.await.json()["deletedRecords"], json!([]));
    assert_eq!(admin.get("sobjects/Account/deleted").await.code(), "MISSING_ARGUMENT");
    let user = fixture.log_in(0, "admin").await["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(admin.get(&format!("sobjects/User/{user}/password")).await.json(), json!({ "isExpired": false }));
}
