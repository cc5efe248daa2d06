//! The database's form: its tables, and what a connection is set to. An older form becomes this one when it is opened; who
//! has it open meanwhile goes on writing rows that lack what is new.
//!
//! ```text
//! person ◀── exchange (narrow: what is filtered by) ──▶ entry (address, request, answer)
//!                  └──▶ words (full text; holds no text, only where each word stands)
//! ```
//! Deleting from `exchange` deletes from all of them, and `total` is always what is there: triggers see to it.

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::time::Duration;

/// The form that this program writes and reads: how many steps lead to it.
pub(super) const VERSION: i64 = 2;
/// From nothing to the first form, from that to the second, …; none of them is ever changed.
const STEPS: [&str; 2] = [TABLES, NO_ANSWERS];
/// How long one orgdeck waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Memory that a connection may hold of the file, in KiB.
const CACHE_KIB: i64 = 1024;

const TABLES: &str = "
CREATE TABLE person (
    id INTEGER PRIMARY KEY, app TEXT NOT NULL, username TEXT NOT NULL, org TEXT NOT NULL, instance TEXT NOT NULL,
    UNIQUE (app, username, org, instance)
) STRICT;
CREATE TABLE exchange (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, person INTEGER NOT NULL REFERENCES person,
    method TEXT NOT NULL, status INTEGER NOT NULL, took INTEGER NOT NULL, bytes INTEGER NOT NULL, weight INTEGER NOT NULL
) STRICT;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL, url TEXT NOT NULL, about BLOB NOT NULL, answer BLOB NOT NULL
) STRICT;
CREATE VIRTUAL TABLE words USING fts5(
    address, who, request, answer, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE total (count INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
INSERT INTO total VALUES (0, 0);
CREATE TRIGGER kept AFTER INSERT ON exchange BEGIN
    UPDATE total SET count = count + 1, bytes = bytes + new.weight;
END;
CREATE TRIGGER gone AFTER DELETE ON exchange BEGIN
    UPDATE total SET count = count - 1, bytes = bytes - old.weight;
    DELETE FROM entry WHERE id = old.id;
    DELETE FROM words WHERE rowid = old.id;
END;
";

/// Why there was no answer, and how many pages of a query were fetched.
const NO_ANSWERS: &str = "
ALTER TABLE exchange ADD COLUMN failed TEXT NOT NULL DEFAULT '';
ALTER TABLE exchange ADD COLUMN pages INTEGER NOT NULL DEFAULT 1;
";

/// What a database is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Ours, ready.
    Ours,
    /// Of a later orgdeck: its version.
    Newer(i64),
    /// Another program's.
    Strange,
}

/// Sets a connection up, makes the tables where the database is empty, and says what it is.
pub(super) fn prepare(db: &Connection) -> rusqlite::Result<Form> {
    db.busy_timeout(PATIENCE)?;
    // Nothing is written on leaving that the next one cannot write as well: a command line ends at once.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        return Ok(Form::Newer(version));
    }
    // One that was killed leaves its log of writes, which is read in here.
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "normal")?;
    db.execute_batch("BEGIN IMMEDIATE")?;
    match form(db) {
        Ok(form) => db.execute_batch("COMMIT").map(|()| form),
        Err(error) => {
            // The first error is the one to tell.
            let _ = db.execute_batch("ROLLBACK");
            Err(error)
        }
    }
}

fn form(db: &Connection) -> rusqlite::Result<Form> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 if db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))? > 0 => {
            Ok(Form::Strange)
        }
        newer if newer > VERSION => Ok(Form::Newer(newer)),
        older => {
            let Ok(done) = usize::try_from(older) else { return Ok(Form::Strange) };
            // Whatever calls itself ours has this table.
            if done > 0 {
                db.query_row("SELECT count FROM total", [], |row| row.get::<_, i64>(0))?;
            }
            STEPS.iter().skip(done).try_for_each(|step| db.execute_batch(step))?;
            if older < VERSION {
                db.pragma_update(None, "user_version", VERSION)?;
            }
            Ok(Form::Ours)
        }
    }
}
