//! The valid requests of a client, before any change.

use url::Url;

use super::Unmet;
use super::draft::{Credentials, Draft, Encoding, Signer};
use super::flow::{Authorization, Client, Code, Driver};
use super::mcp;
use crate::observe::Observed;
use crate::profile::ClientAuthentication;
use crate::rules::Means;
use crate::wire::transport::Sent;

impl Driver {
    /// The client's way to say who it is.
    pub(super) fn credentials(&self, role: &Client) -> Result<Credentials, Unmet> {
        let client = self.client(role)?;
        let way = self.site.profile.authentication(&client);
        let signs = way == ClientAuthentication::PrivateKeyJwt;
        let signer = Signer { role: role.0.clone(), foreign: false, in_url: false };
        Ok(Credentials {
            id: Some(client.id),
            secret: client.secret.filter(|_| !signs),
            means: if way == ClientAuthentication::Basic { Means::Basic } else { Means::Body },
            signer: signs.then_some(signer),
        })
    }

    /// The ordinary authorization request of a client, to be spoilt and sent by [`Driver::carry`].
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn authorization(&mut self, ask: &Authorization<'_>) -> Result<Draft, Unmet> {
        let (mut draft, asked) = self.authorization_draft(ask)?;
        self.asked = Some(asked);
        self.name_resource(&mut draft);
        Ok(draft)
    }

    /// A request of a client to an endpoint that it authenticates at.
    pub(super) fn client_draft(
        &self,
        label: &str,
        client: &Client,
        url: &Url,
    ) -> Result<Draft, Unmet> {
        let mut draft = Draft::new(label, "POST", url);
        draft.encoding = Encoding::Form;
        draft.credentials = Some(self.credentials(client)?);
        Ok(draft)
    }

