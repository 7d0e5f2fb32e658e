//! The ordinary flows of a client, played as far as they are needed.

use super::Flow;
use crate::driver::flow::{Authorization, Pair};
use crate::driver::journey::{End, Journey};
use crate::driver::{Client, Driver, SignIn, Unmet};

/// Who plays.
#[derive(Debug, Clone)]
pub struct Part {
    /// The client.
    pub client: Client,
    /// Role of the user.
    pub user: String,
    /// Scope to ask for instead of the client's.
    pub scope: Option<String>,
}

impl Part {
    /// The client of this role and the default user.
    pub fn of(role: &str) -> Self {
        Self { client: Client(role.to_owned()), user: "default".to_owned(), scope: None }
    }

    /// The authorization request of this part.
    pub(super) fn ask(&self) -> Authorization<'_> {
        Authorization {
            user: &self.user,
            scope: self.scope.as_deref(),
            ..Authorization::of(&self.client)
        }
    }
}

/// Where a flow came to its end too early.
#[derive(Debug, Clone)]
pub(in crate::runner) struct Stop {
    /// The flow that did not work.
    pub flow: Flow,
    /// What came instead.
    pub unmet: Unmet,
    /// The way of the browser, where it is the authorization that did not work.
    pub journey: Option<Box<Journey>>,
}

/// Whether the server wanted nothing of the user: the request itself may be at fault.
fn is_refused(journey: &Journey) -> bool {
    journey.logins == 0 && !matches!(journey.end, End::Lost(_))
}

/// Plays a flow; the tokens, where it comes to any.
pub(in crate::runner) async fn play(
    driver: &mut Driver,
    part: &Part,
    to: Flow,
) -> Result<Option<Pair>, Stop> {
    let stop = |flow| move |unmet| Stop { flow, unmet, journey: None };
    let ask = Authorization { sign_in: SignIn::Shared, ..part.ask() };
    let journey = driver.authorize(&ask).await.map_err(stop(Flow::Code))?;
    let mut code = driver.ordinary_code(&journey);
    if code.is_err() && is_refused(&journey) && driver.tries_push().await {
        driver.fresh_browser();
        let pushed = driver.authorize(&ask).await;
        match pushed.and_then(|journey| driver.ordinary_code(&journey)) {
            Ok(pushed) => code = Ok(pushed),
            Err(_) => driver.untries_push(),
        }
    }
    let code = match code {
        Ok(code) => code,
        Err(unmet) => {
            let journey = Some(Box::new(journey));
            return Err(Stop { flow: Flow::Code, unmet, journey });
        }
    };
    // What a person signed in for is not thrown away.
    if to == Flow::Code && driver.site.person.is_none() {
        return Ok(None);
    }
    let draft = driver.redemption(&part.client, &code).map_err(stop(Flow::Tokens))?;
    let pair = driver.obtain(&part.client, &draft).await.map_err(stop(Flow::Tokens))?;
    if to == Flow::Resource && driver.site.resource.is_some() {
        driver.served(&pair.access).await.map_err(stop(Flow::Resource))?;
    }
    driver.keep_tokens(&ask, &pair);
    Ok(Some(pair))
}
