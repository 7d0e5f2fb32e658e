//! Assertions of a client by which it asks for tokens (RFC 7523 §2.1), or says who it is (§2.2).

use super::Unmet;
use super::assertion::{Assertion, signing};
use super::flow::{Client, Driver};
use super::grants::Subject;
use crate::driver::Draft;

/// The value of `grant_type` (RFC 7523 §2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

impl Driver {
    /// A valid assertion by which a client asks for a token, as its profile entry says.
    ///
    /// # Errors
    /// Where the profile gives the client no key, or the subject no identifier.
    pub async fn assertion(
        &mut self,
        client: &Client,
        subject: &Subject,
    ) -> Result<Assertion, Unmet> {
        let entry = self.client(client)?;
        let signing = signing(&client.0, &entry)?;
        let own = signing.subject.clone().filter(|_| *subject == Subject::Enterprise);
        let (kind, id) = match own {
            Some(own) => (None, own),
            None => self.subject(subject).map(|(kind, id)| (Some(kind), id))?,
        };
        let assertion = self.asserted(signing, (&entry.id, &id)).await?;
        Ok(match kind {
            Some(kind) => assertion.with("box_sub_type", kind),
            None => assertion,
        })
    }

    /// A valid assertion by which a client says who it is.
    ///
    /// # Errors
    /// Where the profile gives the client no key.
    pub async fn client_assertion(&mut self, client: &Client) -> Result<Assertion, Unmet> {
        let entry = self.client(client)?;
        let signing = signing(&client.0, &entry)?;
        self.asserted(signing, (&entry.id, &entry.id)).await
    }

    /// The token request that carries an assertion.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn assertion_grant(&self, client: &Client, assertion: &str) -> Result<Draft, Unmet> {
        self.grant_request(client, JWT_BEARER, &[("assertion", assertion)])
    }
}
