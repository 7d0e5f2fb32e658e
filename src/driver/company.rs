//! The way of the user of a company to its identity provider, and back.

use url::Url;

use super::page::{Action, Page};
use super::way::Way;
use crate::profile::User;
use crate::wire::{Origin, Secret};

/// What the user of a company does on a page that asks for a name or a password.
pub(super) enum Elsewhere {
    /// The page is the company's own: signs in.
    Here,
    /// Goes on to the company.
    Go(Action),
}

/// How the user of a company gets from a login page to the company: by a link that says so, or by
/// the name alone. The password is the company's, and typed nowhere else.
pub(super) fn towards_company(
    at: &Url,
    page: &Page,
    index: usize,
    way: &Way<'_>,
) -> Option<Elsewhere> {
    way.provider.as_ref()?;
    if Origin::of(at).is_some_and(|origin| way.is_company(&origin)) {
        return Some(Elsewhere::Here);
    }
    let link = page.links.iter().find(|link| says_sign_on(&link.label));
    Some(Elsewhere::Go(match link {
        Some(link) => Action::Follow(link.url.clone()),
        None => {
            let nameless = User { password: Secret::default(), ..way.user.clone() };
            page.forms[index].sign_in(&nameless, None, way.words)
        }
    }))
}

fn says_sign_on(label: &str) -> bool {
    let label = label.to_lowercase();
    ["single sign", "sso", "company", "organization", "organisation", "identity provider"]
        .iter()
        .any(|words| label.contains(words))
}

/// The form that takes the user back from the identity provider, where a script would post it.
pub(super) fn way_back(at: &Url, page: &Page, way: &Way<'_>) -> Option<Action> {
    let here = Origin::of(at).filter(|origin| way.is_company(origin))?;
    let [form] = page.forms.as_slice() else { return None };
    let asks = form.fields.iter().any(|field| field.kind != "hidden" && !field.is_button());
    let leaves = Origin::of(&form.action).is_some_and(|origin| origin != here);
    (leaves && !asks).then(|| form.send())
}
