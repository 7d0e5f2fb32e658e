//! What has to come of proof keys (RFC 7636), by what was really asked: a challenge that was dropped or
//! changed on the way is another challenge.

use super::expected::{Expectation, Judge, Reason};
use super::model::Code;
use super::reading::{Pairs, Reading, all, given, repeated};
use crate::driver::draft::s256;
use crate::profile::{Client, Pkce};

/// Parameters of the authorization request.
const ASKED: &[&str] = &["code_challenge", "code_challenge_method"];
/// Parameter of the token request.
pub(super) const VERIFIER: &str = "code_verifier";

/// What an authorization request says of a proof key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofKey {
    /// Nothing.
    Absent,
    /// A challenge by S256.
    S256(String),
    /// A verifier as it is; whether the method was named.
    Plain(String, bool),
    /// Something that servers understand differently.
    Unclear,
}

impl ProofKey {
    /// What these parameters say. `odd`: whether servers may read them differently.
    pub fn of(params: &Pairs, odd: bool) -> Self {
        if odd || repeated(params, ASKED) {
            return Self::Unclear;
        }
        let value = given(params, "code_challenge").map(str::to_owned);
        match (value, given(params, "code_challenge_method")) {
            (None, _) => Self::Absent,
            (Some(value), _) if !is_well_formed(&value) => Self::Unclear,
            (Some(value), Some("S256")) => Self::S256(value),
            (Some(value), None) => Self::Plain(value, false),
            (Some(value), Some("plain")) => Self::Plain(value, true),
            (Some(_), Some(_)) => Self::Unclear,
        }
    }

    /// Whether it was made of this verifier.
    fn is_of(&self, verifier: &str) -> bool {
        match self {
            Self::S256(value) => *value == s256(verifier),
            Self::Plain(value, _) => value == verifier,
            Self::Absent | Self::Unclear => false,
        }
    }
}

/// Whether the verifier may stand where this reader does not look for it.
fn is_elsewhere(read: &Reading) -> bool {
    all(&read.body, VERIFIER).next().is_none() && read.names(VERIFIER)
}

/// 43 to 128 unreserved characters (RFC 7636 §4.1 and §4.2).
fn is_well_formed(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

impl Judge<'_> {
    /// The proof key of an authorization request.
    pub(super) fn challenge(&self, params: &Pairs, client: &Client, to: &mut Expectation) {
        let sent = params.iter().any(|(name, _)| ASKED.contains(&name.as_str()));
        if self.terms.profile.pkce(client) == Pkce::None {
            to.open |= sent;
            return;
        }
        let method = given(params, "code_challenge_method");
        match (given(params, "code_challenge"), method) {
            _ if repeated(params, ASKED) => to.open = true,
            (Some(_), Some(other)) if other != "S256" && other != "plain" => {
                self.refuse_where_cited("pkce/method-unknown", to);
            }
            (Some(value), _) if !is_well_formed(value) => {
                self.refuse_where_cited("pkce/challenge-syntax", to);
            }
            // A digest of 256 bits is written in 43 characters (RFC 7636 §4.2): no verifier fits to more.
            (Some(value), Some("S256")) => to.open |= value.len() != 43,
            // Whether one is demanded, and whether it may be plain, is the server's to decide.
            _ => to.open = true,
        }
    }

    /// The verifier of a token request.
    pub(super) fn verifier(&self, read: &Reading, code: &Code, to: &mut Expectation) {
        let sent = given(&read.body, VERIFIER);
        let mut clients = self.terms.profile.clients.values();
        let client = clients.find(|client| client.id == code.client);
        let supported = client.is_some_and(|it| self.terms.profile.pkce(it) != Pkce::None);
        // The right one may be the one that the server takes, wherever it stands.
        let right = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case(VERIFIER) && code.challenge.is_of(value)
        };
        let beside = read.query.iter().chain(&read.body).any(right)
            && !sent.is_some_and(|it| code.challenge.is_of(it));
        let unclear = repeated(&read.body, &[VERIFIER]) || code.challenge == ProofKey::Unclear;
        let unclear = unclear || beside;
        if !supported || unclear {
            to.open |= sent.is_some() || unclear;
            return;
        }
        match (&code.challenge, sent) {
            (ProofKey::Absent, None) => {}
            (ProofKey::Absent, Some(_)) => self.refuse_where_cited("pkce/verifier-unasked", to),
            (challenge, Some(verifier)) if challenge.is_of(verifier) => {
                to.open |= !is_well_formed(verifier);
            }
            // The server may look for it where this reader does not.
            (_, None) if is_elsewhere(read) => to.open = true,
            (_, None) => self.unproven("pkce/verifier-missing", to),
            (ProofKey::Plain(value, false), Some(verifier)) if *value == s256(verifier) => {
                self.refuse_where_cited("pkce/method-absent", to);
            }
            (_, Some(verifier)) => {
                // What is no verifier may be called an invalid request.
                to.open |= !is_well_formed(verifier);
                let others = self.model.codes.iter().any(|it| it.challenge.is_of(verifier));
                self.unproven(
                    if others { "pkce/bound-to-code" } else { "pkce/verifier-wrong" },
                    to,
                );
            }
        }
    }

    /// A reason where the documents cite the rule; where they do not, they leave it open.
    pub(super) fn refuse_where_cited(&self, rule: &'static str, to: &mut Expectation) {
        if self.terms.level(rule).is_some() { to.refuse(rule) } else { to.open = true }
    }

    /// A code that is none, by a client that proves by keys and sends no verifier: either is a reason.
    pub(super) fn unproven_at_all(
        &self,
        read: &Reading,
        client: Option<&Client>,
        to: &mut Expectation,
    ) {
        let proves = client.is_some_and(|it| self.terms.profile.pkce(it) != Pkce::None);
        if proves && given(&read.body, VERIFIER).is_none() {
            self.unproven("pkce/verifier-missing", to);
        }
    }

    /// A public client proves itself by its verifier alone: without one a server may say that no client has proven
    /// anything (RFC 6749 §5.2).
    pub(super) fn nothing_proven(
        &self,
        read: &Reading,
        client: Option<&Client>,
        to: &mut Expectation,
    ) {
        let public = client
            .is_some_and(|it| it.secret.is_none() && self.terms.profile.pkce(it) != Pkce::None);
        to.open |= public && given(&read.body, VERIFIER).is_none();
    }

    /// What holds wherever proof keys are supported, cited or not.
    fn unproven(&self, rule: &'static str, to: &mut Expectation) {
        if self.terms.level(rule).is_some() {
            return to.refuse(rule);
        }
        let answer = Some("code/unknown");
        to.reasons.push(Reason { oracle: "code-with-its-verifier", rule: None, answer });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> ProofKey {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        ProofKey::of(&pairs.iter().map(own).collect(), false)
    }

    #[test]
    fn what_was_asked_is_what_counts() {
        let verifier = "v".repeat(43);
        let made = s256(&verifier);
        let (value, method) = (("code_challenge", &*made), ("code_challenge_method", "S256"));
        assert!(asked(&[value, method]).is_of(&verifier));
        assert!(!asked(&[value, method]).is_of(&made));
        assert!(asked(&[value]).is_of(&made));
        assert_eq!(asked(&[method]), ProofKey::Absent);
        assert_eq!(asked(&[("code_challenge", ""), method]), ProofKey::Absent);
        for unclear in [
            &[value, value, method][..],
            &[("code_challenge", "<x>"), method],
            &[value, ("code_challenge_method", "s256")],
        ] {
            assert_eq!(asked(unclear), ProofKey::Unclear);
        }
    }
}
