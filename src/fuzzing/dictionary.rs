//! The dictionary of the fuzz targets: the vocabulary of `wire`, in libFuzzer's form.

use crate::wire::codes::{AUTHORIZATION_ERRORS, PAGE_ERRORS, TOKEN_ERRORS};
use crate::wire::params::REGISTERED;

/// What is no parameter and no error code.
const FURTHER: &[&str] = &[
    "authorization_code",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "application/x-www-form-urlencoded",
    "Bearer ",
    "Basic ",
    "realm=\"",
    "%00",
    "%0d%0a",
    "%252e",
    "\"alg\":\"",
    "\"kid\":\"",
    "none",
    "RS256",
    "RS384",
    "RS512",
    "HS256",
    "\"iss\":\"",
    "\"sub\":\"",
    "\"box_sub_type\":\"",
    "enterprise",
    "\"aud\":\"",
    "\"jti\":\"",
    "\"exp\":",
    "eyJhbGciOiJSUzI1NiJ9",
    "eyJhbGciOiJub25lIn0",
    "dpop+jwt",
    "ES256",
    "EdDSA",
    "\"htm\":\"POST\"",
    "\"htu\":\"",
    "\"iat\":",
    "\"ath\":\"",
    "\"nonce\":\"",
    "\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\"",
    "\"active\":true",
    "\"redirect_uris\":[\"",
    "\"client_id\":\"",
    "\"issuer\":\"https://server.example\"",
    "_endpoint\":\"https://",
    "&",
    "=",
];

/// The text of `fuzz/oauth.dict`.
pub fn text() -> String {
    let lists = [REGISTERED, TOKEN_ERRORS, AUTHORIZATION_ERRORS, PAGE_ERRORS, FURTHER];
    let mut words: Vec<&str> = lists.into_iter().flatten().copied().collect();
    words.sort_unstable();
    words.dedup();
    let quoted = |word: &str| format!("\"{}\"\n", word.replace('\\', "\\\\").replace('"', "\\\""));
    let lines: String = words.into_iter().map(quoted).collect();
    format!("# Generated from `src/fuzzing/dictionary.rs`; a test says when it is stale.\n{lines}")
}
