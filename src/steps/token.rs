//! Codes and tokens at the token endpoint.

use std::convert::Infallible;
use std::str::FromStr;

use super::answers::Answer;
use super::definition::{given, then, when};
use super::parameter::parameter;
use super::params::{Changes, Client};
use super::world::{StepResult, World};
use crate::driver::authentication::Authentication;
use crate::driver::flow::Authorization;
use crate::driver::{Change, Client as Role, Draft, Unmet};
use crate::observe::{Judgement, Mismatch, Missing, Observed, entropy, refusal, success, texts};
use crate::profile::{self, ClientAuthentication};
use crate::rules::Property;
use crate::wire::{Response, params};

given!("{client} holds an authorization code", holds_code(client).await);
async fn holds_code(w: &mut World, client: Client) -> StepResult {
    w.issued.code = Some(w.obtain_code(&client.0).await?);
    Ok(())
}

given!("{client} holds an authorization code for another port", holds_code_for_port(client).await);
async fn holds_code_for_port(w: &mut World, client: Client) -> StepResult {
    let moved = "with the redirect URI on another port of its loopback host".parse::<Change>();
    let changes = [moved.map_err(|error| error.to_string())?];
    let ask = Authorization { changes: &changes, ..Authorization::of(&client.0) };
    let code = w.driver().obtain_code(&ask).await;
    w.issued.code = Some(w.control(code)?);
    Ok(())
}

given!("{client} has obtained tokens", has_tokens(client).await);
async fn has_tokens(w: &mut World, client: Client) -> StepResult {
    let pair = w.obtain_tokens(&client.0).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

given!("{client} has obtained tokens of its own", still_tokens(client).await);
then!("{client} can still obtain tokens", still_tokens(client).await);
async fn still_tokens(w: &mut World, client: Client) -> StepResult {
    w.show_tokens(&client.0).await
}

given!("{client} has redeemed the code", has_redeemed(client).await);
async fn has_redeemed(w: &mut World, client: Client) -> StepResult {
    let (client, code) = (w.holder(&client.0), w.code()?);
    let draft = w.driver().redemption(&client, &code);
    let draft = w.need(draft)?;
    let pair = w.obtain(&client, &draft).await?;
    w.issued.pairs.push(pair);
    Ok(())
}

parameter!(TokenRequest, "token_request", r"redeems the code|requests tokens");

/// A token request, as sentences name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenRequest {
    /// The one with the code that the scenario holds.
    OfCode,
    /// Any ordinary one: what it is about is the same by every grant.
    Any,
}

impl FromStr for TokenRequest {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "requests tokens" { Self::Any } else { Self::OfCode })
    }
}

impl TokenRequest {
    /// The client that sends it where a sentence names this one.
    fn sender(self, w: &World, client: &Role) -> Role {
        if self == Self::OfCode { w.holder(client) } else { client.clone() }
    }

    /// The request of a client, before any change.
    pub(super) async fn draft(self, w: &mut World, client: &Role) -> Result<Draft, String> {
        if self == Self::Any {
            return w.token_request(client).await;
        }
        let code = w.code()?;
        let draft = w.driver().redemption(client, &code);
        w.need(draft)
    }
}

pub(super) async fn redeem(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    ask(w, client, TokenRequest::OfCode, changes).await
}

/// Sends a token request with changes.
pub(super) async fn ask(
    w: &mut World,
    client: &Role,
    request: TokenRequest,
    changes: &[Change],
) -> StepResult {
    let client = &request.sender(w, client);
    let draft = request.draft(w, client).await?;
    about_codes(w, &draft, changes)?;
    let known = w.driver().client(client);
    let known = w.need(known)?;
    // What a client is registered for that the scenario registered is the matter of the scenario.
    if w.driver().enrolled(&client.0).is_err() {
        by_basic(w, &known, changes)?;
    }
    let changes = named_uris(changes, &known.redirect_uris);
    w.submit_for_tokens(client, draft, &changes).await?;
    read_at_all(w, client, &changes).await
}

/// Where wrong credentials beside the right ones, or a secret in the URL, let a client in, whether the
/// server reads credentials in that place at all: what it does not know it ignores (RFC 6749 §3.2).
pub(super) async fn read_at_all(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    let alone = changes.iter().find_map(|change| match change {
        Change::Authenticated(way) => Some((Change::Authenticated(way.beside()?), true)),
        Change::Moved(name) if name == "client_secret" => Some((Change::NoSecret, false)),
        _ => None,
    });
    let came = w.answer()?.what == Observed::Tokens;
    let Some((change, enters)) = alone.filter(|_| came) else { return Ok(()) };
    let draft = w.token_request(client).await?;
    let alone = change.apply(&draft, &[]).map_err(Unmet::from);
    let alone = w.need(alone)?;
    let sent = w.submit(&alone).await?;
    let answers = if enters { "no client" } else { "the client" };
    if Observed::of_token(&sent).is_refusal() == enters {
        let text = format!("the server lets {answers} in {change}");
        return w.need(Err(Unmet::Lacking(text)));
    }
    Ok(())
}

