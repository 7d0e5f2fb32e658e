//! The ordinary flows of a client, played as far as they are needed.

use super::Flow;
use crate::driver::flow::{Authorization, Pair};
use crate::driver::journey::Journey;
use crate::driver::{Client, Driver, NoCode, SignIn, Unmet};

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

/// Plays a flow; the tokens, where it comes to any.
pub(in crate::runner) async fn play(
    driver: &mut Driver,
    part: &Part,
    to: Flow,
) -> Result<Option<Pair>, Stop> {
    let stop = |flow| move |unmet| Stop { flow, unmet, journey: None };
    let ask = Authorization { sign_in: SignIn::Shared, ..part.ask() };
    let draft = if driver.site.authorization.is_none() {
        driver.direct_grant(&part.client, ask.scope)
    } else {
        let code = driver.first_code(&ask).await.map_err(|missing| {
            let NoCode { unmet, journey } = missing;
            Stop { flow: Flow::Code, unmet, journey }
        })?;
        // What a person signed in for is not thrown away.
        if to == Flow::Code && driver.site.person.is_none() {
            return Ok(None);
        }
        driver.redemption(&part.client, &code)
    };
    let draft = draft.map_err(stop(Flow::Tokens))?;
    let pair = driver.obtain(&part.client, &draft).await.map_err(stop(Flow::Tokens))?;
    if to == Flow::Resource && driver.site.resource.is_some() {
        driver.served(&pair.access).await.map_err(stop(Flow::Resource))?;
    }
    driver.keep_tokens(&ask, &pair);
    Ok(Some(pair))
}
