//! Recognising the pages between an authorization request and its end: a login, a choice, anything
//! else, and what a user does on them. Pages are recognised by what a person sees on them, never by a
//! script for one server.

use super::page::{Action, Decision, Deed, Field, Form, Page};
use super::placeholders::of_user;
use super::words::{ABOUT_ACCESS, goes_on, is_for_something_else, leads_on, meaning};
use crate::profile::{Login, User};
use crate::wire::Params;

/// What kind of page it is for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageKind {
    /// It asks for a name and a password, or for a name first; the form's index.
    Login(usize),
    /// It asks for a decision.
    Choice,
    /// It asks for nothing, and goes on by a button or by itself: who signed in, for instance.
    Step,
    /// Anything else: for the user, the end.
    Other,
}

impl Page {
    /// What the page asks of the user. An error status is never a choice.
    pub fn kind(&self, status: u16, words: &Login) -> PageKind {
        let by_profile = |form: &Form| form.fields.iter().any(|field| field.is_given(words));
        let named = |form: &Form| form.asks_for_a_name() && !form.is_for_newcomers();
        let asks = |form: &Form| named(form) || by_profile(form);
        let sides = [Decision::Grant, Decision::Deny];
        let both = |form: &Form| sides.iter().all(|it| form.decide(*it, words).is_some());
        let decides = || self.forms.iter().any(|form| both(form) && !asks(form));
        let failed = status >= 400;
        if let Some(index) = self.password_form() {
            // A form for new users may stand on every page.
            let form = &self.forms[index];
            let beside = form.is_for_newcomers() && (failed || form.asks_twice() || decides());
            if !beside {
                return PageKind::Login(index);
            }
        }
        if failed {
            return PageKind::Other;
        }
        if decides() {
            return if self.is_aside(words) { PageKind::Step } else { PageKind::Choice };
        }
        if let Some(index) = self.forms.iter().position(asks) {
            return PageKind::Login(index);
        }
        self.kind_without_fields(words)
    }

    /// The form to sign in with: among several with a password not the one for new users, who type it twice.
    fn password_form(&self) -> Option<usize> {
        let asking = self.forms.iter().enumerate().filter(|(_, form)| form.has("password"));
        let first = asking.min_by_key(|(_, form)| form.is_for_newcomers());
        first.map(|(index, _)| index)
    }

    /// A button that says "OK" or "Continue" decides nothing unless there is another way, or the page
    /// speaks of an access: one for the language, or an error page, may have it.
    fn kind_without_fields(&self, words: &Login) -> PageKind {
        let text = self.text.to_lowercase();
        let grants = self.decide(Decision::Grant, words).is_some();
        let denies = || self.decide(Decision::Deny, words).is_some();
        let strong = self.forms.iter().any(|form| form.grants_in_words(words));
        let speaks = || ABOUT_ACCESS.iter().any(|word| text.contains(word));
        let weak = |it: &Form| it.decide(Decision::Grant, words).is_some() && it.is_filled_in();
        let demanded = || !denies() && !speaks() && self.forms.iter().any(Form::demands_boxes);
        let asks = strong || denies() || speaks() && self.forms.iter().any(weak);
        if grants && asks && !demanded() && !self.is_aside(words) {
            return PageKind::Choice;
        }
        match self.going_on(words) {
            Some(_) => PageKind::Step,
            None => PageKind::Other,
        }
    }

    /// The form that asks for the code of a device (RFC 8628 §3.3).
    pub fn code_form(&self) -> Option<&Form> {
        let asks = |form: &&Form| !form.has("password") && form.code_fields().next().is_some();
        self.forms.iter().find(asks)
    }

    /// The form that asks who the user is.
    pub fn login_form(&self, words: &Login) -> Option<&Form> {
        match self.kind(200, words) {
            PageKind::Login(index) => self.forms.get(index),
            _ => None,
        }
    }

    /// What a person reads on the buttons of its forms.
    pub fn buttons(&self) -> impl Iterator<Item = &str> {
        let fields = self.forms.iter().flat_map(|form| &form.fields);
        fields.filter(|field| field.is_button()).map(|field| field.label.as_str())
    }

    fn grants_by_form(&self, words: &Login) -> bool {
        self.forms.iter().any(|form| form.decide(Decision::Grant, words).is_some())
    }

