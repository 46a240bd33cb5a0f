//! Reading the file that is shown: its kind and first page at once, then its index, pages and matches as
//! they are asked for. Three threads, so that a page never waits for an index or a search.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::super::action::Report;
use super::super::model::preview::{
    About, Bytes, Fields, HEX_ROW, Lines, LinesPage, News, Opened, PAGE, Shown, Task, Ticket, Tree,
};
use super::outbox::Outbox;
use super::worker::Worker;
use crate::preview::highlight::Highlighter;
use crate::preview::json::Outline;
use crate::preview::picture::Picture;
use crate::preview::{
    Grid, Kind, Look, Place, Query, Text, Walkable, Walked, database, is_changed, is_gone, look,
    search, walk, workbook,
};
use crate::session::{Cancel, Error, ErrorKind, Progress};

/// From one telling to the next.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// The threads behind the preview, and the file that they read.
#[derive(Debug)]
pub struct Previews {
    current: Arc<Mutex<Option<Current>>>,
    walking: Cancel,
    finding: Cancel,
    pages: Worker,
    walks: Worker,
    finds: Worker,
}

/// The file that is shown.
#[derive(Debug, Clone)]
struct Current {
    ticket: Ticket,
    place: Place,
    file: File,
}

#[derive(Debug, Clone)]
enum File {
    Text(Text, Option<Arc<Mutex<Highlighter>>>),
    Grid(Grid),
    /// Whatever has no index; its stamp tells whether it changed.
    Whole(crate::preview::Stamp),
}

impl Previews {
    pub fn new() -> Self {
        Self {
            current: Arc::default(),
            walking: Cancel::default(),
            finding: Cancel::default(),
            pages: Worker::new("preview"),
            walks: Worker::new("preview-index"),
            finds: Worker::new("preview-search"),
        }
    }

    /// Stops what runs.
    pub fn stop(&self) {
        self.walking.cancel();
        self.finding.cancel();
    }

    /// Carries a task out; what isn't about reading the shown file is handed back.
    pub fn run(&mut self, task: Task, outbox: &Outbox) -> Option<Task> {
        let outbox = outbox.clone();
        let current = Arc::clone(&self.current);
        match task {
            Task::Open(ticket, session, path) => {
                self.stop();
                (self.walking, self.finding) = (Cancel::default(), Cancel::default());
                lock(&current).take();
                let place = Place::new(session, path);
                let cancel = self.walking.clone();
                let (sender, opened) = std::sync::mpsc::channel();
                let tell = outbox.clone();
                self.pages.run(move || {
                    if !cancel.is_cancelled()
                        && let Some(file) = open(ticket, place, &current, &tell)
                    {
                        // Who is not there any more walks through nothing.
                        let _ = sender.send(file);
                    }
                });
                let cancel = self.walking.clone();
                // It waits for the first page, which comes before anything else.
                self.walks.run(move || {
                    if let Ok(file) = opened.recv() {
                        index(&file, &cancel, &outbox);
                    }
                });
            }
            Task::Pages(ticket, numbers) => self.pages.run(move || {
                if let Some(file) = of(&current, ticket) {
                    for number in numbers {
                        page(&file, number, &outbox);
                    }
                }
            }),
            Task::Find(ticket, query) => {
                self.finding.cancel();
                self.finding = Cancel::default();
                let cancel = self.finding.clone();
                self.finds.run(move || {
                    if let Some(file) = of(&current, ticket) {
                        find(&file, &query, &cancel, &outbox);
                    }
                });
            }
            Task::StopFind => self.finding.cancel(),
            Task::RowAt(ticket, offset) => self.pages.run(move || {
                go_to(&current, ticket, &outbox, |text| {
                    text.row_at(offset).map(|r| r.map(|(row, _)| row))
                });
            }),
            Task::RowOfLine(ticket, line) => self.pages.run(move || {
                go_to(&current, ticket, &outbox, |text| {
                    text.row_of_line(line).map(Some)
                });
            }),
            Task::Check(ticket) => {
                let cancel = self.walking.clone();
                self.walks
                    .run(move || check(&current, ticket, &cancel, &outbox));
            }
            Task::Close => {
                self.stop();
                lock(&current).take();
            }
            Task::Save(..) | Task::SaveTo(..) | Task::Delete(..) | Task::Restore(_) => {
                return Some(task);
            }
        }
        None
    }
}

fn lock(current: &Mutex<Option<Current>>) -> MutexGuard<'_, Option<Current>> {
    current.lock().unwrap_or_else(|e| e.into_inner())
}

