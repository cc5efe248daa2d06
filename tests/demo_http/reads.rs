//! Metadata-like reads: layouts, list views, quick actions, compact layouts, tabs, menus.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn names(list: &[Value], key: &str) -> Vec<String> {
    list.iter().map(|one| text(one, key).to_owned()).collect()
}

/// The objects with layouts, as one user sees them.
async fn laid_out(fixture: &Fixture, token: &str) -> Vec<String> {
    let global = fixture.data(0, token, "sobjects").await.json();
    let shown: Vec<Value> =
        list(&global, "sobjects").iter().filter(|object| object["layoutable"] == true).cloned().collect();
    names(&shown, "name")
}

/// The layout of an object, whether it has one record type or several.
async fn layout(fixture: &Fixture, token: &str, name: &str) -> Value {
    let whole = fixture.data(0, token, &format!("sobjects/{name}/describe/layouts")).await.json();
    let several = list(&whole, "recordTypeMappings").len() > 1;
    assert_eq!(whole["recordTypeSelectorRequired"], json!([several]));
    let url = whole.pointer("/recordTypeMappings/0/urls/layout").and_then(Value::as_str).unwrap();
    let one = fixture.get(0, token, url).await;
    assert_eq!(one.status, 200, "{url}");
    let one = one.json();
    match several {
        true => assert_eq!(whole["layouts"], Value::Null, "{name}"),
        false => assert_eq!(whole["layouts"], json!([one]), "{name}"),
    }
    for mapping in list(&whole, "recordTypeMappings") {
        assert_eq!(mapping["layoutId"], one["id"]);
    }
    one
}

