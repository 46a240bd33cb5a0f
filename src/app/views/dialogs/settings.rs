//! The settings.

use eframe::egui::{Ui, vec2};

use crate::app::action::Action;
use crate::app::model::dialog::{Answer, Dialog as Open, SettingsForm};
use crate::app::theme::space;
use crate::app::widgets::button::Button;
use crate::app::widgets::dialog::{self, Dialog};
use crate::app::widgets::form;
use crate::config::Theme;

use super::cleanup::rules;

/// Choices of the scale.
const SCALES: [(f32, &str); 5] = [
    (1.0, "100 %"),
    (1.25, "125 %"),
    (1.5, "150 %"),
    (1.75, "175 %"),
    (2.0, "200 %"),
];

const THEMES: [(Theme, &str); 3] = [
    (Theme::System, "System"),
    (Theme::Light, "Light"),
    (Theme::Dark, "Dark"),
];

pub fn show(ui: &Ui, form: &SettingsForm, actions: &mut Vec<Action>) {
    let problem = form.rules.policy().err();
    let mut edited = form.clone();
    let (answer, picked) = Dialog::new("Settings")
        .width(520.0)
        .yes("Save")
        .disabled_because(problem.as_deref())
        .body_has_focus()
        .show(ui.ctx(), |ui| {
            let picked = base(ui, &mut edited);
            form::group(ui, "Clean up after every new session", |ui| {
                rules(ui, &mut edited.rules);
            });
            look(ui, &mut edited);
            picked
        });
    if edited != *form {
        actions.push(Action::Edit(Open::Settings(Box::new(edited))));
    }
    if picked {
        actions.push(Action::Answer(Answer::PickBase));
    }
    actions.extend(answer.map(|answer| {
        Action::Answer(match answer {
            dialog::Answer::Yes => Answer::SaveSettings,
            dialog::Answer::No => Answer::Close,
        })
    }));
}

fn base(ui: &mut Ui, form: &mut SettingsForm) -> bool {
    let mut picked = false;
    form::group(ui, "Base directory", |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
            let button = 96.0;
            let width = ui.available_width() - button - space::S;
            form::field(ui, &mut form.base, "Base directory", width, None);
            picked = Button::new("Choose…").show(ui).clicked();
        });
        if form.base_is_overridden {
            form::hint(
                ui,
                "Named when the program was started; a change holds from the next start without that",
                None,
            );
        }
    });
    picked
}

fn look(ui: &mut Ui, form: &mut SettingsForm) {
    form::group(ui, "Look", |ui| {
        form::row(ui, "Theme", |ui| {
            let chosen = THEMES
                .iter()
                .position(|(t, _)| *t == form.look.theme)
                .unwrap_or(0);
            let words = THEMES.map(|(_, word)| word);
            if let Some(i) = form::segmented(ui, "Theme", &words, chosen) {
                form.look.theme = THEMES[i].0;
            }
        });
        form::row(ui, "Scale", |ui| {
            let distance = |s: f32| (s - form.look.scale).abs();
            let chosen = (0..SCALES.len())
                .min_by(|a, b| distance(SCALES[*a].0).total_cmp(&distance(SCALES[*b].0)))
                .unwrap_or(0);
            let words = SCALES.map(|(_, word)| word);
            if let Some(i) = form::segmented(ui, "Scale", &words, chosen) {
                form.look.scale = SCALES[i].0;
            }
        });
        form::row(ui, "Movement", |ui| {
            form::check(ui, &mut form.look.animations, "Fade changes in and out");
        });
    });
}
