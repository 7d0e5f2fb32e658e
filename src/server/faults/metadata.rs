//! Mistakes about the rules `metadata/…`.

use crate::testbed::switches::faults;

faults! {
    ABSENT = "metadata-absent": "There are no metadata.",
        breaks ["metadata/published"];
    TEXT = "metadata-as-text": "The metadata have the media type of plain text.",
        breaks ["metadata/form"];
    LIST = "metadata-in-a-list": "The metadata are a list with one object.",
        breaks ["metadata/form"];
    EMPTY_LIST = "metadata-empty-list": "What the server does not have stands in the metadata as an empty list.",
        breaks ["metadata/form"];
    SCOPES_AS_TEXT = "metadata-scopes-as-text": "The scopes are one text with spaces.",
        breaks ["metadata/form"];
    FLAG_AS_TEXT = "metadata-flag-as-text": "A yes or no is a text.",
        breaks ["metadata/form"];
    NUMBER_IN_A_LIST = "metadata-number-in-a-list": "A list of names holds a number.",
        breaks ["metadata/form"];
    NO_ISSUER = "metadata-without-issuer": "The metadata name no issuer.",
        breaks ["metadata/members"];
    NO_AUTHORIZATION = "metadata-without-authorization-endpoint": "The metadata name no authorization endpoint.",
        breaks ["metadata/members"];
    NO_TOKEN = "metadata-without-token-endpoint": "The metadata name no token endpoint.",
        breaks ["metadata/members"];
    NO_RESPONSE_TYPES = "metadata-without-response-types": "The metadata name no response types.",
        breaks ["metadata/members"];
    NO_CODE = "metadata-response-types-without-code": "Codes are issued, and the response types are without `code`.",
        breaks ["metadata/members"];
    GRANT_UNKNOWN = "metadata-grant-unknown":
        "The metadata name the password grant, which the token endpoint does not know.",
        breaks ["metadata/grants-known"];
    GRANT_BREAKS = "metadata-grant-breaks":
        "The metadata name the password grant, which breaks the server.",
        breaks ["metadata/grants-known"];
    NO_CODE_GRANT = "metadata-without-the-code-grant":
        "Codes bring tokens, and the metadata name other grants alone.",
        breaks ["metadata/names-what-works"];
    NO_REFRESH_GRANT = "metadata-without-the-refresh-grant":
        "Refresh tokens work, and the metadata do not name the grant.",
        breaks ["metadata/names-what-works"];
    NO_SECRETS = "metadata-name-public-clients-alone":
        "Clients authenticate, and the metadata name the method `none` alone.",
        breaks ["metadata/names-what-works"];
    NO_SCOPES = "metadata-without-scopes": "The metadata name no scopes.",
        breaks ["metadata/scopes-named"];
    OTHER_ISSUER = "metadata-of-another-issuer": "The metadata name an issuer whose metadata are somewhere else.",
        breaks ["metadata/issuer-identical", "issuer/equals-metadata"];
    ISSUER_IN_CAPITALS = "metadata-issuer-in-capitals": "The issuer in the metadata has its scheme in capitals.",
        breaks ["metadata/issuer-identical", "issuer/equals-metadata"];
    ISSUER_WITH_QUERY = "metadata-issuer-with-query": "The issuer in the metadata has a query.",
        breaks ["metadata/issuer-url", "metadata/issuer-identical", "issuer/equals-metadata"];
    ISSUER_WITH_FRAGMENT = "metadata-issuer-with-fragment": "The issuer in the metadata has a fragment.",
        breaks ["metadata/issuer-url", "metadata/issuer-identical", "issuer/equals-metadata"];
    ISSUER_NO_URL = "metadata-issuer-no-url": "The issuer in the metadata is a name and no URL.",
        breaks ["metadata/issuer-url", "metadata/issuer-identical", "issuer/equals-metadata"];
    PLAIN_AUTHORIZATION = "metadata-plain-authorization-endpoint": "The authorization endpoint is named as a URL of plain HTTP.",
        breaks ["metadata/endpoints-https"];
    PLAIN_TOKEN = "metadata-plain-token-endpoint": "The token endpoint is named as a URL of plain HTTP.",
        breaks ["metadata/endpoints-https"];
    RELATIVE_TOKEN = "metadata-relative-token-endpoint": "The token endpoint is named by its path.",
        breaks ["metadata/endpoints-https"];
    PLAIN_REVOCATION = "metadata-plain-revocation-endpoint": "The revocation endpoint is named as a URL of plain HTTP.",
        breaks ["metadata/revocation-endpoint"];
    FRAGMENT_OF_REVOCATION = "metadata-revocation-endpoint-with-fragment": "The revocation endpoint is named with a fragment.",
        breaks ["metadata/revocation-endpoint"];
    FRAGMENT_OF_AUTHORIZATION = "metadata-authorization-endpoint-with-fragment": "The authorization endpoint is named with a fragment.",
        breaks ["metadata/endpoint-fragments"];
    FRAGMENT_OF_TOKEN = "metadata-token-endpoint-with-fragment": "The token endpoint is named with a fragment.",
        breaks ["metadata/endpoint-fragments"];
    NO_SUCH_AUTHORIZATION = "metadata-authorization-endpoint-not-there": "Nothing is at the authorization endpoint that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_SUCH_TOKEN = "metadata-token-endpoint-not-there": "Nothing is at the token endpoint that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_SUCH_REVOCATION = "metadata-revocation-endpoint-not-there": "Nothing is at the revocation endpoint that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_SUCH_REGISTRATION = "metadata-registration-endpoint-not-there": "Nothing is at the registration endpoint that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_SUCH_USERINFO = "metadata-userinfo-endpoint-not-there": "Nothing is at the userinfo endpoint that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_SUCH_KEYS = "metadata-keys-not-there": "Nothing is at the location of the keys that the metadata name.",
        breaks ["metadata/endpoints-there"];
    NO_ALGORITHMS = "metadata-assertions-without-algorithms": "Clients may sign assertions, and no algorithm is named for it.",
        breaks ["metadata/signing-algorithms"];
    ALGORITHM_NONE = "metadata-algorithm-none": "Assertions of clients may have the algorithm `none`.",
        breaks ["metadata/signing-algorithms"];
    REVOCATION_ALGORITHM_NONE = "metadata-revocation-algorithm-none": "At the revocation endpoint assertions may have the algorithm `none`.",
        breaks ["metadata/signing-algorithms"];
    ANY_ISSUER = "metadata-of-any-issuer": "There are metadata for each issuer that is asked for.",
        breaks ["metadata/unknown-issuer"];
    FORWARDED = "metadata-of-forwarded-host": "The metadata name the host that a proxy is said to have been asked for.",
        breaks ["metadata/outside-host"];
    NO_CHALLENGES = "metadata-without-challenge-methods": "Proof keys are supported, and the metadata do not say so.",
        breaks ["pkce/advertised"];
    NO_S256 = "metadata-without-s256": "Of the methods for proof keys the metadata name `plain` alone.",
        breaks ["pkce/advertised"];
    NO_ISSUER_FLAG = "metadata-without-issuer-flag": "Responses name the issuer, and the metadata do not say so.",
        breaks ["issuer/equals-metadata"];
    PLAIN_NAMED = "metadata-plain-challenge":
        "The metadata name the method `plain` of proof keys, which is refused.",
        breaks ["metadata/proof-keys-work"];
    FORM_POST_NAMED = "metadata-form-post":
        "The metadata name the response mode `form_post`, which makes no difference.",
        breaks ["metadata/response-modes-work"];
    QUERY_MODE_REFUSED = "response-mode-query-refused":
        "A request that names the response mode `query`, as the metadata do, is invalid.",
        breaks ["metadata/response-modes-work"];
}
