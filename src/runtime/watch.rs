//! Files that are changed outside are read again without a restart. Nobody ticks: they are looked at when the terminal gets
//! the focus back, and with a key at most once a second. Only then does anybody see the difference.

use crate::app::Event;
use crate::app::event::SettingsRead;
use crate::profile::{PROFILES_FILE, SETTINGS_FILE, Settings, THEMES_FOLDER, edit, load, load_settings, load_themes};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc::UnboundedSender;

/// Keys that come faster than this look once.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// What a file looked like. A replaced one has another number, even with the same length in the same second.
type Mark = Option<(SystemTime, u64, u64)>;

fn mark(file: &Path) -> Mark {
    let data = std::fs::metadata(file).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&data);
    #[cfg(not(unix))]
    let number = 0;
    Some((data.modified().ok()?, data.len(), number))
}

/// The settings' file, and the themes by name.
fn settings_marks(config: &Path) -> Vec<(PathBuf, Mark)> {
    let mut files = vec![config.join(SETTINGS_FILE)];
    let themes = std::fs::read_dir(config.join(THEMES_FOLDER)).into_iter().flatten().flatten();
    files.extend(themes.map(|entry| entry.path()));
    files.sort();
    files.into_iter().map(|file| (file.clone(), mark(&file))).collect()
}

/// How the files looked when they were last read.
#[derive(Default)]
struct Seen {
    settings: Vec<(PathBuf, Mark)>,
    profiles: Mark,
    /// The demo's profiles are nobody's to change.
    demo: bool,
    /// Where they lie, once it is there.
    demo_config: Option<PathBuf>,
}

/// The files of the config folder.
#[derive(Clone)]
pub(super) struct Watch {
    config: PathBuf,
    /// Held while the files are read, so that two looks do not tell the same twice.
    seen: Arc<Mutex<Seen>>,
    last: Option<Instant>,
}

impl Watch {
    /// Reads the settings for the first time.
    pub(super) fn begin(config: &Path, demo: bool) -> (Self, Settings, SettingsRead) {
        let seen = Seen {
            settings: settings_marks(config),
            profiles: mark(&config.join(PROFILES_FILE)),
            demo,
            demo_config: None,
        };
        let (settings, read) = read_settings(config);
        (Self { config: config.to_owned(), seen: Arc::new(Mutex::new(seen)), last: None }, settings, read)
    }

    /// From now on the profiles are the demo's.
    pub(super) fn demo(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).demo = true;
    }

    /// Whether the profiles are the demo's.
    pub(super) fn is_demo(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).demo
    }

    /// The demo's profiles lie here.
    pub(super) fn demo_lies(&self, config: &Path) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).demo_config = Some(config.to_owned());
    }

    /// The profiles were written by the program itself, and are read again.
    pub(super) fn profiles_written(&self) -> Vec<Event> {
        let demo = self.seen.lock().unwrap_or_else(PoisonError::into_inner).demo;
        if demo { self.read_again() } else { self.changes() }
    }

    /// Looks at the files off the screen's thread, now or if that was not done just now, and tells what has changed.
    pub(super) fn look(&mut self, now: bool, events: &UnboundedSender<Event>) {
        if !now && self.last.is_some_and(|last| last.elapsed() < AT_MOST_EVERY) {
            return;
        }
        self.last = Some(Instant::now());
        let (watch, events) = (self.clone(), events.clone());
        tokio::task::spawn_blocking(move || {
            for event in watch.changes() {
                // The loop is gone only when the program ends.
                let _ = events.send(event);
            }
        });
    }

    /// Nobody looks while this is held: an editor is at work, and what it has half written is no news.
    pub(super) fn hold(&self) -> impl Sized + '_ {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has changed since the files were last read.
    pub(super) fn changes(&self) -> Vec<Event> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut events = Vec::new();
        let settings = settings_marks(&self.config);
        if settings != seen.settings {
            let file = mark(&self.config.join(SETTINGS_FILE));
            let own = seen.settings.iter().any(|(path, mark)| path.ends_with(SETTINGS_FILE) && *mark == file);
            seen.settings = settings;
            events.push(Event::SettingsRead(Box::new(read_settings(&self.config).1)));
            events.push(Event::ReadAgain(if own { "A theme" } else { SETTINGS_FILE }));
        }
        let profiles = mark(&self.config.join(PROFILES_FILE));
        if profiles != seen.profiles && !seen.demo {
            seen.profiles = profiles;
            events.push(Event::ProfilesLoaded(Box::new(load(&self.config))));
            events.push(Event::ReadAgain(PROFILES_FILE));
        }
        events
    }

    /// Reads everything again since the user asked for it.
    pub(super) fn read_again(&self) -> Vec<Event> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.settings = settings_marks(&self.config);
        seen.profiles = mark(&self.config.join(PROFILES_FILE));
        let read = read_settings(&self.config).1;
        let config = if seen.demo { seen.demo_config.as_ref() } else { Some(&self.config) };
        let profiles = config.map(|config| Event::ProfilesLoaded(Box::new(load(config))));
        [Event::SettingsRead(Box::new(read))].into_iter().chain(profiles).collect()
    }

    /// Writes a theme down; the settings are what they are then.
    pub(super) fn keep_theme(&self, name: &str) -> Vec<Event> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.demo {
            let words = format!("{name} until you quit: the demo keeps nothing");
            return vec![Event::Opened(Ok(words))];
        }
        match edit::set_theme(&self.config, name) {
            Ok(()) => {
                seen.settings = settings_marks(&self.config);
                let words = format!("{name} is kept in {SETTINGS_FILE}");
                vec![Event::SettingsRead(Box::new(read_settings(&self.config).1)), Event::Opened(Ok(words))]
            }
            Err(error) => vec![Event::Opened(Err(format!("{name} until you quit: {error}")))],
        }
    }
}

