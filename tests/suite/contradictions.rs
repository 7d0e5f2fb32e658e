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
];

/// By rule and document what a server is found to do.
async fn found(it: &Contradiction) -> Vec<(String, String, Verdict)> {
    let catalogue = Catalogue::embedded().unwrap();
    let choices: Vec<String> = it.choices.iter().map(ToString::to_string).collect();
    let dialect = Dialect::find("oauth").unwrap();
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
