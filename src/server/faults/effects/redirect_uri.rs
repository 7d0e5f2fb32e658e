//! Mistakes with redirect URIs: which are accepted, and how they are written.

mod authority;
mod exact;
mod path;

use crate::server::faults::{authorize, redirect as faults};
use crate::server::oauth::redirect_uri::{
    Comparison, Matching, Parts, Points, Refusal, escape, join, matches,
};
use crate::server::world::Mode;
use crate::testbed::{Fault, Switches};
use crate::wire::{Params, form};

/// A URI as text and in its parts.
type Cut<'a> = (&'a str, &'a Parts<'a>);

/// What becomes of a URI that is asked for.
pub(in crate::server) fn chosen<'a>(
    uri: &'a str,
    registered: &'a [String],
    by: Comparison<'_>,
    right: Result<&'a str, Refusal>,
) -> Result<&'a str, Refusal> {
    if !by.switches.may_err_in(faults::ALL) {
        return right;
    }
    let Some(first) = registered.first() else {
        return by.switches.alter(right, [(&faults::ANY_IF_NONE, Ok(uri))]);
    };
    if right.is_err() {
        return mismatch(uri, first, by, right);
    }
    let without_fragment = uri.split_once('#').map_or(uri, |(before, _)| before);
    let found = registered.iter().find(|known| matches(uri, known, by));
    let base = found.filter(|known| is_base_url(known)).map_or(uri, |known| known);
    let of_first = if found == Some(first) { right } else { Err(Refusal::Mismatch) };
    by.switches.alter(
        right,
        [
            (&faults::ONLY_FIRST, of_first),
            (&faults::REGISTERED_INSTEAD, Ok(first)),
            (&faults::SUFFIX_DROPPED, Ok(base)),
            (&faults::FRAGMENT_STRIPPED, Ok(without_fragment)),
        ],
    )
}

// redirect/other-scheme, redirect/other-port
fn mismatch<'a>(
    uri: &'a str,
    registered: &'a str,
    by: Comparison<'_>,
    right: Result<&'a str, Refusal>,
) -> Result<&'a str, Refusal> {
    let (Some(asked), Some(known)) = (Parts::of(uri), Parts::of(registered)) else { return right };
    let port = |parts: &Parts<'_>| parts.host_and_port().map(|(_, port)| port.to_owned());
    let instead = |other: bool, refusal| if other { Err(refusal) } else { right };
    by.switches.alter(
        right,
        [
            (
                &faults::OTHER_SCHEME_INVALID,
                instead(asked.scheme != known.scheme, Refusal::Invalid),
            ),
            (
                &faults::OTHER_PORT_INSECURE,
                instead(port(&asked) != port(&known), Refusal::Insecure),
            ),
        ],
    )
}

fn is_base_url(uri: &str) -> bool {
    Parts::of(uri).is_some_and(|parts| parts.path().is_empty() && parts.query.is_none())
}

/// What becomes of a request without a URI where several are registered.
// redirect/several-registered
pub(in crate::server) fn one_of_several<'a>(
    registered: &'a [String],
    by: Comparison<'_>,
    right: Result<&'a str, Refusal>,
) -> Result<&'a str, Refusal> {
    let named = |uri: Option<&'a String>| uri.map_or(right, |uri| Ok(uri));
    by.switches.alter(
        right,
        [
            (&faults::FIRST_OF_SEVERAL, named(registered.first())),
            (&faults::LAST_OF_SEVERAL, named(registered.last())),
        ],
    )
}

/// Whether the scheme of a URI will do.
pub(in crate::server) fn scheme_checked(
    parts: &Parts<'_>,
    by: Comparison<'_>,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    let development = by.mode == Mode::Development;
    let instead = |applies: bool, wrong| if applies { wrong } else { right };
    if !is_web(parts.scheme) {
        return by.switches.alter(
            right,
            [
                (&faults::CUSTOM_REFUSED, Err(Refusal::Invalid)),
                (&faults::CUSTOM_INSECURE, Err(Refusal::Insecure)),
            ],
        );
    }
    let right = by.switches.alter(
        right,
        [
            (&faults::HTTP_LIKE_HTTPS, Ok(())),
            (&faults::DEVELOPMENT_ANY_HOST, instead(development, Ok(()))),
        ],
    );
    match parts.local_host().filter(|_| parts.scheme.eq_ignore_ascii_case("http")) {
        Some(local) => local_checked(local, by, right),
        None => right,
    }
}

/// Whether the application may use this local host over `http`.
// redirect/development-local, redirect/production-local
fn local_checked(
    local: &str,
    by: Comparison<'_>,
    right: Result<(), Refusal>,
) -> Result<(), Refusal> {
    let (never, always) = match local {
        "localhost" => (&faults::NO_LOCALHOST, &faults::ALWAYS_LOCALHOST),
        "127.0.0.1" => (&faults::NO_LOOPBACK, &faults::ALWAYS_LOOPBACK),
        _ => (&faults::NO_ANY_ADDRESS, &faults::ALWAYS_ANY_ADDRESS),
    };
    let refused = Err(Refusal::Insecure);
    by.switches.alter(
        right,
        [
            (always, Ok(())),
            (&faults::ALWAYS_LOCAL, Ok(())),
            (never, refused),
            (&faults::NEVER_LOCAL, refused),
        ],
    )
}

