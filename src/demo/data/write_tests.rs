//! Writing as a client of the data layer sees it: checks, access, references, the recycle bin.

use super::tests::{spec, viewer};
use super::*;
use serde_json::{Value, json};

fn org() -> OrgData {
    OrgData::build(&spec(OrgKind::Sandbox, 300)).unwrap()
}

fn one(viewer: &Viewer<'_>, soql: &str) -> Value {
    let page = viewer.query("67.0", soql, true, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"));
    assert_eq!(page["totalSize"], 1, "{soql}: {page}");
    page["records"][0].clone()
}

fn total(viewer: &Viewer<'_>, soql: &str) -> u64 {
    viewer.query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"))["totalSize"]
        .as_u64()
        .unwrap()
}

fn codes(error: &SfError) -> Vec<&'static str> {
    error.each().map(|one| one.code).collect()
}

#[test]
fn all_that_is_wrong_with_a_record_is_told_at_once() {
    let org = org();
    let admin = viewer(&org, "admin");
    let deal = |more: Value| {
        let mut body = json!({ "Name": "x", "StageName": "Sounding", "CloseDate": "2026-12-01" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        admin.create("Opportunity", &body)
    };
    let error = deal(json!({ "Amount": -1, "TotalOpportunityQuantity": -1 })).unwrap_err();
    assert_eq!(codes(&error), ["FIELD_CUSTOM_VALIDATION_EXCEPTION"; 2]);
    assert_eq!(
        error.to_json()[1],
        json!({
            "message": "The quantity of an opportunity cannot be negative.",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["TotalOpportunityQuantity"],
        })
    );
    let error = deal(json!({ "Name": "x".repeat(121), "NextStep": "y".repeat(256), "Amount": 1e17 })).unwrap_err();
    assert_eq!(codes(&error), ["STRING_TOO_LONG", "STRING_TOO_LONG", "NUMBER_OUTSIDE_VALID_RANGE"]);
    let error = deal(json!({ "IsDeleted": true, "HasOpportunityLineItem": true, "Amount": 1 })).unwrap_err();
    assert_eq!((error.code, error.fields.len()), ("INVALID_FIELD_FOR_INSERT_UPDATE", 2));
    assert!(error.message.starts_with("Unable to create/update fields: IsDeleted, HasOpportunityLineItem. Please"));
    let error = admin.create("Opportunity", &json!({})).unwrap_err();
    assert_eq!(error.message, "Required fields are missing: [Name, StageName, CloseDate]");
    // A rule that belongs to no field names none.
    let error = admin.create("Campaign", &json!({ "Name": "x", "StartDate": "2026-02-02", "EndDate": "2026-02-01" }));
    assert_eq!(error.unwrap_err().to_json()[0]["fields"], json!([]));
    // Nothing of what was refused stands.
    assert_eq!(total(&admin, "SELECT COUNT() FROM Opportunity WHERE Name = 'x'"), 0);
    // What was right stays when a change is wrong.
    let id = deal(json!({ "Amount": 5 })).unwrap();
    assert!(admin.update("Opportunity", &id, &json!({ "Amount": -5, "Name": "changed" })).is_err());
    assert_eq!(one(&admin, &format!("SELECT Amount, Name FROM Opportunity WHERE Id = '{id}'"))["Name"], "x");
    let error = admin.update("Opportunity", &id, &json!({ "StageName": "" })).unwrap_err();
    assert_eq!(error.code, "REQUIRED_FIELD_MISSING");
}

#[test]
fn references_lead_to_records_or_say_why_not() {
    let org = org();
    let (admin, sales) = (viewer(&org, "admin"), viewer(&org, "sales"));
    let gone = admin.create("Account", &json!({ "Name": "Gone" })).unwrap();
    admin.delete("Account", &gone).unwrap();
    let other = admin.create("Account", &json!({ "Name": "Not theirs" })).unwrap();
    let user = org.users()[0].id.clone();
    let quit = org.users().into_iter().find(|user| user.alias == "gone").unwrap().id;
    let absent = format!("{}zzzzzz", other.get(..9).unwrap());
    for (who, body, code, text) in [
        (&admin, json!({ "AccountId": "abc" }), "MALFORMED_ID", "Account ID: id value of incorrect type: abc"),
        (&admin, json!({ "AccountId": user }), "FIELD_INTEGRITY_EXCEPTION", "Account ID: id value of incorrect type"),
        (&admin, json!({ "AccountId": absent }), "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        (&admin, json!({ "AccountId": gone }), "ENTITY_IS_DELETED", "entity is deleted"),
        (&admin, json!({ "AccountId": 1 }), "JSON_PARSER_ERROR", "Cannot deserialize instance of reference"),
        (&admin, json!({ "OwnerId": quit }), "INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005"),
        (&sales, json!({ "AccountId": other }), "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access"),
        (&sales, json!({ "OwnerId": user }), "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields"),
        (&admin, json!({ "Account": "x" }), "JSON_PARSER_ERROR", "Cannot deserialize"),
        (
            &admin,
            json!({ "Account": { "LedgerKey__c": "nope" } }),
            "INVALID_FIELD",
            "Foreign key external ID: nope not found for field LedgerKey__c in entity Account",
        ),
        (
            &admin,
            json!({ "Account": { "Name": "x" } }),
            "INVALID_FIELD",
            "Field name provided, Name does not match an External ID, Salesforce Id, or indexed field for Account",
        ),
        (&admin, json!({ "Account": {} }), "INVALID_FIELD", "The foreign key of Account takes exactly one"),
    ] {
        let mut body = body;
        body["LastName"] = json!("Fathom");
        let error = who.create("Contact", &body).unwrap_err();
        assert_eq!(error.code, code, "{body} {}", error.message);
        assert!(error.message.starts_with(text), "{body}: {}", error.message);
    }
    let made = admin.create("Account", &json!({ "Name": "Keyed", "LedgerKey__c": "Q-1" })).unwrap();
    let body =
        json!({ "LastName": "Fathom", "account": { "attributes": { "type": "Account" }, "ledgerkey__C": "q-1" } });
    let contact = admin.create("Contact", &body).unwrap();
    assert_eq!(admin.record("67.0", "Contact", &contact, None).unwrap()["AccountId"], made.as_str());
    // A relationship to several objects needs to be told which.
    let lead = json!({ "Subject": "call", "Who": { "Email": "nobody@x.example" } });
    assert_eq!(admin.create("Task", &lead).unwrap_err().code, "INVALID_FIELD");
    admin.update("Contact", &contact, &json!({ "Email": "one@only.example" })).unwrap();
    let task = json!({ "Subject": "call", "Who": { "type": "Contact", "Email": "one@only.example" } });
    let task = admin.create("Task", &task).unwrap();
    assert_eq!(admin.record("67.0", "Task", &task, None).unwrap()["WhoId"], contact.as_str());
    // No ring of parents.
    let child = admin.create("Account", &json!({ "Name": "Child", "ParentId": made })).unwrap();
    let error = admin.update("Account", &made, &json!({ "ParentId": child })).unwrap_err();
    assert_eq!((error.code, error.fields), ("CIRCULAR_DEPENDENCY", vec!["ParentId".to_owned()]));
}

#[test]
fn unique_values_are_taken_once() {
    let org = org();
    let (admin, sales) = (viewer(&org, "admin"), viewer(&org, "sales"));
    let first = admin.create("Account", &json!({ "Name": "One", "LedgerKey__c": "U-1" })).unwrap();
    let again = json!({ "Name": "Two", "LedgerKey__c": "u-1" });
    let error = admin.create("Account", &again).unwrap_err();
    let told =
        format!("duplicate value found: LedgerKey__c duplicates value on record with id: {}", first.get(..15).unwrap());
    assert_eq!((error.code, error.message), ("DUPLICATE_VALUE", told));
    assert_eq!(admin.create("Account", &json!({ "Name": "Null" })).map(|_| ()), Ok(()));
    // One that he does not see is not shown to him.
    let error = sales.create("Account", &again).unwrap_err();
    assert_eq!(error.message, "duplicate value found: <unknown> duplicates value on record with id: <unknown>");
    let other = admin.create("Account", &json!({ "Name": "Two" })).unwrap();
    assert_eq!(admin.update("Account", &other, &again).unwrap_err().code, "DUPLICATE_VALUE");
    admin.update("Account", &first, &json!({ "LedgerKey__c": "U-1", "Name": "Still" })).unwrap();
    // What is in the bin does not count, until it comes back.
    admin.delete("Account", &first).unwrap();
    admin.update("Account", &other, &again).unwrap();
    assert_eq!(admin.undelete(&first).unwrap_err().code, "DUPLICATE_VALUE");
    assert_eq!(admin.record("67.0", "Account", &first, None).unwrap_err().code, "ENTITY_IS_DELETED");
}

#[test]
fn an_upsert_makes_or_changes() {
    let org = org();
    let admin = viewer(&org, "admin");
    let up = |value: &str, body: Value| admin.upsert("Account", "ledgerKEY__c", value, &body);
    let only = admin.wishing(Wishes { update_only: true, ..Wishes::default() });
    assert_eq!(only.upsert("Account", "LedgerKey__c", "P-1", &json!({})).unwrap_err().code, "NOT_FOUND");
    let made = up("P-1", json!({ "Name": "Pier" })).unwrap();
    assert!(made.created);
    let changed = up("p-1", json!({ "Site": "East" })).unwrap();
    assert_eq!(changed, Upserted { id: made.id.clone(), created: false });
    assert!(only.upsert("Account", "LedgerKey__c", "P-1", &json!({ "Site": "West" })).is_ok());
    let row = admin.record("67.0", "Account", &made.id, None).unwrap();
    assert_eq!((&row["LedgerKey__c"], &row["Name"], &row["Site"]), (&json!("P-1"), &json!("Pier"), &json!("West")));
    assert_eq!(up("P-2", json!({})).unwrap_err().code, "REQUIRED_FIELD_MISSING");
    let error = up("P-1", json!({ "LedgerKey__c": "P-1" })).unwrap_err();
    assert_eq!(error.message, "The LedgerKey__c field should not be specified in the sobject data.");
    let error = admin.upsert("Account", "Name", "Pier", &json!({})).unwrap_err();
    assert_eq!((error.status, error.code), (404, "NOT_FOUND"));
    assert_eq!(error.message, "Provided external ID field does not exist or is not accessible: Name");
    // By id.
    let by_id = |value: &str, body: Value| admin.upsert("Account", "Id", value, &body);
    assert!(!by_id(&made.id, json!({ "Site": "South" })).unwrap().created);
    assert!(by_id("", json!({ "Name": "New" })).unwrap().created);
    assert_eq!(by_id("001000000000000AAA", json!({ "Name": "New" })).unwrap_err().code, "NOT_FOUND");
    // A key that is not unique may mean several.
    let two: Vec<String> =
        (0..2).map(|_| admin.create("Contact", &json!({ "LastName": "Twin", "LegacyId__c": "77" })).unwrap()).collect();
    let error = admin.upsert("Contact", "LegacyId__c", "77", &json!({})).unwrap_err();
    assert_eq!((error.status, error.code), (300, "DUPLICATE_EXTERNAL_ID"));
    assert!(error.message.ends_with(&format!("[{}, {}]", two[0], two[1])), "{}", error.message);
    assert_eq!(admin.named("Contact", "LegacyId__c", "77").unwrap(), two);
}

#[test]
fn the_bin_gives_back_what_went_in() {
    let org = org();
    let admin = viewer(&org, "admin");
    let account = admin.create("Account", &json!({ "Name": "Whole" })).unwrap();
    let branch = admin.create("Account", &json!({ "Name": "Branch", "ParentId": account })).unwrap();
    let contact = admin.create("Contact", &json!({ "LastName": "Inside", "AccountId": account })).unwrap();
    let shipment = admin.create("Shipment__c", &json!({ "Account__c": account, "Contact__c": contact })).unwrap();
    let state = || {
        let soql = |object: &str, fields: &str, id: &str| {
            format!("SELECT {fields}, IsDeleted FROM {object} WHERE Id = '{id}'")
        };
        [
            one(&admin, &soql("Account", "Id", &account))["IsDeleted"].clone(),
            one(&admin, &soql("Contact", "Id", &contact))["IsDeleted"].clone(),
            one(&admin, &soql("Account", "ParentId", &branch))["ParentId"].clone(),
            one(&admin, &soql("Shipment__c", "Account__c", &shipment))["Account__c"].clone(),
            one(&admin, &soql("Shipment__c", "Contact__c", &shipment))["Contact__c"].clone(),
        ]
    };
    let before = state();
    assert_eq!(before, [json!(false), json!(false), json!(account), json!(account), json!(contact)]);
    assert_eq!(admin.undelete(&account).unwrap_err().code, "UNDELETE_FAILED");
    admin.delete("Account", &account).unwrap();
    assert_eq!(state(), [json!(true), json!(true), json!(null), json!(null), json!(null)]);
    assert_eq!(admin.delete("Account", &account).unwrap_err().code, "ENTITY_IS_DELETED");
    assert_eq!(admin.update("Contact", &contact, &json!({})).unwrap_err().code, "ENTITY_IS_DELETED");
    // What went along comes back with its parent only.
    assert_eq!(admin.undelete(&contact).unwrap_err().code, "UNDELETE_FAILED");
    // A reference that was given anew stays.
    let new = admin.create("Account", &json!({ "Name": "New" })).unwrap();
    admin.update("Shipment__c", &shipment, &json!({ "Account__c": new })).unwrap();
    admin.undelete(account.get(..15).unwrap()).unwrap();
    assert_eq!(state(), [json!(false), json!(false), json!(account), json!(new), json!(contact)]);
    assert_eq!(admin.undelete(&account).unwrap_err().code, "UNDELETE_FAILED");
    // What was in the bin from the beginning can come out, too.
    let old = admin.query("67.0", "SELECT Id FROM Contact WHERE IsDeleted = true LIMIT 1", true, 1).unwrap();
    let old = old["records"][0]["Id"].as_str().unwrap().to_owned();
    admin.undelete(&old).unwrap();
    assert!(admin.record("67.0", "Contact", &old, None).is_ok());
    assert_eq!(admin.undelete("xyz").unwrap_err().code, "MALFORMED_ID");
}

#[test]
fn what_is_needed_is_not_deleted() {
    let org = org();
    let admin = viewer(&org, "admin");
    let product = admin.create("Product2", &json!({ "Name": "Sextant" })).unwrap();
    let shipment = admin.create("Shipment__c", &json!({ "Product__c": product })).unwrap();
    let name = admin.record("67.0", "Shipment__c", &shipment, None).unwrap()["Name"].as_str().unwrap().to_owned();
    let error = admin.delete("Product2", &product).unwrap_err();
    let told = format!(
        "Your attempt to delete Sextant could not be completed because it is associated with the following shipments.: {name}\n"
    );
    assert_eq!((error.code, error.message), ("DELETE_FAILED", told));
    assert!(admin.record("67.0", "Product2", &product, None).is_ok());
    admin.delete("Shipment__c", &shipment).unwrap();
    admin.delete("Product2", &product).unwrap();
    // Nor does a parent go when a child of it may not.
    let line =
        one(&admin, "SELECT Product2Id, Product2.IsDeleted FROM OpportunityLineItem WHERE IsDeleted = false LIMIT 1");
    let id = line["Product2Id"].as_str().unwrap();
    let result = admin.delete("Product2", id);
    assert_eq!(result.unwrap_err().code, "DELETE_FAILED");
}

#[test]
fn lines_add_up_to_their_opportunity() {
    let org = org();
    let admin = viewer(&org, "admin");
    let seeded = "SELECT OpportunityId, SUM(TotalPrice) sum, MAX(Opportunity.Amount) amount FROM OpportunityLineItem GROUP BY OpportunityId";
    let page = admin.query("67.0", seeded, false, 2_000).unwrap();
    assert!(page["totalSize"].as_u64().unwrap() > 10);
    for row in page["records"].as_array().unwrap() {
        let (sum, amount) = (row["sum"].as_f64().unwrap(), row["amount"].as_f64().unwrap());
        assert!((sum - amount).abs() < 0.005, "{row}");
    }
    let deal = json!({ "Name": "Deal", "StageName": "Sounding", "CloseDate": "2026-12-01", "Amount": 7 });
    let (first, second) = (admin.create("Opportunity", &deal).unwrap(), admin.create("Opportunity", &deal).unwrap());
    let entry = one(&admin, "SELECT Id, Name, UnitPrice, Product2Id, Product2.Name FROM PricebookEntry LIMIT 1");
    assert_eq!(entry["Name"], entry["Product2"]["Name"]);
    let state = |id: &str| {
        let row = admin.record("67.0", "Opportunity", id, None).unwrap();
        (
            row["Amount"].as_f64().unwrap(),
            row["TotalOpportunityQuantity"].as_f64(),
            row["HasOpportunityLineItem"].clone(),
        )
    };
    let line = |more: Value| {
        let mut body = json!({ "OpportunityId": first, "PricebookEntryId": entry["Id"], "Quantity": 3 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        admin.create("OpportunityLineItem", &body)
    };
    assert_eq!(state(&first), (7.0, None, json!(false)));
    let one = line(json!({ "UnitPrice": 1.5 })).unwrap();
    assert_eq!(state(&first), (4.5, Some(3.0), json!(true)));
    let by_list = line(json!({})).unwrap();
    let row = admin.record("67.0", "OpportunityLineItem", &by_list, None).unwrap();
    assert_eq!((&row["UnitPrice"], &row["Product2Id"]), (&entry["UnitPrice"], &entry["Product2Id"]));
    assert_eq!(row["Name"], entry["Name"]);
    admin.delete("OpportunityLineItem", &by_list).unwrap();
    assert_eq!(state(&first).0, 4.5);
    // What is worked out is not set by hand.
    admin.update("Opportunity", &first, &json!({ "Amount": 99 })).unwrap();
    assert_eq!(state(&first).0, 4.5);
    admin.update("OpportunityLineItem", &one, &json!({ "Quantity": 4, "OpportunityId": second })).unwrap();
    assert_eq!(state(&second), (6.0, Some(4.0), json!(true)));
    assert_eq!(state(&first).2, json!(false));
    assert_eq!(line(json!({ "Quantity": 0 })).unwrap_err().code, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    assert_eq!(line(json!({ "TotalPrice": 5 })).unwrap_err().code, "INVALID_FIELD_FOR_INSERT_UPDATE");
    // With the opportunity go its lines, and come back.
    admin.delete("Opportunity", &second).unwrap();
    assert_eq!(admin.record("67.0", "OpportunityLineItem", &one, None).unwrap_err().code, "ENTITY_IS_DELETED");
    admin.undelete(&second).unwrap();
    assert_eq!(state(&second), (6.0, Some(4.0), json!(true)));
}

#[test]
fn fields_follow_what_they_depend_on() {
    let org = org();
    let admin = viewer(&org, "admin");
    let account = admin.create("Account", &json!({ "Name": "Followed" })).unwrap();
    let contact = admin.create("Contact", &json!({ "LastName": "x", "AccountId": account })).unwrap();
    let case = admin.create("Case", &json!({ "ContactId": contact })).unwrap();
    let state = |id: &str| {
        let row = admin.record("67.0", "Case", id, None).unwrap();
        (row["AccountId"].clone(), row["IsClosed"].clone(), row["ClosedDate"].is_string())
    };
    assert_eq!(state(&case), (json!(account), json!(false), false));
    admin.update("Case", &case, &json!({ "Status": "Closed", "ContactId": null })).unwrap();
    assert_eq!(state(&case), (json!(account), json!(true), true));
    admin.update("Case", &case, &json!({ "Status": "Working" })).unwrap();
    assert_eq!(state(&case), (json!(account), json!(false), false));
    for (body, wanted) in [
        (json!({ "WhoId": contact }), json!(account)),
        (json!({ "WhoId": contact, "WhatId": case }), json!(account)),
        (json!({ "WhatId": account }), json!(null)),
    ] {
        let task = admin.create("Task", &body).unwrap();
        assert_eq!(admin.record("67.0", "Task", &task, None).unwrap()["AccountId"], wanted, "{body}");
    }
}

#[test]
fn writing_is_held_to_what_a_user_may() {
    let org = org();
    let (admin, sales, api) = (viewer(&org, "admin"), viewer(&org, "sales"), viewer(&org, "api"));
    let product =
        one(&admin, "SELECT Id FROM Product2 WHERE IsDeleted = false LIMIT 1")["Id"].as_str().unwrap().to_owned();
    let error = sales.update("Product2", &product, &json!({ "Name": "x" })).unwrap_err();
    assert_eq!((error.status, error.code), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    assert_eq!(sales.delete("Product2", &product).unwrap_err().code, "INSUFFICIENT_ACCESS_OR_READONLY");
    let error = sales.create("Product2", &json!({ "Name": "x" })).unwrap_err();
    assert_eq!(error.message, "entity type cannot be inserted: Product");
    let can = |who: &Viewer<'_>, object: &str, what: &str| who.describe("67.0", object).unwrap()[what].clone();
    assert_eq!(can(&sales, "Product2", "createable"), false);
    assert_eq!(can(&admin, "Product2", "createable"), true);
    // Oneself may be changed, others by the administrator only.
    let users = org.users();
    let id = |alias: &str| users.iter().find(|user| user.alias == alias).unwrap().id.clone();
    sales.update("User", &id("sales"), &json!({ "AboutMe": "at sea" })).unwrap();
    let error = sales.update("User", &id("admin"), &json!({ "AboutMe": "ha" })).unwrap_err();
    assert_eq!((error.status, error.code), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    admin.update("User", &id("sales"), &json!({ "Department": "North" })).unwrap();
    assert_eq!(api.update("User", &id("api"), &json!({})).unwrap_err().code, "INSUFFICIENT_ACCESS_OR_READONLY");
    assert_eq!(admin.create("User", &json!({})).unwrap_err().code, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY");
    let error = admin.update("User", &id("sales"), &json!({ "Username": "x@y.example" })).unwrap_err();
    assert_eq!(error.code, "INVALID_FIELD_FOR_INSERT_UPDATE");
    // The lines of an opportunity are as visible as it.
    let hidden = "SELECT COUNT() FROM OpportunityLineItem";
    let seen = "SELECT COUNT() FROM OpportunityLineItem WHERE OpportunityId IN (SELECT Id FROM Opportunity)";
    assert_eq!(total(&sales, hidden), total(&sales, seen));
    assert!(total(&sales, hidden) < total(&admin, hidden) && total(&sales, hidden) > 0);
    // A record of one's own is made and changed.
    let own = sales.create("Account", &json!({ "Name": "Mine" })).unwrap();
    sales.update("Account", &own, &json!({ "Site": "x" })).unwrap();
    assert_eq!(admin.record("67.0", "Account", &own, None).unwrap()["LastModifiedById"], id("sales").as_str());
    for (who, id, code) in [(&sales, "001000000000000AAA", "NOT_FOUND"), (&sales, "001Dm00000AAAAAZZZ", "MALFORMED_ID")]
    {
        assert_eq!(who.update("Account", id, &json!({})).unwrap_err().code, code, "{id}");
    }
}

#[test]
fn record_types_are_data() {
    let org = org();
    let admin = viewer(&org, "admin");
    let infos = admin.describe("67.0", "Opportunity").unwrap()["recordTypeInfos"].clone();
    let infos = infos.as_array().unwrap();
    let names: Vec<&str> = infos.iter().map(|info| info["developerName"].as_str().unwrap()).collect();
    assert_eq!(names, ["Charter", "Supply", "Master"]);
    let defaults: Vec<bool> = infos.iter().map(|info| info["defaultRecordTypeMapping"].as_bool().unwrap()).collect();
    assert_eq!(defaults, [true, false, false]);
    assert_eq!(admin.describe("67.0", "Account").unwrap()["recordTypeInfos"].as_array().unwrap().len(), 1);
    let deal = |kind: Value| {
        let mut body = json!({ "Name": "x", "StageName": "Sounding", "CloseDate": "2026-12-01" });
        if !kind.is_null() {
            body["RecordTypeId"] = kind;
        }
        admin.create("Opportunity", &body)
    };
    let id = deal(Value::Null).unwrap();
    assert_eq!(admin.record("67.0", "Opportunity", &id, None).unwrap()["RecordTypeId"], infos[0]["recordTypeId"]);
    let id = deal(infos[1]["recordTypeId"].clone()).unwrap();
    let row = one(&admin, &format!("SELECT RecordType.DeveloperName FROM Opportunity WHERE Id = '{id}'"));
    assert_eq!(row["RecordType"]["DeveloperName"], "Supply");
    assert_eq!(deal(json!("012000000000000AAA")).unwrap_err().code, "MALFORMED_ID");
    let kinds = total(&admin, "SELECT COUNT() FROM Opportunity WHERE RecordType.DeveloperName = 'Charter'");
    assert!(kinds > 10);
}

#[test]
fn a_likeness_is_told_before_it_is_saved() {
    let org = org();
    let admin = viewer(&org, "admin");
    let lead = json!({ "LastName": "Echo", "Company": "Cliff", "Email": "echo@cliff.example" });
    let first = admin.create("Lead", &lead).unwrap();
    let error = admin.create("Lead", &lead).unwrap_err();
    let told = error.to_json()[0].clone();
    assert_eq!((error.code, &told["message"]), ("DUPLICATES_DETECTED", &json!("Use one of these records?")));
    assert_eq!(told["duplicateResut"]["allowSave"], true);
    let matched = &told["duplicateResut"]["matchResults"][0];
    assert_eq!((&matched["size"], &matched["matchRecords"][0]["record"]["Id"]), (&json!(1), &json!(first)));
    let insists = admin.wishing(Wishes { allow_duplicates: true, ..Wishes::default() });
    insists.create("Lead", &lead).unwrap();
    // A change elsewhere is none of the rule's business.
    admin.update("Lead", &first, &json!({ "Title": "Caller" })).unwrap();
    assert_eq!(admin.update("Lead", &first, &json!({ "LastName": "echo" })).unwrap_err().code, "DUPLICATES_DETECTED");
    admin.create("Lead", &json!({ "LastName": "Echo", "Company": "Cliff" })).unwrap();
    admin.create("Lead", &json!({ "LastName": "Echo", "Company": "Cliff" })).unwrap();
}

#[test]
fn changes_are_told_by_time() {
    fn clock() -> i64 {
        // 2026-10-20T12:00:00Z
        1_792_497_600
    }
    let org = org().with_clock(clock);
    let (admin, sales) = (viewer(&org, "admin"), viewer(&org, "sales"));
    let span = (Some("2026-10-20T11:59:00Z"), Some("2026-10-20T14:01:00+02:00"));
    let ids = |answer: &Value| answer["ids"].as_array().unwrap().clone();
    let before = ids(&admin.updated("Account", span.0, span.1).unwrap());
    let made = admin.create("Account", &json!({ "Name": "Now" })).unwrap();
    let answer = admin.updated("Account", span.0, span.1).unwrap();
    assert_eq!(ids(&answer).len(), before.len() + 1);
    assert!(ids(&answer).contains(&json!(made)));
    assert_eq!(answer["latestDateCovered"], "2026-10-20T12:00:00.000+0000");
    assert!(!ids(&sales.updated("Account", span.0, span.1).unwrap()).contains(&json!(made)));
    admin.delete("Account", &made).unwrap();
    assert!(!ids(&admin.updated("Account", span.0, span.1).unwrap()).contains(&json!(made)));
    let answer = admin.deleted("Account", span.0, span.1).unwrap();
    let gone = json!({ "deletedDate": "2026-10-20T12:00:00.000+0000", "id": made });
    assert!(answer["deletedRecords"].as_array().unwrap().contains(&gone), "{answer}");
    assert_eq!(answer["earliestDateAvailable"], "2026-09-20T12:00:00.000+0000");
    for (start, end, code) in [
        (None, span.1, "MISSING_ARGUMENT"),
        (span.0, None, "MISSING_ARGUMENT"),
        (Some("yesterday"), span.1, "INVALID_FIELD"),
        (span.1, span.0, "INVALID_REPLICATION_DATE"),
        (Some("2026-10-20T12:00:01Z"), Some("2026-10-20T12:00:30Z"), "INVALID_REPLICATION_DATE"),
        (Some("2026-08-01T00:00:00Z"), span.1, "INVALID_REPLICATION_DATE"),
    ] {
        assert_eq!(admin.deleted("Account", start, end).unwrap_err().code, code, "{start:?} {end:?}");
    }
}
