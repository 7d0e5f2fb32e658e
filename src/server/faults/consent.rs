//! Mistakes about the rules `consent/…`.

use crate::testbed::switches::faults;

faults! {
    ANY_PASSWORD = "any-password": "Any password is accepted.",
        breaks ["consent/login-required"];
    EMPTY_PASSWORD = "empty-password": "An empty password is accepted.",
        breaks ["consent/login-required"];
    PASSWORD_BEGINNING = "password-beginning": "A prefix of the password is accepted.",
        breaks ["consent/login-required"];
    PASSWORD_CUT = "password-cut": "Only the first eight characters of a password are compared.",
        breaks ["consent/login-required"];
    PASSWORD_TEXT_BREAKS = "password-beyond-ascii-500":
        "A password with a letter beyond ASCII breaks the login.",
        breaks ["consent/login-required"];
    PASSWORD_WITHOUT_CASE = "password-without-case": "Passwords are compared case-insensitively.",
        breaks ["consent/login-required"];
    SECOND_TIME_500 = "consent-twice-500":
        "A user who agrees to a client once more in another session gets a server error: there is an agreement already.",
        breaks ["consent/grant"];
    GRANT_307 = "grant-307": "The browser is told to post the consent to the client.",
        breaks ["consent/grant"];
    GRANT_301 = "grant-301": "The redirect with the code is permanent (301).",
        breaks ["consent/grant"];
    DENY_GIVES_CODE = "deny-gives-code": "A user who denies gets the client a code.",
        breaks ["consent/deny", "authorize/error-always-present", "consent/company-sign-on"],
        disturbs [("authorize/post", "posted requests are denied too")];
    DENY_WITH_CODE = "deny-with-code": "A code goes with the error of a denial.",
        breaks ["consent/deny", "authorize/error-always-present", "consent/company-sign-on"],
        disturbs [("authorize/post", "posted requests are denied too")];
    DENY_WITHOUT_STATE_BREAKS = "deny-without-state-500":
        "A denial breaks the server where the request had no state.", breaks ["consent/deny"];
    DENY_BREAKS = "deny-500": "A denial breaks the server.",
        breaks ["consent/deny", "consent/company-sign-on"],
        disturbs [("authorize/state-on-deny", "a denial after a wrong password breaks the server, too")];
    DENY_ON_PAGE = "deny-on-page": "A denial ends on a page.",
        breaks ["consent/deny", "authorize/state-on-deny", "authorize/error-always-present",
            "consent/company-sign-on"],
        disturbs [("authorize/post", "posted requests are denied too")];
    DENY_OTHER_ERROR = "deny-other-error": "A denial is reported as an invalid request.",
        breaks ["consent/deny"];
    DENY_WITHOUT_ERROR = "deny-without-error": "A denial is described, without an error.",
        breaks ["consent/deny", "authorize/error-always-present"],
        disturbs [("authorize/post", "posted requests are denied too")];
    DENY_OTHER_TEXT = "deny-other-text": "A denial is described in other words.",
        breaks ["consent/deny-text"];
    DENY_WITHOUT_TEXT = "deny-without-text": "A denial is not described.",
        breaks ["consent/deny-text"];
    SKIPPED = "consent-skipped": "A user who has signed in is not asked for consent.",
        breaks ["consent/consent-shown", "consent/company-sign-on"];
    FOR_ALL_CLIENTS = "consent-for-all-clients": "Consent to one client counts for all.",
        breaks ["consent/consent-shown"],
        disturbs [("consent/company-sign-on", "who has agreed before is not asked, and cannot deny")];
    FOR_ALL_SCOPES = "consent-for-all-scopes": "Consent to a client counts for every scope.",
        breaks ["consent/wider-scope-asked"];
    REMEMBERED_FOR_PUBLIC = "consent-remembered-for-public-clients":
        "Consent to a public client is remembered.",
        breaks ["consent/public-asked-again"];
    FRAMED = "pages-framed": "Any site can show the pages in a frame.",
        breaks ["consent/not-framed"];
    FRAMED_BY_ALL = "pages-framed-by-policy": "The policy of the pages lets every site frame them.",
        breaks ["consent/not-framed"];
    CONSENT_FRAMED = "consent-page-framed": "Any site can show the consent page in a frame.",
        breaks ["consent/not-framed"];
    ERRORS_FRAMED = "error-pages-framed": "Any site can show the error pages in a frame.",
        breaks ["consent/not-framed"];
    FOREIGN_IMAGE = "pages-load-foreign-image": "The pages show an image of another site.",
        breaks ["consent/no-third-parties"];
    FOREIGN_LINK = "consent-page-links-elsewhere": "The consent page links to another site.",
        breaks ["consent/no-third-parties"];
    LOGIN_307 = "login-307": "The browser is told to post name and password once more.",
        breaks ["consent/password-not-reposted", "consent/see-other"];
    LOGIN_301 = "login-301": "A login is answered with a permanent redirect (301).",
        breaks ["consent/see-other"];
    KEPT_AFTER_DENY = "consent-kept-after-deny": "A user who denied once is not asked again.",
        breaks ["consent/denied-is-not-granted"];
    GIVEN_BY_PAGE = "consent-given-by-page":
        "A user who was shown the page on which they are asked, and left it, counts as one who agreed.",
        breaks ["consent/denied-is-not-granted", "consent/wider-scope-asked"];
    NAMELESS = "consent-nameless": "The consent page does not name the client.",
        breaks ["consent/consent-names-application"];
    NAMES_IDENTIFIER = "consent-names-identifier": "The consent page shows the identifier only.",
        breaks ["consent/consent-names-application"];
    NAMES_ANOTHER = "consent-names-another": "The consent page names another application.",
        breaks ["consent/consent-names-application"];
    FORM_UNCHECKED = "form-unchecked":
        "The anti-forgery value of a form is not checked, and any site may send one.",
        breaks ["consent/consent-not-forgeable", "device/approval-not-forgeable"];
    FORM_CHECKED_IF_PRESENT = "form-checked-if-present":
        "The anti-forgery value of a form is checked where there is one.",
        breaks ["consent/consent-not-forgeable", "device/approval-not-forgeable"];
    FORM_OF_ANYBODY = "form-of-anybody": "The anti-forgery value of any session is taken.",
        breaks ["consent/consent-not-forgeable"];
    FORM_OF_NO_SESSION = "form-of-no-session": "A form is taken from any browser.",
        breaks ["consent/consent-not-forgeable", "device/approval-not-forgeable"];
    FORM_OF_ANY_SESSION = "form-of-any-session":
        "The form of any session is taken as the consent of the user who is signed in where it is posted.",
        breaks ["consent/consent-not-forgeable", "device/approval-not-forgeable"];
    BY_GET = "consent-by-get": "A link with the decision counts like the form.",
        breaks ["consent/consent-not-forgeable"];
    LOGIN_REDIRECT_URI = "login-form-redirect-uri":
        "The redirect URI of the form to sign in with replaces the one that was checked.",
        breaks ["consent/request-kept"];
    LOGIN_CLIENT = "login-form-client":
        "The client of the form to sign in with replaces the one that was checked.",
        breaks ["consent/request-kept"];
    LOGIN_STATE = "login-form-state":
        "The state of the form to sign in with replaces the client's.",
        breaks ["consent/parameters-kept"];
    LOGIN_SCOPE = "login-form-scope":
        "The scope of the form to sign in with replaces the one that was checked.",
        breaks ["consent/request-kept"];
    FORM_REDIRECT_URI = "consent-form-redirect-uri":
        "The redirect URI of the consent form replaces the one that was checked.",
        breaks ["consent/request-kept"];
    FORM_CLIENT = "consent-form-client":
        "The client of the consent form replaces the one that was checked.",
        breaks ["consent/request-kept"];
    FORM_CLIENT_AND_URI = "consent-form-client-and-uri":
        "A consent form may name any client, if the redirect URI that it names is one of that client.",
        breaks ["consent/parameters-kept"];
    FORM_STATE = "consent-form-state": "The state of the consent form replaces the client's.",
        breaks ["consent/parameters-kept"];
    FORM_SCOPE = "consent-form-scope":
        "The scope of the consent form replaces the one that was checked.",
        breaks ["consent/request-kept"];
    LOGIN_CHALLENGE = "login-form-challenge":
        "The code challenge of the form to sign in with replaces the client's.",
        breaks ["consent/parameters-kept"];
    FORM_CHALLENGE = "consent-form-challenge":
        "The code challenge of the consent form replaces the client's.",
        breaks ["consent/parameters-kept"];
    CONSENT_OF_ANYBODY = "consent-of-anybody":
        "Somebody agrees before anybody signs in, and it counts for whoever signs in next, in any browser.",
        breaks ["consent/consent-not-forgeable"];
    CONTEXT_TRUSTED = "forms-context-trusted":
        "The redirect URI stands in the forms in base64, and the code goes to what stands there.",
        breaks ["consent/request-kept"];
    CHALLENGE_MISSING = "consent-form-without-challenge":
        "A consent form that has lost its code challenge makes a code that needs no verifier.",
        breaks ["consent/parameters-kept"];
    LOGIN_CHALLENGE_MISSING = "login-form-without-challenge":
        "A form to sign in with that has lost its code challenge makes a code that needs no verifier.",
        breaks ["consent/parameters-kept"];
    SCOPE_MISSING = "consent-form-without-scope":
        "A consent form that has lost its scope stands for every scope there is.",
        breaks ["consent/request-kept"];
    BY_COOKIE = "consent-by-cookie":
        "A decision without any value of the form counts for the request that waits in the session.",
        breaks ["consent/own-page"];
    BY_COOKIE_TWO_FORMS = "consent-by-cookie-two-forms":
        "Granting and denying are forms of their own with the decision in a hidden field, which alone counts.",
        breaks ["consent/own-page"];
    IN_URL = "consent-in-url":
        "The address of the consent form carries the request, and whatever request stands there is granted.",
        breaks ["consent/own-page", "consent/consent-not-forgeable"],
        disturbs [("consent/request-kept", "the request in the address is one like any other")];
    DIRECT = "consent-direct":
        "A decision is taken with a request beside it, which no page showed.",
        breaks ["consent/own-page"];
    DIRECT_LINK = "consent-direct-link":
        "A link with a request and a decision in it is a consent, though no page was shown.",
        breaks ["consent/own-page"];
    NEWEST_REQUEST = "newest-request-decided":
        "A browser keeps one request: a decision is about the newest, whichever page it is made on.",
        breaks ["consent/requests-apart", "authorize/state-on-grant"];
    OLDEST_REQUEST = "oldest-request-decided":
        "A browser keeps one request: a decision is about the one that waits there longest.",
        breaks ["consent/requests-apart", "authorize/state-on-grant"];
    NEWEST_SCOPE = "newest-scope-granted":
        "A browser keeps one scope: a consent is to that of the newest request.",
        breaks ["consent/requests-apart"];
    OLDEST_SCOPE = "oldest-scope-granted":
        "A browser keeps one scope: a consent is to that of the request that waits there longest.",
        breaks ["consent/requests-apart"];
    NEWEST_URI = "newest-redirect-uri-used":
        "A browser keeps one redirect URI: the code goes to that of the newest request.",
        breaks ["consent/requests-apart"];
    NEWEST_STATE = "newest-state-returned":
        "A browser keeps one state: that of the newest request comes back with each.",
        breaks ["authorize/state-on-grant", "consent/requests-apart"];
    EXTERNAL_REFUSED = "external-user-refused": "External users cannot sign in.",
        breaks ["consent/managed-and-external-users"];
    EXTERNAL_DENIED = "external-user-denied": "What external users grant is denied.",
        breaks ["consent/managed-and-external-users"];
}
