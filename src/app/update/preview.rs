//! What the preview of a file does to the model, and what becomes of files that are deleted.

use super::super::action::{Effect, UiEffect};
use super::super::model::preview::{Act, Find, News, Opened, PAGE, Preview, Shown, Task, Ticket};
use super::super::model::problem::Problem;
use super::super::model::{Model, SideTab};
use super::relist;
use crate::session::{DATABASE_NAME, SessionId, text};

fn task(task: Task) -> Vec<Effect> {
    vec![Effect::Preview(task)]
}

/// The person does something.
pub fn act(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::Show(path) => return show(model, path),
        Act::Save(path) => {
            let Some(row) = model.open_row() else {
                return Vec::new();
            };
            return task(Task::Save(row.session.path.clone(), path));
        }
        Act::SaveTo(session, path, target) => {
            return task(Task::SaveTo(session, path, target));
        }
        Act::Delete(path) => return delete(model, path),
        Act::OpenData => return open_data(model),
        Act::OpenTable(table) => return open_table(model, &table),
        Act::Share(share) => model.files_share = share.map(|share| share.clamp(0.0, 1.0)),
        act => {
            if let Some(preview) = &mut model.preview {
                return act_on(preview, act);
            }
        }
    }
    Vec::new()
}

fn act_on(preview: &mut Preview, act: Act) -> Vec<Effect> {
    let ticket = preview.ticket;
    match act {
        Act::Need(pages) => return task(Task::Pages(ticket, pages)),
        Act::OpenFind if preview.can_find() => {
            preview.find.get_or_insert_default();
            return vec![Effect::Ui(UiEffect::FocusFind)];
        }
        Act::CloseFind => {
            preview.find = None;
            return task(Task::StopFind);
        }
        Act::Find(query) => {
            let empty = query.needle.is_empty();
            preview.find = Some(Find {
                query: query.clone(),
                ended: empty,
                ..Find::default()
            });
            return task(if empty {
                Task::StopFind
            } else {
                Task::Find(ticket, query)
            });
        }
        Act::Step(forward) => return step(preview, forward),
        Act::GoTo(line) => {
            preview.follow = false;
            return task(Task::RowOfLine(ticket, line.saturating_sub(1)));
        }
        Act::Follow(follow) => {
            preview.follow = follow;
            if follow {
                return to_end(preview);
            }
        }
        Act::ToggleValue(value) => {
            if let Shown::Json(tree) = &mut preview.shown {
                tree.toggle(value);
            }
        }
        Act::Bare(bare) => {
            if let Shown::Bytes(bytes) = &mut preview.shown {
                bytes.bare = bare;
            }
        }
        _ => {}
    }
    Vec::new()
}

fn show(model: &mut Model, path: String) -> Vec<Effect> {
    let Some(dir) = model.open_row().map(|row| row.session.path.clone()) else {
        return Vec::new();
    };
    if model
        .preview
        .as_ref()
        .is_some_and(|p| p.path == path && !matches!(p.shown, Shown::Failed(_)))
    {
        return Vec::new();
    }
    let ticket = model.fresh_id();
    model.preview = Some(Preview::new(path.clone(), ticket));
    task(Task::Open(ticket, dir, path))
}

/// Shows the same file anew, because it is another by now.
fn again(model: &mut Model) -> Vec<Effect> {
    let Some(dir) = model.open_row().map(|row| row.session.path.clone()) else {
        return Vec::new();
    };
    let ticket = model.fresh_id();
    let Some(preview) = &mut model.preview else {
        return Vec::new();
    };
    preview.ticket = ticket;
    let path = preview.path.clone();
    task(Task::Open(ticket, dir, path))
}

/// The person goes to another session: nothing of the old one is shown.
pub fn close(model: &mut Model) -> Vec<Effect> {
    match model.preview.take() {
        Some(_) => task(Task::Close),
        None => Vec::new(),
    }
}

/// Files of the open session were changed by somebody.
pub fn check(model: &Model) -> Vec<Effect> {
    match &model.preview {
        Some(preview) if model.side == SideTab::Files => task(Task::Check(preview.ticket)),
        _ => Vec::new(),
    }
}

