//! Clients that say who they are by an assertion, which they signed (RFC 7523 §2.2).

use crate::server::core::Core;
use crate::server::faults::effects::client_assertion as effects;
use crate::server::oauth::assertion::{self, Presented, Use, text};
use crate::server::oauth::http::{Refusal, given};
use crate::server::policy::{ClientMethod, Reason};
use crate::server::world::Application;
use crate::wire::jws::{self, Parts};
use crate::wire::{Params, Request};

/// The parameters of an assertion (RFC 7521 §4.2).
const NAMES: [&str; 2] = ["client_assertion", "client_assertion_type"];

/// The value of `client_assertion_type`.
pub(in crate::server) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a request says of an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Said {
    pub(in crate::server) kind: Option<String>,
    pub(in crate::server) written: Option<String>,
    /// One of both came more than once.
    pub(in crate::server) repeated: bool,
    /// A client secret came, too.
    pub(in crate::server) secret: bool,
}

/// Whom an assertion names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct Named {
    /// The client.
    pub(in crate::server) subject: Option<String>,
    /// Whether that issued it.
    pub(in crate::server) issued: bool,
    /// Whether the request names no other client.
    pub(in crate::server) agrees: bool,
}

impl Said {
    fn read(server: &Core, request: &Request, params: &Params) -> Self {
        let text = |name: &str| given(params, name).map(str::to_owned);
        let right = Self {
            kind: text(NAMES[1]),
            written: text(NAMES[0]),
            // client-assertion/one-assertion
            repeated: params.repeated(|name| NAMES.contains(&name)).is_some(),
            // client-assertion/one-method
            secret: given(params, "client_secret").is_some() || basic_field(request).is_some(),
        };
        // client-assertion/in-body
        effects::said(server, request, right)
    }
}

/// Whether a client authenticates by an assertion, as far as it says.
pub(in crate::server) fn is_sent(server: &Core, request: &Request, params: &Params) -> bool {
    let known = server.policy().client_authentication.contains(&ClientMethod::PrivateKeyJwt);
    let said = known.then(|| Said::read(server, request, params));
    said.is_some_and(|said| said.kind.is_some() || said.written.is_some())
}

/// The client that an assertion names and that signed it.
// client-assertion/authenticates, client-assertion/refusal
pub(in crate::server) fn client(
    server: &Core,
    request: &Request,
    params: &Params,
) -> Result<Application, Refusal> {
    let refusal = server.refusal(Reason::Client);
    let said = Said::read(server, request, params);
    if said.repeated {
        return Err(server.refusal(Reason::RepeatedParameter));
    }
    if said.secret {
        return Err(server.refusal(Reason::SeveralAuthentications));
    }
    // client-assertion/type
    let written = said.written.filter(|_| said.kind.as_deref() == Some(TYPE)).ok_or(refusal)?;
    // client-assertion/malformed
    let parts = jws::read(&written);
    let parts = parts.ok_or_else(|| effects::malformed(server, &written, refusal))?;
    // client-assertion/subject
    let named = effects::named(server, &parts.claims, named(&parts, params));
    let world = server.world();
    let app = named.subject.and_then(|id| world.application(&id)).ok_or(refusal)?;
    // registration/method-holds
    let registered = app.registration.as_ref().map(|it| it.method);
    let own = registered.is_none_or(|method| method == ClientMethod::PrivateKeyJwt.as_str());
    if !named.issued || !named.agrees || !own {
        return Err(refusal);
    }
    let presented = Presented { by: Use::Authentication, app, parts: &parts };
    assertion::check(server, request, presented, refusal)?;
    Ok(app.clone())
}

fn named(parts: &Parts<'_>, params: &Params) -> Named {
    let subject = text(&parts.claims, "sub");
    // client-assertion/issuer
    let issued = subject.is_some() && text(&parts.claims, "iss") == subject;
    // client-assertion/client-agrees
    let agrees = given(params, "client_id").is_none_or(|id| Some(id) == subject);
    Named { subject: subject.map(str::to_owned), issued, agrees }
}

/// The field by which a client authenticates by HTTP Basic.
pub(in crate::server) fn basic_field(request: &Request) -> Option<&[u8]> {
    request.headers.all("authorization").find(|value| {
        let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(b"basic")
    })
}
