#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| comity_fuzz::mesh::case_file::run(data));