fn step(preview: &mut Preview, forward: bool) -> Vec<Effect> {
    let Some(find) = &mut preview.find else {
        return Vec::new();
    };
    let count = find.hits.offsets.len();
    if count == 0 {
        return Vec::new();
    }
    let at = match (find.at, forward) {
        (None, true) => 0,
        (None, false) => count - 1,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
    };
    find.at = Some(at);
    preview.follow = false;
    task(Task::RowAt(preview.ticket, find.hits.offsets[at]))
}

fn to_end(preview: &Preview) -> Vec<Effect> {
    let last = preview.rows().saturating_sub(1);
    vec![Effect::Ui(UiEffect::PreviewRow(last))]
}

/// The database that is shown is looked into in the tab Data.
fn open_data(model: &mut Model) -> Vec<Effect> {
    let (Some(row), Some(preview)) = (model.open_row(), &model.preview) else {
        return Vec::new();
    };
    if !preview.is_database() {
        return Vec::new();
    }
    // Part by part, so that the path is written as the system writes it.
    let mut path = row.session.path.clone();
    path.extend(preview.path.split('/'));
    model.side = SideTab::Data;
    let mut effects = super::data::look_into(model, path);
    effects.extend(super::load_open(model));
    effects
}

/// A table that was made from the file that is shown is looked at in the tab Data.
fn open_table(model: &mut Model, table: &str) -> Vec<Effect> {
    let Some(row) = model.open_row() else {
        return Vec::new();
    };
    let path = row.session.path.join(DATABASE_NAME);
    model.side = SideTab::Data;
    let mut effects = super::data::look_at(model, path, table);
    effects.extend(super::load_open(model));
    effects
}

fn delete(model: &mut Model, path: String) -> Vec<Effect> {
    let Some(id) = model.open.as_ref().map(|o| o.id) else {
        return Vec::new();
    };
    let batch = model.fresh_id();
    let next = model.open.as_ref().and_then(|open| {
        let tree = open.files.as_ref()?.as_ref().ok()?;
        tree.file_beside(&path).map(ToOwned::to_owned)
    });
    let is_shown = model.preview.as_ref().is_some_and(|p| p.path == path);
    let mut effects = task(Task::Delete(batch, id, path));
    // At once, so that Delete pressed again means the next one.
    if let Some(next) = next {
        effects.push(Effect::Ui(UiEffect::MarkFile(next.clone())));
        if is_shown {
            effects.extend(show(model, next));
        }
    }
    effects
}

/// Whether the batch is of files, which come back another way.
pub fn undo(model: &mut Model, batch: u64) -> Option<Vec<Effect>> {
    model
        .file_batches
        .remove(&batch)
        .then(|| task(Task::Restore(batch)))
}

/// A job reports.
pub fn take(model: &mut Model, news: News) -> Vec<Effect> {
    match news {
        News::Saved(name, path) => {
            let body = Some(path.display().to_string());
            model.toasts.notice(format!("Saved a copy of {name}"), body);
        }
        News::Deleted(batch, id, path) => {
            model.file_batches.insert(batch);
            model
                .toasts
                .undo(batch, format!("Deleted {path}"), Some(id.to_string()));
            if model.preview.as_ref().is_some_and(|p| p.path == path) && is_open(model, id) {
                let mut effects = close(model);
                effects.extend(files_changed(model, id));
                return effects;
            }
            return files_changed(model, id);
        }
        News::Restored(id, path) => {
            let mut effects = files_changed(model, id);
            if is_open(model, id) && model.side == SideTab::Files {
                effects.push(Effect::Ui(UiEffect::MarkFile(path.clone())));
                effects.extend(show(model, path));
            }
            return effects;
        }
        News::NotRestored(batch, id, path, problem) => {
            model.toasts.error(problem);
            model.file_batches.insert(batch);
            model
                .toasts
                .undo(batch, format!("Deleted {path}"), Some(id.to_string()));
        }
        News::Changed(ticket) if shows(model, ticket) => return again(model),
        news => {
            if let Some(preview) = &mut model.preview {
                return tell(preview, news);
            }
        }
    }
    Vec::new()
}

