//! Jobs over a small org, without HTTP: their states, what they do, what is remembered.

use super::*;
use crate::demo::data::{OrgKind, OrgSpec};
use std::time::{Duration, Instant};

fn data() -> Arc<OrgData> {
    let spec = OrgSpec {
        kind: OrgKind::Production,
        org_id: "00D5i000004RkQwEAK".to_owned(),
        name: "Test".to_owned(),
        instance_name: "T1".to_owned(),
        scale: 400,
        domain: "test.example".to_owned(),
    };
    Arc::new(OrgData::build(&spec).unwrap())
}

fn settings(operation: Operation, object: &str) -> Settings {
    Settings {
        operation,
        object: object.to_owned(),
        query: String::new(),
        external: None,
        assignment: None,
        delimiter: Delimiter::Comma,
        ending: Ending::Lf,
        version: "67.0".to_owned(),
        fates: false,
    }
}

fn wait(job: &Job) -> State {
    let start = Instant::now();
    while !job.state().is_final() {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", job.state());
        std::thread::yield_now();
    }
    job.state()
}

#[test]
fn the_oldest_jobs_that_are_over_are_forgotten_and_the_others_are_not() {
    let jobs = Jobs::default();
    let add = || jobs.add("00D5i000004RkQwEAK", "005", settings(Operation::Insert, "Account"));
    let all: Vec<Arc<Job>> = (0..MOST).map(|_| add().unwrap()).collect();
    assert!(all.iter().all(|job| job.id.starts_with("7505i0") && job.id.len() == 18));
    assert!(add().is_none(), "all are open");
    all[3].go(&[State::Open], State::Aborted).unwrap();
    let last = add().unwrap();
    assert!(jobs.find(&all[3].id).is_none() && jobs.find(&all[0].id).is_some());
    assert!(jobs.find(last.id.get(..15).unwrap()).is_some());
    assert_eq!(jobs.all().len(), MOST);
}

#[test]
fn a_job_whose_turn_has_not_come_can_be_aborted() {
    let (jobs, data, ended) = (Arc::new(Jobs::default()), data(), CancellationToken::new());
    let admin = data.users()[0].id.clone();
    let job = jobs.add("00D5i000004RkQwEAK", &admin, settings(Operation::Insert, "Account")).unwrap();
    job.upload(Spool::of(b"Name\nNever\n").unwrap()).unwrap();
    assert_eq!(job.upload(Spool::of(b"").unwrap()), Err(Refused::Twice));
    job.go(&[State::Open], State::UploadComplete).unwrap();
    job.go(&[State::UploadComplete], State::Aborted).unwrap();
    jobs.submit(&job, &data, &ended);
    let second = jobs.add("00D5i000004RkQwEAK", &admin, settings(Operation::Insert, "Account")).unwrap();
    second.upload(Spool::of(b"Name\nBehind it\n").unwrap()).unwrap();
    second.go(&[State::Open], State::UploadComplete).unwrap();
    jobs.submit(&second, &data, &ended);
    assert_eq!((wait(&second), job.state()), (State::JobComplete, State::Aborted));
    let viewer = data.viewer(&admin).unwrap();
    let found =
        viewer.query("67.0", "SELECT Name FROM Account WHERE Name IN ('Never', 'Behind it')", true, 10).unwrap();
    assert_eq!((found["totalSize"].as_u64(), found["records"][0]["Name"].as_str()), (Some(1), Some("Behind it")));
}

#[test]
fn nothing_begins_once_the_demo_has_ended() {
    let (jobs, data, ended) = (Arc::new(Jobs::default()), data(), CancellationToken::new());
    ended.cancel();
    let asked = Settings { query: "SELECT Id FROM Account".to_owned(), ..settings(Operation::Query, "Account") };
    let job = jobs.add("00D5i000004RkQwEAK", &data.users()[0].id, asked).unwrap();
    jobs.submit(&job, &data, &ended);
    let start = Instant::now();
    while locked(&jobs.queue).working {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::yield_now();
    }
    assert_eq!(job.state(), State::UploadComplete);
}
