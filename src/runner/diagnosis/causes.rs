//! Why an authorization gave no code: told by its last page, and by what the server says to requests
//! that are wrong on purpose.

use url::Url;

use super::flows::{Part, Stop};
use crate::driver::journey::{End, Journey, Stuck};
use crate::driver::navigation::page_request;
use crate::driver::page::Page;
use crate::driver::{Draft, Driver, TWO_QUERIES, Unmet, authorization};
use crate::observe::observed::excerpt;
use crate::profile::Login;
use crate::wire::{Origin, Response, Scheme, TransportError};

/// What is known of a cause.
#[derive(Debug, Default)]
pub(super) struct Cause {
    /// What it looks like; none: nothing is known beyond the answer.
    pub says: Option<String>,
    /// Keys to look at.
    pub keys: Vec<String>,
    /// Whether nothing but the profile can be wrong.
    pub certain: bool,
}

impl Cause {
    fn new(says: impl Into<String>, keys: &[String], certain: bool) -> Self {
        Self { says: Some(says.into()), keys: keys.to_vec(), certain }
    }
}

/// The cause of a flow's early end.
pub(super) async fn of(driver: &mut Driver, part: &Part, stop: &Stop) -> Cause {
    if let Unmet::Lacking(text) = &stop.unmet {
        // redirect/query-kept judges that: the profile is right.
        return Cause { certain: text != TWO_QUERIES, ..Cause::default() };
    }
    let Some(journey) = &stop.journey else { return Cause::default() };
    if speaks_tls_maybe(&journey.end)
        && let Some(cause) = over_tls(driver).await
    {
        return cause;
    }
    match &journey.end {
        End::Redirected(_) => elsewhere(driver, part, journey),
        End::Page { response, page }
            if response.status >= 400 && (journey.logins == 0 || page.is_drawn) =>
        {
            if matches!(response.status, 404 | 405 | 410) {
                return Cause::default();
            }
            compared(driver, part).await
        }
        End::Page { page, .. } => at_page(part, journey, page, &driver.site.profile.login),
        End::Stuck(Stuck { key, .. }) => {
            let named = key.unwrap_or("login").to_owned();
            Cause { keys: vec![named], certain: key.is_some(), says: None }
        }
        End::Lost(_) | End::Stopped { .. } => Cause::default(),
    }
}

/// The cause by the error with which an authorization request came back (RFC 6749 §4.1.2.1, RFC 8707 §2, OpenID
/// Connect Core §3.1.2.6).
pub(super) fn by_error(error: &str, role: &str) -> Cause {
    let client = |name: &str| format!("clients.{role}.{name}");
    let own = |name: &str| name.to_owned();
    let (says, keys) = match error {
        "invalid_target" => (
            "the server wants each request to name the resource that tokens are for (RFC 8707)",
            vec![own("resource"), own("--resource"), own("authorize_parameters")],
        ),
        "invalid_scope" => (
            "the server does not grant the scope that is asked for, or wants one",
            vec![own("scope"), client("scope")],
        ),
        "unauthorized_client" | "unsupported_response_type" => (
            "the client is not registered for authorization codes: its registration at the server has to \
             permit the grant `authorization_code` and the response type `code`",
            vec![client("id")],
        ),
        "invalid_client" => ("the server does not know the client", vec![client("id")]),
        "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => (
            "the server asks nobody to sign in",
            vec![own("authorize_parameters.prompt"), own("login.command")],
        ),
        _ => {
            let keys = vec![own("authorize_parameters"), own("scope"), own("pkce"), client("id")];
            return Cause { keys, ..Cause::default() };
        }
    };
    Cause::new(says, &keys, false)
}

/// The cause where the server was asked too often.
pub(super) fn limited(response: &Response) -> Cause {
    let wait = response.headers.text("retry-after");
    let wait =
        wait.map(|wait| format!(" and asks to come back after {wait} s")).unwrap_or_default();
    let says = format!(
        "the server limits requests{wait}: switch its limiter off for the test, or pace the run below its limit"
    );
    Cause::new(says, &["limits.requests_per_second".to_owned()], true)
}

