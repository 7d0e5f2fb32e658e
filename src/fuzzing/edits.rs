//! Changes from choices: one thing about a request that is otherwise valid.

use super::case::{Base, Edit, Framing, IssuedKind, Place, Shape, Spelling};
use super::choices::Choices;
use super::generate::Maker;
use super::possession::FLAWS;
use super::registering::REDIRECT_URIS;
use super::request::hex;
use crate::driver::spoiling::Spoiling;
use crate::driver::value::Value;
use crate::wire::params::REGISTERED;

impl<C: Choices> Maker<'_, C> {
    /// A change of such a request.
    pub(super) fn change(&mut self, base: &Base) -> Edit {
        if matches!(base, Base::Use { .. } | Base::UseOther { .. }) {
            return self.change_of_call();
        }
        let name = self.name(base);
        if matches!(base, Base::Visit { .. } | Base::Resubmit { .. } | Base::Forge { .. }) {
            return Edit::Set { name, value: self.spoilt() };
        }
        if matches!(base, Base::Register {}) && !self.choices.once_in(6) {
            return match self.choices.below(3) {
                0 => Edit::Without(name),
                _ => {
                    let value = Value::Text(self.one_of(REDIRECT_URIS));
                    Edit::Set { name: "redirect_uris".to_owned(), value }
                }
            };
        }
        let signs = base.clone().client().is_some_and(|role| self.cast.signers.contains(role));
        let asserts = matches!(base, Base::Assertion { .. });
        if asserts && !self.choices.once_in(6)
            || signs && matches!(base, Base::Exchange { .. } | Base::Refresh { .. })
        {
            return self.assertion();
        }
        if let Some(edit) = self.further(base) {
            return edit;
        }
        match self.choices.below(16) {
            0 | 1 => Edit::Without(name),
            2 => Edit::Twice { name, value: None },
            3 => Edit::Twice { value: Some(self.value(&name.clone())), name },
            4..=6 => Edit::Set { value: self.value(&name.clone()), name },
            7 => Edit::Set { name: self.any_name(), value: self.any_value() },
            8 => Edit::Moved { name, to: self.place(base) },
            9 => Edit::Copy { name, to: self.place(base) },
            10 | 11 => {
                Edit::Spell { name, how: *self.choices.pick(SPELLINGS).unwrap_or(&Spelling::Form) }
            }
            12 => Edit::Reverse,
            13 if matches!(base, Base::Authorize { .. }) && self.choices.once_in(2) => {
                Edit::Method("POST".to_owned())
            }
            13 => Edit::Method(self.one_of(METHODS)),
            _ => self.change_of_message(base),
        }
    }

    /// A change that only some targets give occasion for.
    fn further(&mut self, base: &Base) -> Option<Edit> {
        let token =
            matches!(base, Base::Exchange { .. } | Base::Refresh { .. } | Base::Poll { .. });
        if self.cast.dpop && (token || matches!(base, Base::Use { .. })) && self.choices.once_in(8)
        {
            return Some(self.proof());
        }
        let asks = matches!(base, Base::Authorize { .. });
        match self.choices.below(12) {
            0 => self.swap(base),
            1 if asks => Some(self.form()),
            2 if asks => Some(Edit::Set {
                name: "prompt".to_owned(),
                value: Value::Text(self.one_of(PROMPTS)),
            }),
            3 if asks => Some(Edit::Set {
                name: "response_mode".to_owned(),
                value: Value::Text(self.one_of(RESPONSE_MODES)),
            }),
            4 if asks || token || matches!(base, Base::TokenExchange { .. }) => {
                let value = self.choices.pick(&self.cast.targets).cloned()?;
                Some(Edit::Set { name: "resource".to_owned(), value: Value::Text(value) })
            }
            _ => None,
        }
    }

    /// A form of the interaction with a parameter of its own.
    fn form(&mut self) -> Edit {
        let consent = self.choices.once_in(2);
        let mut edits = super::forms::edits(consent, self.cast);
        let at = self.choices.below(edits.len());
        edits.swap_remove(at)
    }

    /// A proof of possession, mostly with something wrong.
    fn proof(&mut self) -> Edit {
        let flawed = self.choices.once_in(2);
        let flaw = self.choices.pick(FLAWS).filter(|_| flawed).map(|flaw| (*flaw).to_owned());
        let again = flaw.is_none() && self.choices.once_in(3);
        Edit::Prove { other: self.choices.once_in(3), flaw, again }
    }

    /// Something that an earlier step brought in the place of something else.
    fn swap(&mut self, base: &Base) -> Option<Edit> {
        let name = match base {
            Base::Exchange { .. } => "code",
            Base::Refresh { .. } => "refresh_token",
            Base::Revoke { .. } | Base::Introspect { .. } => "token",
            Base::Downscope { .. } | Base::TokenExchange { .. } => "subject_token",
            Base::Use { .. } | Base::UseOther { .. } => "access_token",
            Base::Follow { .. } => "request_uri",
            Base::Poll { .. } => "device_code",
            _ => return None,
        };
        let from = self.choices.below(self.case.steps.len());
        let shot = self.case.steps.get(from)?.shot()?;
        let what = match shot.request.name() {
            "authorize" | "follow" => IssuedKind::Code,
            "exchange" | "refresh" | "poll" if self.choices.once_in(2) => IssuedKind::AccessToken,
            "exchange" | "refresh" | "poll" => IssuedKind::RefreshToken,
            "device" => IssuedKind::DeviceCode,
            "push" => IssuedKind::RequestUri,
            _ => return None,
        };
        Some(Edit::Swap { name: name.to_owned(), from, what })
    }

    fn change_of_message(&mut self, base: &Base) -> Edit {
        match self.choices.below(if self.cast.framing { 5 } else { 4 }) {
            0 => Edit::Media(self.one_of(MEDIA)),
            1 if !matches!(base, Base::Authorize { .. }) => {
                Edit::Body(*self.choices.pick(SHAPES).unwrap_or(&Shape::Json))
            }
            2 if !matches!(base, Base::Authorize { .. }) => {
                let length = self.choices.below(40);
                let byte = |choices: &mut C| u8::try_from(choices.below(256)).unwrap_or_default();
                let bytes: Vec<u8> = (0..length).map(|_| byte(self.choices)).collect();
                Edit::Bytes(hex(&bytes))
            }
            4 => Edit::Framing(*self.choices.pick(FRAMINGS).unwrap_or(&Framing::Chunked)),
            _ => {
                let (name, value) = *self.choices.pick(HEADERS).unwrap_or(&("Accept", "*/*"));
                Edit::Header { name: name.to_owned(), value: value.to_owned() }
            }
        }
    }

    fn change_of_call(&mut self) -> Edit {
        let name = "access_token".to_owned();
        let call = Base::Use { token: None, scoped: false };
        if let Some(edit) = self.further(&call) {
            return edit;
        }
        match self.choices.below(9) {
            0 => Edit::Without(name),
            1 => Edit::Twice { name, value: None },
            2..=4 => Edit::Set { name, value: self.spoilt() },
            5 => Edit::Copy { name, to: Place::Query },
            6 => Edit::Scheme(self.one_of(SCHEMES)),
            7 => Edit::Set { name, value: self.any_value() },
            _ => self.change_of_message(&Base::Authorize {
                client: String::new(),
                user: String::new(),
                deny: false,
            }),
        }
    }

    /// A parameter that the request has.
    fn name(&mut self, base: &Base) -> String {
        let names: &[&str] = match base {
            Base::Authorize { .. } if self.cast.pkce && self.choices.once_in(4) => {
                &["code_challenge", "code_challenge_method"]
            }
            Base::Authorize { .. } => {
                &["response_type", "client_id", "redirect_uri", "redirect_uri", "state", "scope"]
            }
            Base::Exchange { .. } if self.cast.pkce && self.choices.once_in(4) => {
                &["code_verifier"]
            }
            Base::Exchange { .. } => {
                &["grant_type", "code", "code", "redirect_uri", "client_id", "client_secret"]
            }
            Base::Refresh { .. } => &[
                "grant_type",
                "refresh_token",
                "refresh_token",
                "client_id",
                "client_secret",
                "scope",
            ],
            Base::Revoke { .. } => &["token", "token", "client_id", "client_secret"],
            Base::Downscope { .. } => &[
                "grant_type",
                "subject_token",
                "subject_token",
                "subject_token_type",
                "scope",
                "scope",
            ],
            Base::TokenExchange { .. } => &[
                "grant_type",
                "subject_token",
                "subject_token",
                "subject_token_type",
                "scope",
                "client_id",
                "client_secret",
            ],
            Base::Assertion { .. } => &["grant_type", "assertion", "client_id", "client_secret"],
            Base::Use { .. } | Base::UseOther { .. } => &["access_token"],
            Base::Introspect { .. } => &["token", "token", "client_id", "client_secret"],
            Base::Push { .. } => &[
                "response_type",
                "client_id",
                "redirect_uri",
                "redirect_uri",
                "state",
                "request_uri",
                "client_secret",
            ],
            Base::Follow { .. } => &["client_id", "request_uri", "request_uri", "state"],
            Base::Device { .. } => &["client_id", "scope", "client_secret"],
            Base::Visit { .. } | Base::Resubmit { .. } | Base::Forge { .. } => &["user_code"],
            Base::Register {} => &["redirect_uris", "redirect_uris", "access_token", "grant_types"],
            Base::Poll { .. } => &["grant_type", "device_code", "device_code", "client_id"],
        };
        self.one_of(names)
    }

    fn any_name(&mut self) -> String {
        let odd = self.choices.once_in(3);
        if odd { format!("oauthspec_{}", self.choices.text(3)) } else { self.one_of(REGISTERED) }
    }

    fn one_of(&mut self, list: &[&str]) -> String {
        self.choices.pick(list).copied().unwrap_or_default().to_owned()
    }

    fn place(&mut self, base: &Base) -> Place {
        let elsewhere: &[Place] = if matches!(base, Base::Authorize { .. }) {
            &[Place::Header, Place::Cookie]
        } else {
            &[Place::Query, Place::Query, Place::Header, Place::Cookie]
        };
        *self.choices.pick(elsewhere).unwrap_or(&Place::Query)
    }

    fn spoilt(&mut self) -> Value {
        Value::Spoilt(*self.choices.pick(&Spoiling::ALL).unwrap_or(&Spoiling::Altered))
    }

    /// A value for this parameter: mostly one that gets past the first check.
    fn value(&mut self, name: &str) -> Value {
        if self.choices.once_in(4) {
            return self.any_value();
        }
        match name {
            "grant_type" => Value::Text(self.one_of(GRANT_TYPES)),
            "response_type" => Value::Text(self.one_of(RESPONSE_TYPES)),
            "client_id" => match self.choices.pick(&self.cast.clients).cloned() {
                Some(role) => Value::IdOf(role),
                None => self.spoilt(),
            },
            "redirect_uri" => self.one_of(MOVES).parse().map_or(Value::Empty, Value::Moved),
            "scope" => match self.choices.pick(&self.cast.scopes).cloned() {
                Some(scope) if self.choices.once_in(2) => Value::Text(scope),
                _ => Value::Text(self.one_of(SCOPES)),
            },
            "code_challenge_method" => Value::Text(self.one_of(CHALLENGE_METHODS)),
            "code_verifier" if self.choices.once_in(3) => Value::Challenge,
            _ => self.spoilt(),
        }
    }

    fn any_value(&mut self) -> Value {
        match self.choices.below(6) {
            0 => Value::Empty,
            1 => {
                let c = *self.choices.pick(&['a', 'A', '0', '%', '&', 'ä', '\0']).unwrap_or(&'a');
                Value::Long(c, *self.choices.pick(&[1, 255, 256, 257, 2000, 5000]).unwrap_or(&1))
            }
            2 => Value::Markup,
            3 => Value::LineBreak,
            _ => Value::Text(self.choices.text(12)),
        }
    }
}

