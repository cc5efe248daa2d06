//! A process that changes saved requests is killed at random points, two hundred times: every file that is shown is whole, all
//! that was acknowledged is there, nothing is there twice, and nothing half done is left where anybody sees it.
//!
//! The process is this test program itself: the test `writer` does as the screen does, job by job. Before each it tells which
//! places that touches, and after it what is there then; so the one who kills it knows what must be so.
//!
//! ```text
//! doing move F1/r7.toml F2/7 r7.toml ▏… ▏done F2/7 r7.toml 7 ▏doing all F2/r8.toml ▏…
//! ```

use orgdeck::app::saved::{Change, Done, Job};
use orgdeck::request::{Request, Saved};
use orgdeck::runtime::collections;
use orgdeck::store::{Collection, Entry, Stamp, Undo};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CONFIG: &str = "ORGDECK_TEST_COLLECTIONS";
const SEED: &str = "ORGDECK_TEST_COLLECTIONS_SEED";
/// Requests of an import: enough for a kill to find it half done.
const IMPORTED: usize = 24;

/// Numbers that look random, and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(below.max(1)).unwrap()).unwrap()
    }
}

/// A request that tells its number, with enough text that half of it would be seen.
fn numbered(number: u64) -> Saved {
    let mut saved = Saved::new(format!("r{number}"), Request::get("limits"));
    let words = "words of some length ".repeat(usize::try_from(number % 60).unwrap());
    saved.description = format!("{number} {words}end");
    saved
}

fn number_of(saved: &Saved) -> u64 {
    assert!(saved.description.ends_with(" end"), "{saved:?}");
    saved.description.split_once(' ').unwrap().0.parse().unwrap()
}

/// What is there: path and number of each request.
fn there(root: &Path) -> BTreeMap<PathBuf, (u64, Stamp)> {
    let entries = Collection::read(root).entries;
    let found = entries.into_iter().filter_map(|entry| match entry {
        Entry::Request { path, saved, stamp } => Some((path, (number_of(&saved), stamp))),
        Entry::Broken { path, error } => panic!("{} is half a file: {error}", path.display()),
        Entry::Folder { .. } => None,
    });
    found.collect()
}

struct Writer {
    config: PathBuf,
    dice: Dice,
    next: u64,
    undos: Vec<(Undo, Vec<PathBuf>)>,
}