/// Every field that components of these sections hold, with how often.
fn fields(sections: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut walk = vec![sections];
    while let Some(value) = walk.pop() {
        match value {
            Value::Array(items) => walk.extend(items),
            Value::Object(map) if map.get("type") == Some(&json!("Field")) && map.contains_key("tabOrder") => {
                found.push(text(value, "value").to_owned());
                walk.extend(map.get("components"));
            }
            Value::Object(map) => walk.extend(map.iter().filter(|(key, _)| *key != "details").map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}

#[tokio::test]
async fn a_layout_holds_the_fields_its_reader_sees_each_once() {
    let fixture = Fixture::new().await;
    for alias in ["admin", "sales", "api"] {
        let token = fixture.token(0, alias).await;
        for name in laid_out(&fixture, &token).await {
            let describe = fixture.data(0, &token, &format!("sobjects/{name}/describe")).await.json();
            let seen: BTreeSet<String> = names(list(&describe, "fields"), "name").into_iter().collect();
            let layout = layout(&fixture, &token, &name).await;
            let shown = fields(&layout["detailLayoutSections"]);
            let once: BTreeSet<String> = shown.iter().cloned().collect();
            assert_eq!(once.len(), shown.len(), "{name} of {alias} shows a field twice");
            assert!(once.is_subset(&seen), "{name} of {alias}: {:?}", once.difference(&seen));
            let left: Vec<&String> = seen.difference(&once).collect();
            let technical = ["Id", "IsDeleted", "SystemModstamp", "LastViewedDate", "LastReferencedDate"];
            let known = |field: &str| {
                let end =
                    ["Latitude", "Longitude", "FiscalYear", "FiscalQuarter"].iter().any(|end| field.ends_with(end));
                technical.contains(&field) || end
            };
            assert!(left.iter().all(|field| known(field)), "{name} of {alias} lacks {left:?}");
            let edited = fields(&layout["editLayoutSections"]);
            assert!(edited.iter().all(|field| once.contains(field)), "{name}");
            assert!(!edited.iter().any(|field| field == "CreatedById"));
            assert!(text(&layout, "id").starts_with("00h"));
        }
    }
}

#[tokio::test]
async fn layouts_are_by_the_rules_of_their_fields() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let layout = layout(&fixture, &token, "Contact").await;
    let sections = list(&layout, "detailLayoutSections");
    assert_eq!(
        names(sections, "heading"),
        ["Contact Information", "Address Information", "Description Information", "System Information"]
    );
    let first = &sections[0]["layoutRows"][0]["layoutItems"][0];
    assert_eq!(
        (first["label"].as_str(), first["layoutComponents"][0]["value"].as_str()),
        (Some("Owner"), Some("OwnerId"))
    );
    let name = list(&sections[0], "layoutRows").iter().flat_map(|row| list(row, "layoutItems"));
    let name = name.clone().find(|item| item["layoutComponents"][0]["value"] == "Name").unwrap();
    assert_eq!(name["required"], true);
    assert_eq!(name["layoutComponents"][0]["fieldType"], "personName");
    let parts = names(list(&name["layoutComponents"][0], "components"), "value");
    assert_eq!(parts, ["Salutation", "FirstName", "LastName"]);
    let related = names(list(&layout, "relatedLists"), "name");
    assert!(related.contains(&"Opportunities".to_owned()) && related.contains(&"Cases".to_owned()), "{related:?}");
    let global = fixture.data(0, &token, "sobjects/Global/describe/layouts").await.json();
    assert!(global["layouts"][0]["quickActionList"]["quickActionListItems"].as_array().unwrap().len() > 3);
    for (path, status) in [
        ("sobjects/Account/describe/layouts/012000000000001AAA", 404),
        ("sobjects/Nothing/describe/layouts", 404),
        ("sobjects/Organization/describe/layouts", 404),
        ("sobjects/User/describe/namedLayouts/UserAlt", 200),
        ("sobjects/User/describe/namedLayouts/Other", 404),
        ("sobjects/Account/describe/approvalLayouts", 200),
        ("sobjects/Account/describe/approvalLayouts/Any", 404),
    ] {
        assert_eq!(fixture.data(0, &token, path).await.status, status, "{path}");
    }
}

/// The ids of a view's results, so many to a page.
async fn all_results(fixture: &Fixture, token: &str, url: &str, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let page = fixture.get(0, token, &format!("{url}?limit={limit}&offset={}", ids.len())).await;
        assert_eq!(page.status, 200, "{url}: {}", page.text());
        let page = page.json();
        assert_eq!(page["size"], json!(list(&page, "records").len()));
        for record in list(&page, "records") {
            let columns = list(record, "columns");
            assert_eq!(columns.len(), list(&page, "columns").len());
            let id = columns.iter().find(|column| column["fieldNameOrPath"] == "Id").unwrap();
            ids.push(text(id, "value").to_owned());
        }
        if page["done"] == true {
            return ids;
        }
    }
}

#[tokio::test]
async fn a_list_view_shows_what_its_query_finds() {
    let fixture = Fixture::new().await;
    for alias in ["admin", "sales"] {
        let token = fixture.token(0, alias).await;
        for name in laid_out(&fixture, &token).await {
            let views = fixture.data(0, &token, &format!("sobjects/{name}/listviews")).await.json();
            assert_eq!(views["sobjectType"], json!(name));
            for view in list(&views, "listviews") {
                assert!(text(view, "id").starts_with("00B"));
                assert_eq!(fixture.get(0, &token, text(view, "url")).await.json(), *view);
                let describe = fixture.get(0, &token, text(view, "describeUrl")).await.json();
                let limit = if name == "Account" { 40 } else { 2_000 };
                let shown = all_results(&fixture, &token, text(view, "resultsUrl"), limit).await;
                if describe["scope"] == "mru" {
                    continue;
                }
                let found = fixture.query(0, &token, text(&describe, "query")).await;
                assert_eq!(found.status, 200, "{describe} {}", found.text());
                let plan = fixture.data(0, &token, &format!("query?explain={}", text(view, "id"))).await.json();
                assert_eq!(plan["sourceQuery"], describe["query"]);
                assert_eq!(plan["plans"][0]["sobjectType"], name.as_str());
                let found = names(list(&found.json(), "records"), "Id");
                assert_eq!(shown, found, "{name} {} of {alias}", text(view, "developerName"));
            }
        }
    }
}

#[tokio::test]
async fn a_list_view_that_filters_by_what_is_hidden_is_not_there() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let views = |answer: Answer| names(list(&answer.json(), "listviews"), "developerName");
    let all = views(fixture.data(0, &admin, "sobjects/Account/listviews/").await);
    let seen = views(fixture.data(0, &sales, "sobjects/Account/listviews/").await);
    assert!(all.contains(&"HighCredit".to_owned()) && !seen.contains(&"HighCredit".to_owned()), "{seen:?}");
    assert!(["AllAccounts", "MyAccounts", "OceanAccounts"].iter().all(|name| seen.iter().any(|own| own == name)));
    let whole = fixture.data(0, &admin, "sobjects/Account/listviews").await.json();
    let hidden = list(&whole, "listviews").iter().find(|view| view["developerName"] == "HighCredit").unwrap();
    assert_eq!(fixture.get(0, &sales, text(hidden, "resultsUrl")).await.status, 404);
    let other = text(hidden, "resultsUrl").replace("/Account/", "/Contact/");
    assert_eq!(fixture.get(0, &admin, &other).await.status, 404);
    let described = fixture.get(0, &admin, text(hidden, "describeUrl")).await.json();
    let condition = json!({ "field": "CreditLimit__c", "operator": "greaterThan", "values": ["100000"] });
    assert_eq!(described["whereCondition"], condition);
    let recent = views(fixture.data(0, &admin, "sobjects/Account/listviews/recent").await);
    assert!(!recent.is_empty() && recent.len() < all.len());
}

