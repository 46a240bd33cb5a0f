//! Fonts without the pictures of letters that some hold for small sizes. The toolkit takes such a picture
//! for an emoji and draws it white, whatever the text's colour: Tahoma and most East Asian fonts of
//! Windows would be white on white. Knows fonts as bytes only.

use std::sync::Arc;

use eframe::egui::FontData;
use eframe::egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui_system_font_provider::SystemFontProvider;

/// The system's fonts, asked for characters that the others lack.
pub struct SystemFonts(SystemFontProvider);

impl SystemFonts {
    /// Begins to look what fonts there are, on a thread of the toolkit's.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(SystemFontProvider::new()))
    }
}

impl FontProvider for SystemFonts {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let mut found = self.0.font_for(request)?;
        found.data = outlines_only(found.data);
        Some(found)
    }
}

/// The font without pictures of single colour, if it has outlines to draw instead.
pub fn outlines_only(mut data: FontData) -> FontData {
    let pictures = pictures(data.font.as_ref().as_ref());
    if !pictures.is_empty() {
        let mut bytes = data.font.as_ref().as_ref().to_vec();
        for at in pictures {
            // A name that nobody looks for, and that keeps the names in order.
            bytes[at..at + 4].copy_from_slice(b"EBDU");
        }
        data.font = FontData::from_owned(bytes).font;
    }
    data
}

/// Where in a file of fonts the tables of pictures are named, of those that have outlines.
fn pictures(file: &[u8]) -> Vec<usize> {
    let fonts = match file.get(..4) {
        Some(b"ttcf") => {
            let count = number(file, 8).unwrap_or(0);
            (0..count).map_while(|n| number(file, 12 + 4 * n)).collect()
        }
        _ => vec![0],
    };
    let mut found = Vec::new();
    for font in fonts {
        let tables = tables(file, font);
        let named = |name: &[u8]| tables.iter().find(|(tag, _)| tag == name);
        let outlines = named(b"glyf").or(named(b"CFF ")).or(named(b"CFF2"));
        if let (Some((_, at)), Some(_)) = (named(b"EBDT"), outlines) {
            found.push(*at);
        }
    }
    found
}

/// The tables of the font that begins at `font`: their names, and where these stand.
fn tables(file: &[u8], font: usize) -> Vec<([u8; 4], usize)> {
    let count = font
        .checked_add(4)
        .and_then(|at| file.get(at..)?.first_chunk())
        .map_or(0, |n| u16::from_be_bytes(*n));
    (0..usize::from(count))
        .map_while(|n| {
            let at = font.checked_add(12 + 16 * n)?;
            Some((*file.get(at..)?.first_chunk()?, at))
        })
        .collect()
}

fn number(file: &[u8], at: usize) -> Option<usize> {
    let bytes = file.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The head of a font with these tables, and nothing in them.
    fn font(tables: &[&[u8; 4]]) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0, 0, tables.len() as u8, 0, 0, 0, 0, 0, 0];
        for table in tables {
            bytes.extend(*table);
            bytes.extend([0; 12]);
        }
        bytes
    }

    fn stripped(bytes: &[u8]) -> Vec<u8> {
        let data = outlines_only(FontData::from_owned(bytes.to_vec()));
        data.font.as_ref().as_ref().to_vec()
    }

    #[test]
    fn pictures_go_where_there_are_outlines() {
        let both = font(&[b"EBDT", b"EBLC", b"glyf"]);
        assert_eq!(stripped(&both), font(&[b"EBDU", b"EBLC", b"glyf"]));
        for kept in [
            font(&[b"EBDT", b"EBLC"]),          // nothing else to draw
            font(&[b"CBDT", b"CBLC", b"glyf"]), // in colour: emoji
            font(&[b"glyf"]),
        ] {
            assert_eq!(stripped(&kept), kept);
        }
    }

    #[test]
    fn a_file_of_several_fonts_is_looked_through() {
        let (one, two) = (font(&[b"glyf"]), font(&[b"EBDT", b"glyf"]));
        let mut file = b"ttcf\0\x01\0\0\0\0\0\x02".to_vec();
        let start = 20;
        file.extend((start as u32).to_be_bytes());
        file.extend(((start + one.len()) as u32).to_be_bytes());
        let head = file.clone();
        file.extend([one.clone(), two].concat());
        let expected = [head, one, font(&[b"EBDU", b"glyf"])].concat();
        assert_eq!(stripped(&file), expected);
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_are_none_is_lost(mut bytes in prop::collection::vec(any::<u8>(), 0..200), several: bool) {
            if several && bytes.len() > 4 {
                bytes[..4].copy_from_slice(b"ttcf");
            }
            prop_assert_eq!(stripped(&bytes).len(), bytes.len());
        }
    }
}
