//! How the next characters of a text can be read.
//!
//! A secret seldom stands in an exchange as it was issued: it is percent-encoded (once, or again
//! inside an encoded URL), escaped for JSON or for HTML, with hex digits of either case, and with
//! characters encoded that need not be. Reading the text unit by unit covers every mixture, where a
//! list of encoded forms could not.

/// One way to read the start of a text: what it stands for, and how much of the text it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    buffer: [u8; 4],
    len: usize,
    /// Bytes of the text that it takes.
    pub(super) taken: usize,
}

impl Reading {
    fn byte(byte: u8, taken: usize) -> Self {
        Self { buffer: [byte, 0, 0, 0], len: 1, taken }
    }

    fn char(c: char, taken: usize) -> Self {
        let mut buffer = [0; 4];
        let len = c.encode_utf8(&mut buffer).len();
        Self { buffer, len, taken }
    }

    /// The bytes that it stands for.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

/// Whether something that begins with this byte can be read in more than one way.
pub(super) fn is_ambiguous(byte: u8) -> bool {
    matches!(byte, b'%' | b'+' | b'\\' | b'&')
}

/// Calls `visit` with every reading of the start of `rest`.
pub(super) fn each(rest: &[u8], visit: &mut dyn FnMut(Reading)) {
    let Some(&first) = rest.first() else { return };
    visit(Reading::byte(first, 1));
    match first {
        b'%' => percent(rest, visit),
        b'+' => visit(Reading::byte(b' ', 1)),
        b'\\' => backslash(rest, visit),
        b'&' => entity(rest, visit),
        _ => {}
    }
}

/// `%41`, and `%2541` of a text that was encoded twice, and so on.
fn percent(rest: &[u8], visit: &mut dyn FnMut(Reading)) {
    let mut at = 1;
    while let Some(byte) = rest.get(at..at + 2).and_then(hex) {
        let Ok(byte) = u8::try_from(byte) else { return };
        visit(Reading::byte(byte, at + 2));
        if byte != b'%' {
            return;
        }
        at += 2;
    }
}

/// The escapes of JSON strings (RFC 8259 §7).
fn backslash(rest: &[u8], visit: &mut dyn FnMut(Reading)) {
    let byte = match rest.get(1) {
        Some(&byte @ (b'"' | b'\\' | b'/' | b'\'')) => byte,
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => return unicode_escape(rest, visit),
        _ => return,
    };
    visit(Reading::byte(byte, 2));
}

fn unicode_escape(rest: &[u8], visit: &mut dyn FnMut(Reading)) {
    let Some(unit) = rest.get(2..6).and_then(hex) else { return };
    if let Some(c) = char::from_u32(unit) {
        return visit(Reading::char(c, 6));
    }
    let low = rest.get(6..8).filter(|marker| *marker == b"\\u").and(rest.get(8..12)).and_then(hex);
    if let (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) = (unit, low) {
        let c = char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        if let Some(c) = c {
            visit(Reading::char(c, 12));
        }
    }
}

/// The character references that escapers of HTML and XML write.
fn entity(rest: &[u8], visit: &mut dyn FnMut(Reading)) {
    let Some(end) = rest.iter().take(12).position(|&b| b == b';') else { return };
    let name = &rest[1..end];
    let c = match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', digits @ ..] => hex(digits).and_then(char::from_u32),
        [b'#', digits @ ..] => std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .and_then(char::from_u32),
        _ => None,
    };
    if let Some(c) = c {
        visit(Reading::char(c, end + 1));
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        each(text.as_bytes(), &mut |reading| {
            found.push((String::from_utf8_lossy(reading.bytes()).into_owned(), reading.taken));
        });
        found
    }

    #[test]
    fn every_reading_is_found() {
        for (text, read, taken) in [
            ("%41", "A", 3),
            ("%2541", "A", 5),
            ("%252541", "A", 7),
            ("%2b", "+", 3),
            ("+", " ", 1),
            ("\\\"", "\"", 2),
            ("\\u00e9", "é", 6),
            ("\\ud83e\\udd80", "🦀", 12),
            ("&amp;", "&", 5),
            ("&#39;", "'", 5),
            ("&#x2f;", "/", 6),
        ] {
            assert!(all(text).contains(&(read.to_owned(), taken)), "{text}: {:?}", all(text));
        }
    }

    #[test]
    fn what_is_not_an_escape_stands_for_itself() {
        for text in ["%", "%4", "%zz", "\\u12", "\\ud83e", "&nope;", "&#x110000;", "&", "x"] {
            assert_eq!(all(text), [(text[..1].to_owned(), 1)], "{text}");
        }
    }
}
