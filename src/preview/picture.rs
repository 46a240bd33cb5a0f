//! A picture, decoded within limits and made small enough to be shown. What it really measures is told.

use std::io::Cursor;

use image::{ImageReader, Limits};

use super::place::{Place, Stamp};
use crate::session::{Error, ErrorKind, Result};

/// Bytes of a file that are read.
const MOST_BYTES: u64 = 128 << 20;

/// Bytes that decoding may take.
const MOST_MEMORY: u64 = 512 << 20;

/// Pixels of either side of what is shown: what any graphics card takes.
const MOST_SIDE: u32 = 2048;

/// A decoded picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width and height of the picture in the file.
    pub size: (u32, u32),
    /// Width and height of what is shown.
    pub shown: (u32, u32),
    /// What is shown: rows of red, green, blue and alpha, a byte each.
    pub rgba: Vec<u8>,
    /// The format's name: `PNG`.
    pub format: &'static str,
    /// What the file was.
    pub stamp: Stamp,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture {:?} {}", self.size, self.format)
    }
}

/// Whether a file that begins like this is a picture that can be shown.
pub fn is_one(head: &[u8]) -> bool {
    image::guess_format(head).is_ok_and(|format| format.reading_enabled())
}

impl Picture {
    /// Reads and decodes a picture.
    ///
    /// # Errors
    /// If the file can't be read, is damaged, or would take too much memory.
    pub fn read(place: &Place) -> Result<Self> {
        let refused = |why: String| {
            let tried = format!("show {}", place.relative());
            Error::new(ErrorKind::Refused(why), tried, place.path())
                .with_help("open it with another program")
        };
        let mut bytes = Vec::new();
        let stamp = place.stamp()?;
        if stamp.len > MOST_BYTES {
            return Err(refused("it is larger than 128 MiB".into()));
        }
        let stamp = place.read_at(0, MOST_BYTES as usize, &mut bytes)?;
        let mut reader = ImageReader::new(Cursor::new(&bytes))
            .with_guessed_format()
            .map_err(|e| place.failed(e))?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        let format = reader.format().map_or("", name);
        let whole = reader.decode().map_err(|e| refused(e.to_string()))?;
        let size = (whole.width(), whole.height());
        let fits = size.0 <= MOST_SIDE && size.1 <= MOST_SIDE;
        let shown = match fits {
            true => whole.into_rgba8(),
            false => whole.thumbnail(MOST_SIDE, MOST_SIDE).into_rgba8(),
        };
        Ok(Self {
            size,
            shown: (shown.width(), shown.height()),
            rgba: shown.into_raw(),
            format,
            stamp,
        })
    }
}

fn name(format: image::ImageFormat) -> &'static str {
    use image::ImageFormat::{Bmp, Gif, Ico, Jpeg, Png, Tiff, WebP};
    match format {
        Png => "PNG",
        Jpeg => "JPEG",
        Gif => "GIF",
        WebP => "WebP",
        Bmp => "BMP",
        Ico => "ICO",
        Tiff => "TIFF",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbaImage};

    fn write(dir: &std::path::Path, width: u32, height: u32) -> Place {
        let picture = RgbaImage::from_pixel(width, height, image::Rgba([10, 20, 30, 255]));
        picture
            .save_with_format(dir.join("a.png"), ImageFormat::Png)
            .unwrap();
        Place::new(dir, "a.png")
    }

    #[test]
    fn pictures_are_decoded_and_large_ones_made_smaller() {
        let dir = tempfile::tempdir().unwrap();
        let small = Picture::read(&write(dir.path(), 3, 2)).unwrap();
        assert_eq!(
            (small.size, small.shown, small.format),
            ((3, 2), (3, 2), "PNG")
        );
        assert_eq!(small.rgba[..4], [10, 20, 30, 255]);
        let large = Picture::read(&write(dir.path(), 4096, 16)).unwrap();
        assert_eq!((large.size, large.shown), ((4096, 16), (2048, 8)));
        assert_eq!(large.rgba.len(), 2048 * 8 * 4);
    }

    #[test]
    fn what_is_damaged_or_a_bomb_is_refused_with_a_reason() {
        let dir = tempfile::tempdir().unwrap();
        let place = write(dir.path(), 64, 64);
        let whole = std::fs::read(dir.path().join("a.png")).unwrap();
        std::fs::write(dir.path().join("a.png"), &whole[..whole.len() / 2]).unwrap();
        let error = Picture::read(&place).unwrap_err();
        assert_eq!(error.tried(), "show a.png");
        // A head that promises 60,000 × 60,000 pixels: 14 GB.
        let mut bomb = whole.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc32fast::hash(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        std::fs::write(dir.path().join("a.png"), &bomb).unwrap();
        assert!(Picture::read(&place).is_err());
    }
}
