//! Mistakes about the rules `server-auth/…`.

use crate::testbed::switches::faults;

faults! {
    // Assertions in general.
    JWT_IS_INVALID_CLIENT = "jwt-is-invalid-client":
        "An assertion with a defect is reported as a failed authentication of the client.",
        breaks ["server-auth/assertion-key", "server-auth/assertion-key-in-header", "server-auth/assertion-critical", "server-auth/assertion-subject", "server-auth/assertion-expired", "server-auth/assertion-not-yet", "server-auth/jwt-signature", "server-auth/jwt-alg-none",
            "server-auth/jwt-wrong-key", "server-auth/jwt-unknown-kid", "server-auth/jwt-expired",
            "server-auth/jwt-too-long", "server-auth/jwt-not-yet", "server-auth/jwt-audience",
            "server-auth/jwt-issuer", "server-auth/jwt-subject", "server-auth/jwt-replayed-jti",
            "server-auth/jwt-malformed", "token/grant-kind", "server-auth/foreign-subject"];
    JWT_IS_INVALID_REQUEST = "jwt-is-invalid-request":
        "An assertion with a defect is reported as an invalid request.",
        breaks ["server-auth/assertion-key", "server-auth/assertion-key-in-header", "server-auth/assertion-critical", "server-auth/assertion-subject", "server-auth/assertion-expired", "server-auth/assertion-not-yet", "server-auth/jwt-signature", "server-auth/jwt-alg-none",
            "server-auth/jwt-wrong-key", "server-auth/jwt-unknown-kid", "server-auth/jwt-expired",
            "server-auth/jwt-too-long", "server-auth/jwt-not-yet", "server-auth/jwt-audience",
            "server-auth/jwt-issuer", "server-auth/jwt-subject", "server-auth/jwt-replayed-jti",
            "server-auth/jwt-malformed", "token/grant-kind", "server-auth/foreign-subject"];
    JWT_401 = "jwt-401": "An assertion with a defect is refused with status 401.",
        breaks ["server-auth/assertion-key", "server-auth/assertion-key-in-header", "server-auth/assertion-critical", "server-auth/assertion-subject", "server-auth/assertion-expired", "server-auth/assertion-not-yet", "token/error-shape", "server-auth/jwt-signature", "server-auth/jwt-alg-none",
            "server-auth/jwt-wrong-key", "server-auth/jwt-unknown-kid", "server-auth/jwt-expired",
            "server-auth/jwt-too-long", "server-auth/jwt-not-yet", "server-auth/jwt-audience",
            "server-auth/jwt-issuer", "server-auth/jwt-subject", "server-auth/jwt-replayed-jti",
            "server-auth/jwt-malformed", "server-auth/foreign-subject"];

    // An assertion that is no JWT.
    ONE_PART_BREAKS = "jwt-one-part-500": "An assertion without a dot breaks the server.",
        breaks ["server-auth/jwt-malformed", "token/grant-kind"];
    PARTS_BREAK = "jwt-parts-500": "An assertion of two parts, or of four, breaks the server.",
        breaks ["server-auth/jwt-malformed"];
    BASE64_BREAKS = "jwt-base64-500": "A part of an assertion that is no base64 breaks the server.",
        breaks ["server-auth/jwt-malformed"];
    JSON_BREAKS = "jwt-json-500":
        "A part of an assertion that holds no JSON object breaks the server.",
        breaks ["server-auth/jwt-malformed"];

    // Subjects that exist.
    OUTSIDE_SERVED = "subject-outside-served":
        "Users of any enterprise can be acted for, whoever authorized the application there.",
        breaks ["server-auth/foreign-subject"];
    OUTSIDE_BY_CREDENTIALS = "subject-outside-by-credentials":
        "Client credentials bring tokens for users of any enterprise.",
        breaks ["server-auth/foreign-subject"];
    ENTERPRISE_OF_OTHERS = "subject-enterprise-of-others":
        "Any enterprise that there is stands for the application's own.",
        breaks ["server-auth/foreign-subject"];
    INACTIVE_SERVED = "subject-inactive-served": "Users who were disabled can be acted for.",
        breaks ["server-auth/foreign-subject"];
    INACTIVE_BY_JWT = "subject-inactive-by-jwt":
        "Assertions bring tokens for users who were disabled.",
        breaks ["server-auth/foreign-subject"];
    SERVICE_ACCOUNT_OF_OTHERS = "subject-service-account-of-others":
        "The service account of another application can be acted for.",
        breaks ["server-auth/foreign-subject"];

    // Signature, algorithm, key.
    SIGNATURE_UNCHECKED = "jwt-signature-unchecked":
        "The signature of an assertion is not checked.",
        breaks ["server-auth/assertion-key-in-header", "server-auth/assertion-key", "server-auth/jwt-signature", "server-auth/jwt-wrong-key"];
    SIGNATURE_OPTIONAL = "jwt-signature-optional":
        "An empty signature is not checked.",
        breaks ["server-auth/jwt-signature"];
    KEY_CONFUSED = "jwt-key-confused":
        "The header names the algorithm, and for HS256 the public key is the shared secret.",
        breaks ["server-auth/jwt-signature"];
    ALG_NONE = "jwt-alg-none": "The header may say that there is no signature.",
        breaks ["server-auth/jwt-alg-none"];
    ALG_NONE_IN_OTHER_CASE = "jwt-alg-none-in-other-case":
        "The algorithm `none` is refused in lower case only.",
        breaks ["server-auth/jwt-alg-none"];
    ALG_NONE_SIGNED = "jwt-alg-none-signed":
        "An unsigned assertion is refused for its empty signature, and taken with any other.",
        breaks ["server-auth/jwt-alg-none"];
    ANY_KEY = "jwt-any-key": "An assertion is checked with every key of every application.",
        breaks ["server-auth/assertion-key", "server-auth/jwt-wrong-key", "server-auth/jwt-unknown-kid"];
    KID_OF_ANYBODY = "jwt-kid-of-anybody":
        "The key is looked up by `kid` among the keys of all applications.",
        breaks ["server-auth/jwt-wrong-key"];
    KID_IGNORED = "jwt-kid-ignored": "All keys of the application are tried, whatever `kid` says.",
        breaks ["server-auth/jwt-unknown-kid"];
    KID_UNKNOWN_IS_FIRST = "jwt-kid-unknown-is-first":
        "An unknown `kid` falls back on the application's first key.",
        breaks ["server-auth/jwt-unknown-kid"];
    NO_KID_IS_FIRST = "jwt-no-kid-is-first":
        "Without `kid` the first of the application's keys is used.",
        breaks ["server-auth/jwt-unknown-kid"];
    RS384_UNKNOWN = "jwt-rs384-unknown": "RS384 is not known.",
        breaks ["server-auth/jwt-algorithms"];
    RS512_UNKNOWN = "jwt-rs512-unknown": "RS512 is not known.",
        breaks ["server-auth/jwt-algorithms"];

    // Times.
    EXP_UNCHECKED = "jwt-exp-unchecked": "An assertion never expires.",
        breaks ["server-auth/assertion-expired", "server-auth/jwt-expired"];
    EXP_A_MINUTE_LATE = "jwt-exp-a-minute-late":
        "An assertion is valid for a minute after it expired, as libraries do by default.",
        breaks ["server-auth/jwt-expired"];
    EXP_OPTIONAL = "jwt-exp-optional": "An assertion need not have `exp`.",
        breaks ["server-auth/assertion-expired", "server-auth/jwt-too-long"];
    LENGTH_UNCHECKED = "jwt-length-unchecked": "An assertion may be valid for years.",
        breaks ["server-auth/jwt-too-long"];
    LENGTH_AN_HOUR = "jwt-length-an-hour": "An assertion may be valid for an hour.",
        breaks ["server-auth/jwt-too-long"];
    LENGTH_FIVE_MINUTES = "jwt-length-five-minutes": "An assertion may be valid for five minutes.",
        breaks ["server-auth/jwt-too-long"];
    LENGTH_BY_IAT = "jwt-length-by-iat":
        "The lifetime of an assertion is counted from its `iat`, and has no limit without one.",
        breaks ["server-auth/jwt-too-long"];
    NBF_UNCHECKED = "jwt-nbf-unchecked": "`nbf` is not checked.",
        breaks ["server-auth/assertion-not-yet", "server-auth/jwt-not-yet"];
    IAT_UNCHECKED = "jwt-iat-unchecked": "An assertion may be issued in the future.",
        breaks ["server-auth/jwt-not-yet"];

    EXP_AS_TEXT = "jwt-exp-as-text": "An assertion whose `exp` is a text never expires.",
        breaks ["server-auth/assertion-expired"];

    // What the header says of the key.
    KEY_OF_HEADER = "jwt-key-of-header": "An assertion is checked with the key that it brings along.",
        breaks ["server-auth/assertion-key-in-header"];
    KEY_BY_URL = "jwt-key-by-url": "An assertion is checked with the key at the URL that it names.",
        breaks ["server-auth/assertion-key-in-header"];
    CRIT_IGNORED = "jwt-crit-ignored": "An extension that an assertion demands is ignored.",
        breaks ["server-auth/assertion-critical"];

    // Whom an assertion is about, where clients issue them.
    SUBJECT_OPTIONAL = "assertion-subject-optional":
        "An assertion without `sub` is one about the client.",
        breaks ["server-auth/assertion-subject"];
    SUBJECT_UNKNOWN_IS_CLIENT = "assertion-subject-unknown-is-client":
        "An assertion about nobody is one about the client.",
        breaks ["server-auth/assertion-subject"];

    // Audience, issuer, subject.
    AUD_UNCHECKED = "jwt-aud-unchecked": "`aud` is not checked.",
        breaks ["server-auth/jwt-audience"];
    AUD_OPTIONAL = "jwt-aud-optional": "An assertion need not have `aud`.",
        breaks ["server-auth/jwt-audience"];
    AUD_LIST_EMPTY = "jwt-aud-list-empty": "An empty list in `aud` means every server.",
        breaks ["server-auth/jwt-audience"];
    AUD_BEGINNING = "jwt-aud-by-beginning": "`aud` only has to begin like the right one.",
        breaks ["server-auth/jwt-audience"];
    AUD_WITHIN = "jwt-aud-within": "The right audience may stand anywhere in `aud`.",
        breaks ["server-auth/jwt-audience"];
    AUD_HOST = "jwt-aud-by-host": "Of `aud` only the host is compared.",
        breaks ["server-auth/jwt-audience"];
    ISS_UNCHECKED = "jwt-iss-unchecked": "`iss` is not checked.",
        breaks ["server-auth/jwt-issuer"];
    ISS_OPTIONAL = "jwt-iss-optional": "An assertion need not have `iss`.",
        breaks ["server-auth/jwt-issuer"];
    ISS_OF_ANYBODY = "jwt-iss-of-anybody": "`iss` may be any registered application.",
        breaks ["server-auth/jwt-issuer"];
    SUB_UNKNOWN_IS_OWN = "jwt-sub-unknown-is-own":
        "An unknown subject falls back on the application's service account.",
        breaks ["server-auth/jwt-subject"];
    SUB_OPTIONAL = "jwt-sub-optional":
        "Without `sub` the subject is the enterprise of the application.",
        breaks ["server-auth/jwt-subject"];
    SUB_TYPE_OPTIONAL = "jwt-sub-type-optional":
        "Without `box_sub_type` the subject is taken for an enterprise.",
        breaks ["server-auth/jwt-subject"];

    // Single use.
    JTI_UNCHECKED = "jwt-jti-unchecked":
        "An assertion is valid for as many tokens as are asked for.",
        breaks ["server-auth/jwt-replayed-jti"];
    JTI_OPTIONAL = "jwt-jti-optional": "An assertion without `jti` works more than once.",
        breaks ["server-auth/jwt-replayed-jti"];
    JTI_BY_ASSERTION = "jwt-jti-by-assertion":
        "Whole assertions are remembered, and not their `jti`.",
        breaks ["server-auth/jwt-replayed-jti"];
    JTI_BY_SUBJECT = "jwt-jti-by-subject": "A `jti` is remembered for each subject by itself.",
        breaks ["server-auth/jwt-replayed-jti"];
    JTI_TEN_SECONDS = "jwt-jti-ten-seconds": "A `jti` is forgotten after ten seconds.",
        breaks ["server-auth/jwt-replayed-jti"];

    // Whom a token is for.
    ENTERPRISE_IS_ADMIN = "server-grant-for-the-admin":
        "A server application acts as the administrator who authorized it.",
        breaks ["server-auth/jwt-enterprise", "server-auth/client-credentials-enterprise",
            "application-access/service-account"];
    JWT_USER_IS_SERVICE_ACCOUNT = "jwt-user-is-service-account":
        "An assertion about a user brings a token of the service account.",
        breaks ["server-auth/jwt-user"];
    CREDENTIALS_USER_IS_SERVICE_ACCOUNT = "client-credentials-subject-ignored":
        "Client credentials bring a token of the service account, whatever subject is named.",
        breaks ["server-auth/client-credentials-user", "application-access/app-and-enterprise"];
    JWT_PENDING = "jwt-user-has-to-log-in":
        "An assertion is not enough: somebody has to sign in as well.",
        breaks ["server-auth/assertion-grant", "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/jwt-algorithms", "application-access/app-and-enterprise"];
    CREDENTIALS_UNKNOWN = "client-credentials-off": "The client credentials grant is not offered.",
        breaks ["server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "application-access/app-only",
            "application-access/app-and-enterprise", "authorization/required",
            "enterprise/unpublished-disabled-server"];
    RESTRICTED_TO_MISSING = "server-grant-without-restricted-to":
        "The response to a server grant has no `restricted_to`.",
        breaks ["server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user"];

    // No refresh token.
    REFRESH_BY_JWT = "refresh-token-by-jwt": "An assertion brings a refresh token too.",
        breaks ["server-auth/no-refresh-token"];
    REFRESH_BY_CREDENTIALS = "refresh-token-by-client-credentials":
        "Client credentials bring a refresh token too.",
        breaks ["server-auth/no-refresh-token"];
    LIVES_A_DAY = "server-token-lives-a-day":
        "A token of a server grant lives for a day, whatever the response says.",
        breaks ["server-auth/no-refresh-token", "access-token/expires-in-is-true"];
    PROMISES_A_DAY = "server-token-promises-a-day":
        "A token of a server grant lives for a day, and the response says so.",
        breaks ["access-token/not-long-lived"],
        disturbs [("server-auth/no-refresh-token", "the token does not die with the hour")];

    // One model only.
    THREE_LEGGED_BY_JWT = "three-legged-by-jwt":
        "Any application with a key may use assertions, even a three-legged one.",
        breaks ["server-auth/one-model-only"];
    THREE_LEGGED_BY_CREDENTIALS = "three-legged-by-client-credentials":
        "Any application with a secret may use client credentials, even a three-legged one.",
        breaks ["server-auth/one-model-only", "token/grant-not-allowed"],
        disturbs [("token/no-client-credentials-for-public", "public clients are let through, too")];
    SERVER_BY_CODE = "server-application-by-code":
        "A server application may send users to the authorization endpoint.",
        breaks ["server-auth/one-model-only"];
    SERVER_REDEEMS = "server-application-redeems":
        "At the token endpoint nobody asks whether an application may use codes.",
        breaks ["server-auth/one-model-only"];

    // as-user/generate-user-tokens-off
    USER_TOKENS_UNCHECKED = "user-tokens-unchecked":
        "Whether an application may have tokens of users is not checked.",
        breaks ["as-user/generate-user-tokens-off"];
    USER_TOKENS_BY_CREDENTIALS = "user-tokens-by-client-credentials":
        "Whether an application may have tokens of users is checked for assertions only.",
        breaks ["as-user/generate-user-tokens-off"];
    USER_TOKENS_BY_JWT = "user-tokens-by-jwt":
        "Whether an application may have tokens of users is checked for client credentials only.",
        breaks ["as-user/generate-user-tokens-off"];
    USER_TOKENS_OF_APP_USERS = "user-tokens-of-app-users":
        "Without the permission an application still has tokens of its app users.",
        breaks ["as-user/generate-user-tokens-off"];
    USER_TOKENS_403 = "user-tokens-403": "Tokens of users are refused with status 403.",
        breaks ["as-user/generate-user-tokens-off"];
}
