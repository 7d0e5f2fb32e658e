//! An authorization request: its parameters, as they are read, and what is checked of them
//! (RFC 6749 §4.1.1 and §4.1.2.1).

use crate::server::core::Core;
use crate::server::faults::effects;
use crate::server::oauth::authorization_response::{
    BROKEN, Denial, NOT_CONFIGURED, NOT_IMPLICIT, REPEATED, SCOPE, TARGET, TOO_MANY, TYPE_MISSING,
    TYPE_UNSUPPORTED,
};
use crate::server::oauth::code_challenge::Challenge;
use crate::server::oauth::http::{self, FORM, given};
use crate::server::oauth::redirect_uri::{self, Comparison};
use crate::server::oauth::sessions::{Authorization, ResponseType};
use crate::server::oauth::{audience, dpop, implicit, pkce, scope};
use crate::server::world::{Application, GrantType};
use crate::wire::{Origin, Params, Request};

/// Parameters that this endpoint knows. All others are ignored.
// authorize/unknown-parameters
const KNOWN: &[&str] = &["response_type", "client_id", "redirect_uri", "state", "scope"];

/// What tells requests for an ID token apart; without one it means nothing (OpenID Connect Core §3.1.2.1).
const NONCE: &str = "nonce";

/// Parameters without which there is nowhere to redirect to.
pub(in crate::server) const ADDRESSING: &[&str] = &["client_id", "redirect_uri"];

pub(in crate::server) fn knows(server: &Core, name: &str) -> bool {
    let proof = server.policy().pkce.is_some() && pkce::ASKED.contains(&name);
    let key = server.policy().dpop.is_some() && name == dpop::ASKED;
    let hint = server.policy().login_hint.as_deref() == Some(name);
    KNOWN.contains(&name)
        || proof
        || key
        || hint
        || name == NONCE
        || audience::is_single(server, name)
}

/// The parameters of an authorization request, and what could not be read of it.
#[derive(Debug, Default)]
pub(in crate::server) struct Input {
    pub(in crate::server) params: Params,
    /// Names of the parameters that cannot be read.
    pub(in crate::server) broken: Vec<String>,
    not_a_form: bool,
    pub(in crate::server) posted: bool,
    /// The reference by which a pushed request was named (RFC 9126).
    pub(in crate::server) reference: Option<String>,
}

impl Input {
    // authorize/get, authorize/post, authorize/url-encoding
    pub(in crate::server) fn read(server: &Core, request: &Request) -> Self {
        let request = effects::authorization_request::request(server, request);
        let query = request.query().unwrap_or_default();
        let (mut params, mut broken) = http::decode_each(query.as_bytes());
        let posted = request.method == "POST";
        let mut not_a_form = false;
        if posted && !request.body.is_empty() {
            if request.media_type().as_deref() == Some(FORM) {
                // Behind those of the query, so that the same parameter in both is a repeated one.
                let (more, more_broken) = http::decode_each(&request.body);
                params.extend(more);
                broken.extend(more_broken);
            } else {
                not_a_form = true;
            }
        }
        let params = effects::authorization_request::params(server, &params);
        Self { params, broken, not_a_form, posted, reference: None }
    }

    /// The parameters of a request that is pushed (RFC 9126).
    pub(in crate::server) fn pushed(params: Params) -> Self {
        Self { params, ..Self::default() }
    }

    /// Those of a pushed request that is referred to.
    pub(in crate::server) fn referred_to(uri: &str, params: Params) -> Self {
        Self { reference: Some(uri.to_owned()), ..Self::pushed(params) }
    }

    /// Whether client and redirect URI can be read, and each at most once.
    pub(super) fn is_addressed(&self) -> bool {
        let repeated = self.params.repeated(|name| ADDRESSING.contains(&name)).is_some();
        let broken = self.broken.iter().any(|name| ADDRESSING.contains(&name.as_str()));
        !repeated && !broken && !self.not_a_form
    }

    /// The state, unless it was sent with several values.
    // authorize/state-on-error, authorize/state-absent
    pub(in crate::server) fn state(&self, server: &Core) -> Option<&str> {
        let state = given(&self.params, "state");
        let state = state.filter(|state| self.params.all("state").all(|value| value == *state));
        effects::authorization_request::state(server, self, state)
    }
}

