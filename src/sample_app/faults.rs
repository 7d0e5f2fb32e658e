//! Mistakes of the example application, about the rules `client/…`.

use crate::testbed::switches::faults;

faults! {
    UNCHECKED = "client-state-unchecked": "The application does not look at the state.",
        breaks ["client/state-checked"];
    CHECKED_IF_PRESENT = "client-state-checked-if-present":
        "The application compares the state of a callback that has one.",
        breaks ["client/state-checked"];
    EMPTY_PASSES = "client-state-empty-passes": "An empty state is as good as the right one.",
        breaks ["client/state-checked"];
    FIRST_OF_REPEATED = "client-state-first-of-repeated":
        "Of a repeated state the application takes the first.", breaks ["client/state-checked"];
    LAST_OF_REPEATED = "client-state-last-of-repeated":
        "Of a repeated state the application takes the last.", breaks ["client/state-checked"];
    TRUNCATED = "client-state-by-beginning":
        "The application compares as many characters as the callback has.",
        breaks ["client/state-checked"];
    EXTENDED = "client-state-by-length":
        "The application compares as many characters as a state should have.",
        breaks ["client/state-checked"];
    SHAPE = "client-state-by-shape":
        "The application looks whether the state could be one of its own.",
        breaks ["client/state-checked"];
    ANY_BROWSER = "client-state-without-session":
        "The application keeps all states in one place, whatever browser they were for.",
        breaks ["client/state-checked"];
    NO_SESSION_PASSES = "client-state-without-cookie":
        "The application does not compare the state where the browser has no cookie.",
        breaks ["client/state-checked"];
    ANY_LOGIN = "client-state-of-any-login":
        "The application takes any state from a browser that has begun a login.",
        breaks ["client/state-checked"];
    SIGNED_IN_PASSES = "client-state-of-signed-in":
        "The application does not compare the state where the user is signed in.",
        breaks ["client/state-checked"];
    REFUSED_200 = "client-state-refused-200":
        "The application tells the user of a wrong state with status 200.",
        breaks ["client/state-checked"];
    REFUSED_400 = "client-state-refused-400": "The application answers 400 to a wrong state.",
        breaks ["client/state-checked"];
    REFUSED_403 = "client-state-refused-403": "The application answers 403 to a wrong state.",
        breaks ["client/state-checked"];
    REFUSED_HOME = "client-state-refused-home":
        "The application sends the browser to its first page where the state is wrong.",
        breaks ["client/state-checked"];
    REFUSED_LOGIN = "client-state-refused-login":
        "The application begins another login where the state is wrong.",
        breaks ["client/state-checked"];
    REDEEMED_FIRST = "client-code-redeemed-first":
        "The application redeems the code, and looks at the state then.",
        breaks ["client/state-checked"];
    REUSABLE = "client-state-reusable": "A state works again when its login is over.",
        breaks ["client/state-used-once"];
    KEPT_AFTER_ERROR = "client-state-kept-after-error":
        "A state that came with an error works again with a code.",
        breaks ["client/state-used-once"];
    COOKIE_KEPT = "client-state-cookie-kept":
        "The state is kept in a cookie, and stays there when the login is over.",
        breaks ["client/state-used-once"];
    DESCRIPTION_NEEDED = "client-error-needs-description":
        "The application breaks over an error without a description.",
        breaks ["client/relies-on-error"];
    DESCRIPTION_NOT_EMPTY = "client-error-needs-text":
        "The application breaks over an empty description.", breaks ["client/relies-on-error"];
    NO_ERROR_WITHOUT_DESCRIPTION = "client-error-by-its-description":
        "The application takes a callback for an error if it has a description.",
        breaks ["client/relies-on-error"];
    BY_DESCRIPTION = "client-error-by-words":
        "The application finds out from the description what the error is.",
        breaks ["client/relies-on-error"];
    LOGIN_WITHOUT_DESCRIPTION = "client-error-begins-login":
        "The application begins another login where an error has no description.",
        breaks ["client/relies-on-error"];
    TOKEN_DESCRIPTION_NEEDED = "client-token-error-needs-description":
        "The application breaks over a refusal of the token endpoint without a description.",
        breaks ["client/relies-on-error"];
    TOKEN_BY_DESCRIPTION = "client-token-error-by-words":
        "The application finds out from the description why the token endpoint refused.",
        breaks ["client/relies-on-error"];
    NO_STATE = "client-no-state": "The application sends no state.",
        breaks ["client/anti-forgery-state", "client/state-checked"];
    CONSTANT = "client-state-constant": "The state is always the same.",
        breaks ["client/anti-forgery-state", "client/state-checked"];
    COUNTER = "client-state-counter": "The state is a number that grows.",
        breaks ["client/anti-forgery-state"];
    TIME = "client-state-time": "The state is the time and a few random characters.",
        breaks ["client/anti-forgery-state"];
    SHORT = "client-state-short": "The state has 12 characters.",
        breaks ["client/anti-forgery-state"];
    DIGITS = "client-state-digits": "The state has 24 digits.",
        breaks ["client/anti-forgery-state"];
    PER_SESSION = "client-state-per-session": "A browser gets the same state for all its logins.",
        breaks ["client/anti-forgery-state"];
    REFRESH_KEPT = "client-refresh-token-kept":
        "The application keeps the refresh token that it has used.",
        breaks ["client/refreshes-once"];
    FIRST_REFRESH_KEPT = "client-refresh-token-replaced-once":
        "The application keeps what the first refresh brought, and nothing from then on.",
        breaks ["client/refreshes-once"];
    NOTHING_KEPT = "client-refresh-not-kept":
        "The application uses what a refresh brought for one call, and keeps nothing of it.",
        breaks ["client/refreshes-once"];
    REFRESH_LOST = "client-refresh-token-lost":
        "The application keeps the access token of a refresh, and no refresh token.",
        breaks ["client/refreshes-once"];
    ACCESS_KEPT = "client-access-token-kept":
        "The application keeps the refresh token of a refresh, and the old access token.",
        breaks ["client/refreshes-once"];
    REFRESHED_TWICE = "client-refresh-sent-twice": "The application sends each refresh twice.",
        breaks ["client/refreshes-once"];
    NO_TURNS = "client-refresh-by-everyone":
        "Simultaneous requests that find the access token expired all refresh.",
        breaks ["client/refreshes-once"];
    NO_SECOND_LOOK = "client-refresh-in-turn":
        "Requests that find the access token expired refresh in turn, each with the old refresh token.",
        breaks ["client/refreshes-once"];
}
