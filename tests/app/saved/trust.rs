//! What a collection may read goes with its requests into the editors.

use super::Desk;
use orgdeck::app::saved::Job;
use orgdeck::request::{Asked, Need, Trust, needs};
use orgdeck::runtime::collections;
use orgdeck::store::{Collection, trust};
use std::path::Path;

#[test]
fn a_collections_trust_goes_with_its_requests() {
    let mut desk = Desk::new();
    let folder = desk.root().join("acme/sub");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.toml"), "address = \"limits?x={{env('HOME')}}\"").unwrap();
    desk.keys("t");
    for name in ["acme", "sub", "a"] {
        desk.choose(name);
        desk.keys("right");
    }
    assert_eq!(desk.bench.state.rest.address.text(), "limits?x={{env('HOME')}}");
    let request = desk.bench.state.rest.request();
    let Trust::Collection(ward) = &request.trust else { panic!("{:?}", request.trust) };
    assert_eq!(
        (ward.name.as_str(), ward.root.as_path(), ward.folder.as_path()),
        ("acme", desk.root().join("acme").as_path(), Path::new("sub"),)
    );
    assert_eq!(needs(&request, &desk.bench.state.all_variables()), []);
    trust::trust(desk.config.path(), &Collection::read(&desk.root().join("acme"))).unwrap();
    let library = collections::run(desk.config.path(), Job::Read).library;
    let home = Asked::Env("HOME".to_owned());
    assert_eq!(library.trust(Path::new("acme/sub/a.toml")).allows(&home), Ok(Need::Env("HOME".to_owned())));
    assert!(library.trust(Path::new("other/a.toml")) == Trust::Typed, "what comes with the program");
}