#[tokio::test]
async fn quick_actions_make_records_that_point_back() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let account = fixture.query(0, &token, "SELECT Id FROM Account LIMIT 1").await.json();
    let account = text(&account["records"][0], "Id").to_owned();
    let all = fixture.data(0, &token, "sobjects/Account/quickActions").await.json();
    let action = all.as_array().unwrap().iter().find(|one| one["name"] == "Account.NewContact").unwrap();
    assert!(text(action, "actionEnumOrId").starts_with("09D"));
    let described = fixture.get(0, &token, action["urls"]["describe"].as_str().unwrap()).await.json();
    assert_eq!(
        (text(&described, "targetSobjectType"), text(&described, "targetParentField")),
        ("Contact", "AccountId")
    );
    let asked = fields(&described["layout"]);
    assert!(asked.contains(&"LastName".to_owned()) && asked.contains(&"Email".to_owned()), "{asked:?}");
    let url = action["urls"]["defaultValuesTemplate"].as_str().unwrap().replace("{ID}", &account);
    assert_eq!(fixture.get(0, &token, &url).await.json()["AccountId"], json!(account));
    let post = |body: Value| {
        let url = action["urls"]["quickAction"].as_str().unwrap();
        let request = fixture.request(0, Method::POST, &token, url).header("content-type", "application/json");
        let request = request.body(body.to_string());
        async { read(request.send().await.unwrap()).await }
    };
    let made = post(json!({ "contextId": account, "record": { "LastName": "Quickly" } })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["ids"][0].as_str().unwrap().to_owned();
    let contact = fixture.data(0, &token, &format!("sobjects/Contact/{id}?fields=LastName,AccountId")).await.json();
    assert_eq!((text(&contact, "LastName"), text(&contact, "AccountId")), ("Quickly", account.as_str()));
    let refused = post(json!({ "contextId": account, "record": {} })).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "REQUIRED_FIELD_MISSING"));
    assert_eq!(post(json!({})).await.code(), "MISSING_ARGUMENT");
    // Whoever does not see an object has no action that makes one.
    for (alias, absent) in [("sales", "NewCase"), ("api", "NewLead")] {
        let token = fixture.token(0, alias).await;
        let all = fixture.data(0, &token, "quickActions").await.json();
        let names = names(all.as_array().unwrap(), "name");
        assert!(!names.contains(&absent.to_owned()) && names.contains(&"NewAccount".to_owned()), "{alias} {names:?}");
        assert_eq!(fixture.data(0, &token, &format!("quickActions/{absent}")).await.status, 404);
    }
}

