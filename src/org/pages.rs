//! All pages of a query, one after the other.
use super::client::Org;
use crate::json::Document;
use crate::profile::Profile;
use crate::request::Failure;
use std::ops::ControlFlow;
impl Org {
    /// Asks a query and follows its pages until the last one or until `on_page` breaks. Each page is handed over as it is,
    /// in order.
    ///
    /// # Errors
    /// As [`Org::ask`]; an answer that tells of an error is a failure here as well.
    pub async fn pages<F>(&self, profile: &Profile, soql: &str, tooling: bool, on_page: F) -> Result<(), Failure>
    where
        F: FnMut(Document) -> ControlFlow<()> + Send,
    {
        let _ = (profile, soql, tooling, on_page);
        Err(Failure::default())
    }
}
