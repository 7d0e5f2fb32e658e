//! Clients that are described by a document at the URL that is their identifier (OAuth Client ID Metadata
//! Document).

use serde_json::{Map, Value};

use super::asked::Asked;
use super::definition::{given, when};
use super::metadata;
use super::registration::OWN;
use super::world::{StepResult, World};
use crate::driver::Unmet;
use crate::driver::served::ServedPage;

/// The member of the metadata by which a server offers it.
const OFFERED: &str = "client_id_metadata_document_supported";

/// Where the path of the document is kept.
const PATH: &str = "path of the document";

/// A server that does not say so is not judged by it: that it should is another rule.
async fn offered(w: &mut World) -> StepResult {
    metadata::ask(w).await?;
    let offered = metadata::members(w)?.get(OFFERED) == Some(&Value::Bool(true));
    let text = || Unmet::Lacking(format!("the metadata do not say yes to {OFFERED}"));
    w.need(offered.then_some(()).ok_or_else(text))
}

/// Serves a description, and keeps the client.
async fn describe(w: &mut World, asked: &Asked) -> StepResult {
    offered(w).await?;
    let described = w.driver().described();
    let (path, mut members) = w.need(described)?;
    asked.apply(&mut members);
    let served = w.driver().describe(OWN, &path, &members);
    w.answers.keep(PATH, vec![path]);
    w.need(served)
}

/// Puts something else in place of the latest document.
fn replace(w: &mut World, page: ServedPage) -> StepResult {
    let path = w.answers.collected(PATH).concat();
    let served = w.driver().serve(&path, page);
    w.need(served)
}

given!("a client is described by a document", is_described().await);
async fn is_described(w: &mut World) -> StepResult {
    describe(w, &Asked::default()).await
}

given!("a further client is described by a document {asked}", is_described_as(asked).await);
async fn is_described_as(w: &mut World, asked: Asked) -> StepResult {
    describe(w, &asked).await?;
    w.deviates(format!("a document {asked}"));
    Ok(())
}

given!("a further client's document is {string}", is_text(text).await);
async fn is_text(w: &mut World, text: String) -> StepResult {
    describe(w, &Asked::default()).await?;
    w.deviates(format!("{text:?} in place of a document"));
    replace(w, ServedPage::Json(text))
}

given!("a further client's document is answered with status {int}", is_answered(status).await);
async fn is_answered(w: &mut World, status: u16) -> StepResult {
    describe(w, &Asked::default()).await?;
    w.deviates(format!("a document with status {status}"));
    let body = again(w)?;
    replace(w, ServedPage::Status(status, Value::Object(body).to_string()))
}

given!(
    "a further client's document is at another place, to which the answer redirects",
    is_elsewhere().await
);
async fn is_elsewhere(w: &mut World) -> StepResult {
    describe(w, &Asked::default()).await?;
    w.deviates("a redirect in place of a document".to_owned());
    // By its own words it is the document that was asked for.
    let body = Value::Object(again(w)?).to_string();
    let other = |text: &str| text.replace("client.json", "other.json");
    let path = other(&w.answers.collected(PATH).concat());
    let served = w.driver().serve(&path, ServedPage::Json(body));
    w.need(served)?;
    let url = other(&latest(w)?);
    replace(w, ServedPage::Elsewhere(url))
}

when!("the document is there again", is_back());
fn is_back(w: &mut World) -> StepResult {
    let body = Value::Object(again(w)?).to_string();
    replace(w, ServedPage::Json(body))
}

/// The identifier of the client that was described last.
fn latest(w: &mut World) -> Result<String, String> {
    let enrolled = w.driver().enrolled(OWN);
    Ok(w.need(enrolled)?.client.id)
}

/// An ordinary description of it.
fn again(w: &mut World) -> Result<Map<String, Value>, String> {
    let described = w.driver().described();
    let (_, mut members) = w.need(described)?;
    members.insert("client_id".to_owned(), Value::String(latest(w)?));
    Ok(members)
}
