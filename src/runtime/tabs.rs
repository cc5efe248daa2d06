//! Keeps what is typed in the tabs: after a while of quiet, and at the end. Reads it at the start.

use crate::app::tabs::{keep, restore};
use crate::app::{Event, State};
use crate::store::tabs::{KeptTabs, read_tabs, write_tabs};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// How long nothing must happen before it is written.
const QUIET: Duration = Duration::from_secs(2);

/// What is in the file, and where that is.
pub(super) struct Keeper {
    file: Option<PathBuf>,
    /// What is in the file, or will be when it is written.
    written: KeptTabs,
    /// Whether something happened since it was looked at.
    touched: bool,
    writing: Option<JoinHandle<()>>,
    /// Held while it is written: a later text is not overtaken by an earlier one.
    turn: Arc<Mutex<()>>,
}

impl Keeper {
    /// Opens the tabs of the last run. Without a file nothing is kept.
    pub(super) fn new(file: Option<PathBuf>, state: &mut State) -> Self {
        let mut written = KeptTabs::default();
        if let Some(file) = &file {
            let (read, words) = read_tabs(file);
            written = read.clone();
            restore(state, read);
            if let Some(words) = words {
                state.tell(words);
            }
        }
        Self { file, written, touched: false, writing: None, turn: Arc::default() }
    }

    /// What comes from here on stays nowhere: the demo.
    pub(super) fn leave_the_disk(&mut self) {
        self.file = None;
    }

    /// Something happened.
    pub(super) fn touch(&mut self) {
        self.touched = self.file.is_some();
    }

    /// Ends when there was quiet after something happened; without that, never.
    pub(super) async fn quiet(&self) {
        if !self.touched {
            return std::future::pending().await;
        }
        tokio::time::sleep(QUIET).await;
    }

    /// Has written what is typed, if that is other than what is in the file.
    pub(super) fn write_behind(&mut self, state: &State, events: &UnboundedSender<Event>) {
        let Some(file) = self.file.clone().filter(|_| std::mem::take(&mut self.touched)) else { return };
        let kept = keep(state);
        if kept == self.written {
            return;
        }
        self.written = kept.clone();
        let (turn, events) = (Arc::clone(&self.turn), events.clone());
        self.writing = Some(tokio::task::spawn_blocking(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = write_tabs(&file, &kept) {
                let words = format!("What is typed cannot be kept in {}: {error}", file.display());
                let _ = events.send(Event::Opened(Err(words)));
            }
        }));
    }

    /// The program ends: what is typed is in the file then.
    pub(super) fn finish(&mut self, state: &State) {
        let Some(file) = &self.file else { return };
        let kept = keep(state);
        let underway = self.writing.as_ref().is_some_and(|writing| !writing.is_finished());
        if kept != self.written || underway {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody is left to be told.
            let _ = write_tabs(file, &kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    fn typed(address: &str) -> State {
        let mut state = State::new((80, 24));
        state.rest.address.set(address);
        state
    }

    #[tokio::test]
    async fn what_is_typed_is_written_behind_and_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state").join("tabs.toml");
        let (events, mut told) = unbounded_channel();
        let mut keeper = Keeper::new(Some(file.clone()), &mut State::new((80, 24)));
        // Nothing happened: nothing is written.
        keeper.write_behind(&typed("limits"), &events);
        assert!(!file.exists());
        keeper.touch();
        keeper.write_behind(&typed("limits"), &events);
        keeper.writing.take().unwrap().await.unwrap();
        assert_eq!(read_tabs(&file).0.tabs[0].address, "limits");
        // The same again is not written again.
        keeper.touch();
        keeper.write_behind(&typed("limits"), &events);
        assert!(keeper.writing.is_none());
        keeper.finish(&typed("query"));
        let mut again = State::new((80, 24));
        let _ = Keeper::new(Some(file.clone()), &mut again);
        assert_eq!(again.rest.address.text(), "query");
        // What cannot be written is told.
        std::fs::remove_dir_all(folder.path().join("state")).unwrap();
        std::fs::write(folder.path().join("state"), "in the way").unwrap();
        keeper.touch();
        keeper.write_behind(&typed("other"), &events);
        keeper.writing.take().unwrap().await.unwrap();
        assert!(matches!(told.try_recv(), Ok(Event::Opened(Err(why))) if why.contains("cannot be kept")));
        keeper.leave_the_disk();
        keeper.touch();
        assert!(!keeper.touched, "the demo is kept nowhere");
    }
}
