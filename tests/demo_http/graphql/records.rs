//! The same records as SOQL gives, in Salesforce's shapes.

use super::{ask, data, ids, query, soql, soql_ids};
use crate::support::Fixture;
use serde_json::{Value, json};

#[tokio::test]
async fn a_record_stands_in_the_shape_salesforce_gives_it() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let rows = soql(
        &fixture,
        &token,
        "SELECT Id, Name, Industry, AnnualRevenue, NumberOfEmployees, CreatedDate, SystemModstamp, OwnerId, Owner.Name, \
         BillingCity FROM Account WHERE AnnualRevenue > 1000000 AND Industry != null ORDER BY Name, Id LIMIT 1",
    )
    .await;
    let row = &rows[0];
    let found = query(
        &fixture,
        &token,
        "Account(first: 1, where: { AnnualRevenue: { gt: 1000000 }, Industry: { ne: null } }, orderBy: { Name: {}, Id: {} }) {
           __typename edges { __typename cursor node {
             __typename Id ApiName WeakEtag DisplayValue RecordTypeId(fallback: true) { value }
             Name { __typename value displayValue } Industry { __typename value displayValue label }
             AnnualRevenue { __typename value displayValue } CreatedDate { __typename value displayValue }
             OwnerId { __typename value } Owner { __typename Id Name { value } } Parent { Id } BillingCity { value } } } }",
    )
    .await;
    let edge = &found["Account"]["edges"][0];
    let node = &edge["node"];
    assert_eq!(found["Account"]["__typename"], "AccountConnection");
    assert_eq!((&edge["__typename"], &edge["cursor"]), (&json!("AccountEdge"), &json!("djE6MA==")));
    assert_eq!((&node["__typename"], &node["ApiName"]), (&json!("Account"), &json!("Account")));
    assert_eq!((&node["Id"], &node["DisplayValue"]), (&row["Id"], &row["Name"]));
    assert_eq!(node["Name"], json!({ "__typename": "StringValue", "value": row["Name"], "displayValue": null }));
    let industry = &row["Industry"];
    let picked =
        json!({ "__typename": "PicklistValue", "value": industry, "displayValue": industry, "label": industry });
    assert_eq!(node["Industry"], picked);
    assert_eq!(node["AnnualRevenue"]["value"], row["AnnualRevenue"]);
    assert!(node["AnnualRevenue"]["displayValue"].as_str().unwrap().starts_with('$'));
    let made = row["CreatedDate"].as_str().unwrap().replace("+0000", "Z");
    assert_eq!(
        (&node["CreatedDate"]["__typename"], &node["CreatedDate"]["value"]),
        (&json!("DateTimeValue"), &json!(made))
    );
    let stamp: jiff::Timestamp = row["SystemModstamp"].as_str().unwrap().replace("+0000", "Z").parse().unwrap();
    assert_eq!(node["WeakEtag"], stamp.as_millisecond());
    assert_eq!(node["OwnerId"], json!({ "__typename": "IDValue", "value": row["OwnerId"] }));
    let owner = json!({ "__typename": "User", "Id": row["OwnerId"], "Name": { "value": row["Owner"]["Name"] } });
    assert_eq!(node["Owner"], owner);
    assert_eq!(node["BillingCity"]["value"], row["BillingCity"]);
    assert_eq!(node["RecordTypeId"]["value"], "012000000000000AAA");
}