    /// How to make a decision on this page; `None` where nothing on it can be recognised as it.
    pub fn decide(&self, decision: Decision, words: &Login) -> Option<Action> {
        let deciding = self.forms.iter().enumerate().rev();
        let deciding = deciding.filter_map(|(at, form)| Some((at, form.decide(decision, words)?)));
        let best = deciding.max_by_key(|(at, _)| self.sureness(*at, decision, words));
        best.map(|(_, action)| action).or_else(|| {
            let link =
                |wanted| self.links.iter().find(|link| meaning(&link.label, words) == Some(wanted));
            // A single link that says "continue" is no choice: an error page may have one.
            let choice = self.grants_by_form(words)
                || (link(Decision::Grant).is_some() && link(Decision::Deny).is_some());
            let followed =
                link(decision).filter(|_| choice).map(|link| Action::Follow(link.url.clone()));
            let empty = || self.forms.iter().find_map(|form| form.disagree(words));
            followed.or_else(|| empty().filter(|_| decision == Decision::Deny))
        })
    }
}

impl Page {
    /// How surely a form is the one for this decision, among several: both can be decided in it, or
    /// another one for the other decision goes to the same place, or it says more than "OK", or has
    /// nothing to be filled in.
    fn sureness(&self, at: usize, decision: Decision, words: &Login) -> [bool; 4] {
        let form = &self.forms[at];
        let other = match decision {
            Decision::Grant => Decision::Deny,
            Decision::Deny => Decision::Grant,
        };
        let beside = self.forms.iter().enumerate().filter(|(index, _)| *index != at);
        let mut opposite = beside.filter(|(_, it)| it.decide(other, words).is_some());
        let means = |field: &Field| meaning(&field.says(), words) == Some(decision);
        [
            form.decide(other, words).is_some(),
            opposite.any(|(_, it)| it.action.path() == form.action.path()),
            form.button(|field| means(field) && !goes_on(field)).is_some(),
            form.is_filled_in(),
        ]
    }
}

impl Form {
    /// Whether it is for users who have no account yet.
    fn is_for_newcomers(&self) -> bool {
        let words = ["signup", "sign-up", "sign_up", "register", "registration"];
        let path = self.action.path().to_lowercase();
        self.asks_twice()
            || self.button(is_for_something_else).is_some()
            || words.iter().any(|word| path.contains(word))
    }

    /// Whether it has several fields for a password, which nobody has to sign in with.
    fn asks_twice(&self) -> bool {
        self.fields.iter().filter(|field| field.kind == "password").count() > 1
    }

    /// A form without a password that asks who the user is: the first of two login pages, or that of a
    /// server that asks for no password at all. Whatever else can be typed may stay empty.
    fn asks_for_a_name(&self) -> bool {
        let mut typed = self.fields.iter().filter(|field| field.is_typed());
        let names = typed.clone().filter(|field| field.is_identity()).count();
        names > 0
            && typed.all(|field| field.is_identity() || !field.is_left_empty())
            && self.button(is_for_something_else).is_none()
    }

    /// The field that the user's name goes into: by what the page says of it, and else the last one
    /// before the password.
    pub fn login_field(&self) -> Option<&Field> {
        let password = self.fields.iter().position(|field| field.kind == "password");
        let typed = |fields: &'_ [Field]| fields.iter().rposition(Field::is_typed);
        let before = typed(&self.fields[..password.unwrap_or(self.fields.len())]);
        let points = |index: usize, field: &Field| {
            let told = ["username", "email", "webauthn"];
            4 * usize::from(told.iter().any(|word| field.autocomplete.contains(word)))
                + 2 * usize::from(field.is_identity())
                + usize::from(Some(index) == before)
        };
        let typed = self.fields.iter().enumerate().filter(|(_, field)| field.is_typed());
        let best = typed.rev().max_by_key(|(index, field)| points(*index, field));
        best.map(|(_, field)| field)
    }

    /// Whether what the user types could not be sent: a field without a name is no part of what a form sends.
    pub(super) fn lacks_names(&self) -> bool {
        let typed = |field: &&Field| field.kind == "password" || Some(*field) == self.login_field();
        self.fields.iter().filter(typed).any(|field| field.name.is_empty())
    }

    /// The first field that would be sent empty although the page demands something in it.
    pub fn left_empty(&self, words: &Login) -> Option<&Field> {
        let login = self.login_field().map(|field| field.name.as_str());
        self.fields.iter().find(|field| {
            let filled = field.is_given(words)
                || field.kind == "password"
                || Some(field.name.as_str()) == login
                || (field.is_identity() && field.is_typed());
            field.is_left_empty() && !filled
        })
    }

