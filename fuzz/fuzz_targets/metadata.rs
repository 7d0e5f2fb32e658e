//! See `oauthspec::fuzzing::replay`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = oauthspec::fuzzing::replay::metadata(bytes) {
        panic!("{finding}");
    }
});