fn is_open(model: &Model, id: SessionId) -> bool {
    model.open.as_ref().is_some_and(|o| o.id == id)
}

fn shows(model: &Model, ticket: Ticket) -> bool {
    model.preview.as_ref().is_some_and(|p| p.ticket == ticket)
}

/// What the list, the tree and the sizes say of a session is out of date.
fn files_changed(model: &mut Model, id: SessionId) -> Vec<Effect> {
    model.generation += 1;
    let mut effects = relist(model);
    effects.extend(super::report::content_changed(model, vec![id]));
    effects
}

fn tell(preview: &mut Preview, news: News) -> Vec<Effect> {
    match news {
        News::Opened(ticket, result) if ticket == preview.ticket => return opened(preview, result),
        News::Walked(ticket, walked, bytes) if ticket == preview.ticket => {
            let longer = preview.bytes.replace(bytes) != Some(bytes);
            let before = preview.rows();
            // The last page is longer by now, and so may its last row be; it stays until it is read again.
            let last = before.saturating_sub(1) / PAGE;
            let mut effects = Vec::new();
            let mut read_again = |there: bool| {
                if there && longer {
                    effects.extend(task(Task::Pages(ticket, vec![last])));
                }
            };
            match &mut preview.shown {
                Shown::Text(lines) => {
                    read_again(lines.walked.ended && lines.pages.get(last).is_some());
                    lines.walked = walked;
                }
                Shown::Grid(grid) => {
                    read_again(grid.walked.ended && grid.pages.get(last).is_some());
                    preview.notice = walked
                        .trouble
                        .as_ref()
                        .map(|t| format!("Only the rows up to there are shown: {t}"));
                    grid.walked = walked;
                }
                _ => {}
            }
            if preview.follow && preview.rows() != before {
                effects.extend(to_end(preview));
            }
            return effects;
        }
        News::Lines(ticket, number, page) if ticket == preview.ticket => {
            if let Shown::Text(lines) = &mut preview.shown {
                lines.pages.put(number, page);
            }
        }
        News::Rows(ticket, number, rows) if ticket == preview.ticket => {
            if let Shown::Grid(grid) = &mut preview.shown {
                grid.pages.put(number, rows);
            }
        }
        News::Bytes(ticket, number, bytes) if ticket == preview.ticket => {
            if let Shown::Bytes(shown) = &mut preview.shown {
                shown.pages.put(number, bytes);
            }
        }
        News::Found(ticket, hits, ended) if ticket == preview.ticket => {
            if let Some(find) = &mut preview.find {
                find.hits = hits;
                find.ended = ended;
                if find.at.is_none() && !find.hits.offsets.is_empty() {
                    return step(preview, true);
                }
            }
        }
        News::At(ticket, row) if ticket == preview.ticket => {
            preview.marked = Some(row);
            return vec![Effect::Ui(UiEffect::PreviewRow(row))];
        }
        News::Gone(ticket) if ticket == preview.ticket => {
            preview.notice = Some("The file is gone; this is what was seen of it last".into());
        }
        News::Failed(ticket, problem) if ticket == preview.ticket => {
            preview.notice = Some(format!("{}: {}", problem.title, problem.why));
        }
        _ => {}
    }
    Vec::new()
}

fn opened(preview: &mut Preview, result: Result<Opened, Problem>) -> Vec<Effect> {
    let anew = !matches!(preview.shown, Shown::Reading);
    match result {
        Ok(opened) => {
            preview.bytes = Some(opened.bytes);
            preview.shown = opened.shown;
            preview.notice = opened.notice;
            if anew {
                let size = text::bytes(opened.bytes);
                let words = format!("The file changed and was read again ({size})");
                preview.notice.get_or_insert(words);
            }
        }
        Err(problem) => preview.shown = Shown::Failed(problem),
    }
    preview.marked = None;
    if let Some(find) = preview.find.take()
        && preview.can_find()
        && !find.query.needle.is_empty()
    {
        return act_on(preview, Act::Find(find.query));
    }
    if preview.follow {
        return to_end(preview);
    }
    Vec::new()
}
