//! Mistakes about the rules `code/…`.

use crate::testbed::switches::faults;

faults! {
    IS_REQUEST = "code-is-request":
        "The code has the name under which the request waited for its user, and is good from then on.",
        breaks ["code/not-before-grant"];
    MADE_EARLY = "code-made-early":
        "The code is made when the client asks, good from then on, and stands in a field of the login page in base64.",
        breaks ["code/not-before-grant"];
    IN_COOKIE = "code-in-cookie":
        "The code is the session of a new browser, and good from then on.",
        breaks ["code/not-before-grant"];
    MADE_AT_LOGIN = "code-made-at-login":
        "The code is made when the user signs in, good from then on, and stands on the consent page.",
        breaks ["code/not-before-grant"];
    MADE_AT_NAME = "code-made-at-name":
        "The password is asked for on a page of its own; the code stands there already, and is good from then on.",
        breaks ["code/not-before-grant"];
    LIVES_31_SECONDS = "code-lives-too-long": "A code is valid for two seconds longer.",
        breaks ["code/lifetime"];
    LIVES_28_SECONDS = "code-dies-too-early": "A code is valid for two seconds less.",
        breaks ["code/lifetime"];
    LIVES_TEN_MINUTES = "code-lives-ten-minutes":
        "A code is valid for as long as RFC 6749 allows at most.",
        breaks ["code/lifetime"];
    LIVES_AN_HOUR = "code-lives-an-hour": "A code is valid for an hour.",
        breaks ["code/lifetime", "code/ten-minutes"];
    NEVER_EXPIRES = "code-never-expires": "A code is valid until it is used.",
        breaks ["code/lifetime", "code/ten-minutes"];
    ATTEMPT_RENEWS = "code-attempt-renews":
        "A refused attempt to redeem a code renews its life.",
        breaks ["code/lifetime"];
    COUNTED_FROM_REQUEST = "code-lifetime-from-request":
        "The lifetime of a code begins when the user is asked, not when the user agrees.",
        breaks ["code/lifetime"];
    EXPIRED_IS_INVALID_REQUEST = "code-expired-is-invalid-request":
        "An expired code is reported as an invalid request.", breaks ["code/lifetime"];
    EXPIRED_401 = "code-expired-401": "An expired code is refused with status 401.",
        breaks ["code/lifetime"];
    WORKS_TWICE = "code-works-twice": "A code can be redeemed any number of times.",
        breaks ["code/single-use", "code/single-use-concurrent", "code/replay-revokes"];
    WORKS_AGAIN_AT_ONCE = "code-works-again-for-ten-seconds":
        "A code can be redeemed again in its first ten seconds, for clients that retry.",
        breaks ["code/single-use", "code/single-use-concurrent", "code/replay-revokes"];
    RACE = "code-consumed-late":
        "A code is looked up under one lock and marked as used under another.",
        breaks ["code/single-use-concurrent"];
    REPLAY_IS_INVALID_REQUEST = "code-replay-is-invalid-request":
        "A used code is reported as an invalid request.", breaks ["code/single-use"];
    REPLAY_500 = "code-replay-500": "A used code breaks the server.",
        breaks ["code/single-use"];
    REPLAY_403 = "code-replay-403": "A used code is refused with status 403.",
        breaks ["code/single-use"];
    REPLAY_REVOKES_NOTHING = "code-replay-revokes-nothing":
        "A replay of a code is refused and has no consequence.", breaks ["code/replay-revokes"];
    REPLAY_REVOKES_ACCESS = "code-replay-revokes-access-only":
        "A replay of a code destroys the access token and leaves the refresh token.",
        breaks ["code/replay-revokes"];
    REPLAY_REVOKES_REFRESH = "code-replay-revokes-refresh-only":
        "A replay of a code destroys the refresh token and leaves the access token.",
        breaks ["code/replay-revokes"];
    REPLAY_BY_STRANGERS = "code-replay-by-a-stranger-revokes":
        "A used code that another client presents destroys the tokens that were issued for it.",
        breaks ["code/invalid-replay-spares"];
    REPLAY_UNPROVEN = "code-replay-unproven-revokes":
        "A used code that comes with a wrong verifier destroys the tokens that were issued for it.",
        breaks ["code/invalid-replay-spares"];
    ANY_CLIENT = "code-for-any-client": "A code is redeemed for any client with a secret.",
        breaks ["code/bound-to-client"];
    ANY_PUBLIC_CLIENT = "code-for-any-public-client":
        "A code is redeemed for any client without a secret.", breaks ["code/bound-to-client"];
    CLIENT_PART = "code-client-part-believed":
        "A code names its client in its last characters, and these are believed.",
        breaks ["code/unknown"];
    WRONG_CLIENT_IS_INVALID_CLIENT = "code-of-another-is-invalid-client":
        "A client that presents another client's code is reported as an invalid client.",
        breaks ["code/bound-to-client"];
    WRONG_CLIENT_500 = "code-of-another-500": "A code of another client breaks the server.",
        breaks ["code/bound-to-client"];
    REDIRECT_URI_500 = "code-redirect-uri-500":
        "Another redirect URI at the token endpoint breaks the server.",
        breaks ["code/bound-to-redirect-uri"],
        disturbs [("code/redirect-uri-not-repeated", "where it is demanded, its absence is refused alike")];
    WRONG_CLIENT_403 = "code-of-another-403":
        "A client that presents another client's code is refused with status 403.",
        breaks ["code/bound-to-client"];
    ANY_CASE = "code-without-case": "Codes are looked up in a column that ignores case.",
        breaks ["code/unknown"];
    TRUNCATED = "code-by-prefix": "A code is found by its first characters.",
        breaks ["code/unknown"];
    EXTENDED = "code-by-length": "Only as many characters of a code are read as it should have.",
        breaks ["code/unknown"];
    UNKNOWN_IS_INVALID_REQUEST = "code-unknown-is-invalid-request":
        "An unknown code is reported as an invalid request.", breaks ["code/unknown",
            "token/grant-kind"];
    UNKNOWN_CLOSES = "code-unknown-closes":
        "The connection of a token request with an unknown code is closed without an answer.",
        breaks ["code/unknown", "token/grant-kind"];
    UNKNOWN_404 = "code-unknown-404": "An unknown code is refused with status 404.",
        breaks ["code/unknown", "token/error-shape", "token/grant-kind"];
    FORGED_USES_UP = "code-used-up-by-a-similar-one":
        "A code that begins or ends like an issued one uses that up.",
        breaks ["code/similar-spares-code"];
    ANY_REDIRECT_URI = "code-for-any-redirect-uri":
        "The redirect URI of a token request is not checked.",
        breaks ["code/bound-to-redirect-uri"];
    REDIRECT_URI_PREFIX = "code-redirect-uri-by-prefix":
        "The redirect URI of a token request only has to begin like the one of the authorization.",
        breaks ["code/bound-to-redirect-uri"];
    REDIRECT_URI_PATH = "code-redirect-uri-by-path":
        "Of the redirect URI of a token request only the path is compared.",
        breaks ["code/bound-to-redirect-uri"];
    REDIRECT_URI_IS_INVALID_REQUEST = "code-redirect-uri-is-invalid-request":
        "A wrong redirect URI at the token endpoint is reported as an invalid request.",
        breaks ["code/bound-to-redirect-uri"];
    REDIRECT_URI_401 = "code-redirect-uri-401":
        "A wrong redirect URI at the token endpoint is refused with status 401.",
        breaks ["code/bound-to-redirect-uri"],
        disturbs [("code/redirect-uri-not-repeated", "where it is demanded, its absence is refused alike")];
    REDIRECT_URI_HOST = "code-redirect-uri-by-host":
        "Of the redirect URI of a token request only the host is compared.",
        breaks ["code/bound-to-redirect-uri"];
    REDIRECT_URI_NOT_DEMANDED = "code-redirect-uri-not-demanded":
        "A token request need not repeat the redirect URI of the authorization request.",
        breaks ["code/redirect-uri-not-repeated"];
    REDIRECT_URI_DEMANDED = "code-redirect-uri-demanded":
        "A token request has to repeat the redirect URI, as RFC 6749 says.",
        breaks ["code/redirect-uri-not-repeated"];
    REDIRECT_URI_IS_GIVEN = "code-redirect-uri-missing-is-invalid-grant":
        "A missing redirect URI is compared like an empty one.",
        breaks ["code/redirect-uri-not-repeated"];
    COUNTER = "codes-are-a-counter": "Codes are numbered.", breaks ["code/unguessable"];
    CLOCK = "codes-are-a-clock": "Codes are made of the time and four random characters.",
        breaks ["code/unguessable"];
    SEQUENTIAL = "codes-follow-each-other": "Each code is a large random number plus one.",
        breaks ["code/unguessable"];
    SHORT = "codes-are-short": "A code has twelve characters.", breaks ["code/unguessable"];
    DECIMAL = "codes-are-digits": "A code has twenty-four digits.", breaks ["code/unguessable"];
    SCOPE_WIDENS = "code-scope-of-token-request":
        "A code brings the scope that its token request names.",
        breaks ["code/bound-to-scope"];
}