    /// The valid request that redeems a code, by any client.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn redemption(&self, client: &Client, code: &Code) -> Result<Draft, Unmet> {
        let mut draft = self.client_draft("token request", client, &self.site.token)?;
        draft.form.push("grant_type", "authorization_code");
        draft.form.push("code", code.value.clone());
        if let Some(uri) = &code.redirect_uri {
            draft.form.push("redirect_uri", uri.clone());
        }
        if let Some(verifier) = &code.verifier {
            draft.form.push("code_verifier", verifier.clone());
        }
        Ok(draft)
    }

    /// The valid request that refreshes, by any client.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn refreshment(&self, client: &Client, refresh_token: &str) -> Result<Draft, Unmet> {
        let mut draft = self.client_draft("refresh request", client, &self.site.token)?;
        draft.form.push("grant_type", "refresh_token");
        draft.form.push("refresh_token", refresh_token);
        Ok(draft)
    }

    /// A token request of another grant, with these parameters.
    ///
    /// # Errors
    /// Where the profile defines no client of this role.
    pub fn grant_request(
        &self,
        client: &Client,
        grant_type: &str,
        params: &[(&str, &str)],
    ) -> Result<Draft, Unmet> {
        let mut draft = self.client_draft("token request", client, &self.site.token)?;
        draft.form.push("grant_type", grant_type);
        params.iter().for_each(|(name, value)| draft.form.push(*name, *value));
        Ok(draft)
    }

    /// The valid request that revokes a token, by any client.
    ///
    /// # Errors
    /// Where the profile defines no revocation endpoint, or no client of this role.
    pub fn revocation(&self, client: &Client, token: &str) -> Result<Draft, Unmet> {
        let url = self.site.revocation.clone().ok_or_else(|| {
            Unmet::Lacking("the profile defines no revocation endpoint".to_owned())
        })?;
        let draft = self.client_draft("revocation request", client, &url)?;
        Ok(about(draft, token))
    }

    /// The valid request that introspects a token in place of a call of the resource; `None` where none
    /// is introspected.
    fn introspection(&self, token: &str) -> Option<Result<Draft, Unmet>> {
        let client = Client(self.site.profile.introspecting()?.to_owned());
        let url = self.site.resource.as_ref()?;
        let draft = self.client_draft("introspection request", &client, url);
        Some(draft.map(|draft| about(draft, token)))
    }

    /// The same by the client that the token was issued to, where that is another one.
    pub(super) fn introspection_by_owner(&self, token: &str) -> Option<Draft> {
        let client = Client(self.site.profile.introspecting()?.to_owned());
        let own = self.owners.get(token)?;
        let mut draft = self.introspection(token)?.ok()?;
        if own.id == Some(self.client(&client).ok()?.id) {
            return None;
        }
        draft.credentials = Some(own.clone());
        Some(draft)
    }

    /// The valid request that introspects a token (RFC 7662 §2.1), by any client; by default by the one
    /// that may.
    ///
    /// # Errors
    /// Where the profile defines no introspection endpoint, or no client of this role.
    pub fn introspection_by(&self, client: Option<&Client>, token: &str) -> Result<Draft, Unmet> {
        let url = self.site.introspection.as_ref().ok_or_else(|| {
            Unmet::Lacking("the profile defines no introspection endpoint".to_owned())
        })?;
        let may = || Client(self.site.profile.introspecting_client().to_owned());
        let client = client.cloned().unwrap_or_else(may);
        let draft = self.client_draft("introspection request", &client, url)?;
        Ok(about(draft, token))
    }

    /// What a call made by [`Driver::call_with`] was answered.
    pub fn called(&self, draft: &Draft, sent: &Sent) -> Observed {
        let introspects = self.site.profile.introspecting().is_some();
        match introspects && self.site.resource.as_ref() == Some(&draft.url) {
            true => Observed::of_introspection(sent),
            false => Observed::of_call(sent, self.scheme_of(draft)),
        }
    }

    /// A call of the resource, without a token.
    ///
    /// # Errors
    /// Where the profile defines no such resource.
    pub fn call(&self, scoped: bool) -> Result<Draft, Unmet> {
        let (url, name) = if scoped {
            (&self.site.scoped_resource, "scoped_resource")
        } else {
            (&self.site.resource, "resource")
        };
        let url = url
            .as_ref()
            .ok_or_else(|| Unmet::Lacking(format!("the profile defines no `{name}`")))?;
        Ok(self.call_of(url))
    }

    fn call_of(&self, url: &Url) -> Draft {
        let resource = self.site.profile.resource.as_ref();
        match resource.and_then(|it| Some((it.mcp.as_deref()?, it.mcp_method.as_deref()))) {
            Some((revision, method)) => mcp::call(url, mcp::Way { revision, method }),
            None => Draft::new("API call", "GET", url),
        }
    }

    /// A call of the other resource with a token in the header.
    ///
    /// # Errors
    /// Where the profile defines no such resource.
    pub fn call_other(&self, token: &str) -> Result<Draft, Unmet> {
        let text = || Unmet::Lacking("the profile defines no `other_resource`".to_owned());
        let mut draft = self.call_of(self.site.other_resource.as_ref().ok_or_else(text)?);
        draft.headers.push("Authorization", format!("Bearer {token}"));
        Ok(draft)
    }

    /// A call of the resource with a token in the header; where tokens are introspected, that.
    ///
    /// # Errors
    /// Where the profile defines no such resource.
    pub fn call_with(&self, scoped: bool, token: &str) -> Result<Draft, Unmet> {
        if let Some(draft) = self.introspection(token).filter(|_| !scoped) {
            return draft;
        }
        let mut draft = self.call(scoped)?;
        draft.headers.push("Authorization", format!("Bearer {token}"));
        Ok(draft)
    }
}

/// A request about a token.
fn about(mut draft: Draft, token: &str) -> Draft {
    draft.form.push("token", token);
    if draft.credentials.as_ref().is_some_and(|known| known.means == Means::Basic) {
        // Without it a request that leaves out its token would have no body at all. A hint would
        // do that too, but servers that obey a wrong one do not find the token.
        draft.form.push("oauthspec", "1");
    }
    draft
}
