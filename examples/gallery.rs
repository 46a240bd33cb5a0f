//! Shows every building block of the window, to be looked at: `gallery PAGE [light|dark] [SCALE]`.

use eframe::egui::{self, Ui, vec2};
use eyproject_sessions::app::icons::Icon;
use eyproject_sessions::app::theme::{self, space};
use eyproject_sessions::app::widgets::button::{Button, Kind};
use eyproject_sessions::app::widgets::number::{self, Bytes};
use eyproject_sessions::app::widgets::search::Search;
use eyproject_sessions::app::widgets::{menu, split, tabs};
use eyproject_sessions::config::{Look, Theme};

fn main() -> eframe::Result {
    let mut arguments = std::env::args().skip(1);
    let page = arguments.next().unwrap_or_default();
    let theme = if arguments.next().as_deref() == Some("dark") {
        Theme::Dark
    } else {
        Theme::Light
    };
    let scale = arguments.next().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let look = Look {
        theme,
        scale,
        animations: true,
    };
    let options = eframe::NativeOptions {
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default().with_inner_size(vec2(1000.0, 700.0) * scale),
        ..Default::default()
    };
    let create = move |cc: &eframe::CreationContext<'_>| {
        theme::install(&cc.egui_ctx, &look);
        Ok(Box::new(Gallery {
            page,
            typed: "older:7d".to_owned(),
        }) as Box<dyn eframe::App>)
    };
    eframe::run_native("Gallery", options, Box::new(create))
}

struct Gallery {
    page: String,
    typed: String,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let background = theme::palette(ui).background;
        let frame = egui::Frame::new().fill(background).inner_margin(space::L);
        egui::CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| match self.page.as_str() {
                _ => self.basics(ui),
            });
    }
}

impl Gallery {
    fn basics(&mut self, ui: &mut Ui) {
        ui.label(theme::title("session_20250710_153000"));
        ui.label("Body text 日本語 العربية 😀 🎉 שלום 123,456");
        ui.label(theme::strong("Strong text, 0123456789"));
        ui.label(theme::caption(
            ui,
            "Caption: made by the window from 3 files",
        ));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let new = Button::new("New from files…")
                .with_icon(Icon::Upload)
                .kind(Kind::Quiet);
            split::show(ui, new, "More ways", |ui| {
                menu::Item::new("From folder…").show(ui)
            });
            let clean = Button::new("Clean up")
                .with_icon(Icon::Broom)
                .kind(Kind::Quiet);
            split::show(ui, clean, "More", |ui| {
                menu::Item::new("Clean up…").show(ui)
            });
            let search = Search {
                name: "Filter",
                hint: "Filter",
                found: Some((3, 1200)),
                problem: None,
                width: 260.0,
            };
            search.show(ui, &mut self.typed);
            Button::icon(Icon::Settings, "Settings").show(ui);
        });
        ui.horizontal(|ui| {
            Button::new("Cancel").show(ui);
            Button::new("Save").kind(Kind::Primary).show(ui);
            Button::new("Delete 3 sessions").kind(Kind::Danger).show(ui);
            Button::new("Undo")
                .with_icon(Icon::Undo)
                .kind(Kind::Quiet)
                .show(ui);
            Button::new("Disabled")
                .disabled_because(Some("why"))
                .show(ui);
            Button::new("Focus").show(ui).request_focus();
        });
        ui.horizontal_wrapped(|ui| {
            for icon in Icon::ALL {
                let text = theme::palette(ui).text;
                icon.show(ui, text);
                ui.add_space(space::XS);
            }
        });
        tabs::show(ui, &["Overview", "Files", "Data"], 0);
        let p = theme::palette(ui);
        for (size, of) in [
            (Bytes::Known(3_200_000_000), 3_200_000_000),
            (Bytes::Known(810_000_000), 3_200_000_000),
            (Bytes::AtLeast(111_000_000), 3_200_000_000),
            (Bytes::Known(12), 3_200_000_000),
            (Bytes::Unknown, 1),
        ] {
            let (rect, _) = ui.allocate_exact_size(vec2(160.0, 20.0), egui::Sense::hover());
            number::bytes_with_bar(ui.painter(), rect, size, of, p);
        }
        ui.horizontal(|ui| {
            let mut on = true;
            ui.checkbox(&mut on, "Keep the newest");
            let mut off = false;
            ui.checkbox(&mut off, "Delete older than");
            let mut text = "10".to_owned();
            ui.add(egui::TextEdit::singleline(&mut text).desired_width(80.0));
            egui::ComboBox::from_id_salt("theme")
                .selected_text("As the system")
                .show_ui(ui, |ui| {
                    let _ = ui.selectable_label(true, "As the system");
                    let _ = ui.selectable_label(false, "Dark");
                });
            let mut n = 1.25;
            ui.add(egui::Slider::new(&mut n, 1.0..=2.0));
        });
    }
}
