//! What the overview of a session says, as words. Pure.

use super::session_overview::Data;
use crate::app::format::{self, capital};
use crate::app::widgets::facts::Fact;
use crate::session::{Origin, text};

/// What isn't as it should be.
pub(super) fn attention(data: &Data<'_>) -> Vec<String> {
    let s = data.session;
    let mut all = Vec::new();
    if let Some(problem) = &s.problem {
        all.push(format!(
            "What the session says of itself can't be believed: {problem}"
        ));
    }
    if !s.missing.is_empty() {
        let few: Vec<&str> = s.missing.iter().take(5).map(String::as_str).collect();
        let more = s.missing.len() - few.len();
        let rest = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        all.push(format!("Not there any more: {}{rest}", few.join(", ")));
    }
    if s.clock_ahead {
        all.push(
            "Its date lies in the future: a wrong clock made it, so it counts as the oldest"
                .to_owned(),
        );
    }
    if let Some(why) = data.unreadable {
        all.push(format!("Its size can't be measured: {why}"));
    }
    if let Some((usage, _)) = data.usage.filter(|(usage, _)| usage.unreadable > 0) {
        let entries = text::count(usage.unreadable as usize, "entry", "entries");
        all.push(format!("{entries} can't be read and are not counted"));
    }
    all
}

/// Everything worth knowing of it, one line each.
pub(super) fn of(data: &Data<'_>) -> Vec<Fact> {
    let s = data.session;
    let fact = |label, value: String, tip: String| Fact { label, value, tip };
    let local = s.created_at.format("%-d %B %Y, %H:%M");
    let created = format!(
        "{} ({local})",
        capital(&format::ago(s.created_at, data.now))
    );
    let mut all = vec![
        fact("Created", created, format::exact(s.created_at)),
        size(data),
        fact("Made by", made_by(s.origin).to_owned(), String::new()),
        fact("Folder", s.path.display().to_string(), String::new()),
    ];
    let removed = data.manifest.map_or(&[][..], |m| &m.removed);
    if !removed.is_empty() {
        let tip = "A person deleted these; they are not lost".to_owned();
        all.push(fact("Deleted by hand", removed.join(", "), tip));
    }
    let kept = s.protection.reasons().collect::<Vec<_>>().join(" and ");
    if !kept.is_empty() {
        let tip = format!("Nothing deletes it. To lift that, {}", s.protection.help());
        all.push(fact("Protected", capital(&kept), tip));
    }
    all
}

fn size(data: &Data<'_>) -> Fact {
    let (value, tip) = match data.usage {
        None => (format::UNKNOWN.to_owned(), String::new()),
        Some((usage, complete)) => {
            let bytes = if complete {
                text::bytes(usage.bytes)
            } else {
                format::at_least(usage.bytes)
            };
            let mut tip = format!("{} on disk", text::bytes(usage.disk_bytes));
            if data.session.has_manifest() {
                tip += "\nWith .session.json, in which the session says what it is; it is not counted among the files";
            }
            (format::size_of_files(&bytes, data.files), tip)
        }
    };
    Fact {
        label: "Size",
        value,
        tip,
    }
}

/// Which program made it, in words.
fn made_by(origin: Option<Origin>) -> &'static str {
    match origin {
        Some(Origin::Gui) => "The window",
        Some(Origin::Cli) => "The command line",
        Some(Origin::Api) => "An upload over HTTP",
        Some(Origin::Server) => "The start of a server",
        Some(Origin::Library) => "A Rust program",
        Some(Origin::Unknown) => "Another program",
        None => "EYProject's Python backend",
    }
}
