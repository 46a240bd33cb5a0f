//! [`EntryName`]: the name of an archive's entry, which only parsing can make, so that no other code has
//! to ask whether a name stays inside. Pure: bytes in, a name or a reason out; knows no format and no disk.
//!
//! Two kinds of bad names are told apart. A name that *means another place* (`..`, absolute, a drive, a
//! network share, a NUL that cuts it short) was made to escape or to deceive: it refuses the archive. A
//! name that is *honest but can't be kept everywhere* (`aux.c`, `12:30.csv`, `Icon\r`, a trailing dot,
//! control and direction marks, bytes that are no text) is changed and reported, because refusing a whole
//! project for it would help nobody. The same table holds on every platform, so that a session is the same
//! wherever it was made.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use super::fold::fold;
use crate::session::{DATABASE_NAME, ROOM, manifest};

/// A longer name is refused whatever the limits say: no file system takes it.
const MAX_BYTES: usize = 4096;
/// What the usual file systems take for one component.
const MAX_COMPONENT_BYTES: usize = 255;

/// A relative path of one or more components joined by `/`, safe to create below any directory on Unix and
/// on Windows: no component is empty, `.` or `..`, a device, a drive or one of our own names; none has a
/// separator, a control or direction mark, or any of `<>:"|?*`, and none ends in a dot or a space.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName(Box<str>);

/// A name, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The name.
    pub name: EntryName,
    /// Why it isn't the name in the archive; `None` if it is.
    pub changed: Option<Change>,
    /// Whether backslashes were taken as separators.
    pub backslashes: bool,
}

/// Why a name was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It belongs to the session itself.
    Own,
    /// Windows keeps it for a device.
    Device,
    /// It has characters that can't be kept or that hide what it says.
    Characters,
    /// It ends in a dot or a space.
    Ending,
    /// It is not text.
    Encoding,
}

/// Why a name refuses its archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// There is no name.
    Empty,
    /// It names the top of the archive itself: `./`.
    Top,
    /// It has a NUL in it.
    Nul,
    /// It goes up: `..`.
    Parent,
    /// A component of nothing but dots and spaces, which Windows reads as `.` or `..`.
    Dots,
    /// It starts at the root, or on a network share.
    Absolute,
    /// It starts with a drive.
    Drive,
    /// It is longer than any file system takes.
    TooLong,
    /// One component is longer than file systems take.
    ComponentTooLong,
}

impl EntryName {
    /// Parses the bytes of a name as an archive holds it. `/` and `\` both separate, wherever the archive
    /// was made: a name must not mean two places on two systems.
    pub fn parse(raw: &[u8]) -> Result<Parsed, NameError> {
        if raw.is_empty() {
            return Err(NameError::Empty);
        }
        if raw.contains(&0) {
            return Err(NameError::Nul);
        }
        if raw.len() > MAX_BYTES {
            return Err(NameError::TooLong);
        }
        let text = text_of(raw);
        let mut changed = matches!(text, Cow::Owned(_)).then_some(Change::Encoding);
        if text.starts_with(['/', '\\']) {
            return Err(NameError::Absolute);
        }
        if let [letter, b':', ..] = text.as_bytes()
            && letter.is_ascii_alphabetic()
        {
            return Err(NameError::Drive);
        }

        let mut path = String::with_capacity(text.len() + 8);
        for component in text.split(['/', '\\']) {
            if component.is_empty() || component == "." {
                continue;
            }
            let (clean, change) = clean(component)?;
            changed = changed.or(change);
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(&clean);
        }
        if path.is_empty() {
            return Err(NameError::Top);
        }
        if path.len() > MAX_BYTES {
            return Err(NameError::TooLong);
        }
        Ok(Parsed {
            name: Self(path.into()),
            changed,
            backslashes: text.contains('\\'),
        })
    }

    /// The name with `/` between its components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its components; there is at least one.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// How many components it has.
    pub fn levels(&self) -> usize {
        self.components().count()
    }

    /// What it stands in, `None` at the top, and its last component.
    pub fn split(&self) -> (Option<&str>, &str) {
        match self.0.rsplit_once('/') {
            Some((folder, last)) => (Some(folder), last),
            None => (None, &self.0),
        }
    }

    /// Its first `end` bytes, which must be whole components.
    pub(super) fn prefix(&self, end: usize) -> Self {
        debug_assert!(matches!(self.0.as_bytes().get(end), None | Some(b'/')));
        Self(self.0[..end].into())
    }

