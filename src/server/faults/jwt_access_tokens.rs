//! Mistakes about the rules `jwt-access-tokens/…`.

use crate::testbed::switches::faults;

faults! {
    TYPE_JWT = "at-jwt-type-jwt": "The type of access tokens is that of every JWT.",
        breaks ["jwt-access-tokens/typed"];
    TYPE_MISSING = "at-jwt-type-missing": "Access tokens do not say that they are access tokens.",
        breaks ["jwt-access-tokens/typed"];
    UNSIGNED = "at-jwt-unsigned": "Nobody signs access tokens.",
        breaks ["jwt-access-tokens/signed"];
    OTHER_KEY = "at-jwt-signed-with-another-key": "Access tokens are signed with a key that is not published.",
        breaks ["jwt-access-tokens/signed"];
    KEYS_EMPTY = "at-jwt-keys-empty": "The published set of keys is empty.",
        breaks ["jwt-access-tokens/signed"];
    SHARED_SECRET = "at-jwt-hs256": "Access tokens are signed with a shared secret.",
        breaks ["jwt-access-tokens/asymmetric"];
    KEYS_UNNAMED = "at-jwt-keys-unnamed": "The metadata do not say where the keys are.",
        breaks ["jwt-access-tokens/keys-published"];
    METADATA_DISAGREE = "at-jwt-metadata-disagree":
        "The metadata of OpenID Connect name other keys than those of RFC 8414.",
        breaks ["jwt-access-tokens/metadata-agree"];
    METADATA_OTHER_ISSUER = "at-jwt-metadata-other-issuer":
        "The metadata of OpenID Connect name another issuer than those of RFC 8414.",
        breaks ["jwt-access-tokens/metadata-agree"];
    NO_ISSUER = "at-jwt-without-iss": "Access tokens do not say who issued them.",
        breaks ["jwt-access-tokens/claims"];
    NO_EXPIRY = "at-jwt-without-exp": "Access tokens do not say when they expire.",
        breaks ["jwt-access-tokens/claims"];
    NO_AUDIENCE = "at-jwt-without-aud": "Access tokens do not say which resource they are for.",
        breaks ["jwt-access-tokens/claims"];
    NO_SUBJECT = "at-jwt-without-sub": "Access tokens do not say for whom they stand.",
        breaks ["jwt-access-tokens/claims"];
    NO_CLIENT = "at-jwt-without-client-id": "Access tokens do not say to which client they were issued.",
        breaks ["jwt-access-tokens/claims"];
    NO_TIME = "at-jwt-without-iat": "Access tokens do not say when they were issued.",
        breaks ["jwt-access-tokens/claims"];
    NO_IDENTIFIER = "at-jwt-without-jti": "Access tokens have no identifier.",
        breaks ["jwt-access-tokens/claims"];
    EXPIRY_AS_TEXT = "at-jwt-exp-as-text": "The time at which an access token expires is a text.",
        breaks ["jwt-access-tokens/claims"];
    AUDIENCE_EMPTY = "at-jwt-aud-empty": "Access tokens are for an empty list of resources.",
        breaks ["jwt-access-tokens/claims"];
    ISSUER_WITH_SLASH = "at-jwt-iss-with-slash": "The issuer in access tokens ends with a slash.",
        breaks ["jwt-access-tokens/issuer"];
    OTHER_ISSUER = "at-jwt-other-iss": "The issuer in access tokens is another one.",
        breaks ["jwt-access-tokens/issuer"];
    LIVES_LONGER = "at-jwt-lives-longer": "Access tokens expire an hour later than the client is told.",
        breaks ["jwt-access-tokens/lifetime"];
    IN_MILLISECONDS = "at-jwt-times-in-milliseconds": "Times in access tokens are milliseconds.",
        breaks ["jwt-access-tokens/lifetime"];
    CLIENT_OF_SERVER = "at-jwt-client-of-server": "Access tokens name the server as their client.",
        breaks ["jwt-access-tokens/client"];
    SAME_IDENTIFIER = "at-jwt-same-jti": "Each access token has the same identifier.",
        breaks ["jwt-access-tokens/unique"];
    IDENTIFIER_OF_USER = "at-jwt-jti-of-subject": "Each access token of a user has the same identifier.",
        breaks ["jwt-access-tokens/unique"];
    SAME_SUBJECT = "at-jwt-same-sub": "Each access token has the same subject.",
        breaks ["jwt-access-tokens/subject"];
    SUBJECT_OF_CLIENT = "at-jwt-sub-of-client": "The subject of each access token is its client.",
        breaks ["jwt-access-tokens/subject"];
    NO_SCOPE = "at-jwt-without-scope": "Access tokens do not say their scope.",
        breaks ["jwt-access-tokens/scope"];
    SCOPE_LIST = "at-jwt-scope-list": "The scope of access tokens is a list.",
        breaks ["jwt-access-tokens/scope"];
    SCOPE_MORE = "at-jwt-scope-more": "Access tokens say a scope that was not granted.",
        breaks ["jwt-access-tokens/scope"];
    SAME_AUDIENCE = "at-jwt-same-aud": "Each access token is for the server.",
        breaks ["audience/token-names-resource"];
    AUDIENCE_OF_ALL = "at-jwt-aud-of-all": "Each access token is for all resources.",
        breaks ["jwt-access-tokens/audiences"];
    SIGN_IN_CHANGES = "at-jwt-acr-of-token": "Each access token tells of another sign-in.",
        breaks ["jwt-access-tokens/authentication-kept"];
    SIGN_IN_LOST = "at-jwt-amr-lost": "A refreshed access token tells of another sign-in than that of a code.",
        breaks ["jwt-access-tokens/authentication-kept"];
    TYPE_UNCHECKED = "at-jwt-type-unchecked": "The resource takes each JWT that the server has signed.",
        breaks ["jwt-access-tokens/type-checked"];
    NONE_TAKEN = "at-jwt-unsigned-taken": "The resource takes a token whose algorithm is `none`.",
        breaks ["jwt-access-tokens/algorithm-checked"];
    NONE_IN_ANY_CASE = "at-jwt-unsigned-in-capitals":
        "The resource takes a token whose algorithm is `none` in other letters.",
        breaks ["jwt-access-tokens/algorithm-checked"];
    PEM_AS_SECRET = "at-jwt-pem-as-secret":
        "The resource takes the public key, as files have it, for a shared secret.",
        breaks ["jwt-access-tokens/algorithm-checked"];
    JWK_AS_SECRET = "at-jwt-jwk-as-secret":
        "The resource takes the public key, as it is published, for a shared secret.",
        breaks ["jwt-access-tokens/algorithm-checked"];
    SIGNATURE_UNCHECKED = "at-jwt-signature-unchecked": "The resource does not check signatures.",
        breaks ["jwt-access-tokens/signature-checked"];
    SIGNATURE_OPTIONAL = "at-jwt-signature-optional": "The resource takes a token with an empty signature.",
        breaks ["jwt-access-tokens/signature-checked"];
    KEY_OF_TOKEN = "at-jwt-key-of-token": "The resource checks a signature with the key that the token shows.",
        breaks ["jwt-access-tokens/key-checked"];
}
