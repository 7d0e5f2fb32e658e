//! Where the endpoints of a server without metadata may be.

use serde_json::Value;
use url::Url;

use super::permit::Permit;
use crate::driver::navigation::page_request;
use crate::driver::page::Page;
use crate::wire::{Origin, Request, Response, Transport};

/// Where the endpoints may be, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Documents that fix these paths; none: they are merely usual.
    pub documents: Vec<String>,
    /// Path of the authorization endpoint.
    pub authorization: String,
    /// Path of the token endpoint.
    pub token: String,
    /// Path of the revocation endpoint, if there is one.
    pub revocation: Option<String>,
}

/// A guess that holds, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the endpoints are.
    pub guess: Guess,
    /// In words.
    pub because: String,
}

/// A path at which there is nothing: what is answered there says nothing of an endpoint.
const NOWHERE: &str = "/oauthspec-no-such-endpoint";
/// Parts of a path that a login page has.
const LOGINS: &[&str] = &["login", "log-in", "log_in", "signin", "sign-in", "sign_in", "logon"];

/// Usual paths: of the authorization, the token and the revocation endpoint.
const USUAL: &[[&str; 3]] = &[
    ["/oauth2/authorize", "/oauth2/token", "/oauth2/revoke"],
    ["/oauth/authorize", "/oauth/token", "/oauth/revoke"],
    ["/authorize", "/token", "/revoke"],
    ["/dialog/authorize", "/oauth/token", "/oauth/revoke"],
    ["/o/authorize/", "/o/token/", "/o/revoke_token/"],
    ["/oauth2/auth", "/oauth2/token", "/oauth2/revoke"],
    ["/oauth2/v1/authorize", "/oauth2/v1/token", "/oauth2/v1/revoke"],
    ["/auth", "/token", "/token/revocation"],
    ["/connect/authorize", "/connect/token", "/connect/revocation"],
    ["/login/oauth/authorize", "/login/oauth/access_token", "/login/oauth/revoke"],
    ["/oauth/authorize", "/oauth/access_token", "/oauth/revoke"],
    ["/oidc/auth", "/oidc/token", "/oidc/revoke"],
    ["/api/oauth/authorize", "/api/oauth/token", "/api/oauth/revoke"],
    ["/api/oauth2/authorize", "/api/oauth2/token", "/api/oauth2/revoke"],
    ["/api/v1/oauth/authorize", "/api/v1/oauth/token", "/api/v1/oauth/revoke"],
    ["/auth/authorize", "/auth/token", "/auth/revoke"],
    ["/oauth/v2/authorization", "/oauth/v2/accessToken", "/oauth/v2/revoke"],
];

/// Names that an authorization endpoint has beside a token endpoint with which it makes no usual pair.
const AUTHORIZATIONS: &[&str] =
    &["authorize", "authorization", "auth", "authorise", "authorizations/new", "login/authorize"];

/// The token endpoints that are looked for, in words.
pub fn token_paths(of_documents: &[Guess]) -> String {
    listed(guesses(of_documents).into_iter().map(|guess| guess.token))
}

/// That no authorization endpoint was found beside the token endpoint of this path, and what to do.
pub fn without_authorization(of_documents: &[Guess], token: &str) -> String {
    let of_pairs = guesses(of_documents).into_iter().map(|guess| guess.authorization);
    let tried = listed(of_pairs.chain(beside(token)));
    format!(
        "no authorization endpoint was found, so that nothing is judged that needs a code ({tried} were \
         tried); to name it, write a profile with `oauthspec init URL` and set endpoints.authorization"
    )
}

fn listed(paths: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for path in paths {
        if !once.contains(&path) {
            once.push(path);
        }
    }
    once.join(", ")
}

/// Where an authorization endpoint may be beside this token endpoint: in its folder and in the one above.
fn beside(token: &str) -> impl Iterator<Item = String> {
    let folder = token.rsplit_once('/').map_or("", |(folder, _)| folder);
    let above = folder.rsplit_once('/').map(|(above, _)| above);
    let folders: Vec<String> =
        [Some(folder), above].into_iter().flatten().map(str::to_owned).collect();
    let named = |folder: String| AUTHORIZATIONS.iter().map(move |name| format!("{folder}/{name}"));
    folders.into_iter().flat_map(named)
}

