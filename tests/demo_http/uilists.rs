//! UI API: lists, related lists, lookups, menus, favorites and actions.

use crate::support::{Answer, Fixture};
use crate::uiapi::{first, list, send, text, ui};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The ids of a collection, page by page.
async fn walk(fixture: &Fixture, token: &str, path: &str) -> Vec<String> {
    let mut url = format!("/services/data/v67.0/ui-api/{path}");
    let tail = path.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let mut ids = Vec::new();
    loop {
        let page = fixture.get(0, token, &url).await;
        assert_eq!(page.status, 200, "{url} {}", page.text());
        let page = page.json();
        assert_eq!(page["count"], json!(list(&page, "records").len()));
        ids.extend(list(&page, "records").iter().map(|record| text(record, "id").to_owned()));
        let Some(next) = page["nextPageToken"].as_str() else { return ids };
        let joint = if tail.is_empty() { "?" } else { "&" };
        url = format!("/services/data/v67.0/ui-api/{path}{joint}pageToken={next}");
    }
}

async fn ids(fixture: &Fixture, token: &str, soql: &str) -> Vec<String> {
    let answer = fixture.query(0, token, soql).await;
    assert_eq!(answer.status, 200, "{soql} {}", answer.text());
    list(&answer.json(), "records").iter().map(|record| text(record, "Id").to_owned()).collect()
}

#[tokio::test]
async fn lists_are_read_to_their_ends_in_any_order() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let usual = "SELECT Id FROM Account ORDER BY Name ASC NULLS FIRST, Id ASC";
    assert_eq!(
        walk(&fixture, &token, "list-records/Account/AllAccounts?pageSize=7").await,
        ids(&fixture, &token, usual).await
    );
    let named = "SELECT Id FROM Account WHERE Tier__c = 'Ocean' ORDER BY BillingCity DESC NULLS LAST";
    let sorted = walk(&fixture, &token, "list-records/Account/OceanAccounts?sortBy=-BillingCity&pageSize=9").await;
    let wanted = ids(&fixture, &token, named).await;
    assert_eq!(sorted.iter().collect::<BTreeSet<_>>(), wanted.iter().collect::<BTreeSet<_>>());
    let mine = walk(&fixture, &token, "list-records/Account/MyAccounts?pageSize=2000").await;
    assert_eq!(
        mine,
        ids(&fixture, &token, "SELECT Id FROM Account USING SCOPE mine ORDER BY Name NULLS FIRST, Id").await
    );
    let views = ui(&fixture, &token, "list-ui/Account?pageSize=100").await.json();
    let view = list(&views, "lists").iter().find(|view| view["apiName"] == "OceanAccounts").unwrap();
    let both = fixture.get(0, &token, text(view, "listUiUrl")).await.json();
    assert_eq!(both["info"]["filteredByInfo"][0]["operator"], "Equals");
    assert_eq!(both["info"]["listReference"]["id"], view["id"]);
    assert_eq!(both["records"]["listInfoETag"], both["info"]["eTag"]);
    let record = &both["records"]["records"][0];
    for column in list(&both["info"], "displayColumns") {
        let mut place = record.clone();
        for name in text(column, "fieldApiName").split('.') {
            place = if place["fields"].is_object() {
                place["fields"][name].clone()
            } else {
                place["value"]["fields"][name].clone()
            };
        }
        assert!(place.as_object().is_some_and(|pair| pair.contains_key("value")), "{column} in {record}");
    }
}

