//! Devices ask for their tokens (RFC 8628 §3.4, §3.5).

use std::time::{Duration, Instant};

use super::definition::{given, then, when};
use super::device_code::{ask, device, hold, is_held};
use super::params::{Changes, Client, Span};
use super::races::race;
use super::refresh_scope::scopes;
use super::scope::Excess;
use super::scoped::{opened, resource};
use super::time::age;
use super::user_code::decide;
use super::world::{StepResult, World};
use crate::driver::page::Decision;
use crate::driver::time::Side;
use crate::driver::{Change, Client as Role, Unmet};
use crate::observe::Observed;

/// By how much a device slows down that asked too early (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How long past their lifetime codes are dead for certain.
const MARGIN: Duration = Duration::from_secs(60);

/// A device asks for its tokens, once it may.
async fn redeem(w: &mut World, client: &Role, changes: &[Change]) -> StepResult {
    let device = device(w)?;
    let draft = w.driver().device_redemption(client, &device);
    let draft = w.need(draft)?;
    let since = Instant::now();
    w.submit_for_tokens(client, draft, changes).await?;
    let born = w.driver().timeline.born(since);
    let what = w.answer()?.what;
    if let Some(device) = &mut w.issued.device {
        device.asked = Some(born);
        if matches!(&what, Observed::Error { error, .. } if error == "slow_down") {
            device.interval += SLOWER;
        }
    }
    Ok(())
}

