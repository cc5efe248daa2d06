//! Which step is not done yet, told from a login that failed. Nothing is sent here.

use super::Step;
use crate::auth::{Cause, LoginError};

/// Why somebody cannot log in, and where to put it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The step that is not done, as far as it is known; `None`: nothing of the set-up, wait or look elsewhere.
    pub step: Option<Step>,
    /// What was said, verbatim where the org said it.
    pub said: String,
    /// What is not done yet.
    pub missing: String,
    /// What to do, one a line.
    pub cure: Vec<String>,
}

/// Makes a trouble of a login's error.
pub fn diagnose(error: &LoginError) -> Trouble {
    let (step, missing, cure) = match error {
        LoginError::PassphraseNeeded { .. } => (Some(Step::Unlock), "the passphrase of the key", Vec::new()),
        LoginError::Key { cure, .. } => (Some(Step::Key), "a key that can be used", vec![cure.clone()]),
        LoginError::Kept { cure, .. } => (None, "a place where the token may be kept", vec![cure.clone()]),
        LoginError::Refused { trouble } => {
            let (step, missing, own) = of_cause(trouble.cause());
            // The cures of a login are for profiles that worked once; where the set-up knows better, it says that.
            let cure =
                if own.is_empty() { trouble.cure.clone() } else { own.iter().map(|c| (*c).to_owned()).collect() };
            (step, missing, cure)
        }
        LoginError::Stranger { .. } | LoginError::NotAToken { .. } => {
            (Some(Step::Where), "the address where the org logs in", Vec::new())
        }
        LoginError::Wire(_) => (Some(Step::Where), "a way to the org: its address, or the network", Vec::new()),
        LoginError::OtherIdentity { .. } => (None, "nothing: the app logs in as somebody else now", Vec::new()),
    };
    let said = match error {
        LoginError::Refused { trouble } if !trouble.error.is_empty() => {
            format!("{}: {}", trouble.error, trouble.description)
        }
        other => other.to_string(),
    };
    Trouble { step, said, missing: missing.to_owned(), cure }
}

type Known = (Option<Step>, &'static str, &'static [&'static str]);

fn of_cause(cause: Cause) -> Known {
    match cause {
        Cause::ClientId => (
            Some(Step::ConsumerKey),
            "the consumer key is not known to the org",
            &[
                "compare it with the app's consumer key in Salesforce",
                "an app that is new takes up to 10 minutes: test again then",
            ],
        ),
        Cause::NotInstalled => (
            Some(Step::Where),
            "the app belongs to another org than the one that was asked",
            &["log in at the My Domain of the org in which the app was made, or install the app in this one"],
        ),
        Cause::Assertion => (Some(Step::Salesforce), "the app does not have this key's certificate", &[]),
        Cause::NotApproved => (
            Some(Step::Salesforce),
            "the app lets in only those who approved it themselves, or the username is not known",
            &[
                "in the app's policies set Permitted Users to \"Admin approved users are pre-authorized\"",
                "then add a permission set or profile of this user to the app",
                "if that is so, compare the username with Setup, Users",
            ],
        ),
        Cause::NotAdminApproved => (
            Some(Step::Salesforce),
            "the user is not among those whom the app lets in",
            &["add a permission set or profile of this user to the app's policies"],
        ),
        Cause::Audience => (Some(Step::Where), "production or sandbox: the other one, it seems", &[]),
        Cause::Expired => (None, "nothing of the app: this machine's clock is wrong", &[]),
        Cause::InactiveUser => (Some(Step::Users), "a user who is active", &[]),
        Cause::InactiveOrg => (Some(Step::Where), "an org that is active", &[]),
        Cause::IpRestricted => (Some(Step::Salesforce), "this network is not among those that are let in", &[]),
        Cause::GrantType => (
            Some(Step::Salesforce),
            "the JWT bearer flow is not enabled for the app, or that address is no login host",
            &["enable the JWT bearer flow in the app's OAuth settings", "if it is enabled, look at the address again"],
        ),
        Cause::Redirect => (Some(Step::Where), "the address where the org logs in", &[]),
        Cause::RateExceeded | Cause::Retry | Cause::Unavailable => {
            (None, "nothing of the set-up: try again later", &[])
        }
        Cause::Unknown => (None, "something that orgdeck does not know", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::LoginTrouble;
    use crate::secret::Secret;

    fn refused(error: &str, description: &str, status: u16) -> Trouble {
        let trouble = LoginTrouble {
            status,
            error: error.into(),
            description: description.into(),
            answer: Secret::new(""),
            cure: vec!["the login's own cure".into()],
            facts: Vec::new(),
        };
        diagnose(&LoginError::Refused { trouble: Box::new(trouble) })
    }

    #[test]
    fn each_refusal_leads_to_the_step_that_is_not_done() {
        for (error, description, step) in [
            ("invalid_client_id", "client identifier invalid", Some(Step::ConsumerKey)),
            ("app_not_found", "External client app is not installed in this org", Some(Step::Where)),
            ("invalid_grant", "invalid assertion", Some(Step::Salesforce)),
            ("invalid_grant", "user hasn't approved this consumer", Some(Step::Salesforce)),
            ("invalid_app_access", "user is not admin approved to access this app", Some(Step::Salesforce)),
            ("invalid_grant", "audience is invalid", Some(Step::Where)),
            ("invalid_grant", "inactive user", Some(Step::Users)),
            ("unsupported_grant_type", "grant type not supported", Some(Step::Salesforce)),
            ("invalid_grant", "expired authorization code", None),
            ("invalid_grant", "LOGIN_RATE_EXCEEDED", None),
            ("teapot", "short and stout", None),
        ] {
            let told = refused(error, description, 400);
            assert_eq!(told.step, step, "{description}");
            assert_eq!(told.said, format!("{error}: {description}"));
            assert!(!told.missing.is_empty() && !told.cure.is_empty(), "{told:?}");
        }
        assert_eq!(refused("", "moved", 302).step, Some(Step::Where));
        assert_eq!(refused("teapot", "short and stout", 400).cure, ["the login's own cure"]);
    }

    #[test]
    fn what_never_reached_the_org_leads_to_key_or_address() {
        let needed = LoginError::PassphraseNeeded { path: "a.key".into(), wrong: false };
        assert_eq!(diagnose(&needed).step, Some(Step::Unlock));
        let key = LoginError::Key { what: "damaged".into(), cure: "copy it again".into() };
        assert_eq!((diagnose(&key).step, diagnose(&key).said.as_str()), (Some(Step::Key), "damaged"));
        let wire = LoginError::Wire(crate::wire::WireError::Dns { host: "nowhere".into(), detail: "none".into() });
        assert_eq!(diagnose(&wire).step, Some(Step::Where));
    }
}
