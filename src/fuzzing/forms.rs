//! Forms of the interaction: what they carry changes nothing of the request that the user was asked about,
//! and each counts in the session alone that it was shown in.

use super::authorize::Asked;
use super::case::{Edit, Shot};
use super::oracle::Finding;
use super::play::{Brought, Player};
use super::reading;
use super::roles::Roles;
use crate::driver::draft::s256;
use crate::driver::journey::{End, Journey};
use crate::driver::navigation::request_of;
use crate::driver::page::Action;
use crate::driver::spoiling::NEVER_ISSUED;
use crate::driver::tampering::{How, TamperedForm, Tampering};
use crate::driver::{Unmet, authorization};
use crate::observe::{Missing, Observed};
use crate::profile::Profile;
use crate::wire::Request;

const FORGED: &str = "consent/consent-not-forgeable";

/// The rule about a parameter of a form: what the server has to check again, or what the client chose and
/// the server only keeps.
pub(super) fn rule_of(name: &str) -> &'static str {
    match name {
        "redirect_uri" | "client_id" | "scope" => "consent/request-kept",
        _ => "consent/parameters-kept",
    }
}

/// Parameters that a form gets, and those that it loses.
pub(super) fn edits(consent: bool, cast: &Roles) -> Vec<Edit> {
    let edit = |name: &str, value: Option<String>, of: Option<&str>| Edit::Form {
        consent,
        name: name.to_owned(),
        value,
        of: of.map(str::to_owned),
    };
    let text = |value: &str| Some(value.to_owned());
    let mut edits = vec![
        edit("redirect_uri", text("https://oauthspec.example/"), None),
        edit("state", text("oauthspec-form"), None),
    ];
    edits.extend(cast.opens.clone().map(|opens| edit("scope", Some(opens), None)));
    edits.push(edit("scope", None, None));
    if cast.clients.iter().any(|role| role == "other") {
        edits.push(edit("client_id", None, Some("other")));
    }
    if cast.pkce {
        edits.push(edit("code_challenge", Some(s256(NEVER_ISSUED)), None));
        edits.push(edit("code_challenge", None, None));
    }
    edits
}

/// What is changed about a form on the way of a shot.
pub(super) fn tampering(shot: &Shot, profile: &Profile) -> Option<Tampering> {
    shot.edits.iter().rev().find_map(|edit| {
        let Edit::Form { consent, name, value, of } = edit else { return None };
        let id = of.as_deref().map(|role| profile.client(role).map(|client| client.id.clone()));
        let how = match id {
            Some(id) => How::Set(id?),
            None => value.clone().map_or(How::Drop, How::Set),
        };
        let form = if *consent { TamperedForm::Consent } else { TamperedForm::Login };
        Some(Tampering { form, name: name.clone(), how })
    })
}

impl Player<'_> {
    /// The form by which the user decided since then, if there was one.
    pub(super) fn decided_since(&self, seen: usize) -> Option<Request> {
        let exchanges = self.driver.journal.exchanges().get(seen..)?;
        let by_form = |label: &str| matches!(label, "the user grants" | "the user denies");
        let found = exchanges.iter().rev().find(|it| by_form(&it.label))?;
        Some(found.request.clone()).filter(|request| request.method == "POST")
    }

    /// What a changed form came to.
    pub(super) fn tampered(&mut self, how: &Tampering, asked: &Asked, journey: &Journey) {
        let rule = rule_of(&how.name);
        let Some(level) = self.stage.terms.level(rule).filter(|_| journey.tampered) else { return };
        self.tried("interaction-kept");
        let (End::Redirected(to), How::Set(value)) = (&journey.end, &how.how) else { return };
        let params = to.params();
        let states: Vec<&str> = params.iter().flat_map(|params| params.all("state")).collect();
        let actual = match how.name.as_str() {
            "redirect_uri" if authorization::leads_to(&to.text(), value) => {
                "a redirect to the URI of the form"
            }
            "state" if asked.state() != Some(value) && states.contains(&value.as_str()) => {
                "the state of the form came back"
            }
            _ => return,
        };
        let found = Finding::plain("interaction-kept", actual);
        self.found(Some(Finding { rule: Some(rule), level, ..found }));
    }

    /// A form by which the default user would grant, without the cookies of the browser that it is shown to; none
    /// where that browser keeps nothing for it: then the form alone says who grants, as the rules have it.
    async fn form_shown(&mut self) -> Result<Option<Request>, Unmet> {
        let mut browser = self.browsers.remove("default").unwrap_or_default();
        let shown = self.consent_page(("default", "default"), &mut browser).await;
        let action = shown.map(|shown| shown.map(|(_, action)| action));
        self.driver.use_browser(browser);
        let kept = matches!(&action, Ok(Some(Action::Submit { url, .. })) if self.driver.holds_cookies_for(url));
        self.browsers.insert("default".to_owned(), self.driver.fresh_browser());
        let action = action?.filter(|_| kept);
        Ok(action.as_ref().and_then(request_of).filter(|request| request.method == "POST"))
    }

    /// A form is sent once more; `foreign`: from a browser that it was not shown to.
    pub(super) async fn resubmit(
        &mut self,
        shot: &Shot,
        (of, foreign): (Option<usize>, bool),
    ) -> Result<Brought, Unmet> {
        let none = || Unmet::Failed("no form was shown before".to_owned());
        let request = if foreign {
            self.form_shown().await?
        } else {
            of.and_then(|at| self.forms.get(at)).cloned().flatten()
        };
        let request = request.ok_or_else(none)?;
        let read = reading::of(&request);
        let since = std::time::Instant::now();
        let sent = self.submit("form of the user, once more", &request, &read).await;
        let location = sent.as_ref().ok().and_then(|it| it.headers.text("location"));
        let code = location.is_some_and(|it| {
            it.split(['?', '&', '#']).any(|part| part.len() > 5 && part.starts_with("code="))
        });
        let status = sent.as_ref().map_or(0, |response| response.status);
        let what = if code { Observed::Code } else { Observed::Status(status, Missing::Page) };
        self.keep(&shot.request, &what, &sent, since);
        // A decision that comes again may end what it brought first.
        self.model.forget_all();
        let Some(level) = self.stage.terms.level(FORGED).filter(|_| foreign) else {
            return Ok(Brought::Nothing);
        };
        self.tried("interaction-bound");
        if code {
            let found = Finding::plain("interaction-bound", "a code for a form of another session");
            self.found(Some(Finding { rule: Some(FORGED), level, ..found }));
        }
        Ok(Brought::Nothing)
    }
}
