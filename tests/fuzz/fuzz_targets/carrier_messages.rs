#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_harness::carrier_messages(bytes).unwrap());
