//! `/services/async`: the first Bulk API, as simple-salesforce (JSON) and jsforce (XML and CSV) speak it.

use crate::support::{Answer, Fixture, read};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ROOT: &str = "/services/async/66.0/job";

impl Fixture {
    async fn classic(&self, token: &str, path: &str, kind: &str, body: Option<&str>) -> Answer {
        let url = format!("{}{path}", self.org(0).instance_url);
        let request = match body {
            Some(body) => self.http.post(url).body(body.to_owned()),
            None => self.http.get(url),
        };
        read(request.header("x-sfdc-session", token).header("content-type", kind).send().await.unwrap()).await
    }

    async fn classic_json(&self, token: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string());
        self.classic(token, path, "application/json", body.as_deref()).await
    }

    /// Asks until the batch is over.
    async fn batch_over(&self, token: &str, job: &str, batch: &str) -> Value {
        let start = Instant::now();
        loop {
            let info = self.classic_json(token, &format!("{ROOT}/{job}/batch/{batch}"), None).await.json();
            match info["state"].as_str().unwrap() {
                "Queued" | "InProgress" => tokio::task::yield_now().await,
                _ => return info,
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{info}");
        }
    }
}

/// The text of the first element of this name.
fn element<'t>(text: &'t str, name: &str) -> &'t str {
    let rest = text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {text}")).1;
    rest.split_once('<').unwrap().0
}

#[tokio::test]
async fn batches_of_json_are_written_and_told_in_order() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({ "operation": "insert", "object": "Account", "concurrencyMode": 0, "contentType": "JSON" });
    let job = fixture.classic_json(&token, ROOT, Some(body)).await.json();
    let id = job["id"].as_str().unwrap();
    assert_eq!(
        (&job["state"], &job["contentType"], &job["apiVersion"], &job["concurrencyMode"]),
        (&json!("Open"), &json!("JSON"), &json!(66.0), &json!("Parallel"))
    );
    let rows = json!([{ "Name": "One", "NumberOfEmployees": 5 }, { "Name": null }, { "Name": "Three", "Owner": { "Username": fixture.username(0, "sales") } }]);
    let batch = fixture.classic_json(&token, &format!("{ROOT}/{id}/batch"), Some(rows.clone())).await.json();
    let closed = fixture.classic_json(&token, &format!("{ROOT}/{id}"), Some(json!({ "state": "Closed" }))).await.json();
    assert_eq!((&batch["jobId"], &closed["state"]), (&json!(id), &json!("Closed")));
    let batch = batch["id"].as_str().unwrap();
    assert!(batch.starts_with("751"));
    let info = fixture.batch_over(&token, id, batch).await;
    assert_eq!(
        (&info["state"], &info["numberRecordsProcessed"], &info["numberRecordsFailed"]),
        (&json!("Completed"), &json!(3), &json!(1))
    );
    let fates = fixture.classic_json(&token, &format!("{ROOT}/{id}/batch/{batch}/result"), None).await.json();
    let told: Vec<(bool, bool)> =
        fates.as_array().unwrap().iter().map(|fate| (fate["success"] == true, fate["created"] == true)).collect();
    assert_eq!(told, [(true, true), (false, false), (true, true)]);
    assert_eq!(fates[1]["id"], Value::Null);
    assert_eq!(fates[1]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(fates[1]["errors"][0]["fields"], json!(["Name"]));
    let record = fixture
        .data(
            0,
            &token,
            &format!("sobjects/Account/{}?fields=Name,NumberOfEmployees", fates[0]["id"].as_str().unwrap()),
        )
        .await
        .json();
    assert_eq!((&record["Name"], &record["NumberOfEmployees"]), (&json!("One"), &json!(5)));
    assert_eq!(fixture.classic_json(&token, &format!("{ROOT}/{id}/batch/{batch}/request"), None).await.json(), rows);
    let late = fixture.classic_json(&token, &format!("{ROOT}/{id}/batch"), Some(json!([]))).await;
    assert_eq!((late.status, &late.json()["exceptionCode"]), (400, &json!("InvalidJobState")));
    let whole = fixture.classic_json(&token, &format!("{ROOT}/{id}"), None).await.json();
    assert_eq!((&whole["numberBatchesCompleted"], &whole["numberRecordsFailed"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn queries_answer_with_records() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let body = json!({ "operation": "query", "object": "account", "contentType": "JSON" });
    let job = fixture.classic_json(&token, ROOT, Some(body)).await.json();
    let id = job["id"].as_str().unwrap();
    let soql = "SELECT Id, Name, Owner.Name FROM Account ORDER BY Name, Id";
    let batch = fixture.classic(&token, &format!("{ROOT}/{id}/batch"), "application/json", Some(soql)).await.json();
    let batch = batch["id"].as_str().unwrap();
    assert_eq!(fixture.batch_over(&token, id, batch).await["state"], "Completed");
    let path = format!("{ROOT}/{id}/batch/{batch}/result");
    let list = fixture.classic_json(&token, &path, None).await.json();
    let records = fixture.classic_json(&token, &format!("{path}/{}", list[0].as_str().unwrap()), None).await.json();
    let plain =
        fixture.get(0, &token, &format!("/services/data/v66.0/{}", crate::support::query_path(soql))).await.json();
    assert_eq!(records, plain["records"]);
    let wrong = fixture
        .classic(&token, &format!("{ROOT}/{id}/batch"), "application/json", Some("SELECT Nme FROM Account"))
        .await
        .json();
    let info = fixture.batch_over(&token, id, wrong["id"].as_str().unwrap()).await;
    assert_eq!(info["state"], "Failed");
    assert!(info["stateMessage"].as_str().unwrap().contains("No such column 'Nme'"));
    let none = fixture.classic_json(&token, &format!("{path}/752000000000001AAA"), None).await;
    assert_eq!((none.status, &none.json()["exceptionCode"]), (400, &json!("InvalidBatch")));
}

#[tokio::test]
async fn clients_of_xml_and_csv_are_answered_so() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let xml = "application/xml; charset=utf-8";
    let info = |operation: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jobInfo  xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">\n  <operation>{operation}</operation>\n  <object>Lead</object>\n  <contentType>CSV</contentType>\n</jobInfo>"
        )
    };
    let job = fixture.classic(&token, ROOT, xml, Some(&info("insert"))).await;
    assert_eq!((job.status, job.header("content-type")), (200, "application/xml"), "{}", job.text());
    let id = element(job.text(), "id");
    assert_eq!((element(job.text(), "state"), element(job.text(), "object")), ("Open", "Lead"));
    let data = "LastName,Company\r\n\"A, \"\"b\"\"\",C\r\n,D\r\n";
    let batch = fixture.classic(&token, &format!("{ROOT}/{id}/batch"), "text/csv", Some(data)).await;
    let batch = element(batch.text(), "id");
    assert_eq!(fixture.batch_over(&token, id, batch).await["state"], "Completed");
    let path = format!("{ROOT}/{id}/batch/{batch}");
    let told = fixture.classic(&token, &path, "", None).await;
    assert_eq!((element(told.text(), "state"), element(told.text(), "numberRecordsFailed")), ("Completed", "1"));
    let list = fixture.classic(&token, &format!("{ROOT}/{id}/batch"), "", None).await;
    assert!(list.text().contains("<batchInfoList xmlns=") && list.text().contains("<batchInfo><id>751"));
    let fates = fixture.classic(&token, &format!("{path}/result"), "", None).await;
    assert_eq!(fates.header("content-type"), "text/csv");
    let lines: Vec<&str> = fates.text().lines().collect();
    assert_eq!(lines[0], "\"Id\",\"Success\",\"Created\",\"Error\"");
    assert!(lines[1].starts_with("\"00Q") && lines[1].ends_with("\"true\",\"true\",\"\""));
    assert!(lines[2].starts_with("\"\",\"false\",\"false\",\"REQUIRED_FIELD_MISSING:"));
    assert_eq!(fixture.classic(&token, &format!("{path}/request"), "", None).await.text(), data);
    let aborted =
        fixture.classic(&token, &format!("{ROOT}/{id}"), xml, Some("<jobInfo><state>Aborted</state></jobInfo>")).await;
    assert_eq!(element(aborted.text(), "state"), "Aborted");

    let job = fixture.classic(&token, ROOT, xml, Some(&info("query"))).await;
    let id = element(job.text(), "id");
    let batch = fixture
        .classic(
            &token,
            &format!("{ROOT}/{id}/batch"),
            "text/csv",
            Some("SELECT LastName FROM Lead WHERE Company = 'C'"),
        )
        .await;
    let batch = element(batch.text(), "id");
    assert_eq!(fixture.batch_over(&token, id, batch).await["state"], "Completed");
    let path = format!("{ROOT}/{id}/batch/{batch}/result");
    let list = fixture.classic(&token, &path, "", None).await;
    let found = fixture.classic(&token, &format!("{path}/{}", element(list.text(), "result")), "", None).await;
    assert_eq!(found.text(), "\"LastName\"\n\"A, \"\"b\"\"\"\n");
}

