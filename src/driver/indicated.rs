//! The resource that tokens are for, named where no sentence does so (RFC 8707): a server may refuse a request
//! without one as one for an invalid target (§2.1), which is learnt from its answer.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use url::Url;

use super::draft::Encoding;
use super::flow::Driver;
use super::{Draft, Unmet};
use crate::observe::Observed;
use crate::wire::transport::Sent;

/// The parameter that names a resource.
const RESOURCE: &str = "resource";

/// The error about a resource that is not named, or cannot be had (RFC 8707 §2).
const INVALID_TARGET: &str = "invalid_target";

impl Driver {
    /// The identifier of the resource: the profile's, or else its URL.
    ///
    /// # Errors
    /// Where the profile defines no resource that is called.
    pub fn resource_identifier(&self) -> Result<String, Unmet> {
        let own = self.site.profile.resource.as_ref().and_then(|it| it.identifier.clone());
        let url = || self.site.resource.as_ref().map(ToString::to_string);
        let lacking = || Unmet::Lacking("the profile defines no `resource`".to_owned());
        own.or_else(url).ok_or_else(lacking)
    }

    /// From now on tokens are for the scoped resource, where a resource has to be named.
    pub fn be_about_scoped_resource(&mut self) {
        self.is_about_scoped = true;
    }

    /// What is named. Where the profile tells an identifier, that is the name of every resource of it.
    fn name(&self) -> Result<String, Unmet> {
        let scoped = self.site.scoped_resource.as_ref().filter(|_| self.is_about_scoped);
        let has_own = self.site.profile.resource.as_ref().is_some_and(|it| it.identifier.is_some());
        match scoped.filter(|_| !has_own) {
            Some(scoped) => Ok(scoped.to_string()),
            None => self.resource_identifier(),
        }
    }

    /// Whether the target refuses requests that name no resource, as far as is known.
    pub fn has_to_name_resource(&self) -> bool {
        self.site.names_resource.load(Ordering::Relaxed)
    }

    /// The resource that each request has to name, where the target wants that.
    pub fn resource_named(&self) -> Option<String> {
        self.name().ok().filter(|_| self.has_to_name_resource())
    }

    /// Names the resource in a draft that has to name one and does not.
    pub(super) fn name_resource(&self, draft: &mut Draft) {
        if let Some(own) = self.unnamed(draft) {
            draft.params().push(RESOURCE, own);
        }
    }

    /// The draft with the resource, where it has to name one and does not.
    pub(super) fn with_resource<'d>(&self, draft: &'d Draft) -> Cow<'d, Draft> {
        let mut draft = Cow::Borrowed(draft);
        if let Some(own) = self.unnamed(&draft) {
            draft.to_mut().params().push(RESOURCE, own);
        }
        draft
    }

    /// The resource that a draft has to name and does not.
    fn unnamed(&self, draft: &Draft) -> Option<String> {
        let lacks = self.has_to_name_resource() && self.names_none(draft);
        lacks.then(|| self.name().ok())?
    }

    /// Whether a request could name a resource, and does not.
    fn names_none(&self, draft: &Draft) -> bool {
        let has =
            |name: &str| draft.query.first(name).is_some() || draft.form.first(name).is_some();
        let path = draft.url.path();
        let is_at = |url: &Option<Url>| url.as_ref().is_some_and(|url| url.path() == path);
        let authorizes = is_at(&self.site.authorization) && !has("request_uri");
        let posts = draft.encoding == Encoding::Form && draft.json.is_none();
        let pushes = is_at(&self.site.pushed);
        let of_tokens = path == self.site.token.path() && draft.form.first("grant_type").is_some();
        !has(RESOURCE) && (authorizes || posts && (pushes || of_tokens))
    }

    /// Whether a request has to be sent once more, with the name of the resource.
    pub(super) fn needs_resource(&self, draft: &Draft, sent: &Sent) -> bool {
        let refused = matches!(Observed::of_token(sent), Observed::Error { error, .. } if error == INVALID_TARGET);
        refused && self.learns_of_resource(draft)
    }

    /// The same of an authorization request, by what came of it.
    pub(super) fn needs_resource_there(&self, draft: &Draft, what: &Observed) -> bool {
        let refused = matches!(what, Observed::Redirect(error) if error == INVALID_TARGET);
        refused && self.learns_of_resource(draft)
    }

    /// The draft names no resource, and was refused as if it named a wrong one.
    fn learns_of_resource(&self, draft: &Draft) -> bool {
        let learns = self.names_none(draft) && self.name().is_ok();
        if learns {
            self.site.names_resource.store(true, Ordering::Relaxed);
        }
        learns
    }
}
