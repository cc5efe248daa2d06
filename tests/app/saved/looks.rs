//! How it looks: the pane full and empty, the captures, the prompts, the copy menu.

use super::{fill, settle};
use crate::screens::snap;
use crate::support::{Bench, LINKS};
use orgdeck::app::Event;
use orgdeck::runtime::collections;

/// A scene over a folder that is gone when it is drawn: nothing on the screen hangs on the files.
fn scene(full: bool, then: impl Fn(&mut Bench, &dyn Fn(&mut Bench, &str))) -> impl Fn(&mut Bench) {
    move |bench: &mut Bench| {
        let config = tempfile::tempdir().unwrap();
        if full {
            fill(collections::folder(config.path()));
            std::fs::write(collections::folder(config.path()).join("Shop/broken.toml"), "adress = 1\n").unwrap();
        }
        let keys = |bench: &mut Bench, names: &str| {
            for name in names.split_whitespace() {
                bench.keys(name);
                settle(bench, config.path());
            }
        };
        keys(bench, "t");
        then(bench, &keys);
    }
}

#[test]
fn the_pane() {
    snap("saved", scene(true, |b, keys| keys(b, "down enter down down")), Bench::rest_of);
    snap("saved_empty", scene(false, |_, _| {}), Bench::rest_of);
    let filtered = |b: &mut Bench, keys: &dyn Fn(&mut Bench, &str)| {
        keys(b, "/");
        b.typed("describe");
    };
    snap("saved_filter", scene(false, filtered), Bench::rest_of);
    snap("saved_about", scene(true, |b, keys| keys(b, "down enter down down space")), Bench::rest_of);
}

#[test]
fn a_request_from_a_file() {
    let changed = |b: &mut Bench, keys: &dyn Fn(&mut Bench, &str)| {
        keys(b, "down enter down down enter esc C end enter");
        b.event(Event::Pasted("secret token = header X-Token\nx = xpath //id".to_owned()));
    };
    snap("saved_captures", scene(true, changed), Bench::rest_of);
    let missed = |b: &mut Bench, keys: &dyn Fn(&mut Bench, &str)| {
        keys(b, "down enter down down r");
        b.page(200, LINKS);
        keys(b, "down");
    };
    snap("saved_missed", scene(true, missed), Bench::rest_of);
}

#[test]
fn what_is_asked_for() {
    let save = |b: &mut Bench, keys: &dyn Fn(&mut Bench, &str)| {
        keys(b, "a");
        b.typed("sobjects/Account/describe");
        keys(b, "ctrl-s ctrl-u down");
    };
    snap("saved_prompt", scene(true, save), Bench::rest_of);
    snap("saved_import", scene(true, |b, keys| keys(b, "i")), Bench::rest_of);
}
