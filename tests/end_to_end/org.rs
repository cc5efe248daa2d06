//! A demo org inside the test's own process: it can be made to misbehave, and tells what reached it.

use crate::home::Home;
use orgdeck::demo::{Demo, Options, OrgCard};
use std::fs::{Permissions, create_dir_all, read_to_string, set_permissions, write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A running org. Ends when it is dropped.
pub struct Org {
    pub demo: Demo,
    /// The production org's private key, PEM.
    pub key: String,
    _folder: TempDir,
    _tokio: Runtime,
}

impl Org {
    /// Starts one.
    pub fn start(options: Options) -> Self {
        let tokio =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let demo = tokio.block_on(orgdeck::demo::start(options, folder.path())).expect("the demo starts");
        let key = read_to_string(&demo.card().orgs[0].private_key).expect("its key");
        Self { demo, key, _folder: folder, _tokio: tokio }
    }

    /// The production org.
    pub fn card(&self) -> &OrgCard {
        &self.demo.card().orgs[0]
    }

    /// A home whose only app is this org's, with these further lines in its table.
    pub fn home(&self, lines: &str) -> Home {
        let home = Home::new();
        private(&home.config().join("acme.key"), &self.key);
        private(&home.config().join("profiles.toml"), &self.profiles(lines));
        home
    }

    /// A `profiles.toml` for this org, whose key lies beside it as `acme.key`.
    pub fn profiles(&self, lines: &str) -> String {
        profiles(&self.card().client_id, &self.card().login_url, lines)
    }

    /// How many requests with this method and a path that contains this text have come.
    pub fn seen(&self, method: &str, path: &str) -> usize {
        self.demo.requests_seen().iter().filter(|seen| seen.method == method && seen.path.contains(path)).count()
    }
}

/// A `profiles.toml` for one app called `acme`.
pub fn profiles(client_id: &str, login_url: &str, lines: &str) -> String {
    format!(
        "[apps.acme]\nclient_id = \"{client_id}\"\nprivate_key = \"acme.key\"\nlogin_url = \"{login_url}\"\n{lines}\n\
         users = [{{ username = \"admin@acme.example\", alias = \"admin\" }}, {{ username = \"sales@acme.example\", alias = \"sales\" }}]\n"
    )
}

/// Writes a file that only its owner may read.
pub fn private(path: &Path, content: &str) {
    create_dir_all(path.parent().expect("a folder")).expect("a folder");
    write(path, content).expect("a file");
    set_permissions(path, Permissions::from_mode(0o600)).expect("its mode");
}
