//! Several requests in one: composite, batch, collections of records.

use crate::support::{Answer, Fixture, query_path, read};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_composite_holds_each_parts_own_status() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let base = "/services/data/v67.0";
    let find = format!("{base}/{}", query_path("SELECT Id, Name FROM Account LIMIT 1"));
    let body = json!({ "allOrNone": false, "compositeRequest": [
        { "method": "GET", "url": find, "referenceId": "one" },
        { "method": "GET", "url": format!("{base}/sobjects/Account/@{{one.records[0].Id}}?fields=Name"), "referenceId": "two" },
        { "method": "GET", "url": format!("{base}/nothing"), "referenceId": "three" },
    ]});
    let post = |path: &str, body: &Value| {
        let request = fixture.request(0, Method::POST, &token, &format!("{base}/{path}")).body(body.to_string());
        async { read(request.send().await.unwrap()).await }
    };
    let answer = post("composite", &body).await.json();
    let parts = answer["compositeResponse"].as_array().unwrap();
    let statuses: Vec<u64> = parts.iter().map(|part| part["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 404]);
    assert_eq!(parts[1]["body"]["Name"], parts[0]["body"]["records"][0]["Name"]);
    assert_eq!(parts[2]["body"][0]["errorCode"], "NOT_FOUND");
    let body =
        json!({ "batchRequests": [{ "method": "GET", "url": "v67.0/limits" }, { "method": "GET", "url": "v67.0/x" }] });
    let answer = post("composite/batch", &body).await.json();
    assert_eq!(answer["hasErrors"], true);
    assert_eq!(answer["results"][0]["statusCode"], 200);
    let many = json!({ "compositeRequest": vec![json!({}); 26] });
    assert_eq!(post("composite", &many).await.code(), "LIMIT_EXCEEDED");
    assert_eq!(post("composite", &json!([])).await.code(), "JSON_PARSER_ERROR");
    let form = fixture.request(0, Method::POST, &token, &format!("{base}/composite"));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("{}");
    let answer = read(form.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
}

async fn send(fixture: &Fixture, token: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = fixture.request(0, method, token, &format!("/services/data/v67.0/composite/{path}"));
    read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

#[tokio::test]
async fn collections_tell_the_outcome_of_each_record() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let account = |name: &str| json!({ "attributes": { "type": "Account" }, "Name": name });
    let body = json!({ "records": [account("Mole & Pier"), { "attributes": { "type": "Account" }, "Nme": "x" }, account("Lock 7"), {}] });
    let made = send(&fixture, &token, Method::POST, "sobjects", &body).await.json();
    let success: Vec<bool> = made.as_array().unwrap().iter().map(|one| one["success"].as_bool().unwrap()).collect();
    assert_eq!(success, [true, false, true, false], "{made}");
    assert_eq!(made[3]["errors"][0]["statusCode"], "INVALID_INPUT");
    let (first, third) = (made[0]["id"].as_str().unwrap(), made[2]["id"].as_str().unwrap());
    let change = json!({ "allOrNone": false, "records": [{ "attributes": { "type": "Account" }, "id": first, "Name": "Pier" }] });
    assert_eq!(send(&fixture, &token, Method::PATCH, "sobjects", &change).await.json()[0]["success"], true);
    let path = format!("composite/sobjects/Account?ids={third},001000000000000AAA,{first}&fields=Name");
    let found = fixture.data(0, &token, &path).await.json();
    assert_eq!((&found[0]["Name"], &found[1], &found[2]["Name"]), (&json!("Lock 7"), &Value::Null, &json!("Pier")));
    let wanted = json!({ "ids": [first], "fields": ["Id", "Name"] });
    assert_eq!(send(&fixture, &token, Method::POST, "sobjects/Account", &wanted).await.json()[0]["Id"], first);
    let gone =
        send(&fixture, &token, Method::DELETE, &format!("sobjects?ids={first},xyz,{third}"), &json!(null)).await.json();
    let success: Vec<bool> = gone.as_array().unwrap().iter().map(|one| one["success"].as_bool().unwrap()).collect();
    assert_eq!(success, [true, false, true], "{gone}");
    let many = json!({ "records": vec![account("x"); 201] });
    assert_eq!(send(&fixture, &token, Method::POST, "sobjects", &many).await.code(), "INVALID_INPUT");
}

#[tokio::test]
async fn a_record_named_twice_in_one_collection_is_not_written_at_all() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let one = |key: &str, name: &str| json!({ "attributes": { "type": "Account" }, "LedgerKey__c": key, "Name": name });
    let body = json!({ "records": [one("D-1", "a"), one("D-2", "b"), one("d-1 ", "c")] });
    let told = send(&fixture, &token, Method::PATCH, "sobjects/Account/LedgerKey__c", &body).await.json();
    let success: Vec<bool> = told.as_array().unwrap().iter().map(|one| one["success"].as_bool().unwrap()).collect();
    assert_eq!(success, [false, true, false], "{told}");
    let error = json!([{ "statusCode": "DUPLICATE_VALUE", "message": "Duplicate external id specified: D-1", "fields": ["LedgerKey__c"] }]);
    assert_eq!(told[0]["errors"], error);
    let found = fixture.query(0, &token, "SELECT count() FROM Account WHERE LedgerKey__c LIKE 'D-%'").await.json();
    assert_eq!(found["totalSize"], 1);
    let id = told[1]["id"].as_str().unwrap();
    let change = |id: &str| json!({ "attributes": { "type": "Account" }, "id": id, "Name": "z" });
    let body = json!({ "records": [change(id), change(id.get(..15).unwrap_or_default())] });
    let told = send(&fixture, &token, Method::PATCH, "sobjects", &body).await.json();
    assert_eq!(told[0]["errors"][0]["message"], format!("Duplicate id specified: {id}"));
    assert_eq!(told[1]["success"], false);
}

#[tokio::test]
async fn each_part_of_a_batch_is_counted_when_it_asks() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let limits = json!({ "method": "GET", "url": "v67.0/limits" });
    let body = json!({ "batchRequests": [limits, limits, limits] });
    let answer = send(&fixture, &token, Method::POST, "batch", &body).await;
    let left = |at: usize| answer.json()["results"][at]["result"]["DailyApiRequests"]["Remaining"].as_u64().unwrap();
    assert_eq!([left(0), left(1), left(2)], [99_999, 99_998, 99_997]);
    assert_eq!(answer.header("sforce-limit-info"), "api-usage=3/100000");
}
