//! Mistakes about the rules `pushed/…`.

use crate::testbed::switches::faults;

faults! {
    NO_ENDPOINT = "push-endpoint-missing": "There is no endpoint for pushed requests.",
        breaks ["pushed/endpoint", "pushed/success", "pushed/public-client", "metadata/endpoints-there"];
    STATUS_200 = "push-200": "A pushed request is answered with status 200.",
        breaks ["pushed/success"];
    AS_TEXT = "push-as-text": "The answer to a pushed request has the media type of plain text.",
        breaks ["pushed/success"];
    NO_EXPIRY = "push-without-expiry": "It is not told how long a reference lives.",
        breaks ["pushed/success"];
    EXPIRY_AS_TEXT = "push-expiry-as-text": "The lifetime of a reference is a text.",
        breaks ["pushed/success"];
    EXPIRY_IN_PARTS = "push-expiry-in-parts": "The lifetime of a reference has a fraction of a second.",
        breaks ["pushed/success"];
    EXPIRY_ZERO = "push-expiry-zero": "The lifetime of a reference is said to be 0 seconds.",
        breaks ["pushed/success"];
    KEPT = "push-kept": "The answer to a pushed request may be kept for a day.",
        breaks ["pushed/not-kept"];
    UNANNOUNCED = "push-unannounced": "The metadata do not name the endpoint for pushed requests.",
        breaks ["pushed/announced"];
    ANY_SECRET = "push-with-any-secret": "The client secret of a pushed request is not checked.",
        breaks ["pushed/client-authenticated"];
    NO_SECRET = "push-without-secret": "A client with a secret need not send it with a pushed request.",
        breaks ["pushed/client-authenticated"];
    OTHER_CLIENT = "push-for-another-client":
        "A pushed request may name another client than the one that authenticates.",
        breaks ["pushed/client-agrees"];
    NO_PUBLIC = "push-not-for-public-clients": "A client without a secret cannot push its requests.",
        breaks ["pushed/public-client"];
    REFERENCE_IGNORED = "push-ignores-reference": "A reference in a pushed request is ignored.",
        breaks ["pushed/no-reference"];
    UNCHECKED = "push-checked-later": "A pushed request is checked when the user comes with it.",
        breaks ["pushed/refused-early"];
    ANY_URI = "push-with-any-redirect-uri":
        "The redirect URI of a pushed request is never compared with those of the client.",
        breaks ["pushed/validated", "pushed/refused-early", "pushed/changed-since"];
    CHECKED_ONCE = "push-checked-once":
        "The redirect URI of a pushed request is compared with those of the client at the push alone.",
        breaks ["pushed/changed-since"];
    TYPE_REPAIRED = "push-with-any-response-type":
        "A response type that is not known means a code in a pushed request.",
        breaks ["pushed/validated", "pushed/refused-early"];
    SCOPE_REPAIRED = "push-with-any-scope": "Unknown scopes of a pushed request mean every scope.",
        breaks ["pushed/validated", "pushed/refused-early"];
    CHALLENGE_REPAIRED = "push-with-any-challenge-method":
        "A challenge whose method is not known is dropped from a pushed request.",
        breaks ["pushed/validated", "pushed/refused-early"];
    REDIRECTED = "push-error-redirected": "What is wrong with a pushed request is told by a redirect.",
        breaks ["pushed/error-form", "pushed/client-authenticated", "pushed/no-reference"];
    UNCHALLENGED = "push-unchallenged":
        "Wrong credentials in the header of a pushed request are refused without a challenge.",
        breaks ["pushed/error-form"];
    ERROR_AS_TEXT = "push-error-as-text": "What is wrong with a pushed request is told in plain text.",
        breaks ["pushed/error-form"];
    ERROR_200 = "push-error-200": "What is wrong with a pushed request is told with status 200.",
        breaks ["pushed/error-form", "pushed/client-authenticated", "pushed/no-reference"];
    BY_GET = "push-by-get": "Authorization requests are pushed by GET as well.",
        breaks ["pushed/post-only"];
    NEVER_FOLLOWED = "push-cannot-be-followed": "No reference is known at the authorization endpoint.",
        breaks ["pushed/followed"];
    NEEDS_PARAMETERS = "push-needs-parameters":
        "The parameters of a pushed request have to stand beside its reference again.",
        breaks ["pushed/followed"];
    URI_LOST = "push-loses-redirect-uri": "The response to a pushed request goes to the client's first redirect URI.",
        breaks ["pushed/parameters-hold", "pushed/changed-since"];
    SCOPE_LOST = "push-loses-scope": "A pushed request is granted every scope that the client may have.",
        breaks ["pushed/parameters-hold"];
    STATE_LOST = "push-loses-state": "The state of a pushed request does not come back.",
        breaks ["pushed/parameters-hold"];
    CHALLENGE_LOST = "push-loses-challenge": "The code challenge of a pushed request is forgotten.",
        breaks ["pushed/proof-key-holds"];
    STATE_WINS = "push-state-of-query": "A state beside a reference counts in place of the pushed one.",
        breaks ["pushed/query-ignored"];
    SCOPE_WINS = "push-scope-of-query": "Scopes beside a reference count in place of the pushed ones.",
        breaks ["pushed/query-ignored"];
    URI_WINS = "push-redirect-uri-of-query":
        "A redirect URI beside a reference counts in place of the pushed one.",
        breaks ["pushed/query-ignored"];
    CHALLENGE_WINS = "push-challenge-of-query":
        "A code challenge beside a reference counts in place of the pushed one.",
        breaks ["pushed/query-ignored"];
    ANY_CLIENT = "push-followed-for-any-client": "A reference works for every client.",
        breaks ["pushed/bound-to-client"];
    NO_CLIENT = "push-followed-without-client": "A reference works without a client.",
        breaks ["pushed/bound-to-client"];
    REUSED = "push-works-again": "A reference works until it expires, however often.",
        breaks ["pushed/single-use"];
    NEVER_EXPIRES = "push-never-expires": "A reference works for ever.",
        breaks ["pushed/expires"];
    COUNTED = "push-counted": "References are numbers in their order.",
        breaks ["pushed/unguessable"];
    BY_LENGTH = "push-reference-by-length": "What follows a reference is not read.",
        breaks ["pushed/unknown-reference"];
    ANY_CASE = "push-reference-without-case": "References are compared without case.",
        breaks ["pushed/unknown-reference"];
    UNKNOWN_IGNORED = "push-unknown-reference-ignored":
        "A reference that is not known is ignored, and what stands beside it counts.",
        breaks ["pushed/unknown-reference"];
    PLAIN_TAKEN = "push-not-required": "A client that has to push its requests need not.",
        breaks ["pushed/required"];
    REGISTERED_UNKEPT = "push-registered-unkept":
        "A client that registered itself to push its requests need not.",
        breaks ["pushed/required"];
    PLAIN_HTTP = "push-plain-http": "Pushed requests are taken over plain HTTP as well.",
        breaks ["pushed/https-only"];
    FORM_CHARSET = "push-form-charset-refused":
        "A pushed request whose media type has a charset is refused.",
        breaks ["pushed/form-charset"];
    EMPTY_SECRET = "push-with-empty-secret":
        "An empty client secret of a pushed request is taken for the right one.",
        breaks ["pushed/client-authenticated"];
    HEADER_UNCHECKED = "push-header-unchecked":
        "The secret of HTTP Basic is not checked at a pushed request.",
        breaks ["pushed/client-authenticated"];
    NO_BASIC = "push-without-basic":
        "HTTP Basic does not count at the endpoint for pushed requests, for which the metadata name it.",
        breaks ["metadata/auth-methods-work"];
    DEMAND_NOT_KEPT = "push-demand-not-kept":
        "The metadata say that every client has to push its requests, and none has to.",
        breaks ["pushed/required"];
}