#[tokio::test]
async fn compact_layouts_come_one_by_one_and_together() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let several = fixture.data(0, &admin, "compactLayouts?q=Account,Contact").await.json();
    for name in ["Account", "Contact"] {
        let whole = fixture.data(0, &admin, &format!("sobjects/{name}/describe/compactLayouts")).await.json();
        assert_eq!(whole["compactLayouts"][0], several[name]);
        assert_eq!(whole["defaultCompactLayoutId"], several[name]["id"]);
        let primary = fixture.data(0, &admin, &format!("sobjects/{name}/describe/compactLayouts/primary")).await.json();
        assert_eq!(primary, several[name]);
        assert!(text(&primary, "id").starts_with("0AH"));
        let first = &primary["fieldItems"][0]["layoutComponents"][0];
        assert_eq!(first["value"], "Name");
    }
    for (token, path, status, code) in [
        (&admin, "compactLayouts", 400, "MISSING_ARGUMENT"),
        (&admin, "compactLayouts?q=Account,Nothing", 400, "INVALID_TYPE"),
        (&sales, "compactLayouts?q=Case", 400, "INVALID_TYPE"),
    ] {
        let answer = fixture.data(0, token, path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path}");
    }
}

#[tokio::test]
async fn menus_hold_what_their_reader_sees() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let tabs = |answer: Answer| names(answer.json().as_array().unwrap(), "name");
    let all = tabs(fixture.data(0, &admin, "tabs").await);
    let less = tabs(fixture.data(0, &sales, "tabs").await);
    assert!(all.contains(&"standard-Case".to_owned()) && !less.contains(&"standard-Case".to_owned()), "{less:?}");
    assert!(less.contains(&"Shipment__c".to_owned()) && less.contains(&"standard-Home".to_owned()));
    let theme = fixture.data(0, &sales, "theme").await.json();
    assert_eq!(names(list(&theme, "themeItems"), "name"), laid_out(&fixture, &sales).await);
    let icon = theme["themeItems"][0]["icons"][0]["url"].as_str().unwrap();
    let icon = read(fixture.http.get(icon).send().await.unwrap()).await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/png"));
    let apps = fixture.data(0, &admin, "appMenu/AppSwitcher").await.json();
    assert_eq!(names(list(&apps, "appMenuItems"), "label"), ["Sales", "Harbour", "Service"]);
    for (path, status) in
        [("appMenu/Salesforce1", 200), ("appMenu/NetworkTabs", 200), ("appMenu/Other", 404), ("tabs/x", 404)]
    {
        assert_eq!(fixture.data(0, &admin, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn processes_and_actions_are_lists_that_answer() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let get = async |path: &str| fixture.data(0, &token, path).await;
    assert_eq!(get("process/rules").await.json(), json!({ "rules": {} }));
    assert_eq!(get("process/approvals").await.json(), json!({ "approvals": {} }));
    assert_eq!(get("actions/standard").await.json(), json!({ "actions": [] }));
    let custom = get("actions/custom/quickAction").await.json();
    assert!(names(list(&custom, "actions"), "name").contains(&"Account.NewContact".to_owned()));
    for path in ["process/other", "actions/standard/x", "sobjects/Account/listviews/00B000000000000AAA"] {
        assert_eq!(get(path).await.status, 404, "{path}");
    }
    for path in ["tabs", "theme", "sobjects/Account/listviews", "sobjects/Account/describe/layouts", "process/rules"] {
        let request = fixture.request(0, Method::DELETE, &token, &format!("/services/data/v67.0/{path}"));
        let answer = read(request.send().await.unwrap()).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "HEAD,GET"), "{path}");
    }
}

#[tokio::test]
async fn relevant_items_are_those_that_are_recent() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let recent = fixture.data(0, &token, "recent?limit=200").await.json();
    let recent: BTreeSet<String> = names(recent.as_array().unwrap(), "Id").into_iter().collect();
    let answer = fixture.data(0, &token, "sobjects/relevantItems").await;
    let last = answer.header("lastUpdatedId").to_owned();
    assert_eq!(answer.header("newResultSetSinceLastQuery"), "true");
    let mut ids = BTreeSet::new();
    for object in answer.json().as_array().unwrap() {
        for id in list(object, "recordIds") {
            let id = id.as_str().unwrap();
            assert!(id.starts_with(text(object, "key")));
            ids.insert(id.to_owned());
        }
    }
    assert_eq!(ids, recent);
    let again = fixture.data(0, &token, &format!("sobjects/relevantItems?lastUpdatedId={last}")).await;
    assert_eq!(again.header("newResultSetSinceLastQuery"), "false");
    let none = fixture.data(0, &token, "sobjects/relevantItems?sobjects=Nothing").await.json();
    assert_eq!(none, json!([]));
}

