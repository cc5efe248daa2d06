//! The history: every exchange, kept in one SQLite file, bounded, without secrets. Files only; who writes when is not
//! known here.
//!
//! ```text
//! Record ──▶ strip (secrets out) ──▶ pack (bounded, deflated) ──▶ one transaction ──▶ oldest go where it is too much
//! ```
//! Several orgdecks share the file. One that is killed loses nothing that `keep` has returned for. A file that cannot be
//! read, or is of a later orgdeck, is set aside under another name; nothing is ever deleted unasked.

mod pack;
mod read;
mod schema;
mod secrets;
mod strip;
#[cfg(test)]
mod tests;

use crate::profile::HistorySettings;
use crate::request::{PastId, Record};
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// The file's name in the folder for what is kept.
pub const HISTORY_FILE: &str = "history.sqlite";
/// What an archive in memory may hold, in MiB.
const IN_MEMORY_MIB: u64 = 8;
/// Old exchanges that go with one new one, so that lower bounds are met bit by bit.
const GO_AT_ONCE: usize = 100;

/// Why something could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file or folder.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The database.
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    /// It is of a later orgdeck.
    #[error("it was written by a later orgdeck (version {0})")]
    Newer(i64),
    /// It is another program's.
    #[error("it is a database of another program")]
    Strange,
}

impl ArchiveError {
    /// Whether reading was stopped because nobody waits for it any more.
    pub fn is_stopped(&self) -> bool {
        self.code() == Some(ErrorCode::OperationInterrupted)
    }

    /// Whether the file itself is what is wrong, so that another one has to take its place.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Newer(_) | Self::Strange)
            || matches!(self.code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}

/// What is kept, open.
#[derive(Debug)]
pub struct Archive {
    db: Connection,
    bounds: HistorySettings,
}

impl Archive {
    /// Opens the file, or makes it, mode 0600. Beside it, where a damaged one was set aside, and why.
    ///
    /// # Errors
    /// Where it cannot be written: the folder or the disk is read-only, or full.
    pub fn open(file: &Path, bounds: HistorySettings) -> Result<(Self, Option<String>), ArchiveError> {
        let folder = file.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        // One at a time makes it or sets it aside.
        let _lock = lock(folder)?;
        let why = match Self::connect(file, bounds) {
            Ok(archive) => return Ok((archive, None)),
            Err(error) if error.is_damage() => error.to_string(),
            Err(error) => return Err(error),
        };
        let (archive, words) = Self::anew(file, bounds, &why)?;
        Ok((archive, Some(words)))
    }

    /// Sets a file aside that turned out to be damaged, and opens a new one; what to tell of that. Nobody here holds the
    /// old one any more.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn replace(file: &Path, bounds: HistorySettings, why: &ArchiveError) -> Result<(Self, String), ArchiveError> {
        let _lock = lock(file.parent().unwrap_or(Path::new(".")))?;
        Self::anew(file, bounds, &why.to_string())
    }

    fn anew(file: &Path, bounds: HistorySettings, why: &str) -> Result<(Self, String), ArchiveError> {
        let aside = set_aside(file)?;
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let archive = Self::connect(file, bounds)?;
        Ok((archive, format!("The history could not be read ({why}): it lies beside the new one as {name}")))
    }

