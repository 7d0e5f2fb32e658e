//! Assertions against the bundled server: see `oauthspec::fuzzing::assertion`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = oauthspec::fuzzing::replay::server_assertion(bytes) {
        panic!("{finding}");
    }
});
