//! Which fonts the window writes in: the platform's own, found at the places where platforms keep them,
//! before the toolkit's. Scripts that those lack (日本語, العربية, emoji) come from the toolkit's search
//! among the system's fonts, when such a character is first drawn.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::epaint::text::VariationCoords;
use eframe::egui::{FontData, FontDefinitions, FontFamily};

use super::outlines::outlines_only;

/// The family of text that stands out.
pub const STRONG: &str = "strong";

/// Weight of that family where one file holds all weights.
const SEMIBOLD: f32 = 600.0;

/// Where a platform keeps its font, and the heavier one beside it with its number in the file. Where both
/// are the same face, the file holds all weights.
struct Place {
    regular: &'static str,
    strong: &'static str,
    strong_index: u32,
}

const fn two(regular: &'static str, strong: &'static str) -> Place {
    Place {
        regular,
        strong,
        strong_index: 0,
    }
}

#[cfg(not(windows))]
const fn one(file: &'static str) -> Place {
    two(file, file)
}

/// The first that is there is taken. Looking at fixed places takes microseconds; asking the system for its
/// fonts takes longer than everything else at the start together.
#[cfg(windows)]
const PLACES: &[Place] = &[
    two(
        r"C:\Windows\Fonts\segoeui.ttf",
        r"C:\Windows\Fonts\seguisb.ttf",
    ),
    two(
        r"C:\Windows\Fonts\tahoma.ttf",
        r"C:\Windows\Fonts\tahomabd.ttf",
    ),
];

/// The first that is there is taken.
#[cfg(target_os = "macos")]
const PLACES: &[Place] = &[
    one("/System/Library/Fonts/SFNS.ttf"),
    Place {
        regular: "/System/Library/Fonts/Helvetica.ttc",
        strong: "/System/Library/Fonts/Helvetica.ttc",
        strong_index: 1,
    },
];

/// The first that is there is taken: what desktops write in, where Debian, Fedora, Arch and openSUSE keep it.
/// Only fonts whose digits are of one width, so that columns of numbers line up; Adwaita Sans is none.
#[cfg(not(any(windows, target_os = "macos")))]
const PLACES: &[Place] = &[
    one("/usr/share/fonts/truetype/ubuntu/Ubuntu[wdth,wght].ttf"),
    two(
        "/usr/share/fonts/truetype/ubuntu/Ubuntu-R.ttf",
        "/usr/share/fonts/truetype/ubuntu/Ubuntu-M.ttf",
    ),
    one("/usr/share/fonts/opentype/cantarell/Cantarell-VF.otf"),
    one("/usr/share/fonts/abattis-cantarell-vf-fonts/Cantarell-VF.otf"),
    one("/usr/share/fonts/cantarell/Cantarell-VF.otf"),
    one("/usr/share/fonts/google-noto-vf/NotoSans[wght].ttf"),
    two(
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans-SemiBold.ttf",
    ),
    two(
        "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/noto/NotoSans-Regular.ttf",
        "/usr/share/fonts/noto/NotoSans-SemiBold.ttf",
    ),
    two(
        "/usr/share/fonts/truetype/NotoSans-Regular.ttf",
        "/usr/share/fonts/truetype/NotoSans-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/liberation-sans-fonts/LiberationSans-Regular.ttf",
        "/usr/share/fonts/liberation-sans-fonts/LiberationSans-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    ),
    two(
        "/usr/share/fonts/TTF/DejaVuSansCondensed.ttf",
        "/usr/share/fonts/TTF/DejaVuSansCondensed-Bold.ttf",
    ),
];

/// The fonts of the window, the toolkit's own behind those of the platform.
pub fn definitions() -> FontDefinitions {
    with(
        PLACES
            .iter()
            .find_map(|place| Some((face(place.regular)?, strong(place)?))),
    )
}

fn strong(place: &Place) -> Option<FontData> {
    let mut data = face(place.strong)?;
    data.index = place.strong_index;
    if place.regular == place.strong && place.strong_index == 0 {
        data.tweak.coords = VariationCoords::new([(b"wght", SEMIBOLD)]);
    }
    Some(data)
}

fn with(found: Option<(FontData, FontData)>) -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let mut chain = |name: &str, data: Option<FontData>| {
        let mut chain = fallback.clone();
        if let Some(data) = data {
            fonts.font_data.insert(name.to_owned(), Arc::new(data));
            chain.insert(0, name.to_owned());
        }
        chain
    };
    let (regular, strong) = found.unzip();
    let regular = chain("platform", regular);
    let strong = chain("platform-strong", strong);
    fonts.families.insert(FontFamily::Proportional, regular);
    fonts
        .families
        .insert(FontFamily::Name(STRONG.into()), strong);
    fonts
}

/// A font file, if it is one: the toolkit ends the program over anything else.
fn face(path: &str) -> Option<FontData> {
    const KINDS: [&[u8]; 4] = [&[0, 1, 0, 0], b"OTTO", b"ttcf", b"true"];
    let bytes = fs_err::read(Path::new(path)).ok()?;
    KINDS
        .iter()
        .any(|kind| bytes.starts_with(kind))
        .then(|| outlines_only(FontData::from_owned(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{Context, FontId};

    #[test]
    fn every_family_is_bound_whatever_the_machine_has() {
        for fonts in [definitions(), with(None)] {
            let family = FontFamily::Name(STRONG.into());
            for name in &fonts.families[&family] {
                assert!(fonts.font_data.contains_key(name), "{name}");
            }
            let ctx = Context::default();
            ctx.set_fonts(fonts);
            let output = ctx.run_ui(Default::default(), |ui| {
                ui.fonts_mut(|f| assert!(f.has_glyph(&FontId::new(13.0, family.clone()), 'e')));
            });
            output.drop_without_applying_deltas();
        }
    }

    #[test]
    fn what_is_no_font_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("font.ttf");
        fs_err::write(&path, "not a font").unwrap();
        assert!(face(path.to_str().unwrap()).is_none());
        assert!(face("/nowhere/font.ttf").is_none());
    }

    // The system font of macOS has digits of one width only by a feature that the toolkit can't ask for.
    #[cfg(not(target_os = "macos"))]
    #[test]
    fn digits_are_of_one_width_so_that_numbers_line_up() {
        let ctx = Context::default();
        ctx.set_fonts(definitions());
        let font = FontId::proportional(13.0);
        let output = ctx.run_ui(Default::default(), |ui| {
            let width = |c| ui.fonts_mut(|f| f.glyph_width(&font, c));
            assert!(('0'..='9').all(|c| width(c) == width('0')));
        });
        output.drop_without_applying_deltas();
    }
}
