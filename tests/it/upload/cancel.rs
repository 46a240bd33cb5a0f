//! Cancelling ends each step within 200 ms and leaves nothing.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use eyproject_sessions::session::{BaseDir, Cancel, ErrorKind, Origin, Policy, Progress, Store};
use eyproject_sessions::upload::{self, Step};

use super::{new, nothing_left, zip};

fn cancelled_at(in_step: fn(&Step<'_>) -> bool) -> Duration {
    let fixture = new();
    let mut csv = String::from("a,b,c\n");
    for n in 0..400_000 {
        csv += &format!("{n},{n}.5,text {n}\n");
    }
    let mut entries: Vec<(String, Vec<u8>)> = vec![("big.csv".into(), csv.into_bytes())];
    for n in 0..200 {
        let script = "import pandas as pd\nprint(pd.read_csv('big.csv'))\n".repeat(50);
        entries.push((format!("script{n}.py"), script.into_bytes()));
    }
    let entries: Vec<_> = entries.iter().map(|(n, b)| (&**n, &**b)).collect();
    let source = fixture.outside("project.zip", &zip(&entries));
    let request = upload::Request {
        sources: vec![source],
        origin: Origin::Library,
        policy: Policy::none(),
        disk_floor: 0,
        keep_archives: false,
        archive_rules: Default::default(),
    };
    let store = Store::new(BaseDir::chosen(fixture.base()));
    let (cancel, at) = (Cancel::default(), Mutex::new(None));
    let on = |step: Step<'_>| {
        let mut at = at.lock().unwrap();
        if at.is_none() && in_step(&step) {
            *at = Some(Instant::now());
            cancel.cancel();
        }
    };
    let ended = upload::run(&store, &request, &cancel, &Progress::default(), &on);
    assert_eq!(*ended.unwrap_err().kind(), ErrorKind::Cancelled);
    nothing_left(&fixture);
    at.into_inner()
        .unwrap()
        .expect("the step was reached")
        .elapsed()
}

#[test]
fn each_step_ends_within_200_ms_and_leaves_nothing() {
    let steps: [fn(&Step<'_>) -> bool; 5] = [
        |s| matches!(s, Step::Copying),
        |s| matches!(s, Step::Extracting(_)),
        |s| matches!(s, Step::Converting { rows: 0, .. }),
        |s| matches!(s, Step::Converting { rows: 1.., .. }),
        |s| matches!(s, Step::Rewriting),
    ];
    for (n, step) in steps.into_iter().enumerate() {
        // The machine may be busy with other things, but not ten times.
        let mut tries = (0..10).map(|_| cancelled_at(step));
        assert!(tries.any(|t| t < Duration::from_millis(200)), "{n}");
    }
}
