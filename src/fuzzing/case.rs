//! What is sent: a case is a row of steps, each a valid request with named edits. Plain data, free of
//! secrets: clients, codes and tokens are named by their role and by the step that brought them.

use serde::{Deserialize, Serialize};

use super::forging::ForgedConsent;
use crate::driver::value::Value;

/// A row of steps, played by one browser and its clients.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// In the order of sending.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// A request is sent.
    Send(Shot),
    /// So many seconds pass.
    Wait(u64),
    /// The server is started anew, with nothing in its memory.
    Restart,
    /// A token request is sent twice at the same time.
    Race(Shot),
}

/// A valid request, and what is changed about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shot {
    /// The valid request.
    pub request: Base,
    /// Changes, made one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
}

/// A valid request. `code` and `token` are the numbers of the steps that brought them, from 0;
/// without a number a value is sent that was never issued.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Base {
    /// A user is asked, and grants or denies.
    Authorize {
        /// Role of the client.
        client: String,
        /// Role of the user.
        user: String,
        /// Whether the user denies.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deny: bool,
    },
    /// A code is exchanged for tokens.
    Exchange {
        /// Role of the client.
        client: String,
        /// The code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<usize>,
    },
    /// Tokens are refreshed.
    Refresh {
        /// Role of the client.
        client: String,
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
    },
    /// A token is revoked.
    Revoke {
        /// Role of the client.
        client: String,
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
        /// Whether the refresh token is handed in.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refresh: bool,
    },
    /// An access token is exchanged for one that can do less.
    Downscope {
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
        /// The scope that is asked for.
        #[serde(default, skip_serializing_if = "Scope::is_narrower")]
        scope: Scope,
    },
    /// An access token is used.
    Use {
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
        /// Whether at the scoped resource.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        scoped: bool,
    },
    /// An access token is used at the other resource.
    UseOther {
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
    },
    /// The introspection endpoint is asked about a token.
    Introspect {
        /// Role of the client that asks.
        client: String,
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
        /// Whether about the refresh token.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refresh: bool,
    },
    /// A client pushes an authorization request.
    Push {
        /// Role of the client.
        client: String,
    },
    /// A user is sent with the reference of a pushed request, and grants or denies.
    Follow {
        /// Role of the client that sends the user.
        client: String,
        /// The pushed request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pushed: Option<usize>,
        /// Whether the user denies.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deny: bool,
    },
    /// A device asks for its codes.
    Device {
        /// Role of the client.
        client: String,
    },
    /// A user types the code that a device shows, and grants or denies.
    Visit {
        /// The device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<usize>,
        /// Whether the user denies.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deny: bool,
    },
    /// A client registers itself.
    Register {},
    /// The form by which a user decided is sent once more, or one that the user was shown is sent from
    /// elsewhere.
    Resubmit {
        /// The step of the decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<usize>,
        /// Whether from a browser that it was not shown to.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        foreign: bool,
    },
    /// Another site sends a decision of its own making.
    Forge {
        /// What it sends.
        how: ForgedConsent,
    },
    /// A client exchanges a token for another one (RFC 8693).
    TokenExchange {
        /// Role of the client.
        client: String,
        /// The tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<usize>,
        /// Whether the refresh token is exchanged.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refresh: bool,
    },
    /// A client asks for a token by an assertion (RFC 7523).
    Assertion {
        /// Role of the client.
        client: String,
    },
    /// A device asks for its tokens.
    Poll {
        /// Role of the client.
        client: String,
        /// The device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<usize>,
    },
}

/// A scope that a token is exchanged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The narrower one of the profile.
    #[default]
    Narrower,
    /// One that tokens of the default client lack.
    Wider,
    /// The one that tokens of the default client have.
    First,
}

impl Scope {
    fn is_narrower(&self) -> bool {
        *self == Self::Narrower
    }
}

