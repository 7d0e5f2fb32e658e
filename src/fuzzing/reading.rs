//! What a request says, read from its bytes by other parsers than the bundled server's: what the
//! model judges by.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::wire::{Delivery, Request, form};

/// A request, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Method.
    pub method: String,
    /// Parameters of the query.
    pub query: Pairs,
    /// Parameters of the body, as far as it is a form.
    pub body: Pairs,
    /// Whether there is a body at all.
    pub has_body: bool,
    /// The media type without parameters, lower case.
    pub media: String,
    /// Whether a server may well see this request otherwise: odd characters, further header
    /// fields, another framing.
    pub odd: bool,
    /// Whether it may refuse the request before it looks at anything.
    pub framed: bool,
    /// Whether a server may well see another body, or none: the message is framed in another way.
    pub reframed: bool,
    /// What the `Authorization` fields say, one by one.
    pub authorization: Vec<Authorization>,
    /// Whether the media type is written otherwise than in most requests: in other letters, or with parameters.
    pub retyped: bool,
    json: Option<serde_json::Value>,
    /// What the header fields say that an ordinary request has none of.
    fields: Vec<String>,
    /// Everything that is sent: target, header fields and body.
    bytes: Vec<u8>,
}

/// Only of a method that is none of these may a server say that it is not implemented.
pub(super) use crate::wire::METHODS;

/// Whether an octet may stand in a URI reference, as in the name of a grant.
pub(super) fn in_uri(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&octet)
}

impl Reading {
    /// Whether a server, or what stands in front of it, may end the connection instead of an answer: the
    /// message is broken, or its method is one that few know or let through.
    pub(super) fn may_be_dropped(&self) -> bool {
        self.framed || !METHODS.contains(&self.method.as_str())
    }

    /// Whether it has a parameter by which a client proves who it is.
    pub(super) fn names_proof(&self) -> bool {
        ["client_secret", "client_assertion"].iter().any(|name| self.names(name))
    }

    /// Whether a value stands anywhere in the request, as it is or escaped: where this reader does not
    /// look for it, the server may.
    pub fn carries(&self, value: &str) -> bool {
        let escaped = form::escape(value);
        let written = [value, &form::escape_all(value), &form::escape(&escaped), &escaped];
        let is_there =
            |text: &str| self.bytes.windows(text.len().max(1)).any(|it| it == text.as_bytes());
        !value.is_empty() && written.into_iter().any(is_there)
    }

    /// The clients that the request names: in the body, and in HTTP Basic.
    pub fn clients(&self) -> impl Iterator<Item = &str> {
        let in_fields = self.authorization.iter().filter_map(|field| match field {
            Authorization::Basic(id, _) => Some(id.as_str()),
            _ => None,
        });
        given(&self.body, "client_id").into_iter().chain(in_fields)
    }

    /// Whether a parameter of the request has this value, or a header field does, whatever its name is.
    pub fn holds(&self, value: &str) -> bool {
        let mut params = self.query.iter().chain(&self.body);
        let mut fields = self.fields.iter().flat_map(|field| field.split(['=', ';', ' ', ',']));
        params.any(|(_, known)| known == value)
            || self.fields.iter().any(|field| field == value)
            || fields.any(|part| part == value || part == form::escape(value))
    }

    /// An ordinary request by GET with these parameters.
    pub fn of_params(&self, params: &Pairs) -> Self {
        let query = params.iter().filter(|(name, _)| name != "client_secret").cloned().collect();
        let (body, media) = (Pairs::new(), String::new());
        let method = "GET".to_owned();
        Self {
            method,
            query,
            body,
            media,
            has_body: false,
            authorization: Vec::new(),
            ..self.clone()
        }
    }

    /// The body as JSON, where it is said to be.
    pub fn json(&self) -> Option<&serde_json::Value> {
        self.json.as_ref()
    }

    /// Whether the body is a form.
    pub fn is_form(&self) -> bool {
        self.media == FORM
    }

    /// The grant that a token request asks by, where every server sees the same one.
    pub fn grant(&self) -> Option<&str> {
        let name = "grant_type";
        let elsewhere = all(&self.query, name).next().is_some() || repeated(&self.body, &[name]);
        given(&self.body, name).filter(|_| self.is_form() && !self.reframed && !elsewhere)
    }

    /// Whether a name stands anywhere in the request, in whatever case.
    pub fn names(&self, name: &str) -> bool {
        let same = |it: &[u8]| it.eq_ignore_ascii_case(name.as_bytes());
        self.bytes.windows(name.len().max(1)).any(same)
    }
}

/// Names and values, in order.
pub type Pairs = Vec<(String, String)>;

/// An `Authorization` field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorization {
    /// Basic credentials.
    Basic(String, String),
    /// A Bearer token.
    Bearer(String),
    /// A token that is bound to a key (RFC 9449 §7.1).
    Dpop(String),
    /// Anything else.
    Other,
}

/// Header fields of an ordinary request.
const ORDINARY: &[&str] =
    &["accept", "accept-language", "content-type", "authorization", "content-length", "host"];

