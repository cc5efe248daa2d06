//! `jobs/ingest`: bulk writes as jobs, as the CLI, jsforce and simple-salesforce make them.

use crate::bulk_query::rows;
use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

const INGEST: &str = "/services/data/v67.0/jobs/ingest";

impl Fixture {
    async fn open(&self, token: &str, body: Value) -> String {
        let made = self.send(Method::POST, token, INGEST, Some(body)).await;
        assert_eq!(made.status, 200, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn upload(&self, token: &str, id: &str, data: &str) -> Answer {
        let request = self.request(0, Method::PUT, token, &format!("{INGEST}/{id}/batches"));
        read(request.header("content-type", "text/csv").body(data.to_owned()).send().await.unwrap()).await
    }

    async fn set_state(&self, token: &str, id: &str, state: &str) -> Answer {
        self.send(Method::PATCH, token, &format!("{INGEST}/{id}"), Some(json!({ "state": state }))).await
    }

    /// A job with these settings and this data, over: what is told of it.
    async fn ingested(&self, token: &str, body: Value, data: &str) -> Value {
        let id = self.open(token, body).await;
        let answer = self.upload(token, &id, data).await;
        assert_eq!((answer.status, answer.text()), (201, ""));
        let closed = self.set_state(token, &id, "UploadComplete").await;
        assert_eq!((closed.status, &closed.json()["state"]), (200, &json!("UploadComplete")));
        self.finished(token, "ingest", &id).await
    }

    async fn result(&self, token: &str, info: &Value, name: &str) -> Answer {
        self.get(0, token, &format!("{INGEST}/{}/{name}", info["id"].as_str().unwrap())).await
    }
}

#[tokio::test]
async fn an_insert_takes_good_rows_and_tells_what_is_wrong_with_others() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({ "operation": "insert", "object": "account", "contentType": "CSV", "lineEnding": "LF" });
    let made = fixture.send(Method::POST, &token, INGEST, Some(body.clone())).await.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["state"], &made["object"]), (&json!("Open"), &json!("Account")));
    assert_eq!(made["contentUrl"], format!("services/data/v67.0/jobs/ingest/{id}/batches"));
    let data = "Name,NumberOfEmployees,Rating,AnnualRevenue,RenewalDate__c\n\
                \"Quay, \"\"North\"\"\",12,Hot,1200.5,2027-01-31\n\
                ,5,,,\n\
                Bad Number,many,,,\n\
                Empty Ones,,#N/A,,\n\
                Bad Date,1,,,31.1.2027\n";
    let info = fixture.ingested(&token, body, data).await;
    assert_eq!((&info["state"], &info["jobType"]), (&json!("JobComplete"), &json!("V2Ingest")), "{info}");
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(5), &json!(3)));
    for key in ["retries", "totalProcessingTime", "apiActiveProcessingTime", "apexProcessingTime"] {
        assert!(info[key].is_u64(), "{key}");
    }
    assert!(info.get("contentUrl").is_none());
    let good = fixture.result(&token, &info, "successfulResults").await;
    assert!(
        good.text().starts_with(
            "\"sf__Id\",\"sf__Created\",Name,NumberOfEmployees,Rating,AnnualRevenue,RenewalDate__c\n\"001"
        )
    );
    assert!(good.text().contains(",\"true\",\"Quay, \"\"North\"\"\",12,Hot,1200.5,2027-01-31\n"));
    let good = rows(&good, b',');
    assert_eq!(good.len(), 3);
    let record = fixture.data(0, &token, &format!("sobjects/Account/{}", good[1][0])).await.json();
    assert_eq!(
        (&record["Name"], &record["NumberOfEmployees"], &record["AnnualRevenue"], &record["RenewalDate__c"]),
        (&json!("Quay, \"North\""), &json!(12), &json!(1200.5), &json!("2027-01-31"))
    );
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    assert_eq!(
        bad[0],
        ["sf__Id", "sf__Error", "Name", "NumberOfEmployees", "Rating", "AnnualRevenue", "RenewalDate__c"]
    );
    let errors: Vec<&str> = bad[1..].iter().map(|row| row[1].as_str()).collect();
    assert_eq!(errors[0], "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --");
    assert!(errors[1].starts_with("INVALID_FIELD:Failed to deserialize field at col 1. Due to, 'many' is not a valid value for the type xsd:int:NumberOfEmployees --"));
    assert!(errors[2].starts_with("INVALID_FIELD:Failed to deserialize field at col 4."));
    assert_eq!(bad[2][2..], ["Bad Number", "many", "", "", ""]);
    let rest = fixture.result(&token, &info, "unprocessedrecords").await;
    assert_eq!(rest.text(), "Name,NumberOfEmployees,Rating,AnnualRevenue,RenewalDate__c\n");
}

