//! The effects of a set-up: its jobs one after the other, in the user's own folder and never in the demo's.

use super::{Effects, Running, Shared};
use crate::app::Event;
use crate::app::event::TaskId;
use crate::profile::Settings;
use crate::runtime::setup;
use crate::setup::{Job, Outcome, Work};
use std::path::PathBuf;

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

    /// Jobs are done one after the other, so that what was answered last is what is kept.
    pub(super) fn setup_job(&mut self, id: TaskId, job: Job) {
        let before = self.setup.take();
        let (told, settings, config) = (self.told.clone(), self.settings.clone(), self.options.config.clone());
        let task = tokio::spawn(async move {
            if let Some(before) = before {
                // However it ended, it is no longer at work.
                let _ = before.await;
            }
            let events = told.events.clone();
            let done = told.setup_job(&settings, config, job).await;
            let _ = events.send(Event::SetupDone(id, done.map(Box::new)));
        });
        self.running.insert(id, Running::Task(task.abort_handle()));
        self.setup = Some(task);
    }
}

impl Shared {
    /// Does a job of a set-up: its files off the screen's thread, its test with the client that the screen has.
    async fn setup_job(&self, settings: &Settings, config: PathBuf, job: Job) -> Result<Outcome, String> {
        let (folder, files) = (config.clone(), job.clone());
        let done = tokio::task::spawn_blocking(move || setup::files(&folder, &files)).await;
        match (done.map_err(|error| error.to_string())??, &job.work) {
            (None, Work::Test { app, passphrase, .. }) => match self.org(settings).await {
                Ok(org) => Ok(setup::test(org, &config, app, passphrase.as_ref()).await),
                Err(failure) => Ok(Outcome::Tested(Err(format!("{}: {}", failure.title, failure.detail)))),
            },
            (done, _) => Ok(done.unwrap_or(Outcome::Nothing)),
        }
    }
}
