//! Any bytes as a JSON file.

#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::check("data.json", data));