#[tokio::test]
async fn updates_and_deletes_name_their_records() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let info = fixture
        .ingested(
            &token,
            json!({ "operation": "insert", "object": "Lead" }),
            "LastName,Company,Rating\nOne,A,Hot\nTwo,B,Hot\n",
        )
        .await;
    let made = rows(&fixture.result(&token, &info, "successfulResults").await, b',');
    let (one, two) = (&made[1][0], &made[2][0]);
    let body = json!({ "operation": "update", "object": "Lead", "columnDelimiter": "SEMICOLON", "lineEnding": "CRLF" });
    let data = format!(
        "Id;LastName;Rating\r\n{one};Changed;\r\n{};Other;#N/A\r\n;Nobody;\r\n00Q000000000000;Gone;\r\n",
        two.get(..15).unwrap()
    );
    let info = fixture.ingested(&token, body, &data).await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(4), &json!(2)), "{info}");
    let good = fixture.result(&token, &info, "successfulResults").await;
    assert!(good.text().starts_with("\"sf__Id\";\"sf__Created\";Id;LastName;Rating\r\n"));
    assert_eq!(rows(&good, b';')[1], [one, "false", one, "Changed", ""]);
    assert_eq!(rows(&good, b';')[2][0], *two);
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b';');
    assert_eq!(bad[1][1], "MISSING_ARGUMENT:Id not specified in an update call:Id --");
    // Nothing in a cell leaves the field alone, #N/A empties it.
    let answer = fixture
        .query(0, &token, &format!("SELECT LastName, Rating FROM Lead WHERE Id IN ('{one}', '{two}') ORDER BY Id"))
        .await
        .json();
    let told: Vec<_> = answer["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| (record["LastName"].clone(), record["Rating"].clone()))
        .collect();
    assert_eq!(told, [(json!("Changed"), json!("Hot")), (json!("Other"), Value::Null)]);

    let body = json!({ "operation": "delete", "object": "Lead" });
    let info = fixture.ingested(&token, body.clone(), &format!("Id\n{one}\n{one}\nnonsense\n")).await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(3), &json!(2)), "{info}");
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    assert_eq!((bad[1][0].as_str(), bad[1][1].as_str()), (one.as_str(), "ENTITY_IS_DELETED:entity is deleted:--"));
    assert!(bad[2][1].starts_with("MALFORMED_ID:"), "{}", bad[2][1]);
    let wide = fixture.ingested(&token, body, &format!("Id,LastName\n{two},Other\n")).await;
    assert_eq!(
        (&wide["state"], &wide["errorMessage"]),
        (&json!("Failed"), &json!("InvalidBatch : Delete batch must contain only ids"))
    );
    let rest = fixture.result(&token, &wide, "unprocessedrecords").await;
    assert_eq!(rest.text(), format!("Id,LastName\n{two},Other\n"));
}

