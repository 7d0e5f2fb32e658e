//! Pages on which users say who they are by picking one of several accounts.

use url::Url;

use super::page::{Action, Field, Form, Page};

/// A page of more entries lists no accounts: nobody looks through so many.
const MOST: usize = 200;

/// Something that can be pressed or followed.
struct Entry<'p> {
    /// What is alike in all that belong together.
    kind: String,
    /// Whom it may name.
    says: String,
    picked: Picked<'p>,
}

enum Picked<'p> {
    Button(&'p Form, &'p Field),
    Link(&'p Url),
}

impl Page {
    /// How the user with this login picks their account, where the page has a form, a button or a link for each of
    /// several; `None` where none of them, or more than one, names the user.
    pub(super) fn account_of(&self, login: &str) -> Option<Action> {
        let links = self.links.iter().map(|link| Entry {
            kind: format!("link {}", place(&link.url)),
            says: format!("{} {}", link.label, values(&link.url)),
            picked: Picked::Link(&link.url),
        });
        let all = self.forms.iter().flat_map(entries).chain(links);
        let entries: Vec<Entry<'_>> = all.take(MOST + 1).collect();
        if entries.len() > MOST {
            return None;
        }
        let has_others = |entry: &Entry<'_>| {
            let alike = entries.iter().filter(|other| other.kind == entry.kind);
            alike.filter(|other| other.says != entry.says).count() > 0
        };
        let mut own = entries.iter().filter(|entry| names(&entry.says, login) && has_others(entry));
        let first = own.next()?;
        own.next().is_none().then(|| match first.picked {
            Picked::Button(form, button) => form.pressed(Some(button)),
            Picked::Link(url) => Action::Follow(url.clone()),
        })
    }
}

/// The buttons of a form in which nothing is typed or chosen.
fn entries<'p>(form: &'p Form) -> Vec<Entry<'p>> {
    let settled = |kind: &str| matches!(kind, "hidden" | "button" | "reset");
    if form.fields.iter().any(|field| !field.is_button() && !settled(&field.kind)) {
        return Vec::new();
    }
    let hidden = || form.fields.iter().filter(|field| field.kind == "hidden").take(MOST);
    let names: Vec<&str> = hidden().map(|field| field.name.as_str()).collect();
    let buttons = || form.fields.iter().filter(|field| field.is_button());
    // What all buttons carry names none of them.
    let alone = buttons().count() == 1;
    let carried: Vec<&str> = hidden().filter(|_| alone).map(|it| it.value.as_str()).collect();
    let entry = |button: &'p Field| Entry {
        kind: format!("form {} {}", place(&form.action), names.join(" ")),
        says: format!("{} {} {}", button.label, button.value, carried.join(" ")),
        picked: Picked::Button(form, button),
    };
    buttons().take(MOST + 1).map(entry).collect()
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
