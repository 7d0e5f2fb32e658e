//! Recognising the pages between an authorization request and its end: a login, a choice, anything
//! else. Pages are recognised by what a person sees on them, never by a script for one server.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::profile::Login;
use crate::wire::{Params, Response};

/// What the user does when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Grants.
    Grant,
    /// Denies.
    Deny,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name; empty where it has none.
    pub name: String,
    /// Type of the input, lower case; `select`, `textarea`, `button` for those elements.
    pub kind: String,
    /// Value as the page gives it.
    pub value: String,
    /// What a person reads on it or beside it.
    pub label: String,
    /// Whether a box is ticked or a radio button chosen.
    pub checked: bool,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// GET or POST, upper case.
    pub method: String,
    /// Where it goes.
    pub action: Url,
    /// Fields in page order, buttons included.
    pub fields: Vec<Field>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it goes.
    pub url: Url,
    /// What a person reads on it.
    pub label: String,
}

/// A page, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Everything a person can read, title included, white space folded.
    pub text: String,
    /// Forms in page order.
    pub forms: Vec<Form>,
    /// Links in page order.
    pub links: Vec<Link>,
    /// Where a meta refresh would go.
    pub refresh: Option<String>,
    /// Whether markup that a request carried stands in it as markup.
    pub holds_our_markup: bool,
}

/// What kind of page it is for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// It asks for a name and a password, or for a name first; the form's index.
    Login(usize),
    /// It asks for a decision.
    Choice,
    /// Anything else: for the user, the end.
    Other,
}

/// What to do on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Submit a form with these fields.
    Submit {
        /// The form's method.
        method: String,
        /// Where it goes.
        url: Url,
        /// Fields that are sent.
        fields: Params,
    },
    /// Follow a link.
    Follow(Url),
}

/// Whether elements may be nested so deeply that a parser, which looks through all that are open at
/// every tag, does not come to an end. Browsers stop at 512.
fn is_too_deep(html: &str) -> bool {
    const DEEPEST: usize = 4096;
    /// Elements without an end tag, and those whose end tag may be left out.
    const SHALLOW: [&str; 24] = [
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link",
        "meta", "option", "p", "param", "source", "td", "th", "tr", "track", "wbr", "!doctype",
        "!--",
    ];
    let mut depth = 0_usize;
    html.split('<').skip(1).any(|tag| {
        let name = tag.split(|c: char| c.is_ascii_whitespace() || "/>".contains(c)).next();
        let name = name.unwrap_or_default();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !SHALLOW.iter().any(|it| name.eq_ignore_ascii_case(it))
        {
            depth += 1;
        }
        depth > DEEPEST
    })
}

impl Page {
    /// Reads the page of a response; anything that is not HTML, and what is nested as no page is, is
    /// text without forms.
    pub fn read(response: &Response, at: &Url) -> Self {
        let text = response.text();
        let html = response.media_type().is_none_or(|media| media.contains("html"));
        if !html || is_too_deep(&text) {
            return Self { text: fold(&text), ..Self::default() };
        }
        let document = Html::parse_document(&text);
        let base = first(&document, "base[href]")
            .and_then(|element| at.join(element.attr("href")?).ok())
            .unwrap_or_else(|| at.clone());
        Self {
            text: visible_text(&document),
            forms: select(&document, "form")
                .map(|form| read_form(&document, form, &base))
                .collect(),
            links: select(&document, "a[href]").filter_map(|a| read_link(a, &base)).collect(),
            refresh: first(&document, "meta[http-equiv='refresh' i]")
                .and_then(|meta| meta.attr("content").map(str::to_owned)),
            holds_our_markup: select(&document, "x-oauthspec, [onoauthspec]").next().is_some(),
        }
    }

    /// What the page asks of the user. An error status is never a choice.
    pub fn kind(&self, status: u16, words: &Login) -> Kind {
        if let Some(index) = self.forms.iter().position(|form| form.has("password")) {
            return Kind::Login(index);
        }
        if status >= 400 {
            return Kind::Other;
        }
        if let Some(index) = self.forms.iter().position(Form::asks_for_a_name) {
            return Kind::Login(index);
        }
        let choice = self.decide(Decision::Grant, words).is_some();
        if choice { Kind::Choice } else { Kind::Other }
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
        let forms = self.forms.iter().find_map(|form| form.decide(decision, words));
        forms.or_else(|| {
            let link =
                |wanted| self.links.iter().find(|link| meaning(&link.label, words) == Some(wanted));
            // A single link that says "continue" is no choice: an error page may have one.
            let choice = self.grants_by_form(words)
                || (link(Decision::Grant).is_some() && link(Decision::Deny).is_some());
            link(decision).filter(|_| choice).map(|link| Action::Follow(link.url.clone()))
        })
    }
}

impl Form {
    fn has(&self, kind: &str) -> bool {
        self.fields.iter().any(|field| field.kind == kind)
    }

