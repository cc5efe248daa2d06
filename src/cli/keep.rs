//! The history of the command line: every exchange is kept as it comes, in the file that the screen reads.
//!
//! Where it cannot be kept, that is told once and changes nothing else.

use super::output::complain;
use crate::org::Org;
use crate::profile::{HistorySettings, ProfileId};
use crate::request::{Exchange, PastId, Record, Request, Streamed, Variables};
use crate::secret::Secret;
use crate::store::history::{Archive, ArchiveError};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps exchanges; the file is opened with the first one.
pub(super) struct Keeper {
    file: PathBuf,
    bounds: HistorySettings,
    state: Mutex<Open>,
}

/// What is known of an exchange beside itself.
#[derive(Default)]
pub(super) struct Beside {
    /// Its body, where it went out as it arrived.
    pub(super) streamed: Option<Streamed>,
    /// What it is a further page of.
    pub(super) page_of: Option<PastId>,
}

enum Open {
    NotYet,
    Yes(Archive),
    /// It was told why.
    Never,
}

impl Keeper {
    /// Nothing is opened yet.
    pub(super) fn new(file: PathBuf, bounds: HistorySettings) -> Self {
        let state = if bounds.on { Open::NotYet } else { Open::Never };
        Self { file, bounds, state: Mutex::new(state) }
    }

    /// Bytes of a body that are kept.
    pub(super) fn most(&self) -> usize {
        // A little more, so that what is cut through is seen whole when secrets are looked for.
        usize::try_from((self.bounds.body_kib + 16) << 10).unwrap_or(usize::MAX)
    }

    /// Keeps one, without what is secret in it; its number.
    pub(super) fn keep(
        &self,
        org: &Org,
        request: &Request,
        exchange: &Exchange,
        variables: &Variables,
        beside: Beside,
    ) -> Option<PastId> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, Open::Never) {
            return None;
        }
        let mut record = Record::new(Arc::new(exchange.clone()), request.clone(), variables);
        (record.streamed, record.page_of) = (beside.streamed, beside.page_of);
        about(&mut record, org, &exchange.who);
        let values = record.environment().into_iter().filter_map(|name| std::env::var(name).ok());
        record.secrets.extend(values.map(Secret::new));
        self.write(&mut state, &record).unwrap_or_else(|error| {
            *state = Open::Never;
            complain(&format!("note: the history is not kept: {}: {error}", self.file.display()));
            None
        })
    }

    fn write(&self, state: &mut Open, record: &Record) -> Result<Option<PastId>, ArchiveError> {
        if matches!(state, Open::NotYet) {
            let (archive, words) = Archive::open(&self.file, self.bounds)?;
            words.iter().for_each(|words| complain(&format!("note: {words}")));
            *state = Open::Yes(archive);
        }
        let Open::Yes(archive) = state else { return Ok(None) };
        match archive.keep(record) {
            Err(error) if error.is_damage() => {
                // Let go of first: the file gets another name.
                *state = Open::Never;
                let (mut archive, words) = Archive::replace(&self.file, self.bounds, &error)?;
                complain(&format!("note: {words}"));
                let kept = archive.keep(record);
                *state = Open::Yes(archive);
                kept.map(Some)
            }
            kept => kept.map(Some),
        }
    }
}

/// What the session of who asked tells.
fn about(record: &mut Record, org: &Org, who: &ProfileId) {
    if let Some(token) = org.sessions().peek(who) {
        token.org_id().clone_into(&mut record.org_id);
        record.instance = token.instance_url.origin().ascii_serialization();
        record.secrets.push(token.access_token.clone());
    }
}
