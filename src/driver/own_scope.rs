//! The scope of tokens that a client gets for itself (RFC 6749 §4.4.2). No user is there for `openid` and the
//! like, and a server may have no scope for a request that names none (§3.3): which one works is learnt.

use std::borrow::Cow;
use std::sync::PoisonError;

use super::Draft;
use super::draft::Encoding;
use super::flow::Driver;
use crate::profile::Client;

const SCOPE: &str = "scope";

/// Scopes that are about a user (OpenID Connect Core §5.4 and §11).
const OF_USERS: [&str; 6] = ["openid", "offline_access", "profile", "email", "address", "phone"];

/// The scope that a request names, if it names one.
pub(super) type Asked = Option<String>;

impl Driver {
    /// The draft as it has to be for this target: with the resource, and for a scope that the client can have.
    pub fn completed<'d>(&self, draft: &'d Draft) -> Cow<'d, Draft> {
        let draft = self.with_resource(draft);
        let known = self.site.own_scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.asks_usually(&draft).and_then(|client| known.get(&client.id).cloned());
        match known.flatten() {
            Some(scope) => Cow::Owned(asking(&draft, scope.as_deref())),
            None => draft,
        }
    }

    /// The scope that is named in place of the one in a draft, if one is.
    pub(super) fn scope_in_place(&self, draft: &Draft) -> Option<String> {
        let client = self.asks_usually(draft)?;
        let known = self.site.own_scopes.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&client.id).cloned().flatten().flatten()
    }

    /// Whether the client of a request gets nothing for itself unless it names a scope (RFC 6749 §3.3).
    pub fn has_to_name_scope(&self, draft: &Draft) -> bool {
        self.scope_in_place(&asking(draft, None)).is_some()
    }

    /// What can be asked for in place of what such a request asks for, which was refused for its scope; none: it is
    /// known already what works, or that nothing does.
    pub(super) fn with_other_scopes(&self, draft: &Draft) -> Option<(Client, Vec<Asked>)> {
        let client = self.asks_usually(draft)?;
        let mut known = self.site.own_scopes.lock().unwrap_or_else(PoisonError::into_inner);
        // What is tried by one is left to it by all others.
        let is_new = known.insert(client.id.clone(), None).is_none();
        let profile = &self.site.profile;
        let all = others(profile.scope(&client), draft.form.first(SCOPE), &profile.offered_scopes);
        is_new.then_some((client, all))
    }

    /// The client that asks for tokens by its credentials, and for its usual scope or for none.
    fn asks_usually(&self, draft: &Draft) -> Option<Client> {
        let by_itself = draft.form.first("grant_type") == Some("client_credentials");
        let is_form = draft.encoding == Encoding::Form && draft.json.is_none();
        let is_there = draft.url.path() == self.site.token.path();
        if !(by_itself && is_form && is_there) {
            return None;
        }
        let id = draft.credentials.as_ref().and_then(|it| it.id.as_deref());
        let id = id.or_else(|| draft.form.first("client_id"))?;
        let given = self.site.profile.clients.values();
        let client = given.chain(self.enrolment.clients()).find(|it| it.id == id)?;
        let asked = draft.form.first(SCOPE);
        let usual = asked.is_none() || asked == self.site.profile.scope(client);
        usual.then(|| client.clone())
    }
}

/// The draft for this scope, or for none.
pub(super) fn asking(draft: &Draft, scope: Option<&str>) -> Draft {
    let mut draft = draft.clone();
    draft.form = draft.form.without(|name| name == SCOPE);
    if let Some(scope) = scope {
        draft.form.push(SCOPE, scope);
    }
    draft
}

/// What is tried in place of the scope that was sent: the usual one without what is about a user, none, and one
/// that the server offers.
fn others(usual: Option<&str>, sent: Option<&str>, offered: &[String]) -> Vec<Asked> {
    let without = |unwanted: &[&str]| {
        let words = usual.unwrap_or_default().split_whitespace();
        let words: Vec<&str> = words.filter(|word| !unwanted.contains(word)).collect();
        words.join(" ")
    };
    let offered = offered.iter().find(|word| !OF_USERS.contains(&word.as_str())).cloned();
    let named = [without(&OF_USERS[..2]), without(&OF_USERS), offered.unwrap_or_default()];
    let mut all: Vec<Asked> = Vec::new();
    let named = named.into_iter().filter(|it| !it.is_empty()).map(Some);
    for scope in named.chain([None]) {
        if scope.as_deref() != sent && !all.contains(&scope) {
            all.push(scope);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_alone_asks_for_nothing_that_is_about_a_user() {
        let offered = ["openid", "read"].map(str::to_owned);
        let tried = |usual, sent| {
            let all = others(usual, sent, &offered).into_iter();
            all.map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        assert_eq!(tried(Some("openid profile x"), None), ["profile x", "x", "read"]);
        assert_eq!(tried(Some("openid"), Some("openid")), ["read", ""]);
        assert_eq!(tried(None, None), ["read"]);
    }
}
