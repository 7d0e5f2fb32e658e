//! Proofs of possession (RFC 9449 §4): with each request that needs one, a JWT that a key of the client
//! has signed. A nonce that the server asks for is learnt from its answer, and sent from then on.

use super::dpop_flaw::Flaw;
use super::flow::Driver;
use super::keys::Key;
pub use super::possession::challenge_of;
use super::{Draft, Unmet};
use crate::wire::jwk::Alg;
use crate::wire::transport::Sent;

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
    /// The fields of a proof of possession for a request.
    ///
    /// # Errors
    /// Where there is no key, or the flaw cannot be made.
    pub async fn proofs(&mut self, draft: &Draft, how: &Showing<'_>) -> Result<Vec<String>, Unmet> {
        let proof = self.proof_for(draft, (how.key, how.alg), how.token).await?;
        match how.flaw {
            None => Ok(vec![proof.sign()?]),
            Some(flaw) => self.flawed(proof, flaw, draft),
        }
    }

    /// A request with a proof of possession.
    async fn proving(&mut self, draft: &Draft, how: &Showing<'_>) -> Result<Draft, Unmet> {
        let fields = self.proofs(draft, how).await?;
        let mut draft = draft.clone();
        fields.into_iter().for_each(|field| draft.headers.push("DPoP", field));
        Ok(draft)
    }

    /// Sends a request with a proof; where a nonce is asked for that the proof has not, once more with it.
    ///
    /// # Errors
    /// Where there is no key, or the flaw cannot be made.
    pub async fn show(&mut self, draft: &Draft, how: &Showing<'_>) -> Result<(Draft, Sent), Unmet> {
        let (first, asks) = self.show_once(draft, how).await?;
        if !asks || how.flaw.is_some_and(Flaw::is_about_nonce) {
            return Ok(first);
        }
        Ok(self.show_once(draft, how).await?.0)
    }

    async fn show_once(
        &mut self,
        draft: &Draft,
        how: &Showing<'_>,
    ) -> Result<((Draft, Sent), bool), Unmet> {
        let proven = self.proving(draft, how).await?;
        let sent = self.submit(&proven).await?;
        let asks = self.learn_nonce(&draft.url, &sent);
        Ok(((proven, sent), asks))
    }
}
