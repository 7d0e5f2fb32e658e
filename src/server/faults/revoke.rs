//! Mistakes about the rules `revoke/…`.

use crate::testbed::switches::faults;

faults! {
    NO_ENDPOINT = "revoke-endpoint-missing": "There is no revocation endpoint.",
        breaks ["revoke/endpoint", "revoke/by-access-token", "revoke/by-refresh-token", "access-token/revocable", "revoke/only-that-pair",
            "revoke/access-token-ends-refresh-token",
            "revoke/refresh-token-ends-access-token", "revoke/wrong-hint", "revoke/public-client"];
    NOTHING = "revoke-does-nothing": "A revocation is answered and changes nothing.",
        breaks ["revoke/by-access-token", "revoke/by-refresh-token", "revoke/only-that-pair",
            "access-token/revocable", "downscope/never-widens", "revoke/access-token-ends-refresh-token",
            "revoke/refresh-token-ends-access-token", "revoke/wrong-hint", "revoke/public-client"];
    LATER = "revoke-takes-a-minute": "A revocation takes effect a minute later.",
        breaks ["revoke/by-access-token", "revoke/by-refresh-token", "revoke/only-that-pair",
            "access-token/revocable", "downscope/never-widens", "revoke/access-token-ends-refresh-token",
            "revoke/refresh-token-ends-access-token", "revoke/wrong-hint", "revoke/public-client"];
    ACCESS_LEAVES_REFRESH = "revoke-access-leaves-refresh":
        "Revoking an access token leaves its refresh token usable.",
        breaks ["revoke/access-token-ends-refresh-token"];
    REFRESH_LEAVES_ACCESS = "revoke-refresh-leaves-access":
        "Revoking a refresh token leaves its access token usable.",
        breaks ["revoke/refresh-token-ends-access-token"];
    ALONE_UNKNOWN = "revoke-alone-not-found":
        "An access token that came without a refresh token is not found.",
        breaks ["revoke/by-access-token"];
    REFRESHED_UNKNOWN = "revoke-refreshed-not-found":
        "The access token of a refresh is not found.",
        breaks ["revoke/by-access-token", "revoke/access-token-ends-refresh-token"];
    REFRESHED_REFRESH_UNKNOWN = "revoke-refreshed-refresh-token-not-found":
        "The refresh token of a refresh is not found.",
        breaks ["revoke/by-refresh-token", "revoke/refresh-token-ends-access-token",
            "revoke/wrong-hint", "revoke/public-client"];
    EXPIRED_UNKNOWN = "revoke-expired-not-found":
        "The refresh token is not found once its access token has expired.",
        breaks ["revoke/by-refresh-token"];
    EXPIRED_REFUSED = "revoke-expired-refused":
        "Revoking an access token that has expired is an invalid request.",
        breaks ["revoke/unknown-token"];
    REPLACED_REFUSED = "revoke-replaced-refused":
        "Revoking a refresh token that was replaced is an invalid request.",
        breaks ["revoke/unknown-token"];
    HINT_OBEYED = "revoke-obeys-hint":
        "A token is looked up only among those of the kind that the hint names.",
        breaks ["revoke/wrong-hint"];
    HINT_NARROWS = "revoke-without-hint-only": "A token is found only where no hint is given.",
        breaks ["revoke/wrong-hint"];
    HINT_REFUSED = "revoke-unknown-hint-refused": "A hint that is not known is refused.",
        breaks ["revoke/wrong-hint"];
    NO_PUBLIC = "revoke-refuses-public-clients": "A public client cannot revoke its tokens.",
        breaks ["revoke/public-client"],
        disturbs [("revoke/by-refresh-token", "a device is a public client")];
    ERROR_AS_TEXT = "revoke-error-as-text":
        "Refusals of revocations have the media type of plain text.",
        breaks ["revoke/error-shape"];
    UNCHALLENGED = "revoke-unchallenged":
        "Wrong credentials in the header of a revocation are refused without a challenge.",
        breaks ["revoke/error-shape"];
    ECHO = "revoke-echoes-token": "The answer to a revocation quotes the token.",
        breaks ["revoke/nothing-disclosed"];
    ACCESS_LIVES = "revoke-access-takes-refresh-only":
        "Revoking an access token destroys its refresh token only.",
        breaks ["revoke/by-access-token", "revoke/only-that-pair", "access-token/revocable",
            "downscope/never-widens"];
    ONLY_ACCESS_KNOWN = "revoke-knows-access-tokens-only":
        "A refresh token that is to be revoked is not found.",
        breaks ["revoke/by-refresh-token", "revoke/wrong-hint",
            "revoke/refresh-token-ends-access-token", "revoke/public-client"];
    ONLY_REFRESH_KNOWN = "revoke-knows-refresh-tokens-only":
        "An access token that is to be revoked is not found.",
        breaks ["revoke/by-access-token", "revoke/only-that-pair", "access-token/revocable",
            "downscope/never-widens",
            "revoke/access-token-ends-refresh-token"];
    NO_CONTENT = "revoke-204": "A revocation is answered with status 204.",
        breaks ["revoke/by-access-token", "revoke/by-refresh-token", "revoke/unknown-token", "revoke/wrong-hint", "revoke/public-client"];
    WHOLE_USER = "revoke-takes-all-of-the-user":
        "A revocation destroys every token of the user.",
        breaks ["revoke/only-that-pair", "revoke/others-kept"];
    WHOLE_CLIENT = "revoke-takes-all-of-the-client":
        "A revocation destroys every token of the client.",
        breaks ["revoke/only-that-pair", "revoke/others-kept"];
    REFRESH_TAKES_USER = "revoke-refresh-token-takes-other-clients":
        "Revoking a refresh token destroys the tokens that its user granted other clients.",
        breaks ["revoke/others-kept"];
    REFRESH_TAKES_CLIENT = "revoke-refresh-token-takes-other-users":
        "Revoking a refresh token destroys the tokens that other users granted its client.",
        breaks ["revoke/others-kept"];
    DEVICE_UNKNOWN = "revoke-device-refresh-token-not-found":
        "The refresh token of a device is not found.",
        breaks ["revoke/by-refresh-token"];
    NO_CREDENTIALS = "revoke-without-credentials": "Anyone who holds a token may revoke it.",
        breaks ["revoke/needs-client-credentials"],
        disturbs [("revoke/bound-to-client", "the secret of another client is a wrong one")];
    NO_CREDENTIALS_REFRESH = "revoke-refresh-token-without-credentials":
        "Anyone who holds a refresh token may revoke it.",
        breaks ["revoke/needs-client-credentials"];
    ANY_SECRET = "revoke-with-any-secret": "A revocation does not check the client secret.",
        breaks ["revoke/needs-client-credentials"],
        disturbs [("revoke/bound-to-client", "the secret of another client is a wrong one")];
    NO_SECRET = "revoke-without-secret": "A revocation needs no client secret.",
        breaks ["revoke/needs-client-credentials"];
    REVOKED_FIRST = "revoke-before-credentials":
        "The token is destroyed before the client is refused.",
        breaks ["revoke/needs-client-credentials"],
        disturbs [("revoke/bound-to-client", "the secret of another client is a wrong one")];
    CLIENT_IS_INVALID_REQUEST = "revoke-invalid-client-is-invalid-request":
        "A revocation with wrong credentials is reported as an invalid request.",
        breaks ["revoke/needs-client-credentials"],
        disturbs [("revoke/error-shape", "wrong credentials in the header are told with status 401")];
    ANY_CLIENT = "revoke-for-any-client": "A client can revoke the tokens of another.",
        breaks ["revoke/bound-to-client"];
    ANY_PUBLIC_CLIENT = "revoke-for-any-public-client":
        "A public client can revoke the tokens of another.", breaks ["revoke/bound-to-client"];
    PUBLIC_UNNAMED = "revoke-public-client-unnamed":
        "Whoever holds a token of a public client may revoke it.",
        breaks ["revoke/needs-client-credentials"];
    ANY_CLIENT_REFRESH = "revoke-refresh-token-for-any-client":
        "A client can revoke the refresh tokens of another.",
        breaks ["revoke/bound-to-client"];
    ANY_CLIENT_REFUSED = "revoke-for-any-client-and-refuse":
        "The token of another client is destroyed before the client is compared.",
        breaks ["revoke/bound-to-client"];
    WRONG_CLIENT_403 = "revoke-of-another-403":
        "A client that revokes another client's token is refused with status 403.",
        breaks ["revoke/bound-to-client"];
    MISSING_ACCEPTED = "revoke-nothing-accepted": "A revocation without a token succeeds.",
        breaks ["revoke/token-required"];
    MISSING_IS_INVALID_GRANT = "revoke-nothing-is-invalid-grant":
        "A revocation without a token is reported as an invalid grant.",
        breaks ["revoke/token-required"];
    EMPTY_ACCEPTED = "revoke-empty-accepted": "A revocation with an empty token succeeds.",
        breaks ["revoke/token-required"];
    MISSING_TAKES_ALL = "revoke-nothing-takes-all":
        "A revocation without a token is refused, and logs the client out.",
        breaks ["revoke/token-required"];
    UNKNOWN_BREAKS = "revoke-unknown-500": "Revoking an unknown token breaks the server.",
        breaks ["revoke/unknown-token"];
    UNKNOWN_CLOSES = "revoke-unknown-closes":
        "The connection of a revocation of an unknown token is closed without an answer.",
        breaks ["revoke/unknown-token"];
    UNKNOWN_404 = "revoke-unknown-404": "Revoking an unknown token is answered with status 404.",
        breaks ["revoke/unknown-token"];
    UNKNOWN_401 = "revoke-unknown-401": "Revoking an unknown token is answered with status 401.",
        breaks ["revoke/unknown-token"];
    TWICE_BREAKS = "revoke-twice-500": "Revoking a token twice breaks the server.",
        breaks ["revoke/unknown-token"];
    TRUNCATED = "revoke-by-prefix": "A token to be revoked is found by its first characters.",
        breaks ["revoke/unknown-token"];
    ANY_CASE = "revoke-without-case": "A token to be revoked is compared case-insensitively.",
        breaks ["revoke/unknown-token"];
    EXTENDED = "revoke-by-length":
        "Only as many characters of a token to be revoked are read as it should have.",
        breaks ["revoke/unknown-token"];
    FIRST_CHARACTER = "revoke-without-first-character":
        "The first character of a token to be revoked is not compared.",
        breaks ["revoke/unknown-token"];
    BY_GET = "revoke-by-get": "A GET request with the token in its URL revokes it.",
        breaks ["revoke/post-only"];
    BY_GET_REFUSED = "revoke-by-get-and-refuse":
        "A GET request revokes, and is then told that only POST does.",
        breaks ["revoke/post-only"];
    GET_REDIRECTS = "revoke-get-redirects": "A GET request is sent to the login page.",
        breaks ["revoke/post-only"];
    FORM_CHARSET = "revoke-form-charset-refused":
        "A revocation whose media type has a charset is refused.", breaks ["revoke/form-charset"];
    NULL_BREAKS = "revoke-null-character-500":
        "A revocation with a null character breaks the server.", breaks ["revoke/malformed"];
    OCTETS_BREAK = "revoke-octets-500":
        "A revocation with what is no UTF-8 breaks the server.", breaks ["revoke/malformed"];
    TEXT_BREAKS = "revoke-beyond-ascii-500":
        "A token with a letter beyond ASCII breaks its revocation.", breaks ["revoke/malformed"];
    EMPTY_SECRET = "revoke-with-empty-secret":
        "An empty client secret of a revocation is taken for the right one.",
        breaks ["revoke/needs-client-credentials"];
    HEADER_UNCHECKED = "revoke-header-unchecked":
        "The secret of HTTP Basic is not checked at a revocation.",
        breaks ["revoke/needs-client-credentials"];
    NO_BASIC = "revoke-without-basic":
        "HTTP Basic does not count at the endpoint for revocation, for which the metadata name it.",
        breaks ["metadata/auth-methods-work"];
}
