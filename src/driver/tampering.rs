//! Forms of the interaction that carry something else than they were shown with, as those do that an
//! attacker prepares.

use url::Url;

use super::nested::replaced;
use super::page::Action;
use crate::wire::params::{Param, REGISTERED};
use crate::wire::{Params, form};

/// A form between an authorization request and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TamperedForm {
    /// That to sign in with.
    Login,
    /// That to decide with.
    Consent,
}

/// What becomes of a parameter of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It has this value, whether or not it was there.
    Set(String),
    /// It is not there.
    Drop,
}

/// A change to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tampering {
    /// The form.
    pub form: TamperedForm,
    /// Name of the parameter.
    pub name: String,
    /// What becomes of it.
    pub how: How,
}

/// What the sender of an authorization request chooses, and the server only keeps.
const CHOSEN: [&str; 3] = ["state", "code_challenge", "code_challenge_method"];

/// Whether a URL carries a whole authorization request, so that whoever sends something else there sends
/// another request.
fn is_request(params: &Params) -> bool {
    ["client_id", "response_type"].iter().all(|name| params.first(name).is_some())
}

impl Tampering {
    /// The action with the change; `None` where it would be the same, or another request and no tampered
    /// form.
    pub fn apply(&self, action: &Action) -> Option<Action> {
        if self.asks_anew(action) {
            return None;
        }
        let changed = match action {
            Action::Follow(url) => Action::Follow(self.in_url(url, true)),
            Action::Submit { method, url, fields } => {
                let known = fields.first(&self.name).is_some();
                let in_url = self.in_url(url, false);
                let elsewhere = in_url != *url;
                let fields = self.in_params(fields, known || !elsewhere);
                Action::Submit { method: method.clone(), url: in_url, fields }
            }
        };
        (changed != *action).then_some(changed)
    }

    /// Whether the form posts to the authorization request that it belongs to, as a form without an action
    /// does, and keeps there what is to be changed.
    fn asks_anew(&self, action: &Action) -> bool {
        let Action::Submit { url, fields, .. } = action else { return false };
        let params = query_of(url);
        let name = self.name.as_str();
        // Whoever signs in at the URL of another request is asked about that one.
        let asked_later = self.form == TamperedForm::Login && name == "scope";
        (CHOSEN.contains(&name) || asked_later)
            && fields.first(&self.name).is_none()
            && params.first(&self.name).is_some()
            && is_request(&params)
    }

    fn in_url(&self, url: &Url, adds: bool) -> Url {
        let params = query_of(url);
        let known = params.first(&self.name).is_some();
        let mut changed = url.clone();
        if known || adds && matches!(self.how, How::Set(_)) {
            changed.set_query(Some(&form::encode(&self.in_params(&params, true))));
        }
        changed
    }

    fn in_params(&self, params: &Params, adds: bool) -> Params {
        let others = params.iter().filter(|one| one.name != self.name);
        let mut changed: Params = others.map(|one| (one.name.clone(), one.value.clone())).collect();
        match &self.how {
            How::Set(value) if adds => changed.push(self.name.clone(), value.clone()),
            _ => {}
        }
        changed
    }
}

/// The URL with another address in each parameter that names a page of the server; `None` where none does.
/// Parameters of OAuth name other things.
pub fn led_astray(url: &Url, to: &str, own: impl Fn(&Url) -> bool) -> Option<Url> {
    let is_address =
        |text: &str| ["/", "http://", "https://"].iter().any(|it| text.starts_with(it));
    let names_page = |one: &Param| {
        !REGISTERED.contains(&one.name.as_str())
            && is_address(&one.value)
            && url.join(&one.value).is_ok_and(|there| own(&there))
    };
    let params = query_of(url);
    if !params.iter().any(names_page) {
        return None;
    }
    let value = |one: &Param| if names_page(one) { to.to_owned() } else { one.value.clone() };
    let changed: Params = params.iter().map(|one| (one.name.clone(), value(one))).collect();
    let mut astray = url.clone();
    astray.set_query(Some(&form::encode(&changed)));
    Some(astray)
}

/// The URL with another redirect URI in what its parameters say; `None` where none says it, or where it is an
/// authorization request: whoever sends something else there sends another request.
pub fn in_url(url: &Url, uris: (&str, &str)) -> Option<Url> {
    let params = query_of(url);
    if is_request(&params) {
        return None;
    }
    let mut changed = url.clone();
    changed.set_query(Some(&form::encode(&in_values(&params, uris)?)));
    Some(changed)
}

