//! Mistakes about the rules `device/…`.

use crate::testbed::switches::faults;

faults! {
    NO_ENDPOINT = "device-endpoint-missing": "There is no device authorization endpoint.",
        breaks ["device/endpoint", "metadata/endpoints-there"];
    STATUS_201 = "device-answer-201": "Codes for a device come with status 201.",
        breaks ["device/answer"];
    NO_EXPIRES_IN = "device-expires-in-missing": "A device is not told how long its codes live.",
        breaks ["device/answer"];
    EXPIRES_IN_TEXT = "device-expires-in-text": "How long the codes of a device live is a text.",
        breaks ["device/answer"];
    INTERVAL_TEXT = "device-interval-text": "How long a device has to wait is a text.",
        breaks ["device/answer"];
    URI_RELATIVE = "device-uri-relative": "The verification URI is a path.",
        breaks ["device/answer"];
    URI_RENAMED = "device-uri-renamed": "The verification URI is called `verification_url`.",
        breaks ["device/answer"];
    AS_TEXT = "device-answer-as-text": "Codes for a device have the media type of plain text.",
        breaks ["device/answer"];
    STORED = "device-answer-stored": "Codes for a device may be kept by caches.",
        breaks ["device/no-store"];
    REFUSED_200 = "device-refused-200": "A device is refused with status 200.",
        breaks ["device/refusal", "device/client-known", "device/client-authenticated", "device/client-not-allowed"],
        disturbs [("device/scope-unknown", "a scope that cannot be had is refused so, too")];
    UNCHALLENGED = "device-unchallenged":
        "Wrong credentials in the header of a device are refused without a challenge.",
        breaks ["device/refusal"];
    REFUSED_AS_TEXT = "device-refused-as-text": "A device is refused in plain text.",
        breaks ["device/refusal"],
        disturbs [("device/scope-unknown", "a scope that cannot be had is refused so, too")];
    COMPLETE_OF_ANOTHER = "device-complete-uri-of-another":
        "The complete verification URI carries a user code that nobody has.",
        breaks ["device/complete-uri"];
    CODE_COUNTED = "device-code-counted": "Device codes are counted.",
        breaks ["device/code-unguessable"];
    CODE_SHORT = "device-code-short": "Device codes have ten digits.",
        breaks ["device/code-unguessable"];
    CODE_IS_USER_CODE = "device-code-is-user-code": "The device code holds little but the user code.",
        breaks ["device/code-unguessable"];
    NO_PAGE = "device-verification-page-missing": "Nothing is at the verification URI.",
        breaks ["device/verification-page"];
    USER_CODE_DIGITS = "user-code-four-digits": "User codes have four digits.",
        breaks ["device/user-code-unguessable"];
    USER_CODE_COUNTED = "user-code-counted": "User codes are counted.",
        breaks ["device/user-code-unguessable"];
    USER_CODE_ALIKE = "user-code-alike": "User codes have letters and digits that look alike.",
        breaks ["device/user-code-readable"];
    EXACT_CASE = "user-code-exact-case": "User codes have to be typed in capitals.",
        breaks ["device/user-code-any-case"];
    EXACT_PUNCTUATION = "user-code-exact-punctuation":
        "User codes have to be typed with the hyphen that they are shown with.",
        breaks ["device/user-code-punctuation"];
    BY_PREFIX = "user-code-by-prefix": "A user code is found by its first letters.",
        breaks ["device/user-code-unknown"];
    ANY_USER_CODE = "user-code-unchecked": "Whatever is typed is taken for the latest user code.",
        breaks ["device/user-code-unknown", "device/user-code-expired", "device/user-code-once"];
    USER_CODE_EXPIRED = "user-code-expired-taken": "A user code is taken after it has expired.",
        breaks ["device/user-code-expired"];
    USER_CODE_TWICE = "user-code-taken-twice": "A user code is taken again once its user has decided.",
        breaks ["device/user-code-once"];
    GUESSES = "user-code-guesses-unlimited": "User codes may be tried without end.",
        breaks ["device/guesses-limited"];
    BY_LINK = "device-approved-by-link":
        "Whoever is signed in and follows a link with a user code has agreed.",
        breaks ["device/link-decides-nothing"];
    WITHOUT_CONSENT = "device-without-consent": "Whoever types a user code and signs in has agreed.",
        breaks ["device/consent-asked"];
    FIRST_USER = "device-of-first-user": "The tokens of a device stand for the first user there is.",
        breaks ["device/current-user"];
    TOKENS_AT_ONCE = "device-tokens-before-consent": "A device gets its tokens before its user has agreed.",
        breaks ["device/pending", "device/link-decides-nothing", "device/approval-not-forgeable"];
    NOBODY_ASKED = "device-tokens-without-page":
        "A device gets its tokens at once, and the verification page asks nobody anything.",
        breaks ["device/pending", "device/denied"];
    DENIAL_BREAKS = "device-denial-500": "The denial of a device breaks the server.",
        breaks ["device/denied"];
    PENDING_INVALID_GRANT = "device-pending-invalid-grant":
        "A device whose user has not decided is told that its code is invalid.",
        breaks ["device/pending"];
    PENDING_202 = "device-pending-202": "A device whose user has not decided is answered with status 202.",
        breaks ["device/pending", "device/approval-not-forgeable"];
    NEVER_DONE = "device-never-done": "A device waits on after its user has agreed.",
        breaks ["device/tokens", "device/user-code-once"];
    REUSED = "device-code-reused": "A device gets tokens as often as it asks.",
        breaks ["device/single-use", "device/single-use-concurrent"];
    REUSED_AT_ONCE = "device-code-reused-at-once":
        "A device that asks several times at once gets tokens each time.",
        breaks ["device/single-use-concurrent"];
    ANY_CLIENT = "device-code-of-any-client": "Any client gets the tokens of a device code.",
        breaks ["device/bound-to-client"];
    DENIAL_FORGOTTEN = "device-denial-forgotten": "A device waits on after its user has denied.",
        breaks ["device/denied", "device/user-code-once"];
    DENIAL_INVALID_GRANT = "device-denied-invalid-grant":
        "A device whose user has denied is told that its code is invalid.",
        breaks ["device/denied"];
    DENIED_ONCE = "device-denied-once": "A device whose user has denied gets tokens when it asks again.",
        breaks ["device/denial-stays"];
    EXPIRED_TAKEN = "device-code-expired-taken": "A device gets tokens after its code has expired.",
        breaks ["device/expired"];
    EXPIRED_INVALID_REQUEST = "device-expired-invalid-request":
        "A device whose code has expired is told that its request is invalid.",
        breaks ["device/expired"];
    NEVER_SLOWS = "device-never-slows": "A device may ask as often as it likes.",
        breaks ["device/slow-down"];
    SLOW_FOR_EVER = "device-slow-for-ever": "A device that asked too early is never told anything else.",
        breaks ["device/slow-down-ends"];
    UNKNOWN_PENDING = "device-code-unknown-pending": "A device code that nobody has is pending.",
        breaks ["device/unknown-code"];
    UNKNOWN_BREAKS = "device-code-unknown-500": "A device code that nobody has breaks the server.",
        breaks ["device/unknown-code"];
    CODE_BY_PREFIX = "device-code-by-prefix": "A device code is found by its first characters.",
        breaks ["device/unknown-code"];
    MISSING_INVALID_GRANT = "device-code-missing-invalid-grant":
        "A token request without its device code is an invalid grant.",
        breaks ["device/code-required"];
    MISSING_BREAKS = "device-code-missing-500": "A token request without its device code breaks the server.",
        breaks ["device/code-required"];
    UNKNOWN_CLIENT = "device-for-unknown-client": "Codes are given to a client that nobody knows.",
        breaks ["device/client-known"];
    SECRET_UNCHECKED = "device-with-any-secret": "Codes are given to a client with a wrong secret.",
        breaks ["device/client-authenticated"];
    NO_SECRET = "device-without-secret": "Codes are given to a client with a secret that sends none.",
        breaks ["device/client-authenticated"];
    REDEEMED_WITHOUT_SECRET = "device-redeemed-without-secret":
        "A client with a secret redeems a device code without it.",
        breaks ["device/redeemed-by-authenticated"];
    FOR_ANY = "device-for-any-client": "Codes are given to clients that may not have the grant.",
        breaks ["device/client-not-allowed"];
    REPEATED = "device-repeated-first": "Of a parameter that is repeated the first value counts.",
        breaks ["device/repeated-parameter"];
    UNKNOWN_REFUSED = "device-unknown-parameter-refused":
        "A device whose request has a parameter that is not known is refused.",
        breaks ["device/unknown-parameters"];
    EMPTY_REFUSED = "device-empty-scope-refused": "A device whose request has an empty scope is refused.",
        breaks ["device/empty-is-absent"];
    BY_GET = "device-by-get": "Codes are given by GET.",
        breaks ["device/post-only"];
    MORE_SCOPE = "device-more-scope": "The tokens of a device have every scope that its client may have.",
        breaks ["device/scope"];
    LESS_SCOPE = "device-less-scope-untold":
        "The tokens of a device have the first scope that it asked for, and the response names all of them.",
        breaks ["device/scope-told"];
    SCOPE_OF_REQUEST = "device-scope-of-token-request":
        "The token request of a device says which scope its tokens have.",
        breaks ["device/scope"];
    TOKEN_LIVES_HALF = "device-token-lives-half":
        "The access token of a device lives for half as long as it was told.",
        breaks ["access-token/expires-in-is-true"];
    FORWARDED = "device-of-forwarded-host":
        "The verification URI is at the host that a proxy is said to have been asked for.",
        breaks ["device/outside-host"];
    APPROVED_AGAIN = "device-approved-again":
        "The form that approved a device works again, and its code then brings tokens again.",
        breaks ["device/single-use"];
    AGAIN_BREAKS = "user-code-again-500":
        "A user code that is typed again once its user has decided breaks the server.",
        breaks ["device/user-code-once"];
    DEAD_REFRESH = "device-refresh-token-dead": "The refresh token of a device is not known.",
        breaks ["device/refresh"];
    PLAIN_HTTP = "device-plain-http":
        "The device authorization endpoint is served over plain HTTP as well.",
        breaks ["device/https-only"];
    APPROVAL_UNCHECKED = "device-approval-unchecked":
        "The anti-forgery value of the form that approves a device is not checked, and any site may send one.",
        breaks ["device/approval-not-forgeable"];
    APPROVAL_OF_ANY_SESSION = "device-approval-of-any-session":
        "A device is approved by the form of any session, for the user who is signed in where it is posted.",
        breaks ["device/approval-not-forgeable"];
    APPROVAL_OF_NO_SESSION = "device-approval-of-no-session":
        "The form that approves a device is taken from any browser.",
        breaks ["device/approval-not-forgeable"];
    FORM_CHARSET = "device-form-charset-refused":
        "A device whose request has a media type with a charset is refused.",
        breaks ["device/form-charset"];
    EMPTY_SECRET = "device-with-empty-secret":
        "An empty client secret of a device is taken for the right one.",
        breaks ["device/client-authenticated"];
    HEADER_UNCHECKED = "device-header-unchecked":
        "The secret of HTTP Basic is not checked at a device.",
        breaks ["device/client-authenticated"];
    UNKNOWN_SCOPE = "device-unknown-scope-granted": "A device gets whatever scope it asks for.",
        breaks ["device/scope-unknown"];
    SCOPE_ANY_CASE = "device-scope-without-case":
        "The scopes of devices are compared without case.", breaks ["device/scope-unknown"];
}
