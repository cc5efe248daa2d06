//! The language as a user writes it: several objects behind one relationship, places, scopes, short names, children of
//! children, and text in every script.

use super::tests::{ORG, admin, count, refusal, spec, viewer};
use super::{OrgData, OrgKind};
use serde_json::{Value, json};

fn rows(soql: &str) -> Vec<Value> {
    let answer = admin().query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"));
    answer["records"].as_array().unwrap().clone()
}

fn keys(row: &Value) -> Vec<&str> {
    row.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn typeof_answers_the_fields_of_the_branch() {
    let found = rows(
        "SELECT Id, TYPEOF What WHEN Account THEN Phone, Owner.Alias WHEN opportunity THEN amount, CloseDate \
         ELSE Name, Email END, Subject FROM Task",
    );
    let plain = rows("SELECT Id, WhatId, What.Type, What.Name FROM Task");
    let mut seen = std::collections::BTreeSet::new();
    for (row, task) in found.iter().zip(&plain) {
        assert_eq!(keys(row), ["attributes", "Id", "What", "Subject"]);
        let what = &row["What"];
        if task["WhatId"].is_null() {
            assert!(what.is_null());
            continue;
        }
        let kind = what["attributes"]["type"].as_str().unwrap();
        assert_eq!(task["What"]["Type"], kind);
        assert!(what["attributes"]["url"].as_str().unwrap().ends_with(task["WhatId"].as_str().unwrap()));
        match kind {
            "Account" => {
                assert_eq!(keys(what), ["attributes", "Phone", "Owner"]);
                assert_eq!(what["Owner"]["attributes"]["type"], "User");
            }
            "Opportunity" => assert_eq!(keys(what), ["attributes", "Amount", "CloseDate"]),
            _ => {
                assert_eq!(keys(what), ["attributes", "Name", "Email"]);
                assert_eq!((&what["Name"], &what["Email"]), (&task["What"]["Name"], &Value::Null));
            }
        }
        seen.insert(kind.to_owned());
    }
    assert!(seen.len() >= 3, "{seen:?}");
    let values = rows("SELECT Amount FROM Opportunity WHERE Id IN (SELECT WhatId FROM Task) ORDER BY Id LIMIT 1");
    let first = found.iter().find(|row| row["What"]["Amount"] == values[0]["Amount"]);
    assert!(first.is_some());
}

#[test]
fn typeof_without_else_leaves_the_others_empty() {
    let found = rows("SELECT TYPEOF Who WHEN Lead THEN Company END FROM Task WHERE WhoId != null");
    let leads = found.iter().filter(|row| row["Who"]["Company"].is_string()).count();
    let expected = count("SELECT Id FROM Task WHERE Who.Type = 'Lead'");
    assert_eq!(leads as u64, expected);
    assert!(found.iter().any(|row| row["Who"].is_null()));
    let owner = rows(
        "SELECT TYPEOF Account.Owner WHEN User THEN Alias END, Account.Name FROM Contact WHERE AccountId != null LIMIT 1",
    );
    assert_eq!(keys(&owner[0]["Account"]), ["attributes", "Owner", "Name"]);
    assert!(owner[0]["Account"]["Owner"]["Alias"].is_string());
    assert_eq!(rows("SELECT Owner.Type FROM Account WHERE Owner.Type = 'User' LIMIT 1")[0]["Owner"]["Type"], "User");
    for (soql, code, told) in [
        ("SELECT TYPEOF What WHEN Nothing THEN Id END FROM Task", "INVALID_TYPE", "'Nothing' is not supported"),
        ("SELECT TYPEOF What WHEN Lead THEN Id END FROM Task", "MALFORMED_QUERY", "does not lead to Lead"),
        ("SELECT TYPEOF What WHEN Account THEN Nope END FROM Task", "INVALID_FIELD", "'Nope' on entity 'Account'"),
        (
            "SELECT TYPEOF What WHEN Account THEN Id ELSE Amount END FROM Task",
            "INVALID_FIELD",
            "'Amount' on entity 'Name'",
        ),
        ("SELECT TYPEOF Account WHEN Account THEN Id END FROM Contact", "MALFORMED_QUERY", "not a polymorphic"),
        ("SELECT TYPEOF Nope WHEN Account THEN Id END FROM Task", "INVALID_FIELD", "relationship 'Nope'"),
        ("SELECT What.Name, TYPEOF What WHEN Account THEN Id END FROM Task", "MALFORMED_QUERY", "duplicate"),
        ("SELECT TYPEOF What WHEN Account THEN Id END, COUNT(Id) FROM Task", "MALFORMED_QUERY", ""),
        ("SELECT What.Amount FROM Task", "INVALID_FIELD", "'Amount' on entity 'Name'"),
        ("SELECT What.Owner.Name FROM Task", "INVALID_FIELD", "relationship 'Owner'"),
    ] {
        let error = refusal(&admin(), soql);
        assert_eq!(error.code, code, "{soql}: {}", error.message);
        assert!(error.message.contains(told), "{soql}: {}", error.message);
    }
}

#[test]
fn typeof_stands_in_child_rows_too() {
    let found = rows("SELECT Id, (SELECT TYPEOF Who WHEN Contact THEN LastName END FROM Tasks) FROM Account");
    let tasks: Vec<&Value> = found.iter().filter_map(|row| row["Tasks"]["records"].as_array()).flatten().collect();
    assert!(tasks.iter().any(|task| task["Who"]["LastName"].is_string()));
    assert!(tasks.iter().all(|task| task["Who"].is_null() || task["Who"]["attributes"]["type"] == "Contact"));
}

#[test]
fn the_language_takes_what_a_describe_promises() {
    let all = admin().global_describe("67.0");
    let mut asked = 0;
    for name in all["sobjects"].as_array().unwrap().iter().filter_map(|object| object["name"].as_str()) {
        let described = admin().describe("67.0", name).unwrap();
        for field in described["fields"].as_array().unwrap() {
            let own = field["name"].as_str().unwrap();
            for (flag, soql) in [
                ("filterable", format!("SELECT Id FROM {name} WHERE {own} != null LIMIT 1")),
                ("sortable", format!("SELECT Id FROM {name} ORDER BY {own} LIMIT 1")),
                ("groupable", format!("SELECT {own} FROM {name} GROUP BY {own} LIMIT 1")),
                ("aggregatable", format!("SELECT COUNT_DISTINCT({own}) FROM {name}")),
                (
                    "queryByDistance",
                    format!("SELECT Id FROM {name} WHERE DISTANCE({own}, GEOLOCATION(1, 2), 'km') < 1 LIMIT 1"),
                ),
            ] {
                let answer = admin().query("67.0", &soql, false, 1);
                assert_eq!(answer.is_ok(), field[flag] == true, "{flag}: {soql}: {:?}", answer.err());
                asked += 1;
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
}

#[test]
fn deleted_children_show_where_deleted_rows_do() {
    let soql = "SELECT Id, (SELECT Id, IsDeleted FROM Contacts) FROM Account";
    let deleted = |all_rows: bool| {
        let answer = admin().query("67.0", soql, all_rows, 2_000).unwrap();
        let rows = answer["records"].as_array().unwrap().clone();
        let children: Vec<Value> =
            rows.iter().filter_map(|row| row["Contacts"]["records"].as_array()).flatten().cloned().collect();
        children.iter().filter(|row| row["IsDeleted"] == true).count()
    };
    assert_eq!(deleted(false), 0);
    assert!(deleted(true) > 0);
}

#[test]
fn a_hidden_branch_is_as_if_it_were_not_there() {
    let sales = viewer(&ORG, "sales");
    let soql = "SELECT TYPEOF What WHEN Case THEN Subject ELSE Name END FROM Task";
    assert_eq!(refusal(&sales, soql).code, "INVALID_TYPE");
    let soql = "SELECT WhatId, TYPEOF What WHEN Account THEN Name ELSE Name END FROM Task";
    let found = sales.query("67.0", soql, false, 2_000).unwrap();
    let types: Vec<&str> = found["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["What"]["attributes"]["type"].as_str())
        .collect();
    assert!(!types.is_empty() && !types.contains(&"Case"));
}

#[test]
fn places_are_near_or_far() {
    let place =
        rows("SELECT BillingLatitude, BillingLongitude FROM Account WHERE BillingLatitude != null ORDER BY Id LIMIT 1");
    let (latitude, longitude) =
        (place[0]["BillingLatitude"].as_f64().unwrap(), place[0]["BillingLongitude"].as_f64().unwrap());
    let here = format!("DISTANCE(BillingAddress, GEOLOCATION({latitude}, {longitude}), 'km')");
    let miles = here.replace("'km'", "'mi'");
    let all = rows(&format!("SELECT Id, {here}, {miles} far FROM Account ORDER BY {here} NULLS LAST"));
    let far: Vec<f64> = all.iter().filter_map(|row| row["expr0"].as_f64()).collect();
    assert!(far.is_sorted() && far[0] < 0.001 && far.len() > 50);
    for row in &all {
        if let (Some(km), Some(miles)) = (row["expr0"].as_f64(), row["far"].as_f64()) {
            assert!((km / 1.609_344 - miles).abs() < 1e-6);
        }
    }
    let middle = far[far.len() / 2] + 0.5;
    let near = count(&format!("SELECT Id FROM Account WHERE {here} < {middle}"));
    assert_eq!(near as usize, far.iter().filter(|km| **km < middle).count());
    let beyond = count(&format!("SELECT Id FROM Account WHERE {here} > {middle}"));
    assert_eq!((near + beyond) as usize, far.len());
    // A query with more rows than a page counts and lists them by another statement.
    let answer = admin().query("67.0", &format!("SELECT Id, {here} FROM Account ORDER BY {here}"), false, 20).unwrap();
    assert_eq!(answer["totalSize"].as_u64(), Some(all.len() as u64));
    for (soql, code) in [
        (
            "SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'km') = 3",
            "INVALID_QUERY_FILTER_OPERATOR",
        ),
        ("SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(91, 2), 'km') < 3", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'ft') < 3", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE DISTANCE(Name, GEOLOCATION(1, 2), 'km') < 3", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE DISTANCE(MailingAddress, GEOLOCATION(1, 2), 'km') < 3", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE DISTANCE(BillingAddress, 'km') < 3", "MALFORMED_QUERY"),
    ] {
        assert_eq!(refusal(&admin(), soql).code, code, "{soql}");
    }
}

#[test]
fn values_are_shown_as_the_user_reads_them() {
    let soql = "SELECT Amount, FORMAT(Amount) Amt, convertCurrency(Amount) other, FORMAT(CloseDate) day, \
                FORMAT(CreatedDate) time, toLabel(StageName) FROM Opportunity WHERE Amount > 1000 LIMIT 1";
    let admins = admin().query("67.0", soql, false, 1).unwrap()["records"][0].clone();
    assert_eq!(keys(&admins), ["attributes", "Amount", "Amt", "other", "day", "time", "StageName"]);
    assert_eq!(admins["other"], admins["Amount"]);
    let sales = viewer(&ORG, "sales").query("67.0", soql, false, 1).unwrap()["records"][0].clone();
    for row in [&admins, &sales] {
        assert!(row["Amt"].as_str().unwrap().contains('€') && row["day"].as_str().unwrap().len() >= 8, "{row}");
    }
    assert_eq!(
        count("SELECT Id FROM Lead WHERE toLabel(Status) = 'open'"),
        count("SELECT Id FROM Lead WHERE Status = 'Open'")
    );
    for soql in [
        "SELECT Id FROM Opportunity WHERE FORMAT(Amount) = 'x'",
        "SELECT Id FROM Opportunity WHERE convertCurrency(Amount) > 1",
        "SELECT Id FROM Opportunity ORDER BY FORMAT(Amount)",
        "SELECT Id FROM Opportunity ORDER BY toLabel(StageName)",
        "SELECT toLabel(Amount) FROM Opportunity",
        "SELECT FORMAT(Name) FROM Opportunity",
    ] {
        assert_eq!(refusal(&admin(), soql).code, "INVALID_FIELD", "{soql}");
    }
}

#[test]
fn scopes_say_whose_records() {
    let me = &ORG.users()[1];
    let sales = viewer(&ORG, "sales");
    let of = |scope: &str| {
        sales.query("67.0", &format!("SELECT OwnerId FROM Task USING SCOPE {scope}"), false, 2_000).unwrap()
    };
    let mine = of("MINE");
    assert!(mine["totalSize"].as_u64() > Some(0));
    assert!(mine["records"].as_array().unwrap().iter().all(|row| row["OwnerId"] == me.id.as_str()));
    assert_eq!(of("mine_and_my_groups")["totalSize"], mine["totalSize"]);
    assert!(of("team")["totalSize"].as_u64() >= mine["totalSize"].as_u64());
    assert_eq!(of("everything")["totalSize"], of("team")["totalSize"], "he sees his team's records and no others");
    for row in of("delegated")["records"].as_array().unwrap() {
        assert_ne!(row["OwnerId"], me.id.as_str());
    }
    for soql in [
        "SELECT Id FROM Task USING SCOPE my_territory",
        "SELECT Id FROM Task USING SCOPE nope",
        "SELECT Id FROM Product2 USING SCOPE mine",
    ] {
        assert_eq!(refusal(&sales, soql).code, "INVALID_QUERY_SCOPE", "{soql}");
    }
}

#[test]
fn short_names_and_the_objects_own_name_lead_everywhere() {
    for soql in [
        "SELECT a.Id, a.Owner.Name FROM Account a WHERE a.Name != null LIMIT 1",
        "SELECT Account.Id, Account.Owner.Name FROM Account WHERE Account.Name != null ORDER BY Account.Name LIMIT 1",
        "SELECT c.Id FROM Contact c, c.Account a, a.Owner o WHERE o.Alias != null AND a.Name != null LIMIT 1",
        "SELECT Contact.FirstName, Contact.Account.Name FROM Contact LIMIT 1",
        "SELECT Account.Name, (SELECT Contact.FirstName, Contact.LastName FROM Account.Contacts) FROM Account LIMIT 1",
        "SELECT a.Name, (SELECT c.LastName FROM a.Contacts c WHERE c.Email != null) FROM Account AS a LIMIT 1",
    ] {
        assert_eq!(rows(soql).len(), 1, "{soql}");
    }
    for soql in [
        "SELECT Id FROM Contact c, x.Account a",
        "SELECT Name, (SELECT Id FROM x.Contacts) FROM Account a",
        "SELECT b.Id FROM Account a",
    ] {
        assert_eq!(refusal(&admin(), soql).code, "INVALID_FIELD", "{soql}");
    }
}

#[test]
fn children_have_children_and_locators_of_their_own() {
    let soql = "SELECT Name, (SELECT LastName, (SELECT Subject, Who.Name FROM Tasks LIMIT 3), (SELECT CaseNumber FROM Cases) \
                FROM Contacts ORDER BY LastName) FROM Account";
    let answer = admin().query("67.0", soql, false, 2_000).unwrap();
    let accounts = answer["records"].as_array().unwrap();
    let contacts: Vec<&Value> =
        accounts.iter().filter_map(|row| row["Contacts"]["records"].as_array()).flatten().collect();
    assert_eq!(
        contacts.len() as u64,
        count("SELECT Id FROM Contact WHERE AccountId != null AND Account.IsDeleted = false")
    );
    let task = contacts.iter().find_map(|row| row["Tasks"]["records"].get(0)).unwrap();
    assert_eq!(task["attributes"]["type"], "Task");
    assert_eq!(task["Who"]["attributes"]["type"], "Contact");
    let five = "SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM ChildAccounts) FROM ChildAccounts) \
                FROM ChildAccounts) FROM Account LIMIT 5";
    assert_eq!(rows(five).len(), 5);
    let six = five.replace("(SELECT Id FROM Tasks)", "(SELECT Id, (SELECT Id FROM Tasks) FROM ChildAccounts)");
    assert_eq!(refusal(&admin(), &six).code, "MALFORMED_QUERY");
    let error = admin().query("57.0", soql, false, 200).unwrap_err();
    assert_eq!(error.code, "MALFORMED_QUERY", "two levels before version 58");
}

#[test]
fn every_child_list_that_is_too_long_can_be_read_on() {
    let soql = "SELECT Id, (SELECT Id FROM Contacts ORDER BY LastName DESC) FROM Account ORDER BY Name";
    let mut page = admin().query("67.0", soql, false, 3).unwrap();
    let mut wide = Vec::new();
    loop {
        let rows = page["records"].as_array().unwrap();
        wide.extend(rows.iter().filter(|row| row["Contacts"]["done"] == false).cloned());
        let Some(next) = page["nextRecordsUrl"].as_str() else { break };
        page = admin().query_more("67.0", next.rsplit('/').next().unwrap(), 3).unwrap();
    }
    assert!(wide.len() > 15, "more than the queries that stay open: {}", wide.len());
    for account in wide {
        let mut page = account["Contacts"].clone();
        let mut found: Vec<Value> = Vec::new();
        loop {
            found.extend(page["records"].as_array().unwrap().iter().map(|row| row["Id"].clone()));
            let Some(next) = page["nextRecordsUrl"].as_str() else { break };
            page = admin().query_more("67.0", next.rsplit('/').next().unwrap(), 3).unwrap();
        }
        assert_eq!(page["done"], true);
        let id = account["Id"].as_str().unwrap();
        let expected = rows(&format!("SELECT Id FROM Contact WHERE AccountId = '{id}' ORDER BY LastName DESC"));
        assert_eq!(found, expected.iter().map(|row| row["Id"].clone()).collect::<Vec<_>>());
        assert_eq!(account["Contacts"]["totalSize"].as_u64(), Some(found.len() as u64));
    }
}

#[test]
fn text_knows_every_script() {
    let org = OrgData::build(&spec(OrgKind::Production, 50)).unwrap();
    let admin = viewer(&org, "admin");
    for name in ["Ærø Færge", "ÉCLAIR SARL", "eclair sarl", "Ökonomie", "Ozon", "Привет", "三日月商店", "Zebra"]
    {
        admin.create("Account", &json!({ "Name": name, "Site": "here" })).unwrap();
    }
    let names = |filter: &str| -> Vec<String> {
        let soql = format!("SELECT Name FROM Account WHERE Site = 'HERE' AND {filter} ORDER BY Name");
        let answer = admin.query("67.0", &soql, false, 2_000).unwrap();
        answer["records"].as_array().unwrap().iter().map(|row| row["Name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("Name = 'éclair SARL'"), ["ÉCLAIR SARL"]);
    assert_eq!(names("Name LIKE 'ökonom%'"), ["Ökonomie"]);
    assert_eq!(names("Name LIKE '_ривет'"), ["Привет"]);
    assert_eq!(names("Name LIKE '%日%'"), ["三日月商店"]);
    assert_eq!(names("Name IN ('ПРИВЕТ', 'ærø færge')"), ["Ærø Færge", "Привет"]);
    assert_eq!(
        names("Name != null"),
        ["Ærø Færge", "eclair sarl", "ÉCLAIR SARL", "Ökonomie", "Ozon", "Zebra", "Привет", "三日月商店"]
    );
}

#[test]
fn nothing_is_no_value_and_no_truth() {
    let all = count("SELECT Id FROM Account");
    for (one, other) in [
        ("Site = ''", "Site = null"),
        ("Site != ''", "Site != null"),
        ("Site IN ('', 'x')", "Site = null"),
        ("Site NOT IN ('', 'x')", "Site != null"),
        ("(NOT Site = 'x')", "Id != null"),
        ("(NOT Site LIKE 'no such%')", "Id != null"),
        ("Site <> 'no such'", "Id != null"),
    ] {
        let counts = [one, other].map(|filter| count(&format!("SELECT Id FROM Account WHERE {filter}")));
        assert_eq!(counts[0], counts[1], "{one} is {other}");
    }
    assert_eq!(
        count("SELECT Id FROM Account WHERE Site > 'a'") + count("SELECT Id FROM Account WHERE Site <= 'a'"),
        count("SELECT Id FROM Account WHERE Site != null")
    );
    // A parent that is not there answers no.
    let orphans = count("SELECT Id FROM Contact WHERE AccountId = null");
    assert!(orphans > 0);
    assert_eq!(count("SELECT Id FROM Contact WHERE AccountId = null AND Account.IsDeleted = false"), orphans);
    assert_eq!(count("SELECT Id FROM Contact WHERE Account.Name = null"), orphans);
    assert_eq!(count("SELECT Id FROM Account WHERE IsDeleted = null"), 0);
    assert_eq!(count("SELECT Id FROM Account WHERE IsDeleted != null"), all);
}
