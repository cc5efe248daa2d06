//! What lies on this machine: the profiles' file, the key with its passphrase, the certificate.

use super::Patient;
use super::report::Check;
use super::scribe::Scribe;
use crate::auth::{Certificate, KeyForm, LoginError, PrivateKey, find_passphrase, key_form, passphrase_source};
use crate::profile::Severity;
use jiff::Timestamp;

/// A certificate that ends sooner than this is told, in days.
const SOON: i64 = 30;
const DAY: i64 = 24 * 60 * 60;

/// The file itself, and what is wrong in it as far as it matters for this profile.
pub(super) fn profiles(patient: &Patient<'_>, scribe: &mut Scribe<'_>) {
    let file = patient.file.display();
    if let Err(error) = std::fs::File::open(patient.file) {
        let cure = vec!["see that it is a file that you may read".to_owned()];
        return scribe.fail(Check::Profiles, format!("{file} cannot be read: {error}"), cure);
    }
    let app = Some(patient.profile.app.name.as_str());
    let mine = || patient.problems.iter().filter(|one| one.app.is_none() || one.app.as_deref() == app);
    if let Some(worst) = mine().find(|one| one.severity == Severity::Error).or_else(|| mine().next()) {
        let more = match mine().count() {
            1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        let what = format!("{file}:{}:{}: {}{more}", worst.line, worst.column, worst.what);
        return scribe.warn(Check::Profiles, what, vec![worst.cure.clone()]);
    }
    match PrivateKey::warning(patient.file) {
        Some(warning) => open_to_others(Check::Profiles, &warning, scribe),
        None => scribe.ok(Check::Profiles, format!("for nobody else to read: {file}")),
    }
}

/// Permissions are told with their cure behind a colon.
fn open_to_others(check: Check, warning: &str, scribe: &mut Scribe<'_>) {
    match warning.rsplit_once(": ") {
        Some((what, cure)) => scribe.warn(check, what, vec![cure.to_owned()]),
        None => scribe.warn(check, warning, Vec::new()),
    }
}

/// The key, opened; `None` where it cannot be.
pub(super) async fn key(patient: &Patient<'_>, scribe: &mut Scribe<'_>) -> Option<PrivateKey> {
    let app = &patient.profile.app;
    let path = &app.private_key;
    let form = match key_form(path) {
        Ok(form) => form,
        Err(error) => {
            bad_key(&error, scribe);
            scribe.skip(Check::Passphrase, "the key is in the way");
            return None;
        }
    };
    let passphrase = if form.encrypted { find_passphrase(app, patient.passphrase).await } else { Ok(None) };
    if let Ok(Some(found)) = &passphrase {
        scribe.hide(found);
    }
    let opened = match &passphrase {
        Ok(found) => Some(PrivateKey::read(path, found.as_ref())),
        Err(_) => None,
    };
    match &opened {
        // Whatever the passphrase says, the file itself is as far as one can see what it should be.
        None | Some(Ok(_) | Err(LoginError::PassphraseNeeded { .. })) => {
            good_key(patient, form, opened.as_ref().and_then(|key| key.as_ref().ok()), scribe);
        }
        Some(Err(error)) => bad_key(error, scribe),
    }
    passphrase_line(patient, form, passphrase.err().as_ref(), opened.as_ref(), scribe);
    opened.and_then(Result::ok)
}

fn good_key(patient: &Patient<'_>, form: KeyForm, key: Option<&PrivateKey>, scribe: &mut Scribe<'_>) {
    let path = &patient.profile.app.private_key;
    if let Some(warning) = PrivateKey::warning(path) {
        return open_to_others(Check::Key, &warning, scribe);
    }
    let bits = key.map(|key| format!(", RSA, {} bits", key.bits())).unwrap_or_default();
    let encrypted = if form.encrypted { ", encrypted" } else { "" };
    scribe.ok(Check::Key, format!("{}{encrypted}{bits}, for nobody else to read: {}", form.name, path.display()));
}

fn bad_key(error: &LoginError, scribe: &mut Scribe<'_>) {
    match error {
        LoginError::Key { what, cure } => scribe.fail(Check::Key, what, vec![cure.clone()]),
        error => scribe.fail(Check::Key, error.to_string(), Vec::new()),
    }
}

fn passphrase_line(
    patient: &Patient<'_>,
    form: KeyForm,
    missing: Option<&LoginError>,
    opened: Option<&Result<PrivateKey, LoginError>>,
    scribe: &mut Scribe<'_>,
) {
    let app = &patient.profile.app;
    let source = match passphrase_source(app) {
        _ if patient.passphrase.is_some() => "what was typed".to_owned(),
        Some(source) => source,
        None => "what was typed".to_owned(),
    };
    let path = app.private_key.display();
    match (missing, opened) {
        _ if !form.encrypted => scribe.skip(Check::Passphrase, "the key is not encrypted"),
        (Some(LoginError::Key { what, cure }), _) => scribe.fail(Check::Passphrase, what, vec![cure.clone()]),
        (Some(error), _) => scribe.fail(Check::Passphrase, error.to_string(), Vec::new()),
        (None, Some(Ok(_))) => scribe.ok(Check::Passphrase, format!("{source} opens the key")),
        (None, Some(Err(LoginError::PassphraseNeeded { wrong: true, .. }))) => {
            let cure = format!("openssl pkey -noout -in {path} tells whether a passphrase is right");
            scribe.fail(Check::Passphrase, format!("{source} does not open the key"), vec![cure]);
        }
        (None, Some(Err(LoginError::PassphraseNeeded { .. }))) => {
            scribe.skip(Check::Passphrase, "it is asked for, and nobody gave it");
        }
        (None, _) => scribe.skip(Check::Passphrase, "the key is in the way"),
    }
}

/// The certificate, where one is named.
pub(super) fn certificate(patient: &Patient<'_>, key: Option<&PrivateKey>, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Certificate;
    let app = &patient.profile.app;
    let Some(path) = &app.certificate else {
        return scribe.skip(CHECK, "the profile names none; with certificate = \"app.crt\" it is held against the key");
    };
    let certificate = match Certificate::read(path) {
        Ok(certificate) => certificate,
        Err(LoginError::Key { what, cure }) => return scribe.fail(CHECK, what, vec![cure]),
        Err(error) => return scribe.fail(CHECK, error.to_string(), Vec::new()),
    };
    let now = (patient.org.inner.clock)();
    let name = path.display();
    let anew = vec![format!("make a new one from the same key, and upload it to the app of {}", app.name)];
    let until = |end: Timestamp| end.strftime("%Y-%m-%d").to_string();
    let left = (certificate.not_after.as_second() - now.as_second()).div_euclid(DAY);
    if key.is_some_and(|key| !certificate.matches(key)) {
        let cure = vec![
            format!(
                "name the certificate that was made from {}, or the key that belongs to this one",
                app.private_key.display()
            ),
            "the one that the app in Setup has must belong to the key".to_owned(),
        ];
        return scribe.fail(CHECK, format!("{name} does not belong to the private key"), cure);
    }
    if left < 0 {
        return scribe.fail(CHECK, format!("{name} expired on {}", until(certificate.not_after)), anew);
    }
    if certificate.not_before > now {
        let cure = vec!["is this machine's clock right?".to_owned()];
        return scribe.fail(CHECK, format!("{name} is valid only from {}", until(certificate.not_before)), cure);
    }
    if !certificate.algorithm.starts_with("RSA") {
        let cure = vec!["Salesforce takes RSA only: make a key of 2048 bits and its certificate".to_owned()];
        return scribe.fail(CHECK, format!("{name} holds {}", certificate.algorithm), cure);
    }
    if left < SOON {
        let days = if left == 1 { "day" } else { "days" };
        let what = format!("{name} expires in {left} {days}, on {}", until(certificate.not_after));
        return scribe.warn(CHECK, what, anew);
    }
    let belongs = if key.is_some() { ", belongs to the key" } else { "" };
    let what = format!("{}{belongs}, valid until {}: {name}", certificate.algorithm, until(certificate.not_after));
    scribe.ok(CHECK, what);
}
