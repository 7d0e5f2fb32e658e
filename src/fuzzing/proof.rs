//! The proof of the fuzzer: mistakes of the bundled server and broken parsers that it has to find.

use std::time::{Duration, Instant};

use futures::FutureExt;

use super::assertion;
use super::bundled;
use super::campaign::{self, Confirmed, Limits, Plan, Report};
use super::choices::Dice;
use super::generate::Aim;
use super::oracle::Finding;
use super::parsers::broken::Broken;
use super::parsers::inputs;
use super::play::Stage;
use super::story;
use crate::testbed::Switches;
use crate::testbed::switches::Fault;

/// More requests than this are not sent to find one mistake.
pub const REQUESTS: u64 = 1_000_000;
/// A finding may shrink to so many requests more than the smallest reproduction.
pub const SLACK: usize = 3;

/// A mistake of the bundled server that has to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Name of the fault.
    pub fault: &'static str,
    /// Requests of the smallest reproduction: an authorization is four (the request, the sign-in, the
    /// consent page, the consent), everything else one, a move of the clock too.
    pub requests: usize,
    /// Other properties that may show the mistake first, and what they need.
    pub also: &'static [(&'static str, usize)],
}

impl Known {
    /// Requests of the smallest reproduction by this property.
    pub fn smallest(&self, oracle: &str) -> usize {
        let other = self.also.iter().find(|(name, _)| *name == oracle);
        other.map_or(self.requests, |(_, requests)| *requests)
    }
}

/// How one mistake was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The property that did not hold.
    pub oracle: &'static str,
    /// The rule, where there is one.
    pub rule: Option<&'static str>,
    /// Requests sent before it was seen.
    pub after: u64,
    /// Time until it was seen.
    pub elapsed: Duration,
    /// Requests of the shrunk case.
    pub requests: usize,
    /// The shrunk case in words, where there is one.
    pub case: Option<String>,
}

/// Lets the fuzzer find a mistake; `None` where it does not, within [`REQUESTS`].
///
/// # Errors
/// Where the bundled server cannot be set up.
pub fn find(fault: &'static Fault, seed: u64) -> Result<Option<Found>, bundled::NoStage> {
    let (stage, cast) = bundled::stage(Switches::fault(fault), seed)?;
    let limits = Limits { requests: Some(REQUESTS), first: true, ..Limits::default() };
    let plan = Plan { cast, aim: Aim::All, seed, limits };
    Ok(searched(&stage, &plan)?.confirmed.first().map(Found::of))
}

/// A campaign in process, where nothing is ever waited for.
pub(super) fn searched(stage: &Stage, plan: &Plan) -> Result<Report, bundled::NoStage> {
    let report = campaign::run(stage, plan, &|| false, &mut |_| ()).now_or_never();
    report.ok_or_else(bundled::NoStage::waited)
}

impl Found {
    /// A finding of a campaign.
    pub(super) fn of(confirmed: &Confirmed) -> Self {
        Self {
            oracle: confirmed.finding.oracle,
            rule: confirmed.finding.rule,
            after: confirmed.after,
            elapsed: confirmed.elapsed,
            requests: confirmed.played.journal.exchanges().len(),
            case: Some(story::summary(&confirmed.case)),
        }
    }
}

/// Inputs that a broken parser has to be found by.
const INPUTS: u64 = 200_000;

/// Lets the properties find a broken parser: the property, after how many inputs, and when.
pub fn find_broken(broken: &Broken, seed: u64) -> Option<Found> {
    let (mut dice, parsers, start) = (Dice::new(seed), (broken.parsers)(), Instant::now());
    (1..=INPUTS).find_map(|after| {
        let finding = inputs::every(&parsers, &mut dice).err()?;
        let (oracle, rule) = (finding.oracle, finding.rule);
        Some(Found { oracle, rule, after, elapsed: start.elapsed(), requests: 1, case: None })
    })
}

