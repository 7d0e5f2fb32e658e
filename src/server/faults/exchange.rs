//! Mistakes about the rules `exchange/…`.

use crate::testbed::switches::faults;

faults! {
    REFUSED = "exchange-refused": "Whatever is to be exchanged is refused.",
        breaks ["exchange/tokens"];
    REFUSED_200 = "exchange-refused-200": "A token that is not exchanged is refused with status 200.",
        breaks ["exchange/refusal", "exchange/subject-invalid", "exchange/subject-expired", "exchange/subject-revoked", "exchange/subject-kind", "exchange/subject-gone"];
    STORED = "exchange-stored": "What an exchange brings may be kept by caches.",
        breaks ["exchange/no-store"];
    LIFE_UNSAID = "exchange-life-unsaid": "An exchange does not tell how long its token lives.",
        breaks ["exchange/expires-in"];
    TYPE_REQUESTED = "exchange-type-as-requested":
        "An exchange says that it brings what was requested, and brings an access token.",
        breaks ["exchange/issued-type"];
    TYPE_OF_SUBJECT = "exchange-type-of-subject":
        "An exchange says that it brings what was sent to be exchanged.",
        breaks ["exchange/issued-type"];
    REFRESH_BEARER = "exchange-refresh-token-bearer":
        "A refresh token that an exchange brings has the type of an access token.",
        breaks ["exchange/no-token-type"];
    SCOPE_UNHEEDED = "exchange-scope-unheeded":
        "An exchange for less scope brings a token with all that there was, and does not tell it.",
        breaks ["exchange/scope-told"];
    SCOPE_OF_CLIENT = "exchange-scope-of-client":
        "A client may exchange a token for all scope that it may have itself.",
        breaks ["exchange/scope-never-widens"];
    SCOPE_OF_FIRST = "exchange-scope-of-first":
        "What an exchange has brought for less scope is exchanged for all that was there at first.",
        breaks ["exchange/scope-never-widens"];
    OF_FIRST_USER = "exchanged-token-of-first-user":
        "What an exchange brings stands for the first user there is.",
        breaks ["exchange/stands-for-subject"];
    OF_ACTOR = "exchanged-token-of-actor": "What an exchange brings stands for the actor.",
        breaks ["exchange/stands-for-subject"];
    MISSING_INVALID_GRANT = "subject-missing-invalid-grant":
        "An exchange without a token is an invalid grant.",
        breaks ["exchange/subject-token-required"];
    MISSING_BREAKS = "subject-missing-500": "An exchange without a token breaks the server.",
        breaks ["exchange/subject-token-required"];
    TYPE_GUESSED = "subject-type-guessed": "A token of which no type is told is an access token.",
        breaks ["exchange/subject-type-required"];
    ANY_TYPE = "subject-type-unchecked":
        "A token of a type that the server does not know is an access token.",
        breaks ["exchange/subject-type-unknown"];
    BY_PREFIX = "subject-by-prefix": "The first characters of a token are enough to exchange it.",
        breaks ["exchange/subject-invalid"];
    BY_TAIL = "subject-first-character-unread":
        "The first character of a token that is exchanged is not compared.",
        breaks ["exchange/subject-invalid"];
    FOREIGN_JWT = "subject-foreign-jwt": "A JWT of any issuer is exchanged for what it says.",
        breaks ["exchange/subject-invalid"];
    UNSIGNED_JWT = "subject-unsigned-jwt": "A JWT without a signature is exchanged.",
        breaks ["exchange/subject-invalid"];
    INVALID_BREAKS = "subject-invalid-500": "A token that cannot be exchanged breaks the server.",
        breaks ["exchange/subject-invalid", "exchange/subject-expired", "exchange/subject-revoked", "exchange/subject-kind", "exchange/subject-gone"];
    ACCESS_AS_REFRESH = "subject-access-as-refresh":
        "An access token is exchanged under the name of a refresh token.",
        breaks ["exchange/subject-kind"];
    CODE_AS_ACCESS = "subject-code-as-access":
        "An authorization code is exchanged under the name of an access token.",
        breaks ["exchange/subject-kind"];
    ID_TOKEN_AS_ACCESS = "subject-id-token-as-access":
        "An ID Token is exchanged under the name of an access token.",
        breaks ["exchange/subject-kind"];
    GONE_REFRESH = "subject-refresh-token-gone":
        "A refresh token can be exchanged once it has been used or revoked.",
        breaks ["exchange/subject-gone"];
    ACTOR_TYPE_GUESSED = "actor-type-guessed":
        "An actor's token of which no type is told is an access token.",
        breaks ["exchange/actor-type-required"];
    TYPE_ALONE = "actor-type-alone": "The type of an actor's token may come without the token.",
        breaks ["exchange/actor-type-alone"];
    ACTOR_UNCHECKED = "actor-unchecked": "Whatever stands there as an actor's token is taken.",
        breaks ["exchange/actor-invalid"];
    ACTOR_EXPIRED = "actor-expired-taken": "An actor's token is taken after it has expired.",
        breaks ["exchange/actor-invalid"];
    ACTOR_UNSAID = "actor-unsaid": "A token for an actor does not tell who acts.",
        breaks ["exchange/actor-named", "exchange/actors-nested"];
    ACTOR_IS_SUBJECT = "actor-is-subject": "A token for an actor says that its subject acts.",
        breaks ["exchange/actor-named"];
    ACTORS_FORGOTTEN = "actors-forgotten":
        "A token that is exchanged for another actor forgets who acted before.",
        breaks ["exchange/actors-nested"];
    ANY_ACTOR = "actor-not-named-taken":
        "A token that names its actor is exchanged for any other.",
        breaks ["exchange/named-actor-alone"];
    TARGET_IGNORED = "exchange-target-ignored":
        "What an exchange brings is for the usual resources, whichever it names.",
        breaks ["exchange/target"];
    FRAGMENT_CUT = "exchange-fragment-cut":
        "An exchange may name its resource with a fragment, which is cut off.",
        breaks ["exchange/target-malformed"];
    UNKNOWN_TARGET_INVALID_REQUEST = "exchange-unknown-target-invalid-request":
        "An exchange for a resource that nobody knows is an invalid request.",
        breaks ["exchange/target-unknown"];
    SUBJECT_SPENT = "exchange-spends-subject": "A token that is exchanged ends.",
        breaks ["exchange/subject-stays"];
    ACTOR_SPENT = "exchange-spends-actor": "The token of an actor ends with the exchange.",
        breaks ["exchange/subject-stays"];
    ANY_CLIENT = "exchange-by-any-client": "Clients without the grant exchange tokens.",
        breaks ["exchange/client-not-allowed"];
    SUBJECT_TWICE = "subject-twice-first": "Of two tokens to be exchanged the first one counts.",
        breaks ["exchange/repeated-parameter"];
    EMPTY_ACTOR = "actor-empty-invalid": "An empty token of an actor is an invalid one.",
        breaks ["exchange/empty-is-absent"];
}
