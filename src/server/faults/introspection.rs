//! Mistakes about the rules `introspection/…`.

use crate::testbed::switches::faults;

faults! {
    NO_ENDPOINT = "introspect-endpoint-missing": "There is no introspection endpoint.",
        breaks ["introspection/endpoint", "introspection/active", "introspection/form", "metadata/endpoints-there"];
    ALL_INACTIVE = "introspect-all-inactive": "No token is active.",
        breaks ["introspection/active"];
    REFRESHED_INACTIVE = "introspect-refreshed-inactive": "The access token of a refresh is not active.",
        breaks ["introspection/active"];
    AS_TEXT = "introspect-as-text": "Answers have the media type of plain text.",
        breaks ["introspection/form"];
    IN_A_LIST = "introspect-in-a-list": "Answers are a list with one object.",
        breaks ["introspection/form", "introspection/active"];
    ACTIVE_AS_TEXT = "introspect-active-as-text": "`active` is a text.",
        breaks ["introspection/form", "introspection/active"];
    INACTIVE_AS_TEXT = "introspect-inactive-as-text": "`active` is the text `false` for dead tokens.",
        breaks ["introspection/form", "introspection/unknown-token", "introspection/expired-token",
            "introspection/revoked-token", "introspection/used-refresh-token"];
    INACTIVE_LEFT_OUT = "introspect-inactive-left-out": "Of a dead token an empty object is told.",
        breaks ["introspection/form", "introspection/unknown-token", "introspection/expired-token",
            "introspection/revoked-token", "introspection/used-refresh-token"];
    UNKNOWN_404 = "introspect-unknown-404": "An unknown token is answered with status 404.",
        breaks ["introspection/unknown-token", "introspection/form", "introspection/used-refresh-token"];
    UNKNOWN_401 = "introspect-unknown-401": "An unknown token is answered with status 401.",
        breaks ["introspection/unknown-token", "introspection/form", "introspection/used-refresh-token"];
    UNKNOWN_400 = "introspect-unknown-400": "An unknown token is an invalid request.",
        breaks ["introspection/unknown-token", "introspection/form", "introspection/used-refresh-token"];
    UNKNOWN_BREAKS = "introspect-unknown-500": "An unknown token breaks the server.",
        breaks ["introspection/unknown-token", "introspection/used-refresh-token",
            "introspection/forged-token"];
    ANY_TOKEN = "introspect-any-token": "Every token of the usual length is active.",
        breaks ["introspection/unknown-token", "introspection/forged-token"];
    TRUNCATED = "introspect-by-prefix": "A token is found by its first characters.",
        breaks ["introspection/unknown-token"];
    ANY_CASE = "introspect-without-case": "A token is compared without case.",
        breaks ["introspection/unknown-token"];
    EXTENDED = "introspect-by-length": "What follows a token is not read.",
        breaks ["introspection/unknown-token"];
    FIRST_CHARACTER = "introspect-without-first-character":
        "The first character of a token is not compared.",
        breaks ["introspection/unknown-token"];
    CODE_ACTIVE = "introspect-code-active": "An authorization code is an active token.",
        breaks ["introspection/unknown-token"];
    ID_TOKEN_ACTIVE = "introspect-id-token-active": "An ID Token is an active access token.",
        breaks ["introspection/id-token"];
    JWT_BELIEVED = "introspect-jwt-believed":
        "A JWT that names the server as its issuer is active, whoever signed it.",
        breaks ["introspection/forged-token"];
    JWT_UNSIGNED = "introspect-jwt-unsigned":
        "A JWT that names the server as its issuer is active where it says that nobody has signed it.",
        breaks ["introspection/forged-token"];
    JWT_BY_NAME = "introspect-jwt-by-key-name":
        "A JWT that names the server as its issuer is active where it names an algorithm of public keys.",
        breaks ["introspection/forged-token"];
    EXPIRED_ACTIVE = "introspect-expired-active": "An expired access token is active.",
        breaks ["introspection/expired-token"];
    REVOKED_ACTIVE = "introspect-revoked-active": "A revoked access token is active.",
        breaks ["introspection/revoked-token"];
    REVOKED_REFRESH_ACTIVE = "introspect-revoked-refresh-active": "A revoked refresh token is active.",
        breaks ["introspection/revoked-token"];
    USED_ACTIVE = "introspect-used-refresh-active":
        "A refresh token that was replaced is active.", breaks ["introspection/used-refresh-token"];
    UNKNOWN_REASON = "introspect-reason": "Of an unknown token the reason is told.",
        breaks ["introspection/inactive-alone"];
    EXPIRED_CLAIMS = "introspect-expired-members": "Of an expired token everything is told.",
        breaks ["introspection/inactive-alone"];
    REVOKED_CLAIMS = "introspect-revoked-members": "Of a revoked token everything is told.",
        breaks ["introspection/inactive-alone"];
    HINT_OBEYED = "introspect-obeys-hint":
        "A token is looked for among those of the kind that the request names, and nowhere else.",
        breaks ["introspection/wrong-hint"];
    HINT_NEEDED = "introspect-needs-hint":
        "A token is found by a request that names its kind, and by no other.",
        breaks ["introspection/active", "introspection/wrong-hint"];
    HINT_REFUSED = "introspect-unknown-hint-refused": "A hint that is not known is refused.",
        breaks ["introspection/wrong-hint"];
    ANY_CALLER = "introspect-without-credentials": "Whoever holds a token may ask about it.",
        breaks ["introspection/caller-authenticated"];
    ANY_SECRET = "introspect-with-any-secret": "The client secret of who asks is not checked.",
        breaks ["introspection/caller-authenticated"];
    NO_SECRET = "introspect-without-secret": "Who asks needs no client secret.",
        breaks ["introspection/caller-authenticated"];
    PUBLIC_CALLER = "introspect-by-public-clients": "A public client may ask by naming itself.",
        breaks ["introspection/caller-authenticated"];
    BY_GET = "introspect-by-get": "A GET request is answered, whoever asks.",
        breaks ["introspection/caller-authenticated"];
    CALLER_200 = "introspect-unauthenticated-200": "Who does not authenticate gets an error with status 200.",
        breaks ["introspection/caller-authenticated"];
    UNCHALLENGED = "introspect-unchallenged":
        "Wrong credentials in the header of an introspection are refused without a challenge.",
        breaks ["introspection/caller-challenged"];
    CALLER_AS_TEXT = "introspect-wrong-credentials-as-text":
        "Whose credentials are wrong is told so in plain text.",
        breaks ["introspection/caller-challenged"];
    MISSING_BREAKS = "introspect-nothing-500": "A request without a token breaks the server.",
        breaks ["introspection/token-required"];
    MISSING_ACTIVE = "introspect-nothing-active": "A request without a token is answered as if its token lived.",
        breaks ["introspection/token-required"];
    FOREIGN_403 = "introspect-of-another-403": "A client that asks about the token of another is refused.",
        breaks ["introspection/not-allowed"];
    FOREIGN_404 = "introspect-of-another-404": "The token of another client is not found.",
        breaks ["introspection/not-allowed"];
    SCOPES_AS_LIST = "introspect-scope-as-list": "The scope is a list.",
        breaks ["introspection/members"];
    EXPIRY_AS_TEXT = "introspect-expiry-as-text": "The expiry is a text.",
        breaks ["introspection/members"];
    EXPIRY_IN_PARTS = "introspect-expiry-in-parts": "The expiry has a fraction of a second.",
        breaks ["introspection/members"];
    CLIENT_AS_OBJECT = "introspect-client-as-object": "The client is an object.",
        breaks ["introspection/members"];
    AUDIENCE_AS_NUMBER = "introspect-audience-as-number": "The audience is a number.",
        breaks ["introspection/members"];
    OTHER_CLIENT = "introspect-of-another-client": "The client that is named is another one.",
        breaks ["introspection/agrees"];
    ASKER_AS_CLIENT = "introspect-asker-as-client": "The client that is named is the one that asks.",
        breaks ["introspection/agrees"];
    REFRESH_INACTIVE = "introspect-refresh-inactive": "No refresh token is active.",
        breaks ["introspection/refresh-token"];
    REFRESH_EXPIRED = "introspect-refresh-expires-with-access":
        "A refresh token is not active once its access token has expired.",
        breaks ["introspection/active"];
    REFRESHED_EXPIRED = "introspect-refreshed-expires-with-first":
        "The access token of a refresh is not active once the one before it has expired.",
        breaks ["introspection/active"];
    MORE_SCOPE = "introspect-more-scope": "The scope is what the client may have, and not what was granted.",
        breaks ["introspection/agrees"];
    LONGER = "introspect-longer": "The token lives longer than the client was told.",
        breaks ["introspection/expiry-agrees"];
    EXPIRY_STALE = "introspect-expiry-of-first":
        "The expiry that is told of the token of a refresh is that of the grant's first token.",
        breaks ["introspection/expiry-agrees"];
    USER_OF_LAST = "introspect-user-of-last":
        "The user who is told of a token is the one who granted last.",
        breaks ["introspection/users-apart"];
    IN_MILLISECONDS = "introspect-in-milliseconds": "Times are told in milliseconds.",
        breaks ["introspection/expiry-agrees"];
    OTHER_TYPE = "introspect-other-type": "The token type is the kind of token.",
        breaks ["introspection/agrees"];
    KEPT = "introspect-kept": "An answer may be kept for a day.",
        breaks ["introspection/not-kept"];
    PLAIN_HTTP = "introspect-plain-http": "The introspection endpoint is served over plain HTTP as well.",
        breaks ["introspection/https-only"];
    FORM_CHARSET = "introspect-form-charset-refused":
        "An introspection whose media type has a charset is refused.",
        breaks ["introspection/form-charset"];
    NULL_BREAKS = "introspect-null-character-500":
        "An introspection with a null character breaks the server.",
        breaks ["introspection/malformed"];
    OCTETS_BREAK = "introspect-octets-500":
        "An introspection with what is no UTF-8 breaks the server.",
        breaks ["introspection/malformed"];
    TEXT_BREAKS = "introspect-beyond-ascii-500":
        "A token with a letter beyond ASCII breaks its introspection.",
        breaks ["introspection/malformed"];
    EMPTY_SECRET = "introspect-with-empty-secret":
        "An empty client secret of an introspection is taken for the right one.",
        breaks ["introspection/caller-authenticated"];
    HEADER_UNCHECKED = "introspect-header-unchecked":
        "The secret of HTTP Basic is not checked at an introspection.",
        breaks ["introspection/caller-authenticated"];
    NO_BASIC = "introspect-without-basic":
        "HTTP Basic does not count at the endpoint for introspection, for which the metadata name it.",
        breaks ["metadata/auth-methods-work"];
}
