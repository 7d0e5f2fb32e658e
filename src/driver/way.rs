//! The context and the progress of one authorization request in the browser.

use super::journal::Journal;
use super::journey::{Journey, Odd, Stop};
use super::page::{Action, Decision};
use super::recipe::Recipe;
use super::tampering::TamperedForm;
use crate::profile::{Login, User};
use crate::wire::{Origin, Request, Transport};

/// What the browser needs to know to find its way.
pub struct Way<'a> {
    /// Where requests go.
    pub transport: &'a dyn Transport,
    /// Evidence.
    pub journal: &'a mut Journal,
    /// Origins that belong to the target: redirects to them are followed.
    pub origins: &'a [Origin],
    /// Origin of the identity provider of the user's company, which is followed, too.
    pub provider: Option<Origin>,
    /// Who sits at the browser.
    pub user: &'a User,
    /// Words of the target's pages.
    pub words: &'a Login,
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
    /// Whether the user of a company was sent there.
    pub(super) sent_on: bool,
    /// The authorization request.
    pub(super) start: Option<Request>,
    /// How far the profile's own requests have come.
    pub(super) recipe: Recipe,
    /// Whether a command or a browser had its turn.
    pub(super) handed: bool,
}

impl Walk {
    pub(super) fn new(start: &Request, way: &Way<'_>) -> Self {
        Self {
            journey: Journey::new(way.redirect_uri.clone(), way.state.clone()),
            signed_in: 0,
            identified: 0,
            sent_on: false,
            start: Some(start.clone()),
            recipe: Recipe::default(),
            handed: false,
        }
    }
}

impl Way<'_> {
    /// What is sent in place of a form.
    pub(super) fn sent(&self, form: TamperedForm, action: Action, walk: &mut Walk) -> Action {
        let tampering = self.odd.tampering.filter(|tampering| tampering.form == form);
        let changed = tampering.and_then(|tampering| tampering.apply(&action));
        walk.journey.tampered |= changed.is_some();
        changed.unwrap_or(action)
    }

    /// Whether a request there is sent: to the target, or to the identity provider of the user.
    pub(super) fn leads_to(&self, origin: &Origin) -> bool {
        self.origins.contains(origin) || self.is_company(origin)
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