#[tokio::test]
async fn an_upsert_goes_by_an_external_id() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let known =
        fixture.query(0, &token, "SELECT Id, TrackingCode__c FROM Shipment__c ORDER BY Id LIMIT 1").await.json();
    let code = known["records"][0]["TrackingCode__c"].as_str().unwrap();
    let body = json!({ "operation": "upsert", "object": "Shipment__c", "externalIdFieldName": "trackingcode__c" });
    let required = fixture.data(0, &token, "sobjects/Shipment__c/describe").await.json();
    let needed: Vec<&str> = required["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|field| {
            field["nillable"] == false && field["defaultedOnCreate"] == false && field["createable"] == true
        })
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert!(needed.is_empty(), "{needed:?}");
    let data = format!(
        "TrackingCode__c,Temperature__c,Owner.Username\n{code},4.5,\nTRK-NEW-1,-3,{}\n,1,\nTRK-NEW-2,1,nobody@nowhere.example\n",
        fixture.username(0, "sales")
    );
    let info = fixture.ingested(&token, body.clone(), &data).await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(4), &json!(2)), "{info}");
    assert_eq!(info["externalIdFieldName"], "TrackingCode__c");
    let good = rows(&fixture.result(&token, &info, "successfulResults").await, b',');
    let made: Vec<(&str, &str)> = good[1..].iter().map(|row| (row[1].as_str(), row[2].as_str())).collect();
    assert_eq!(made, [("false", code), ("true", "TRK-NEW-1")]);
    assert_eq!(good[1][0], known["records"][0]["Id"].as_str().unwrap());
    let answer = fixture
        .query(0, &token, "SELECT Temperature__c, Owner.Username FROM Shipment__c WHERE TrackingCode__c = 'TRK-NEW-1'")
        .await
        .json();
    assert_eq!(
        (&answer["records"][0]["Temperature__c"], &answer["records"][0]["Owner"]["Username"]),
        (&json!(-3.0), &json!(fixture.username(0, "sales")))
    );
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    assert!(bad[1][1].starts_with("MISSING_ARGUMENT:"), "{}", bad[1][1]);
    assert_eq!(
        bad[2][1],
        "INVALID_FIELD:Foreign key external ID: nobody@nowhere.example not found for field Username in entity User:--"
    );
    let without = fixture.ingested(&token, body, "Temperature__c\n1\n").await;
    assert_eq!(without["errorMessage"], "InvalidBatch : Field name not found : TrackingCode__c");
}

#[tokio::test]
async fn what_is_deleted_hard_is_gone_and_parents_are_named_by_their_keys() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let known = fixture
        .query(0, &token, "SELECT Id, LedgerKey__c FROM Account WHERE LedgerKey__c != null LIMIT 1")
        .await
        .json();
    let (account, key) = (&known["records"][0]["Id"], known["records"][0]["LedgerKey__c"].as_str().unwrap());
    let body = json!({ "operation": "insert", "object": "Contact" });
    let data = format!("LastName,Account.LedgerKey__c\nNamed,{key}\nLost,L-NONE\nFree,#N/A\n");
    let info = fixture.ingested(&token, body, &data).await;
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    let told = "INVALID_FIELD:Foreign key external ID: L-NONE not found for field LedgerKey__c in entity Account:--";
    assert_eq!((bad.len(), bad[1][1].as_str()), (2, told));
    let good = rows(&fixture.result(&token, &info, "successfulResults").await, b',');
    let (named, free) = (&good[1][0], &good[2][0]);
    let path = |id: &str| format!("sobjects/Contact/{id}?fields=AccountId");
    assert_eq!(&fixture.data(0, &token, &path(named)).await.json()["AccountId"], account);
    assert_eq!(fixture.data(0, &token, &path(free)).await.json()["AccountId"], Value::Null);
    let body = json!({ "operation": "hardDelete", "object": "Contact" });
    let info = fixture.ingested(&token, body, &format!("Id\n{named}\n{named}\n")).await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(2), &json!(1)), "{info}");
    let all = format!("queryAll?q=SELECT+Id+FROM+Contact+WHERE+Id='{named}'");
    assert_eq!(fixture.data(0, &token, &all).await.json()["totalSize"], 0);
}

