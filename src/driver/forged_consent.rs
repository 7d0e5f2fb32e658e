//! Consent that another site forges: what its page sends in place of the form that the user was shown.

use url::Url;

use super::flow::Driver;
use super::journey::Journey;
use super::navigation::{FetchMetadata, Initiator, request_of};
use super::page::{Action, Page};
use super::unmet::Unmet;
use crate::wire::Params;
use crate::wire::params::REGISTERED;

/// A grant without the fields whose names say that they are anti-forgery values, or else without
/// the fields that are another on each page and no protocol parameter.
pub fn without_anti_forgery(one: &Action, two: &Action) -> Option<Action> {
    let (Action::Submit { method, url, fields }, Action::Submit { fields: others, .. }) =
        (one, two)
    else {
        return None;
    };
    let by_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["csrf", "xsrf", "forgery", "authenticity", "token", "nonce"]
            .iter()
            .any(|word| name.contains(word))
            && name != "nonce"
            && !REGISTERED.contains(&name.as_str())
    };
    let named = fields.iter().any(|field| by_name(&field.name));
    let protocol = |name: &str| REGISTERED.contains(&name);
    let differs = |name: &str, value: &str| others.first(name) != Some(value);
    let kept: Params = fields
        .iter()
        .filter(|field| {
            if named {
                !by_name(&field.name)
            } else {
                protocol(&field.name) || !differs(&field.name, &field.value)
            }
        })
        .map(|field| (field.name.clone(), field.value.clone()))
        .collect();
    (kept.len() < fields.len()).then(|| Action::Submit {
        method: method.clone(),
        url: url.clone(),
        fields: kept,
    })
}

/// My grant with the anti-forgery values of theirs.
pub fn with_values_of(mine: &Action, theirs: &Action) -> Option<Action> {
    let Action::Submit { method, url, fields: stripped } = without_anti_forgery(mine, theirs)?
    else {
        return None;
    };
    let (Action::Submit { fields, .. }, Action::Submit { fields: foreign, .. }) = (mine, theirs)
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
    (mixed != *fields).then_some(Action::Submit { method, url, fields: mixed })
}

/// A consent that no page has asked for: what the user chooses and presses, and nothing that the page
/// brings along. A button without a name leaves no trace.
pub fn bare(page: &Page, action: &Action) -> Option<(String, Url, Params)> {
    let Action::Submit { method, url, fields } = action else { return None };
    let is_hidden = |name: &str| {
        let mut all = page.forms.iter().flat_map(|form| &form.fields);
        all.any(|field| field.kind == "hidden" && field.name == name)
    };
    let chosen = fields.iter().filter(|field| !is_hidden(&field.name));
    let fields = chosen.map(|field| (field.name.clone(), field.value.clone())).collect();
    Some((method.clone(), url.clone(), fields))
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
        self.browse(request, label).await
    }
}
