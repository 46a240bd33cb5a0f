//! One function per command: call the core, print the result.

use std::io::Write;

use super::args::{Cleanup, Command};
use super::which::{self, Which};
use super::{Context, Failed, complain, python_client, table, upload_lines};
use crate::json::{self, CleanupJson, DetailJson, InfoJson, SessionJson};
use crate::session::{
    Cancel, Cleaned, Error, ErrorKind, Origin, Policy, Progress, Session, SessionId, text,
};
use crate::upload;

type Outcome = Result<(), Failed>;

pub fn run(context: &Context, command: Command) -> Outcome {
    match command {
        Command::List { json } => list(context, json),
        Command::Info { id, json } => info(context, id.find(context, json)?, json),
        Command::New { json } => new(context, json),
        Command::Current => current(context),
        Command::Use { id } => {
            let id = id.find(context, false)?;
            context.store.make_current(id)?;
            context.say(&format!("{id} is the current session"));
            Ok(())
        }
        Command::Pin { id } => {
            let id = id.find(context, false)?;
            context.store.set_pinned(id, true)?;
            context.say(&format!("{id} is pinned"));
            Ok(())
        }
        Command::Unpin { id } => {
            let id = id.find(context, false)?;
            context.store.set_pinned(id, false)?;
            context.say(&format!("{id} is no longer pinned"));
            Ok(())
        }
        Command::Upload { paths, json } => upload(context, paths, json),
        Command::Open { id } => open(context, id),
        Command::Delete { ids, json } => delete(context, &ids, json),
        Command::Cleanup(args) => cleanup(context, &args),
        // It runs until it is stopped, which `program` sees to.
        Command::Serve(_) => Ok(()),
        // They have exit codes of their own, and stand in `run`.
        Command::Run(_) | Command::RunSupervisor { .. } => Err(Failed::Refused),
        Command::PythonClient { output } => python_client::write(context, output.as_deref()),
    }
}

fn list(context: &Context, json: bool) -> Outcome {
    let listing = context.store.list().map_err(|e| refused(json, 409, e))?;
    let usages = context.store.measure(&listing, &Cancel::default())?;
    if json {
        return print_json(&InfoJson::new(&context.store, &listing, &usages));
    }
    let now = context.store.clock().now();
    let rows: Vec<_> = listing
        .sessions
        .iter()
        .map(|s| table::Row::new(s, usages.get(&s.id), now))
        .collect();
    table::print(&rows, &mut std::io::stdout().lock())?;
    if rows.is_empty() {
        context.say(&format!(
            "no sessions in {}",
            context.store.base().display()
        ));
    }
    Ok(())
}

fn info(context: &Context, id: SessionId, json: bool) -> Outcome {
    let detail = DetailJson::read(&context.store, id, &Cancel::default())
        .map_err(|e| refused(json, 409, e))?;
    if json {
        return print_json(&detail);
    }
    let mut out = std::io::stdout().lock();
    let s = &detail.session;
    writeln!(out, "{id}")?;
    writeln!(out, "  path     {}", s.path)?;
    writeln!(out, "  created  {}", s.created_at)?;
    if let (Some(bytes), Some(files)) = (s.size_bytes, s.file_count) {
        let files = text::count(files as usize, "file", "files");
        writeln!(out, "  size     {} in {files}", text::bytes(bytes))?;
    }
    let states = [
        (s.is_current, "current"),
        (s.pinned, "pinned"),
        (s.in_use, "in use"),
        (
            s.clock_ahead,
            "dated in the future, so it counts as the oldest",
        ),
    ];
    let states: Vec<_> = states
        .iter()
        .filter(|(yes, _)| *yes)
        .map(|(_, text)| *text)
        .collect();
    if !states.is_empty() {
        writeln!(out, "  state    {}", states.join(", "))?;
    }
    if !s.note.is_empty() {
        writeln!(out, "  note     {}", text::one_line(&s.note))?;
    }
    for missing in &s.missing {
        writeln!(
            out,
            "  missing  {}: its manifest names it, but it is gone",
            text::one_line(missing)
        )?;
    }
    if let Some(error) = &s.error {
        writeln!(out, "  problem  {}", text::one_line(error))?;
    }
    for t in &detail.tables {
        writeln!(
            out,
            "  table    {} ({}, from {})",
            text::one_line(&t.name),
            text::count(t.rows as usize, "row", "rows"),
            text::one_line(&t.source)
        )?;
    }
    for e in &detail.extracted {
        let files = text::count(e.files as usize, "file", "files");
        writeln!(out, "  archive  {} ({files})", text::one_line(&e.archive))?;
    }
    for s in &detail.scripts {
        writeln!(
            out,
            "  script   {} ({} to tables, before: {})",
            text::one_line(&s.file),
            text::count(s.calls as usize, "call", "calls"),
            text::one_line(&s.original)
        )?;
    }
    for f in &detail.files {
        let path = text::one_line(&f.path);
        writeln!(out, "  {:>8}  {path}", text::bytes(f.size_bytes))?;
    }
    Ok(())
}

