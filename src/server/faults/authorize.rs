//! Mistakes about the rules `authorize/…`.

use crate::testbed::switches::faults;

faults! {
    SIGNS_IN_BY_ITSELF = "authorize-signs-in-by-itself":
        "Every browser is signed in as the first user, without a login page.",
        breaks ["authorize/login-prefilled", "authorize/unauthorized-device",
            "consent/login-required", "consent/company-sign-on", "permission/admin-users",
            "permission/admin-groups", "permission/admin-events", "permission/add-on",
            "application-access/service-account",
            "as-user/allowed"],
        disturbs [("identity/current-user", "the wrong user may be signed in")];
    GET_REFUSED = "authorize-get-refused": "GET is answered with 405.",
        breaks ["authorize/get"],
        disturbs [("authorization/redirect-registration", "what is registered is tried by GET")];
    GET_UNREAD = "authorize-get-unread":
        "Parameters are read from the body alone, never from the query.",
        breaks ["authorize/get"],
        disturbs [("authorization/redirect-registration", "what is registered is tried by GET")];
    POST_REFUSED = "authorize-post-refused": "POST is answered with 405.",
        breaks ["authorize/post"],
        disturbs [("authorize/repeated-parameter", "one of its requests is posted")];
    POST_BODY_IGNORED = "authorize-post-body-ignored":
        "Only the query is read, even of a POST request.",
        breaks ["authorize/post"];
    POST_DROPS_STATE = "authorize-post-drops-state": "The state of a posted request is lost.",
        breaks ["authorize/state-on-grant"],
        disturbs [("authorize/post", "it is about all of a posted request")];
    POST_NEEDS_NO_TYPE = "authorize-post-needs-no-type":
        "A posted request without a response type counts as one for a code.",
        breaks ["authorize/post"];
    DECODED_TWICE = "state-decoded-twice": "The percent-encoding of the state is undone twice.",
        breaks ["authorize/url-encoding"];
    PLUS_KEPT = "authorize-plus-kept": "A plus sign in the state is not read as a space.",
        breaks ["authorize/url-encoding"];
    STATE_NOT_ENCODED = "state-not-encoded": "The state goes into the redirect as it is.",
        breaks ["authorize/url-encoding", "redirect/header-safe"];
    STATE_HTML_ESCAPED = "state-html-escaped": "The state is escaped for HTML in the redirect.",
        breaks ["authorize/url-encoding"];
    STATE_ASCII_ONLY = "state-ascii-only":
        "Characters of the state beyond ASCII become question marks.",
        breaks ["authorize/state-beyond-ascii"];
    STATE_TRIMMED = "state-trimmed": "Spaces around the state are trimmed.",
        breaks ["authorize/url-encoding"];
    TYPE_MISSING_IS_CODE = "response-type-optional": "Without a response type a code is issued.",
        breaks ["authorize/response-type-required", "authorize/error-always-present"],
        disturbs [("authorize/post", "one of its requests has no response type")];
    TYPE_EMPTY_IS_CODE = "response-type-may-be-empty": "An empty response type stands for `code`.",
        breaks ["authorize/response-type-required"];
    TYPE_MISSING_UNSUPPORTED = "response-type-missing-unsupported":
        "A missing response type is reported as an unsupported one.",
        breaks ["authorize/response-type-required"];
    TYPE_MISSING_ON_PAGE = "response-type-missing-on-page":
        "A missing response type ends on a page.",
        breaks ["authorize/response-type-required", "authorize/state-on-error",
            "authorize/error-always-present"],
        disturbs [("authorize/post", "one of its requests has no response type")];
    TOKEN_ACCEPTED = "response-type-token-accepted": "`token` is taken for `code`.",
        breaks ["authorize/response-type-code-only"];
    TYPE_BY_PREFIX = "response-type-by-prefix": "A response type only has to begin with `code`.",
        breaks ["authorize/response-type-code-only"];
    TYPE_WITHOUT_CASE = "response-type-without-case":
        "Response types are compared case-insensitively.",
        breaks ["authorize/response-type-code-only"];
    TYPE_AMONG_OTHERS = "response-type-among-others": "`code` may stand among other types.",
        breaks ["authorize/response-type-code-only"];
    TYPE_IGNORED = "response-type-ignored": "Any response type is taken for `code`.",
        breaks ["authorize/response-type-code-only", "authorize/error-always-present"];
    TYPE_UNKNOWN_INVALID = "response-type-unknown-invalid":
        "An unknown response type is reported as an invalid request.",
        breaks ["authorize/response-type-code-only"];
    TYPE_UNKNOWN_ON_PAGE = "response-type-unknown-on-page":
        "An unknown response type ends on a page.",
        breaks ["authorize/response-type-code-only", "authorize/state-on-error",
            "authorize/error-always-present"];
    CLIENT_MISSING_REDIRECTED = "client-missing-redirected":
        "A request without a client is sent to the redirect URI that it names.",
        breaks ["authorize/client-id-required"];
    CLIENT_MISSING_FIRST = "client-missing-first":
        "A request without a client is taken for one of the first client.",
        breaks ["authorize/client-id-required"];
    CLIENT_UNKNOWN_REDIRECTED = "client-unknown-redirected":
        "A request of an unknown client is sent to the redirect URI that it names.",
        breaks ["authorize/client-id-known", "redirect/never-to-application"],
        disturbs [("authorize/malformed", "an identifier that is none is an unknown one")];
    PAGE_410 = "error-page-410": "The page about an unknown client has status 410.",
        breaks ["authorize/page-status"];
    MISMATCH_PAGE_451 = "mismatch-page-451":
        "The page about an unregistered redirect URI has status 451.",
        breaks ["authorize/page-status"];
    CLIENT_UNKNOWN_JSON = "client-unknown-json":
        "A request of an unknown client is answered with a JSON object in place of a page.",
        breaks ["authorize/client-id-known"],
        disturbs [("redirect/never-to-application", "an identifier that only looks like one is unknown")];
    CLIENT_UNKNOWN_BREAKS = "client-unknown-500":
        "A request of an unknown client breaks the server.",
        breaks ["authorize/client-id-known", "consent/not-framed", "authorize/malformed"],
        disturbs [("redirect/never-to-application", "an identifier that only looks like one is unknown")];
    CLIENT_BY_PREFIX = "client-by-prefix": "A client is found by a prefix of its identifier.",
        breaks ["authorize/client-id-known"];
    CLIENT_BY_SHAPE = "client-by-shape":
        "An unknown identifier that looks like one of the server's is a client with any redirect URI.",
        breaks ["redirect/never-to-application", "authorize/client-id-known"];
    REDIRECT_URI_REQUIRED = "redirect-uri-required": "Every request has to name a redirect URI.",
        breaks ["authorize/redirect-uri-optional"];
    STATE_DROPPED_ON_GRANT = "state-dropped-on-grant": "No state comes back with a code.",
        breaks ["authorize/state-on-grant", "consent/company-sign-on", "authorize/malformed"],
        disturbs [("authorize/post", "posted requests are granted too"),
            ("authorize/url-encoding", "the state is where the encoding is seen")];
    STATE_DROPPED_WITHOUT_URI = "state-dropped-without-uri":
        "The state is lost where the registered redirect URI is used.",
        breaks ["authorize/state-on-grant"];
    STATE_CUT = "state-cut": "No more than 255 characters of the state are kept.",
        breaks ["authorize/state-on-grant"];
    STATE_LOST_AT_RETRY = "state-lost-at-retry":
        "The state is lost once a password was wrong.",
        breaks ["authorize/state-on-grant", "authorize/state-on-deny"];
    STATE_TWICE = "state-twice": "The state comes back twice.",
        breaks ["authorize/state-on-grant", "authorize/state-on-deny", "authorize/state-on-error",
            "redirect/query-kept", "consent/company-sign-on", "implicit/state"],
        disturbs [("authorize/post", "posted requests are granted too"),
            ("authorize/url-encoding", "the state is where the encoding is seen")];
    STATE_DROPPED_ON_DENY = "state-dropped-on-deny": "No state comes back when the user denies.",
        breaks ["authorize/state-on-deny", "consent/company-sign-on", "implicit/state"],
        disturbs [("authorize/post", "posted requests are denied too")];
    STATE_LOWER_ON_DENY = "state-lower-on-deny": "The state of a denial is in lower case.",
        breaks ["authorize/state-on-deny", "consent/company-sign-on", "implicit/state"],
        disturbs [("authorize/post", "posted requests are denied too")];
    STATE_DROPPED_ON_ERROR = "state-dropped-on-error": "No state comes back with an error.",
        breaks ["authorize/state-on-error", "implicit/state"],
        disturbs [("authorize/post", "one of its requests is refused")];
    STATE_DROPPED_FOR_TYPE = "state-dropped-for-type":
        "No state comes back where the response type is unknown.",
        breaks ["authorize/state-on-error"];
    STATE_DROPPED_FOR_SCOPE = "state-dropped-for-scope":
        "No state comes back where the scope is unknown.",
        breaks ["authorize/state-on-error", "implicit/state"];
    STATE_DROPPED_FOR_TARGET = "state-dropped-for-target":
        "No state comes back where the resource is unknown.",
        breaks ["authorize/state-on-error"];
    STATE_DROPPED_FOR_CHALLENGE = "state-dropped-for-challenge":
        "No state comes back where the challenge is missing or cannot be used.",
        breaks ["authorize/state-on-error"];
    STATE_DROPPED_FOR_DEVICE = "state-dropped-for-device":
        "No state comes back where the device is not authorized.",
        breaks ["authorize/state-on-error"];
    STATE_DROPPED_FOR_RATE = "state-dropped-for-rate":
        "No state comes back where too many requests came.",
        breaks ["authorize/state-on-error"];
    STATE_EMPTY = "state-empty": "`state=` comes back where none was sent.",
        breaks ["authorize/state-absent"];
    STATE_NULL = "state-null": "`state=null` comes back where none was sent.",
        breaks ["authorize/state-absent"];
    EMPTY_STATE_FILLED = "authorize-empty-state-filled":
        "`state=null` comes back where an empty one was sent.",
        breaks ["authorize/empty-is-absent"];
    EMPTY_SCOPE = "authorize-empty-scope-invalid": "An empty scope is an unknown one.",
        breaks ["authorize/empty-is-absent"];
    EMPTY_URI = "authorize-empty-redirect-uri-compared":
        "An empty redirect URI is compared with the registered one.",
        breaks ["authorize/empty-is-absent"];
    UNAUTHORIZED_GRANTED = "unauthorized-client-gets-code":
        "A client that may not ask for codes gets one, and tokens for it.",
        breaks ["authorize/unauthorized-client"];
    UNAUTHORIZED_UNSUPPORTED = "unauthorized-client-unsupported":
        "A client that may not ask for codes receives `unsupported_response_type`.",
        breaks ["authorize/unauthorized-client"];
    UNAUTHORIZED_ON_PAGE = "unauthorized-client-on-page":
        "That a client may not ask for codes is reported to the user alone.",
        breaks ["authorize/unauthorized-client"];
    TOKEN_IN_REDIRECT = "implicit-token-granted":
        "A response type with `token` in it brings an access token.",
        breaks ["authorize/no-token-response"];
    CORS_ANY = "authorize-cors-any":
        "Scripts of any site may read the authorization endpoint (CORS).",
        breaks ["authorize/no-cors"];
    CORS_REFLECTED = "authorize-cors-reflected":
        "The origin of every request may read the authorization endpoint (CORS).",
        breaks ["authorize/no-cors"];
    CORS_PREFLIGHT = "authorize-cors-preflight":
        "A CORS preflight request for the authorization endpoint is granted.",
        breaks ["authorize/no-cors"];
    OVERSIZED_500 = "authorize-oversized-500": "An enormous request is a server error.",
        breaks ["authorize/oversized"];
    PREFILL_MISSING = "prefill-missing": "The suggested login is not shown.",
        breaks ["authorize/login-prefilled"];
    PREFILL_UNESCAPED = "prefill-unescaped": "The suggested login is shown as markup.",
        breaks ["authorize/login-prefilled", "redirect/page-escapes"];
    PREFILL_ESCAPED_TWICE = "prefill-escaped-twice": "The suggested login is escaped twice.",
        breaks ["authorize/login-prefilled"];
    PREFILL_LOCAL_PART = "prefill-local-part": "Only what stands before the @ is suggested.",
        breaks ["authorize/login-prefilled"];
    REPEATED_FIRST = "repeated-first": "Of a repeated parameter the first value counts.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_LAST = "repeated-last": "Of a repeated parameter the last value counts.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_SAME = "repeated-same": "A parameter may be repeated with the same value.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_STATE = "repeated-state": "The state may be repeated.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_SCOPE = "repeated-scope": "The scope may be repeated.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_CLIENT = "repeated-client": "Of several clients the first one counts.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_URI = "repeated-redirect-uri": "Of several redirect URIs the first one counts.",
        breaks ["authorize/repeated-parameter"];
    REPEATED_URI_MIXED = "repeated-redirect-uri-mixed":
        "Of several redirect URIs the first one is checked and the last one used.",
        breaks ["authorize/repeated-parameter", "redirect/exact-match"];
    BODY_OVER_QUERY = "body-over-query": "What stands in the body replaces what the query says.",
        breaks ["authorize/repeated-parameter"];
    BROKEN_ESCAPE_500 = "broken-escape-500": "A broken percent-encoding is a server error.",
        breaks ["authorize/malformed"];
    NOT_UTF8_500 = "not-utf8-500": "A value that is not UTF-8 is a server error.",
        breaks ["authorize/malformed"];
    NUL_500 = "nul-500": "A value with a NUL is a server error.",
        breaks ["authorize/malformed"];
    NUL_CLOSES = "authorize-null-character-closes":
        "The connection of a request with a NUL is closed without an answer.",
        breaks ["authorize/malformed"];
    CLIENT_NUL_500 = "client-nul-500":
        "A client identifier with a NUL is a server error.", breaks ["authorize/malformed"];
    SCOPE_NUL_500 = "scope-nul-500":
        "A scope with a NUL is a server error.", breaks ["authorize/malformed"];
    BRACKET_500 = "redirect-uri-bracket-500":
        "A redirect URI with a broken IPv6 address is a server error.",
        breaks ["authorize/malformed"];
    REPEATED_STATE_500 = "repeated-state-500": "A state that is given twice is a server error.",
        breaks ["authorize/repeated-parameter", "authorize/repeated-is-told"],
        disturbs [("redirect/never-to-application", "one of its requests has two states")];
    ERROR_QUOTES = "redirect-description-quotes":
        "What is wrong with a scope or a challenge is described with a quotation mark.",
        breaks ["authorize/error-always-present"];
    NO_URI_500 = "no-uri-500": "A redirect URI that is not a URI is a server error.",
        breaks ["authorize/malformed"];
    DEVICE_IGNORED = "device-ignored": "Users sign in from any device.",
        breaks ["authorize/unauthorized-device"];
    DEVICE_OTHER_ERROR = "device-other-error": "A foreign device is reported as `access_denied`.",
        breaks ["authorize/unauthorized-device"];
    DEVICE_ONLY_TEXT = "device-only-text": "A foreign device is described, without an error.",
        breaks ["authorize/unauthorized-device"];
    DEVICE_ON_PAGE = "device-on-page": "A foreign device ends on a page.",
        breaks ["authorize/unauthorized-device", "authorize/state-on-error"];
    RATE_IGNORED = "rate-ignored": "Requests beyond the rate limit are served.",
        breaks ["authorize/rate-limited"];
    RATE_OTHER_ERROR = "rate-other-error": "Too many requests are reported as `server_error`.",
        breaks ["authorize/rate-limited"];
    RATE_ON_PAGE = "rate-on-page": "Too many requests end on a page.",
        breaks ["authorize/rate-limited", "authorize/state-on-error"];
    ERROR_TWICE = "error-twice": "The error of an unknown response type is named twice.",
        breaks ["authorize/error-always-present", "authorize/response-type-code-only",
            "redirect/query-kept"];
    ERROR_EMPTY = "error-empty": "The error of an unknown response type is empty.",
        breaks ["authorize/error-always-present", "authorize/response-type-code-only"];
    ERROR_UNNAMED = "error-unnamed": "A missing response type is reported as `error_code`.",
        breaks ["authorize/error-always-present", "authorize/response-type-required"],
        disturbs [("authorize/post", "one of its requests has no response type")];
    ERROR_UNDOCUMENTED = "error-undocumented":
        "A missing response type is reported by a code of the server's own.",
        breaks ["authorize/error-always-present", "authorize/response-type-required"],
        disturbs [("authorize/post", "one of its requests has no response type")];
    ERROR_WITH_CODE = "error-with-code": "A code goes with the error of an unknown response type.",
        breaks ["authorize/error-always-present", "authorize/response-type-code-only"];
    HEAD_500 = "authorize-head-500": "HEAD is a server error.", breaks ["authorize/head"];
    REPEATED_ON_PAGE = "repeated-on-page": "A repeated parameter ends on a page.",
        breaks ["authorize/repeated-is-told"];
    UNKNOWN_REFUSED = "authorize-unknown-parameter-refused":
        "An unknown parameter is an invalid request.",
        breaks ["authorize/unknown-parameters"];
    UNKNOWN_ON_PAGE = "unknown-parameter-on-page": "An unknown parameter ends on a page.",
        breaks ["authorize/unknown-parameters"];
    PLAIN_SERVED = "plain-http-login": "The login is served over plain HTTP too.",
        breaks ["authorize/https-only"];
    PLAIN_ERROR_REDIRECTED = "plain-http-error-redirect":
        "A request over plain HTTP is read, and sent on to the client with an error.",
        breaks ["authorize/https-only"];
    FORWARDED = "authorize-of-forwarded-host":
        "The form to sign in with is sent to the host that a proxy is said to have been asked for.",
        breaks ["authorize/outside-host"];
}