impl Writer {
    fn root(&self) -> PathBuf {
        collections::folder(&self.config)
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// One job, chosen by the dice.
    fn turn(&mut self) {
        let all = there(&self.root());
        let paths: Vec<&PathBuf> = all.keys().collect();
        let any = paths.get(self.dice.roll(paths.len())).map(|path| (*path).clone());
        let folder = format!("F{}", self.dice.roll(3));
        let number = self.number();
        let fresh = PathBuf::from(format!("{folder}/r{number}.toml"));
        let (kind, job, touched) = match (self.dice.roll(9), any) {
            // There shall not be more and more to read.
            (_, Some(path)) if all.len() > 40 => {
                let top: PathBuf = path.iter().take(1).collect();
                let inside = all.keys().filter(|one| one.starts_with(&top)).cloned().collect();
                ("all", Job::Delete(top), inside)
            }
            (0 | 1, Some(path)) => {
                let (_, stamp) = all[&path];
                let name = Collection::read(&self.root()).request(&path).unwrap().0.name.clone();
                ("all", Job::Save(path.clone(), Box::new(Saved { name, ..numbered(number) }), Some(stamp)), vec![path])
            }
            (2, Some(path)) => {
                let to = path.with_file_name(format!("r{number}.toml"));
                ("move", Job::Call(path.clone(), format!("r{number}")), vec![path, to])
            }
            (3, Some(path)) if !fresh.starts_with(path.parent().unwrap()) => {
                let to = Path::new(&folder).join(format!("{number} {}", path.file_name().unwrap().display()));
                ("move", Job::Move(path.clone(), to.clone()), vec![path, to])
            }
            (4, Some(path)) => {
                let copies =
                    (2..80).map(|n| path.with_file_name(format!("{} {n}.toml", path.file_stem().unwrap().display())));
                ("one", Job::Duplicate(path.clone()), copies.filter(|copy| !all.contains_key(copy)).collect())
            }
            (5, Some(path)) => ("all", Job::Delete(path.clone()), vec![path]),
            (6, Some(path)) => ("move", Job::Tag(path.clone(), vec![format!("t{number}")]), vec![path]),
            (7, _) => {
                let top = PathBuf::from(format!("I{number}"));
                (
                    "all",
                    Job::ImportText(postman(number)),
                    (0..IMPORTED).map(|n| top.join(format!("i{n}.toml"))).collect(),
                )
            }
            (8, _) if !self.undos.is_empty() => {
                let (undo, touched) = self.undos.pop().unwrap();
                // What would come where something lies by now comes beside it.
                let beside = touched.iter().flat_map(|path| (2..9).flat_map(|n| numbered_paths(path, n)));
                let touched = touched.iter().cloned().chain(beside).collect::<BTreeSet<_>>().into_iter().collect();
                ("undo", Job::Undo(Box::new(undo)), touched)
            }
            _ => ("all", Job::Save(fresh.clone(), Box::new(numbered(number)), None), vec![fresh]),
        };
        self.told(kind, job, touched);
    }

    fn told(&mut self, kind: &str, job: Job, touched: Vec<PathBuf>) {
        let line = |words: String| {
            let mut out = std::io::stdout().lock();
            writeln!(out, "\n{words}").and_then(|()| out.flush()).unwrap();
        };
        let names =
            |paths: &[PathBuf]| paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\t");
        line(format!("doing {kind}\t{}", names(&touched)));
        let Done { change, .. } = collections::run(&self.config, job.clone());
        if let Change::Arranged(undo) = change.unwrap_or_else(|why| panic!("{job:?}: {why}")) {
            self.undos.push((*undo, touched.clone()));
        }
        let all = there(&self.root());
        let is: Vec<String> = touched
            .iter()
            .filter_map(|path| all.get(path).map(|(number, _)| format!("{}\t{number}", path.display())))
            .collect();
        line(format!("done {}", is.join("\t")));
    }
}

/// The path with a number behind its file's name, and behind its first folder's.
fn numbered_paths(path: &Path, n: u32) -> [PathBuf; 2] {
    let file = path.with_file_name(format!("{} {n}.toml", path.file_stem().unwrap().display()));
    let first: PathBuf = path.iter().take(1).collect();
    let folder = PathBuf::from(format!("{} {n}", first.display())).join(path.strip_prefix(&first).unwrap());
    [file, folder]
}

/// What Postman would write: requests of one name and number each.
fn postman(number: u64) -> String {
    let items: Vec<_> = (0..IMPORTED)
        .map(|n| {
            serde_json::json!({ "name": format!("i{n}"),
                                "request": { "method": "GET", "url": { "raw": "limits" }, "description": format!("{number} end") } })
        })
        .collect();
    serde_json::json!({ "info": { "name": format!("I{number}") }, "item": items }).to_string()
}

/// Writes until it is killed. Without a folder it has nothing to do.
#[test]
fn writer() {
    let (Some(config), Ok(seed)) = (std::env::var_os(CONFIG), std::env::var(SEED)) else { return };
    let seed: u64 = seed.parse().unwrap();
    let mut writer = Writer { config: config.into(), dice: Dice(seed), next: seed * 1_000_000, undos: Vec::new() };
    loop {
        writer.turn();
    }
}

/// What must be so: the number of each request that was acknowledged, and the places of which a job was under way.
#[derive(Default)]
struct Known {
    is: BTreeMap<PathBuf, u64>,
    doing: BTreeSet<PathBuf>,
    /// Of which kind that was.
    kind: String,
    jobs: usize,
    /// How often one was killed in the midst of a job.
    midst: usize,
}

impl Known {
    fn hear(&mut self, line: &str) {
        if let Some(paths) = line.strip_prefix("doing ") {
            let mut words = paths.split('\t').filter(|path| !path.is_empty());
            self.kind = words.next().unwrap_or_default().to_owned();
            self.doing = words.map(PathBuf::from).collect();
        } else if let Some(told) = line.strip_prefix("done ") {
            for path in std::mem::take(&mut self.doing) {
                self.is.remove(&path);
            }
            let words: Vec<&str> = told.split('\t').filter(|word| !word.is_empty()).collect();
            self.is.extend(words.chunks(2).map(|pair| (PathBuf::from(pair[0]), pair[1].parse::<u64>().unwrap())));
            self.jobs += 1;
        }
    }

