//! CASE 12: a full disk, and steps that fail as on one, roll back; listing and deleting go on.

use super::driver;
use super::kit::{self, Picture, SmallDisk};
use crate::fixture::{Fixture, Outcome};

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

fn full(fixture: &Fixture) {
    let mut file = std::fs::File::create(fixture.base().join("ballast")).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
}

#[test]
fn case_12_an_upload_that_fills_the_disk_is_rolled_back() {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let Some(_disk) = SmallDisk::mount(&fixture.base(), "size=2m,mode=700") else {
        return;
    };
    fixture.backend_session(A, 1, &[("a", &[1; 1000])]);
    fixture.backend_session(B, 1, &[("b", b"1")]);
    fixture.run(["use", A]).ok();
    let before = fixture.run(["list", "--json"]).ok();
    // It grows while it is copied, so that no look at its size helps.
    let small = fixture.outside("small", &[7; 1000]);
    let large = fixture.outside("large", &vec![7; 3_000_000]);
    let first = fixture.run(["upload", small.to_str().unwrap(), large.to_str().unwrap()]);
    assert_eq!((first.code, first.stdout.as_str()), (Some(1), ""));
    assert!(
        first.stderr.contains("there is not enough disk space"),
        "{first:?}"
    );
    assert!(
        first.stderr.contains("of the disk is free"),
        "asked before: {first:?}"
    );

    let gate = fixture.home().join("gate");
    let file = fixture.outside("growing", &[7; 1_000_000]);
    let mut upload = fixture.program();
    upload.arg("upload").arg(file);
    upload.env(
        "EYPROJECT_FAILPOINTS",
        format!("copy-file=wait:{}", gate.display()),
    );
    let upload = upload.stderr(std::process::Stdio::piped()).spawn().unwrap();
    kit::eventually("the upload copies", || gate.exists());
    full(&fixture);
    std::fs::remove_file(gate).unwrap();
    let output = upload.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("there is not enough disk space"), "{said}");
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    assert_eq!(fixture.run(["list", "--json"]).ok(), before);

    // The disk is full now.
    let refused = fixture.run(["new"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("free some disk space"),
        "{refused:?}"
    );
    assert_eq!(fixture.run(["pin", B]).code, Some(1));
    assert_eq!(fixture.run(["use", B]).code, Some(1));
    assert_eq!(
        fixture.run(["list", "--json"]).ok(),
        before,
        "and nothing of it stuck"
    );
    assert_eq!(fixture.run(["delete", B]).ok(), format!("deleted {B}\n"));
    assert_eq!(fixture.sessions(), [A]);
    std::fs::remove_file(fixture.base().join("ballast")).unwrap();
    fixture.run(["new"]).ok();
}

#[test]
fn case_12_an_upload_leaves_the_floor_of_free_space_alone() {
    let fixture = Fixture::new();
    let Some(_disk) = SmallDisk::mount(&fixture.base(), "size=2m,mode=700") else {
        return;
    };
    fixture.settings("[upload]\ndisk_floor = \"1MB\"\n");
    let fits = fixture.outside("fits", &vec![7; 500_000]);
    let large = fixture.outside("large", &vec![7; 1_200_000]);
    let refused = fixture.run(["upload", large.to_str().unwrap()]);
    assert!(
        refused.code == Some(1) && refused.stderr.contains("1.0 MB is always left"),
        "{refused:?}"
    );
    fixture.run(["upload", fits.to_str().unwrap()]).ok();
}

/// Every step that writes, failing once as on a full disk.
#[test]
fn case_12_a_step_that_fails_leaves_everything_as_it_was() {
    let changes: [(&str, &[&str]); 14] = [
        ("stage-made", &["new"]),
        ("stage-locked", &["new"]),
        ("atomic-before-write", &["new"]),
        ("atomic-before-rename", &["new"]),
        ("publish-before-rename", &["new"]),
        ("rename-noreplace", &["new"]),
        ("copy-file", &["upload", "/etc/hostname"]),
        ("upload-logged", &["upload", "/etc/hostname"]),
        ("atomic-before-rename", &["upload", "/etc/hostname"]),
        ("atomic-before-write", &["pin", A]),
        ("atomic-before-rename", &["use", A]),
        ("delete-writable", &["delete", A]),
        ("delete-before-rename", &["delete", A]),
        ("swept", &["delete", A]),
    ];
    for (point, args) in changes {
        let fixture = Fixture::new();
        fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
        fixture.backend_session(A, 1, &[("a", b"1")]);
        fixture.backend_session(B, 1, &[]);
        fixture.run(["use", B]).ok();
        let dir = fixture.base().join(A);
        std::fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o500))
            .unwrap();
        let before = Picture::of(&fixture.base());
        let mut command = fixture.program();
        let failed = Outcome::of(
            command
                .args(args)
                .env("EYPROJECT_FAILPOINTS", format!("{point}=enospc")),
        );
        assert_eq!(
            (failed.code, failed.stdout.as_str()),
            (Some(1), ""),
            "{point} {args:?}: {failed:?}"
        );
        assert!(
            failed.stderr.contains("there is not enough disk space"),
            "{point}: {failed:?}"
        );
        let after = Picture::of(&fixture.base());
        assert_eq!(after.paths(), before.paths(), "{point} {args:?}");
        // Only the room's own directories may show that something was tried.
        let sessions = |picture: &Picture| {
            let mut picture = picture.clone();
            picture
                .0
                .retain(|path, _| path.starts_with(A) || path.starts_with(B));
            picture
        };
        assert_eq!(sessions(&after), sessions(&before), "{point} {args:?}");
        assert!(fixture.run(["current"]).ok().trim_end().ends_with(B));
    }
}

#[test]
fn case_12_a_cleanup_that_can_not_delete_says_which_and_goes_on() {
    let fixture = Fixture::new();
    for n in 0..4 {
        fixture.backend_session(&format!("session_20250710_15300{n}"), 1, &[]);
    }
    let mut command = fixture.program();
    command
        .args(["cleanup", "--keep", "1"])
        .env("EYPROJECT_FAILPOINTS", "delete-before-rename#2=enospc");
    let cleaned = Outcome::of(&mut command);
    assert_eq!(cleaned.code, Some(1));
    assert!(
        cleaned.stderr.contains(&format!("could not delete {B}")),
        "{cleaned:?}"
    );
    assert!(
        cleaned
            .stdout
            .contains(&format!("kept {B}: there is not enough disk space")),
        "{cleaned:?}"
    );
    assert!(
        cleaned.stderr.contains("deleted 2 sessions, 0 B; 2 kept"),
        "{cleaned:?}"
    );
    assert_eq!(fixture.sessions(), [B, "session_20250710_153003"]);
}

#[test]
fn case_12_an_undo_that_fails_leaves_the_session_in_the_trash() {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    let mut command = driver::command(&fixture, &format!("undo {A}"));
    let outcome = Outcome::of(command.env("EYPROJECT_FAILPOINTS", "undo-before-rename=enospc"));
    assert_eq!(outcome.code, Some(101));
    assert_eq!(fixture.sessions(), [B]);
    assert!(
        kit::debris(&fixture.base())
            .iter()
            .any(|p| p.ends_with("/a"))
    );
    Outcome::of(&mut driver::command(&fixture, "sweep")).ok();
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}
