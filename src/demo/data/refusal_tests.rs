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
        ("SELECT Id FROM Account WHERE RenewalDate__c = 2026-02-30", "INVALID_FIELD", "must be of type date and"),
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
    assert!(count("SELECT Id FROM Contact ALL ROWS") > count("SELECT Id FROM Contact"));
}

#[rustfmt::skip]
const FIELDS: [&str; 30] = [
    "Id", "Name", "AccountId", "Account.Name", "Account.Owner.UserRole.Name", "Owner.Alias", "BillingAddress",
    "Amount", "CloseDate", "CreatedDate", "What.Name", "What.Type", "WhoId", "IsClosed", "Description",
    "Languages__c", "Nope", "COUNT(Id)", "COUNT()", "MAX(CreatedDate)", "SUM(Amount)", "CALENDAR_YEAR(CloseDate)",
    "DAY_ONLY(CreatedDate)", "FORMAT(Amount)", "toLabel(Name)", "FIELDS(ALL)", "FIELDS(STANDARD)",
    "(SELECT Id FROM Contacts)", "(SELECT Name FROM Tasks LIMIT 1)", "MIN(MAX(Amount))",
];

#[rustfmt::skip]
const VALUES: [&str; 18] = [
    "null", "'x'", "''", "'001Dm0000000000AAA'", "3", "-1.5e3", "true", "2026-01-01", "2026-01-01T00:00:00Z", "TODAY",
    "LAST_N_DAYS:10000", "NEXT_N_YEARS:9999", "USD5", ":bind", "'%\\\\_'", "99999999999999999999", "9999-12-31",
    "0000-01-01",
];

#[rustfmt::skip]
const TAILS: [&str; 13] = [
    "", " GROUP BY Name", " GROUP BY Account.Name HAVING COUNT(Id) > 1", " LIMIT 3", " OFFSET 2000", " LIMIT 0",
    " ALL ROWS", " FOR VIEW", " GROUP BY CALENDAR_YEAR(CreatedDate)", " ORDER BY Name DESC NULLS LAST LIMIT 7",
    " ORDER BY COUNT(Id)", " USING SCOPE mine", " LIMIT 18446744073709551615",
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