#[tokio::test]
async fn searches_find_what_like_finds_and_inject_nothing() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    for term in ["a", "Co.", "%", "_", "'", "\\", "' OR Name LIKE '%", "x' LIMIT 1 --", "日本"] {
        let escaped: String = term
            .chars()
            .flat_map(|letter| if "\\'%_".contains(letter) { vec!['\\', letter] } else { vec![letter] })
            .collect();
        let soql = format!("SELECT Id FROM Account WHERE Name LIKE '%{escaped}%'");
        let wanted: BTreeSet<String> = ids(&fixture, &token, &soql).await.into_iter().collect();
        let path =
            format!("list-records/Account/AllAccounts?{}", encoded(&[("searchTerm", term), ("pageSize", "2000")]));
        let found: BTreeSet<String> = walk(&fixture, &token, &path).await.into_iter().collect();
        assert_eq!(found, wanted, "{term}");
        let path = format!(
            "lookups/Contact/AccountId/Account?{}",
            encoded(&[("q", term), ("searchType", "Search"), ("pageSize", "2000")])
        );
        let found: BTreeSet<String> = walk(&fixture, &token, &path).await.into_iter().collect();
        assert_eq!(found, wanted, "{term}");
    }
    for sort in ["Name' OR", "Name ASC, Id", "Id FROM Case", "Owner.Profile.Name"] {
        let path = format!("list-records/Account/AllAccounts?{}", encoded(&[("sortBy", sort)]));
        assert_eq!(ui(&fixture, &token, &path).await.status, 400, "{sort}");
    }
    let both = ui(&fixture, &token, "lookups/Task/WhatId?pageSize=2").await.json();
    let names: Vec<&String> = both["lookupResults"].as_object().unwrap().keys().collect();
    assert!(names.contains(&&"Account".to_owned()) && !names.contains(&&"Case".to_owned()), "{names:?}");
}

#[tokio::test]
async fn related_lists_hold_the_children() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let most = "SELECT AccountId, COUNT(Id) total FROM Contact WHERE AccountId != null GROUP BY AccountId ORDER BY COUNT(Id) DESC LIMIT 1";
    let account = text(&first(&fixture, &token, most).await, "AccountId").to_owned();
    let children = format!("SELECT Id FROM Contact WHERE AccountId = '{account}' ORDER BY Name, Id");
    let wanted: BTreeSet<String> = ids(&fixture, &token, &children).await.into_iter().collect();
    assert!(wanted.len() > 3);
    for path in [
        format!("related-list-records/{account}/Contacts?pageSize=2"),
        format!("records/{account}/child-relationships/Contacts?pageSize=2&fields=Contact.Email"),
    ] {
        let found: BTreeSet<String> = walk(&fixture, &token, &path).await.into_iter().collect();
        assert_eq!(found, wanted, "{path}");
    }
    let count = ui(&fixture, &token, &format!("related-list-count/{account}/Contacts?maxCount=3")).await.json();
    assert_eq!((&count["count"], &count["hasMore"]), (&json!(3), &json!(true)));
    let inside =
        ui(&fixture, &token, &format!("records/{account}?fields=Account.Name&childRelationships=Account.Contacts"))
            .await;
    assert!(inside.json()["childRelationships"]["Contacts"]["count"].as_u64().unwrap() > 0);
    let info = ui(&fixture, &token, "related-list-info/Account/Contacts").await.json();
    assert_eq!(info["listReference"]["relatedListId"], "Contacts");
    assert!(!list(&info, "displayColumns").iter().any(|column| column["fieldApiName"] == "AccountId"));
    let batch = ui(&fixture, &token, "related-list-info/batch/Account/Contacts,Nothing").await.json();
    assert_eq!((&batch["results"][0]["result"], &batch["results"][1]["statusCode"]), (&info, &json!(400)));
}