    /// Looks whether it is so, and takes what is there for what must be so from now on.
    fn check(&mut self, root: &Path, when: &str) {
        self.midst += usize::from(!self.doing.is_empty());
        let now: BTreeMap<PathBuf, u64> = there(root).into_iter().map(|(path, (number, _))| (path, number)).collect();
        let others = |all: &BTreeMap<PathBuf, u64>| -> BTreeMap<PathBuf, u64> {
            all.iter().filter(|(path, _)| !self.doing.contains(*path)).map(|(path, n)| (path.clone(), *n)).collect()
        };
        assert_eq!(others(&now), others(&self.is), "{when}: what was acknowledged is not there, or is something else");
        let mine = |all: &BTreeMap<PathBuf, u64>| {
            let mut numbers: Vec<u64> = self.doing.iter().filter_map(|path| all.get(path).copied()).collect();
            numbers.sort_unstable();
            numbers
        };
        let (before, after) = (mine(&self.is), mine(&now));
        // A job that was under way is done as a whole or not at all.
        let whole = match self.kind.as_str() {
            "move" => before == after,
            "one" => after.len() == before.len() || after.len() == before.len() + 1,
            "all" => [0, before.len(), self.doing.len()].contains(&after.len()),
            _ => true,
        };
        assert!(whole, "{when}: {} of {:?}: {before:?} before, {after:?} after", self.kind, self.doing);
        self.is = now;
        self.doing = BTreeSet::new();
        let strange: Vec<PathBuf> = files(root).into_iter().filter(|path| !is_plain(path)).collect();
        assert_eq!(strange, Vec::<PathBuf>::new(), "{when}: left behind");
    }
}

/// A request, or what a folder tells of itself; what lies aside is in a folder of its own.
fn is_plain(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    path.starts_with(".orgdeck") || (path.extension().is_some_and(|end| end == "toml") && !name.starts_with('.'))
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path.strip_prefix(root).unwrap().to_owned()) }
        }
    }
    found
}

/// Kills it this often; when, is told by the seed and the machine.
fn kill(seed: u64, times: u64) {
    let config = tempfile::tempdir().unwrap();
    let root = collections::folder(config.path());
    let mut dice = Dice(seed);
    let mut known = Known::default();
    for round in 0..times {
        let when = format!("seed {seed}, round {round}");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed_saved::writer", "--nocapture", "--test-threads=1"])
            .env(CONFIG, config.path())
            .env(SEED, (seed * 1_000 + round + 1).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = known.jobs + dice.roll(8);
        // Every other time a job has just begun, so that a quick machine is not killed between jobs alone.
        let begun = round % 2 == 0;
        while known.jobs < wanted || begun && known.doing.is_empty() {
            let line = lines.next().unwrap_or_else(|| panic!("{when}: it ended by itself")).unwrap();
            known.hear(&line);
        }
        // A moment that is another one each time.
        (0..dice.roll(if begun { 40_000 } else { 400_000 })).for_each(|n| {
            std::hint::black_box(n);
        });
        child.kill().unwrap();
        child.wait().unwrap();
        lines.map_while(Result::ok).for_each(|line| known.hear(&line));
        if root.exists() {
            known.check(&root, &when);
        }
    }
    assert!(known.jobs > usize::try_from(times).unwrap(), "only {} jobs were done", known.jobs);
    assert!(known.midst > 5, "only {} were killed in the midst of a job", known.midst);
    // The next one who writes tidies up what the killed ones left half done.
    let saved = Box::new(numbered(0));
    collections::run(config.path(), Job::Save(PathBuf::from("last.toml"), saved, None)).change.unwrap();
    assert!(!root.join(".orgdeck/staged").exists());
}

macro_rules! seeds {
    ($($name:ident $seed:literal)*) => { $(#[test] fn $name() { kill($seed, 50); })* };
}

seeds! {
    killed_fifty_times_1 1
    killed_fifty_times_2 2
    killed_fifty_times_3 3
    killed_fifty_times_4 4
}
