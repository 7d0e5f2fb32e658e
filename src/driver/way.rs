//! The context and the progress of one authorization request in the browser.

use std::collections::BTreeSet;

use url::{Position, Url};

use super::command::Place;
use super::journal::Journal;
use super::journey::{End, Journey, Odd, Stop, Stuck};
use super::own_pages::OwnPages;
use super::page::{Action, Decision, Page};
use super::person::Person;
use super::recipe::Recipe;
use super::script::Script;
use super::tampering::{TamperedForm, in_action, in_url, led_astray};
use crate::profile::{Login, User};
use crate::wire::{Origin, Params, Request, Transport};

/// How often the user decides on a form that looks the same.
const MOST_TIMES: usize = 3;

/// What the browser needs to know to find its way.
pub struct Way<'a> {
    /// Where requests go.
    pub transport: &'a dyn Transport,
    /// Evidence.
    pub journal: &'a mut Journal,
    /// Origins that belong to the target: redirects to them are followed.
    pub origins: &'a [Origin],
    /// Where else its pages may be; none: they are at these origins alone.
    pub own_pages: Option<OwnPages>,
    /// Origin of the identity provider of the user's company, which is followed, too.
    pub provider: Option<Origin>,
    /// Who sits at the browser.
    pub user: &'a User,
    /// The person who signs in in the suite's stead, if one does.
    pub person: Option<&'a Person>,
    /// Where the commands of the profile run.
    pub commands: Place<'a>,
    /// Words of the target's pages.
    pub words: &'a Login,
    /// How the requests in place of a script go for an ordinary authorization request, as far as is known.
    pub script: Script,
    /// What the user decides.
    pub decision: Decision,
    /// Where to stop.
    pub stop: Stop,
    /// Redirect URI of the request, if there is one.
    pub redirect_uri: Option<String>,
    /// State of the request, if there is one.
    pub state: Option<String>,
    /// What is done otherwise than by an ordinary user.
    pub odd: Odd<'a>,
}

/// How far it has come.
pub(super) struct Walk {
    pub(super) journey: Journey,
    pub(super) signed_in: usize,
    pub(super) identified: usize,
    /// What was sent to sign in with.
    pub(super) sign_ins: usize,
    /// Whether the user of a company was sent there.
    pub(super) sent_on: bool,
    /// The authorization request.
    pub(super) start: Option<Request>,
    /// How far the profile's own requests have come.
    pub(super) recipe: Recipe,
    /// Whether a command or a browser had its turn.
    pub(super) handed: bool,
    /// Whether the user has typed the code of a device.
    pub(super) typed_code: bool,
    /// The page on which the user typed it, signed in and decided at once, until the server has answered.
    pub(super) asked_with_code: Option<Page>,
    /// The login page whose button grants, where no other page has asked yet.
    pub(super) granted_at_login: Option<Page>,
    /// Whether a page that asked for a decision had nothing for the one that is wanted.
    pub(super) undecided: bool,
    /// Whether the user has denied something.
    pub(super) denied: bool,
    /// Forms that the user has decided on.
    decided: Vec<Shape>,
}

/// What a form is known by when it is shown once more: its values differ each time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    method: String,
    place: String,
    names: BTreeSet<String>,
}

impl Shape {
    fn of(action: &Action) -> Self {
        let (method, url, fields) = match action {
            Action::Follow(url) => ("GET", url, &Params::default()),
            Action::Submit { method, url, fields } => (method.as_str(), url, fields),
        };
        let names = fields.iter().map(|field| field.name.clone()).collect();
        let place = url[Position::BeforeScheme..Position::AfterPath].to_owned();
        Self { method: method.to_owned(), place, names }
    }
}

impl Walk {
    pub(super) fn new(start: &Request, way: &Way<'_>) -> Self {
        Self {
            journey: Journey::new(way.redirect_uri.clone(), way.state.clone()),
            signed_in: 0,
            identified: 0,
            sign_ins: 0,
            sent_on: false,
            start: Some(start.clone()),
            recipe: way.odd.waiting.cloned().unwrap_or_default(),
            handed: false,
            typed_code: false,
            asked_with_code: None,
            granted_at_login: None,
            undecided: false,
            denied: false,
            decided: Vec::new(),
        }
    }
}

