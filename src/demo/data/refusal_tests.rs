//! What the query language refuses and what it takes without effect; and that no query, however odd, ends in a database error.

use super::SfError;
use super::tests::{ORG, admin, count, refusal, viewer};

#[test]
fn mistakes_are_told_in_salesforces_words() {
    let told = "\nSELECT Nme FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nme' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.";
    assert_eq!(refusal(&admin(), "SELECT Nme FROM Account"), SfError::new(400, "INVALID_FIELD", told));
    for (soql, code, tail) in [
        ("SELECT Id FROM Acount", "INVALID_TYPE", "sObject type 'Acount' is not supported. If"),
        ("SELECT Id FORM Account", "MALFORMED_QUERY", "unexpected token: 'Account'"),
        ("SELECT Foo.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path."),
        (
            "SELECT Id FROM Account WHERE Name = 3",
            "INVALID_FIELD",
            "must be of type string and should be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE AnnualRevenue = '3'",
            "INVALID_FIELD",
            "must be of type double and should not be",
        ),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Account WHERE RenewalDate__c = 2026-02-30", "MALFORMED_QUERY", "Invalid date: 2026-02-30"),
        (
            "SELECT Id FROM Account WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Account ORDER BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be sorted in a query call",
        ),
        (
            "SELECT Id FROM Account WHERE Id LIKE '001%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on id field",
        ),
        ("SELECT Id, id FROM Account", "MALFORMED_QUERY", "duplicate field selected: Id"),
        ("SELECT Id x FROM Account", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
        (
            "SELECT FIELDS(ALL) FROM Account",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        ("SELECT Id FROM Account WHERE Name = :x", "MALFORMED_QUERY", "Bind variables only allowed in Apex code"),
        ("SELECT SUM(Name) FROM Account", "INVALID_FIELD", "does not support aggregate operator SUM"),
        ("SELECT Id FROM Account GROUP BY ROLLUP(Type)", "MALFORMED_QUERY", "grouped or aggregated: Id"),
        ("SELECT Nope(Id) FROM Account", "MALFORMED_QUERY", "Invalid use of function: Nope"),
    ] {
        let error = refusal(&admin(), soql);
        assert_eq!((error.status, error.code), (400, code), "{soql}: {}", error.message);
        assert!(error.message.contains(tail), "{soql}: {}", error.message);
    }
}

#[test]
fn clauses_stand_where_they_mean_something() {
    for (soql, code, tail) in [
        ("SELECT Id FROM Account ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context"),
        ("SELECT Id FROM Account WITH SYSTEM_MODE", "MALFORMED_QUERY", "WITH SYSTEM_MODE is not allowed here"),
        ("SELECT Id FROM Account WITH NOTHING", "MALFORMED_QUERY", "unexpected token: 'NOTHING'"),
        ("SELECT Id FROM Account WITH DATA CATEGORY Geo__c AT x__c", "MALFORMED_QUERY", "category group: 'Geo__c'"),
        ("SELECT Id FROM Account WITH DATA CATEGORY Geo__c IN x__c", "MALFORMED_QUERY", "unexpected token: 'IN'"),
        ("SELECT Id FROM Account WITH UserId = '005000000000000'", "MALFORMED_QUERY", "WITH UserId is not supported"),
        ("SELECT Id FROM Account UPDATE TRACKING", "MALFORMED_QUERY", "is not supported for 'Account'"),
        ("SELECT Id FROM Account ORDER BY Name FOR UPDATE", "MALFORMED_QUERY", "can not be used with ORDER BY"),
        ("SELECT Type FROM Account GROUP BY Type FOR VIEW", "MALFORMED_QUERY", "can not be used with GROUP BY"),
        (
            "SELECT Id FROM Account USING LOOKUP Account.ParentId",
            "MALFORMED_QUERY",
            "no lookup filter on 'Account.ParentId'",
        ),
        ("SELECT Id, (SELECT Id FROM Contacts OFFSET 1) FROM Account", "MALFORMED_QUERY", "needs LIMIT 1"),
        ("SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account", "MALFORMED_QUERY", "fields of child records only"),
        ("SELECT Id, (SELECT COUNT(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY", "fields of child records only"),
        (
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "not allowed with the 'OR' operator",
        ),
        (
            "SELECT Id FROM Account WHERE (Name = 'x' AND Id IN (SELECT AccountId FROM Contact)) AND Type = 'x'",
            "MALFORMED_QUERY",
            "top level WHERE expressions",
        ),
        (
            "SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "top level WHERE",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND \
             Id NOT IN (SELECT AccountId FROM Opportunity)",
            "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS",
            "Maximum 2 semi join sub-selects are allowed",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
            "MALFORMED_QUERY",
            "Nesting of semi join",
        ),
        ("SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)", "MALFORMED_QUERY", "same object type"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT OwnerId FROM Contact)", "MALFORMED_QUERY", "same object type"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)",
            "MALFORMED_QUERY",
            "exactly one id or reference",
        ),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId, Id FROM Contact)", "MALFORMED_QUERY", "exactly one id"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
            "MALFORMED_QUERY",
            "not allowed in semi",
        ),
        (
            "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
            "INVALID_QUERY_FILTER_OPERATOR",
            "should be an id or reference",
        ),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-01T00:00:00", "MALFORMED_QUERY", "Invalid datetime: 2026"),
        ("SELECT FIELDS(ALL) FROM Account LIMIT 201", "MALFORMED_QUERY", "LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account", "MALFORMED_QUERY", "LIMIT of at most 200"),
        ("SELECT Id, (SELECT FIELDS(ALL) FROM Contacts) FROM Account LIMIT 3", "MALFORMED_QUERY", "at most 200"),
    ] {
        let error = refusal(&admin(), soql);
        assert_eq!((error.status, error.code), (400, code), "{soql}: {}", error.message);
        assert!(error.message.contains(tail), "{soql}: {}", error.message);
    }
}

