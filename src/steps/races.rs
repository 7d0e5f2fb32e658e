//! Races: several copies of one token request at the same time.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::str::FromStr;
use std::time::{Duration, Instant};

use super::answers::Round;
use super::definition::{then, when};
use super::parameter::parameter;
use super::params::Client;
use super::world::{StepResult, World};
use crate::driver::flow::Authorization;
use crate::driver::{Client as Role, Draft};
use crate::observe::{Mismatch, Observed, success};
use crate::wire::transport::Sent;

/// So many rounds are always played, unless one shows what is looked for.
const LEAST: usize = 4;

/// Rounds with many copies and with two, by turns.
const KINDS: usize = 2;

/// Further rounds begin only so long after the first.
const BOUND: Duration = Duration::from_secs(2);

parameter!(Single, "single", r"redeems one code|uses one refresh token");

/// What works once, and is used.
#[derive(Clone, Copy)]
enum Single {
    Code,
    RefreshToken,
}

impl Single {
    /// How often it worked in a round: a refresh token that brings the same successor again works once.
    fn times(self, round: &Round) -> usize {
        match self {
            Self::Code => round.winners,
            Self::RefreshToken => round.successors,
        }
    }
}

impl FromStr for Single {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "redeems one code" { Self::Code } else { Self::RefreshToken })
    }
}

when!(
    "{client} {single} {int} times at once, in {int} rounds",
    all_rounds(client, single, copies, rounds).await
);
async fn all_rounds(
    w: &mut World,
    client: Client,
    single: Single,
    copies: usize,
    rounds: usize,
) -> StepResult {
    w.deviates(format!("{copies} copies of one token request at once, in {rounds} rounds"));
    for _ in 0..rounds {
        if let Some(draft) = anew(w, single, &client.0, true).await? {
            race(w, &draft, copies).await?;
        }
    }
    Ok(())
}

when!(
    "{client} {single} up to {int} times at once, in up to {int} rounds",
    until_two_win(client, single, copies, rounds).await
);
/// Many copies keep a server busy, and two come to the same place at the same time: the rounds have the one
/// and the other by turns, as long as it takes little time, and end with the first in which two requests
/// succeed. What comes after the first few rounds is more of the same: a round that does not come about there,
/// or that nobody wins, takes nothing from those before it.
async fn until_two_win(
    w: &mut World,
    client: Client,
    single: Single,
    copies: usize,
    rounds: usize,
) -> StepResult {
    w.deviates(format!("up to {copies} copies of one token request at once"));
    let since = Instant::now();
    let alike = w.driver().site.transport.races_alike();
    let rounds = if alike { KINDS } else { rounds };
    for played in 0..rounds {
        let due = played < LEAST;
        if !due && (since.elapsed() > BOUND || a_person_signs_in(w)) {
            break;
        }
        let Some(draft) = anew(w, single, &client.0, due).await? else { break };
        race(w, &draft, if played % KINDS == 0 { copies } else { 2 }).await?;
        match w.answers.rounds.last().map(|round| (round.winners, single.times(round))) {
            Some((0, _)) if !due => {
                w.answers.rounds.pop();
                break;
            }
            Some((_, 2..)) => break,
            _ => {}
        }
    }
    Ok(())
}

fn a_person_signs_in(w: &mut World) -> bool {
    w.driver().site.profile.login.person.is_some()
}

/// The token request with a code or a refresh token that was not used yet; `None` where there is none, and
/// another round is not `due`.
async fn anew(
    w: &mut World,
    single: Single,
    client: &Role,
    due: bool,
) -> Result<Option<Draft>, String> {
    let ask = Authorization::of(client);
    let draft = match single {
        Single::Code => {
            let code = w.driver().obtain_code(&ask).await;
            if !due && code.is_err() {
                return Ok(None);
            }
            let code = w.control(code)?;
            w.driver().redemption(client, &code)
        }
        Single::RefreshToken => {
            let pair = w.driver().obtain_tokens(&ask).await;
            if !due && pair.as_ref().map_or(true, |pair| pair.refresh.is_none()) {
                return Ok(None);
            }
            let pair = w.control(pair)?;
            w.issued.pairs.push(pair);
            let token = w.refresh_token()?;
            w.driver().refreshment(client, &token)
        }
    };
    w.need(draft).map(Some)
}

