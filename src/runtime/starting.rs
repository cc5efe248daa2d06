//! The start of the demo org: its profiles, or why there are none.

use super::DemoStarter;
use crate::app::Event;
use crate::profile::load;
use crate::request::Failure;
use std::path::Path;
use tokio::sync::mpsc::UnboundedSender;

/// Starts it and tells of it; `wanted`: who to be there, `lies`: told of its folder.
pub(super) async fn demo(
    start: DemoStarter,
    wanted: Option<String>,
    lies: impl FnOnce(&Path) + Send,
    events: UnboundedSender<Event>,
) {
    match start().await {
        Ok(config) => {
            lies(&config);
            let mut profiles = load(&config);
            let chosen = wanted.map(|text| profiles.pick(&text));
            if let Some(Ok(profile)) = &chosen {
                profiles.default = Some(profile.id());
            }
            let _ = events.send(Event::ProfilesLoaded(Box::new(profiles)));
            if let Some(Err(error)) = chosen {
                let _ = events.send(Event::Opened(Err(error.to_string())));
            }
        }
        Err(why) => {
            let title = "The demo org could not be started".to_owned();
            let _ = events.send(Event::Broke(Box::new(Failure { title, detail: why, ..Failure::default() })));
        }
    }
}
