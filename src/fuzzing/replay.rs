//! From bytes to a result: the one table that fuzz targets and the corpus test share.

use std::cell::RefCell;

use arbitrary::{Arbitrary, Unstructured};
use futures::FutureExt;

use super::assertion;
use super::bundled;
use super::case::{Base, Case, Shot, Step};
use super::generate::{self, Aim};
use super::grammar::Input;
use super::oracle::Finding;
use super::parsers::{self, Parsers, answered, fields, json, jws, redirect};
use super::play::{Browsers, Stage, play};
use super::roles::Roles;
use crate::testbed::Switches;

/// What a fuzz target does with its bytes.
pub type FuzzTarget = fn(&[u8]) -> Result<(), Finding>;

/// Every fuzz target: its name and its oracle. A fuzz target calls its oracle itself and not through this
/// table: so each of them is linked with what it needs, and an engine has less to watch.
pub const TABLE: &[(&str, FuzzTarget)] = &[
    ("token_request", token_request),
    ("authorization_header", authorization_header),
    ("challenge", challenge),
    ("redirect_uri", redirect_uri),
    ("token_answer", token_answer),
    ("metadata", metadata),
    ("introspection_answer", introspection_answer),
    ("registration_answer", registration_answer),
    ("dpop_proof", dpop_proof),
    ("jwt_assertion", jwt_assertion),
    ("profile", profile),
    ("authorize_query", authorize_query),
    ("server_assertion", server_assertion),
    ("server_body", server_body),
    ("server_request", server_request),
    ("session", session),
    ("empty", empty),
];

/// The first byte chooses between a body as it stands and one by grammar; so a corpus holds both,
/// and a body can be written as a seed by hand.
fn body(bytes: &[u8]) -> Option<Input> {
    match bytes.split_first()? {
        (b'g', rest) => Vec::arbitrary_take_rest(Unstructured::new(rest)).ok().map(Input::Grammar),
        (_, rest) => Some(Input::Raw(rest.to_vec())),
    }
}

/// The body of a token request, raw or by grammar (`g`), as a form.
///
/// # Errors
/// The property that did not hold.
pub fn token_request(bytes: &[u8]) -> Result<(), Finding> {
    body(bytes).map_or(Ok(()), |input| parsers::form(&Parsers::default(), &input))
}

/// The same body, sent to the bundled server.
///
/// # Errors
/// The property that did not hold.
pub fn server_body(bytes: &[u8]) -> Result<(), Finding> {
    body(bytes).map_or(Ok(()), |input| parsers::refused_in_due_form(&input.body()))
}

/// A Basic or a Bearer field, raw or meant (`g`).
///
/// # Errors
/// The property that did not hold.
pub fn authorization_header(bytes: &[u8]) -> Result<(), Finding> {
    let good = Parsers::default();
    match bytes.split_first() {
        Some((b'g', rest)) => fields::meant(&good, &mut Unstructured::new(rest)),
        Some((_, rest)) => fields::raw(&good, rest),
        None => Ok(()),
    }
}

/// A `WWW-Authenticate` field, raw or meant (`g`).
///
/// # Errors
/// The property that did not hold.
pub fn challenge(bytes: &[u8]) -> Result<(), Finding> {
    let good = Parsers::default();
    match bytes.split_first() {
        Some((b'g', rest)) => fields::meant_challenges(&good, &mut Unstructured::new(rest)),
        Some((_, rest)) => fields::challenges(&good, &String::from_utf8_lossy(rest)),
        None => Ok(()),
    }
}

/// `g`: a registered URI, bent. Otherwise two lines: what is asked for, what is registered.
///
/// # Errors
/// The property that did not hold.
pub fn redirect_uri(bytes: &[u8]) -> Result<(), Finding> {
    let Some((mode, rest)) = bytes.split_first() else { return Ok(()) };
    if *mode == b'g' {
        return redirect::bent(&mut Unstructured::new(rest));
    }
    let text = String::from_utf8_lossy(rest);
    let (asked, registered) = text.split_once('\n').unwrap_or((&text, "https://www.myboxapp.com"));
    redirect::header(asked, registered)?;
    redirect::pair(asked, registered)
}

/// The first byte chooses the status.
///
/// # Errors
/// The property that did not hold.
pub fn token_answer(bytes: &[u8]) -> Result<(), Finding> {
    let Some((status, body)) = bytes.split_first() else { return Ok(()) };
    let status = [200, 400, 401, 302, 429, 500][usize::from(*status) % 6];
    json::answer(status, body)
}

fn with_status(bytes: &[u8], judge: fn(u16, &[u8]) -> Result<(), Finding>) -> Result<(), Finding> {
    let Some((status, body)) = bytes.split_first() else { return Ok(()) };
    let status = [200, 400, 401, 302, 429, 500, 201][usize::from(*status) % 7];
    judge(status, body)
}

/// The first byte chooses the status.
///
/// # Errors
/// The property that did not hold.
pub fn metadata(bytes: &[u8]) -> Result<(), Finding> {
    with_status(bytes, answered::metadata)
}

