//! What the application says to its authorization server and to the API.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::tokens::{Refused, Tokens};
use super::{Application, slip, v};
use crate::wire::{Origin, Params, Request, Response, basic, form};

/// A token response (RFC 6749 §5.1).
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    refresh_token: String,
    expires_in: u64,
}

/// A refusal of the token endpoint (RFC 6749 §5.2). The description is for people.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

impl Application {
    /// Redeems a code for tokens.
    pub(super) async fn redeem(&self, code: &str) -> Result<Tokens, Refused> {
        let mut params: Params =
            [("grant_type", "authorization_code"), ("code", code)].into_iter().collect();
        if !self.varies(&v::NO_REDIRECT_URI) {
            params.push("redirect_uri", &self.parts.settings.redirect_uri);
        }
        self.ask_for_tokens(params).await
    }

    /// Exchanges a refresh token for new tokens.
    pub(super) async fn ask_for_refresh(&self, token: &str) -> Result<Tokens, Refused> {
        if token.is_empty() {
            return Err(Refused::Grant);
        }
        let params = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.ask_for_tokens(params.into_iter().collect()).await
    }

    async fn ask_for_tokens(&self, mut params: Params) -> Result<Tokens, Refused> {
        let settings = &self.parts.settings;
        let mut request = request("POST", &settings.token_url)?;
        if self.varies(&v::BASIC) {
            let credentials = basic::encode(&settings.client_id, &settings.client_secret);
            request.headers.push("Authorization", credentials);
        } else {
            params.push("client_id", &settings.client_id);
            params.push("client_secret", &settings.client_secret);
        }
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body = form::encode(&params).into_bytes();
        let response = self.send(&request).await?;
        if response.status != 200 {
            return Err(self.refusal_of(&response));
        }
        let issued: Issued = serde_json::from_slice(&response.body).map_err(|_| Refused::Other)?;
        let lives = Duration::from_secs(issued.expires_in);
        Ok(Tokens {
            access: issued.access_token,
            refresh: issued.refresh_token,
            expires: self.parts.clock.now().saturating_add(lives),
        })
    }

    /// Why the token endpoint refused: by `error` alone.
    // client/relies-on-error
    fn refusal_of(&self, response: &Response) -> Refused {
        let Ok(refusal) = serde_json::from_slice::<Refusal>(&response.body) else {
            return Refused::Other;
        };
        let words = refusal.error_description.as_deref();
        if self.has(&slip::TOKEN_DESCRIPTION_NEEDED) && words.is_none() {
            return Refused::Broken;
        }
        let by_words = words.is_some_and(|text| text.contains("expired"));
        let by_error = refusal.error == "invalid_grant";
        let grant = if self.has(&slip::TOKEN_BY_DESCRIPTION) { by_words } else { by_error };
        if grant { Refused::Grant } else { Refused::Other }
    }

    /// The current user's name; `None` where the API does not take the token.
    pub(super) async fn call_api(&self, access: &str) -> Result<Option<String>, Refused> {
        let mut request = request("GET", &format!("{}/users/me", self.parts.settings.api_url))?;
        request.headers.push("Authorization", format!("Bearer {access}"));
        let response = self.send(&request).await?;
        match response.status {
            200 => {
                let user: serde_json::Value =
                    serde_json::from_slice(&response.body).map_err(|_| Refused::Other)?;
                Ok(Some(user["name"].as_str().unwrap_or("somebody").to_owned()))
            }
            401 => Ok(None),
            _ => Err(Refused::Other),
        }
    }

    async fn send(&self, request: &Request) -> Result<Response, Refused> {
        self.parts.transport.send(request).await.map_err(|_| Refused::Other)
    }
}

fn request(method: &str, url: &str) -> Result<Request, Refused> {
    let url = Url::parse(url).map_err(|_| Refused::Broken)?;
    let origin = Origin::of(&url).ok_or(Refused::Broken)?;
    let mut request = Request::new(method, origin, &url[url::Position::BeforePath..]);
    request.headers.push("Accept", "application/json");
    Ok(request)
}
