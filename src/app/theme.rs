//! Every colour, space, size and radius of the window, for light and dark; nothing outside this file names
//! a colour or a font size. Knows no widget; `style` gives all this to the toolkit's own.

#![expect(
    clippy::disallowed_methods,
    reason = "colours are named here, and nowhere else"
)]

use egui::{Color32, FontFamily, FontId, RichText, Stroke, TextStyle, Ui, Visuals};

use super::fonts;
pub use super::style::{apply, install};

/// Spaces, in points: multiples of four.
pub mod space {
    /// Between an icon and its word, between lines of one thing.
    pub const XS: f32 = 4.0;
    /// Between things of one group.
    pub const S: f32 = 8.0;
    /// Inside cards and cells.
    pub const M: f32 = 12.0;
    /// Around panels and dialogs.
    pub const L: f32 = 16.0;
    /// Between groups.
    pub const XL: f32 = 24.0;
}

/// Sizes, in points.
pub mod size {
    /// Text that is read.
    pub const BODY: f32 = 13.0;
    /// Text beside it: captions, headers, hints.
    pub const SMALL: f32 = 11.0;
    /// The title of a page or dialog.
    pub const TITLE: f32 = 17.0;
    /// A row of a list, a button, a field.
    pub const ROW: f32 = 28.0;
    /// The header of a list.
    pub const HEADER: f32 = 24.0;
    /// The toolbar, with its padding.
    pub const TOOLBAR: f32 = 44.0;
    /// The square an icon is drawn in.
    pub const ICON: f32 = 16.0;
    /// The line between areas.
    pub const HAIRLINE: f32 = 1.0;
    /// The ring around what has the keyboard.
    pub const FOCUS: f32 = 2.0;
    /// A bar of a size or of progress.
    pub const BAR: f32 = 4.0;
    /// Corners of buttons, fields, cards.
    pub const RADIUS: u8 = 6;
    /// Corners of what lies inside those.
    pub const RADIUS_SMALL: u8 = 4;
    /// Corners of dialogs.
    pub const RADIUS_LARGE: u8 = 10;
}

/// Seconds that a change fades; the person may switch it off.
pub const FADE: f32 = 0.12;

/// The colours of one shade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind lists and pages.
    pub background: Color32,
    /// Behind toolbar, headers and status line.
    pub panel: Color32,
    /// Behind menus, dialogs and cards that float.
    pub raised: Color32,
    /// Behind text that is typed.
    pub field: Color32,
    /// Between rows and areas.
    pub hairline: Color32,
    /// Around buttons and fields.
    pub border: Color32,
    /// Text that is read, and icons.
    pub text: Color32,
    /// Captions, units, hints, icons at rest.
    pub secondary: Color32,
    /// The one colour: fill of the primary button, of bars, of switches that are on.
    pub accent: Color32,
    /// The same under the pointer.
    pub accent_hover: Color32,
    /// The same as ink: the mark of the current session, links, the focus ring.
    pub accent_ink: Color32,
    /// Text on a filled accent or danger.
    pub on_accent: Color32,
    /// The accent thinned out: bars in cells, the drop target.
    pub accent_soft: Color32,
    /// A row under the pointer.
    pub hover: Color32,
    /// A selected row.
    pub selection: Color32,
    /// A selected row while another part has the keyboard.
    pub selection_idle: Color32,
    /// A button at rest.
    pub button: Color32,
    /// A button under the pointer.
    pub button_hover: Color32,
    /// A button held down.
    pub button_down: Color32,
    /// A button without a frame, under the pointer.
    pub quiet_hover: Color32,
    /// The same held down.
    pub quiet_down: Color32,
    /// The groove that a choice of few slides in.
    pub track: Color32,
    /// The fill of a button whose act can't be undone.
    pub danger: Color32,
    /// The same under the pointer.
    pub danger_hover: Color32,
    /// Errors, as ink.
    pub danger_ink: Color32,
    /// Warnings, as ink.
    pub warning: Color32,
    /// Behind a warning.
    pub warning_soft: Color32,
    /// What went well, as ink.
    pub success: Color32,
    /// Words of a language, in code.
    pub keyword: Color32,
    /// Over the window, behind a dialog.
    pub veil: Color32,
    /// Under what floats.
    pub shadow: Color32,
}

