//! When a used refresh token stops working: at once, or once what it brought is used.

use std::time::Instant;

use super::definition::then;
use super::races::{most_were_won, nobody_won};
use super::world::{StepResult, World};
use crate::driver::Pair;
use crate::observe::{Judgement, Mismatch, Observed};
use crate::profile::Refresh;
use crate::rules::{Cite, Level, Manner, Pattern};
use crate::wire::Secret;

/// What ends a used refresh token that has brought tokens again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A call with an access token that it has brought.
    Access,
    /// A refresh with the refresh token that it has brought.
    Successor,
}

impl End {
    fn describe(self) -> &'static str {
        match self {
            Self::Access => "once the new access token was used",
            Self::Successor => "once its successor was used",
        }
    }
}

/// The refresh token that a used one has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// None.
    Nothing,
    /// The used one.
    Used,
    /// The one that it had brought before.
    Same,
    /// One that nobody had before.
    Other,
}

impl Came {
    fn describe(self) -> &'static str {
        match self {
            Self::Nothing => "no refresh token",
            Self::Used => "the used refresh token",
            Self::Same => "the same refresh token once more",
            Self::Other => "another refresh token",
        }
    }
}

/// A used refresh token that has brought tokens again.
struct Retried {
    /// The refresh token that it brought.
    came: Came,
    /// What ends it; none: nothing that a client does.
    end: Option<End>,
}

impl Retried {
    fn describe(&self) -> String {
        let came = self.came.describe();
        match self.end {
            Some(end) => {
                format!("200 with {came}; the used one is refused, but only {}", end.describe())
            }
            None => format!(
                "200 with {came}, and the used one goes on working once what it brought was used"
            ),
        }
    }
}

/// What a refresh token gets that was used before.
async fn present(w: &mut World, pair: &Pair, used: &Secret) -> Result<Observed, String> {
    let draft = w.driver().refreshment(&pair.client, used);
    let draft = w.need(draft)?;
    Ok(Observed::of_token(&w.submit(&draft).await?))
}

async fn is_refused(w: &mut World, pair: &Pair, used: &Secret) -> Result<bool, String> {
    let what = present(w, pair, used).await?;
    w.judgeable(&what)?;
    Ok(what.is_refusal())
}

/// Uses what a used refresh token has brought, as every client does sooner or later, and looks what becomes
/// of it. `brought`: the tokens that came of it, the newest last.
async fn retried(w: &mut World, used: &Secret, brought: &[Pair]) -> Result<Retried, String> {
    let Some((again, before)) = brought.split_last() else {
        return Err(w.assessment.error("no step of the scenario left new tokens"));
    };
    let new = |pair: &Pair| pair.refresh.clone().filter(|refresh| refresh != used);
    let as_before = |it: &Secret| before.iter().any(|pair| new(pair).as_ref() == Some(it));
    let came = match &again.refresh {
        None => Came::Nothing,
        Some(token) if token == used => Came::Used,
        Some(token) if as_before(token) => Came::Same,
        Some(_) => Came::Other,
    };
    if before.iter().all(|pair| new(pair).is_none()) {
        // The client has nothing new that it could use.
        return Ok(Retried { came, end: None });
    }
    let mut served = false;
    for pair in brought {
        served |= w.driver().probe(&pair.access).await.is_ok_and(|what| what.is_served());
    }
    if served && is_refused(w, again, used).await? {
        return Ok(Retried { came, end: Some(End::Access) });
    }
    for pair in [before.last(), Some(again)].into_iter().flatten() {
        let Some(successor) = &pair.refresh else { continue };
        if present(w, pair, successor).await? == Observed::Tokens {
            let end = is_refused(w, again, used).await?.then_some(End::Successor);
            return Ok(Retried { came, end });
        }
    }
    Ok(Retried { came, end: None })
}

/// The refresh token of the last token request, and the tokens that came since it was issued.
fn replayed(w: &mut World) -> Result<(Secret, Vec<Pair>), String> {
    let mut draft = w.answer()?.draft;
    let used = draft.params().first("refresh_token").map(Secret::from);
    let used = w.left(used, "a refresh")?;
    let pairs = &w.issued.pairs;
    let first = pairs.iter().position(|pair| pair.refresh.as_ref() == Some(&used));
    let brought = pairs.get(first.map_or(0, |at| at + 1)..).unwrap_or_default().to_vec();
    Ok((used, brought))
}

