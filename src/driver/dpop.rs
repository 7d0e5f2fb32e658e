//! Proofs of possession (RFC 9449 §4): with each request that needs one, a JWT that a key of the client
//! has signed. A nonce that the server asks for is learnt from its answer, and sent from then on.

use super::dpop_flaw::Flaw;
use super::flow::Driver;
use super::keys::Key;
use super::{Draft, Unmet};
use crate::observe::observed;
use crate::wire::jwk::Alg;
use crate::wire::transport::Sent;
use crate::wire::{Response, challenge};

/// The error that asks for a nonce (RFC 9449 §8).
const USE_NONCE: &str = "use_dpop_nonce";

/// How possession is shown.
#[derive(Debug, Clone, Default)]
pub struct Showing<'a> {
    /// The key.
    pub key: Key,
    /// Its algorithm; `None`: the first of the profile.
    pub alg: Option<Alg>,
    /// The access token that goes with it.
    pub token: Option<&'a str>,
    /// What is wrong with it.
    pub flaw: Option<&'a Flaw>,
}

impl Driver {
    /// A request with a proof of possession.
    async fn proving(&mut self, draft: &Draft, how: &Showing<'_>) -> Result<Draft, Unmet> {
        let proof = self.proof_for(draft, (how.key, how.alg), how.token).await?;
        let fields = match how.flaw {
            None => vec![proof.sign()?],
            Some(flaw) => self.flawed(proof, flaw, draft)?,
        };
        let mut draft = draft.clone();
        fields.into_iter().for_each(|field| draft.headers.push("DPoP", field));
        Ok(draft)
    }

    /// Sends a request with a proof; where a nonce is asked for that the proof has not, once more with it.
    ///
    /// # Errors
    /// Where there is no key, or the flaw cannot be made.
    pub async fn show(&mut self, draft: &Draft, how: &Showing<'_>) -> Result<(Draft, Sent), Unmet> {
        let known = self.keys.nonce(&draft.url).cloned();
        let first = self.show_once(draft, how).await?;
        let asks = first.1.as_ref().is_ok_and(asks_for_nonce);
        let about_nonce = how.flaw.is_some_and(Flaw::is_about_nonce);
        if !asks || about_nonce || self.keys.nonce(&draft.url) == known.as_ref() {
            return Ok(first);
        }
        self.show_once(draft, how).await
    }

    async fn show_once(
        &mut self,
        draft: &Draft,
        how: &Showing<'_>,
    ) -> Result<(Draft, Sent), Unmet> {
        let proven = self.proving(draft, how).await?;
        let sent = self.submit(&proven).await?;
        if let Ok(response) = &sent {
            self.keys.learn(&draft.url, response, asks_for_nonce(response));
        }
        Ok((proven, sent))
    }
}

/// Whether a response asks for a nonce: as a token endpoint does, or as a resource.
fn asks_for_nonce(response: &Response) -> bool {
    let error = observed::json(response);
    let error = error.as_ref().and_then(|body| body.get("error")?.as_str());
    error == Some(USE_NONCE)
        || challenge_of(response).is_some_and(|it| it.param("error") == Some(USE_NONCE))
}

/// The challenge of a response for bound tokens (RFC 9449 §7.1).
pub fn challenge_of(response: &Response) -> Option<challenge::Challenge> {
    let fields = response.headers.all("www-authenticate");
    let mut read = fields.flat_map(|value| challenge::read(&String::from_utf8_lossy(value)));
    read.find(|challenge| challenge.is("dpop"))
}
