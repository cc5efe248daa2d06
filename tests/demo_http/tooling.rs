//! `tooling`: what developers' tools ask, and the records that describe the org itself.

use crate::support::{Answer, Fixture, query_path};
use reqwest::Method;
use serde_json::{Value, json};

impl Fixture {
    async fn tool(&self, token: &str, soql: &str) -> Answer {
        self.data(0, token, &format!("tooling/{}", query_path(soql))).await
    }
}

fn names(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_tooling_api_has_its_own_objects_by_the_same_rules() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let root = fixture.data(0, &token, "tooling").await.json();
    assert_eq!(root["query"], "/services/data/v67.0/tooling/query");
    for path in root.as_object().unwrap().values() {
        let answer = fixture.get(0, &token, path.as_str().unwrap()).await;
        assert_ne!(answer.status, 404, "{path}");
    }
    let global = fixture.data(0, &token, "tooling/sobjects").await.json();
    let seen = names(&global["sobjects"], "name");
    for name in
        ["ApexClass", "CustomField", "EntityDefinition", "FieldDefinition", "TraceFlag", "User", "ValidationRule"]
    {
        assert!(seen.contains(&name.to_owned()), "{name}");
    }
    assert!(!seen.contains(&"Account".to_owned()) && !seen.contains(&"Organization".to_owned()));
    let url = &global["sobjects"][0]["urls"]["describe"];
    assert!(url.as_str().unwrap().starts_with("/services/data/v67.0/tooling/sobjects/"), "{url}");
    assert_eq!(fixture.get(0, &token, url.as_str().unwrap()).await.status, 200);
    let data = fixture.data(0, &token, "sobjects").await.json();
    let data = names(&data["sobjects"], "name");
    assert!(data.contains(&"EntityDefinition".to_owned()) && !data.contains(&"TraceFlag".to_owned()));
    let describe = fixture.data(0, &token, "tooling/sobjects/ApexClass/describe").await.json();
    assert_eq!((&describe["name"], &describe["keyPrefix"]), (&json!("ApexClass"), &json!("01p")));
    let basic = fixture.data(0, &token, "tooling/sobjects/ApexClass").await.json();
    assert_eq!((&basic["objectDescribe"]["name"], &basic["recentItems"]), (&json!("ApexClass"), &json!([])));
    for path in [
        "tooling/limits",
        "tooling/recent",
        "tooling/nothing",
        "tooling/sobjects/Account",
        "tooling/sobjects/Account/describe",
    ] {
        let answer = fixture.data(0, &token, path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{path}");
    }
}

#[tokio::test]
async fn tooling_queries_answer_with_tooling_addresses() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let answer =
        fixture.tool(&token, "select id, NAME, Body, CreatedBy.Name from apexclass order by Name").await.json();
    assert_eq!((answer["totalSize"].as_u64(), &answer["done"]), (Some(3), &json!(true)));
    let first = &answer["records"][0];
    assert_eq!((&first["attributes"]["type"], &first["Name"]), (&json!("ApexClass"), &json!("ShipmentRouter")));
    let url = first["attributes"]["url"].as_str().unwrap();
    assert_eq!(url, format!("/services/data/v67.0/tooling/sobjects/ApexClass/{}", first["Id"].as_str().unwrap()));
    assert!(
        first["CreatedBy"]["attributes"]["url"]
            .as_str()
            .unwrap()
            .starts_with("/services/data/v67.0/tooling/sobjects/User/005")
    );
    let record = fixture.get(0, &token, url).await.json();
    assert_eq!(
        (&record["Body"], &record["LengthWithoutComments"]),
        (&first["Body"], &json!(first["Body"].as_str().unwrap().chars().count()))
    );
    // The data API has Apex too, by its own addresses, and no trace flags.
    let plain = fixture.query(0, &token, "SELECT Id FROM ApexClass").await.json();
    assert!(
        plain["records"][0]["attributes"]["url"]
            .as_str()
            .unwrap()
            .starts_with("/services/data/v67.0/sobjects/ApexClass/01p")
    );
    for (tooling, soql) in [
        (true, "SELECT Id FROM Account"),
        (true, "SELECT Id FROM Organization"),
        (false, "SELECT Id FROM TraceFlag"),
        (false, "SELECT Id FROM ScratchOrgInfo limit 1"),
    ] {
        let answer = if tooling { fixture.tool(&token, soql).await } else { fixture.query(0, &token, soql).await };
        assert_eq!((answer.status, answer.code().as_str()), (400, "INVALID_TYPE"), "{soql}");
    }
    let flags =
        fixture.tool(&token, "SELECT LogType, DebugLevel.DeveloperName, TracedEntity.Name FROM TraceFlag").await.json();
    assert_eq!(flags["records"][0]["DebugLevel"]["DeveloperName"], "SFDC_DevConsole");
    assert!(flags["records"][0]["TracedEntity"]["Name"].is_string());
    let pages = fixture.tool(&token, "SELECT Id FROM FieldDefinition").await;
    assert_eq!(pages.json()["done"], true);
    let small = fixture.request(
        0,
        Method::GET,
        &token,
        &format!("/services/data/v67.0/tooling/{}", query_path("SELECT Id FROM FieldDefinition")),
    );
    let small =
        crate::support::read(small.header("sforce-query-options", "batchSize=200").send().await.unwrap()).await.json();
    let next = small["nextRecordsUrl"].as_str().unwrap();
    assert!(next.starts_with("/services/data/v67.0/tooling/query/01g"), "{next}");
    let rest = fixture.get(0, &token, next).await.json();
    let all = pages.json();
    assert_eq!(rest["records"].as_array().unwrap().len(), all["records"].as_array().unwrap().len() - 200);
}

