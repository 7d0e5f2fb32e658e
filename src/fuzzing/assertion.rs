//! Assertions at the token endpoint of the bundled server (RFC 7523 §2.1). Signing is slow, so a few
//! are signed once, valid ones and one for each defect; everything else is bent from those without a
//! key, and so must never bring a token.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures::FutureExt;
use serde_json::{Map, Value, json};

use super::answers::{self, Reply};
use super::bundled;
use super::choices::Choices;
use super::expected::{Expectation, Reason};
use super::oracle::{Finding, Terms};
use crate::driver::asserting::JWT_BEARER;
use crate::driver::assertion::Assertion;
use crate::driver::defect::Defect;
use crate::driver::grants::Subject;
use crate::driver::time::Slot;
use crate::driver::{Client, Driver, Unmet};
use crate::observe::{Observed, refusal, success};
use crate::rules::Means;
use crate::server::Server;
use crate::testbed::Switches;
use crate::wire::jws::{self, Algorithm, part};
use crate::wire::{Origin, Params, Request, Scheme, form};

/// Roles of the clients that sign.
const SIGNERS: &[&str] = &["server", "app-only", "two-keys"];

/// Defects that need a key, or are made so often that each has to be there: the client that makes
/// it, and the rule. Without a rule it is one of time, and its claims say what has to come of it.
const DEFECTS: &[(&str, &str, Option<&str>)] = &[
    ("server", "whose signature is empty", Some("server-auth/jwt-signature")),
    (
        "server",
        "signed as if its public key (PEM) were a shared secret",
        Some("server-auth/jwt-signature"),
    ),
    (
        "server",
        "signed as if its public key (DER) were a shared secret",
        Some("server-auth/jwt-signature"),
    ),
    ("server", "without a signature, by the algorithm \"none\"", Some("server-auth/jwt-alg-none")),
    ("server", "without a signature, by the algorithm \"nOnE\"", Some("server-auth/jwt-alg-none")),
    ("server", "with its signature, and the algorithm \"none\"", Some("server-auth/jwt-alg-none")),
    ("server", "signed with a stranger's key", Some("server-auth/jwt-wrong-key")),
    ("server", "signed with the key of the app-only client", Some("server-auth/jwt-wrong-key")),
    (
        "server",
        "signed with the key of the app-only client, which it names",
        Some("server-auth/jwt-wrong-key"),
    ),
    ("server", "with a kid that is not registered", Some("server-auth/jwt-unknown-kid")),
    ("two-keys", "without kid", Some("server-auth/jwt-unknown-kid")),
    ("server", "that expired 30 seconds ago", None),
    ("server", "that expires 120 seconds from now", None),
    ("server", "that expires 3600 seconds from now", None),
    ("server", "with nbf 30 seconds from now", None),
    ("server", "with iat 30 seconds from now", None),
    ("server", "without exp", Some("server-auth/jwt-too-long")),
    ("server", "whose audience begins like the right one", Some("server-auth/jwt-audience")),
    ("server", "whose audience contains the right one", Some("server-auth/jwt-audience")),
    ("server", "whose audience is elsewhere on the right host", Some("server-auth/jwt-audience")),
    ("server", "whose audience is another server", Some("server-auth/jwt-audience")),
    ("server", "without aud", Some("server-auth/jwt-audience")),
    ("server", "whose issuer is the app-only client", Some("server-auth/jwt-issuer")),
    ("server", "whose issuer is unknown", Some("server-auth/jwt-issuer")),
    ("server", "without iss", Some("server-auth/jwt-issuer")),
    ("server", "whose subject is unknown", Some("server-auth/jwt-subject")),
    ("server", "whose type of subject is unknown", Some("server-auth/jwt-subject")),
    ("server", "without sub", Some("server-auth/jwt-subject")),
    ("server", "without box_sub_type", Some("server-auth/jwt-subject")),
    ("server", "without jti", Some("server-auth/jwt-replayed-jti")),
];

/// An assertion that was signed once.
#[derive(Debug, Clone)]
struct Specimen {
    /// Role of its client.
    role: &'static str,
    text: String,
    claims: Map<String, Value>,
    /// The rule that it breaks, whatever the time.
    defect: Option<&'static str>,
}

/// What rows are made of.
pub struct Pool {
    specimens: Vec<Specimen>,
    terms: Arc<Terms>,
}

/// The one that every target shares: its assertions are good on the day of the server's clock.
static POOL: LazyLock<Result<Pool, String>> = LazyLock::new(|| {
    let (stage, _) = bundled::stage(Switches::default(), 1).map_err(|error| error.to_string())?;
    let mut driver = Driver::new(Arc::clone(&stage.site), Slot::own(), 1);
    let made = specimens(&mut driver).now_or_never();
    let made = made.ok_or_else(|| bundled::NoStage::waited().to_string())?;
    let specimens = made.map_err(|unmet| unmet.to_string())?;
    Ok(Pool { specimens, terms: stage.terms })
});