/// The file of this showing, if it is still shown.
fn of(current: &Mutex<Option<Current>>, ticket: Ticket) -> Option<Current> {
    lock(current).clone().filter(|c| c.ticket == ticket)
}

fn send(outbox: &Outbox, news: News) {
    outbox.report(Report::Preview(news));
}

/// Tells what kept a file from being read; that it changed or went is told in its own way.
fn failed(ticket: Ticket, error: &Error, outbox: &Outbox) {
    if *error.kind() == ErrorKind::Cancelled {
        return;
    }
    send(
        outbox,
        if is_gone(error) {
            News::Gone(ticket)
        } else if is_changed(error) {
            News::Changed(ticket)
        } else {
            News::Failed(ticket, error.into())
        },
    );
}

/// Looks at a file, tells what it is with its first page, and remembers it for what follows.
fn open(
    ticket: Ticket,
    place: Place,
    current: &Mutex<Option<Current>>,
    outbox: &Outbox,
) -> Option<Current> {
    let looked = look(&place).and_then(|look| Ok((shown(&place, &look)?, look)));
    let ((file, shown, notice), look) = match looked {
        Ok(looked) => looked,
        Err(e) => {
            send(outbox, News::Opened(ticket, Err((&e).into())));
            return None;
        }
    };
    let file = Current {
        ticket,
        place,
        file,
    };
    *lock(current) = Some(file.clone());
    let opened = Opened {
        bytes: look.stamp.len,
        shown,
        notice: notice.or(look.why.map(Into::into)),
    };
    send(outbox, News::Opened(ticket, Ok(opened)));
    page(&file, 0, outbox);
    Some(file)
}

type Looked = (File, Shown, Option<String>);

fn shown(place: &Place, look: &Look) -> crate::session::Result<Looked> {
    let whole = |shown| (File::Whole(look.stamp), shown, None);
    Ok(match look.kind {
        Kind::Empty => whole(Shown::Empty),
        Kind::Text { log } => text(place, look, log, None)?,
        Kind::Table { usual } => {
            let grid = Grid::open(place.clone(), look, usual)?;
            let names = grid.header().unwrap_or_default();
            let name = |n: usize| match names.get(n).filter(|name| !name.is_empty()) {
                Some(name) => name.clone(),
                None => format!("Column {}", n + 1),
            };
            let fields = Fields {
                encoding: grid.encoding(),
                delimiter: char::from(grid.dialect().delimiter),
                columns: (0..grid.columns()).map(name).collect(),
                header: grid.header().is_some(),
                walked: Walked::default(),
                pages: Default::default(),
            };
            (File::Grid(grid), Shown::Grid(fields), None)
        }
        Kind::Json => match Outline::read(place, look)? {
            Ok(outline) => whole(Shown::Json(Tree::new(Arc::new(outline)))),
            Err(why) => {
                let notice = format!("Shown as text and not as a tree: {why}");
                text(place, look, false, Some(notice))?
            }
        },
        Kind::Picture => whole(Shown::Picture(Arc::new(Picture::read(place)?))),
        Kind::Database | Kind::Workbook(_) | Kind::Bytes => whole(Shown::Bytes(Bytes {
            about: match look.kind {
                Kind::Workbook(format) => About::Workbook(format, workbook::sheets(place, format)),
                _ => database::facts(&look.head).map_or(About::Nothing, About::Database),
            },
            ..Bytes::default()
        })),
    })
}

fn text(
    place: &Place,
    look: &Look,
    log: bool,
    notice: Option<String>,
) -> crate::session::Result<Looked> {
    let text = Text::open(place.clone(), look)?;
    let first = look.head.split(|b| *b == b'\n').next().unwrap_or_default();
    let highlighter = match log {
        true => None,
        false => Highlighter::of(
            place,
            &String::from_utf8_lossy(&first[..first.len().min(200)]),
        ),
    };
    let lines = Lines {
        encoding: text.encoding(),
        language: highlighter.as_ref().map(Highlighter::language),
        log,
        ..Lines::default()
    };
    let highlighter = highlighter.map(|h| Arc::new(Mutex::new(h)));
    Ok((File::Text(text, highlighter), Shown::Text(lines), notice))
}

