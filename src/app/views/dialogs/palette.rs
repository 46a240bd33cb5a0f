//! The command palette: every command by its words.

use eframe::egui::{
    Align2, Area, Frame, Id, Key, Modal, Modifiers, Order, Role, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::Model;
use crate::app::model::dialog::{Answer, Dialog, Palette};
use crate::app::theme::{self, size, space};
use crate::app::widgets::list::{self, List};
use crate::app::widgets::paint;

const WIDTH: f32 = 480.0;
const ROWS: f32 = 10.0;

pub fn show(ui: &Ui, model: &Model, palette: &Palette, actions: &mut Vec<Action>) {
    let ctx = ui.ctx();
    let p = theme::palette(ui);
    let found = model.commands_for(&palette.query);
    let marked = palette.marked.min(found.len().saturating_sub(1));
    let mut edited = palette.clone();
    edited.marked = marked;
    let area = Area::new(Id::unique("palette"))
        .kind(eframe::egui::UiKind::Modal)
        .order(Order::Foreground)
        .anchor(Align2::CENTER_TOP, vec2(0.0, size::TOOLBAR + space::XL));
    let modal = Modal::new(Id::unique("palette"))
        .area(area)
        .backdrop_color(p.veil)
        .frame(Frame::window(&ctx.global_style()).inner_margin(space::S));
    let mut chosen = None;
    let shown = modal.show(ctx, |ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = space::XS;
        let rows = found.len();
        if let Some(to) = list::stepped(ui, Some(marked), rows, ROWS as usize) {
            edited.marked = to;
        }
        let entered = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        let field = TextEdit::singleline(&mut edited.query)
            .hint_text("Type a command")
            .desired_width(WIDTH)
            .show(ui)
            .response
            .response
            .accessible_name("Command");
        field.request_focus();
        if field.changed() {
            edited.marked = 0;
        }
        if entered {
            chosen = found.get(edited.marked).copied();
        }
        ui.allocate_ui(vec2(WIDTH, ROWS * size::ROW), |ui| {
            ui.set_min_height(ROWS * size::ROW);
            let list = List {
                name: "Commands",
                role: Role::ListBox,
                rows,
                marked: Some(edited.marked),
                reveal: edited.marked != palette.marked,
            };
            list.show(ui, |ui, row| {
                if let Some(command) = found.get(row.index) {
                    line(ui, model, *command, &row);
                    if row.response.clicked() {
                        chosen = Some(*command);
                    }
                }
            });
        });
    });
    if let Some(command) = chosen.filter(|c| c.enabled(model).is_ok()) {
        actions.push(Action::Answer(Answer::Close));
        actions.push(Action::Command(command));
    } else if shown.should_close() {
        actions.push(Action::Answer(Answer::Close));
    } else if edited != *palette {
        actions.push(Action::Edit(Dialog::Palette(edited)));
    }
}

fn line(ui: &Ui, model: &Model, command: Command, row: &list::Row<'_>) {
    let p = theme::palette(ui);
    let label = command.label(model);
    let why_not = command.enabled(model).err();
    let ink = if why_not.is_some() {
        p.secondary
    } else {
        p.text
    };
    row.response
        .widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, why_not.is_none(), &label));
    let rect = row.rect.shrink2(vec2(space::S, 0.0));
    if let Some(icon) = command.icon(model) {
        icon.paint(ui.painter(), paint::icon_square(rect), p.secondary);
    }
    let words = paint::after(rect, size::ICON + space::S);
    paint::text(
        ui.painter(),
        words,
        Align2::LEFT_CENTER,
        &label,
        paint::body(),
        ink,
    );
    let keys = format::shortcut(ui.ctx(), &command.shortcut());
    paint::text(
        ui.painter(),
        words,
        Align2::RIGHT_CENTER,
        &keys,
        paint::small(),
        p.secondary,
    );
    if let Some(why) = why_not {
        row.response.clone().on_hover_text(why);
    }
}
