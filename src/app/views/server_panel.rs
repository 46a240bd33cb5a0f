//! The HTTP API of this window: whether it runs and where, who may ask, and what it answered last.

use egui::{Align2, Context, FontId, Rect, Role, Ui, WidgetInfo, vec2};

use crate::app::theme::{self, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::dialog::Dialog;
use crate::app::widgets::list::{List, Row};
use crate::app::widgets::{form, paint};

/// Height of the list of requests.
const LIST: f32 = 252.0;

/// Widths of a request's columns: time, method, status, duration. The path has the rest.
const COLUMNS: [f32; 4] = [68.0, 68.0, 44.0, 72.0];

/// What is shown.
#[derive(Debug)]
pub struct Data<'a> {
    /// Whether it runs, in words.
    pub state: &'a str,
    /// Whether that is not as it should be.
    pub failed: bool,
    /// Its address, while it runs.
    pub url: Option<&'a str>,
    /// Whether the switch stops it.
    pub is_on: bool,
    /// Why the switch can't be used now, if so.
    pub why_not: Option<&'a str>,
    /// Web pages of other origins that may ask, in words.
    pub origins: &'a str,
    /// What it answered, the latest first.
    pub requests: &'a [Line],
}

/// An answered request in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it came.
    pub time: String,
    /// `GET`.
    pub method: String,
    /// The path.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How long it took.
    pub took: String,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Close the panel.
    Close,
    /// Start or stop the server.
    Switch,
    /// Copy its address.
    Copy,
    /// Open its page in a browser.
    Open,
    /// Go to its settings.
    Settings,
}

/// Draws the panel.
pub fn show(ctx: &Context, data: &Data<'_>) -> Option<Asked> {
    let dialog = Dialog::new("HTTP API").width(620.0);
    let (answer, asked) = dialog.show(ctx, |ui| body(ui, data));
    answer.map(|_| Asked::Close).or(asked)
}

fn body(ui: &mut Ui, data: &Data<'_>) -> Option<Asked> {
    let mut asked = None;
    form::row(ui, "State", |ui| {
        let p = theme::palette(ui);
        let ink = if data.failed { p.warning } else { p.text };
        ui.colored_label(ink, data.state);
    });
    form::row(ui, "Address", |ui| match data.url {
        Some(url) => {
            ui.label(url);
            for (words, what) in [("Copy", Asked::Copy), ("Open in browser", Asked::Open)] {
                if Button::new(words).kind(Kind::Quiet).show(ui).clicked() {
                    asked = Some(what);
                }
            }
        }
        None => {
            ui.label(theme::caption(ui, "None while it does not run"));
        }
    });
    form::row(ui, "Web pages", |ui| ui.label(data.origins));
    form::row(ui, "", |ui| {
        let words = if data.is_on { "Stop" } else { "Start" };
        let switch = Button::new(words).disabled_because(data.why_not);
        if switch.show(ui).clicked() {
            asked = Some(Asked::Switch);
        }
        if Button::new("Change settings…").show(ui).clicked() {
            asked = Some(Asked::Settings);
        }
    });
    ui.add_space(space::S);
    ui.label(theme::strong("Last requests"));
    form::boxed(ui, |ui| {
        ui.set_height(LIST);
        if data.requests.is_empty() {
            ui.centered_and_justified(|ui| {
                ui.label(theme::caption(ui, "Nobody has asked anything yet"))
            });
            return;
        }
        let list = List {
            name: "Last requests",
            role: Role::List,
            rows: data.requests.len(),
            marked: None,
            reveal: false,
        };
        list.show(ui, |ui, row| request(ui, &row, &data.requests[row.index]));
    });
    asked
}

fn request(ui: &Ui, row: &Row<'_>, line: &Line) {
    let Line {
        time,
        method,
        path,
        status,
        took,
    } = line;
    row.response.widget_info(|| {
        let words = format!("{time} {method} {path} {status} {took}");
        WidgetInfo::labeled(Role::ListItem, ui.is_enabled(), words)
    });
    let p = theme::palette(ui);
    let [time_width, method_width, status_width, took_width] = COLUMNS;
    let inner = row.rect.shrink2(vec2(space::S, 0.0));
    let mut left = inner.left();
    let mut cell = |width: f32| {
        let place = Rect::from_x_y_ranges(left..=left + width, inner.y_range());
        left += width;
        place
    };
    let painter = ui.painter();
    let body: FontId = paint::body();
    paint::text(
        painter,
        cell(time_width),
        Align2::LEFT_CENTER,
        time,
        body.clone(),
        p.secondary,
    );
    paint::text(
        painter,
        cell(method_width),
        Align2::LEFT_CENTER,
        method,
        body.clone(),
        p.text,
    );
    let rest = inner.width() - COLUMNS.iter().sum::<f32>() - space::S;
    let short = paint::shortened(painter, path, &body, rest);
    paint::text(
        painter,
        cell(rest),
        Align2::LEFT_CENTER,
        &short,
        body.clone(),
        p.text,
    );
    let ink = match status {
        500.. => p.danger_ink,
        400.. => p.warning,
        _ => p.text,
    };
    let place = cell(status_width);
    paint::text(
        painter,
        place,
        Align2::RIGHT_CENTER,
        &status.to_string(),
        body.clone(),
        ink,
    );
    let place = cell(took_width);
    paint::text(
        painter,
        place,
        Align2::RIGHT_CENTER,
        took,
        body,
        p.secondary,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn the_server_is_stopped_copied_and_opened() {
        let mut window = harness(Vec::new(), |ui, log: &mut Vec<Asked>| {
            let requests = [Line {
                time: "15:30:00".into(),
                method: "GET".into(),
                path: "/session/info".into(),
                status: 200,
                took: "2 ms".into(),
            }];
            let data = Data {
                state: "Running",
                failed: false,
                url: Some("http://127.0.0.1:8001"),
                is_on: true,
                why_not: None,
                origins: "None of other origins",
                requests: &requests,
            };
            log.extend(show(ui.ctx(), &data));
        });
        window.run();
        assert!(
            window
                .query_by_label("15:30:00 GET /session/info 200 2 ms")
                .is_some()
        );
        for label in [
            "Copy",
            "Open in browser",
            "Stop",
            "Change settings…",
            "Close",
        ] {
            window.get_by_label(label).click();
            window.run();
        }
        assert_eq!(
            *window.state(),
            [
                Asked::Copy,
                Asked::Open,
                Asked::Switch,
                Asked::Settings,
                Asked::Close
            ]
        );
    }
}
