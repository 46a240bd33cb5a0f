//! The settings: where sessions are, how the window looks, which sessions stay.

use egui::{Context, Ui, vec2};

use crate::app::theme::space;
use crate::app::widgets::button::Button;
use crate::app::widgets::dialog::{Answer, Dialog};
use crate::app::widgets::rules::Rules;
use crate::app::widgets::{form, paint};
use crate::config::{Look, Theme};

/// The scales that are offered, in percent.
const SCALES: [(f32, &str); 5] = [
    (1.0, "100 %"),
    (1.25, "125 %"),
    (1.5, "150 %"),
    (1.75, "175 %"),
    (2.0, "200 %"),
];

const THEMES: [(Theme, &str); 3] = [
    (Theme::System, "As the system"),
    (Theme::Light, "Light"),
    (Theme::Dark, "Dark"),
];

/// What can be set.
#[derive(Debug)]
pub struct Data<'a> {
    /// The base directory as it is typed.
    pub base: &'a mut String,
    /// What is wrong with it, if anything.
    pub base_problem: Option<&'a str>,
    /// Why it can't be changed here: a flag or the environment names it.
    pub base_fixed: Option<&'a str>,
    /// Theme, scale, animations.
    pub look: &'a mut Look,
    /// Which sessions stay.
    pub rules: Rules<'a>,
    /// The HTTP API, if this program has one.
    pub server: Option<Server<'a>>,
    /// Why it can't be saved, if so.
    pub why_not: Option<&'a str>,
}

/// The HTTP API as it is typed.
#[derive(Debug)]
pub struct Server<'a> {
    /// Whether it runs.
    pub on: &'a mut bool,
    /// Address and port.
    pub listen: &'a mut String,
    /// Web pages of other origins that may ask.
    pub origins: &'a mut String,
    /// What is wrong with them, if anything.
    pub problem: Option<&'a str>,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Leave everything as it was.
    Cancel,
    /// Keep it so.
    Save,
    /// Choose a base directory.
    PickBase,
    /// Something was changed; theme and scale show at once.
    Changed,
}

/// Draws the dialog.
pub fn show(ctx: &Context, data: Data<'_>) -> Option<Asked> {
    let dialog = Dialog::new("Settings")
        .width(540.0)
        .scrolls()
        .yes("Save")
        .disabled_because(data.why_not);
    let (answer, asked) = dialog.show(ctx, |ui| body(ui, data));
    match answer {
        Some(Answer::Yes) => Some(Asked::Save),
        Some(Answer::No | Answer::Other) => Some(Asked::Cancel),
        None => asked,
    }
}

fn body(ui: &mut Ui, data: Data<'_>) -> Option<Asked> {
    let Data {
        base,
        base_problem,
        base_fixed,
        look,
        rules,
        server,
        ..
    } = data;
    let picked = form::group(ui, "Sessions", |ui| {
        base_row(ui, base, base_problem, base_fixed)
    });
    let look = form::group(ui, "Appearance", |ui| appearance(ui, look));
    let rules = form::group(ui, "Clean up after every upload", |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::XS);
        rules.show(ui)
    });
    let server = server.is_some_and(|s| form::group(ui, "HTTP API", |ui| api(ui, s)));
    picked.or((look || rules || server).then_some(Asked::Changed))
}

fn base_row(
    ui: &mut Ui,
    base: &mut String,
    problem: Option<&str>,
    fixed: Option<&str>,
) -> Option<Asked> {
    let mut asked = None;
    form::row(ui, "Base directory", |ui| {
        ui.add_enabled_ui(fixed.is_none(), |ui| {
            let choose = paint::measure(ui.painter(), "Choose…", &paint::body()).ceil();
            let width = ui.available_width() - choose - 2.0 * space::M - space::S;
            if form::field(ui, base, "Base directory", width, problem).changed() {
                asked = Some(Asked::Changed);
            }
            if Button::new("Choose…").show(ui).clicked() {
                asked = Some(Asked::PickBase);
            }
        });
    });
    if fixed.is_some() || problem.is_some() {
        form::row(ui, "", |ui| {
            form::hint(ui, fixed.unwrap_or_default(), problem)
        });
    }
    asked
}

fn appearance(ui: &mut Ui, look: &mut Look) -> bool {
    let before = *look;
    form::row(ui, "Theme", |ui| {
        let chosen = THEMES
            .iter()
            .position(|(theme, _)| *theme == look.theme)
            .unwrap_or(0);
        if let Some(i) = form::segmented(ui, "Theme", &THEMES.map(|(_, words)| words), chosen) {
            look.theme = THEMES[i].0;
        }
    });
    form::row(ui, "Scale", |ui| {
        // A scale between those offered, from the keyboard or the file, shows as the nearest.
        let distance = |scale: f32| (scale - look.scale).abs();
        let nearest = (0..SCALES.len())
            .min_by(|a, b| distance(SCALES[*a].0).total_cmp(&distance(SCALES[*b].0)));
        let words = SCALES.map(|(_, words)| words);
        if let Some(i) = form::segmented(ui, "Scale", &words, nearest.unwrap_or(0)) {
            look.scale = SCALES[i].0;
        }
    });
    form::row(ui, "Movement", |ui| {
        form::check(ui, &mut look.animations, "Fade changes in and out")
    });
    *look != before
}

fn api(ui: &mut Ui, server: Server<'_>) -> bool {
    let mut changed = false;
    form::row(ui, "Other programs", |ui| {
        let on = form::check(
            ui,
            server.on,
            "Answer their requests while the window is open",
        );
        changed |= on.changed();
    });
    form::row(ui, "Address", |ui| {
        let field = form::field(ui, server.listen, "Address and port", 160.0, server.problem);
        changed |= field.changed();
    });
    form::row(ui, "Web pages", |ui| {
        let width = ui.available_width();
        let name = "Web pages that may ask";
        let field = form::field(ui, server.origins, name, width, server.problem);
        changed |= field.changed();
    });
    form::row(ui, "", |ui| {
        let words = "Origins besides its own, such as http://localhost:4200";
        form::hint(ui, words, server.problem);
    });
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::rules::tests::Typed;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    struct State {
        base: String,
        look: Look,
        typed: Typed,
        log: Vec<Asked>,
    }

    #[test]
    fn settings_are_changed_and_saved() {
        let state = State {
            base: "/tmp/EYProject".into(),
            look: Look::default(),
            typed: Typed::default(),
            log: vec![],
        };
        let mut window = harness(state, |ui, s| {
            let data = Data {
                base: &mut s.base,
                base_problem: None,
                base_fixed: None,
                look: &mut s.look,
                rules: s.typed.rules(),
                server: None,
                why_not: None,
            };
            s.log.extend(show(ui.ctx(), data));
        });
        window.run();
        for label in [
            "Dark",
            "150 %",
            "Fade changes in and out",
            "Choose…",
            "Save",
        ] {
            window.get_by_label(label).click();
            window.run();
        }
        let s = window.state();
        assert_eq!(
            (s.look.theme, s.look.scale, s.look.animations),
            (Theme::Dark, 1.5, false)
        );
        assert_eq!(
            s.log,
            [
                Asked::Changed,
                Asked::Changed,
                Asked::Changed,
                Asked::PickBase,
                Asked::Save
            ]
        );
    }
}
