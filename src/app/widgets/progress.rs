//! A running job: what it does, how far it is, how to stop it, and which files failed.

use egui::{
    Align, Align2, CornerRadius, Layout, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use super::button::{Button, Kind};
use super::paint;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};
use crate::session::{Reading, text};

/// Height of the list of failures.
const FAILURES_HEIGHT: f32 = 120.0;

/// A job as its row shows it.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// What it does: `Copying 3 files`.
    pub title: &'a str,
    /// What it is at.
    pub step: &'a str,
    /// Part done, from 0 to 1; `None` while nobody knows how much there is.
    pub share: Option<f32>,
    /// Bytes, files, rate and time left, as [`figures`] words them.
    pub figures: &'a str,
    /// Whether it can be asked to stop.
    pub can_cancel: bool,
    /// Whether it was asked to.
    pub cancelling: bool,
    /// Files that failed so far, and why.
    pub failures: &'a [(String, String)],
    /// Whether those are shown.
    pub failures_open: bool,
}

/// What the person wants of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// That it stops.
    Cancel,
    /// To see its failures, or not any more.
    ToggleFailures,
}

/// `1.2 of 3.4 GB · 12 of 40 files · 84 MB/s · 12 s left`, as far as it is known.
pub fn figures(reading: &Reading, rate: Option<String>, time_left: Option<String>) -> String {
    let bytes = match (reading.bytes, reading.total_bytes) {
        (0, 0) => None,
        (done, 0) => Some(text::bytes(done)),
        (done, all) => Some(format!("{} of {}", text::bytes(done), text::bytes(all))),
    };
    let files = match (reading.files, reading.total_files) {
        (0, 0) => None,
        (done, 0) => Some(text::count(done as usize, "file", "files")),
        (done, all) => {
            let all = text::count(all as usize, "file", "files");
            Some(format!("{} of {all}", text::grouped(done)))
        }
    };
    let parts = [bytes, files, rate, time_left];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl Job<'_> {
    /// Draws the row; what the person wants of it, if anything.
    pub fn show(&self, ui: &mut Ui) -> Option<Asked> {
        let mut asked = None;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
            ui.horizontal(|ui| {
                ui.set_min_height(size::ROW);
                ui.label(theme::strong(self.title));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    asked = self.stop(ui).or(self.failed(ui)).or(asked);
                    ui.label(theme::caption(ui, self.figures));
                    self.at(ui);
                });
            });
            self.bar(ui);
            if self.failures_open && !self.failures.is_empty() {
                failures(ui, self.failures);
            }
        });
        asked
    }

    /// What it is at, in the room that title and figures leave.
    fn at(&self, ui: &mut Ui) {
        let room = ui.available_size_before_wrap();
        if self.step.is_empty() || room.x < size::ROW {
            return;
        }
        let (rect, response) = ui.allocate_exact_size(vec2(room.x, size::ROW), Sense::hover());
        let ink = theme::palette(ui).secondary;
        if paint::name(ui.painter(), rect, self.step, paint::body(), ink) {
            response.on_hover_text(self.step);
        }
    }

    fn stop(&self, ui: &mut Ui) -> Option<Asked> {
        if self.cancelling {
            ui.label(theme::caption(ui, "Stopping…"));
            return None;
        }
        let name = format!("Cancel: {}", self.title);
        let pressed = self.can_cancel && Button::icon(Icon::Close, &name).show(ui).clicked();
        pressed.then_some(Asked::Cancel)
    }

    fn failed(&self, ui: &mut Ui) -> Option<Asked> {
        if self.failures.is_empty() {
            return None;
        }
        let words = format!("{} failed", text::grouped(self.failures.len() as u64));
        let button = Button::new(&words)
            .with_icon(Icon::Warning)
            .kind(Kind::Quiet);
        button.show(ui).clicked().then_some(Asked::ToggleFailures)
    }

    /// A part of unknown length is a full bar in the colour of the track: nothing moves while nobody knows.
    fn bar(&self, ui: &mut Ui) {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::BAR), Sense::hover());
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, self.title);
            info.value = self.share.map(|s| f64::from(s) * 100.0);
            info
        });
        let p = theme::palette(ui);
        let radius = CornerRadius::same((size::BAR / 2.0) as u8);
        ui.painter().rect_filled(rect, radius, p.hairline);
        let width = rect.width() * self.share.unwrap_or(0.0).clamp(0.0, 1.0);
        let done = Rect::from_min_size(rect.min, vec2(width, rect.height()));
        ui.painter().rect_filled(done, radius, p.accent);
    }
}

fn failures(ui: &mut Ui, failures: &[(String, String)]) {
    ui.add_space(space::XS);
    let area = ScrollArea::vertical()
        .max_height(FAILURES_HEIGHT)
        .id_salt("failures");
    let height = size::HEADER;
    area.show_rows(ui, height, failures.len(), |ui, rows| {
        let p = theme::palette(ui);
        for (file, why) in &failures[rows] {
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
            response.widget_info(|| {
                WidgetInfo::labeled(Role::ListItem, true, format!("{file}: {why}"))
            });
            let (left, right) = rect.split_left_right_at_fraction(0.45);
            paint::name(
                ui.painter(),
                paint::before(left, space::S),
                file,
                paint::body(),
                p.text,
            );
            paint::text(
                ui.painter(),
                right,
                Align2::LEFT_CENTER,
                why,
                paint::body(),
                p.secondary,
            );
            response.on_hover_text(format!("{file}\n{why}"));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn figures_tell_what_is_known_and_no_more() {
        let reading = |bytes, total_bytes, files, total_files| Reading {
            bytes,
            total_bytes,
            files,
            total_files,
            rows: 0,
        };
        let words = |r: Reading| figures(&r, None, None);
        assert_eq!(words(reading(0, 0, 0, 0)), "");
        assert_eq!(words(reading(1_200, 0, 1, 0)), "1.2 kB · 1 file");
        assert_eq!(
            words(reading(1_200, 3_400, 1_000, 4_000)),
            "1.2 kB of 3.4 kB · 1,000 of 4,000 files"
        );
        assert_eq!(
            figures(
                &reading(0, 10, 0, 0),
                Some("84 MB/s".into()),
                Some("12 s left".into())
            ),
            "0 B of 10 B · 84 MB/s · 12 s left"
        );
    }

    #[test]
    fn a_job_can_be_stopped_and_its_failures_seen() {
        let failures = [("a/b.csv".to_owned(), "could not be read".to_owned())];
        let mut window = harness((None, false), move |ui, (asked, open)| {
            let job = Job {
                title: "Copying 3 files",
                step: "data/large.csv",
                share: Some(0.4),
                figures: "1.2 of 3.4 GB",
                can_cancel: true,
                cancelling: *asked == Some(Asked::Cancel),
                failures: &failures,
                failures_open: *open,
            };
            match job.show(ui) {
                Some(Asked::ToggleFailures) => *open = !*open,
                other => *asked = other.or(*asked),
            }
        });
        window.get_by_label("1 failed").click();
        window.run();
        assert!(
            window
                .query_by_label("a/b.csv: could not be read")
                .is_some()
        );
        window.get_by_label("Cancel: Copying 3 files").click();
        window.run();
        assert_eq!(window.state().0, Some(Asked::Cancel));
        assert!(window.query_by_label("Stopping…").is_some());
    }
}
