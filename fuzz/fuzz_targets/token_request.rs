//! Token requests, raw and by grammar: see `oauthspec::fuzzing::oracle::token_request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = oauthspec::fuzzing::replay::run("token_request", bytes) {
        panic!("{finding}");
    }
});
