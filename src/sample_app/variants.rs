//! What another correct application does: no rule may fail for it.

use crate::testbed::switches::variants;

variants! {
    REDIRECT_303 = "app-redirect-303": "The application redirects with status 303.";
    REDIRECT_307 = "app-redirect-307": "The application redirects with status 307.";
    LOGIN_IN_STEPS = "app-login-in-steps": "A login begins with a redirect of the application.";
    LOGIN_ENDS_ON_PAGE = "app-login-ends-on-page": "A login ends on a page, not on a redirect.";
    REFUSES_IN_JSON = "app-refuses-in-json": "A wrong state is refused with a JSON object.";
    REFUSES_EMPTY = "app-refuses-empty": "A wrong state is refused without a body.";
    REFUSES_AFTER_REDIRECT = "app-refuses-after-redirect":
        "A wrong state leads to a page of its own, which has status 401.";
    REFUSAL_ENDS_LOGINS = "app-refusal-ends-logins":
        "A wrong state ends every login that the browser has begun.";
    ONE_LOGIN = "app-one-login": "A browser has one login at a time: the last that it began.";
    STATE_TWICE_ALIKE = "app-state-twice-alike":
        "The right state counts once, however often it is given.";
    STATE_IN_COOKIE = "app-state-in-cookie": "The state is kept in a cookie of its own.";
    STATE_HEX = "app-state-hex": "The state is 32 hexadecimal digits.";
    STATE_STRUCTURED = "app-state-structured":
        "The state says what it is for and where to go on, beside what is random.";
    STATE_LONG = "app-state-long": "The state is 400 characters long.";
    NO_REDIRECT_URI = "app-no-redirect-uri": "The authorization request names no redirect URI.";
    BASIC = "app-basic": "The application authenticates by HTTP Basic.";
    DENIED_200 = "app-denied-200": "The page about a user who denied has status 200.";
    DENIED_HOME = "app-denied-home": "Who denied is sent to the first page.";
    ERRORS_ALIKE = "app-errors-alike": "All errors lead to the same page.";
    TOKEN_ERROR_502 = "app-token-error-502":
        "A refusal of the token endpoint is told to the user with status 502.";
    REFRESHES_AHEAD = "app-refreshes-ahead":
        "The access token is refreshed a minute before it expires, by the application's clock.";
    REFRESHES_LATE = "app-refreshes-late":
        "The call that finds the access token expired fails, and the next one refreshes it.";
    REFRESHES_EACH_TIME = "app-refreshes-each-time":
        "The access token is refreshed before every call.";
    REFRESHES_AGAIN = "app-refreshes-again":
        "Whoever finds the access token expired refreshes in turn, with the newest token.";
}
