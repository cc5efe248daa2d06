//! Records over sockets: by id, by external id, along relationships, on conditions, in many parts at once.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

const BASE: &str = "/services/data/v67.0";

/// A user of the production org.
struct User<'f> {
    fixture: &'f Fixture,
    token: String,
}

impl<'f> User<'f> {
    async fn new(fixture: &'f Fixture, alias: &str) -> Self {
        Self { fixture, token: fixture.token(0, alias).await }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("{BASE}/{path}") };
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.fixture.request(0, method, &self.token, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        read(request.send().await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], &body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, &[], &body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], &Value::Null).await
    }

    async fn make(&self, object: &str, body: Value) -> String {
        let made = self.post(&format!("sobjects/{object}"), body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn count(&self, soql: &str) -> u64 {
        self.fixture.query(0, &self.token, soql).await.json()["totalSize"].as_u64().unwrap()
    }
}

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
    let told = format!("duplicate value found: LedgerKey__c duplicates value on record with id: {}", &account[..15]);
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
}

#[tokio::test]
async fn a_composite_is_kept_or_undone_as_a_whole() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let parts = |last: &str| {
        json!([
            { "method": "POST", "url": format!("{BASE}/sobjects/Account"), "referenceId": "acc", "body": { "Name": "Whole" } },
            { "method": "POST", "url": format!("{BASE}/sobjects/Contact"), "referenceId": "con",
              "body": { "LastName": "Whole", "AccountId": "@{acc.id}" } },
            { "method": "GET", "url": format!("{BASE}/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{{con.id}}'"),
              "referenceId": "see" },
            { "method": "PATCH", "url": format!("{BASE}/sobjects/Account/@{{acc.id}}"), "referenceId": "last",
              "body": { "Name": last } },
        ])
    };
    let run = async |all: bool, last: &str| {
        let body = json!({ "allOrNone": all, "collateSubrequests": true, "compositeRequest": parts(last) });
        let answer = admin.post("composite", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["compositeResponse"].as_array().unwrap().clone()
    };
    let statuses =
        |answers: &[Value]| answers.iter().map(|one| one["httpStatusCode"].as_u64().unwrap()).collect::<Vec<_>>();
    let count = async || admin.count("SELECT COUNT() FROM Account WHERE Name IN ('Whole', 'Done')").await;
    let good = run(true, "Done").await;
    assert_eq!(statuses(&good), [201, 201, 200, 204]);
    assert_eq!(good[2]["body"]["records"][0]["Account"]["Name"], "Whole");
    assert_eq!(
        good[0]["httpHeaders"]["Location"],
        format!("{BASE}/sobjects/Account/{}", good[0]["body"]["id"].as_str().unwrap())
    );
    assert_eq!((&good[3]["body"], count().await), (&Value::Null, 1));
    let bad = run(true, "").await;
    assert_eq!(statuses(&bad), [400; 4]);
    let told = "The transaction was rolled back since another operation in the same transaction failed.";
    assert_eq!(bad[0]["body"], json!([{ "errorCode": "PROCESSING_HALTED", "message": told }]));
    assert_eq!(bad[3]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(count().await, 1);
    let half = run(false, "").await;
    assert_eq!((statuses(&half), count().await), (vec![201, 201, 200, 400], 2));
    // What leads nowhere is told, and is a failure like any other.
    let lost = json!({ "compositeRequest": [
        { "method": "GET", "url": format!("{BASE}/sobjects/Nothing"), "referenceId": "a" },
        { "method": "DELETE", "url": format!("{BASE}/sobjects/Account/@{{a.id}}"), "referenceId": "b" },
    ]});
    let lost = admin.post("composite", lost).await.json();
    let told = "Invalid reference specified. No value for a.id found in a.";
    assert_eq!(lost["compositeResponse"][1]["body"], json!([{ "errorCode": "PROCESSING_HALTED", "message": told }]));
    // A part has the headers it names.
    let tagged = json!({ "compositeRequest": [
        { "method": "GET", "url": format!("{BASE}/sobjects/Account/{}", half[0]["body"]["id"].as_str().unwrap()),
          "referenceId": "a", "httpHeaders": { "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT" } },
    ]});
    assert_eq!(admin.post("composite", tagged).await.json()["compositeResponse"][0]["httpStatusCode"], 304);
    let query = |at: usize| json!({ "method": "GET", "url": format!("{BASE}/query?q=SELECT+Id+FROM+User"), "referenceId": format!("q{at}") });
    let queries = json!({ "compositeRequest": (0..6).map(query).collect::<Vec<_>>() });
    assert_eq!(admin.post("composite", queries).await.code(), "LIMIT_EXCEEDED");
    for name in ["", "a.b", "ä"] {
        let odd = json!({ "compositeRequest": [{ "method": "GET", "url": "/services/data/v67.0/limits", "referenceId": name }] });
        assert_eq!(admin.post("composite", odd).await.status, 400, "{name}");
    }
}

#[tokio::test]
async fn a_collection_in_a_composite_is_bound_by_it() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let account = |name: &str| json!({ "attributes": { "type": "Account" }, "Name": name });
    let body = |all: bool, second: &str| {
        json!({ "allOrNone": all, "compositeRequest": [
            { "method": "POST", "url": format!("{BASE}/composite/sobjects"), "referenceId": "many",
              "body": { "allOrNone": false, "records": [account("Bound"), account(second)] } },
            { "method": "POST", "url": format!("{BASE}/sobjects/Contact"), "referenceId": "one",
              "body": { "LastName": "Bound", "AccountId": "@{many[0].id}" } },
        ]})
    };
    let count = async || admin.count("SELECT COUNT() FROM Account WHERE Name = 'Bound'").await;
    let bad = admin.post("composite", body(true, "")).await.json();
    let errors: Vec<&Value> =
        (0..2).map(|at| &bad["compositeResponse"][0]["body"][at]["errors"][0]["statusCode"]).collect();
    assert_eq!(errors, ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
    assert_eq!(bad["compositeResponse"][1]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(count().await, 0);
    let half = admin.post("composite", body(false, "")).await.json();
    assert_eq!((&half["compositeResponse"][1]["httpStatusCode"], count().await), (&json!(201), 1));
}

#[tokio::test]
async fn a_collection_is_all_or_none_if_asked() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let record =
        |key: &str, name: Value| json!({ "attributes": { "type": "Account" }, "LedgerKey__c": key, "Name": name });
    let up = async |all: bool, records: Value| {
        let body = json!({ "allOrNone": all, "records": records });
        admin.patch("composite/sobjects/Account/LedgerKey__c", body).await.json()
    };
    let first = up(true, json!([record("c1", json!("One")), record("c2", json!("Two"))])).await;
    assert_eq!((&first[0]["created"], &first[1]["success"]), (&json!(true), &json!(true)));
    let second =
        up(true, json!([record("c1", json!("Uno")), record("c3", json!(null)), record("c4", json!("Four"))])).await;
    let codes: Vec<&str> =
        second.as_array().unwrap().iter().map(|one| one["errors"][0]["statusCode"].as_str().unwrap()).collect();
    let undone = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
    assert_eq!(codes, [undone, "REQUIRED_FIELD_MISSING", undone]);
    assert_eq!(admin.count("SELECT COUNT() FROM Account WHERE Name IN ('Uno', 'Four')").await, 0);
    let third =
        up(false, json!([record("c1", json!("Uno")), record("c3", json!(null)), record("", json!("Five"))])).await;
    assert_eq!(third[0], json!({ "id": first[0]["id"], "success": true, "errors": [], "created": false }));
    let codes = (&third[1]["errors"][0]["statusCode"], &third[2]["errors"][0]["statusCode"]);
    assert_eq!(codes, (&json!("REQUIRED_FIELD_MISSING"), &json!("MISSING_ARGUMENT")));
    let ids = |all: bool| {
        format!("composite/sobjects?ids={},001000000000000AAA&allOrNone={all}", first[0]["id"].as_str().unwrap())
    };
    let kept = admin.delete(&ids(true)).await.json();
    assert_eq!(
        (&kept[0]["errors"][0]["statusCode"], &kept[1]["errors"][0]["statusCode"]),
        (&json!(undone), &json!("MALFORMED_ID"))
    );
    assert_eq!(admin.delete(&ids(false)).await.json()[0]["success"], true);
    let absent = json!({ "records": [{ "attributes": { "type": "Account" }, "id": first[0]["id"], "Name": "x" }] });
    assert_eq!(
        admin.patch("composite/sobjects", absent).await.json()[0]["errors"][0]["statusCode"],
        "ENTITY_IS_DELETED"
    );
    assert_eq!(admin.patch("composite/sobjects/Account/Name", json!({ "records": [] })).await.status, 404);
    let typed = |at: usize| json!({ "attributes": { "type": if at % 2 == 0 { "Account" } else { "Contact" } } });
    let mixed = json!({ "records": (0..11).map(typed).collect::<Vec<_>>() });
    assert_eq!(admin.post("composite/sobjects", mixed).await.code(), "INVALID_INPUT");
    let many: Vec<Value> = (0..200).map(|at| record(&format!("m{at}"), json!("Many"))).collect();
    let made = admin.post("composite/sobjects", json!({ "allOrNone": true, "records": many })).await.json();
    assert!(made.as_array().unwrap().iter().all(|one| one["success"] == true));
    assert_eq!(admin.count("SELECT COUNT() FROM Account WHERE Name = 'Many'").await, 200);
}

#[tokio::test]
async fn a_tree_grows_whole() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let tree = |mail: &str| {
        json!({ "records": [
            { "attributes": { "type": "Account", "referenceId": "a1" }, "Name": "Oak", "Contacts": { "records": [
                { "attributes": { "type": "Contact", "referenceId": "c1" }, "LastName": "Leaf", "Email": mail, "Shipments__r": { "records": [
                    { "attributes": { "type": "Shipment__c", "referenceId": "s1" }, "Weight__c": 1 },
                ]}},
                { "attributes": { "type": "Contact", "referenceId": "c2" }, "LastName": "Twig" },
            ]}},
            { "attributes": { "type": "Account", "referenceId": "a2" }, "Name": "Oak" },
        ]})
    };
    let bad = admin.post("composite/tree/Account", tree("123")).await;
    let wanted = json!({ "hasErrors": true, "results": [{ "referenceId": "c1", "errors": [{
        "statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: 123", "fields": ["Email"],
    }]}]});
    assert_eq!((bad.status, bad.json()), (400, wanted));
    assert_eq!(admin.count("SELECT COUNT() FROM Account WHERE Name = 'Oak'").await, 0);
    let good = admin.post("composite/tree/Account/", tree("leaf@oak.example")).await;
    assert_eq!((good.status, &good.json()["hasErrors"]), (201, &json!(false)));
    let results = good.json()["results"].as_array().unwrap().clone();
    let names: Vec<&str> = results.iter().map(|one| one["referenceId"].as_str().unwrap()).collect();
    assert_eq!(names, ["a1", "a2", "c1", "c2", "s1"]);
    let leaf = admin.get(&format!("sobjects/Contact/{}", results[2]["id"].as_str().unwrap())).await.json();
    assert_eq!(leaf["AccountId"], results[0]["id"]);
    let account = |name: &str| json!({ "attributes": { "type": "Account", "referenceId": name }, "Name": "Oak" });
    for (body, code) in [
        (json!({ "records": [account("x"), account("x")] }), "INVALID_INPUT"),
        (json!({ "records": [{ "attributes": { "type": "Account" }, "Name": "Oak" }] }), "INVALID_INPUT"),
        (json!({ "records": [{ "attributes": { "type": "Contact", "referenceId": "x" } }] }), "INVALID_INPUT"),
        (
            json!({ "records": [{ "attributes": { "type": "Account", "referenceId": "x" }, "Leaves": { "records": [] } }] }),
            "INVALID_FIELD",
        ),
        (json!({ "records": (0..201).map(|at| account(&format!("r{at}"))).collect::<Vec<_>>() }), "INVALID_INPUT"),
        (json!({}), "INVALID_INPUT"),
    ] {
        let answer = admin.post("composite/tree/Account", body).await;
        assert_eq!((answer.status, &answer.json()["results"][0]["errors"][0]["statusCode"]), (400, &json!(code)));
    }
    let mut deep = account("r6");
    for level in (1..6).rev() {
        let mut above = account(&format!("r{level}"));
        above["ChildAccounts"] = json!({ "records": [deep] });
        deep = above;
    }
    assert_eq!(admin.post("composite/tree/Account", json!({ "records": [deep.clone()] })).await.status, 400);
    let five = deep["ChildAccounts"]["records"][0].clone();
    assert_eq!(admin.post("composite/tree/Account", json!({ "records": [five] })).await.status, 201);
}

