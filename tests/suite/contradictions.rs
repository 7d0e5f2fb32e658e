//! Documents contradict: what one demands another forbids or leaves open. The same server, judged by both
//! sides in one run, has a verdict by each, and both are right.

use std::sync::Arc;

use futures::FutureExt;
use oauthspec::harness::{Bundled, profile_of_dialect, switches};
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Conditions, Options};
use oauthspec::server::Dialect;
use oauthspec::testbed::Switches;
use oauthspec::verdict::{Conduct, Verdict};

/// What a document says of a rule; a rule that it does not cite is not judged by it.
type Said = (&'static str, &'static str, Option<Verdict>);

/// One contradiction: its subject, the server, and what is said of it.
struct Contradiction {
    subject: &'static str,
    /// The documents whose choices the server takes; none: those of its dialect.
    choices: &'static [&'static str],
    /// A fault or a variant.
    switch: &'static str,
    said: &'static [Said],
}

const PASS: Option<Verdict> = Some(Verdict::Pass);
const WARN: Option<Verdict> = Some(Verdict::Warn);
const FAIL: Option<Verdict> = Some(Verdict::Fail);
/// The document does not cite the rule.
const SILENT: Option<Verdict> = None;

const CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        subject: "the redirect URI of a token request is repeated, or is not",
        choices: &["oauth2.1"],
        switch: "",
        said: &[
            ("code/redirect-uri-not-repeated", "rfc6749", FAIL),
            ("code/redirect-uri-not-repeated", "oauth2.1", PASS),
            ("code/redirect-uri-not-repeated", "mcp-2025-11-25", PASS),
        ],
    },
    Contradiction {
        subject: "the port of a loopback URI is compared, or free",
        choices: &[],
        switch: "loopback-port-fixed",
        said: &[
            ("redirect/loopback-any-port", "rfc6749", SILENT),
            ("redirect/loopback-any-port", "rfc8252", FAIL),
            ("redirect/loopback-any-port", "rfc9700", FAIL),
            ("redirect/loopback-any-port", "oauth2.1", FAIL),
            ("redirect/other-port", "rfc6749", PASS),
        ],
    },
    Contradiction {
        subject: "a private-use scheme is used, or only https and localhost are",
        choices: &[],
        switch: "redirect-custom-refused",
        said: &[
            ("redirect/custom-scheme", "rfc6749", FAIL),
            ("redirect/custom-scheme", "rfc8252", FAIL),
            ("redirect/custom-scheme", "mcp-2025-06-18", SILENT),
        ],
    },
    Contradiction {
        subject: "HTTP Basic has to be supported, or may be",
        choices: &[],
        switch: "basic-with-case",
        said: &[
            ("token/basic-authentication", "rfc6749", FAIL),
            ("token/basic-authentication", "oauth2.1", PASS),
        ],
    },
    Contradiction {
        subject: "a confidential client sends a challenge, or need not",
        choices: &[],
        switch: "",
        said: &[
            ("pkce/required-confidential", "rfc7636", SILENT),
            ("pkce/required-confidential", "rfc9700", SILENT),
            ("pkce/required-confidential", "oauth2.1", FAIL),
            ("pkce/required-confidential", "mcp-2025-03-26", FAIL),
        ],
    },
    Contradiction {
        subject: "no client sends a challenge",
        choices: &[],
        switch: "pkce-of-none",
        said: &[
            ("pkce/required-public", "rfc7636", PASS),
            ("pkce/required-public", "rfc9700", WARN),
            ("pkce/required-public", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "plain challenges are verified, or refused",
        choices: &[],
        switch: "pkce-plain",
        said: &[
            ("pkce/plain", "rfc7636", PASS),
            ("pkce/plain", "mcp-2025-11-25", PASS),
            ("pkce/no-plain", "rfc7636", WARN),
            ("pkce/no-plain", "oauth2.1", FAIL),
            ("pkce/no-plain", "mcp-2026-07-28", SILENT),
            ("pkce/method-absent", "rfc7636", PASS),
            ("pkce/method-required", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "a verifier that nobody asked for is ignored, or refused",
        choices: &[],
        switch: "pkce-unasked-verifier-ignored",
        said: &[
            ("pkce/verifier-unasked", "rfc6749", SILENT),
            ("pkce/verifier-unasked", "rfc7636", SILENT),
            ("pkce/verifier-unasked", "rfc9700", FAIL),
            ("pkce/verifier-unasked", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "responses name the issuer, or need not",
        choices: &[],
        switch: "issuer-absent",
        said: &[
            ("issuer/on-grant", "rfc6749", SILENT),
            ("issuer/on-grant", "oauth2.1", FAIL),
            ("issuer/on-grant", "mcp-2025-11-25", SILENT),
            ("issuer/on-grant", "mcp-2026-07-28", WARN),
        ],
    },
    Contradiction {
        subject: "a second token in the query makes a call invalid, or is ignored",
        choices: &[],
        switch: "bearer-query-not-counted",
        said: &[("bearer/two-methods", "rfc6750", WARN), ("bearer/two-methods", "oauth2.1", PASS)],
    },
    Contradiction {
        subject: "refresh tokens rotate, or need not",
        choices: &[],
        switch: "refresh-token-works-twice",
        said: &[
            ("refresh/public-rotation", "rfc6749", SILENT),
            ("refresh/public-rotation", "rfc9700", FAIL),
            ("refresh/public-rotation", "oauth2.1", FAIL),
            ("refresh/public-rotation", "mcp-2025-03-26", WARN),
            ("refresh/public-rotation", "mcp-2025-06-18", FAIL),
        ],
    },
    Contradiction {
        subject: "the page about an error has any status, or 400",
        choices: &[],
        switch: "error-page-200",
        said: &[
            ("authorize/client-id-known", "rfc6749", PASS),
            ("authorize/page-status", "rfc6749", SILENT),
            ("authorize/page-status", "oauth2.1", WARN),
        ],
    },
    Contradiction {
        subject: "a refusal of a token has a status of its own, or any",
        choices: &[],
        switch: "bearer-invalid-403",
        said: &[
            ("bearer/invalid", "rfc6750", WARN),
            ("bearer/invalid", "oauth2.1", WARN),
            ("bearer/invalid", "mcp-2025-11-25", FAIL),
        ],
    },
    Contradiction {
        subject: "a challenge names the metadata of the resource, or need not",
        choices: &[],
        switch: "resource-metadata-not-announced",
        said: &[
            ("resource-metadata/announced", "rfc6750", SILENT),
            ("resource-metadata/announced", "mcp-2025-06-18", FAIL),
            ("resource-metadata/announced", "mcp-2025-11-25", Some(Verdict::NotApplicable)),
        ],
    },
    Contradiction {
        subject: "a resource that nobody knows is an unknown parameter, or a wrong one",
        choices: &[],
        switch: "audience-unknown-ignored",
        said: &[
            ("audience/unknown-refused", "rfc6749", SILENT),
            ("audience/unknown-refused", "mcp-2025-06-18", WARN),
        ],
    },
    Contradiction {
        subject: "metadata are published, or may be",
        choices: &[],
        switch: "metadata-absent",
        said: &[
            ("metadata/published", "rfc6749", SILENT),
            ("metadata/published", "rfc9700", WARN),
            ("metadata/published", "mcp-2025-03-26", WARN),
            ("metadata/published", "mcp-2025-06-18", FAIL),
        ],
    },
    Contradiction {
        subject: "redirect URIs are compared by parts, or whole",
        choices: &[],
        switch: "redirect-below-registered",
        said: &[
            ("redirect/exact-match", "box", SILENT),
            ("redirect/registered", "box", PASS),
            ("redirect/exact-match", "rfc9700", FAIL),
            ("redirect/exact-match", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "a replayed refresh token ends its grant, or is refused and no more",
        choices: &[],
        switch: "refresh-replay-ends-nothing",
        said: &[
            ("refresh/replay-ends-grant", "rfc6749", SILENT),
            ("refresh/single-use", "rfc6749", PASS),
            ("refresh/replay-ends-grant", "rfc9700", FAIL),
            ("refresh/replay-ends-grant", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "a used code revokes whoever sends it, or only where it could have been used",
        choices: &[],
        switch: "code-replay-by-a-stranger-revokes",
        said: &[
            ("code/replay-revokes", "rfc6749", PASS),
            ("code/invalid-replay-spares", "rfc6749", SILENT),
            ("code/invalid-replay-spares", "rfc9700", SILENT),
            ("code/invalid-replay-spares", "oauth2.1", WARN),
        ],
    },
    Contradiction {
        subject: "an error is told at once, or once the user is signed in",
        choices: &[],
        switch: "redirect-error-before-login",
        said: &[
            ("redirect/signed-in-first", "rfc6749", SILENT),
            ("redirect/signed-in-first", "rfc9700", FAIL),
            ("redirect/signed-in-first", "oauth2.1", FAIL),
            ("redirect/signed-in-first", "mcp-2025-03-26", SILENT),
            ("redirect/signed-in-first", "mcp-2025-06-18", FAIL),
        ],
    },
    Contradiction {
        subject: "a confidential client has to register its redirect URI, or should",
        choices: &[],
        switch: "redirect-any-if-none",
        said: &[
            ("redirect/not-configured", "rfc6749", WARN),
            ("redirect/not-configured", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "tokens come by password, or must not",
        choices: &[],
        switch: "token-by-password",
        said: &[
            ("token/password-grant", "rfc6749", PASS),
            ("token/no-password-grant", "rfc6749", SILENT),
            ("token/no-password-grant", "rfc9700", FAIL),
            ("token/no-password-grant", "oauth2.1", WARN),
        ],
    },
    Contradiction {
        subject: "tokens come by redirect, or by codes alone",
        choices: &[],
        switch: "implicit-token-granted",
        said: &[
            ("authorize/no-token-response", "rfc6749", SILENT),
            ("authorize/no-token-response", "rfc9700", WARN),
            ("authorize/no-token-response", "oauth2.1", WARN),
        ],
    },
    Contradiction {
        subject: "client credentials bring no refresh token, or nothing is said of it",
        choices: &[],
        switch: "refresh-token-by-client-credentials",
        said: &[
            ("server-auth/no-refresh-token", "rfc6749", WARN),
            ("server-auth/no-refresh-token", "oauth2.1", SILENT),
        ],
    },
    Contradiction {
        subject: "a token lives for an hour at most, or for a short time",
        choices: &[],
        switch: "access-token-long-lived",
        said: &[
            ("access-token/not-long-lived", "rfc6750", WARN),
            ("access-token/not-long-lived", "oauth2.1", SILENT),
            ("access-token/not-long-lived", "mcp-2025-11-25", SILENT),
        ],
    },
    Contradiction {
        subject: "scripts of other sites read the authorization endpoint, or must not",
        choices: &[],
        switch: "authorize-cors-any",
        said: &[
            ("authorize/no-cors", "rfc6749", SILENT),
            ("authorize/no-cors", "rfc9700", FAIL),
            ("authorize/no-cors", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "a login is redirected in any way, or never so that the password is posted again",
        choices: &[],
        switch: "login-307",
        said: &[
            ("consent/password-not-reposted", "rfc6749", SILENT),
            ("consent/grant", "rfc6749", PASS),
            ("consent/password-not-reposted", "rfc9700", FAIL),
            ("consent/password-not-reposted", "oauth2.1", FAIL),
        ],
    },
    Contradiction {
        subject: "tokens can be revoked, or there is no endpoint for it",
        choices: &[],
        switch: "revoke-endpoint-missing",
        said: &[
            ("revoke/endpoint", "rfc7009", FAIL),
            ("revoke/endpoint", "oauth2.1", SILENT),
            ("revoke/endpoint", "mcp-2025-11-25", SILENT),
        ],
    },
    Contradiction {
        subject: "public clients revoke, or nothing is said of it",
        choices: &[],
        switch: "revoke-refuses-public-clients",
        said: &[
            ("revoke/public-client", "rfc7009", FAIL),
            ("revoke/public-client", "oauth2.1", SILENT),
            ("revoke/public-client", "mcp-2025-11-25", SILENT),
        ],
    },
    Contradiction {
        subject: "a parameter is given once, or a resource as often as there are some",
        choices: &[],
        switch: "",
        said: &[
            ("authorize/repeated-parameter", "rfc6749", PASS),
            ("authorize/repeated-parameter", "oauth2.1", PASS),
            ("audience/several-named", "rfc8707", PASS),
        ],
    },
    Contradiction {
        subject: "the metadata of a host name the host, or the resource behind it",
        choices: &[],
        switch: "resource-metadata-of-the-origin",
        said: &[
            ("resource-metadata/identical", "rfc9728", FAIL),
            ("resource-metadata/names-itself", "rfc9728", WARN),
            ("resource-metadata/names-itself", "mcp-2025-11-25", FAIL),
        ],
    },
    Contradiction {
        subject: "an identifier that is a URL is unknown, or where the client is described",
        choices: &["mcp-2025-11-25"],
        switch: "",
        said: &[
            ("authorize/client-id-known", "rfc6749", PASS),
            ("client-document/works", "rfc6749", SILENT),
            ("authorize/client-id-known", "mcp-2025-11-25", PASS),
            ("client-document/works", "mcp-2025-11-25", PASS),
        ],
    },
    Contradiction {
        subject: "clients register themselves, should be able to, or need not",
        choices: &[],
        switch: "register-endpoint-missing",
        said: &[
            ("registration/endpoint", "rfc7591", FAIL),
            ("registration/endpoint", "mcp-2025-03-26", WARN),
            ("registration/endpoint", "mcp-2025-06-18", WARN),
            ("registration/endpoint", "mcp-2025-11-25", Some(Verdict::NotApplicable)),
            ("registration/endpoint", "oauth2.1", SILENT),
        ],
    },
];

/// Contradictions that no server shows from outside, each with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[
    (
        "Pragma is sent, or dropped",
        "token/no-store looks at Cache-Control alone, so that either has the same verdict",
    ),
    (
        "metadata are below the host, or at a location made of the issuer's path",
        "the issuers of the bundled server have no path, so that all locations are one",
    ),
    (
        "a native client may be asked for a secret, or must not",
        "the rules use the clients of the profile as they are registered, with a secret or without",
    ),
];

/// By rule and document what a server is found to do.
async fn found(it: &Contradiction) -> Vec<(String, String, Verdict)> {
    let catalogue = Catalogue::embedded().unwrap();
    let choices: Vec<String> = it.choices.iter().map(ToString::to_string).collect();
    // A dialect of its own has what the documents of MCP add.
    let of_mcp = it.choices.iter().any(|choice| choice.starts_with("mcp-"));
    let dialect = Dialect::find(if of_mcp { "mcp" } else { "oauth" }).unwrap();
    let dialect = dialect.satisfying(&catalogue.documents().of(&choices)).unwrap();
    let profile = profile_of_dialect(dialect).unwrap();
    let mut against: Vec<String> =
        it.said.iter().map(|(_, document, _)| document.to_string()).collect();
    against.sort();
    against.dedup();
    let selectors = it.said.iter().map(|(rule, ..)| rule.to_string()).collect();
    let options = Options { against, selectors, ..Options::default() };
    let plan = Arc::new(runner::plan(&catalogue, &profile, &options).unwrap());
    let fault = switches::find_fault(it.switch).map(Switches::fault);
    let switch = fault.or_else(|| switches::find_variant(it.switch).map(Switches::variant));
    assert_eq!(switch.is_none(), it.switch.is_empty(), "{}", it.switch);
    let bundled = Bundled::in_process(profile).speaking(dialect);
    let bundled = bundled.with(switch.unwrap_or_default());
    let conditions = Conditions::of(it.subject, Conduct::of(16));
    let forever = std::future::pending().boxed();
    let run = runner::run(plan, Arc::new(bundled), conditions, forever).await;
    let rules = run.rules.into_iter();
    rules
        .flat_map(|rule| {
            let by = rule.by_document.into_iter();
            by.map(move |it| (rule.id.clone(), it.document, it.verdict)).collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_of_a_contradiction_has_its_own_verdict() {
    let mut wrong = Vec::new();
    for it in CONTRADICTIONS {
        let found = found(it).await;
        for (rule, document, expected) in it.said {
            let verdict = found.iter().find(|(id, by, _)| id == rule && by == document);
            let verdict = verdict.map(|(_, _, verdict)| *verdict);
            if verdict != *expected {
                wrong.push(format!("{}: {rule} by {document}: {verdict:?}", it.subject));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_contradiction_is_told_once() {
    let shown = CONTRADICTIONS.iter().map(|it| it.subject);
    let mut subjects: Vec<&str> = shown.chain(NOT_SHOWN.iter().map(|(it, _)| *it)).collect();
    let told = subjects.len();
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), told);
    // One of the table is told by two servers: that of grants without codes; another beside the table.
    assert_eq!(told, 34 + 2);
    assert!(NOT_SHOWN.iter().all(|(_, reason)| !reason.is_empty()));
}
