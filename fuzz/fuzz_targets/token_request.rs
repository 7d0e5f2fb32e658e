//! The bodies of token requests as forms, raw and by grammar: see `oauthspec::fuzzing::parsers::form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = oauthspec::fuzzing::replay::token_request(bytes) {
        panic!("{finding}");
    }
});
