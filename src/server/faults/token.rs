//! Mistakes about the rules `token/…`.

use crate::testbed::switches::faults;

faults! {
    // What is presented is of another kind.
    REFRESH_BY_CODE = "refresh-by-code": "A code is accepted as a refresh token.",
        breaks ["token/grant-kind"];
    CODE_BY_REFRESH = "code-by-refresh-token": "A refresh token is redeemed like a code.",
        breaks ["token/grant-kind"];
    CODE_BY_ACCESS = "code-by-access-token": "An access token is redeemed like a code.",
        breaks ["token/grant-kind"];
    CODE_BY_DEVICE_CODE = "code-by-device-code":
        "Whatever is good once is in one table, and a device code that nobody has approved is redeemed like a code.",
        breaks ["token/grant-kind"];
    DEVICE_CODE_BY_CODE = "device-code-by-code": "A code is redeemed like a device code.",
        breaks ["token/grant-kind"];
    CODE_BY_REFERENCE = "code-by-reference":
        "The reference of a pushed request is redeemed like a code.",
        breaks ["token/grant-kind"];
    CODE_BY_ID_TOKEN = "code-by-id-token": "An ID Token is redeemed like a code.",
        breaks ["token/grant-kind"];
    REFRESH_BY_ID_TOKEN = "refresh-by-id-token": "An ID Token is accepted as a refresh token.",
        breaks ["token/grant-kind"];
    ASSERTION_BY_ACCESS = "assertion-by-access-token":
        "An access token is taken for an assertion.", breaks ["token/grant-kind"];

    FORM_CHARSET = "token-form-charset-refused":
        "A token request whose media type has a charset is refused.", breaks ["token/form-charset"];
    FORM_CAPITALS = "token-form-type-by-case":
        "The media type of a token request is compared with case.", breaks ["token/form-charset"];
    NULL_BREAKS = "token-null-character-500":
        "A token request with a null character breaks the server.", breaks ["token/malformed"];
    NUL_CLOSES = "token-null-character-closes":
        "The connection of a token request with a null character is closed without an answer.",
        breaks ["token/malformed"];
    CLIENT_NULL_BREAKS = "token-client-null-500":
        "A client identifier with a null character breaks the token endpoint.",
        breaks ["token/malformed"];
    OCTETS_BREAK = "token-octets-500":
        "A token request with what is no UTF-8 breaks the server.", breaks ["token/malformed"];
    TEXT_BREAKS = "token-beyond-ascii-500":
        "A code, a token or a verifier with a letter beyond ASCII breaks the token endpoint.",
        breaks ["token/malformed", "pkce/verifier-syntax"];
    SECRET_TEXT_BREAKS = "secret-beyond-ascii-500":
        "A secret with a letter beyond ASCII breaks the token endpoint.",
        breaks ["token/client-credentials"];
    BASIC_TEXT_BREAKS = "basic-beyond-ascii-500":
        "A secret with a letter beyond ASCII breaks the token endpoint in HTTP Basic.",
        breaks ["token/client-credentials"];
    OVERSIZED_500 = "token-oversized-500": "An enormous request is a server error.",
        breaks ["token/oversized"];
    UNKNOWN_CLIENT_SAID = "client-unknown-said":
        "The refusal of an unknown client says that there is no such client.",
        breaks ["token/clients-not-told-apart"];
    EXPIRES_IN_TEXT = "token-expires-in-is-text": "`expires_in` is a string.",
        breaks ["token/success", "access-token/not-long-lived",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user"];
    EXPIRES_IN_3601 = "token-expires-in-3601": "`expires_in` promises one second more.",
        breaks ["token/success", "access-token/not-long-lived"];
    EXPIRES_IN_MILLISECONDS = "token-expires-in-milliseconds": "`expires_in` counts milliseconds.",
        breaks ["access-token/not-long-lived", "access-token/expires-in-is-true"],
        disturbs [("token/success", "where a document fixes the value, it is another one")];
    EXPIRES_IN_NEGATIVE = "token-expires-in-negative": "`expires_in` is negative.",
        breaks ["token/success", "access-token/not-long-lived",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user"];
    EXPIRES_IN_FRACTION = "token-expires-in-fraction": "`expires_in` has a fraction of a second.",
        breaks ["token/success", "access-token/not-long-lived",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user"];
    EXPIRES_IN_HUGE = "token-expires-in-huge":
        "`expires_in` is a number with 308 zeros, for tokens that never expire.",
        breaks ["token/success", "access-token/not-long-lived",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user"];
    TOKEN_TWICE = "token-response-repeats-a-member":
        "The response has two access tokens, of which the second works.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    ERROR_BESIDE = "token-response-with-error": "The response has an error beside the tokens.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    EXPIRES_AT = "token-expires-in-is-a-date": "`expires_in` is the time of expiry.",
        breaks ["access-token/not-long-lived", "access-token/expires-in-is-true"],
        disturbs [("token/success", "where a document fixes the value, it is another one")];
    NO_EXPIRES_IN = "token-without-expires-in": "The response has no `expires_in`.",
        breaks ["token/success", "access-token/not-long-lived",
            "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/client-credentials-enterprise", "server-auth/client-credentials-user", "token/lifetime-told"];
    NO_RESTRICTED_TO = "token-without-restricted-to": "The response has no `restricted_to`.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    RESTRICTED_TO_NULL = "token-restricted-to-null": "`restricted_to` is null instead of empty.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    NO_TOKEN_TYPE = "token-without-token-type": "The response has no `token_type`.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows", "exchange/answer",
            "exchange/no-token-type"];
    TYPE_CAPITAL = "token-type-capitalized": "`token_type` is `Bearer`.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    TYPE_JWT = "token-type-jwt": "`token_type` is `JWT`.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    CREATED = "token-created": "A successful token request is answered with status 201.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    HTML_TYPE = "token-success-as-html": "A successful response has the media type of HTML.",
        breaks ["token/success", "server-auth/jwt-enterprise",
            "server-auth/jwt-user", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "downscope/narrows"];
    NO_REFRESH_TOKEN = "token-without-refresh-token": "A code brings no refresh token.",
        breaks ["token/success", "token/refresh-token-required", "refresh/new-pair",
            "refresh/single-use", "refresh/single-use-concurrent", "refresh/lifetime",
            "refresh/timer-restarts", "refresh/bound-to-client",
            "refresh/needs-client-credentials", "refresh/unknown", "refresh/after-expiry",
            "refresh/before-expiry", "refresh/failed-refresh-consumes-nothing",
            "revoke/by-refresh-token", "refresh/scope-never-widens", "refresh/scope-kept",
            "refresh/access-token-refused", "revoke/access-token-ends-refresh-token",
            "revoke/refresh-token-ends-access-token"];
    FORM_BODY = "token-success-as-form":
        "A successful response is form-encoded, as some early servers sent it.",
        breaks ["token/success", "server-auth/jwt-enterprise", "server-auth/jwt-user",
            "server-auth/jwt-algorithms", "server-auth/client-credentials-enterprise",
            "server-auth/client-credentials-user", "application-access/app-only",
            "application-access/app-and-enterprise", "application-access/server-only",
            "authorization/required", "enterprise/unpublished-disabled-server", "token/basic-authentication", "token/basic-form-encoded",
            "token/empty-is-absent", "consent/request-kept", "consent/requests-apart",
            "pkce/s256", "redirect/loopback-any-port"],
        disturbs [("code/lifetime", "what a code brings in time cannot be read"),
            ("token/unknown-parameters", "what the request brings cannot be read")];
    GET_TAKEN = "token-by-get": "A GET request with the parameters in its URL brings tokens.",
        breaks ["token/post-only"];
    PUT_TAKEN = "token-by-put": "PUT is treated like POST.", breaks ["token/post-only"];
    PATCH_TAKEN = "token-by-patch": "PATCH is treated like POST.", breaks ["token/post-only"];
    DELETE_TAKEN = "token-by-delete": "DELETE is treated like GET, and GET like POST.",
        breaks ["token/post-only"];
    GET_BREAKS = "token-get-500": "A GET request breaks the server.", breaks ["token/post-only"];
    GET_REDIRECTS = "token-get-redirects": "A GET request is sent to the login page.",
        breaks ["token/post-only"];
    GET_WELCOMES = "token-get-200": "A GET request is answered with an empty page.",
        breaks ["token/post-only"];
    JSON_TAKEN = "token-as-json": "A JSON object is read like a form.",
        breaks ["token/form-encoded"];
    TEXT_TAKEN = "token-as-text": "The media type of the body is not checked.",
        breaks ["token/form-encoded"];
    NO_BODY_BREAKS = "token-no-body-500": "A request without a body breaks the server.",
        breaks ["token/form-encoded"];
    MULTIPART_BREAKS = "token-multipart-500": "A multipart body breaks the server.",
        breaks ["token/form-encoded"];
    JSON_BREAKS = "token-json-500": "A JSON body breaks the server.",
        breaks ["token/form-encoded"];
    JSON_200 = "token-json-200": "A JSON body is refused with status 200.",
        breaks ["token/form-encoded"];
    PLAIN_HTTP = "plain-http-served": "The token endpoint is served over plain HTTP as well.",
        breaks ["token/https-only"];
    PASSWORD_TAKEN = "token-by-password": "The password grant is enabled.",
        breaks ["token/no-password-grant"];
    PASSWORD_PREFIX = "password-by-prefix":
        "A password is compared up to the length of what was sent.",
        breaks ["token/password-grant"];
    PASSWORD_EXTENDED = "password-by-length":
        "Only as many characters of a password are read as it should have.",
        breaks ["token/password-grant"];
    PASSWORD_ANY_CASE = "password-grant-without-case": "A password is compared case-insensitively.",
        breaks ["token/password-grant"];
    PASSWORD_ANY_SECRET = "password-with-any-secret":
        "The password grant does not check the client secret.",
        breaks ["token/password-grant-authenticates"];
    PASSWORD_NO_SECRET = "password-without-secret":
        "The password grant needs no client secret.",
        breaks ["token/password-grant-authenticates"];
    PASSWORD_UNCHECKED = "token-by-any-password":
        "The password grant is on, and the password is left for later.",
        breaks ["token/no-password-grant", "token/password-grant"],
        disturbs [("scope/unknown", "the grant heeds no scope either")];
    GRANT_TYPE_GUESSED = "grant-type-guessed":
        "A request without a grant type is taken for one with a code.",
        breaks ["token/grant-type-required", "token/query-ignored"];
    GRANT_TYPE_OWN = "grant-type-missing-is-client-credentials":
        "A request without a grant type brings the client a token for itself.",
        breaks ["token/grant-type-required", "token/query-ignored"];
    GRANT_TYPE_EMPTY_GUESSED = "grant-type-empty-guessed":
        "An empty grant type is taken for that of a code.", breaks ["token/grant-type-required"];
    GRANT_TYPE_MISSING_IS_UNSUPPORTED = "grant-type-missing-is-unsupported":
        "A missing grant type is reported as an unsupported one.",
        breaks ["token/grant-type-required", "token/query-ignored"];
    GRANT_TYPE_MISSING_IS_INVALID_GRANT = "grant-type-missing-is-invalid-grant":
        "A missing grant type is reported as an invalid grant.",
        breaks ["token/grant-type-required", "token/query-ignored"];
    GRANT_TYPE_UNKNOWN_IS_CODE = "grant-type-unknown-is-code":
        "Every grant type that is not `refresh_token` is taken for that of a code.",
        breaks ["token/grant-type-known"];
    GRANT_TYPE_ANY_CASE = "grant-type-without-case":
        "The grant type is compared case-insensitively.",
        breaks ["token/grant-type-known"];
    GRANT_TYPE_UNKNOWN_IS_INVALID_GRANT = "grant-type-unknown-is-invalid-grant":
        "An unknown grant type is reported as an invalid grant.", breaks ["token/grant-type-known"];
    GRANT_TYPE_200 = "grant-type-error-200": "A wrong grant type is refused with status 200.",
        breaks ["token/grant-type-required", "token/grant-type-known", "token/no-password-grant",
            "token/error-shape", "token/form-encoded", "token/query-ignored"];
    CODE_MISSING_IS_INVALID_GRANT = "code-missing-is-invalid-grant":
        "A missing code is reported as an invalid grant.",
        breaks ["token/code-required", "token/query-ignored"];
    CODE_EMPTY_IS_INVALID_GRANT = "code-empty-is-invalid-grant":
        "An empty code is looked up and not found.", breaks ["token/code-required"];
    CODE_MISSING_401 = "code-missing-401": "A missing code is refused with status 401.",
        breaks ["token/code-required", "token/error-shape", "token/query-ignored"];
    REFRESH_MISSING_IS_INVALID_GRANT = "refresh-token-missing-is-invalid-grant":
        "A missing refresh token is reported as an invalid grant.",
        breaks ["token/refresh-token-required"];
    REFRESH_EMPTY_IS_INVALID_GRANT = "refresh-token-empty-is-invalid-grant":
        "An empty refresh token is looked up and not found.",
        breaks ["token/refresh-token-required"];
    ANY_SECRET = "secret-unchecked": "Any client secret is accepted.",
        breaks ["token/client-credentials", "token/precedence", "pkce/no-authentication"],
        disturbs [("token/named-client", "the secret of another client is a wrong one")];
    EMPTY_SECRET = "secret-empty-accepted": "An empty client secret is not compared.",
        breaks ["token/client-credentials", "pkce/no-authentication"];
    NO_SECRET = "secret-missing-accepted":
        "A client that sends no secret is taken for a public one.",
        breaks ["token/client-credentials", "pkce/no-authentication"];
    UNNAMED = "code-by-nobody":
        "A code without any credentials is redeemed for the client that it was issued to.",
        breaks ["token/client-credentials"],
        disturbs [("token/query-ignored", "whoever sends credentials in the URL has sent none")];
    SECRET_PREFIX = "secret-by-prefix":
        "The secret is compared up to the length of what was sent, which may be zero.",
        breaks ["token/client-credentials", "pkce/no-authentication"];
    SECRET_LENGTH = "secret-by-length":
        "Only as many characters of the secret are read as it should have.",
        breaks ["token/client-credentials", "token/precedence", "pkce/no-authentication"];
    SECRET_ANY_CASE = "secret-without-case": "The secret is compared case-insensitively.",
        breaks ["token/client-credentials"];
    ID_ANY_CASE = "client-without-case": "Client identifiers are compared case-insensitively.",
        breaks ["token/client-credentials"];
    CREDENTIALS_ANY_SECRET = "client-credentials-any-secret":
        "The client credentials grant does not check the client secret.",
        breaks ["token/credentials-grant-authenticates"];
    CREDENTIALS_NO_SECRET = "client-credentials-without-secret":
        "The client credentials grant needs no client secret.",
        breaks ["token/credentials-grant-authenticates"];
    ASSERTION_ANY_SECRET = "assertion-with-any-secret":
        "A client secret beside an assertion is not checked.",
        breaks ["token/every-credential-checked"];
    EXCHANGE_ANY_SECRET = "exchange-with-any-secret":
        "A client secret beside a token that is exchanged is not checked.",
        breaks ["token/every-credential-checked", "exchange/client-authenticated"];
    HEADER_WINS = "header-before-body":
        "Where a client authenticates by HTTP Basic the secret in the body is not checked.",
        breaks ["token/two-authentications", "token/every-credential-checked"];
    BODY_WINS = "body-before-header":
        "Where the secret is in the body HTTP Basic is not checked.",
        breaks ["token/two-authentications", "token/every-credential-checked"];
    OTHER_ID_IGNORED = "identifier-in-body-ignored":
        "The identifier in the body is not compared with that of HTTP Basic.",
        breaks ["token/two-authentications"];
    NAMED_WINS = "client-in-body-wins":
        "Who authenticates by HTTP Basic is taken for the client that the body names.",
        breaks ["token/named-client", "revoke/bound-to-client"],
        disturbs [("token/two-authentications", "the client in the body is unknown"),
            ("pushed/client-agrees", "another client is named")];
    ANY_SECRET_KNOWN = "client-secret-of-anybody": "The secret of any client is taken.",
        breaks ["token/named-client", "revoke/bound-to-client"];
    BASIC_UNKNOWN = "basic-not-supported": "A client can authenticate in the body alone.",
        breaks ["token/basic-authentication", "token/basic-form-encoded", "registration/methods-work",
            "metadata/auth-methods-work"];
    BASIC_NEEDS_ID = "basic-needs-client-id-in-body":
        "A client that uses HTTP Basic has to name itself in the body as well.",
        breaks ["token/basic-authentication", "token/basic-form-encoded", "registration/methods-work",
            "metadata/auth-methods-work"];
    BASIC_ALONE = "basic-without-client-id-in-body":
        "A client that uses HTTP Basic may not name itself in the body as well.",
        breaks ["token/basic-authentication"];
    BASIC_NOT_FOR_REFRESH = "basic-not-for-refresh":
        "A client that refreshes can authenticate in the body alone.",
        breaks ["token/basic-authentication", "refresh/bound-to-client"];
    BASIC_WITH_CASE = "basic-with-case": "The scheme of HTTP Basic is compared case-sensitively.",
        breaks ["token/basic-authentication"];
    BASIC_NOT_DECODED = "basic-not-decoded":
        "Identifier and secret are taken from HTTP Basic as they stand.",
        breaks ["token/basic-form-encoded"];
    BASIC_LOOSE = "basic-with-stray-characters":
        "Characters that base64 does not have are skipped.", breaks ["token/basic-malformed"];
    BASIC_BREAKS = "basic-malformed-500": "HTTP Basic that cannot be decoded breaks the server.",
        breaks ["token/basic-malformed"];
    BASIC_EMPTY_BREAKS = "basic-empty-500": "HTTP Basic without a value breaks the server.",
        breaks ["token/basic-malformed"];
    PUBLIC_UNNAMED = "public-client-unnamed":
        "A code without a client is taken to come from the public client that it was issued to.",
        breaks ["token/public-names-itself"];
    PUBLIC_ITSELF = "public-client-by-credentials":
        "A public client gets a token by the client credentials grant.",
        breaks ["token/no-client-credentials-for-public"];
    EMPTY_SECRET_COMPARED = "empty-secret-compared":
        "An empty secret of a public client is a wrong one.", breaks ["token/empty-is-absent"];
    EMPTY_SCOPE_INVALID = "empty-scope-is-invalid": "An empty scope is an unknown one.",
        breaks ["token/empty-is-absent"];
    ERRORS_STORED = "errors-may-be-cached": "Refusals may be cached.",
        breaks ["token/no-store-on-errors"];
    CLIENT_ERRORS_STORED = "client-errors-may-be-cached":
        "Refusals of a client's credentials may be cached.", breaks ["token/no-store-on-errors"];
    LOSERS_BREAK = "refresh-race-500":
        "Of refreshes at the same time those that lose break the server.",
        breaks ["token/losers-refused"];
    CODE_LOSERS_BREAK = "code-race-500":
        "Of redemptions at the same time those that lose break the server.",
        breaks ["token/losers-refused"];
    CLIENT_401 = "invalid-client-401":
        "Wrong credentials in the body are refused with status 401, as if they were Basic.",
        breaks ["token/client-credentials", "token/error-shape", "token/precedence",
            "refresh/needs-client-credentials", "revoke/needs-client-credentials",
            "token/query-ignored", "token/every-credential-checked",
            "token/credentials-grant-authenticates"];
    CLIENT_403 = "invalid-client-403": "Wrong credentials are refused with status 403.",
        breaks ["token/client-credentials", "token/error-shape", "token/precedence",
            "refresh/needs-client-credentials", "revoke/needs-client-credentials",
            "token/query-ignored", "token/credentials-grant-authenticates",
            "token/public-names-itself", "token/password-grant-authenticates"],
        disturbs [("token/every-credential-checked", "a wrong secret beside an assertion is told so"),
            ("revoke/error-shape", "wrong credentials in the header are told with status 401")];
    CLIENT_BREAKS = "invalid-client-500": "Wrong credentials break the server.",
        breaks ["token/client-credentials", "refresh/needs-client-credentials",
            "revoke/needs-client-credentials", "token/credentials-grant-authenticates",
            "token/password-grant-authenticates", "token/public-names-itself",
            "token/query-ignored", "pkce/no-authentication", "token/named-client"],
        disturbs [("token/every-credential-checked", "a wrong secret beside an assertion is told so")];
    CLIENT_IS_INVALID_GRANT = "invalid-client-is-invalid-grant":
        "Wrong credentials are called an invalid grant.",
        breaks ["token/client-credentials", "token/precedence", "token/query-ignored",
            "token/credentials-grant-authenticates", "token/password-grant-authenticates"],
        disturbs [("token/every-credential-checked", "a wrong secret beside an assertion is told so")];
    CLIENT_UNKNOWN_IS_UNAUTHORIZED = "unknown-client-is-unauthorized":
        "An unknown client is reported as an unauthorized one.",
        breaks ["token/client-credentials", "token/query-ignored", "token/credentials-grant-authenticates", "token/public-names-itself"];
    NO_SECRET_IS_INVALID_REQUEST = "secret-missing-is-invalid-request":
        "A missing client secret is reported as an invalid request.",
        breaks ["token/client-credentials", "token/credentials-grant-authenticates",
            "token/password-grant-authenticates"];
    GRANT_ALLOWED = "grant-not-allowed-works":
        "Which grants an application was configured for is not checked.",
        breaks ["token/grant-not-allowed", "server-auth/one-model-only"];
    GRANT_NOT_ALLOWED_IS_INVALID_GRANT = "grant-not-allowed-is-invalid-grant":
        "A grant that is not allowed is reported as an invalid one.",
        breaks ["token/grant-not-allowed", "server-auth/one-model-only", "token/no-client-credentials-for-public"];
    GRANT_NOT_ALLOWED_IS_UNSUPPORTED = "grant-not-allowed-is-unsupported":
        "A grant that is not allowed is reported as an unsupported one.",
        breaks ["token/grant-not-allowed", "server-auth/one-model-only"];
    GRANT_NOT_ALLOWED_403 = "grant-not-allowed-403":
        "A grant that is not allowed is refused with status 403.",
        breaks ["token/grant-not-allowed", "server-auth/one-model-only", "token/no-client-credentials-for-public"];
    ERROR_AS_TEXT = "error-as-text": "Refusals have the media type of plain text.",
        breaks ["token/error-shape"];
    UNCHALLENGED = "error-unchallenged":
        "Wrong credentials in the header are refused without a challenge.",
        breaks ["token/error-shape"];
    ERROR_WITH_NULLS = "error-with-nulls":
        "Refusals carry every member of a success, with null for a value.",
        breaks ["token/error-shape"];
    ERROR_LIST = "error-as-list": "A missing code is reported in a list of errors.",
        breaks ["token/error-shape", "token/code-required", "token/query-ignored"];
    ERROR_PAGE = "error-as-page": "An unknown client is reported on an HTML page.",
        breaks ["token/error-shape", "token/client-credentials", "token/query-ignored", "token/credentials-grant-authenticates", "token/public-names-itself"];
    ERROR_CODE_INVENTED = "error-code-invented":
        "A repeated parameter is refused with an error code of the server's own.",
        breaks ["token/error-shape", "token/repeated-parameter"];
    DESCRIPTION_OBJECT = "error-description-is-an-object":
        "The description of an error is an object with one text for each language.",
        breaks ["token/error-shape"];
    DESCRIPTION_CHARACTERS = "error-description-quotes":
        "Descriptions of refusals have quotation marks and letters with accents.",
        breaks ["token/error-shape"];
    ECHO_CODE = "error-echoes-code": "The description of a refusal quotes the code.",
        breaks ["token/no-secret-echo"];
    ECHO_SECRET = "error-echoes-secret": "The description of a refusal quotes the client secret.",
        breaks ["token/no-secret-echo"];
    ECHO_REFRESH_TOKEN = "error-echoes-refresh-token":
        "The description of a refusal quotes the refresh token.",
        breaks ["token/no-secret-echo"];
    ECHO_ASSERTION = "error-echoes-assertion":
        "The description of a refusal quotes the assertion.", breaks ["token/no-secret-echo"];
    ECHO_SUBJECT_TOKEN = "error-echoes-subject-token":
        "The description of a refusal quotes the token that was to be exchanged.",
        breaks ["token/no-secret-echo"];
    EXCHANGE_ERROR_INVENTED = "exchange-error-invented":
        "An exchange for too much is refused with an error code of the server's own.",
        breaks ["token/error-shape", "token/grant-kind"];
    ECHO_HEADER = "error-echoes-request-in-header":
        "A header of every refusal repeats the request, for support.",
        breaks ["token/no-secret-echo"];
    CODE_FIRST = "code-before-client": "The code is looked up before the client is authenticated.",
        breaks ["token/precedence"];
    CODE_STORED = "token-may-be-cached": "Responses to a code redemption may be cached.",
        breaks ["token/no-store"];
    REFRESH_STORED = "refresh-may-be-cached": "Responses to a refresh may be cached.",
        breaks ["token/no-store"];
    DIRECT_STORED = "token-of-credentials-may-be-cached":
        "Responses may be cached where a password or the client's credentials bring the token.",
        breaks ["token/no-store"];
    DIRECT_LIFE_UNSAID = "token-of-credentials-without-expires-in":
        "The response has no `expires_in` where a password or the client's credentials bring the token.",
        breaks ["token/lifetime-told"];
    DIRECT_TYPE_UNSAID = "token-of-credentials-without-token-type":
        "The response has no `token_type` where a password or the client's credentials bring the token.",
        breaks ["token/success"];
    CREDENTIALS_EMPTY_SCOPE = "client-credentials-empty-scope-is-invalid":
        "An empty scope is an unknown one where a client's credentials bring the token.",
        breaks ["token/empty-is-absent"];
    PRIVATE = "token-may-be-cached-privately": "Tokens are marked as private instead of no-store.",
        breaks ["token/no-store"];
    REPEATED_FIRST = "repeated-first-wins": "Of a repeated parameter the first value is taken.",
        breaks ["token/repeated-parameter"];
    REPEATED_LAST = "repeated-last-wins": "Of a repeated parameter the last value is taken.",
        breaks ["token/repeated-parameter"];
    REPEATED_SAME = "repeated-same-accepted":
        "A parameter may be repeated as long as its value is the same.",
        breaks ["token/repeated-parameter"];
    REPEATED_CREDENTIALS = "repeated-credentials-accepted":
        "Client credentials are read before repeated parameters are looked for.",
        breaks ["token/repeated-parameter"];
    REPEATED_GRANT_TYPE = "repeated-grant-type-accepted": "The grant type may be repeated.",
        breaks ["token/repeated-parameter"];
    REPEATED_REDIRECT_URI = "repeated-redirect-uri-accepted": "The redirect URI may be repeated.",
        breaks ["token/repeated-parameter"];
    REPEATED_REFRESH_TOKEN = "repeated-refresh-token-accepted":
        "A refresh request is not checked for repeated parameters.",
        breaks ["token/repeated-parameter"];
    REPEATED_SCOPE_BREAKS = "repeated-scope-500": "A scope that is given twice breaks the server.",
        breaks ["token/repeated-parameter"];
    REPEATED_IS_INVALID_GRANT = "repeated-is-invalid-grant":
        "A repeated parameter is reported as an invalid grant.",
        breaks ["token/repeated-parameter"];
    URL_TAKEN = "url-parameters-taken": "Parameters in the URL count like those in the body.",
        breaks ["token/query-ignored"];
    URL_CREDENTIALS = "url-credentials-taken": "Client credentials are taken from the URL.",
        breaks ["token/query-ignored"];
    URL_CODE = "url-code-taken": "The code is taken from the URL.", breaks ["token/query-ignored"];
    URL_SECRET = "url-secret-taken":
        "A client secret is taken from the URL where the body has none.",
        breaks ["token/query-ignored"];
    URL_REFRESH_TOKEN = "url-refresh-token-taken": "A refresh token is taken from the URL.",
        breaks ["token/query-ignored"];
    URL_GRANT_TYPE = "url-grant-type-taken": "The grant type is taken from the URL.",
        breaks ["token/query-ignored"];
    UNKNOWN_REFUSED = "unknown-parameter-refused": "An unknown parameter is refused.",
        breaks ["token/unknown-parameters", "exchange/unknown-parameters"];
    TEXTS_SAME = "error-texts-all-alike": "Every refusal reads \"Bad Request\".",
        breaks ["token/error-text"];
    TEXTS_MISSING = "error-texts-missing": "Refusals carry no description.",
        breaks ["token/error-text"];
    TEXT_EXPIRED = "error-text-of-expired-code": "An expired code is described as an unknown one.",
        breaks ["token/error-text"];
    TEXT_REFRESH = "error-text-of-refresh-token":
        "An unknown refresh token is described as an unknown code.", breaks ["token/error-text"];
}