/// The first byte chooses the status.
///
/// # Errors
/// The property that did not hold.
pub fn introspection_answer(bytes: &[u8]) -> Result<(), Finding> {
    with_status(bytes, answered::introspection)
}

/// The first byte chooses the status.
///
/// # Errors
/// The property that did not hold.
pub fn registration_answer(bytes: &[u8]) -> Result<(), Finding> {
    with_status(bytes, answered::registration)
}

/// A field with a proof of possession, presented to the bundled server.
///
/// # Errors
/// The property that did not hold.
pub fn dpop_proof(bytes: &[u8]) -> Result<(), Finding> {
    answered::proof(bytes)
}

/// `g`: an assertion that was meant. Otherwise a text as it stands.
///
/// # Errors
/// The property that did not hold.
pub fn jwt_assertion(bytes: &[u8]) -> Result<(), Finding> {
    let good = Parsers::default();
    match bytes.split_first() {
        None => Ok(()),
        Some((b'g', rest)) => jws::meant(&good, &mut Unstructured::new(rest)),
        Some((_, rest)) => jws::raw(&good, &String::from_utf8_lossy(rest)),
    }
}

/// `s`: a row of signed and bent assertions against the bundled server. Otherwise a text as it stands,
/// presented to it.
///
/// # Errors
/// The property that did not hold.
pub fn server_assertion(bytes: &[u8]) -> Result<(), Finding> {
    match bytes.split_first() {
        None => Ok(()),
        Some((b's', rest)) => {
            assertion::row(assertion::pool()?, Switches::default(), &mut Unstructured::new(rest))
        }
        Some((_, rest)) => assertion::alone(assertion::pool()?, &String::from_utf8_lossy(rest)),
    }
}

/// The text of a target profile.
///
/// # Errors
/// The property that did not hold.
pub fn profile(bytes: &[u8]) -> Result<(), Finding> {
    parsers::profile::profile(&String::from_utf8_lossy(bytes))
}

thread_local! {
    /// One stage serves all inputs of a thread for a while: what one leaves behind must not change
    /// what the next one sees, and a store that grows without end would.
    static STAGE: RefCell<Option<(Stage, Roles, u32)>> = const { RefCell::new(None) };
}

/// After so many inputs the server is a new one.
const INPUTS: u32 = 512;

fn with_stage(run: impl FnOnce(&Stage, &Roles) -> Result<(), Finding>) -> Result<(), Finding> {
    STAGE.with_borrow_mut(|slot| {
        let fresh = slot.take().filter(|(_, _, inputs)| *inputs < INPUTS);
        let (stage, cast, inputs) = match fresh {
            Some(kept) => kept,
            None => {
                let (stage, cast) = bundled::stage(Switches::default(), 1)
                    .map_err(|error| Finding::plain("no-server-error", error.to_string()))?;
                (stage, cast, 0)
            }
        };
        let result = run(&stage, &cast);
        *slot = Some((stage, cast, inputs + 1));
        result
    })
}

fn play_case(stage: &Stage, case: &Case) -> Result<(), Finding> {
    // In process nothing is ever waited for.
    let played = play(stage, case, &mut Browsers::default(), 1).now_or_never();
    let findings = played.map(|played| played.findings).unwrap_or_default();
    findings.into_iter().next().map_or(Ok(()), Err)
}

/// An authorization request with edits, up to its end.
///
/// # Errors
/// The property that did not hold.
pub fn authorize_query(bytes: &[u8]) -> Result<(), Finding> {
    aimed(bytes, Aim::Authorize)
}

/// A token request with edits, whatever has to come before it.
///
/// # Errors
/// The property that did not hold.
pub fn server_request(bytes: &[u8]) -> Result<(), Finding> {
    let mut choices = Unstructured::new(bytes);
    with_stage(|stage, cast| {
        let case = generate::case(&mut choices, cast, Aim::Token);
        // Without what came before: one request, refused for what it brings.
        let last = case.steps.into_iter().rev().find_map(|step| match step {
            Step::Send(Shot { request: Base::Authorize { .. } | Base::Visit { .. }, .. }) => None,
            Step::Send(mut shot) | Step::Race(mut shot) => {
                if let Some(from) = shot.request.needs() {
                    *from = None;
                }
                Some(Step::Send(shot))
            }
            Step::Wait(_) | Step::Restart => None,
        });
        play_case(stage, &Case { steps: last.into_iter().collect() })
    })
}

/// A session against the model.
///
/// # Errors
/// The property that did not hold.
pub fn session(bytes: &[u8]) -> Result<(), Finding> {
    aimed(bytes, Aim::All)
}

fn aimed(bytes: &[u8], aim: Aim) -> Result<(), Finding> {
    let mut choices = Unstructured::new(bytes);
    with_stage(|stage, cast| {
        let case = generate::case(&mut choices, cast, aim);
        play_case(stage, &case)
    })
}

/// Nothing: what the engine itself costs.
///
/// # Errors
/// The property that did not hold.
pub fn empty(bytes: &[u8]) -> Result<(), Finding> {
    std::hint::black_box(bytes);
    Ok(())
}