/// Reads a page and tells it; a text first without its inks, which take longer.
fn page(current: &Current, number: u64, outbox: &Outbox) {
    let ticket = current.ticket;
    let (first, count) = (number * PAGE, PAGE as usize);
    match &current.file {
        File::Text(text, highlighter) => match text.page(first, count) {
            Ok(page) => {
                let plain = LinesPage {
                    page,
                    inks: Vec::new(),
                };
                send(outbox, News::Lines(ticket, number, plain.clone()));
                if let Some(highlighter) = highlighter {
                    let mut highlighter = highlighter.lock().unwrap_or_else(|e| e.into_inner());
                    let inks = highlighter.inks(&plain.page);
                    send(
                        outbox,
                        News::Lines(ticket, number, LinesPage { inks, ..plain }),
                    );
                }
            }
            Err(e) => failed(ticket, &e, outbox),
        },
        File::Grid(grid) => match grid.page(first, count) {
            Ok(cells) => send(outbox, News::Rows(ticket, number, cells.rows)),
            Err(e) => failed(ticket, &e, outbox),
        },
        File::Whole(_) => {
            let mut bytes = Vec::new();
            let (first, most) = (first * HEX_ROW, count * HEX_ROW as usize);
            match current.place.read_at(first, most, &mut bytes) {
                Ok(_) => send(outbox, News::Bytes(ticket, number, bytes)),
                Err(e) => failed(ticket, &e, outbox),
            }
        }
    }
}

/// Walks through the file, telling how far it is.
fn index(current: &Current, cancel: &Cancel, outbox: &Outbox) {
    let ticket = current.ticket;
    let (shared, walked) = match &current.file {
        File::Text(text, _) => (
            text.index(),
            walk_telling(text, text.index(), ticket, cancel, outbox),
        ),
        File::Grid(grid) => (
            grid.index(),
            walk_telling(grid, grid.index(), ticket, cancel, outbox),
        ),
        File::Whole(_) => return,
    };
    match walked {
        Ok(()) => send(
            outbox,
            News::Walked(ticket, shared.walked(), shared.stamp().len),
        ),
        Err(e) => failed(ticket, &e, outbox),
    }
}

fn walk_telling(
    file: &dyn Walkable,
    index: &crate::preview::Shared,
    ticket: Ticket,
    cancel: &Cancel,
    outbox: &Outbox,
) -> crate::session::Result<()> {
    let told = Mutex::new(Instant::now());
    walk(file, cancel, &Progress::default(), &|| {
        let mut told = told.lock().unwrap_or_else(|e| e.into_inner());
        if told.elapsed() >= TELL_EVERY {
            *told = Instant::now();
            send(
                outbox,
                News::Walked(ticket, index.walked(), index.stamp().len),
            );
        }
    })
}

/// Sees whether the file has grown, changed or gone.
fn check(current: &Mutex<Option<Current>>, ticket: Ticket, cancel: &Cancel, outbox: &Outbox) {
    let Some(current) = of(current, ticket) else {
        return;
    };
    let before = match &current.file {
        File::Text(text, _) => text.index().stamp(),
        File::Grid(grid) => grid.index().stamp(),
        File::Whole(stamp) => *stamp,
    };
    match current.place.stamp() {
        Err(e) => failed(ticket, &e, outbox),
        Ok(now) if now == before => {}
        Ok(now)
            if matches!(current.file, File::Whole(_))
                || now.len <= before.len
                || !now.follows(&before) =>
        {
            send(outbox, News::Changed(ticket));
        }
        // Longer: what was there is taken to be what it was, as in a log.
        Ok(_) => index(&current, cancel, outbox),
    }
}

fn find(current: &Current, query: &Query, cancel: &Cancel, outbox: &Outbox) {
    let File::Text(text, _) = &current.file else {
        return;
    };
    let ticket = current.ticket;
    let mut told = Instant::now();
    let found = search(text, query, cancel, &Progress::default(), &mut |hits| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            send(outbox, News::Found(ticket, hits.clone(), false));
        }
    });
    match found {
        Ok(hits) => send(outbox, News::Found(ticket, hits, true)),
        Err(e) => failed(ticket, &e, outbox),
    }
}

fn go_to(
    current: &Mutex<Option<Current>>,
    ticket: Ticket,
    outbox: &Outbox,
    row: impl FnOnce(&Text) -> crate::session::Result<Option<u64>>,
) {
    let Some(current) = of(current, ticket) else {
        return;
    };
    if let File::Text(text, _) = &current.file {
        match row(text) {
            Ok(Some(row)) => send(outbox, News::At(ticket, row)),
            Ok(None) => {}
            Err(e) => failed(ticket, &e, outbox),
        }
    }
}
