//! The properties that hold for every input, each by name: one table, and what a breach of one is.

use crate::profile::Profile;
use crate::rules::{Catalogue, Document, Level, Property};

/// A property.
#[derive(Debug, PartialEq, Eq)]
pub struct Oracle {
    /// Its name.
    pub name: &'static str,
    /// Rules of the catalogue that it stands for. Where none of them is cited by the documents of a
    /// run, the property counts as derived; without any rule it is a principle, and always counts.
    pub rules: &'static [&'static str],
    /// What holds.
    pub sentence: &'static str,
}

pub(super) const fn oracle(
    name: &'static str,
    rules: &'static [&'static str],
    sentence: &'static str,
) -> Oracle {
    Oracle { name, rules, sentence }
}

/// Every property of a server, in the order of reports.
pub static ORACLES: &[Oracle] = &[
    oracle("no-server-error", &[], "No request makes the server fail (5xx)."),
    oracle("answers", &[], "Every request is answered in time, and with an HTTP response."),
    oracle("next-valid-flow", &[], "A valid flow still works after every case."),
    oracle(
        "valid-flow",
        &[
            "consent/grant",
            "authorize/get",
            "authorize/post",
            "authorize/unknown-parameters",
            "authorize/redirect-uri-optional",
            "redirect/registered",
            "redirect/base-url-suffix",
            "token/success",
            "token/unknown-parameters",
            "code/redirect-uri-not-repeated",
            "refresh/new-pair",
            "refresh/timer-restarts",
            "refresh/after-expiry",
            "refresh/failed-refresh-consumes-nothing",
            "revoke/unknown-token",
            "bearer/header",
            "downscope/narrows",
            "introspection/active",
            "pushed/success",
            "pushed/followed",
            "registration/success",
            "device/endpoint",
            "device/tokens",
            "dpop/resource-served",
        ],
        "A valid request works, whatever came before it.",
    ),
    oracle("refusal-form", &["token/error-shape"], "Every refusal has the documented form."),
    oracle(
        "success-form",
        &["token/success", "downscope/narrows"],
        "Every token response has the documented form.",
    ),
    oracle("no-store", &["token/no-store"], "No token response may be cached."),
    oracle(
        "request-checked",
        &[
            "token/post-only",
            "token/form-encoded",
            "token/grant-type-required",
            "token/grant-type-known",
            "token/code-required",
            "token/refresh-token-required",
            "token/repeated-parameter",
            "token/query-ignored",
            "token/every-credential-checked",
            "revoke/post-only",
            "revoke/token-required",
            "device/post-only",
            "device/repeated-parameter",
        ],
        "No request with an invalid checked value gets a token.",
    ),
    oracle(
        "client-proven",
        &[
            "token/client-credentials",
            "refresh/needs-client-credentials",
            "revoke/needs-client-credentials",
            "introspection/caller-authenticated",
            "pushed/client-authenticated",
            "device/client-known",
            "device/client-authenticated",
            "device/redeemed-by-authenticated",
        ],
        "Nothing is done for a client that does not authenticate.",
    ),
    oracle("code-as-issued", &["code/unknown"], "Only a code exactly as issued is redeemed."),
    oracle("code-once", &["code/single-use"], "A code is redeemed at most once."),
    oracle("code-of-its-client", &["code/bound-to-client"], "A code is redeemed for its client."),
    oracle("code-in-time", &["code/lifetime"], "A code is redeemed before it expires."),
    oracle(
        "code-for-its-uri",
        &["code/bound-to-redirect-uri", "code/redirect-uri-not-repeated"],
        "A code is redeemed for the redirect URI that it was issued for.",
    ),
    oracle(
        "code-with-its-verifier",
        &[
            "pkce/verifier-wrong",
            "pkce/verifier-missing",
            "pkce/verifier-unasked",
            "pkce/bound-to-code",
            "pkce/method-absent",
        ],
        "A code is redeemed only with the verifier of its challenge (RFC 7636 §4.6).",
    ),
    oracle(
        "refresh-as-issued",
        &["refresh/unknown"],
        "Only a refresh token exactly as issued is accepted.",
    ),
    oracle("refresh-once", &["refresh/single-use"], "A refresh token is used at most once."),
    oracle(
        "refresh-of-its-client",
        &["refresh/bound-to-client"],
        "A refresh token works for its client.",
    ),
    oracle("refresh-in-time", &["refresh/lifetime"], "A refresh token works before it expires."),
    oracle(
        "revoked-stays-revoked",
        &["revoke/by-access-token", "revoke/by-refresh-token", "code/replay-revokes"],
        "A revoked token never works again.",
    ),
    oracle(
        "only-the-owner-revokes",
        &[
            "revoke/bound-to-client",
            "revoke/only-that-pair",
            "revoke/needs-client-credentials",
            "revoke/token-required",
            "revoke/post-only",
        ],
        "Only the named tokens are revoked, and only by their client.",
    ),
    oracle(
        "access-in-time",
        &["access-token/lifetime", "downscope/no-refresh"],
        "An access token works until it expires.",
    ),
    oracle(
        "access-as-issued",
        &[
            "bearer/invalid",
            "bearer/missing",
            "bearer/other-schemes",
            "bearer/repeated",
            "bearer/two-methods",
        ],
        "Only an access token exactly as issued opens a resource, sent in one documented way.",
    ),
    oracle(
        "scope-never-grows",
        &["bearer/insufficient-scope", "downscope/never-widens", "refresh/scope-never-widens"],
        "Scope never grows.",
    ),
    oracle(
        "interaction-kept",
        &["consent/request-kept"],
        "No form of the interaction changes the request that the user was asked about.",
    ),
    oracle(
        "interaction-bound",
        &["consent/consent-not-forgeable", "consent/own-page"],
        "A decision counts by the form alone that the user was shown, in the session that it was shown in.",
    ),
    oracle("own-host", &[], "No header field of a proxy sends the user to another host."),
    oracle(
        "registration-checked",
        &[
            "registration/initial-token",
            "registration/redirect-uri-required",
            "registration/script-scheme",
            "registration/redirect-uri-form",
        ],
        "A client is registered only with metadata that are good (RFC 7591 §2 and §5).",
    ),
    oracle(
        "resource-never-widens",
        &[
            "audience/malformed-refused",
            "audience/unknown-refused",
            "audience/refused-for-tokens",
            "audience/code-never-widens",
            "audience/refresh-never-widens",
            "audience/foreign-token-refused",
        ],
        "A token is for the resource that was granted, and for no other (RFC 8707 §2).",
    ),
    oracle(
        "kinds-apart",
        &["token/grant-kind", "refresh/access-token-refused", "bearer/token-kind"],
        "A code, a token or a reference works only where its kind belongs.",
    ),
    oracle(
        "one-winner",
        &[
            "code/single-use-concurrent",
            "refresh/single-use-concurrent",
            "device/single-use-concurrent",
        ],
        "Of requests at the same time one gets tokens at most.",
    ),
    oracle(
        "introspection-tells",
        &[
            "introspection/unknown-token",
            "introspection/expired-token",
            "introspection/revoked-token",
            "introspection/used-refresh-token",
            "introspection/token-required",
        ],
        "Introspection tells of no token that it lives which does not.",
    ),
    oracle(
        "pushed-as-issued",
        &["pushed/unknown-reference", "pushed/bound-to-client"],
        "A reference works exactly as issued, for its client.",
    ),
    oracle("pushed-once", &["pushed/single-use"], "A reference is followed once."),
    oracle("pushed-in-time", &["pushed/expires"], "A reference is followed before it expires."),
    oracle(
        "pushed-checked",
        &[
            "pushed/refused-early",
            "pushed/validated",
            "pushed/client-agrees",
            "pushed/no-reference",
            "pushed/post-only",
        ],
        "A pushed request is checked like any authorization request.",
    ),
    oracle(
        "pushed-alone-counts",
        &["pushed/query-ignored"],
        "Nothing that stands beside a reference counts.",
    ),
    oracle(
        "device-decided",
        &["device/pending", "device/denied", "device/denial-stays"],
        "A device gets tokens only when its user has granted.",
    ),
    oracle(
        "device-as-issued",
        &["device/unknown-code", "device/bound-to-client", "device/code-required"],
        "A device code works exactly as issued, for its client.",
    ),
    oracle("device-once", &["device/single-use"], "A device code brings tokens once."),
    oracle("device-in-time", &["device/expired"], "A device code brings tokens before it expires."),
    oracle(
        "device-page-checks",
        &["device/user-code-unknown", "device/user-code-once", "device/user-code-expired"],
        "A user decides only on a code that a device shows, once and in time.",
    ),
    oracle(
        "proof-of-its-request",
        &[
            "dpop/method",
            "dpop/uri",
            "dpop/time",
            "dpop/signature",
            "dpop/type",
            "dpop/algorithm",
            "dpop/no-private-key",
            "dpop/one-proof",
            "dpop/claims",
            "dpop/nonce-checked",
            "dpop/resource-checks",
            "dpop/resource-nonce",
        ],
        "A proof of possession is a signed one for its request (RFC 9449 §4.3).",
    ),
    oracle("proof-once", &["dpop/replay"], "A proof of possession works once (RFC 9449 §11.1)."),
    oracle(
        "bound-to-its-key",
        &["dpop/no-downgrade", "dpop/resource-proof", "dpop/refresh-bound", "dpop/unbound-refused"],
        "A token that is bound to a key works only with a proof of that key.",
    ),
    oracle("never-renewable", &["downscope/no-refresh"], "A narrowed token cannot be renewed."),
    oracle("right-user", &["identity/current-user"], "A token stands for the user who granted it."),
    oracle(
        "fresh-values",
        &[
            "code/unguessable",
            "access-token/unguessable",
            "refresh/new-pair",
            "pushed/unguessable",
            "registration/differ",
        ],
        "No code and no token is issued twice.",
    ),
    oracle(
        "no-code-for-a-bad-request",
        &[
            "authorize/client-id-required",
            "authorize/client-id-known",
            "authorize/response-type-required",
            "authorize/response-type-code-only",
            "authorize/repeated-parameter",
            "pkce/method-unknown",
            "pkce/challenge-syntax",
            "redirect/several-registered",
            "redirect/not-configured",
            "consent/deny",
        ],
        "No code is issued for an invalid authorization request, or for one that the user denies.",
    ),
    oracle(
        "registered-redirect",
        &["redirect/never-to-application", "redirect/fragment", "redirect/query-kept"],
        "No redirect leads to a URI that is not registered.",
    ),
    oracle(
        "state-kept",
        &[
            "authorize/state-on-grant",
            "authorize/state-on-deny",
            "authorize/state-on-error",
            "authorize/state-absent",
        ],
        "The state is returned byte for byte, once, and only if one was sent.",
    ),
    oracle("header-safe", &["redirect/header-safe"], "No input adds a header field."),
    oracle(
        "nothing-unescaped",
        &["redirect/page-escapes"],
        "No page contains markup from a request.",
    ),
    oracle("no-secret-echo", &["token/no-secret-echo"], "No refusal repeats a secret or a token."),
];

