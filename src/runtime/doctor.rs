//! Examines somebody for the screen: reads the file as it is now, tells every line, asks for a passphrase that is missing.

use crate::app::Event;
use crate::app::event::TaskId;
use crate::auth::key_form;
use crate::org::Org;
use crate::org::doctor::{self, Check, Line, Patient, Report, Standing};
use crate::profile::{Passphrase, Profile, Settings, load};
use crate::request::{Failure, FailureKind};
use std::path::Path;
use tokio::sync::mpsc::UnboundedSender;

/// Examines; a failure asks for the passphrase.
pub(super) async fn examine(
    org: &Org,
    settings: &Settings,
    file: &Path,
    profile: Profile,
    id: TaskId,
    events: &UnboundedSender<Event>,
) -> Result<Report, Failure> {
    // The demo's lies elsewhere than one's own.
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let read = tokio::task::spawn_blocking(move || load(&folder)).await;
    let profiles = read.map_err(|error| Failure { title: error.to_string(), ..Failure::default() })?;
    // Whoever was changed in the file is examined as he is there now.
    let now = profiles.all().into_iter().find(|one| one.id() == profile.id());
    let profile = now.unwrap_or(profile);
    let app = &profile.app;
    let passphrase = org.sessions().passphrase(&app.name);
    let asks = app.passphrase == Passphrase::Ask && key_form(&app.private_key).is_ok_and(|form| form.encrypted);
    if asks && passphrase.is_none() {
        return Err(needed(&profile, false));
    }
    let tell = |line: &Line| _ = events.send(Event::Examined(id, Box::new(line.clone())));
    let patient = Patient {
        org,
        profile: &profile,
        file: &profiles.file,
        problems: &profiles.problems,
        passphrase: passphrase.as_ref(),
        ca_file: settings.network.ca_file.as_deref(),
    };
    let report = doctor::examine(&patient, &tell).await;
    let wrong = report.line(Check::Passphrase).is_some_and(|line| line.standing == Standing::Failed);
    if asks && wrong { Err(needed(&profile, true)) } else { Ok(report) }
}

fn needed(profile: &Profile, wrong: bool) -> Failure {
    let name = &profile.app.name;
    let title = if wrong {
        format!("The passphrase does not open the private key of {name}")
    } else {
        format!("The private key of {name} needs its passphrase")
    };
    Failure { title, kind: FailureKind::Passphrase { wrong }, ..Failure::default() }
}