/// Whether a requested URI matches a registered one.
pub(in crate::server) fn matched(
    (requested, asked): Cut<'_>,
    (registered, known): Cut<'_>,
    by: Comparison<'_>,
    right: bool,
) -> bool {
    let errs = by.switches.may_err_in(faults::ALL);
    if !errs && !by.switches.may_vary() {
        return right;
    }
    let bent = Bent { asked, known, points: Points::of(asked, known, by), by, errs };
    let as_text = |_: &Bent<'_>| {
        [
            (&faults::STRING_PREFIX, requested.starts_with(registered)),
            (&faults::STRING_SUFFIX, requested.ends_with(registered)),
            (&faults::STRING_WITHIN, requested.contains(registered)),
        ]
    };
    let right = bent.alter(right, as_text);
    let right = bent.alter(right, Bent::as_another_host);
    let right = bent.alter(right, Bent::in_scheme_and_port);
    let right = bent.alter(right, Bent::behind_the_host);
    let right = bent.alter(right, Bent::behind_an_at_sign);
    let right = bent.alter(right, authority::misread);
    if by.matching == Matching::Exact {
        let right = exact::on_loopback(&bent, right);
        return bent.alter(right, exact::almost);
    }
    let right = path::otherwise(&bent, right);
    bent.alter(right, path::read_otherwise)
}

fn is_web(scheme: &str) -> bool {
    ["http", "https"].iter().any(|web| web.eq_ignore_ascii_case(scheme))
}

/// Two URIs with the points in which they agree.
#[derive(Debug, Clone, Copy)]
struct Bent<'a> {
    asked: &'a Parts<'a>,
    known: &'a Parts<'a>,
    points: Points,
    by: Comparison<'a>,
    /// Whether it could be mistaken about them.
    errs: bool,
}

