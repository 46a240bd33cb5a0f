//! What a file is whose bytes tell a person little: a database, a workbook, and which tables were made of it.

use egui::{Frame, Margin, ScrollArea, Ui, vec2};

use super::{Asked, Given};
use crate::app::icons::Icon;
use crate::app::model::preview::{About, Act, Bytes};
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::facts::{self, Column, Fact, Opening, Table};
use crate::app::widgets::form;
use crate::preview::database;
use crate::session::text;

/// Narrower, a table of tables leaves out how many columns each has.
const ROOMY: f32 = 340.0;

/// Draws the choice between what is known and the bytes, and of a database the way to its rows.
pub(super) fn choice(ui: &mut Ui, bytes: &Bytes, asked: &mut Vec<Asked>) {
    let margin = Margin::symmetric(space::S as i8, space::XS as i8);
    Frame::NONE.inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            let shown = usize::from(bytes.bare);
            if let Some(i) = form::segmented(ui, "Shown of the file", &["Facts", "Bytes"], shown) {
                asked.push(Asked::Act(Act::Bare(i == 1)));
            }
            if matches!(bytes.about, About::Database(_))
                && Button::new("Open in Data")
                    .with_icon(Icon::Database)
                    .tip("Its tables and rows")
                    .show(ui)
                    .clicked()
            {
                asked.push(Asked::Act(Act::OpenData));
            }
        });
    });
}

/// Draws what is known.
pub(super) fn show(ui: &mut Ui, about: &About, given: &Given<'_>, asked: &mut Vec<Asked>) {
    let area = ScrollArea::vertical()
        .id_salt("about")
        .auto_shrink([false, false])
        .content_margin(Margin::symmetric(space::M as i8, space::XS as i8));
    area.show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            facts::show(ui, &known(about));
        });
        if let About::Workbook(_, sheets) = about {
            if let Some(sheets) = sheets {
                list(ui, sheets);
            }
            tables(ui, given, asked);
        }
    });
}

/// What is said of it line by line.
fn known(about: &About) -> Vec<Fact> {
    let fact = |label, value: String| Fact {
        label,
        value,
        tip: String::new(),
    };
    match about {
        About::Nothing => Vec::new(),
        About::Database(db) => {
            let size = text::bytes(u64::from(db.page_bytes));
            let pages = text::count(db.pages as usize, "page", "pages");
            let log = match db.write_ahead {
                true => "to a write-ahead log beside it first",
                false => "into the file itself",
            };
            vec![
                fact("Kind", "SQLite database".into()),
                fact("Written by", format!("SQLite {}", db.written_by)),
                fact("Holds", format!("{pages} of {size}")),
                fact("Text", db.encoding.to_owned()),
                fact("Writes go", log.into()),
            ]
        }
        About::Workbook(format, sheets) => {
            let mut all = vec![fact("Kind", format.name().into())];
            if let Some(sheets) = sheets {
                all.push(fact("Sheets", text::grouped(sheets.len() as u64)));
            }
            all
        }
    }
}

/// The same for the line below.
pub(super) fn words(about: &About) -> Option<String> {
    match about {
        About::Nothing => None,
        About::Database(db) => Some(of_database(db)),
        About::Workbook(format, sheets) => {
            let count = sheets
                .as_ref()
                .map(|sheets| format!(", {}", text::count(sheets.len(), "sheet", "sheets")));
            Some(format!("{}{}", format.name(), count.unwrap_or_default()))
        }
    }
}

fn of_database(db: &database::Facts) -> String {
    let pages = text::count(db.pages as usize, "page", "pages");
    let log = if db.write_ahead {
        ", write-ahead log"
    } else {
        ""
    };
    format!(
        "SQLite {}, {pages} of {}{log}, {}",
        db.written_by,
        text::bytes(u64::from(db.page_bytes)),
        db.encoding
    )
}

fn list(ui: &mut Ui, sheets: &[String]) {
    let table = Table {
        heading: "Sheets",
        first: "Name",
        columns: &[],
        rows: sheets.len(),
    };
    table.show(ui, |row, _| {
        let name = sheets
            .get(row)
            .map(|name| text::one_line(name).into_owned());
        name.unwrap_or_default()
    });
}

fn tables(ui: &mut Ui, given: &Given<'_>, asked: &mut Vec<Asked>) {
    let rows = given.tables;
    if rows.is_empty() {
        let words = "No table of the session was made from it";
        ui.label(theme::caption(ui, words));
        return;
    }
    let number = |title, width| Column {
        title,
        width,
        number: true,
    };
    let columns = [number("Rows", 64.0), number("Columns", 56.0)];
    let table = Table {
        heading: "Tables made from it",
        first: "Name",
        columns: match ui.available_width() >= ROOMY {
            true => &columns,
            false => &columns[..1],
        },
        rows: rows.len(),
    };
    let cell = |row: usize, column| {
        rows.get(row).map_or_else(String::new, |t| match column {
            0 => t.name.clone(),
            1 => text::grouped(t.rows),
            _ => text::grouped(t.columns.len() as u64),
        })
    };
    let opening = Opening {
        icon: Icon::Database,
        place: " in Data",
    };
    if let Some(table) = table
        .show_opening_in(ui, cell, &|_| true, opening)
        .and_then(|row| rows.get(row))
    {
        asked.push(Asked::Act(Act::OpenTable(table.name.clone())));
    }
}
