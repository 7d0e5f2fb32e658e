//! What has to come of an authorization request.

use url::Url;

use super::expected::{Expectation, Judge, Reason};
use super::reading::{Pairs, Reading, given, repeated};
use super::repeats::{once, repeats};
use crate::profile::{Client, RedirectMatching};
use crate::rules::Property;
use crate::wire::params::names_openid;

/// Parameters that are looked at; more of the same name is an error.
const KNOWN: &[&str] = &["response_type", "client_id", "redirect_uri", "scope", "state"];

/// Those that say where the client hears of it.
const ADDRESS: &[&str] = &["client_id", "redirect_uri"];

/// The rule by which it does, where none of those is repeated.
const TOLD: &str = "authorize/repeated-is-told";

/// Characters of a state from which on no server finds it too short.
const UNGUESSED: usize = 8;

/// A request's own words, wherever they stand.
pub struct Asked {
    /// Query and body.
    pub params: Pairs,
}

impl Asked {
    /// What an authorization request says.
    pub fn of(read: &Reading) -> Self {
        let mut params = read.query.clone();
        params.extend(read.body.iter().cloned());
        Self { params }
    }

    /// The redirect URI that it names.
    pub fn redirect_uri(&self) -> Option<&str> {
        given(&self.params, "redirect_uri")
    }

    /// The state, where it is there once.
    pub fn state(&self) -> Option<&str> {
        given(&self.params, "state").filter(|_| !repeated(&self.params, &["state"]))
    }
}

impl Judge<'_> {
    /// An authorization request that the user answers. `ordinary_scope`: the one of the profile.
    pub fn authorization(&self, read: &Reading, deny: bool) -> Expectation {
        let mut asked = Asked::of(read);
        let plain = self.model.unnamed(&asked.params);
        let named = plain.is_some() || self.model.named.is_none();
        asked.params = plain.unwrap_or(asked.params);
        let mut to = self.authorization_of(read, &asked, deny);
        to.open |= !named;
        if repeats(&asked.params) {
            let readings = [false, true].map(|last| Asked { params: once(&asked.params, last) });
            to.but_for_repeats(readings.iter().map(|one| self.authorization_of(read, one, deny)));
        }
        to
    }

    /// Lets the refusal of a repeated parameter be told to the client, where the documents say so.
    fn told_where(&self, has_address: bool, to: &mut Expectation) {
        if has_address && self.terms.level(TOLD).is_some() {
            to.reasons.iter_mut().for_each(|reason| reason.answer = Some(TOLD));
        }
    }

    fn authorization_of(&self, read: &Reading, asked: &Asked, deny: bool) -> Expectation {
        let params = &asked.params;
        let mut to = Expectation::new("consent/grant");
        to.open = read.odd || !matches!(read.method.as_str(), "GET" | "POST");
        // One of the two is without a value, which counts for nothing: not every server reads it so.
        to.open |= repeats(params) && !repeated(params, KNOWN);
        if read.method == "POST" {
            to.by = "authorize/post";
            to.open |= self.terms.level("authorize/post").is_none() || !read.query.is_empty();
        }
        if repeated(params, KNOWN) {
            to.refuse("authorize/repeated-parameter");
            self.told_where(!repeated(params, ADDRESS), &mut to);
        }
        let Some(id) = given(params, "client_id") else {
            to.refuse("authorize/client-id-required");
            return to;
        };
        let Some(client) = self.terms.profile.clients.values().find(|c| c.id == id) else {
            to.refuse("authorize/client-id-known");
            return to;
        };
        self.redirection(client, asked.redirect_uri(), &mut to);
        self.response_type(given(params, "response_type"), &mut to);
        self.further(params, client, &mut to);
        if deny {
            to.refuse("consent/deny");
        }
        to
    }

    fn redirection(&self, client: &Client, sent: Option<&str>, to: &mut Expectation) {
        let registered = &client.redirect_uris;
        match (sent, registered.as_slice()) {
            // A URI that is bad by itself may be refused for that.
            (Some(_), []) => {
                let reason = Reason::from("redirect/not-configured");
                to.reasons.push(Reason { answer: None, ..reason });
            }
            (None, []) => to.refuse("redirect/not-configured"),
            (None, [_]) => {
                to.by = "authorize/redirect-uri-optional";
                to.open |= !self.terms.states(Property::RedirectUriOptional);
            }
            (None, _) => to.refuse("redirect/several-registered"),
            (Some(uri), _) => match self.permitted(uri, registered) {
                Some(true) => {}
                Some(false) if uri.contains('#') => to.refuse("redirect/fragment"),
                Some(false) => to.refuse("redirect/never-to-application"),
                None => to.open = true,
            },
        }
    }

    /// Whether a redirect may lead to this URI; `None` where the documents leave it open.
    pub fn permitted(&self, uri: &str, registered: &[String]) -> Option<bool> {
        if registered.iter().any(|known| known == uri) {
            let development = self.terms.states(Property::PlainRedirectInDevelopment);
            let plain = uri.starts_with("http:") && development;
            return if plain { None } else { Some(true) };
        }
        let prefix = match self.terms.profile.policy.redirect_matching {
            Some(matching) => matching == RedirectMatching::Prefix,
            None => self.matches_prefixes(),
        };
        let answers: Vec<Option<bool>> =
            registered.iter().map(|known| below(uri, known, prefix)).collect();
        if answers.contains(&Some(true)) {
            return Some(true);
        }
        if answers.contains(&None) { None } else { Some(false) }
    }

    /// Whether a redirect URI may go on below the registered one where the profile does not say.
    fn matches_prefixes(&self) -> bool {
        self.terms.documents().iter().any(|document| {
            let choices = document.policies.redirect_matching.as_ref();
            choices.is_some_and(|choices| choices.default.as_deref() == Some("prefix"))
        })
    }

    fn response_type(&self, value: Option<&str>, to: &mut Expectation) {
        match value {
            None => to.refuse("authorize/response-type-required"),
            Some("code") => {}
            Some(value) => {
                let parts = ["code", "token", "id_token", "none"];
                let offered = value.split(' ').all(|part| parts.contains(&part));
                to.open |= offered && !self.terms.states(Property::CodeOnly);
                let rule = "authorize/response-type-code-only";
                let is_word = |it: u8| it.is_ascii_alphanumeric() || b"_ ".contains(&it);
                if !to.open {
                    to.unknown(value.bytes().all(is_word), rule);
                }
            }
        }
    }

    fn further(&self, params: &Pairs, client: &Client, to: &mut Expectation) {
        let profile = &self.terms.profile;
        let scope = given(params, "scope");
        to.open |= scope != profile.scope(client);
        // Servers may want one that nobody guesses.
        to.open |= given(params, "state").is_none_or(|state| state.len() < UNGUESSED);
        self.challenge(params, client, to);
        let rules = ("audience/malformed-refused", "audience/unknown-refused");
        self.targets(params, rules, None, to);
        // A request for an ID token has one, which servers may want (OpenID Connect Core §3.1.2.1).
        let by_openid = scope.is_some_and(names_openid);
        to.open |= by_openid && given(params, "nonce").is_none();
        let ordinary = |name: &str| {
            KNOWN.contains(&name)
                || by_openid && name == "nonce"
                || name.starts_with("code_challenge")
                || profile.authorize_parameters.contains_key(name)
        };
        if params.iter().any(|(name, _)| !ordinary(name)) && to.by == "consent/grant" {
            to.by = "authorize/unknown-parameters";
            // Extensions give a meaning to these.
            let extension = |name: &str| !name.starts_with("oauthspec");
            to.open |= params.iter().any(|(name, _)| !ordinary(name) && extension(name));
        }
        let kept = profile.authorize_parameters.iter();
        to.open |= kept.into_iter().any(|(name, value)| given(params, name) != Some(value));
    }
}