/// Whether a plain request may have met a port that wants TLS.
fn speaks_tls_maybe(end: &End) -> bool {
    match end {
        End::Lost(_) => true,
        End::Page { response, page } => response.status == 400 && page.text.contains("HTTPS"),
        _ => false,
    }
}

/// Asks the same port over TLS, without anything that has to be kept secret.
async fn over_tls(driver: &Driver) -> Option<Cause> {
    let site = &driver.site;
    let origin = Origin::of(site.authorization.as_ref()?).filter(|it| it.scheme == Scheme::Http)?;
    let secure = Origin { scheme: Scheme::Https, ..origin };
    let request = page_request("GET", &Url::parse(&secure.to_string()).ok()?)?;
    let keys = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    match site.transport.send(&request).await {
        Ok(_) => {
            let says = format!("the port speaks TLS: with `base_url: {secure}` it works");
            Some(Cause::new(says, &keys(&["base_url"]), true))
        }
        Err(error @ TransportError::BadCertificate(_)) => {
            let says = format!("the port speaks TLS ({error}): write `base_url: {secure}`");
            Some(Cause::new(says, &keys(&["base_url", "tls.ca"]), true))
        }
        Err(_) => None,
    }
}

/// The browser was sent away, and not to the client.
fn elsewhere(driver: &Driver, part: &Part, journey: &Journey) -> Cause {
    let Some(uri) = authorization::elsewhere(journey) else { return Cause::default() };
    let user = &part.user;
    if let Some(own) = journey.redirect_uri.as_deref().filter(|own| is_changed(own, &uri)) {
        let says =
            format!("the server sends the browser to {uri} instead of the redirect URI {own}");
        return Cause::new(says, &[], false);
    }
    let origin = Url::parse(&uri).ok().as_ref().and_then(Origin::of);
    let at = origin.map_or(uri, |origin| origin.to_string());
    let signs_on = driver.site.profile.user(user).is_some_and(|user| user.sign_on.is_some());
    let keys = [format!("users.{user}.sign_on"), "base_url".to_owned()];
    let says = format!("the server sends this user to {at}, which the profile does not name");
    Cause::new(says, &keys[..if signs_on { 1 } else { 2 }], signs_on)
}

/// Whether a redirect goes to the place of a redirect URI, and not to that URI.
fn is_changed(own: &str, to: &str) -> bool {
    let [own, to] = [own, to].map(Url::parse);
    let (Ok(own), Ok(to)) = (own, to) else { return false };
    own.origin() == to.origin() && own.path() == to.path()
}

/// The way ended on a page that was not understood.
fn at_page(part: &Part, journey: &Journey, page: &Page, words: &Login) -> Cause {
    let user = |key: &str| format!("users.{}.{key}", part.user);
    let asks = page.forms.iter().any(|form| form.has("password"));
    let owned = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
    if journey.logins > 0 && asks {
        let says = format!(
            "the login page came again after the user had signed in ({}): the name or the password \
             is wrong, or went into the wrong field",
            journey.tried.join("; ")
        );
        let keys = [user("login"), user("password"), "login.fields".to_owned()];
        return Cause::new(says, &keys, true);
    }
    if journey.came_again {
        let pressed = page.onward_label(words).map(|label| format!("{label:?}"));
        let says = format!(
            "the page came again each time the user had pressed {}: it may want something more to be filled in",
            pressed.as_deref().unwrap_or("its button")
        );
        return Cause::new(excerpt(&says), &owned(&["login.fields", "login.steps"]), false);
    }
    if page.forms.is_empty() && (journey.logins == 0 || !page.has_script && words.steps.is_empty())
    {
        let keys = ["login.steps", "login.command", "login.webdriver"];
        return Cause::new(without_form(page), &owned(&keys), page.has_script);
    }
    if !words.steps.is_empty() && page.forms.is_empty() {
        let says = "all of `login.steps` that are for the page were sent, and the last answer leads \
                    nowhere: its `follow` has to say where the browser goes on to, such as \
                    \"{query.return_to}\" or \"/redirect\", or a further step what is sent";
        return Cause::new(says, &owned(&["login.steps"]), true);
    }
    let labels: Vec<String> = page.buttons().map(|label| format!("{label:?}")).collect();
    let says = format!(
        "no button of the page is understood as a decision: {}",
        if labels.is_empty() { "there is none".to_owned() } else { labels.join(", ") }
    );
    Cause::new(excerpt(&says), &owned(&["login.grant_words", "login.fields"]), false)
}