/// Every guess that is made, those of the documents first.
fn guesses(of_documents: &[Guess]) -> Vec<Guess> {
    let usual = USUAL.iter().map(|paths| {
        let [authorization, token, revocation] = paths.map(str::to_owned);
        Guess { documents: Vec::new(), authorization, token, revocation: Some(revocation) }
    });
    of_documents.iter().cloned().chain(usual).collect()
}

/// The first guess at which a token endpoint answers like one, beside an authorization endpoint of the same
/// guess, else beside one of another name, else alone; else the first at which it refuses what an ordinary
/// path does not, and the authorization endpoint asks for a login. A revocation endpoint that
/// does not answer like one is left out.
pub async fn find(
    transport: &dyn Transport,
    base: &Url,
    permit: &Permit,
    of_documents: &[Guess],
) -> Option<Found> {
    permit.check(base).ok()?;
    let place = Place { transport, base, permit };
    let mut guesses = guesses(of_documents);
    for guess in &guesses {
        if let Some(because) = place.by_error(guess).await {
            return Some(Found { guess: place.checked(guess.clone(), is_refusal).await, because });
        }
    }
    for guess in &mut guesses {
        if place.slashed(guess).await
            && let Some(because) = place.by_error(guess).await
        {
            return Some(Found { guess: place.checked(guess.clone(), is_refusal).await, because });
        }
    }
    // Who answers like this everywhere says nothing.
    let nowhere = place.post(NOWHERE).await?.status;
    if matches!(nowhere, 400 | 401 | 422) || place.login(NOWHERE).await.is_some() {
        return None;
    }
    let answers_anything = place.get(NOWHERE).await.as_ref().is_none_or(is_there);
    for guess in &guesses {
        if let Some(mut because) = place.by_token(guess).await {
            let authorization = match answers_anything {
                true => None,
                false => place.authorization(&guess.token).await,
            };
            because += &match &authorization {
                Some(path) => format!(", and {path} is there"),
                None => ", and no authorization endpoint is there".to_owned(),
            };
            let authorization = authorization.unwrap_or_default();
            let guess = Guess { authorization, ..guess.clone() };
            return Some(Found { guess: place.checked(guess, is_refusal).await, because });
        }
    }
    for guess in &guesses {
        if let Some(because) = place.by_login(guess).await {
            return Some(Found { guess: place.checked(guess.clone(), is_refused).await, because });
        }
    }
    None
}

/// A server whose endpoints are looked for.
struct Place<'p> {
    transport: &'p dyn Transport,
    base: &'p Url,
    permit: &'p Permit,
}

