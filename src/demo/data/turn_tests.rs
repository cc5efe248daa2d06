//! Writes together and at once: kept or undone as a whole, seen by others all or not at all, whoever comes first wins.

use super::tests::{spec, viewer};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

const THREADS: usize = 8;

fn org() -> OrgData {
    OrgData::build(&spec(OrgKind::Sandbox, 100)).unwrap()
}

fn total(viewer: &Viewer<'_>, soql: &str) -> u64 {
    viewer.query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"))["totalSize"]
        .as_u64()
        .unwrap()
}

/// The results of so many threads that begin together.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let one = |number: usize| {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                barrier.wait();
                work(number)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(one).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn what_is_done_together_is_undone_together() {
    let org = org();
    let admin = viewer(&org, "admin");
    let count = || total(&admin, "SELECT COUNT() FROM Account WHERE Name LIKE 'Raft%'");
    let raft = |name: &str| admin.create("Account", &json!({ "Name": name }));
    let seen = admin.together(|| {
        raft("Raft 1").unwrap();
        // A part that fails is undone alone.
        assert_eq!(raft("").unwrap_err().code, "REQUIRED_FIELD_MISSING");
        let inner = admin.together(|| {
            raft("Raft 2").unwrap();
            (count(), false)
        });
        assert_eq!(inner, Ok(2));
        raft("Raft 3").unwrap();
        (count(), false)
    });
    assert_eq!((seen, count()), (Ok(2), 0));
    let kept = admin.together(|| {
        let id = raft("Raft 4").unwrap();
        (admin.record("67.0", "Account", &id, None).unwrap()["Name"].clone(), true)
    });
    assert_eq!((kept, count()), (Ok(json!("Raft 4")), 1));
}

#[test]
fn a_panic_in_the_middle_loses_nothing() {
    let org = org();
    let admin = viewer(&org, "admin");
    let make = || admin.create("Account", &json!({ "Name": "Wreck" })).unwrap();
    let before = total(&admin, "SELECT COUNT() FROM Account");
    let wrecked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = admin.together(|| -> ((), bool) {
            make();
            panic!("a bug");
        });
    }));
    assert!(wrecked.is_err());
    assert_eq!(total(&admin, "SELECT COUNT() FROM Account"), before);
    make();
    assert_eq!(total(&admin, "SELECT COUNT() FROM Account"), before + 1);
}

#[test]
fn one_of_many_gets_a_value_that_is_unique() {
    let org = org();
    let admin = viewer(&org, "admin");
    for round in 0..5 {
        let key = format!("R-{round}");
        let results = at_once(|number| {
            let body = json!({ "Name": format!("Racer {number}"), "LedgerKey__c": key });
            admin.create("Account", &body).map_err(|error| error.code)
        });
        let won = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(won, 1, "{results:?}");
        assert!(results.iter().all(|result| result.is_ok() || *result == Err("DUPLICATE_VALUE")), "{results:?}");
        // By changes, too.
        let ids: Vec<String> = at_once(|_| admin.create("Account", &json!({ "Name": "Late" })).unwrap());
        let late = json!({ "LedgerKey__c": format!("L-{round}") });
        let results = at_once(|number| admin.update("Account", &ids[number], &late).map_err(|error| error.code));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        // And all upserts but one find what that one made.
        let key = format!("U-{round}");
        let results = at_once(|_| admin.upsert("Account", "LedgerKey__c", &key, &json!({ "Name": "Up" })).unwrap());
        assert_eq!(results.iter().filter(|result| result.created).count(), 1, "{results:?}");
        assert!(results.iter().all(|result| result.id == results[0].id));
    }
    let soql = "SELECT LedgerKey__c, COUNT(Id) FROM Account WHERE LedgerKey__c != null GROUP BY LedgerKey__c HAVING COUNT(Id) > 1";
    assert_eq!(total(&admin, soql), 0);
}

