//! Who a token or revocation request proves to come from.

use super::expected::{Expectation, Judge, Reason};
use super::reading::{Authorization, Reading, all, given};
use crate::profile::{Client, ClientAuthentication};
use crate::rules::Property;

/// Credentials as they stand in one place of a request.
#[derive(Debug, Clone, Copy)]
struct Claim<'a> {
    id: Option<&'a str>,
    secret: Option<&'a str>,
    basic: bool,
}

impl Judge<'_> {
    /// The client that the request proves to be. `rule` is the one that is broken where it does not.
    pub(super) fn client(
        &self,
        read: &Reading,
        rule: &'static str,
        to: &mut Expectation,
    ) -> Option<&Client> {
        // One of several values may be the one that counts.
        for one in read.readings() {
            let mut apart = Expectation::new(to.by);
            let client = self.client_once(&one, rule, &mut apart);
            if let Some(client) = client.filter(|_| apart.reasons.is_empty()) {
                to.open = true;
                return Some(client);
            }
        }
        self.client_once(read, rule, to)
    }

    /// The same where each name counts once.
    fn client_once(
        &self,
        read: &Reading,
        rule: &'static str,
        to: &mut Expectation,
    ) -> Option<&Client> {
        // Another way to authenticate: no request has two of them (RFC 6749 §2.3).
        let asserts = |(name, _): &(String, String)| name.starts_with("client_assertion");
        if let Some(client) = self.signer(read) {
            return Some(client);
        }
        to.open |= read.body.iter().any(asserts);
        let claim = match claims(read).as_slice() {
            [] => {
                to.open |= !read.authorization.is_empty();
                Claim { id: given(&read.body, "client_id"), secret: None, basic: false }
            }
            [only] => {
                // A field that says nothing of a client, or an identifier in the body, beside it.
                let beside = only.basic && given(&read.body, "client_id").is_some();
                to.open |= beside || read.authorization.len() > usize::from(only.basic);
                *only
            }
            several => {
                to.open = true;
                let own = several.iter().filter_map(|claim| self.own(claim));
                if let Some(client) = own.clone().next() {
                    // Of two fields an HTTP server may keep either.
                    let judged = read.authorization.len() == 1
                        && self.terms.states(Property::BasicChallenge);
                    if judged && own.count() < several.len() {
                        self.refuse_where_cited("token/every-credential-checked", to);
                    }
                    return Some(client);
                }
                several[0]
            }
        };
        self.claimed(read, claim, rule, to)
    }

    fn known(&self, claim: &Claim<'_>) -> Option<&Client> {
        let mut clients = self.terms.profile.clients.values();
        clients.find(|client| Some(client.id.as_str()) == claim.id)
    }

    /// The client of these credentials, where they are its own.
    fn own(&self, claim: &Claim<'_>) -> Option<&Client> {
        let right = |client: &&Client| claim.secret == client.secret.as_deref();
        self.known(claim).filter(right)
    }

    fn claimed(
        &self,
        read: &Reading,
        claim: Claim<'_>,
        rule: &'static str,
        to: &mut Expectation,
    ) -> Option<&Client> {
        let moved = |name| all(&read.query, name).next().is_some();
        let Some(client) = self.known(&claim) else {
            to.open |= claim.id.is_none() && self.needs_no_name(read);
            if moved("client_id") {
                let both = moved("client_secret") || self.terms.states(Property::BodyOnly);
                if both { to.refuse("token/query-ignored") } else { to.open = true }
            } else if claim.id.is_none()
                && !self.terms.states(Property::MissingClientIsInvalidClient)
            {
                // RFC 6749 §5.2: no client authentication, or a request without a required parameter.
                to.reasons.push(Reason { answer: None, ..Reason::from(rule) });
            } else {
                to.refuse(rule);
            }
            return None;
        };
        let Some(own) = client.secret.as_deref() else {
            // A public client has nothing to prove; one that signs proves it by no secret.
            let signs = self.terms.profile.authentication(client);
            let signs = signs == ClientAuthentication::PrivateKeyJwt;
            if signs && !read.names("client_assertion") {
                self.refuse_where_cited("client-assertion/needed", to);
                return None;
            }
            to.open |= claim.secret.is_some() || signs;
            return Some(client);
        };
        let means = self.terms.profile.authentication(client);
        to.open |= (means == ClientAuthentication::Basic) != claim.basic;
        if claim.secret == Some(own) {
            return Some(client);
        }
        let in_url = claim.secret.is_none() && moved("client_secret");
        if !in_url && read.holds(own) {
            // The right secret is there; where it has to stand is another rule's to say.
            to.open = true;
            return Some(client);
        }
        to.refuse(if in_url { "token/query-ignored" } else { rule });
        None
    }

    /// Whether the token of the request is of a client that has nothing to prove, and that need not even be named
    /// but where a code is redeemed (RFC 6749 §3.2.1, §6; RFC 7009 §2.1).
    fn needs_no_name(&self, read: &Reading) -> bool {
        let token = ["refresh_token", "token"].into_iter().find_map(|it| given(&read.body, it));
        let Some(token) = token.filter(|_| given(&read.body, "code").is_none()) else {
            return false;
        };
        let at = self.model.by_refresh(token).or_else(|| self.model.by_access(token));
        let owner = at.and_then(|at| self.model.pairs.get(at)).map(|pair| pair.client.as_str());
        let mut clients = self.terms.profile.clients.values();
        let owner = clients.find(|client| Some(client.id.as_str()) == owner);
        owner.is_some_and(|it| !it.has_credentials())
    }
}

/// The places that say who the client is. One that names nobody says nothing.
fn claims(read: &Reading) -> Vec<Claim<'_>> {
    let in_fields = read.authorization.iter().filter_map(|field| match field {
        Authorization::Basic(id, secret) if !id.is_empty() => {
            Some(Claim { id: Some(id), secret: Some(secret), basic: true })
        }
        _ => None,
    });
    let mut claims: Vec<Claim<'_>> = in_fields.collect();
    let (id, secret) = (given(&read.body, "client_id"), given(&read.body, "client_secret"));
    if secret.is_some() {
        claims.push(Claim { id, secret, basic: false });
    }
    claims
}