/// Dark on light.
pub const LIGHT: Palette = Palette {
    background: Color32::from_rgb(255, 255, 255),
    panel: Color32::from_rgb(246, 247, 249),
    raised: Color32::from_rgb(255, 255, 255),
    field: Color32::from_rgb(255, 255, 255),
    hairline: Color32::from_rgb(228, 231, 236),
    border: Color32::from_rgb(205, 210, 218),
    text: Color32::from_rgb(28, 32, 39),
    secondary: Color32::from_rgb(91, 99, 112),
    accent: Color32::from_rgb(38, 99, 224),
    accent_hover: Color32::from_rgb(29, 84, 199),
    accent_ink: Color32::from_rgb(29, 88, 208),
    on_accent: Color32::from_rgb(255, 255, 255),
    accent_soft: Color32::from_rgb(190, 211, 250),
    hover: Color32::from_rgb(243, 245, 248),
    selection: Color32::from_rgb(220, 232, 254),
    selection_idle: Color32::from_rgb(232, 235, 240),
    button: Color32::from_rgb(255, 255, 255),
    button_hover: Color32::from_rgb(240, 242, 245),
    button_down: Color32::from_rgb(226, 230, 236),
    quiet_hover: Color32::from_rgb(229, 232, 238),
    quiet_down: Color32::from_rgb(214, 219, 227),
    track: Color32::from_rgb(234, 237, 241),
    danger: Color32::from_rgb(200, 41, 45),
    danger_hover: Color32::from_rgb(176, 32, 36),
    danger_ink: Color32::from_rgb(190, 33, 38),
    warning: Color32::from_rgb(138, 86, 0),
    warning_soft: Color32::from_rgb(255, 244, 219),
    success: Color32::from_rgb(26, 117, 62),
    keyword: Color32::from_rgb(140, 37, 140),
    veil: Color32::from_black_alpha(72),
    shadow: Color32::from_black_alpha(36),
};

/// Light on dark.
pub const DARK: Palette = Palette {
    background: Color32::from_rgb(27, 29, 33),
    panel: Color32::from_rgb(35, 38, 43),
    raised: Color32::from_rgb(42, 45, 51),
    field: Color32::from_rgb(23, 25, 28),
    hairline: Color32::from_rgb(50, 54, 61),
    border: Color32::from_rgb(70, 75, 84),
    text: Color32::from_rgb(229, 232, 236),
    secondary: Color32::from_rgb(172, 178, 188),
    accent: Color32::from_rgb(47, 107, 232),
    accent_hover: Color32::from_rgb(34, 92, 212),
    accent_ink: Color32::from_rgb(125, 168, 255),
    on_accent: Color32::from_rgb(255, 255, 255),
    accent_soft: Color32::from_rgb(52, 79, 133),
    hover: Color32::from_rgb(35, 38, 44),
    selection: Color32::from_rgb(36, 56, 96),
    selection_idle: Color32::from_rgb(49, 53, 61),
    button: Color32::from_rgb(50, 54, 61),
    button_hover: Color32::from_rgb(60, 65, 73),
    button_down: Color32::from_rgb(44, 48, 54),
    quiet_hover: Color32::from_rgb(53, 57, 65),
    quiet_down: Color32::from_rgb(62, 67, 76),
    track: Color32::from_rgb(29, 31, 35),
    danger: Color32::from_rgb(206, 48, 52),
    danger_hover: Color32::from_rgb(184, 38, 42),
    danger_ink: Color32::from_rgb(255, 140, 138),
    warning: Color32::from_rgb(240, 186, 80),
    warning_soft: Color32::from_rgb(60, 50, 29),
    success: Color32::from_rgb(104, 201, 139),
    keyword: Color32::from_rgb(214, 150, 240),
    veil: Color32::from_black_alpha(120),
    shadow: Color32::from_black_alpha(110),
};

/// The sixteen colours of a terminal, as ink that can be read on a field: black, red, green, yellow, blue,
/// magenta, cyan and white, then the same brighter.
const TERMINAL_LIGHT: [Color32; 16] = [
    Color32::from_rgb(28, 32, 39),
    Color32::from_rgb(190, 33, 38),
    Color32::from_rgb(26, 117, 62),
    Color32::from_rgb(138, 86, 0),
    Color32::from_rgb(29, 88, 208),
    Color32::from_rgb(148, 42, 160),
    Color32::from_rgb(0, 110, 128),
    Color32::from_rgb(91, 99, 112),
    Color32::from_rgb(75, 82, 94),
    Color32::from_rgb(204, 36, 42),
    Color32::from_rgb(20, 125, 60),
    Color32::from_rgb(148, 92, 0),
    Color32::from_rgb(38, 99, 224),
    Color32::from_rgb(164, 48, 178),
    Color32::from_rgb(0, 120, 140),
    Color32::from_rgb(28, 32, 39),
];