/// What is changed of a code says nothing where the request has none.
fn about_codes(w: &mut World, draft: &Draft, changes: &[Change]) -> StepResult {
    let grant = draft.form.first("grant_type").unwrap_or_default();
    let of_code = |name: &&str| matches!(*name, "code" | "code_verifier" | "redirect_uri");
    let named = changes.iter().filter_map(Change::parameter).find(of_code);
    let Some(name) = named.filter(|_| grant != "authorization_code") else { return Ok(()) };
    let text = format!("a token request by the grant `{grant}` has no {name}");
    w.need(Err(Unmet::Lacking(text)))
}

/// A client that is registered for another way of authentication need not be let in by HTTP Basic.
fn by_basic(w: &mut World, client: &profile::Client, changes: &[Change]) -> StepResult {
    let asks = |change: &Change| matches!(change, Change::Authenticated(way) if way.is_valid() && *way != Authentication::Body);
    let may = w.driver().site.profile.may_authenticate(client, ClientAuthentication::Basic);
    if may || !changes.iter().any(asks) {
        return Ok(());
    }
    let text = "the client does not authenticate by HTTP Basic, as the profile has it";
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

/// Changes that name one of a client's redirect URIs by its number, with the URI.
fn named_uris(changes: &[Change], registered: &[String]) -> Vec<Change> {
    let name = |change: &Change| match change {
        Change::Registered(number) => number
            .checked_sub(1)
            .and_then(|index| registered.get(index))
            .map_or(change.clone(), |uri| Change::set("redirect_uri", uri.clone())),
        _ => change.clone(),
    };
    changes.iter().map(name).collect()
}

when!("{client} {token_request}", requests(client, request).await);
async fn requests(w: &mut World, client: Client, request: TokenRequest) -> StepResult {
    let held = w.issued.code.as_ref().filter(|_| request == TokenRequest::OfCode);
    let foreign = held.is_some_and(|code| code.client != w.holder(&client.0));
    w.assessment.deviation = foreign.then(|| "a client that the code was not issued to".to_owned());
    ask(w, &client.0, request, &[]).await
}

when!("{client} redeems the code again", redeems_again(client).await);
async fn redeems_again(w: &mut World, client: Client) -> StepResult {
    w.deviates("the code was redeemed before".to_owned());
    redeem(w, &client.0, &[]).await
}

when!("{client} {token_request} {change}", requests_changed(client, request, changes).await);
async fn requests_changed(
    w: &mut World,
    client: Client,
    request: TokenRequest,
    changes: Changes,
) -> StepResult {
    ask(w, &client.0, request, &changes.0).await
}

when!("{client} sends a token request with the password grant", password_grant(client).await);
async fn password_grant(w: &mut World, client: Client) -> StepResult {
    let draft = w.driver().password_grant(&client.0, "default");
    let draft = w.need(draft)?;
    w.deviates("the password grant".to_owned());
    w.submit_token(draft, &[]).await
}

when!(
    "the limited client sends a token request with a grant that it may not use",
    lacking_grant().await
);
async fn lacking_grant(w: &mut World) -> StepResult {
    let role = Role("limited".to_owned());
    let client = w.driver().client(&role);
    let grant = w.need(client)?.lacks_grant.ok_or_else(|| {
        Unmet::Lacking("the profile defines no `lacks_grant` of the limited client".to_owned())
    });
    let grant = w.need(grant)?;
    let params: &[(&str, &str)] = match grant.as_str() {
        "refresh_token" => &[("refresh_token", crate::driver::spoiling::NEVER_ISSUED)],
        "authorization_code" => &[("code", crate::driver::spoiling::NEVER_ISSUED)],
        _ => &[],
    };
    let draft = w.driver().grant_request(&role, &grant, params);
    let draft = w.need(draft)?;
    w.deviates(format!("grant type {grant}"));
    w.submit_token(draft, &[]).await
}

then!("the grant is refused as documented", grant_refused().await);
/// A server that calls the grant unsupported may not have it at all, unless a client gets tokens by it.
async fn grant_refused(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if matches!(&answer.what, Observed::Error { error, .. } if error == "unsupported_grant_type") {
        let grant = answer.draft.form.first("grant_type").unwrap_or_default();
        has_grant(w, grant).await?;
    }
    w.judge_answer(&answer)
}

/// Some client of the profile has to get tokens by this grant.
async fn has_grant(w: &mut World, grant: &str) -> StepResult {
    let client = Role::default_role();
    let draft = match grant {
        "authorization_code" => return w.show_tokens(&client).await,
        "refresh_token" => {
            let token = w.obtain_tokens(&client).await?.refresh.unwrap_or_default();
            w.driver().refreshment(&client, &token)
        }
        _ => w.driver().grant_of_its_own(grant),
    };
    let draft = w.need(draft)?;
    w.obtain(&client, &draft).await.map(drop)
}

then!("the token request is refused", is_refused());
fn is_refused(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)
}

