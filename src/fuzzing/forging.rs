//! Decisions that another site forges: none counts but by the form that the user was shown, in the
//! session that it was shown in.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::case::Shot;
use super::novelty;
use super::oracle::Finding;
use super::play::{Brought, Player};
use crate::driver::browser::Browser;
use crate::driver::flow::Authorization;
use crate::driver::forged_consent::{bare, with_values_of, without_anti_forgery};
use crate::driver::journey::{End, Stop};
use crate::driver::page::{Action, Decision, Page};
use crate::driver::{Client, Unmet, authorization};
use crate::observe::Observed;

/// What the other site sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForgedConsent {
    /// The form without its anti-forgery value.
    WithoutValue,
    /// The form with the anti-forgery value of another session of the user.
    ValueOfAnotherSession,
    /// The form with the anti-forgery value of another user.
    ValueOfAnotherUser,
    /// A link with what the form holds, without its anti-forgery value.
    Link,
    /// The decision, and nothing else of the form.
    DecisionAlone,
    /// A form with another client's request and the decision.
    RequestByForm,
    /// A link with another client's request and the decision.
    RequestByLink,
}

impl ForgedConsent {
    /// Each of them.
    pub const ALL: [Self; 7] = [
        Self::WithoutValue,
        Self::ValueOfAnotherSession,
        Self::ValueOfAnotherUser,
        Self::Link,
        Self::DecisionAlone,
        Self::RequestByForm,
        Self::RequestByLink,
    ];

    /// What happens, as a sentence.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::WithoutValue => "the consent is posted without its anti-forgery value",
            Self::ValueOfAnotherSession => {
                "the consent is posted with the anti-forgery value of another session"
            }
            Self::ValueOfAnotherUser => {
                "the consent is posted with the anti-forgery value of another user"
            }
            Self::Link => "the consent is sent by a link without its anti-forgery value",
            Self::DecisionAlone => "the consent is posted with nothing but the decision",
            Self::RequestByForm => {
                "the consent is sent by a form with another client's request beside the decision"
            }
            Self::RequestByLink => {
                "the consent is sent by a link with another client's request beside the decision"
            }
        }
    }

    /// The rule that says so.
    fn rule(self) -> &'static str {
        match self {
            Self::WithoutValue
            | Self::ValueOfAnotherSession
            | Self::ValueOfAnotherUser
            | Self::Link => "consent/consent-not-forgeable",
            Self::DecisionAlone | Self::RequestByForm | Self::RequestByLink => "consent/own-page",
        }
    }
}

const DEFAULT: &str = "default";
const OTHER: &str = "other";