#[test]
fn what_is_erased_is_gone_and_its_id_with_it() {
    let org = org();
    let admin = viewer(&org, "admin");
    let account = admin.create("Account", &json!({ "Name": "Last" })).unwrap();
    let contact = admin.create("Contact", &json!({ "LastName": "Last", "AccountId": account })).unwrap();
    admin.erase("Account", &account).unwrap();
    for (object, id) in [("Account", &account), ("Contact", &contact)] {
        let page = admin.query("67.0", &format!("SELECT Id FROM {object} WHERE Id = '{id}'"), true, 1).unwrap();
        assert_eq!(page["totalSize"], 0, "{object}");
    }
    assert_eq!(admin.undelete(&account).unwrap_err().code, "UNDELETE_FAILED");
    let next = admin.create("Account", &json!({ "Name": "Next" })).unwrap();
    assert!(next > account, "{next} {account}");
}

#[test]
fn sums_are_right_whoever_adds_to_them() {
    let org = org();
    let admin = viewer(&org, "admin");
    let deal = json!({ "Name": "Sum", "StageName": "Sounding", "CloseDate": "2026-12-01" });
    let deal = admin.create("Opportunity", &deal).unwrap();
    let entry = admin.query("67.0", "SELECT Id FROM PricebookEntry LIMIT 1", false, 1).unwrap();
    let entry = &entry["records"][0]["Id"];
    at_once(|number| {
        for _ in 0..10 {
            let line =
                json!({ "OpportunityId": deal, "PricebookEntryId": entry, "Quantity": 1, "UnitPrice": number + 1 });
            let id = admin.create("OpportunityLineItem", &line).unwrap();
            if number == 0 {
                admin.delete("OpportunityLineItem", &id).unwrap();
            }
        }
    });
    let row = admin.record("67.0", "Opportunity", &deal, Some("Amount")).unwrap();
    let wanted: usize = (1..THREADS).map(|number| 10 * (number + 1)).sum();
    assert_eq!(row["Amount"].as_f64(), Some(wanted as f64));
}

#[test]
fn readers_see_whole_steps_and_are_never_turned_away() {
    let org = org();
    let admin = viewer(&org, "admin");
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = || {
            while !ended.load(Ordering::Acquire) {
                assert_eq!(total(&admin, "SELECT COUNT() FROM Account WHERE Name LIKE 'Pair%'") % 2, 0);
                let page = admin.query("67.0", "SELECT Id FROM Account WHERE Name LIKE 'Pair%'", false, 2_000).unwrap();
                assert_eq!(page["records"].as_array().unwrap().len() % 2, 0);
            }
        };
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(watch)).collect();
        let pair = || admin.create("Account", &json!({ "Name": "Pair" })).unwrap();
        for round in 0..60 {
            let kept = round % 3 != 0;
            admin.together(|| ((pair(), pair()), kept)).unwrap();
        }
        ended.store(true, Ordering::Release);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert_eq!(total(&admin, "SELECT COUNT() FROM Account WHERE Name LIKE 'Pair%'"), 80);
}

/// One thing done to a shipment of the model, by its tracking code.
#[derive(Clone, Debug)]
enum Act {
    Create(u8, u8),
    Update(u8, u8),
    Upsert(u8, u8),
    Delete(u8),
    Undelete(u8),
    /// Changes the code itself.
    Rename(u8, u8),
}

/// What the model knows of a record.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    code: u8,
    weight: u8,
    deleted: bool,
}

/// The records by id.
type Model = BTreeMap<String, Row>;

fn live(model: &Model, code: u8) -> Option<String> {
    model.iter().find(|(_, row)| row.code == code && !row.deleted).map(|(id, _)| id.clone())
}

fn name(code: u8) -> String {
    format!("MODEL-{code}")
}

