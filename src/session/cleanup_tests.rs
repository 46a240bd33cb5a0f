//! Tables and properties of the cleanup plan.

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_752_154_200;

fn moment() -> Moment {
    Moment {
        now: DateTime::from_timestamp(NOW, 0).unwrap().fixed_offset(),
        free_disk: Some(1_000_000),
    }
}

/// Sessions newest first, one an hour, 100 bytes each; `c` is current, `u` in use, `p` pinned, `f` from the future.
fn sessions(marks: &str) -> Vec<Candidate> {
    let of = |hours: i64, mark: char| {
        let created_at = moment().now - TimeDelta::hours(hours);
        Candidate {
            id: SessionId::from_local(created_at.naive_local()).unwrap(),
            created_at: if mark == 'f' {
                created_at + TimeDelta::days(30_000)
            } else {
                created_at
            },
            bytes: Some(100),
            protection: Protection {
                current: mark == 'c',
                in_use: mark == 'u',
                pinned: mark == 'p',
            },
            clock_ahead: mark == 'f',
        }
    };
    marks
        .chars()
        .zip(1..)
        .map(|(mark, hours)| of(hours, mark))
        .collect()
}

/// Which of `marks` the plan deletes (`x`), spares (`s`) and leaves (`.`), newest first.
fn outcome(marks: &str, policy: &Policy) -> String {
    let sessions = sessions(marks);
    let plan = plan(&sessions, policy, &moment());
    sessions
        .iter()
        .map(|s| {
            if plan.delete.iter().any(|d| d.id == s.id) {
                'x'
            } else if plan.spared.iter().any(|d| d.id == s.id) {
                's'
            } else {
                '.'
            }
        })
        .collect()
}

#[test]
fn case_06_of_eleven_sessions_the_oldest_goes() {
    assert_eq!(outcome("c..........", &Policy::default()), "..........x");
    assert_eq!(outcome("c.........", &Policy::default()), "..........");
}

#[test]
fn case_07_keeping_the_newest() {
    for (marks, keep, expected, what) in [
        (
            "...c",
            2,
            ".xxs",
            "the current one takes a place though it is the oldest",
        ),
        ("c..", 0, "sxx", "keep 0: only protected ones stay"),
        ("...", 5, "...", "more to keep than there are"),
        ("cuu.", 2, "..sx", "more protected than places"),
        ("pc..", 2, "...x", "pinned ones take no place"),
        ("c..p", 1, ".xxs", "a pinned one stays beyond the newest"),
        (
            "c..f",
            3,
            "...x",
            "one from the future counts as the oldest",
        ),
    ] {
        assert_eq!(outcome(marks, &Policy::keep(keep)), expected, "{what}");
    }
    let notes = plan(&sessions("cuu."), &Policy::keep(2), &moment()).notes;
    assert_eq!(notes, ["3 sessions are protected, more than the 2 to keep"]);
}

#[test]
fn case_03_a_session_from_the_future_goes_and_the_plan_says_why() {
    let plan = plan(&sessions("c.f"), &Policy::keep(2), &moment());
    assert_eq!(plan.delete.len(), 1);
    assert_eq!(plan.delete[0].reasons, [Reason::FromTheFuture]);
}

#[test]
fn a_session_goes_if_any_rule_says_so() {
    let hours = |h: u64| Some(Duration::from_secs(h * 3600));
    let none = Policy::none();
    assert_eq!(outcome("c...", &none), "....");
    assert_eq!(
        outcome(
            "c...",
            &Policy {
                max_age: hours(2),
                ..none.clone()
            }
        ),
        "..xx"
    );
    assert_eq!(
        outcome(
            "...c",
            &Policy {
                max_age: hours(2),
                ..none.clone()
            }
        ),
        "..xs"
    );
    assert_eq!(
        outcome(
            "c...",
            &Policy {
                max_total: Some(250),
                ..none.clone()
            }
        ),
        "..xx"
    );
    assert_eq!(
        outcome(
            "c...",
            &Policy {
                max_total: Some(400),
                ..none.clone()
            }
        ),
        "...."
    );
    assert_eq!(
        outcome(
            "c..p",
            &Policy {
                max_total: Some(300),
                ..none.clone()
            }
        ),
        "..xs"
    );
    assert_eq!(
        outcome(
            "c...",
            &Policy {
                min_free: Some(1_000_150),
                ..none.clone()
            }
        ),
        "..xx"
    );
    assert_eq!(
        outcome(
            "c...",
            &Policy {
                min_free: Some(900_000),
                ..none.clone()
            }
        ),
        "...."
    );
    let both = Policy {
        keep: Some(3),
        max_age: hours(2),
        ..none
    };
    let plan = plan(&sessions("c..."), &both, &moment());
    assert_eq!(
        plan.delete[0].reasons,
        [
            Reason::NotAmongNewest(3),
            Reason::OlderThan(Duration::from_secs(7200))
        ]
    );
    assert_eq!((plan.kept, plan.bytes), (2, 200));
}

