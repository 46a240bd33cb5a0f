//! What Windows says of movement: "Show animations in Windows".
#![expect(
    unsafe_code,
    reason = "one call to the Windows API, which writes one number of ours"
)]

use windows_sys::Win32::UI::WindowsAndMessaging::{
    SPI_GETCLIENTAREAANIMATION, SystemParametersInfoW,
};

pub fn is_reduced() -> Option<bool> {
    let mut animations = 1i32;
    // SAFETY: to this question the system writes one BOOL, which is an i32, where the pointer leads.
    let answered = unsafe {
        SystemParametersInfoW(
            SPI_GETCLIENTAREAANIMATION,
            0,
            (&raw mut animations).cast(),
            0,
        )
    };
    (answered != 0).then_some(animations == 0)
}
