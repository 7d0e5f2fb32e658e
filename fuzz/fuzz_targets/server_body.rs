//! The same bodies, sent to the bundled server: see `oauthspec::fuzzing::parsers::refused_in_due_form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = oauthspec::fuzzing::replay::server_body(bytes) {
        panic!("{finding}");
    }
});