#[test]
fn a_limit_that_protected_sessions_break_is_said() {
    let policy = Policy {
        max_total: Some(100),
        ..Policy::none()
    };
    let plan = plan(&sessions("cp."), &policy, &moment());
    assert_eq!(plan.delete.len(), 1);
    assert_eq!(
        plan.notes,
        ["the protected sessions alone take 100 B more than the limit of 100 B"]
    );
}

fn policies() -> impl Strategy<Value = Policy> {
    let hours = prop::option::of(0u64..12).prop_map(|h| h.map(|h| Duration::from_secs(h * 3600)));
    (
        prop::option::of(0usize..12),
        hours,
        prop::option::of(0u64..1500),
        prop::option::of(999_000u64..1_001_500),
    )
        .prop_map(|(keep, max_age, max_total, min_free)| Policy {
            keep,
            max_age,
            max_total,
            min_free,
        })
}

proptest! {
    #[test]
    fn no_plan_touches_what_is_protected_and_every_deletion_has_a_reason(
        marks in "[.cupf]{0,12}", policy in policies(),
    ) {
        let sessions = sessions(&marks);
        let plan = plan(&sessions, &policy, &moment());
        for d in &plan.delete {
            let s = sessions.iter().find(|s| s.id == d.id).unwrap();
            prop_assert!(!s.protection.any());
            prop_assert!(!d.reasons.is_empty());
        }
        prop_assert_eq!(plan.kept + plan.delete.len(), sessions.len());
        prop_assert!(plan.spared.iter().all(|s| s.protection.any()));
        // Whoever is protected is told of once, and nobody else.
        let mut told: Vec<_> = plan.spared.iter().chain(&plan.safe).map(|s| s.id).collect();
        let protected = sessions.iter().filter(|s| s.protection.any()).map(|s| s.id);
        let mut protected: Vec<_> = protected.collect();
        told.sort_unstable();
        protected.sort_unstable();
        prop_assert_eq!(told, protected);
        if policy == Policy::none() {
            prop_assert!(plan.delete.is_empty());
        }
    }

    #[test]
    fn keeping_n_leaves_n_or_the_protected(marks in "[.cup]{0,12}", keep in 0usize..12) {
        let sessions = sessions(&marks);
        let plan = plan(&sessions, &Policy::keep(keep), &moment());
        let pinned = sessions.iter().filter(|s| s.protection.pinned).count();
        let held = sessions.iter().filter(|s| s.protection.any() && !s.protection.pinned).count();
        let countable = sessions.len() - pinned;
        prop_assert_eq!(plan.kept - pinned, countable.min(keep.max(held)));
    }

    #[test]
    fn what_is_kept_is_newer_than_what_goes(marks in "\\.{0,12}", keep in 0usize..12) {
        let sessions = sessions(&marks);
        let plan = plan(&sessions, &Policy::keep(keep), &moment());
        let oldest_kept = sessions.iter().filter(|s| plan.delete.iter().all(|d| d.id != s.id)).map(|s| s.created_at).min();
        prop_assert!(plan.delete.iter().all(|d| Some(d.created_at) < oldest_kept || oldest_kept.is_none()));
    }

    #[test]
    fn planning_again_after_applying_takes_nothing(marks in "[.cupf]{0,12}", policy in policies()) {
        let all = sessions(&marks);
        let first = plan(&all, &policy, &moment());
        let left: Vec<_> = all.into_iter().filter(|s| first.delete.iter().all(|d| d.id != s.id)).collect();
        let mut moment = moment();
        moment.free_disk = moment.free_disk.map(|f| f + first.bytes);
        prop_assert!(plan(&left, &policy, &moment).delete.is_empty());
    }
}
