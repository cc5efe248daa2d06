//! Queries over sockets: columns, plans, locators of children, deleted rows, and errors with their place.

use crate::support::{Fixture, query_path, read};
use reqwest::Method;
use serde_json::{Value, json};

fn with(soql: &str, more: &str) -> String {
    format!("{}{more}", query_path(soql))
}

/// The names of columns as the Salesforce CLI flattens them: parents with a dot, child rows as one, functions as shown.
fn flat(columns: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for column in columns.as_array().unwrap() {
        let name = column["columnName"].as_str().unwrap();
        match (column["aggregate"].as_bool().unwrap(), column["joinColumns"].as_array().unwrap().len()) {
            (false, 0) => names.push(name.to_owned()),
            (true, 0) => names.push(format!("{name}={}", column["displayName"].as_str().unwrap())),
            (false, _) => names.extend(flat(&column["joinColumns"]).iter().map(|inner| format!("{name}.{inner}"))),
            (true, _) => names.push(format!("{name}({})", flat(&column["joinColumns"]).join(","))),
        }
    }
    names
}

#[tokio::test]
async fn columns_are_told_without_rows() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let ask = async |soql: &str| fixture.data(0, &token, &with(soql, "&columns=true")).await.json();
    let told = ask("select ID, name, Owner.Profile.Name, Owner.Alias, NumberOfEmployees, isdeleted from account").await;
    assert_eq!(
        flat(&told["columnMetadata"]),
        ["Id", "Name", "Owner.Profile.Name", "Owner.Alias", "NumberOfEmployees", "IsDeleted"]
    );
    assert_eq!(
        (&told["entityName"], &told["groupBy"], &told["idSelected"], &told["keyPrefix"]),
        (&json!("Account"), &json!(false), &json!(true), &json!("001"))
    );
    let id = json!({
        "aggregate": false, "apexType": "Id", "booleanType": false, "columnName": "Id", "custom": false,
        "displayName": "Id", "foreignKeyName": null, "insertable": false, "joinColumns": [], "numberType": false,
        "textType": false, "updatable": false,
    });
    assert_eq!(told["columnMetadata"][0], id);
    let name = &told["columnMetadata"][1];
    assert_eq!(
        (&name["apexType"], &name["textType"], &name["updatable"]),
        (&json!("String"), &json!(true), &json!(true))
    );
    let owner = &told["columnMetadata"][2];
    assert_eq!((&owner["foreignKeyName"], &owner["apexType"]), (&json!("OwnerId"), &Value::Null));
    assert_eq!(told["columnMetadata"][3]["numberType"], true);
    assert_eq!(told["columnMetadata"][4]["booleanType"], true);
    for (soql, columns) in [
        (
            "SELECT Name, (SELECT LastName, Account.Name FROM Contacts) FROM Account",
            vec!["Name", "Contacts(LastName,Account.Name)"],
        ),
        (
            "SELECT Type, COUNT(Id), SUM(AnnualRevenue) total, CALENDAR_YEAR(CreatedDate) FROM Account GROUP BY Type, CALENDAR_YEAR(CreatedDate)",
            vec!["Type", "expr0=count(Id)", "total=sum(AnnualRevenue)", "expr1=calendar_year(CreatedDate)"],
        ),
        ("SELECT COUNT() FROM Account", vec!["expr0=count()"]),
        ("SELECT toLabel(Type), FORMAT(AnnualRevenue) shown FROM Account", vec!["Type", "shown"]),
        (
            "SELECT TYPEOF What WHEN Account THEN Phone, Owner.Name ELSE Name END FROM Task",
            vec!["What.Phone", "What.Owner.Name", "What.Name"],
        ),
        ("SELECT What.Name, What.Type FROM Task", vec!["What.Name", "What.Type"]),
        ("SELECT Account.Name n, COUNT(Id) FROM Contact GROUP BY Account.Name", vec!["n", "expr0=count(Id)"]),
        ("SELECT BillingAddress FROM Account", vec!["BillingAddress"]),
    ] {
        let told = ask(soql).await;
        assert_eq!(flat(&told["columnMetadata"]), columns, "{soql}");
        let rows =
            fixture.query(0, &token, &format!("{soql}{}", if soql.contains("COUNT(") { "" } else { " LIMIT 1" })).await;
        assert_eq!(rows.status, 200, "{soql}: {}", rows.text());
    }
    let fields = ask("SELECT FIELDS(STANDARD) FROM Case").await;
    let row = fixture.query(0, &token, "SELECT FIELDS(STANDARD) FROM Case LIMIT 1").await.json();
    let keys: Vec<&String> = row["records"][0].as_object().unwrap().keys().skip(1).collect();
    assert_eq!(flat(&fields["columnMetadata"]).iter().collect::<Vec<_>>(), keys);
    let wrong = fixture.data(0, &token, &with("SELECT Nope FROM Account", "&columns=true")).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "INVALID_FIELD"));
}

