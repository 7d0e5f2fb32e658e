//! Mistakes about the rules `downscope/…`.

use crate::testbed::switches::faults;

faults! {
    NOTHING_NARROWED = "exchange-narrows-nothing":
        "The new token carries everything that the old one does, whatever the response says.",
        breaks ["downscope/narrows", "downscope/never-widens"];
    RESOURCE_IGNORED = "exchange-ignores-resource":
        "The new token holds for every item, whatever resource was asked for.",
        breaks ["downscope/narrows", "downscope/never-widens"];
    RESOURCE_ONE_LEVEL = "exchange-resource-one-level":
        "A token that is narrowed to a folder holds for what lies in it, and not further down.",
        breaks ["downscope/narrows"];
    FINER_ALIKE = "exchange-finer-scopes-alike":
        "A token that is narrowed to one change can make all changes.",
        breaks ["downscope/narrows"];
    FINER_CLOSED = "exchange-finer-scopes-closed":
        "A token that is narrowed to one change can make none.",
        breaks ["downscope/narrows"];
    OPENS_NOTHING = "exchange-opens-nothing": "The new token opens nothing at all.",
        breaks ["downscope/narrows"];
    SAME_TOKEN = "exchange-returns-the-same": "The exchange brings the old token back.",
        breaks ["downscope/narrows", "downscope/never-widens"];
    SHOWN_EMPTY = "exchange-restricted-to-empty": "`restricted_to` is empty for a narrowed token.",
        breaks ["downscope/narrows"];
    SHOWN_OF_SUBJECT = "exchange-restricted-to-of-subject":
        "`restricted_to` lists the scopes of the old token.",
        breaks ["downscope/narrows"];
    EXPIRED_SUBJECT = "exchange-of-an-expired-token": "An expired token can still be exchanged.",
        breaks ["downscope/never-widens", "exchange/subject-expired"];
    REFRESH_SUBJECT = "exchange-of-a-refresh-token":
        "A refresh token is exchanged like an access token.", breaks ["token/grant-kind", "exchange/subject-kind"];
    CREDENTIALS_REFUSED = "exchange-with-credentials-refused":
        "A client that sends its credentials with an exchange is refused.",
        breaks ["downscope/narrows"];
    NO_ISSUED_TYPE = "exchange-without-issued-token-type":
        "The response does not say what type of token it brings.",
        breaks ["downscope/narrows", "exchange/answer"];
    WIDENS = "exchange-widens": "The new token has whatever scope was asked for.",
        breaks ["downscope/never-widens"];
    WIDENS_TO_APPLICATION = "exchange-widens-to-application":
        "The new token may have every scope of the application, whatever the old one has.",
        breaks ["downscope/never-widens"];
    WIDENS_NARROWED = "exchange-widens-narrowed":
        "A token that was narrowed before can be exchanged for any other.",
        breaks ["downscope/never-widens"];
    EXCESS_DROPPED = "exchange-drops-excess":
        "Scopes that the old token lacks are left out, and nobody is told.",
        breaks ["downscope/never-widens"];
    RESOURCE_UNCHECKED = "exchange-resource-unchecked":
        "A token may be narrowed to an item that its user does not reach.",
        breaks ["downscope/never-widens"];
    DEAD_SUBJECT = "exchange-of-a-dead-token":
        "A token can still be exchanged once it has been revoked.",
        breaks ["downscope/never-widens", "exchange/subject-revoked"];
    REFRESHABLE = "exchange-brings-refresh-token": "The exchange brings a refresh token too.",
        breaks ["downscope/no-refresh"];
    LIVES_A_DAY = "exchanged-token-lives-a-day":
        "A narrowed token lives for a day, whatever the response says.",
        breaks ["downscope/no-refresh", "access-token/expires-in-is-true"];
    NEVER_EXPIRES = "exchanged-token-never-expires":
        "A narrowed token lives until it is revoked: it can do so little.",
        breaks ["downscope/no-refresh", "access-token/expires-in-is-true"];
    PROMISES_A_DAY = "exchanged-token-promises-a-day":
        "An exchange promises a token for a day.",
        breaks ["access-token/not-long-lived", "access-token/expires-in-is-true"];
}