/// The action with another redirect URI in what it says.
pub fn in_action(action: &Action, uris: (&str, &str)) -> Option<Action> {
    match action {
        Action::Follow(url) => in_url(url, uris).map(Action::Follow),
        Action::Submit { method, url, fields } => {
            let (other, changed) = (in_url(url, uris), in_values(fields, uris));
            if other.is_none() && changed.is_none() {
                return None;
            }
            let (method, url) = (method.clone(), other.unwrap_or_else(|| url.clone()));
            Some(Action::Submit { method, url, fields: changed.unwrap_or_else(|| fields.clone()) })
        }
    }
}

fn in_values(params: &Params, (from, to): (&str, &str)) -> Option<Params> {
    // An address with a request in it asks anew.
    let asks = |value: &str| value.contains("response_type=") || value.contains("response_type%3D");
    let other = |one: &Param| replaced(&one.value, from, to).filter(|_| !asks(&one.value));
    params.iter().any(|one| other(one).is_some()).then(|| {
        let value = |one: &Param| other(one).unwrap_or_else(|| one.value.clone());
        params.iter().map(|one| (one.name.clone(), value(one))).collect()
    })
}

fn query_of(url: &Url) -> Params {
    form::decode(url.query().unwrap_or_default().as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submit(url: &str, fields: &[(&str, &str)]) -> Action {
        Action::Submit {
            method: "POST".to_owned(),
            url: Url::parse(url).unwrap(),
            fields: fields.iter().copied().collect(),
        }
    }

    fn tampering(how: How) -> Tampering {
        Tampering { form: TamperedForm::Consent, name: "scope".to_owned(), how }
    }

    #[test]
    fn a_parameter_is_replaced_where_it_stands_or_added() {
        let set = tampering(How::Set("all".to_owned()));
        for (url, fields, wanted_url, wanted) in [
            (
                "https://a.example/c",
                vec![("t", "1")],
                "https://a.example/c",
                vec![("t", "1"), ("scope", "all")],
            ),
            (
                "https://a.example/c",
                vec![("scope", "one")],
                "https://a.example/c",
                vec![("scope", "all")],
            ),
            (
                "https://a.example/c?scope=one",
                vec![("t", "1")],
                "https://a.example/c?scope=all",
                vec![("t", "1")],
            ),
        ] {
            assert_eq!(set.apply(&submit(url, &fields)), Some(submit(wanted_url, &wanted)));
        }
        let link = Action::Follow(Url::parse("https://a.example/c").unwrap());
        let changed = Action::Follow(Url::parse("https://a.example/c?scope=all").unwrap());
        assert_eq!(set.apply(&link), Some(changed));
    }

    #[test]
    fn a_form_that_posts_to_its_request_keeps_nothing_of_it() {
        let request =
            "https://a.example/authorize?response_type=code&client_id=c&state=s&scope=one";
        let other = |name: &str| Tampering {
            form: TamperedForm::Consent,
            name: name.to_owned(),
            how: How::Set("other".to_owned()),
        };
        assert_eq!(other("state").apply(&submit(request, &[("t", "1")])), None);
        // What was checked has to be checked again, and a field is kept by the page.
        assert!(other("client_id").apply(&submit(request, &[("t", "1")])).is_some());
        assert!(other("state").apply(&submit(request, &[("state", "s")])).is_some());
        let interaction = "https://a.example/consent?state=s";
        assert!(other("state").apply(&submit(interaction, &[("t", "1")])).is_some());
    }

    #[test]
    fn a_url_that_names_a_page_of_the_server_is_led_astray() {
        let own = |url: &Url| url.host_str() == Some("a.example");
        let astray = |url: &str| {
            led_astray(&Url::parse(url).unwrap(), "//evil.example/", own).map(String::from)
        };
        assert_eq!(
            astray("https://a.example/login?next=%2Fauthorize%3Fx%3D1&hint=alice").as_deref(),
            Some("https://a.example/login?next=%2F%2Fevil.example%2F&hint=alice")
        );
        assert!(astray("https://a.example/login?goto=https%3A%2F%2Fa.example%2Fnext").is_some());
        for url in [
            "https://a.example/login",
            "https://a.example/login?next=17",
            "https://a.example/login?goto=https%3A%2F%2Fclient.example%2F",
            "https://a.example/authorize?redirect_uri=https%3A%2F%2Fa.example%2Fcb",
        ] {
            assert_eq!(astray(url), None, "{url}");
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_dropped() {
        let drop = tampering(How::Drop);
        let url = "https://a.example/c";
        assert_eq!(drop.apply(&submit(url, &[("t", "1")])), None);
        let dropped = drop.apply(&submit(url, &[("t", "1"), ("scope", "one")]));
        assert_eq!(dropped, Some(submit(url, &[("t", "1")])));
    }
}
