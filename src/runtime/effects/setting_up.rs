//! The effects of a set-up: its jobs one after the other, in the user's own folder and never in the demo's.

use super::{Effects, Running, Shared};
use crate::app::Event;
use crate::app::event::TaskId;
use crate::profile::Settings;
use crate::runtime::setup;
use crate::setup::{Job, Outcome, Work};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long the end of the program waits for the disk.
const PATIENCE: Duration = Duration::from_secs(2);

impl Effects {
    pub(super) fn begin_setup(&self) {
        let (events, config) = (self.told.events.clone(), self.options.config.clone());
        let demo = self.watch.is_demo();
        tokio::task::spawn_blocking(move || {
            let begun = if demo {
                Err("The demo's profiles go with it: quit it, and run orgdeck setup".to_owned())
            } else {
                let (setup, told) = setup::begin(&config);
                Ok((Box::new(setup), told))
            };
            let _ = events.send(Event::SetupBegun(begun));
        });
    }

    /// Files are written one job after the other, so that what was answered last is what is kept; and whole, whoever stops
    /// waiting for it.
    pub(super) fn setup_job(&mut self, id: TaskId, job: Job) {
        let before = self.setup.take();
        let (told, settings, config) = (self.told.clone(), self.settings.clone(), self.options.config.clone());
        let (folder, files) = (config.clone(), job.clone());
        let (written, done) = oneshot::channel();
        self.setup = Some(tokio::spawn(async move {
            if let Some(before) = before {
                // However it ended, it is no longer at work.
                let _ = before.await;
            }
            let done = tokio::task::spawn_blocking(move || setup::files(&folder, &files)).await;
            // Nobody may wait for it any more.
            let _ = written.send(done.unwrap_or_else(|error| Err(error.to_string())));
        }));
        let task = tokio::spawn(async move {
            let done = match done.await {
                Ok(done) => told.setup_job(&settings, config, job, done).await,
                Err(error) => Err(error.to_string()),
            };
            let _ = told.events.send(Event::SetupDone(id, done.map(Box::new)));
        });
        self.running.insert(id, Running::Task(task.abort_handle()));
    }

    /// The program ends: what was answered last is kept, if the disk does not take for ever.
    pub(in crate::runtime) async fn settle(&mut self) {
        if let Some(last) = self.setup.take() {
            let _ = tokio::time::timeout(PATIENCE, last).await;
        }
    }
}

impl Shared {
    /// What is left of a job once its files are there: its test, with the client that the screen has.
    async fn setup_job(
        &self,
        settings: &Settings,
        config: PathBuf,
        job: Job,
        done: Result<Option<Outcome>, String>,
    ) -> Result<Outcome, String> {
        match (done?, &job.work) {
            (None, Work::Test { app, passphrase, .. }) => match self.org(settings).await {
                Ok(org) => Ok(setup::test(org, &config, app, passphrase.as_ref()).await),
                Err(failure) => Ok(Outcome::Tested(Err(format!("{}: {}", failure.title, failure.detail)))),
            },
            (done, _) => Ok(done.unwrap_or(Outcome::Nothing)),
        }
    }
}