/// What is said of a page without a form.
fn without_form(page: &Page) -> String {
    if page.has_script {
        let says =
            "the page has no form: where a script draws it, the profile has to say what to send";
        return says.to_owned();
    }
    let mut labels = page.links.iter().map(|link| format!("{:?}", link.label)).take(8).peekable();
    let links = match labels.peek() {
        Some(_) => {
            format!("none of its links is understood: {}", labels.collect::<Vec<_>>().join(", "))
        }
        None => "no link".to_owned(),
    };
    excerpt(&format!("the page has neither a form nor a script, and {links}"))
}

/// Whether the server answers as it does to a client that it does not know, or to a redirect URI
/// that nobody registered.
async fn compared(driver: &mut Driver, part: &Part) -> Cause {
    let role = &part.client.0;
    let Ok(own) = driver.authorization(&part.ask()) else { return Cause::default() };
    let Some(seen) = answer(driver, part, &own, "", "").await else { return Cause::default() };
    let unknown = format!("oauthspec-{}", driver.fresh(16));
    let stranger = answer(driver, part, &own, "client_id", &unknown).await;
    let nowhere = "https://oauthspec.invalid/nowhere";
    let unregistered = answer(driver, part, &own, "redirect_uri", nowhere).await;
    let client = |key: &str| format!("clients.{role}.{key}");
    let (known, registered) =
        (stranger.as_ref() != Some(&seen), unregistered.as_ref() != Some(&seen));
    let text = seen.1.to_lowercase();
    let about_client = ["invalid_client", "unauthorized_client"].iter().any(|it| text.contains(it));
    match (known, registered || about_client) {
        (false, true) => Cause::new(
            "the server answers in the same way for a client that it cannot know",
            &[client("id")],
            true,
        ),
        (true, false) => Cause::new(
            "the server answers in the same way for a redirect URI that nobody registered",
            &[client("redirect_uris")],
            false,
        ),
        // Whatever is asked: whoever asks is refused, and not the request.
        (false, false) if matches!(seen.0, 401 | 403) => Cause::new(
            "the server answers in the same way for an unknown client and for an unregistered \
             redirect URI: it may refuse whoever has not signed in elsewhere before, which \
             `login.command` can do",
            &["login.command".to_owned(), client("id"), client("redirect_uris")],
            false,
        ),
        (false, false) => Cause::new(
            "the server answers in the same way for an unknown client and for an unregistered \
             redirect URI",
            &[client("id"), client("redirect_uris")],
            false,
        ),
        (true, true) => Cause::default(),
    }
}

/// Status and text of the page that the same request gives with another value.
async fn answer(
    driver: &mut Driver,
    part: &Part,
    own: &Draft,
    name: &str,
    value: &str,
) -> Option<(u16, String)> {
    let mut draft = own.clone();
    draft.query = own
        .query
        .iter()
        .map(|it| match it.name == name {
            true => (it.name.clone(), value.to_owned()),
            false => (it.name.clone(), it.value.clone()),
        })
        .collect();
    let request = draft.to_request()?;
    let uri = draft.query.first("redirect_uri").map(str::to_owned);
    let journey = driver.carry(request, &part.ask(), (uri.clone(), uri), None).await.ok()?;
    match journey.end {
        End::Page { response, page } => Some((response.status, without(&page.text, &draft))),
        _ => None,
    }
}

/// A page's text without what the request brought.
fn without(text: &str, draft: &Draft) -> String {
    let mut values: Vec<&str> = draft.query.iter().map(|it| it.value.as_str()).collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let values = values.into_iter().filter(|value| value.len() > 3);
    values.fold(text.to_owned(), |text, value| text.replace(value, "…"))
}
