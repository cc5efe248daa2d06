//! All pages of a query, one after the other, for whoever wants them all and keeps none.

use super::client::{Ask, Org};
use crate::json::{Document, Kind};
use crate::request::{AnswerBody, Failure, FailureKind, Request};
use std::ops::ControlFlow;
use std::sync::Arc;

impl Org {
    /// Asks a query, which is the request's address, and follows its pages until the last one or until `on_page` breaks.
    /// Each page is handed over as it is, in order. `tooling` asks the Tooling API.
    ///
    /// # Errors
    /// As [`Org::ask`]; an answer that tells of an error or was cut is a failure here as well.
    pub async fn pages<F>(&self, ask: Ask, tooling: bool, mut on_page: F) -> Result<(), Failure>
    where
        F: FnMut(Document) -> ControlFlow<()> + Send,
    {
        let mut request = Request::get(&ask.request.address);
        if tooling {
            request = Request::get("tooling/query");
            request.params.push(crate::request::Pair::new("q", &ask.request.address));
        }
        loop {
            let page = self.page(Ask { request, ..ask.clone() }).await?;
            let next = next_page(&page)?;
            if on_page(page).is_break() {
                return Ok(());
            }
            match next {
                Some(path) => request = Request::get(path),
                None => return Ok(()),
            }
        }
    }

    async fn page(&self, ask: Ask) -> Result<Document, Failure> {
        let exchange = self.ask(ask).await?;
        if let Some(failure) = exchange.cut.or(exchange.trouble) {
            return Err(failure);
        }
        match exchange.body {
            // Nobody else holds an answer that was just read.
            AnswerBody::Json(document) => Arc::try_unwrap(document).map_err(|_| no_page("it is in use")),
            AnswerBody::Spooled(_) => Err(no_page("one page is too big for memory")),
            _ => Err(no_page("it is no JSON")),
        }
    }
}

/// Where the next page is: a path of the REST API on the same org, and nothing else.
fn next_page(page: &Document) -> Result<Option<String>, Failure> {
    let root = page
        .root()
        .filter(|root| page.get(*root, "records").is_some())
        .ok_or_else(|| no_page("it holds no records"))?;
    let Some(next) = page.get(root, "nextRecordsUrl").filter(|node| page.kind(*node) == Kind::String) else {
        return Ok(None);
    };
    let path = page.text(next).into_owned();
    // What an org writes is no template of ours.
    if path.starts_with("/services/data/") && !path.contains("{{") {
        Ok(Some(path))
    } else {
        Err(no_page("its next page lies elsewhere"))
    }
}

fn no_page(why: &str) -> Failure {
    Failure {
        title: "The answer is no page of a query".to_owned(),
        detail: why.to_owned(),
        hint: vec!["the query begins with SELECT".to_owned()],
        facts: Vec::new(),
        kind: FailureKind::Org,
    }
}