#[tokio::test]
async fn apps_navigation_and_actions_are_told() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let apps = ui(&fixture, &admin, "apps").await.json();
    for app in list(&apps, "apps") {
        assert_eq!(ui(&fixture, &admin, &format!("apps/{}", text(app, "appId"))).await.json(), *app);
    }
    assert_eq!(ui(&fixture, &admin, "apps/selected").await.json(), apps["apps"][0]);
    assert_eq!(ui(&fixture, &admin, "apps/06m000000000000AAA").await.status, 404);
    let items = |answer: Answer| -> Vec<String> {
        list(&answer.json(), "navItems").iter().map(|item| text(item, "objectApiName").to_owned()).collect()
    };
    let all = items(ui(&fixture, &admin, "nav-items").await);
    let mut paged = Vec::new();
    for page in 0..all.len().div_ceil(2) {
        paged.extend(items(ui(&fixture, &admin, &format!("nav-items?page={page}&pageSize=2")).await));
    }
    assert_eq!(paged, all);
    let less = items(ui(&fixture, &sales, "nav-items").await);
    assert!(all.contains(&"Case".to_owned()) && !less.contains(&"Case".to_owned()));
    let id = text(&first(&fixture, &admin, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let actions = ui(&fixture, &admin, &format!("actions/record/{id}")).await.json();
    let names: Vec<&str> = list(&actions["actions"][&id], "actions").iter().map(|one| text(one, "apiName")).collect();
    assert!(["Edit", "Delete", "Account.NewContact"].iter().all(|name| names.contains(name)), "{names:?}");
}

#[tokio::test]
async fn favorites_are_each_users_own() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let id = text(&first(&fixture, &sales, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let make = async |token: &str, kind: &str, target: &str| {
        let body = json!({ "name": format!("My {kind}"), "sortOrder": "1", "target": target, "targetType": kind });
        send(&fixture, token, Method::POST, "favorites", body).await
    };
    let record = make(&sales, "Record", &id).await;
    assert_eq!(record.status, 201, "{}", record.text());
    let record = record.json();
    assert_eq!((text(&record, "objectType"), record["accessCount"].as_u64()), ("Account", Some(0)));
    assert_eq!(make(&sales, "ObjectHome", "Contact").await.status, 201);
    assert_eq!(make(&sales, "Tab", "standard-Home").await.status, 201);
    assert_eq!(make(&sales, "Record", &id).await.code(), "DUPLICATE_VALUE");
    assert_eq!(make(&sales, "ObjectHome", "Case").await.status, 404);
    assert_eq!(make(&sales, "Moon", "x").await.code(), "ILLEGAL_QUERY_PARAMETER_VALUE");
    let names = async |token: &str| -> Vec<String> {
        let all = ui(&fixture, token, "favorites").await.json();
        list(&all, "favorites").iter().map(|one| text(one, "name").to_owned()).collect()
    };
    // Each was put before the others.
    assert_eq!(names(&sales).await, ["My Tab", "My ObjectHome", "My Record"]);
    assert!(names(&admin).await.is_empty());
    let path = format!("favorites/{}", text(&record, "id"));
    assert_eq!(ui(&fixture, &admin, &path).await.status, 404);
    let changed = send(&fixture, &sales, Method::PATCH, &path, json!({ "name": "Best", "sortOrder": 1 })).await.json();
    assert_eq!((text(&changed, "name"), changed["sortOrder"].as_u64()), ("Best", Some(1)));
    let used = send(&fixture, &sales, Method::PATCH, &format!("{path}/usage"), Value::Null).await.json();
    assert_eq!(used["accessCount"], 1);
    let only = json!({ "favorites": [{ "id": record["id"], "name": "Only" }] });
    assert_eq!(send(&fixture, &sales, Method::PUT, "favorites/batch", only).await.status, 200);
    assert_eq!(names(&sales).await, ["Only"]);
    assert_eq!(send(&fixture, &sales, Method::DELETE, &path, Value::Null).await.status, 204);
    assert!(names(&sales).await.is_empty());
}

#[tokio::test]
async fn actions_are_told_for_each_place() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let id = text(&first(&fixture, &token, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let views = fixture.data(0, &token, "sobjects/Account/listviews").await.json();
    let view = text(&views["listviews"][0], "id").to_owned();
    for (path, key, first) in [
        (format!("actions/record/{id}/record-edit"), id.as_str(), Some("CancelEdit")),
        (format!("actions/record/{id}/related-list/Contacts"), "Contacts", Some("New")),
        (format!("actions/record/{id}/related-list-record/{id}"), id.as_str(), Some("Edit")),
        (format!("actions/list-view/{view}"), view.as_str(), Some("New")),
        (format!("actions/list-view-record/{id}"), id.as_str(), Some("Edit")),
        ("actions/list-view-chart/Account".to_owned(), "Account", None),
        ("actions/flexipage/Home".to_owned(), "Home", Some("NewAccount")),
        ("actions/lookup/Account".to_owned(), "Account", Some("New")),
        ("actions/mru-list/Account".to_owned(), "Account", Some("New")),
        (format!("actions/photo/{id}"), id.as_str(), None),
        ("actions/global".to_owned(), "Global", Some("NewAccount")),
    ] {
        let answer = ui(&fixture, &token, &path).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.text());
        let answer = answer.json();
        let found = list(&answer["actions"][key], "actions").first().map(|action| text(action, "apiName"));
        assert_eq!(found, first, "{path}");
    }
    let app = ui(&fixture, &token, "apps").await.json()["apps"][1]["appId"].as_str().unwrap().to_owned();
    let opened = send(&fixture, &token, Method::PATCH, &format!("apps/{app}"), Value::Null).await.json();
    assert_eq!((text(&opened, "appId"), &opened["selected"]), (app.as_str(), &json!(true)));
}