/// A filter in GraphQL, the object, and the same in SOQL.
const FILTERS: [(&str, &str, &str); 26] = [
    ("Name: { eq: \"brass freight ltd\" }", "Account", "Name = 'brass freight ltd'"),
    ("Name: { like: \"%tea%\" }", "Account", "Name LIKE '%tea%'"),
    ("Name: { like: \"%\\\\_%\" }", "Account", "Name LIKE '%\\_%'"),
    ("Name: { gt: \"K\", lte: \"P\" }", "Account", "Name > 'K' AND Name <= 'P'"),
    ("Industry: { in: [\"Freight\", \"Timber\", null] }", "Account", "Industry IN ('Freight', 'Timber', null)"),
    ("Industry: { nin: [\"Freight\"] }", "Account", "Industry NOT IN ('Freight')"),
    ("Industry: { in: \"Freight\" }", "Account", "Industry = 'Freight'"),
    ("Industry: { eq: null }", "Account", "Industry = null"),
    ("Industry: { in: [] }", "Account", "Id = null"),
    ("Industry: { nin: [] }", "Account", "Id != null"),
    ("AnnualRevenue: { gte: 1000, lt: 5.5e6 }", "Account", "AnnualRevenue >= 1000 AND AnnualRevenue < 5500000"),
    ("NumberOfEmployees: { ne: 3 }", "Account", "NumberOfEmployees != 3"),
    (
        "or: [{ Rating: { eq: \"Hot\" } }, { and: [{ Rating: { eq: \"Cold\" } }, { Type: { ne: \"Carrier\" } }] }]",
        "Account",
        "Rating = 'Hot' OR (Rating = 'Cold' AND Type != 'Carrier')",
    ),
    ("not: { Rating: { eq: \"Hot\" } }, Site: { ne: null }", "Account", "(NOT Rating = 'Hot') AND Site != null"),
    (
        "not: { or: [{ Rating: { eq: \"Hot\" } }, { Site: { eq: null } }] }",
        "Account",
        "NOT (Rating = 'Hot' OR Site = null)",
    ),
    ("Owner: { Name: { like: \"%a%\" } }", "Account", "Owner.Name LIKE '%a%'"),
    ("Account: { Owner: { Alias: { ne: \"x\" } } }", "Contact", "Account.Owner.Alias != 'x'"),
    (
        "Id: { inq: { Opportunity: { StageName: { eq: \"Closed Won\" } }, ApiName: \"AccountId\" } }",
        "Account",
        "Id IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won')",
    ),
    (
        "Id: { ninq: { Opportunity: {}, ApiName: \"AccountId\" } }",
        "Account",
        "Id NOT IN (SELECT AccountId FROM Opportunity)",
    ),
    (
        "What: { Account: { Industry: { eq: \"Freight\" } } }",
        "Task",
        "WhatId IN (SELECT Id FROM Account WHERE Industry = 'Freight')",
    ),
    ("CloseDate: { gte: { value: \"2025-03-01\" } }", "Opportunity", "CloseDate >= 2025-03-01"),
    ("CloseDate: { eq: { literal: THIS_YEAR } }", "Opportunity", "CloseDate = THIS_YEAR"),
    ("CloseDate: { gt: { range: { last_n_days: 200 } } }", "Opportunity", "CloseDate > LAST_N_DAYS:200"),
    ("CloseDate: { CALENDAR_MONTH: { value: { in: [3, 4] } } }", "Opportunity", "CALENDAR_MONTH(CloseDate) IN (3, 4)"),
    ("CreatedDate: { lt: { value: \"2024-06-01T12:00:00+02:00\" } }", "Account", "CreatedDate < 2024-06-01T10:00:00Z"),
    (
        "Route__c: { includes: [\"North;East\", \"River\"] }, Fragile__c: { eq: false }",
        "Shipment__c",
        "Route__c INCLUDES ('North;East', 'River') AND Fragile__c = false",
    ),
];

#[tokio::test]
async fn filters_mean_what_soql_means() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let mut empty = 0;
    for (filter, object, condition) in FILTERS {
        let inner = format!(
            "{object}(first: 2000, where: {{ {filter} }}, orderBy: {{ Id: {{}} }}) {{ totalCount edges {{ node {{ Id }} }} }}"
        );
        let found = &query(&fixture, &token, &inner).await[object];
        let same = soql_ids(&fixture, &token, &format!("SELECT Id FROM {object} WHERE {condition} ORDER BY Id")).await;
        assert_eq!(ids(found), same, "{filter}");
        assert_eq!(found["totalCount"], same.len(), "{filter}");
        empty += usize::from(same.is_empty());
    }
    assert!(empty < 4, "{empty} filters find nothing");
}

#[tokio::test]
async fn orders_go_by_their_first_field_first() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (order, soql) in [
        ("Industry: { order: DESC, nulls: LAST }, Name: { order: ASC }, Id: {}", "Industry DESC NULLS LAST, Name, Id"),
        ("Name: {}, Industry: { order: DESC }, Id: { order: DESC }", "Name, Industry DESC, Id DESC"),
        ("Owner: { Name: { order: DESC } }, Id: {}", "Owner.Name DESC, Id"),
    ] {
        let inner = format!("Account(first: 2000, orderBy: {{ {order} }}) {{ edges {{ node {{ Id }} }} }}");
        let found = query(&fixture, &token, &inner).await;
        let same = soql_ids(&fixture, &token, &format!("SELECT Id FROM Account ORDER BY {soql}")).await;
        assert_eq!(ids(&found["Account"]), same, "{order}");
    }
    // The order of a variable's keys counts as well.
    let text = "query($by: Account_OrderBy) { uiapi { query { Account(first: 2000, orderBy: $by) { edges { node { Id } } } } } }";
    let by = json!({ "Rating": { "order": "DESC" }, "AccountNumber": {}, "Id": {} });
    let found = data(&fixture, &token, text, json!({ "by": by })).await;
    let same = soql_ids(&fixture, &token, "SELECT Id FROM Account ORDER BY Rating DESC, AccountNumber, Id").await;
    assert_eq!(ids(&found["uiapi"]["query"]["Account"]), same);
}

