//! Clients that say who they are by an assertion, which they signed (RFC 7523 §2.2).

use std::convert::Infallible;
use std::str::FromStr;

use super::definition::{then, when};
use super::parameter::parameter;
use super::params::{Changes, Client, Flaw};
use super::pushed::send_pushed;
use super::token::TokenRequest;
use super::world::{StepResult, World};
use crate::driver::assertion::Assertion;
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Draft, Unmet};
use crate::observe::observed::excerpt;
use crate::observe::{Mismatch, Observed, observed};
use crate::wire::basic;

parameter!(OwnName, "own_name", r"the issuer|the token endpoint|the endpoint itself");

/// A name of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnName {
    /// Its issuer.
    Issuer,
    /// The URL of its token endpoint.
    Token,
    /// The URL of the endpoint that the request goes to.
    Endpoint,
}

impl FromStr for OwnName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "the issuer" => Self::Issuer,
            "the token endpoint" => Self::Token,
            _ => Self::Endpoint,
        })
    }
}

/// A request of a client without its assertion.
fn bare(mut draft: Draft) -> Draft {
    if let Some(credentials) = &mut draft.credentials {
        credentials.signer = None;
    }
    draft
}

/// A token request without the assertion of its client.
async fn unauthenticated(
    w: &mut World,
    client: &Role,
    request: TokenRequest,
) -> Result<Draft, String> {
    request.draft(w, client).await.map(bare)
}

/// A valid assertion of a client, as it is sent.
async fn written(w: &mut World, client: &Role) -> Result<String, String> {
    let assertion = valid(w, client).await?;
    signed(w, &assertion)
}

async fn valid(w: &mut World, client: &Role) -> Result<Assertion, String> {
    let assertion = w.driver().client_assertion(client).await;
    w.need(assertion)
}

fn signed(w: &mut World, assertion: &Assertion) -> Result<String, String> {
    w.need(assertion.sign().map_err(|error| Unmet::Failed(error.to_string())))
}

when!(
    "{client} requests tokens, authenticated by an assertion {flaw}",
    asserts_badly(client, flaw).await
);
async fn asserts_badly(w: &mut World, client: Client, flaw: Flaw) -> StepResult {
    let mut draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    let assertion = valid(w, &client.0).await?;
    let spoilt = w.driver().spoil(assertion, &flaw.0);
    draft.assert(&w.need(spoilt)?, false);
    w.deviates(format!("an assertion {}", flaw.0));
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} requests tokens, authenticated by its access token in place of an assertion",
    asserts_token(client).await
);
/// Whoever has the token is not the client: resources have it, too.
async fn asserts_token(w: &mut World, client: Client) -> StepResult {
    let token = w.pair()?.access;
    let mut draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    draft.assert(&token, false);
    w.deviates("an access token in place of the assertion");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} requests tokens, authenticated by its assertion {change}",
    asserts_changed(client, changes).await
);
async fn asserts_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    let mut draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    let assertion = written(w, &client.0).await?;
    draft.assert(&assertion, false);
    w.submit_for_tokens(&client.0, draft, &changes.0).await
}

when!(
    "{client} {token_request}, authenticated by its assertion in the name of {client}",
    asserts_for(client, request, named).await
);
async fn asserts_for(
    w: &mut World,
    client: Client,
    request: TokenRequest,
    named: Client,
) -> StepResult {
    let mut draft = unauthenticated(w, &client.0, request).await?;
    let other = w.driver().client(&named.0);
    let other = w.need(other)?.id;
    if let Some(credentials) = &mut draft.credentials {
        credentials.id = Some(other);
    }
    let assertion = written(w, &client.0).await?;
    draft.assert(&assertion, false);
    w.deviates("another client is named");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!(
    "{client} requests tokens, authenticated by its assertion beside the credentials of {client}",
    asserts_beside(client, other).await
);
async fn asserts_beside(w: &mut World, client: Client, other: Client) -> StepResult {
    let mut draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    let assertion = written(w, &client.0).await?;
    draft.assert(&assertion, false);
    let beside = w.driver().grant_request(&other.0, "authorization_code", &[]);
    let lacking = || Unmet::Lacking("the other client has no secret".to_owned());
    let own = w.need(beside)?.own_credentials().ok_or_else(lacking);
    let (id, secret) = w.need(own)?;
    draft.headers.push("Authorization", basic::encode(&id, &secret));
    w.deviates("the credentials of another client stand in the header");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} requests tokens, authenticated by nothing", asserts_nothing(client).await);
async fn asserts_nothing(w: &mut World, client: Client) -> StepResult {
    let draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    w.deviates("no assertion");
    w.submit_for_tokens(&client.0, draft, &[]).await
}

when!("{client} requests tokens, authenticated by a secret", brings_secret(client).await);
async fn brings_secret(w: &mut World, client: Client) -> StepResult {
    let draft = unauthenticated(w, &client.0, TokenRequest::Any).await?;
    let changes = [Change::set("client_secret", "oauthspec-secret-of-nobody")];
    w.submit_for_tokens(&client.0, draft, &changes).await
}

when!(
    "{client} pushes an authorization request, authenticated for {own_name}",
    pushes_for(client, name).await
);
async fn pushes_for(w: &mut World, client: Client, name: OwnName) -> StepResult {
    let ask = Authorization::of(&client.0);
    let draft = w.driver().push(&ask);
    let mut draft = bare(w.need(draft)?);
    let audience = match name {
        OwnName::Issuer => w.driver().issuer(),
        OwnName::Token => w.driver().site.token.to_string(),
        OwnName::Endpoint => draft.url.to_string(),
    };
    let assertion = valid(w, &client.0).await?.with("aud", audience);
    draft.assert(&signed(w, &assertion)?, false);
    send_pushed(w, &client.0, draft).await
}

then!("the request is kept, or nothing but another name of the server will do", kept_or_refused());
/// A server may take its issuer alone, as later drafts of RFC 7523 demand.
fn kept_or_refused(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.not_broken(&what)?;
    match what {
        Observed::Pushed(_) => w.judge(Ok(())),
        what => w.tolerate(&Mismatch::seen("a reference to the request", &what)),
    }
}

then!("the client is let in", let_in());
/// What else the client may do there is the matter of other rules.
fn let_in(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.not_broken(&answer.what)?;
    let response = w.response()?;
    let body = observed::json(&response).unwrap_or_default();
    let unknown = response.status == 401 || body["error"] == "invalid_client";
    if !unknown && response.status >= 400 {
        let text = format!("the client may not do that: {}", answer.what.describe());
        return w.need(Err(Unmet::Lacking(text)));
    }
    let told = body["error_description"].as_str().map(|text| format!(": {}", excerpt(text)));
    w.judge(match unknown {
        false => Ok(()),
        true => {
            let seen = Mismatch::seen("an answer to the client that authenticated", &answer.what);
            let actual = seen.actual.clone() + &told.unwrap_or_default();
            Err(Mismatch { actual, ..seen })
        }
    })
}