fn read_settings(config: &Path) -> (Settings, SettingsRead) {
    let (settings, mut problems) = load_settings(config);
    let (themes, wrong) = load_themes(config);
    problems.extend(wrong);
    let read = SettingsRead {
        file: config.join(SETTINGS_FILE),
        keys: settings.keys.clone(),
        theme: settings.screen.theme.clone(),
        pictures: settings.screen.pictures,
        themes,
        problems,
    };
    (settings, read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(watch: &Watch) -> Vec<&'static str> {
        watch
            .changes()
            .into_iter()
            .filter_map(|e| if let Event::ReadAgain(file) = e { Some(file) } else { None })
            .collect()
    }

    #[test]
    fn each_file_is_read_again_once_when_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let put =
            |name: &str, text: &str| crate::profile::replace_file(&folder.path().join(name), text.as_bytes()).unwrap();
        put(SETTINGS_FILE, "[screen]\ntheme = \"dark\"\n");
        let (watch, settings, _) = Watch::begin(folder.path(), false);
        assert_eq!(settings.screen.theme, "dark");
        assert!(watch.changes().is_empty());
        // As long as before, and replaced as editors do it.
        put(SETTINGS_FILE, "[screen]\ntheme = \"dusk\"\n");
        let events = watch.changes();
        assert!(matches!(&events[0], Event::SettingsRead(read) if read.theme == "dusk"), "{events:?}");
        assert!(watch.changes().is_empty());
        put(PROFILES_FILE, "[apps.acme]\n");
        assert_eq!(told(&watch), [PROFILES_FILE]);
        std::fs::create_dir(folder.path().join(THEMES_FOLDER)).unwrap();
        put("themes/mine.toml", "text = \"#ffffff\"\n");
        assert_eq!(told(&watch), ["A theme"]);
        std::fs::remove_file(folder.path().join(SETTINGS_FILE)).unwrap();
        assert_eq!(told(&watch), [SETTINGS_FILE]);
        watch.demo();
        put(PROFILES_FILE, "[apps.other]\n");
        assert!(told(&watch).is_empty(), "the demo's people do not change");
        assert_eq!(watch.read_again().len(), 1, "the user's profiles are none of the demo's");
        let demo = tempfile::tempdir().unwrap();
        watch.demo_lies(demo.path());
        let Event::ProfilesLoaded(read) = &watch.profiles_written()[1] else { panic!("not read") };
        assert_eq!(read.file, demo.path().join(PROFILES_FILE));
    }

    #[test]
    fn what_the_program_writes_itself_is_no_news_and_the_demo_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (watch, ..) = Watch::begin(folder.path(), false);
        let events = watch.keep_theme("paper");
        assert!(matches!(&events[0], Event::SettingsRead(read) if read.theme == "paper"), "{events:?}");
        assert!(watch.changes().is_empty());
        watch.demo();
        watch.keep_theme("dusk");
        let text = std::fs::read_to_string(folder.path().join(SETTINGS_FILE)).unwrap();
        assert!(text.contains("paper") && watch.changes().is_empty());
    }
}
