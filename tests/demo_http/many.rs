//! Many records or requests in one: composite, graph, batch, tree, collections, kept or undone as a whole.

use crate::support::Fixture;
use crate::user::{BASE, User};
use serde_json::{Value, json};

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
    let typed =
        |at: usize| json!({ "attributes": { "type": if at.is_multiple_of(2) { "Account" } else { "Contact" } } });
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
    let twice = json!({ "records": [account("x"), account("x")] });
    assert_eq!(admin.post("composite/tree/Account", twice).await.json()["results"].as_array().unwrap().len(), 2);
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
    // When too many have failed, the others are not tried.
    let many: Vec<Value> = (0..17).map(|at| graph(&format!("g{at}"), if at < 16 { "" } else { "Edge" })).collect();
    let answer = admin.post("composite/graph", json!({ "graphs": many })).await.json();
    let code = |at: usize, node: usize| {
        answer["graphs"][at]["graphResponse"]["compositeResponse"][node]["body"][0]["errorCode"].clone()
    };
    assert_eq!((code(14, 1), code(15, 1)), (json!("REQUIRED_FIELD_MISSING"), json!("PROCESSING_HALTED")));
    assert_eq!((&answer["graphs"][16]["isSuccessful"], code(16, 1)), (&json!(false), json!("PROCESSING_HALTED")));
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

#[tokio::test]
async fn what_could_not_be_undone_is_no_part_of_all_or_none() {
    let fixture = Fixture::new().await;
    let admin = User::new(&fixture, "admin").await;
    let post = json!({ "feedElementType": "FeedItem", "subjectId": "me",
                       "body": { "messageSegments": [{ "type": "Text", "text": "a post that stays" }] } });
    let parts = json!([
        { "method": "POST", "url": format!("{BASE}/sobjects/Account"), "referenceId": "a", "body": { "Name": "Undone" } },
        { "method": "POST", "url": format!("{BASE}/chatter/feed-elements"), "referenceId": "p", "body": post },
    ]);
    for (all, statuses) in [(true, [400, 400]), (false, [201, 201])] {
        let body = json!({ "allOrNone": all, "compositeRequest": parts });
        let answer = admin.post("composite", body).await.json();
        let told: Vec<u64> = answer["compositeResponse"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["httpStatusCode"].as_u64().unwrap())
            .collect();
        assert_eq!(told, statuses, "{answer}");
        if all {
            assert_eq!(answer["compositeResponse"][1]["body"][0]["errorCode"], "INVALID_INPUT", "{answer}");
            let feed = admin.get("chatter/feeds/news/me/feed-elements").await;
            assert!(!feed.text().contains("a post that stays"), "nothing was posted");
        }
    }
}
