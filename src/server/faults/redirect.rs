//! Mistakes about the rules `redirect/…`.

use crate::testbed::Fault;
use crate::testbed::switches::faults;

faults! {
    ONLY_FIRST = "redirect-only-first": "Of several registered URIs only the first one is known.",
        breaks ["redirect/registered", "redirect/development-local",
            "authorization/redirect-registration", "redirect/loopback-any-port"];
    REGISTERED_INSTEAD = "redirect-registered-instead":
        "The first registered URI is used whatever was asked for.",
        breaks ["redirect/registered", "redirect/base-url-suffix",
            "redirect/development-local", "authorization/redirect-registration"],
        disturbs [("redirect/path-boundary", "where a path may go on, the longer one is not used"),
            ("redirect/loopback-any-port", "another port is not used")];
    BASE_URL_ALONE = "redirect-base-url-alone": "A base URL cannot be extended.",
        breaks ["redirect/base-url-suffix"];
    SUFFIX_DROPPED = "redirect-suffix-dropped": "What extends a base URL is cut off.",
        breaks ["redirect/base-url-suffix"];
    STRING_PREFIX = "redirect-string-prefix": "The URI only has to begin with the registered text.",
        breaks ["redirect/lookalike-host", "redirect/userinfo", "redirect/path-boundary",
            "redirect/path-traversal", "redirect/fragment", "redirect/host-case",
            "redirect/other-host", "redirect/exact-match", "redirect/loopback-any-port", "implicit/redirect-uri"],
        disturbs [("redirect/query-kept", "a URI with a `code` of its own is used")];
    STRING_SUFFIX = "redirect-string-suffix": "The URI only has to end with the registered text.",
        breaks ["redirect/other-host", "redirect/base-url-suffix", "redirect/loopback-any-port"],
        disturbs [("redirect/path-boundary", "where a path may go on, the longer one is refused"),
            ("redirect/host-case", "where case does not matter, it does")];
    STRING_WITHIN = "redirect-string-within": "The registered text has to stand in the URI.",
        breaks ["redirect/other-host", "redirect/lookalike-host", "redirect/userinfo",
            "redirect/path-boundary", "redirect/path-traversal", "redirect/fragment",
            "redirect/host-case", "redirect/exact-match", "redirect/loopback-any-port", "implicit/redirect-uri"],
        disturbs [("redirect/query-kept", "a URI with a `code` of its own is used")];
    HOST_IGNORED = "redirect-host-ignored": "Any host is accepted.",
        breaks ["redirect/other-host", "redirect/lookalike-host", "redirect/never-to-application", "implicit/redirect-uri", "redirect/exact-match"],
        disturbs [("redirect/page-names-error", "there is no page for another host"),
            ("authorize/malformed", "an address that is none is a host like any other")];
    SUBDOMAINS = "redirect-subdomains": "Any host below the registered one is accepted.",
        breaks ["redirect/other-host"];
    SAME_DOMAIN = "redirect-same-domain": "Any host of the same domain is accepted.",
        breaks ["redirect/other-host", "redirect/lookalike-host", "implicit/redirect-uri", "redirect/exact-match"];
    HOST_ENDING = "redirect-host-ending": "The host only has to end with the registered one.",
        breaks ["redirect/other-host", "redirect/lookalike-host", "implicit/redirect-uri", "redirect/exact-match"];
    HOST_BEGINNING = "redirect-host-beginning":
        "The host only has to begin with the registered one.",
        breaks ["redirect/lookalike-host", "implicit/redirect-uri", "redirect/exact-match"];
    DOT_IS_ANY_LETTER = "redirect-dot-is-any-letter":
        "The registered host is a pattern, in which a dot is any letter.",
        breaks ["redirect/lookalike-host", "redirect/exact-match"];
    SCHEME_IGNORED = "redirect-scheme-ignored": "The scheme is not compared.",
        breaks ["redirect/exact-match", "redirect/other-scheme"];
    CUSTOM_TRUSTED = "redirect-custom-trusted": "Any scheme that is not of the web is accepted.",
        breaks ["redirect/exact-match", "redirect/other-scheme"];
    OTHER_SCHEME_INVALID = "redirect-other-scheme-invalid":
        "Another scheme is reported as an invalid one.",
        breaks ["redirect/other-scheme"];
    PORT_IGNORED = "redirect-port-ignored": "Any port is accepted.",
        breaks ["redirect/other-port", "redirect/exact-match"];
    DEVELOPMENT_ANY_PORT = "redirect-development-any-port":
        "In development mode any port is accepted, on any host.",
        breaks ["redirect/other-port"];
    OTHER_PORT_INSECURE = "redirect-other-port-insecure": "Another port is reported as insecure.",
        breaks ["redirect/other-port"],
        disturbs [("redirect/other-host", "a URI without a host has none of its ports"),
            ("redirect/other-scheme", "another scheme has another port")];
    USER_IS_HOST = "redirect-user-is-host": "What stands before the @ is taken for the host.",
        breaks ["redirect/userinfo"];
    PASSWORD_IS_PORT = "redirect-password-is-port":
        "What stands before the first colon is taken for the host.",
        breaks ["redirect/userinfo"];
    LAST_AT_SIGN = "redirect-last-at-sign":
        "What stands behind the last @ is taken for host and path.",
        breaks ["redirect/userinfo"];
    TWO_AT_SIGNS = "redirect-two-at-signs": "What stands before two @ is taken for the host.",
        breaks ["redirect/userinfo"];
    NO_AUTHORITY = "redirect-without-authority":
        "A URI without two slashes is taken for a path at the registered host.",
        breaks ["redirect/other-host"];
    EMPTY_AUTHORITY = "redirect-empty-authority":
        "A URI with an empty host is taken for a path at the registered one.",
        breaks ["redirect/other-host"];
    HOST_CUT = "redirect-host-cut":
        "The host is read up to the first character that stands in no host name.",
        breaks ["redirect/lookalike-host", "redirect/userinfo"];
    FINAL_DOT = "redirect-final-dot": "A dot behind the host is cut off.",
        breaks ["redirect/exact-match"];
    AT_SIGN_DECODED = "redirect-at-sign-decoded":
        "What stands before an encoded at sign is taken for the host.",
        breaks ["redirect/lookalike-host"];
    BOUNDARY_IGNORED = "redirect-boundary-ignored":
        "The path only has to begin with the registered one.",
        breaks ["redirect/path-boundary"];
    PATH_IGNORED = "redirect-path-ignored": "The path is not compared.",
        breaks ["redirect/path-boundary", "redirect/path-traversal"],
        disturbs [("redirect/host-case", "the path in other case is accepted like any other")];
    PARENT_PATH = "redirect-parent-path":
        "Anything in the directory of the registered path is accepted.",
        breaks ["redirect/path-boundary", "redirect/path-traversal"],
        disturbs [("redirect/host-case", "the path in other case is accepted like any other")];
    PATH_NOT_EXTENDED = "redirect-path-not-extended": "A path below the registered one is refused.",
        breaks ["redirect/path-boundary", "redirect/base-url-suffix"];
    QUERY_REFUSED = "redirect-query-refused": "A query that is not registered is refused.",
        breaks ["redirect/path-boundary"];
    DOTS_KEPT = "redirect-dots-kept": "Dot segments are not resolved.",
        breaks ["redirect/path-traversal"];
    ONLY_LITERAL_DOTS = "redirect-only-literal-dots": "Encoded dot segments are not resolved.",
        breaks ["redirect/path-traversal"];
    PATH_PARAMETERS_KEPT = "redirect-path-parameters-kept":
        "A dot segment with a path parameter is not resolved.",
        breaks ["redirect/path-traversal"];
    LOWER_CASE_ESCAPES = "redirect-lower-case-escapes":
        "Dots that are encoded with capital letters are not resolved.",
        breaks ["redirect/path-traversal"];
    ENCODED_SLASH_KEPT = "redirect-encoded-slash-kept":
        "An encoded slash does not separate segments.",
        breaks ["redirect/path-traversal"];
    BACKSLASH_KEPT = "redirect-backslash-kept": "An encoded backslash does not separate segments.",
        breaks ["redirect/path-traversal"];
    BACKSLASH_ALLOWED = "redirect-backslash-allowed": "A backslash extends the registered path.",
        breaks ["redirect/path-traversal"];
    FRAGMENT_ALLOWED = "redirect-fragment-allowed": "A fragment is accepted.",
        breaks ["redirect/fragment", "implicit/redirect-uri"];
    FRAGMENT_STRIPPED = "redirect-fragment-stripped": "A fragment is cut off.",
        breaks ["redirect/fragment", "implicit/redirect-uri"];
    EMPTY_FRAGMENT = "redirect-empty-fragment": "An empty fragment is accepted.",
        breaks ["redirect/fragment"];
    HOST_CASE = "redirect-host-case": "The host is compared case-sensitively.",
        breaks ["redirect/host-case"];
    SCHEME_CASE = "redirect-scheme-case": "The scheme is compared case-sensitively.",
        breaks ["redirect/host-case"];
    PATH_CASE = "redirect-path-case": "The path is compared case-insensitively.",
        breaks ["redirect/host-case"];
    HTTP_LIKE_HTTPS = "redirect-http-like-https": "Plain HTTP is accepted like HTTPS.",
        breaks ["redirect/insecure", "redirect/production-local", "redirect/never-to-application", "implicit/redirect-uri",
            "redirect/exact-match"],
        disturbs [("redirect/page-names-error", "there is no page for plain HTTP")];
    DEVELOPMENT_ANY_HOST = "redirect-development-any-host":
        "In development mode plain HTTP is accepted for any host.", breaks ["redirect/insecure"];
    INSECURE_MISMATCH = "redirect-insecure-mismatch": "Plain HTTP is reported as a mismatch.",
        breaks ["redirect/insecure", "redirect/page-names-error"];
    INSECURE_UNNAMED = "redirect-insecure-unnamed": "The page about plain HTTP names no error.",
        breaks ["redirect/insecure", "redirect/page-names-error"];
    INVALID_MISMATCH = "redirect-invalid-mismatch": "An invalid scheme is reported as a mismatch.",
        breaks ["redirect/invalid-scheme", "redirect/page-names-error"];
    INVALID_TOLD = "redirect-invalid-told": "An invalid scheme is reported to the URI that has it.",
        breaks ["redirect/invalid-scheme", "redirect/never-to-application"],
        disturbs [("redirect/page-names-error", "there is no page for an invalid scheme"),
            ("authorize/malformed", "what is no URI is told to where it leads")];
    CUSTOM_REFUSED = "redirect-custom-refused": "Only schemes of the web are known.",
        breaks ["redirect/custom-scheme", "authorization/redirect-registration"],
        disturbs [("redirect/other-scheme", "it is reported as an invalid one")];
    CUSTOM_INSECURE = "redirect-custom-insecure": "A scheme that is not https is insecure.",
        breaks ["redirect/custom-scheme", "authorization/redirect-registration"],
        disturbs [("redirect/other-scheme", "it is reported as an insecure one")];
    CUSTOM_FRAGMENT = "redirect-custom-fragment": "A custom scheme gets its code in the fragment.",
        breaks ["redirect/custom-scheme", "authorization/redirect-registration"];
    CUSTOM_SLASHES = "redirect-custom-slashes": "A custom scheme loses a slash on its way.",
        breaks ["redirect/custom-scheme", "authorization/redirect-registration"];
    NO_LOCALHOST = "redirect-no-localhost": "`localhost` is refused in development mode.",
        breaks ["redirect/development-local", "authorization/redirect-registration"];
    NO_LOOPBACK = "redirect-no-loopback": "`127.0.0.1` is refused in development mode.",
        breaks ["redirect/development-local", "authorization/redirect-registration"];
    NO_ANY_ADDRESS = "redirect-no-any-address": "`0.0.0.0` is refused in development mode.",
        breaks ["redirect/development-local", "authorization/redirect-registration"];
    NEVER_LOCAL = "redirect-never-local": "Local hosts are refused in every mode.",
        breaks ["redirect/development-local", "authorization/redirect-registration"];
    ALWAYS_LOCAL = "redirect-always-local": "Local hosts work in every mode.",
        breaks ["redirect/production-local"];
    ALWAYS_LOCALHOST = "redirect-always-localhost": "`localhost` works in every mode.",
        breaks ["redirect/production-local"];
    ALWAYS_LOOPBACK = "redirect-always-loopback": "`127.0.0.1` works in every mode.",
        breaks ["redirect/production-local"];
    ALWAYS_ANY_ADDRESS = "redirect-always-any-address": "`0.0.0.0` works in every mode.",
        breaks ["redirect/production-local"];
    ANY_IF_NONE = "redirect-any-if-none": "A client that registered none may name any URI.",
        breaks ["redirect/not-configured", "redirect/public-unregistered"];
    PUBLIC_ANY_IF_NONE = "redirect-any-if-none-public":
        "A public client that registered none may name any URI.",
        breaks ["redirect/public-unregistered"];
    NONE_INVALID = "redirect-none-invalid":
        "A client without a redirect URI is reported as an invalid request.",
        breaks ["redirect/not-configured"];
    FIRST_OF_SEVERAL = "redirect-first-of-several": "Of several URIs the first one is the default.",
        breaks ["redirect/several-registered"];
    LAST_OF_SEVERAL = "redirect-last-of-several": "Of several URIs the last one is the default.",
        breaks ["redirect/several-registered"];
    SEVERAL_TOLD = "redirect-several-told":
        "That the redirect URI is missing is reported to the first of several.",
        breaks ["redirect/several-registered"];
    TYPE_FIRST = "redirect-type-first": "An unknown response type is reported to any URI.",
        breaks ["redirect/never-to-application"];
    SEVERAL_TYPES_FIRST = "redirect-several-types-first":
        "That response types of several words are not offered is reported to any URI.",
        breaks ["redirect/never-to-application"];
    SCOPE_FIRST = "redirect-scope-first": "An unknown scope is reported to any URI.",
        breaks ["redirect/never-to-application"];
    REPETITION_FIRST = "redirect-repetition-first": "A repeated parameter is reported to any URI.",
        breaks ["redirect/never-to-application"];
    CHECKED_AT_GRANT = "redirect-checked-at-grant":
        "The URI is checked when the user grants, and not when the user denies.",
        breaks ["redirect/never-to-application", "implicit/redirect-uri"];
    RATE_FIRST = "redirect-rate-first": "Too many requests are reported to any URI.",
        breaks ["redirect/never-to-application"];
    MISMATCH_UNNAMED = "redirect-mismatch-unnamed": "The page names the error in a comment alone.",
        breaks ["redirect/page-names-error", "redirect/other-host", "redirect/other-scheme",
            "redirect/other-port", "redirect/not-configured"];
    MISMATCH_BREAKS = "redirect-mismatch-500":
        "A redirect URI that does not match breaks the server.",
        breaks ["redirect/other-host", "redirect/other-scheme", "redirect/other-port",
            "redirect/lookalike-host", "redirect/userinfo", "redirect/path-boundary",
            "redirect/path-traversal", "redirect/fragment", "redirect/exact-match",
            "redirect/never-to-application", "implicit/redirect-uri", "authorize/malformed"],
        disturbs [("redirect/not-configured", "no redirect URI is one that was registered"),
            ("redirect/public-unregistered", "no redirect URI is one that was registered")];
    MISMATCH_LEADS_ON = "redirect-mismatch-leads-on":
        "The page about a redirect URI that does not match leads on to it by itself.",
        breaks ["redirect/other-host", "redirect/other-scheme", "redirect/other-port",
            "redirect/lookalike-host", "redirect/userinfo", "redirect/exact-match",
            "redirect/path-boundary", "redirect/path-traversal", "redirect/fragment",
            "redirect/query-kept", "redirect/page-names-error", "redirect/never-to-application"],
        disturbs [("implicit/redirect-uri", "the same where a token is asked for")];
    MISMATCH_INVALID_REQUEST = "redirect-mismatch-invalid-request":
        "A mismatch is shown as an invalid request.",
        breaks ["redirect/page-names-error", "redirect/other-host", "redirect/other-scheme",
            "redirect/other-port", "redirect/not-configured"];
    URI_UNESCAPED = "redirect-uri-unescaped": "The page shows the redirect URI as markup.",
        breaks ["redirect/page-escapes"];
    CLIENT_UNESCAPED = "redirect-client-unescaped": "The page shows the client as markup.",
        breaks ["redirect/page-escapes"];
    STATE_UNESCAPED = "redirect-state-unescaped": "The page shows the state as markup.",
        breaks ["redirect/page-escapes"];
    FORM_UNESCAPED = "redirect-form-unescaped":
        "Where `response_mode=form_post` is asked for, the response is a form, which has the state as markup.",
        breaks ["redirect/page-escapes"];
    SCOPE_UNESCAPED = "redirect-scope-unescaped": "The page shows the scope as markup.",
        breaks ["redirect/page-escapes"];
    TYPE_UNESCAPED = "redirect-response-type-unescaped":
        "The page shows the response type as markup.",
        breaks ["redirect/page-escapes"];
    METHOD_UNESCAPED = "redirect-challenge-method-unescaped":
        "The page shows the method of the code challenge as markup.",
        breaks ["redirect/page-escapes"];
    PROMPT_UNESCAPED = "redirect-prompt-unescaped": "The page shows the prompt as markup.",
        breaks ["redirect/page-escapes"];
    HINT_UNESCAPED = "redirect-login-hint-unescaped": "The page shows the login hint as markup.",
        breaks ["redirect/page-escapes"];
    ASKED_IN_SCRIPT = "redirect-asked-in-script":
        "The page hands the request over to a script as JSON, in which the end of a script is not escaped.",
        breaks ["redirect/page-escapes"];
    USER_CODE_UNESCAPED = "redirect-user-code-unescaped":
        "The page for the code of a device shows the code of a link as markup.",
        breaks ["redirect/page-escapes"];
    TYPED_CODE_UNESCAPED = "redirect-typed-code-unescaped":
        "The page for the code of a device repeats a wrong one as markup.",
        breaks ["redirect/page-escapes"];
    STATE_UNESCAPED_AT_LOGIN = "redirect-state-unescaped-at-login":
        "The login page carries the state as markup.",
        breaks ["redirect/page-escapes"];
    QUERY_DROPPED = "redirect-query-dropped": "The query of the URI is lost.",
        breaks ["redirect/query-kept"],
        disturbs [("redirect/path-boundary", "one of its URIs has a query")];
    QUERY_DROPPED_ON_ERROR = "redirect-query-dropped-on-error":
        "The query of the URI is lost in an error response.",
        breaks ["redirect/query-kept", "authorize/error-always-present"];
    PROMPT_NONE_FIRST = "redirect-prompt-none-first":
        "A browser that is not signed in, and must not be asked, is redirected before the redirect URI is checked.",
        breaks ["redirect/never-to-application"];
    PROMPT_UNKNOWN_FIRST = "redirect-unknown-prompt-first":
        "An unknown prompt is told to wherever the request says, before client and redirect URI are checked.",
        breaks ["redirect/never-to-application", "authorize/client-id-known"];
    SIGNED_OUT_FIRST = "redirect-type-first-signed-out":
        "A browser that is not signed in is redirected for an unknown response type before the redirect URI is checked.",
        breaks ["redirect/never-to-application", "redirect/signed-in-first"];
    SECOND_QUESTION_MARK = "redirect-second-question-mark":
        "Parameters follow a question mark, even where the URI has a query.",
        breaks ["redirect/query-kept"],
        disturbs [("redirect/path-boundary", "one of its URIs has a query")];
    PARAMETERS_TWICE = "redirect-parameters-twice":
        "Where the URI has a query the parameters are added twice.",
        breaks ["redirect/query-kept"],
        disturbs [("redirect/path-boundary", "one of its URIs has a query")];
    SECOND_QUESTION_MARK_ON_ERROR = "redirect-second-question-mark-on-error":
        "An error follows a question mark, even where the URI has a query.",
        breaks ["redirect/query-kept", "authorize/error-always-present"];
    ERROR_LOST = "redirect-error-lost": "No error is reported to a URI that has a query.",
        breaks ["authorize/error-always-present"],
        disturbs [("redirect/query-kept", "nothing follows the query then")];
    BELOW = "redirect-below-registered": "Path and query may go on behind the registered URI.",
        breaks ["redirect/exact-match", "implicit/redirect-uri"],
        disturbs [("redirect/query-kept", "a URI with a `code` of its own is used")];
    ADDED_QUERY = "redirect-added-query": "Parameters may be added to the registered URI.",
        breaks ["redirect/exact-match"],
        disturbs [("redirect/query-kept", "a URI with a `code` of its own is used")];
    EMPTY_QUERY = "redirect-empty-query": "An empty query may be added to the registered URI.",
        breaks ["redirect/exact-match"];
    FINAL_SLASH = "redirect-final-slash": "A trailing slash is ignored.",
        breaks ["redirect/exact-match"];
    PATH_PARAMETERS = "redirect-path-parameters": "Path parameters are ignored.",
        breaks ["redirect/exact-match"];
    EXACT_PATH_CASE = "redirect-exact-path-case":
        "The path of the URI is compared case-insensitively.",
        breaks ["redirect/exact-match"];
    NORMALIZED = "redirect-normalized": "URIs are compared after a library has normalized them.",
        breaks ["redirect/exact-match"];
    DECODED = "redirect-decoded": "Paths are decoded before they are compared.",
        breaks ["redirect/exact-match"];
    SCHEME_PREFIX = "redirect-scheme-by-prefix":
        "A custom scheme only has to begin like the registered one.",
        breaks ["redirect/exact-match"];
    SLASHES = "redirect-slashes-uncounted":
        "The slashes after a custom scheme are ignored.",
        breaks ["redirect/exact-match"];
    EXACT_HOST_CASE = "redirect-exact-host-case":
        "The host of the URI is compared case-insensitively, and its scheme as it is written.",
        breaks ["redirect/exact-match"];
    DOT_SEGMENTS = "redirect-dot-segments": "A segment of one dot is left out of the path.",
        breaks ["redirect/exact-match"];
    DOUBLE_SLASH = "redirect-double-slash": "Two slashes in the path are one.",
        breaks ["redirect/exact-match"];
    SPACE_TRIMMED = "redirect-space-trimmed": "A space behind the URI is cut off.",
        breaks ["redirect/exact-match"];
    TRIMMED = "redirect-trimmed": "A trailing space is ignored.",
        breaks ["redirect/exact-match"];
    LOOPBACK_PORT_FIXED = "redirect-loopback-port-compared":
        "On loopback hosts the port is compared.", breaks ["redirect/loopback-any-port"];
    LOOPBACK_IPV4_ALONE = "redirect-loopback-ipv4-alone":
        "Any port is accepted on the loopback host of IPv4 alone.",
        breaks ["redirect/loopback-any-port"];
    LOOPBACK_ANY_HOST = "redirect-loopback-any-host": "Each loopback host matches every other.",
        breaks ["redirect/exact-match"];
    LOOPBACK_ANY_SCHEME = "redirect-loopback-any-scheme":
        "On a loopback host the scheme is not compared where the port is another one.",
        breaks ["redirect/exact-match"];
    LOOPBACK_ANY_PATH = "redirect-loopback-any-path": "On a loopback host any path is accepted.",
        breaks ["redirect/exact-match"];
    LOOPBACK_ANY_QUERY = "redirect-loopback-any-query": "On a loopback host any query is accepted.",
        breaks ["redirect/exact-match"];
    BREAK_IN_STATE = "redirect-break-in-state": "A line break in the state goes into the header.",
        breaks ["redirect/header-safe"];
    BREAK_IN_STATE_ON_DENY = "redirect-break-in-state-on-deny":
        "A line break in the state goes into the header of a denial.",
        breaks ["redirect/header-safe"];
    BREAK_IN_URI = "redirect-break-in-uri": "A line break in the URI goes into the header.",
        breaks ["redirect/header-safe"];
    ERROR_BEFORE_LOGIN = "redirect-error-before-login":
        "A browser in which nobody is signed in is sent to the client with an error at once.",
        breaks ["redirect/signed-in-first"];
    ANY_ADDRESS = "login-leads-anywhere":
        "Who has signed in is led to wherever the URL of the login page says.",
        breaks ["redirect/after-login"];
    ADDRESS_BY_SLASH = "login-leads-by-slash":
        "Who has signed in is led to wherever the URL of the login page says, if it begins with a slash.",
        breaks ["redirect/after-login"];
    ADDRESS_BEHIND_BACKSLASH = "login-leads-behind-backslash":
        "Where the URL of the login page says to go on, two slashes are refused, and a slash with a backslash is not.",
        breaks ["redirect/after-login"];
    FAILURE_TOLD = "redirect-failure-told": "A failure of the server is reported to the client.",
        breaks ["redirect/internal-error"];
    FAILURE_IGNORED = "redirect-failure-ignored": "A failure of the server leads to the login.",
        breaks ["redirect/internal-error"];
    FAILURE_INVALID = "redirect-failure-invalid": "A failure is shown as an invalid request.",
        breaks ["redirect/internal-error"];
    UNPUSHED_TOLD = "redirect-unpushed-told":
        "Every client has to push its requests, and that another request was not pushed is told to wherever it says.",
        breaks [
            "authorize/client-id-required",
            "authorize/client-id-known",
            "authorize/malformed",
            "redirect/never-to-application",
            "redirect/other-host",
            "redirect/other-scheme",
            "redirect/other-port",
            "redirect/lookalike-host",
            "redirect/userinfo",
            "redirect/path-boundary",
            "redirect/path-traversal",
            "redirect/insecure",
            "redirect/invalid-scheme",
            "redirect/not-configured",
            "redirect/public-unregistered",
            "redirect/exact-match",
            "implicit/redirect-uri",
        ];
}

/// Those with which the metadata say that every client has to push its requests.
pub(crate) const DEMANDS_TO_PUSH: [&Fault; 2] = [&super::pushed::DEMAND_NOT_KEPT, &UNPUSHED_TOLD];
