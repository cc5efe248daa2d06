//! `query "SELECT …"`: all rows of a query, page by page, in bounded memory.

use super::Exit;
use super::args::{Args, Format, QueryArgs};
use super::client::Client;
use super::keep::Beside;
use super::output::{Out, Stop, aligned, complain};
use crate::json::{Document, Kind, NodeId, Table};
use crate::org::Seen;
use crate::request::{Form, Request, expand, form};
use crate::soql::{Expr, SelectItem, parse};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Runs it.
pub(super) fn run(args: &Args, asked: &QueryArgs) -> Exit {
    if form(asked.soql.trim()) == Form::Search {
        complain("A search has no pages of rows: query runs what begins with SELECT");
        complain("  → orgdeck request GET \"FIND {…} IN ALL FIELDS RETURNING …\" sends a search");
        return Exit::Usage;
    }
    let client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let out = Out::new();
    let format = match asked.format {
        Some(format) => format,
        None if args.json || !out.is_terminal() => Format::Json,
        None => Format::Table,
    };
    // Columns are told from the query as it is sent; what only the login knows is told by the answer.
    let soql = expand(&asked.soql, &client.variables).map_or_else(|_| asked.soql.clone(), |text| text.shown);
    let rows = Arc::new(Mutex::new(Rows::new(format, &soql, out)));
    let tooling = asked.tooling;
    let mut ask = client.ask(Request::get(&asked.soql).typed());
    ask.seen = Some(as_one(&client));
    let result = client.wait(ask, |org, ask| {
        let rows = Arc::clone(&rows);
        async move {
            let on_page = move |page: Document| rows.lock().unwrap_or_else(PoisonError::into_inner).page(&page);
            org.pages(ask, tooling, on_page).await
        }
    });
    let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = rows.end(result.is_ok());
    match (result, rows.stop.take().or(ended.err())) {
        (_, Some(stop)) => stop.exit(),
        (Ok(()), None) => {
            complain(&rows.summary());
            rows.incomplete.iter().for_each(|(name, count)| complain(&missing(name, *count)));
            Exit::Fine
        }
        (Err(exit), None) => exit,
    }
}

/// The query is one in the history, with its first page; the others are counted there. One that is no answer stands by
/// itself.
fn as_one(client: &Client) -> Seen {
    let (keeper, org, variables) = (Arc::clone(&client.keeper), client.org.clone(), client.variables.clone());
    let first = OnceLock::new();
    Arc::new(move |request, exchange| {
        let page_of = first.get().copied().flatten().filter(|_| exchange.ok());
        let kept = keeper.keep(&org, request, exchange, &variables, Beside { page_of, ..Beside::default() });
        if exchange.ok() {
            first.get_or_init(|| kept);
        }
    })
}

/// Rows being printed.
struct Rows {
    format: Format,
    out: Out,
    /// Paths of the columns, once the query or the first page tells them.
    columns: Vec<String>,
    count: u64,
    total: Option<u64>,
    begun: bool,
    /// The query asks for a number only.
    counts: bool,
    /// By name of the child rows: how many rows have more of them than the answer holds.
    incomplete: BTreeMap<String, u64>,
    stop: Option<Stop>,
}

impl Rows {
    fn new(format: Format, soql: &str, out: Out) -> Self {
        Self {
            format,
            out,
            columns: selected(soql),
            count: 0,
            total: None,
            begun: false,
            counts: counts_only(soql),
            incomplete: BTreeMap::new(),
            stop: None,
        }
    }

    fn page(&mut self, page: &Document) -> ControlFlow<()> {
        match self.print(page) {
            Ok(()) => ControlFlow::Continue(()),
            Err(stop) => {
                self.stop = Some(stop);
                ControlFlow::Break(())
            }
        }
    }