given!("{client} has redeemed the device code", has_redeemed(client).await);
async fn has_redeemed(w: &mut World, client: Client) -> StepResult {
    redeem(w, &client.0, &[]).await?;
    let what = w.answer()?.what;
    if matches!(&what, Observed::Error { error, .. } if error == "unsupported_grant_type") {
        let text =
            "the token endpoint has no grant for devices, which is the matter of another rule";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    if what != Observed::Tokens
        && let Some(text) = w.assessment.failed_control.take()
    {
        return w.control_failed(text);
    }
    w.control_that(what == Observed::Tokens, || {
        format!("a device asked for its tokens once its user had agreed: {}", what.describe())
    })
}

given!("{client} has obtained tokens for a device", has_tokens(client).await);
then!("{client} can still obtain tokens for a device", has_tokens(client).await);
/// The whole flow: what is refused afterwards is refused by a server that has the grant.
async fn has_tokens(w: &mut World, client: Client) -> StepResult {
    hold(w, &client.0, None).await?;
    decide(w, "default", Decision::Grant).await?;
    if client.0.0 != SECRET_DEVICE {
        return has_redeemed(w, client).await;
    }
    let device = device(w)?.client;
    redeem(w, &device, &[]).await?;
    let what = w.answer()?.what;
    w.assessment.failed_control = None;
    // No document demands that devices have secrets (RFC 8628 §5.6), and its page may take no code of such a one.
    let text = format!(
        "the server has no tokens for a device whose client has a secret, once its user has agreed: {}",
        what.describe()
    );
    w.need(if what.is_refusal() { Err(Unmet::Lacking(text)) } else { Ok(()) })?;
    w.control_that(what == Observed::Tokens, || format!("a device asked: {}", what.describe()))
}

/// The role of the client with a secret that runs on devices.
const SECRET_DEVICE: &str = "confidential-device";

given!("the device has asked for its tokens", has_asked().await);
async fn has_asked(w: &mut World) -> StepResult {
    let client = device(w)?.client;
    redeem(w, &client, &[]).await?;
    let what = w.answer()?.what;
    if what == Observed::Tokens {
        let text = "the device has its tokens already, which is the matter of another rule";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.control_that(what.is_refusal(), || format!("a device asked: {}", what.describe()))
}

given!("the device has waited", has_waited().await);
async fn has_waited(w: &mut World) -> StepResult {
    let device = device(w)?;
    let waited = w.driver().patience(&device).await;
    w.need(waited)
}

given!("the device code has expired", expired().await);
async fn expired(w: &mut World) -> StepResult {
    let device = device(w)?;
    if device.lifetime.is_zero() {
        let text = "the device was not told how long its codes live".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    age(w, device.born, device.lifetime, Span(MARGIN), Side::Past).await
}

when!("{client} redeems the device code", redeems(client).await);
async fn redeems(w: &mut World, client: Client) -> StepResult {
    if client.0 != device(w)?.client {
        w.deviates("a client that the device code was not issued to");
    }
    redeem(w, &client.0, &[]).await
}

when!("{client} redeems the device code again", redeems_again(client).await);
async fn redeems_again(w: &mut World, client: Client) -> StepResult {
    w.deviates("the device code was redeemed before");
    redeem(w, &client.0, &[]).await
}

when!("{client} redeems the device code at once", redeems_early(client).await);
async fn redeems_early(w: &mut World, client: Client) -> StepResult {
    w.deviates("the device asks again at once");
    redeem(w, &client.0, &[]).await
}

when!("{client} redeems the device code {change}", redeems_changed(client, changes).await);
async fn redeems_changed(w: &mut World, client: Client, changes: Changes) -> StepResult {
    redeem(w, &client.0, &changes.0).await
}

when!(
    "{client} redeems the device code for the scope that opens the scoped resource",
    widens(client).await
);
async fn widens(w: &mut World, client: Client) -> StepResult {
    let scope = resource(w)?.scope;
    let lacking = || Unmet::Lacking("the profile has no `scoped_resource.scope`".to_owned());
    let scope = w.need(scope.ok_or_else(lacking))?;
    redeem(w, &client.0, &[Change::set("scope", scope)]).await
}

when!("{client} asks for {excess}, and its user approves", asks_beyond(client, excess).await);
/// Where the device is refused at once nobody is asked.
async fn asks_beyond(w: &mut World, client: Client, excess: Excess) -> StepResult {
    let scope = excess.asked(w, &client.0)?;
    w.answers.journey = None;
    ask(w, &client.0, Some(&scope), &[]).await?;
    if !w.answer()?.what.is_codes() {
        return Ok(());
    }
    decide(w, "default", Decision::Grant).await?;
    w.answers.journey = None;
    redeem(w, &client.0, &[]).await
}

when!(
    "{client} redeems one device code {int} times at once, in {int} rounds",
    races(client, copies, rounds).await
);
async fn races(w: &mut World, client: Client, copies: usize, rounds: usize) -> StepResult {
    w.deviates(format!("{copies} copies of one token request at once, in {rounds} rounds"));
    for _ in 0..rounds {
        hold(w, &client.0, None).await?;
        decide(w, "default", Decision::Grant).await?;
        let device = device(w)?;
        let draft = w.driver().device_redemption(&client.0, &device);
        let draft = w.need(draft)?;
        race(w, &draft, copies).await?;
    }
    Ok(())
}

given!(
    "{client} holds a device code for the scope that opens the scoped resource",
    holds_wide(client).await
);
async fn holds_wide(w: &mut World, client: Client) -> StepResult {
    let (wide, _) = scopes(w)?;
    ask(w, &client.0, Some(&wide), &[]).await?;
    let what = w.answer()?.what;
    if matches!(&what, Observed::Error { error, .. } if error == "invalid_scope") {
        let text = "the device client may not ask for the scope that opens the scoped resource";
        return w.need(Err(Unmet::Lacking(text.to_owned())));
    }
    w.answers.keep(ASKED, vec![wide]);
    is_held(w, &client.0)
}

/// The scope that a device has asked for.
const ASKED: &str = "scope of the device";

then!(
    "the tokens open the scoped resource, or the response says that they have less scope",
    opened_or_told().await
);
async fn opened_or_told(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    w.control_that(what == Observed::Tokens, || {
        format!("a device asked for its tokens once its user had agreed: {}", what.describe())
    })?;
    let (pair, asked) = (w.pair()?, w.answers.collected(ASKED).join(" "));
    let has = |told: &str, word: &str| told.split(' ').any(|it| it == word);
    if pair.scope.is_some_and(|told| asked.split(' ').any(|word| !has(&told, word))) {
        return w.judge(Ok(()));
    }
    let what = opened(w, &pair.access).await?;
    let expected = "the resource that the scope opens, or a token response that names less scope";
    w.judge_what(&what, expected, Observed::is_served)
}

then!("the tokens do not open the scoped resource", not_opened().await);
async fn not_opened(w: &mut World) -> StepResult {
    let what = w.answer()?.what;
    if what != Observed::Tokens {
        return w.judge_what(&what, "tokens for less, or a refusal", Observed::is_refusal);
    }
    let token = w.pair()?.access;
    let what = opened(w, &token).await?;
    w.judge_what(&what, "a refusal", Observed::is_refusal_of_call)
}
