//! The tree, from answers of every kind.

use super::*;

fn doc(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec())
}

fn node(kind: ResourceKind, address: &str) -> ResourceNode {
    ResourceNode::new("x", address, kind, "")
}

fn labels(nodes: &[ResourceNode]) -> Vec<&str> {
    nodes.iter().map(|node| node.label.as_str()).collect()
}

#[test]
fn versions_come_newest_first() {
    let answer = doc(
        r#"[{"label":"Summer","url":"/services/data/v9.0","version":"9.0"},{"label":"Winter","url":"/services/data/v67.0","version":"67.0"},
            {"label":"Evil","url":"https://evil.example/services/data/v99.0","version":"99.0"}]"#,
    );
    let nodes = expand(&node(ResourceKind::Versions, "/services/data"), &answer);
    assert_eq!(labels(&nodes), ["v67.0", "v9.0"]);
    assert_eq!((nodes[0].address.as_str(), nodes[0].note.as_str()), ("/services/data/v67.0/", "Winter"));
}

#[test]
fn resources_of_a_version() {
    let answer = doc(
        r#"{"tooling":"/services/data/v67.0/tooling","sobjects":"/services/data/v67.0/sobjects","identity":"https://login.example/id/1/2",
            "query":"/services/data/v67.0/query","odd":"/services/apexrest/x","nested":{"a":1}}"#,
    );
    let nodes = expand(&node(ResourceKind::Version, "/services/data/v67.0/"), &answer);
    assert_eq!(labels(&nodes), ["identity", "query", "sobjects", "tooling"]);
    assert_eq!(nodes[0].address, "{{IdURL}}");
    assert_eq!((nodes[1].expandable, nodes[1].note.as_str()), (false, "?q=SELECT …"));
    assert_eq!((nodes[2].kind, nodes[2].expandable), (ResourceKind::SObjects, true));
}

#[test]
fn objects_and_one_object() {
    let all = doc(
        r#"{"sobjects":[{"name":"Contact","label":"Person","urls":{"sobject":"/services/data/v67.0/sobjects/Contact"}},{"name":"Account","label":"Company"},
            {"name":"../../apexrest","label":"evil"}]}"#,
    );
    let nodes = expand(&node(ResourceKind::SObjects, "/services/data/v67.0/sobjects/"), &all);
    assert_eq!(labels(&nodes), ["Account", "Contact"]);
    assert_eq!(nodes[0].address, "/services/data/v67.0/sobjects/Account");
    let one = doc(
        r#"{"objectDescribe":{"urls":{"sobject":"/services/data/v67.0/sobjects/Account","describe":"/services/data/v67.0/sobjects/Account/describe",
            "rowTemplate":"/services/data/v67.0/sobjects/Account/{ID}"}},
            "recentItems":[{"attributes":{"url":"/services/data/v67.0/sobjects/Account/001"},"Id":"001","Name":"Acme"}]}"#,
    );
    let nodes = expand(&nodes[0], &one);
    assert_eq!(labels(&nodes), ["describe", "001"]);
    assert_eq!((nodes[0].kind, nodes[0].expandable, nodes[1].note.as_str()), (ResourceKind::Describe, false, "Acme"));
}

#[test]
fn an_answer_of_another_kind_gives_nothing() {
    for text in ["", "[]", "null", r#"{"a":1}"#, r#"[{"errorCode":"NOT_FOUND","message":"x"}]"#] {
        for kind in [ResourceKind::Versions, ResourceKind::Version, ResourceKind::SObjects, ResourceKind::Resource] {
            assert_eq!(expand(&node(kind, "/services/data/"), &doc(text)), [], "{text} {kind:?}");
        }
    }
}

#[test]
fn any_resource_gives_the_addresses_in_it() {
    let answer = doc(
        r#"{"batch":"/services/data/v67.0/composite/batch","again":"/services/data/v67.0/composite/batch","list":[{"name":"one","url":"/services/data/v67.0/x/1"},
            {"url":"/services/data/v67.0/x/2/"}],"row":"/services/data/v67.0/{ID}","foreign":"https://evil.example/services/data/"}"#,
    );
    let nodes = expand(&node(ResourceKind::Resource, "/services/data/v67.0/composite"), &answer);
    assert_eq!(labels(&nodes), ["batch", "one", "2"]);
}

#[test]
fn recorded_describes_give_a_tree() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/describe/Global.json");
    let Ok(text) = std::fs::read(&file) else {
        println!("not run: the recorded describes are not there");
        return;
    };
    let answer = Document::parse(text);
    let nodes = expand(&node(ResourceKind::SObjects, "/services/data/v67.0/sobjects"), &answer);
    assert!(nodes.iter().any(|node| node.label == "Account" && node.address.ends_with("/sobjects/Account")));
    assert_eq!(nodes.len(), answer.child_count(answer.get(answer.root().unwrap(), "sobjects").unwrap()));
}
