//! Mistakes about the rules `registration/…`.

use crate::testbed::switches::faults;

faults! {
    NO_ENDPOINT = "register-endpoint-missing": "There is no registration endpoint.",
        breaks ["registration/endpoint", "registration/success"];
    OK_200 = "register-200": "A registration is answered with status 200.",
        breaks ["registration/success"];
    AS_TEXT = "register-as-text": "The answer to a registration has the media type of plain text.",
        breaks ["registration/success"];
    NO_URIS = "register-without-redirect-uris": "The answer does not name the redirect URIs.",
        breaks ["registration/success", "registration/read", "registration/told"];
    NO_GRANTS = "register-without-grant-types": "The answer does not name the grant types.",
        breaks ["registration/success", "registration/read", "registration/told"];
    NO_METHOD = "register-without-method": "The answer does not name the way of authentication.",
        breaks ["registration/success"];
    NO_NAME = "register-without-name": "The answer does not name the client, and pages do.",
        breaks ["registration/told"];
    NAME_AS_ASKED = "register-name-as-asked":
        "The name of a client is cut short, and the answer names it as it was asked for.",
        breaks ["registration/told"];
    NO_SCOPE = "register-without-scope": "The answer does not name the scope.",
        breaks ["registration/told"];
    KEPT = "register-kept": "An answer with a secret may be kept.",
        breaks ["registration/no-store"];
    UNKNOWN_REFUSED = "register-unknown-members-refused": "Metadata with a member that is not known are refused.",
        breaks ["registration/unknown-members"];
    CHOSEN_ID = "register-chosen-identifier": "A client may choose its identifier.",
        breaks ["registration/chosen-by-server"];
    CHOSEN_SECRET = "register-chosen-secret": "A client may choose its secret.",
        breaks ["registration/chosen-by-server"];
    NO_EXPIRY = "register-without-expiry": "A secret comes without its expiry.",
        breaks ["registration/secret-expiry"];
    EXPIRY_AS_TEXT = "register-expiry-as-text": "The expiry of a secret is a text.",
        breaks ["registration/secret-expiry"];
    ONE_SECRET = "register-one-secret": "All clients are given the same secret.",
        breaks ["registration/differ", "registration/unguessable"];
    BY_METADATA = "register-identifier-by-metadata":
        "The identifier of a client is made of its metadata, and whoever registers the same gets a new secret for it.",
        breaks ["registration/same-metadata"];
    BY_NAME = "register-identifier-by-name":
        "Whoever registers a client's name and redirect URIs is given its secret.",
        breaks ["registration/same-metadata"];
    SHORT_SECRET = "register-short-secret": "A secret is eight digits long.",
        breaks ["registration/unguessable"];
    SHORT_TOKEN = "register-short-token": "A registration access token is eight digits long.",
        breaks ["registration/unguessable"];
    SECRET_FOR_PUBLIC = "register-secret-for-public-clients": "A public client is given a secret.",
        breaks ["registration/public-client", "registration/works"];
    SECRET_WITHOUT_USE = "register-secret-without-use": "A public client is given a secret that is not asked for.",
        breaks ["registration/public-client"];
    DEFAULT_POST = "register-default-post": "A client that names no way of authentication sends its secret in the body.",
        breaks ["registration/default-method"];
    NONE_NEEDED = "register-no-redirect-uri-needed": "A client for codes may have no redirect URI.",
        breaks ["registration/redirect-uri-required"];
    SCRIPT_TAKEN = "register-any-scheme": "A redirect URI may have any scheme.",
        breaks ["registration/script-scheme", "registration/redirect-uri-form", "registration/dotless-scheme"];
    DOTLESS_TAKEN = "register-dotless-scheme":
        "A scheme of an application's own need have no period.",
        breaks ["registration/dotless-scheme"];
    SCRIPT_BY_NAME = "register-scripts-by-lower-case": "Schemes of scripts are known in lower case alone.",
        breaks ["registration/script-scheme"];
    SCRIPT_BY_TEXT = "register-scripts-by-text": "Schemes of scripts are not known where there is a character that a browser leaves out.",
        breaks ["registration/script-scheme"];
    DATA_TAKEN = "register-data-scheme": "A redirect URI may have the scheme `data`.",
        breaks ["registration/script-scheme"];
    PLAIN_TAKEN = "register-plain-http": "A redirect URI may be one of plain HTTP.",
        breaks ["registration/plain-redirect-uri"];
    PLAIN_COLON = "register-plain-http-by-colon":
        "A redirect URI of plain HTTP may begin like the user's machine and a port of it.",
        breaks ["registration/plain-redirect-uri"];
    PLAIN_PREFIX = "register-plain-http-by-prefix": "A redirect URI of plain HTTP may begin like one of the user's machine.",
        breaks ["registration/plain-redirect-uri"];
    FRAGMENT_TAKEN = "register-fragment": "A redirect URI may have a fragment.",
        breaks ["registration/redirect-uri-form"];
    RELATIVE_TAKEN = "register-relative": "A redirect URI may be relative.",
        breaks ["registration/redirect-uri-form"];
    EMPTY_TAKEN = "register-empty": "A redirect URI may be empty.",
        breaks ["registration/redirect-uri-form"];
    FIRST_ALONE = "register-first-uri-checked": "Of several redirect URIs the first alone is looked at.",
        breaks ["registration/redirect-uri-form"];
    WILDCARD_TAKEN = "register-wildcard": "A redirect URI may have a wildcard for its host.",
        breaks ["registration/odd-redirect-uri"];
    USERINFO_TAKEN = "register-userinfo": "A redirect URI may have a user and a password.",
        breaks ["registration/odd-redirect-uri"];
    SPACED_TAKEN = "register-two-uris-as-one":
        "A redirect URI may have white space in it, and another one behind that.",
        breaks ["registration/odd-redirect-uri"];
    ERROR_AS_TEXT = "register-error-as-text": "Refusals of registrations say that they are plain text.",
        breaks ["registration/error-shape"];
    ERROR_422 = "register-error-422": "Refusals of registrations have status 422.",
        breaks ["registration/error-shape"];
    ANY_TYPES = "register-any-types": "Clients have response types that do not go with their grant types.",
        breaks ["registration/consistent-types"],
        disturbs [("registration/told", "the answer alone names them")];
    TYPES_BREAK = "register-wrong-types-500": "Members of other types break the server.",
        breaks ["registration/malformed-metadata"];
    TEXT_URI_TAKEN = "register-redirect-uris-as-text": "`redirect_uris` may be one text.",
        breaks ["registration/malformed-metadata"];
    UNKNOWN_METHOD_KEPT = "register-unknown-method": "An unknown way of authentication is registered as HTTP Basic, and told as it came.",
        breaks ["registration/malformed-metadata"];
    FORM_TAKEN = "register-form": "Metadata may come as a form.",
        breaks ["registration/json-only"];
    LIST_TAKEN = "register-list": "Metadata may come in a list.",
        breaks ["registration/json-only"];
    BY_GET = "register-by-get": "A client may register by GET.",
        breaks ["registration/json-only"];
    NO_INITIAL_TOKEN = "register-without-initial-token": "The initial access token may be left out.",
        breaks ["registration/initial-token"];
    ANY_INITIAL_TOKEN = "register-any-initial-token": "The initial access token is not compared.",
        breaks ["registration/initial-token"];
    INITIAL_PREFIX = "register-initial-token-by-prefix": "The first characters of the initial access token are enough.",
        breaks ["registration/initial-token"];
    ACCESS_TOKEN_TAKEN = "register-by-access-token": "An access token of a user will do as the initial one.",
        breaks ["registration/initial-token"];
    INITIAL_UNCHALLENGED = "register-unchallenged":
        "A registration without the initial access token is refused without a challenge.",
        breaks ["registration/initial-token-challenge"];
    STATEMENT_BELIEVED = "register-statement-believed": "The signature of a software statement is not looked at.",
        breaks ["registration/software-statement"];
    FIRST_KEPT = "register-first-uri-kept": "Of several redirect URIs the first works alone.",
        breaks ["registration/works"];
    SLASH_KEPT = "register-slash-added":
        "A redirect URI without a path is kept with a slash behind it, and told as it was asked for.",
        breaks ["registration/works"];
    NOT_KNOWN = "register-not-known": "A client that registered is not known.",
        breaks ["registration/works", "registration/read"];
    MORE_URIS = "register-more-uris": "A client may be sent to further redirect URIs.",
        breaks ["registration/redirect-uris-hold", "registration/read", "registration/told"];
    MORE_GRANTS = "register-more-grants": "A client has all grant types, whatever it registered.",
        breaks ["registration/grants-hold", "registration/read", "registration/told"];
    POST_TAKES_BASIC = "register-post-takes-basic":
        "A client that registered to send its secret in the body may use HTTP Basic.",
        breaks ["registration/method-holds"];
    ANY_METHOD = "register-any-method": "A client may authenticate in every way, whatever it registered.",
        breaks ["registration/method-holds"];
    KEYS_TWICE = "register-keys-twice": "A client has its keys by value and by reference.",
        breaks ["registration/keys"];
    NO_TOKEN = "register-without-token": "The client learns where its registration is, and no token for it.",
        breaks ["registration/management-told"];
    URI_AS_PATH = "register-uri-as-path": "Where the registration is, is told as a path.",
        breaks ["registration/management-told"];
    READ_OTHERWISE = "registered-read-otherwise": "What is read is without the redirect URIs.",
        breaks ["registration/read", "registration/update-bound", "registration/update-refused"];
    NO_TOKEN_NEEDED = "registered-without-token": "Whoever knows the place looks after a registration.",
        breaks ["registration/management-token", "registration/own-client-alone", "registration/unknown-client"];
    UNCHALLENGED = "registered-unchallenged":
        "A registration without its token is refused without a challenge.",
        breaks ["registration/management-challenge"];
    TOKEN_PREFIX = "registered-token-by-prefix": "The first characters of a registration access token are enough.",
        breaks ["registration/management-token"];
    TOKEN_TEXT_BREAKS = "registered-token-beyond-ascii-500":
        "A registration access token with a letter beyond ASCII breaks the server.",
        breaks ["registration/management-token", "registration/initial-token"];
    BY_ACCESS_TOKEN = "registered-by-access-token": "Any access token opens a registration.",
        breaks ["registration/management-token"];
    DELETED_FIRST = "registered-deleted-first": "A registration is deleted before the token is looked at.",
        breaks ["registration/management-token", "registration/own-client-alone"];
    BY_ANOTHER = "registered-by-another": "The registration access token of one client opens every registration.",
        breaks ["registration/own-client-alone", "registration/unknown-client"];
    UNKNOWN_404 = "registered-unknown-404": "A registration that is not there is answered with status 404.",
        breaks ["registration/unknown-client"];
    DELETED_200 = "registered-deleted-200": "A deletion is answered with status 200.",
        breaks ["registration/delete"];
    STILL_THERE = "registered-still-there": "A deleted client is still there.",
        breaks ["registration/delete", "registration/deleted-tokens", "registration/unknown-client"];
    DELETED_AUTHORIZES = "registered-deleted-authorizes":
        "The authorization endpoint issues codes to a deleted client.",
        breaks ["registration/delete"];
    TOKENS_LIVE = "registered-tokens-live": "The tokens of a deleted client work on.",
        breaks ["registration/deleted-tokens"];
    MERGED = "registered-merged": "An update adds redirect URIs to those that were registered.",
        breaks ["registration/update-replaces"];
    UPDATE_CACHED = "registered-update-cached":
        "Redirect URIs that an update leaves out work on.",
        breaks ["registration/update-replaces", "pushed/changed-since"];
    OTHER_ID_TAKEN = "registered-other-identifier": "An update may give a client another identifier.",
        breaks ["registration/update-bound"];
    SECRET_TAKEN = "registered-chosen-secret": "An update may choose the secret.",
        breaks ["registration/update-bound"];
    UPDATE_UNCHECKED = "registered-update-unchecked": "What an update registers is not looked at.",
        breaks ["registration/update-refused"];
    NO_ID_NEEDED = "registered-no-identifier": "An update need not name its client.",
        breaks ["registration/update-refused"];
    PATCH_200 = "registered-patch-200": "A method that is not known is answered like GET.",
        breaks ["registration/management-method"];
    FORWARDED = "register-of-forwarded-host":
        "A registration is looked after at the host that a proxy is said to have been asked for.",
        breaks ["registration/outside-host"];
    ERROR_BEYOND_ASCII = "register-error-beyond-ascii":
        "Refusals of registrations are described beyond ASCII.",
        breaks ["registration/error-shape"];
    DEFAULT_REFUSED = "register-default-refused":
        "A client that names no way of authentication is not registered.",
        breaks ["registration/default-method"];
}
