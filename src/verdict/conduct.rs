//! How a run was done: what was measured of the target, and what was chosen from it.

use std::time::Duration;

/// Scenarios at once, where nothing was said and nothing could be measured.
const CONCURRENCY: usize = 8;

/// How a run was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conduct {
    /// How long an ordinary request takes; none: nothing was measured.
    pub latency: Option<Duration>,
    /// How long the slowest ordinary request took.
    pub slowest: Option<Duration>,
    /// How long an ordinary flow takes of a user who is signed in.
    pub flow: Option<Duration>,
    /// How long a request may take; none: the transport's own limit.
    pub timeout: Option<Duration>,
    /// Scenarios at once.
    pub concurrency: usize,
    /// Why scenarios ran one at a time, where they had to.
    pub apart: Option<String>,
    /// The limit on requests that the server keeps to, where requests were not sent because of it.
    pub limit: Option<String>,
    /// What the target got otherwise than the RFCs have it, since it knows no client otherwise.
    pub concession: Option<String>,
    /// What ordinary grants within one second come to, where that is not what they come to later.
    pub clash: Option<String>,
    /// So many times each client is registered, for scenarios to take in turn.
    pub flocks: usize,
    /// From which scenario on ordinary requests failed.
    pub turn: Option<String>,
    /// How often clients were registered anew, for what was played again or since ordinary requests failed.
    pub renewals: usize,
    /// Whether there may be fewer in the course of the run: the profile does not say how many.
    pub adapts: bool,
    /// Requests sent in the whole run.
    pub requests: usize,
    /// Logins among them.
    pub logins: usize,
    /// Scenarios that came out inconclusive and were played again, alone.
    pub played_again: usize,
    /// How many of them were decided by that.
    pub decided: usize,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            latency: None,
            slowest: None,
            flow: None,
            timeout: None,
            concurrency: CONCURRENCY,
            apart: None,
            limit: None,
            concession: None,
            clash: None,
            flocks: 1,
            turn: None,
            renewals: 0,
            adapts: false,
            requests: 0,
            logins: 0,
            played_again: 0,
            decided: 0,
        }
    }
}

impl Conduct {
    /// So many scenarios at once, without a look at the target.
    pub fn of(concurrency: usize) -> Self {
        Self { concurrency, ..Self::default() }
    }

    /// What was done, in sentences for people.
    pub fn sentences(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let (Some(latency), Some(slowest)) = (self.latency, self.slowest) {
            let [latency, slowest] = [latency, slowest].map(|it| it.as_secs_f64() * 1e3);
            let text =
                format!("an ordinary request takes {latency:.1} ms, the slowest {slowest:.0} ms");
            out.push(text);
        }
        if let Some(timeout) = self.timeout {
            out.push(format!("a request may take {} s", timeout.as_secs_f64()));
        }
        out.push(match &self.apart {
            Some(why) => format!("one scenario at a time, since {why}"),
            None if self.concurrency == 1 => "one scenario at a time".to_owned(),
            None => format!("up to {} scenarios at once", self.concurrency),
        });
        out.extend(self.limit.as_ref().map(|limit| {
            format!(
                "{limit}: further ones were not sent; switch its limiter off for the test, or raise the \
                 limit"
            )
        }));
        out.extend(self.concession.clone());
        out.extend(self.clash.clone());
        if self.flocks > 1 {
            out.push(format!(
                "each client is registered {} times, for scenarios to take in turn",
                self.flocks
            ));
        }
        out.extend(self.turn.as_ref().map(|turn| match self.renewals {
            0 => turn.clone(),
            _ => format!("{turn}; clients were registered anew"),
        }));
        out.push(format!("{} requests, {} logins", self.requests, self.logins));
        if self.played_again > 0 {
            let (again, decided) = (self.played_again, self.decided);
            out.push(format!(
                "{again} inconclusive scenarios played again, alone{}: {decided} decided",
                if self.renewals > 0 { " and with clients registered anew" } else { "" }
            ));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_measured_and_chosen() {
        let plain = Conduct { requests: 12, logins: 2, ..Conduct::of(4) };
        assert_eq!(plain.sentences(), ["up to 4 scenarios at once", "12 requests, 2 logins"]);
        let measured = Conduct {
            latency: Some(Duration::from_millis(20)),
            slowest: Some(Duration::from_millis(900)),
            timeout: Some(Duration::from_secs(9)),
            apart: Some("a new grant ends the one before".to_owned()),
            played_again: 3,
            decided: 2,
            ..plain
        };
        assert_eq!(
            measured.sentences(),
            [
                "an ordinary request takes 20.0 ms, the slowest 900 ms",
                "a request may take 9 s",
                "one scenario at a time, since a new grant ends the one before",
                "12 requests, 2 logins",
                "3 inconclusive scenarios played again, alone: 2 decided",
            ]
        );
    }
}