fn new(context: &Context, json: bool) -> Outcome {
    let made = context.store.create(Origin::Cli);
    let (session, safe) = made.map_err(|e| refused(json, 409, e))?.let_go();
    let answer = session_json(&session);
    report_cleaned(
        context,
        upload::clean_up(&context.store, &context.policy, safe),
    );
    if json {
        return print_json(&answer);
    }
    writeln!(std::io::stdout(), "{}", session.path.display())?;
    Ok(())
}

fn session_json(session: &Session) -> SessionJson {
    let usage = crate::session::usage::measure_one(&session.path, &Cancel::default()).ok();
    SessionJson::new(session, usage.as_ref())
}

fn current(context: &Context) -> Outcome {
    match context.store.current()? {
        Some(id) => {
            writeln!(
                std::io::stdout(),
                "{}",
                context.store.base().join(id.to_string()).display()
            )?;
            Ok(())
        }
        None => Err(which::none(context).into()),
    }
}

fn upload(context: &Context, sources: Vec<std::path::PathBuf>, json: bool) -> Outcome {
    let request = upload::Request {
        sources,
        origin: Origin::Cli,
        policy: context.policy.clone(),
        disk_floor: context.settings.upload.disk_floor(),
        keep_archives: context.settings.upload.keep_archives,
        archive_rules: context.settings.upload.archive_rules(),
    };
    let report = upload::run(
        &context.store,
        &request,
        &Cancel::default(),
        &Progress::default(),
        &|step| {
            // Rows go by too fast to be read.
            let counts = matches!(step, upload::Step::Converting { rows: 1.., .. });
            if context.verbose && !counts {
                context.say(&step.to_string());
            }
        },
    )
    .map_err(|e| refused(json, 400, e))?;
    for line in upload_lines::lines(&report, context.verbose) {
        context.say(&line);
    }
    for notice in &report.notices {
        complain(notice);
    }
    let Some(session) = &report.session else {
        return Err(Failed::Refused);
    };
    let path = session.path.clone();
    let answer = json::UploadJson::new(&report, session_json(session));
    report_cleaned(context, Ok(report.cleaned));
    if json {
        return print_json(&answer);
    }
    writeln!(std::io::stdout(), "{}", path.display())?;
    Ok(())
}

fn open(context: &Context, id: Option<Which>) -> Outcome {
    let id = id.unwrap_or(Which::Current).find(context, false)?;
    let path = context.store.get(id)?.path;
    opener::open(&path).map_err(|e| {
        complain(&format!(
            "could not open {}: {e}; install a file manager, or go there by hand",
            path.display()
        ));
        Failed::Refused
    })
}

/// What became of one session that was to be deleted.
#[derive(serde::Serialize)]
struct Deleted {
    session_id: SessionId,
    deleted: bool,
    /// As `DELETE /session/{session_id}` has it.
    status: u16,
    message: String,
}

fn delete(context: &Context, ids: &[Which], json: bool) -> Outcome {
    let mut results = Vec::new();
    let mut printed = Ok(());
    let ids = ids.iter().map(|which| which.find(context, json));
    for id in ids.collect::<Result<Vec<_>, _>>()? {
        let mut status = 200;
        let message = match context.store.delete(id) {
            Ok(trashed) => {
                // What stays of it is named, and goes with the next change.
                if let Err(e) = trashed.remove_whole(&Progress::default()) {
                    complain(&e.full());
                }
                Ok(format!("deleted {id}"))
            }
            Err(e) => {
                status = json::status(&e, 409);
                Err(e.full())
            }
        };
        match &message {
            // Nobody may be reading; the others are to be deleted all the same.
            Ok(line) if !json => printed = printed.and(writeln!(std::io::stdout(), "{line}")),
            Ok(_) => {}
            Err(line) => complain(line),
        }
        results.push(Deleted {
            session_id: id,
            deleted: message.is_ok(),
            status,
            message: message.unwrap_or_else(|e| e),
        });
    }
    printed?;
    if json {
        print_json(&results)?;
    }
    match results.iter().all(|r| r.deleted) {
        true => Ok(()),
        false => Err(Failed::Refused),
    }
}

