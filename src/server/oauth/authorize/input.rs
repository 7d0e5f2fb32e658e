//! The parameters of an authorization request, as they are read.

use super::ADDRESSING;
use crate::server::Server;
use crate::server::faults::effects;
use crate::server::oauth::http::{self, FORM, given};
use crate::wire::{Params, Request};

/// The parameters of an authorization request, and what could not be read of it.
#[derive(Debug, Default)]
pub(in crate::server) struct Input {
    pub(in crate::server) params: Params,
    /// Names of the parameters that cannot be read.
    pub(in crate::server) broken: Vec<String>,
    not_a_form: bool,
    pub(in crate::server) posted: bool,
}

impl Input {
    // authorize/get, authorize/post, authorize/url-encoding
    pub(in crate::server) fn read(server: &Server, request: &Request) -> Self {
        let request = effects::authorize::request(server, request);
        let query = request.query().unwrap_or_default();
        let (mut params, mut broken) = http::decode_each(query.as_bytes());
        let posted = request.method == "POST";
        let mut not_a_form = false;
        if posted && !request.body.is_empty() {
            if request.media_type().as_deref() == Some(FORM) {
                // Behind those of the query, so that the same parameter in both is a repeated one.
                let (more, more_broken) = http::decode_each(&request.body);
                params.extend(more);
                broken.extend(more_broken);
            } else {
                not_a_form = true;
            }
        }
        let params = effects::authorize::params(server, &params);
        Self { params, broken, not_a_form, posted }
    }

    /// Whether client and redirect URI can be read, and each at most once.
    pub(super) fn is_addressed(&self) -> bool {
        let repeated = self.params.repeated(|name| ADDRESSING.contains(&name)).is_some();
        let broken = self.broken.iter().any(|name| ADDRESSING.contains(&name.as_str()));
        !repeated && !broken && !self.not_a_form
    }

    /// The state, unless it was sent with several values.
    // authorize/state-on-error, authorize/state-absent
    pub(in crate::server) fn state(&self, server: &Server) -> Option<&str> {
        let state = given(&self.params, "state");
        let state = state.filter(|state| self.params.all("state").all(|value| value == *state));
        effects::authorize::state(server, self, state)
    }
}