    /// The entry `component`, the name of a node and so a parsed component, in the folder of this name.
    pub(super) fn child(&self, component: &str) -> Self {
        debug_assert!(
            Self::parse(component.as_bytes()).is_ok_and(|p| p.name.as_str() == component)
        );
        Self(format!("{}/{component}", self.0).into())
    }

    /// The name in the directory `root`, with the platform's separators.
    pub fn below(&self, root: &Path) -> PathBuf {
        let mut path = root.to_path_buf();
        path.extend(self.components());
        path
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One component as it may stand on disk, and why it is not as it was. Idempotent.
fn clean(component: &str) -> Result<(Cow<'_, str>, Option<Change>), NameError> {
    if component == ".." {
        return Err(NameError::Parent);
    }
    if component.chars().all(|c| matches!(c, '.' | ' ')) {
        return Err(NameError::Dots);
    }
    let mut clean = Cow::Borrowed(component);
    let mut change = None;
    if component.contains(unkeepable) {
        clean = component
            .chars()
            .map(|c| if unkeepable(c) { '_' } else { c })
            .collect();
        change = Some(Change::Characters);
    }
    if clean.ends_with(['.', ' ']) {
        let kept = clean.trim_end_matches(['.', ' ']);
        let lost = clean.len() - kept.len();
        clean = Cow::Owned(format!("{kept}{}", "_".repeat(lost)));
        change = Some(Change::Ending);
    }
    let why = if is_own(&clean) {
        Some(Change::Own)
    } else if is_device(&clean) {
        Some(Change::Device)
    } else {
        None
    };
    if why.is_some() {
        clean = Cow::Owned(format!("_{clean}"));
        change = why;
    }
    if clean.len() > MAX_COMPONENT_BYTES {
        return Err(NameError::ComponentTooLong);
    }
    Ok((clean, change))
}

/// Whether a component, in any case or Unicode form, is a name that only we may write.
pub(super) fn is_own(component: &str) -> bool {
    let folded = fold(component);
    folded == manifest::FILE_NAME || folded == ROOM
}

/// Whether a component is that of the session's database or of what SQLite keeps beside it.
pub(super) fn is_database(component: &str) -> bool {
    fold(component)
        .strip_prefix(DATABASE_NAME)
        .is_some_and(|rest| matches!(rest, "" | "-wal" | "-journal" | "-shm"))
}

/// Characters that no name on disk gets: what Windows forbids, controls, and marks that turn the direction
/// of writing, which make `exe.csv` out of `vsc.exe`.
fn unkeepable(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\')
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether Windows opens a device under this name, whatever its extension.
fn is_device(component: &str) -> bool {
    let base = component.split('.').next().unwrap_or(component);
    let base = base.trim_end_matches(' ').to_uppercase();
    if matches!(
        &*base,
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    let Some(port) = base
        .strip_prefix("COM")
        .or_else(|| base.strip_prefix("LPT"))
    else {
        return false;
    };
    // Windows takes the superscript digits of Latin-1 for digits here.
    matches!(
        port,
        "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
    )
}

/// The bytes as text; each one that is no UTF-8 becomes `%E9`, so that two names stay two.
fn text_of(raw: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(raw) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(raw.len() + 16);
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(text)
}

/// A raw name for people to read: control and direction marks escaped, at most 200 characters.
pub(in crate::upload) fn shown(raw: &[u8]) -> String {
    let text = text_of(raw);
    let mut shown = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == 200 {
            shown.push('…');
            break;
        }
        if c.is_control() || (unkeepable(c) && !c.is_ascii()) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "the session keeps that name for itself",
            Self::Device => "Windows keeps that name for a device",
            Self::Characters => "some of its characters can't be used in a name",
            Self::Ending => "a name can't end in a dot or a space",
            Self::Encoding => "its name is not valid text",
        })
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it has no name",
            Self::Top => "it has no name of its own",
            Self::Nul => "its name has a NUL character in it",
            Self::Parent => "its name leads out with “..”",
            Self::Dots => "a part of its name is only dots and spaces",
            Self::Absolute => "its name is an absolute path",
            Self::Drive => "its name starts with a drive",
            Self::TooLong => "its name is too long",
            Self::ComponentTooLong => "a part of its name is over 255 bytes long",
        })
    }
}

impl std::error::Error for NameError {}