#[test]
fn the_governor_counts() {
    let many = |count: usize, each: &str| vec![each; count].join(", ");
    let children = many(21, "(SELECT Id FROM Contacts)");
    let sorted: Vec<String> =
        (0..33).map(|at| if at % 2 == 0 { "Name".to_owned() } else { "Type".to_owned() }).collect();
    let long = "x".repeat(4_001);
    for (soql, code) in [
        (format!("SELECT Id, {children} FROM Account"), "MALFORMED_QUERY"),
        (format!("SELECT Id FROM Account ORDER BY {}", sorted.join(", ")), "MALFORMED_QUERY"),
        (format!("SELECT Id FROM Account WHERE Name = '{long}'"), "MALFORMED_QUERY"),
        (format!("SELECT Id FROM Account WHERE Name = '{}'", "x".repeat(100_000)), "QUERY_TOO_COMPLICATED"),
        ("SELECT Id FROM Account OFFSET 2001".to_owned(), "NUMBER_OUTSIDE_VALID_RANGE"),
        ("SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account".to_owned(), "INVALID_FIELD"),
    ] {
        let error = refusal(&admin(), &soql);
        assert_eq!((error.status, error.code), (400, code), "{}", error.message);
    }
    // Each of these paths is a relationship of its own, and so are its beginnings.
    let users = ["Owner", "CreatedBy", "LastModifiedBy"];
    let mut paths: Vec<String> = Vec::new();
    for parent in ["", "Parent."] {
        for one in users {
            for two in ["CreatedBy", "LastModifiedBy"] {
                paths.extend(
                    ["Profile", "UserRole", "CreatedBy"].map(|three| format!("{parent}{one}.{two}.{three}.Id")),
                );
            }
        }
    }
    let ask = |count: usize| format!("SELECT {} FROM Account LIMIT 1", paths[..count].join(", "));
    // Parent, 2 x 3 users, 2 x 6 users of theirs and 36 more are 55.
    assert_eq!(count(&ask(36)), 1);
    let more = ask(36).replace(" FROM", ", Owner.Profile.Id FROM");
    let error = refusal(&admin(), &more);
    assert!(error.message.contains("more than 55"), "{}", error.message);
    // A long chain of conditions is long, not deep.
    let chain: Vec<String> = (0..5_000).map(|at| format!("Name = '{at}'")).collect();
    assert_eq!(count(&format!("SELECT Id FROM Account WHERE {}", chain.join(" OR "))), 0);
    let same = vec!["1"; 49_000].join(",");
    assert!(count(&format!("SELECT Id FROM Account WHERE NumberOfEmployees NOT IN ({same})")) > 0);
    let parts: Vec<String> = (0..33_000u32).filter_map(|at| char::from_u32(0x4E00 + at).map(String::from)).collect();
    let choices: Vec<String> = parts.chunks(1_900).map(|parts| format!("'{}'", parts.join(";"))).collect();
    let soql = format!("SELECT Id FROM Contact WHERE Languages__c INCLUDES ({})", choices.join(", "));
    assert_eq!(refusal(&admin(), &soql).code, "QUERY_TOO_COMPLICATED");
    let list: Vec<String> = (0..20_000).map(|at| format!("'{}'", at % 10)).collect();
    assert_eq!(count(&format!("SELECT Id FROM Account WHERE Name IN ({})", list.join(","))), 0);
}