/// Why no user is asked.
#[derive(Debug)]
pub(in crate::server) enum Refusal {
    /// The user is told, the client is not.
    Page(&'static str),
    /// The client is told.
    Redirect { to: String, state: Option<String>, denial: Denial },
}

/// Client and redirect URI first: what is wrong with them is told to nobody but the user.
pub(in crate::server) fn check(
    server: &Core,
    input: &Input,
    origin: &Origin,
) -> Result<Authorization, Refusal> {
    // authorize/repeated-parameter
    if !input.is_addressed() {
        return Err(Refusal::Page("invalid_request"));
    }
    let app = effects::authorization_request::client(server, input, client(server, input))?;
    let redirect_uri = address(server, input, &app)?;
    let state = input.state(server).map(str::to_owned);
    match check_rest(server, input, (&app, origin)) {
        Ok(Checked { response_type, scopes, resources, challenge }) => Ok(Authorization {
            stands_for: None,
            client_id: app.client_id.clone(),
            response_type,
            response_mode: given(&input.params, "response_mode").map(str::to_owned),
            redirect_uri,
            names_uri: given(&input.params, "redirect_uri").is_some(),
            state,
            scopes,
            resources,
            challenge,
            key: dpop::asked(server, &input.params),
            device: None,
            denial: None,
            agreed: false,
            code: None,
            reference: input.reference.clone(),
            box_login: login_hint(server, input),
        }),
        // authorize/state-on-error
        Err(denial) => {
            let state = effects::authorization_request::state_told(server, state, denial);
            Err(Refusal::Redirect { to: redirect_uri, state, denial })
        }
    }
}

fn login_hint(server: &Core, input: &Input) -> String {
    let name = server.policy().login_hint.as_deref();
    name.and_then(|name| input.params.first(name)).unwrap_or_default().to_owned()
}

fn client(server: &Core, input: &Input) -> Result<Application, Refusal> {
    // authorize/client-id-required
    let id = given(&input.params, "client_id").ok_or(Refusal::Page("invalid_request"))?;
    // authorize/client-id-known
    server.world().application(id).cloned().ok_or(Refusal::Page("invalid_client"))
}

/// The redirect URI to use.
// authorize/redirect-uri-optional
fn address(server: &Core, input: &Input, app: &Application) -> Result<String, Refusal> {
    let asked = given(&input.params, "redirect_uri");
    let chosen = redirect_uri::choose(asked, &app.redirect_uris, comparison(server, app));
    effects::authorization_request::address(server, input, app, chosen.map(str::to_owned))
}

/// How redirect URIs of an application are compared.
pub(in crate::server) fn comparison<'a>(server: &'a Core, app: &Application) -> Comparison<'a> {
    let matching = server.policy().redirect_matching;
    Comparison { mode: app.mode, matching, switches: server.switches() }
}

/// What a request asks for.
struct Checked {
    response_type: ResponseType,
    scopes: Vec<String>,
    resources: Vec<String>,
    challenge: Option<Challenge>,
}

/// What is checked once it is certain where a redirect may go. The first error is the one told.
fn check_rest(
    server: &Core,
    input: &Input,
    (app, origin): (&Application, &Origin),
) -> Result<Checked, Denial> {
    let resources = audience::asked(server, &input.params, origin);
    let scopes = scopes(server, input, app);
    let response_type = response_type(server, input);
    let challenge = match response_type {
        // There is no code that a challenge could be for.
        Ok(ResponseType::Token) => Ok(None),
        _ => pkce::asked(server, &input.params, app),
    };
    let reasons = [
        // authorize/repeated-parameter
        input.params.repeated(|name| knows(server, name)).map(|_| REPEATED),
        // authorize/malformed
        (!input.broken.is_empty()).then_some(BROKEN),
        response_type.err(),
        not_configured(app, response_type.unwrap_or_default()),
        scopes.as_ref().err().copied(),
        challenge.as_ref().err().copied(),
        // audience/unknown-refused
        resources.is_none().then_some(TARGET),
        // authorize/rate-limited
        server.hooks().rate_limit.then_some(TOO_MANY),
    ];
    let denial = effects::authorization_request::denial(server, input, reasons);
    match denial {
        Some(denial) => Err(denial),
        None => Ok(Checked {
            response_type: response_type.unwrap_or_default(),
            scopes: scopes.unwrap_or_default(),
            resources: resources.unwrap_or_default(),
            challenge: challenge.unwrap_or_default(),
        }),
    }
}

/// What a request asks for.
pub(in crate::server) fn response_type(
    server: &Core,
    input: &Input,
) -> Result<ResponseType, Denial> {
    match given(&input.params, "response_type") {
        // authorize/response-type-required
        None => Err(TYPE_MISSING),
        Some("code") => Ok(ResponseType::Code),
        Some("token") if implicit::is_offered(server) => Ok(ResponseType::Token),
        // authorize/response-type-code-only
        Some(_) => Err(TYPE_UNSUPPORTED),
    }
}

/// Whether an application may not ask for this.
// server-auth/one-model-only, implicit/unauthorized-client
fn not_configured(app: &Application, response_type: ResponseType) -> Option<Denial> {
    let (grant, denial) = match response_type {
        ResponseType::Code => (GrantType::AuthorizationCode, NOT_CONFIGURED),
        ResponseType::Token => (GrantType::Implicit, NOT_IMPLICIT),
    };
    (!app.grants.contains(&grant)).then_some(denial)
}

/// The scopes asked for, or all that the application has.
pub(in crate::server) fn scopes(
    server: &Core,
    input: &Input,
    app: &Application,
) -> Result<Vec<String>, Denial> {
    let asked = input.params.first("scope").unwrap_or_default();
    // scope/unknown
    let chosen = scope::choose(server.policy(), asked, &app.scopes);
    let by = match response_type(server, input) {
        Ok(ResponseType::Token) => GrantType::Implicit,
        _ => GrantType::AuthorizationCode,
    };
    effects::scope::chosen(server, by, (asked, &app.scopes), chosen).ok_or(SCOPE)
}
