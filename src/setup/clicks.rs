//! What to click in Salesforce, in the words that its set-up pages have now, and the page that it begins on.
//!
//! New connected apps are made by Salesforce's support alone since Spring '26; External Client Apps took their place.
//! <https://help.salesforce.com/s/articleView?id=xcloud.configure_oauth_jwt_flow_external_client_apps.htm>

use super::answers::{Answers, AppKind};
use crate::profile::login_url;
use url::Url;

/// An address for the field that cannot be left empty. Nobody is ever sent there: the JWT bearer flow has no callback.
pub const CALLBACK: &str = "https://login.salesforce.com/services/oauth2/success";

/// The page to begin on. Where the org is not known by its own address, its login page: Setup is behind it.
pub fn page_to_open(answers: &Answers) -> Option<Url> {
    let url = login_url(answers.login_url.as_deref()?).ok()?;
    let host = url.host_str().unwrap_or_default();
    let page = match answers.app.unwrap_or(AppKind::External) {
        AppKind::External => "ManageExternalClientApplication",
        AppKind::Connected => "NavigationMenus",
    };
    if host.ends_with(".my.salesforce.com") {
        url.join(&format!("lightning/setup/{page}/home")).ok()
    } else {
        Some(url)
    }
}

/// What to do there, one step a line.
pub(super) fn clicks(answers: &Answers) -> Vec<String> {
    let name = answers.name.as_deref().unwrap_or("orgdeck");
    let scopes = "api, id and refresh_token: \"Manage user data via APIs\", \"Access the identity URL service\", \
        \"Perform requests at any time\"";
    let who = "the permission sets or profiles of those who log in";
    let steps = match answers.app.unwrap_or(AppKind::External) {
        AppKind::External => [
            format!("Setup ▸ External Client App Manager ▸ New External Client App: name {name}, your email, Local"),
            format!("API: Enable OAuth; callback URL {CALLBACK} (any will do)"),
            format!("Scopes {scopes}"),
            "Flow Enablement: Enable JWT Bearer Flow, and upload the certificate; Create".to_owned(),
            "Policies ▸ Edit: Permitted Users \"Admin approved users are pre-authorized\"".to_owned(),
            format!("Policies, App Policies: select {who}; Save"),
            "Settings ▸ OAuth Settings ▸ Consumer Key and Secret: copy the key, which is asked for next".to_owned(),
        ],
        AppKind::Connected => [
            format!("Setup ▸ App Manager ▸ the connected app for {name} ▸ Edit"),
            format!("API: Enable OAuth Settings; callback URL {CALLBACK} (any will do)"),
            "Use digital signatures: upload the certificate".to_owned(),
            format!("Scopes {scopes}; Save"),
            "Manage ▸ Edit Policies: Permitted Users \"Admin approved users are pre-authorized\"".to_owned(),
            format!("Manage ▸ Manage Permission Sets or Manage Profiles: add {who}"),
            "View ▸ Manage Consumer Details: copy the consumer key, which is asked for next".to_owned(),
        ],
    };
    steps.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(login_url: &str, app: AppKind) -> Answers {
        Answers { login_url: Some(login_url.into()), app: Some(app), name: Some("acme".into()), ..Answers::default() }
    }

    #[test]
    fn the_page_is_the_org_s_own_where_that_is_known() {
        let page = |login: &str, app| page_to_open(&answers(login, app)).map(|url| url.to_string());
        let own = page("https://acme.my.salesforce.com", AppKind::External);
        assert_eq!(
            own.as_deref(),
            Some("https://acme.my.salesforce.com/lightning/setup/ManageExternalClientApplication/home")
        );
        assert!(page("https://acme.my.salesforce.com", AppKind::Connected).unwrap().ends_with("/NavigationMenus/home"));
        assert_eq!(page("sandbox", AppKind::External).as_deref(), Some("https://test.salesforce.com/"));
        assert_eq!(page("http://127.0.0.1:9", AppKind::External).as_deref(), Some("http://127.0.0.1:9/"));
        assert_eq!(page_to_open(&Answers::default()), None);
    }

    #[test]
    fn both_kinds_of_app_are_told_all_that_the_flow_needs() {
        for app in [AppKind::External, AppKind::Connected] {
            let told = clicks(&answers("production", app)).join("\n");
            for needed in
                [CALLBACK, "certificate", "api, id and refresh_token", "pre-authorized", "permission set", "acme"]
            {
                assert!(told.to_lowercase().contains(&needed.to_lowercase()), "{needed} is not in\n{told}");
            }
        }
    }
}
