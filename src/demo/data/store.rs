//! The database: one in memory, filled once, read over a few connections. Knows rows and columns, no SOQL and no access.

use super::gone::{self, Gone, Links};
use super::make::{Maker, Recipe};
use super::schema::{Object, Schema, Type};
use super::spec::{DataError, OrgKind, OrgSpec};
use super::viewed::Viewed;
use super::words::{Rng, Words};
use super::{bin, content, derived, dialect, fold, id, index, people, rollup, turn};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Connections that are kept for reading; more are opened when more read at once, and closed again.
const KEPT: usize = 4;
/// Records of an org whose spec does not say.
const DEFAULT_SCALE: usize = 2_500;
/// A database in memory holds 1 GiB, and a thousand records take about 0.3 MiB.
const MOST: usize = 3_000_000;

pub(super) struct Store {
    number: u64,
    address: String,
    /// Readers go in together, a writer alone: they wait here, not in the database, which would only try again and again.
    door: RwLock<()>,
    /// In use while it is not there.
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    /// Counts the writes, so that what was remembered of the rows can be known to be old.
    generation: AtomicU64,
    /// What the users looked at; not in the database, which asks it.
    pub(super) viewed: Arc<Viewed>,
}

/// Locks even if another thread stopped in the middle: the data inside is replaced whole or not at all.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Makes and fills the database.
    pub(super) fn build(spec: &OrgSpec, schema: &Schema, people: &people::People) -> Result<Self, DataError> {
        if spec.scale > MOST {
            return Err(DataError::Spec(format!("{} records are too many: at most {MOST} fit", spec.scale)));
        }
        /// Two orgs of one process must not meet in one database.
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let address = format!("file:/orgdeck-demo-{number}?vfs=memdb");
        let viewed = Arc::new(Viewed::default());
        let mut writer = open(&address, &viewed)?;
        writer.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32000")?;
        let transaction = writer.transaction()?;
        for object in schema.objects.iter().filter(|object| !object.raw.made) {
            transaction.execute_batch(&table(object))?;
        }
        transaction.execute_batch(index::PROGRESS)?;
        transaction.execute_batch(bin::TABLE)?;
        transaction.execute_batch(content::TABLE)?;
        people.insert(&transaction, schema)?;
        seed(spec, schema, people, &transaction)?;
        derived::fill(&transaction, schema)?;
        rollup::all(&transaction, schema)?;
        for object in &schema.objects {
            for field in object.fields.iter().filter(|field| field.indexed()) {
                let (table, column) = (object.name(), field.name());
                transaction
                    .execute_batch(&format!("CREATE INDEX \"{table}.{column}\" ON \"{table}\"(\"{column}\")"))?;
            }
        }
        transaction.commit()?;
        writer.execute_batch("PRAGMA journal_mode=MEMORY; PRAGMA cache_size=-2000; PRAGMA shrink_memory")?;
        let (door, writer, readers) = (RwLock::default(), Mutex::new(Some(writer)), Mutex::default());
        Ok(Self { number, address, door, writer, readers, generation: AtomicU64::new(0), viewed })
    }

    /// Reads with a connection of one's own; in the middle of a write with the writer's.
    pub(super) fn read<T, E: From<rusqlite::Error>>(
        &self,
        with: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some((connection, _)) = turn::current(self.number) {
            return with(&connection);
        }
        let _inside = self.door.read().unwrap_or_else(PoisonError::into_inner);
        let kept = lock(&self.readers).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => {
                let connection = open(&self.address, &self.viewed)?;
                connection.execute_batch("PRAGMA query_only=ON; PRAGMA cache_size=-8000")?;
                connection
            }
        };
        let back = |connection| {
            let mut readers = lock(&self.readers);
            if readers.len() < KEPT {
                readers.push(connection);
            }
        };
        turn::take(self.number, connection, false, back, with)
    }

    /// Writes, one at a time, all or nothing. A write within a write is a part of it that can fail alone.
    pub(super) fn write<T, E: From<rusqlite::Error>>(
        &self,
        with: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let misuse = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_MISUSE), None);
        let result = match turn::current(self.number) {
            Some((connection, true)) => turn::together(&connection, with),
            // Who reads cannot begin to write: others read what he would change.
            Some((_, false)) => Err(misuse().into()),
            None => {
                let _inside = self.door.write().unwrap_or_else(PoisonError::into_inner);
                let writer = lock(&self.writer).take().ok_or_else(misuse)?;
                let back = |writer| *lock(&self.writer) = Some(writer);
                turn::take(self.number, writer, true, back, |db| turn::together(db, with))
            }
        };
        self.generation.fetch_add(1, Ordering::Release);
        result
    }

    /// Changes with every write.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

