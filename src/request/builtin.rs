//! The collection that comes with the program: Salesforce's REST families, each request with a sentence and the address of
//! its documentation. Its text lies in `assets/requests`.

use super::Saved;
use super::postman::Imported;
use super::saved_text::{SavedError, read_folder};

/// What it is called.
pub const BUILT_IN: &str = "Salesforce";

const FAMILIES: [&str; 14] = [
    include_str!("../../assets/requests/identity.toml"),
    include_str!("../../assets/requests/versions.toml"),
    include_str!("../../assets/requests/describe.toml"),
    include_str!("../../assets/requests/records.toml"),
    include_str!("../../assets/requests/query.toml"),
    include_str!("../../assets/requests/search.toml"),
    include_str!("../../assets/requests/composite.toml"),
    include_str!("../../assets/requests/bulk-query.toml"),
    include_str!("../../assets/requests/bulk-ingest.toml"),
    include_str!("../../assets/requests/tooling.toml"),
    include_str!("../../assets/requests/ui-api.toml"),
    include_str!("../../assets/requests/graphql.toml"),
    include_str!("../../assets/requests/connect.toml"),
    include_str!("../../assets/requests/actions.toml"),
];

/// Reads it.
pub fn built_in() -> Result<Imported, SavedError> {
    let mut whole = Imported {
        name: BUILT_IN.to_owned(),
        description: "Salesforce's REST families, with the newest version of the API.".to_owned(),
        ..Imported::default()
    };
    for text in FAMILIES {
        let (name, description, requests) = read_folder(text)?;
        let folder = vec![name];
        whole.folders.push((folder.clone(), description));
        whole.requests.extend(requests.into_iter().map(|saved: Saved| (folder.clone(), saved)));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::filter::check;
    use crate::request::Source;
    use std::collections::HashSet;

    #[test]
    fn each_request_is_whole() {
        let whole = built_in().unwrap();
        assert!(whole.requests.len() >= 150, "{}", whole.requests.len());
        let mut names = HashSet::new();
        for (folder, saved) in &whole.requests {
            assert!(names.insert((folder, &saved.name)), "{folder:?}/{} stands twice", saved.name);
            assert!(saved.description.ends_with('.'), "{}: {}", saved.name, saved.description);
            assert!(saved.docs.starts_with("https://"), "{}", saved.name);
            for capture in &saved.captures {
                if let Source::Jq(program) = &capture.from {
                    check(program).unwrap();
                }
            }
            let version = saved.request.address.contains("/v6") || saved.request.address.contains("/v5");
            assert!(!version, "{}: the version is a variable's", saved.name);
        }
    }
}
