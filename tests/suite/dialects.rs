//! The bundled server satisfies, in each of its dialects, the documents that the dialect names.

use std::sync::Arc;

use futures::FutureExt;
use oauthspec::harness::{Bundled, profile_of_dialect};
use oauthspec::rules::Catalogue;
use oauthspec::runner::{self, Conditions, Options, Targets};
use oauthspec::server::Dialect;
use oauthspec::verdict::{Conduct, RunRecord, Verdict};

/// What a server of the RFCs alone does not have: it takes no assertions and no plain challenges, gives
/// no token by redirect (RFC 9700 §2.1.2), and its forms carry nothing that could be lost.
const NOT_THERE: &[&str] = &[
    NO_IMPLICIT_GRANT,
    "the resource takes no token from the query: 401 with a Bearer challenge without an error",
    "the profile defines no client that has the grant `implicit` (`clients.ROLE.grants`)",
    "no login form was sent that has such a parameter",
    "nobody is asked for consent before they sign in",
    "no published key has signed the token",
    "the server issues no token for a resource that it does not know (a redirect to the client with error \
     invalid_target)",
    "the tokens are no JWTs: they say nothing that could be changed",
    "the redirect URI stands in no address or form between the request and its end",
    "no consent form was sent that has such a parameter",
    "no URL of a login page names where to go on",
    "what the resource serves has no entity tag",
    "the metadata do not list plain among code_challenge_methods_supported",
    "the metadata do not list form_post among response_modes_supported",
    "the metadata do not say that every client has to push its requests",
    "the profile defines no way to narrow access tokens (`downscope`)",
    "the resource is not called by GET",
    "the token endpoint has no grant for devices, which is the matter of another rule",
    "nobody else can sign in where a user is signed in: `prompt=login` brings a redirect to the client with a code",
    "the profile defines no key of the client of role `server` (`clients.server.assertion`)",
    "no code came for this challenge, but a redirect to the client with error invalid_request",
    "there was no page to look at, but a redirect to the client with a code",
    "the target issues no ID Token by the scope of the profile",
    "the profile defines no client that has the grant `urn:ietf:params:oauth:grant-type:token-exchange` \
     (`clients.ROLE.grants`)",
    "the server exchanges no tokens where it comes to less scope: 400 unsupported_grant_type",
    "the profile defines no endpoint for pushed authorization requests",
    // No resource and no challenge is refused where it has no meaning, or is not demanded.
    "no error to look at, but a redirect to the client with a code",
    "the metadata name no device_authorization_endpoint",
    "the metadata name no userinfo_endpoint",
    "the metadata name neither keys of the resource nor its algorithms",
    "the server registers no client for private_key_jwt, but answers 400 invalid_client_metadata",
    "the target issued no refresh token",
    "the profile defines no device authorization endpoint (`endpoints.device_authorization`)",
];

const NO_IMPLICIT_GRANT: &str = "a request for a token gave none, but a redirect to the client with \
                                 error unsupported_response_type";

/// Rules without a subject in a server that takes the choices of a document, or of a dialect.
const NO_SUBJECT: &[(&str, &str)] = &[
    ("oauth2.1", "pkce/verifier-unasked"),
    ("mcp", "pkce/verifier-unasked"),
    ("oauth", "bearer/query-private"),
    // The login page has no URL of its own.
    ("oauth", "redirect/after-login"),
    // No token comes by redirect (RFC 9700 §2.1.2).
    ("oauth", "issuer/in-fragment"),
    ("oauth", "resource-metadata/signatures"),
    // The dialect is none of OpenID Connect.
    ("oauth", "introspection/id-token"),
    ("mcp", "resource-metadata/signatures"),
];

async fn run(dialect: &'static Dialect, against: &[String], in_process: bool) -> RunRecord {
    let catalogue = Catalogue::embedded().unwrap();
    let profile = profile_of_dialect(dialect).unwrap();
    let options = Options { against: against.to_vec(), ..Options::default() };
    let plan = Arc::new(runner::plan(&catalogue, &profile, &options).unwrap());
    let timeout = profile.limits.timeout();
    let bundled = if in_process {
        Bundled::in_process(profile)
    } else {
        Bundled::over_loopback(profile, timeout).unwrap()
    };
    let targets: Arc<dyn Targets> = Arc::new(bundled.speaking(dialect));
    let conditions = Conditions { strict: true, ..Conditions::of(dialect.id(), Conduct::of(64)) };
    let run = runner::run(plan, targets, conditions, std::future::pending().boxed()).await;
    assert!(run.problems.is_empty(), "{:?}", run.problems);
    run
}

fn assert_passed(of: &str, record: RunRecord) {
    let mut unknown = Vec::new();
    for rule in record.rules {
        // No token comes by redirect (RFC 9700 §2.1.2).
        let offered = !rule.id.starts_with("implicit/");
        if !offered || NO_SUBJECT.contains(&(of, rule.id.as_str())) {
            assert_eq!(rule.verdict, Verdict::NotApplicable, "{of}: {}", rule.id);
        } else {
            assert_eq!(rule.verdict, Verdict::Pass, "{of}: {}", rule.id);
        }
        for scenario in rule.scenarios.iter().filter(|s| s.verdict != Verdict::Pass) {
            let reason = scenario.reason.as_deref().unwrap_or_default();
            if !NOT_THERE.contains(&reason) {
                unknown.push(format!("{}: {}: {reason}", rule.id, scenario.name));
            }
        }
    }
    assert!(unknown.is_empty(), "{of}: {unknown:#?}");
}

/// The default dialect is played by the conformance test and by the test of transports.
#[tokio::test(flavor = "multi_thread")]
async fn every_dialect_satisfies_its_documents_on_every_transport() {
    let usual = Dialect::by_default();
    for dialect in Dialect::all().iter().filter(|dialect| !std::ptr::eq(*dialect, usual)) {
        let profile = profile_of_dialect(dialect).unwrap();
        assert_eq!(profile.documents, dialect.documents, "{}", dialect.id());
        for in_process in [true, false] {
            assert_passed(dialect.id(), run(dialect, &dialect.documents, in_process).await);
        }
    }
}

/// What contradicts them is satisfied alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_dialect_satisfies_other_documents_by_their_choices() {
    let catalogue = Catalogue::embedded().unwrap();
    for dialect in Dialect::all() {
        for document in &dialect.alone {
            let alone = [document.clone()];
            let other = dialect.satisfying(&catalogue.documents().of(&alone)).unwrap();
            assert!(!other.taken.is_empty(), "{document}");
            assert_passed(document, run(other, &alone, true).await);
        }
    }
}