/// Mistakes of the bundled server that rows of assertions have to find.
pub static ASSERTIONS: &[&str] = &[
    "jwt-is-invalid-client",
    "jwt-401",
    "jwt-signature-unchecked",
    "jwt-signature-optional",
    "jwt-key-confused",
    "jwt-alg-none",
    "jwt-alg-none-in-other-case",
    "jwt-alg-none-signed",
    "jwt-any-key",
    "jwt-kid-of-anybody",
    "jwt-kid-ignored",
    "jwt-kid-unknown-is-first",
    "jwt-no-kid-is-first",
    "jwt-rs384-unknown",
    "jwt-exp-unchecked",
    "jwt-exp-a-minute-late",
    "jwt-exp-optional",
    "jwt-length-unchecked",
    "jwt-length-five-minutes",
    "jwt-nbf-unchecked",
    "jwt-iat-unchecked",
    "jwt-aud-unchecked",
    "jwt-aud-optional",
    "jwt-aud-by-beginning",
    "jwt-aud-within",
    "jwt-aud-by-host",
    "jwt-iss-unchecked",
    "jwt-iss-optional",
    "jwt-iss-of-anybody",
    "jwt-sub-unknown-is-own",
    "jwt-sub-optional",
    "jwt-sub-type-optional",
    "jwt-jti-unchecked",
    "jwt-jti-optional",
    "jwt-jti-by-assertion",
    "jwt-jti-by-subject",
    "jwt-jti-ten-seconds",
    "refresh-token-by-jwt",
];

/// Lets rows of assertions find a mistake: the property, after how many rows, and when.
///
/// # Errors
/// Where the bundled server cannot be set up.
pub fn find_by_assertions(fault: &'static Fault, seed: u64) -> Result<Option<Found>, Finding> {
    let (pool, mut dice, start) = (assertion::pool()?, Dice::new(seed), Instant::now());
    let row = |after| {
        let finding = assertion::row(pool, Switches::fault(fault), &mut dice).err()?;
        let (oracle, rule, requests) = (finding.oracle, finding.rule, finding.step + 1);
        Some(Found { oracle, rule, after, elapsed: start.elapsed(), requests, case: None })
    };
    Ok((1..=ROWS).find_map(row))
}

/// Rows that a mistake has to be found by.
const ROWS: u64 = 20_000;

/// The mistakes that have to be found.
pub static KNOWN: &[Known] = &[
    known("code-works-twice", 6),
    known("code-for-any-client", 5),
    known("code-by-prefix", 5),
    known("code-by-length", 5),
    known("code-for-any-redirect-uri", 5),
    known("code-never-expires", 6),
    known("code-lives-too-long", 6),
    known("code-replay-is-invalid-request", 6),
    known("code-replay-revokes-nothing", 7),
    known("token-type-jwt", 5),
    known("token-created", 5),
    known("token-may-be-cached", 5),
    known("token-by-get", 5),
    known("token-as-json", 5),
    known("token-multipart-500", 1),
    known("secret-unchecked", 5),
    known("secret-missing-accepted", 5),
    known("error-echoes-code", 5),
    known("url-code-taken", 5),
    known("repeated-first-wins", 5),
    known("refresh-token-works-twice", 7),
    known("refresh-token-for-any-client", 6),
    known("refresh-token-stays", 6),
    known("refresh-with-any-secret", 6),
    known("refresh-token-without-case", 6),
    known("refresh-failure-revokes", 7),
    known("access-token-not-revocable", 7),
    known("revoke-does-nothing", 7),
    known("revoke-refresh-leaves-access", 7),
    known("revoke-without-credentials", 1),
    known("revoke-before-credentials", 7),
    known("revoke-for-any-client", 7),
    known("revoke-204", 1),
    known("revoke-unknown-500", 1),
    known("revoke-twice-500", 7),
    Known {
        fault: "bearer-any-token",
        requests: 1,
        also: &[("revoked-stays-revoked", 7), ("access-in-time", 7)],
    },
    known("bearer-token-without-case", 6),
    known("bearer-signature-unchecked", 6),
    known("bearer-scope-unchecked", 6),
    known("identity-of-first-user", 6),
    known("identity-lost-by-refresh", 7),
    known("state-dropped-on-grant", 4),
    known("response-type-ignored", 4),
    known("client-unknown-redirected", 1),
    known("broken-escape-500", 1),
    known("redirect-string-prefix", 4),
    known("redirect-host-ignored", 4),
    known("deny-gives-code", 4),
    known("exchange-returns-the-same", 6),
    known("exchange-narrows-nothing", 7),
    known("exchange-restricted-to-empty", 6),
    known("exchange-without-issued-token-type", 6),
    known("exchange-widens", 6),
    known("exchange-widens-narrowed", 7),
    known("exchange-drops-excess", 7),
    known("exchange-of-a-dead-token", 7),
    known("exchange-brings-refresh-token", 6),
    known("exchanged-token-never-expires", 8),
    known("refresh-token-never-expires", 7),
    known("access-token-never-expires", 7),
];