/// One change to a request, as the fuzzer makes it: of the bytes, at any place of the message. It goes into
/// files and is shrunk, so it holds no secret and names roles.
///
/// What the feature files have words for is one vocabulary with [`Change`](crate::driver::Change), which
/// changes a request that is understood: [`Edit::in_words`] says which, such edits have its names, and a
/// test compares the bytes that both send. What becomes of a value is one list for both ([`Value`]), and so
/// are the defects of an assertion ([`Defect`](crate::driver::defect::Defect)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// A parameter is left out.
    #[serde(rename = "drop")]
    Without(String),
    /// A parameter is there once more, with the same or with another value.
    #[serde(rename = "repeat")]
    Twice {
        /// Its name.
        name: String,
        /// Value of the second one; none: the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Value>,
    },
    /// A parameter has another value; where it was missing it is added.
    #[serde(rename = "put")]
    Set {
        /// Its name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A parameter stands somewhere else.
    #[serde(rename = "move")]
    Moved {
        /// Its name.
        name: String,
        /// Where.
        to: Place,
    },
    /// A parameter stands somewhere else, too.
    Copy {
        /// Its name.
        name: String,
        /// Where.
        to: Place,
    },
    /// A parameter is written in another way.
    Spell {
        /// Its name.
        name: String,
        /// How.
        how: Spelling,
    },
    /// Parameters in the opposite order.
    Reverse,
    /// Another method. A method without a body has its parameters in the URL, and the other way.
    Method(String),
    /// Another `Content-Type`, the body as it was.
    Media(String),
    /// Another way to write the body.
    Body(Shape),
    /// The body is these bytes, in hexadecimal digits.
    Bytes(String),
    /// One more header field.
    Header {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
    /// Another scheme in front of the access token.
    Scheme(String),
    /// The message is framed in another way.
    Framing(Framing),
    /// A parameter has the value of something else that an earlier step brought.
    Swap {
        /// Its name.
        name: String,
        /// The step, from 0.
        from: usize,
        /// What it brought.
        what: IssuedKind,
    },
    /// A form of the interaction carries a parameter of its own, or has lost it: neither `value` nor `of`.
    Form {
        /// Whether the form to decide with; otherwise the one to sign in with.
        consent: bool,
        /// Name of the parameter.
        name: String,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// The role of the client whose identifier is its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
    },
    /// The assertion of the client (RFC 7523) is another one.
    Assert {
        /// What is wrong with it, in the words of the feature files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flaw: Option<String>,
        /// Whether it is the one that was sent before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// The client proves possession of a key (RFC 9449).
    Prove {
        /// Whether of its other key.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        other: bool,
        /// What is wrong with the proof, in the words of the feature files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flaw: Option<String>,
        /// Whether by the proof that was sent before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
}

/// What a step may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuedKind {
    /// An authorization code.
    Code,
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// The code that a device asks with.
    DeviceCode,
    /// The code that a device shows.
    UserCode,
    /// The reference of a pushed request.
    RequestUri,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the body.
    Body,
    /// In the URL.
    Query,
    /// In a header field of its own.
    Header,
    /// In a cookie.
    Cookie,
    /// In the `Authorization` field, as Basic credentials.
    Basic,
    /// In the `Authorization` field, as a Bearer token.
    Bearer,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// As the form encoding has it.
    Form,
    /// Every byte escaped.
    Escaped,
    /// The value encoded twice.
    Twice,
    /// Not encoded at all.
    Literal,
    /// With a broken escape at its end.
    Broken,
    /// With a byte at its end that is not UTF-8.
    NotUtf8,
    /// With a NUL at its end.
    Nul,
    /// Without an equals sign and a value.
    NameOnly,
    /// Like an element of an array: `name[]=value`.
    Array,
    /// Name in upper case.
    UpperName,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// As a form.
    Form,
    /// As a JSON object.
    Json,
    /// The form's bytes as plain text.
    Text,
    /// As `multipart/form-data`.
    Multipart,
    /// The form's bytes, said to be compressed.
    Gzip,
    /// The form in UTF-16, and said to be.
    Utf16,
    /// Not at all.
    Nothing,
}

/// How a message is framed (RFC 9112).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    /// In a chunk.
    Chunked,
    /// In a chunk, and with a length.
    ChunkedAndLength,
    /// With two lengths that differ.
    TwoLengths,
    /// With a length that is no number.
    OddLength,
    /// With a length that is shorter than the body.
    ShortLength,
    /// With two `Host` fields.
    TwoHosts,
    /// With the absolute URL in the request line.
    AbsoluteForm,
    /// With a header field of 9 kB.
    LongHeader,
    /// With 120 more header fields.
    ManyHeaders,
    /// With a space before a colon.
    SpaceBeforeColon,
}

impl Step {
    /// The request of this step, if it sends one.
    pub fn shot(&self) -> Option<&Shot> {
        match self {
            Self::Send(shot) | Self::Race(shot) => Some(shot),
            Self::Wait(_) | Self::Restart => None,
        }
    }

    /// The same, to be changed.
    pub fn shot_mut(&mut self) -> Option<&mut Shot> {
        match self {
            Self::Send(shot) | Self::Race(shot) => Some(shot),
            Self::Wait(_) | Self::Restart => None,
        }
    }
}

impl Case {
    /// Whether requests are sent at once.
    pub fn races(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Race(_)))
    }

    /// The requests of the case, in order.
    pub fn shots(&self) -> impl Iterator<Item = &Shot> {
        self.steps.iter().filter_map(Step::shot)
    }

    /// The case without a step. Steps that needed it are sent with a value that was never issued.
    #[must_use]
    pub fn without(&self, gone: usize) -> Self {
        let mut case = self.clone();
        case.steps.remove(gone);
        for step in case.steps.iter_mut().skip(gone) {
            let Some(shot) = step.shot_mut() else { continue };
            let moved = |at: usize| if at > gone { at - 1 } else { at };
            if let Some(from) = shot.request.needs() {
                *from = from.filter(|at| *at != gone).map(moved);
            }
            shot.edits.retain(|edit| !matches!(edit, Edit::Swap { from, .. } if *from == gone));
            for edit in &mut shot.edits {
                if let Edit::Swap { from, .. } = edit {
                    *from = moved(*from);
                }
            }
        }
        case
    }
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
