//! Gives our look to the toolkit's own widgets: menus, fields, check boxes, scroll bars, tooltips.
//! Decides nothing: what it gives stands in `theme` and `fonts`.

use std::collections::BTreeMap;

use eframe::egui::{
    Context, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme as Shade,
    ThemePreference, Vec2, Visuals, style,
};

use super::fonts;
use super::theme::{DARK, FADE, LIGHT, Palette, size, space, strong_font};
use crate::config::{Look, Theme};

/// Gives the toolkit our fonts, and our look in both shades. Once, at the start.
pub fn install(ctx: &Context, look: &Look) {
    ctx.set_fonts(fonts::definitions());
    apply(ctx, look);
}

/// Brings the window to `look`; cheap enough for every change of the settings.
pub fn apply(ctx: &Context, look: &Look) {
    ctx.set_style_of(Shade::Light, style(&LIGHT, look));
    ctx.set_style_of(Shade::Dark, style(&DARK, look));
    ctx.set_theme(match look.theme {
        Theme::System => ThemePreference::System,
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
    });
    ctx.set_zoom_factor(look.scale);
}

fn style(p: &Palette, look: &Look) -> Style {
    let mut style = Style {
        text_styles: text_styles(),
        visuals: visuals(p),
        animation_time: if look.animations { FADE } else { 0.0 },
        scroll_animation: if look.animations {
            style::ScrollAnimation::duration(FADE)
        } else {
            style::ScrollAnimation::none()
        },
        ..Style::default()
    };
    let s = &mut style.spacing;
    s.item_spacing = Vec2::splat(space::S);
    s.button_padding = Vec2::new(space::M, space::XS);
    s.menu_margin = Margin::symmetric(space::S as i8, 6);
    s.window_margin = Margin::same(space::L as i8);
    s.interact_size = Vec2::new(40.0, size::ROW);
    s.icon_width = size::ICON;
    s.icon_width_inner = size::ICON / 2.0;
    s.icon_spacing = space::S;
    s.indent = space::L;
    s.combo_width = 120.0;
    s.slider_rail_height = size::BAR;
    s.tooltip_width = 360.0;
    s.scroll = style::ScrollStyle {
        bar_width: 10.0,
        floating_width: 6.0,
        floating_allocated_width: 10.0,
        handle_min_length: 24.0,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 0.25,
        active_handle_opacity: 0.35,
        interact_handle_opacity: 0.6,
        foreground_color: true,
        ..style::ScrollStyle::thin()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    [
        (TextStyle::Body, FontId::proportional(size::BODY)),
        (TextStyle::Button, FontId::proportional(size::BODY)),
        (TextStyle::Small, FontId::proportional(size::SMALL)),
        (TextStyle::Heading, strong_font(size::TITLE)),
        (TextStyle::Monospace, FontId::monospace(size::BODY - 1.0)),
    ]
    .into()
}

fn visuals(p: &Palette) -> Visuals {
    let base = if p == &DARK {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let line = |color| Stroke::new(size::HAIRLINE, color);
    let floating = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: p.shadow,
    };
    let widget = |fill, edge| style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line(edge),
        fg_stroke: line(p.text),
        corner_radius: CornerRadius::same(size::RADIUS),
        expansion: 0.0,
    };
    Visuals {
        widgets: style::Widgets {
            noninteractive: widget(p.background, p.hairline),
            inactive: widget(p.button, p.border),
            hovered: widget(p.button_hover, p.border),
            active: widget(p.button_down, p.accent_ink),
            open: widget(p.button_down, p.border),
        },
        selection: style::Selection {
            bg_fill: p.selection,
            stroke: line(p.accent_ink),
        },
        override_text_color: None,
        weak_text_color: Some(p.secondary),
        hyperlink_color: p.accent_ink,
        faint_bg_color: p.hover,
        extreme_bg_color: p.field,
        text_edit_bg_color: Some(p.field),
        code_bg_color: p.panel,
        warn_fg_color: p.warning,
        error_fg_color: p.danger_ink,
        window_corner_radius: CornerRadius::same(size::RADIUS_LARGE),
        menu_corner_radius: CornerRadius::same(size::RADIUS + 2),
        window_fill: p.raised,
        window_stroke: line(p.hairline),
        window_shadow: floating,
        popup_shadow: floating,
        panel_fill: p.panel,
        text_cursor: style::TextCursorStyle {
            stroke: Stroke::new(1.5, p.text),
            ..base.text_cursor
        },
        slider_trailing_fill: true,
        handle_shape: style::HandleShape::Circle,
        indent_has_left_vline: false,
        disabled_alpha: 0.45,
        ..base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_where_the_person_wants_no_movement() {
        let ctx = Context::default();
        let still = Look {
            animations: false,
            theme: Theme::Dark,
            ..Look::default()
        };
        apply(&ctx, &still);
        assert_eq!(ctx.style_of(Shade::Dark).animation_time, 0.0);
        assert_eq!(ctx.theme(), Shade::Dark);
        apply(&ctx, &Look::default());
        assert!(ctx.style_of(Shade::Light).animation_time <= 0.15);
    }
}
