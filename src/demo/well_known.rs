//! What a host of the demo tells anybody about its OAuth endpoints.
//!
//! It names only what is served and allowed: a client that reads it must not be sent where nothing is.

use super::answer::Reply;
use super::ask::Ask;
use super::options::Flow;
use super::world::{Door, World};
use serde_json::{Value, json};

/// `/.well-known/NAME`; `None`: there is no such document.
pub(super) fn serve(world: &World, ask: &Ask, name: &str) -> Option<Reply> {
    let document = match name {
        "openid-configuration" => openid(world, ask),
        "oauth-authorization-server" => oauth(world, ask),
        "auth-configuration" => configuration(world, ask)?,
        _ => return None,
    };
    Some(if ask.is_get() { Reply::ok(&document) } else { Reply::not_allowed(ask.method.as_str(), "HEAD,GET") })
}

/// `/id/keys`: what id tokens are signed with. The demo gives none out, so there is none to check.
pub(super) fn keys() -> Reply {
    Reply::ok(&json!({ "keys": [] }))
}

fn origin(world: &World, ask: &Ask) -> String {
    match ask.door {
        Door::Login => world.login.origin(&ask.here),
        Door::Instance(_) => world.behind(ask.door).map(|(_, org)| org.origin(&ask.here)).unwrap_or_default(),
    }
}

fn openid(world: &World, ask: &Ask) -> Value {
    let issuer = origin(world, ask);
    let at = |name: &str| format!("{issuer}/services/oauth2/{name}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "revocation_endpoint": at("revoke"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": format!("{issuer}/id/keys"),
        "introspection_endpoint": at("introspect"),
        "scopes_supported": ["id", "full"],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": methods(world),
        "claims_supported": [
            "active", "address", "email", "email_verified", "family_name", "given_name", "is_app_installed", "language",
            "locale", "name", "nickname", "organization_id", "photos", "picture", "preferred_username", "profile", "sub",
            "updated_at", "urls", "user_id", "user_type", "utcOffset", "zoneinfo"
        ],
    })
}

fn oauth(world: &World, ask: &Ask) -> Value {
    let issuer = origin(world, ask);
    let at = |name: &str| format!("{issuer}/services/oauth2/{name}");
    let mut grants = vec!["urn:ietf:params:oauth:grant-type:jwt-bearer"];
    grants.extend(world.allows(Flow::Password).then_some("password"));
    grants.extend(world.allows(Flow::ClientCredentials).then_some("client_credentials"));
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "revocation_endpoint": at("revoke"),
        "introspection_endpoint": at("introspect"),
        "jwks_uri": format!("{issuer}/id/keys"),
        "scopes_supported": ["id", "full"],
        "response_types_supported": [],
        "grant_types_supported": grants,
        "token_endpoint_auth_methods_supported": methods(world),
    })
}

fn methods(world: &World) -> Vec<&'static str> {
    let mut methods = vec!["private_key_jwt"];
    if world.allows(Flow::Password) || world.allows(Flow::ClientCredentials) {
        methods.extend(["client_secret_post", "client_secret_basic"]);
    }
    methods
}

/// How people log in to an org: by password and nothing else.
fn configuration(world: &World, ask: &Ask) -> Option<Value> {
    let (_, org) = world.behind(ask.door)?;
    Some(json!({
        "OrganizationId": org.id,
        "MyDomainSettings": { "CanUserLoginWithInstanceURL": true, "UseNativeBrowserForAuthentication": false },
        "MobileSDK": { "UseAndroidNativeBrowserForAuthentication": false, "UseiOSNativeBrowserForAuthentication": false },
        "SamlProviders": [],
        "AuthProviders": [],
        "LoginPage": { "LoginPageUrl": format!("{}/services/oauth2/authorize", org.origin(&ask.here)) },
    }))
}
