//! The full-text index: for each object an FTS5 table of its words, made at the first search and kept by triggers.
//!
//! ```text
//! search ──▶ ensure ──not there──▶ table, triggers, words of all rows
//!              │
//!              ▼
//!  Find ──▶ expression: `{"Name"} : ("lan"* AND …)` ──▶ MATCH
//! ```
//! The tables hold words and places, not texts. Whoever writes a record need not know of them. What a user may see is not
//! known here: the caller names the columns.

use super::error::SfError;
use super::fold::fold;
use super::schema::{Field, Object, Type};
use super::store::{Store, lock};
use crate::soql::{Find, Piece};
use rusqlite::Connection;
use std::collections::HashSet;
use std::sync::Mutex;

/// Rows indexed in one transaction: readers wait for its end.
const AT_ONCE: usize = 10_000;
/// Words of the index that a wildcard within a word may stand for.
const MOST_WORDS: usize = 1_000;
/// How deep an expression may be; SQLite takes 256.
const DEEPEST: usize = 100;

/// Which objects have their index.
#[derive(Default)]
pub(super) struct Index {
    made: Mutex<HashSet<usize>>,
}

/// Whether a field's words are in the index.
pub(super) fn is_indexed(field: &Field) -> bool {
    matches!(field.raw.kind, Type::String | Type::Textarea | Type::Email | Type::Phone | Type::Url)
}

/// The table of an object's words, quoted.
pub(super) fn table(object: &Object) -> String {
    format!("\"find.{}\"", object.name())
}

impl Index {
    /// Makes the index of an object if it is not there.
    pub(super) fn ensure(&self, store: &Store, object: &Object) -> Result<(), SfError> {
        // Held until it is there: others that search the same wait.
        let mut made = lock(&self.made);
        if !made.contains(&object.index) {
            store.write(|db| {
                make(db, object).inspect_err(|_| {
                    // A half is worse than none; what fails here is told by the first error.
                    let _ = unmake(db, object);
                })
            })?;
            made.insert(object.index);
        }
        Ok(())
    }
}

fn make(db: &Connection, object: &Object) -> Result<(), SfError> {
    let fields: Vec<&Field> = object.fields.iter().filter(|field| is_indexed(field)).collect();
    let names: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.name())).collect();
    let names = names.join(", ");
    let words = |row: &str| {
        let fold = |field: &&Field| if field.raw.kind == Type::Phone { "fold_phone" } else { "fold" };
        let one = |field: &&Field| format!("{}({row}\"{}\")", fold(field), field.name());
        fields.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let (source, table, name) = (format!("\"{}\"", object.name()), table(object), object.name());
    let put = format!("INSERT INTO {table}(rowid, {names}) VALUES (new.\"Id\", {});", words("new."));
    let drop = format!("DELETE FROM {table} WHERE rowid = old.\"Id\";");
    db.execute_batch(&format!(
        "SAVEPOINT find;
         CREATE VIRTUAL TABLE {table} USING fts5({names}, content='', contentless_delete=1, tokenize='ascii');
         CREATE VIRTUAL TABLE \"words.{name}\" USING fts5vocab({table}, 'row');
         CREATE TRIGGER \"find.{name}.new\" AFTER INSERT ON {source} BEGIN {put} END;
         CREATE TRIGGER \"find.{name}.set\" AFTER UPDATE ON {source} BEGIN {drop} {put} END;
         CREATE TRIGGER \"find.{name}.end\" AFTER DELETE ON {source} BEGIN {drop} END;
         RELEASE find;"
    ))?;
    let sql = format!(
        "INSERT INTO {table}(rowid, {names}) SELECT \"Id\", {} FROM {source} WHERE \"Id\" > ?1 ORDER BY \"Id\" LIMIT {AT_ONCE}",
        words("")
    );
    let last = format!(
        "SELECT max(\"Id\") FROM (SELECT \"Id\" FROM {source} WHERE \"Id\" > ?1 ORDER BY \"Id\" LIMIT {AT_ONCE})"
    );
    let mut from = i64::MIN;
    while let Some(next) = db.query_row(&last, [from], |row| row.get::<_, Option<i64>>(0))? {
        db.execute(&sql, [from])?;
        from = next;
    }
    Ok(())
}

fn unmake(db: &Connection, object: &Object) -> Result<(), rusqlite::Error> {
    // Only where it failed within.
    let _ = db.execute_batch("ROLLBACK TO find; RELEASE find");
    let (table, name) = (table(object), object.name());
    let triggers = ["new", "set", "end"].map(|end| format!("DROP TRIGGER IF EXISTS \"find.{name}.{end}\";"));
    db.execute_batch(&format!(
        "{} DROP TABLE IF EXISTS \"words.{name}\"; DROP TABLE IF EXISTS {table};",
        triggers.concat()
    ))
}

