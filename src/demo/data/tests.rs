//! What a client sees of the demo org, over its public API.

use super::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(super) fn spec(kind: OrgKind, scale: usize) -> OrgSpec {
    OrgSpec {
        kind,
        org_id: long_id("00DDm0000004Xyz").unwrap(),
        name: "Northwharf Trading".into(),
        instance_name: "DEM1".into(),
        scale,
        domain: "northwharf.example".into(),
    }
}

/// 2026-03-11T12:00:00Z.
fn noon() -> i64 {
    1_773_230_400
}

pub(super) static ORG: LazyLock<OrgData> =
    LazyLock::new(|| OrgData::build(&spec(OrgKind::Production, 0)).unwrap().with_clock(noon));

pub(super) fn viewer<'o>(org: &'o OrgData, alias: &str) -> Viewer<'o> {
    let user = org.users().into_iter().find(|user| user.alias == alias).unwrap();
    org.viewer(&user.id).unwrap()
}

pub(super) fn admin() -> Viewer<'static> {
    viewer(&ORG, "admin")
}

fn ask(soql: &str) -> Value {
    admin().query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"))
}

fn records(soql: &str) -> Vec<Value> {
    ask(soql)["records"].as_array().unwrap().clone()
}

pub(super) fn count(soql: &str) -> u64 {
    ask(soql)["totalSize"].as_u64().unwrap()
}

pub(super) fn refusal(viewer: &Viewer<'_>, soql: &str) -> SfError {
    match viewer.query("67.0", soql, false, 2_000) {
        Err(error) => error,
        Ok(found) => panic!("{soql} was answered: {}", found["totalSize"]),
    }
}

