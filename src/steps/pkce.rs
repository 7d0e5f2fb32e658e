//! Proof keys: authorization requests with a challenge, and the verifier that belongs to it.

use super::authorize::walk;
use super::definition::{given, then, when};
use super::grants;
use super::params::{Changes, Client, Method, Verifier};
use super::redirected::returned;
use super::world::{StepResult, World};
use crate::driver::authorization;
use crate::driver::flow::{Authorization, Code};
use crate::driver::journey::End;
use crate::driver::proof::{self, Proof};
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::{Mismatch, Observed};

/// A proof key of this method, with a verifier that nobody used yet.
fn fresh(w: &mut World, method: &Method) -> Proof {
    let verifier = w.driver().fresh(64);
    method.of(&verifier)
}

/// A code that was asked for with this proof key. A server that takes no such request is a matter of
/// the rules about it.
async fn obtain(w: &mut World, client: &Role, proof: &Proof) -> Result<Code, String> {
    let ask = Authorization { proof: Some(proof), ..Authorization::of(client) };
    let journey = w.driver().authorize(&ask).await;
    let journey = w.need(journey)?;
    let what = authorization::what(&journey);
    let code = w.driver().code_of(&journey).filter(|_| what == Observed::Code);
    w.need(code.ok_or_else(|| {
        let text = format!("no code came for this challenge, but {}", what.describe());
        if what.is_refusal() { Unmet::Lacking(text) } else { Unmet::Failed(text) }
    }))
}

given!("{client} has obtained tokens by {method}", has_tokens(client, method).await);
then!("{client} can still obtain tokens by {method}", has_tokens(client, method).await);
async fn has_tokens(w: &mut World, client: Client, method: Method) -> StepResult {
    let proof = fresh(w, &method);
    let ask = Authorization { proof: Some(&proof), ..Authorization::of(&client.0) };
    let pair = w.driver().obtain_tokens(&ask).await;
    w.control(pair).map(drop)
}

given!("a code for {method} brings {client} tokens", brings_tokens(method, client).await);
/// Whether a server takes such a challenge is the matter of the rules about it.
async fn brings_tokens(w: &mut World, method: Method, client: Client) -> StepResult {
    let proof = fresh(w, &method);
    let code = obtain(w, &client.0, &proof).await?;
    let draft = w.driver().redemption(&client.0, &code);
    let draft = w.need(draft)?;
    grants::brings_tokens(w, &draft, &format!("the code for {method} redeemed")).await
}

given!(
    "of two codes that {client} holds for one S256 challenge, the first brings tokens",
    first_of_two(client).await
);
/// A server may end a code as soon as there is a newer one of the same user and client.
async fn first_of_two(w: &mut World, client: Client) -> StepResult {
    let proof = fresh(w, &Method::S256);
    let first = obtain(w, &client.0, &proof).await?;
    obtain(w, &client.0, &proof).await?;
    let draft = w.driver().redemption(&client.0, &first);
    let draft = w.need(draft)?;
    if w.driver().obtain(&client.0, &draft).await.is_ok() {
        return w.control(Ok(()));
    }
    let ask = Authorization { proof: Some(&proof), ..Authorization::of(&client.0) };
    let pair = w.driver().obtain_tokens(&ask).await;
    w.control(pair)?;
    let text =
        "a new code of a user and client ends the one before: which verifier counts does not show";
    w.need(Err(Unmet::Lacking(text.to_owned())))
}

given!("{client} holds an authorization code for {method}", holds(client, method).await);
async fn holds(w: &mut World, client: Client, method: Method) -> StepResult {
    let proof = fresh(w, &method);
    w.issued.code = Some(obtain(w, &client.0, &proof).await?);
    Ok(())
}

given!(
    "{client} holds an authorization code for an S256 challenge of {verifier}",
    holds_of(client, verifier).await
);
async fn holds_of(w: &mut World, client: Client, verifier: Verifier) -> StepResult {
    let proof = Proof::s256(&verifier.text());
    w.issued.code = Some(obtain(w, &client.0, &proof).await?);
    w.deviates(format!("a verifier: {verifier}"));
    Ok(())
}

given!(
    "{client} then holds a second code for {method}, and a {word} verifier",
    holds_second(client, method, which).await
);
async fn holds_second(w: &mut World, client: Client, method: Method, which: String) -> StepResult {
    let first = w.code()?;
    let proof = fresh(w, &method);
    let second = obtain(w, &client.0, &proof).await?;
    let (code, verifier) = match which.as_str() {
        "first" => (second, first.verifier),
        "second" => (first, second.verifier),
        _ => (first.clone(), first.verifier),
    };
    w.issued.code = Some(Code { verifier, ..code });
    w.deviates("the verifier of another code".to_owned());
    Ok(())
}

async fn follow(w: &mut World, client: &Role, method: &Method, changes: &[Change]) -> StepResult {
    let proof = fresh(w, method);
    let ask = Authorization { proof: Some(&proof), changes, ..Authorization::of(client) };
    w.deviates(method.to_string());
    walk(w, ask).await
}

when!(
    "the user follows {client}'s authorization request carrying {method}",
    follows(client, method).await
);
async fn follows(w: &mut World, client: Client, method: Method) -> StepResult {
    follow(w, &client.0, &method, &[]).await
}

when!(
    "the user follows {client}'s authorization request carrying {method}, {change}",
    follows_changed(client, method, changes).await
);
async fn follows_changed(
    w: &mut World,
    client: Client,
    method: Method,
    changes: Changes,
) -> StepResult {
    follow(w, &client.0, &method, &changes.0).await
}

then!("the redirect describes the error", described());
fn described(w: &mut World) -> StepResult {
    let description = returned(w, "error_description")?.concat();
    let page = returned(w, "error_uri")?.concat();
    let result = if description.is_empty() && page.is_empty() {
        Err(Mismatch::new("an error_description or an error_uri", "neither"))
    } else {
        Ok(())
    };
    w.judge(result)
}

then!("neither the code nor the redirect shows the challenge", hidden());
fn hidden(w: &mut World) -> StepResult {
    let journey = w.journey()?;
    let what = authorization::what(&journey);
    let End::Redirected(redirected) = &journey.end else {
        return w.control_failed(format!("no code to look at, but {}", what.describe()));
    };
    let code = w.driver().code_of(&journey);
    let sent = w.driver().challenge_sent();
    let (code, sent) = match (code, sent) {
        (Some(code), Some(sent)) if what == Observed::Code => (code.value, sent),
        _ => return w.control_failed(format!("no code to look at, but {}", what.describe())),
    };
    let shown = [("the code", &*code), ("the redirect", &redirected.text())]
        .into_iter()
        .find(|(_, text)| proof::carries(text, &sent))
        .map(|(place, _)| place);
    let result = shown.map_or(Ok(()), |place| {
        Err(Mismatch::new("nothing of the challenge", format!("{place} carries the challenge")))
    });
    w.judge(result)
}

then!("the client receives no tokens", no_tokens());
fn no_tokens(w: &mut World) -> StepResult {
    let answer = w.answer()?;
    w.judge_what(&answer.what, "a refusal without a token", |what| {
        matches!(what, Observed::Error { .. } | Observed::Status(400..=499, _))
    })
}
