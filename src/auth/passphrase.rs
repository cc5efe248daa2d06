//! Where the passphrase of an encrypted key comes from: what was given, an environment variable, or a command.
//!
//! The command is run as it stands, without a shell and without input. Whether the profile file may name one at all
//! (nobody else may write to it) is decided where the file is read.

use super::LoginError;
use super::pem_file::key;
use crate::profile::{App, Passphrase};
use crate::secret::Secret;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};
use zeroize::Zeroizing;

/// How long the command may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of what the command says on stderr is quoted, in characters.
const QUOTED: usize = 400;

/// The passphrase of an app's key; `None` where it has to be asked.
///
/// # Errors
/// `Key` where the variable is not set or the command fails.
pub async fn find(app: &App, given: Option<&Secret>) -> Result<Option<Secret>, LoginError> {
    if let Some(given) = given {
        return Ok(Some(given.clone()));
    }
    match &app.passphrase {
        Passphrase::Ask => Ok(None),
        Passphrase::Env(name) => variable(name).map(Some),
        Passphrase::Command(words) => command(words, LIMIT).await.map(Some),
    }
}

/// Where a passphrase that does not open the key came from; `None` where it was asked.
pub fn source(app: &App) -> Option<String> {
    match &app.passphrase {
        Passphrase::Ask => None,
        Passphrase::Env(name) => Some(format!("the environment variable {name}")),
        Passphrase::Command(words) => Some(format!("the command {}", words.first().map_or("", String::as_str))),
    }
}

fn variable(name: &str) -> Result<Secret, LoginError> {
    match std::env::var(name) {
        Ok(value) => Ok(Secret::new(value)),
        Err(std::env::VarError::NotPresent) => Err(key(
            format!("the private key is encrypted, and the environment variable {name} for its passphrase is not set"),
            format!("set {name} before orgdeck starts, or take it out of the profile to be asked"),
        )),
        Err(std::env::VarError::NotUnicode(_)) => Err(key(
            format!("the passphrase in the environment variable {name} is not UTF-8"),
            format!("set {name} to the passphrase as text"),
        )),
    }
}

async fn command(words: &[String], limit: Duration) -> Result<Secret, LoginError> {
    let cure = |name: &str| {
        format!("run {name} in a terminal: it must print the passphrase on its first line, without asking anything")
    };
    let Some((name, arguments)) = words.split_first() else {
        return Err(key(
            "the passphrase command is empty".to_owned(),
            "give it as a list: program, arguments".to_owned(),
        ));
    };
    let mut run = Command::new(name);
    run.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    run.process_group(0);
    let unable = |error| key(format!("the passphrase command {name} cannot be run: {error}"), cure(name));
    let child = run.spawn().map_err(unable)?;
    // When the time is up, or nobody waits any more, dropping this kills the command and what it started.
    let group = Group::led_by(&child);
    let output = match tokio::time::timeout(limit, child.wait_with_output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(unable(error)),
        Err(_) => {
            let seconds = limit.as_secs();
            return Err(key(
                format!("the passphrase command {name} took longer than {seconds} s and was ended"),
                cure(name),
            ));
        }
    };
    group.ended();
    let printed = Zeroizing::new(output.stdout);
    if !output.status.success() {
        let said: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(QUOTED).collect();
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        return Err(key(format!("the passphrase command {name} failed ({}){said}", output.status), cure(name)));
    }
    let line = printed.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(line) if !line.is_empty() => Ok(Secret::new(line)),
        Ok(_) => Err(key(format!("the passphrase command {name} printed nothing on its first line"), cure(name))),
        Err(_) => Err(key(format!("the passphrase command {name} printed what is not UTF-8"), cure(name))),
    }
}

/// The processes of a command that has not ended; killed when this is dropped.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn led_by(child: &Child) -> Self {
        let number = child.id().and_then(|number| i32::try_from(number).ok());
        Self { leader: number.and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    fn led_by(_: &Child) -> Self {
        Self {}
    }

    /// It ended by itself. What it left running on purpose, as an agent, is none of ours.
    fn ended(self) {
        std::mem::forget(self);
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // Where nobody is left there is nothing to kill.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    async fn what(command_line: &[&str]) -> String {
        match command(&words(command_line), LIMIT).await {
            Err(LoginError::Key { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn the_first_line_is_the_passphrase() {
        let secret = command(&words(&["printf", r"open sesame\r\nmore\n"]), LIMIT).await.unwrap();
        assert_eq!(secret.expose(), "open sesame");
    }

    #[tokio::test]
    async fn arguments_are_no_shell() {
        let secret = command(&words(&["printf", "%s", "$HOME; echo `id`"]), LIMIT).await.unwrap();
        assert_eq!(secret.expose(), "$HOME; echo `id`");
    }

    #[tokio::test]
    async fn there_is_no_input() {
        // `cat` ends at once, having read nothing.
        assert!(what(&["cat"]).await.contains("printed nothing"));
    }

    #[tokio::test]
    async fn a_failing_command_is_quoted() {
        let what = what(&["sh", "-c", "echo no such entry >&2; echo hidden; exit 3"]).await;
        assert!(what.contains("no such entry") && what.contains('3'), "{what}");
        assert!(!what.contains("hidden"), "{what}");
    }

    #[tokio::test]
    async fn a_command_that_is_not_there_is_told() {
        assert!(what(&["/nonexistent/pass"]).await.contains("cannot be run"));
        assert!(what(&[]).await.contains("empty"));
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended() {
        let ended = command(&words(&["sleep", "600"]), Duration::from_millis(30)).await;
        assert!(matches!(ended, Err(LoginError::Key { what, .. }) if what.contains("was ended")));
    }

    #[tokio::test]
    async fn what_a_command_started_ends_with_it() {
        use tokio::io::AsyncReadExt;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut told = tokio::net::unix::pipe::OpenOptions::new().open_receiver(&pipe).unwrap();
        // A child of the command holds the other end of the pipe for as long as it lives.
        let script = format!("(echo up; sleep 600) > {} & sleep 600", pipe.display());
        let line = words(&["sh", "-c", &script]);
        let mut first = [0; 3];
        tokio::select! {
            ended = command(&line, LIMIT) => panic!("{ended:?}"),
            read = told.read_exact(&mut first) => assert_eq!(read.unwrap(), 3),
        }
        assert_eq!(&first, b"up\n");
        // Nobody waits for the command any more.
        assert_eq!(told.read(&mut first).await.unwrap(), 0);
    }
}
