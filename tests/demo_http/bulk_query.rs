//! `jobs/query`: bulk queries as jobs, as the CLI, jsforce and simple-salesforce ask for them.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const JOBS: &str = "/services/data/v67.0/jobs";

impl Fixture {
    /// A request with a JSON body, or without one.
    pub async fn send(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(0, method, token, path);
        if let Some(body) = body {
            request = request.header("content-type", "application/json; charset=utf-8").body(body.to_string());
        }
        read(request.send().await.unwrap()).await
    }

    /// Asks until the job is over, and gives what is told of it then.
    pub async fn finished(&self, token: &str, family: &str, id: &str) -> Value {
        let start = Instant::now();
        loop {
            let info = self.get(0, token, &format!("{JOBS}/{family}/{id}")).await.json();
            match info["state"].as_str().unwrap() {
                "UploadComplete" | "InProgress" => tokio::task::yield_now().await,
                _ => return info,
            }
            assert!(start.elapsed() < Duration::from_secs(120), "{info}");
        }
    }

    /// A query job that is done: its id.
    pub async fn queried(&self, token: &str, body: Value) -> String {
        let made = self.send(Method::POST, token, &format!("{JOBS}/query"), Some(body)).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let info = self.finished(token, "query", &id).await;
        assert_eq!(info["state"], "JobComplete", "{info}");
        id
    }
}

/// The rows of a CSV with its header first.
pub fn rows(answer: &Answer, delimiter: u8) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "text/csv");
    csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(answer.body.as_slice())
        .into_records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[tokio::test]
async fn a_query_job_is_made_runs_and_gives_what_a_query_gives() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let soql =
        "select name, Id, Owner.Name, AnnualRevenue, CreatedDate, owner.id, Parent.Name from account order by Name, Id";
    let body = json!({ "operation": "query", "query": soql });
    let made = fixture.send(Method::POST, &token, &format!("{JOBS}/query"), Some(body)).await.json();
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("750") && id.len() == 18);
    assert_eq!(
        (&made["state"], &made["object"], &made["apiVersion"]),
        (&json!("UploadComplete"), &json!("Account"), &json!(67.0))
    );
    for (key, value) in [
        ("operation", "query"),
        ("concurrencyMode", "Parallel"),
        ("contentType", "CSV"),
        ("lineEnding", "LF"),
        ("columnDelimiter", "COMMA"),
    ] {
        assert_eq!(made[key], value, "{key}");
    }
    assert!(made["createdById"].as_str().unwrap().starts_with("005"));
    assert!(made["createdDate"].as_str().unwrap().ends_with(".000+0000"));
    let info = fixture.finished(&token, "query", id).await;
    let plain = fixture.query(0, &token, soql).await.json();
    let total = plain["totalSize"].as_u64().unwrap();
    assert_eq!(
        (&info["state"], &info["jobType"], &info["retries"]),
        (&json!("JobComplete"), &json!("V2Query"), &json!(0))
    );
    assert_eq!(info["numberRecordsProcessed"], total);
    let answer = fixture.get(0, &token, &format!("{JOBS}/query/{id}/results")).await;
    assert_eq!(
        (answer.header("sforce-locator"), answer.header("sforce-numberofrecords")),
        ("null", total.to_string().as_str())
    );
    assert!(answer.text().starts_with(
        "\"Name\",\"Id\",\"Owner.Name\",\"AnnualRevenue\",\"CreatedDate\",\"Owner.Id\",\"Parent.Name\"\n\""
    ));
    let cell = |value: &Value| {
        value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
    };
    let expected: Vec<Vec<String>> = plain["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| {
            let owner = &record["Owner"];
            let created = record["CreatedDate"].as_str().unwrap().replace("+0000", "Z");
            vec![
                cell(&record["Name"]),
                cell(&record["Id"]),
                cell(&owner["Name"]),
                cell(&record["AnnualRevenue"]),
                created,
                cell(&owner["Id"]),
                cell(&record["Parent"]["Name"]),
            ]
        })
        .collect();
    assert_eq!(rows(&answer, b',')[1..], expected);
}

