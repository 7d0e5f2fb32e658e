//! Authorization requests that wait for their user side by side in one browser.

use super::flow::{Asked, Driver};
use super::journey::{Journey, Odd, Stop};
use super::navigation::request_of;
use super::page::{Action, Decision, Page};
use super::recipe::Recipe;
use super::session::Sharing;
use super::unmet::Unmet;
use crate::wire::Request;

/// A tab of the browser in which the user is asked about one of them.
#[derive(Debug, Clone)]
pub struct Tab {
    page: Page,
    /// What a script of the page still sends.
    waiting: Option<Recipe>,
    asked: Option<Asked>,
    state: Option<String>,
}

impl Driver {
    /// The tab of the last authorization request, which led to this page and stopped there.
    pub fn tab(&self, page: &Page, journey: &Journey) -> Tab {
        Tab {
            page: page.clone(),
            waiting: journey.waiting.clone(),
            asked: self.asked.clone(),
            state: journey.state.clone(),
        }
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
        const LABEL: &str = "the user grants in one of two tabs";
        self.asked.clone_from(&tab.asked);
        let journey = if let Some(waiting) = tab.waiting.clone() {
            self.resume(waiting, LABEL).await?
        } else {
            let action = self.grant_on(&tab.page)?;
            let nowhere = || Unmet::Failed("the form leads nowhere".to_owned());
            let request = request_of(&action).ok_or_else(nowhere)?;
            self.browse(request, LABEL, Stop::AtAny).await?
        };
        Ok(Journey { state: tab.state.clone(), ..journey })
    }

    /// What a script sends in a tab to grant, in the browser that the tab is of.
    ///
    /// # Errors
    /// Where no script does.
    pub fn scripted(&self, tab: &Tab) -> Result<Request, Unmet> {
        let lacking = || Unmet::Lacking("no script sends the decision".to_owned());
        let waiting = tab.waiting.clone().ok_or_else(lacking)?;
        self.resumed(waiting).map(|(request, _)| request)
    }

    /// Sends what a script sends in a tab, in the browser that is there now.
    ///
    /// # Errors
    /// Where no script does, or the profile lacks the default user.
    pub async fn send_scripted(
        &mut self,
        (tab, request): (&Tab, Request),
        label: &str,
    ) -> Result<Journey, Unmet> {
        let lacking = || Unmet::Lacking("no script sends the decision".to_owned());
        let waiting = tab.waiting.clone().ok_or_else(lacking)?;
        self.asked.clone_from(&tab.asked);
        let journey = self.send_in_place((request, &waiting), label).await?;
        Ok(Journey { state: tab.state.clone(), ..journey })
    }

    /// The script of a page sends what it still had to send.
    async fn resume(&mut self, waiting: Recipe, label: &str) -> Result<Journey, Unmet> {
        let (request, waiting) = self.resumed(waiting)?;
        self.send_in_place((request, &waiting), label).await
    }

    fn resumed(&self, mut waiting: Recipe) -> Result<(Request, Recipe), Unmet> {
        let user = self.user("default")?;
        let steps = &self.site.profile.login.steps;
        let request = waiting.resumed(steps, &user, |page| self.browser.cookies.at(page));
        Ok((request.map_err(Unmet::Failed)?, waiting))
    }

    async fn send_in_place(
        &mut self,
        (request, waiting): (Request, &Recipe),
        label: &str,
    ) -> Result<Journey, Unmet> {
        let user = self.user("default")?;
        let redirect_uri = self.asked.as_ref().and_then(|asked| asked.redirect_uri.clone());
        self.sharing = Sharing::default();
        let odd = Odd { waiting: Some(waiting), ..Odd::default() };
        let answers = (Decision::Grant, Stop::Never, odd);
        self.travel(request, label, &user, answers, (redirect_uri, None)).await
    }
}