then!("{client} can still redeem the code", same_code_lives(client).await);
async fn same_code_lives(w: &mut World, client: Client) -> StepResult {
    redeem(w, &client.0, &[]).await?;
    tokens(w)
}

then!("the token request is answered as documented", documented());
then!("the revocation is answered as documented", documented());
fn documented(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    if lacks_password(&answer) {
        w.assessment.evidence.refusal();
        return w.judge(Ok(()));
    }
    w.judge_answer(&answer)
}

/// A password that is not in the body may be refused like a wrong one (RFC 6749 §5.2).
fn lacks_password(answer: &Answer) -> bool {
    let form = &answer.draft.form;
    let lacks = form.first("grant_type") == Some("password") && form.first("password").is_none();
    let wrong = |what: &Observed| matches!(what, Observed::Error { status: 400, error } if error == "invalid_grant");
    lacks && wrong(&answer.what)
}

then!(
    "the token request is answered as documented, unless it brings tokens",
    documented_or_tokens()
);
/// Whether it may succeed is the matter of other rules.
fn documented_or_tokens(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    match &answer.what {
        Observed::Tokens => w.judge(Ok(())),
        what => w.judge_documented(what, answer.means()),
    }
}

then!("the client receives tokens", tokens());
fn tokens(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "200 with an access token", |what| *what == Observed::Tokens)
}

then!("the refusal may not be cached", refusal_no_store());
fn refusal_no_store(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)?;
    let response = w.response()?;
    w.judge(success::no_store(&response))
}

then!("the token response has the documented members", success_shape());
fn success_shape(w: &mut World) -> StepResult {
    let response = issued(w)?;
    let bound = success::tokens(&response).is_some_and(|it| w.driver().is_bound(&it.access));
    w.judge_each(|cite| success::shape_proven(&cite.document, &response, bound))
}

then!("the token response says how long the access token lives", lifetime_told());
fn lifetime_told(w: &mut World) -> StepResult {
    let members = crate::observe::observed::json(&issued(w)?).unwrap_or_default();
    let told = members.get("expires_in").is_some_and(|value| !value.is_null());
    let result = if told { Ok(()) } else { Err(Mismatch::new("an expires_in", "none")) };
    w.judge(result)
}

/// The response with which tokens were issued. That none were is the matter of other rules: what is
/// said about a token response is not judged then.
fn issued(w: &mut World) -> Result<Response, String> {
    let answer = w.answer()?;
    let response = w.response()?;
    let about = || format!("tokens were asked for: {}", answer.what.describe());
    w.control_that(answer.what == Observed::Tokens, about)?;
    Ok(response)
}

then!("the token response may not be cached", no_store());
fn no_store(w: &mut World) -> StepResult {
    let response = issued(w)?;
    w.judge(success::no_store(&response))?;
    w.judge_by(|cite| match success::pragma(&response) {
        Err(mismatch) if cite.document.states(Property::PragmaNoCache) => {
            Judgement::Tolerated(mismatch)
        }
        _ => Judgement::Accepted,
    })
}

then!("the refusal has the documented form", refusal_shape());
fn refusal_shape(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)?;
    let mut response = w.response()?;
    // A token that is to be exchanged may be refused like one that is used.
    if answer.draft.form.first("subject_token").is_some() && response.status == 401 {
        response.status = 400;
    }
    w.judge_each(|cite| refusal::shape(&cite.document, answer.means(), &response))
}

then!("the response's error_description reads {string}", refusal_text(expected));
fn refusal_text(w: &mut World, expected: String) -> StepResult {
    let what = w.answer()?.what;
    w.readable(&what)?;
    let response = w.response()?;
    let body = crate::observe::observed::json(&response).unwrap_or_default();
    let actual = body["error_description"].as_str().unwrap_or_default().to_owned();
    let result = if texts::same(&actual, &expected) {
        Ok(())
    } else {
        Err(Mismatch::new(format!("{expected:?}"), format!("{actual:?}")))
    };
    w.judge(result)
}

then!("the refusal repeats no secret, code or token", no_echo());
fn no_echo(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.refused(&answer.what)?;
    repeats_nothing(w)
}

