//! Stores as the Salesforce CLI 2.150 wrote them (made by logging in to the demo org; tokens cut), and files of the others.

use super::super::{Kind, load};
use super::{add, read};
use std::fs;
use std::path::Path;

const LOGIN: &str = r#"{
  "accessToken": "b5cCUT",
  "orgId": "00D5i000004RkQwEAK",
  "loginUrl": "https://acme.my.salesforce.com/",
  "privateKey": "/keys/acme.key",
  "clientId": "3MVG9acme",
  "instanceUrl": "https://acme.my.salesforce.com",
  "isDevHub": false,
  "username": "sales@acme.example",
  "instanceApiVersion": "67.0",
  "instanceApiVersionLastRetrieved": "11/24/2026, 8:02:57 PM",
  "name": "Acme Harbour Works",
  "instanceName": "DEM1",
  "namespacePrefix": null,
  "isSandbox": false,
  "isScratch": false,
  "trailExpirationDate": null,
  "orgEdition": "Enterprise Edition"
}"#;

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn store(home: &Path) {
    write(home, ".sfdx/sales@acme.example.json", LOGIN);
    let admin = LOGIN.replace("sales@", "admin@").replace("\"loginUrl\": \"https://acme.my.salesforce.com/\",", "");
    let admin = admin.replace("\"isSandbox\": false", "\"isSandbox\": true");
    write(home, ".sfdx/admin@acme.example.json", &admin);
    write(home, ".sfdx/second@acme.example.json", &LOGIN.replace("sales@", "second@"));
    let web = LOGIN.replace("sales@", "web@").replace("\"orgId\"", "\"refreshToken\": \"x\", \"orgId\"");
    write(home, ".sfdx/web@acme.example.json", &web);
    write(home, ".sfdx/broken@acme.example.json", "{");
    write(home, ".sfdx/alias.json", r#"{"orgs":{"uat":"admin@acme.example","s":"sales@acme.example"}}"#);
    write(home, ".sfdx/key.json", "not to be read");
    write(home, ".sf/config.json", r#"{"target-org":"s"}"#);
}

#[test]
fn the_salesforce_clis_logins_by_key_become_apps() {
    let (home, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    store(home.path());
    let mut found = read(home.path()).unwrap();
    assert_eq!(found.default.as_deref(), Some("sales@acme.example"));
    let left: Vec<&str> = found.left.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(left, ["broken@acme.example", "web@acme.example"]);
    let added = add(config.path(), &load(config.path()), &mut found).unwrap();
    assert_eq!(added.len(), 3);
    let loaded = load(config.path());
    assert!(loaded.apps.iter().all(|app| app.private_key == Path::new("/keys/acme.key")));
    let app = |name: &str| loaded.apps.iter().find(|app| app.name == name).unwrap();
    let own = app("acme-harbour-works");
    assert_eq!((own.kind, own.login_url.host_str()), (Kind::Production, Some("acme.my.salesforce.com")));
    let users: Vec<&str> = own.users.iter().map(|user| user.short()).collect();
    assert_eq!(users, ["s", "second@acme.example"]);
    let sandbox = app("acme-harbour-works-sandbox");
    assert_eq!((sandbox.kind, sandbox.login_url.host_str()), (Kind::Sandbox, Some("login.salesforce.com")));
    assert_eq!(loaded.start().unwrap().user.username, "sales@acme.example");
    let text = fs::read_to_string(config.path().join("profiles.toml")).unwrap();
    assert!(!text.contains("b5cCUT"), "{text}");

    // A second time nothing is there to add.
    let again = add(config.path(), &loaded, &mut read(home.path()).unwrap()).unwrap();
    assert_eq!(again, []);
    assert_eq!(fs::read_to_string(config.path().join("profiles.toml")).unwrap(), text);
}

#[test]
fn an_environment_file_is_read_whatever_its_names_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# how we log in\nexport SF_CONSUMER_KEY=\"3MVG9env\" # ours\nSALESFORCE_USERNAME='ada@acme.example'\n\
                SF_LOGIN_URL=https://test.salesforce.com/\nJWT_KEY_FILE=keys/server.key\nSF_CLIENT_SECRET=nothing\n";
    write(folder.path(), ".env", text);
    let found = read(&folder.path().join(".env")).unwrap();
    let [app] = found.apps.as_slice() else { panic!("{found:?}") };
    assert_eq!((app.client_id.as_str(), app.users[0].username.as_str()), ("3MVG9env", "ada@acme.example"));
    assert_eq!(app.private_key, Some(folder.path().join("keys/server.key")));
    assert_eq!(app.login_url.as_str(), "https://test.salesforce.com/");
    assert_eq!((found.left.len(), app.audience.as_deref()), (0, None));
}

#[test]
fn a_key_inside_of_a_file_is_not_taken_and_its_lines_are_no_values() {
    let folder = tempfile::tempdir().unwrap();
    let text = "SF_PRIVATE_KEY=\"-----BEGIN RSA PRIVATE KEY-----\nclient_id=wrong\n-----END\"\nSF_CLIENT_ID=3MVG9right\nSF_SUB=a@b.c\n";
    write(folder.path(), ".env", text);
    let mut found = read(&folder.path().join(".env")).unwrap();
    assert_eq!(found.apps[0].client_id, "3MVG9right");
    assert_eq!(found.apps[0].private_key, None);
    assert!(found.left[0].1.contains("--key"), "{found:?}");
    let config = tempfile::tempdir().unwrap();
    assert_eq!(add(config.path(), &load(config.path()), &mut found).unwrap(), []);
    assert!(!config.path().join("profiles.toml").exists());
}

#[test]
fn the_articles_file_has_its_key_beside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "server.key", "a key");
    let text = r#"{"loginURI": "https://login.salesforce.com", "client_id": "3MVG9article",
                   "tokenURI": "https://login.salesforce.com/services/oauth2/token"}"#;
    write(folder.path(), "config/default.json", text);
    let mut found = read(&folder.path().join("config/default.json")).unwrap();
    let app = &found.apps[0];
    assert_eq!(app.private_key, Some(folder.path().canonicalize().unwrap().join("server.key")));
    assert_eq!((app.login_url.as_str(), app.users.len()), ("https://login.salesforce.com/", 0));
    // Whom to be is told with each of the article's logins.
    let config = tempfile::tempdir().unwrap();
    assert_eq!(add(config.path(), &load(config.path()), &mut found).unwrap(), []);
    assert!(found.left[0].1.contains("--user"), "{found:?}");
}