/// Whether a change is one of the client's secret.
pub(super) fn touches_secret(edit: &Edit) -> bool {
    let (Edit::Without(name)
    | Edit::Twice { name, .. }
    | Edit::Set { name, .. }
    | Edit::Moved { name, .. }
    | Edit::Copy { name, .. }
    | Edit::Spell { name, .. }) = edit
    else {
        return false;
    };
    name == "client_secret"
}

const PROMPTS: &[&str] = &["none", "login", "consent", "select_account", "none login", "oauthspec"];
const RESPONSE_MODES: &[&str] = &["query", "fragment", "form_post", "web_message", "oauthspec"];
const METHODS: &[&str] =
    &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", "OAUTHSPEC"];
const SCHEMES: &[&str] =
    &["bearer", "BEARER", "Basic", "XBearer", "Bearerx", "Token", "", "Bearer "];
const MEDIA: &[&str] = &[
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded;charset=ibm500",
    "Application/X-WWW-Form-Urlencoded",
    "application/x-www-form-urlencoded, text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/xml",
    "x",
    "/",
    ";",
];
const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "text/plain"),
    ("Content-Encoding", "br"),
    ("Transfer-Encoding", "gzip"),
    ("X-HTTP-Method-Override", "GET"),
    ("X-Forwarded-Host", "oauthspec.example"),
    ("X-Forwarded-Proto", "https, http"),
    ("Forwarded", "for=127.0.0.1;host=oauthspec.example;proto=https"),
    ("X-Original-Host", "oauthspec.example"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Prefix", "/oauthspec"),
    ("X-Original-URL", "/oauthspec"),
    ("X-Forwarded-Port", "99999"),
    ("Authorization", "Basic Og=="),
    ("Authorization", "Basic !!!"),
    ("Authorization", "Negotiate"),
    ("Cookie", "a=b; a=c; =; ;;"),
    ("Accept", "text/html;q=x, */*;q=-1"),
    ("Accept-Language", "xx-??"),
    ("Accept-Charset", "utf-7"),
    ("Origin", "null"),
    ("Expect", "oauthspec"),
    ("Range", "bytes=0-1,-5"),
    ("If-Match", "*"),
];
const SHAPES: &[Shape] =
    &[Shape::Json, Shape::Text, Shape::Multipart, Shape::Gzip, Shape::Utf16, Shape::Nothing];