/// What a search means for an index.
enum Meaning {
    /// Says nothing: punctuation only.
    Nothing,
    /// Is found nowhere.
    Nowhere,
    /// An expression of FTS5, in brackets where it has operators.
    Words(String),
}

/// The expression that finds it in some columns of an object's index; `None` if nothing can be found.
pub(super) fn expression(
    db: &Connection,
    object: &Object,
    columns: &[&Field],
    find: &Find,
) -> Result<Option<String>, SfError> {
    match (meaning(db, object, find, 0)?, columns) {
        (Meaning::Words(words), [_, ..]) => {
            let names: Vec<String> = columns.iter().map(|field| format!("\"{}\"", field.name())).collect();
            Ok(Some(format!("{{{}}} : ({words})", names.join(" "))))
        }
        _ => Ok(None),
    }
}

fn meaning(db: &Connection, object: &Object, find: &Find, depth: usize) -> Result<Meaning, SfError> {
    if depth > DEEPEST {
        return Err(SfError::new(400, "QUERY_TOO_COMPLICATED", "the search has too many operators within operators"));
    }
    let many =
        |list: &[Find]| list.iter().map(|find| meaning(db, object, find, depth + 1)).collect::<Result<Vec<_>, _>>();
    Ok(match find {
        Find::Phrase { text, open } => phrase(text, *open),
        Find::Word(pieces) => match pieces.as_slice() {
            [Piece::Text(text)] => phrase(text, false),
            [Piece::Text(text), Piece::Many] => phrase(text, true),
            pieces => expand(db, object, pieces)?,
        },
        Find::All(list) => {
            let parts = many(list)?;
            if parts.iter().any(|part| matches!(part, Meaning::Nowhere)) {
                return Ok(Meaning::Nowhere);
            }
            together(parts, " AND ", Meaning::Nothing)
        }
        Find::Any(list) => together(many(list)?, " OR ", Meaning::Nowhere),
        Find::But(wanted, refused) => {
            match (meaning(db, object, wanted, depth + 1)?, meaning(db, object, refused, depth + 1)?) {
                (Meaning::Words(wanted), Meaning::Words(refused)) => {
                    Meaning::Words(format!("({wanted} NOT {refused})"))
                }
                (wanted, _) => wanted,
            }
        }
    })
}

fn phrase(text: &str, open: bool) -> Meaning {
    let words = fold(text);
    if words.is_empty() {
        return Meaning::Nothing;
    }
    Meaning::Words(format!("\"{words}\"{}", if open { "*" } else { "" }))
}

fn together(parts: Vec<Meaning>, operator: &str, none: Meaning) -> Meaning {
    let words = parts.into_iter().filter_map(|part| if let Meaning::Words(words) = part { Some(words) } else { None });
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => none,
        [only] => Meaning::Words(only.clone()),
        words => Meaning::Words(format!("({})", words.join(operator))),
    }
}

/// The words of the index that a word with wildcards within it stands for.
fn expand(db: &Connection, object: &Object, pieces: &[Piece]) -> Result<Meaning, SfError> {
    let mut pattern = String::new();
    let mut first = None;
    for piece in pieces {
        match piece {
            Piece::Many => pattern.push('*'),
            Piece::One => pattern.push('?'),
            Piece::Text(text) => {
                let words = fold(text);
                if words.contains(' ') {
                    // A wildcard across words: the words themselves will do.
                    let texts = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { " " });
                    return Ok(phrase(&texts.collect::<String>(), matches!(pieces.last(), Some(Piece::Many))));
                }
                pattern.push_str(&words);
                first.get_or_insert(words);
            }
        }
    }
    let Some(first) = first.filter(|first| !first.is_empty()) else { return Ok(Meaning::Nothing) };
    let sql = format!(
        "SELECT term FROM \"words.{}\" WHERE term >= ?1 AND term < ?2 AND term GLOB ?3 LIMIT {MOST_WORDS}",
        object.name()
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found =
        statement.query_map([&first, &format!("{first}\u{10ffff}"), &pattern], |row| row.get::<_, String>(0))?;
    let words = found.map(|word| word.map(|word| Meaning::Words(format!("\"{word}\""))));
    Ok(together(words.collect::<Result<Vec<_>, _>>()?, " OR ", Meaning::Nowhere))
}
