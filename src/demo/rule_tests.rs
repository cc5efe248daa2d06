//! Rules in both their forms, whom they meet, and that their shares are drawn and not rolled.

use super::*;

fn to_org(address: &str) -> Target<'_> {
    Target { address, org_is_asked: true, ..Target::default() }
}

fn hits(rules: &Rules, target: &Target<'_>, count: usize) -> Vec<bool> {
    (0..count).map(|_| !rules.hitting(target).0.is_empty()).collect()
}

fn rules(text: &str) -> Rules {
    Rules::new(7, vec![text.parse().unwrap()])
}

#[test]
fn texts_and_json_are_the_same_rule() {
    for text in ["503", "cut,path=/query?q=,user=sales,org=sandbox,percent=10,after=2,times=3", "slow-start,ms=40"] {
        let rule: Rule = text.parse().unwrap();
        assert_eq!(rule.to_string(), text);
        let json = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule, "{json}");
    }
    let json = r#"{"fault":"420","path":"/a,b"}"#;
    assert_eq!(serde_json::from_str::<Rule>(json).unwrap().path.as_deref(), Some("/a,b"));
}

#[test]
fn what_is_no_rule_says_why() {
    for (text, told) in [
        ("teapot", "\"teapot\""),
        ("", "slow-bytes"),
        ("cut,sales", "user="),
        ("cut,who=sales", "user="),
        ("cut,percent=0", "1 to 100"),
        ("cut,percent=101", "1 to 100"),
        ("cut,percent=many", "1 to 100"),
        ("cut,times=-1", "times needs a whole number"),
    ] {
        let error = text.parse::<Rule>().unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
    assert!(serde_json::from_str::<Rule>(r#"{"fault":"cut","paht":"x"}"#).is_err());
}

#[test]
fn a_rule_meets_only_whom_it_names() {
    let one = rules("cut,path=/limits,user=SALES,org=acme");
    let target = |address, user, org| Target { address, org_is_asked: true, user: [Some("sales@x"), user], org };
    let acme = [Some("acme"), Some("production")];
    assert!(one.hitting(&target("/v67.0/limits", Some("sales"), acme)).has(Fault::Cut));
    for missed in [
        target("/v67.0/query", Some("sales"), acme),
        target("/v67.0/limits", Some("admin"), acme),
        target("/v67.0/limits", None, acme),
        target("/v67.0/limits", Some("sales"), [Some("acme-sandbox"), Some("sandbox")]),
        target("/v67.0/limits", Some("sales"), [None, None]),
    ] {
        assert!(!one.hitting(&missed).has(Fault::Cut), "{missed:?}");
    }
    assert_eq!(one.all().first().map(|active| (active.met, active.hit)), Some((1, 1)));
}

#[test]
fn without_a_path_logins_stay_possible() {
    let login = Target { address: "/services/oauth2/token", ..Target::default() };
    assert!(!rules("503").hitting(&login).has(Fault::Unavailable));
    assert!(rules("503,path=/oauth2/token").hitting(&login).has(Fault::Unavailable));
    assert!(rules("login-ip").hitting(&login).has(Fault::LoginIp));
    assert!(rules("clock-skew").hitting(&login).has(Fault::ClockSkew));
}

#[test]
fn numbers_count_the_requests_that_met_the_rule() {
    assert_eq!(hits(&rules("503,after=2,times=1"), &to_org("/"), 5), [false, false, true, false, false]);
    let both = Rules::new(0, vec!["503,times=1".parse().unwrap(), "cut".parse().unwrap()]);
    assert!(both.hitting(&to_org("/")).has(Fault::Unavailable));
    let second = both.hitting(&to_org("/"));
    assert!(!second.has(Fault::Unavailable) && second.has(Fault::Cut));
}

#[test]
fn shares_are_the_same_for_the_same_seed() {
    let (one, other) = (rules("503,percent=30"), rules("503,percent=30"));
    let first = hits(&one, &to_org("/"), 1_000);
    assert_eq!(first, hits(&other, &to_org("/"), 1_000));
    let count = first.iter().filter(|hit| **hit).count();
    assert!((240..360).contains(&count), "{count}");
    one.reseed(7);
    assert_eq!(hits(&one, &to_org("/"), 1_000), first);
    one.reseed(8);
    assert_ne!(hits(&one, &to_org("/"), 1_000), first);
}

#[test]
fn rules_come_and_go_by_number_and_are_bounded() {
    let all = rules("cut");
    assert!(all.add(vec!["503".parse().unwrap(), "420".parse().unwrap()]));
    assert!(all.remove(2) && !all.remove(2));
    let left: Vec<(u64, Fault)> = all.all().iter().map(|active| (active.id, active.rule.fault)).collect();
    assert_eq!(left, [(1, Fault::Cut), (3, Fault::Gone)]);
    assert!(!all.add(vec![Fault::Cut.into(); MOST]));
    all.replace(Vec::new());
    assert!(all.is_empty());
}

#[test]
fn a_pause_is_the_rules_or_the_faults() {
    let second = Duration::from_secs(1);
    assert_eq!(rules("slow-start").hitting(&to_org("/")).pause(Fault::SlowStart, second), Some(second));
    let given = rules("slow-start,ms=5").hitting(&to_org("/"));
    assert_eq!(given.pause(Fault::SlowStart, second), Some(Duration::from_millis(5)));
    assert_eq!(given.pause(Fault::Silence, second), None);
}
