//! Files: sent in base64 or beside their JSON, in versions, shown at records, and given back byte for byte.

use crate::support::{Answer, Fixture, read};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/services/data/v67.0/sobjects/ContentVersion";

async fn post(fixture: &Fixture, token: &str, kind: &str, body: Vec<u8>) -> Answer {
    let request = fixture.request(0, Method::POST, token, PATH).header("content-type", kind).body(body);
    read(request.send().await.unwrap()).await
}

async fn sent(fixture: &Fixture, token: &str, body: Value) -> Answer {
    post(fixture, token, "application/json", body.to_string().into()).await
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn first(fixture: &Fixture, token: &str, soql: &str) -> Value {
    let answer = fixture.query(0, token, soql).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["records"][0].clone()
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_sent_either_way() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n--B\r\nnot a boundary\r\n").collect();
    let account = first(&fixture, &token, "SELECT Id FROM Account LIMIT 1").await["Id"].clone();
    let by_json = json!({
        "Title": "Chart", "PathOnClient": "maps/north.PNG", "VersionData": STANDARD.encode(&bytes), "FirstPublishLocationId": account,
    });
    let one = id(&sent(&fixture, &token, by_json).await);
    let mut parts =
        b"--BOUND\r\nContent-Disposition: form-data; name=\"entity_content\"\r\nContent-Type: application/json\r\n\r\n\
        {\"PathOnClient\":\"north.png\"}\r\n--BOUND\r\nContent-Type: application/octet-stream\r\n\
        Content-Disposition: form-data; name=\"VersionData\"; filename=\"north.png\"\r\n\r\n"
            .to_vec();
    parts.extend(&bytes);
    parts.extend(b"\r\n--BOUND--\r\n");
    let other = id(&post(&fixture, &token, "multipart/form-data; boundary=BOUND", parts).await);
    for version in [&one, &other] {
        let answer = fixture.get(0, &token, &format!("{PATH}/{version}/VersionData")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"));
        assert_eq!(answer.body, bytes);
        let soql = format!(
            "SELECT VersionData, ContentSize, FileType, FileExtension, Checksum, IsLatest FROM ContentVersion WHERE Id = '{version}'"
        );
        let record = first(&fixture, &token, &soql).await;
        assert_eq!(record["VersionData"], format!("{PATH}/{version}/VersionData"));
        assert_eq!((&record["ContentSize"], &record["FileType"]), (&json!(bytes.len()), &json!("PNG")));
        assert_eq!((&record["FileExtension"], &record["IsLatest"]), (&json!("png"), &json!(true)));
        assert_eq!(record["Checksum"].as_str().unwrap().len(), 32);
    }
    // It is shown at the record, and to who sent it.
    let document =
        first(&fixture, &token, &format!("SELECT ContentDocumentId FROM ContentVersion WHERE Id = '{one}'")).await;
    let document = document["ContentDocumentId"].as_str().unwrap().to_owned();
    let soql = format!(
        "SELECT LinkedEntityId, ShareType FROM ContentDocumentLink WHERE ContentDocumentId = '{document}' ORDER BY ShareType"
    );
    let links = fixture.query(0, &token, &soql).await.json()["records"].clone();
    assert_eq!(
        (&links[0]["LinkedEntityId"], &links[0]["ShareType"], &links[1]["ShareType"]),
        (&account, &json!("V"), &json!("I"))
    );
    let soql =
        format!("SELECT Title, LatestPublishedVersion.PathOnClient FROM ContentDocument WHERE Id = '{document}'");
    let told = first(&fixture, &token, &soql).await;
    assert_eq!(
        (&told["Title"], &told["LatestPublishedVersion"]["PathOnClient"]),
        (&json!("Chart"), &json!("maps/north.PNG"))
    );
}

#[tokio::test]
async fn a_document_has_versions_and_goes_with_them() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let one = id(&sent(&fixture, &token, json!({ "PathOnClient": "log.txt", "VersionData": "b25l" })).await);
    let document =
        first(&fixture, &token, &format!("SELECT ContentDocumentId FROM ContentVersion WHERE Id = '{one}'")).await;
    let document = document["ContentDocumentId"].as_str().unwrap().to_owned();
    let more = json!({ "PathOnClient": "log.txt", "VersionData": "dHdv", "ContentDocumentId": document });
    let two = id(&sent(&fixture, &token, more).await);
    let soql = format!(
        "SELECT Id, VersionNumber, IsLatest FROM ContentVersion WHERE ContentDocumentId = '{document}' ORDER BY VersionNumber"
    );
    let versions = fixture.query(0, &token, &soql).await.json()["records"].clone();
    let told: Vec<Value> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["Id"], one["VersionNumber"], one["IsLatest"]]))
        .collect();
    assert_eq!(told, [json!([one, "1", false]), json!([two, "2", true])]);
    assert_eq!(fixture.get(0, &token, &format!("{PATH}/{one}/VersionData")).await.text(), "one");
    // The bytes of a version stay what they are.
    let change =
        fixture.request(0, Method::PATCH, &token, &format!("{PATH}/{two}")).header("content-type", "application/json");
    let change = read(change.body(r#"{"VersionData":"dHdv"}"#).send().await.unwrap()).await;
    assert_eq!(change.code(), "INVALID_FIELD_FOR_INSERT_UPDATE");
    let gone = fixture.request(
        0,
        Method::DELETE,
        &token,
        &format!("/services/data/v67.0/sobjects/ContentDocument/{document}"),
    );
    assert_eq!(read(gone.send().await.unwrap()).await.status, 204);
    assert_eq!(fixture.get(0, &token, &format!("{PATH}/{two}/VersionData")).await.status, 404);
    let links = format!("SELECT count() FROM ContentDocumentLink WHERE ContentDocumentId = '{document}'");
    assert_eq!(fixture.query(0, &token, &links).await.json()["totalSize"], 0);
}

#[tokio::test]
async fn files_are_refused_with_reasons_and_seen_by_who_may() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let before = fixture.query(0, &admin, "SELECT count() FROM ContentDocument").await.json();
    for (body, code) in [
        (json!({ "PathOnClient": "a.txt" }), "REQUIRED_FIELD_MISSING"),
        (json!({ "VersionData": "b25l" }), "REQUIRED_FIELD_MISSING"),
        (json!({ "PathOnClient": "a.txt", "VersionData": "no base64!" }), "JSON_PARSER_ERROR"),
        (json!({ "PathOnClient": "a.txt", "VersionData": "b25l", "Checksum": "x" }), "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (
            json!({ "PathOnClient": "a.txt", "VersionData": "b25l", "ContentDocumentId": "069000000000000AAA" }),
            "MALFORMED_ID",
        ),
    ] {
        assert_eq!(sent(&fixture, &admin, body.clone()).await.code(), code, "{body}");
    }
    // What was refused left nothing behind.
    assert_eq!(fixture.query(0, &admin, "SELECT count() FROM ContentDocument").await.json(), before);
    let mine = id(&sent(&fixture, &admin, json!({ "PathOnClient": "mine.txt", "VersionData": "b25l" })).await);
    assert_eq!(fixture.get(0, &sales, &format!("{PATH}/{mine}/VersionData")).await.status, 404);
    assert_eq!(fixture.query(0, &sales, "SELECT count() FROM ContentVersion").await.json()["totalSize"], 0);
    let describe = fixture.data(0, &admin, "sobjects/ContentVersion/describe").await.json();
    let field = describe["fields"].as_array().unwrap().iter().find(|field| field["name"] == "VersionData").unwrap();
    assert_eq!(
        (&field["type"], &field["createable"], &field["updateable"]),
        (&json!("base64"), &json!(true), &json!(false))
    );
    assert_eq!(
        fixture.query(0, &admin, "SELECT Id FROM ContentVersion WHERE VersionData = 'x'").await.code(),
        "INVALID_FIELD"
    );
}
