//! What a user looked at is his own, the latest first, and never more than he may see.

use super::tests::{spec, viewer};
use super::*;
use serde_json::{Value, json};

fn org() -> OrgData {
    OrgData::build(&spec(OrgKind::Production, 300)).unwrap()
}

fn recent(who: &Viewer<'_>, limit: usize) -> Vec<Value> {
    who.recent("67.0", limit).as_array().unwrap().clone()
}

fn ask(who: &Viewer<'_>, soql: &str) -> Vec<Value> {
    let found = who.query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"));
    found["records"].as_array().unwrap().clone()
}

#[test]
fn everybody_has_a_past() {
    let org = org();
    for user in org.users() {
        let who = org.viewer(&user.id).unwrap();
        let list = recent(&who, 2);
        assert_eq!(list.len(), 2, "{}", user.alias);
        let kind = list[0]["attributes"]["type"].as_str().unwrap();
        let id = list[0]["Id"].as_str().unwrap();
        assert_eq!(list[0]["attributes"]["url"], format!("/services/data/v67.0/sobjects/{kind}/{id}"));
        assert!(list[0]["Name"].is_string());
        for record in recent(&who, 200) {
            let (kind, id) = (record["attributes"]["type"].as_str().unwrap(), record["Id"].as_str().unwrap());
            assert!(who.look("67.0", kind, id, Some("Id")).is_ok(), "{} does not see {kind} {id}", user.alias);
        }
    }
}

#[test]
fn what_was_looked_at_last_comes_first() {
    let org = org();
    let (who, other) = (viewer(&org, "admin"), viewer(&org, "sales"));
    let before = recent(&other, 200);
    let two = ask(&who, "SELECT Id FROM Contact ORDER BY Email NULLS LAST LIMIT 2");
    let (one, two) = (two[0]["Id"].as_str().unwrap(), two[1]["Id"].as_str().unwrap());
    let first = |who: &Viewer<'_>| recent(who, 1)[0]["Id"].as_str().unwrap().to_owned();
    who.record("67.0", "Contact", one, None).unwrap();
    who.record("67.0", "Contact", two, Some("Id")).unwrap();
    assert_eq!(first(&who), two);
    who.record("67.0", "Contact", one, None).unwrap();
    assert_eq!(first(&who), one);
    let made = who.create("Lead", &json!({ "LastName": "Zyz", "Company": "Z" })).unwrap();
    assert_eq!(first(&who), made);
    who.update("Contact", two, &json!({ "LastName": "Changed" })).unwrap();
    let list = recent(&who, 3);
    assert!(list[0]["Name"].as_str().unwrap().contains("Changed"));
    assert_eq!(list[2]["Id"], one);
    who.delete("Lead", &made).unwrap();
    assert_eq!(recent(&who, 2)[1]["Id"], one, "a deleted record is gone from the list");
    assert_eq!(recent(&other, 200), before, "lists are one's own");
    let basic = who.sobject_basic("67.0", "Contact").unwrap();
    assert_eq!(basic["recentItems"][0], list[0]);
    assert!(basic["recentItems"].as_array().unwrap().iter().all(|item| item["attributes"]["type"] == "Contact"));
}

#[test]
fn a_query_may_say_that_its_records_were_viewed() {
    let org = org();
    let who = viewer(&org, "admin");
    let picked = ask(&who, "SELECT Id, LastViewedDate, LastReferencedDate FROM Campaign ORDER BY Name LIMIT 2");
    assert!(picked.iter().all(|record| record["LastViewedDate"].is_null()));
    ask(&who, "SELECT Id FROM Campaign ORDER BY Name LIMIT 1 FOR REFERENCE");
    let now = ask(&who, "SELECT LastViewedDate, LastReferencedDate FROM Campaign ORDER BY Name LIMIT 1").remove(0);
    assert!(now["LastViewedDate"].is_null() && now["LastReferencedDate"].is_string());
    ask(&who, "SELECT Id FROM Campaign ORDER BY Name LIMIT 2 FOR VIEW");
    let viewed = ask(&who, "SELECT Id FROM Campaign WHERE LastViewedDate != null AND LastViewedDate >= LAST_N_DAYS:2");
    assert_eq!(viewed.len(), 2);
    assert!(ask(&viewer(&org, "sales"), "SELECT Id FROM Campaign WHERE LastViewedDate != null").is_empty());
}

#[test]
fn recently_viewed_is_an_object_to_query() {
    let org = org();
    let who = viewer(&org, "sales");
    let account = ask(&who, "SELECT Id, Name FROM Account LIMIT 1").remove(0);
    who.record("67.0", "Account", account["Id"].as_str().unwrap(), None).unwrap();
    let list = ask(&who, "SELECT id, name, type, LastViewedDate FROM RecentlyViewed ORDER BY LastViewedDate DESC");
    assert_eq!(
        (&list[0]["Id"], &list[0]["Name"], &list[0]["Type"]),
        (&account["Id"], &account["Name"], &json!("Account"))
    );
    assert_eq!(list[0]["attributes"]["type"], "RecentlyViewed");
    assert!(list[0]["LastViewedDate"].as_str().unwrap().ends_with("+0000"));
    assert_eq!(list.len(), recent(&who, 200).len());
    let some = ask(
        &who,
        "SELECT Id, Email, Phone FROM RecentlyViewed WHERE Type IN ('contact') ORDER BY LastViewedDate DESC LIMIT 2",
    );
    assert!(!some.is_empty() && some.iter().all(|record| record["Id"].as_str().unwrap().starts_with("003")));
    let count = who.query("67.0", "SELECT COUNT() FROM RecentlyViewed", false, 1).unwrap();
    assert_eq!(count["totalSize"], list.len());
    let groups = ask(&who, "SELECT Type, COUNT(Id) n FROM RecentlyViewed GROUP BY Type");
    assert!(groups.len() > 2);
    let told = who.describe("67.0", "RecentlyViewed").unwrap();
    assert_eq!((&told["keyPrefix"], &told["createable"]), (&Value::Null, &json!(false)));
    assert!(who.create("RecentlyViewed", &json!({ "Name": "x" })).is_err());
}