fn open(address: &str, viewed: &Arc<Viewed>) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(address, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    fold::register(&connection)?;
    viewed.register(&connection)?;
    dialect::teach(&connection)?;
    Ok(connection)
}

/// The table of an object. Text compares without regard to case, as it does in SOQL.
fn table(object: &Object) -> String {
    let mut columns = Vec::new();
    for field in &object.fields {
        let name = field.name();
        let kind = match field.raw.kind {
            Type::Id => "INTEGER PRIMARY KEY",
            Type::Address => continue,
            _ if field.raw.mine.is_some() => continue,
            Type::Boolean | Type::Int | Type::Date | Type::Datetime | Type::Reference | Type::Base64 => "INTEGER",
            Type::Double | Type::Currency | Type::Percent => "REAL",
            _ => "TEXT COLLATE FOLD",
        };
        let made = field.raw.sql.as_ref().map(|sql| format!(" GENERATED ALWAYS AS ({sql}) VIRTUAL"));
        columns.push(format!("\"{name}\" {kind}{}", made.unwrap_or_default()));
    }
    format!("CREATE TABLE \"{}\" ({})", object.name(), columns.join(", "))
}

/// How many records each object gets: what is fixed, and the scale spread over the others. The objects that have a share
/// hold exactly the scale together.
fn counts(spec: &OrgSpec, schema: &Schema) -> Vec<i64> {
    let scale = if spec.scale == 0 { DEFAULT_SCALE } else { spec.scale };
    let share =
        |object: &Object| if object.raw.share > 0 { scale * object.raw.share / 1_000 } else { object.raw.fixed };
    let mut counts: Vec<usize> = schema.objects.iter().map(share).collect();
    let spread: usize = schema.objects.iter().zip(&counts).filter(|(o, _)| o.raw.share > 0).map(|(_, n)| n).sum();
    let largest = schema.objects.iter().max_by_key(|object| object.raw.share).map_or(0, |object| object.index);
    if let Some(count) = counts.get_mut(largest) {
        *count += scale.saturating_sub(spread);
    }
    counts.into_iter().map(|count| i64::try_from(count).unwrap_or(i64::MAX)).collect()
}

fn seed(spec: &OrgSpec, schema: &Schema, people: &people::People, db: &Connection) -> Result<(), DataError> {
    let sandbox = u64::from(spec.kind == OrgKind::Sandbox);
    let seed = spec.org_id.bytes().fold(sandbox, |sum, byte| sum.wrapping_mul(1_099_511_628_211) ^ u64::from(byte));
    let maker = Maker {
        schema,
        words: Words::load()?,
        seed: Rng::of(seed, 0, 0).next(),
        counts: counts(spec, schema),
        owners: people.owners(),
        admin: people.key("admin"),
        people,
    };
    let mut values: Vec<Value> = Vec::new();
    let mut gone = Gone::default();
    for object in gone::in_order(schema) {
        let count = maker.counts.get(object.index).copied().unwrap_or(0);
        if count == 0 {
            continue;
        }
        let recipe = Recipe::new(object)?;
        let names: Vec<String> = recipe.columns().map(|field| format!("\"{}\"", field.name())).collect();
        let marks = vec!["?"; names.len()].join(",");
        let mut insert =
            db.prepare(&format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name(), names.join(",")))?;
        let links = Links::of(recipe.columns());
        for seq in 0..count {
            maker.fill(&recipe, seq, &mut values);
            gone.settle(db, &links, &mut values)?;
            for (at, value) in values.iter().enumerate() {
                insert.raw_bind_parameter(at + 1, value)?;
            }
            insert.raw_execute()?;
        }
    }
    gone.finish(db)?;
    Ok(())
}

/// The number the next new record of an object gets: one more than any record has or had.
pub(super) fn next_key(db: &Connection, object: &Object) -> Result<i64, rusqlite::Error> {
    let sql = format!(
        "SELECT max(coalesce((SELECT max(\"Id\") + 1 FROM \"{}\"), ?1), \
         coalesce((SELECT max(key) + 1 FROM \"orgdeck.bin\" WHERE key >= ?1 AND key < ?2), ?1))",
        object.name()
    );
    let (first, end) = (id::key(object.index, 0), id::key(object.index + 1, 0));
    db.prepare_cached(&sql)?.query_row([first, end], |row| row.get(0))
}
