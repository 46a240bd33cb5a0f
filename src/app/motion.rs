//! Whether the system asks programs to move less. To ask takes a moment, so that jobs do; where the system says
//! nothing, nothing is changed.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

/// Whether the system wants less movement; `None` where it doesn't say, and on systems that we can't ask.
pub fn is_reduced() -> Option<bool> {
    #[cfg(target_os = "linux")]
    let reduced = linux::is_reduced();
    #[cfg(windows)]
    let reduced = windows::is_reduced();
    #[cfg(not(any(target_os = "linux", windows)))]
    let reduced = None;
    reduced
}
