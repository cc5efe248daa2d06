//! The full-text index: for each object an FTS5 table of its words, made at the first search and kept by triggers.
//!
//! ```text
//! search ──▶ ensure ──▶ table and triggers ──▶ words of the rows, step by step
//!              │
//!              ▼
//!  Find ──▶ expression: `{"Name"} : ("lan"* AND …)` ──▶ MATCH
//! ```
//! The tables hold words and places, not texts. Whoever writes a record need not know of them. What a user may see is not
//! known here: the caller names the columns.

use super::error::SfError;
use super::fold::fold;
use super::schema::{Field, Object, Type};
use super::store::Store;
use crate::soql::{Find, Piece};
use rusqlite::{Connection, OptionalExtension};

/// Rows indexed in one write: others wait for its end.
const AT_ONCE: usize = 10_000;
/// Words of the index that a wildcard within a word may stand for.
const MOST_WORDS: usize = 1_000;
/// How deep an expression may be; SQLite takes 256.
const DEEPEST: usize = 100;

/// How far each index is: the last key in it, or `DONE`. It stands in the database, so that a write that is undone takes
/// back what it indexed.
pub(super) const PROGRESS: &str = "CREATE TABLE \"find\" (\"object\" INTEGER PRIMARY KEY, \"last\" INTEGER)";
const DONE: i64 = i64::MAX;

/// Whether a field's words are in the index.
pub(super) fn is_indexed(field: &Field) -> bool {
    matches!(field.raw.kind, Type::String | Type::Textarea | Type::Email | Type::Phone | Type::Url)
}

/// The table of an object's words, quoted.
pub(super) fn table(object: &Object) -> String {
    format!("\"find.{}\"", object.name())
}

/// Makes the index of an object if it is not there. Several may be at it at once: each does a step where the last ended.
pub(super) fn ensure(store: &Store, object: &Object) -> Result<(), SfError> {
    while store.read(|db| progress(db, object))? != Some(DONE) {
        store.write(|db| step(db, object))?;
    }
    Ok(())
}

fn progress(db: &Connection, object: &Object) -> Result<Option<i64>, SfError> {
    let mut statement = db.prepare_cached("SELECT \"last\" FROM \"find\" WHERE \"object\" = ?1")?;
    Ok(statement.query_row([object.index as i64], |row| row.get(0)).optional()?)
}

fn step(db: &Connection, object: &Object) -> Result<(), SfError> {
    let last = match progress(db, object)? {
        Some(DONE) => return Ok(()),
        Some(last) => last,
        None => {
            create(db, object)?;
            i64::MIN
        }
    };
    let (source, names) = (format!("\"{}\"", object.name()), names(object));
    let rows = format!("FROM {source} WHERE \"Id\" > ?1 ORDER BY \"Id\" LIMIT {AT_ONCE}");
    // A row written meanwhile is there already.
    let sql = format!(
        "INSERT OR REPLACE INTO {}(rowid, {names}) SELECT \"Id\", {} {rows}",
        table(object),
        folded(object, "")
    );
    db.execute(&sql, [last])?;
    let next = format!("SELECT max(\"Id\") FROM (SELECT \"Id\" {rows})");
    let next: Option<i64> = db.query_row(&next, [last], |row| row.get(0))?;
    db.execute("INSERT OR REPLACE INTO \"find\" VALUES (?1, ?2)", [object.index as i64, next.unwrap_or(DONE)])?;
    Ok(())
}

fn create(db: &Connection, object: &Object) -> Result<(), rusqlite::Error> {
    let (source, table, name, names) = (format!("\"{}\"", object.name()), table(object), object.name(), names(object));
    let put = format!("INSERT INTO {table}(rowid, {names}) VALUES (new.\"Id\", {});", folded(object, "new."));
    let drop = format!("DELETE FROM {table} WHERE rowid = old.\"Id\";");
    db.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {table} USING fts5({names}, content='', contentless_delete=1, tokenize='ascii');
         CREATE VIRTUAL TABLE \"words.{name}\" USING fts5vocab({table}, 'row');
         CREATE TRIGGER \"find.{name}.new\" AFTER INSERT ON {source} BEGIN {put} END;
         CREATE TRIGGER \"find.{name}.set\" AFTER UPDATE ON {source} BEGIN {drop} {put} END;
         CREATE TRIGGER \"find.{name}.end\" AFTER DELETE ON {source} BEGIN {drop} END;"
    ))
}

fn indexed(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| is_indexed(field))
}

/// The columns of an index.
fn names(object: &Object) -> String {
    indexed(object).map(|field| format!("\"{}\"", field.name())).collect::<Vec<_>>().join(", ")
}

/// Their words, of the row of this name.
fn folded(object: &Object, row: &str) -> String {
    let fold = |field: &Field| if field.raw.kind == Type::Phone { "fold_phone" } else { "fold" };
    let one = |field: &Field| format!("{}({row}\"{}\")", fold(field), field.name());
    indexed(object).map(one).collect::<Vec<_>>().join(", ")
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