    fn print(&mut self, page: &Document) -> Result<(), Stop> {
        let Some(root) = page.root() else { return Ok(()) };
        self.total = page.get(root, "totalSize").and_then(|n| page.text(n).parse().ok()).or(self.total);
        let Some(records) = page.get(root, "records") else { return Ok(()) };
        if self.columns.is_empty() && self.format != Format::Json {
            self.columns = Table::of(page, records, &["attributes"]).map(|t| t.columns().to_vec()).unwrap_or_default();
        }
        for record in page.children(records) {
            for name in more_children(page, record) {
                *self.incomplete.entry(name).or_default() += 1;
            }
        }
        match self.format {
            Format::Json => self.json(page, records),
            Format::Csv => self.csv(page, records),
            Format::Table => self.table(page, records),
        }?;
        self.out.flush()
    }

    fn json(&mut self, page: &Document, records: NodeId) -> Result<(), Stop> {
        for record in page.children(records) {
            let before = if self.begun { ",\n" } else { "[" };
            self.begun = true;
            self.out.text(before)?;
            self.out.text(&String::from_utf8_lossy(page.raw(record)))?;
            self.count += 1;
        }
        Ok(())
    }

    fn csv(&mut self, page: &Document, records: NodeId) -> Result<(), Stop> {
        let mut text = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let broken = |error: csv::Error| Stop::Broken(error.into());
        // No rows, and a query that does not name its columns: there is nothing to write, not even a title.
        if self.columns.is_empty() {
            return Ok(());
        }
        if !std::mem::replace(&mut self.begun, true) {
            text.write_record(&self.columns).map_err(broken)?;
        }
        for record in page.children(records) {
            let cells = self.columns.iter().map(|c| cell(page, record, c).unwrap_or_default());
            text.write_record(cells).map_err(broken)?;
            self.count += 1;
        }
        let text = text.into_inner().map_err(|error| Stop::Broken(error.into_error()))?;
        if self.out.is_terminal() { self.out.bytes(&text) } else { Ok(self.out.write_all(&text)?) }
    }

    /// Each page is aligned by itself: nothing waits for the last one.
    fn table(&mut self, page: &Document, records: NodeId) -> Result<(), Stop> {
        let mut rows = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && !self.columns.is_empty() {
            rows.push(self.columns.clone());
        }
        for record in page.children(records) {
            let shown = |c: &String| crate::view::shown(&cell(page, record, c).unwrap_or_default()).into_owned();
            rows.push(self.columns.iter().map(shown).collect());
            self.count += 1;
        }
        self.out.text(&aligned(&rows))
    }

    /// Ends what was begun. After a failure the array stays open: a part must not be taken for the whole.
    fn end(&mut self, fine: bool) -> Result<(), Stop> {
        if fine && self.stop.is_none() {
            match (self.format, self.only_counted()) {
                (Format::Json, Some(total)) => self.out.line(&format!("[{{\"count\":{total}}}]"))?,
                (Format::Json, None) => self.out.line(if self.begun { "]" } else { "[]" })?,
                (Format::Csv, Some(total)) => self.out.text(&format!("count\r\n{total}\r\n"))?,
                (Format::Table, Some(total)) => self.out.text(&format!("count\n{total}\n"))?,
                (Format::Csv | Format::Table, None) => {}
            }
        }
        self.out.flush()
    }

    /// `SELECT COUNT()` answers no rows, only how many there are.
    fn only_counted(&self) -> Option<u64> {
        self.total.filter(|_| self.counts)
    }

    fn summary(&self) -> String {
        match self.only_counted() {
            Some(total) => format!("{total} in all"),
            None => format!("{} row{}", self.count, if self.count == 1 { "" } else { "s" }),
        }
    }
}

fn missing(name: &str, count: u64) -> String {
    let rows = if count == 1 { "1 row has".to_owned() } else { format!("{count} rows have") };
    format!(
        "note: {rows} more {name} than were fetched: only the first page of child rows comes with a row\n  → ask for {name} with a query of their own"
    )
}

/// The child rows of a record, at any depth, of which the answer holds the first page only.
fn more_children(page: &Document, record: NodeId) -> Vec<String> {
    // Most records have none, and are not looked through.
    if memchr::memmem::find(page.raw(record), b"nextRecordsUrl").is_none() {
        return Vec::new();
    }
    let is_next =
        |node: &NodeId| page.kind(*node) == Kind::String && page.key(*node).is_some_and(|key| key == "nextRecordsUrl");
    let next = (record..page.end(record)).filter(is_next);
    let children = next.filter_map(|node| page.parent(node).filter(|set| page.get(*set, "records").is_some()));
    children.filter_map(|set| page.key(set).map(|name| name.into_owned())).collect()
}

