//! Authorization requests that wait for their user side by side in one browser.

use super::flow::{Asked, Driver};
use super::journey::{Journey, Stop};
use super::navigation::request_of;
use super::page::{Action, Decision, Page};
use super::unmet::Unmet;

/// A tab of the browser in which the user is asked about one of them.
#[derive(Debug, Clone)]
pub struct Tab {
    page: Page,
    asked: Option<Asked>,
    state: Option<String>,
}

impl Driver {
    /// The tab of the last authorization request, which led to this page.
    pub fn tab(&self, page: &Page, state: Option<String>) -> Tab {
        Tab { page: page.clone(), asked: self.asked.clone(), state }
    }

    /// What the user does to grant on a page.
    ///
    /// # Errors
    /// Where it has no way to grant.
    pub fn grant_on(&self, page: &Page) -> Result<Action, Unmet> {
        let action = page.decide(Decision::Grant, &self.site.profile.login);
        action.ok_or_else(|| Unmet::Failed("the page has no way to grant".to_owned()))
    }

    /// The user grants in a tab, whatever was opened in others since.
    ///
    /// # Errors
    /// Where the page has no way to grant, or its form leads nowhere.
    pub async fn return_to(&mut self, tab: &Tab) -> Result<Journey, Unmet> {
        let action = self.grant_on(&tab.page)?;
        let nowhere = || Unmet::Failed("the form leads nowhere".to_owned());
        let request = request_of(&action).ok_or_else(nowhere)?;
        self.asked.clone_from(&tab.asked);
        let journey =
            self.browse(request, "the user grants in one of two tabs", Stop::AtAny).await?;
        Ok(Journey { state: tab.state.clone(), ..journey })
    }
}
