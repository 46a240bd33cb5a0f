//! Tables on real trees: names, links, what is left out and what refuses the upload.

use std::fs;

use super::*;

fn names(gathered: &Gathered) -> Vec<String> {
    gathered
        .items
        .iter()
        .map(|i| i.to.to_string_lossy().replace('\\', "/"))
        .collect()
}

fn reasons(gathered: &Gathered) -> Vec<String> {
    let all = gathered.skipped.iter().chain(&gathered.notes);
    all.map(|s| s.reason.clone()).collect()
}

fn gather_all(sources: &[PathBuf]) -> Result<Gathered> {
    gather(sources, Path::new("/nowhere"), false, &Cancel::default())
}

#[test]
fn files_of_one_name_get_numbers_and_that_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    for folder in ["a", "b", "c"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
        let file = dir.path().join(folder).join("data.csv");
        fs::write(&file, folder).unwrap();
        sources.push(file);
    }
    let gathered = gather_all(&sources).unwrap();
    assert_eq!(
        names(&gathered),
        ["data.csv", "data (2).csv", "data (3).csv"]
    );
    assert_eq!((gathered.files, gathered.bytes), (3, 3));
    assert_eq!(reasons(&gathered).len(), 2);
    assert_eq!(gathered.sources[1].stored_as, "data (2).csv");
}

#[test]
fn names_that_the_session_needs_are_given_another() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(".session.json");
    fs::write(&file, "{}").unwrap();
    let gathered = gather_all(&[file]).unwrap();
    assert_eq!(names(&gathered), ["uploaded.session.json"]);
    assert!(reasons(&gathered)[0].contains("reserved"));
}

#[test]
fn a_folder_keeps_its_shape() {
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("my project");
    fs::create_dir_all(project.join("sub/empty")).unwrap();
    fs::write(project.join("sub/日本語.py"), "x").unwrap();
    fs::write(project.join("a.csv"), "12").unwrap();
    let gathered = gather_all(std::slice::from_ref(&project)).unwrap();
    assert_eq!(
        names(&gathered),
        [
            "my project",
            "my project/a.csv",
            "my project/sub",
            "my project/sub/empty",
            "my project/sub/日本語.py"
        ]
    );
    assert_eq!(gathered.sources[0].files, 2);
    assert!(gathered.skipped.is_empty());
}

#[cfg(unix)]
#[test]
fn links_inside_become_copies_and_links_out_are_left_and_reported() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let project = dir.path().join("p");
    fs::create_dir_all(project.join("real/deep")).unwrap();
    fs::write(project.join("real/a.txt"), "abc").unwrap();
    fs::write(dir.path().join("secret"), "s").unwrap();
    symlink("real/a.txt", project.join("to_file")).unwrap();
    symlink("real", project.join("to_folder")).unwrap();
    symlink("../secret", project.join("out")).unwrap();
    symlink("/", project.join("root")).unwrap();
    symlink("nowhere", project.join("dangling")).unwrap();
    symlink("..", project.join("real/deep/up")).unwrap();
    symlink("loop", project.join("loop")).unwrap();
    let gathered = gather_all(std::slice::from_ref(&project)).unwrap();
    let files: Vec<_> = names(&gathered)
        .into_iter()
        .filter(|n| n.ends_with(".txt") || n.ends_with("to_file"))
        .collect();
    assert_eq!(files, ["p/real/a.txt", "p/to_file", "p/to_folder/a.txt"]);
    let skipped: Vec<_> = gathered
        .skipped
        .iter()
        .map(|s| s.file.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(skipped, ["dangling", "loop", "out", "up", "root", "up"]);
    assert!(gathered.items.iter().all(|i| {
        i.from
            .starts_with(dir.path().canonicalize().unwrap().join("p"))
    }));
}

#[cfg(unix)]
#[test]
fn what_is_neither_file_nor_folder_is_left_out_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    assert_eq!(
        reasons(&gather_all(&[dir.path().to_owned()]).unwrap()),
        ["it is neither a file nor a folder"]
    );
    assert!(
        gather_all(&[fifo])
            .unwrap_err()
            .full()
            .contains("neither a file nor a folder")
    );
}

#[test]
fn a_missing_source_or_the_base_itself_refuses_the_upload() {
    let dir = tempfile::tempdir().unwrap();
    let error = gather_all(&[dir.path().join("gone.csv")]).unwrap_err();
    assert!(error.full().contains("gone.csv"), "{}", error.full());
    let base = dir.path().join("base");
    fs::create_dir(&base).unwrap();
    let error = gather(&[dir.path().to_owned()], &base, false, &Cancel::default()).unwrap_err();
    assert!(
        error
            .full()
            .contains("the base directory of the sessions is in it")
    );
    let cancelled = Cancel::default();
    cancelled.cancel();
    let error = gather(
        &[dir.path().to_owned()],
        Path::new("/nowhere"),
        false,
        &cancelled,
    )
    .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Cancelled);
}