impl Walk {
    /// The end of a way on which no page but that of the login has asked for a decision: whoever signs in by a
    /// button that grants has agreed, and had no other choice.
    pub(super) fn decided_at_login(&mut self, decision: Decision) {
        let came_back = matches!(self.journey.end, End::Redirected(_));
        if decision == Decision::Deny && self.undecided && !self.denied && came_back {
            self.journey.end = End::Stuck(Stuck::no_way_to_deny());
        }
        let Some(page) = self.granted_at_login.take() else { return };
        let redirected = matches!(self.journey.end, End::Redirected(_));
        match decision {
            _ if !redirected || !self.journey.choices.is_empty() => {}
            Decision::Grant => self.journey.choices.push(page),
            Decision::Deny => self.journey.end = End::Stuck(Stuck::no_way_to_deny()),
        }
    }

    /// Whether a form is shown once more, because it was not taken when the user decided on it: at
    /// once where it was changed, otherwise after a few times, since consent may be asked for step by
    /// step on pages that look the same.
    pub(super) fn is_refused(&mut self, action: &Action) -> bool {
        let shape = Shape::of(action);
        let times = self.decided.iter().filter(|it| **it == shape).count();
        self.decided.push(shape);
        let refused = times >= if self.journey.tampered { 1 } else { MOST_TIMES };
        self.journey.came_again |= refused;
        refused
    }
}

impl Way<'_> {
    /// Whether to stop before something that the user signs in with; otherwise it counts as sent, unless it is
    /// asked for `again`.
    pub(super) fn stops_before_sign_in(&self, walk: &mut Walk, again: bool) -> bool {
        let number = walk.sign_ins;
        walk.sign_ins += usize::from(!again);
        let before = !again && self.stop == Stop::BeforeSignIn(number);
        before || matches!(self.stop, Stop::AtLogin | Stop::AtAny)
    }

    /// What is sent in place of a form.
    pub(super) fn sent(&self, form: TamperedForm, action: Action, walk: &mut Walk) -> Action {
        let passed = self.odd.passed_along.and_then(|uris| in_action(&action, uris));
        walk.journey.tampered |= passed.is_some();
        let action = passed.unwrap_or(action);
        let changes = self.odd.tampering.iter().filter(|tampering| tampering.form == form);
        changes.fold(action, |action, change| match change.apply(&action) {
            Some(changed) => {
                walk.journey.tampered = true;
                changed
            }
            None => action,
        })
    }

    /// Where a redirect goes on the way to the login page.
    pub(super) fn led_astray(&self, url: Url, walk: &mut Walk) -> Url {
        let passed = self.odd.passed_along.and_then(|uris| in_url(&url, uris));
        walk.journey.tampered |= passed.is_some();
        let url = passed.unwrap_or(url);
        let Some(to) = self.odd.astray.filter(|_| walk.journey.logins == 0) else { return url };
        let own = |url: &Url| Origin::of(url).is_some_and(|origin| self.leads_to(&origin));
        let astray = led_astray(&url, to, own);
        walk.journey.tampered |= astray.is_some();
        astray.unwrap_or(url)
    }

    /// Whether a request there is sent: to the target, or to the identity provider of the user.
    pub(super) fn leads_to(&self, origin: &Origin) -> bool {
        self.origins.contains(origin)
            || self.is_company(origin)
            || self.own_pages.as_ref().is_some_and(|pages| pages.holds(origin))
    }

    /// Whether a redirect leads neither to the target nor to the client, nor to what the request names.
    pub(super) fn is_beside(&self, text: &str) -> bool {
        self.own_pages.as_ref().is_some_and(|pages| pages.is_beside(text))
    }

    /// Whether a redirect, and the address that it leads to, are for the client: nobody follows it.
    pub(super) fn is_for_client(&self, text: &str, url: &Url) -> bool {
        self.is_way_back(text) || self.is_moved(url)
    }

    /// Whether this is the redirect URI, with whatever the server added to it.
    pub(super) fn is_way_back(&self, text: &str) -> bool {
        self.redirect_uri.as_ref().is_some_and(|uri| text.starts_with(uri.as_str()))
    }

    /// Whether this is a redirect URI on another host or port.
    fn is_moved(&self, url: &Url) -> bool {
        let own = Origin::of(url)
            .is_some_and(|origin| self.origins.contains(&origin) || self.is_company(&origin));
        let made = |pages: &OwnPages| pages.is_made_of_one(url.as_str());
        !own && self.own_pages.as_ref().is_some_and(made)
    }

    pub(super) fn is_company(&self, origin: &Origin) -> bool {
        self.provider.as_ref() == Some(origin)
    }

    /// Whether a request brings the user back from the identity provider.
    pub(super) fn hands_over(&self, from: &Origin, next: &Request) -> bool {
        self.is_company(from) && !self.is_company(&next.origin)
    }
}

pub(super) fn decision_label(decision: Decision) -> &'static str {
    match decision {
        Decision::Grant => "the user grants",
        Decision::Deny => "the user denies",
    }
}
