//! Consent that another site forges: what its page sends in place of the form that the user was shown.

use std::borrow::Cow;

use url::Url;

use super::flow::Driver;
use super::journey::{Journey, Stop};
use super::navigation::{FetchMetadata, Initiator, request_of};
use super::page::{Action, Page};
use super::unmet::Unmet;
use crate::wire::Params;
use crate::wire::params::REGISTERED;

/// Whether a name says that it is that of an anti-forgery value.
fn guards(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["csrf", "xsrf", "forgery", "authenticity", "token", "nonce"]
        .iter()
        .any(|word| name.contains(word))
        && name != "nonce"
        && !REGISTERED.contains(&name.as_str())
}

/// The address of a form with another query, made pair by pair.
fn with_query(url: &Url, each: impl Fn(&str, String) -> Option<String>) -> Url {
    let pairs = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
    let kept: Vec<_> =
        pairs.filter_map(|(name, value)| Some((name.clone(), each(&name, value)?))).collect();
    let mut other = url.clone();
    other.set_query(None);
    if !kept.is_empty() {
        other.query_pairs_mut().extend_pairs(kept);
    }
    other
}

/// A grant without what its name says to be an anti-forgery value, in the form or in its address, or else
/// without the fields that are another on each page and no protocol parameter.
pub fn without_anti_forgery(one: &Action, two: &Action) -> Option<Action> {
    let (Action::Submit { method, url, fields }, Action::Submit { fields: others, .. }) =
        (one, two)
    else {
        return None;
    };
    let in_address = url.query_pairs().any(|(name, _)| guards(&name));
    let named = in_address || fields.iter().any(|field| guards(&field.name));
    let protocol = |name: &str| REGISTERED.contains(&name);
    let differs = |name: &str, value: &str| others.first(name) != Some(value);
    let kept: Params = fields
        .iter()
        .filter(|field| {
            if named {
                !guards(&field.name)
            } else {
                protocol(&field.name) || !differs(&field.name, &field.value)
            }
        })
        .map(|field| (field.name.clone(), field.value.clone()))
        .collect();
    let without = || with_query(url, |name, value| (!guards(name)).then_some(value));
    (in_address || kept.len() < fields.len()).then(|| Action::Submit {
        method: method.clone(),
        url: if in_address { without() } else { url.clone() },
        fields: kept,
    })
}

/// The same grant by a link: what was left of the address of its form comes along.
pub fn by_link(one: &Action, stripped: &Action) -> Option<Action> {
    let (Action::Submit { url: own, .. }, Action::Submit { url, fields, .. }) = (one, stripped)
    else {
        return None;
    };
    let left = url.query_pairs().filter(|_| url != own);
    let mut all: Params =
        left.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    all.extend(fields.clone());
    Some(Action::Submit { method: "GET".to_owned(), url: url.clone(), fields: all })
}

/// My grant with the anti-forgery values of theirs.
pub fn with_values_of(mine: &Action, theirs: &Action) -> Option<Action> {
    let Action::Submit { method, fields: stripped, .. } = without_anti_forgery(mine, theirs)?
    else {
        return None;
    };
    let (Action::Submit { url, fields, .. }, Action::Submit { url: other, fields: foreign, .. }) =
        (mine, theirs)
    else {
        return None;
    };
    let mixed: Params = fields
        .iter()
        .map(|field| {
            let kept = stripped.first(&field.name).is_some();
            let theirs = foreign.first(&field.name).unwrap_or(&field.value);
            let value = if kept { field.value.clone() } else { theirs.to_owned() };
            (field.name.clone(), value)
        })
        .collect();
    let in_other = |name: &str| other.query_pairs().find(|(known, _)| known == name);
    let address = match url.query_pairs().any(|(name, _)| guards(&name)) {
        true => with_query(url, |name, value| {
            let theirs = in_other(name).filter(|_| guards(name));
            Some(theirs.map_or(value, |(_, value)| value.into_owned()))
        }),
        false => url.clone(),
    };
    (mixed != *fields || address != *url).then_some(Action::Submit {
        method,
        url: address,
        fields: mixed,
    })
}

/// A consent that no page has asked for: what the user chooses and presses, and nothing that the page
/// brings along. A button without a name leaves no trace; a hidden field that is another in what denies, and
/// the same on each page, is the choice. `again`: what grants on another page.
pub fn bare(
    page: &Page,
    grant: &Action,
    deny: Option<&Action>,
    again: Option<&Action>,
) -> Option<(String, Url, Params)> {
    let Action::Submit { method, url, fields } = grant else { return None };
    let is_hidden = |name: &str| {
        let mut all = page.forms.iter().flat_map(|form| &form.fields);
        all.any(|field| field.kind == "hidden" && field.name == name)
    };
    let value_in = |action: Option<&Action>, name: &str| match action {
        Some(Action::Submit { fields, .. }) => fields.first(name).map(str::to_owned),
        _ => None,
    };
    let decides = |name: &str, value: &str| {
        let denied = value_in(deny, name);
        let repeated = value_in(again, name);
        denied.is_some_and(|denied| denied != value) && repeated.as_deref() == Some(value)
    };
    let chosen = fields.iter().filter(|it| !is_hidden(&it.name) || decides(&it.name, &it.value));
    let fields = chosen.map(|field| (field.name.clone(), field.value.clone())).collect();
    let url = without_own_values(url, again)?;
    Some((method.clone(), url, fields))
}

/// The address of a form without what it has for this page alone; none where that is its path.
fn without_own_values(url: &Url, again: Option<&Action>) -> Option<Url> {
    let Some(Action::Submit { url: other, .. }) = again else { return Some(url.clone()) };
    let others: Vec<_> = other.query_pairs().collect();
    let is_usual = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| {
        REGISTERED.contains(&&**name) || others.iter().any(|it| it.0 == *name && it.1 == *value)
    };
    if url.path() != other.path() {
        return None;
    }
    let kept: Vec<_> = url.query_pairs().filter(is_usual).collect();
    let mut bare = url.clone();
    if kept.len() < url.query_pairs().count() {
        bare.set_query(None);
        if !kept.is_empty() {
            bare.query_pairs_mut().extend_pairs(kept);
        }
    }
    Some(bare)
}

/// Whether the address of a form carries the authorization request.
pub fn carries_request(url: &Url) -> bool {
    url.query_pairs().any(|(name, _)| name == "client_id")
}

/// The address of a form with another authorization request in place of its own.
pub fn with_request(url: &Url, request: &Params) -> Url {
    let mut other = url.clone();
    let own = url
        .query_pairs()
        .filter(|(name, _)| !REGISTERED.contains(&&**name) && request.first(name).is_none());
    other.query_pairs_mut().clear().extend_pairs(own);
    let asked = request.iter().map(|it| (&*it.name, &*it.value));
    other.query_pairs_mut().extend_pairs(asked);
    other
}

impl Driver {
    /// Sends a forged consent from a page of another site, with the cookies that a browser would send
    /// along.
    ///
    /// # Errors
    /// Where the form leads nowhere, or the profile lacks the default user.
    pub async fn send_from_another_site(
        &mut self,
        forged: &Action,
        label: &str,
    ) -> Result<Journey, Unmet> {
        let nowhere = || Unmet::Failed("the form leads nowhere".to_owned());
        let mut request = request_of(forged).ok_or_else(nowhere)?.sent_by(Initiator::CrossSite);
        if request.method == "POST" {
            request.headers.set("Origin", "https://oauthspec.example");
        }
        request.headers.set("Referer", "https://oauthspec.example/");
        self.come_from_elsewhere();
        self.browse(request, label, Stop::AtAny).await
    }
}
