//! What searches find, and what they do not, compared with a plain look through the records.

use super::tests::{ORG, admin, count, spec, viewer};
use super::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn find(who: &Viewer<'_>, sosl: &str) -> Vec<Value> {
    let found = who.search("67.0", sosl).unwrap_or_else(|error| panic!("{sosl}: {error:?}"));
    found["searchRecords"].as_array().unwrap().clone()
}

fn refused(sosl: &str) -> SfError {
    admin().search("67.0", sosl).unwrap_err()
}

fn ids(records: &[Value]) -> BTreeSet<String> {
    records.iter().map(|record| record["Id"].as_str().unwrap().to_owned()).collect()
}

/// A letter without its accent.
fn plain(c: char) -> char {
    let (from, to) = ("àáâãäåçèéêëìíîïñòóôõöùúûüāēīōūčšžćńśźęąěřůőűğ", "aaaaaaceeeeiiiinooooouuuuaeioucszcnszeaeruoug");
    from.chars().position(|accented| accented == c).and_then(|at| to.chars().nth(at)).unwrap_or(c)
}

/// The words of all texts of a record, found without the index: in small plain letters, split at what is none.
fn words(record: &Value) -> BTreeSet<String> {
    let texts =
        record.as_object().unwrap().iter().filter(|(key, _)| *key != "Id").filter_map(|(_, value)| value.as_str());
    let small: String = texts.map(|text| text.to_lowercase() + "\n").collect();
    let small: String = small.chars().map(plain).collect();
    small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

type Check<'c> = &'c dyn Fn(&BTreeSet<String>) -> bool;

#[test]
fn a_search_finds_what_a_plain_look_finds() {
    let fields = [
        "Id",
        "FirstName",
        "LastName",
        "Title",
        "Department",
        "Email",
        "Phone",
        "MobilePhone",
        "Description",
        "MailingStreet",
        "MailingCity",
        "MailingState",
        "MailingPostalCode",
        "MailingCountry",
    ];
    let soql = format!("SELECT {} FROM Contact", fields.join(","));
    for alias in ["admin", "sales"] {
        let who = viewer(&ORG, alias);
        let all = who.query("67.0", &soql, false, 2_000).unwrap()["records"].as_array().unwrap().clone();
        let all: Vec<(String, BTreeSet<String>)> =
            all.iter().map(|record| (record["Id"].as_str().unwrap().to_owned(), words(record))).collect();
        let is = |words: &BTreeSet<String>, word: &str| words.contains(word);
        let begins = |words: &BTreeSet<String>, begin: &str| words.iter().any(|word| word.starts_with(begin));
        // Words that few records have, and some that many have.
        let mut plain: Vec<&String> = all.iter().take(40).flat_map(|(_, words)| words).collect();
        // Not numbers: a phone number is found in one piece too.
        plain.retain(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic()));
        plain.sort();
        plain.dedup();
        assert!(plain.len() > 100);
        for pair in plain.chunks_exact(2).take(60) {
            let (one, other) = (pair[0].as_str(), pair[1].as_str());
            let begin = one.get(..2).unwrap();
            let checks: [(String, Check<'_>); 5] = [
                (format!("\"{one}\""), &|words| is(words, one)),
                (format!("{begin}*"), &|words| begins(words, begin)),
                (format!("\"{one}\" OR \"{other}\""), &|words| is(words, one) || is(words, other)),
                (format!("\"{one}\" \"{other}\""), &|words| is(words, one) && is(words, other)),
                (format!("\"{one}\" AND NOT \"{other}\""), &|words| is(words, one) && !is(words, other)),
            ];
            for (text, matches) in checks {
                let found = ids(&find(&who, &format!("FIND {{{text}}} RETURNING Contact")));
                let wanted: BTreeSet<String> =
                    all.iter().filter(|(_, words)| matches(words)).map(|(id, _)| id.clone()).collect();
                assert_eq!(found, wanted, "{alias}: {text}");
            }
        }
    }
}

#[test]
fn words_are_whole_unless_a_wildcard_says_otherwise() {
    let names = |text: &str| {
        let found = find(&admin(), &format!("FIND {{{text}}} IN NAME FIELDS RETURNING User(Name)"));
        found.iter().map(|user| user["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for text in ["quill", "QUILL ada", "\"ada quill\"", "quil*", "qu?ll", "q*l", "*quill", "\"ada qui*\"", "(quill)"] {
        assert_eq!(names(text), ["Ada Quill"], "{text}");
    }
    for text in ["quil", "\"quill ada\"", "qu?l", "q?ill*x", "quill AND NOT ada", "quills"] {
        assert!(names(text).is_empty(), "{text}");
    }
}

#[test]
fn writes_are_found_at_once_and_in_all_scripts() {
    let org = OrgData::build(&spec(OrgKind::Production, 200)).unwrap();
    let who = viewer(&org, "admin");
    let hits = |text: &str| find(&who, &format!("FIND {{{text}}} RETURNING Account")).len();
    assert_eq!(hits("zyzzogeton"), 0);
    let name = "Say \"Quoted\" École 東京都知事 Zyzzogeton";
    let id = who.create("Account", &json!({ "Name": name, "Phone": "+1 (415) 555-1212" })).unwrap();
    for text in [
        "Quoted",
        "ecole",
        "ÉCOLE",
        "京都",
        "東京 zyzzogeton",
        "4155551212",
        "14155551212",
        "\\(415\\) 555\\-1212",
        "zyz*ton",
    ] {
        let expected = usize::from(text != "4155551212");
        assert_eq!(hits(text), expected, "{text}");
    }
    assert_eq!((hits("京東"), hits("uoted")), (0, 0));
    who.update("Account", &id, &json!({ "Name": "Renamed" })).unwrap();
    assert_eq!((hits("zyzzogeton"), hits("renamed")), (0, 1));
    who.delete("Account", &id).unwrap();
    assert_eq!(hits("renamed"), 0);
}

#[test]
fn fields_are_searched_by_kind() {
    let who = admin();
    let contact = &who
        .query(
            "67.0",
            "SELECT Email, Phone, LastName FROM Contact WHERE Email != null AND Phone != null LIMIT 1",
            false,
            1,
        )
        .unwrap()["records"][0];
    let hits =
        |text: &str, scope: &str| find(&who, &format!("FIND {{{text}}} IN {scope} FIELDS RETURNING Contact")).len();
    let email = contact["Email"].as_str().unwrap();
    let phone = contact["Phone"].as_str().unwrap().replace('+', "").replace('-', "\\-");
    assert!(hits(email, "EMAIL") > 0 && hits(email, "ALL") > 0 && hits(email, "SIDEBAR") > 0);
    assert_eq!((hits(email, "NAME"), hits(email, "PHONE")), (0, 0));
    assert!(hits(&format!("\"{phone}\""), "PHONE") > 0);
    assert!(hits(contact["LastName"].as_str().unwrap(), "name") > 0);
}

#[test]
fn only_what_a_user_sees_is_found() {
    let org = OrgData::build(&spec(OrgKind::Production, 200)).unwrap();
    let (boss, sales) = (viewer(&org, "admin"), viewer(&org, "sales"));
    boss.create("Account", &json!({ "Name": "Zyzzogeton Freight" })).unwrap();
    assert_eq!(find(&boss, "FIND {zyzzogeton}").len(), 1);
    assert!(find(&sales, "FIND {zyzzogeton}").is_empty());
    // A word in a field he does not see finds nothing, though the record is his.
    let number = "SELECT EmployeeNumber FROM User WHERE EmployeeNumber != null LIMIT 1";
    let number = boss.query("67.0", number, false, 1).unwrap()["records"][0]["EmployeeNumber"].clone();
    let sosl = format!("FIND {{\"{}\"}} RETURNING User", number.as_str().unwrap());
    assert!(!find(&boss, &sosl).is_empty() && find(&sales, &sosl).is_empty());
    let error = sales.search("67.0", "FIND {lantern} RETURNING Case(Id)").unwrap_err();
    assert_eq!(error.code, "INVALID_TYPE");
}

#[test]
fn records_come_best_first_within_their_limits() {
    let who = admin();
    let ordered = find(&who, "FIND {lantern} RETURNING Account(Name WHERE Type != null ORDER BY Name LIMIT 3)");
    let names: Vec<&str> = ordered.iter().map(|record| record["Name"].as_str().unwrap()).collect();
    assert!(names.len() == 3 && names.is_sorted(), "{names:?}");
    let next = find(&who, "FIND {lantern} RETURNING Account(Name WHERE Type != null ORDER BY Name LIMIT 2 OFFSET 1)");
    assert_eq!(next[0]["Name"], names[1]);
    let shared = find(&who, "FIND {lantern} RETURNING Account, Contact LIMIT 6");
    let of = |name: &str| shared.iter().filter(|record| record["attributes"]["type"] == name).count();
    assert_eq!((of("Account"), of("Contact")), (3, 3));
    let best = find(&who, "FIND {lantern} RETURNING Account(Name LIMIT 1)");
    assert!(best[0]["Name"].as_str().unwrap().to_lowercase().contains("lantern"));
    let parents = find(&who, "FIND {lantern} RETURNING Contact(Account.Name, toLabel(Salutation) LIMIT 1)");
    assert!(parents[0]["Account"]["Name"].is_string());
}

#[test]
fn mistakes_in_a_search_are_told_as_salesforce_does() {
    for (sosl, code, message) in [
        ("FIND {x}", "MALFORMED_SEARCH", "search term must be longer than one character: x"),
        ("FIND {a*} RETURNING Lead", "MALFORMED_SEARCH", "search term must be longer than one character: a*"),
        (
            "FIND {a|b} RETURNING Lead",
            "MALFORMED_SEARCH",
            "\nFIND {a|b} RETURNING Lead\n      ^\nERROR at Row:1:Column:7\nline 1:7 mismatched character '|' expecting '}'",
        ),
        (
            "FIND {name} IN ALL TYPE RETURNING Account(name)",
            "MALFORMED_SEARCH",
            "\nFIND {name} IN ALL TYPE RETURNING Account(name)\n                  ^\nERROR at Row:1:Column:19\nMalformed search token: TYPE",
        ),
        (
            "FIND {aa} RETURNING Profile",
            "INVALID_TYPE",
            "\nFIND {aa} RETURNING Profile\n                    ^\nERROR at Row:1:Column:21\nentity type Profile does not support search",
        ),
        ("FIND {aa} RETURNING Lead(COUNT())", "MALFORMED_SEARCH", "a search returns fields only"),
    ] {
        let error = refused(sosl);
        assert_eq!((error.status, error.code, error.message.as_str()), (400, code, message), "{sosl}");
    }
    let error = refused("FIND {aa} RETURNING Lead(Nme)");
    assert!(
        error.code == "INVALID_FIELD" && error.message.contains("No such column 'Nme' on entity 'Lead'"),
        "{error:?}"
    );
    assert!(error.message.contains("ERROR at Row:1:Column:26"), "{error:?}");
    assert_eq!(refused("FIND {aa} RETURNING Nothing").code, "INVALID_TYPE");
    assert_eq!(refused("FIND {aa} RETURNING Lead(Id GROUP BY Id)").code, "MALFORMED_SEARCH");
    assert_eq!(refused(&format!("FIND {{{}}}", "a AND NOT (b OR ".repeat(50))).code, "MALFORMED_SEARCH");
}

#[test]
fn found_words_are_marked_and_labels_told() {
    let who = admin();
    let found = find(&who, "FIND {lantern} RETURNING Account(Id, Name) WITH HIGHLIGHT LIMIT 40");
    let marked = found.iter().filter(|record| record["highlight.Name"].is_string()).count();
    assert!(marked > 0 && marked <= 25);
    assert!(found[0]["highlight.Name"].as_str().unwrap().contains("<mark>Lantern</mark>"), "{}", found[0]);
    let case = &who.query("67.0", "SELECT Subject FROM Case LIMIT 1", false, 1).unwrap()["records"][0];
    let word = case["Subject"].as_str().unwrap().split_whitespace().find(|word| word.len() > 3).unwrap();
    let found = find(&who, &format!("FIND {{\"{word}\"}} RETURNING Case(Id) WITH SNIPPET (target_length=80)"));
    assert!(found[0]["snippet.text"].as_str().unwrap().contains("<mark>"), "{}", found[0]);
    let told = who.search("67.0", "FIND {lantern} RETURNING Account(id, name LIMIT 1) WITH METADATA='LABELS'").unwrap();
    let fields = json!([{ "name": "Id", "label": "Record ID" }, { "name": "Name", "label": "Account Name" }]);
    assert_eq!(told["metadata"]["entityMetadata"], json!([{ "entityName": "Account", "fieldMetadata": fields }]));
}

#[test]
fn parameters_say_what_a_search_says() {
    let who = admin();
    let body = json!({ "q": "lantern", "in": "NAME", "defaultLimit": 5, "overallLimit": 7, "sobjects": [
        { "name": "account", "fields": ["id", "name"], "where": "Type != null", "orderBy": "Name DESC", "limit": "3" },
        { "name": "Contact" },
    ] });
    let params = SearchParams::from_json(&body).unwrap();
    let found = who.parameterized_search("67.0", &params).unwrap()["searchRecords"].as_array().unwrap().clone();
    let sosl = "FIND {lantern} IN NAME FIELDS RETURNING Account(Id, Name WHERE Type != null ORDER BY Name DESC LIMIT 3), \
                Contact(Id LIMIT 5) LIMIT 7";
    assert_eq!(found, find(&who, sosl));
    assert_eq!(found[0]["attributes"]["type"], "Account");
    let everywhere =
        SearchParams { q: "lantern".into(), fields: vec!["Id".into(), "CaseNumber".into()], ..Default::default() };
    let found = who.parameterized_search("67.0", &everywhere).unwrap();
    let kinds: BTreeSet<&str> = found["searchRecords"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["attributes"]["type"].as_str())
        .collect();
    assert!(kinds.is_subset(&BTreeSet::from(["Case"])), "{kinds:?}");
    for (filter, code) in
        [("Nme = 'x'", "INVALID_FIELD"), ("Name = ", "MALFORMED_QUERY"), ("Id != null LIMIT 5", "INVALID_FIELD")]
    {
        let target = SearchObject { name: "Account".into(), filter: Some(filter.into()), ..Default::default() };
        let params = SearchParams { q: "lantern".into(), sobjects: vec![target], ..Default::default() };
        assert_eq!(who.parameterized_search("67.0", &params).unwrap_err().code, code, "{filter}");
    }
    let wrong = SearchParams { scope: Some("SOME".into()), ..params };
    assert_eq!(who.parameterized_search("67.0", &wrong).unwrap_err().code, "MALFORMED_SEARCH");
}

#[test]
fn names_are_suggested_while_they_are_typed() {
    let who = admin();
    let wish = |q: &str, limit| Suggest { q: q.into(), sobjects: vec!["Account".into()], limit, ..Default::default() };
    let told = who.suggestions("67.0", &wish("lant", Some(2))).unwrap();
    let found = told["autoSuggestResults"].as_array().unwrap();
    assert_eq!((found.len(), &told["hasMoreResults"]), (2, &json!(true)));
    assert!(found[0]["Name"].as_str().unwrap().to_lowercase().contains("lant"));
    assert_eq!(found[0]["attributes"]["type"], "Account");
    assert_eq!(who.suggestions("67.0", &wish("la", None)).unwrap()["autoSuggestResults"], json!([]));
    let odd = Suggest { sobjects: vec!["Nothing".into()], ..wish("lant", None) };
    assert_eq!(who.suggestions("67.0", &odd).unwrap_err().code, "INVALID_TYPE");
    let odd = Suggest { ignore_unsupported: true, ..odd };
    assert_eq!(who.suggestions("67.0", &odd).unwrap()["hasMoreResults"], false);
    assert_eq!(who.suggestions("67.0", &Suggest::default()).unwrap_err().code, "MISSING_ARGUMENT");
    assert_eq!(who.suggestions("67.0", &wish(&"x".repeat(256), None)).unwrap_err().code, "STRING_TOO_LONG");
}

#[test]
fn a_search_page_knows_its_objects_and_columns() {
    let layouts = admin().search_layouts(&["account", "Case"]).unwrap();
    let columns = layouts[0]["searchColumns"].as_array().unwrap();
    assert_eq!(columns[0], json!({ "field": "Account.Name", "format": null, "label": "Account Name", "name": "Name" }));
    assert_eq!(columns.last().unwrap()["name"], "Owner.Alias");
    assert_eq!((&layouts[1]["objectType"], &layouts[1]["limitRows"]), (&json!("Case"), &json!(25)));
    assert_eq!(viewer(&ORG, "sales").search_layouts(&["Case"]).unwrap_err().code, "INVALID_TYPE");
    let scope = admin().search_scope("67.0");
    assert_eq!(
        scope[0]["url"],
        format!("/services/data/v67.0/sobjects/{}/describe", scope[0]["type"].as_str().unwrap())
    );
    assert!(count("SELECT Id FROM Account") > 0);
}