#[tokio::test]
async fn refusals_speak_the_clients_tongue() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let plain = fixture.classic("nonsense", &format!("{ROOT}/750000000000001AAA"), "", None).await;
    assert_eq!(plain.status, 400);
    assert!(plain.text().contains("<exceptionCode>InvalidSessionId</exceptionCode>"), "{}", plain.text());
    for (token, path, body, code) in [
        ("nonsense", ROOT, json!({}), "InvalidSessionId"),
        (&admin, ROOT, json!({}), "InvalidJob"),
        (&admin, ROOT, json!({ "operation": "insert", "object": "Account", "contentType": "XML" }), "InvalidJob"),
        (&admin, ROOT, json!({ "operation": "insert", "object": "Nothing", "contentType": "JSON" }), "InvalidEntity"),
        (&admin, ROOT, json!({ "operation": "upsert", "object": "Account", "contentType": "JSON" }), "InvalidJob"),
        (
            &sales,
            ROOT,
            json!({ "operation": "hardDelete", "object": "Account", "contentType": "JSON" }),
            "FeatureNotEnabled",
        ),
        (&admin, "/services/async/66.0/job/750000000000001AAA", json!({ "state": "Closed" }), "InvalidJob"),
        (&admin, "/services/async/99.0/job", json!({}), "InvalidVersion"),
    ] {
        let answer = fixture.classic_json(token, path, Some(body.clone())).await;
        assert_eq!((answer.status, &answer.json()["exceptionCode"]), (400, &json!(code)), "{path} {body}");
    }
    let job = fixture
        .classic_json(&admin, ROOT, Some(json!({ "operation": "insert", "object": "Account", "contentType": "JSON" })))
        .await
        .json();
    let id = job["id"].as_str().unwrap();
    let bad = fixture.classic(&admin, &format!("{ROOT}/{id}/batch"), "application/json", Some("{")).await;
    assert_eq!(bad.json()["exceptionCode"], "InvalidBatch");
    let other = fixture.classic_json(&sales, &format!("{ROOT}/{id}"), None).await;
    assert_eq!(other.json()["exceptionCode"], "InvalidJob");
    assert_eq!(fixture.classic_json(&admin, "/services/async/66.0/nothing", None).await.status, 404);
    assert_eq!(fixture.classic_json(&admin, &format!("{ROOT}/{id}/spec"), Some(json!({}))).await.status, 404);
}