#[tokio::test]
async fn a_plan_tells_what_would_be_read() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let explain = |soql: &str| query_path(soql).replacen("q=", "explain=", 1);
    let one = fixture.query(0, &token, "SELECT Id, OwnerId FROM Account LIMIT 1").await.json();
    let id = one["records"][0]["Id"].as_str().unwrap();
    let told = fixture
        .data(0, &token, &explain(&format!("SELECT Name FROM Account WHERE Id = '{id}' AND Type != 'x'")))
        .await
        .json();
    let plans = told["plans"].as_array().unwrap();
    let total = fixture.query(0, &token, "SELECT COUNT() FROM Account").await.json()["totalSize"].clone();
    assert_eq!(plans[0]["leadingOperationType"], "Index");
    assert_eq!(
        (&plans[0]["fields"], &plans[0]["cardinality"], &plans[0]["sobjectCardinality"]),
        (&json!(["Id"]), &json!(1), &total)
    );
    assert_eq!(plans[0]["sobjectType"], "Account");
    assert_eq!(plans[1]["leadingOperationType"], "TableScan");
    assert!(plans[0]["relativeCost"].as_f64() < plans[1]["relativeCost"].as_f64());
    let notes: Vec<&Value> = plans[0]["notes"].as_array().unwrap().iter().map(|note| &note["fields"][0]).collect();
    assert_eq!(notes, ["IsDeleted", "Type"]);
    assert_eq!(plans[0]["notes"][0]["tableEnumOrId"], "Account");
    let sales = fixture.token(0, "sales").await;
    let told = fixture.data(0, &sales, &explain("SELECT Name FROM Account")).await.json();
    let own = fixture.query(0, &sales, "SELECT COUNT() FROM Account").await.json()["totalSize"].clone();
    let sharing =
        told["plans"].as_array().unwrap().iter().find(|plan| plan["leadingOperationType"] == "Sharing").unwrap();
    assert_eq!((&sharing["cardinality"], &sharing["sobjectCardinality"]), (&own, &total));
    for (soql, code) in
        [("SELECT", "MALFORMED_QUERY"), ("SELECT Id FROM Nope", "INVALID_TYPE"), ("00O000000000001", "INVALID_ID")]
    {
        assert_eq!(fixture.data(0, &token, &explain(soql)).await.code(), code, "{soql}");
    }
}

#[tokio::test]
async fn only_query_all_sees_what_is_deleted() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let soql = "SELECT Id FROM Contact WHERE IsDeleted = true";
    assert_eq!(fixture.query(0, &token, soql).await.json()["totalSize"], 0);
    let all = fixture.data(0, &token, &query_path(soql).replacen("query?", "queryAll?", 1)).await.json();
    assert!(all["totalSize"].as_u64() > Some(0));
    let error = fixture.query(0, &token, "SELECT Id FROM Contact ALL ROWS").await;
    let told = "\nSELECT Id FROM Contact ALL ROWS\n                       ^\nERROR at Row:1:Column:24\nALL ROWS not allowed in this context";
    assert_eq!((error.status, error.json()), (400, json!([{ "message": told, "errorCode": "MALFORMED_QUERY" }])));
}

#[tokio::test]
async fn child_rows_beyond_a_page_have_their_own_locator() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let owned = "SELECT Username, (SELECT Id, OwnerId FROM Contacts__none) FROM User";
    assert_eq!(fixture.query(0, &token, owned).await.code(), "INVALID_TYPE");
    // One account with more contacts than the smallest page.
    let made = async |path: &str, body: Value| {
        let request = fixture.request(0, Method::POST, &token, &format!("/services/data/v67.0/{path}"));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = read(request.send().await.unwrap()).await;
        assert!(answer.status < 300, "{}", answer.text());
        answer.json()
    };
    let account = made("sobjects/Account", json!({ "Name": "Many Hands" })).await["id"].clone();
    for part in 0..2 {
        let records: Vec<Value> = (0..120)
            .map(|at| json!({ "attributes": { "type": "Contact" }, "LastName": format!("Hand {part} {at:03}"), "AccountId": account }))
            .collect();
        made("composite/sobjects", json!({ "allOrNone": false, "records": records })).await;
    }
    let soql = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Name = 'many hands'";
    let page = async |path: &str| {
        let request = fixture.request(0, Method::GET, &token, path).header("sforce-query-options", "batchSize=200");
        read(request.send().await.unwrap()).await.json()
    };
    let first = page(&format!("/services/data/v67.0/{}", query_path(soql))).await;
    assert_eq!((&first["done"], &first["totalSize"]), (&json!(true), &json!(1)));
    let children = &first["records"][0]["Contacts"];
    assert_eq!((&children["done"], &children["totalSize"]), (&json!(false), &json!(240)));
    let rest = page(children["nextRecordsUrl"].as_str().unwrap()).await;
    assert_eq!((&rest["done"], &rest["totalSize"]), (&json!(true), &json!(240)));
    let names: Vec<&str> = [children, &rest]
        .iter()
        .flat_map(|page| page["records"].as_array().unwrap())
        .map(|row| row["LastName"].as_str().unwrap())
        .collect();
    assert!(names.len() == 240 && names.is_sorted());
}
