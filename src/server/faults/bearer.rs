//! Mistakes about the rules `bearer/…`.

use super::scope::{EVERY_SCOPE, EVERY_SCOPE_AND_SNAPSHOT, EVERY_SCOPE_OPENED};

use crate::testbed::switches::faults;

faults! {
    CASE_MATTERS = "bearer-scheme-with-case": "The scheme is compared case-sensitively.",
        breaks ["bearer/header"];
    CAPITALS_UNKNOWN = "bearer-scheme-capitals-unknown":
        "The scheme may be written `Bearer` or `bearer`, and not `BEARER`.",
        breaks ["bearer/header"];
    MISSING_403 = "bearer-missing-403": "A call without a token is refused with status 403.",
        breaks ["bearer/missing", "bearer/other-schemes", "bearer/query-ignored", "bearer/other-credentials"];
    MISSING_404 = "bearer-missing-404": "A call without a token is refused with status 404.",
        breaks ["bearer/missing", "bearer/other-schemes", "bearer/query-ignored", "bearer/other-credentials"];
    MISSING_REDIRECTS = "bearer-missing-redirects":
        "A call without a token is sent to the login page.",
        breaks ["bearer/missing", "bearer/other-schemes", "bearer/query-ignored", "bearer/other-credentials"];
    MISSING_UNCHALLENGED = "bearer-missing-unchallenged":
        "A call without a token is refused without a challenge.",
        breaks ["bearer/missing", "bearer/query-ignored", "resource-metadata/announced", "bearer/other-credentials"];
    MISSING_IS_INVALID_TOKEN = "bearer-missing-is-invalid-token":
        "A call without a token is refused with `invalid_token`.",
        breaks ["bearer/missing", "bearer/query-ignored", "bearer/other-credentials"];
    MISSING_SERVED = "bearer-missing-served": "A call without a token is served as the first user.",
        breaks ["bearer/missing", "bearer/other-schemes", "bearer/query-ignored", "bearer/other-credentials"];
    INVALID_403 = "bearer-invalid-403": "An unknown token is refused with status 403.",
        breaks ["bearer/invalid", "bearer/malformed-request", "bearer/token-kind",
            "jwt-access-tokens/refusal"];
    INVALID_400 = "bearer-invalid-400": "An unknown token is refused with status 400.",
        breaks ["bearer/invalid", "jwt-access-tokens/refusal"],
        disturbs [("bearer/token-kind", "what is no access token is unknown"),
            ("bearer/malformed-request", "so is what is no token at all")];
    INVALID_BREAKS = "bearer-invalid-500": "An unknown token breaks the server.",
        breaks ["bearer/invalid", "bearer/token-kind", "bearer/malformed-request"];
    INVALID_UNCHALLENGED = "bearer-invalid-unchallenged":
        "An unknown token is refused without a challenge.",
        breaks ["bearer/invalid", "bearer/description", "jwt-access-tokens/refusal"],
        disturbs [("bearer/token-kind", "what is no access token is unknown")];
    INVALID_WITHOUT_ERROR = "bearer-invalid-without-error":
        "An unknown token is challenged as if there had been none.",
        breaks ["bearer/invalid", "bearer/description", "jwt-access-tokens/refusal"];
    INVALID_IS_INVALID_REQUEST = "bearer-invalid-is-invalid-request":
        "An unknown token is reported as an invalid request.",
        breaks ["bearer/invalid", "jwt-access-tokens/refusal"],
        disturbs [("bearer/token-kind", "what is no access token is unknown"),
            ("bearer/malformed-request", "so is what is no token at all")];
    JWT_BELIEVED = "bearer-jwt-believed":
        "A JWT that names the server as its issuer is accepted as a token of the first user, whoever signed it.",
        breaks ["bearer/invalid"];
    ANY_TOKEN = "bearer-any-token": "Any token is accepted as one of the first user.",
        breaks ["bearer/invalid", "bearer/expired", "bearer/description",
            "access-token/lifetime", "access-token/expires-in-is-true", "access-token/revocable",
            "revoke/by-access-token", "revoke/refresh-token-ends-access-token", "revoke/only-that-pair", "code/replay-revokes",
            "access-token/developer-token", "server-auth/no-refresh-token", "downscope/no-refresh",
            "bearer/token-kind",
            "jwt-access-tokens/type-checked", "jwt-access-tokens/algorithm-checked",
            "jwt-access-tokens/signature-checked", "jwt-access-tokens/key-checked"];
    FIRST_CHARACTER = "bearer-signature-unchecked":
        "Part of a token is not compared, like a signature that is not checked.",
        breaks ["bearer/invalid", "downscope/never-widens"];
    ANY_CASE = "bearer-token-without-case":
        "Access tokens are looked up in a column that ignores case.", breaks ["bearer/invalid",
            "downscope/never-widens"];
    TRUNCATED = "bearer-token-by-prefix": "An access token is found by its first characters.",
        breaks ["bearer/invalid", "downscope/never-widens"];
    EXTENDED = "bearer-token-by-length":
        "Only as many characters of an access token are read as it should have.",
        breaks ["bearer/invalid", "downscope/never-widens"];
    EMPTY_SERVED = "bearer-empty-served": "An empty token is served as the first user.",
        breaks ["bearer/invalid"];
    EMPTY_BREAKS = "bearer-empty-500": "An empty token breaks the server.",
        breaks ["bearer/invalid"];
    EXPIRED_400 = "bearer-expired-400": "An expired token is refused with status 400.",
        breaks ["bearer/expired", "access-token/lifetime", "access-token/expires-in-is-true"];
    EXPIRED_403 = "bearer-expired-403": "An expired token is refused with status 403.",
        breaks ["bearer/expired", "access-token/lifetime", "access-token/expires-in-is-true"];
    EXPIRED_BREAKS = "bearer-expired-500": "An expired token breaks the server.",
        breaks ["bearer/expired", "access-token/lifetime", "access-token/expires-in-is-true",
            "access-token/developer-token", "server-auth/no-refresh-token", "downscope/no-refresh"];
    EXPIRED_TOKEN = "bearer-expired-token":
        "An expired token is refused with an error code of the server's own.",
        breaks ["bearer/expired", "access-token/lifetime", "access-token/expires-in-is-true"];
    EXPIRED_UNCHALLENGED = "bearer-expired-unchallenged":
        "An expired token is refused without a challenge.",
        breaks ["bearer/expired", "access-token/lifetime", "access-token/expires-in-is-true"];
    REVOKED_403 = "bearer-revoked-403": "A revoked token is refused with status 403.",
        breaks ["bearer/revoked"];
    REVOKED_WITHOUT_ERROR = "bearer-revoked-without-error":
        "A revoked token is challenged as if there had been none.", breaks ["bearer/revoked"];
    REVOKED_UNCHALLENGED = "bearer-revoked-unchallenged":
        "A revoked token is refused without a challenge.", breaks ["bearer/revoked"];
    TWO_METHODS_SERVED = "bearer-two-methods-served":
        "A token in the header is enough, whatever stands elsewhere.",
        breaks ["bearer/two-methods"];
    QUERY_IGNORED = "bearer-query-not-counted": "Tokens in the query are not counted.",
        breaks ["bearer/two-methods", "bearer/repeated"];
    BODY_TAKEN = "bearer-body-beside-header":
        "POST is served like GET: a token in the body is taken, and not counted beside one in the header.",
        breaks ["bearer/two-methods"];
    TWO_METHODS_401 = "bearer-two-methods-401":
        "A token in two places is refused as an invalid token.", breaks ["bearer/two-methods"];
    QUERY_ALONE = "bearer-query-alone-served": "A token in the query alone is taken.",
        breaks ["bearer/query-ignored"];
    QUERY_ALONE_CACHED = "bearer-query-alone-cached":
        "A token in the query alone is taken, and anybody may keep the answer.",
        breaks ["bearer/query-ignored", "bearer/query-private"];
    REPEATED_FIRST = "bearer-first-header-wins": "Of two Authorization fields the first is taken.",
        breaks ["bearer/repeated"];
    REPEATED_LAST = "bearer-last-header-wins": "Of two Authorization fields the last is taken.",
        breaks ["bearer/repeated"];
    REPEATED_401 = "bearer-repeated-401": "Two tokens are refused as an invalid token.",
        breaks ["bearer/repeated"];
    QUERY_TAKEN = "bearer-repeated-query-taken":
        "Of two tokens in the query the first is taken.", breaks ["bearer/repeated"];
    MALFORMED_BREAKS = "bearer-malformed-500": "A malformed Authorization field breaks the server.",
        breaks ["bearer/malformed-request"];
    MALFORMED_403 = "bearer-malformed-403":
        "A malformed Authorization field is refused with status 403.",
        breaks ["bearer/malformed-request"];
    FIELDS_BREAK = "bearer-malformed-query-500": "A query that cannot be read breaks the server.",
        breaks ["bearer/malformed-request"];
    FIELDS_IGNORED = "bearer-malformed-query-ignored":
        "Parts of the query that cannot be read are skipped.", breaks ["bearer/malformed-request"];
    SCOPE_UNCHECKED = "bearer-scope-unchecked": "The scope of a token is not checked.",
        breaks EVERY_SCOPE_OPENED,
        disturbs [("downscope/narrows", "a narrowed token is known by its scope"),
            ("downscope/never-widens", "a narrowed token reaches any item")];
    SCOPE_401 = "bearer-scope-401": "A token that lacks the scope is refused with status 401.",
        breaks ["bearer/insufficient-scope", "scope/root-readwrite", "scope/manage-managed-users",
            "scope/manage-groups", "scope/manage-enterprise-properties",
            "scope/manage-enterprise", "scope/manage-data-retention", "scope/manage-app-users",
            "scope/manage-webhook", "scope/users-and-groups-only",
            "scope/scope-before-existence", "authorization/snapshot-scopes",
            "scope/special-permissions"],
        disturbs [("as-user/not-permitted-app", "it is refused like a scope that is lacking"),
            ("downscope/narrows", "so is what a narrowed token may not do")];
    SCOPE_404 = "bearer-scope-404": "A token that lacks the scope is refused with status 404.",
        breaks EVERY_SCOPE_AND_SNAPSHOT,
        disturbs [("as-user/not-permitted-app", "it is refused like a scope that is lacking")];
    SCOPE_IS_INVALID_TOKEN = "bearer-scope-is-invalid-token":
        "A token that lacks the scope is reported as invalid.", breaks EVERY_SCOPE;
    SCOPE_UNCHALLENGED = "bearer-scope-unchallenged":
        "A token that lacks the scope is refused without a challenge.",
        breaks EVERY_SCOPE;
    NO_DESCRIPTION = "bearer-without-description": "Challenges carry no description.",
        breaks ["bearer/description"];
    EMPTY_DESCRIPTION = "bearer-empty-description": "Challenges carry an empty description.",
        breaks ["bearer/description"];
    CHALLENGE_COMMA = "challenge-comma-after-scheme": "A comma follows the scheme of a challenge.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_COMMA_FOR_SCOPE = "challenge-comma-for-scope":
        "A comma follows the scheme of the challenge to a token that lacks the scope.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_WITHOUT_COMMAS = "challenge-without-commas":
        "Spaces separate the parameters of a challenge.", breaks ["bearer/challenge-shape"];
    CHALLENGE_REPEATS_ERROR = "challenge-repeats-error": "A challenge names its error twice.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_REPEATS_REALM = "challenge-repeats-realm": "A challenge names its realm twice.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_UNQUOTED = "challenge-unquoted": "The description of a challenge is not quoted.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_OPEN = "challenge-open": "A quoted value of a challenge is not closed.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_OTHER_CHARACTERS = "challenge-other-characters":
        "The description of a challenge has letters beyond ASCII.",
        breaks ["bearer/challenge-shape"];
    CHALLENGE_QUOTES = "challenge-quotes":
        "The description of a challenge has an escaped quotation mark.",
        breaks ["bearer/challenge-shape"];
    BY_REFRESH_TOKEN = "bearer-refresh-token-taken":
        "A refresh token opens the resource like an access token.", breaks ["bearer/token-kind"];
    BY_CODE = "bearer-code-taken": "A code opens the resource like an access token.",
        breaks ["bearer/token-kind"];
    BY_ID_TOKEN = "bearer-id-token-taken": "An ID Token opens the resource like an access token.",
        breaks ["bearer/token-kind"];
    BY_CLIENT_ID = "bearer-client-id-taken": "The identifier of a client opens the resource.",
        breaks ["bearer/token-kind"];
    BY_ASSERTION = "bearer-assertion-taken":
        "An assertion opens the resource like an access token.", breaks ["bearer/token-kind"];
    BASIC_TAKEN = "bearer-as-basic": "A token is taken under the scheme Basic as well.",
        breaks ["bearer/other-schemes", "bearer/other-credentials"];
    SUFFIX_TAKEN = "bearer-scheme-by-suffix": "A scheme only has to end in `Bearer`.",
        breaks ["bearer/other-schemes"];
    PREFIX_TAKEN = "bearer-scheme-by-prefix": "A scheme only has to begin with `Bearer`.",
        breaks ["bearer/other-schemes"];
    BARE_TAKEN = "bearer-bare": "A token is taken without a scheme.",
        breaks ["bearer/other-schemes"];
    OTHER_IS_INVALID_TOKEN = "bearer-other-scheme-is-invalid-token":
        "Credentials of another scheme are refused with `invalid_token`.",
        breaks ["bearer/other-credentials"];
    OTHER_IS_INVALID_REQUEST = "bearer-other-scheme-is-invalid-request":
        "Credentials of another scheme are refused as an invalid request.",
        breaks ["bearer/other-credentials"];
    HEAD_OPEN = "bearer-head-open": "A call by HEAD needs no token.",
        breaks ["bearer/missing"];
    CONDITION_FIRST = "bearer-condition-first":
        "What is served has an entity tag, and whoever names it is told that nothing has changed.",
        breaks ["bearer/missing"];
}
