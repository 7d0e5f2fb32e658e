//! `oauthspec doctor`: checks a profile before any rule runs, one line for each check.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::args::{Doctor, Run};
use super::print;
use super::run::Setup;
use crate::driver::assertion::Subject;
use crate::driver::flow::{Authorization, Pair};
use crate::driver::time::{Gate, Side, Slot};
use crate::driver::{Client, Driver, Site, Unmet, Visitor};
use crate::observe::Observed;
use crate::profile::{Clock, Model};
use crate::report::{Redactor, printable};
use crate::runner::{Shared, Target};
use crate::verdict::Failure;
use crate::verdict::{ExitCode, Secrets};

/// What a check found.
enum Found {
    Good(String),
    Bad(String),
    Absent(String),
}

pub(super) async fn main(args: Doctor) -> Result<ExitCode, Failure> {
    let run = Run {
        words: vec![args.profile.display().to_string()],
        base_url: args.base_url,
        client: args.client,
        additions: args.additions,
        ..Run::default()
    };
    let setup = Setup::of(&run).await?;
    if args.client {
        return application(&setup).await;
    }
    if let Some(problem) = super::run::unreachable(&setup).await? {
        print(&line(&Found::Bad(problem.text())));
        return Ok(ExitCode::Unreachable);
    }
    let Shared(site) = super::run::shared(&setup)?;
    let mut driver = driver(&site).await;
    let found = checks(&mut driver, &site).await;
    let (_, secrets) = driver.journal.take();
    let code = say(&found, &secrets);
    setup.farewell().await;
    Ok(code)
}

/// Prints what was found, without secrets.
fn say(found: &[Found], secrets: &Secrets) -> ExitCode {
    let redactor = Redactor::new(secrets);
    let bad = found.iter().filter(|found| matches!(found, Found::Bad(_))).count();
    for found in found {
        print(&redactor.text(&line(found)));
    }
    let verdict = if bad == 0 { "the profile works" } else { "the profile has problems" };
    print(&format!("{verdict}: {bad} of {} checks failed\n", found.len()));
    if bad == 0 { ExitCode::Conformant } else { ExitCode::Failed }
}

/// The profile of an application.
async fn application(setup: &Setup) -> Result<ExitCode, Failure> {
    let targets = match super::run::targets(setup).await? {
        Ok(targets) => targets,
        Err(problem) => {
            print(&line(&Found::Bad(problem.text())));
            return Ok(ExitCode::Unreachable);
        }
    };
    let stage = match targets.open(0).await {
        Ok(Target::Application(stage)) => stage,
        Ok(Target::Server(_)) => {
            return Err(Failure::internal("expected an application, found a server"));
        }
        Err(text) => return Err(Failure::internal(text)),
    };
    let slot = Slot::take(Gate::new(1, false), false).await;
    let mut visitor = Visitor::new(stage, slot);
    let found = visits(&mut visitor).await;
    let (_, secrets) = visitor.journal.take();
    Ok(say(&found, &secrets))
}

async fn visits(visitor: &mut Visitor) -> Vec<Found> {
    const ASKS: &str = "a login sends the browser to the authorization endpoint";
    const WORKS: &str = "a login returns to the redirect URI, and its code is redeemed";
    let mut found = vec![told(ASKS, &visitor.begin_login().await)];
    let works = visitor.log_in().await;
    found.push(told(WORKS, &works));
    if works.is_ok() {
        found.push(uses_token(visitor, "the application uses its access token").await);
        found.push(refreshes(visitor).await);
    }
    found
}

async fn uses_token(visitor: &mut Visitor, good: &str) -> Found {
    let used = visitor.use_token().await.and_then(|login_end| match login_end.is_success() {
        true => Ok(()),
        false => Err(Unmet::Failed(login_end.describe())),
    });
    told(good, &used)
}

/// Moves the clock by more than the hour of an access token.
async fn refreshes(visitor: &mut Visitor) -> Found {
    const GOOD: &str = "the application obtains a new access token when the old one has expired";
    if visitor.stage.profile.uses_token.is_none() {
        return Found::Absent("the profile defines no URL that uses the access token".to_owned());
    }
    if let Err(unmet) = visitor.pass(Duration::from_secs(3601)).await {
        return told(GOOD, &Err::<(), _>(unmet));
    }
    uses_token(visitor, GOOD).await
}

async fn driver(site: &Arc<Site>) -> Driver {
    let slot = Slot::take(Gate::new(1, false), false).await;
    let seed = Instant::now().elapsed().as_nanos();
    Driver::new(Arc::clone(site), slot, u64::try_from(seed).unwrap_or_default())
}

fn line(found: &Found) -> String {
    let (mark, text) = match found {
        Found::Good(text) => ("✔", text),
        Found::Bad(text) => ("×", text),
        Found::Absent(text) => ("-", text),
    };
    format!("{mark} {}\n", printable::one_line(text))
}

async fn checks(driver: &mut Driver, site: &Site) -> Vec<Found> {
    let mut found = Vec::new();
    let default = Client::default_role();
    let pair = driver.obtain_tokens(&Authorization::of(&default)).await;
    let works = pair.is_ok();
    found.push(told(
        "the default client gets tokens: login, consent and code redemption work",
        &pair,
    ));
    if let Ok(pair) = pair {
        found.push(resource(driver, &pair.access).await);
        found.push(refresh(driver, &default, pair.refresh.as_deref()).await);
        found.push(revocation(driver, &default, &pair.access).await);
        found.push(clock(driver, &default).await);
    }
    if works {
        found.extend(clients(driver, site).await);
        found.extend(users(driver, site, &default).await);
        found.extend(hooks(driver, site).await);
    }
    found
}

