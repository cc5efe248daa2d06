//! `limits`: what the org may use, and what is left of it. API calls and bulk jobs are used up here, and truly.

use crate::demo::world::Org;
use serde_json::{Map, Value, json};
use std::sync::atomic::Ordering;

/// Limits that nothing in the demo uses up.
const UNUSED: [(&str, u64); 14] = [
    ("ActiveScratchOrgs", 3),
    ("ConcurrentAsyncGetReportInstances", 200),
    ("ConcurrentSyncReportRuns", 20),
    ("DailyAsyncApexExecutions", 250_000),
    ("DailyDurableStreamingApiEvents", 10_000),
    ("DailyScratchOrgs", 6),
    ("DailyStreamingApiEvents", 10_000),
    ("DailyWorkflowEmails", 1_485),
    ("DataStorageMB", 10_240),
    ("FileStorageMB", 10_240),
    ("HourlyDashboardRefreshes", 200),
    ("HourlyODataCallout", 1_000),
    ("MassEmail", 5_000),
    ("SingleEmail", 5_000),
];

/// The whole answer.
pub(super) fn all(org: &Org) -> Value {
    let used = org.calls.load(Ordering::Relaxed);
    let mut named: Vec<(String, Value)> = UNUSED.iter().map(|(name, most)| ((*name).to_owned(), full(*most))).collect();
    let (queries, batches) = org.jobs.used();
    for (name, most, used) in [("DailyBulkV2QueryJobs", 10_000, queries), ("DailyBulkApiBatches", 15_000, batches)] {
        named.push((name.to_owned(), left(most, used)));
    }
    // Apps with a share of their own stand within the limit, as they do in real orgs.
    let calls =
        json!({ "Max": org.calls_most, "Remaining": org.calls_most.saturating_sub(used), "Harbour Sync": full(0) });
    named.push(("DailyApiRequests".to_owned(), calls));
    named.push((
        "PermissionSets".to_owned(),
        json!({ "Max": 1_500, "Remaining": 1_498, "CreateCustom": { "Max": 1_000, "Remaining": 998 } }),
    ));
    named.sort_by(|(one, _), (other, _)| one.cmp(other));
    Value::Object(named.into_iter().collect::<Map<_, _>>())
}

fn full(most: u64) -> Value {
    left(most, 0)
}

fn left(most: u64, used: u64) -> Value {
    json!({ "Max": most, "Remaining": most.saturating_sub(used) })
}