#[tokio::test]
async fn a_row_that_breaks_several_rules_tells_them_all() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({ "operation": "insert", "object": "Opportunity" });
    let data = "Name,StageName,CloseDate,Amount,TotalOpportunityQuantity\nBad,Sounding,2027-01-01,-1,-1\nGood,Sounding,2027-01-01,1,1\n";
    let info = fixture.ingested(&token, body, data).await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(2), &json!(1)), "{info}");
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    assert_eq!(bad[1][1].matches("FIELD_CUSTOM_VALIDATION_EXCEPTION:").count(), 2, "{}", bad[1][1]);
}

#[tokio::test]
async fn a_file_that_is_wrong_fails_as_a_whole() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({ "operation": "insert", "object": "Account" });
    for (data, told) in [
        ("Name,Nme\nA,B\n", "InvalidBatch : Field name not found : Nme"),
        ("Name,Owner.Nme\nA,B\n", "InvalidBatch : Field name not found : Owner.Nme"),
        ("Name;Rating\nA;Hot\n", "InvalidBatch : Field name not found : Name;Rating"),
        ("Name\r\nA\r\n", "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF"),
        ("Name\nA,B\n", "InvalidBatch : Line 2 holds 2 fields, the header 1"),
    ] {
        let info = fixture.ingested(&token, body.clone(), data).await;
        assert_eq!((&info["state"], &info["errorMessage"]), (&json!("Failed"), &json!(told)));
        assert_eq!(info["numberRecordsProcessed"], 0, "{data}");
        let rest = fixture.result(&token, &info, "unprocessedRecords").await;
        assert_eq!((rest.status, rest.text().replace('\r', "")), (200, data.replace('\r', "")));
    }
    for data in ["", "Name\n"] {
        let info = fixture.ingested(&token, body.clone(), data).await;
        assert_eq!((&info["state"], &info["numberRecordsProcessed"]), (&json!("JobComplete"), &json!(0)), "{data:?}");
    }
    let marked = fixture.ingested(&token, body, "\u{feff}Name\nMarked\n").await;
    assert_eq!((&marked["state"], &marked["numberRecordsFailed"]), (&json!("JobComplete"), &json!(0)));
}

#[tokio::test]
async fn states_are_kept_in_their_order() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let id = fixture.open(&token, json!({ "operation": "insert", "object": "Account" })).await;
    let at = |name: &str| format!("{INGEST}/{id}/{name}");
    assert_eq!(fixture.get(0, &token, &at("successfulResults")).await.code(), "INVALIDJOBSTATE");
    assert_eq!(fixture.send(Method::DELETE, &token, &format!("{INGEST}/{id}"), None).await.code(), "INVALIDJOBSTATE");
    assert_eq!(fixture.upload(&token, &id, "Name\nA\n").await.status, 201);
    let twice = fixture.upload(&token, &id, "Name\nB\n").await;
    assert_eq!(twice.status, 400);
    assert!(twice.json()[0]["message"].as_str().unwrap().starts_with("Found multiple contents for job: <750"));
    assert_eq!(fixture.set_state(&token, &id, "Aborted").await.json()["state"], "Aborted");
    for state in ["Aborted", "UploadComplete"] {
        assert_eq!(fixture.set_state(&token, &id, state).await.code(), "INVALIDJOBSTATE", "{state}");
    }
    assert_eq!(fixture.upload(&token, &id, "Name\nA\n").await.code(), "INVALIDJOBSTATE");
    assert_eq!(fixture.get(0, &token, &at("unprocessedrecords")).await.text(), "Name\nA\n");
    assert_eq!(fixture.get(0, &token, &at("failedResults")).await.text(), "");
    assert_eq!(fixture.send(Method::POST, &token, &at("batches"), None).await.status, 405);
    assert_eq!(fixture.send(Method::POST, &token, &at("failedResults"), None).await.status, 405);
    assert_eq!(fixture.get(0, &token, &at("nothing")).await.status, 404);
    assert_eq!(fixture.send(Method::DELETE, &token, &format!("{INGEST}/{id}"), None).await.status, 204);
    assert_eq!(fixture.get(0, &token, &at("unprocessedrecords")).await.status, 404);
}