/// The assertions of the bundled server's clients.
///
/// # Errors
/// Where the bundled server cannot be set up; not in a released build: a test makes it.
pub fn pool() -> Result<&'static Pool, Finding> {
    POOL.as_ref().map_err(|error| Finding::plain("no-server-error", error.clone()))
}

async fn specimens(driver: &mut Driver) -> Result<Vec<Specimen>, Unmet> {
    let mut specimens = Vec::new();
    for role in SIGNERS {
        let client = Client((*role).to_owned());
        let valid = driver.assertion(&client, &Subject::Enterprise).await?;
        specimens.push(signed(role, &valid)?);
        // Another text, and the same `jti`.
        specimens.push(signed(role, &valid.clone().with_later_expiry())?);
        specimens.push(signed(role, &driver.assertion(&client, &Subject::Enterprise).await?)?);
    }
    let client = Client("server".to_owned());
    let user = Subject::User("app-user".to_owned());
    let (kind, id) = driver.subject(&user)?;
    let valid = driver.assertion(&client, &Subject::Enterprise).await?;
    specimens.push(signed("server", &valid)?);
    // Another subject, and the same `jti`.
    specimens.push(signed("server", &valid.with("sub", id).with("box_sub_type", kind))?);
    for algorithm in [Algorithm::Rs384, Algorithm::Rs512] {
        let valid = driver.assertion(&client, &user).await?.under(algorithm);
        specimens.push(signed("server", &valid)?);
    }
    let mut spoilt = Vec::new();
    for (role, words, rule) in DEFECTS {
        let defect: Defect =
            words.parse().map_err(|_| Unmet::Failed(format!("no defect {words}")))?;
        let valid = driver.assertion(&Client((*role).to_owned()), &Subject::Enterprise).await?;
        if defect == Defect::UnsignedWithSignature {
            // Another header makes it valid again.
            specimens.push(signed(role, &valid)?);
        }
        spoilt.push(specimen(role, driver.spoil(valid, &defect)?, *rule)?);
    }
    specimens.extend(spoilt);
    Ok(specimens)
}

fn signed(role: &'static str, valid: &Assertion) -> Result<Specimen, Unmet> {
    let text = valid.sign().map_err(|error| Unmet::Failed(error.to_string()))?;
    specimen(role, text, None)
}

fn specimen(
    role: &'static str,
    text: String,
    defect: Option<&'static str>,
) -> Result<Specimen, Unmet> {
    let parts = jws::read(&text).ok_or_else(|| Unmet::Failed("no assertion".to_owned()))?;
    Ok(Specimen { role, claims: parts.claims, defect, text })
}