/// Mistakes of each endpoint and kind of request in the dialect `oauth`, and the rule that a campaign of a
/// minute has to name.
pub static OF_ENDPOINTS: &[(&str, &str)] = &[
    ("introspect-any-token", "introspection/unknown-token"),
    ("introspect-by-length", "introspection/unknown-token"),
    ("introspect-code-active", "introspection/unknown-token"),
    ("introspect-revoked-active", "introspection/revoked-token"),
    ("introspect-expired-active", "introspection/expired-token"),
    ("introspect-used-refresh-active", "introspection/used-refresh-token"),
    ("introspect-nothing-active", "introspection/token-required"),
    ("push-works-again", "pushed/single-use"),
    ("push-never-expires", "pushed/expires"),
    ("push-followed-for-any-client", "pushed/bound-to-client"),
    ("push-reference-by-length", "pushed/unknown-reference"),
    ("push-ignores-reference", "pushed/no-reference"),
    ("push-state-of-query", "pushed/query-ignored"),
    ("push-with-any-redirect-uri", "pushed/refused-early"),
    ("device-tokens-before-consent", "device/pending"),
    ("device-denied-once", "device/denied"),
    ("device-code-reused", "device/single-use"),
    ("device-code-of-any-client", "device/bound-to-client"),
    ("device-code-expired-taken", "device/expired"),
    ("user-code-unchecked", "device/user-code-unknown"),
    ("user-code-taken-twice", "device/user-code-once"),
    ("device-for-unknown-client", "device/client-known"),
    ("dpop-method-unchecked", "dpop/method"),
    ("dpop-uri-unchecked", "dpop/uri"),
    ("dpop-old-taken", "dpop/time"),
    ("dpop-signature-unchecked", "dpop/signature"),
    ("dpop-replay-taken", "dpop/replay"),
    ("dpop-downgrade", "dpop/no-downgrade"),
    ("dpop-proof-optional", "dpop/resource-proof"),
    ("dpop-refresh-any-key", "dpop/refresh-bound"),
    ("audience-unknown-redeemed", "audience/refused-for-tokens"),
    ("audience-code-widens", "audience/code-never-widens"),
    ("audience-refresh-widens", "audience/refresh-never-widens"),
    ("audience-unchecked", "audience/foreign-token-refused"),
    ("register-no-redirect-uri-needed", "registration/redirect-uri-required"),
    ("register-data-scheme", "registration/script-scheme"),
    ("register-fragment", "registration/redirect-uri-form"),
    ("register-without-initial-token", "registration/initial-token"),
    ("refresh-scope-widens", "refresh/scope-never-widens"),
    ("access-token-refreshes", "refresh/access-token-refused"),
    ("bearer-refresh-token-taken", "bearer/token-kind"),
    ("code-consumed-late", "code/single-use-concurrent"),
    ("refresh-by-code", "token/grant-kind"),
    ("code-by-refresh-token", "token/grant-kind"),
    ("code-by-access-token", "token/grant-kind"),
    ("device-code-reused-at-once", "device/single-use-concurrent"),
    ("consent-form-redirect-uri", "consent/request-kept"),
    ("consent-form-state", "consent/parameters-kept"),
    ("login-form-redirect-uri", "consent/request-kept"),
    ("login-form-state", "consent/parameters-kept"),
    ("consent-form-client", "consent/request-kept"),
    ("consent-form-scope", "consent/request-kept"),
    ("consent-form-challenge", "consent/parameters-kept"),
    ("consent-form-without-challenge", "consent/parameters-kept"),
    ("consent-form-without-scope", "consent/request-kept"),
    ("login-form-client", "consent/request-kept"),
    ("login-form-scope", "consent/request-kept"),
    ("login-form-challenge", "consent/parameters-kept"),
    ("form-of-no-session", "consent/consent-not-forgeable"),
    ("form-unchecked", "consent/consent-not-forgeable"),
    ("form-checked-if-present", "consent/consent-not-forgeable"),
    ("form-of-anybody", "consent/consent-not-forgeable"),
    ("consent-by-get", "consent/consent-not-forgeable"),
    ("consent-by-cookie", "consent/own-page"),
    ("consent-direct", "consent/own-page"),
    ("consent-direct-link", "consent/own-page"),
    ("subject-by-prefix", "exchange/subject-invalid"),
    ("subject-first-character-unread", "exchange/subject-invalid"),
    ("subject-foreign-jwt", "exchange/subject-invalid"),
    ("subject-unsigned-jwt", "exchange/subject-invalid"),
    ("subject-type-guessed", "exchange/subject-type-required"),
    ("subject-type-unchecked", "exchange/subject-type-unknown"),
    ("subject-access-as-refresh", "exchange/subject-kind"),
    ("exchange-of-an-expired-token", "exchange/subject-expired"),
    ("exchange-of-a-dead-token", "exchange/subject-revoked"),
    ("subject-refresh-token-gone", "exchange/subject-gone"),
    ("exchange-of-a-refresh-token", "exchange/subject-kind"),
    ("subject-code-as-access", "exchange/subject-kind"),
    ("exchange-scope-of-client", "exchange/scope-never-widens"),
    ("exchanged-token-of-first-user", "exchange/stands-for-subject"),
    ("exchange-spends-subject", "exchange/subject-stays"),
    ("exchange-by-any-client", "exchange/client-not-allowed"),
    ("exchange-fragment-cut", "exchange/target-malformed"),
    ("exchange-target-ignored", "exchange/target"),
    ("actor-unchecked", "exchange/actor-invalid"),
    ("actor-expired-taken", "exchange/actor-invalid"),
    ("actor-type-guessed", "exchange/actor-type-required"),
    ("actor-type-alone", "exchange/actor-type-alone"),
    ("subject-twice-first", "exchange/repeated-parameter"),
    ("client-assertion-signature-unchecked", "client-assertion/signature"),
    ("client-assertion-signature-optional", "client-assertion/signature"),
    ("client-assertion-key-confused", "client-assertion/signature"),
    ("client-assertion-alg-none", "client-assertion/unsigned"),
    ("client-assertion-alg-none-in-other-case", "client-assertion/unsigned"),
    ("client-assertion-alg-none-signed", "client-assertion/unsigned"),
    ("client-assertion-key-of-header", "client-assertion/key-in-header"),
    ("client-assertion-crit-ignored", "client-assertion/critical"),
    ("client-assertion-iss-unchecked", "client-assertion/issuer"),
    ("client-assertion-sub-optional", "client-assertion/subject"),
    ("client-assertion-aud-unchecked", "client-assertion/audience"),
    ("client-assertion-aud-by-beginning", "client-assertion/audience"),
    ("client-assertion-aud-within", "client-assertion/audience"),
    ("client-assertion-aud-by-host", "client-assertion/audience"),
    ("client-assertion-exp-unchecked", "client-assertion/expired"),
    ("client-assertion-exp-as-text", "client-assertion/expired"),
    ("client-assertion-nbf-unchecked", "client-assertion/not-yet"),
    ("client-assertion-not-needed", "client-assertion/needed"),
    ("client-assertion-or-any-secret", "client-assertion/needed"),
    ("dpop-nonce-unchecked", "dpop/nonce-checked"),
    ("dpop-nonce-once", "dpop/nonce-checked"),
    ("dpop-nonce-shared", "dpop/nonce-of-resource"),
];

