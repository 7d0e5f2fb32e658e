//! From a case that shows a finding to the smallest one that still does.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;

use super::case::{Base, Case, Edit, Scope, Shot, Step};
use super::oracle::Finding;
use super::play::{Browsers, Played, Stage, play};
use crate::driver::value::Value;

/// More tries than this are not made for one finding.
const TRIES: u32 = 400;

/// Whether two findings are of the same kind.
pub fn alike(one: &Finding, other: &Finding) -> bool {
    let same = one.oracle == other.oracle && one.rule == other.rule;
    same && (one.rule.is_some() || one.actual == other.actual)
}

/// Plays a case from a fresh browser and on fresh connections; the finding if it shows again, and what
/// was seen.
pub async fn again(stage: &Stage, case: &Case, wanted: &Finding) -> (Option<Finding>, Played) {
    stage.site.transport.keep_connections(false);
    let played = play(stage, case, &mut Browsers::default(), seed_of(stage, case)).await;
    stage.site.transport.keep_connections(true);
    for finding in played.findings.iter().filter(|finding| alike(finding, wanted)) {
        if stage.unproven(finding).await.is_none() {
            return (Some(finding.clone()), played);
        }
    }
    (None, played)
}

/// What has to be fresh has to be so in every play: a server that keeps the identifiers of proofs refuses
/// one that comes again.
pub(super) fn seed_of(stage: &Stage, case: &Case) -> u64 {
    let mut hasher = DefaultHasher::new();
    case.hash(&mut hasher);
    stage.again.fetch_add(1, Ordering::Relaxed).hash(&mut hasher);
    hasher.finish()
}

/// The smallest case that shows a finding, and the finding as it shows it.
pub async fn shrink(stage: &Stage, case: Case, wanted: &Finding) -> (Case, Finding) {
    let mut search = Search { stage, best: case, found: wanted.clone(), tries: 0 };
    let mut end = search.best.clone();
    end.steps.truncate(wanted.step + 1);
    search.attempt(end).await;
    loop {
        let before = search.best.clone();
        search.fewer_steps().await;
        search.smaller_steps().await;
        if search.best == before || search.tries >= TRIES {
            return (search.best, search.found);
        }
    }
}

struct Search<'a> {
    stage: &'a Stage,
    best: Case,
    found: Finding,
    tries: u32,
}

impl Search<'_> {
    /// Takes a candidate if it shows the finding, too.
    async fn attempt(&mut self, candidate: Case) -> bool {
        if candidate == self.best || candidate.steps.is_empty() || self.tries >= TRIES {
            return false;
        }
        self.tries += 1;
        let (found, _) = again(self.stage, &candidate, &self.found).await;
        let Some(found) = found else { return false };
        (self.best, self.found) = (candidate, found);
        true
    }

    async fn fewer_steps(&mut self) {
        let mut at = self.best.steps.len();
        while at > 0 {
            at -= 1;
            let candidate = self.best.without(at);
            self.attempt(candidate).await;
            at = at.min(self.best.steps.len());
        }
    }

    async fn smaller_steps(&mut self) {
        for at in 0..self.best.steps.len() {
            // Each success changes the step, and with it what is left to try.
            while let Some(candidate) = self.next_smaller(at).await {
                self.best = candidate;
            }
        }
    }

    async fn next_smaller(&mut self, at: usize) -> Option<Case> {
        let candidates = smaller(self.best.steps.get(at)?);
        for step in candidates {
            let mut candidate = self.best.clone();
            *candidate.steps.get_mut(at)? = step;
            if self.attempt(candidate).await {
                return Some(self.best.clone());
            }
        }
        None
    }
}

/// Steps that are a little simpler, the simplest first.
fn smaller(step: &Step) -> Vec<Step> {
    let Step::Send(shot) = step else { return Vec::new() };
    let mut shots = Vec::new();
    for at in 0..shot.edits.len() {
        let mut fewer = shot.clone();
        fewer.edits.remove(at);
        shots.push(fewer);
    }
    for at in 0..shot.edits.len() {
        for edit in simpler_edits(&shot.edits[at]) {
            let mut simpler = shot.clone();
            simpler.edits[at] = edit;
            shots.push(simpler);
        }
    }
    let bases = simpler_bases(&shot.request).into_iter();
    shots.extend(bases.map(|request| Shot { request, edits: shot.edits.clone() }));
    shots.into_iter().map(Step::Send).collect()
}

fn simpler_bases(base: &Base) -> Vec<Base> {
    let mut bases = Vec::new();
    let mut ordinary = base.clone();
    if let Some(client) = ordinary.client().filter(|client| *client != "default") {
        "default".clone_into(client);
        bases.push(ordinary);
    }
    match base {
        Base::Authorize { client, user, deny } => {
            let of = |user: &str, deny| Base::Authorize {
                client: client.clone(),
                user: user.to_owned(),
                deny,
            };
            if user != "default" {
                bases.push(of("default", *deny));
            }
            if *deny {
                bases.push(of(user, false));
            }
        }
        Base::Downscope { token, scope: Scope::Wider | Scope::First } => {
            bases.push(Base::Downscope { token: *token, scope: Scope::Narrower });
        }
        Base::Use { token, scoped: true } => bases.push(Base::Use { token: *token, scoped: false }),
        _ => {}
    }
    bases
}

fn simpler_edits(edit: &Edit) -> Vec<Edit> {
    match edit {
        Edit::Set { name, value } => {
            let put = |value| Edit::Set { name: name.clone(), value };
            simpler_values(value).into_iter().map(put).collect()
        }
        Edit::Twice { name, value: Some(value) } => {
            let repeat = |value| Edit::Twice { name: name.clone(), value };
            let mut edits = vec![repeat(None)];
            edits.extend(simpler_values(value).into_iter().map(|value| repeat(Some(value))));
            edits
        }
        Edit::Bytes(digits) if !digits.is_empty() => {
            let half = digits.len() / 4 * 2;
            [
                String::new(),
                digits[..half].to_owned(),
                digits[half..].to_owned(),
                digits[2..].to_owned(),
            ]
            .into_iter()
            .filter(|shorter| shorter.len() < digits.len())
            .map(Edit::Bytes)
            .collect()
        }
        _ => Vec::new(),
    }
}

fn simpler_values(value: &Value) -> Vec<Value> {
    match value {
        Value::Text(text) if !text.is_empty() => {
            let chars: Vec<char> = text.chars().collect();
            let mut texts = vec![chars[..chars.len() / 2].iter().collect::<String>()];
            texts.push(chars[chars.len() / 2..].iter().collect());
            texts.extend((0..chars.len()).map(|gone| {
                let rest = chars.iter().enumerate().filter(|(at, _)| *at != gone);
                rest.map(|(_, c)| *c).collect()
            }));
            let shorter = texts.into_iter().filter(|shorter| shorter.len() < text.len());
            shorter.map(Value::Text).collect()
        }
        Value::Long(c, count) if *count > 1 => {
            vec![Value::Long(*c, count / 2), Value::Long(*c, count - 1)]
        }
        _ => Vec::new(),
    }
}