/// Does one thing in the org and in the model; both must agree on whether it can be done.
fn act(admin: &Viewer<'_>, model: &mut Model, act: &Act) {
    let object = "Shipment__c";
    // A weight of 0 breaks a rule.
    let weigh = |weight: u8| json!({ "Weight__c": weight });
    let body = |code: u8, weight: u8| json!({ "TrackingCode__c": name(code), "Weight__c": weight });
    match *act {
        Act::Create(code, weight) => {
            let done = admin.create(object, &body(code, weight));
            assert_eq!(done.is_ok(), weight > 0 && live(model, code).is_none(), "{act:?} {done:?}");
            model.extend(done.ok().map(|id| (id, Row { code, weight, deleted: false })));
        }
        Act::Upsert(code, weight) => {
            let done = admin.upsert(object, "TrackingCode__c", &name(code), &weigh(weight));
            assert_eq!(done.is_ok(), weight > 0, "{act:?} {done:?}");
            if let Ok(done) = done {
                assert_eq!(Some(&done.id).filter(|_| !done.created), live(model, code).as_ref());
                model.insert(done.id, Row { code, weight, deleted: false });
            }
        }
        Act::Update(code, weight) => {
            let Some(id) = live(model, code) else { return };
            assert_eq!(admin.update(object, &id, &weigh(weight)).is_ok(), weight > 0, "{act:?}");
            if weight > 0 {
                model.get_mut(&id).unwrap().weight = weight;
            }
        }
        Act::Rename(code, to) => {
            let Some(id) = live(model, code) else { return };
            let free = live(model, to).is_none_or(|other| other == id);
            let done = admin.update(object, &id, &json!({ "TrackingCode__c": name(to) }));
            assert_eq!(done.map_err(|error| error.code), if free { Ok(()) } else { Err("DUPLICATE_VALUE") }, "{act:?}");
            if free {
                model.get_mut(&id).unwrap().code = to;
            }
        }
        Act::Delete(code) => {
            let Some(id) = live(model, code) else { return };
            admin.delete(object, &id).unwrap();
            model.get_mut(&id).unwrap().deleted = true;
        }
        Act::Undelete(code) => {
            let found = model.iter().find(|(_, row)| row.code == code && row.deleted);
            let Some(id) = found.map(|(id, _)| id.clone()) else { return };
            let free = live(model, code).is_none();
            assert_eq!(admin.undelete(&id).is_ok(), free, "{act:?}");
            model.get_mut(&id).unwrap().deleted = !free;
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<(Vec<Act>, bool)>> {
    let code = 0..4u8;
    let one = prop_oneof![
        (code.clone(), 0..4u8).prop_map(|(code, weight)| Act::Create(code, weight)),
        (code.clone(), 0..4u8).prop_map(|(code, weight)| Act::Update(code, weight)),
        (code.clone(), 0..4u8).prop_map(|(code, weight)| Act::Upsert(code, weight)),
        code.clone().prop_map(Act::Delete),
        code.clone().prop_map(Act::Undelete),
        (code.clone(), code).prop_map(|(code, to)| Act::Rename(code, to)),
    ];
    proptest::collection::vec((proptest::collection::vec(one, 1..6), any::<bool>()), 1..10)
}

fn rows(admin: &Viewer<'_>) -> Model {
    let soql = "SELECT Id, TrackingCode__c, Weight__c, IsDeleted FROM Shipment__c WHERE TrackingCode__c LIKE 'MODEL-%'";
    let page = admin.query("67.0", soql, true, 2_000).unwrap();
    let row = |row: &Value| {
        let code = row["TrackingCode__c"].as_str().unwrap().strip_prefix("MODEL-").unwrap().parse().unwrap();
        let weight = row["Weight__c"].as_f64().unwrap() as u8;
        (row["Id"].as_str().unwrap().to_owned(), Row { code, weight, deleted: row["IsDeleted"] == true })
    };
    page["records"].as_array().unwrap().iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Groups of writes, some of which are undone, leave what a plain map says they leave.
    #[test]
    fn writes_do_what_a_map_would_do(groups in acts()) {
        let org = OrgData::build(&spec(OrgKind::Sandbox, 10)).unwrap();
        let admin = viewer(&org, "admin");
        let mut model = Model::new();
        for (group, kept) in groups {
            let mut after = model.clone();
            admin.together(|| {
                for one in &group {
                    act(&admin, &mut after, one);
                }
                assert_eq!(rows(&admin), after);
                ((), kept)
            }).unwrap();
            if kept {
                model = after;
            }
            prop_assert_eq!(rows(&admin), model.clone());
        }
    }
}
