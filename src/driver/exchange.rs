//! Token exchange (RFC 8693): a token becomes another one, for its user and perhaps for an actor.

use serde_json::json;

use super::draft::Encoding;
use super::flow::{Client, Driver};
use super::{Draft, Unmet};
use crate::wire::jwk::{Alg, SigningKey};
use crate::wire::{Secret, jws};

/// The value of `grant_type` (RFC 8693 §2.1).
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// What marks an access token of this server (RFC 8693 §3).
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// What marks a refresh token of this server (RFC 8693 §3).
pub const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// A token, and the type by which it is presented.
#[derive(Debug, Clone)]
pub struct TypedToken {
    /// The token.
    pub token: Secret,
    /// Its type, by identifier.
    pub kind: &'static str,
}

impl TypedToken {
    /// An access token.
    pub fn access(token: &Secret) -> Self {
        Self { token: token.clone(), kind: ACCESS_TOKEN }
    }

    /// A refresh token.
    pub fn refresh(token: &Secret) -> Self {
        Self { token: token.clone(), kind: REFRESH_TOKEN }
    }
}

impl Driver {
    /// The token request that exchanges a token (RFC 8693 §2.1), by any client.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn token_exchange(
        &self,
        client: &Client,
        subject: &TypedToken,
        actor: Option<&TypedToken>,
    ) -> Result<Draft, Unmet> {
        let params = [("subject_token", &*subject.token), ("subject_token_type", subject.kind)];
        let mut draft = self.grant_request(client, TOKEN_EXCHANGE, &params)?;
        if let Some(actor) = actor {
            draft.form.push("actor_token", actor.token.to_string());
            draft.form.push("actor_token_type", actor.kind);
        }
        draft.label = "token exchange".to_owned();
        Ok(draft)
    }

    /// The request that exchanges an access token for a narrower one (RFC 8693 §2.1). It carries no
    /// client credentials: who holds the token may narrow it.
    pub fn exchange(&self, token: &str, scope: &str, resource: Option<&str>) -> Draft {
        let mut draft = Draft::new("token exchange", "POST", &self.site.token);
        draft.encoding = Encoding::Form;
        draft.form.push("grant_type", TOKEN_EXCHANGE);
        draft.form.push("subject_token", token);
        draft.form.push("subject_token_type", ACCESS_TOKEN);
        draft.form.push("scope", scope);
        if let Some(resource) = resource {
            draft.form.push("resource", resource);
        }
        draft
    }

    /// The same with the credentials of a client, as some client libraries send it.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn exchange_of(&self, client: &Client, token: &str, scope: &str) -> Result<Draft, Unmet> {
        let mut draft = self.exchange(token, scope, None);
        draft.credentials = Some(self.credentials(client)?);
        Ok(draft)
    }

    /// The client whose tokens this one exchanges: itself, where users can grant it any, or else the default
    /// one.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn subject_client(&self, client: &Client) -> Result<Client, Unmet> {
        let granted = !self.client(client)?.redirect_uris.is_empty();
        Ok(if granted { client.clone() } else { Client::default_role() })
    }

    /// A JWT that looks like an access token of the target, and is none: signed by a key of nobody's, or not
    /// at all.
    ///
    /// # Errors
    /// Where it cannot be signed.
    pub fn foreign_jwt(&mut self, signed: bool) -> Result<Secret, Unmet> {
        let issuer =
            if signed { "https://issuer.oauthspec.example".to_owned() } else { self.issuer() };
        let claims = json!({
            "iss": issuer,
            "aud": issuer,
            "sub": self.fresh(12),
            "jti": self.fresh(24),
            "exp": u32::MAX,
        });
        let alg = if signed { Alg::EdDsa.name() } else { "none" };
        let header = jws::members(json!({"typ": "at+jwt", "alg": alg}));
        let claims = jws::members(claims);
        let token = match signed {
            true => {
                let key = SigningKey::of_seed(&[7; 32]);
                key.and_then(|key| key.compact(&header, &claims))
                    .map_err(|_| Unmet::Lacking("the JWT cannot be signed".to_owned()))?
            }
            false => format!("{}.", jws::text(&header, &claims)),
        };
        Ok(Secret::from(token))
    }
}