const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a request.
pub fn of(request: &Request) -> Reading {
    let content_type = request.headers.text("content-type").unwrap_or_default().into_owned();
    let types = request.headers.all("content-type").count();
    let media = request.media_type().unwrap_or_default();
    let query = request.query().unwrap_or_default().as_bytes();
    let is_form = media == FORM;
    let body: &[u8] = if is_form { &request.body } else { &[] };
    let unusual = |name: &str| !ORDINARY.iter().any(|known| name.eq_ignore_ascii_case(known));
    let framed = request.delivery == Delivery::Literal
        || request.headers.iter().any(|(name, _)| unusual(name));
    let mut bytes = request.target.clone().into_bytes();
    for (_, value) in request.headers.iter() {
        bytes.push(b'\n');
        bytes.extend_from_slice(value);
    }
    bytes.push(b'\n');
    // Text in UTF-16 is half zeros.
    bytes.extend(request.body.iter().filter(|byte| **byte != 0));
    let plain_type = types <= 1 && (!is_form || plain_charset(&content_type));
    Reading {
        method: request.method.clone(),
        odd: framed || !plain_type || unclear(query) || unclear(body),
        framed,
        reframed: false,
        retyped: is_form && content_type != FORM,
        fields: request
            .headers
            .iter()
            .filter(|(name, _)| unusual(name))
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
            .collect(),
        query: pairs(query),
        body: pairs(body),
        has_body: !request.body.is_empty(),
        media,
        authorization: request.headers.all("authorization").map(authorization).collect(),
        json: serde_json::from_slice(&request.body).ok(),
        bytes,
    }
}

fn plain_charset(content_type: &str) -> bool {
    let parameters = content_type.split_once(';').map_or("", |(_, rest)| rest.trim());
    parameters.is_empty() || parameters.eq_ignore_ascii_case("charset=utf-8")
}

fn pairs(bytes: &[u8]) -> Pairs {
    let parsed = form_urlencoded::parse(bytes);
    parsed.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Whether parsers differ about these bytes: broken escapes, other separators, brackets, empty
/// pairs, pairs without `=`, control characters, characters that are not ASCII.
fn unclear(bytes: &[u8]) -> bool {
    let Ok(params) = form::decode(bytes) else { return true };
    let odd =
        |text: &str| text.chars().any(|c| c.is_control() || !c.is_ascii()) || text.len() > 1000;
    let lone = |pair: &[u8]| !pair.contains(&b'=');
    !bytes.is_empty() && bytes.split(|byte| *byte == b'&').any(lone)
        || bytes.iter().any(|byte| {
            matches!(
                byte,
                b';' | b'['
                    | b']'
                    | b'\\'
                    | b'"'
                    | b'<'
                    | b'>'
                    | b'{'
                    | b'}'
                    | b'|'
                    | b'^'
                    | b'`'
                    | b' '
                    | b'#'
                    | 0x7f..
            )
        })
        || params.iter().any(|param| {
            odd(&param.name) || odd(&param.value) || param.name.contains(['[', ' ', '.'])
        })
}

fn authorization(value: &[u8]) -> Authorization {
    let text = String::from_utf8_lossy(value);
    let Some((scheme, rest)) = text.split_once(' ') else { return Authorization::Other };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Authorization::Bearer(rest.to_owned()),
        "dpop" => Authorization::Dpop(rest.to_owned()),
        "basic" => basic(rest).unwrap_or(Authorization::Other),
        _ => Authorization::Other,
    }
}

fn basic(encoded: &str) -> Option<Authorization> {
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let pair = pairs(format!("v={text}").as_bytes());
        pair.into_iter().next().map(|(_, value)| value)
    };
    Some(Authorization::Basic(plain(id)?, plain(secret)?))
}

/// Every value of this name.
pub fn all<'a>(pairs: &'a Pairs, name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The value of this name, where it is there and not empty: a parameter without a value is none
/// (RFC 6749 §3.1, §3.2).
pub fn given<'a>(pairs: &'a Pairs, name: &'a str) -> Option<&'a str> {
    all(pairs, name).find(|value| !value.is_empty())
}

/// Whether one of these names is there more than once, with a value.
pub fn repeated(pairs: &Pairs, names: &[&str]) -> bool {
    names.iter().any(|name| all(pairs, name).filter(|value| !value.is_empty()).count() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Origin, Scheme, basic as wire_basic};

    fn post(body: &[u8]) -> Request {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 1 };
        let mut request = Request::new("POST", origin, "/token?a=1");
        request.headers.push("Content-Type", FORM);
        request.body = body.to_vec();
        request
    }

    #[test]
    fn ordinary_requests_are_read_and_odd_ones_are_told() {
        let mut request = post(b"code=x&code=y%20z");
        request.headers.push("Authorization", wire_basic::encode("i d", "s:%"));
        let read = of(&request);
        assert!(!read.odd && repeated(&read.body, &["code"]));
        assert_eq!(read.authorization, [Authorization::Basic("i d".into(), "s:%".into())]);
        assert_eq!(given(&read.query, "a"), Some("1"));
        for body in [&b"a=%4"[..], b"a=1;b=2", b"a", b"a[]=1", b"a=%00", b"a=\xff"] {
            assert!(of(&post(body)).odd, "{body:?}");
        }
        request.headers.push("Cookie", "code=1");
        assert!(of(&request).odd);
    }
}