/// Every address of our own in an answer, without placeholders.
fn addresses(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        Value::Object(map) => map.values().for_each(|value| addresses(value, found)),
        Value::String(text) if text.starts_with("/services/data/") && !text.contains('{') => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_addresses_that_are_told_answer() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let account = fixture.query(0, &token, "SELECT Id FROM Account LIMIT 1").await.json();
    let account = text(&account["records"][0], "Id").to_owned();
    let mut found = BTreeSet::new();
    for path in [
        "appMenu",
        "process",
        "actions",
        "sobjects/Account",
        "sobjects/Account/describe/layouts",
        "sobjects/Account/describe/compactLayouts",
        "sobjects/Account/listviews",
        "sobjects/Account/quickActions",
        "quickActions",
        "ui-api/object-info",
        "ui-api/object-info/Account/picklist-values/012000000000000AAA/Type",
        "ui-api/list-ui/Account",
        "ui-api/list-records/Account/AllAccounts?pageSize=3&pageToken=3",
        "ui-api/mru-list-records/Account?pageSize=1",
        "ui-api/related-list-info/Account",
        "ui-api/nav-items?pageSize=2&page=1",
        "ui-api/lookups/Opportunity/AccountId?pageSize=2&pageToken=2",
        "connect",
        "chatter",
        "connect/user-profiles/me",
        "chatter/users?pageSize=2&page=1",
        "chatter/groups?pageSize=1",
        "chatter/feeds",
        "chatter/feeds/company",
    ] {
        let answer = fixture.data(0, &token, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        addresses(&answer.json(), &mut found);
    }
    let related = fixture.data(0, &token, &format!("ui-api/related-list-records/{account}/Contacts?pageSize=1")).await;
    addresses(&related.json(), &mut found);
    assert!(found.len() > 60, "{}", found.len());
    for url in found {
        let answer = fixture.get(0, &token, &url).await;
        let directory = ["/connect/user-profiles", "/actions"].iter().any(|end| url.ends_with(end));
        assert!(answer.status == 200 || directory, "{url}: {} {}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn parts_of_a_composite_reach_these_reads() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let part = |path: &str| json!({ "method": "GET", "url": format!("v67.0/{path}") });
    let body = json!({ "batchRequests": [part("tabs"), part("sobjects/Account/listviews"), part("chatter/users/me")] });
    let request = fixture.request(0, Method::POST, &token, "/services/data/v67.0/composite/batch");
    let answer =
        read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await;
    let answer = answer.json();
    assert_eq!(answer["hasErrors"], false, "{answer}");
    assert_eq!(answer["results"][1]["result"]["sobjectType"], "Account");
}

#[tokio::test]
async fn whoever_asks_for_xml_gets_it() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let get = async |path: &str, accept: &str| {
        let request = fixture.request(0, Method::GET, &token, &format!("/services/data/v67.0/{path}"));
        read(request.header("accept", accept).send().await.unwrap()).await
    };
    for (path, root) in [
        ("query?q=SELECT+Id,Name+FROM+Account+LIMIT+2", "QueryResult"),
        ("sobjects", "DescribeGlobal"),
        ("sobjects/Nothing", "Errors"),
        ("chatter/users/me", "Result"),
    ] {
        let answer = get(path, "application/xml").await;
        assert_eq!(answer.header("content-type"), "application/xml;charset=UTF-8", "{path}");
        assert!(
            answer.text().contains(&format!("<{root} ")) && answer.text().ends_with(&format!("</{root}>")),
            "{path}"
        );
        assert_eq!(get(path, "*/*").await.header("content-type"), "application/json;charset=UTF-8");
        assert_eq!(
            get(path, "application/json, application/xml").await.header("content-type"),
            "application/json;charset=UTF-8"
        );
    }
}