/// Tokens came where a refusal is due: what a document accepts, and what came.
fn granted(cite: &Cite, retried: &Retried) -> Mismatch {
    let expected = cite.accepts.iter().map(Pattern::to_string).collect();
    Mismatch { manner: Some(Manner::Granted), ..Mismatch::of(expected, retried.describe()) }
}

then!(
    "the used refresh token is refused as documented, or late where that is optional",
    refused_or_late().await
);
/// Where it is optional that a refresh token works once, one that is refused late is a matter of its own.
async fn refused_or_late(w: &mut World) -> StepResult {
    let at = |cite: &Cite, late: bool| match cite.level {
        Level::May if late => (Level::Should, true),
        level => (level, false),
    };
    judge_retried(w, at).await
}

then!(
    "the used refresh token is refused as documented, at the latest once the new tokens were used",
    refused_in_the_end().await
);
/// Who has a refresh token that was used, and whose successor is used as well, is noticed (RFC 9700 §4.14.2).
async fn refused_in_the_end(w: &mut World) -> StepResult {
    let at =
        |cite: &Cite, late: bool| if late { (Level::Should, true) } else { (cite.level, false) };
    judge_retried(w, at).await
}

/// Judges what a used refresh token got; `at`: at which level it counts that it got tokens, and whether that
/// is tolerated, where it is refused late, and where it never is.
async fn judge_retried(w: &mut World, at: impl Fn(&Cite, bool) -> (Level, bool)) -> StepResult {
    let answer = w.answer()?;
    if answer.what != Observed::Tokens {
        return w.judge_answer(&answer);
    }
    w.mark_judged();
    let (used, brought) = replayed(w)?;
    let retried = retried(w, &used, &brought).await?;
    let policy = w.driver().site.profile.policy.refresh;
    if retried.end.is_some() && matches!(policy, Some(Refresh::Grace(_))) {
        // A client whose answer was lost asks once more: what the profile says of this server.
        return w.judge(Ok(()));
    }
    w.breach_at(|cite| (granted(cite, &retried), at(cite, retried.end.is_some())))
}

then!("the requests of each round bring at most one successor", one_successor().await);
async fn one_successor(w: &mut World) -> StepResult {
    let most = w.answers.rounds.iter().map(|round| round.successors).max().unwrap_or_default();
    if most <= 1 {
        return if most_were_won(w) { w.judge(Ok(())) } else { nobody_won(w) };
    }
    let actual = format!("{most} successes, each with tokens of its own");
    let many = |actual: String| Mismatch::new("at most one success", actual).granted();
    let is_optional = |cite: &Cite| cite.level == Level::May;
    w.judge_by(|cite| match is_optional(cite) {
        true => Judgement::Accepted,
        false => Judgement::Refused(many(actual.clone())),
    })?;
    if !w.cites().iter().any(is_optional) {
        return Ok(());
    }
    w.mark_judged();
    // A server that leaves it at that has not chosen to let refresh tokens work once.
    let (level, how) = match in_turn(w).await? {
        None => {
            (Level::DerivedCritical, "one after the other, the second request is refused".into())
        }
        Some(it) if it.came == Came::Same => {
            (Level::DerivedCritical, format!("one after the other, {}", it.describe()))
        }
        Some(it) if it.end.is_some() => {
            (Level::Should, format!("one after the other, {}", it.describe()))
        }
        Some(_) => (Level::May, String::new()),
    };
    let actual = if how.is_empty() { actual } else { format!("{actual}; {how}") };
    w.breach_at(|_| (many(actual.clone()), (level, level == Level::Should)))
}

/// What a refresh token gets that comes twice, one after the other; none: it is refused.
async fn in_turn(w: &mut World) -> Result<Option<Retried>, String> {
    let client = w.pair()?.client;
    let first = w.obtain_tokens(&client).await?;
    let used = w.refresh_beside(first.refresh)?;
    let draft = w.driver().refreshment(&client, &used);
    let draft = w.need(draft)?;
    let successor = w.obtain(&client, &draft).await?;
    let since = Instant::now();
    let sent = w.submit(&draft).await?;
    w.judgeable(&Observed::of_token(&sent))?;
    match w.driver().pair_of(&client, &sent, since) {
        Some(again) => retried(w, &used, &[successor, again]).await.map(Some),
        None => Ok(None),
    }
}
