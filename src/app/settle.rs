//! After each event: the measures of what is drawn are taken over, and what hangs on them is put right.
//!
//! Cursors stand on rows that exist, and the raw view is cut for the width it has. It asks nothing and moves no cursor that
//! stands well.

use super::dialog::Dialog;
use super::rest::prepare_raw;
use super::state::{Measures, Place, State};

impl State {
    /// Takes over how much room things have now. The runtime calls it after each event, and a test as well.
    pub fn measure(&mut self, measures: Measures) {
        self.measures = measures;
        if let Some(page) = self.rest.pages.current.as_mut() {
            prepare_raw(page, measures.answer_width);
        }
        if let Some(tree) = self.tree_mut() {
            let rows = tree.shown().len();
            inside(&mut tree.row, rows);
        }
        inside(&mut self.history.row, self.history.page.total);
        let saved = self.saved.rows.len();
        inside(&mut self.saved.row, saved);
        if let Some(pane) = self.diff.pane.as_mut() {
            let rows = pane.rows(self.size.0).map_or(0, |rows| rows.rows.len());
            inside(&mut pane.row, rows);
        }
        if self.place == Place::Variables {
            let variables = super::variables::rows(self).len();
            inside(&mut self.variables.row, variables);
        }
        let top = match &mut self.dialog {
            Some(Dialog::Help(help)) => Some(&mut help.top),
            Some(Dialog::Problems { top } | Dialog::Told { top, .. }) => Some(top),
            _ => None,
        };
        if let Some(top) = top {
            *top = (*top).min(measures.dialog_lines.saturating_sub(usize::from(measures.dialog)));
        }
    }
}

fn inside(row: &mut usize, rows: usize) {
    *row = (*row).min(rows.saturating_sub(1));
}
