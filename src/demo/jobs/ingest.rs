//! An ingest job's work: each row of the upload through the same door as any other write, its fate noted beside it.
//!
//! Rows come back as they were sent, byte for byte, behind what became of them.

use super::format::{Delimiter, Ending, quoted, row, unclosed};
use super::job::{Done, Job, Operation};
use super::spool::{Spool, Writer};
use crate::demo::data::{Doubles, Load, Loaded, Loader, OrgData, SfError};
use csv::StringRecord;
use std::io;
use std::sync::atomic::Ordering;

/// Rows written in one turn, as Salesforce does; each can fail alone.
const TOGETHER: usize = 200;
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Works through the upload. The error is the job's `errorMessage`; what was not looked at is kept as unprocessed.
pub(super) fn run(job: &Job, data: &OrgData, stop: &dyn Fn() -> bool) -> Result<(), String> {
    let source = job.source().map_or_else(|| Ok(Vec::new()), |source| source.all()).map_err(broken)?;
    let text = source.strip_prefix(BOM).unwrap_or(&source);
    let mut work = Work::new(job, text);
    let result = work.through(data, stop);
    job.set_done(work.done().map_err(broken)?);
    result
}

fn broken(error: io::Error) -> String {
    format!("InternalServerError : {error}")
}

struct Work<'w> {
    job: &'w Job,
    text: &'w [u8],
    header: &'w [u8],
    /// Where the first row begins that was not looked at.
    next: usize,
    successful: Writer,
    failed: Writer,
    fates: Writer,
}

impl<'w> Work<'w> {
    fn new(job: &'w Job, text: &'w [u8]) -> Self {
        Self { job, text, header: b"", next: 0, successful: Writer::new(), failed: Writer::new(), fates: Writer::new() }
    }

    fn through(&mut self, data: &OrgData, stop: &dyn Fn() -> bool) -> Result<(), String> {
        let settings = &self.job.settings;
        let viewer = data.viewer(&self.job.owner).ok_or("InvalidUser : the job's user is gone")?;
        let text = self.text;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(settings.delimiter.byte())
            .flexible(true)
            .has_headers(false)
            .from_reader(text);
        let mut row = StringRecord::new();
        if !read(&mut reader, &mut row)? {
            return Ok(());
        }
        let open = unclosed(text, settings.delimiter.byte());
        self.next = place(&reader, text);
        if let Some((_, line)) = open.filter(|(at, _)| *at < self.next) {
            return Err(unfinished(line));
        }
        let blank = text.iter().take_while(|byte| is_end(byte)).count();
        self.header = trimmed(text.get(..self.next).unwrap_or_default());
        check_ending(text.get(blank + self.header.len()..).unwrap_or_default(), settings.ending)?;
        self.open().map_err(broken)?;
        let load = match (settings.operation, &settings.external) {
            (Operation::Update, _) => Load::Update,
            (Operation::Upsert, Some(field)) => Load::Upsert(field),
            (Operation::Delete, _) => Load::Delete,
            (Operation::HardDelete, _) => Load::HardDelete,
            _ => Load::Insert,
        };
        let names: Vec<&str> = row.iter().collect();
        let loader = viewer.loader(&settings.object, load, &names).map_err(|told| format!("InvalidBatch : {told}"))?;
        let columns = names.len();
        loop {
            let mut rows = Vec::with_capacity(TOGETHER);
            while rows.len() < TOGETHER && read(&mut reader, &mut row)? {
                if let Some(line) = open.filter(|(at, _)| *at < place(&reader, text)).map(|(_, line)| line) {
                    return Err(unfinished(line));
                }
                if row.len() > columns {
                    let line = row.position().map_or(0, csv::Position::line);
                    return Err(format!("InvalidBatch : Line {line} holds {} fields, the header {columns}", row.len()));
                }
                rows.push((row.clone(), place(&reader, text)));
            }
            let together = viewer.together(|| (self.rows(&loader, &rows, stop), true));
            together.map_err(|error| format!("{} : {}", error.code, error.message))?.map_err(broken)?;
            if rows.len() < TOGETHER || stop() {
                return Ok(());
            }
        }
    }

    fn rows(
        &mut self,
        loader: &Loader<'_, '_>,
        rows: &[(StringRecord, usize)],
        stop: &dyn Fn() -> bool,
    ) -> io::Result<()> {
        let doubles = loader.doubles(rows.iter().map(|(row, _)| row.iter().collect()));
        rows.iter().take_while(|_| !stop()).try_for_each(|(row, end)| self.row((loader, &doubles), row, *end))
    }

