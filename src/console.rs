//! The console of the process on Windows.
#![expect(
    unsafe_code,
    reason = "two calls to the Windows API that take no pointer but a buffer of ours"
)]

use windows_sys::Win32::System::Console::{FreeConsole, GetConsoleProcessList};

/// Lets go of the console if no other process shares it: a double click made it, and nobody wants to see it.
pub fn free_own() {
    let mut processes = [0u32; 2];
    // SAFETY: the buffer has room for two ids, as the second argument says.
    let sharing = unsafe { GetConsoleProcessList(processes.as_mut_ptr(), 2) };
    if sharing == 1 {
        // SAFETY: takes no argument; a failure leaves the console where it is, which harms nothing.
        unsafe { FreeConsole() };
    }
}
