//! Races: one token request twice at the same time. Of what works once, one of them gets tokens at most.

use std::sync::Arc;
use std::time::Instant;

use super::answers::{self, Reply};
use super::case::{Base, Shot};
use super::devices::DEVICE;
use super::model::Pair;
use super::oracle::Finding;
use super::play::{Brought, Player};
use crate::driver::{Client, Unmet};
use crate::observe::{Observed, success};
use crate::profile::Refresh;
use crate::wire::transport::Sent;

/// So many at once.
const COPIES: usize = 2;

const NAME: &str = "one-winner";

const LOSERS: &str = "token/losers-refused";

impl Player<'_> {
    pub(super) async fn race(&mut self, shot: &Shot) -> Result<Brought, Unmet> {
        let of = |client: &String| Client(client.clone());
        let (draft, rule) = match &shot.request {
            Base::Exchange { client, code } => {
                (self.redemption(&of(client), *code)?, "code/single-use-concurrent")
            }
            Base::Refresh { client, token } => {
                let (_, refresh) = self.tokens(*token);
                let draft = self.driver.refreshment(&of(client), &refresh)?;
                (draft, "refresh/single-use-concurrent")
            }
            Base::Poll { client, device } => (self.device_draft(&of(client), *device)?, DEVICE),
            _ => return self.send(shot).await,
        };
        // Each proves anew who it is: an assertion is taken once.
        let (mut requests, mut reads) = (Vec::new(), Vec::new());
        for _ in 0..COPIES {
            let own = self.authenticated(None, &draft).await?;
            let (mut request, read) = self.spoil(shot, &own)?;
            self.driver.write_basic(&mut request).await;
            requests.push(request);
            reads.push(read);
        }
        let read = reads.swap_remove(0);
        let expectation = self.expected_of_token(None, &read, false);
        let since = Instant::now();
        let site = Arc::clone(&self.driver.site);
        let all = self.driver.journal.race(&*site.transport, &draft.label, &requests).await;
        let whats: Vec<Observed> = all.iter().map(Observed::of_token).collect();
        let winners = whats.iter().filter(|what| **what == Observed::Tokens).count();
        let what = if winners > 0 { &Observed::Tokens } else { &whats[0] };
        self.keep(&shot.request, what, &all[0], since);
        self.polled(&read, what, since);
        let expected = expectation.reasons.is_empty();
        if winners > 0 && expected {
            self.one_winner(shot, rule, winners);
            self.losers(&all);
        }
        let done = winners > 0;
        // Where nobody wins a server may have taken each for a replay of the other.
        if !expected || done {
            self.judged(&expectation, &Reply { what, means: answers::means(&read), done });
        }
        let won = all.iter().filter_map(|sent| sent.as_ref().ok()).find_map(success::tokens);
        let brought = match won {
            Some(tokens) => self.issued(shot, &read, &tokens, since),
            None => Brought::Nothing,
        };
        self.after_race(&all);
        Ok(brought)
    }

    fn one_winner(&mut self, shot: &Shot, rule: &'static str, winners: usize) {
        let terms = Arc::clone(&self.stage.terms);
        let Some(level) = terms.level(rule) else { return };
        let strict =
            !matches!(terms.profile.policy.refresh, Some(Refresh::Grace(_) | Refresh::None));
        if matches!(shot.request, Base::Refresh { .. }) && !strict {
            return;
        }
        self.tried(NAME);
        if winners > 1 {
            let actual = format!("{winners} of {COPIES} requests at once got tokens");
            self.found(Some(Finding { rule: Some(rule), level, ..Finding::plain(NAME, actual) }));
        }
    }

    /// Who lost is refused, and breaks nothing; a server may be busy.
    fn losers(&mut self, all: &[Sent]) {
        let Some(level) = self.stage.terms.level(LOSERS) else { return };
        self.tried(NAME);
        let mut answers = all.iter().filter_map(|sent| sent.as_ref().ok());
        if let Some(response) = answers.find(|response| response.is_broken()) {
            let status = response.status;
            let actual = format!("a request that lost against another one was answered {status}");
            self.found(Some(Finding { rule: Some(LOSERS), level, ..Finding::plain(NAME, actual) }));
        }
    }

    /// A loser may have been taken for a thief, and everything may have ended.
    fn after_race(&mut self, all: &[Sent]) {
        if all.iter().filter_map(|sent| sent.as_ref().ok()).count() > 0 {
            self.model.codes.iter_mut().for_each(|code| code.doubtful = true);
            self.model.devices.iter_mut().for_each(|device| device.doubtful = true);
            self.model.pairs.iter_mut().for_each(Pair::doubt);
        }
    }
}
