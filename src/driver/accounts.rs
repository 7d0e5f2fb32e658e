//! Pages on which users say who they are by picking one of several accounts.

use url::Url;

use super::page::{Action, Field, Form, Page};

/// Something that can be pressed or followed.
struct Entry {
    /// What is alike in all that belong together.
    kind: String,
    /// Whom it may name.
    says: String,
    action: Action,
}

impl Page {
    /// How the user with this login picks their account, where the page has a form, a button or a link for each of
    /// several; `None` where none of them, or more than one, names the user.
    pub(super) fn account_of(&self, login: &str) -> Option<Action> {
        let links = self.links.iter().map(|link| Entry {
            kind: format!("link {}", place(&link.url)),
            says: format!("{} {}", link.label, values(&link.url)),
            action: Action::Follow(link.url.clone()),
        });
        let entries: Vec<Entry> = self.forms.iter().flat_map(entries).chain(links).collect();
        let has_others = |entry: &Entry| {
            let alike = entries.iter().filter(|other| other.kind == entry.kind);
            alike.filter(|other| other.says != entry.says).count() > 0
        };
        let mut own = entries.iter().filter(|entry| names(&entry.says, login) && has_others(entry));
        let first = own.next()?;
        own.next().is_none().then(|| first.action.clone())
    }
}

/// The buttons of a form in which nothing is typed or chosen.
fn entries(form: &Form) -> Vec<Entry> {
    let settled = |kind: &str| matches!(kind, "hidden" | "button" | "reset");
    if form.fields.iter().any(|field| !field.is_button() && !settled(&field.kind)) {
        return Vec::new();
    }
    let hidden = || form.fields.iter().filter(|field| field.kind == "hidden");
    let names: Vec<&str> = hidden().map(|field| field.name.as_str()).collect();
    let buttons = || form.fields.iter().filter(|field| field.is_button());
    // What all buttons carry names none of them.
    let alone = buttons().count() == 1;
    let carried: Vec<&str> = hidden().filter(|_| alone).map(|it| it.value.as_str()).collect();
    let entry = |button: &Field| Entry {
        kind: format!("form {} {}", place(&form.action), names.join(" ")),
        says: format!("{} {} {}", button.label, button.value, carried.join(" ")),
        action: form.pressed(Some(button)),
    };
    buttons().map(entry).collect()
}

/// Where a URL leads, whatever its parameters are.
fn place(url: &Url) -> String {
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    format!("{} {}", url.path(), names.join(" "))
}

fn values(url: &Url) -> String {
    url.query_pairs().map(|(_, value)| value.into_owned()).collect::<Vec<_>>().join(" ")
}

/// Whether a login stands in a text as a word.
fn names(text: &str, login: &str) -> bool {
    let (text, login) = (text.to_lowercase(), login.to_lowercase());
    let part_of_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !login.is_empty()
        && text.match_indices(&login).any(|(at, found)| {
            let (before, after) = (&text[..at], &text[at + found.len()..]);
            !part_of_word(before.chars().next_back()) && !part_of_word(after.chars().next())
        })
}
