//! A query job's work: all rows of a query, as CSV into a spool, and a page of them out of it.

use super::format;
use super::job::{Found, Job, Operation};
use super::spool::Writer;
use crate::demo::data::OrgData;
use std::io;
use std::sync::atomic::Ordering;

/// Every so many rows their place is noted.
const MARK: u64 = 500;

/// Runs the query. The error is the job's `errorMessage`.
pub(super) fn run(job: &Job, data: &OrgData, stop: &dyn Fn() -> bool) -> Result<(), String> {
    let settings = &job.settings;
    let viewer = data.viewer(&job.owner).ok_or("InvalidUser : the job's user is gone")?;
    let all_rows = settings.operation == Operation::QueryAll;
    let told = |error: crate::demo::data::SfError| format!("{} : {}", error.code, error.message);
    let export = viewer.export(&settings.query, all_rows).map_err(told)?;
    let (delimiter, ending) = (settings.delimiter, settings.ending);
    let mut header = Vec::new();
    format::row(&mut header, export.header(), delimiter, ending);
    let (mut writer, mut marks, mut count) = (Writer::new(), Vec::new(), 0_u64);
    let mut broken: Option<io::Error> = None;
    export
        .run(&mut |fields: &[String]| {
            if count % MARK == 0 {
                marks.push(writer.position());
            }
            count += 1;
            job.processed.store(count, Ordering::Relaxed);
            broken = writer.write(|out| format::row(out, fields.iter().map(String::as_str), delimiter, ending)).err();
            broken.is_none() && !stop()
        })
        .map_err(told)?;
    let rows = broken.map_or_else(|| writer.finish(), Err).map_err(|error| format!("InternalServerError : {error}"))?;
    job.set_found(Found { rows, header, count, marks });
    Ok(())
}

impl Found {
    /// Rows from number `from`, at most so many, under their header.
    pub(in crate::demo) fn page(&self, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let to = from.saturating_add(most).min(self.count);
        let mark = |row: u64| {
            let at = usize::try_from(row).unwrap_or(usize::MAX);
            self.marks.get(at).copied().unwrap_or_else(|| self.rows.length())
        };
        let rough = self.rows.read(mark(from / MARK), mark(to.div_ceil(MARK)))?;
        let tail = rough.get(format::skip(&rough, usize::try_from(from % MARK).unwrap_or(0))..).unwrap_or_default();
        let wanted = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        let mut page = self.header.clone();
        page.extend_from_slice(tail.get(..format::skip(tail, wanted)).unwrap_or_default());
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::jobs::{Delimiter, Ending};

    #[test]
    fn pages_of_any_size_are_the_rows_in_order() {
        let (mut writer, mut marks) = (Writer::new(), Vec::new());
        let text = |row: u64| format!("{row}\n\"x\"");
        for row in 0..1_203 {
            if row % MARK == 0 {
                marks.push(writer.position());
            }
            writer.write(|out| format::row(out, [text(row).as_str()], Delimiter::Comma, Ending::Lf)).unwrap();
        }
        let found = Found { rows: writer.finish().unwrap(), header: b"\"H\"\n".to_vec(), count: 1_203, marks };
        for size in [1, 7, 499, 500, 501, 1_203, 5_000] {
            let mut from = 0;
            while from < 1_203 {
                let page = found.page(from, size).unwrap();
                let rows: Vec<String> = csv::Reader::from_reader(page.as_slice())
                    .into_records()
                    .map(|row| row.unwrap().get(0).unwrap().to_owned())
                    .collect();
                let expected: Vec<String> = (from..(from + size).min(1_203)).map(text).collect();
                assert_eq!(rows, expected, "{from} {size}");
                from += if size < 10 { 97 } else { size };
            }
        }
        assert_eq!(found.page(1_203, 5).unwrap(), b"\"H\"\n");
    }
}