const fn known(fault: &'static str, requests: usize) -> Known {
    Known { fault, requests, also: &[] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::faults;

    /// Those that are found soonest: the rest is for `oauthspec fuzz --prove`.
    const QUICK: &[&str] = &[
        "code-works-twice",
        "code-for-any-client",
        "code-by-length",
        "token-type-jwt",
        "error-echoes-code",
        "refresh-token-stays",
        "revoke-without-credentials",
        "revoke-before-credentials",
        "bearer-any-token",
        "identity-of-first-user",
        "state-dropped-on-grant",
        "redirect-host-ignored",
    ];

    #[test]
    fn every_known_mistake_is_one() {
        assert!(KNOWN.len() >= 30);
        for known in KNOWN {
            assert!(faults::find(known.fault).is_some(), "{}", known.fault);
        }
        assert!(QUICK.iter().all(|name| KNOWN.iter().any(|known| known.fault == *name)));
    }

    #[test]
    fn mistakes_are_found_and_shrunk() {
        for known in KNOWN.iter().filter(|known| QUICK.contains(&known.fault)) {
            let fault = faults::find(known.fault).unwrap();
            let found = find(fault, 1).unwrap().unwrap_or_else(|| panic!("{}", known.fault));
            assert!(
                found.requests <= known.smallest(found.oracle) + SLACK,
                "{}: {found:?}",
                known.fault
            );
        }
    }

    #[test]
    fn the_bundled_server_has_none() {
        let (stage, cast) = bundled::stage(Switches::default(), 7).unwrap();
        let limits = Limits { requests: Some(4000), ..Limits::default() };
        let plan = Plan { cast, aim: Aim::All, seed: 7, limits };
        let report = campaign::run(&stage, &plan, &|| false, &mut |_| ()).now_or_never().unwrap();
        let found: Vec<String> = report.confirmed.iter().map(|c| c.finding.to_string()).collect();
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(report.end, campaign::End::Done);
        assert!(report.tally.behaviours > 15, "{:?}", report.tally);
    }
}
