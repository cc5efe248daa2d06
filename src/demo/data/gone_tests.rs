//! The seed's recycle bin, asked as a user asks.

use super::schema::{Object, Schema};
use super::tests::{ORG, spec, viewer};
use super::{OrgData, OrgKind, checks};
use serde_json::Value;

fn all(org: &OrgData, soql: &str) -> Vec<Value> {
    let answer =
        viewer(org, "admin").query("67.0", soql, true, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"));
    answer["records"].as_array().unwrap().clone()
}

#[test]
fn nothing_that_lives_points_to_what_is_gone() {
    let schema = Schema::load().unwrap();
    let (mut gone, mut looked) = (0, 0);
    let admin = viewer(&ORG, "admin");
    let asked = |object: &&Object| object.field("IsDeleted").is_some() && admin.queryable(object.name()).is_ok();
    for object in schema.objects.iter().filter(|object| !object.raw.made).filter(asked) {
        for field in object.fields.iter().filter(|field| checks::is_link(field)) {
            for parent in
                field.to.iter().filter_map(|to| schema.at(*to)).filter(|parent: &&Object| parent.can("delete"))
            {
                let (name, column, target) = (object.name(), field.name(), parent.name());
                let gone = match (&field.raw.rel, field.to.len()) {
                    (Some(relation), 1) => format!("{relation}.IsDeleted = true"),
                    _ => format!("{column} IN (SELECT Id FROM {target} WHERE IsDeleted = true)"),
                };
                let soql = format!("SELECT Id FROM {name} WHERE IsDeleted = false AND {gone}");
                assert_eq!(all(&ORG, &soql), Vec::<Value>::new(), "{soql}");
                looked += 1;
            }
        }
        if object.can("delete") {
            gone += all(&ORG, &format!("SELECT Id FROM {} WHERE IsDeleted = true", object.name())).len();
        }
    }
    assert!(gone > 20 && looked > 15, "{gone} {looked}");
}

#[test]
fn what_went_with_a_record_of_the_seed_comes_back_with_it() {
    let org = OrgData::build(&spec(OrgKind::Production, 20_000)).unwrap();
    let gone = all(&org, "SELECT Id, AccountId FROM Contact WHERE IsDeleted = true AND Account.IsDeleted = true");
    let admin = viewer(&org, "admin");
    // Those that went before their account come alone; the others come with it.
    let contact = gone.iter().find(|contact| admin.undelete(contact["Id"].as_str().unwrap()).is_err()).unwrap();
    let (id, account) = (contact["Id"].as_str().unwrap(), contact["AccountId"].as_str().unwrap());
    admin.undelete(account).unwrap();
    let live = |soql: String| admin.query("67.0", &soql, false, 200).unwrap()["totalSize"].as_u64().unwrap();
    assert_eq!(live(format!("SELECT Id FROM Contact WHERE Id = '{id}' AND AccountId = '{account}'")), 1);
    assert_eq!(live(format!("SELECT Id FROM Account WHERE Id = '{account}'")), 1);
}