    /// A form with one text field that is named like a login: the first of two login pages.
    fn asks_for_a_name(&self) -> bool {
        let typed: Vec<&Field> = self.fields.iter().filter(|field| field.is_typed()).collect();
        let named = |field: &Field| {
            let name = field.name.to_ascii_lowercase();
            field.kind == "email"
                || ["login", "user", "email", "identifier", "account"]
                    .iter()
                    .any(|w| name.contains(w))
        };
        matches!(typed.as_slice(), [field] if named(field))
    }

    /// The field that the user's name goes into.
    pub fn login_field(&self) -> Option<&Field> {
        let password = self.fields.iter().position(|field| field.kind == "password");
        let before = &self.fields[..password.unwrap_or(self.fields.len())];
        before
            .iter()
            .rev()
            .find(|field| field.is_typed())
            .or_else(|| self.fields.iter().find(|field| field.is_typed()))
    }

    /// The form filled in with a name and a password, and submitted by its button.
    pub fn sign_in(&self, login: &str, password: &str, words: &Login) -> Action {
        let name = self.login_field().map(|field| field.name.clone());
        let button = self.button(|field| meaning(&field.says(), words) != Some(Decision::Deny));
        let mut fields = Params::default();
        for field in &self.fields {
            match field.kind.as_str() {
                "password" => fields.push(field.name.clone(), password),
                _ if Some(&field.name) == name.as_ref() && field.is_typed() => {
                    fields.push(field.name.clone(), login);
                }
                _ => push_default(&mut fields, field, button),
            }
        }
        self.submit(fields)
    }

    /// The form as it stands, submitted by its first button.
    pub fn send(&self) -> Action {
        let button = self.button(|_| true);
        let mut fields = Params::default();
        for field in &self.fields {
            push_default(&mut fields, field, button);
        }
        self.submit(fields)
    }

    fn decide(&self, decision: Decision, words: &Login) -> Option<Action> {
        let means = |field: &Field| meaning(&field.says(), words);
        let by_button = self.button(|field| means(field) == Some(decision));
        let tick = self.fields.iter().any(|field| field.kind == "checkbox");
        let chosen = self.chosen(decision, words);
        let neutral = self.button(|field| means(field).is_none());
        let button = by_button.or_else(|| neutral.filter(|_| tick || chosen.is_some()));
        let button = button.or_else(|| {
            // A tick box beside a button that says yes: denying is leaving the box empty.
            let any = decision == Decision::Deny && tick && self.links_no_denial(words);
            self.button(|_| any)
        })?;
        let mut fields = Params::default();
        for field in &self.fields {
            match field.kind.as_str() {
                "checkbox" if decision == Decision::Grant => field.push_to(&mut fields),
                "checkbox" => {}
                "radio" if chosen.is_some() => {
                    if chosen == Some(field) {
                        field.push_to(&mut fields);
                    }
                }
                _ => push_default(&mut fields, field, Some(button)),
            }
        }
        Some(self.submit(fields))
    }

    fn links_no_denial(&self, words: &Login) -> bool {
        self.button(|field| meaning(&field.says(), words) == Some(Decision::Deny)).is_none()
    }

    fn chosen(&self, decision: Decision, words: &Login) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.kind == "radio" && meaning(&field.says(), words) == Some(decision))
    }

    fn button(&self, wanted: impl Fn(&Field) -> bool) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_button() && wanted(field))
    }

    fn submit(&self, fields: Params) -> Action {
        Action::Submit { method: self.method.clone(), url: self.action.clone(), fields }
    }
}