#[test]
fn ids_have_an_order() {
    let ids: Vec<String> =
        admin().query("67.0", "SELECT Id FROM Account ORDER BY Id", false, 2_000).unwrap()["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["Id"].as_str().unwrap().to_owned())
            .collect();
    let middle = &ids[ids.len() / 2];
    let above = count(&format!("SELECT Id FROM Account WHERE Id > '{middle}'")) as usize;
    assert_eq!(above, ids.len() - ids.len() / 2 - 1);
    assert_eq!(count(&format!("SELECT Id FROM Account WHERE Id <= '{middle}'")) as usize, ids.len() - above);
    for (filter, found) in [
        ("Id > '000000000000000'", ids.len()),
        ("Id >= '001000000000000'", ids.len()),
        ("Id < '001000000000000'", 0),
        ("Id < 'zzzzzzzzzzzzzzz'", ids.len()),
        ("Id != '001000000000000'", ids.len()),
        ("Id IN ('001000000000000', '001000000000001')", 0),
    ] {
        assert_eq!(count(&format!("SELECT Id FROM Account WHERE {filter}")) as usize, found, "{filter}");
    }
}

/// Queries nobody here wrote, where they are at hand: what the org knows is answered, and what it does not is told with a
/// code of Salesforce's.
#[test]
fn recorded_queries_are_answered_or_told_why_not() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/soql/valid.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no recorded queries here");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut answered = 0;
    for soql in cases.iter().map(|case| case["soql"].as_str().unwrap()) {
        match admin().query("67.0", soql, false, 50) {
            Ok(_) => answered += 1,
            Err(error) => {
                let known = ["INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY", "INVALID_QUERY_FILTER_OPERATOR"];
                let known = known.contains(&error.code) || error.code == "INVALID_QUERY_SCOPE";
                assert!(known && error.status == 400, "{soql}: {error:?}");
                assert!(!error.message.contains("unexpected token"), "{soql}: {}", error.message);
            }
        }
    }
    println!("{answered} of {} recorded queries answered", cases.len());
    assert!(answered > cases.len() / 4, "{answered}");
}

#[test]
fn a_list_of_fields_is_nothing_more() {
    let id = ORG.users()[0].id.clone();
    for list in [
        "",
        "Id,",
        "Id FROM Account //",
        "Id FROM User WHERE Id != null //",
        "COUNT()",
        "Id x",
        "(SELECT Id FROM Users)",
        "*",
    ] {
        let error = admin().record("67.0", "User", &id, Some(list)).unwrap_err();
        assert_eq!((error.status, error.code), (400, "INVALID_FIELD"), "{list}");
        let wanted = super::SearchObject { name: "User".into(), fields: vec![list.into()], ..Default::default() };
        let params = super::SearchParams { q: "quill".into(), sobjects: vec![wanted], ..Default::default() };
        assert_eq!(admin().parameterized_search("67.0", &params).unwrap_err().code, "INVALID_FIELD", "{list}");
    }
    let error = admin().record("67.0", "User", &id, Some("Id,Nope")).unwrap_err();
    assert!(error.message.contains("No such column 'Nope' on entity 'User'"), "{}", error.message);
}

#[test]
fn accepted_and_without_effect() {
    for soql in [
        "SELECT Id FROM Account LIMIT 1 FOR VIEW",
        "SELECT Id FROM Account LIMIT 1 FOR REFERENCE",
        "SELECT Id FROM Account WITH SECURITY_ENFORCED LIMIT 1",
        "SELECT a.Id, a.Owner.Name FROM Account a LIMIT 1",
        "SELECT Account.Id FROM Account USING SCOPE everything LIMIT 1",
        "SELECT toLabel(Type), FORMAT(AnnualRevenue) shown FROM Account LIMIT 1",
        "SELECT Id FROM Contact c, c.Account a WHERE a.Name != null LIMIT 1",
    ] {
        assert_eq!(count(soql), 1, "{soql}");
    }
    assert!(count("SELECT Id FROM Account USING SCOPE mine") < count("SELECT Id FROM Account"));
}