    /// What the user types, ticks and presses in a browser, by the fields' numbers, and whether that is a
    /// decision. `None`: nothing on the page is asked of the user.
    pub(super) fn deeds(
        &self,
        user: &User,
        decision: Decision,
        words: &Login,
    ) -> Option<(bool, Vec<Deed>)> {
        let buttons = || self.fields.iter().enumerate().filter(|(_, field)| field.is_button());
        let press = |wanted: Option<Decision>| {
            let means = |field: &Field| meaning(&field.says(), words);
            let found = buttons().find(|(_, field)| match wanted {
                Some(wanted) => means(field) == Some(wanted),
                None => means(field) != Some(Decision::Deny),
            });
            found.map(|(index, _)| Deed::Press(index))
        };
        if self.has("password") || self.asks_for_a_name() {
            let login = self.login_field();
            let typed = self.fields.iter().enumerate().filter_map(|(index, field)| {
                let text = field.typed_by(user, Some(field) == login, words)?;
                Some(Deed::Type(index, text))
            });
            return Some((false, typed.chain(press(None)).collect()));
        }
        let button = press(Some(decision))?;
        let tick = |(_, field): &(usize, &Field)| {
            let wanted = decision == Decision::Grant || field.required;
            wanted && field.kind == "checkbox" && !field.checked
        };
        let ticked = self.fields.iter().enumerate().filter(tick);
        let ticked = ticked.map(|(index, _)| Deed::Press(index));
        Some((true, ticked.chain([button]).collect()))
    }

    /// Whether it asks for a password and a decision at once. A button that only goes on is none.
    pub fn decides_at_login(&self, words: &Login) -> bool {
        let says = |decision| {
            self.button(|field| meaning(&field.says(), words) == Some(decision) && !goes_on(field))
        };
        self.has("password") && says(Decision::Deny).is_some() && says(Decision::Grant).is_some()
    }

    /// Whether the button that sends its password says that something is allowed: "Authorize".
    pub(super) fn grants_at_login(&self, words: &Login) -> bool {
        let says = |field: &Field| meaning(&field.label, words) == Some(Decision::Grant);
        let grants = |field: &Field| says(field) && !goes_on(field) && !leads_on(field);
        self.has("password") && self.button(grants).is_some()
    }

    /// The form filled in with a name and a password, and submitted by its button; where it asks for
    /// a decision too, by the button of this one.
    pub fn sign_in(&self, user: &User, decision: Option<Decision>, words: &Login) -> Action {
        let values = of_user(user);
        let name = self.login_field().map(|field| field.name.clone());
        let means = |field: &Field| meaning(&field.says(), words);
        let button = match decision {
            Some(decision) => self.button(|field| means(field) == Some(decision)),
            None => self.button(|field| means(field) != Some(Decision::Deny)),
        };
        let mut fields = Params::default();
        for field in self.fields.iter().filter(|field| !field.name.is_empty()) {
            let own = words.fields.get(&field.name).filter(|_| field.is_given(words));
            match field.kind.as_str() {
                _ if own.is_some() => {
                    fields.push(field.name.clone(), values.fill(own.map_or("", String::as_str)));
                }
                "password" => fields.push(field.name.clone(), &*user.password),
                _ if Some(&field.name) == name.as_ref() && field.is_typed() => {
                    fields.push(field.name.clone(), user.login.as_str());
                }
                _ if field.is_identity() && field.is_left_empty() => {
                    fields.push(field.name.clone(), user.login.as_str());
                }
                _ => self.push_default(&mut fields, field, button),
            }
        }
        self.submit(fields, button)
    }