#[test]
fn an_org_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&*ORG);
    let counts: Vec<u64> = std::thread::scope(|scope| {
        let ask = || (0..20).map(|_| count("SELECT Id FROM Contact WHERE Email != null")).max().unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(counts.iter().all(|own| *own > 0 && *own == counts[0]));
}

#[test]
fn the_default_org_has_its_records() {
    let all = ["Account", "Contact", "Lead", "Opportunity", "Case", "Task", "Shipment__c"];
    let names = admin().record_counts(&all);
    let sum: u64 = names["sObjects"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum();
    assert!((2_400..=2_500).contains(&sum), "{sum}");
    let everything: u64 = all
        .iter()
        .map(|name| {
            let soql = format!("SELECT COUNT() FROM {name}");
            admin().query("67.0", &soql, true, 1).unwrap()["totalSize"].as_u64().unwrap()
        })
        .sum();
    assert_eq!(everything, 2_500, "the deleted ones are there for queryAll");
}

#[test]
fn a_scale_that_does_not_fit_is_refused_at_once() {
    let Err(DataError::Spec(told)) = OrgData::build(&spec(OrgKind::Production, 3_000_001)) else { panic!("was built") };
    assert!(told.contains("3000001") && told.contains("3000000"), "{told}");
    let few = OrgData::build(&spec(OrgKind::Production, 1)).unwrap();
    let all = viewer(&few, "admin").query("67.0", "SELECT COUNT() FROM Contact", true, 1).unwrap();
    assert_eq!(all["totalSize"], 1);
}

#[test]
fn the_same_spec_gives_the_same_org() {
    // Two of its own: in the one that tests share, somebody may have looked at a record meanwhile.
    let one = OrgData::build(&spec(OrgKind::Production, 0)).unwrap();
    let other = OrgData::build(&spec(OrgKind::Production, 0)).unwrap();
    let sandbox = OrgData::build(&spec(OrgKind::Sandbox, 0)).unwrap();
    let soql = "SELECT FIELDS(ALL) FROM Contact ORDER BY Id LIMIT 200";
    let mine = viewer(&one, "admin").query("67.0", soql, false, 2_000).unwrap();
    assert_eq!(viewer(&other, "admin").query("67.0", soql, false, 2_000).unwrap(), mine);
    assert_ne!(viewer(&sandbox, "admin").query("67.0", soql, false, 2_000).unwrap(), mine);
    let kind = viewer(&sandbox, "admin").query("67.0", "SELECT IsSandbox FROM Organization", false, 1).unwrap();
    assert_eq!(kind["records"][0]["IsSandbox"], true);
}

#[test]
fn names_come_in_their_true_case_with_attributes_first() {
    let row =
        records("select ID, owner.NAME, ACCOUNT.owner.alias from CONTACT where accountid != null limit 1").remove(0);
    let keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["attributes", "Id", "Owner", "Account"]);
    let id = row["Id"].as_str().unwrap();
    assert_eq!(
        row["attributes"],
        json!({ "type": "Contact", "url": format!("/services/data/v67.0/sobjects/Contact/{id}") })
    );
    assert_eq!(row["Account"]["attributes"]["type"], "Account");
    assert_eq!(row["Account"]["Owner"]["attributes"]["type"], "User");
    assert!(row["Account"]["Owner"]["Alias"].is_string());
    assert!(row["Owner"]["Name"].is_string());
}

#[test]
fn a_missing_parent_is_null() {
    let row = records("SELECT Id, Parent.Name FROM Account WHERE ParentId = null LIMIT 1").remove(0);
    assert_eq!(row["Parent"], Value::Null);
}

#[test]
fn ids_of_both_lengths_find_their_record() {
    let id = records("SELECT Id FROM Account LIMIT 1")[0]["Id"].as_str().unwrap().to_owned();
    let (short, check) = id.split_at(15);
    for form in [id.clone(), short.to_owned(), short.to_lowercase() + check] {
        assert_eq!(count(&format!("SELECT Id FROM Account WHERE Id = '{form}'")), 1, "{form}");
        assert_eq!(admin().record("67.0", "Account", &form, Some("Id")).unwrap()["Id"], id.as_str());
    }
    assert_eq!(count("SELECT Id FROM Account WHERE Id = '001000000000000AAA'"), 0);
    let error = refusal(&admin(), "SELECT Id FROM Account WHERE Id = 'x'");
    assert_eq!(error.code, "INVALID_QUERY_FILTER_OPERATOR");
    assert!(error.message.ends_with("invalid ID field: x"));
}

#[test]
fn comparisons_agree_with_their_opposites() {
    let all = count("SELECT Id FROM Account");
    for (yes, no) in [
        ("Type = 'Customer'", "Type != 'Customer'"),
        ("Type IN ('Customer', 'Carrier', null)", "Type NOT IN ('Customer', 'Carrier', null)"),
        ("Name LIKE '%a%'", "NOT Name LIKE '%a%'"),
        ("AnnualRevenue > 1000000", "NOT AnnualRevenue > 1000000"),
        ("ParentId = null", "ParentId != null"),
        ("CreatedDate < 2025-01-01T00:00:00Z", "CreatedDate >= 2025-01-01T00:00:00Z"),
        ("(Type = 'Customer' AND Rating = 'Hot')", "NOT (Type = 'Customer' AND Rating = 'Hot')"),
        ("Id IN (SELECT AccountId FROM Case)", "Id NOT IN (SELECT AccountId FROM Case)"),
        ("RenewalDate__c = THIS_YEAR", "RenewalDate__c != THIS_YEAR"),
    ] {
        let first = count(&format!("SELECT Id FROM Account WHERE {yes}"));
        let second = count(&format!("SELECT Id FROM Account WHERE {no}"));
        assert!(first > 0 && second > 0, "{yes}: {first}, {no}: {second}");
        assert_eq!(first + second, all, "{yes}");
    }
}

#[test]
fn text_compares_without_case_and_wildcards_can_be_escaped() {
    assert_eq!(count("SELECT Id FROM User WHERE Alias = 'ADMIN'"), 1);
    assert_eq!(count("SELECT Id FROM User WHERE Alias LIKE 'ad_in'"), 1);
    assert_eq!(count("SELECT Id FROM User WHERE Alias LIKE 'ad\\\\_in'"), 0);
    assert_eq!(count("SELECT Id FROM User WHERE Alias LIKE 'ad\\_in'"), 0);
    assert_eq!(count("SELECT Id FROM User WHERE LastName = '三日月'"), 1);
}

#[test]
fn quotes_cannot_leave_their_text() {
    let all = count("SELECT Id FROM Account");
    for text in
        ["x\\' OR \\'1\\'=\\'1", "\\\"; DROP TABLE Account; --", "'') --".trim_start_matches("''"), "?1", "%\\'%"]
    {
        assert_eq!(count(&format!("SELECT Id FROM Account WHERE Name = '{text}'")), 0);
    }
    assert_eq!(count("SELECT Id FROM Account"), all);
    assert!(count("SELECT Id FROM Account WHERE Name LIKE 'O\\'Marlin%'") > 0);
}

#[test]
fn relative_dates_are_the_users_days() {
    let year = count("SELECT Id FROM Opportunity WHERE CloseDate = THIS_YEAR");
    let by_number = count("SELECT Id FROM Opportunity WHERE CALENDAR_YEAR(CloseDate) = 2026");
    let by_dates = count("SELECT Id FROM Opportunity WHERE CloseDate >= 2026-01-01 AND CloseDate <= 2026-12-31");
    assert!(year > 0);
    assert_eq!((year, year), (by_number, by_dates));
    assert_eq!(
        count("SELECT Id FROM Opportunity WHERE CloseDate < TODAY")
            + count("SELECT Id FROM Opportunity WHERE CloseDate >= TODAY"),
        count("SELECT Id FROM Opportunity")
    );
    // The same instant is told by the zone of who asks: Berlin's year begins an hour before Greenwich's.
    let berlin = "SELECT Id FROM Contact WHERE CreatedDate < THIS_YEAR";
    // A machine without time zone data knows Greenwich only, and so does the demo there.
    let offset = if jiff::tz::TimeZone::get("Europe/Berlin").is_ok() { "+01:00" } else { "Z" };
    let exact = format!("SELECT Id FROM Contact WHERE CreatedDate < 2026-01-01T00:00:00{offset}");
    assert_eq!(count(berlin), count(&exact));
}

#[test]
fn order_puts_nulls_first_unless_told() {
    let values = |soql: &str| records(soql).iter().map(|row| row["Rating"].clone()).collect::<Vec<_>>();
    let rising = values("SELECT Rating FROM Account ORDER BY Rating");
    assert_eq!(rising.first(), Some(&Value::Null));
    // A picklist has the order of its values.
    let places: Vec<usize> = rising
        .iter()
        .filter_map(Value::as_str)
        .map(|own| ["Hot", "Warm", "Cold"].iter().position(|p| *p == own).unwrap())
        .collect();
    assert!(places.is_sorted() && places.len() > 10);
    assert_eq!(values("SELECT Rating FROM Account ORDER BY Rating DESC").first(), Some(&Value::Null));
    assert_eq!(values("SELECT Rating FROM Account ORDER BY Rating DESC NULLS LAST").last(), Some(&Value::Null));
    let by_parent =
        records("SELECT Account.Name FROM Contact WHERE AccountId != null ORDER BY Account.Name NULLS LAST");
    let names: Vec<String> = by_parent
        .iter()
        .filter_map(|row| row["Account"]["Name"].as_str())
        .filter(|name| name.is_ascii())
        .map(str::to_ascii_lowercase)
        .collect();
    assert!(names.is_sorted());
}

#[test]
fn limit_and_offset_cut_the_same_order() {
    let all = records("SELECT Id FROM Lead");
    assert_eq!(records("SELECT Id FROM Lead LIMIT 3 OFFSET 2"), all[2..5]);
    assert_eq!(count("SELECT Id FROM Lead LIMIT 0"), 0);
    assert_eq!(count("SELECT COUNT() FROM Lead LIMIT 5"), 5);
    let error = refusal(&admin(), "SELECT Id FROM Lead OFFSET 2001");
    assert_eq!(error.code, "NUMBER_OUTSIDE_VALID_RANGE");
    assert!(error.message.ends_with("Maximum SOQL offset allowed is 2000"));
}

#[test]
fn count_has_no_records_and_groups_add_up() {
    let counted = ask("SELECT COUNT() FROM Contact");
    assert_eq!(counted["records"], json!([]));
    assert_eq!(counted["done"], true);
    let total = counted["totalSize"].as_u64().unwrap();
    assert_eq!(ask("SELECT COUNT(Id) FROM Contact")["records"][0]["expr0"].as_u64(), Some(total));
    let groups = records(
        "SELECT LeadSource, COUNT(Id) n, MAX(CreatedDate) FROM Contact GROUP BY LeadSource ORDER BY COUNT(Id) DESC",
    );
    let sum: u64 = groups.iter().map(|group| group["n"].as_u64().unwrap()).sum();
    assert_eq!(sum, total);
    assert_eq!(groups[0]["attributes"], json!({ "type": "AggregateResult" }));
    assert!(groups[0]["expr0"].as_str().unwrap().ends_with("+0000"));
    let few = records("SELECT LeadSource FROM Contact GROUP BY LeadSource HAVING COUNT(Id) > 100000");
    assert_eq!(few.len(), 0);
    let error = refusal(&admin(), "SELECT Name, COUNT(Id) FROM Contact GROUP BY LeadSource");
    assert!(error.message.ends_with("Field must be grouped or aggregated: Name"), "{}", error.message);
}

#[test]
fn children_come_nested() {
    let rows = records(
        "SELECT Id, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName LIMIT 2) FROM Account LIMIT 20",
    );
    let first = rows.iter().find(|row| row["Contacts"].is_object()).unwrap();
    assert_eq!(first["Contacts"]["done"], true);
    let children = first["Contacts"]["records"].as_array().unwrap();
    assert_eq!(first["Contacts"]["totalSize"].as_u64().unwrap() as usize, children.len());
    assert_eq!(children[0]["attributes"]["type"], "Contact");
    assert!(rows.iter().all(|row| row["Contacts"].is_object() || row["Contacts"].is_null()));
    let error = refusal(&admin(), "SELECT Id, (SELECT Id FROM Contact) FROM Account");
    assert_eq!(error.code, "INVALID_TYPE");
}

#[test]
fn polymorphic_parents_tell_their_type() {
    let rows = records("SELECT WhatId, What.Name, What.Type FROM Task WHERE What.Type = 'Opportunity' LIMIT 5");
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row["WhatId"].as_str().unwrap().starts_with("006"));
        assert_eq!(row["What"]["Type"], "Opportunity");
        assert_eq!(row["What"]["attributes"]["type"], "Opportunity");
        assert!(row["What"]["Name"].is_string());
    }
}

