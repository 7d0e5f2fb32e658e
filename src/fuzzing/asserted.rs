//! Assertions that clients sign (RFC 7523): by which they say who they are, or ask for a token. Each counts
//! only as it was signed, for this server and in its time.

use super::case::{Base, Edit, Shot};
use super::choices::Choices;
use super::expected::{Expectation, Judge};
use super::generate::Maker;
use super::play::{Brought, Player};
use super::reading::{Reading, given};
use crate::driver::assertion::Assertion;
use crate::driver::defect::Defect;
use crate::driver::grants::Subject;
use crate::driver::{Client as Role, Draft, Unmet};
use crate::profile::{Client, ClientAuthentication};

/// What is wrong with an assertion, in the words of the feature files; the rule that says so of one by which
/// a client authenticates; and those of one that asks for a token, of which documents cite one or the other.
pub(super) type Wrong = (&'static str, &'static str, [&'static str; 2]);

const SIGNATURE: [&str; 2] = ["server-auth/jwt-signature", ""];
const UNSIGNED: [&str; 2] = ["server-auth/jwt-alg-none", ""];
const KEY: [&str; 2] = ["server-auth/assertion-key", "server-auth/jwt-wrong-key"];
const HEADER: [&str; 2] = ["server-auth/assertion-key-in-header", ""];
const ISSUER: [&str; 2] = ["server-auth/jwt-issuer", ""];
const SUBJECT: [&str; 2] = ["server-auth/assertion-subject", "server-auth/jwt-subject"];
const AUDIENCE: [&str; 2] = ["server-auth/jwt-audience", ""];
const EXPIRED: [&str; 2] = ["server-auth/assertion-expired", "server-auth/jwt-expired"];
const NOT_YET: [&str; 2] = ["server-auth/assertion-not-yet", "server-auth/jwt-not-yet"];
const MALFORMED: [&str; 2] = ["server-auth/jwt-malformed", ""];
const CRITICAL: [&str; 2] = ["server-auth/assertion-critical", ""];

/// Everything that is tried.
pub(super) const WRONG: &[Wrong] = &[
    ("whose signature is altered", "client-assertion/signature", SIGNATURE),
    ("whose signature is empty", "client-assertion/signature", SIGNATURE),
    ("whose claims were altered once it was signed", "client-assertion/signature", SIGNATURE),
    (
        "signed as if its public key (PEM) were a shared secret",
        "client-assertion/signature",
        SIGNATURE,
    ),
    ("without a signature, by the algorithm \"none\"", "client-assertion/unsigned", UNSIGNED),
    ("without a signature, by the algorithm \"nOnE\"", "client-assertion/unsigned", UNSIGNED),
    ("with its signature, and the algorithm \"none\"", "client-assertion/unsigned", UNSIGNED),
    ("signed with a stranger's key", "client-assertion/key", KEY),
    ("signed with a key that its header brings along", "client-assertion/key-in-header", HEADER),
    ("that demands an extension", "client-assertion/critical", CRITICAL),
    ("whose issuer is unknown", "client-assertion/issuer", ISSUER),
    ("whose issuer is the default client", "client-assertion/issuer", ISSUER),
    ("without iss", "client-assertion/issuer", ISSUER),
    ("whose subject is unknown", "client-assertion/subject", SUBJECT),
    ("without sub", "client-assertion/subject", SUBJECT),
    ("whose audience is another server", "client-assertion/audience", AUDIENCE),
    ("whose audience is a list of nobody", "client-assertion/audience", AUDIENCE),
    ("whose audience begins like the right one", "client-assertion/audience", AUDIENCE),
    ("whose audience contains the right one", "client-assertion/audience", AUDIENCE),
    ("whose audience is elsewhere on the right host", "client-assertion/audience", AUDIENCE),
    ("without aud", "client-assertion/audience", AUDIENCE),
    ("that expired 3600 seconds ago", "client-assertion/expired", EXPIRED),
    ("without exp", "client-assertion/expired", EXPIRED),
    ("whose exp is a text", "client-assertion/expired", EXPIRED),
    ("with nbf 3600 seconds from now", "client-assertion/not-yet", NOT_YET),
    ("that is one word", "client-assertion/malformed", MALFORMED),
    ("that has two parts", "client-assertion/malformed", MALFORMED),
    ("whose claims are a JSON array", "client-assertion/malformed", MALFORMED),
];

/// The rule that an assertion breaks that was taken before, where a document says so.
const REPLAYED: &str = "server-auth/jwt-replayed-jti";

/// The assertion of the last request that asked for a token by one.
#[derive(Debug, Clone)]
pub(super) struct Asserted {
    text: String,
    /// Whether a token was issued for it.
    pub taken: bool,
}

/// What a shot says of its assertion.
fn wrong(shot: &Shot) -> Option<(Option<&str>, bool)> {
    shot.edits.iter().rev().find_map(|edit| match edit {
        Edit::Assert { flaw, again } => Some((flaw.as_deref(), *again)),
        _ => None,
    })
}

impl Judge<'_> {
    /// The client that the body names, where it authenticates by an assertion and by nothing else.
    pub(super) fn signer(&self, read: &Reading) -> Option<&Client> {
        let asserts = given(&read.body, "client_assertion").is_some();
        let alone = read.authorization.is_empty() && !read.names("client_secret");
        let id = given(&read.body, "client_id")?;
        let mut clients = self.terms.profile.clients.values();
        let named = clients.find(|client| client.id == id).filter(|_| asserts && alone)?;
        let way = self.terms.profile.authentication(named);
        (way == ClientAuthentication::PrivateKeyJwt).then_some(named)
    }

    /// What has to come of the assertion of a token request. `taken`: whether that of the request before
    /// was.
    pub(super) fn asserted(
        &self,
        shot: &Shot,
        (read, taken, restarted): (&Reading, bool, bool),
        to: &mut Expectation,
    ) {
        let grant = matches!(shot.request, Base::Assertion { .. });
        if !grant && self.signer(read).is_none() {
            return;
        }
        let (flaw, again) = wrong(shot).unwrap_or_default();
        let plain = |edit: &Edit| matches!(edit, Edit::Assert { .. } | Edit::Prove { .. });
        let changed = !shot.edits.iter().all(plain);
        let known = WRONG.iter().find(|(words, ..)| Some(*words) == flaw);
        let cited = |rule: &&str| self.terms.level(rule).is_some();
        if grant {
            // Whether a server grants what one asks for that is as it should be is not judged here.
            to.open = changed || flaw.is_none();
            let works = ["server-auth/assertion-grant", "server-auth/jwt-enterprise"];
            to.by = works.into_iter().find(cited).unwrap_or("token/success");
        } else {
            to.open |= changed;
            to.by = "client-assertion/authenticates";
        }
        // The time of a server that was started anew, or whose clock was moved, is not known for certain.
        to.open |= restarted || !self.now.is_zero() || self.terms.level(to.by).is_none();
        match (flaw, known, again) {
            // Only some documents keep what came before.
            (None, _, true) if grant && taken && !changed => self.refuse_where_cited(REPLAYED, to),
            (None, _, true) => to.open = true,
            (None, _, false) => {}
            (Some(_), Some((_, _, rules)), _) if grant => match rules.iter().copied().find(cited) {
                Some(rule) => to.refuse(rule),
                None => to.open = true,
            },
            (Some(_), Some((_, rule, _)), _) => self.refuse_where_cited(rule, to),
            (Some(_), None, _) => to.open = true,
        }
    }
}

impl Player<'_> {
    /// The request with the assertion of its client, where it signs one.
    pub(super) async fn authenticated(
        &mut self,
        shot: Option<&Shot>,
        draft: &Draft,
    ) -> Result<Draft, Unmet> {
        let mut draft = draft.clone();
        let signer = draft.credentials.as_mut().and_then(|credentials| credentials.signer.take());
        let Some(signer) = signer else { return Ok(draft) };
        let valid = self.driver.client_assertion(&Role(signer.role)).await?;
        let flaw = shot.and_then(wrong).and_then(|(flaw, _)| flaw);
        draft.assert(&self.written(valid, flaw)?, false);
        Ok(draft)
    }

    /// The token request of an assertion.
    pub(super) async fn assertion_grant(
        &mut self,
        shot: &Shot,
        client: &Role,
    ) -> Result<Draft, Unmet> {
        let (flaw, again) = wrong(shot).unwrap_or_default();
        let asserted = match self.assertion.clone().filter(|_| again) {
            Some(sent) => sent,
            None => {
                let valid = self.driver.assertion(client, &Subject::Enterprise).await?;
                Asserted { text: self.written(valid, flaw)?, taken: false }
            }
        };
        let draft = self.driver.assertion_grant(client, &asserted.text)?;
        self.assertion = Some(asserted);
        Ok(draft)
    }

    fn written(&mut self, valid: Assertion, flaw: Option<&str>) -> Result<String, Unmet> {
        match flaw {
            None => valid.sign().map_err(|error| Unmet::Failed(error.to_string())),
            Some(words) => {
                let unknown = |_| Unmet::Failed(format!("no assertion {words}"));
                let defect: Defect = words.parse().map_err(unknown)?;
                self.driver.spoil(valid, &defect)
            }
        }
    }

    /// The token request by an assertion.
    pub(super) async fn present(&mut self, shot: &Shot, client: &Role) -> Result<Brought, Unmet> {
        let draft = self.assertion_grant(shot, client).await?;
        self.token(shot, &draft).await
    }
}

impl<C: Choices> Maker<'_, C> {
    /// An assertion, mostly with something wrong.
    pub(super) fn assertion(&mut self) -> Edit {
        let flawed = !self.choices.once_in(4);
        let wrong = self.choices.pick(WRONG).filter(|_| flawed);
        let flaw = wrong.map(|(words, ..)| (*words).to_owned());
        Edit::Assert { again: flaw.is_none() && self.choices.once_in(2), flaw }
    }
}