impl Place<'_> {
    /// Whether a POST to the token endpoint is sent on to the same path with a slash at its end: then all paths
    /// of the guess get one that are sent on like this.
    async fn slashed(&self, guess: &mut Guess) -> bool {
        if !self.adds_slash(self.post(&guess.token).await, &guess.token) {
            return false;
        }
        guess.token.push('/');
        if self.adds_slash(self.get(&guess.authorization).await, &guess.authorization) {
            guess.authorization.push('/');
        }
        if let Some(path) = &mut guess.revocation
            && self.adds_slash(self.post(path).await, path)
        {
            path.push('/');
        }
        true
    }

    fn adds_slash(&self, response: Option<Response>, path: &str) -> bool {
        let Some(response) = response.filter(|it| matches!(it.status, 301 | 302 | 307 | 308))
        else {
            return false;
        };
        let location = response.headers.text("location").unwrap_or_default();
        let to = self.base.join(path).and_then(|from| from.join(&location));
        to.is_ok_and(|to| to.path().strip_suffix('/') == Some(path))
    }

    /// What speaks for a guess: an error as RFC 6749 §5.2 has it, or one that misses the grant type.
    async fn by_error(&self, guess: &Guess) -> Option<String> {
        let token =
            self.post(&guess.token).await.filter(|it| is_refusal(it) || misses_grant(it))?;
        self.get(&guess.authorization).await.filter(is_there)?;
        if misses_grant(&token) {
            return Some(format!(
                "{} answers {} and asks for a grant_type",
                guess.token, token.status
            ));
        }
        let error: Value = serde_json::from_slice(&token.body).unwrap_or_default();
        let error = error["error"].as_str().unwrap_or_default();
        Some(format!("{} answers {} {error}", guess.token, token.status))
    }

    /// What speaks for a token endpoint alone: an error as RFC 6749 §5.2 has it.
    async fn by_token(&self, guess: &Guess) -> Option<String> {
        let token = self.post(&guess.token).await.filter(is_refusal)?;
        let error: Value = serde_json::from_slice(&token.body).unwrap_or_default();
        let error = error["error"].as_str().unwrap_or_default();
        Some(format!("{} answers {} {error}", guess.token, token.status))
    }

    /// The authorization endpoint beside a token endpoint, where something other than nothing answers.
    async fn authorization(&self, token: &str) -> Option<String> {
        let usual = USUAL.iter().map(|[authorization, ..]| (*authorization).to_owned());
        for path in beside(token).chain(usual) {
            if self.get(&path).await.as_ref().is_some_and(is_there) {
                return Some(path);
            }
        }
        None
    }

    /// What speaks for a guess: an empty token request is refused, and who is not signed in is sent to
    /// do so.
    async fn by_login(&self, guess: &Guess) -> Option<String> {
        let token = self.post(&guess.token).await.filter(is_refused)?;
        let login = self.login(&guess.authorization).await?;
        Some(format!(
            "{} answers {} to POST, and {} {login}",
            guess.token, token.status, guess.authorization
        ))
    }

    /// How a path asks for a login, in words.
    async fn login(&self, path: &str) -> Option<String> {
        let response = self.get(path).await?;
        if response.status < 300 {
            let at = self.base.join(path).ok()?;
            let asks = asks_for_password(&response, &at);
            return asks.then(|| "shows a login page".to_owned());
        }
        let location = response.headers.text("location")?;
        let to = self.base.join(&location).ok()?;
        let lower = to.path().to_ascii_lowercase();
        let is_named = LOGINS.iter().any(|part| lower.contains(part));
        let leads = is_named || self.shows_login(&to).await;
        leads.then(|| format!("redirects to the login page {}", to.path()))
    }

    async fn shows_login(&self, at: &Url) -> bool {
        let Some(request) = self.permit.check(at).ok().and_then(|()| page_request("GET", at))
        else {
            return false;
        };
        let page = self.transport.send(&request).await;
        page.is_ok_and(|page| page.status < 300 && asks_for_password(&page, at))
    }

    /// The guess without a revocation endpoint that does not answer like one.
    async fn checked(&self, mut guess: Guess, answers: fn(&Response) -> bool) -> Guess {
        if let Some(path) = &guess.revocation
            && guess.documents.is_empty()
            && !self.post(path).await.as_ref().is_some_and(answers)
        {
            guess.revocation = None;
        }
        guess
    }

    async fn post(&self, path: &str) -> Option<Response> {
        let mut request = Request::new("POST", Origin::of(self.base)?, path);
        request.headers.push("Content-Type", "application/x-www-form-urlencoded");
        request.body = b"x=".to_vec();
        self.transport.send(&request).await.ok()
    }

    async fn get(&self, path: &str) -> Option<Response> {
        self.transport.send(&Request::new("GET", Origin::of(self.base)?, path)).await.ok()
    }
}

fn asks_for_password(response: &Response, at: &Url) -> bool {
    Page::read(response, at).forms.iter().any(|form| form.has("password"))
}

/// Whether this is how a token endpoint refuses an empty request (RFC 6749 §5.2).
fn is_refusal(response: &Response) -> bool {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    is_refused(response) && body["error"].is_string()
}

fn is_refused(response: &Response) -> bool {
    matches!(response.status, 400 | 401 | 422)
}

/// Whether this is how a framework refuses a request without the parameters that the endpoint declares.
fn misses_grant(response: &Response) -> bool {
    response.status == 422 && response.text().contains("grant_type")
}

fn is_there(response: &Response) -> bool {
    !matches!(response.status, 404 | 405 | 500..)
}
