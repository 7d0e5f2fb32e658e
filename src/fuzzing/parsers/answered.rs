//! Answers of the endpoints that not every server has, as the driver reads them; and proofs of possession
//! as the bundled server does.

use std::sync::{Arc, LazyLock};

use serde_json::Value;
use url::Url;

use super::super::oracle::Finding;
use super::finding;
use crate::driver::discovery::Metadata;
use crate::driver::enrolment;
use crate::observe::Observed;
use crate::server::{Config, Dialect, Server};
use crate::testbed::clock::ManualClock;
use crate::testbed::random::SeededRandom;
use crate::wire::{Origin, Request, Response, Scheme, jws};

fn response(status: u16, body: &[u8]) -> Response {
    let mut response = Response::new(status);
    response.headers.push("Content-Type", "application/json");
    response.body = body.to_vec();
    response
}

/// An answer of the introspection endpoint: a token lives where a JSON parser finds that it does.
///
/// # Errors
/// The property that does not hold.
pub fn introspection(status: u16, body: &[u8]) -> Result<(), Finding> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let active = value.as_ref().and_then(|it| it.get("active")?.as_bool());
    let sent = Ok(response(status, body));
    for what in [Observed::of_introspection_endpoint(&sent), Observed::of_introspection(&sent)] {
        let lives = status == 200 && active == Some(true);
        let dead = status == 200 && active == Some(false);
        if what.is_served() != lives || (what == Observed::Inactive) != dead {
            return finding("json-differential", format!("{what:?} beside active {active:?}"));
        }
    }
    Ok(())
}

/// An answer of the registration endpoint: a client is one with an identifier.
///
/// # Errors
/// The property that does not hold.
pub fn registration(status: u16, body: &[u8]) -> Result<(), Finding> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let id = value.as_ref().and_then(|it| it.get("client_id")?.as_str());
    let there = (200..300).contains(&status) && id.is_some_and(|id| !id.is_empty());
    let read = enrolment::registered(&Ok(response(status, body)));
    let same = read.as_ref().is_none_or(|read| value == Some(Value::Object(read.clone())));
    if read.is_some() == there && same {
        Ok(())
    } else {
        finding("json-differential", format!("a client {id:?} read as {}", read.is_some()))
    }
}

/// Metadata of a server: refused in words, or as a JSON parser finds them.
///
/// # Errors
/// The property that does not hold.
pub fn metadata(status: u16, body: &[u8]) -> Result<(), Finding> {
    const NAME: &str = "metadata-differential";
    let Ok(issuer) = Url::parse("https://server.example") else { return Ok(()) };
    let read = match Metadata::read(&issuer, &issuer, &response(status, body)) {
        Err(error) if error.to_string().is_empty() => return finding(NAME, "no word of an error"),
        Err(_) | Ok(None) => return Ok(()),
        Ok(Some(read)) => read,
    };
    let value: Option<Value> = serde_json::from_slice(body).ok();
    for (name, url) in read.endpoints() {
        let there = value.as_ref().and_then(|it| it.get(name)?.as_str());
        let plain = Url::parse(url)
            .is_ok_and(|url| url.username().is_empty() && !url.as_str().contains('#'));
        if there != Some(url) || !plain {
            return finding(NAME, format!("{name} {url:?} beside {there:?}"));
        }
    }
    Ok(())
}

/// The server's clock stands still: one serves all inputs.
static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    let dialect = Dialect::all().iter().find(|dialect| dialect.takes_proofs())?;
    Some(Server::new(Config {
        clock: Arc::new(ManualClock::default()),
        random: Arc::new(SeededRandom::new(1)),
        ..Config::of(dialect)
    }))
});

/// A client of the bundled server that gets tokens for itself.
const CLIENT: &str = "grant_type=client_credentials&client_id=server-client&\
                      client_secret=test-only-S2hJz6RnYv4CkFq8MbVx";

/// A field with a proof of possession, at the token endpoint: no error of the server, and no bound token
/// by what is no proof.
///
/// # Errors
/// The property that does not hold.
pub fn proof(field: &[u8]) -> Result<(), Finding> {
    let Some(server) = &*SERVER else { return finding("no-server-error", "there is no server") };
    let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 80 };
    let mut request = Request::new("POST", origin, "/token");
    request.headers.push("Content-Type", "application/x-www-form-urlencoded");
    request.headers.push("DPoP", field);
    request.body = CLIENT.into();
    let answer = server.handle(&request);
    if answer.status >= 500 {
        return finding("no-server-error", format!("/token answered {}", answer.status));
    }
    let value: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let bound = value.as_ref().and_then(|it| it.get("token_type")?.as_str()) == Some("DPoP");
    if !bound {
        return Ok(());
    }
    let text = String::from_utf8_lossy(field);
    let parts = jws::read(&text);
    let claims = |name: &str| parts.as_ref().and_then(|it| it.claims.get(name)?.as_str());
    let header = |name: &str| parts.as_ref().and_then(|it| it.header.get(name));
    let named = header("jwk").is_some() && header("alg").is_some_and(|it| it != "none");
    if named && claims("htm") == Some("POST") && claims("jti").is_some() {
        Ok(())
    } else {
        finding("proof-differential", "a token is bound by what names no request or no key")
    }
}
