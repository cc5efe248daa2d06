//! What had no answer, what has many pages, and what an older orgdeck kept.

use super::*;
use crate::request::{Failure, FailureKind};

fn no_answer(why: &str, detail: &str) -> Record {
    changed(record("ada@acme.example", "GET", "limits", 0, "{}"), |exchange| {
        exchange.headers.clear();
        exchange.body = AnswerBody::Empty;
        exchange.trouble = Some(Failure {
            title: why.to_owned(),
            detail: detail.to_owned(),
            hint: vec![format!("not {NEVER}")],
            facts: vec![("sent".to_owned(), format!("a={NEVER}"))],
            kind: FailureKind::Network,
        });
    })
}

#[test]
fn what_had_no_answer_is_found_and_tells_why_without_a_secret() {
    let mut archive = memory(HistorySettings::default());
    let answered = archive.keep(&record("ada@acme.example", "GET", "limits", 200, "{}")).unwrap();
    let detail = format!("no such host behind {NEVER} (sid=00Dxx0000000001EAA!AQhunter2)");
    let id = archive.keep(&no_answer("The host is not found", &detail)).unwrap();
    for line in ["status:failed", "status:fail", "\"host is not found\"", "\"no such host\""] {
        assert_eq!(ids(&mut archive, line), [id], "{line}");
    }
    assert_eq!(ids(&mut archive, "status:200"), [answered]);
    let row = find(&mut archive, "status:failed").rows.remove(0);
    assert_eq!((row.failed_briefly(), row.status, row.bytes), ("The host is not found", 0, 0));
    let past = archive.entry(id).unwrap().unwrap();
    let why = past.exchange.unanswered().unwrap();
    assert!(why.detail.starts_with("no such host behind ••••••••"), "{why:?}");
    let all = format!("{past:?}");
    assert!(!all.contains(NEVER) && !all.contains("hunter2"), "{all}");
    // It is no answer that another could be compared with.
    assert_eq!(archive.before(&past.request, Ok(id + 1)).unwrap().map(|past| past.row.id), Some(answered));
    for (title, told) in [
        ("Outcome unknown: the connection was cut", "Outcome unknown"),
        ("acme/ada@acme.example cannot log in: the host is not found", "cannot log in: the host is not found"),
    ] {
        archive.keep(&no_answer(title, "")).unwrap();
        assert_eq!(find(&mut archive, "").rows[0].failed_briefly(), told);
    }
}

#[test]
fn a_query_of_many_pages_is_one_and_its_pages_are_counted() {
    let mut archive = memory(HistorySettings::default());
    let first = archive.keep(&record("ada", "GET", "SELECT Id FROM Account", 200, "{}")).unwrap();
    let page =
        Record { page_of: Some(first), ..record("ada", "GET", "/services/data/v67.0/query/01g-2000", 200, "{}") };
    assert_eq!((archive.keep(&page).unwrap(), archive.keep(&page).unwrap()), (first, first));
    let row = find(&mut archive, "").rows.remove(0);
    assert_eq!((row.pages, row.bytes, row.took), (3, 6, Duration::from_micros(3 * 182_345)));
    assert_eq!((row.pages_told().as_str(), find(&mut archive, "").total), ("3 pages", 1));
    let past = archive.entry(first).unwrap().unwrap();
    assert!(past.exchange.cut.is_none() && past.exchange.notes[1].contains("first of 3 pages"), "{past:?}");
    // Where the query is gone, a page stands for itself.
    archive.forget(first).unwrap();
    assert!(archive.keep(&page).unwrap() > first);
}

#[test]
fn an_older_form_becomes_this_one_and_keeps_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HISTORY_FILE);
    let id = {
        let (mut archive, _) = Archive::open(&file, HistorySettings::default()).unwrap();
        let id = archive.keep(&record("ada", "GET", "limits", 200, "{}")).unwrap();
        // As the first form had it.
        archive
            .db
            .execute_batch(
                "ALTER TABLE exchange DROP COLUMN failed; ALTER TABLE exchange DROP COLUMN pages; PRAGMA user_version = 1",
            )
            .unwrap();
        id
    };
    let older = Connection::open(&file).unwrap();
    let (mut archive, words) = Archive::open(&file, HistorySettings::default()).unwrap();
    assert_eq!((words, ids(&mut archive, "limits")), (None, vec![id]));
    assert_eq!(archive.entry(id).unwrap().unwrap().row.pages, 1);
    // The older program, which has it open, goes on writing.
    let insert =
        "INSERT INTO exchange (at, person, method, status, took, bytes, weight) VALUES (1, 1, 'GET', 200, 1, 1, 1)";
    older.execute(insert, []).unwrap();
    archive.keep(&no_answer("Nobody answers there", "")).unwrap();
    assert_eq!(find(&mut archive, "").total, 3);
    let version: i64 = archive.db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, schema::VERSION);
}