#[tokio::test]
async fn a_job_that_cannot_be_is_not_made() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    for (token, body, code) in [
        (&admin, json!({ "operation": "insert" }), "INVALIDJOB"),
        (&admin, json!({ "operation": "insert", "object": "Nothing" }), "INVALIDENTITY"),
        (&admin, json!({ "operation": "insert", "object": "Organization" }), "INVALIDENTITY"),
        (&admin, json!({ "operation": "merge", "object": "Account" }), "INVALIDJOB"),
        (&admin, json!({ "operation": "upsert", "object": "Account" }), "INVALIDJOB"),
        (&admin, json!({ "operation": "upsert", "object": "Account", "externalIdFieldName": "Fax" }), "INVALIDJOB"),
        (&sales, json!({ "operation": "hardDelete", "object": "Account" }), "FEATURENOTENABLED"),
        (&admin, json!({ "operation": "insert", "object": "Account", "lineEnding": "CR" }), "INVALIDJOB"),
    ] {
        let answer = fixture.send(Method::POST, token, INGEST, Some(body.clone())).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
    }
}

#[tokio::test]
async fn job_and_data_come_together_in_one_request() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = "--BOUNDARY\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name=\"job\"\r\n\r\n\
                {\"object\":\"Contact\",\"contentType\":\"CSV\",\"operation\":\"insert\"}\r\n--BOUNDARY\r\nContent-Type: text/csv\r\n\
                Content-Disposition: form-data; name=\"content\"; filename=\"content\"\r\n\r\nLastName\nTogether\n\r\n--BOUNDARY--\r\n";
    let request = fixture.request(0, Method::POST, &token, INGEST);
    let answer =
        read(request.header("content-type", "multipart/form-data; boundary=BOUNDARY").body(body).send().await.unwrap())
            .await;
    assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("UploadComplete")), "{}", answer.text());
    let info = fixture.finished(&token, "ingest", answer.json()["id"].as_str().unwrap()).await;
    assert_eq!(
        (&info["state"], &info["numberRecordsProcessed"], &info["numberRecordsFailed"]),
        (&json!("JobComplete"), &json!(1), &json!(0))
    );
    let request = fixture.request(0, Method::POST, &token, INGEST);
    let answer =
        read(request.header("content-type", "multipart/form-data; boundary=B").body("--B--").send().await.unwrap())
            .await;
    assert_eq!(answer.code(), "INVALIDJOB");
}

#[tokio::test]
async fn who_may_not_write_a_record_may_not_write_it_in_bulk() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let all = fixture.query(0, &admin, "SELECT Id FROM Account").await.json();
    let own = fixture.query(0, &sales, "SELECT Id FROM Account").await.json();
    let ids = |list: &Value| -> Vec<String> {
        list["records"].as_array().unwrap().iter().map(|one| one["Id"].as_str().unwrap().to_owned()).collect()
    };
    let (all, own) = (ids(&all), ids(&own));
    let foreign = all.iter().find(|id| !own.contains(id)).unwrap();
    let data = format!("Id,Rating\n{foreign},Hot\n{},Hot\n", own[0]);
    let info = fixture.ingested(&sales, json!({ "operation": "update", "object": "Account" }), &data).await;
    assert_eq!(info["numberRecordsFailed"], 1, "{info}");
    let bad = rows(&fixture.result(&sales, &info, "failedResults").await, b',');
    assert_eq!(bad[1][0], *foreign);
    let hidden = fixture
        .ingested(
            &sales,
            json!({ "operation": "update", "object": "Account" }),
            &format!("Id,AnnualRevenue\n{},1\n", own[0]),
        )
        .await;
    assert_eq!(hidden["errorMessage"], "InvalidBatch : Field name not found : AnnualRevenue");
}