fn told<T>(good: &str, result: &Result<T, Unmet>) -> Found {
    match result {
        Ok(_) => Found::Good(good.to_owned()),
        Err(Unmet::Lacking(text)) => Found::Absent(text.clone()),
        Err(Unmet::Failed(text)) => Found::Bad(format!("failed: {good}; {text}")),
    }
}

async fn resource(driver: &mut Driver, token: &str) -> Found {
    const GOOD: &str = "the resource is served for a new access token";
    told(GOOD, &driver.served(token).await)
}

async fn refresh(driver: &mut Driver, client: &Client, token: Option<&str>) -> Found {
    let Some(token) = token else {
        return Found::Absent(
            "no refresh token was issued; check the scope and the parameters of the profile".into(),
        );
    };
    let result = match driver.refreshment(client, token) {
        Ok(draft) => driver.obtain(client, &draft).await,
        Err(unmet) => Err(unmet),
    };
    told("a refresh token yields new tokens", &result)
}

async fn revocation(driver: &mut Driver, client: &Client, token: &str) -> Found {
    const GOOD: &str = "an access token can be revoked";
    let sent = match driver.revocation(client, token) {
        Ok(draft) => driver.submit(&draft).await,
        Err(unmet) => return Found::Absent(unmet.to_string()),
    };
    match sent.map(|sent| Observed::of_token(&sent)) {
        Ok(Observed::Status(200..=299)) => Found::Good(GOOD.to_owned()),
        Ok(what) => Found::Bad(format!("failed: {GOOD}; {}", what.describe())),
        Err(unmet) => Found::Bad(unmet.to_string()),
    }
}

/// Moves a movable clock far enough for a fresh code to die.
async fn clock(driver: &mut Driver, client: &Client) -> Found {
    const GOOD: &str = "a code expires when the clock moves by 11 minutes";
    match driver.site.profile.clock {
        Clock::None => return Found::Absent("the profile defines no clock".to_owned()),
        Clock::Real => {
            return Found::Good("the clock is real: waits stay within `limits.time_budget`".into());
        }
        Clock::Http(_) | Clock::Command(_) => {}
    }
    let result = async {
        let code = driver.obtain_code(&Authorization::of(client)).await?;
        driver.age(code.born, Duration::from_secs(660), Side::Past).await?;
        let draft = driver.redemption(client, &code)?;
        Ok::<_, Unmet>(Observed::of_token(&driver.submit(&draft).await?))
    };
    match result.await {
        Ok(Observed::Tokens) => Found::Bad(format!("failed: {GOOD}; it was still redeemed")),
        Ok(_) => Found::Good(GOOD.to_owned()),
        Err(unmet) => Found::Bad(format!("failed: {GOOD}; {unmet}")),
    }
}

async fn clients(driver: &mut Driver, site: &Site) -> Vec<Found> {
    let mut found = Vec::new();
    // These roles are for requests that have to be refused.
    let refused = ["default", "unconfigured", "local-production", "unauthorized"];
    for role in site.profile.clients.keys().filter(|role| !refused.contains(&role.as_str())) {
        let client = Client(role.clone());
        if site.profile.clients[role].model == Model::Server {
            found.extend(server_client(driver, &client).await);
            continue;
        }
        let result = driver.obtain_tokens(&Authorization::of(&client)).await;
        found.push(told(&format!("the client of role `{role}` gets tokens"), &result));
    }
    found
}

/// A client that signs in itself: by its credentials, and by an assertion if it has a key.
async fn server_client(driver: &mut Driver, client: &Client) -> Vec<Found> {
    let role = &client.0;
    let by_credentials = match driver.credentials_grant(client, &Subject::Enterprise) {
        Ok(draft) => driver.obtain(client, &draft).await,
        Err(unmet) => Err(unmet),
    };
    let good = format!("the client of role `{role}` gets a token by its credentials");
    let mut found = vec![told(&good, &by_credentials)];
    if driver.client(client).is_ok_and(|entry| entry.assertion.is_some()) {
        let good = format!("the client of role `{role}` gets a token by an assertion");
        found.push(told(&good, &by_assertion(driver, client).await));
    }
    found
}

async fn by_assertion(driver: &mut Driver, client: &Client) -> Result<Pair, Unmet> {
    let assertion = driver.assertion(client, &Subject::Enterprise).await?;
    let written = assertion.sign().map_err(|error| Unmet::Failed(error.to_string()))?;
    let draft = driver.assertion_grant(client, &written)?;
    driver.obtain(client, &draft).await
}

async fn users(driver: &mut Driver, site: &Site, client: &Client) -> Vec<Found> {
    let mut found = Vec::new();
    let signs_in = |role: &&String| {
        role.as_str() != "default" && !site.profile.users[*role].password.is_empty()
    };
    for role in site.profile.users.keys().filter(signs_in) {
        driver.fresh_browser();
        let ask = Authorization { user: role, ..Authorization::of(client) };
        let result = driver.obtain_code(&ask).await;
        found.push(told(&format!("the user of role `{role}` can sign in and grant"), &result));
    }
    found
}

async fn hooks(driver: &mut Driver, site: &Site) -> Vec<Found> {
    let mut found = Vec::new();
    for name in site.profile.hooks.keys() {
        let on = driver.pull(name, true).await;
        let off = driver.pull(name, false).await;
        found.push(told(&format!("the hook `{name}` can be switched on and off"), &on.and(off)));
    }
    found
}
