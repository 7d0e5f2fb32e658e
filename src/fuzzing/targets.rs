//! What has to come of resource indicators (RFC 8707): tokens for the resource that was named, and never
//! for one more.

use std::time::Instant;

use url::Url;

use super::answers::{self, Reply};
use super::case::Shot;
use super::expected::{Expectation, Judge};
use super::model::{Age, Model, Pair};
use super::play::{Brought, Player};
use super::reading::{Authorization, Pairs, Reading, all};
use crate::driver::Unmet;
use crate::observe::Observed;
use crate::profile::Profile;

/// A host that belongs to nobody's resource.
pub(super) const UNKNOWN: &str = "https://unknown.oauthspec.example/";

/// The identifiers of the profile's resource and of the other one, where it has both.
pub(super) fn known(profile: &Profile) -> Vec<String> {
    let Some((resource, other)) = profile.resource.as_ref().zip(profile.other_resource.as_ref())
    else {
        return Vec::new();
    };
    let url = |path: &str| profile.endpoint(path).ok().map(|url| url.to_string());
    let own = resource.identifier.clone().or_else(|| url(&resource.url));
    own.into_iter().chain(url(other)).collect()
}

/// What a request names, without what counts as left out.
pub(super) fn named(params: &Pairs) -> Vec<String> {
    all(params, "resource").filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

impl Model {
    /// Parameters without the resource that each request has to name, where they name that and no other.
    pub(super) fn unnamed(&self, params: &Pairs) -> Option<Pairs> {
        let own = self.named.as_ref()?;
        let is_own = named(params) == [own.as_str()];
        let others = params.iter().filter(|(name, _)| name != "resource");
        is_own.then(|| others.cloned().collect())
    }
}

impl Judge<'_> {
    /// The resources that a request names, beside those that were granted.
    pub(super) fn targets(
        &self,
        params: &Pairs,
        (malformed, unknown): (&'static str, &'static str),
        granted: Option<(&[String], &'static str)>,
        to: &mut Expectation,
    ) {
        let known = known(&self.terms.profile);
        if known.is_empty() {
            return;
        }
        for value in named(params) {
            let bad = value.contains('#') || Url::parse(&value).is_err();
            if bad {
                self.refuse_where_cited(malformed, to);
            } else if value == UNKNOWN {
                self.refuse_where_cited(unknown, to);
            } else if let Some((granted, rule)) = granted
                && known.contains(&value)
                && !granted.is_empty()
                && !granted.contains(&value)
            {
                self.refuse_where_cited(rule, to);
            }
        }
    }

    /// A call with a token that is for other resources alone.
    pub(super) fn foreign(&self, pair: &Pair, to: &mut Expectation) {
        let known = known(&self.terms.profile);
        let Some(own) = known.first().filter(|_| !pair.resources.is_empty()) else { return };
        if pair.resources.iter().all(|it| it != own && known.contains(it)) {
            self.refuse_where_cited("audience/foreign-token-refused", to);
        }
    }

    /// A call of the other resource, the request as it is: a token that was exchanged for this resource opens
    /// it (RFC 8693 §2.1), and one for the first resource alone does not.
    fn elsewhere(&self, read: &Reading) -> Expectation {
        let mut to = Expectation::new("exchange/target");
        to.open = true;
        let [Authorization::Bearer(token)] = read.authorization.as_slice() else { return to };
        let pair = self.model.by_access(token).and_then(|at| self.model.pairs.get(at));
        let known = known(&self.terms.profile);
        let (Some(pair), [own, other]) = (pair, known.as_slice()) else { return to };
        if read.odd || pair.resources.is_empty() || pair.key.is_some() {
            return to;
        }
        if pair.resources.iter().all(|it| it == own) {
            self.refuse_where_cited("audience/foreign-token-refused", &mut to);
        }
        let alive = pair.access.dead.is_none()
            && !pair.access.doubtful
            && match pair.born.age(self.now, pair.expires_in) {
                Age::Alive => true,
                Age::Dead => false,
                Age::Unknown => pair.expires_in.is_none() && self.now <= pair.born.moved,
            };
        to.open = !(alive && pair.targeted && pair.resources.iter().all(|it| it == other));
        to
    }
}

impl Player<'_> {
    /// A token is used at the other resource.
    pub(super) async fn call_other(
        &mut self,
        shot: &Shot,
        token: Option<usize>,
    ) -> Result<Brought, Unmet> {
        let (access, _) = self.tokens(token);
        let draft = self.driver.call_other(&access)?;
        let (request, read) = self.spoil(shot, &draft)?;
        let mut expectation = self.judge().elsewhere(&read);
        if !shot.edits.is_empty() {
            expectation = Expectation { open: true, reasons: Vec::new(), ..expectation };
        }
        let since = Instant::now();
        let sent = self.submit(&draft.label, &request, &read).await;
        let what = Observed::of_resource(&sent);
        self.keep(&shot.request, &what, &sent, since);
        let done = matches!(what, Observed::Served(_));
        self.judged(&expectation, &Reply { what: &what, means: answers::means(&read), done });
        Ok(Brought::Nothing)
    }
}
