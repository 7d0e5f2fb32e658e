//! Who a token or revocation request comes from (RFC 6749 §2.3; `box` OAuth page, "Getting the Access
//! Token"): by HTTP Basic, in the body, by an assertion, or as a public client, as the dialect permits.

use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::client_assertion::{self, basic_field};
use crate::server::oauth::http::{Refusal, given};
use crate::server::oauth::secret::knows_secret;
use crate::server::policy::{ClientMethod, Reason};
use crate::server::world::{Application, GrantType};
use crate::wire::{Params, Request, basic};

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Purpose {
    /// Tokens, by this grant.
    Tokens(GrantType),
    /// The end of a token.
    Revocation,
    /// Whether a token lives.
    Introspection,
    /// A request that is kept for its user (RFC 9126).
    Push,
    /// Codes for a device (RFC 8628 §3.1).
    Device,
}

/// Where a client's secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Place {
    /// In the `Authorization` field.
    Header,
    /// Among the parameters.
    Body,
}

/// Who a request says it comes from, and how.
#[derive(Debug)]
pub(in crate::server) struct Claim {
    /// What is told where it is not true.
    pub(in crate::server) reason: Reason,
    pub(in crate::server) id: Option<String>,
    /// The secret; absent: none was sent.
    pub(in crate::server) secret: Option<String>,
}

/// The application whose credentials the request carries.
// token/client-credentials, refresh/needs-client-credentials, revoke/needs-client-credentials
pub(in crate::server) fn authenticate(
    server: &Core,
    request: &Request,
    params: &Params,
    purpose: Purpose,
) -> Result<Application, Refusal> {
    if client_assertion::is_sent(server, request, params) {
        let named = client_assertion::client(server, request, params);
        return effects::client_auth::asserted(server, (purpose, params), named);
    }
    let claim = Claim::read(server, request, params)?;
    let world = server.world();
    let app = claim.id.as_deref().and_then(|id| world.application(id));
    let sent = claim.secret.as_deref().unwrap_or_default();
    let proven = knows_secret(sent, app.map(|app| app.secret.as_str()))
        || app.is_some_and(|app| claim.is_public(server, app));
    let refusal = server.refusal(claim.reason);
    // registration/method-holds
    let way = claim.way();
    let held = app.is_none_or(|app| {
        let registered = app.registration.as_ref();
        let right = registered.is_none_or(|it| it.method == way.as_str());
        effects::client_auth::method_holds(server, way, right)
    });
    let right = app.filter(|_| proven && held).ok_or(refusal);
    effects::client_auth::authenticated(server, (purpose, params), &claim, (&world, app), right)
        .cloned()
}

impl Claim {
    fn read(server: &Core, request: &Request, params: &Params) -> Result<Self, Refusal> {
        let id = given(params, "client_id");
        let methods = &server.policy().client_authentication;
        let secret_sent = given(params, "client_secret").is_some();
        let field = basic_field(request);
        // token/two-authentications, token/every-credential-checked: one method at a time.
        let several = field.filter(|_| secret_sent).map(|field| {
            let refused = Err(server.refusal(Reason::SeveralAuthentications));
            effects::client_auth::several(server, field, params, refused)
        });
        let place = several.transpose()?.unwrap_or(Place::Header);
        let Some(field) = field.filter(|_| place == Place::Header) else {
            let secret = params.first("client_secret").map(str::to_owned);
            let permitted = secret.is_none() || methods.contains(&ClientMethod::Body);
            let id = id.filter(|_| permitted).map(str::to_owned);
            return Ok(Self { reason: Reason::Client, id, secret });
        };
        let reason = Reason::ClientByBasic;
        // token/basic-form-encoded, token/basic-malformed
        let sent = effects::client_auth::decoded(server, field, basic::decode(field))?;
        let sent = sent.filter(|_| methods.contains(&ClientMethod::Basic));
        // A client_id beside it has to be the same.
        let same = |sent: &basic::Credentials| id.is_none_or(|id| id == sent.id);
        let sent = sent.filter(|sent| effects::client_auth::same_id(server, same(sent)));
        let sent = sent.ok_or_else(|| server.refusal(reason))?;
        Ok(Self { reason, id: Some(sent.id), secret: Some(sent.secret) })
    }

    /// How the client authenticates.
    fn way(&self) -> ClientMethod {
        match (self.reason, &self.secret) {
            (Reason::ClientByBasic, _) => ClientMethod::Basic,
            (_, Some(secret)) if !secret.is_empty() => ClientMethod::Body,
            _ => ClientMethod::None,
        }
    }

    /// Whether a public client names itself, which is all that it can do (RFC 6749 §2.1, §3.2.1).
    fn is_public(&self, server: &Core, app: &Application) -> bool {
        let permitted = server.policy().client_authentication.contains(&ClientMethod::None);
        permitted && app.is_public() && self.secret.as_deref().unwrap_or_default().is_empty()
    }
}
