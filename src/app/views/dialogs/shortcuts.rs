//! The sheet of shortcuts, from the registry of commands.

use eframe::egui::{Align2, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::app::action::Action;
use crate::app::command::{Command, Group};
use crate::app::format;
use crate::app::model::Model;
use crate::app::model::dialog::Answer;
use crate::app::model::filter;
use crate::app::theme::{self, size, space};
use crate::app::widgets::dialog::Dialog;
use crate::app::widgets::paint;

pub fn show(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    let height = (ui.ctx().content_rect().height() - 200.0).max(160.0);
    let (answer, ()) = Dialog::new("Keyboard shortcuts")
        .width(680.0)
        .show(ui.ctx(), |ui| {
            ScrollArea::vertical()
                .max_height(height)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    ui.columns_const(|[left, right]| {
                        for group in [Group::New, Group::Session, Group::CleanUp] {
                            self::group(left, model, group);
                        }
                        self::group(right, model, Group::View);
                        words(right);
                    });
                });
        });
    if answer.is_some() {
        actions.push(Action::Answer(Answer::Close));
    }
}

fn group(ui: &mut Ui, model: &Model, group: Group) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.label(theme::strong(group.label()));
    for command in Command::ALL.into_iter().filter(|c| c.group() == group) {
        let keys = format::shortcut(ui.ctx(), &command.shortcut());
        line(ui, &command.label(model), &keys);
    }
    ui.add_space(space::M);
}

fn words(ui: &mut Ui) {
    ui.label(theme::strong("Words for the filter"));
    for (word, meaning) in filter::WORDS {
        line(ui, meaning, word);
    }
}

fn line(ui: &mut Ui, words: &str, keys: &str) {
    let wanted = vec2(ui.available_width() - space::M, size::HEADER);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{words}: {keys}")));
    let p = theme::palette(ui);
    let place = paint::text(
        ui.painter(),
        rect,
        Align2::RIGHT_CENTER,
        keys,
        paint::body(),
        p.secondary,
    );
    let rest = paint::before(rect, place.width() + space::S);
    paint::text(
        ui.painter(),
        rest,
        Align2::LEFT_CENTER,
        words,
        paint::body(),
        p.text,
    );
}