#[tokio::test]
async fn results_come_page_by_page_in_any_size() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let soql = "SELECT Id, Name, Description FROM Contact";
    let id = fixture.queried(&token, json!({ "operation": "queryAll", "query": soql, "contentType": "CSV", "columnDelimiter": "PIPE", "lineEnding": "CRLF" })).await;
    let whole = fixture.get(0, &token, &format!("{JOBS}/query/{id}/results")).await;
    assert!(whole.text().starts_with("\"Id\"|\"Name\"|\"Description\"\r\n"));
    let all = rows(&whole, b'|');
    let count =
        fixture.data(0, &token, "queryAll?q=SELECT+COUNT()+FROM+Contact").await.json()["totalSize"].as_u64().unwrap();
    assert_eq!(all.len() as u64, count + 1);
    let (mut pages, mut locator) = (vec![all[0].clone()], String::new());
    loop {
        let answer = fixture.get(0, &token, &format!("{JOBS}/query/{id}/results?maxRecords=97{locator}")).await;
        let page = rows(&answer, b'|');
        assert_eq!(page[0], all[0]);
        assert_eq!(answer.header("sforce-numberofrecords"), (page.len() - 1).to_string());
        pages.extend_from_slice(&page[1..]);
        match answer.header("sforce-locator") {
            "null" => break,
            next => locator = format!("&locator={next}"),
        }
    }
    assert_eq!(pages, all);
    for (tail, code) in [
        ("maxRecords=0", "INVALIDJOB"),
        ("maxRecords=x", "INVALIDJOB"),
        ("locator=!!", "INVALID_QUERY_LOCATOR"),
        ("locator=OTk5OTk5OTk", "INVALID_QUERY_LOCATOR"),
    ] {
        let answer = fixture.get(0, &token, &format!("{JOBS}/query/{id}/results?{tail}")).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{tail}");
    }
    let parallel = fixture.get(0, &token, &format!("{JOBS}/query/{id}/resultPages")).await.json();
    let url = parallel["resultPages"][0]["resultUrl"].as_str().unwrap();
    assert_eq!((&parallel["done"], parallel["resultPages"].as_array().unwrap().len()), (&json!(true), 1));
    assert_eq!(fixture.get(0, &token, url).await.text(), whole.text());
    let old = fixture.get(0, &token, &format!("/services/data/v57.0/jobs/query/{id}/resultPages")).await;
    assert_eq!(old.status, 404);
    let other = fixture.get(0, &token, &format!("/services/data/v66.0/jobs/query/{id}/results")).await;
    assert_eq!(other.status, 409);
}

#[tokio::test]
async fn what_bulk_does_not_take_is_refused() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (soql, code, told) in [
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "API_ERROR",
            "Aggregate Relationships not supported in Bulk Query",
        ),
        ("SELECT COUNT(Id) FROM Account", "API_ERROR", "Aggregate functions not supported in Bulk Query"),
        ("SELECT COUNT() FROM Account", "API_ERROR", "Aggregate functions not supported in Bulk Query"),
        ("SELECT Type FROM Account GROUP BY Type", "API_ERROR", "GROUP BY is not supported in Bulk Query"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "API_ERROR", "OFFSET is not supported in Bulk Query"),
        (
            "SELECT TYPEOF What WHEN Account THEN Name END FROM Task",
            "API_ERROR",
            "TYPEOF is not supported in Bulk Query",
        ),
        ("SELECT BillingAddress FROM Account", "API_ERROR", "Selecting compound data not supported in Bulk Query"),
        ("SELECT Nme FROM Account", "API_ERROR", "No such column 'Nme' on entity 'Account'"),
        ("SELECT Id FROM Nothing", "API_ERROR", "sObject type 'Nothing' is not supported."),
        ("SELECT Id FROM", "API_ERROR", "ERROR at Row:1"),
        ("", "INVALIDJOB", "needs a query"),
    ] {
        let body = json!({ "operation": "query", "query": soql });
        let answer = fixture.send(Method::POST, &token, &format!("{JOBS}/query"), Some(body)).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{soql}");
        assert!(answer.json()[0]["message"].as_str().unwrap().contains(told), "{soql}: {}", answer.text());
    }
    for (body, code) in [
        (json!({ "operation": "insert", "query": "SELECT Id FROM Account" }), "INVALIDJOB"),
        (json!({ "query": "SELECT Id FROM Account" }), "INVALIDJOB"),
        (json!({ "operation": "query", "query": "SELECT Id FROM Account", "columnDelimiter": "DOT" }), "INVALIDJOB"),
        (json!({ "operation": "query", "query": "SELECT Id FROM Account", "contentType": "XML" }), "INVALIDJOB"),
        (json!({ "operation": "query", "query": 5 }), "JSON_PARSER_ERROR"),
        (json!({ "operation": "query", "soql": "SELECT Id FROM Account" }), "JSON_PARSER_ERROR"),
        (json!([]), "JSON_PARSER_ERROR"),
    ] {
        let answer = fixture.send(Method::POST, &token, &format!("{JOBS}/query"), Some(body.clone())).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
    }
}

