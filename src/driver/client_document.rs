//! Clients that are described by a document at the URL that is their identifier (OAuth Client ID Metadata
//! Document).

use std::sync::PoisonError;

use serde_json::{Map, Value, json};

use super::Unmet;
use super::enrolment::{Enrolled, client_of};
use super::flow::Driver;
use super::served::{Served, ServedPage};
use crate::profile::Pkce;

/// A document that stands for the URL of the document itself.
pub const OWN_URL: &str = "{url}";

impl Driver {
    /// The ordinary description of a public client, at a URL that was not used before.
    ///
    /// # Errors
    /// Where nothing can be served on this machine.
    pub fn described(&mut self) -> Result<(String, Map<String, Value>), Unmet> {
        let path = format!("/{}/client.json", self.fresh(12));
        let url = self.serving(|served| served.url(&path))?;
        let mut members = self.client_metadata();
        members.insert("client_id".to_owned(), json!(url));
        members.insert("token_endpoint_auth_method".to_owned(), json!("none"));
        Ok((path, members))
    }

    /// Puts a page at the path of a client's document.
    ///
    /// # Errors
    /// Where nothing can be served on this machine.
    pub fn serve(&mut self, path: &str, page: ServedPage) -> Result<(), Unmet> {
        self.serving(|served| served.put(path, page))
    }

    /// Serves a description and keeps the client under a role, so that sentences can name it.
    ///
    /// # Errors
    /// Where nothing can be served on this machine.
    pub fn describe(
        &mut self,
        role: &str,
        path: &str,
        members: &Map<String, Value>,
    ) -> Result<(), Unmet> {
        let url = self.serving(|served| served.url(path))?;
        let body = Value::Object(members.clone()).to_string().replace(OWN_URL, &url);
        self.serve(path, ServedPage::Json(body))?;
        let mut known = members.clone();
        known.insert("client_id".to_owned(), json!(url));
        known.insert("token_endpoint_auth_method".to_owned(), json!("none"));
        // A description without redirect URIs is tried with that of other clients.
        let uris = self.client_metadata()["redirect_uris"].clone();
        let has_some = known.get("redirect_uris").and_then(Value::as_array);
        if has_some.is_none_or(Vec::is_empty) {
            known.insert("redirect_uris".to_owned(), uris);
        }
        let mut client = client_of(&known, &[], None);
        client.pkce = Some(Pkce::S256);
        // Nobody has to delete it.
        self.enrolment
            .add(role, Enrolled { client, asked: Value::Null, answer: Map::new(), is_gone: true });
        Ok(())
    }

    fn serving<T>(&self, act: impl FnOnce(&Served) -> T) -> Result<T, Unmet> {
        let mut served = self.site.served.lock().unwrap_or_else(PoisonError::into_inner);
        if served.is_none() {
            let started = Served::start().map_err(|error| {
                Unmet::Failed(format!("nothing can be served on this machine: {error}"))
            });
            *served = Some(started?);
        }
        served.as_ref().map(act).ok_or_else(|| Unmet::Failed("nothing is served".to_owned()))
    }
}
