//! The raw view's rows: a text of any size cut into rows of a width, found by number without holding them all.
//!
//! A row holds at most as many bytes as the screen has columns. No character is wider in columns than in bytes, so a row
//! always fits; and within a line the rows are found by arithmetic, so that one line of 100 MB costs nothing.

/// Line starts are noted about every this many rows.
const STRIDE: usize = 512;

/// Where the rows of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRows {
    width: usize,
    rows: usize,
    /// Row number and byte of some line starts, in order.
    marks: Vec<(usize, usize)>,
}

impl RawRows {
    /// Cuts a text into rows of this width.
    pub fn of(text: &[u8], width: usize) -> Self {
        let width = width.max(4);
        let mut rows = 0;
        let mut marks = vec![(0, 0)];
        let mut last = 0;
        let mut start = 0;
        while start < text.len() {
            if rows - last >= STRIDE {
                marks.push((rows, start));
                last = rows;
            }
            let end = line_end(text, start);
            rows += (end - start).div_ceil(width).max(1);
            start = end + 1;
        }
        Self { width, rows, marks }
    }

    /// The width it was made for.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The bytes of a row, cut between characters.
    pub fn row<'a>(&self, text: &'a [u8], row: usize) -> &'a [u8] {
        self.span(text, row).and_then(|(from, to)| text.get(from..to)).unwrap_or_default()
    }

    /// The row that shows this byte.
    pub fn row_at(&self, text: &[u8], byte: usize) -> usize {
        let at = self.marks.partition_point(|(_, start)| *start <= byte).saturating_sub(1);
        let Some(&(mut row, mut start)) = self.marks.get(at) else { return 0 };
        while start < text.len() {
            let end = line_end(text, start);
            if byte <= end {
                return row + (byte - start) / self.width;
            }
            row += (end - start).div_ceil(self.width).max(1);
            start = end + 1;
        }
        row.min(self.rows.saturating_sub(1))
    }

    fn span(&self, text: &[u8], row: usize) -> Option<(usize, usize)> {
        let at = self.marks.partition_point(|(first, _)| *first <= row).saturating_sub(1);
        let &(mut first, mut start) = self.marks.get(at)?;
        while start < text.len() {
            let end = line_end(text, start);
            let rows = (end - start).div_ceil(self.width).max(1);
            if row < first + rows {
                let from = start + (row - first) * self.width;
                let to = (from + self.width).min(end);
                return Some((boundary(text, from, start), boundary(text, to, start)));
            }
            first += rows;
            start = end + 1;
        }
        None
    }
}

fn line_end(text: &[u8], start: usize) -> usize {
    let tail = text.get(start..).unwrap_or_default();
    memchr::memchr(b'\n', tail).map_or(text.len(), |at| start + at)
}

/// The character start at or before a byte.
fn boundary(text: &[u8], mut at: usize, least: usize) -> usize {
    while at > least && text.get(at).is_some_and(|b| b & 0xC0 == 0x80) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, width: usize) -> Vec<String> {
        let rows = RawRows::of(text.as_bytes(), width);
        (0..rows.rows()).map(|r| String::from_utf8(rows.row(text.as_bytes(), r).to_vec()).unwrap()).collect()
    }

    #[test]
    fn rows_are_cut_between_characters_and_lose_nothing() {
        let text = "äöü日本語abcdefgh\n\nx\n";
        let rows = all(text, 5);
        assert_eq!(rows.concat(), text.replace('\n', ""));
        assert!(rows.iter().all(|r| r.len() <= 8));
    }

    #[test]
    fn a_byte_is_found_in_the_row_that_shows_it() {
        let text: String = (0..5000).map(|n| format!("line {n} of many\n")).collect();
        let rows = RawRows::of(text.as_bytes(), 10);
        let byte = text.find("line 4321 ").unwrap();
        let row = rows.row_at(text.as_bytes(), byte);
        assert!(rows.row(text.as_bytes(), row).starts_with(b"line 4321 "));
        assert_eq!(rows.row(text.as_bytes(), rows.rows()), b"");
    }
}
