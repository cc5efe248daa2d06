//! Whose turn it is at a database: many read at once, or one writes.
//!
//! A turn belongs to a thread. What the thread asks while it has one uses the same connection, so that a request of several
//! parts sees what its own parts did, and others see all of it or nothing. A write within a write is a savepoint: undone
//! alone if it fails, and with the whole if the whole fails.
//!
//! ```text
//! write ─▶ BEGIN ─▶ write ─▶ SAVEPOINT ─▶ Ok ─▶ RELEASE ─▶ … ─▶ Ok ─▶ COMMIT
//!                                    └──▶ Err ─▶ ROLLBACK TO      └─▶ Err ─▶ ROLLBACK
//! ```
//! No SQL of ours but these words; no rows.

use rusqlite::Connection;
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    /// The turns of this thread, the newest last: the store's number, its connection, and whether it may write.
    static TURNS: RefCell<Vec<(u64, Rc<Connection>, bool)>> = const { RefCell::new(Vec::new()) };
}

/// The turn this thread has at the store of this number: its connection, and whether it may write.
pub(super) fn current(store: u64) -> Option<(Rc<Connection>, bool)> {
    TURNS.with_borrow(|turns| {
        let own = turns.iter().rev().find(|(number, ..)| *number == store);
        own.map(|(_, connection, writes)| (Rc::clone(connection), *writes))
    })
}

/// Runs something as this thread's turn, and gives the connection back, also when it panics: a connection lost with the
/// last one would be the database lost.
pub(super) fn take<T>(
    store: u64,
    connection: Connection,
    writes: bool,
    back: impl FnOnce(Connection),
    with: impl FnOnce(&Connection) -> T,
) -> T {
    let connection = Rc::new(connection);
    TURNS.with_borrow_mut(|turns| turns.push((store, Rc::clone(&connection), writes)));
    // Dropped in turn: first ours, then the one that gives it back.
    let _turn = Turn { connection: Some(Rc::clone(&connection)), back: Some(back) };
    let own = connection;
    with(&own)
}

struct Turn<F: FnOnce(Connection)> {
    connection: Option<Rc<Connection>>,
    back: Option<F>,
}

impl<F: FnOnce(Connection)> Drop for Turn<F> {
    fn drop(&mut self) {
        TURNS.with_borrow_mut(|turns| turns.pop());
        let (Some(connection), Some(back)) = (self.connection.take().and_then(Rc::into_inner), self.back.take()) else {
            return;
        };
        // A panic leaves a transaction open.
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        back(connection);
    }
}

/// Runs something as a transaction, or as a part of the one that is open: kept if it went well.
pub(super) fn together<T, E: From<rusqlite::Error>>(
    db: &Connection,
    with: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let [open, keep, undo] = if db.is_autocommit() {
        ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"]
    } else {
        ["SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part"]
    };
    db.execute_batch(open)?;
    let result = with(db);
    let ended = db.execute_batch(if result.is_ok() { keep } else { undo });
    let value = result?;
    if let Err(error) = ended {
        db.execute_batch(undo)?;
        return Err(error.into());
    }
    Ok(value)
}