    /// One that goes with the process, and holds less.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn in_memory(bounds: HistorySettings) -> Result<Self, ArchiveError> {
        let bounds = HistorySettings { total_mib: bounds.total_mib.min(IN_MEMORY_MIB), ..bounds };
        Self::prepared(Connection::open_in_memory()?, bounds)
    }

    fn connect(file: &Path, bounds: HistorySettings) -> Result<Self, ArchiveError> {
        own(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::prepared(Connection::open_with_flags(file, flags)?, bounds)
    }

    fn prepared(db: Connection, bounds: HistorySettings) -> Result<Self, ArchiveError> {
        match schema::prepare(&db)? {
            schema::Form::Ours => Ok(Self { db, bounds }),
            schema::Form::Newer(version) => Err(ArchiveError::Newer(version)),
            schema::Form::Strange => Err(ArchiveError::Strange),
        }
    }

    /// Keeps an exchange. Once this has returned, it is there, however the process ends.
    ///
    /// # Errors
    /// Where it cannot be written. Nothing of it was written then.
    pub fn keep(&mut self, record: &Record) -> Result<PastId, ArchiveError> {
        if let Some(first) = record.page_of
            && self.add_page(first, record)?
        {
            return Ok(first);
        }
        let most = usize::try_from(self.bounds.body_kib << 10).unwrap_or(usize::MAX);
        let packed = pack::pack(record, most)?;
        let exchange = &record.exchange;
        let who = &exchange.who;
        let searched = packed.request_text.len() + packed.answer_text.len();
        let weight = weight(packed.about.len() + packed.answer.len() + packed.address.len() * 2, searched);
        let transaction = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let person = params![who.app, who.username, record.org_id, record.instance];
        transaction
            .prepare_cached("INSERT OR IGNORE INTO person (app, username, org, instance) VALUES (?1, ?2, ?3, ?4)")?
            .execute(person)?;
        let person: i64 = transaction
            .prepare_cached("SELECT id FROM person WHERE app = ?1 AND username = ?2 AND org = ?3 AND instance = ?4")?
            .query_row(person, |row| row.get(0))?;
        transaction
            .prepare_cached(
                "INSERT INTO exchange (at, person, method, status, took, bytes, weight, failed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                exchange.at.as_millisecond(),
                person,
                exchange.method,
                exchange.status,
                micros(record),
                number(pack::answer_len(record)),
                number(weight),
                packed.failed,
            ])?;
        let id = transaction.last_insert_rowid();
        transaction
            .prepare_cached("INSERT INTO entry (id, address, url, about, answer) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id, packed.address, packed.url, packed.about, packed.answer])?;
        let names = format!("{} {} {} {}", who.app, who.username, record.org_id, record.instance);
        let address = format!("{} {}", packed.address, packed.url);
        transaction
            .prepare_cached("INSERT INTO words (rowid, address, who, request, answer) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id, address, names, packed.request_text, packed.answer_text])?;
        bound(&transaction, self.bounds)?;
        transaction.commit()?;
        Ok(id)
    }

    /// A further page counts where the query stands: its own address cannot be sent again for long, and a query of a
    /// thousand pages would drive out all else. Whether the query is still there.
    fn add_page(&mut self, first: PastId, record: &Record) -> Result<bool, ArchiveError> {
        let sql = "UPDATE exchange SET pages = pages + 1, bytes = bytes + ?2, took = took + ?3 WHERE id = ?1";
        let more = params![first, number(pack::answer_len(record)), micros(record)];
        Ok(self.db.prepare_cached(sql)?.execute(more)? > 0)
    }

    /// Deletes one; whether it was there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn forget(&mut self, id: PastId) -> Result<bool, ArchiveError> {
        Ok(self.db.execute("DELETE FROM exchange WHERE id = ?1", [id])? > 0)
    }

    /// Deletes all, down to the disk; how many there were.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn clear(&mut self) -> Result<usize, ArchiveError> {
        let transaction = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let count = transaction.execute("DELETE FROM exchange", [])?;
        transaction.execute("DELETE FROM person", [])?;
        transaction.execute("INSERT INTO words (words) VALUES ('delete-all')", [])?;
        transaction.commit()?;
        self.db.execute_batch("VACUUM")?;
        self.settle()?;
        Ok(count)
    }

    /// Brings what stands in the log of writes into the file itself.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn settle(&self) -> Result<(), ArchiveError> {
        Ok(self.db.pragma_update_and_check(None, "wal_checkpoint", "truncate", |_| Ok(()))?)
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// How long it took.
fn micros(record: &Record) -> i64 {
    number(u64::try_from(record.exchange.timing.total.as_micros()).unwrap_or(u64::MAX))
}

/// What an exchange takes of the file: what is stored, and what the words of its text take in the index, which is about as
/// much as the text where hardly any word comes twice.
fn weight(stored: usize, searched: usize) -> u64 {
    const ROWS: usize = 200;
    (stored + searched + ROWS) as u64
}

/// Lets the oldest go where there is too much.
fn bound(db: &Connection, bounds: HistorySettings) -> rusqlite::Result<()> {
    for _ in 0..GO_AT_ONCE {
        let (count, bytes): (i64, i64) =
            db.prepare_cached("SELECT count, bytes FROM total")?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let much = count.unsigned_abs() > bounds.keep || bytes.unsigned_abs() > bounds.total_mib << 20;
        // The newest one stays, however big it is.
        if !much || count <= 1 {
            return Ok(());
        }
        db.prepare_cached("DELETE FROM exchange WHERE id = (SELECT min(id) FROM exchange)")?.execute([])?;
    }
    Ok(())
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The user's own from the start; the files that SQLite lays beside it take its mode over.
fn own(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if opened.metadata()?.permissions().mode() & 0o077 != 0 {
            opened.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
    }
    drop(opened);
    Ok(())
}

fn lock(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(format!(".{HISTORY_FILE}.lock")))?;
    file.lock()?;
    Ok(file)
}

/// Gives a file another name, with what SQLite laid beside it.
fn set_aside(file: &Path) -> io::Result<PathBuf> {
    let named = |number: u32| file.with_file_name(format!("history.set-aside-{number}.sqlite"));
    let free = (1..10_000).map(named).find(|path| !path.exists());
    let aside = free.ok_or_else(|| io::Error::other("too many histories were set aside"))?;
    let beside = |path: &Path, end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    std::fs::rename(file, &aside)?;
    for end in ["-wal", "-shm"] {
        match std::fs::rename(beside(file, end), beside(&aside, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}