fn cleanup(context: &Context, args: &Cleanup) -> Outcome {
    let named = Policy {
        keep: args.keep,
        max_age: args.older_than,
        max_total: args.max_total,
        min_free: args.min_free,
    };
    // Naming a rule switches the unnamed ones off.
    let policy = if named == Policy::none() {
        context.policy.clone()
    } else {
        named
    };
    let mut plan = context
        .store
        .plan_cleanup(&policy, &Cancel::default())
        .map_err(|e| refused(args.json, 409, e))?;
    if !policy.needs_sizes() {
        add_sizes(context, &mut plan)?;
    }
    if args.dry_run {
        if args.json {
            return print_json(&CleanupJson::planned(&plan));
        }
        return print_cleanup(context, &CleanupJson::planned(&plan), "would delete");
    }
    let applied = context.store.apply(&plan);
    let mut cleaned = applied.map_err(|e| refused(args.json, 409, e))?;
    let answer = CleanupJson::done(&plan, &cleaned);
    // What has become protected meanwhile is no failure; it is among what was kept.
    let failed: Vec<_> = std::mem::take(&mut cleaned.skipped)
        .into_iter()
        .filter(|(_, e)| !matches!(e.kind(), ErrorKind::Protected(_)))
        .collect();
    let remaining = cleaned.remove_deleted(&Progress::default());
    for (_, error) in failed.iter().chain(&remaining) {
        complain(&error.full());
    }
    if args.json {
        print_json(&answer)?;
    } else {
        print_cleanup(context, &answer, "deleted")?;
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failed::Refused)
    }
}

/// Rules that need no sizes make a plan without them; people want to see them all the same.
fn add_sizes(context: &Context, plan: &mut crate::session::Plan) -> Outcome {
    let mut listing = context.store.list()?;
    listing
        .sessions
        .retain(|s| plan.delete.iter().any(|d| d.id == s.id));
    let usages = context.store.measure(&listing, &Cancel::default())?;
    for doomed in &mut plan.delete {
        doomed.bytes = usages.get(&doomed.id).map(|u| u.bytes);
    }
    Ok(())
}

fn print_cleanup(context: &Context, answer: &CleanupJson, done: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    for d in &answer.deleted {
        let size = d
            .size_bytes
            .map_or_else(|| "size unknown".into(), text::bytes);
        writeln!(out, "{done} {} ({size}): {}", d.session_id, d.reason)?;
    }
    for s in &answer.skipped {
        writeln!(out, "kept {}: {}", s.session_id, s.reason)?;
    }
    for note in &answer.notes {
        context.say(note);
    }
    context.say(&format!(
        "{done} {}, {}; {} kept",
        text::count(answer.deleted.len(), "session", "sessions"),
        text::bytes(answer.freed_bytes),
        answer.kept
    ));
    Ok(())
}

/// Removes what an automatic cleanup deleted and says so; what fails there fails nothing else.
fn report_cleaned(context: &Context, cleaned: crate::session::Result<Cleaned>) {
    let mut cleaned = match cleaned {
        Ok(cleaned) => cleaned,
        Err(e) => return complain(&e.full()),
    };
    for (doomed, _) in &cleaned.deleted {
        context.say(&format!("deleted {}: {}", doomed.id, json::reasons(doomed)));
    }
    for (_, error) in &cleaned.skipped {
        if *error.kind() != ErrorKind::NotFound {
            complain(&error.full());
        }
    }
    for note in &cleaned.notes {
        context.say(note);
    }
    for (_, error) in cleaned.remove_deleted(&Progress::default()) {
        complain(&error.full());
    }
}

/// Says on stderr why nothing came of it, and where JSON is wanted there too, as the HTTP API would: with
/// `status` where the call itself was refused.
pub fn refused(json: bool, status: u16, error: Error) -> Failed {
    if json && let Err(failed) = print_json(&json::FailureJson::new(&error, status)) {
        return failed;
    }
    error.into()
}

fn print_json(value: &impl serde::Serialize) -> Outcome {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
