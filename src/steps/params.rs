//! Parameter types of the sentences.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::parameter::parameter;
use crate::driver;
use crate::driver::change::UnknownChange;
use crate::driver::defect::{Defect, UnknownDefect};
use crate::driver::proof::Proof;
use crate::driver::spoiling::{Spoiling, UnknownSpoiling, beyond_ascii};
use crate::driver::time::Side;

parameter!(Client, "client", r"the client|another client|the [a-z-]+ client");

/// A client, by what it is: `the client`, `another client`, `the sacrificial client`, or
/// `the <role> client`.
#[derive(Debug, Clone)]
pub struct Client(pub driver::Client);

impl FromStr for Client {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let role = match text {
            "the client" => "default",
            "another client" => "other",
            text => text.trim_start_matches("the ").trim_end_matches(" client"),
        };
        Ok(Self(driver::Client(role.to_owned())))
    }
}

parameter!(Changes, "change", r"(?:with|without|as|by) .+");

/// One or two changes to a request, joined by `and also`.
#[derive(Debug, Clone)]
pub struct Changes(pub Vec<driver::Change>);

impl FromStr for Changes {
    type Err = UnknownChange;

    fn from_str(text: &str) -> Result<Self, UnknownChange> {
        text.split(" and also ").map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

parameter!(Spoilt, "spoilt", r"altered|truncated|extended|in other case");

/// How a value is spoilt.
#[derive(Debug, Clone, Copy)]
pub struct Spoilt(pub Spoiling);

impl FromStr for Spoilt {
    type Err = UnknownSpoiling;

    fn from_str(text: &str) -> Result<Self, UnknownSpoiling> {
        text.parse().map(Self)
    }
}

parameter!(Asking, "asking", r"by an assertion|by client credentials");

/// How a server application asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// It presents an assertion that it signed.
    ByAssertion,
    /// Its credentials are all.
    ByCredentials,
}

impl Asking {
    /// How a client asks where a sentence leaves it to the client: by its credentials, unless it
    /// can only sign.
    pub fn of(client: &crate::profile::Client) -> Self {
        let signs_only = client.has_assertion_grant() && !client.has_credentials_grant();
        if signs_only { Self::ByAssertion } else { Self::ByCredentials }
    }
}

impl FromStr for Asking {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "by an assertion" { Self::ByAssertion } else { Self::ByCredentials })
    }
}

parameter!(Grant, "grant", r"client credentials grant|password grant|implicit grant");

/// A grant beside codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// The client's credentials are all (RFC 6749 §4.4).
    ClientCredentials,
    /// The client brings a user's password (RFC 6749 §4.3).
    Password,
    /// The authorization endpoint gives the token (RFC 6749 §4.2).
    Implicit,
}

impl FromStr for Grant {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "password grant" => Self::Password,
            "implicit grant" => Self::Implicit,
            _ => Self::ClientCredentials,
        })
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientCredentials => "client credentials grant",
            Self::Password => "password grant",
            Self::Implicit => "implicit grant",
        })
    }
}

impl Grant {
    /// What `grant_type`, or a registration, calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::Implicit => "implicit",
        }
    }
}

parameter!(
    Holder,
    "holder",
    r"the enterprise|the other enterprise|its app user|that app user|the service account|the app user of the [a-z-]+ client|the [a-z-]+ user"
);

/// Whom the token of a server application is for, by what the sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The enterprise, and so the service account.
    Enterprise,
    /// An enterprise in which nobody authorized the client.
    OtherEnterprise,
    /// The app user of the client that asks.
    OwnAppUser,
    /// The app user that the scenario has created.
    Created,
    /// The user of this role.
    User(String),
}

impl FromStr for Holder {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let of_client = text.strip_prefix("the app user of the ");
        Ok(match text {
            "the enterprise" => Self::Enterprise,
            "the other enterprise" => Self::OtherEnterprise,
            "its app user" => Self::OwnAppUser,
            "that app user" => Self::Created,
            "the service account" => Self::User("service-account".to_owned()),
            "the managed user" => Self::User("default".to_owned()),
            _ => Self::User(match of_client {
                Some(client) => app_user_of(client.trim_end_matches(" client")),
                None => text.trim_start_matches("the ").trim_end_matches(" user").to_owned(),
            }),
        })
    }
}

/// The role of a client's app user.
pub fn app_user_of(client: &str) -> String {
    if client == "server" { "app-user".to_owned() } else { format!("{client}-app-user") }
}

parameter!(Flaw, "flaw", r"(?:whose|signed|that|with|without) .+");

/// What is wrong with an assertion.
#[derive(Debug, Clone)]
pub struct Flaw(pub Defect);

impl FromStr for Flaw {
    type Err = UnknownDefect;

    fn from_str(text: &str) -> Result<Self, UnknownDefect> {
        text.parse().map(Self)
    }
}

parameter!(Span, "span", r"\d+ (?:second|minute|hour|day|year)s?");

/// A span of time: `30 seconds`, `1 minute`, `60 days`.
#[derive(Debug, Clone, Copy)]
pub struct Span(pub Duration);

/// A text that is no span of time.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is not a span of time")]
pub struct NoSpan(String);

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let fail = || NoSpan(text.to_owned());
        let (number, unit) = text.split_once(' ').ok_or_else(fail)?;
        let number: u64 = number.parse().map_err(|_| fail())?;
        let seconds = match unit.trim_end_matches('s') {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            "day" => 86_400,
            "year" => 365 * 86_400,
            _ => return Err(fail()),
        };
        Ok(Self(Duration::from_secs(number * seconds)))
    }
}

