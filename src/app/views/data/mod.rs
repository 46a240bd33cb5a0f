//! The tab "Data" of the open session: its databases and tables, the rows of one, facts, statements.

mod cell;
mod facts;
mod plot;
mod rows;
mod sql;

use egui::{Align2, CornerRadius, Frame, Margin, Rect, Role, Ui, UiBuilder, pos2, vec2};

use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::model::data::{Data, Pane};
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::empty;
use crate::app::widgets::list::List;
use crate::app::widgets::{form, menu, paint};
use crate::data::{Kind, Schema, Table};
use crate::session::text;

/// Narrower, tables are a menu instead of a list.
const ROOMY: f32 = 640.0;

/// Narrower still, a database is a sign without its name.
const NARROW: f32 = 400.0;

/// Width of that list.
const TABLES: f32 = 208.0;

/// Draws the tab; `clock` is the time on the window's clock, `history` what was run before.
pub fn show(ui: &mut Ui, data: &Data, history: &[String], out: &mut Vec<DataAction>) {
    let (found, left_out) = match &data.databases {
        None => return nothing(ui, "Looking for databases…", ""),
        Some(Err(problem)) => {
            return nothing(ui, "The databases can't be looked for", &problem.why);
        }
        Some(Ok((found, _))) if found.is_empty() => {
            return nothing(
                ui,
                "No databases",
                "There is no SQLite file in this session",
            );
        }
        Some(Ok((found, left_out))) => (found, *left_out),
    };
    let schema = data.schema.as_ref().and_then(|s| s.as_ref().ok());
    let roomy = ui.available_width() >= ROOMY;
    let narrow = ui.available_width() < NARROW;
    bar(ui, |ui| {
        let chosen = found
            .iter()
            .find(|f| Some(&f.path) == data.database.as_ref());
        let name = chosen.map_or("Database", |f| f.name.as_str());
        if found.len() > 1 || roomy {
            let tip = "The databases of this session";
            let tip = match narrow {
                true => format!("{name}\n{tip}"),
                false => tip.to_owned(),
            };
            let pressed = Button::new(&short(name, 28))
                .with_icon(Icon::Database)
                .menu()
                .compact(narrow)
                .tip(&tip)
                .show(ui);
            menu::below(&pressed, |ui| {
                for f in found {
                    let words = format!("{}  {}", f.name, text::bytes(f.bytes));
                    let on = Some(&f.path) == data.database.as_ref();
                    if menu::Item::new(&words).ticked(on).show(ui) && !on {
                        out.push(DataAction::Database(f.path.clone()));
                        ui.close();
                    }
                }
                if left_out {
                    ui.label(theme::caption(
                        ui,
                        "Too many files to look into all of them",
                    ));
                }
            });
        }
        if !roomy && let Some(schema) = schema {
            tables_menu(ui, data, schema, narrow, out);
        }
        let pane = usize::from(data.pane == Pane::Sql);
        if let Some(i) = form::segmented(ui, "What is shown", &["Rows", "SQL"], pane) {
            out.push(DataAction::Pane(if i == 0 {
                Pane::Rows
            } else {
                Pane::Sql
            }));
        }
    });
    let schema = match &data.schema {
        None => return nothing(ui, "Reading the tables…", ""),
        Some(Err(problem)) => return nothing(ui, "The database can't be read", &problem.why),
        Some(Ok(schema)) => schema,
    };
    let whole = ui.available_rect_before_wrap();
    let mut rest = whole;
    if roomy {
        let left = Rect::from_min_max(whole.min, pos2(whole.left() + TABLES, whole.bottom()));
        let mut child = ui.new_child(UiBuilder::new().max_rect(left).id_salt("tables"));
        tables(&mut child, data, schema, out);
        rest.min.x = left.right() + 1.0;
        let line = paint::hairline(ui.painter(), theme::palette(ui));
        ui.painter().vline(left.right(), whole.y_range(), line);
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(rest).id_salt("pane"));
    child.set_clip_rect(rest.intersect(ui.clip_rect()));
    match (data.pane, &data.table) {
        (Pane::Sql, _) => sql::show(&mut child, data, schema, history, out),
        (Pane::Rows, Some(look)) => {
            let all = data.counts.get(&look.table.name).copied().flatten();
            rows::show(&mut child, look, all, data.copying.is_some(), out);
        }
        (Pane::Rows, None) => nothing(&mut child, "No tables", "This database is empty"),
    }
}

/// A line of controls.
fn bar(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    Frame::NONE
        .inner_margin(Margin::symmetric(space::S as i8, space::XS as i8))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
            ui.horizontal_wrapped(contents);
        });
}

fn nothing(ui: &mut Ui, sentence: &str, hint: &str) {
    empty::nothing(ui, Icon::Database, sentence, hint);
}

