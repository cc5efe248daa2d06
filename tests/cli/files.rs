//! Files that go up in a body of parts and come back: by the command line, by a saved request.

use crate::support::World;

/// What would be harmed by anybody who took it for text.
fn bytes() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\r\n--orgdeck-part\r\n--part--\r\n\r\n{{username}}{{file(\"x\")}}\n\n");
    bytes.extend((0..300_000_u32).map(|n| (n * 7 % 251) as u8));
    bytes
}

fn back(world: &World, id: &str) -> Vec<u8> {
    let address = format!("sobjects/ContentVersion/{id}/VersionData");
    let mut command = crate::support::orgdeck(&world.config);
    command.args(["request", "GET", &address]).output().unwrap().stdout
}

#[test]
fn a_file_goes_up_by_f_and_comes_back_byte_for_byte() {
    let world = World::new();
    let file = world.folder.path().join("north \"sea\".png");
    std::fs::write(&file, bytes()).unwrap();
    let about = "entity_content={\"Title\": \"{{title}}\", \"PathOnClient\": \"north.png\"};type=application/json";
    let data = format!("VersionData=@{};type=application/octet-stream", file.display());
    let sent =
        world.run(&["request", "POST", "sobjects/ContentVersion", "-F", about, "-F", &data, "-v", "title=Chart"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    assert!(back(&world, &id) == bytes(), "byte for byte");
    let query = format!("SELECT Title, ContentSize FROM ContentVersion WHERE Id = '{id}'");
    let record = world.run(&["query", &query]).json()[0].clone();
    assert_eq!((record["Title"].as_str(), record["ContentSize"].as_u64()), (Some("Chart"), Some(bytes().len() as u64)));
    // It can be sent again as it is: the history keeps the template, and the file stays a file.
    let row = world.run(&["history", "--json", "--method", "POST"]).json()[0].clone();
    let again = world.run(&["history", "send", &row["id"].to_string(), "--var", "title=Again"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(back(&world, again.json()["id"].as_str().unwrap()) == bytes(), "byte for byte");
    for (wrong, told) in [("VersionData", "name=@FILE"), ("VersionData=@/nowhere/at/all", "/nowhere/at/all")] {
        let refused = world.run(&["request", "POST", "sobjects/ContentVersion", "-F", wrong]);
        assert!(refused.code == 2 && refused.err.contains(told), "{refused:?}");
    }
}

#[test]
fn a_saved_upload_reads_its_file_once_it_is_trusted() {
    let world = World::new();
    let folder = world.config.join("requests/Files");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("north.png"), bytes()).unwrap();
    let text = r#"name = "Upload"
method = "POST"
address = "sobjects/ContentVersion"
headers = ["Content-Type: multipart/form-data; boundary=part"]
body = """
--part
Content-Disposition: form-data; name="entity_content"
Content-Type: application/json

{"PathOnClient": "north.png"}
--part
Content-Disposition: form-data; name="VersionData"; filename="north.png"

{{file("north.png")}}
--part--
"""
"#;
    std::fs::write(folder.join("Upload.toml"), text).unwrap();
    let refused = world.run(&["run", "Files/Upload"]);
    assert!(refused.code == 2 && refused.err.contains("trust"), "{refused:?}");
    world.run(&["requests", "trust", "Files"]).fine();
    let sent = world.run(&["run", "Files/Upload"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(back(&world, sent.json()["id"].as_str().unwrap()) == bytes(), "byte for byte");
}
