//! The variables that a login sets: the names of the article's environment, and those of Salesforce's Postman collection.

use crate::auth::Token;
use crate::profile::Profile;
use crate::request::VarValue;

/// The names that [`login_variables`] sets, for the screen before a login.
pub const LOGIN_VARIABLES: [&str; 15] = [
    "accessToken",
    "endpoint",
    "IdURL",
    "tokenType",
    "username",
    "url",
    "site",
    "version",
    "clientId",
    "_accessToken",
    "_endpoint",
    "_userId",
    "_orgId",
    "userId",
    "orgId",
];

/// What the login of this profile sets.
pub fn login_variables(token: &Token, profile: &Profile, version: &str) -> Vec<(String, VarValue)> {
    let plain = |text: &str| VarValue::Plain(text.to_owned());
    let origin = |url: &url::Url| url.origin().ascii_serialization();
    let endpoint = origin(&token.instance_url);
    LOGIN_VARIABLES
        .iter()
        .map(|name| {
            let value = match *name {
                "accessToken" | "_accessToken" => VarValue::Secret(token.access_token.clone()),
                "endpoint" | "_endpoint" => plain(&endpoint),
                "IdURL" => plain(token.id_url.as_str()),
                "tokenType" => plain(&token.token_type),
                "username" => plain(&profile.user.username),
                "url" => plain(&origin(&profile.app.login_url)),
                "version" => plain(version),
                "clientId" => plain(&profile.app.client_id),
                "userId" | "_userId" => plain(token.user_id()),
                "orgId" | "_orgId" => plain(token.org_id()),
                // `{{url}}{{site}}` of the collection: a site's path, which a login by JWT has none of.
                _ => plain(""),
            };
            ((*name).to_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{profile, token};
    use super::*;
    use crate::profile::Kind;
    use crate::request::{VarOrigin, Variables, expand};

    #[test]
    fn the_names_of_the_article_and_of_the_collection() {
        let mut all = Variables::new();
        for (name, value) in login_variables(&token(), &profile(Kind::Production, false), "67.0") {
            all.set(VarOrigin::Login, name, value);
        }
        let shown = |text: &str| expand(text, &all).unwrap().shown;
        assert_eq!(
            shown("{{_endpoint}}/services/data/v{{version}}"),
            "https://acme.my.salesforce.com/services/data/v67.0"
        );
        assert_eq!(
            shown("{{_endpoint}}/id/{{_orgId}}/{{_userId}}"),
            "https://acme.my.salesforce.com/id/00Dxx0000000001EAA/005xx0000000001AAA"
        );
        assert_eq!(
            shown("{{url}}{{site}} {{username}} {{tokenType}}"),
            "https://login.salesforce.com ada@acme.example Bearer"
        );
        for name in ["accessToken", "_accessToken"] {
            let whole = expand(&format!("{{{{{name}}}}}"), &all).unwrap();
            assert!(whole.secret && whole.text.expose().contains("AQ4AQP") && !whole.shown.contains("AQ4AQP"));
        }
        assert_eq!(all.iter().filter(|one| one.is_secret()).count(), 2);
    }
}
