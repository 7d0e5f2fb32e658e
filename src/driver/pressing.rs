//! What a form sends when one of its buttons is pressed (HTML, "form submission algorithm").

use super::page::{Action, Decision, Field, Form};
use super::words::meaning;
use crate::profile::Login;
use crate::wire::Params;

/// What the user picks among several: a radio button, or an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picked {
    name: String,
    value: String,
}

impl Form {
    /// The first of its buttons that is wanted.
    pub(super) fn button(&self, wanted: impl Fn(&Field) -> bool) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_button() && wanted(field))
    }

    /// The form as it stands, submitted by its first button.
    pub fn send(&self) -> Action {
        self.pressed(self.button(|_| true))
    }

    /// The form as it stands, submitted by this button.
    pub(super) fn pressed(&self, button: Option<&Field>) -> Action {
        let mut fields = Params::default();
        for field in &self.fields {
            self.push_default(&mut fields, field, button);
        }
        self.submit(fields, button)
    }

    /// The form submitted by this button with what decides picked, and with all boxes ticked where the user grants.
    pub(super) fn pressed_as(
        &self,
        decision: Decision,
        button: &Field,
        picked: Option<&Picked>,
    ) -> Action {
        let mut fields = Params::default();
        for field in &self.fields {
            match picked.filter(|picked| picked.name == field.name) {
                Some(picked) if field.kind == "select" || picked.value == field.value => {
                    fields.push(picked.name.clone(), picked.value.clone());
                }
                Some(_) => {}
                None if field.kind == "checkbox" && decision == Decision::Grant => {
                    field.push_to(&mut fields);
                }
                None if field.kind == "checkbox" && !field.required => {}
                None => self.push_default(&mut fields, field, Some(button)),
            }
        }
        self.submit(fields, Some(button))
    }

    /// What has to be picked for a decision.
    pub(super) fn picked(&self, decision: Decision, words: &Login) -> Option<Picked> {
        self.fields.iter().find_map(|field| {
            let value = match field.kind.as_str() {
                "radio" => {
                    (meaning(&field.says(), words) == Some(decision)).then_some(&field.value)
                }
                "select" => field.options.iter().find_map(|(value, label)| {
                    let means = meaning(&format!("{label} | {value}"), words);
                    (means == Some(decision)).then_some(value)
                }),
                _ => None,
            }?;
            Some(Picked { name: field.name.clone(), value: value.clone() })
        })
    }

    /// Adds what a field sends that nobody has changed. What must not be left open is not: a box that has to be
    /// ticked is, and of radio buttons one is chosen.
    pub(super) fn push_default(&self, fields: &mut Params, field: &Field, button: Option<&Field>) {
        match field.kind.as_str() {
            "checkbox" if !field.checked && !field.required => {}
            "radio" if !field.checked && !self.is_first_of_open(field) => {}
            // None of these is sent by a form that a script has not touched.
            "reset" | "file" | "button" => {}
            _ if field.is_button() => {
                if button == Some(field) {
                    field.push_to(fields);
                }
            }
            _ => field.push_to(fields),
        }
    }

    /// Whether none of the radio buttons with this name is chosen, and this is the first that does not deny.
    fn is_first_of_open(&self, field: &Field) -> bool {
        let words = Login::default();
        let mut alike = self.fields.iter().filter(|it| it.kind == "radio" && it.name == field.name);
        let denies = |it: &Field| meaning(&it.says(), &words) == Some(Decision::Deny);
        let open = alike.clone().all(|it| !it.checked);
        open && alike.find(|it| !denies(it)) == Some(field)
    }

    /// A button may say where and how the form is sent.
    pub(super) fn submit(&self, fields: Params, button: Option<&Field>) -> Action {
        let method = button.and_then(|it| it.method.clone()).unwrap_or_else(|| self.method.clone());
        let url = button.and_then(|it| it.action.clone()).unwrap_or_else(|| self.action.clone());
        Action::Submit { method, url, fields }
    }
}

impl Field {
    /// Whether it submits the form.
    pub fn is_button(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image")
    }

    /// Adds it to what is sent.
    pub(super) fn push_to(&self, fields: &mut Params) {
        if !self.name.is_empty() {
            fields.push(self.name.clone(), self.value.clone());
        }
    }

    /// The words of a choice: what a person reads, and only where that says nothing, its value and
    /// name.
    pub(super) fn says(&self) -> String {
        format!("{} | {} {}", self.label, self.value, self.name)
    }
}
