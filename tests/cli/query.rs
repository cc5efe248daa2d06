//! `query`: every page, in each format.

use crate::support::{World, config, host_that_says, run};
use orgdeck::demo::{Fault, Options};
use std::collections::BTreeSet;

/// An org in which an object takes several pages.
fn big() -> World {
    World::with(Options { scale: 12_000, ..Options::default() })
}

#[test]
fn all_pages_come_in_each_format_and_none_twice() {
    let world = big();
    let total =
        world.run(&["request", "GET", "SELECT COUNT() FROM Contact"]).fine().json()["totalSize"].as_u64().unwrap();
    assert!(total > 2_000, "{total} take one page");
    let rows = usize::try_from(total).unwrap();
    let query = "SELECT Id, Name, Account.Name FROM Contact";

    let json = world.run(&["query", query]);
    assert_eq!((json.code, json.err.as_str()), (0, format!("{total} rows\n").as_str()));
    let records = json.json();
    let ids: BTreeSet<&str> = records.as_array().unwrap().iter().map(|record| record["Id"].as_str().unwrap()).collect();
    assert_eq!((records.as_array().unwrap().len(), ids.len()), (rows, rows));

    let csv = world.run(&["query", query, "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["Id", "Name", "Account.Name"]);
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), rows);
    assert!(csv.out.contains("\r\n"), "as RFC 4180 has it");
    assert_eq!(lines.iter().map(|line| line[0].to_owned()).collect::<BTreeSet<_>>().len(), rows);
    assert!(lines.iter().any(|line| !line[2].is_empty()));

    let table = world.run(&["query", query, "--format", "table"]);
    assert_eq!(table.out.lines().count(), rows + 1);
    assert_eq!(table.out.lines().filter(|line| line.starts_with("Id ")).count(), 1, "one header");
}

#[test]
fn cells_with_anything_in_them_survive() {
    let world = World::new();
    let made =
        world.run(&["request", "POST", "sobjects/Account", "--yes", "-d", r#"{"Name":"Say \"hi\", you\nthere"}"#]);
    assert_eq!(made.code, 0, "{made:?}");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let query = format!("SELECT Name FROM Account WHERE Id = '{id}'");
    let csv = world.run(&["query", &query, "--format", "csv"]);
    assert_eq!(csv.out, "Name\r\n\"Say \"\"hi\"\", you\nthere\"\r\n");
    let table = world.run(&["query", &query, "--format", "table"]);
    assert_eq!(table.out.lines().count(), 2, "a row stays a line: {}", table.out);
}

#[test]
fn a_count_is_an_answer_and_no_rows_are_one_too() {
    let world = World::new();
    let count = world.run(&["query", "SELECT COUNT() FROM Account", "--json"]);
    let number = count.json()[0]["count"].as_u64().unwrap();
    assert_eq!((number > 0, count.err), (true, format!("{number} in all\n")));
    let csv = world.run(&["query", "SELECT COUNT() FROM Account", "--format", "csv"]);
    assert_eq!(csv.out, format!("count\r\n{number}\r\n"));
    let none = "SELECT Id, Name FROM Account WHERE Name = 'nobody is called so'";
    assert_eq!(world.run(&["query", none]).out, "[]\n");
    assert_eq!(world.run(&["query", none, "--format", "csv"]).out, "Id,Name\r\n");
    assert_eq!(world.run(&["query", none, "--format", "table"]).err, "0 rows\n");
}

#[test]
fn the_profile_s_variables_are_resolved_in_a_query() {
    let world = World::new();
    let folder = world.config_with(r#"variables = { what = "Name", some = "{{some_name}}", some_name = "%a%" }"#);
    let query = "SELECT {{what}} FROM Account WHERE Name LIKE '{{some}}' LIMIT 1";
    let ran = run(folder.path(), &["query", query, "--format", "csv"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 row\n"), "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines.len() == 2 && lines[0] == "Name" && lines[1].contains('a'), "{}", ran.out);
    let ran = run(folder.path(), &["query", "SELECT {{wat}} FROM Account"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("{{wat}}") && ran.err.contains("what"), "{}", ran.err);
}

#[test]
fn child_rows_that_did_not_come_are_told() {
    const PAGE: &[u8] = br#"{"totalSize":1,"done":true,"records":[{"Id":"1","Contacts":{"totalSize":300,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-200","records":[{"Id":"2"}]}}]}"#;
    let world = World::new();
    let key = world.demo.card().orgs[0].private_key.display().to_string();
    let folder = config("k", &key, &host_that_says("application/json", PAGE), "a@b.c", "version = \"67.0\"");
    for format in ["json", "csv", "table"] {
        let query = "SELECT Id, (SELECT Id FROM Contacts) FROM Account";
        let ran = run(folder.path(), &["query", query, "--format", format]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.err.starts_with("1 row\nnote: 1 row has more Contacts than were fetched"), "{}", ran.err);
    }
}

#[test]
fn a_query_with_a_mistake_ends_with_one_and_its_place() {
    let world = World::new();
    for format in ["json", "csv", "table"] {
        let ran = world.run(&["query", "SELECT Nme FROM Account", "--format", format]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        assert!(ran.err.contains("INVALID_FIELD") && ran.err.contains("Row:1:Column:8"), "{}", ran.err);
    }
}

#[test]
fn a_part_is_never_taken_for_the_whole() {
    let world = big();
    // The first page is an answer to `query?q=`, the second one lies under `query/`.
    world.demo.set_fault_on(Fault::Unavailable, "/query/");
    let ran = world.run(&["query", "SELECT Id FROM Contact"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.starts_with("[{") && !ran.out.trim_end().ends_with(']'), "the array stays open");
    assert!(ran.err.contains("SERVER_UNAVAILABLE"), "{}", ran.err);
}

#[test]
fn a_search_is_no_query_and_the_hint_says_how_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["query", "FIND {Acme} IN ALL FIELDS RETURNING Account(Id)"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("orgdeck request GET \"FIND"), "{}", ran.err);
}
