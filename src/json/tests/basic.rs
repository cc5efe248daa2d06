//! A first look at everything.

use super::super::*;
use std::sync::atomic::AtomicBool;

fn doc(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec())
}

#[test]
fn a_small_answer_is_read() {
    let d = doc(
        r#"{"totalSize":2,"done":true,"records":[{"Id":"001","Name":"A\"c\u006de","Owner":{"Name":"Zoë"},"x":null},{"Id":"002","Name":"B","Owner":null,"x":1.50}]}"#,
    );
    assert_eq!(d.error(), None);
    assert!(d.is_complete());
    assert_eq!(d.path(d.lookup(".records[1].x").unwrap()), ".records[1].x");
    assert_eq!(d.text(d.lookup(".records[0].Name").unwrap()), "A\"cme");
    let t = Table::of(&d, d.lookup(".records").unwrap(), &["attributes"]).unwrap();
    assert_eq!(t.columns(), ["Id", "Name", "Owner.Name", "x"]);
    assert_eq!(t.cell(&d, 1, 2), None);
    let never = AtomicBool::new(false);
    let found = find(&d, &Needle::new("acme").unwrap(), None, Direction::Forward, &never);
    assert_eq!(found, None);
    let found = find(&d, &Needle::new("\"cme").unwrap(), None, Direction::Forward, &never);
    assert_eq!(found, d.lookup(".records[0].Name"));
    println!("{}", pretty(&d, 0, usize::MAX));
    let mut o = Outline::new(&d);
    o.fold_from(&d, 1);
    assert_eq!(o.rows(), 4);
}