/// Whether a URI is the registered one, or lies below it.
fn below(uri: &str, registered: &str, prefix: bool) -> Option<bool> {
    let (Ok(sent), Ok(known)) = (Url::parse(uri), Url::parse(registered)) else {
        return Some(false);
    };
    let origin = |url: &Url| {
        (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default())
    };
    // On the loopback interface any port may do (RFC 8252 §7.3).
    let local = |url: &Url| crate::wire::Origin::of(url).is_some_and(|o| o.is_loopback());
    if local(&sent) && registered.starts_with("http:") {
        return None;
    }
    let userinfo = !sent.username().is_empty() || sent.password().is_some();
    if origin(&sent) != origin(&known) || userinfo || uri.contains('#') || uri.contains('\\') {
        return Some(false);
    }
    if sent.as_str() == known.as_str() {
        // The same to a URL parser, and not to a comparison of texts.
        return None;
    }
    if !prefix {
        return Some(false);
    }
    let rest = uri.strip_prefix(registered)?;
    let boundary = registered.ends_with('/') || rest.starts_with(['/', '?']);
    let decoded = rest.to_ascii_lowercase().replace("%25", "%").replace("%2e", ".");
    if !boundary {
        return Some(false);
    }
    if decoded.contains("..") {
        // There is nothing above the root.
        return if matches!(known.path(), "" | "/") { None } else { Some(false) };
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/?=&.".contains(&byte);
    (rest.bytes().all(plain) && !registered.contains('?')).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_of_what_is_registered_is_certain_or_left_open() {
        let app = "https://www.myboxapp.com/app";
        for (uri, prefix, answer) in [
            ("https://www.myboxapp.com/app/2", true, Some(true)),
            ("https://www.myboxapp.com/app/2", false, Some(false)),
            ("https://www.myboxapp.com/app2", true, Some(false)),
            ("https://www.myboxapp.com/app/../x", true, Some(false)),
            ("https://www.myboxapp.com/app/%252e%252e/x", true, Some(false)),
            ("https://www.myboxapp.com.evil.example/app", true, Some(false)),
            ("https://www.myboxapp.com@evil.example/app", true, Some(false)),
            ("https://www.myboxapp.com/app#x", true, Some(false)),
            ("http://www.myboxapp.com/app", true, Some(false)),
            ("HTTPS://WWW.myboxapp.com/app", true, None),
            ("https://www.myboxapp.com/app/ä", true, None),
            ("http://localhost:9/app", true, Some(false)),
            ("no uri", true, Some(false)),
        ] {
            assert_eq!(below(uri, app, prefix), answer, "{uri}");
        }
    }
}
