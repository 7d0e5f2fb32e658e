//! What has to come of registrations (RFC 7591): a client only by metadata that is good, and every client
//! another one.

use std::time::Instant;

use serde_json::Value;

use super::answers::{self, Reply};
use super::case::Shot;
use super::expected::{Expectation, Judge};
use super::oracle::Finding;
use super::play::{Brought, Player};
use super::reading::{Authorization, Reading};
use crate::driver::Unmet;
use crate::driver::enrolment::registered;
use crate::observe::Observed;

/// Schemes that a browser runs (RFC 7591 §5).
const SCRIPTS: &[&str] = &["javascript", "data", "vbscript"];

/// Redirect URIs that are tried.
pub(super) const REDIRECT_URIS: &[&str] = &[
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "https://oauthspec.example/cb#fragment",
    "/callback",
    "oauthspec",
    "",
];

impl Judge<'_> {
    /// A registration.
    pub fn registering(&self, read: &Reading) -> Expectation {
        let mut to = Expectation::new("registration/success");
        to.open = true;
        let posted = read.method == "POST" && !read.framed && read.query.is_empty();
        let Some(Value::Object(members)) = read.json().filter(|_| posted) else { return to };
        let token = self.terms.profile.registration_token.as_deref();
        let shown = |field: &Authorization| matches!(field, Authorization::Bearer(it) if Some(it.as_str()) == token);
        if token.is_some() && !read.authorization.iter().any(shown) {
            self.refuse_where_cited("registration/initial-token", &mut to);
        }
        match members.get("redirect_uris") {
            None => self.refuse_where_cited("registration/redirect-uri-required", &mut to),
            Some(Value::Array(uris)) => {
                for uri in uris.iter().filter_map(Value::as_str) {
                    self.redirect_uri_of(uri, &mut to);
                }
            }
            Some(_) => {}
        }
        to
    }

    fn redirect_uri_of(&self, uri: &str, to: &mut Expectation) {
        let scheme = uri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        if scheme.is_some_and(|scheme| SCRIPTS.contains(&scheme.as_str())) {
            self.refuse_where_cited("registration/script-scheme", to);
        } else if uri.contains('#') || url::Url::parse(uri).is_err() {
            self.refuse_where_cited("registration/redirect-uri-form", to);
        }
    }
}

impl Player<'_> {
    pub(super) async fn register(&mut self, shot: &Shot) -> Result<Brought, Unmet> {
        let metadata = Value::Object(self.driver.client_metadata());
        let draft = self.driver.registration(metadata.clone())?;
        let (request, read) = self.spoil(shot, &draft)?;
        let mut expectation = self.judge().registering(&read);
        expectation.open &= !shot.edits.is_empty();
        let since = Instant::now();
        let mut sent = self.submit(&draft.label, &request, &read).await;
        let fuller = self.driver.in_full(&draft, &sent).into_iter();
        for (more, again) in fuller.filter(|_| shot.edits.is_empty()) {
            let Some(again) = again.to_request() else { continue };
            let full = self.submit(&draft.label, &again, &read).await;
            if registered(&full).is_some() {
                self.driver.says_more(more);
                sent = full;
                break;
            }
        }
        let got = registered(&sent);
        let what = match (&got, &sent) {
            (Some(_), Ok(response)) => Observed::Registered(response.status),
            _ => Observed::of_token(&sent),
        };
        self.keep(&shot.request, &what, &sent, since);
        // A server may want more of a client than it says (RFC 7591 §3.2.2).
        expectation.open |= shot.edits.is_empty() && what.is_refusal();
        let done = got.is_some();
        self.judged(&expectation, &Reply { what: &what, means: answers::means(&read), done });
        let Some(members) = got else { return Ok(Brought::Nothing) };
        let id = members.get("client_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.tried("fresh-values");
        if self.model.clients.contains(&id) {
            let found =
                Finding::plain("fresh-values", "a client identifier that was issued before");
            self.found(Some(Finding { rule: Some("registration/differ"), ..found }));
        }
        let role = format!("registered-{}", self.model.clients.len());
        self.model.clients.push(id);
        self.driver.enrol(&role, &metadata, &sent);
        Ok(Brought::Nothing)
    }
}
