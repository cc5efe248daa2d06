//! Searches and what lies around them, over sockets.

use super::support::{Answer, Fixture, read};
use serde_json::{Value, json};

fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn search(fixture: &Fixture, token: &str, sosl: &str) -> Answer {
    fixture.data(0, token, &format!("search/?{}", encode(&[("q", sosl)]))).await
}

#[tokio::test]
async fn a_search_and_its_parameters_agree() {
    let fixture = Fixture::new().await;
    let token = &fixture.token(0, "admin").await;
    let found = search(&fixture, token, "FIND {lant*} IN NAME FIELDS RETURNING Account(Id, Name LIMIT 3)").await;
    assert_eq!(found.status, 200, "{}", found.text());
    let found = found.json();
    assert_eq!(found["searchRecords"].as_array().unwrap().len(), 3);
    let keys: Vec<&String> = found["searchRecords"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "Id", "Name"]);
    let pairs =
        [("q", "lant*"), ("in", "NAME"), ("sobject", "Account"), ("Account.fields", "Id,Name"), ("Account.limit", "3")];
    let by_pairs = fixture.data(0, token, &format!("parameterizedSearch?{}", encode(&pairs))).await;
    assert_eq!(by_pairs.json(), found);
    let body = json!({ "q": "lant*", "in": "NAME", "sobjects": [{ "name": "Account", "fields": ["Id", "Name"] }], "defaultLimit": 3 });
    let post = fixture.request(0, reqwest::Method::POST, token, "/services/data/v67.0/parameterizedSearch/");
    let by_body = read(post.body(body.to_string()).send().await.unwrap()).await;
    assert_eq!(by_body.json(), found);
}

#[tokio::test]
async fn a_bad_search_is_refused() {
    let fixture = Fixture::new().await;
    let token = &fixture.token(0, "sales").await;
    for (sosl, code) in [
        ("FIND {a}", "MALFORMED_SEARCH"),
        ("FIND {a-b}", "MALFORMED_SEARCH"),
        ("SELECT Id FROM Account", "MALFORMED_SEARCH"),
        ("FIND {lantern} RETURNING Case(Id)", "INVALID_TYPE"),
        ("FIND {lantern} RETURNING Account(AnnualRevenue)", "INVALID_FIELD"),
    ] {
        let answer = search(&fixture, token, sosl).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{sosl}: {}", answer.text());
    }
    assert_eq!(fixture.data(0, token, "search").await.code(), "MALFORMED_SEARCH");
    assert_eq!(fixture.data(0, token, "search/nothing").await.status, 404);
    let post = fixture.request(0, reqwest::Method::POST, token, "/services/data/v67.0/search");
    assert_eq!(read(post.send().await.unwrap()).await.status, 405);
}

#[tokio::test]
async fn what_lies_around_a_search_answers() {
    let fixture = Fixture::new().await;
    let token = &fixture.token(0, "admin").await;
    let layouts = fixture.data(0, token, "search/layout/?q=Account,Contact").await.json();
    assert_eq!(layouts[1]["searchColumns"][0]["field"], "Contact.Name");
    let scope = fixture.data(0, token, "search/scopeOrder").await.json();
    assert!(scope.as_array().unwrap().iter().any(|object| object["type"] == "Account"));
    let told = fixture.data(0, token, "search/suggestions?q=lant&sobject=Account,Contact&limit=3").await.json();
    assert_eq!(told["autoSuggestResults"].as_array().unwrap().len(), 3);
    assert_eq!(fixture.data(0, token, "search/suggestions?q=lant").await.status, 400);
}

#[tokio::test]
async fn records_that_were_opened_are_recent() {
    let fixture = Fixture::new().await;
    let token = &fixture.token(0, "admin").await;
    let before = fixture.data(0, token, "recent").await.json();
    assert!(before.as_array().unwrap().len() > 5, "{before}");
    let account = fixture.query(0, token, "SELECT Id, Name FROM Account ORDER BY Name LIMIT 1").await.json();
    let (id, name) = (&account["records"][0]["Id"], &account["records"][0]["Name"]);
    let path = format!("sobjects/Account/{}", id.as_str().unwrap());
    assert_eq!(fixture.data(0, token, &path).await.status, 200);
    let two = fixture.data(0, token, "recent/?limit=2").await.json();
    assert_eq!(two.as_array().unwrap().len(), 2);
    assert_eq!((&two[0]["Id"], &two[0]["Name"]), (id, name));
    let soql =
        "SELECT Id, Name, Type, LastViewedDate FROM RecentlyViewed WHERE Type = 'Account' ORDER BY LastViewedDate DESC";
    let viewed: Value = fixture.query(0, token, soql).await.json();
    assert_eq!(&viewed["records"][0]["Id"], id);
    let basic = fixture.data(0, token, "sobjects/Account").await.json();
    assert_eq!(basic["recentItems"][0], two[0]);
    let other = fixture.token(0, "sales").await;
    assert_ne!(&fixture.data(0, &other, "recent?limit=1").await.json()[0]["Id"], id);
}