/// Pages to the end, as a client does.
async fn pages(fixture: &Fixture, token: &str, first: u64, bound: Option<u64>, from: Option<String>) -> Vec<String> {
    let text = "query($first: Int, $after: String, $bound: Int) { uiapi { query {
        Contact(first: $first, after: $after, upperBound: $bound, orderBy: { LastName: {}, Id: {} }) {
          edges { cursor node { Id } } pageResultCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }";
    let (mut all, mut after) = (Vec::new(), from);
    loop {
        let found = data(fixture, token, text, json!({ "first": first, "after": after, "bound": bound })).await;
        let page = &found["uiapi"]["query"]["Contact"];
        let (info, edges) = (&page["pageInfo"], page["edges"].as_array().unwrap());
        assert_eq!(page["pageResultCount"], edges.len());
        assert_eq!(info["startCursor"], edges[0]["cursor"]);
        assert_eq!(info["endCursor"], edges[edges.len() - 1]["cursor"]);
        assert_eq!(info["hasPreviousPage"], json!(after.is_some()));
        all.extend(ids(page));
        after = info["endCursor"].as_str().map(str::to_owned);
        if info["hasNextPage"] == json!(false) {
            return all;
        }
        assert_eq!(edges.len() as u64, first);
    }
}

#[tokio::test]
async fn paging_to_the_end_gives_what_soql_gives() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let same = soql_ids(&fixture, &token, "SELECT Id FROM Contact ORDER BY LastName, Id").await;
    assert!(same.len() > 600);
    assert_eq!(pages(&fixture, &token, 97, None, None).await, same);
    assert_eq!(pages(&fixture, &token, 200, Some(10_000), None).await, same);
    assert_eq!(pages(&fixture, &token, 200, Some(450), None).await, same[..450]);
    // From the one way of paging to the other, in the middle.
    let middle =
        query(&fixture, &token, "Contact(first: 150, orderBy: { LastName: {}, Id: {} }) { pageInfo { endCursor } }")
            .await;
    let cursor = middle["Contact"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned();
    assert_eq!(pages(&fixture, &token, 200, Some(10_000), Some(cursor)).await, same[150..]);
    let default = query(&fixture, &token, "Contact { edges { node { Id } } pageInfo { hasNextPage } }").await;
    assert_eq!((ids(&default["Contact"]).len(), &default["Contact"]["pageInfo"]["hasNextPage"]), (10, &json!(true)));
}

