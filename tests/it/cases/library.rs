//! The crate's own functions, in a process of their own: they take the base from the environment.

use super::driver;
use crate::fixture::{Fixture, Outcome};

#[test]
fn the_functions_of_the_crate_root_do_what_the_backends_do() {
    let fixture = Fixture::new();
    let output = Outcome::of(&mut driver::command(&fixture, "library")).ok();
    let told = driver::told(&output);
    let [first, again, second, gone] = told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(first, again, "the current one is asked for again");
    assert_ne!(first, second, "a new one is made");
    assert!(first.starts_with(fixture.base().to_str().unwrap()));
    assert!(first.ends_with(gone), "the older one went");
    let left = fixture.sessions();
    assert_eq!(left.len(), 1);
    assert!(second.ends_with(&left[0]));
    assert_eq!(fixture.run(["current"]).ok().trim_end(), second);
    let origin = fixture.run(["info", &left[0], "--json"]).ok();
    assert!(origin.contains("\"origin\": \"library\""), "{origin}");
}
