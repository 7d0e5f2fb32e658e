//! Mistakes about the rules `issuer/…`.

use crate::testbed::switches::faults;

faults! {
    NOT_ON_GRANT = "issuer-not-on-grant": "A code comes without the issuer.",
        breaks ["issuer/on-grant", "issuer/advertised"];
    NOT_ON_ERROR = "issuer-not-on-error": "Errors come without the issuer.",
        breaks ["issuer/on-error"];
    NOT_ON_DENY = "issuer-not-on-deny": "A denial comes without the issuer.",
        breaks ["issuer/on-error"];
    OTHER_ON_ERROR = "issuer-other-on-error": "Errors name another issuer than codes do.",
        breaks ["issuer/on-error"];
    OF_REQUEST = "issuer-of-the-request": "A request that is refused says which issuer its response names.",
        breaks ["issuer/on-error"];
    TWICE = "issuer-twice": "The issuer is named twice.",
        breaks ["issuer/on-grant", "issuer/on-error", "redirect/query-kept", "issuer/in-fragment"];
    WITH_QUERY = "issuer-with-query": "The issuer has a query.",
        breaks ["issuer/on-grant", "issuer/on-error", "issuer/equals-metadata", "issuer/in-fragment"];
    WITH_FRAGMENT = "issuer-with-fragment": "The issuer has a fragment.",
        breaks ["issuer/on-grant", "issuer/on-error", "issuer/equals-metadata", "issuer/in-fragment"];
    NO_URL = "issuer-no-url": "The issuer is a name and no URL.",
        breaks ["issuer/on-grant", "issuer/on-error", "issuer/equals-metadata", "issuer/in-fragment"];
    EMPTY = "issuer-empty": "The issuer is empty.",
        breaks ["issuer/on-grant", "issuer/on-error", "issuer/equals-metadata", "issuer/in-fragment"];
    NOT_WITH_TOKEN = "issuer-not-with-token": "A token in the fragment comes without the issuer.",
        breaks ["issuer/in-fragment"];
    NOT_WITH_ERROR = "issuer-not-with-error-in-fragment":
        "An error in the fragment comes without the issuer.", breaks ["issuer/in-fragment"];
    BESIDE_FRAGMENT = "issuer-beside-fragment":
        "The issuer stands in the query, wherever the rest of the response stands.",
        breaks ["issuer/in-fragment"];
}
