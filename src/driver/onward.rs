//! Pages between a login and a consent that ask for nothing that matters here: how the user passes them,
//! whatever they decide about the client.

use super::page::{Action, Decision, Field, Form, Link, Page};
use super::words::{ABOUT_ACCESS, goes_on, is_skip, leads_on, leads_on_by, meaning};
use crate::profile::Login;

/// What a page speaks of that offers something for the user's account, and no access to it.
const ASIDE: [&str; 8] = [
    "stay signed in",
    "keep me signed in",
    "keep you signed in",
    "remember this device",
    "trust this device",
    "trust this browser",
    "passkey",
    "save your password",
];

/// What a page speaks of that says what went wrong.
const ABOUT_ERRORS: [&str; 6] = ["error", "invalid", "wrong", "failed", "unknown", "not found"];

impl Page {
    /// How to go on from a page that asks for nothing: by what passes over it, by a button that says so, as its
    /// script does, or by its only link.
    pub fn going_on(&self, words: &Login) -> Option<Action> {
        self.passed_over(words)
            .or_else(|| self.agreed_to_terms(words))
            .or_else(|| {
                let pressed = |form: &Form| Some(form.pressed(Some(form.button(leads_on)?)));
                self.forms.iter().find_map(pressed)
            })
            .or_else(|| self.forms.first().filter(|_| self.sends_itself).map(Form::send))
            .or_else(|| self.only_link().map(|link| Action::Follow(link.url.clone())))
    }

    /// What stands on the button by which the user grants or goes on.
    pub fn onward_label(&self, words: &Login) -> Option<&str> {
        let grants = |field: &&Field| meaning(&field.says(), words) == Some(Decision::Grant);
        let onward = |field: &&Field| field.is_button() && (grants(field) || leads_on(field));
        let mut fields = self.forms.iter().flat_map(|form| &form.fields);
        fields.find(onward).map(|field| field.label.as_str())
    }

    /// Whether it asks for a decision about something beside the client's access.
    pub(super) fn is_aside(&self, words: &Login) -> bool {
        let mut pairs = self.forms.iter().flat_map(|form| &form.fields);
        let grants = |field: &Field| {
            let means = meaning(&field.says(), words) == Some(Decision::Grant);
            field.is_button() && means && !goes_on(field) && !leads_on(field)
        };
        let skips = self.skipping().is_some() && !pairs.any(grants);
        !self.speaks_of(ABOUT_ACCESS) && (self.speaks_of(&ASIDE) || skips)
    }

    /// Whether one of these words stands in its text, in any case.
    pub(super) fn speaks_of(&self, words: &[&str]) -> bool {
        let text = self.text.to_lowercase();
        words.iter().any(|word| text.contains(word))
    }

    /// How the user passes over what the page offers.
    fn passed_over(&self, words: &Login) -> Option<Action> {
        if !self.is_aside(words) {
            return None;
        }
        if let Some((form, button)) = self.skipping() {
            return Some(form.pressed(Some(button)));
        }
        let denies = |it: &Field| meaning(&it.says(), words) == Some(Decision::Deny);
        self.forms.iter().find_map(|form| Some(form.pressed(Some(form.button(denies)?))))
    }

    /// The only button that says "Skip for now", or the like.
    fn skipping(&self) -> Option<(&Form, &Field)> {
        let skip = |field: &&Field| field.is_button() && is_skip(&field.label);
        let of = |form: &'_ Form| form.fields.iter().filter(skip).count();
        let only = self.forms.iter().map(of).sum::<usize>() == 1;
        let form = self.forms.iter().find(|form| only && of(form) == 1)?;
        Some((form, form.fields.iter().find(skip)?))
    }

    /// How the user agrees to terms that nobody gets by without: no other button, and each box has to be ticked. A
    /// page about an access asks for a decision.
    fn agreed_to_terms(&self, words: &Login) -> Option<Action> {
        let mut forms = self.forms.iter().filter(|_| !self.speaks_of(ABOUT_ACCESS));
        forms.find_map(|form| form.agreed_to_terms(words))
    }

    /// The only link of a page without forms, where it says that the way goes on and nothing went wrong.
    fn only_link(&self) -> Option<&Link> {
        let failed = self.alert.is_some() || self.speaks_of(&ABOUT_ERRORS);
        let mut links = self.links.iter().filter(|link| leads_on_by(&link.label));
        let only = links.next().filter(|_| links.next().is_none());
        only.filter(|_| !failed && self.forms.is_empty())
    }
}

impl Form {
    /// Whether all of its boxes have to be ticked, and there are some.
    pub(super) fn demands_boxes(&self) -> bool {
        let mut boxes = self.fields.iter().filter(|field| field.kind == "checkbox").peekable();
        boxes.peek().is_some() && boxes.all(|field| field.required)
    }

    fn agreed_to_terms(&self, words: &Login) -> Option<Action> {
        let mut buttons = self.fields.iter().filter(|field| field.is_button());
        let only = buttons.next().filter(|_| buttons.next().is_none())?;
        let weak = goes_on(only) || leads_on(only) || meaning(&only.says(), words).is_none();
        (weak && self.demands_boxes()).then(|| self.pressed(Some(only)))
    }
}