/// The columns that the query names; none where only the answer can tell them.
fn selected(soql: &str) -> Vec<String> {
    let Some(query) = parse(soql).query else { return Vec::new() };
    let path = |item: &SelectItem| match item {
        SelectItem::Expr { expr: Expr::Field(path), alias: None } => Some(path.dotted()),
        SelectItem::Children(query) => {
            query.from.first().and_then(|from| from.path.last()).map(|name| name.text.clone())
        }
        _ => None,
    };
    query.select.iter().map(path).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// Whether it is `SELECT COUNT() FROM …`.
fn counts_only(soql: &str) -> bool {
    let Some(query) = parse(soql).query else { return false };
    matches!(query.select.as_slice(), [SelectItem::Expr { expr: Expr::Call { name, args, .. }, alias: None }] if name.is("COUNT") && args.is_empty())
}

/// A cell: a parent's field by its path, names in any case; child rows as JSON.
fn cell(page: &Document, record: NodeId, path: &str) -> Option<String> {
    let mut node = record;
    for part in path.split('.') {
        if page.kind(node) != Kind::Object {
            return None;
        }
        node = page
            .get(node, part)
            .or_else(|| page.children(node).find(|n| page.key(*n).is_some_and(|k| k.eq_ignore_ascii_case(part))))?;
    }
    match page.kind(node) {
        Kind::Null => None,
        Kind::Object | Kind::Array => Some(String::from_utf8_lossy(page.raw(node)).into_owned()),
        _ => Some(page.text(node).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_query_where_it_names_them() {
        assert_eq!(
            selected("select Id, Owner.Name, (SELECT Id FROM Contacts) from Account"),
            ["Id", "Owner.Name", "Contacts"]
        );
        for told_by_the_answer in
            ["SELECT FIELDS(ALL) FROM Account LIMIT 1", "SELECT COUNT(Id) n FROM Account", "nonsense"]
        {
            assert!(selected(told_by_the_answer).is_empty(), "{told_by_the_answer}");
        }
        assert!(counts_only("SELECT count() FROM Account") && !counts_only("SELECT COUNT(Id) FROM Account"));
    }

    #[test]
    fn child_rows_that_did_not_come_are_found_at_any_depth() {
        let page = Document::parse(
            br#"{"nextRecordsUrl":"/p","records":[
                {"Id":"1","Contacts":{"done":false,"nextRecordsUrl":"/a","records":[{"Id":"2"}]},"Text":"\"nextRecordsUrl\":"},
                {"Id":"3","Contacts":{"done":true,"records":[{"Cases":{"done":false,"nextRecordsUrl":"/b","records":[{}]}}]}},
                {"Id":"4","Contacts":null,"nextRecordsUrl":"a field of this name","Deep":{"nextRecordsUrl":"/c"}}]}"#
                .to_vec(),
        );
        let records = page.get(page.root().unwrap(), "records").unwrap();
        let found: Vec<_> = page.children(records).map(|record| more_children(&page, record)).collect();
        assert_eq!(found, [vec!["Contacts".to_owned()], vec!["Cases".to_owned()], vec![]]);
    }

    #[test]
    fn cells_are_found_by_path_in_any_case() {
        let page = Document::parse(
            br#"{"Id":"1","Owner":{"Name":"A \"b\""},"None":null,"Kids":{"records":[{"X":1}]},"N":12.50}"#.to_vec(),
        );
        let of = |path: &str| cell(&page, page.root().unwrap(), path);
        assert_eq!(of("owner.name").as_deref(), Some("A \"b\""));
        assert_eq!(of("N").as_deref(), Some("12.50"), "a number as it stands");
        assert_eq!(of("Kids").as_deref(), Some(r#"{"records":[{"X":1}]}"#));
        assert_eq!((of("None"), of("None.Name"), of("Id.Name"), of("Nope")), (None, None, None, None));
    }
}