#[tokio::test]
async fn children_and_parents_hang_on_their_records() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let found = query(
        &fixture,
        &token,
        "Account(first: 12, orderBy: { Id: {} }) { edges { node { Id
           few: Contacts(first: 1, orderBy: { Id: {} }) { totalCount edges { node { Id } } pageInfo { hasNextPage } }
           Contacts(first: 2000, where: { Email: { ne: null } }, orderBy: { Id: {} }) {
             edges { node { Id Account { Id Owner { Id } } ReportsTo { LastName { value } } } } } } } }",
    )
    .await;
    let mut seen = 0;
    for edge in found["Account"]["edges"].as_array().unwrap() {
        let node = &edge["node"];
        let id = node["Id"].as_str().unwrap();
        let all =
            soql_ids(&fixture, &token, &format!("SELECT Id FROM Contact WHERE AccountId = '{id}' ORDER BY Id")).await;
        assert_eq!(node["few"]["totalCount"], all.len());
        assert_eq!(ids(&node["few"]), all[..all.len().min(1)]);
        assert_eq!(node["few"]["pageInfo"]["hasNextPage"], json!(all.len() > 1));
        let text = format!(
            "SELECT Id, ReportsTo.LastName FROM Contact WHERE AccountId = '{id}' AND Email != null ORDER BY Id"
        );
        let rows = soql(&fixture, &token, &text).await;
        let nodes = node["Contacts"]["edges"].as_array().unwrap();
        assert_eq!(nodes.len(), rows.len());
        for (edge, row) in nodes.iter().zip(&rows) {
            let child = &edge["node"];
            assert_eq!((&child["Id"], &child["Account"]["Id"]), (&row["Id"], &node["Id"]));
            assert_eq!(child["ReportsTo"].is_null(), row["ReportsTo"].is_null());
            assert_eq!(child["ReportsTo"]["LastName"]["value"], row["ReportsTo"]["LastName"]);
            seen += 1;
        }
    }
    assert!(seen > 10);
    let text = "Task(first: 200, where: { WhatId: { ne: null } }, orderBy: { Id: {} }) { edges { node {
        WhatId { value } What { __typename ... on Record { Id ApiName DisplayValue } ...deal ... on Account { Owner { Id } } } } } }";
    let text = format!(
        "{{ uiapi {{ query {{ {text} }} }} }} fragment deal on Opportunity {{ StageName {{ value }} Account {{ Name {{ value }} }} }}"
    );
    let tasks = data(&fixture, &token, &text, json!({})).await;
    let mut deals = 0;
    for edge in tasks["uiapi"]["query"]["Task"]["edges"].as_array().unwrap() {
        let (node, what) = (&edge["node"], &edge["node"]["What"]);
        assert_eq!(what["Id"], node["WhatId"]["value"]);
        assert_eq!(what["__typename"], what["ApiName"]);
        assert_eq!(what["StageName"].is_object(), what["ApiName"] == "Opportunity");
        assert_eq!(what["Owner"].is_object(), what["ApiName"] == "Account");
        deals += usize::from(what["Account"]["Name"]["value"].is_string());
    }
    assert!(deals > 5);
}

#[tokio::test]
async fn groups_are_those_of_soql() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = "{ uiapi { aggregate {
        Account(first: 5, after: \"djE6MQ==\", groupBy: { Industry: { group: true }, Type: {} },
                orderBy: { Industry: { order: DESC }, Type: {} }, where: { Rating: { ne: \"Cold\" } }) {
          totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
          edges { cursor node { aggregate { Industry { value label } Type { value } Id { count { value } }
            AnnualRevenue { avg { value displayValue } sum { value } max { value } }
            OwnerId { countDistinct { value } } } } } }
        Opportunity { totalCount edges { node { aggregate { Amount { min { __typename value } } } } } }
        Contact { totalCount } } } }";
    let found = data(&fixture, &token, text, json!({})).await["uiapi"]["aggregate"].take();
    let rows = soql(
        &fixture,
        &token,
        "SELECT Industry, Type, COUNT(Id) n, AVG(AnnualRevenue) a, SUM(AnnualRevenue) s, MAX(AnnualRevenue) m, \
         COUNT_DISTINCT(OwnerId) o FROM Account WHERE Rating != 'Cold' GROUP BY Industry, Type ORDER BY Industry DESC, Type",
    )
    .await;
    let groups = &found["Account"];
    assert_eq!(groups["totalCount"], rows.len());
    assert_eq!(groups["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": true, "endCursor": "djE6Ng==" }));
    let edges = groups["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 5);
    for (edge, row) in edges.iter().zip(&rows[2..]) {
        let group = &edge["node"]["aggregate"];
        assert_eq!((&group["Industry"]["value"], &group["Type"]["value"]), (&row["Industry"], &row["Type"]));
        assert_eq!(group["Id"]["count"]["value"], row["n"]);
        assert_eq!(group["AnnualRevenue"]["avg"]["value"], row["a"]);
        assert_eq!(group["AnnualRevenue"]["sum"]["value"], row["s"]);
        assert_eq!(group["AnnualRevenue"]["max"]["value"], row["m"]);
        assert_eq!(group["OwnerId"]["countDistinct"]["value"], row["o"]);
    }
    let least = soql(&fixture, &token, "SELECT MIN(Amount) m, COUNT(Id) n FROM Opportunity").await;
    let lowest = json!([{ "node": { "aggregate": { "Amount": { "min": { "__typename": "CurrencyValue", "value": least[0]["m"] } } } } }]);
    assert_eq!((&found["Opportunity"]["edges"], &found["Opportunity"]["totalCount"]), (&lowest, &least[0]["n"]));
    let text = "{ uiapi { aggregate { Opportunity(groupBy: { CloseDate: { function: CALENDAR_YEAR } },
        orderBy: { CloseDate: { order: DESC } }) { edges { node { aggregate { CloseDate { value calendarYear { value } count { value } } } } } } } } }";
    let found = data(&fixture, &token, text, json!({})).await;
    let rows = soql(&fixture, &token, "SELECT CALENDAR_YEAR(CloseDate) y, COUNT(CloseDate) n FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate) ORDER BY CALENDAR_YEAR(CloseDate) DESC").await;
    let years: Vec<Value> = rows.iter().map(|row| json!({ "node": { "aggregate": { "CloseDate": { "value": row["y"], "calendarYear": { "value": row["y"] }, "count": { "value": row["n"] } } } } })).collect();
    assert_eq!(found["uiapi"]["aggregate"]["Opportunity"]["edges"], Value::Array(years));
}

