//! From a valid request and its edits to bytes.

use serde_json::{Map, Value as Json};

use crate::driver::Draft;
use crate::driver::draft::Encoding;
use crate::driver::value::Value;
use crate::profile::Profile;
use crate::rules::Means;
use crate::wire::params;
use crate::wire::{Delivery, Headers, Origin, Request, basic, form};

use super::case::{Edit, Framing, Place, Shape, Spelling};

type JsonObject = Map<String, Json>;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    name: String,
    value: String,
    place: Place,
    spelling: Spelling,
}

/// A request whose parameters can be moved and spoilt.
#[derive(Debug, Clone)]
pub struct Blueprint {
    method: String,
    url: url::Url,
    pieces: Vec<Piece>,
    shape: Shape,
    media: Option<String>,
    bytes: Option<Vec<u8>>,
    scheme: String,
    headers: Headers,
    framing: Option<Framing>,
    /// A JSON body, in place of parameters.
    json: Option<Json>,
}

impl Blueprint {
    /// A valid request, taken apart.
    pub fn of(draft: &Draft) -> Self {
        let mut blueprint = Self {
            method: draft.method.clone(),
            url: draft.url.clone(),
            pieces: Vec::new(),
            shape: if draft.encoding == Encoding::Nothing { Shape::Nothing } else { Shape::Form },
            media: None,
            bytes: None,
            scheme: "Bearer".to_owned(),
            headers: draft.headers.clone(),
            framing: None,
            json: draft.json.clone(),
        };
        if let Some(token) = bearer(&draft.headers) {
            blueprint.headers.remove("authorization");
            blueprint.add("access_token", &token, Place::Bearer);
        }
        draft.query.iter().for_each(|p| blueprint.add(&p.name, &p.value, Place::Query));
        draft.form.iter().for_each(|p| blueprint.add(&p.name, &p.value, Place::Body));
        if let Some(credentials) = &draft.credentials {
            let in_header = credentials.means == Means::Basic && credentials.secret.is_some();
            let place = if in_header { Place::Basic } else { Place::Body };
            let both = [
                ("client_id", credentials.id.as_deref()),
                ("client_secret", credentials.secret.as_deref()),
            ];
            for (name, value) in both {
                if let Some(value) = value {
                    blueprint.add(name, value, place);
                }
            }
        }
        blueprint
    }

