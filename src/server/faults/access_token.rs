//! Mistakes about the rules `access-token/…`.

use crate::testbed::switches::faults;

faults! {
    ONE_GRANT = "access-token-one-grant":
        "A client has one grant: another user's ends it.",
        breaks ["access-token/users-apart", "identity/current-user", "permission/collaborator",
            "permission/stranger", "permission/waterfall-down", "permission/waterfall-up",
            "scope/global-content-manager", "as-user/allowed"];
    ONE_REFRESH_TOKEN = "access-token-one-refresh-token":
        "A client has one refresh token: another user's ends it, and leaves the access token alone.",
        breaks ["access-token/users-apart"];
    LIVES_TWO_HOURS = "access-token-lives-two-hours":
        "An access token lives for two hours, whatever the response says.",
        breaks ["access-token/lifetime", "access-token/expires-in-is-true", "bearer/expired",
            "access-token/developer-token", "server-auth/no-refresh-token",
            "downscope/no-refresh", "downscope/never-widens"];
    LIVES_A_MINUTE_MORE = "access-token-lives-a-minute-more":
        "An access token lives for a minute more, for clocks that differ.",
        breaks ["access-token/lifetime", "access-token/expires-in-is-true", "bearer/expired",
            "access-token/developer-token", "server-auth/no-refresh-token",
            "downscope/no-refresh", "downscope/never-widens"];
    LIVES_A_MINUTE_LESS = "access-token-lives-a-minute-less":
        "An access token lives for a minute less.",
        breaks ["access-token/lifetime", "access-token/expires-in-is-true",
            "access-token/developer-token"];
    LIVES_HALF_AN_HOUR = "access-token-lives-half-an-hour":
        "An access token lives for half an hour.",
        breaks ["access-token/lifetime", "access-token/expires-in-is-true",
            "access-token/developer-token"],
        disturbs [("bearer/expired", "it lives on where tokens live for less than that")];
    NEVER_EXPIRES = "access-token-never-expires": "An access token lives until it is revoked.",
        breaks ["access-token/lifetime", "access-token/expires-in-is-true", "bearer/expired",
            "access-token/developer-token", "server-auth/no-refresh-token",
            "downscope/no-refresh", "downscope/never-widens"];
    SLIDES = "access-token-lifetime-slides": "Each use of an access token prolongs its life.",
        breaks ["access-token/lifetime"];
    REFRESHED_LIVES_LONGER = "access-token-by-refresh-lives-longer":
        "An access token that a refresh brought lives for a day.",
        breaks ["access-token/expires-in-is-true"];
    REFRESHED_LIVES_HALF = "access-token-by-refresh-lives-half":
        "An access token that a refresh brought lives for half as long as the client was told.",
        breaks ["access-token/expires-in-is-true"];
    EXCHANGED_LIVES_HALF = "access-token-by-exchange-lives-half":
        "An access token that another one was exchanged for lives for half as long as the client was told.",
        breaks ["access-token/expires-in-is-true", "exchange/expires-in"];
    OF_CLIENT_LIVES_HALF = "access-token-of-client-lives-half":
        "An access token that a client has for itself lives for half as long as it was told.",
        breaks ["access-token/expires-in-is-true"];
    PROMISES_TWO_HOURS = "access-token-promises-two-hours":
        "`expires_in` says two hours, and the access token lives for one.",
        breaks ["access-token/expires-in-is-true", "access-token/not-long-lived"],
        disturbs [("token/success", "where the document says how long tokens live")];
    REFRESHED_PROMISES_A_DAY = "access-token-by-refresh-promises-a-day":
        "`expires_in` says a day after a refresh.",
        breaks ["access-token/not-long-lived", "access-token/expires-in-is-true", "token/success"];
    LONG_LIVED = "access-token-long-lived": "An access token lives for a day, and says so.",
        breaks ["access-token/not-long-lived", "access-token/lifetime", "bearer/expired",
            "access-token/developer-token"],
        disturbs [("token/success", "where the document says how long tokens live")];
    DEVELOPER_LIVES_A_DAY = "developer-token-lives-a-day":
        "A developer token lives for a day, for the developer's convenience.",
        breaks ["access-token/developer-token"];
    DEVELOPER_NEVER_EXPIRES = "developer-token-never-expires":
        "A developer token lives until the next one is made.",
        breaks ["access-token/developer-token"];
    DEVELOPER_WITHOUT_SCOPES = "developer-token-without-scopes":
        "A developer token has none of the scopes of its application.",
        breaks ["access-token/developer-token"];
    DEVELOPER_REFRESHES = "developer-token-refreshes":
        "A developer token is accepted as a refresh token.",
        breaks ["access-token/developer-token"];
    NOT_REVOCABLE = "access-token-not-revocable":
        "Resources check access tokens by themselves and hear of no revocation.",
        breaks ["access-token/revocable", "revoke/by-access-token",
            "revoke/only-that-pair", "downscope/never-widens",
            "revoke/refresh-token-ends-access-token"],
        disturbs [("code/replay-revokes", "resources do not hear of that revocation either")];
    COUNTER = "access-tokens-are-a-counter": "Access tokens are numbered.",
        breaks ["access-token/unguessable"];
    AGAIN_COUNTER = "access-tokens-again-and-numbered":
        "Access tokens are numbered, and handed out again as long as they live.",
        breaks ["access-token/unguessable"];
    CLOCK = "access-tokens-are-a-clock":
        "Access tokens are made of the time and four random characters.",
        breaks ["access-token/unguessable"];
    SEQUENTIAL = "access-tokens-follow-each-other":
        "Each access token is a large random number plus one.",
        breaks ["access-token/unguessable"];
    SHORT = "access-tokens-are-short": "An access token has twelve characters.",
        breaks ["access-token/unguessable"];
    DECIMAL = "access-tokens-are-digits": "An access token has twenty-four digits.",
        breaks ["access-token/unguessable"];
    REFRESH_COUNTER = "refresh-tokens-are-a-counter": "Refresh tokens are numbered.",
        breaks ["access-token/unguessable"];
    REFRESH_SHORT = "refresh-tokens-are-short": "A refresh token has twelve characters.",
        breaks ["access-token/unguessable"];
}
