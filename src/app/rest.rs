//! The REST screen's state: the tree, the request being typed, the answers.

mod attached;
mod body;
mod browse;
mod capturing;
mod copy;
mod export;
mod filter;
mod hand;
mod keys;
mod open;
mod paste;
mod spool;
mod text;

pub use attached::{Attached, Origin};
pub use body::{edited, paths_found};
pub use browse::sort_elsewhere;
pub use capturing::{Capturing, captured};
pub use filter::{filtered, filtering};
pub use hand::file_name;
pub use keys::{command, focus_on, send, turn_left_pane, typed};
pub use open::{
    answered, derived, failed, found, keep_typed, open_address, open_tree, previewed, show, show_table_rows, stopped,
    tree_answered, tree_failed,
};

pub use paste::pasted;
pub use spool::{byte_at, spool_read, waits_for};
pub use text::{prepare_raw, raw_text, seen_text};

use super::complete::Completion;
use super::edit::Line;
use super::page::Pages;
use super::tabs::TabId;
use crate::request::{Between, BodyTrouble, CaptureError, Pair, Request, RequestBody, Trust};
use crate::store::tabs::KeptFile;
use ratatui_textarea::TextArea;
use std::path::PathBuf;
use std::sync::Arc;

/// Which pane the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Focus {
    /// The resources.
    #[default]
    Tree,
    /// The address bar.
    Address,
    /// The params.
    Params,
    /// The headers.
    Headers,
    /// The body.
    Body,
    /// What is taken from the answer.
    Captures,
    /// The answer.
    Answer,
}

impl Focus {
    /// Whether text is typed there.
    pub fn is_editor(self) -> bool {
        self == Self::Address || self.is_section()
    }

    /// Whether it is one of the request's parts under the address.
    pub fn is_section(self) -> bool {
        matches!(self, Self::Params | Self::Headers | Self::Body | Self::Captures)
    }
}

/// The methods that the method key walks through; any other can be typed before the address.
pub const METHODS: [&str; 6] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"];

/// The REST screen.
#[derive(Debug, Clone)]
pub struct Rest {
    /// Its number among the tabs.
    pub tab: TabId,
    /// Whether an answer came while another tab was in front.
    pub unseen: bool,
    /// Where the keys go.
    pub focus: Focus,
    /// `GET`, or any other.
    pub method: String,
    /// What is asked.
    pub address: Line,
    /// `name=value`, one a line; `#` before it switches it off.
    pub params: TextArea<'static>,
    /// `Name: value`, one a line; `#` before it switches it off.
    pub headers: TextArea<'static>,
    /// Text, or `@file` alone.
    pub body: TextArea<'static>,
    /// Where the body is no JSON, if it means to be.
    pub body_trouble: Option<BodyTrouble>,
    /// Who answers for what stands in the editors.
    pub trust: Trust,
    /// `name = jq .id`, one a line.
    pub captures: TextArea<'static>,
    /// The lines of it that are none.
    pub capture_errors: Vec<CaptureError>,
    /// The file that the request came from.
    pub origin: Option<Arc<Origin>>,
    /// The same of another run, until the files are read.
    pub kept: Option<KeptFile>,
    /// The answers.
    pub pages: Pages,
    /// What the address bar offers.
    pub completion: Completion,
    /// A record id that waits for the objects' key prefixes.
    /// With the page that it stands on.
    pub waiting_record: Option<(u64, String)>,
    /// The editor that the last request was sent from: there the keys go again where it could not be sent.
    pub sent_from: Option<Focus>,
    /// Filters that were kept, the newest last.
    pub filters: Vec<String>,
    /// Columns of the tree; 0: as the screen decides.
    pub tree_width: u16,
    /// Rows of the request's part; 0: as the screen decides.
    pub section_rows: u16,
    /// Which section is shown while none has the focus.
    pub section: Focus,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            tab: 0,
            unseen: false,
            focus: Focus::default(),
            method: "GET".to_owned(),
            address: Line::default(),
            params: editor(),
            headers: editor(),
            body: editor(),
            body_trouble: None,
            trust: Trust::Typed,
            captures: editor(),
            capture_errors: Vec::new(),
            origin: None,
            kept: None,
            waiting_record: None,
            sent_from: None,
            pages: Pages::default(),
            filters: Vec::new(),
            completion: Completion::default(),
            tree_width: 0,
            section_rows: 0,
            section: Focus::Params,
        }
    }
}

fn editor() -> TextArea<'static> {
    let mut area = TextArea::default();
    area.set_tab_length(2);
    area.set_cursor_line_style(Default::default());
    area
}

