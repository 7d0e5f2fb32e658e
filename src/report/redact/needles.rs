//! Replacing registered values, however they are encoded.

use std::collections::BTreeSet;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded::byte_serialize;

use super::readings;
use super::show;
use crate::verdict::LabelledSecret;

/// Shorter values are not looked for in running text.
const SHORTEST: usize = 3;
/// So much of a value at the very end of a text, as where a body was cut short, is the value.
const TELLING: usize = 8;
/// The longest escape, and so the most that a cut can leave of one.
const LONGEST_ESCAPE: usize = 12;
/// Shorter values are looked for as whole words only.
const SHORTEST_ANYWHERE: usize = 4;

/// What RFC 3986 §2.3 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Words of the protocol. A value that is part of one would tear holes into every message.
const VOCABULARY: &str = "authorization_code access_token refresh_token id_token client_secret \
    client_credentials client_id code_verifier code_challenge device_code user_code password \
    username login assertion subject_token grant_type response_type redirect_uri scope state \
    token_type bearer basic csrf session cookie value credentials";

/// Whether a value is a whole word of the protocol. It is as good as published: replacing it would hide the names
/// of parameters and of keys, and tell by the holes what it is.
fn is_public_word(value: &str) -> bool {
    VOCABULARY.split([' ', '_']).chain(VOCABULARY.split(' ')).any(|word| word == value)
}

/// One byte sequence to look for.
#[derive(Debug)]
struct Needle {
    bytes: Vec<u8>,
    label: String,
    whole_word: bool,
}

/// Every byte sequence to look for: sorted, so that reading on narrows a range of it.
#[derive(Debug)]
pub(super) struct Needles {
    sorted: Vec<Needle>,
    starts: Starts,
}

/// One search: what is read, and how much work is left.
struct Search<'a> {
    text: &'a [u8],
    from: usize,
    budget: usize,
    /// End and needle of the longest hit.
    best: Option<(usize, usize)>,
    /// The same of a hit that the end of the text cuts short.
    cut: Option<(usize, usize)>,
}

/// A place in a search: the needles of `range` begin with the `depth` bytes read up to `at`.
struct State {
    at: usize,
    depth: usize,
    range: Range<usize>,
}

impl Needles {
    pub(super) fn new(secrets: &[LabelledSecret]) -> Self {
        let mut sorted = Vec::new();
        let kinds: BTreeSet<&str> = secrets.iter().map(kind).collect();
        for secret in secrets.iter().filter(|secret| secret.value.len() >= SHORTEST) {
            let whole_word =
                secret.value.len() < SHORTEST_ANYWHERE || is_vocabulary(&secret.value, &kinds);
            add(&mut sorted, secret, whole_word);
        }
        sorted.sort_by(|a, b| a.bytes.cmp(&b.bytes).then(a.whole_word.cmp(&b.whole_word)));
        sorted.dedup_by(|later, earlier| later.bytes == earlier.bytes);
        let starts = Starts::of(&sorted);
        Self { sorted, starts }
    }

    /// The text with every needle replaced by its label. Hits that overlap are replaced as one.
    ///
    /// A text made to exhaust the search is withheld whole.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut search = Search {
            text: text.as_bytes(),
            from: 0,
            budget: 100_000 + 32 * text.len(),
            best: None,
            cut: None,
        };
        let mut end = 0;
        for from in 0..text.len() {
            if !self.starts.may_begin(&search.text[from..]) {
                continue;
            }
            (search.from, search.best, search.cut) = (from, None, None);
            self.walk(&mut search);
            if search.budget == 0 {
                return show(&format!("withheld: {} bytes", text.len()));
            }
            let Some((hit, needle)) = search.best.or(search.cut) else { continue };
            if from >= end {
                out.push_str(text.get(end..from).unwrap_or_default());
                out.push_str(&show(&self.sorted[needle].label));
            }
            end = end.max(hit);
        }
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }

    /// Reads from `search.from` in every way there is. A list of what is still to be read takes
    /// the place of recursion: a server may issue a code as long as it likes.
    fn walk(&self, search: &mut Search<'_>) {
        let mut pending = vec![State { at: search.from, depth: 0, range: 0..self.sorted.len() }];
        while let Some(state) = pending.pop() {
            let Some(State { at, depth, range }) = self.straight(search, state) else { continue };
            readings::each(&search.text[at..], &mut |reading| {
                let bytes = reading.bytes();
                let mut range = range.clone();
                for (step, &byte) in bytes.iter().enumerate() {
                    range = self.narrow(range, depth + step, byte);
                }
                if !range.is_empty() {
                    let (at, depth) = (at + reading.taken, depth + bytes.len());
                    pending.push(State { at, depth, range });
                }
            });
        }
    }

    /// Reads on as long as there is one way to read; `None` when nothing is left to find.
    fn straight(&self, search: &mut Search<'_>, mut state: State) -> Option<State> {
        loop {
            search.budget = search.budget.saturating_sub(1);
            if state.range.is_empty() || search.budget == 0 {
                return None;
            }
            let State { at, depth, .. } = state;
            self.note(search, at, depth, state.range.start);
            if depth >= TELLING && at + LONGEST_ESCAPE > search.text.len() {
                Self::note_cut(search, at, state.range.start);
            }
            let byte = *search.text.get(at)?;
            if readings::is_ambiguous(byte) {
                return Some(state);
            }
            state.range = self.narrow(state.range, depth, byte);
            (state.at, state.depth) = (at + 1, depth + 1);
        }
    }

    /// Notes a hit that ends at `at`, if `needle` is read to its end.
    fn note(&self, search: &mut Search<'_>, at: usize, depth: usize, needle: usize) {
        let Needle { bytes, whole_word, .. } = &self.sorted[needle];
        let ends_here = bytes.len() == depth && depth > 0;
        let longer = search.best.is_none_or(|(end, _)| at > end);
        if ends_here && longer && (!whole_word || is_word(search.text, search.from, at)) {
            search.best = Some((at, needle));
        }
    }

    /// Notes a hit that the end of the text cuts short: at once, or within an escape.
    fn note_cut(search: &mut Search<'_>, at: usize, needle: usize) {
        let mut rest = search.text[at..].iter();
        let in_escape = rest.next().is_none_or(|&byte| readings::is_ambiguous(byte))
            && rest.all(|b| b.is_ascii_alphanumeric() || b"#%\\".contains(b));
        if in_escape {
            search.cut = Some((search.text.len(), needle));
        }
    }

    fn narrow(&self, range: Range<usize>, depth: usize, byte: u8) -> Range<usize> {
        let within = &self.sorted[range.clone()];
        let low = within.partition_point(|needle| needle.bytes.get(depth) < Some(&byte));
        let len = within[low..].partition_point(|needle| needle.bytes.get(depth) == Some(&byte));
        range.start + low..range.start + low + len
    }
}

