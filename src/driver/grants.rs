//! Token requests of grants that take no user's consent: by client credentials, for a subject, and by
//! a user's password.

use url::Url;

use super::flow::{Client, Driver};
use super::{Draft, Unmet};

/// For whom a server application asks for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The enterprise: the application's service account.
    Enterprise,
    /// Another enterprise, which is none of the application's.
    OtherEnterprise,
    /// The user of this role.
    User(String),
    /// A user that the scenario has made, by identifier.
    Made(String),
}

impl Driver {
    /// The token request of a client that may use this grant, which takes no user's consent.
    ///
    /// # Errors
    /// Where the profile names no such client, or the suite does not know the grant.
    pub fn grant_of_its_own(&self, grant: &str) -> Result<Draft, Unmet> {
        let role = self.site.profile.of_grant(grant).map(str::to_owned);
        let client = role.map(Client).ok_or_else(|| {
            Unmet::Failed(format!(
                "no client of the profile is said to have the grant `{grant}` \
                 (`clients.ROLE.grants`): the target may not have it at all"
            ))
        })?;
        self.grant_of(&client, grant)
    }

    /// The token request of a client by a grant which takes no user's consent.
    ///
    /// # Errors
    /// Where the suite does not know the grant, or the profile lacks what it needs.
    pub fn grant_of(&self, client: &Client, grant: &str) -> Result<Draft, Unmet> {
        match grant {
            "client_credentials" => self.credentials_grant(client, &Subject::Enterprise),
            "password" => self.password_grant(client, "default"),
            _ => Err(Unmet::Failed(format!("the suite does not play the grant `{grant}`"))),
        }
    }

    /// The endpoint that users are sent to.
    ///
    /// # Errors
    /// Where the server has none.
    pub fn authorization_endpoint(&self) -> Result<&Url, Unmet> {
        let text = "the profile names no authorization endpoint (`endpoints.authorization`)";
        let lacking = || Unmet::Lacking(text.to_owned());
        self.site.authorization.as_ref().ok_or_else(lacking)
    }

    /// The ordinary token request of a client whose server has no authorization endpoint: by a user's
    /// password where the profile says that the client has that grant, or else by its own credentials.
    ///
    /// # Errors
    /// Where the profile lacks the client or the user.
    pub fn direct_grant(&self, client: &Client, scope: Option<&str>) -> Result<Draft, Unmet> {
        let entry = self.client(client)?;
        let grant = if entry.has_grant("password") { "password" } else { "client_credentials" };
        let mut draft = self.grant_of(client, grant)?;
        if let Some(scope) = scope.or(self.site.profile.scope(&entry)) {
            draft.form.push("scope", scope);
        }
        Ok(draft)
    }

    /// The token request with a user's name and password (RFC 6749 §4.3.2).
    ///
    /// # Errors
    /// Where the profile defines no client or no user of this role.
    pub fn password_grant(&self, client: &Client, user: &str) -> Result<Draft, Unmet> {
        let user = self.user(user)?;
        let params = [("username", user.login.as_str()), ("password", &*user.password)];
        self.grant_request(client, "password", &params)
    }

    /// How a subject is named: its kind and its identifier.
    ///
    /// # Errors
    /// Where the profile defines no identifier.
    pub fn subject(&self, subject: &Subject) -> Result<(&'static str, String), Unmet> {
        match subject {
            Subject::Enterprise => Ok(("enterprise", self.thing("enterprise")?)),
            Subject::OtherEnterprise => Ok(("enterprise", self.thing("other_enterprise")?)),
            Subject::User(role) => {
                let id = self.user(role)?.id.ok_or_else(|| {
                    Unmet::Lacking(format!("the profile defines no `users.{role}.id`"))
                })?;
                Ok(("user", id))
            }
            Subject::Made(id) => Ok(("user", id.clone())),
        }
    }

    fn thing(&self, role: &str) -> Result<String, Unmet> {
        let lacking = || Unmet::Lacking(format!("the profile defines no thing of role `{role}`"));
        self.site.profile.things.get(role).cloned().ok_or_else(lacking)
    }

    /// The token request by client credentials for a subject.
    ///
    /// # Errors
    /// Where the profile defines no client of this role, or the subject has no identifier.
    pub fn credentials_grant(&self, client: &Client, subject: &Subject) -> Result<Draft, Unmet> {
        let whole = matches!(subject, Subject::Enterprise);
        if whole && !self.site.profile.things.contains_key("enterprise") {
            // Where there is no enterprise the token stands for the client.
            return self.grant_request(client, "client_credentials", &[]);
        }
        let (kind, id) = self.subject(subject)?;
        let params = [("box_subject_type", kind), ("box_subject_id", id.as_str())];
        self.grant_request(client, "client_credentials", &params)
    }
}
