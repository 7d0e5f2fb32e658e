//! Mistakes with what stands between scheme and path of a redirect URI.

use super::Bent;
use crate::server::faults::redirect as faults;
use crate::server::oauth::redirect_uri::Parts;
use crate::testbed::Fault;

// redirect/other-host, redirect/lookalike-host, redirect/exact-match
pub(super) fn misread(bent: &Bent<'_>) -> [(&'static Fault, bool); 5] {
    let (asked, known) = (bent.asked, bent.known);
    let right = bent.points.all();
    let same_scheme = asked.scheme.eq_ignore_ascii_case(known.scheme);
    let of_web = known.authority.is_some() && same_scheme;
    let ascii = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    let cut = asked.authority.and_then(|it| Some(it.split_at(it.find(|c| !ascii(c))?).0));
    let beginning = Parts { authority: cut, ..*asked };
    let dot = asked.authority.and_then(|it| it.strip_suffix('.'));
    let undotted = Parts { authority: dot, ..*asked };
    let decoded = asked.authority.filter(|it| it.contains("%40"));
    let decoded = decoded.map(|it| it.replace("%40", "@"));
    let user = decoded.as_deref().and_then(|it| it.split_once('@')).map(|(user, _)| user);
    [
        (&faults::NO_AUTHORITY, right || of_web && asked.authority.is_none()),
        (&faults::EMPTY_AUTHORITY, right || of_web && asked.authority == Some("")),
        (&faults::HOST_CUT, right || cut.is_some() && bent.is(&beginning)),
        (&faults::FINAL_DOT, right || dot.is_some() && bent.is(&undotted)),
        (&faults::AT_SIGN_DECODED, if user.is_some() { bent.at(user) } else { right }),
    ]
}