/// The value itself, and the inner part of its base64 form at each of the three alignments: what
/// surrounds it (`id:secret`) does not matter.
fn add(needles: &mut Vec<Needle>, secret: &LabelledSecret, whole_word: bool) {
    let mut push = |bytes: Vec<u8>, whole_word| {
        needles.push(Needle { bytes, label: secret.label.clone(), whole_word });
    };
    if !is_public_word(&secret.value) {
        push(secret.value.clone().into_bytes(), whole_word);
    }
    if secret.value.len() < SHORTEST_ANYWHERE {
        return;
    }
    for form in form_encodings(&secret.value) {
        for alignment in 0..3 {
            let mut padded = vec![0; alignment];
            padded.extend_from_slice(form.as_bytes());
            let inner = (alignment * 8).div_ceil(6)..padded.len() * 8 / 6;
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                push(engine.encode(&padded).as_bytes()[inner.clone()].to_vec(), false);
            }
        }
    }
}

/// The forms in which a secret stands inside base64: plain and form-encoded.
fn form_encodings(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if value.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return forms;
    }
    let strict = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let rfc3986 = utf8_percent_encode(value, RESERVED).to_string();
    let lax: String = byte_serialize(value.as_bytes()).collect();
    forms.extend([
        lax.replace('+', "%20"),
        lower_hex(&strict),
        lower_hex(&lax),
        lower_hex(&rfc3986),
        rfc3986,
        strict,
        lax,
    ]);
    forms.sort();
    forms.dedup();
    forms
}

fn lower_hex(encoded: &str) -> String {
    let mut digits = 0;
    let lower = encoded.chars().map(|c| match (c, digits) {
        ('%', _) => {
            digits = 2;
            c
        }
        (_, 0) => c,
        _ => {
            digits -= 1;
            c.to_ascii_lowercase()
        }
    });
    lower.collect()
}

/// Whether a value is part of a word that messages and labels are made of.
fn is_vocabulary(value: &str, kinds: &BTreeSet<&str>) -> bool {
    let value = value.to_ascii_lowercase();
    VOCABULARY.split(' ').any(|word| word.contains(&value))
        || kinds.iter().any(|kind| kind.contains(&value))
}

/// The label without its running number.
fn kind(secret: &LabelledSecret) -> &str {
    secret.label.rsplit_once(' ').map_or(secret.label.as_str(), |(kind, _)| kind)
}

/// Whether the stretch stands as a word, and is not itself the name of a parameter or member, nor a word of
/// the protocol that a message quotes: the grant `password`.
fn is_word(text: &[u8], from: usize, to: usize) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let encoded = from >= 3
        && text[from - 3] == b'%'
        && text[from - 2..from].iter().all(u8::is_ascii_hexdigit);
    let opens = from == 0 || encoded || !inner(text[from - 1]);
    let rest = &text[to..];
    let names = match rest.first() {
        Some(b'`') => from > 0 && text[from - 1] == b'`',
        Some(b'=') => true,
        Some(b'"') => rest[1..].trim_ascii_start().first() == Some(&b':'),
        _ => false,
    };
    opens && !names && !rest.first().is_some_and(|&byte| inner(byte))
}

/// A filter over the first three bytes: nearly every place of a text is dismissed by one look.
#[derive(Debug)]
struct Starts(Vec<bool>);

impl Starts {
    const BITS: u32 = 18;

    fn of(needles: &[Needle]) -> Self {
        let mut table = vec![false; 1 << Self::BITS];
        for needle in needles {
            if let [a, b, c, ..] = needle.bytes[..] {
                table[Self::slot(a, b, c)] = true;
            }
        }
        Self(table)
    }

    fn may_begin(&self, rest: &[u8]) -> bool {
        match *rest {
            [a, b, c, ..] if ![a, b, c].into_iter().any(readings::is_ambiguous) => {
                self.0[Self::slot(a, b, c)]
            }
            [_, _, _, ..] => true,
            // An encoded form is never shorter than the value.
            _ => false,
        }
    }

    fn slot(a: u8, b: u8, c: u8) -> usize {
        let key = u32::from_be_bytes([0, a, b, c]).wrapping_mul(0x9e37_79b1);
        (key >> (32 - Self::BITS)) as usize
    }
}
