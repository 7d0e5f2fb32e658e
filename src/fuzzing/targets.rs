//! What has to come of resource indicators (RFC 8707): tokens for the resource that was named, and never
//! for one more.

use url::Url;

use super::expected::{Expectation, Judge};
use super::model::Pair;
use super::reading::{Pairs, all};
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
}
