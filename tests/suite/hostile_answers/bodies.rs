//! Bodies: JSON that is none, or says what it must not.

use oauthspec::wire::Response;

use super::{At, Attack, HARM, answer, attack};

const JSON: &[(&str, &str)] =
    &[("Content-Type", "application/json"), ("Cache-Control", "no-store")];
const TOKEN: &[At] = &[At::Token];
const BOTH: &[At] = &[At::Token, At::Resource];
const ALL_AT: &[At] = &[At::Token, At::Resource, At::Authorize];

fn json(text: impl Into<Vec<u8>>) -> Response {
    answer(200, JSON, text)
}

/// A token response with this in the place of `expires_in`.
fn expires(value: &str) -> Response {
    json(format!(
        "{{\"access_token\":\"at-0123456789abcdef0123456789abcdef\",\"token_type\":\"bearer\",\
         \"refresh_token\":\"rt-0123456789abcdef0123456789abcdef\",\"restricted_to\":[],\
         \"expires_in\":{value}}}"
    ))
}

/// One with this in the place of the access token.
fn token(value: &str) -> Response {
    json(format!(
        "{{\"access_token\":{value},\"token_type\":\"bearer\",\"expires_in\":3600,\
         \"refresh_token\":\"rt-0123456789abcdef0123456789abcdef\",\"restricted_to\":[]}}"
    ))
}

fn refusal(text: &str) -> Response {
    let body = serde_json::json!({"error": text, "error_description": text, "error_uri": text});
    answer(400, JSON, body.to_string())
}

fn nested(open: &str, close: &str) -> Response {
    json(format!("{}{}", open.repeat(100_000), close.repeat(100_000)))
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

pub(super) const ALL: &[Attack] = &[
    attack("nested arrays", BOTH, |_| nested("[", "]")),
    attack("nested objects", BOTH, |_| nested("{\"a\":", "}")),
    attack("arrays without an end", BOTH, |_| json("[".repeat(1_000_000))),
    attack("a string without an end", BOTH, |_| {
        json(format!("{{\"a\":\"{}", "x".repeat(1_000_000)))
    }),
    attack("nothing", TOKEN, |_| json("")),
    attack("null", TOKEN, |_| json("null")),
    attack("true", TOKEN, |_| json("true")),
    attack("a number", TOKEN, |_| json("17")),
    attack("a text", TOKEN, |_| json("\"access_token\"")),
    attack("a list", TOKEN, |_| json("[{\"access_token\":\"a\"}]")),
    attack("no JSON", BOTH, |_| json("access_token: a")),
    attack("JSON with a comment", TOKEN, |_| json("{/* */\"access_token\":\"a\"}")),
    attack("JSON with a comma too many", TOKEN, |_| json("{\"access_token\":\"a\",}")),
    attack("JSON in single quotes", TOKEN, |_| json("{'access_token':'a'}")),
    attack("JSON and more", TOKEN, |_| json("{}{\"access_token\":\"a\"}")),
    attack("JSON of a script", TOKEN, |_| json(")]}',\n{\"access_token\":\"a\"}")),
    attack("JSON in a call", TOKEN, |_| json("callback({\"access_token\":\"a\"})")),
    attack("UTF-16, big end first", BOTH, |_| json(utf16("{\"access_token\":\"a\"}", true))),
    attack("UTF-16, little end first", BOTH, |_| json(utf16("{\"access_token\":\"a\"}", false))),
    attack("no UTF-8", BOTH, |_| json(b"{\"access_token\":\"\xff\xfe\xc0\x80\"}".as_slice())),
    attack("NUL", BOTH, |_| json(vec![0; 10_000])),
    attack("half a surrogate", TOKEN, |_| token("\"\\ud800\"")),
    attack("not a number", TOKEN, |_| expires("NaN")),
    attack("an infinite number", TOKEN, |_| expires("Infinity")),
    attack("a number beyond all", TOKEN, |_| expires("1e999")),
    attack("a number with a million digits", TOKEN, |_| expires(&"9".repeat(1_000_000))),
    attack("a negative life", TOKEN, |_| expires("-3600")),
    attack("a life of half a second", TOKEN, |_| expires("0.5")),
    attack("a life as a list", TOKEN, |_| expires("[3600]")),
    attack("a life as an object", TOKEN, |_| expires("{\"seconds\":3600}")),
    attack("a life as a text", TOKEN, |_| expires("\"soon\"")),
    attack("a token that is a number", TOKEN, |_| token("1")),
    attack("a token that is null", TOKEN, |_| token("null")),
    attack("a token that is a list", TOKEN, |_| token("[\"a\"]")),
    attack("a token that is empty", TOKEN, |_| token("\"\"")),
    attack("tokens by the thousand", TOKEN, |_| {
        let all: Vec<String> = (0..10_000).map(|n| format!("\"access_token\":\"{n}\"")).collect();
        json(format!("{{{}}}", all.join(",")))
    }),
    attack("a token beside an error", TOKEN, |_| {
        json("{\"error\":\"invalid_grant\",\"access_token\":\"a\",\"token_type\":\"bearer\"}")
    }),
    attack("an error that is a command", BOTH, |_| refusal(HARM)),
    attack("an error of a megabyte", BOTH, |_| refusal(&"x".repeat(1_000_000))),
    attack("an error that is an object", TOKEN, |_| answer(400, JSON, "{\"error\":{\"code\":1}}")),
    attack("an error that is a list", TOKEN, |_| answer(400, JSON, "[\"invalid_grant\"]")),
    attack("an error twice", TOKEN, |_| answer(400, JSON, "{\"error\":\"a\",\"error\":\"b\"}")),
    attack("a command as text", ALL_AT, |_| answer(500, &[("Content-Type", "text/plain")], HARM)),
    attack("a command as JSON", ALL_AT, |_| json(HARM)),
    attack("members by the hundred thousand", BOTH, |_| {
        let all: Vec<String> = (0..100_000).map(|n| format!("\"m{n}\":{n}")).collect();
        json(format!("{{{}}}", all.join(",")))
    }),
    attack("a name of a megabyte", BOTH, |_| json(format!("{{\"{}\":1}}", "n".repeat(1_000_000)))),
    attack("a name that is a command", BOTH, |_| {
        let mut members = serde_json::Map::new();
        members.insert(HARM.to_owned(), HARM.into());
        json(serde_json::Value::Object(members).to_string())
    }),
    attack("XML with entities in entities", BOTH, |_| {
        let body = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
        answer(200, &[("Content-Type", "application/xml")], body)
    }),
    attack("what is said to be compressed", BOTH, |_| {
        let fields = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
        answer(200, &fields, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff".as_slice())
    }),
    attack("what is compressed in no known way", BOTH, |_| {
        let fields = [("Content-Type", "application/json"), ("Content-Encoding", "oauthspec, br")];
        answer(200, &fields, "{}")
    }),
];