    /// Names and values of what must not be shown, spoilt or not.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let secret = |piece: &&Piece| params::secret_kind(&piece.name).is_some();
        self.pieces.iter().filter(secret).map(|piece| (piece.name.as_str(), piece.value.as_str()))
    }

    fn add(&mut self, name: &str, value: &str, place: Place) {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.pieces.push(Piece { name, value, place, spelling: Spelling::Form });
    }

    /// Makes a change. One that has nothing to change changes nothing.
    pub fn apply(&mut self, edit: &Edit, profile: &Profile) {
        match edit {
            Edit::Without(name) => {
                self.pieces.retain(|piece| piece.name != *name);
                if let Some(Json::Object(members)) = &mut self.json {
                    members.remove(name);
                }
            }
            Edit::Twice { name, value } => {
                let found = self.pieces.iter().position(|piece| piece.name == *name);
                if let Some(at) = found {
                    let mut again = self.pieces[at].clone();
                    if let Some(value) = value {
                        again.value = resolve(value, &again.value, profile);
                    }
                    self.pieces.insert(at + 1, again);
                }
            }
            Edit::Set { name, value } => self.put(name, value, profile),
            Edit::Moved { name, to } => {
                self.named(name, |piece| piece.place = *to);
            }
            Edit::Copy { name, to } => {
                // One of them: copies of all would double with every edit.
                let first = self.pieces.iter().find(|piece| piece.name == *name).cloned();
                self.pieces.extend(first.map(|piece| Piece { place: *to, ..piece }));
            }
            Edit::Spell { name, how } => self.named(name, |piece| piece.spelling = *how),
            Edit::Reverse => self.pieces.reverse(),
            Edit::Method(method) => self.by(method),
            Edit::Media(media) => self.media = Some(media.clone()),
            Edit::Body(shape) => self.shape = *shape,
            Edit::Bytes(digits) => self.bytes = Some(unhex(digits)),
            Edit::Header { name, value } => self.headers.push(name, value.as_bytes()),
            Edit::Scheme(scheme) => self.scheme.clone_from(scheme),
            Edit::Framing(framing) => self.framing = Some(*framing),
            // The token of a proof stands behind another word (RFC 9449 §7.1).
            Edit::Prove { .. } => "DPoP".clone_into(&mut self.scheme),
            // The value comes from an earlier step: `put_text`.
            Edit::Swap { .. } | Edit::Form { .. } | Edit::Assert { .. } => {}
        }
    }

    /// A parameter gets this value; where it is missing it is added.
    pub fn put_text(&mut self, name: &str, value: &str) {
        if self.pieces.iter().any(|piece| piece.name == name) {
            self.named(name, |piece| value.clone_into(&mut piece.value));
        } else {
            let place = if self.shape == Shape::Nothing { Place::Query } else { Place::Body };
            self.add(name, value, place);
        }
    }

    fn named(&mut self, name: &str, mut edit: impl FnMut(&mut Piece)) {
        self.pieces.iter_mut().filter(|piece| piece.name == name).for_each(&mut edit);
    }

    fn put(&mut self, name: &str, value: &Value, profile: &Profile) {
        if let Some(Json::Object(members)) = &mut self.json {
            return set_member(members, name, |current| resolve(value, current, profile));
        }
        if self.pieces.iter().any(|piece| piece.name == name) {
            self.named(name, |piece| piece.value = resolve(value, &piece.value, profile));
        } else {
            self.put_text(name, &resolve(value, "", profile));
        }
    }

    fn by(&mut self, method: &str) {
        method.clone_into(&mut self.method);
        let bodyless = matches!(method, "GET" | "HEAD" | "DELETE" | "OPTIONS");
        let (from, to) =
            if bodyless { (Place::Body, Place::Query) } else { (Place::Query, Place::Body) };
        if bodyless == (self.shape == Shape::Nothing) {
            return;
        }
        self.shape = if bodyless { Shape::Nothing } else { Shape::Form };
        let moving = self.pieces.iter_mut().filter(|piece| piece.place == from);
        moving.for_each(|piece| piece.place = to);
    }

    /// The request as it goes out; `None` where the URL is not http or https.
    pub fn request(&self) -> Option<Request> {
        let mut request = self.message()?;
        if let Some(framing) = self.framing {
            frame(&mut request, framing);
        }
        Some(request)
    }

    /// The request before it is framed: what a server makes of it that takes its framing.
    pub fn message(&self) -> Option<Request> {
        let mut request = Request::new(&self.method, Origin::of(&self.url)?, &self.target());
        request.headers = self.headers.clone();
        if request.headers.get("accept").is_none() {
            request.headers.push("Accept", "application/json");
        }
        self.write_body(&mut request);
        self.write_headers(&mut request);
        if !request.target.is_ascii() || request.target.bytes().any(|b| b <= b' ') {
            request.target = request.target.bytes().map(plain_or_escaped).collect();
        }
        Some(request)
    }

    fn at(&self, place: Place) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(move |piece| piece.place == place)
    }

    fn target(&self) -> String {
        let mut parts: Vec<String> = self.url.query().map(str::to_owned).into_iter().collect();
        // A request line cannot hold what is not text.
        let text = |piece| String::from_utf8_lossy(&written(piece)).into_owned();
        parts.extend(self.at(Place::Query).map(text));
        let path = self.url.path();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }

    fn write_body(&self, request: &mut Request) {
        let pieces: Vec<&Piece> = self.at(Place::Body).collect();
        let form = || {
            let pairs: Vec<Vec<u8>> = pieces.iter().map(|piece| written(piece)).collect();
            pairs.join(&b'&')
        };
        let (media, body) = match self.shape {
            Shape::Nothing => match &self.json {
                Some(json) => ("application/json", json.to_string().into_bytes()),
                None => ("", Vec::new()),
            },
            Shape::Form => ("application/x-www-form-urlencoded", form()),
            Shape::Text => ("text/plain", form()),
            Shape::Gzip => {
                request.headers.push("Content-Encoding", "gzip");
                ("application/x-www-form-urlencoded", form())
            }
            Shape::Utf16 => {
                let wide = String::from_utf8_lossy(&form()).encode_utf16().collect::<Vec<u16>>();
                let bytes = wide.into_iter().flat_map(u16::to_be_bytes).collect();
                ("application/x-www-form-urlencoded; charset=utf-16", bytes)
            }
            Shape::Json => ("application/json", json(&pieces)),
            Shape::Multipart => ("multipart/form-data; boundary=oauthspec", multipart(&pieces)),
        };
        let media = self.media.as_deref().unwrap_or(media);
        if !media.is_empty() {
            request.headers.push("Content-Type", media.as_bytes());
        }
        request.body = self.bytes.clone().unwrap_or(body);
    }

    fn write_headers(&self, request: &mut Request) {
        for piece in self.at(Place::Header) {
            request.headers.push(&piece.name.replace('_', "-"), one_line(&piece.value));
        }
        let cookies: Vec<String> = self
            .at(Place::Cookie)
            .map(|piece| format!("{}={}", piece.name, form::escape(&piece.value)))
            .collect();
        if !cookies.is_empty() {
            request.headers.push("Cookie", cookies.join("; "));
        }
        for piece in self.at(Place::Bearer) {
            let field = format!("{} {}", self.scheme, piece.value);
            request.headers.push("Authorization", one_line(field.trim_start()));
        }
        let mut ids = self.at(Place::Basic).filter(|piece| piece.name == "client_id");
        let mut secrets = self.at(Place::Basic).filter(|piece| piece.name == "client_secret");
        loop {
            let (id, secret) = (ids.next(), secrets.next());
            if id.is_none() && secret.is_none() {
                break;
            }
            let value = |piece: Option<&Piece>| piece.map_or("", |p| p.value.as_str()).to_owned();
            let field = basic::encode(&value(id), &value(secret));
            request.headers.push("Authorization", field);
        }
    }
}