then!("the answer repeats no secret, code or token", repeats_nothing());
fn repeats_nothing(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    let response = w.response()?;
    let mut sent: Vec<(String, String)> = answer
        .draft
        .form
        .iter()
        .filter(|param| params::secret_kind(&param.name).is_some())
        .map(|param| (param.name.clone(), param.value.clone()))
        .collect();
    if let Some(secret) = answer.draft.credentials.as_ref().and_then(|c| c.secret.clone()) {
        sent.push(("client_secret".to_owned(), secret.into()));
    }
    let headers: String =
        response.headers.iter().map(|(_, value)| String::from_utf8_lossy(value)).collect();
    let text = format!("{}{headers}", response.text());
    let echoed = sent.iter().find(|(_, value)| value.len() >= 8 && text.contains(value.as_str()));
    let result = echoed.map_or(Ok(()), |(name, _)| {
        Err(Mismatch::new("nothing secret in the answer", format!("the answer repeats the {name}")))
    });
    w.judge(result)
}

when!("{client} collects {int} codes", collect_codes(client, count).await);
async fn collect_codes(w: &mut World, client: Client, count: usize) -> StepResult {
    for _ in 0..count {
        let code = w.obtain_code(&client.0).await?.value;
        w.answers.collect("code", code);
    }
    Ok(())
}

when!("{client} collects {int} access tokens", collect_tokens(client, count).await);
async fn collect_tokens(w: &mut World, client: Client, count: usize) -> StepResult {
    let mut ended: Vec<String> = Vec::new();
    // A server that hands a token out again gives another one once that has ended.
    for _ in 0..2 * count {
        let token = w.obtain_tokens(&client.0).await?.access.to_string();
        let collected = w.answers.collected("access token");
        let again = collected.last() == Some(&token) && !ended.contains(&token);
        if again && end(w, &client.0, &token).await? {
            ended.push(token);
            continue;
        }
        w.answers.collect("access token", token);
        if collected.len() + 1 == count {
            break;
        }
    }
    Ok(())
}

/// Ends an access token, where the server lets its client do that.
async fn end(w: &mut World, client: &Role, token: &str) -> Result<bool, String> {
    let Ok(draft) = w.driver().revocation(client, token) else { return Ok(false) };
    let sent = w.submit(&draft).await?;
    Ok(Observed::of_token(&sent) == Observed::Status(200, Missing::Code))
}

when!("{client} collects {int} refresh tokens", collect_refresh_tokens(client, count).await);
async fn collect_refresh_tokens(w: &mut World, client: Client, count: usize) -> StepResult {
    for _ in 0..count {
        let pair = w.obtain_tokens(&client.0).await?;
        w.issued.pairs.push(pair);
        let token = w.refresh_token()?;
        w.answers.collect("refresh token", token);
    }
    Ok(())
}

then!("the values cannot be guessed", unguessable());
fn unguessable(w: &mut World) -> StepResult {
    let values: Vec<String> = w.answers.all_collected();
    let values = w.left(Some(values).filter(|values| !values.is_empty()), "values")?;
    // Tokens of a grant that is still alive may be handed out again; codes and states may not.
    let tokens = ["access token", "refresh token"].map(|kind| w.answers.collected(kind)).concat();
    if let Some(count) = entropy::handed_out_again(&tokens) {
        let text = format!(
            "a user and client get the tokens of the grant before again, {count} different ones: \
             there is no sample to judge"
        );
        return w.need(Err(Unmet::Lacking(text)));
    }
    w.judge_by(|cite| entropy::unguessable(&values, cite.document.unguessable_bits))
}

/// A member that is not there, or not a number.
pub(super) const NO_SECONDS: &str = "no expires_in that is a number of seconds";

then!("the access token's expires_in is at most {int} seconds", not_long(most));
fn not_long(w: &mut World, most: u64) -> StepResult {
    let pair = w.pair()?;
    let result = match pair.expires_in {
        Some(seconds) if seconds <= most => Ok(()),
        Some(seconds) => Err(Mismatch::new(
            format!("expires_in at most {most}"),
            format!("expires_in {seconds}"),
        )),
        None => Err(Mismatch::new(format!("expires_in at most {most}"), NO_SECONDS)),
    };
    w.judge(result)
}

given!("{client} has obtained tokens for the {word} user", tokens_of_user(client, user).await);
async fn tokens_of_user(w: &mut World, client: Client, user: String) -> StepResult {
    let user = if user == "managed" { "default".to_owned() } else { user };
    let ask = Authorization { user: &user, ..Authorization::of(&client.0) };
    let pair = w.driver().obtain_tokens(&ask).await;
    let pair = w.control(pair)?;
    w.issued.pairs.push(pair);
    Ok(())
}