#[test]
fn values_have_their_types() {
    let row = records(
        "SELECT Amount, CloseDate, IsWon, FiscalYear, CreatedDate, Probability FROM Opportunity WHERE Amount != null LIMIT 1",
    )
    .remove(0);
    assert!(
        row["Amount"].is_f64()
            && row["IsWon"].is_boolean()
            && row["FiscalYear"].is_i64()
            && row["Probability"].is_f64()
    );
    assert_eq!(row["CloseDate"].as_str().unwrap().len(), 10);
    assert_eq!(row["CreatedDate"].as_str().unwrap().len(), 28);
    let address = &records("SELECT BillingAddress FROM Account LIMIT 1")[0]["BillingAddress"];
    let keys: Vec<&str> = address.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["city", "country", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "street"]);
    let many = count("SELECT Id FROM Contact WHERE Languages__c INCLUDES ('English;Deutsch', '日本語')");
    assert!(many > 0 && many < count("SELECT Id FROM Contact WHERE Languages__c INCLUDES ('English', '日本語')"));
}

#[test]
fn users_are_who_they_say() {
    let users = ORG.users();
    let aliases: Vec<&str> = users.iter().take(5).map(|user| user.alias.as_str()).collect();
    assert_eq!(aliases, ["admin", "sales", "api", "gone", "new"]);
    let fates: Vec<Fate> = users.iter().take(5).map(|user| user.fate).collect();
    assert_eq!(fates, [Fate::Active, Fate::Active, Fate::Active, Fate::Inactive, Fate::NotApproved]);
    assert_eq!(users[0].username, "admin@northwharf.example");
    assert_eq!(users[1].role.as_deref(), Some("Account Executive North"));
    assert_eq!((users[2].profile.as_str(), users[2].role.as_deref()), ("Minimum Access - API Only Integrations", None));
    assert!(users.iter().all(|user| user.id.len() == 18 && user.id.starts_with("005")));
    assert!(ORG.viewer("005000000000000AAA").is_none());
    let row = records(&format!(
        "SELECT Username, LastModifiedDate, Profile.UserLicense.Name, UserRole.Name FROM User WHERE Id = '{}'",
        users[0].id
    ))
    .remove(0);
    assert_eq!(row["LastModifiedDate"], users[0].last_modified.as_str());
    assert_eq!(row["Profile"]["UserLicense"]["Name"], "Salesforce");
    assert_eq!(row["UserRole"]["Name"], "Managing Director");
}