/// The property of this name.
pub fn find(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// The property by which this rule is a reason to refuse.
pub fn of_reason(rule: &str) -> &'static str {
    let refuses = |oracle: &&Oracle| oracle.rules.contains(&rule) && oracle.name != VALID;
    ORACLES.iter().find(refuses).map_or(VALID, |oracle| oracle.name)
}

/// The property by which this rule makes a request work.
pub fn of_success(rule: &str) -> &'static str {
    let owner = "only-the-owner-revokes";
    if find(owner).is_some_and(|oracle| oracle.rules.contains(&rule)) { owner } else { VALID }
}

/// The property of everything that is valid.
const VALID: &str = "valid-flow";

/// A property that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{oracle}{}: {actual}", rule.map(|rule| format!(" ({rule})")).unwrap_or_default())]
pub struct Finding {
    /// Name of the property.
    pub oracle: &'static str,
    /// Rule that was broken, where there is one.
    pub rule: Option<&'static str>,
    /// What had to come.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
    /// How grave it is.
    pub level: Level,
    /// Number of the step, from 0.
    pub step: usize,
}

impl Finding {
    /// A breach of a principle, or of a parser's property.
    pub fn plain(oracle: &'static str, actual: impl Into<String>) -> Self {
        let sentence = find(oracle).map(|oracle| oracle.sentence.to_owned());
        Self {
            oracle,
            rule: None,
            expected: sentence.into_iter().collect(),
            actual: actual.into(),
            level: Level::Must,
            step: 0,
        }
    }
}

