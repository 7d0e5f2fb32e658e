//! A request before it is bytes: where deviations are made, so that everything else stays as it was.

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use crate::rules::Means;
use crate::wire::{Delivery, Headers, Origin, Params, Request, Secret, basic, form, jws};

/// How the body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// The same parameters as a JSON object.
    Json,
    /// The form's bytes as `text/plain`.
    Text,
    /// `multipart/form-data` without a single field.
    EmptyMultipart,
    /// No body at all.
    Nothing,
}

/// How the client says who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Client identifier; `None`: it is not sent.
    pub id: Option<String>,
    /// Client secret; `None`: it is not sent.
    pub secret: Option<Secret>,
    /// Where they stand.
    pub means: Means,
    /// By whose assertion it authenticates, in place of a secret; `None`: by none.
    pub signer: Option<Signer>,
}

/// Who signs the assertion by which a client authenticates (RFC 7523 §2.2). It is made when the request is
/// sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Role of the client.
    pub role: String,
    /// Whether it signs with a key that is not its own.
    pub foreign: bool,
    /// Whether the assertion stands in the URL.
    pub in_url: bool,
}

/// A request in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is for, in the words of the protocol.
    pub label: String,
    /// Method.
    pub method: String,
    /// Endpoint.
    pub url: Url,
    /// Parameters of the query.
    pub query: Params,
    /// Text put behind the query as it stands.
    pub raw_query: Option<String>,
    /// Parameters of the body.
    pub form: Params,
    /// Text put behind the parameters of the body as it stands.
    pub raw_form: Option<String>,
    /// How the body is written.
    pub encoding: Encoding,
    /// A JSON body, in place of the parameters.
    pub json: Option<Value>,
    /// Client authentication.
    pub credentials: Option<Credentials>,
    /// Further header fields.
    pub headers: Headers,
    /// Whether it goes without a proof of possession, even where one is needed (RFC 9449).
    pub unproven: bool,
    /// Whether HTTP Basic in it is form-encoded, even where the target is known not to decode it.
    pub form_encoded: bool,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unchanged {
    /// The request would be the same bytes.
    #[error("the change \"{0}\" does not change the request")]
    NoEffect(String),
    /// The profile lacks what the change needs.
    #[error("{0}")]
    Lacking(String),
}

impl Draft {
    /// A request without parameters. A query in the endpoint's URL is kept (RFC 6749 §3.1).
    pub fn new(label: &str, method: &str, url: &Url) -> Self {
        Self {
            label: label.to_owned(),
            method: method.to_owned(),
            url: url.clone(),
            query: Params::default(),
            raw_query: None,
            form: Params::default(),
            raw_form: None,
            encoding: Encoding::Nothing,
            json: None,
            credentials: None,
            headers: Headers::default(),
            unproven: false,
            form_encoded: false,
        }
    }

    /// The parameters that the request lives by: the body's for POST, the query's otherwise.
    pub fn params(&mut self) -> &mut Params {
        if self.encoding == Encoding::Nothing { &mut self.query } else { &mut self.form }
    }

    /// The request as it will be sent; `None` where the URL is not http or https.
    pub fn to_request(&self) -> Option<Request> {
        let mut request = Request::new(&self.method, Origin::of(&self.url)?, &self.target());
        request.headers = self.headers.clone();
        if request.headers.get("accept").is_none() {
            request.headers.push("Accept", "application/json");
        }
        self.write_body(&mut request);
        if let Some(Credentials {
            id: Some(id), secret: Some(secret), means: Means::Basic, ..
        }) = &self.credentials
        {
            request.headers.push("Authorization", basic::encode(id, secret));
        }
        if self.raw_query.is_some() {
            request.delivery = Delivery::Literal;
        }
        Some(request)
    }

    fn target(&self) -> String {
        let mut parts: Vec<String> = self.url.query().map(str::to_owned).into_iter().collect();
        if !self.query.is_empty() {
            parts.push(form::encode(&self.query));
        }
        parts.extend(self.raw_query.clone());
        if parts.is_empty() {
            self.url.path().to_owned()
        } else {
            format!("{}?{}", self.url.path(), parts.join("&"))
        }
    }

    fn write_body(&self, request: &mut Request) {
        if let Some(json) = &self.json {
            request.headers.push("Content-Type", "application/json");
            request.body = json.to_string().into_bytes();
            return;
        }
        let params = self.body_params();
        let (media, body) = match self.encoding {
            Encoding::Nothing => return,
            Encoding::Form => ("application/x-www-form-urlencoded", self.form_of(&params)),
            Encoding::Text => ("text/plain", form::encode(&params)),
            Encoding::Json => ("application/json", json_object(&params)),
            Encoding::EmptyMultipart => {
                ("multipart/form-data; boundary=none", "--none--\r\n".into())
            }
        };
        if request.headers.get("content-type").is_none() {
            request.headers.push("Content-Type", media);
        }
        request.body = body.into_bytes();
    }

    fn form_of(&self, params: &Params) -> String {
        let known = Some(form::encode(params)).filter(|known| !known.is_empty());
        let parts: Vec<String> = known.into_iter().chain(self.raw_form.clone()).collect();
        parts.join("&")
    }

    /// Form parameters with the credentials that stand in the body, or that name a client without
    /// a secret.
    fn body_params(&self) -> Params {
        let mut params = self.form.clone();
        if let Some(credentials) = &self.credentials {
            let in_header = credentials.means == Means::Basic && credentials.secret.is_some();
            if !in_header {
                for (name, value) in [
                    ("client_id", credentials.id.as_deref()),
                    ("client_secret", credentials.secret.as_deref()),
                ] {
                    if let Some(value) = value {
                        params.push(name, value);
                    }
                }
            }
        }
        params
    }

    /// Identifier and secret of the client, where it has a secret.
    pub fn own_credentials(&self) -> Option<(String, Secret)> {
        let known = self.credentials.as_ref()?;
        known.id.clone().zip(known.secret.clone())
    }

    /// Makes parameters of the credentials, so that a deviation can be made in them. `false` where
    /// they stand in a header.
    pub fn credentials_into_form(&mut self) -> bool {
        let params = self.body_params();
        let moved = params != self.form;
        if moved {
            self.form = params;
            let signer = self.credentials.take().and_then(|credentials| credentials.signer);
            self.credentials = signer.map(|signer| Credentials {
                id: None,
                secret: None,
                means: Means::Body,
                signer: Some(signer),
            });
        }
        moved
    }
}

fn json_object(params: &Params) -> String {
    let members: BTreeMap<&str, &str> =
        params.iter().map(|param| (param.name.as_str(), param.value.as_str())).collect();
    serde_json::json!(members).to_string()
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub fn s256(verifier: &str) -> String {
    jws::hash(verifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn credentials_stand_where_the_client_puts_them() {
        let url = Url::parse("http://127.0.0.1:1/token?tenant=1").unwrap();
        let mut draft = Draft::new("token request", "POST", &url);
        draft.encoding = Encoding::Form;
        draft.credentials = Some(Credentials {
            id: Some("c".into()),
            secret: Some("s".into()),
            means: Means::Body,
            signer: None,
        });
        let request = draft.to_request().unwrap();
        assert_eq!(request.body, b"client_id=c&client_secret=s");
        assert_eq!(request.target, "/token?tenant=1");
        if let Some(credentials) = &mut draft.credentials {
            credentials.means = Means::Basic;
        }
        let request = draft.to_request().unwrap();
        assert!(request.body.is_empty());
        assert_eq!(request.headers.get("authorization"), Some(&b"Basic Yzpz"[..]));
    }
}
