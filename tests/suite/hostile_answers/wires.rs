//! Bytes on the connection that no server should send.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::rig::{self, Target};

/// Some rules of each kind of endpoint.
pub(super) const SELECTORS: &[&str] = &["token/success", "authorize/get", "identity/current-user"];

/// What is written to whoever sends something: first once, then again and again, with pauses.
pub(super) struct Wire {
    pub(super) name: &'static str,
    once: fn() -> Vec<u8>,
    again: &'static [u8],
    pause: Duration,
}

const fn wire(name: &'static str, once: fn() -> Vec<u8>, again: &'static [u8], pause: u64) -> Wire {
    Wire { name, once, again, pause: Duration::from_millis(pause) }
}

/// A target that answers so, whatever it is asked.
pub(super) async fn target(wire: &'static Wire) -> Target {
    rig::raw(move |mut stream| async move {
        let mut request = [0; 16_384];
        if !stream.read(&mut request).await.is_ok_and(|length| length > 0) {
            return;
        }
        if stream.write_all(&(wire.once)()).await.is_err() || wire.again.is_empty() {
            return;
        }
        while stream.write_all(wire.again).await.is_ok() {
            tokio::time::sleep(wire.pause).await;
        }
    })
    .await
}

fn head(fields: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{fields}").into_bytes()
}

fn chunked(rest: &str) -> Vec<u8> {
    head(&format!("Transfer-Encoding: chunked\r\n\r\n{rest}"))
}

const MANY: &[u8] = &[b'x'; 65_536];

pub(super) const ALL: &[Wire] = &[
    wire("nothing", Vec::new, b"", 0),
    wire("a status line without an end", || b"HTTP/1.1 200 ".to_vec(), MANY, 0),
    wire("a field without an end", || head("X-A: "), MANY, 0),
    wire("fields without an end", || head(""), b"X-A: b\r\nX-C: d\r\nX-E: f\r\n", 0),
    wire("fields that drip", || head(""), b"X-A: b\r\n", 20),
    wire("a body that drips", || head("Content-Length: 1000000\r\n\r\n"), b"{", 20),
    wire("a body without an end", || head("\r\n"), MANY, 0),
    wire("chunks without an end", || chunked(""), b"5\r\nhello\r\n", 0),
    wire("chunks that drip", || chunked(""), b"1\r\n{\r\n", 20),
    wire("a chunk extension without an end", || chunked("5;a="), MANY, 0),
    wire(
        "chunk extensions",
        || chunked(&format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a=b;".repeat(20_000))),
        b"",
        0,
    ),
    wire("a chunk of a negative size", || chunked("-1\r\n{}\r\n0\r\n\r\n"), b"", 0),
    wire("a chunk of more than all", || chunked("ffffffffffffffffff\r\n{}"), b"", 0),
    wire("a chunk that is nearly all", || chunked("7fffffffffffffff\r\n"), MANY, 0),
    wire("trailers without an end", || chunked("2\r\n{}\r\n0\r\n"), b"X-A: b\r\n", 0),
    wire(
        "interim answers without an end",
        Vec::new,
        b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n",
        0,
    ),
    wire("interim answers that drip", Vec::new, b"HTTP/1.1 100 Continue\r\n\r\n", 20),
    wire(
        "switched protocols",
        || {
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
                .to_vec()
        },
        MANY,
        0,
    ),
    wire("HTTP/0.9", || b"{\"access_token\":\"a\"}\n".to_vec(), b"", 0),
    wire("HTTP/2", || b"\0\0\x12\x04\0\0\0\0\0".to_vec(), b"", 0),
    wire("HTTP/9.9", || b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec(), b"", 0),
    wire("a status of four digits", || b"HTTP/1.1 2000 OK\r\n\r\n{}".to_vec(), b"", 0),
    wire(
        "a command as the reason",
        || b"HTTP/1.1 400 \x1b[31m::error::owned\r\nContent-Length: 0\r\n\r\n".to_vec(),
        b"",
        0,
    ),
    wire(
        "a command as a field",
        || head("X-A: \x1b[31m##vso[task]\r\nContent-Length: 0\r\n\r\n"),
        b"",
        0,
    ),
    wire("a field name of nobody", || head("\x1b[31m: a\r\nContent-Length: 0\r\n\r\n"), b"", 0),
    wire("two lengths", || head("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), b"", 0),
    wire("a length that is negative", || head("Content-Length: -2\r\n\r\n{}"), b"", 0),
    wire(
        "a length of more than all",
        || head("Content-Length: 99999999999999999999\r\n\r\n{}"),
        b"",
        0,
    ),
    wire(
        "a length and chunks",
        || head("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"),
        b"",
        0,
    ),
    wire("less than the length", || head("Content-Length: 200\r\n\r\n{}"), b"", 0),
    wire("more than the length", || head("Content-Length: 2\r\n\r\n{}"), MANY, 0),
    wire("no line break of HTTP", || b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}".to_vec(), b"", 0),
    wire("folded fields", || head("X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}"), b"", 0),
    wire("NUL", Vec::new, &[0; 65_536], 0),
    wire("TLS", || b"\x15\x03\x01\x00\x02\x02\x46".to_vec(), b"", 0),
];
