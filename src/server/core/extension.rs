//! What may lie on top of OAuth 2.0, and where it is asked. The endpoints below know nothing else of it.

use super::Core;
use crate::server::oauth::http::Refusal;
use crate::server::oauth::issued::Issued;
use crate::server::oauth::sessions::{Authorization, FormKey};
use crate::server::policy::Reason;
use crate::server::world::{Application, GrantType, User};
use crate::wire::{Params, Request, Response};

/// What lies on top. Each answer is that of a server on which nothing lies.
pub(in crate::server) trait Extension: Send + Sync {
    /// Parameters of token requests that are known besides.
    fn parameters(&self) -> &'static [&'static str] {
        &[]
    }

    /// Tokens in exchange for a token (RFC 8693); who asks is not known yet.
    fn exchange(&self, server: &Core, _: &Request, _: &Params) -> Result<Issued, Refusal> {
        Err(server.refusal(Reason::GrantNotAllowed))
    }

    /// Tokens by a grant that stands for somebody of an enterprise.
    fn grant(
        &self,
        server: &Core,
        _: &Request,
        (_, _): (&Application, GrantType),
        _: &Params,
    ) -> Result<Issued, Refusal> {
        Err(server.refusal(Reason::GrantNotAllowed))
    }

    /// The answer to a user who must not use a client.
    fn refuse(&self, _: &Core, _: &Authorization, _: &User) -> Option<Response> {
        None
    }

    /// The path at which users sign in elsewhere, where they can.
    fn sign_on(&self, _: &Core) -> Option<&'static str> {
        None
    }

    /// Sends a user to sign in elsewhere, if that is where users of this login sign in.
    fn sign_in_elsewhere(&self, _: &Core, _: FormKey<'_>, _login: &str) -> Option<Response> {
        None
    }

    /// Whether a user signs in elsewhere.
    fn signs_in_elsewhere(&self, _: &Core, _user_id: &str) -> bool {
        false
    }
}

/// Nothing.
pub(in crate::server) struct Nothing;

impl Extension for Nothing {}