fn push_default(fields: &mut Params, field: &Field, button: Option<&Field>) {
    match field.kind.as_str() {
        "checkbox" | "radio" if !field.checked => {}
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

impl Field {
    /// Whether it submits the form.
    pub fn is_button(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image")
    }

    fn is_typed(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "email" | "tel" | "search")
    }

    fn push_to(&self, fields: &mut Params) {
        if !self.name.is_empty() {
            fields.push(self.name.clone(), self.value.clone());
        }
    }

    /// The words of a choice: what a person reads, and only where that says nothing, its value and
    /// name.
    fn says(&self) -> String {
        format!("{} | {} {}", self.label, self.value, self.name)
    }
}

const DENY: &[&str] = &[
    "deny", "denied", "cancel", "decline", "reject", "refuse", "no", "abort", "disallow",
    "disagree", "don't", "not",
];
const GRANT: &[&str] = &[
    "grant",
    "allow",
    "authorize",
    "authorise",
    "accept",
    "approve",
    "agree",
    "yes",
    "continue",
    "confirm",
    "permit",
    "consent",
    "ok",
];

/// What a choice means. The part before `|` decides; the part behind it only where that is silent.
fn meaning(says: &str, words: &Login) -> Option<Decision> {
    says.split('|').find_map(|part| {
        let lower = part.to_lowercase();
        let has = |known: &[&str], own: &[String]| {
            lower.split(|c: char| !(c.is_alphanumeric() || c == '\'')).any(|word| {
                known.contains(&word) || own.iter().any(|own| own.to_lowercase() == word)
            })
        };
        if has(DENY, &words.deny_words) {
            Some(Decision::Deny)
        } else if has(GRANT, &words.grant_words) {
            Some(Decision::Grant)
        } else {
            None
        }
    })
}

fn read_form(document: &Html, form: ElementRef<'_>, base: &Url) -> Form {
    let method = form.attr("method").unwrap_or("GET").to_ascii_uppercase();
    let action = form.attr("action").filter(|action| !action.is_empty());
    let inside = descendants(form, "input, button, select, textarea");
    let id = form.attr("id").unwrap_or_default();
    let owned = (!id.is_empty()).then(|| {
        select(document, "[form]").filter(move |element| element.attr("form") == Some(id))
    });
    Form {
        method: if method == "POST" { method } else { "GET".to_owned() },
        action: action.and_then(|action| base.join(action).ok()).unwrap_or_else(|| base.clone()),
        fields: inside
            .filter(|element| element.attr("disabled").is_none())
            .chain(owned.into_iter().flatten())
            .map(|e| read_field(document, e))
            .collect(),
    }
}

fn read_field(document: &Html, element: ElementRef<'_>) -> Field {
    let attr = |name: &str| element.attr(name).unwrap_or_default().to_owned();
    let tag = element.value().name();
    let kind = match tag {
        "input" => element.attr("type").unwrap_or("text").to_ascii_lowercase(),
        "button" => element.attr("type").unwrap_or("submit").to_ascii_lowercase(),
        _ => tag.to_owned(),
    };
    let value = match tag {
        "select" => select_value(element),
        "textarea" => element.text().collect(),
        _ if matches!(kind.as_str(), "checkbox" | "radio") => {
            element.attr("value").unwrap_or("on").to_owned()
        }
        _ => attr("value"),
    };
    let label = match tag {
        "button" => fold(&element.text().collect::<String>()),
        _ if matches!(kind.as_str(), "submit" | "image") => value.clone(),
        _ => label_of(document, element),
    };
    Field { name: attr("name"), label, checked: element.attr("checked").is_some(), kind, value }
}

fn select_value(element: ElementRef<'_>) -> String {
    let chosen = descendants(element, "option[selected]").next();
    let option = chosen.or_else(|| descendants(element, "option").next());
    option
        .map(|option| match option.attr("value") {
            Some(value) => value.to_owned(),
            None => fold(&option.text().collect::<String>()),
        })
        .unwrap_or_default()
}

fn label_of(document: &Html, element: ElementRef<'_>) -> String {
    let around =
        element.ancestors().filter_map(ElementRef::wrap).find(|a| a.value().name() == "label");
    let by_id = || {
        let id = element.attr("id")?;
        select(document, "label[for]").find(|label| label.attr("for") == Some(id))
    };
    around.or_else(by_id).map(|label| fold(&label.text().collect::<String>())).unwrap_or_default()
}

fn read_link(element: ElementRef<'_>, base: &Url) -> Option<Link> {
    let url = base.join(element.attr("href")?).ok()?;
    Some(Link { url, label: fold(&element.text().collect::<String>()) })
}

fn visible_text(document: &Html) -> String {
    let hidden = ["script", "style", "template"];
    let text: Vec<&str> = document
        .tree
        .nodes()
        .filter_map(|node| {
            let text = node.value().as_text()?;
            let parent = node.parent().and_then(ElementRef::wrap)?;
            (!hidden.contains(&parent.value().name())).then_some(&**text)
        })
        .collect();
    fold(&text.join(" "))
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Selectors are parsed once: pages are read by the thousand.
fn selector(css: &'static str) -> Option<Arc<Selector>> {
    static PARSED: LazyLock<Mutex<HashMap<&'static str, Arc<Selector>>>> =
        LazyLock::new(Mutex::default);
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = parsed.get(css) {
        return Some(Arc::clone(known));
    }
    let fresh = Arc::new(Selector::parse(css).ok()?);
    parsed.insert(css, Arc::clone(&fresh));
    Some(fresh)
}

fn select<'a>(
    document: &'a Html,
    css: &'static str,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found: Vec<ElementRef<'a>> =
        selector(css).map(|css| document.select(&css).collect()).unwrap_or_default();
    found.into_iter()
}

fn first<'a>(document: &'a Html, css: &'static str) -> Option<ElementRef<'a>> {
    select(document, css).next()
}

fn descendants<'a>(
    element: ElementRef<'a>,
    css: &'static str,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found: Vec<ElementRef<'a>> =
        selector(css).map(|css| element.select(&css).collect()).unwrap_or_default();
    found.into_iter()
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