/// Assertions that were taken, by client and `jti`, and until when they count.
type Used = HashMap<(&'static str, String), Duration>;

/// A row of assertions, some bent, presented to a fresh server with these mistakes.
///
/// # Errors
/// The first property that does not hold.
pub fn row(pool: &Pool, switches: Switches, choices: &mut impl Choices) -> Result<(), Finding> {
    let server = Server::new(bundled::config(switches, 1));
    let mut used = Used::new();
    for step in 0..=choices.below(3) {
        if choices.once_in(3) {
            let seconds = *choices.pick(&[11_u64, 31, 44, 70, 90]).unwrap_or(&11);
            server.clock().advance(Duration::from_secs(seconds));
        }
        let Some(specimen) = pool.any(choices) else { return Ok(()) };
        let role = if choices.once_in(8) {
            choices.pick(SIGNERS).copied().unwrap_or(specimen.role)
        } else {
            specimen.role
        };
        let text =
            if choices.once_in(2) { pool.bent(specimen, choices) } else { specimen.text.clone() };
        present(pool, &server, (role, &text), &mut used)
            .map_err(|finding| Finding { step, ..finding })?;
        // The same again: whoever overhears one has it as it was.
        if choices.once_in(4) {
            present(pool, &server, (role, &text), &mut used)?;
        }
    }
    Ok(())
}

/// One assertion as it stands, presented to a fresh server.
///
/// # Errors
/// The first property that does not hold.
pub fn alone(pool: &Pool, text: &str) -> Result<(), Finding> {
    let server = Server::new(bundled::config(Switches::default(), 1));
    present(pool, &server, ("server", text), &mut Used::new())
}

fn present(
    pool: &Pool,
    server: &Server,
    (role, text): (&'static str, &str),
    used: &mut Used,
) -> Result<(), Finding> {
    let now = server.clock().now();
    let specimen = pool.specimens.iter().find(|known| known.text == text);
    let expectation = expected(specimen, role, now, used);
    let response = server.handle(&pool.request(role, text));
    let what = Observed::of_token(&Ok(response.clone()));
    let issued = what == Observed::Tokens;
    if let (true, Some(specimen)) = (issued, specimen) {
        used.insert((role, specimen.jti().to_owned()), specimen.time("exp").unwrap_or_default());
    }
    let answer = Reply { what: &what, means: Means::Body, done: issued };
    let judged = answers::as_expected(&pool.terms, &expectation, &answer);
    if let Some(finding) = judged {
        return Err(finding);
    }
    let shape = pool.terms.documents().iter().try_for_each(|document| {
        if issued {
            success::alone(document, &response)
        } else {
            refusal::shape(document, Means::Body, &response)
        }
    });
    let oracle = if issued { "success-form" } else { "refusal-form" };
    shape.map_err(|mismatch| Finding::plain(oracle, mismatch.actual))?;
    if success::tokens(&response).is_some_and(|tokens| tokens.refresh.is_some()) {
        let rule = Some("server-auth/no-refresh-token");
        let told = Finding::plain("success-form", "a refresh token for an assertion");
        return Err(Finding { rule, ..told });
    }
    Ok(())
}

/// Nobody's clock is wrong by more.
const MARGIN: Duration = Duration::from_secs(25);
/// How far ahead an assertion may expire.
const LONGEST: Duration = Duration::from_secs(60);

fn expected(
    specimen: Option<&Specimen>,
    role: &'static str,
    now: Duration,
    used: &Used,
) -> Expectation {
    let mut to = Expectation::new("server-auth/jwt-enterprise");
    let mut refuse = |rule: &'static str| {
        let once = rule == "server-auth/jwt-replayed-jti";
        let oracle = if once { "assertion-once" } else { "assertion-checked" };
        to.reasons.push(Reason { oracle, ..Reason::from(rule) });
    };
    let Some(specimen) = specimen else {
        // Nobody has signed it.
        refuse("server-auth/jwt-signature");
        to.open = true;
        return to;
    };
    if let Some(rule) = specimen.defect {
        refuse(rule);
    }
    if specimen.role != role {
        refuse("server-auth/jwt-issuer");
    }
    let jti = (role, specimen.jti().to_owned());
    if used.get(&jti).is_some_and(|until| now < *until) {
        refuse("server-auth/jwt-replayed-jti");
    }
    let mut open = false;
    if let Some(expires) = specimen.time("exp") {
        if now >= expires + MARGIN {
            refuse("server-auth/jwt-expired");
        } else if expires >= now + LONGEST + MARGIN {
            refuse("server-auth/jwt-too-long");
        }
        open = now >= expires || expires > now + LONGEST || used.contains_key(&jti);
    }
    for from in ["nbf", "iat"].into_iter().filter_map(|name| specimen.time(name)) {
        if from >= now + MARGIN {
            refuse("server-auth/jwt-not-yet");
        }
        open |= from > now;
    }
    to.open = open;
    to
}

impl Specimen {
    fn jti(&self) -> &str {
        self.claims.get("jti").and_then(Value::as_str).unwrap_or_default()
    }

    fn time(&self, name: &str) -> Option<Duration> {
        self.claims.get(name).and_then(Value::as_u64).map(Duration::from_secs)
    }

    fn parts(&self) -> [&str; 3] {
        let mut parts = self.text.split('.');
        [(); 3].map(|()| parts.next().unwrap_or_default())
    }
}

impl Pool {
    /// Valid ones and spoilt ones as often as each other.
    fn any(&self, choices: &mut impl Choices) -> Option<&Specimen> {
        let good = self.specimens.len().saturating_sub(DEFECTS.len());
        let (valid, spoilt) = self.specimens.split_at(good);
        let list = if choices.once_in(2) { spoilt } else { valid };
        choices.pick(list)
    }

    /// The text of an assertion, bent without a key.
    fn bent(&self, specimen: &Specimen, choices: &mut impl Choices) -> String {
        let [header, claims, signature] = specimen.parts();
        let other = self.any(choices).map_or([""; 3], Specimen::parts);
        match choices.below(9) {
            0 => format!("{}.{claims}.{signature}", odd_header(specimen, choices)),
            1 => format!("{}.{claims}.", odd_header(specimen, choices)),
            2 | 3 => format!("{header}.{}.{signature}", odd_claims(specimen, choices)),
            4 => format!("{header}.{}.{signature}", other[1]),
            5 => format!("{header}.{claims}.{}", other[2]),
            6 => format!("{}.{claims}.{signature}", other[0]),
            _ => odd_text(&specimen.text, choices),
        }
    }

    fn request(&self, role: &str, assertion: &str) -> Request {
        let origin = Origin { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 80 };
        let mut request = Request::new("POST", origin, "/oauth2/token");
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        let mut params = Params::default();
        params.push("grant_type", JWT_BEARER);
        if let Some(client) = self.terms.profile.client(role) {
            params.push("client_id", client.id.clone());
            params.push("client_secret", client.secret.clone().unwrap_or_default());
        }
        params.push("assertion", assertion);
        request.body = form::encode(&params).into_bytes();
        request
    }
}

fn odd_header(specimen: &Specimen, choices: &mut impl Choices) -> String {
    let mut header = jws::read(&specimen.text).map(|parts| parts.header).unwrap_or_default();
    let algorithms = ["none", "None", "NONE", "HS256", "RS384", "rs256", "PS256", "ES256", ""];
    let kids = ["server-key", "app-only-key", "first-key", "second-key", ""];
    match choices.below(4) {
        0 => drop(header.remove(if choices.once_in(2) { "alg" } else { "kid" })),
        1 => drop(header.insert("kid".to_owned(), json!(kids[choices.below(kids.len())]))),
        2 => drop(header.insert("kid".to_owned(), json!(choices.text(6)))),
        _ => {
            let name = algorithms[choices.below(algorithms.len())];
            header.insert("alg".to_owned(), json!(name));
        }
    }
    part(json!(header).to_string().as_bytes())
}

fn odd_claims(specimen: &Specimen, choices: &mut impl Choices) -> String {
    const NAMES: &[&str] = &["iss", "sub", "box_sub_type", "aud", "jti", "exp", "nbf", "iat"];
    let mut claims = specimen.claims.clone();
    let name = choices.pick(NAMES).copied().unwrap_or("jti");
    match choices.below(4) {
        0 => drop(claims.remove(name)),
        1 => drop(claims.insert(name.to_owned(), json!(choices.below(1 << 31)))),
        2 => drop(claims.insert(name.to_owned(), json!([choices.text(5)]))),
        _ => drop(claims.insert(name.to_owned(), json!(choices.text(20)))),
    }
    part(json!(claims).to_string().as_bytes())
}

/// One place of the text altered, cut out or added to.
fn odd_text(text: &str, choices: &mut impl Choices) -> String {
    // A compact form is ASCII.
    let at = choices.below(text.len());
    let (before, rest) = text.split_at(at);
    let after = rest.get(1..).unwrap_or_default();
    match choices.below(4) {
        0 => format!("{before}{}{after}", ['A', 'B', '-', '_', '.'][choices.below(5)]),
        1 => format!("{before}{after}"),
        2 => before.to_owned(),
        _ => format!("{before}{}{rest}", choices.text(3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::choices::Dice;
    use crate::fuzzing::proof::ASSERTIONS;
    use crate::server::faults;

    /// How many rows the first finding takes.
    fn found(switches: impl Fn() -> Switches, rows: usize) -> Option<Finding> {
        let (pool, mut dice) = (pool().unwrap(), Dice::new(1));
        (0..rows).find_map(|_| row(pool, switches(), &mut dice).err())
    }

    #[test]
    fn the_bundled_server_keeps_every_property() {
        assert_eq!(found(Switches::default, 1500), None);
    }

    #[test]
    fn what_is_valid_is_taken_and_every_defect_is_refused() {
        let pool = pool().unwrap();
        let server = || Server::new(bundled::config(Switches::default(), 1));
        for specimen in &pool.specimens {
            let server = server();
            let text = (specimen.role, specimen.text.as_str());
            let now = server.clock().now();
            let expectation = expected(Some(specimen), specimen.role, now, &Used::new());
            let good = expectation.reasons.is_empty() && !expectation.open;
            let (mut used, name) = (Used::new(), specimen.defect);
            present(pool, &server, text, &mut used).unwrap();
            assert_eq!(used.len(), usize::from(good), "{name:?} {:?}", specimen.claims);
        }
        let valid = pool.specimens.iter().filter(|known| known.defect.is_none()).count();
        assert!(valid > 12 && pool.specimens.len() - valid > 20);
    }

    #[test]
    fn mistakes_of_the_grant_are_found() {
        let missed = |name: &&&str| {
            let fault = faults::find(name).unwrap();
            found(|| Switches::fault(fault), 2000).is_none()
        };
        let missed: Vec<&&str> = ASSERTIONS.iter().filter(missed).collect();
        assert_eq!(missed, Vec::<&&str>::new());
    }
}