#[tokio::test]
async fn graphs_stand_each_alone() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let graph = |id: &str, last: &str| {
        json!({ "graphId": id, "compositeRequest": [
            { "method": "POST", "url": format!("{BASE}/sobjects/Account/"), "referenceId": "a", "body": { "Name": "Node" } },
            { "method": "POST", "url": format!("{BASE}/sobjects/Contact/"), "referenceId": "c",
              "body": { "LastName": last, "AccountId": "@{a.id}" } },
        ]})
    };
    let answer = admin.post("composite/graph", json!({ "graphs": [graph("1", "Edge"), graph("2", "")] })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let graphs = answer.json()["graphs"].as_array().unwrap().clone();
    assert_eq!((&graphs[0]["graphId"], &graphs[0]["isSuccessful"]), (&json!("1"), &json!(true)));
    let first = &graphs[0]["graphResponse"]["compositeResponse"];
    assert_eq!((&first[0]["httpStatusCode"], &first[1]["body"]["success"]), (&json!(201), &json!(true)));
    assert_eq!(graphs[1]["isSuccessful"], false);
    let second = &graphs[1]["graphResponse"]["compositeResponse"];
    assert_eq!(second[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(second[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(admin.count("SELECT COUNT() FROM Account WHERE Name = 'Node'").await, 1);
    for (body, code) in [
        (json!({ "graphs": [graph("1", "x"), graph("1", "x")] }), "JSON_PARSER_ERROR"),
        (json!({ "graphs": vec![json!({}); 76] }), "LIMIT_EXCEEDED"),
        (json!({ "graphs": [{ "graphId": "1", "compositeRequest": vec![json!({}); 501] }] }), "LIMIT_EXCEEDED"),
        (json!({ "graphs": [{ "compositeRequest": [] }] }), "JSON_PARSER_ERROR"),
        (json!({}), "JSON_PARSER_ERROR"),
    ] {
        assert_eq!(admin.post("composite/graph", body).await.code(), code);
    }
}

#[tokio::test]
async fn a_batch_stops_where_it_is_told_to() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let batch = |halt: bool| {
        json!({ "haltOnError": halt, "batchRequests": [
            { "method": "POST", "url": "v67.0/sobjects/Account", "richInput": { "Name": "Batch" } },
            { "method": "POST", "url": "v67.0/sobjects/Account", "richInput": {} },
            { "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "richInput": { "Name": "Batch" } },
        ]})
    };
    let statuses = |answer: &Value| {
        answer["results"].as_array().unwrap().iter().map(|one| one["statusCode"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let halted = admin.post("composite/batch", batch(true)).await.json();
    assert_eq!((statuses(&halted), &halted["hasErrors"]), (vec![201, 400, 412], &json!(true)));
    let through = admin.post("composite/batch", batch(false)).await.json();
    assert_eq!(statuses(&through), [201, 400, 201]);
    assert_eq!(admin.count("SELECT COUNT() FROM Account WHERE Name = 'Batch'").await, 3);
    let odd = json!({ "batchRequests": [{ "url": "v67.0/limits" }] });
    assert_eq!(admin.post("composite/batch", odd).await.code(), "JSON_PARSER_ERROR");
}
