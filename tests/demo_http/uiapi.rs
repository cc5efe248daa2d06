//! UI API: records, objects, layouts and lists, compared with what REST says of the same.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

pub fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} in {value}"))
}

pub async fn ui(fixture: &Fixture, token: &str, path: &str) -> Answer {
    fixture.data(0, token, &format!("ui-api/{path}")).await
}

pub async fn first(fixture: &Fixture, token: &str, soql: &str) -> Value {
    fixture.query(0, token, soql).await.json()["records"][0].clone()
}

pub async fn send(fixture: &Fixture, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = fixture.request(0, method, token, &format!("/services/data/v67.0/ui-api/{path}"));
    let request = request.header("content-type", "application/json").body(body.to_string());
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_record_has_the_values_that_rest_gives_it() {
    let fixture = Fixture::new().await;
    for alias in ["admin", "sales", "api"] {
        let token = fixture.token(0, alias).await;
        let global = fixture.data(0, &token, "sobjects").await.json();
        for object in list(&global, "sobjects").iter().filter(|object| object["layoutable"] == true) {
            let name = text(object, "name");
            let id = first(&fixture, &token, &format!("SELECT Id FROM {name} LIMIT 1")).await;
            let Some(id) = id["Id"].as_str() else { continue };
            let whole = fixture.data(0, &token, &format!("sobjects/{name}/{id}")).await.json();
            let shown = ui(&fixture, &token, &format!("records/{id}?layoutTypes=Full&modes=View")).await;
            assert_eq!(shown.status, 200, "{name} {}", shown.text());
            let shown = shown.json();
            assert_eq!((text(&shown, "apiName"), text(&shown, "id")), (name, id));
            let mut compared = 0;
            for (field, pair) in shown["fields"].as_object().unwrap() {
                if pair["value"].is_object() || !whole.as_object().unwrap().contains_key(field) {
                    // A parent: its reference is there too.
                    continue;
                }
                let value = whole[field].as_str().and_then(|text| text.strip_suffix("+0000"));
                let expected = value.map_or(whole[field].clone(), |text| json!(format!("{text}Z")));
                assert_eq!(pair["value"], expected, "{name}.{field} of {alias}");
                compared += 1;
            }
            assert!(compared > 5, "{name} of {alias}: {compared}");
        }
    }
}

#[tokio::test]
async fn values_read_as_their_reader_writes() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let soql = "SELECT Id, CloseDate, StageName, Account.Name, Owner.Name, Owner.Profile.Name FROM Opportunity \
                WHERE AccountId != null AND Amount > 1000 LIMIT 1";
    let record = first(&fixture, &token, soql).await;
    let fields = "Opportunity.CloseDate,Opportunity.StageName,Opportunity.Amount,Opportunity.Account.Name,\
                  Opportunity.Owner.Profile.Name,Opportunity.CreatedDate";
    let shown = ui(&fixture, &token, &format!("records/{}?fields={fields}", text(&record, "Id"))).await.json();
    let field = |name: &str| shown["fields"][name].clone();
    let (year, rest) = text(&record, "CloseDate").split_once('-').unwrap();
    let (month, day) = rest.split_once('-').unwrap();
    let american = format!("{}/{}/{year}", month.trim_start_matches('0'), day.trim_start_matches('0'));
    assert_eq!(field("CloseDate"), json!({ "displayValue": american, "value": record["CloseDate"] }));
    assert_eq!(field("StageName"), json!({ "displayValue": record["StageName"], "value": record["StageName"] }));
    assert!(text(&field("Amount"), "displayValue").contains(','), "{}", field("Amount"));
    assert!(text(&field("CreatedDate"), "value").ends_with('Z'));
    assert_eq!(field("Account")["displayValue"], record["Account"]["Name"]);
    assert_eq!(field("Account")["value"]["fields"]["Name"]["value"], record["Account"]["Name"]);
    let profile = &field("Owner")["value"]["fields"]["Profile"];
    assert_eq!(profile["displayValue"], record["Owner"]["Profile"]["Name"]);
    let stamp = text(&shown, "systemModstamp").parse::<jiff::Timestamp>().unwrap();
    assert_eq!(shown["weakEtag"], json!(stamp.as_millisecond()));
}

