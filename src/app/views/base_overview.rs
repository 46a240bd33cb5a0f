//! The whole base, shown while no session is selected: what it takes, what is free, what cleaning up
//! would free, and the size of each session.

use egui::{Margin, ScrollArea, Ui, vec2};

use crate::app::icons::Icon;
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::chart::Chart;
use crate::app::widgets::facts;
use crate::app::widgets::form;
use crate::app::widgets::number::Bytes;
use crate::app::widgets::stat::{self, Stat};
use crate::session::text;

/// What the overview shows.
pub struct Data<'a> {
    /// The base directory.
    pub base: &'a str,
    /// What all sessions take.
    pub total: Bytes,
    /// Bytes free on the disk of the base; `None` if it isn't known.
    pub free_disk: Option<u64>,
    /// How many sessions cleaning up would delete, and what they take.
    pub cleanup: Option<(usize, u64)>,
    /// What each session takes, as far as it is known, oldest first.
    pub bytes: &'a [u64],
    /// Which of those is the current one.
    pub current: Option<usize>,
    /// What each of those is called.
    pub label: &'a dyn Fn(usize) -> String,
    /// Ages of the oldest and the newest: `3 months ago`, `just now`.
    pub ends: (&'a str, &'a str),
    /// What the person should know of the base: its file system has no locks, it can't be watched.
    pub notices: &'a [String],
}

/// What the person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To see this session.
    Select(usize),
    /// The dialog of the cleanup.
    CleanUp,
    /// The base directory in the file manager.
    OpenBase,
}

/// Draws the overview.
pub fn show(ui: &mut Ui, data: &Data<'_>) -> Option<Asked> {
    let area = ScrollArea::vertical()
        .auto_shrink([false, false])
        .content_margin(Margin::same(space::L as i8));
    area.show(ui, |ui| page(ui, data)).inner
}

fn page(ui: &mut Ui, data: &Data<'_>) -> Option<Asked> {
    let mut asked = None;
    ui.spacing_mut().item_spacing = vec2(space::S, space::S);
    let sessions = text::count(data.bytes.len(), "session", "sessions");
    ui.horizontal(|ui| {
        ui.label(theme::title(sessions));
        let open = Button::icon(Icon::External, "Open the base directory").tip(data.base);
        if open.show(ui).clicked() {
            asked = Some(Asked::OpenBase);
        }
    });
    for notice in data.notices {
        facts::callout(ui, notice);
    }
    figures(ui, data);
    if data.cleanup.is_some_and(|(count, _)| count > 0)
        && Button::new("Clean up…")
            .with_icon(Icon::Broom)
            .show(ui)
            .clicked()
    {
        asked = Some(Asked::CleanUp);
    }
    ui.add_space(space::S);
    if !data.bytes.is_empty() {
        form::group(ui, "Size of each session", |ui| {
            let Data {
                bytes,
                current,
                label,
                ends,
                ..
            } = *data;
            let chart = Chart {
                name: "Size of each session",
                bytes,
                current,
                label,
                ends,
            };
            if let Some(i) = chart.show(ui) {
                asked = Some(Asked::Select(i));
            }
        });
    }
    asked
}

fn figures(ui: &mut Ui, data: &Data<'_>) {
    let total = match data.total {
        Bytes::AtLeast(n) => format!("≥ {}", text::bytes(n)),
        Bytes::Known(n) => text::bytes(n),
        Bytes::Unknown | Bytes::Unreadable => "–".to_owned(),
    };
    let hint = if matches!(data.total, Bytes::Known(_)) {
        "all sessions"
    } else {
        "still counting"
    };
    let free = data.free_disk.map_or_else(|| "–".to_owned(), text::bytes);
    let (would, how_many) = match data.cleanup {
        None => ("–".to_owned(), "not known yet".to_owned()),
        Some((0, _)) => ("Nothing".to_owned(), "to clean up".to_owned()),
        Some((count, bytes)) => (
            text::bytes(bytes),
            format!("in {}", text::count(count, "session", "sessions")),
        ),
    };
    stat::row(
        ui,
        &[
            Stat {
                caption: "Takes",
                figure: &total,
                hint,
            },
            Stat {
                caption: "Free on disk",
                figure: &free,
                hint: "",
            },
            Stat {
                caption: "Cleanup frees",
                figure: &would,
                hint: &how_many,
            },
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn the_overview_tells_the_figures_and_leads_on() {
        let mut window = harness(vec![], |ui, log: &mut Vec<Asked>| {
            let data = Data {
                base: "/tmp/EYProject",
                total: Bytes::AtLeast(48_200_000_000),
                free_disk: Some(120_000_000_000),
                cleanup: Some((14, 3_200_000_000)),
                bytes: &[10, 20],
                current: Some(1),
                label: &|i| format!("session {i}"),
                ends: ("yesterday", "just now"),
                notices: &["No locks here".to_owned()],
            };
            log.extend(show(ui, &data));
        });
        for words in [
            "2 sessions",
            "Takes: ≥ 48.2 GB, still counting",
            "Cleanup frees: 3.2 GB, in 14 sessions",
            "Size of each session: 2 sessions",
            "No locks here",
        ] {
            assert!(window.query_by_label(words).is_some(), "{words}");
        }
        window.get_by_label("Clean up…").click();
        window.run();
        window.get_by_label("Open the base directory").click();
        window.run();
        assert_eq!(*window.state(), [Asked::CleanUp, Asked::OpenBase]);
    }
}