impl Bent<'_> {
    /// Whether the two match by the mistakes that are made; where none could be, the others are not tried.
    fn alter<const N: usize>(
        &self,
        right: bool,
        wrong: impl FnOnce(&Self) -> [(&'static Fault, bool); N],
    ) -> bool {
        if self.errs { self.by.switches.alter(right, wrong(self)) } else { right }
    }

    fn with(&self, change: impl FnOnce(&mut Points)) -> bool {
        let mut points = self.points;
        change(&mut points);
        points.all()
    }

    /// Hosts or schemes are compared so badly that no browser would agree; what stands for the port is
    /// compared as text then.
    fn naive(&self, change: impl FnOnce(&mut Points)) -> bool {
        let port = |parts: &Parts<'_>| parts.host_and_port().map(|(_, port)| port.to_owned());
        let same_port = self.points.port || port(self.asked) == port(self.known);
        self.with(|points| {
            points.port = same_port;
            change(points);
        })
    }

    /// The URI that is asked for as if another host stood in it.
    fn at(&self, host: Option<&str>) -> bool {
        let Some(host) = host else { return self.points.all() };
        self.is(&Parts { authority: Some(host), ..*self.asked })
    }

    /// Whether the URI would do that is read in place of the one that is asked for.
    fn is(&self, read: &Parts<'_>) -> bool {
        Points::of(read, self.known, self.by).all()
    }

    // redirect/other-host, redirect/lookalike-host, redirect/host-case, redirect/userinfo
    fn as_another_host(&self) -> [(&'static Fault, bool); 9] {
        let place = |parts: &Parts<'_>| parts.host_and_port().map(|(host, _)| host.to_owned());
        let (exact, known) = (place(self.asked), place(self.known));
        let lower =
            |host: &Option<String>| host.as_deref().unwrap_or_default().to_ascii_lowercase();
        let (host, right) = (lower(&exact), lower(&known));
        let both = exact.is_some() && known.is_some();
        let like = |(a, b): (char, char)| a == b || b == '.';
        let pattern = host.len() == right.len() && host.chars().zip(right.chars()).all(like);
        let domain = |host: &str| host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>();
        let too = |wrong: bool| self.naive(|points| points.host |= both && wrong);
        let user = self.asked.authority.and_then(|text| text.split_once('@')).map(|(user, _)| user);
        let begins = user.map(|user| user.split(':').next().unwrap_or_default());
        let port = self.asked.authority.filter(|_| user.is_some());
        let port = port.and_then(|text| text.split_once(':')).map(|(host, _)| host);
        [
            (&faults::HOST_IGNORED, too(true)),
            (&faults::SUBDOMAINS, too(host.ends_with(&format!(".{right}")))),
            (&faults::SAME_DOMAIN, too(domain(&host) == domain(&right))),
            (&faults::HOST_ENDING, too(host.ends_with(&right))),
            (&faults::HOST_BEGINNING, too(host.starts_with(&right))),
            (&faults::DOT_IS_ANY_LETTER, too(pattern)),
            (&faults::HOST_CASE, self.with(|points| points.host &= exact == known)),
            (&faults::USER_IS_HOST, self.at(begins)),
            (&faults::PASSWORD_IS_PORT, self.at(port)),
        ]
    }

    // redirect/other-scheme, redirect/other-port, redirect/host-case
    fn in_scheme_and_port(&self) -> [(&'static Fault, bool); 6] {
        let (asked, known) = (self.asked.scheme, self.known.scheme);
        let too = |wrong: bool| self.naive(|points| points.scheme |= wrong);
        let any_port = self.by.mode == Mode::Development && self.asked.port().is_some();
        [
            (&faults::SCHEME_CASE, self.with(|points| points.scheme = asked == known)),
            (&faults::SCHEME_IGNORED, too(true)),
            (&faults::CUSTOM_TRUSTED, too(!is_web(asked))),
            (&faults::HTTP_LIKE_HTTPS, too(is_web(asked) && is_web(known))),
            (&faults::PORT_IGNORED, self.with(|points| points.port = true)),
            (&faults::DEVELOPMENT_ANY_PORT, self.with(|points| points.port |= any_port)),
        ]
    }

    // redirect/userinfo
    fn behind_an_at_sign(&self) -> [(&'static Fault, bool); 2] {
        let behind = |uri: &str| uri.rsplit_once('@').map(|(_, rest)| rest.to_owned());
        let known = self.known.text.split_once("://").map(|(_, rest)| rest.to_owned());
        let same = behind(self.asked.text).is_some_and(|rest| Some(rest) == known);
        let before =
            self.asked.authority.and_then(|text| text.split_once("@@")).map(|(host, _)| host);
        let before = before.map_or(self.points.all(), |host| self.at(Some(host)));
        [(&faults::LAST_AT_SIGN, self.points.all() || same), (&faults::TWO_AT_SIGNS, before)]
    }

    // redirect/fragment, redirect/query-kept
    fn behind_the_host(&self) -> [(&'static Fault, bool); 4] {
        let empty = self.asked.fragment == Some("");
        let new_query = self.known.query.is_none() && self.asked.query.is_some();
        [
            (&faults::FRAGMENT_ALLOWED, self.with(|points| points.no_fragment = true)),
            (&faults::FRAGMENT_STRIPPED, self.with(|points| points.no_fragment = true)),
            (&faults::EMPTY_FRAGMENT, self.with(|points| points.no_fragment |= empty)),
            (&faults::QUERY_REFUSED, self.with(|points| points.query &= !new_query)),
        ]
    }
}

/// The text of a redirect with parameters.
// redirect/query-kept, redirect/header-safe, redirect/custom-scheme, authorize/url-encoding
pub(in crate::server) fn location(
    uri: &str,
    params: &Params,
    switches: &Switches,
    right: String,
) -> String {
    let of_state = [&authorize::STATE_NOT_ENCODED];
    if !switches.may_err_in(faults::ALL) && !switches.may_err_in(&of_state) {
        return right;
    }
    let (escaped, encoded) = (escape(uri), form::encode(params));
    let error = params.first("error");
    let extended = escaped.split_once('?').map(|(start, _)| start);
    let told = error.filter(|error| *error != "access_denied").is_some();
    let lost = if extended.is_some() && told { escaped.clone() } else { right.clone() };
    let custom = !escaped.to_ascii_lowercase().starts_with("http");
    let broken = |applies: bool| {
        let encoded = if applies { encoded.replace("%0D%0A", "\r\n") } else { encoded.clone() };
        join(&escaped, &encoded)
    };
    let without_query = |applies: bool| {
        let start = extended.filter(|_| applies).unwrap_or(&escaped);
        join(start, &encoded)
    };
    let behind = |mark: char, applies: bool| {
        if applies { format!("{escaped}{mark}{encoded}") } else { right.clone() }
    };
    let twice = if extended.is_some() { join(&right, &encoded) } else { right.clone() };
    let slash = if custom { right.replacen("://", ":/", 1) } else { right.clone() };
    let literal = params.iter().map(|one| format!("{}={}", one.name, one.value));
    let literal = join(&escaped, &literal.collect::<Vec<_>>().join("&"));
    let wrong = [
        (&faults::BREAK_IN_URI, join(uri, &encoded)),
        (&faults::BREAK_IN_STATE, broken(true)),
        (&faults::BREAK_IN_STATE_ON_DENY, broken(error == Some("access_denied"))),
        (&faults::QUERY_DROPPED, without_query(true)),
        (&faults::QUERY_DROPPED_ON_ERROR, without_query(error.is_some())),
        (&faults::SECOND_QUESTION_MARK, behind('?', extended.is_some())),
        (&faults::SECOND_QUESTION_MARK_ON_ERROR, behind('?', extended.is_some() && told)),
        (&faults::ERROR_LOST, lost),
        (&faults::CUSTOM_FRAGMENT, behind('#', custom && extended.is_none())),
        (&faults::PARAMETERS_TWICE, twice),
        (&faults::CUSTOM_SLASHES, slash),
        (&authorize::STATE_NOT_ENCODED, literal),
    ];
    switches.alter(right, wrong)
}