/// At most so many characters, the middle cut out.
fn short(words: &str, most: usize) -> String {
    crate::app::format::elide_middle(words, |w| w.chars().count() <= most)
}

/// How many rows a table has, as far as known.
fn count(data: &Data, table: &Table) -> String {
    match (data.counts.get(&table.name), table.about) {
        (Some(Some(n)), _) => text::grouped(*n),
        (Some(None), _) => "–".into(),
        (None, Some(about)) => format!("~{}", text::grouped(about)),
        (None, None) => "…".into(),
    }
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        Kind::Table => "table",
        Kind::View => "view",
        Kind::Virtual => "virtual table",
        Kind::Shadow => "shadow table",
    }
}

fn tables_menu(ui: &mut Ui, data: &Data, schema: &Schema, narrow: bool, out: &mut Vec<DataAction>) {
    let name = data
        .table
        .as_ref()
        .map_or("Tables", |t| t.table.name.as_str());
    let words = short(name, if narrow { 10 } else { 18 });
    let mut button = Button::new(&words).menu();
    if !narrow {
        button = button.with_icon(Icon::FileTable);
    }
    let pressed = button.tip("The tables of this database").show(ui);
    menu::below(&pressed, |ui| {
        egui::ScrollArea::vertical()
            .max_height(360.0)
            .show(ui, |ui| {
                for table in &schema.tables {
                    let on = data
                        .table
                        .as_ref()
                        .is_some_and(|t| t.table.name == table.name);
                    let words = format!("{}  {}", text::one_line(&table.name), count(data, table));
                    if menu::Item::new(&words).ticked(on).show(ui) {
                        out.push(DataAction::Table(table.name.clone()));
                        ui.close();
                    }
                }
            });
    });
}

fn tables(ui: &mut Ui, data: &Data, schema: &Schema, out: &mut Vec<DataAction>) {
    let marked = schema.tables.iter().position(|t| {
        data.table
            .as_ref()
            .is_some_and(|look| look.table.name == t.name)
    });
    let list = List {
        name: "Tables",
        role: Role::List,
        rows: schema.tables.len(),
        marked,
        reveal: false,
    };
    let outcome = list.show(ui, |ui, row| {
        let Some(table) = schema.tables.get(row.index) else {
            return;
        };
        let p = theme::palette(ui);
        let rows = count(data, table);
        let inside = row.rect.shrink2(vec2(space::S, 0.0));
        let icon = if table.kind == Kind::View {
            Icon::Search
        } else {
            Icon::FileTable
        };
        icon.paint(ui.painter(), paint::icon_square(inside), p.secondary);
        let inside = paint::after(inside, 16.0 + space::XS);
        let at = paint::text(
            ui.painter(),
            inside,
            Align2::RIGHT_CENTER,
            &rows,
            paint::small(),
            p.secondary,
        );
        let inside = paint::before(inside, at.width() + space::S);
        let name = text::one_line(&table.name);
        let ink = if table.problem.is_some() {
            p.danger_ink
        } else {
            p.text
        };
        paint::name(ui.painter(), inside, &name, paint::body(), ink);
        row.response.widget_info(|| {
            let words = format!("{name}, {}, {rows} rows", kind(table));
            egui::WidgetInfo::selected(
                Role::ListItem,
                ui.is_enabled(),
                marked == Some(row.index),
                words,
            )
        });
        let columns = text::count(table.columns.len(), "column", "columns");
        let why = match data.counts.get(&table.name) {
            Some(None) => "\nIts rows can't be counted, or not in a few minutes",
            _ => "",
        };
        let tip = table.problem.clone();
        let tip = tip.unwrap_or_else(|| format!("{name}\n{}, {columns}{why}", kind(table)));
        row.response.clone().on_hover_text(tip);
    });
    if let Some(table) = outcome.marked.and_then(|i| schema.tables.get(i)) {
        out.push(DataAction::Table(table.name.clone()));
    }
}

/// A pane at the bottom of what is left, and what remains above it.
fn below(ui: &mut Ui, height: f32, salt: &str, contents: impl FnOnce(&mut Ui)) -> Rect {
    let whole = ui.available_rect_before_wrap();
    let height = height.min(whole.height() * 0.6);
    let pane = Rect::from_min_max(pos2(whole.left(), whole.bottom() - height), whole.max);
    let p = theme::palette(ui);
    ui.painter().rect_filled(pane, CornerRadius::ZERO, p.panel);
    ui.painter()
        .hline(pane.x_range(), pane.top(), paint::hairline(ui.painter(), p));
    let inside = pane.shrink2(vec2(space::S, space::XS));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside).id_salt(salt));
    child.set_clip_rect(pane.intersect(ui.clip_rect()));
    contents(&mut child);
    Rect::from_min_max(whole.min, pos2(whole.right(), pane.top()))
}
