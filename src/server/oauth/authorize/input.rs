//! The parameters of an authorization request, as they are read.

use percent_encoding::percent_decode_str;

use super::{ADDRESSING, knows};
use crate::server::Server;
use crate::server::faults::authorize as faults;
use crate::server::oauth::http::{self, FORM, given};
use crate::wire::{Params, Request};

/// The parameters of an authorization request, and what could not be read of it.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) params: Params,
    pub(super) broken: Vec<String>,
    not_a_form: bool,
    pub(super) posted: bool,
    /// Where a redirect goes instead, by one of the mistakes.
    pub(super) last_uri: Option<String>,
}

impl Input {
    // authorize/get, authorize/post, authorize/url-encoding
    pub(super) fn read(server: &Server, request: &Request) -> Self {
        let query = request.query().unwrap_or_default();
        let plus_kept = server.has(&faults::PLUS_KEPT);
        let query = if plus_kept { query.replace('+', "%2B") } else { query.to_owned() };
        let (mut params, mut broken) = http::decode_each(query.as_bytes());
        let posted = request.method == "POST";
        let ignored = server.has(&faults::POST_BODY_IGNORED);
        let mut not_a_form = false;
        if posted && !request.body.is_empty() && !ignored {
            if request.media_type().as_deref() == Some(FORM) {
                // Behind those of the query, so that the same parameter in both is a repeated one.
                let (more, more_broken) = http::decode_each(&request.body);
                if server.has(&faults::BODY_OVER_QUERY) {
                    params = without(&params, |name| more.first(name).is_some());
                }
                params.extend(more);
                broken.extend(more_broken);
            } else {
                not_a_form = true;
            }
        }
        let last_uri = params.all("redirect_uri").last().map(str::to_owned);
        let params = misread(server, &tolerate_repetition(server, params));
        Self { params, broken, not_a_form, posted, last_uri }
    }

    /// Whether client and redirect URI can be read, and each at most once.
    pub(super) fn is_addressed(&self) -> bool {
        let repeated = self.params.repeated(|name| ADDRESSING.contains(&name)).is_some();
        let broken = self.broken.iter().any(|name| ADDRESSING.contains(&name.as_str()));
        !repeated && !broken && !self.not_a_form
    }

    /// The state, unless it was sent with several values.
    // authorize/state-on-error, authorize/state-absent
    pub(super) fn state(&self, server: &Server) -> Option<&str> {
        let lost = (self.posted && server.has(&faults::POST_DROPS_STATE))
            || (server.has(&faults::STATE_DROPPED_WITHOUT_URI)
                && given(&self.params, "redirect_uri").is_none());
        let state = given(&self.params, "state").filter(|_| !lost)?;
        self.params.all("state").all(|value| value == state).then_some(state)
    }
}

fn without(params: &Params, drops: impl Fn(&str) -> bool) -> Params {
    let kept = params.iter().filter(|one| !drops(&one.name));
    kept.map(|one| (one.name.clone(), one.value.clone())).collect()
}

/// Mistakes with the value of the state.
// authorize/url-encoding, authorize/state-on-grant
fn misread(server: &Server, params: &Params) -> Params {
    let read = |name: &str, value: &str| {
        if name != "state" {
            value.to_owned()
        } else if server.has(&faults::DECODED_TWICE) {
            percent_decode_str(value).decode_utf8_lossy().into_owned()
        } else if server.has(&faults::STATE_HTML_ESCAPED) {
            value.replace('&', "&amp;").replace('\'', "&#39;")
        } else if server.has(&faults::STATE_ASCII_ONLY) {
            value.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
        } else if server.has(&faults::STATE_TRIMMED) {
            value.trim().to_owned()
        } else if server.has(&faults::STATE_CUT) {
            value.chars().take(255).collect()
        } else {
            value.to_owned()
        }
    };
    params.iter().map(|one| (one.name.clone(), read(&one.name, &one.value))).collect()
}

/// Mistakes with parameters that are there more than once.
// authorize/repeated-parameter
fn tolerate_repetition(server: &Server, params: Params) -> Params {
    let rest = |name: &str| knows(server, name) && !ADDRESSING.contains(&name);
    if server.has(&faults::REPEATED_FIRST) {
        return keep_one(&params, rest, false);
    }
    if server.has(&faults::REPEATED_LAST) {
        return keep_one(&params, rest, true);
    }
    if server.has(&faults::REPEATED_SAME) {
        let same = |name: &str| {
            let first = params.first(name);
            params.all(name).all(|value| Some(value) == first)
        };
        return keep_one(&params, same, false);
    }
    let tolerated = [
        (&faults::REPEATED_STATE, "state"),
        (&faults::REPEATED_SCOPE, "scope"),
        (&faults::REPEATED_CLIENT, "client_id"),
        (&faults::REPEATED_URI, "redirect_uri"),
        (&faults::REPEATED_URI_MIXED, "redirect_uri"),
    ];
    match tolerated.into_iter().find(|(fault, _)| server.has(fault)) {
        Some((_, wanted)) => keep_one(&params, |name| name == wanted, false),
        None => params,
    }
}

fn keep_one(params: &Params, applies: impl Fn(&str) -> bool, last: bool) -> Params {
    let mut kept: Vec<(String, String)> = Vec::new();
    for one in params.iter() {
        let known = kept.iter_mut().find(|(name, _)| *name == one.name && applies(name));
        match known {
            Some((_, value)) if last => value.clone_from(&one.value),
            Some(_) => {}
            None => kept.push((one.name.clone(), one.value.clone())),
        }
    }
    kept.into_iter().collect()
}