#[tokio::test]
async fn what_is_hidden_is_no_field() {
    let fixture = Fixture::new().await;
    let sales = fixture.token(0, "sales").await;
    let admin = fixture.token(0, "admin").await;
    let id = text(&first(&fixture, &sales, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let get = async |token: &str, rest: &str| ui(&fixture, token, &format!("records/{id}?{rest}")).await;
    assert_eq!(get(&admin, "fields=Account.AnnualRevenue").await.status, 200);
    let refused = get(&sales, "fields=Account.AnnualRevenue").await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "INVALID_FIELD"));
    let without = get(&sales, "optionalFields=Account.AnnualRevenue,Account.Name").await.json();
    assert!(without["fields"]["AnnualRevenue"].is_null() && without["fields"]["Name"].is_object());
    let whole = get(&sales, "layoutTypes=Full,Compact&modes=View,Edit").await;
    assert!(!whole.text().contains("AnnualRevenue"));
    let info = ui(&fixture, &sales, "object-info/Account").await;
    assert!(!info.text().contains("AnnualRevenue"));
    let hidden = text(&first(&fixture, &admin, "SELECT Id FROM Case LIMIT 1").await, "Id").to_owned();
    for path in
        [format!("records/{hidden}?fields=Case.Subject"), format!("record-ui/{hidden}"), "object-info/Case".to_owned()]
    {
        assert_eq!(ui(&fixture, &sales, &path).await.status, 404, "{path}");
    }
    // Another's account, too.
    let own: BTreeSet<String> = list(&fixture.query(0, &sales, "SELECT Id FROM Account").await.json(), "records")
        .iter()
        .map(|record| text(record, "Id").to_owned())
        .collect();
    let all = fixture.query(0, &admin, "SELECT Id FROM Account").await.json();
    let other = list(&all, "records").iter().map(|record| text(record, "Id")).find(|id| !own.contains(*id)).unwrap();
    assert_eq!(ui(&fixture, &sales, &format!("records/{other}?fields=Account.Name")).await.status, 404);
}

