//! Any bytes as a workbook: the first byte chooses the format that the name promises.

#![no_main]

mod books;
mod common;

libfuzzer_sys::fuzz_target!(init: {
    // The fuzzer's hook ends the program at any panic; those of the library that reads workbooks
    // are caught, and what isn't caught ends it all the same.
    let _ = std::panic::take_hook();
}, |data: &[u8]| books::check(data));
