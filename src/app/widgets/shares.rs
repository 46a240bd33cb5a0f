//! A bar cut into shares of a whole, and beneath it what each is and takes.

use eframe::egui::{Color32, CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::number::{self, Bytes};
use super::paint;
use crate::app::theme::{self, Palette, size, space};
use crate::session::text;

/// Height of the bar.
const HEIGHT: f32 = 8.0;

/// Draws `parts`, largest first, each with its name.
pub fn show(ui: &mut Ui, name: &str, parts: &[(&str, u64)]) {
    let whole: u64 = parts.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n));
    let p = theme::palette(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words(name, parts)));
    let radius = CornerRadius::same((HEIGHT / 2.0) as u8);
    ui.painter().rect_filled(rect, radius, p.hairline);
    let mut left = rect.left();
    for (i, (_, bytes)) in parts.iter().enumerate() {
        let width = number::share(*bytes, whole) * rect.width();
        let part = Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()));
        left += width;
        let is_last = i + 1 == parts.len();
        let gap = if is_last { 0.0 } else { 1.0 };
        if part.width() > gap {
            let ends = CornerRadius {
                nw: if i == 0 { radius.nw } else { 0 },
                sw: if i == 0 { radius.sw } else { 0 },
                ne: if is_last { radius.ne } else { 0 },
                se: if is_last { radius.se } else { 0 },
            };
            ui.painter()
                .rect_filled(part.with_max_x(part.right() - gap), ends, shade(p, i));
        }
    }
    ui.add_space(space::XS);
    ui.spacing_mut().item_spacing.y = 0.0;
    for (i, (part, bytes)) in parts.iter().enumerate() {
        let (line, response) = ui.allocate_exact_size(
            vec2(ui.available_width().min(280.0), size::HEADER),
            Sense::hover(),
        );
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::Label,
                true,
                format!("{part}: {}", text::bytes(*bytes)),
            )
        });
        let dot = Rect::from_center_size(pos2(line.left() + 4.0, line.center().y), vec2(8.0, 8.0));
        ui.painter()
            .rect_filled(dot, CornerRadius::same(2), shade(p, i));
        let word = paint::after(line, space::L);
        paint::text(
            ui.painter(),
            word,
            eframe::egui::Align2::LEFT_CENTER,
            part,
            paint::body(),
            p.text,
        );
        number::bytes(ui.painter(), line, Bytes::Known(*bytes), p);
    }
}

fn words(name: &str, parts: &[(&str, u64)]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|(part, n)| format!("{part} {}", text::bytes(*n)))
        .collect();
    format!("{name}: {}", parts.join(", "))
}

/// The accent, thinner with every part.
fn shade(p: &Palette, i: usize) -> Color32 {
    let left = 0.62_f32.powi(i as i32);
    p.border.lerp_to_gamma(p.accent, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn shares_are_read_aloud() {
        let window = harness((), |ui, ()| {
            show(ui, "By kind", &[("Tables", 3_000), ("Code", 1_000)])
        });
        assert!(
            window
                .query_by_label("By kind: Tables 3.0 kB, Code 1.0 kB")
                .is_some()
        );
        assert!(window.query_by_label("Code: 1.0 kB").is_some());
    }
}
