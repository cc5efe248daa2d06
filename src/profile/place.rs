//! Places in a text and the problems found there. Knows nothing of what the text means.

use super::{Problem, Severity};
use std::ops::Range;
use std::path::Path;

/// Where a text's lines begin, so that a place is found in no time however long the text is.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Looks through the text once.
    pub(super) fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        Self { text, starts }
    }

    /// Line and column of a byte, 1-based, the column in characters. A byte past the end is the end.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..offset).unwrap_or_default();
        // Bytes that continue a character are not counted, so that a place inside one is its own column.
        let column = before.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count() + 1;
        (line, column)
    }
}

/// Collects what is wrong in one file.
pub(super) struct Report<'a> {
    file: &'a Path,
    lines: Lines<'a>,
    /// The app that is being read, to which problems belong.
    app: Option<String>,
    problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(super) fn new(file: &'a Path, text: &'a str) -> Self {
        Self { file, lines: Lines::new(text), app: None, problems: Vec::new() }
    }

    /// The problems that follow belong to this app, or to none.
    pub(super) fn enter(&mut self, app: Option<&str>) {
        self.app = app.map(str::to_owned);
    }

    /// The app cannot be used.
    pub(super) fn error(&mut self, span: Range<usize>, what: impl Into<String>, cure: impl Into<String>) {
        self.add(Severity::Error, span, what.into(), cure.into());
    }

    /// The app works all the same.
    pub(super) fn warning(&mut self, span: Range<usize>, what: impl Into<String>, cure: impl Into<String>) {
        self.add(Severity::Warning, span, what.into(), cure.into());
    }

    fn add(&mut self, severity: Severity, span: Range<usize>, what: String, cure: String) {
        let (line, column) = self.lines.place(span.start);
        let app = self.app.clone();
        self.problems.push(Problem { file: self.file.to_owned(), line, column, severity, app, what, cure });
    }

    /// Line and column of a byte.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        self.lines.place(offset)
    }

    /// How many errors there are so far.
    pub(super) fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// Whether an error stands on the line of this byte already.
    pub(super) fn has_error_on_line_of(&self, offset: usize) -> bool {
        let (line, _) = self.lines.place(offset);
        self.problems.iter().any(|problem| problem.line == line)
    }

    /// What was found, in the order of the file.
    pub(super) fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems;
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    }
}

/// A problem of a file as a whole.
pub(super) fn whole_file(file: &Path, what: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 0,
        column: 0,
        severity: Severity::Error,
        app: None,
        what: what.into(),
        cure: cure.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_and_in_characters() {
        let lines = Lines::new("a = 1\r\nbé = 2\n\nx");
        for (offset, place) in
            [(0, (1, 1)), (4, (1, 5)), (7, (2, 1)), (10, (2, 3)), (15, (3, 1)), (16, (4, 1)), (999, (4, 2))]
        {
            assert_eq!(lines.place(offset), place, "byte {offset}");
        }
    }
}
