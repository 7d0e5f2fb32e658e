//! How a target reads HTTP Basic. Identifier and secret are form-encoded in it (RFC 6749 §2.3.1); a server that
//! takes them as they stand knows no client whose secret that changes. One rule is about this: all others are
//! judged with credentials that the server understands.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use super::authentication::as_it_stands;
use super::draft::{Draft, Encoding};
use super::spoiling::NEVER_ISSUED;
use crate::observe::observed::{Observed, error_code};
use crate::wire::transport::Sent;
use crate::wire::{Request, Transport, basic};

/// Requests whose answers tell whether the client was known; none uses anything up.
const QUESTIONS: [(&str, Option<&str>); 3] = [
    ("authorization_code", Some("code")),
    ("refresh_token", Some("refresh_token")),
    ("client_credentials", None),
];

/// So many clients that are known in neither form are enough.
const MOST_ASKED: usize = 3;

/// How a target reads HTTP Basic, as far as is known.
#[derive(Debug, Default)]
pub struct BasicForm {
    /// Whether it takes credentials as they stand.
    as_they_stand: AtomicBool,
    /// Whether that is settled.
    settled: AtomicBool,
    /// The clients that were asked about.
    asked: tokio::sync::Mutex<BTreeSet<String>>,
}

impl BasicForm {
    /// What is said of it, where it is not as it should be.
    pub fn told(&self) -> Option<String> {
        self.as_they_stand.load(Ordering::Relaxed).then(|| {
            "the server does not form-decode HTTP Basic, so that it knows no client whose secret is encoded: \
             it gets credentials as they stand, except where that is judged (token/basic-form-encoded)"
                .to_owned()
        })
    }

    /// Whether it is known.
    pub(super) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }

    /// Takes over what is known of the same target.
    pub(super) fn know_like(&self, other: &Self) {
        self.as_they_stand.store(other.as_they_stand.load(Ordering::Relaxed), Ordering::Relaxed);
        self.settled.store(other.settled.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Writes the credentials of a request in the form in which the target knows them.
    pub(super) fn write(&self, request: &mut Request) {
        if !self.as_they_stand.load(Ordering::Relaxed) {
            return;
        }
        let field = request.headers.get("authorization").and_then(as_it_stands);
        if let Some(field) = field {
            request.headers.set("Authorization", field);
        }
    }

    /// Finds out in which form the target knows a client, from the field that names it.
    pub(super) async fn ask(
        &self,
        transport: &dyn Transport,
        token: &Url,
        (field, plain): (&str, &str),
    ) {
        let Some(id) = basic::decode(field.as_bytes()).map(|it| it.id) else { return };
        let mut asked = self.asked.lock().await;
        let enough = self.settled.load(Ordering::Relaxed) || asked.len() >= MOST_ASKED;
        if enough || !asked.insert(id) {
            return;
        }
        for question in QUESTIONS {
            let encoded = answer(transport, token, question, field).await;
            if !encoded.as_ref().is_some_and(knows_no_client) {
                continue;
            }
            let as_it_stands = answer(transport, token, question, plain).await;
            if as_it_stands.as_ref().is_some_and(knows_client) {
                self.as_they_stand.store(true, Ordering::Relaxed);
                self.settled.store(true, Ordering::Relaxed);
            }
            return;
        }
        self.settled.store(true, Ordering::Relaxed);
    }
}

async fn answer(
    transport: &dyn Transport,
    token: &Url,
    (grant, presented): (&str, Option<&str>),
    field: &str,
) -> Option<Sent> {
    let mut draft = Draft::new("question for the form of HTTP Basic", "POST", token);
    draft.encoding = Encoding::Form;
    draft.form.push("grant_type", grant);
    if let Some(name) = presented {
        draft.form.push(name, NEVER_ISSUED);
    }
    draft.headers.push("Authorization", field);
    Some(transport.send(&draft.to_request()?).await)
}

fn error(sent: &Sent) -> Option<(u16, String)> {
    let response = sent.as_ref().ok()?;
    Some((response.status, error_code(response)))
}

/// Whether an answer says that the client is unknown (RFC 6749 §5.2).
pub(super) fn knows_no_client(sent: &Sent) -> bool {
    let (status, error) = error(sent).unwrap_or_default();
    status == 401 || (400..429).contains(&status) && error == "invalid_client"
}

/// Whether an answer is one that only a client gets that is known.
fn knows_client(sent: &Sent) -> bool {
    const LATER: [&str; 4] =
        ["invalid_grant", "unauthorized_client", "invalid_scope", "unsupported_grant_type"];
    let refused =
        error(sent).is_some_and(|(status, error)| status == 400 && LATER.contains(&&*error));
    refused || Observed::of_token(sent) == Observed::Tokens
}