/// The same on a dark field.
const TERMINAL_DARK: [Color32; 16] = [
    Color32::from_rgb(140, 147, 158),
    Color32::from_rgb(255, 128, 126),
    Color32::from_rgb(104, 201, 139),
    Color32::from_rgb(240, 186, 80),
    Color32::from_rgb(125, 168, 255),
    Color32::from_rgb(224, 140, 236),
    Color32::from_rgb(92, 205, 222),
    Color32::from_rgb(205, 210, 218),
    Color32::from_rgb(160, 167, 178),
    Color32::from_rgb(255, 156, 154),
    Color32::from_rgb(140, 222, 168),
    Color32::from_rgb(250, 208, 120),
    Color32::from_rgb(158, 190, 255),
    Color32::from_rgb(236, 170, 245),
    Color32::from_rgb(136, 222, 235),
    Color32::from_rgb(240, 242, 245),
];

/// One of the sixteen colours of a terminal; numbers beyond them are that of text.
pub fn terminal(palette: &Palette, number: u8) -> Color32 {
    let colours = if *palette == DARK {
        &TERMINAL_DARK
    } else {
        &TERMINAL_LIGHT
    };
    colours
        .get(usize::from(number))
        .copied()
        .unwrap_or(palette.text)
}

/// The colours that hold in this part of the window.
pub fn palette(ui: &Ui) -> &'static Palette {
    of(ui.visuals())
}

/// The colours that go with these visuals.
pub fn of(visuals: &Visuals) -> &'static Palette {
    if visuals.dark_mode { &DARK } else { &LIGHT }
}

/// The font of text that stands out: the platform's semibold or bold.
pub fn strong_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(fonts::STRONG.into()))
}

/// Text that stands out among body text.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong_font(size::BODY))
}

/// The title of a page or dialog.
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).text_style(TextStyle::Heading)
}

/// Small text beside what is read.
pub fn caption(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .text_style(TextStyle::Small)
        .color(palette(ui).secondary)
}

/// The ring around what has the keyboard.
pub fn focus_ring(palette: &Palette) -> Stroke {
    Stroke::new(size::FOCUS, palette.accent_ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2 defines them.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |c: Color32| {
            let linear = egui::Rgba::from(c.to_opaque());
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn contrast_agrees_with_the_known_values() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
        assert!((contrast(Color32::from_rgb(118, 118, 118), Color32::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_text_has_a_contrast_of_four_and_a_half_on_everything_behind_it() {
        for (name, p) in [("light", LIGHT), ("dark", DARK)] {
            let behind = [
                p.background,
                p.panel,
                p.raised,
                p.field,
                p.hover,
                p.selection,
                p.selection_idle,
                p.track,
            ];
            let on_button = [p.button, p.button_hover, p.button_down, p.quiet_hover];
            let mut pairs = vec![];
            for ink in [p.text, p.secondary] {
                pairs.extend(behind.iter().chain(&on_button).map(|b| (ink, *b)));
            }
            for ink in [p.accent_ink, p.danger_ink, p.warning, p.success, p.keyword] {
                pairs.extend([p.background, p.panel, p.raised, p.hover].map(|b| (ink, b)));
            }
            for fill in [p.accent, p.accent_hover, p.danger, p.danger_hover] {
                pairs.push((p.on_accent, fill));
            }
            pairs.extend([(p.text, p.warning_soft), (p.warning, p.warning_soft)]);
            pairs.extend([(p.accent_ink, p.selection), (p.text, p.accent_soft)]);
            pairs.extend((0..16).map(|n| (terminal(&p, n), p.field)));
            pairs.push((p.danger_ink, p.field));
            for (ink, behind) in pairs {
                let found = contrast(ink, behind);
                assert!(found >= 4.5, "{name}: {ink:?} on {behind:?} is {found:.2}");
            }
        }
    }
}