/// One round of a race.
pub(super) async fn race(w: &mut World, draft: &Draft, copies: usize) -> StepResult {
    let answers = w.driver().race(draft, copies).await;
    let answers = w.need(answers)?;
    let whats: Vec<Observed> = answers.iter().map(Observed::of_token).collect();
    let used = draft.form.first("refresh_token");
    w.answers.rounds.push(Round {
        winners: whats.iter().filter(|what| **what == Observed::Tokens).count(),
        successors: successors(&answers, used),
        losers: whats.into_iter().filter(|what| *what != Observed::Tokens).collect(),
        broken: answers.iter().find_map(broken),
    });
    Ok(())
}

/// How many refresh tokens take the place of the used one. A success without a new one counts as one.
fn successors(answers: &[Sent], used: Option<&str>) -> usize {
    let tokens = answers.iter().filter_map(|sent| success::tokens(sent.as_ref().ok()?));
    let (mut new, mut others) = (BTreeSet::new(), 0);
    for tokens in tokens {
        match tokens.refresh.filter(|refresh| used != Some(&**refresh)) {
            Some(refresh) => _ = new.insert(refresh),
            None => others += 1,
        }
    }
    new.len() + others
}

/// The status by which a server says that it failed.
fn broken(sent: &Sent) -> Option<u16> {
    let response = sent.as_ref().ok()?;
    response.is_broken().then_some(response.status)
}

then!("at most one request of each round succeeds", one_winner());
fn one_winner(w: &mut World) -> StepResult {
    let most = w.answers.rounds.iter().map(|round| round.winners).max().unwrap_or_default();
    if most > 1 {
        let many = Mismatch::new("at most one success", format!("{most} successes"));
        return w.judge(Err(many.granted()));
    }
    if !most_were_won(w) {
        return nobody_won(w);
    }
    w.judge(Ok(()))
}

/// Whether most rounds have a winner. A copy that comes late is a replay, for which a server may take back what
/// the first one got (RFC 6749 §4.1.2) before that is out: now and then nobody wins.
pub(super) fn most_were_won(w: &World) -> bool {
    let rounds = &w.answers.rounds;
    rounds.iter().filter(|round| round.winners > 0).count() * 2 > rounds.len()
}

/// Rounds without a winner show nothing: says how many there were, and what came instead.
pub(super) fn nobody_won(w: &mut World) -> StepResult {
    let lost = w.answers.rounds.iter().filter(|round| round.winners == 0);
    let instead = lost.clone().flat_map(|round| &round.losers).next().map(Observed::describe);
    let text = format!(
        "in {} of {} rounds no request succeeded, but got {}",
        lost.count(),
        w.answers.rounds.len(),
        instead.unwrap_or_else(|| "no answer".to_owned())
    );
    w.control_failed(text)
}

then!("the requests that lose are refused", losers_refused());
/// One round may be an accident; the same in another is not.
fn losers_refused(w: &mut World) -> StepResult {
    if !most_were_won(w) {
        return nobody_won(w);
    }
    let broken: Vec<u16> = w.answers.rounds.iter().filter_map(|round| round.broken).collect();
    let result = match broken.as_slice() {
        [status, _, ..] => Err(Mismatch::new(
            "a refusal of each request that loses",
            format!(
                "{status} for some of them, in {} of {} rounds",
                broken.len(),
                w.answers.rounds.len()
            ),
        )),
        _ => Ok(()),
    };
    w.judge(result)
}
