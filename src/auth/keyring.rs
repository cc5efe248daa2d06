//! The system's keyring, where orgdeck was built with it (`--features keyring`). Each call waits for the system.

#[cfg(feature = "keyring")]
pub(super) use with::{get, remove, set};
#[cfg(not(feature = "keyring"))]
pub(super) use without::{get, remove, set};

#[cfg(feature = "keyring")]
mod with {
    use crate::secret::Secret;
    use keyring::{Entry, Error};

    /// Under which name the keyring shows it.
    const SERVICE: &str = "orgdeck";

    fn entry(key: &str) -> Result<Entry, String> {
        match Entry::store_status() {
            Ok(()) => Entry::new(SERVICE, key).map_err(|error| told(&error)),
            Err(error) => Err(told(error)),
        }
    }

    /// Not by `Debug`: it may hold what was kept.
    fn told(error: &Error) -> String {
        format!("the system's keyring cannot be used: {error}")
    }

    pub fn get(key: &str) -> Result<Option<Secret>, String> {
        match entry(key)?.get_password() {
            Ok(text) => Ok(Some(Secret::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    pub fn set(key: &str, text: String) -> Result<(), String> {
        let text = Secret::new(text);
        entry(key)?.set_password(text.expose()).map_err(|error| told(&error))
    }

    pub fn remove(key: &str) -> Result<(), String> {
        match entry(key)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

#[cfg(not(feature = "keyring"))]
mod without {
    use crate::secret::Secret;

    fn none<T>() -> Result<T, String> {
        Err("this orgdeck was built without the system's keyring (cargo install --features keyring has it)".to_owned())
    }

    pub fn get(_key: &str) -> Result<Option<Secret>, String> {
        none()
    }

    pub fn set(_key: &str, _text: String) -> Result<(), String> {
        none()
    }

    pub fn remove(_key: &str) -> Result<(), String> {
        none()
    }
}
