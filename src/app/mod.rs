//! The desktop window: what it shows and what the person does in it. Knows the session module, never the
//! command line or the HTTP API.

pub mod filetype;
pub mod fonts;
pub mod format;
mod icon_path;
pub mod icons;
mod style;
pub mod theme;
pub mod views;
pub mod widgets;
