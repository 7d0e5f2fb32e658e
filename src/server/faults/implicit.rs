//! Mistakes about the rules `implicit/…`.

use crate::testbed::switches::faults;

faults! {
    IN_QUERY = "implicit-in-query": "The token stands in the query of the redirect URI.",
        breaks ["implicit/fragment"];
    IN_BOTH = "implicit-in-both": "The token stands in the fragment and in the query.",
        breaks ["implicit/fragment"];
    MODE_OBEYED = "implicit-response-mode-query":
        "The token stands in the query where the request asks for that.",
        breaks ["implicit/fragment"];
    WITH_CODE = "implicit-with-code": "A code comes beside the token.",
        breaks ["implicit/fragment"];
    NO_TOKEN_TYPE = "implicit-without-token-type": "The response has no `token_type`.",
        breaks ["implicit/token-type"];
    TYPE_JWT = "implicit-token-type-jwt": "`token_type` is `JWT`.",
        breaks ["implicit/token-type"];
    TOKEN_TYPE_TWICE = "implicit-token-type-twice": "`token_type` is there twice.",
        breaks ["implicit/token-type"];
    NO_EXPIRES_IN = "implicit-without-expires-in": "The response has no `expires_in`.",
        breaks ["implicit/lifetime-told"];
    EXPIRES_IN_TEXT = "implicit-expires-in-is-text": "`expires_in` is no number.",
        breaks ["implicit/lifetime-told"];
    NO_SCOPE = "implicit-scope-unsaid":
        "A scope that a client cannot have is left out, and the response does not say so.",
        breaks ["implicit/scope-told"];
    REFRESH_TOKEN = "implicit-refresh-token": "A refresh token comes beside the token.",
        breaks ["implicit/no-refresh-token"];
    STATE_DROPPED = "implicit-state-dropped": "No state comes back with a token.",
        breaks ["implicit/state"];
    STATE_DROPPED_ON_ERROR = "implicit-state-dropped-on-error":
        "No state comes back where a token was asked for and there is none.",
        breaks ["implicit/state"];
    ERRORS_IN_QUERY = "implicit-errors-in-query":
        "Errors stand in the query, whatever was asked for.", breaks ["implicit/errors"];
    DENIAL_IN_QUERY = "implicit-denial-in-query":
        "That the user denied stands in the query, whatever was asked for.",
        breaks ["implicit/errors"];
    ANY_HOST = "implicit-any-host":
        "Where a token is asked for the host of the redirect URI is not compared.",
        breaks ["implicit/redirect-uri", "redirect/never-to-application"];
    ANY_PATH = "implicit-any-path":
        "Where a token is asked for a redirect URI may go on below the registered one.",
        breaks ["implicit/redirect-uri"];
    ERROR_ANYWHERE = "implicit-error-anywhere":
        "Where a token is asked for, errors go to wherever the request says.",
        breaks ["implicit/redirect-uri", "redirect/never-to-application"];
    ANY_CLIENT = "implicit-for-any-client": "A client of codes alone gets a token if it asks.",
        breaks ["implicit/unauthorized-client"];
    ANY_CLIENT_IN_QUERY = "implicit-for-any-client-in-query":
        "A client of codes alone that asks for a token gets one, in the query like its codes.",
        breaks ["authorize/response-type-code-only", "implicit/unauthorized-client"];
    UNAUTHORIZED_ON_PAGE = "implicit-unauthorized-on-page":
        "That a client may not ask for tokens is told to the user alone.",
        breaks ["implicit/unauthorized-client"];
    TOKEN_NEVER_EXPIRES = "implicit-token-never-expires":
        "A token that no code was redeemed for works for ever.",
        breaks ["access-token/expires-in-is-true"];
}
