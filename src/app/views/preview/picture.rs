//! A picture: as large as there is room, or pixel by pixel.

use egui::{
    ColorImage, Rect, Role, ScrollArea, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::app::model::preview::Ticket;
use crate::app::theme::{size, space};
use crate::app::widgets::form;
use crate::preview::picture::Picture;

/// The picture on the graphics card, and how it is looked at.
#[derive(Default)]
pub(super) struct Texture {
    loaded: Option<(Ticket, TextureHandle)>,
    /// Whether its pixels are shown one by one.
    full: bool,
}

pub(super) fn show(ui: &mut Ui, picture: &Picture, ticket: Ticket, texture: &mut Texture) {
    let handle = match &texture.loaded {
        Some((of, handle)) if *of == ticket => handle.clone(),
        _ => {
            let (width, height) = (picture.shown.0 as usize, picture.shown.1 as usize);
            let image = ColorImage::from_rgba_unmultiplied([width, height], &picture.rgba);
            let handle = ui
                .ctx()
                .load_texture("preview", image, TextureOptions::LINEAR);
            texture.loaded = Some((ticket, handle.clone()));
            handle
        }
    };
    ui.horizontal(|ui| {
        ui.set_height(size::ROW + space::S);
        ui.add_space(space::S);
        let chosen = usize::from(texture.full);
        if let Some(chosen) = form::segmented(ui, "Size of the picture", &["Fit", "100 %"], chosen)
        {
            texture.full = chosen == 1;
        }
    });
    let (width, height) = (picture.size.0 as f32, picture.size.1 as f32);
    let natural = vec2(width, height) / ui.ctx().pixels_per_point();
    let room = ui.available_size() - vec2(2.0 * space::S, 2.0 * space::S);
    let fit = (room.x / natural.x)
        .min(room.y / natural.y)
        .clamp(0.01, 1.0);
    let wanted = if texture.full { natural } else { natural * fit };
    let area = ScrollArea::both()
        .id_salt("picture")
        .auto_shrink([false, false]);
    area.show(ui, |ui| {
        let (whole, response) =
            ui.allocate_exact_size(wanted.max(ui.available_size()), Sense::hover());
        let place = Rect::from_center_size(whole.center(), wanted);
        response.widget_info(|| {
            let words = format!("Picture, {} × {} pixels", picture.size.0, picture.size.1);
            WidgetInfo::labeled(Role::Image, true, words)
        });
        let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter()
            .image(handle.id(), place, uv, egui::Color32::WHITE);
    });
}
