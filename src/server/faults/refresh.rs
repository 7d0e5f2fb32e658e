//! Mistakes about the rules `refresh/…`.

use crate::testbed::switches::faults;

faults! {
    CODE_BESIDE = "refresh-reads-code":
        "A refresh that carries a code brings the scope of the code.",
        breaks ["refresh/scope-never-widens"];
    NOT_ROTATED = "refresh-token-stays": "A refresh brings the same refresh token again.",
        breaks ["refresh/new-pair", "refresh/single-use", "refresh/single-use-concurrent",
            "refresh/public-rotation"];
    SAME_ACCESS = "refresh-keeps-access-token":
        "A refresh brings the old access token again as long as it lives.",
        breaks ["refresh/new-pair"];
    NO_NEW_REFRESH = "refresh-without-refresh-token": "A refresh brings an access token only.",
        breaks ["refresh/new-pair", "refresh/timer-restarts", "refresh/replay-ends-grant",
            "token/success"];
    OTHER_SHAPE = "refresh-without-expires-in":
        "Responses to a refresh lack `expires_in`.",
        breaks ["token/success", "access-token/not-long-lived", "token/lifetime-told"];
    TYPE_UNSAID = "refresh-without-token-type": "Responses to a refresh lack `token_type`.",
        breaks ["token/success"];
    OLD_LIVES = "refresh-token-works-twice": "A used refresh token goes on working.",
        breaks ["refresh/single-use", "refresh/single-use-concurrent",
            "refresh/public-rotation"];
    OLD_LIVES_A_MINUTE = "refresh-token-grace-minute":
        "A used refresh token works for another minute.",
        breaks ["refresh/single-use", "refresh/single-use-concurrent",
            "refresh/public-rotation"];
    OLD_LIVES_UNTIL_SUCCESSOR = "refresh-token-lives-until-successor":
        "A used refresh token works until its successor is used.",
        breaks ["refresh/single-use", "refresh/single-use-concurrent",
            "refresh/public-rotation"];
    OLD_LIVES_UNTIL_ACCESS = "refresh-token-lives-until-access-token":
        "A used refresh token works until an access token that it brought is used.",
        breaks ["refresh/single-use", "refresh/single-use-concurrent",
            "refresh/public-rotation"];
    RETRY_FOR_EVER = "refresh-retry-for-ever":
        "A used refresh token brings the same successor again, even once that was used.",
        breaks ["refresh/single-use", "refresh/public-rotation"];
    ANCESTOR_LIVES = "refresh-token-works-again-later":
        "Only the refresh token used last is known to be used: an older one works again.",
        breaks ["refresh/single-use"];
    REPLAY_ENDS_NOTHING = "refresh-replay-ends-nothing":
        "A replayed refresh token is refused, and its successor keeps working.",
        breaks ["refresh/replay-ends-grant"];
    OLD_REPLAY_ENDS_NOTHING = "refresh-old-replay-ends-nothing":
        "A replayed refresh token ends its grant only as long as its successor is unused.",
        breaks ["refresh/replay-ends-grant"];
    ACCESS_TOKEN_TAKEN = "access-token-refreshes":
        "Tokens are in one table, and an access token refreshes like a refresh token.",
        breaks ["refresh/access-token-refused"];
    SCOPE_WIDENS = "refresh-scope-widens":
        "A refresh yields the scope that it asks for, whatever was granted.",
        breaks ["refresh/scope-never-widens", "scope/unknown"];
    SCOPE_OF_CLIENT = "refresh-scope-of-client":
        "A refresh yields what it asks for of the client's scope, whatever was granted.",
        breaks ["refresh/scope-never-widens"];
    ALL_SCOPES = "refresh-brings-all-scopes":
        "A refresh yields every scope of the client, whatever was granted.",
        breaks ["refresh/scope-never-widens"];
    NO_SCOPES = "refresh-drops-scopes": "A refresh yields no scope unless it asks for one.",
        breaks ["refresh/scope-kept"];
    SCOPE_FORGOTTEN = "refresh-narrows-for-good":
        "A refresh for less scope narrows every later one.", breaks ["refresh/scope-kept"];
    EXCHANGE_NARROWS = "exchange-narrows-refresh":
        "Narrowing an access token narrows what its refresh token is for.",
        breaks ["refresh/scope-kept"];
    SCOPE_IGNORED = "refresh-ignores-less-scope":
        "A refresh for another scope yields what was granted, and does not say so.",
        breaks ["refresh/scope-told", "scope/unknown"];
    NARROWS_IN_WORDS = "refresh-narrows-in-words":
        "A refresh for less scope says so, and its access token has all that was granted.",
        breaks ["refresh/scope-told", "introspection/agrees"];
    EMPTY_SCOPE_INVALID = "refresh-empty-scope-is-invalid":
        "An empty scope of a refresh is an unknown one.", breaks ["token/empty-is-absent"];
    ANOTHER_CONSUMES = "refresh-by-another-consumes":
        "A refresh token counts as used once another client has presented it.",
        breaks ["refresh/failed-refresh-consumes-nothing"];
    SCOPE_CONSUMES = "refresh-scope-failure-consumes":
        "A refresh token counts as used once more scope was asked for than it is for.",
        breaks ["refresh/failed-refresh-consumes-nothing"];
    TARGET_CONSUMES = "refresh-target-failure-consumes":
        "A refresh token counts as used once a resource was named that it is not for.",
        breaks ["refresh/failed-refresh-consumes-nothing"];
    RACE = "refresh-token-consumed-late":
        "A refresh token is looked up under one lock and marked as used under another.",
        breaks ["refresh/single-use-concurrent", "refresh/public-rotation"];
    USED_IS_INVALID_CLIENT = "refresh-token-used-is-invalid-client":
        "A client that presents a used refresh token is reported as an invalid client.",
        breaks ["refresh/single-use", "refresh/unknown", "refresh/public-rotation"];
    ODD_LENGTH_500 = "refresh-token-of-odd-length-500":
        "A refresh token that is longer or shorter than those issued breaks the server.",
        breaks ["refresh/unknown", "refresh/access-token-refused", "token/grant-kind"],
        disturbs [("access-token/developer-token", "it is presented as a refresh token, too")];
    WRONG_CLIENT_500 = "refresh-token-of-another-500":
        "A refresh token of another client breaks the server.", breaks ["refresh/bound-to-client"];
    LIVES_TWO_WEEKS = "refresh-token-lives-two-weeks": "A refresh token lives for 14 days.",
        breaks ["refresh/lifetime", "refresh/timer-restarts"];
    LIVES_59_DAYS = "refresh-token-lives-59-days": "A refresh token lives for one day less.",
        breaks ["refresh/lifetime", "refresh/timer-restarts"];
    LIVES_61_DAYS = "refresh-token-lives-61-days": "A refresh token lives for one day more.",
        breaks ["refresh/lifetime"];
    DIES_TWO_MINUTES_EARLY = "refresh-token-dies-early":
        "A refresh token dies two minutes too early.", breaks ["refresh/lifetime"];
    LIVES_TWO_MINUTES_MORE = "refresh-token-dies-late":
        "A refresh token dies two minutes too late.", breaks ["refresh/lifetime"];
    NEVER_EXPIRES = "refresh-token-never-expires": "A refresh token lives until it is used.",
        breaks ["refresh/lifetime"];
    EXPIRED_IS_INVALID_REQUEST = "refresh-token-expired-is-invalid-request":
        "An expired refresh token is reported as an invalid request.", breaks ["refresh/lifetime"];
    EXPIRED_500 = "refresh-token-expired-500": "An expired refresh token breaks the server.",
        breaks ["refresh/lifetime"];
    EXPIRED_401 = "refresh-token-expired-401":
        "An expired refresh token is refused with status 401.", breaks ["refresh/lifetime"];
    TIMER_RUNS_ON = "refresh-timer-runs-on":
        "The lifetime of every refresh token is counted from the first grant.",
        breaks ["refresh/timer-restarts"];
    TIMER_RESTARTS_ONCE = "refresh-lives-a-year":
        "A grant ends after a year, however often it is refreshed.",
        breaks ["refresh/timer-restarts"];
    ANY_CLIENT = "refresh-token-for-any-client":
        "A refresh token works for any client with a secret.",
        breaks ["refresh/bound-to-client"];
    ANY_PUBLIC_CLIENT = "refresh-token-for-any-public-client":
        "Whose a refresh token is matters only where a client authenticates.",
        breaks ["refresh/bound-to-client"];
    WRONG_CLIENT_IS_INVALID_CLIENT = "refresh-token-of-another-is-invalid-client":
        "A client that presents another client's refresh token is reported as an invalid client.",
        breaks ["refresh/bound-to-client"];
    WRONG_CLIENT_403 = "refresh-token-of-another-403":
        "A client that presents another client's refresh token is refused with status 403.",
        breaks ["refresh/bound-to-client"];
    NO_SECRET = "refresh-without-secret": "A refresh needs no client secret.",
        breaks ["refresh/needs-client-credentials", "pkce/no-authentication"];
    ANY_SECRET = "refresh-with-any-secret": "A refresh does not check the client secret.",
        breaks ["refresh/needs-client-credentials", "pkce/no-authentication"],
        disturbs [("token/named-client", "the secret of another client is a wrong one")];
    UNNAMED = "refresh-by-nobody":
        "A refresh without any credentials is taken for one of the client that the token belongs to.",
        breaks ["refresh/needs-client-credentials"];
    CLIENT_IS_INVALID_GRANT = "refresh-invalid-client-is-invalid-grant":
        "A refresh with wrong credentials is reported as an invalid grant.",
        breaks ["refresh/needs-client-credentials"];
    ANY_CASE = "refresh-token-without-case":
        "Refresh tokens are looked up in a column that ignores case.", breaks ["refresh/unknown"];
    TRUNCATED = "refresh-token-by-prefix": "A refresh token is found by its first characters.",
        breaks ["refresh/unknown"];
    EXTENDED = "refresh-token-by-length":
        "Only as many characters of a refresh token are read as it should have.",
        breaks ["refresh/unknown"];
    UNKNOWN_IS_INVALID_CLIENT = "refresh-token-unknown-is-invalid-client":
        "An unknown refresh token is reported as an invalid client.", breaks ["refresh/unknown",
            "access-token/developer-token", "refresh/access-token-refused", "token/grant-kind"];
    UNKNOWN_401 = "refresh-token-unknown-401":
        "An unknown refresh token is refused with status 401.",
        breaks ["refresh/unknown", "token/error-shape", "access-token/developer-token",
            "refresh/access-token-refused"],
        disturbs [("token/grant-kind", "what is no refresh token is unknown")];
    REVOKED_IS_INVALID_TOKEN = "refresh-token-revoked-is-invalid-token":
        "A revoked refresh token is reported as an invalid token.", breaks ["refresh/unknown"];
    REFUSED_AFTER_EXPIRY = "refresh-refused-after-expiry":
        "A refresh is refused once the access token has expired.",
        breaks ["refresh/after-expiry", "refresh/lifetime", "refresh/timer-restarts"];
    REFUSED_BEFORE_EXPIRY = "refresh-refused-before-expiry":
        "A refresh is refused as long as the access token lives.",
        breaks ["refresh/before-expiry", "refresh/new-pair"],
        disturbs [("token/no-store", "a refresh right after the grant brings nothing to cache"),
            ("token/success", "a refresh right after the grant brings no members")];
    PUBLIC_REFUSED = "refresh-refused-to-public-clients":
        "A public client is given refresh tokens, and refused when it uses them.",
        breaks ["refresh/after-expiry", "refresh/before-expiry"];
    FOR_ALL = "refresh-token-for-codes-alone":
        "A client that registered for codes alone is given a refresh token, which it may not use.",
        breaks ["refresh/before-expiry"];
    FAILURE_CONSUMES = "refresh-failure-consumes":
        "A refresh token counts as used before the client is authenticated.",
        breaks ["refresh/failed-refresh-consumes-nothing"];
    FAILURE_REVOKES = "refresh-failure-revokes":
        "A refresh with wrong credentials destroys the tokens, as after a theft.",
        breaks ["refresh/failed-refresh-consumes-nothing"];
    REPLAY_ENDS_ALL = "refresh-replay-ends-other-users":
        "A used refresh token that comes again ends what other users granted the client.",
        breaks ["access-token/users-apart"];
}
