//! Who you can be: connected apps, their users, and the files that name them.
//!
//! This layer reads and writes files and knows no network. Reading never stops at the first mistake: a bad app
//! becomes a [`Problem`] and the good ones stay usable. The schema of both files is one table of known keys
//! (`schema`), which feeds the reader, the hints of its problems and the test of the template.
//!
//! ```toml
//! default = "acme/admin"             # an app, app/alias or app/username: who to be at the start
//! [variables]                        # for every app
//! name = "value"
//! [apps.acme]
//! client_id = "3MVG9…"               # the consumer key
//! private_key = "~/keys/acme.key"    # ~ is the home folder, all else lies beside profiles.toml
//! certificate = "acme.crt"           # optional: makes "invalid assertion" explainable
//! passphrase = "ask"                 # or { env = "NAME" }, or { command = ["pass", "show", "x"] }
//! login_url = "production"           # or "sandbox", or "https://acme.my.salesforce.com"
//! audience = "https://login.salesforce.com"   # optional
//! version = "newest"                 # or "67.0"
//! kind = "production"                # sandbox, scratch, demo; left out: told from login_url
//! read_only = true
//! default_user = "admin"
//! users = [{ username = "a@b.c", alias = "admin" }]
//! [apps.acme.variables]
//! ```

mod app;
pub mod bring;
pub mod edit;
mod hosts;
mod keys;
mod load;
mod nearest;
mod owner;
mod paths;
mod pick;
mod place;
mod replace;
mod schema;
mod secrets;
mod settings;
mod template;
#[cfg(test)]
mod tests;
mod themes;
mod types;
mod values;

pub use hosts::{SALESFORCE_DOMAINS, is_salesforce_host};
pub use keys::{KeyWish, Placed};
pub use load::load;
pub use paths::{Paths, PathsError};
pub use pick::PickError;
pub use replace::{replace_file, replace_held, update_file};
pub use secrets::{holds_a_secret, names_a_secret};
pub use settings::{Answers, HistorySettings, Network, Pictures, ProxySettings, Screen, Settings, load_settings};
pub use template::{make_folder, template, write_template};
pub use themes::{ROLES, Rgb, ThemeFile, WITHOUT_FILE, built_in_themes, load_themes};
pub use types::{App, Kind, Passphrase, Problem, Profile, ProfileId, Profiles, Severity, Tokens, User, VersionChoice};
pub use values::{Wrong, kind_of, login_url, login_url_text, my_domain_of};

/// The name of the profiles' file in the config folder.
pub const PROFILES_FILE: &str = "profiles.toml";
/// The name of the settings' file in the config folder.
pub const SETTINGS_FILE: &str = "settings.toml";
/// The folder of the user's themes in the config folder.
pub const THEMES_FOLDER: &str = "themes";
