//! The raw view's rows: a text of any size cut into rows of a width, found by number without holding them all.
//!
//! A row holds at most as many bytes as the screen has columns. No character is wider in columns than in bytes, so a row
//! always fits; and within a line the rows are found by arithmetic. The place of a row is noted every so often, within a
//! line too, so that no row of a line of 100 MB is far from one whose place is known.

/// Places are noted about every this many rows.
const STRIDE: usize = 512;
/// Bytes of a character after its first.
const FOLLOWING: usize = 3;

/// Where the rows of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRows {
    width: usize,
    rows: usize,
    /// Row number and byte of some rows, in order: lines' starts, and whole widths after one.
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
            let inside = (end - start).div_ceil(width).max(1);
            for skipped in (STRIDE..inside).step_by(STRIDE) {
                last = rows + skipped;
                marks.push((last, start + skipped * width));
            }
            rows += inside;
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

    /// For lines that are not wrapped: no line is as wide.
    pub const WIDE: usize = 1 << 40;

    /// Where a row begins and ends, in bytes.
    pub fn place(&self, text: &[u8], row: usize) -> (usize, usize) {
        self.span(text, row).unwrap_or((text.len(), text.len()))
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
            let end = self.end_near(text, start);
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
            let end = self.end_near(text, start);
            let rows = (end - start).div_ceil(self.width).max(1);
            if row < first + rows {
                let from = start + (row - first) * self.width;
                let to = (from + self.width).min(end);
                return Some((boundary(text, from), boundary(text, to)));
            }
            first += rows;
            start = end + 1;
        }
        None
    }

    /// The line's end, or a byte behind the next mark where the line goes on beyond it: what is asked lies before that.
    fn end_near(&self, text: &[u8], start: usize) -> usize {
        let reach = start.saturating_add((STRIDE + 1) * self.width).min(text.len());
        line_end(text.get(..reach).unwrap_or(text), start)
    }
}

fn line_end(text: &[u8], start: usize) -> usize {
    let tail = text.get(start..).unwrap_or_default();
    memchr::memchr(b'\n', tail).map_or(text.len(), |at| start + at)
}

/// The character start at or before a byte; the byte itself where there is none near, as in what is no text.
fn boundary(text: &[u8], at: usize) -> usize {
    let starts = |at: usize| text.get(at).is_none_or(|b| b & 0xC0 != 0x80);
    let line_before = |at: usize| at.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|b| *b == b'\n');
    let mut near = at;
    for _ in 0..FOLLOWING {
        if starts(near) || line_before(near) {
            break;
        }
        near -= 1;
    }
    if starts(near) { near } else { at }
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
    fn a_line_longer_than_the_marks_are_apart_loses_nothing_either() {
        let text = format!("{}\nlast", "日本語äx".repeat(3 * STRIDE));
        let rows = all(&text, 7);
        assert_eq!(rows.concat(), text.replace('\n', ""));
        assert_eq!(rows.last().map(String::as_str), Some("last"));
        let cut = RawRows::of(text.as_bytes(), 7);
        for row in [0, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE, rows.len() - 3, rows.len() - 1] {
            let (from, _) = cut.span(text.as_bytes(), row).unwrap();
            // A row may begin up to a character before its own place.
            assert!(cut.row_at(text.as_bytes(), from + FOLLOWING) == row, "row {row} begins at {from}");
        }
    }

    #[test]
    fn what_is_no_text_has_all_its_bytes_in_its_rows() {
        let bytes = [vec![0x80; 10_000], b"\n".to_vec(), vec![0x80; 3], b"\nab".to_vec()].concat();
        let rows = RawRows::of(&bytes, 16);
        let shown: Vec<u8> = (0..rows.rows()).flat_map(|row| rows.row(&bytes, row).to_vec()).collect();
        let wanted: Vec<u8> = bytes.iter().copied().filter(|b| *b != b'\n').collect();
        assert_eq!(shown, wanted);
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