    /// The headers of what was done and what was refused.
    fn open(&mut self) -> io::Result<()> {
        let names = ["Id", "Success", "Created", "Error"];
        self.fates.write(|out| row(out, names, Delimiter::Comma, Ending::Lf))?;
        let delimiter = self.job.settings.delimiter.byte();
        let header = self.header;
        let ending = self.job.settings.ending.bytes();
        for (writer, second) in [(&mut self.successful, "sf__Created"), (&mut self.failed, "sf__Error")] {
            writer.write(|out| line(out, ["sf__Id", second], header, delimiter, ending))?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        (loader, doubles): (&Loader<'_, '_>, &Doubles),
        row: &StringRecord,
        end: usize,
    ) -> io::Result<()> {
        let start = row.position().map_or(self.next, |at| usize::try_from(at.byte()).unwrap_or(self.next));
        let raw = trimmed(self.text.get(start..end).unwrap_or_default());
        self.next = end;
        let (delimiter, ending) = (self.job.settings.delimiter.byte(), self.job.settings.ending.bytes());
        let fields: Vec<&str> = row.iter().collect();
        let Loaded { id, fate } = loader.load(&fields, doubles);
        self.fate(&id, &fate)?;
        match fate {
            Ok(created) => {
                let created = if created { "true" } else { "false" };
                self.successful.write(|out| line(out, [&id, created], raw, delimiter, ending))?;
            }
            Err(error) => {
                self.job.refused.fetch_add(1, Ordering::Relaxed);
                self.failed.write(|out| line(out, [&id, &told(&error)], raw, delimiter, ending))?;
            }
        }
        self.job.processed.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Notes what became of a row, for who asks in order.
    fn fate(&mut self, id: &str, fate: &Result<bool, SfError>) -> io::Result<()> {
        if !self.job.settings.fates {
            return Ok(());
        }
        let word = |flag: bool| if flag { "true" } else { "false" };
        let (id, created, error) = match fate {
            Ok(created) => (id, *created, String::new()),
            Err(error) => ("", false, told(error)),
        };
        let fields = [id, word(fate.is_ok()), word(created), &error];
        self.fates.write(|out| row(out, fields, Delimiter::Comma, Ending::Lf))
    }

    fn done(self) -> io::Result<Done> {
        let ending = self.job.settings.ending.bytes();
        let rest = self.text.get(self.next..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| is_end(byte)).count();
        let unprocessed = Spool::of(&[self.header, ending, rest.get(blank..).unwrap_or_default()].concat())?;
        Ok(Done {
            successful: self.successful.finish()?,
            failed: self.failed.finish()?,
            unprocessed,
            fates: self.fates.finish()?,
        })
    }
}

fn read(reader: &mut csv::Reader<&[u8]>, row: &mut StringRecord) -> Result<bool, String> {
    reader.read_record(row).map_err(|error| match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "ClientInputError : Data is not valid UTF-8".to_owned(),
        _ => format!("ClientInputError : {error}"),
    })
}

fn unfinished(line: usize) -> String {
    format!("ClientInputError : (startline {line}) EOF reached before encapsulated token finished")
}

/// Where the reader is.
fn place(reader: &csv::Reader<&[u8]>, text: &[u8]) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len())
}

fn is_end(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Without the line's ends around it: the reader's place may lie before, within or behind them.
fn trimmed(line: &[u8]) -> &[u8] {
    let start = line.iter().position(|byte| !is_end(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_end(byte)).map_or(start, |at| at + 1);
    line.get(start..end).unwrap_or_default()
}

/// The ends of lines must be those that the job was told; `rest`: what follows the header.
fn check_ending(rest: &[u8], ending: Ending) -> Result<(), String> {
    let found = match rest {
        [b'\r', b'\n', ..] => Ending::CrLf,
        [b'\n', ..] => Ending::Lf,
        _ => return Ok(()),
    };
    if found == ending {
        return Ok(());
    }
    let name = ending.name();
    Err(format!("ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {name}"))
}

fn line(out: &mut Vec<u8>, fields: [&str; 2], raw: &[u8], delimiter: u8, ending: &[u8]) {
    for field in fields {
        quoted(out, field);
        out.push(delimiter);
    }
    out.extend_from_slice(raw);
    out.extend_from_slice(ending);
}

/// `CODE:message:Field --`, as `sf__Error` tells it; several are told one behind the other.
fn told(error: &SfError) -> String {
    let one = |error: &SfError| {
        let fields = error.fields.join(",");
        let gap = if fields.is_empty() { "" } else { " " };
        format!("{}:{}:{fields}{gap}--", error.code, error.message)
    };
    error.each().map(one).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_in_one_line() {
        let plain = SfError::new(404, "ENTITY_IS_DELETED", "entity is deleted");
        assert_eq!(told(&plain), "ENTITY_IS_DELETED:entity is deleted:--");
        let fields = SfError { fields: vec!["Name".to_owned()], ..SfError::new(400, "STRING_TOO_LONG", "too long") };
        assert_eq!(told(&fields), "STRING_TOO_LONG:too long:Name --");
        let both = SfError::all(vec![plain, fields]).unwrap_err();
        assert_eq!(told(&both), "ENTITY_IS_DELETED:entity is deleted:--;STRING_TOO_LONG:too long:Name --");
    }

    #[test]
    fn line_endings_must_be_those_of_the_job() {
        assert!(check_ending(b"\nA\n", Ending::Lf).is_ok());
        assert!(check_ending(b"\r\nA\r\n", Ending::CrLf).is_ok());
        assert!(check_ending(b"", Ending::CrLf).is_ok());
        assert!(check_ending(b"\r\nA\n", Ending::Lf).unwrap_err().ends_with("setting is LF"));
        assert!(check_ending(b"\nA\n", Ending::CrLf).unwrap_err().ends_with("setting is CRLF"));
    }
}