/// What a target has promised: the documents, and its profile.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Documents.
    pub documents: Vec<String>,
    /// Rules.
    pub catalogue: std::sync::Arc<Catalogue>,
    /// Profile.
    pub profile: std::sync::Arc<Profile>,
}

impl Terms {
    /// How strongly the documents state a rule; `None` where they do not, or leave it open.
    pub fn level(&self, rule: &str) -> Option<Level> {
        let level = self.catalogue.get(rule)?.level(&self.documents)?;
        (level > Level::May).then_some(level)
    }

    /// Whether the documents demand it.
    pub fn demands(&self, rule: &str) -> bool {
        self.level(rule).is_some_and(Level::is_demanded)
    }

    /// The documents.
    pub fn documents(&self) -> Vec<std::sync::Arc<Document>> {
        self.catalogue.documents().of(&self.documents)
    }

    /// Whether one of the documents states this.
    pub fn states(&self, property: Property) -> bool {
        let documents = self.catalogue.documents();
        self.documents.iter().any(|id| documents.get(id).is_some_and(|it| it.states(property)))
    }

    /// How grave a breach of a property is: as the rule says, or as a derived one.
    pub fn gravity(&self, rule: Option<&str>) -> Level {
        rule.map_or(Level::Must, |rule| self.level(rule).unwrap_or(Level::Derived))
    }
}

#[cfg(test)]
#[path = "oracle_tests.rs"]
mod tests;
