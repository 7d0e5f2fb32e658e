//! What the introspection endpoint tells of one token, compared with what it tells of another (RFC 7662 §2.2).

use serde_json::{Map, Value};

use super::definition::{given, then};
use super::introspection::{LEEWAY, lives, members};
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::observe::Mismatch;

/// When a token expires, which another one is compared with.
const EXPIRES: &str = "expiry of the token before";

given!("the access token is active, and it is told when it expires", is_active_until().await);
async fn is_active_until(w: &mut World) -> StepResult {
    let token = w.pair()?.access;
    lives(w, &token).await?;
    let exp = members(w)?.get("exp").and_then(Value::as_u64);
    let lacking = || Unmet::Lacking("the introspection names no expiry".to_owned());
    let exp = w.need(exp.ok_or_else(lacking))?;
    w.answers.keep(EXPIRES, vec![exp.to_string()]);
    Ok(())
}

then!("the token outlives the one before, which had {int} seconds left", outlives(left));
fn outlives(w: &mut World, left: u64) -> StepResult {
    let (members, pair) = (members(w)?, w.pair()?);
    let before = w.answers.collected(EXPIRES).first().and_then(|it| it.parse::<u64>().ok());
    let exp = members.get("exp").and_then(Value::as_u64);
    let Some(((exp, before), told)) = exp.zip(before).zip(pair.expires_in) else {
        let text = "the token response or the answer names no lifetime".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    };
    let due = told.saturating_sub(left + LEEWAY);
    w.judge(match exp < before + due {
        false => Ok(()),
        true => Err(Mismatch::new(
            format!(
                "exp {} s after that of the token before, as expires_in said",
                told.saturating_sub(left)
            ),
            format!("{} s after it", exp.saturating_sub(before)),
        )),
    })
}

then!("another user is told of the other token", another_user().await);
/// A server need not say whose a token is; of a client it says so elsewhere.
async fn another_user(w: &mut World) -> StepResult {
    let own = members(w)?;
    let other = w.left(w.issued.other_pair.clone(), "other tokens")?;
    lives(w, &other.access).await?;
    let others = members(w)?;
    let client = w.driver().client(&other.client);
    let client = w.need(client)?.id;
    let told = ["sub", "username"].map(|name| {
        let text = |it: &Map<String, Value>| it.get(name)?.as_str().map(str::to_owned);
        text(&own).zip(text(&others)).filter(|(one, _)| *one != client).map(|told| (name, told))
    });
    let told: Vec<_> = told.into_iter().flatten().collect();
    if told.is_empty() {
        let text = "the introspection does not say whose a token is".to_owned();
        return w.need(Err(Unmet::Lacking(text)));
    }
    let same = told.into_iter().find(|(_, (one, another))| one == another);
    w.judge(same.map_or(Ok(()), |(name, _)| {
        Err(Mismatch::new(format!("another {name:?} for another user"), "the same one"))
    }))
}