#[tokio::test]
async fn the_org_describes_itself_as_its_describe_does() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let global = fixture.data(0, &token, "sobjects").await.json();
    let tooling = fixture.data(0, &token, "tooling/sobjects").await.json();
    let mut known = [names(&global["sobjects"], "name"), names(&tooling["sobjects"], "name")].concat();
    known.sort();
    known.dedup();
    let entities = fixture
        .tool(&token, "SELECT QualifiedApiName, KeyPrefix, Label FROM EntityDefinition ORDER BY QualifiedApiName")
        .await
        .json();
    let mut listed = names(&entities["records"], "QualifiedApiName");
    listed.sort();
    assert_eq!(listed, known);
    for object in ["Account", "Shipment__c", "User"] {
        let describe = fixture.data(0, &token, &format!("sobjects/{object}/describe")).await.json();
        let mut fields = names(&describe["fields"], "name");
        fields.sort();
        for filter in
            [format!("EntityDefinition.QualifiedApiName = '{object}'"), format!("EntityDefinitionId = '{object}'")]
        {
            let soql = format!("SELECT QualifiedApiName, DurableId, DataType FROM FieldDefinition WHERE {filter}");
            for answer in [fixture.tool(&token, &soql).await, fixture.query(0, &token, &soql).await] {
                let answer = answer.json();
                let mut told = names(&answer["records"], "QualifiedApiName");
                told.sort();
                assert_eq!(told, fields, "{filter}");
                assert_eq!(
                    answer["records"][1]["DurableId"],
                    format!("{object}.{}", answer["records"][1]["QualifiedApiName"].as_str().unwrap())
                );
            }
        }
    }
    let one = fixture.data(0, &token, "tooling/sobjects/EntityDefinition/Account").await.json();
    assert_eq!(
        (&one["QualifiedApiName"], &one["DurableId"], &one["KeyPrefix"], &one["IsQueryable"]),
        (&json!("Account"), &json!("Account"), &json!("001"), &json!(true))
    );
    assert_eq!(one["attributes"]["url"], "/services/data/v67.0/tooling/sobjects/EntityDefinition/Account");
    assert!(one.get("CreatedDate").is_none() && one.get("IsDeleted").is_none());
    let with = fixture.tool(&token, "SELECT DeveloperName, (SELECT QualifiedApiName FROM Fields WHERE DataType = 'Picklist') FROM EntityDefinition WHERE QualifiedApiName = 'shipment__c'").await.json();
    assert_eq!(
        (&with["records"][0]["DeveloperName"], &with["records"][0]["Fields"]["records"][0]["QualifiedApiName"]),
        (&json!("Shipment"), &json!("Status__c"))
    );
    let custom = fixture.tool(&token, "SELECT Id, DeveloperName FROM CustomObject").await.json();
    assert_eq!(custom["records"][0]["DeveloperName"], "Shipment");
    let id = custom["records"][0]["Id"].as_str().unwrap();
    let fields = fixture
        .tool(
            &token,
            &format!(
                "SELECT FullName, EntityDefinition.QualifiedApiName FROM CustomField WHERE TableEnumOrId = '{id}'"
            ),
        )
        .await
        .json();
    let describe = fixture.data(0, &token, "sobjects/Shipment__c/describe").await.json();
    let own = describe["fields"].as_array().unwrap().iter().filter(|field| field["custom"] == true).count();
    assert_eq!(fields["totalSize"], own);
    let rules = fixture.tool(&token, "SELECT ErrorMessage FROM ValidationRule WHERE EntityDefinition.QualifiedApiName = 'Campaign' AND Active = true").await.json();
    let campaign = json!({ "Name": "Backwards", "StartDate": "2027-02-01", "EndDate": "2027-01-01" });
    let refused = fixture.send(Method::POST, &token, "/services/data/v67.0/sobjects/Campaign", Some(campaign)).await;
    assert_eq!(refused.code(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    assert_eq!(rules["records"][0]["ErrorMessage"], refused.json()[0]["message"]);
    assert_eq!(fields["records"][0]["EntityDefinition"]["QualifiedApiName"], "Shipment__c");
}

#[tokio::test]
async fn what_a_user_does_not_see_is_not_described_to_him_either() {
    let fixture = Fixture::new().await;
    let (admin, sales) = (fixture.token(0, "admin").await, fixture.token(0, "sales").await);
    let count = |answer: Answer| answer.json()["totalSize"].as_u64().unwrap();
    let soql = "SELECT COUNT() FROM FieldDefinition WHERE QualifiedApiName = 'AnnualRevenue'";
    assert!(count(fixture.query(0, &admin, soql).await) > 0);
    assert_eq!(count(fixture.query(0, &sales, soql).await), 0);
    assert_eq!(count(fixture.tool(&sales, soql).await), 0);
    assert_eq!(fixture.data(0, &sales, "sobjects/FieldDefinition/Account.AnnualRevenue").await.status, 404);
    let global = fixture.data(0, &sales, "sobjects").await.json();
    let mut seen = names(&global["sobjects"], "name");
    let entities = fixture.query(0, &sales, "SELECT QualifiedApiName FROM EntityDefinition").await.json();
    let mut told = names(&entities["records"], "QualifiedApiName");
    seen.sort();
    told.sort();
    assert_eq!(told, seen);
    assert_eq!(fixture.tool(&sales, "SELECT Id FROM ApexClass").await.code(), "INVALID_TYPE");
}

#[tokio::test]
async fn tools_set_traces_and_store_code_but_nothing_runs() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let root = "/services/data/v67.0/tooling";
    let level = json!({ "DeveloperName": "Loud", "MasterLabel": "Loud", "ApexCode": "FINEST" });
    let made = fixture.send(Method::POST, &token, &format!("{root}/sobjects/DebugLevel"), Some(level)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let level = made.json()["id"].as_str().unwrap().to_owned();
    let me = fixture.tool(&token, "SELECT Id FROM User WHERE Alias = 'admin'").await.json()["records"][0]["Id"].clone();
    let flag = json!({ "TracedEntityId": me, "DebugLevelId": level, "LogType": "USER_DEBUG", "ExpirationDate": "2027-01-01T10:00:00.000+0000" });
    let made = fixture.send(Method::POST, &token, &format!("{root}/sobjects/TraceFlag"), Some(flag)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = format!("{root}/sobjects/TraceFlag/{}", made.json()["id"].as_str().unwrap());
    let changed = fixture.send(Method::PATCH, &token, &path, Some(json!({ "LogType": "DEVELOPER_LOG" }))).await;
    assert_eq!(
        (changed.status, &fixture.get(0, &token, &path).await.json()["LogType"]),
        (204, &json!("DEVELOPER_LOG"))
    );
    assert_eq!(fixture.send(Method::DELETE, &token, &path, None).await.status, 204);
    // It is no object of the data API.
    let plain = fixture.send(Method::POST, &token, "/services/data/v67.0/sobjects/DebugLevel", Some(json!({}))).await;
    assert_eq!(plain.status, 404);
    let fixed = fixture
        .send(Method::POST, &token, &format!("{root}/sobjects/EntityDefinition"), Some(json!({ "Label": "x" })))
        .await;
    assert!(fixed.status >= 400 && fixed.status < 500, "{}", fixed.text());

    let run = fixture.get(0, &token, &format!("{root}/executeAnonymous/?anonymousBody=System.debug('x')%3B")).await;
    let keys = ["line", "column", "compiled", "success", "compileProblem", "exceptionStackTrace", "exceptionMessage"];
    let answer = run.json();
    assert_eq!(
        (run.status, answer.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>()),
        (200, keys.to_vec())
    );
    assert_eq!((&answer["compiled"], &answer["success"]), (&json!(false), &json!(false)));
    assert_eq!(fixture.get(0, &token, &format!("{root}/executeAnonymous")).await.status, 400);
    let tests =
        fixture.send(Method::POST, &token, &format!("{root}/runTestsSynchronous"), Some(json!({ "tests": [] }))).await;
    assert_eq!((tests.status, tests.code().as_str()), (400, "FUNCTIONALITY_NOT_ENABLED"));
    let found = fixture
        .get(0, &token, &format!("{root}/search?q=FIND+%7Bharbour%7D+IN+ALL+FIELDS+RETURNING+ApexClass(Id,Name)"))
        .await;
    assert_eq!(found.status, 200, "{}", found.text());
}

#[tokio::test]
async fn a_composite_may_ask_both_apis() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let part = |name: &str, path: String| json!({ "method": "GET", "url": format!("/services/data/v67.0/{path}"), "referenceId": name });
    let body = json!({ "compositeRequest": [
        part("tool", format!("tooling/{}", query_path("SELECT Name FROM ApexTrigger"))),
        part("data", query_path("SELECT Name FROM Account LIMIT 1")),
    ] });
    for root in ["composite", "tooling/composite"] {
        let answer = fixture
            .send(Method::POST, &token, &format!("/services/data/v67.0/{root}"), Some(body.clone()))
            .await
            .json();
        let parts = answer["compositeResponse"].as_array().unwrap();
        assert_eq!(parts[0]["body"]["records"][0]["Name"], "ShipmentLane", "{root}");
        assert_eq!(parts[1]["httpStatusCode"], 200, "{root}");
    }
}