impl Rest {
    /// The editor of a section.
    pub fn section_mut(&mut self, focus: Focus) -> Option<&mut TextArea<'static>> {
        match focus {
            Focus::Params => Some(&mut self.params),
            Focus::Headers => Some(&mut self.headers),
            Focus::Body => Some(&mut self.body),
            Focus::Captures => Some(&mut self.captures),
            _ => None,
        }
    }

    /// What is typed, as a request.
    pub fn request(&self) -> Request {
        Request { body: body(self.body.lines()), ..self.request_without_body() }
    }

    /// The same without its body, which may be long.
    pub fn request_without_body(&self) -> Request {
        Request {
            method: self.method.clone(),
            address: self.address.text().trim().to_owned(),
            params: pairs(self.params.lines(), Between::Equals),
            headers: pairs(self.headers.lines(), Between::Colon),
            body: RequestBody::Empty,
            trust: self.trust.clone(),
        }
    }

    /// Puts a request into the editors, from no file and without captures. What was typed before can be had back by undo.
    /// What it may read goes on with it.
    pub fn fill(&mut self, request: &Request) {
        self.trust.clone_from(&request.trust);
        self.method.clone_from(&request.method);
        if self.address.text() != request.address {
            self.address.set(request.address.clone());
        }
        set(&mut self.params, &lines(&request.params, Between::Equals));
        set(&mut self.headers, &lines(&request.headers, Between::Colon));
        let text = match &request.body {
            RequestBody::Empty => String::new(),
            RequestBody::Text(text) => text.clone(),
            RequestBody::File(path) => format!("@{}", path.display()),
        };
        set(&mut self.body, &text);
        self.check_body();
        self.attach(Attached::default());
        self.completion.close();
    }

    /// Puts texts into editors that are empty: what was typed in another run.
    pub fn restore(&mut self, method: &str, address: &str, [params, headers, body]: [&str; 3]) {
        self.method = if method.is_empty() { "GET".to_owned() } else { method.to_owned() };
        self.address = Line::new(address);
        let filled = |text: &str| {
            let mut area = editor();
            area.insert_str(text);
            // From here on there is something to undo.
            area.set_max_histories(0);
            area.set_max_histories(50);
            area
        };
        (self.params, self.headers, self.body) = (filled(params), filled(headers), filled(body));
    }

    /// A method typed before the address becomes the method: `POST sobjects/Account`.
    pub fn take_typed_method(&mut self) {
        let Some((word, rest)) = self.address.text().trim_start().split_once(' ') else { return };
        let known = METHODS.contains(&word)
            || (word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase()) && rest.starts_with('/'));
        if known && !["SELECT", "FIND"].contains(&word) {
            self.method = word.to_owned();
            self.address.set(rest.trim_start().to_owned());
        }
    }

    /// The next of the usual methods.
    pub fn next_method(&mut self) {
        let at = METHODS.iter().position(|m| *m == self.method).map_or(0, |at| (at + 1) % METHODS.len());
        self.method = METHODS.get(at).copied().unwrap_or("GET").to_owned();
    }
}

/// How many lines of an editor are sent.
pub fn filled(area: &TextArea<'_>) -> usize {
    area.lines().iter().filter(|line| is_filled(line)).count()
}

/// Whether a line of an editor is sent.
pub fn is_filled(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// Replaces an editor's text, as one step that undo takes back.
fn set(area: &mut TextArea<'static>, text: &str) {
    if area.lines().join("\n") == text {
        return;
    }
    area.select_all();
    area.cut();
    area.insert_str(text);
}

fn pairs(lines: &[String], between: Between) -> Vec<Pair> {
    lines.iter().filter_map(|line| Pair::of_line(line, between)).collect()
}

fn lines(pairs: &[Pair], between: Between) -> String {
    pairs.iter().map(|pair| pair.line(between)).collect::<Vec<_>>().join("\n")
}

fn body(lines: &[String]) -> RequestBody {
    let text = lines.join("\n");
    match text.trim() {
        "" => RequestBody::Empty,
        one if one.starts_with('@') && !one.contains('\n') && one.len() > 1 => {
            RequestBody::File(PathBuf::from(one.trim_start_matches('@')))
        }
        _ => RequestBody::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_the_editors() {
        let request = Request {
            method: "PATCH".into(),
            address: "sobjects/Account/001".into(),
            params: vec![Pair::new("fields", "Id,Name"), Pair { on: false, name: "x".into(), value: "1=2".into() }],
            headers: vec![Pair::new("Sforce-Query-Options", "batchSize=200")],
            body: RequestBody::Text("{\n  \"Name\": \"日本\"\n}".into()),
            trust: Trust::Typed,
        };
        let mut rest = Rest::default();
        rest.fill(&request);
        assert_eq!(rest.request(), request);
        rest.fill(&Request::get("limits").typed());
        assert_eq!(rest.request(), Request::get("limits").typed());
        rest.body.undo();
        assert!(rest.body.lines().join("\n").contains("日本"), "undo brings the body back");
    }

    #[test]
    fn a_method_may_be_typed_before_the_address() {
        let mut rest = Rest::default();
        rest.address.set("POST sobjects/Account");
        rest.take_typed_method();
        assert_eq!((rest.method.as_str(), rest.address.text()), ("POST", "sobjects/Account"));
        rest.address.set("SELECT Id FROM Account");
        rest.take_typed_method();
        assert_eq!(rest.address.text(), "SELECT Id FROM Account");
    }
}