impl Player<'_> {
    /// The page on which a user is asked about a client, and how the user would grant there.
    pub(super) async fn consent_page(
        &mut self,
        (client, user): (&str, &str),
        browser: &mut Browser,
    ) -> Result<Option<(Page, Action)>, Unmet> {
        let client = Client(client.to_owned());
        let ask = Authorization { user, stop: Stop::AtChoice, ..Authorization::of(&client) };
        self.driver.use_browser(std::mem::take(browser));
        let journey = self.driver.authorize(&ask).await;
        *browser = self.driver.fresh_browser();
        let End::Stopped { page, .. } = journey?.end else { return Ok(None) };
        // Consent that is given together with the password nobody can forge.
        if page.forms.iter().any(|form| form.has("password")) {
            return Ok(None);
        }
        let action = page.decide(Decision::Grant, &self.stage.terms.profile.login);
        Ok(action.map(|action| (page, action)))
    }

    /// Another site sends a decision of its own making.
    pub(super) async fn forge(
        &mut self,
        shot: &Shot,
        how: ForgedConsent,
    ) -> Result<Brought, Unmet> {
        let mut browser = self.browsers.remove(DEFAULT).unwrap_or_default();
        let forged = self.forged(how, &mut browser).await;
        self.driver.use_browser(browser);
        let journey = match forged {
            Ok(Some(forged)) => {
                let since = Instant::now();
                let sent = self.driver.send_from_another_site(&forged, how.sentence()).await;
                sent.map(|journey| Some((journey, since)))
            }
            Ok(None) => Ok(None),
            Err(unmet) => Err(unmet),
        };
        self.browsers.insert(DEFAULT.to_owned(), self.driver.fresh_browser());
        let lacking = || Unmet::Lacking("no form asks for consent that could be forged".to_owned());
        let (journey, since) = journey?.ok_or_else(lacking)?;
        let what = authorization::what(&journey);
        self.keep(&shot.request, &what, &novelty::last(&journey), since);
        // A decision may end what was granted before.
        self.model.forget_all();
        let Some(level) = self.stage.terms.level(how.rule()) else { return Ok(Brought::Nothing) };
        self.tried("interaction-bound");
        if what == Observed::Code {
            let found = Finding::plain("interaction-bound", "a code for a forged decision");
            self.found(Some(Finding { rule: Some(how.rule()), level, ..found }));
        }
        Ok(Brought::Nothing)
    }

    /// What is sent; `None` where there is nothing to forge.
    async fn forged(
        &mut self,
        how: ForgedConsent,
        browser: &mut Browser,
    ) -> Result<Option<Action>, Unmet> {
        let profile = std::sync::Arc::clone(&self.stage.terms.profile);
        let theirs = match how {
            ForgedConsent::ValueOfAnotherSession => {
                self.consent_page((DEFAULT, DEFAULT), &mut Browser::default()).await?
            }
            ForgedConsent::ValueOfAnotherUser if profile.user("second").is_some() => {
                self.consent_page((DEFAULT, "second"), &mut Browser::default()).await?
            }
            // That somebody is asked about the other client at all.
            ForgedConsent::RequestByForm | ForgedConsent::RequestByLink
                if profile.client(OTHER).is_some() =>
            {
                self.consent_page((OTHER, DEFAULT), &mut Browser::default()).await?
            }
            ForgedConsent::WithoutValue | ForgedConsent::Link => {
                self.consent_page((DEFAULT, DEFAULT), browser).await?
            }
            ForgedConsent::DecisionAlone => None,
            _ => return Ok(None),
        };
        let Some((page, mine)) = self.consent_page((DEFAULT, DEFAULT), browser).await? else {
            return Ok(None);
        };
        if how == ForgedConsent::DecisionAlone {
            let (method, url, fields) = match bare(&page, &mine, None, None) {
                Some(bare) => bare,
                None => return Ok(None),
            };
            return Ok(Some(Action::Submit { method, url, fields }));
        }
        let Some((_, theirs)) = theirs else { return Ok(None) };
        Ok(match how {
            ForgedConsent::WithoutValue => without_anti_forgery(&mine, &theirs),
            ForgedConsent::Link => without_anti_forgery(&mine, &theirs).and_then(as_link),
            ForgedConsent::RequestByForm => self.decision_beside(&page, &mine, "POST")?,
            ForgedConsent::RequestByLink => self.decision_beside(&page, &mine, "GET")?,
            // No value to take the place of: then what protects the user is the cookie, or nothing.
            _ => with_values_of(&mine, &theirs).or(Some(theirs)),
        })
    }

    /// The decision, with the request of another client.
    fn decision_beside(
        &mut self,
        page: &Page,
        mine: &Action,
        method: &str,
    ) -> Result<Option<Action>, Unmet> {
        let Some((_, url, mut fields)) = bare(page, mine, None, None) else { return Ok(None) };
        let other = Client(OTHER.to_owned());
        let draft = self.driver.authorization(&Authorization::of(&other))?;
        fields.extend(draft.query);
        Ok(Some(Action::Submit { method: method.to_owned(), url, fields }))
    }
}

fn as_link(action: Action) -> Option<Action> {
    match action {
        Action::Submit { url, fields, .. } => {
            Some(Action::Submit { method: "GET".to_owned(), url, fields })
        }
        Action::Follow(_) => None,
    }
}