#[rustfmt::skip]
const FIELDS: [&str; 38] = [
    "Id", "Name", "AccountId", "Account.Name", "Account.Owner.UserRole.Name", "Owner.Alias", "BillingAddress",
    "Amount", "CloseDate", "CreatedDate", "What.Name", "What.Type", "WhoId", "IsClosed", "Description",
    "Languages__c", "Nope", "COUNT(Id)", "COUNT()", "MAX(CreatedDate)", "SUM(Amount)", "CALENDAR_YEAR(CloseDate)",
    "DAY_ONLY(CreatedDate)", "FORMAT(Amount)", "toLabel(Name)", "FIELDS(ALL)", "FIELDS(STANDARD)",
    "(SELECT Id FROM Contacts)", "(SELECT Name FROM Tasks LIMIT 1)", "MIN(MAX(Amount))",
    "TYPEOF What WHEN Account THEN Phone ELSE Name END", "DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'km')",
    "GROUPING(Name)", "HOUR_IN_DAY(convertTimezone(CreatedDate))", "FORMAT(MAX(Amount)) m", "Owner.Type",
    "(SELECT Id, (SELECT Id FROM Tasks) FROM Contacts)", "convertCurrency(Amount) c",
];

#[rustfmt::skip]
const VALUES: [&str; 18] = [
    "null", "'x'", "''", "'001Dm0000000000AAA'", "3", "-1.5e3", "true", "2026-01-01", "2026-01-01T00:00:00Z", "TODAY",
    "LAST_N_DAYS:10000", "NEXT_N_YEARS:9999", "USD5", ":bind", "'%\\\\_'", "99999999999999999999", "9999-12-31",
    "0000-01-01",
];

#[rustfmt::skip]
const TAILS: [&str; 18] = [
    "", " GROUP BY Name", " GROUP BY Account.Name HAVING COUNT(Id) > 1", " LIMIT 3", " OFFSET 2000", " LIMIT 0",
    " ALL ROWS", " FOR VIEW", " GROUP BY CALENDAR_YEAR(CreatedDate)", " ORDER BY Name DESC NULLS LAST LIMIT 7",
    " ORDER BY COUNT(Id)", " GROUP BY ROLLUP(Name)", " GROUP BY CUBE(Name, Owner.Name) HAVING GROUPING(Name) = 1",
    " GROUP BY ROLLUP(CALENDAR_YEAR(CreatedDate)) ORDER BY GROUPING(CALENDAR_YEAR(CreatedDate)), COUNT(Id)",
    " ORDER BY DISTANCE(BillingAddress, GEOLOCATION(1, 2), 'mi') LIMIT 3", " WITH SECURITY_ENFORCED", " USING SCOPE mine", " LIMIT 18446744073709551615",
];

#[rustfmt::skip]
const OBJECTS: [&str; 7] = [
    "Account", "Contact", "Opportunity", "Task", "User", "Shipment__c", "PermissionSetAssignment",
];

/// A piece of a query: right ones mostly, so that most get past the parser.
fn pieces() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let field = prop::sample::select(FIELDS.as_slice());
    let value = prop::sample::select(VALUES.as_slice());
    let op = prop::sample::select(vec!["=", "!=", "<", ">=", "LIKE"]);
    let test = (field.clone(), op, value.clone()).prop_map(|(field, op, value)| format!("{field} {op} {value}"));
    let listed = (field.clone(), prop::sample::select(vec!["IN", "NOT IN", "INCLUDES", "EXCLUDES"]), value)
        .prop_map(|(field, op, value)| format!("{field} {op} ({value}, null)"));
    let joined =
        field.clone().prop_map(|field| format!("{field} IN (SELECT AccountId FROM Contact WHERE Name != null)"));
    let filter = prop_oneof![test, listed, joined];
    let object = prop::sample::select(OBJECTS.as_slice());
    let tail = prop::sample::select(TAILS.as_slice());
    (prop::collection::vec(field, 1..4), object, prop::option::of(filter.clone()), prop::option::of(filter), tail)
        .prop_map(|(fields, object, first, second, tail)| {
            let wheres = match (first, second) {
                (Some(one), Some(other)) => format!(" WHERE {one} AND (NOT {other})"),
                (Some(one), None) => format!(" WHERE {one}"),
                _ => String::new(),
            };
            format!("SELECT {} FROM {object}{wheres}{tail}", fields.join(", "))
        })
}

proptest::proptest! {
    /// Whatever is asked, it is answered or refused in the org's own words: the database never complains.
    #[test]
    fn no_query_reaches_the_database_wrong(soql in pieces()) {
        for alias in ["admin", "sales"] {
            match viewer(&ORG, alias).query("67.0", &soql, false, 50) {
                Ok(answer) => proptest::prop_assert!(answer["records"].is_array()),
                Err(error) => proptest::prop_assert_eq!(error.status, 400, "{}: {:?}", soql, error),
            }
        }
    }
}