    /// Fields for the code of a device: one, or several that have a part of it each.
    fn code_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| {
            let told = format!("{} {}", field.name, field.label).to_lowercase();
            field.is_typed() && told.contains("code")
        })
    }

    /// Whether it asks for the code of a device and for a password at once.
    pub(super) fn asks_for_code_too(&self) -> bool {
        self.has("password") && self.code_fields().next().is_some()
    }

    /// The form with the code of a device typed into it; without one, as it is filled in already.
    pub(super) fn with_code(&self, code: &str) -> Self {
        let count = self.code_fields().count();
        let bare: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut parts = bare.chunks(bare.len().div_ceil(count.max(1)).max(1));
        let mut filled = self.clone();
        for (field, shown) in filled.fields.iter_mut().zip(&self.fields) {
            if code.is_empty() || !self.code_fields().any(|known| known == shown) {
                continue;
            }
            let part = parts.next().unwrap_or_default();
            field.value = if count > 1 { part.iter().collect() } else { code.to_owned() };
        }
        filled
    }

    /// Whether nothing is left to be typed or selected.
    fn is_filled_in(&self) -> bool {
        !self.fields.iter().any(|field| field.is_typed() || field.kind == "select")
    }

    /// Whether more than "OK" or "Continue" says that something is granted.
    fn grants_in_words(&self, words: &Login) -> bool {
        let says = |it: &Field| meaning(&it.says(), words) == Some(Decision::Grant);
        let chosen = self.has("checkbox") || self.picked(Decision::Grant, words).is_some();
        self.decide(Decision::Grant, words).is_some()
            && (chosen || self.button(|it| says(it) && !goes_on(it) && !leads_on(it)).is_some())
    }

    fn decide(&self, decision: Decision, words: &Login) -> Option<Action> {
        let means = |field: &Field| meaning(&field.says(), words);
        let by_button = self.button(|field| means(field) == Some(decision));
        let ticked = decision == Decision::Grant && self.has("checkbox");
        let picked = self.picked(decision, words);
        let neutral = |field: &Field| means(field).is_none() || goes_on(field) || leads_on(field);
        let neutral = self.button(|field| neutral(field) && !is_for_something_else(field));
        let button = by_button.or_else(|| neutral.filter(|_| ticked || picked.is_some()))?;
        Some(self.pressed_as(decision, button, picked.as_ref()))
    }

    /// Denies where nothing says so but one box for an agreement, which is not ticked beforehand: it stays empty, and
    /// the button that only sends the form is pressed. One that grants in words grants.
    fn disagree(&self, words: &Login) -> Option<Action> {
        let means = |field: &Field| meaning(&field.says(), words);
        let mut boxes = self.fields.iter().filter(|field| field.kind == "checkbox");
        let only = boxes.next().filter(|_| boxes.next().is_none())?;
        let agrees = means(only) == Some(Decision::Grant) && !only.checked && !only.required;
        let sends = |field: &Field| means(field).is_none() || goes_on(field) || leads_on(field);
        let button = self.button(sends).filter(|_| agrees)?;
        Some(self.pressed_as(Decision::Deny, button, None))
    }
}

impl Field {
    /// Whether the profile says what goes into it.
    fn is_given(&self, words: &Login) -> bool {
        !self.is_button() && words.fields.contains_key(&self.name)
    }

    /// Whether it asks who the user is.
    fn is_identity(&self) -> bool {
        const WORDS: &[&str] = &[
            "login",
            "user",
            "email",
            "mail",
            "identifier",
            "account",
            "logon",
            "signin",
            "principal",
        ];
        // Short ones are looked for as whole words.
        const WHOLE: &[&str] = &["sub", "subject", "id", "uid", "upn", "nickname"];
        let told = format!("{} {}", self.name, self.label).to_lowercase();
        self.is_typed()
            && (self.kind == "email"
                || self.autocomplete.contains("username")
                || WORDS.iter().any(|word| told.contains(word))
                || told.split(|c: char| !c.is_alphanumeric()).any(|word| WHOLE.contains(&word)))
    }

    /// Whether the page wants something in it and it is empty.
    fn is_left_empty(&self) -> bool {
        let fixed = ["hidden", "checkbox", "radio", "select", "reset", "button", "file"];
        let typed = !self.is_button() && !fixed.contains(&self.kind.as_str());
        typed && self.required && self.value.is_empty()
    }

    /// What a user types into it; `None`: nothing.
    fn typed_by(&self, user: &User, is_login: bool, words: &Login) -> Option<String> {
        if let Some(own) = words.fields.get(&self.name) {
            return Some(of_user(user).fill(own));
        }
        if self.kind == "password" {
            return Some((*user.password).to_owned());
        }
        let wanted = is_login || (self.is_identity() && self.is_left_empty());
        wanted.then(|| user.login.clone())
    }

    fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "email" | "tel" | "search")
    }
}

#[cfg(test)]
#[path = "recognition_tests.rs"]
mod tests;
