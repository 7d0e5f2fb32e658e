//! Authorization requests that a client pushes, and with whose reference it sends the user (RFC 9126).

use serde_json::{Map, Value};

use super::draft::Encoding;
use super::flow::{Asked, Authorization, Client, Driver};
use super::journey::Journey;
use super::spoiling::NEVER_ISSUED;
use super::time::Born;
use super::{Draft, Unmet};
use crate::observe::observed;
use crate::rules::Means;
use crate::wire::transport::Sent;
use crate::wire::{Params, Secret};

/// A pushed authorization request.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// Its reference.
    pub uri: Secret,
    /// How long that works, in seconds.
    pub expires_in: Option<u64>,
    /// Client that pushed it.
    pub client: Client,
    /// Its parameters.
    pub params: Params,
    /// When it was pushed.
    pub born: Born,
    asked: Option<Asked>,
}

/// The members of the answer to a pushed request; `None` where it is no success.
pub fn members(sent: &Sent) -> Option<Map<String, Value>> {
    let response = sent.as_ref().ok().filter(|it| (200..300).contains(&it.status))?;
    match observed::json(response)? {
        Value::Object(members) if members.get("request_uri").is_some_and(is_text) => Some(members),
        _ => None,
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// Names the client once, as its credentials do: those in the body bring its identifier along.
pub fn name_once(draft: &mut Draft) {
    let Some(own) = &draft.credentials else { return };
    draft.form = draft.form.without(|name| name == "client_id");
    let in_header = own.means == Means::Basic && own.secret.is_some();
    if let Some(id) = own.id.clone().filter(|_| in_header) {
        draft.form.push("client_id", id);
    }
}

/// The authorization request with the reference of a pushed one, in place of its parameters.
pub(super) fn by_reference(mut draft: Draft, client_id: &str, pushed: &Pushed) -> Draft {
    let reference = [("client_id", client_id), ("request_uri", &*pushed.uri)];
    *draft.params() = reference.into_iter().collect();
    if draft.encoding != Encoding::Nothing {
        draft.query = Params::default();
    }
    draft
}

impl Pushed {
    /// One that nobody pushed.
    pub fn never(client: &Client, born: Born) -> Self {
        let uri = Secret::from(format!("urn:ietf:params:oauth:request_uri:{NEVER_ISSUED}"));
        let (client, params) = (client.clone(), Params::default());
        Self { uri, expires_in: None, client, params, born, asked: None }
    }
}

impl Driver {
    /// The valid request that pushes the authorization request of a client.
    ///
    /// # Errors
    /// Where the profile defines no endpoint for it, or no client of this role.
    pub fn push(&mut self, ask: &Authorization<'_>) -> Result<Draft, Unmet> {
        let url = self.site.pushed.clone().ok_or_else(|| {
            let text = "the profile defines no endpoint for pushed authorization requests";
            Unmet::Lacking(text.to_owned())
        })?;
        let mut draft = self.client_draft("pushed authorization request", ask.client, &url)?;
        draft.form = self.authorization(ask)?.query;
        name_once(&mut draft);
        Ok(draft)
    }

    /// What was pushed by this draft, if it was.
    pub fn pushed(&mut self, client: &Client, draft: &Draft, sent: &Sent) -> Option<Pushed> {
        let members = members(sent)?;
        let uri = members.get("request_uri").and_then(Value::as_str)?;
        self.journal.secret("request URI", uri);
        let expires_in = members.get("expires_in").and_then(Value::as_u64);
        let born = self.timeline.born(std::time::Instant::now());
        let (uri, asked) = (Secret::from(uri), self.asked.clone());
        let params = draft.form.clone();
        Some(Pushed { uri, expires_in, client: client.clone(), params, born, asked })
    }

    /// The authorization request with the reference of a pushed one, in the name of a client.
    ///
    /// # Errors
    /// Where the profile lacks the client.
    pub fn reference(&mut self, client: &Client, pushed: &Pushed) -> Result<Draft, Unmet> {
        let mut draft = Draft::new("authorization request", "GET", self.authorization_endpoint()?);
        draft.query.push("client_id", self.client(client)?.id);
        draft.query.push("request_uri", &*pushed.uri);
        self.asked.clone_from(&pushed.asked);
        Ok(draft)
    }

    /// Sends the user with the reference of a pushed request, in the name of a client.
    ///
    /// # Errors
    /// Where the profile lacks the client or the user, or the change cannot be made.
    pub async fn follow_pushed(
        &mut self,
        ask: &Authorization<'_>,
        pushed: &Pushed,
    ) -> Result<Journey, Unmet> {
        self.learn_script(ask.decision).await;
        let client = self.client(ask.client)?;
        let mut draft = self.reference(ask.client, pushed)?;
        for change in ask.changes {
            draft = change.apply(&draft, &client.redirect_uris)?;
        }
        let text = |name: &str| pushed.params.first(name).map(str::to_owned);
        let own = self.client(&pushed.client)?.redirect_uris;
        let uri = text("redirect_uri").filter(|uri| !uri.is_empty());
        let leads_to = uri.clone().or_else(|| own.first().cloned());
        self.carry(draft.sendable()?, ask, (uri, leads_to), text("state")).await
    }
}