#[tokio::test]
async fn jobs_are_listed_aborted_deleted_and_seen_by_those_who_may() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let mine = fixture.queried(&sales, json!({ "operation": "query", "query": "SELECT Id FROM Account" })).await;
    let theirs = fixture.queried(&admin, json!({ "operation": "query", "query": "SELECT Id FROM Account" })).await;
    let ids = |list: &Value| -> Vec<String> {
        list["records"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
    };
    let list = fixture.get(0, &admin, &format!("{JOBS}/query")).await.json();
    assert_eq!(
        (ids(&list), &list["done"], &list["nextRecordsUrl"]),
        (vec![theirs.clone(), mine.clone()], &json!(true), &Value::Null)
    );
    assert_eq!(list["records"][0]["jobType"], "V2Query");
    assert_eq!(ids(&fixture.get(0, &sales, &format!("{JOBS}/query")).await.json()), [mine.as_str()]);
    for tail in ["jobType=Classic", "jobType=V2Ingest", "concurrencyMode=serial", "isPkChunkingEnabled=true"] {
        assert!(ids(&fixture.get(0, &admin, &format!("{JOBS}/query?{tail}")).await.json()).is_empty(), "{tail}");
    }
    // The sales user sees fewer records, in bulk as elsewhere, and not what others asked.
    let count = |info: Value| info["numberRecordsProcessed"].as_u64().unwrap();
    assert!(
        count(fixture.finished(&sales, "query", &mine).await) < count(fixture.finished(&admin, "query", &theirs).await)
    );
    for (token, path, status) in [
        (&sales, format!("query/{theirs}"), 404),
        (&sales, format!("query/{theirs}/results"), 404),
        (&admin, format!("query/{mine}"), 200),
        (&admin, format!("query/{}", mine.get(..15).unwrap()), 200),
        (&admin, format!("ingest/{mine}"), 404),
        (&admin, "query/750000000000001AAA".to_owned(), 404),
        (&admin, "query/nonsense".to_owned(), 404),
        (&admin, format!("query/{mine}/batches"), 404),
        (&admin, "other".to_owned(), 404),
        (&admin, String::new(), 200),
    ] {
        assert_eq!(fixture.get(0, token, &format!("{JOBS}/{path}")).await.status, status, "{path}");
    }
    let path = format!("{JOBS}/query/{mine}");
    let abort = fixture.send(Method::PATCH, &sales, &path, Some(json!({ "state": "Aborted" }))).await;
    assert_eq!(abort.code(), "INVALIDJOBSTATE");
    assert_eq!(abort.json()[0]["message"], "Aborting already Completed Job not allowed");
    let other = fixture.send(Method::PATCH, &sales, &path, Some(json!({ "state": "UploadComplete" }))).await;
    assert_eq!(other.code(), "INVALIDJOB");
    assert_eq!(fixture.send(Method::DELETE, &sales, &path, None).await.status, 204);
    assert_eq!(fixture.get(0, &sales, &path).await.status, 404);
    assert_eq!(fixture.send(Method::PUT, &sales, &path, None).await.status, 404);
    assert_eq!(fixture.send(Method::PUT, &admin, &format!("{JOBS}/query/{theirs}"), None).await.status, 405);
}

#[tokio::test]
async fn jobs_use_up_what_the_limits_tell() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for used in 0..3 {
        let limits = fixture.data(0, &token, "limits").await.json();
        let left = &limits["DailyBulkV2QueryJobs"];
        assert_eq!(left["Max"].as_u64().unwrap() - left["Remaining"].as_u64().unwrap(), used);
        fixture.queried(&token, json!({ "operation": "query", "query": "SELECT Id FROM User" })).await;
    }
}

#[tokio::test]
async fn a_list_of_many_jobs_has_pages() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let mut made = Vec::new();
    for _ in 0..103 {
        let body = json!({ "operation": "insert", "object": "Account" });
        let answer = fixture.send(Method::POST, &token, &format!("{JOBS}/ingest"), Some(body)).await;
        made.push(answer.json()["id"].as_str().unwrap().to_owned());
    }
    made.reverse();
    let first = fixture.get(0, &token, &format!("{JOBS}/ingest?jobType=V2Ingest")).await.json();
    let next = first["nextRecordsUrl"].as_str().unwrap();
    let second = fixture.get(0, &token, next).await.json();
    assert_eq!((&first["done"], &second["done"]), (&json!(false), &json!(true)));
    let both = [&first, &second].map(|page| page["records"].as_array().unwrap().clone()).concat();
    let ids: Vec<&str> = both.iter().map(|job| job["id"].as_str().unwrap()).collect();
    assert_eq!(ids, made);
    let bad = fixture.get(0, &token, &format!("{JOBS}/ingest?queryLocator=nonsense")).await;
    assert_eq!(bad.code(), "INVALID_QUERY_LOCATOR");
}