parameter!(
    Typed,
    "typed",
    r"an empty password|the beginning of the password|more than the password|the password (?:in other case|beyond ASCII)"
);

/// A password that is not quite the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// Nothing.
    Nothing,
    /// All but its last character.
    Beginning,
    /// It, and something behind it.
    More,
    /// Letters in other case.
    OtherCase,
    /// It, but for its last character, which is none of ASCII.
    BeyondAscii,
}

impl FromStr for Typed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "an empty password" => Self::Nothing,
            "the beginning of the password" => Self::Beginning,
            "more than the password" => Self::More,
            "the password beyond ASCII" => Self::BeyondAscii,
            _ => Self::OtherCase,
        })
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "an empty password",
            Self::Beginning => "the beginning of the password",
            Self::More => "more than the password",
            Self::OtherCase => "the password in other case",
            Self::BeyondAscii => "the password beyond ASCII",
        })
    }
}

impl Typed {
    /// What is typed in place of the right password; `None` where it would be the same.
    pub fn of(self, right: &str) -> Option<String> {
        let typed = match self {
            Self::Nothing => String::new(),
            Self::Beginning => {
                let mut chars = right.chars();
                chars.next_back();
                chars.as_str().to_owned()
            }
            Self::More => format!("{right}-other"),
            Self::OtherCase => right.chars().map(other_case).collect(),
            Self::BeyondAscii => beyond_ascii(right),
        };
        (typed != right).then_some(typed)
    }
}

pub(super) fn other_case(c: char) -> char {
    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
}

parameter!(
    Method,
    "method",
    r"an S256 challenge|an S256 challenge beyond ASCII|a plain challenge|a challenge without a method|an S256 challenge without a method|no challenge|an empty challenge"
);

/// The proof key of an authorization request, by what the sentence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A challenge by the method `S256`.
    S256,
    /// A challenge by the method `plain`.
    Plain,
    /// A plain challenge that does not say so.
    Unnamed,
    /// A challenge by `S256` that does not say so.
    UnnamedS256,
    /// No challenge.
    None,
    /// A challenge without a value, and a method.
    Empty,
    /// A challenge by the method `S256`, with a last character that it may not have.
    BeyondAscii,
}

impl FromStr for Method {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "an S256 challenge" => Self::S256,
            "a plain challenge" => Self::Plain,
            "a challenge without a method" => Self::Unnamed,
            "an S256 challenge without a method" => Self::UnnamedS256,
            "an empty challenge" => Self::Empty,
            "an S256 challenge beyond ASCII" => Self::BeyondAscii,
            _ => Self::None,
        })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S256 => "an S256 challenge",
            Self::Plain => "a plain challenge",
            Self::Unnamed => "a challenge without a method",
            Self::UnnamedS256 => "an S256 challenge without a method",
            Self::None => "no challenge",
            Self::Empty => "an empty challenge",
            Self::BeyondAscii => "an S256 challenge beyond ASCII",
        })
    }
}

impl Method {
    /// The proof key with this verifier.
    pub fn of(self, verifier: &str) -> Proof {
        match self {
            Self::S256 => Proof::s256(verifier),
            Self::Plain => Proof::plain(verifier),
            Self::Unnamed => Proof::plain(verifier).without_method(),
            Self::UnnamedS256 => Proof::s256(verifier).without_method(),
            Self::None => Proof::default(),
            Self::Empty => {
                let challenge = Some(String::new());
                Proof { challenge, verifier: None, ..Proof::s256(verifier) }
            }
            Self::BeyondAscii => {
                let proof = Proof::s256(verifier);
                Proof { challenge: proof.challenge.as_deref().map(beyond_ascii), ..proof }
            }
        }
    }
}

parameter!(
    Verifier,
    "verifier",
    r"\d+ characters?|every character that it may have|characters that it may not have|letters beyond ASCII"
);

/// A verifier, by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl FromStr for Verifier {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl Verifier {
    /// The verifier.
    pub fn text(&self) -> String {
        let letters = ('a'..='z').chain('A'..='Z').chain('0'..='9');
        match self.0.split_once(' ').map(|(length, _)| length.parse()) {
            Some(Ok(length)) => letters.cycle().take(length).collect(),
            _ if self.0.starts_with("letters") => "\u{fc}".repeat(43),
            _ if self.0.starts_with("every") => letters.chain("-._~".chars()).collect(),
            _ => letters.chain("+/= ".chars()).collect(),
        }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

parameter!(Credential, "credential", r"code|access token|refresh token");

/// What has a lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// An authorization code.
    Code,
    /// An access token.
    AccessToken,
    /// A refresh token that is not used.
    RefreshToken,
}

impl FromStr for Credential {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "code" => Self::Code,
            "access token" => Self::AccessToken,
            _ => Self::RefreshToken,
        })
    }
}

parameter!(Edge, "side", r"short of|past");

/// Before or behind the end of a lifetime.
#[derive(Debug, Clone, Copy)]
pub struct Edge(pub Side);

impl FromStr for Edge {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(if text == "past" { Side::Past } else { Side::Short }))
    }
}

parameter!(Decides, "decides", r"follows|denies");

/// What the user decides: `grants` or `denies`.
#[derive(Debug, Clone, Copy)]
pub struct Decides(pub driver::page::Decision);

impl FromStr for Decides {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        use driver::page::Decision::{Deny, Grant};
        Ok(Self(if text == "denies" { Deny } else { Grant }))
    }
}