/// A hundred thousand records with all that CSV makes hard: what went in comes out, in the results and in a query.
#[tokio::test]
async fn what_goes_in_comes_out() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let strange =
        ["plain", "comma, and", "\"quoted\"", "two\nlines", "tab\tthere", "日本語", "trail,", "'", "a\\b", "émile 🙂"];
    let count = 100_000;
    let name = |at: usize| format!("{} {at}", strange[at % strange.len()]);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    writer.write_record(["LastName", "Department", "HasOptedOutOfEmail"]).unwrap();
    for at in 0..count {
        writer
            .write_record([name(at).as_str(), &format!("bulk {}", at % 7), if at % 2 == 0 { "true" } else { "0" }])
            .unwrap();
    }
    let data = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let body = json!({ "operation": "insert", "object": "Contact", "lineEnding": "LF" });
    let info = fixture.ingested(&token, body, &data).await;
    assert_eq!(
        (&info["state"], &info["numberRecordsProcessed"], &info["numberRecordsFailed"]),
        (&json!("JobComplete"), &json!(count), &json!(0))
    );
    let results = fixture.result(&token, &info, "successfulResults").await;
    let results = rows(&results, b',');
    assert_eq!(results.len(), count + 1);
    let by_id: HashMap<&str, &[String]> = results[1..].iter().map(|row| (row[0].as_str(), &row[2..])).collect();
    assert_eq!(by_id.len(), count);
    for (at, row) in results[1..].iter().enumerate() {
        assert_eq!(row[2], name(at));
    }
    let soql = "SELECT Id, LastName, Department, HasOptedOutOfEmail FROM Contact WHERE Department LIKE 'bulk %'";
    let id = fixture.queried(&token, json!({ "operation": "query", "query": soql })).await;
    let (mut seen, mut locator) = (0, String::new());
    while locator != "null" {
        let answer =
            fixture.get(0, &token, &format!("/services/data/v67.0/jobs/query/{id}/results?locator={locator}")).await;
        answer.header("sforce-locator").clone_into(&mut locator);
        for row in &rows(&answer, b',')[1..] {
            let sent = by_id[row[0].as_str()];
            assert_eq!(row[1..3], sent[..2]);
            assert_eq!(row[3] == "true", sent[2] == "true");
            seen += 1;
        }
    }
    assert_eq!(seen, count);
}

#[tokio::test]
async fn quotes_that_never_close_end_the_job_where_they_open() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({ "operation": "insert", "object": "Account", "contentType": "CSV", "lineEnding": "LF" });
    for (data, line) in [("Name\nShut\n\"Open\nAlso\n", 3), ("\"Name\nShut\n", 1)] {
        let info = fixture.ingested(&token, body.clone(), data).await;
        let told = format!("ClientInputError : (startline {line}) EOF reached before encapsulated token finished");
        assert_eq!((&info["state"], &info["errorMessage"]), (&json!("Failed"), &json!(told)), "{info}");
        assert_eq!(info["numberRecordsProcessed"], 0);
    }
    let found = fixture.query(0, &token, "SELECT count() FROM Account WHERE Name IN ('Shut', 'Open', 'Also')").await;
    assert_eq!(found.json()["totalSize"], 0);
}

#[tokio::test]
async fn rows_that_name_the_same_record_are_refused_alike() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let body = json!({
        "operation": "upsert", "object": "Account", "externalIdFieldName": "LedgerKey__c", "contentType": "CSV", "lineEnding": "LF",
    });
    let info = fixture.ingested(&token, body, "LedgerKey__c,Name\nT-1,a\nT-2,b\nt-1,c\n").await;
    assert_eq!((&info["numberRecordsProcessed"], &info["numberRecordsFailed"]), (&json!(3), &json!(2)), "{info}");
    let bad = rows(&fixture.result(&token, &info, "failedResults").await, b',');
    assert_eq!(bad[1][1], "DUPLICATE_VALUE:Duplicate external id specified: T-1:LedgerKey__c --");
}