const SPELLINGS: &[Spelling] = &[
    Spelling::Escaped,
    Spelling::Twice,
    Spelling::Literal,
    Spelling::Broken,
    Spelling::NotUtf8,
    Spelling::Nul,
    Spelling::NameOnly,
    Spelling::Array,
    Spelling::UpperName,
];
const FRAMINGS: &[Framing] = &[
    Framing::Chunked,
    Framing::ChunkedAndLength,
    Framing::TwoLengths,
    Framing::OddLength,
    Framing::ShortLength,
    Framing::TwoHosts,
    Framing::AbsoluteForm,
    Framing::LongHeader,
    Framing::ManyHeaders,
    Framing::SpaceBeforeColon,
];
const GRANT_TYPES: &[&str] = &[
    "authorization_code",
    "refresh_token",
    "Authorization_Code",
    "implicit",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "oauthspec",
    "code",
];
const RESPONSE_TYPES: &[&str] =
    &["token", "code token", "code oauthspec", "Code", "codex", "oauthspec", "none"];
const CHALLENGE_METHODS: &[&str] = &["plain", "plain", "s256", "S512", "none", "oauthspec"];
const SCOPES: &[&str] = &[
    "",
    "oauthspec",
    "root_readwrite",
    "root_readwrite manage_groups",
    "item_preview manage_groups",
    "item_download",
    "a\"b",
    "a\\b",
    "*",
];
const MOVES: &[&str] = &[
    "on another host",
    "on a subdomain",
    "in the path of another host",
    "in the query of another host",
    "on a host that ends like the registered one",
    "under another scheme",
    "under plain http",
    "under a scheme that begins with a digit",
    "on a host that begins like the registered one",
    "on a host glued to the registered one",
    "behind the registered host as user name",
    "behind the registered host as user name and password",
    "behind the registered host as user name and two at signs",
    "behind the registered host and an encoded at sign",
    "on another host before a backslash and the registered one",
    "on another host before a query with the registered one",
    "on another host before a fragment with the registered one",
    "on another host, without slashes",
    "on another host, behind three slashes",
    "on another host, behind backslashes",
    "on another host, without a scheme",
    "under a scheme that begins like the registered one",
    "extended without a boundary",
    "extended by a path segment",
    "extended by a query",
    "extended by a slash",
    "extended by a path parameter",
    "on a sibling path",
    "climbing by ..",
    "climbing by %2e%2e",
    "climbing by %252e%252e",
    "climbing by a backslash",
    "climbing by %5c",
    "with a fragment",
    "with an empty fragment",
    "that is relative",
    "that is no URI",
    "carrying markup",
    "on another host, carrying markup",
    "carrying a line break",
    "on a host with a letter in place of a dot",
    "on another port",
    "with scheme and host in upper case",
    "with its path in other case",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::redirects::Relocation;

    #[test]
    fn every_move_is_one_that_the_driver_knows() {
        assert!(MOVES.iter().all(|name| name.parse::<Relocation>().is_ok()));
    }
}
