//! The course of an authorization request in the browser: where it may stop, and how it ended.

use super::page::Page;
use super::person::SignIn;
use super::recipe::Recipe;
use super::script::Script;
use super::tampering::Tampering;
use crate::wire::{Params, Request, Response, TransportError, form};

/// How the way ended.
#[derive(Debug, Clone)]
pub enum End {
    /// A redirect to somewhere that is not the target: to the client.
    Redirected(Redirected),
    /// A page on which the user is asked nothing.
    Page {
        /// The response.
        response: Response,
        /// The page, read.
        page: Page,
    },
    /// Stopped where the caller asked to: at the login or at the choice.
    Stopped {
        /// The response.
        response: Response,
        /// The page, read.
        page: Page,
    },
    /// Nothing came.
    Lost(TransportError),
    /// A page could not be answered, or the way never ended.
    Stuck(Stuck),
}

/// Why the browser could not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Stuck {
    /// What happened.
    pub text: String,
    /// The key of the profile that certainly has to change, where it is one.
    pub key: Option<&'static str>,
    /// Whether a means is missing, and nothing went wrong.
    pub lacks: bool,
}

impl From<String> for Stuck {
    fn from(text: String) -> Self {
        Self { text, key: None, lacks: false }
    }
}

impl From<&str> for Stuck {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Stuck {
    /// Where a page asks for a decision, and nothing on it denies.
    pub(super) fn no_way_to_deny() -> Self {
        let text = "the consent page offers no way to deny (`login.deny_words` names one)";
        Self { text: text.to_owned(), key: None, lacks: true }
    }

    /// Because of what the profile says under a key.
    pub(super) fn by(key: &'static str, text: String) -> Self {
        Self { text, key: Some(key), lacks: false }
    }
}

/// A redirect away from the target, by the header or by a page (RFC 6749 §1.7).
#[derive(Debug, Clone)]
pub struct Redirected {
    /// Status of the response.
    pub status: u16,
    /// `Location` as it was received, or where the page leads.
    pub location: Vec<u8>,
    /// The whole response.
    pub response: Response,
}

/// A way from an authorization request to its end.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Login pages that were answered.
    pub logins: usize,
    /// Whether the user picked their account among several.
    pub picked: bool,
    /// Logins at the identity provider of the user's company.
    pub company_logins: usize,
    /// The request by which the browser came back from there.
    pub handed_over: Option<Request>,
    /// What was typed into login pages, without what is secret.
    pub tried: Vec<String>,
    /// Pages on which a decision was asked.
    pub choices: Vec<Page>,
    /// Where it ended.
    pub end: End,
    /// URI that the request named for the redirect, or the registered one.
    pub redirect_uri: Option<String>,
    /// `state` that the request carried.
    pub state: Option<String>,
    /// Whether it ended with a redirect to a third place, which is neither the target's, as far as the profile says,
    /// nor the client's, nor named by the request.
    pub is_beside: bool,
    /// Whether it ended on a page that had come again each time the user had answered it.
    pub came_again: bool,
    /// Whether a form was sent with something else than it was shown with.
    pub tampered: bool,
    /// What was sent in place of a script.
    pub(super) script: Script,
    /// What is still to be sent in place of a script, where the journey stopped before it.
    pub(super) waiting: Option<Recipe>,
}

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// At the end.
    Never,
    /// At the first login page.
    AtLogin,
    /// At the first choice.
    AtChoice,
    /// At the first page that asks for anything.
    AtAny,
    /// Before the user sends what is this one, from 0, of all that they sign in with.
    BeforeSignIn(usize),
    /// Before the browser comes back from the identity provider of the user's company.
    AtHandOver,
}

/// What of the consent an authorization request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What comes of the user's decision.
    Outcome,
    /// The page on which they decide.
    Page,
    /// Whether they are asked.
    Memory,
}

/// What is done beyond what every user does, or otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub struct Odd<'a> {
    /// What the user types where a page asks for the code of a device; none: no device has shown one.
    pub user_code: Option<&'a str>,
    /// Name that is typed in place of the user's.
    pub login: Option<&'a str>,
    /// Password that is typed before the right one.
    pub mistyped: Option<&'a str>,
    /// What forms carry instead of what they were shown with.
    pub tampering: &'a [Tampering],
    /// What stands in the URL of the login page where it names a page of the server to go on to.
    pub astray: Option<&'a str>,
    /// The client's redirect URI, and what takes its place where the server passes it along in the browser,
    /// whatever it is encoded in.
    pub passed_along: Option<(&'a str, &'a str)>,
    /// How far the requests in place of a script had come on the page that the user returns to.
    pub waiting: Option<&'a Recipe>,
    /// Who has something of it if a person signs in; `None`: the request is not as clients send it for the
    /// default user, who grants, and nobody is bothered with it.
    pub by_person: Option<SignIn>,
}

impl Journey {
    /// One on which nothing was sent yet, of a request that carries these.
    pub(super) fn new(redirect_uri: Option<String>, state: Option<String>) -> Self {
        Self {
            logins: 0,
            picked: false,
            company_logins: 0,
            handed_over: None,
            tried: Vec::new(),
            choices: Vec::new(),
            end: End::Stuck("nothing was sent".into()),
            redirect_uri,
            state,
            is_beside: false,
            came_again: false,
            tampered: false,
            script: Script::default(),
            waiting: None,
        }
    }
}

impl Redirected {
    /// `Location` as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.location).into_owned()
    }

    /// The parameters of its fragment, where they can be read.
    pub fn fragment(&self) -> Option<Params> {
        let text = self.text();
        let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
        form::decode_lossy(fragment.as_bytes()).ok()
    }

    /// The parameters of its query, where they can be read.
    pub fn params(&self) -> Option<Params> {
        let text = self.text();
        let before_fragment = text.split('#').next().unwrap_or_default();
        let query = before_fragment.split_once('?').map_or("", |(_, query)| query);
        form::decode_lossy(query.as_bytes()).ok()
    }
}
