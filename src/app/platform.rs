//! What differs from platform to platform in words and in the ways a window is opened.

use eframe::NativeOptions;

/// What this platform calls the program that shows folders.
#[cfg(windows)]
pub const FILE_MANAGER: &str = "Explorer";
/// What this platform calls the program that shows folders.
#[cfg(target_os = "macos")]
pub const FILE_MANAGER: &str = "Finder";
/// What this platform calls the program that shows folders.
#[cfg(not(any(windows, target_os = "macos")))]
pub const FILE_MANAGER: &str = "file manager";

/// Why there is no file dialog, and what to do about it.
#[cfg(any(windows, target_os = "macos"))]
pub const NO_DIALOG: &str = "The system did not open it. Drop the files on the window instead, or copy them and choose \"New from clipboard\"";
/// Why there is no file dialog, and what to do about it.
#[cfg(not(any(windows, target_os = "macos")))]
pub const NO_DIALOG: &str = "This desktop has none: install xdg-desktop-portal or zenity. Or drop the files on the window, or copy them and choose \"New from clipboard\"";

/// How the window reaches the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Everything works.
    Full,
    /// The toolkit takes no dropped files here.
    NoDrop,
}

/// Chooses the way to the screen: X11 wherever there is one, since the toolkit takes dropped files only there.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn prepare(options: &mut NativeOptions) -> Screen {
    use winit::platform::x11::EventLoopBuilderExtX11 as _;
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if set("DISPLAY") {
        options.event_loop_builder = Some(Box::new(|builder| {
            builder.with_x11();
        }));
        return Screen::Full;
    }
    Screen::NoDrop
}

/// Chooses the way to the screen; there is only one.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn prepare(_options: &mut NativeOptions) -> Screen {
    Screen::Full
}