#[tokio::test]
async fn a_request_that_means_nothing_is_refused() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let id = text(&first(&fixture, &token, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let deep = "Account.Parent.Parent.Parent.Parent.Parent.Parent.Name";
    for (path, status, code) in [
        (format!("records/{id}"), 400, "INVALID_INPUT_COMBINATION"),
        (format!("records/{id}?fields=Name"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (format!("records/{id}?fields=Contact.Name"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (format!("records/{id}?fields={deep}"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (format!("records/{id}?fields=Account.Owner.Nothing"), 400, "INVALID_FIELD"),
        (format!("records/{id}?layoutTypes=Wide"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (format!("records/{id}?layoutTypes=Full&modes=Dream"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("record-ui/003R000000".to_owned(), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (format!("records/{}?fields=Account.Name", "0010000000'or''"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("records/001000000000000AAA?fields=Account.Name".to_owned(), 404, "NOT_FOUND"),
        ("records/zzz000000000000AAA?fields=Account.Name".to_owned(), 404, "NOT_FOUND"),
        ("object-info/Nothing".to_owned(), 404, "NOT_FOUND"),
        ("object-info/Organization".to_owned(), 400, "INVALID_TYPE"),
        (
            "object-info/Account/picklist-values/012000000000000AAA/Name".to_owned(),
            400,
            "ILLEGAL_QUERY_PARAMETER_VALUE",
        ),
        ("object-info/Account/picklist-values/012000000000001AAA".to_owned(), 404, "NOT_FOUND"),
        ("list-records/Account/AllAccounts?pageSize=0".to_owned(), 400, "NUMBER_OUTSIDE_VALID_RANGE"),
        ("list-records/Account/AllAccounts?pageToken=x".to_owned(), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("list-records/Account/AllAccounts?sortBy=Nothing".to_owned(), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("list-records/Account/NoSuchList".to_owned(), 404, "NOT_FOUND"),
        ("list-ui/00B000000000000AAA".to_owned(), 404, "NOT_FOUND"),
        (format!("related-list-records/{id}/Nothing"), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("lookups/Account/Name".to_owned(), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("layout/Account?mode=Dream".to_owned(), 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("nonsense".to_owned(), 404, "NOT_FOUND"),
    ] {
        let answer = ui(&fixture, &token, &path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path} {}", answer.text());
    }
}

#[tokio::test]
async fn a_batch_tells_each_records_own_fate() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let account = text(&first(&fixture, &token, "SELECT Id FROM Account LIMIT 1").await, "Id").to_owned();
    let contact = text(&first(&fixture, &token, "SELECT Id FROM Contact LIMIT 1").await, "Id").to_owned();
    let path = format!("records/batch/{account},{contact},001000000000000AAA?fields=Account.Name,Contact.LastName");
    let answer = ui(&fixture, &token, &path).await.json();
    assert_eq!(answer["hasErrors"], true);
    let statuses: Vec<&Value> = list(&answer, "results").iter().map(|result| &result["statusCode"]).collect();
    assert_eq!(statuses, [200, 200, 404]);
    assert!(answer["results"][0]["result"]["fields"]["Name"].is_object());
    assert!(answer["results"][1]["result"]["fields"]["LastName"].is_object());
    assert_eq!(answer["results"][2]["result"][0]["errorCode"], "NOT_FOUND");
    let page =
        ui(&fixture, &token, &format!("record-ui/{account},{contact}?layoutTypes=Full,Compact&modes=View,Edit")).await;
    let page = page.json();
    assert_eq!(page["records"][&account]["id"], json!(account));
    let layouts = &page["layouts"]["Account"];
    let by_type = layouts.as_object().unwrap().values().next().unwrap();
    for (kind, mode) in [("Full", "View"), ("Full", "Edit"), ("Compact", "View")] {
        let layout = &by_type[kind][mode];
        assert_eq!((text(layout, "layoutType"), text(layout, "mode")), (kind, mode));
        assert!(!list(layout, "sections").is_empty());
    }
    let state = &page["layoutUserStates"][text(&by_type["Full"]["View"], "id")];
    assert!(!state["sectionUserStates"].as_object().unwrap().is_empty());
    assert!(page["objectInfos"]["Contact"]["fields"]["LastName"].is_object());
}

#[tokio::test]
async fn objects_are_those_of_their_describes() {
    let fixture = Fixture::new().await;
    for alias in ["admin", "sales"] {
        let token = fixture.token(0, alias).await;
        let all = ui(&fixture, &token, "object-info").await.json();
        for name in all["objects"].as_object().unwrap().keys() {
            let describe = fixture.data(0, &token, &format!("sobjects/{name}/describe")).await.json();
            let info = ui(&fixture, &token, &format!("object-info/{name}")).await.json();
            let fields = info["fields"].as_object().unwrap();
            assert_eq!(fields.len(), list(&describe, "fields").len(), "{name}");
            for field in list(&describe, "fields") {
                let own = &fields[text(field, "name")];
                for key in ["createable", "updateable", "label", "length", "scale", "custom", "unique", "sortable"] {
                    assert_eq!(own[key], field[key], "{name}.{} {key}", text(field, "name"));
                }
                let kind = text(own, "dataType").to_lowercase();
                assert!(kind == text(field, "type") || kind == "string", "{kind} {}", text(field, "type"));
            }
            let record_type = text(&info, "defaultRecordTypeId");
            let picklists =
                ui(&fixture, &token, &format!("object-info/{name}/picklist-values/{record_type}")).await.json();
            for field in list(&describe, "fields").iter().filter(|field| !list(field, "picklistValues").is_empty()) {
                let values = &picklists["picklistFieldValues"][text(field, "name")];
                assert_eq!(list(values, "values").len(), list(field, "picklistValues").len());
                let path = text(values, "url").strip_prefix("/services/data/v67.0/ui-api/").unwrap();
                assert_eq!(ui(&fixture, &token, path).await.json(), *values);
            }
        }
    }
}

#[tokio::test]
async fn records_are_made_changed_and_deleted() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let made =
        send(&fixture, &token, Method::POST, "records", json!({ "apiName": "Account", "fields": { "Name": "Quay" } }));
    let made = made.await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(made["fields"]["Name"]["value"], "Quay");
    let path = format!("records/{}", text(&made, "id"));
    let changed = send(&fixture, &token, Method::PATCH, &path, json!({ "fields": { "Name": "Quay II" } })).await;
    assert_eq!((changed.status, &changed.json()["fields"]["Name"]["value"]), (200, &json!("Quay II")));
    let copy = ui(&fixture, &token, &format!("record-defaults/clone/{}", text(&made, "id"))).await.json();
    assert_eq!(copy["record"]["fields"]["Name"]["value"], "Quay II");
    assert_eq!(copy["record"]["id"], Value::Null);
    let again = json!({ "apiName": "Account", "fields": { "Name": copy["record"]["fields"]["Name"]["value"] } });
    assert_eq!(send(&fixture, &token, Method::POST, "records", again).await.status, 201);
    assert_eq!(send(&fixture, &token, Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(ui(&fixture, &token, &format!("{path}?fields=Account.Name")).await.status, 404);
    let refused = send(&fixture, &token, Method::POST, "records", json!({ "apiName": "Contact", "fields": {} })).await;
    assert_eq!(refused.status, 400);
    let refused = refused.json()[0].clone();
    assert_eq!(text(&refused, "enhancedErrorType"), "RecordError");
    let about = &refused["output"]["fieldErrors"]["LastName"][0];
    assert_eq!((text(about, "errorCode"), text(about, "fieldLabel")), ("REQUIRED_FIELD_MISSING", "Last Name"));
    assert_eq!((text(about, "field"), text(about, "constituentField")), ("Name", "LastName"));
    for (body, code) in [
        (json!({}), "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (json!({ "apiName": "Account" }), "ILLEGAL_QUERY_PARAMETER_VALUE"),
        (json!({ "apiName": "Nothing", "fields": {} }), "NOT_FOUND"),
        (json!({ "apiName": "Organization", "fields": {} }), "INVALID_TYPE"),
    ] {
        assert_eq!(send(&fixture, &token, Method::POST, "records", body).await.code(), code);
    }
    let wrong = send(&fixture, &token, Method::PUT, "records", Value::Null).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn defaults_are_those_of_the_schema() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let whole = ui(&fixture, &token, "record-defaults/create/Lead").await.json();
    assert_eq!(whole["record"]["fields"]["Status"], json!({ "displayValue": "Open", "value": "Open" }));
    assert_eq!(whole["layout"]["mode"], "Create");
    assert!(whole["objectInfos"]["Lead"].is_object());
    let template = ui(&fixture, &token, "record-defaults/template/create/Lead").await.json();
    assert_eq!(template["record"]["fields"], whole["record"]["fields"]);
    assert!(template.as_object().unwrap().get("layout").is_none());
    assert_eq!(ui(&fixture, &token, "record-defaults/create/Nothing").await.status, 404);
    let info = ui(&fixture, &token, "object-info/Opportunity").await.json();
    for record_type in
        info["recordTypeInfos"].as_object().unwrap().keys().filter(|_| info["fields"]["RecordTypeId"].is_object())
    {
        let path = format!("record-defaults/create/Opportunity?recordTypeId={record_type}");
        let whole = ui(&fixture, &token, &path).await.json();
        assert_eq!(whole["record"]["fields"]["RecordTypeId"]["value"], json!(record_type));
        assert_eq!(whole["layout"]["recordTypeId"], json!(record_type));
    }
}
