//! A page as a person sees it: text, forms and links; and what can be done on it.

use url::Url;

use crate::observe::observed::excerpt;
use crate::wire::Params;

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
    /// Whether the page says that it must not be left empty.
    pub required: bool,
    /// What the page says that belongs in it (`autocomplete`), lower case.
    pub autocomplete: String,
    /// Value and label of each entry of a list.
    pub options: Vec<(String, String)>,
    /// Where a button sends the form, where that is not the form's own place (`formaction`).
    pub action: Option<Url>,
    /// How a button sends the form, where it says so (`formmethod`): GET or POST.
    pub method: Option<String>,
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

impl Form {
    /// Whether it has a field of this type.
    pub fn has(&self, kind: &str) -> bool {
        self.fields.iter().any(|field| field.kind == kind)
    }

    /// Whether a login begins on it and goes on elsewhere: it asks for no password.
    pub(super) fn is_first_half(&self) -> bool {
        !self.has("password")
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it goes.
    pub url: Url,
    /// What a person reads on it.
    pub label: String,
}

/// What a user does to a field of a page, by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// Types a text.
    Type(usize, String),
    /// Presses or ticks it.
    Press(usize),
}

/// A page, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Everything a person can read, title included, white space folded.
    pub text: String,
    /// What it says went wrong, where it marks that as such.
    pub alert: Option<String>,
    /// Forms in page order.
    pub forms: Vec<Form>,
    /// Links in page order.
    pub links: Vec<Link>,
    /// What the browser loads with it: scripts, styles, images, frames.
    pub loads: Vec<Url>,
    /// Where the page sends the browser by itself, at once or within half a minute.
    pub refresh: Option<String>,
    /// Whether a script sends its only form, and there is nothing else to do on it.
    pub sends_itself: bool,
    /// Whether it has a script.
    pub has_script: bool,
    /// Whether markup that a request carried stands in it as markup.
    pub holds_our_markup: bool,
    /// Whether it is what a script was answered, which draws of it what the user sees.
    pub is_drawn: bool,
}

impl Page {
    /// What a person reads on it. What went wrong comes first: it may stand far below.
    pub fn told(&self) -> String {
        match &self.alert {
            Some(alert) if !excerpt(&self.text).contains(alert) => {
                format!("{alert} ({})", self.text)
            }
            _ => self.text.clone(),
        }
    }
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
