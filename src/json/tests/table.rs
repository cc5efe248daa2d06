//! Records as a grid.

use super::super::Table;
use super::whole;

#[test]
fn columns_are_those_the_records_name() {
    let document = whole(
        r#"[
        {"attributes":{"type":"A"},"Id":"1","Owner":null,"Tags":["x","y"],"Amount":1.50},
        {"attributes":{"type":"A"},"Id":"2","Owner":{"attributes":{"type":"User"},"Name":"Zoë","Manager":{"Name":"Max"}},
         "Contacts":{"totalSize":1,"done":true,"records":[{"Id":"9"}]},"Extra":true},
        {"Id":"3","Owner":{"Name":null,"Alias":"z"},"Amount":{"value":1}}
    ]"#,
    );
    let table = Table::of(&document, 0, &["attributes"]).unwrap();
    assert_eq!(
        table.columns(),
        [
            "Id",
            "Owner.Name",
            "Owner.Manager.Name",
            "Owner.Alias",
            "Tags",
            "Amount",
            "Amount.value",
            "Contacts",
            "Extra"
        ]
    );
    assert_eq!(table.rows(), 3);
    let cell = |row, column| table.cell(&document, row, column).map(|node| document.text(node).into_owned());
    assert_eq!(cell(0, 0).as_deref(), Some("1"));
    assert_eq!(cell(0, 1), None, "a parent that is null has no fields");
    assert_eq!(cell(0, 4).as_deref(), Some(r#"["x","y"]"#));
    assert_eq!(cell(0, 5).as_deref(), Some("1.50"));
    assert_eq!(cell(1, 1).as_deref(), Some("Zoë"));
    assert_eq!(cell(1, 2).as_deref(), Some("Max"));
    assert_eq!(cell(1, 7), Some(r#"{"totalSize":1,"done":true,"records":[{"Id":"9"}]}"#.to_owned()));
    assert_eq!(cell(2, 1).as_deref(), Some("null"));
    assert_eq!(cell(2, 3).as_deref(), Some("z"));
    assert_eq!(cell(2, 8), None);
    assert_eq!(cell(3, 0), None);
    assert_eq!(cell(0, 9), None);
    assert_eq!(table.widths(), [2, 10, 18, 11, 4, 6, 12, 8, 5]);
    assert_eq!(table.record(1), document.at(0, 1));
}

#[test]
fn a_parent_that_is_always_null_stays_a_column() {
    let document = whole(r#"[{"Id":"1","Owner":null},{"Id":"2","Owner":null}]"#);
    let table = Table::of(&document, 0, &[]).unwrap();
    assert_eq!(table.columns(), ["Id", "Owner"]);
    assert_eq!(table.cell(&document, 1, 1), document.lookup(".[1].Owner"));
}

#[test]
fn only_arrays_of_objects_are_tables() {
    for text in ["{}", "1", "[1]", "[{\"a\":1},2]", "[null]", "[[]]"] {
        assert!(Table::of(&whole(text), 0, &[]).is_none(), "{text}");
    }
    let empty = Table::of(&whole("[]"), 0, &[]).unwrap();
    assert_eq!((empty.rows(), empty.columns().len()), (0, 0));
    let gap = whole("[null,{\"a\":1}]");
    let table = Table::of(&gap, 0, &[]).unwrap();
    assert_eq!((table.rows(), table.cell(&gap, 0, 0), table.cell(&gap, 1, 0)), (2, None, gap.lookup(".[1].a")));
}

#[test]
fn keys_with_dots_and_records_in_another_order() {
    let document = whole(r#"[{"a.b":1,"a":{"b":2},"c":3},{"c":30,"a":{"x":0,"b":20},"a.b":10}]"#);
    let table = Table::of(&document, 0, &[]).unwrap();
    assert_eq!(table.columns(), ["a.b", "a.b", "a.x", "c"]);
    let row = |row| {
        (0..4)
            .map(|column| table.cell(&document, row, column).map(|n| document.text(n).into_owned()))
            .collect::<Vec<_>>()
    };
    let some = |texts: [&str; 4]| texts.map(|text| Some(text.to_owned())).to_vec();
    assert_eq!(row(1), some(["10", "20", "0", "30"]));
    assert_eq!(row(0)[2], None);
}

#[test]
fn records_beyond_the_sample_are_rows_too() {
    let records: Vec<String> = (0..10_000).map(|n| format!(r#"{{"Id":{n},"P":{{"Q":"{n}"}}}}"#)).collect();
    let document = whole(&format!("[{}]", records.join(",")));
    let table = Table::of(&document, 0, &[]).unwrap();
    assert_eq!(table.rows(), 10_000);
    for row in [0, 63, 64, 9_999] {
        assert_eq!(document.text(table.cell(&document, row, 1).unwrap()), row.to_string());
    }
}

#[test]
fn hostile_records_stay_in_bounds() {
    let deep = format!("[{}1{}]", "{\"a\":".repeat(20_000), "}".repeat(20_000));
    let document = whole(&deep);
    let table = Table::of(&document, 0, &[]).unwrap();
    assert_eq!(table.columns().len(), 1);
    assert!(table.cell(&document, 0, 0).is_some());
    let members: Vec<String> = (0..20_000).map(|n| format!("\"k{n}\":{n}")).collect();
    let wide = whole(&format!("[{{{}}}]", members.join(",")));
    assert_eq!(Table::of(&wide, 0, &[]).unwrap().columns().len(), 4096);
}