#[tokio::test]
async fn objects_lists_and_the_user_are_told() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let text = "query($names: [String!]!) { uiapi {
        objectInfos(apiNames: $names) { ApiName label labelPlural keyPrefix updateable nameFields
          childRelationships { childObjectApiName fieldName relationshipName } recordTypeInfos { name master recordTypeId }
          fields { __typename ApiName dataType required referenceToInfos { ApiName } } }
        relatedListByName(parentApiName: \"Account\", relatedListName: \"Contacts\") { childApiName fieldApiName label displayColumns { fieldApiName } }
        currentUser { Id Username { value } } }
      rateLimit { cost limit remaining } }";
    let found = data(&fixture, &token, text, json!({ "names": ["Contact", "Nothing", "account"] })).await;
    let infos = &found["uiapi"]["objectInfos"];
    assert_eq!(
        (&infos[0]["ApiName"], &infos[1], &infos[2]["ApiName"]),
        (&json!("Contact"), &Value::Null, &json!("Account"))
    );
    assert_eq!(infos[0]["nameFields"], json!(["Salutation", "FirstName", "LastName"]));
    let describe = fixture.data(0, &token, "sobjects/Contact/describe").await.json();
    let (told, described) = (infos[0]["fields"].as_array().unwrap(), describe["fields"].as_array().unwrap());
    assert_eq!(told.len(), described.len());
    for (field, described) in told.iter().zip(described) {
        assert_eq!(field["ApiName"], described["name"]);
        let picks = described["picklistValues"].as_array().is_some_and(|values| !values.is_empty());
        assert_eq!(field["__typename"], if picks { "PicklistField" } else { "StandardField" }, "{field}");
    }
    let find = |name: &str| told.iter().find(|field| field["ApiName"] == name).unwrap();
    assert_eq!((&find("LastName")["required"], &find("LastName")["dataType"]), (&json!(true), &json!("STRING")));
    assert_eq!(find("AccountId")["referenceToInfos"], json!([{ "ApiName": "Account" }]));
    let list = &found["uiapi"]["relatedListByName"];
    assert_eq!((&list["childApiName"], &list["fieldApiName"]), (&json!("Contact"), &json!("AccountId")));
    assert_eq!(list["displayColumns"][0]["fieldApiName"], "Name");
    assert_eq!(found["uiapi"]["currentUser"]["Username"]["value"], fixture.username(0, "admin"));
    assert_eq!(found["rateLimit"]["cost"], 1);
    let text = "{ uiapi { objectInfos(objectInfoInputs: [{ apiName: \"Account\", fieldNames: [\"Rating\"] }]) {
        fields { ApiName ... on PicklistField { picklistValuesByRecordTypeIDs { recordTypeID picklistValues { value } } } } } } }";
    let found = data(&fixture, &token, text, json!({})).await;
    let rating = json!([{ "ApiName": "Rating", "picklistValuesByRecordTypeIDs": [{
        "recordTypeID": "012000000000000AAA", "picklistValues": [{ "value": "Hot" }, { "value": "Warm" }, { "value": "Cold" }] }] }]);
    assert_eq!(found["uiapi"]["objectInfos"][0]["fields"], rating);
    let both =
        "{ uiapi { objectInfos(apiNames: \"Account\", objectInfoInputs: [{ apiName: \"Account\" }]) { ApiName } } }";
    let answer = ask(&fixture, &token, both, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["ErrorType"], "DataFetchingException");
    assert_eq!(
        (&answer["data"]["uiapi"]["objectInfos"], &answer["errors"][0]["path"]),
        (&Value::Null, &json!(["uiapi", "objectInfos"]))
    );
}