/// The access token that a request carries.
pub(super) fn token_of(draft: &Draft) -> Option<String> {
    bearer(&draft.headers)
}

/// Gives a member of a JSON object another text; in a list, the first text of it.
fn set_member(members: &mut JsonObject, name: &str, text: impl Fn(&str) -> String) {
    let changed = match members.get(name) {
        Some(Json::Array(list)) => {
            let first = list.first().and_then(Json::as_str).unwrap_or_default();
            Json::from(vec![text(first)])
        }
        current => Json::from(text(current.and_then(Json::as_str).unwrap_or_default())),
    };
    members.insert(name.to_owned(), changed);
}

fn bearer(headers: &Headers) -> Option<String> {
    let value = headers.text("authorization")?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

/// A value of a case in the place of `current`, which stays where it cannot be made.
fn resolve(value: &Value, current: &str, profile: &Profile) -> String {
    let id_of = |role: &str| profile.client(role).map(|client| client.id.clone());
    value.apply(current, id_of).unwrap_or_else(|| current.to_owned())
}

fn written(piece: &Piece) -> Vec<u8> {
    let Piece { name, value, spelling, .. } = piece;
    let (plain_name, plain_value) = (form::escape(name), form::escape(value));
    let text = match spelling {
        Spelling::Form => format!("{plain_name}={plain_value}"),
        Spelling::Escaped => format!("{}={}", form::escape_all(name), form::escape_all(value)),
        Spelling::Twice => format!("{plain_name}={}", form::escape(&plain_value)),
        Spelling::Literal => format!("{name}={value}"),
        Spelling::Broken => format!("{plain_name}={plain_value}%4"),
        Spelling::NotUtf8 => format!("{plain_name}={plain_value}%ff"),
        Spelling::Nul => format!("{plain_name}={plain_value}%00"),
        Spelling::NameOnly => plain_name,
        Spelling::Array => format!("{plain_name}[]={plain_value}"),
        Spelling::UpperName => format!("{}={plain_value}", plain_name.to_ascii_uppercase()),
    };
    text.into_bytes()
}

fn json(pieces: &[&Piece]) -> Vec<u8> {
    let members: JsonObject =
        pieces.iter().map(|p| (p.name.clone(), p.value.clone().into())).collect();
    Json::Object(members).to_string().into_bytes()
}

fn multipart(pieces: &[&Piece]) -> Vec<u8> {
    let mut body = String::new();
    for piece in pieces {
        body.push_str("--oauthspec\r\nContent-Disposition: form-data; name=\"");
        body.push_str(&format!("{}\"\r\n\r\n{}\r\n", form::escape(&piece.name), piece.value));
    }
    body.push_str("--oauthspec--\r\n");
    body.into_bytes()
}

/// A header field's value: what would end it is escaped.
fn one_line(value: &str) -> Vec<u8> {
    let plain = |byte: &u8| *byte >= b' ' && *byte != 0x7f;
    value.bytes().filter(plain).collect()
}

fn plain_or_escaped(byte: u8) -> String {
    if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn frame(request: &mut Request, framing: Framing) {
    request.delivery = Delivery::Literal;
    let length = request.body.len();
    match framing {
        Framing::Chunked => chunk(request),
        Framing::ChunkedAndLength => {
            request.headers.push("Content-Length", length.to_string());
            chunk(request);
        }
        Framing::TwoLengths => {
            request.headers.push("Content-Length", length.to_string());
            request.headers.push("Content-Length", (length / 2).to_string());
        }
        Framing::OddLength => request.headers.push("Content-Length", "+0x10"),
        Framing::ShortLength => request.headers.push("Content-Length", (length / 2).to_string()),
        Framing::TwoHosts => {
            request.headers.push("Host", request.origin.authority());
            request.headers.push("Host", "oauthspec.example");
        }
        Framing::AbsoluteForm => request.target = request.url(),
        Framing::LongHeader => request.headers.push("X-Oauthspec-Long", "a".repeat(9000)),
        Framing::ManyHeaders => {
            (0..120).for_each(|n| request.headers.push(&format!("X-Oauthspec-{n}"), "1"));
        }
        Framing::SpaceBeforeColon => request.headers.push("X-Oauthspec ", "1"),
    }
}

/// One chunk: of a body in pieces the reports could not cut the secrets.
fn chunk(request: &mut Request) {
    request.headers.push("Transfer-Encoding", "chunked");
    let body = std::mem::take(&mut request.body);
    if !body.is_empty() {
        request.body = format!("{:x}\r\n", body.len()).into_bytes();
        request.body.extend_from_slice(&body);
        request.body.extend_from_slice(b"\r\n");
    }
    request.body.extend_from_slice(b"0\r\n\r\n");
}

/// Bytes of hexadecimal digits; what is no digit is passed over.
pub fn unhex(digits: &str) -> Vec<u8> {
    let values: Vec<u8> =
        digits.chars().filter_map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    values.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect()
}

/// Hexadecimal digits of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