#[test]
fn a_postman_environment_tells_app_and_user() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"name": "Acme UAT", "values": [
        {"key": "url", "value": "https://acme--uat.sandbox.my.salesforce.com", "enabled": true},
        {"key": "clientId", "value": "3MVG9old", "enabled": false},
        {"key": "clientId", "value": "3MVG9postman"}, {"key": "clientSecret", "value": "no"},
        {"key": "redirectUrl", "value": "https://oauth.pstmn.io"}, {"key": "username", "value": "ada@acme.example"}]}"#;
    write(folder.path(), "environment.json", text);
    let found = read(&folder.path().join("environment.json")).unwrap();
    let app = &found.apps[0];
    assert_eq!((app.name.as_str(), app.client_id.as_str()), ("acme-uat", "3MVG9postman"));
    assert_eq!(app.login_url.host_str(), Some("acme--uat.sandbox.my.salesforce.com"));
    assert_eq!((app.private_key.as_ref(), app.users[0].username.as_str()), (None, "ada@acme.example"));
}

#[test]
fn hostile_and_empty_files_are_told_and_add_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("", "no consumer key"),
        ("{}", "no consumer key"),
        ("{\"values\": 3}", "no consumer key"),
        ("CLIENT_ID=", "no consumer key"),
        ("CLIENT_ID=x\nLOGIN_URL=http://evil.example", "plain http"),
        ("A=\"never closed", "no consumer key"),
    ] {
        write(folder.path(), "some", text);
        let found = read(&folder.path().join("some")).unwrap();
        assert!(found.left.iter().any(|(_, why)| why.contains(said)), "{text}: {found:?}");
    }
    write(folder.path(), "some", "{\"a\": ");
    assert!(read(&folder.path().join("some")).unwrap_err().contains("no JSON"));
    assert!(read(&folder.path().join("none")).is_err());
    assert!(read(folder.path()).is_err(), "a home without a store");
}
