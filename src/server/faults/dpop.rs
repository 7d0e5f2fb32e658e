//! Mistakes about the rules `dpop/…`.

use crate::testbed::switches::faults;

faults! {
    ALGS_NONE = "dpop-advertises-none": "`none` is among the algorithms of proofs.",
        breaks ["dpop/algs-advertised"];
    ALGS_SHARED = "dpop-advertises-hs256": "HS256 is among the algorithms of proofs.",
        breaks ["dpop/algs-advertised"];
    ONE_ALG = "dpop-one-algorithm": "Of the algorithms that are advertised the first works.",
        breaks ["dpop/algs-work"];
    IGNORED = "dpop-ignored": "Proofs in token requests mean nothing.",
        breaks ["dpop/bound-token"];
    TYPE_BEARER = "dpop-token-type-bearer": "A bound token is said to be of the type Bearer.",
        breaks ["dpop/bound-token"];
    FIRST_COUNTS = "dpop-first-counts": "Of several proofs the first counts.",
        breaks ["dpop/one-proof", "dpop/resource-checks"];
    GARBAGE_IGNORED = "dpop-unreadable-ignored": "A proof that cannot be read counts as none.",
        breaks ["dpop/one-proof"];
    CLAIMS_UNCHECKED = "dpop-claims-unchecked": "What a proof leaves out is not looked for.",
        breaks ["dpop/claims", "dpop/resource-checks"];
    JTI_OPTIONAL = "dpop-jti-optional": "A proof needs no identifier.",
        breaks ["dpop/claims", "dpop/resource-checks"];
    TYPE_UNCHECKED = "dpop-type-unchecked": "Every signed JWT is a proof, whatever its type.",
        breaks ["dpop/type", "dpop/resource-checks"];
    TYPE_OPTIONAL = "dpop-type-optional": "A JWT without a type is a proof.",
        breaks ["dpop/type"];
    ALG_NONE = "dpop-unsigned-taken": "A proof with the algorithm `none` needs no signature.",
        breaks ["dpop/algorithm", "dpop/resource-checks"];
    SHARED_SECRET = "dpop-shared-secret": "The public key is taken for a shared secret.",
        breaks ["dpop/algorithm"];
    SIGNATURE_UNCHECKED = "dpop-signature-unchecked": "The signature of a proof is not checked.",
        breaks ["dpop/signature", "dpop/resource-checks"];
    PRIVATE_KEY_TAKEN = "dpop-private-key-taken": "A proof may show its private key.",
        breaks ["dpop/no-private-key", "dpop/resource-checks"];
    METHOD_UNCHECKED = "dpop-method-unchecked": "The method of a proof is not compared.",
        breaks ["dpop/method", "dpop/resource-checks"];
    METHOD_ANY_CASE = "dpop-method-any-case": "The method of a proof may be written in any case.",
        breaks ["dpop/method"];
    URI_UNCHECKED = "dpop-uri-unchecked": "The URI of a proof is not compared.",
        breaks ["dpop/uri", "dpop/resource-checks"];
    URI_OF_HOST = "dpop-uri-host-alone": "Of the URI of a proof only the host is compared.",
        breaks ["dpop/uri", "dpop/resource-checks"];
    URI_PATH_ALONE = "dpop-uri-path-alone": "Of the URI of a proof only the path is compared.",
        breaks ["dpop/uri", "dpop/resource-checks"];
    URI_WITH_QUERY = "dpop-uri-with-query": "The URI of a proof has to have the query of the request.",
        breaks ["dpop/uri-without-query"];
    URI_LITERAL = "dpop-uri-literal": "The URI of a proof is compared letter by letter.",
        breaks ["dpop/uri-normal"];
    OLD_TAKEN = "dpop-old-taken": "A proof never grows old.",
        breaks ["dpop/time", "dpop/resource-checks"];
    FUTURE_TAKEN = "dpop-future-taken": "A proof may have been made in the future.",
        breaks ["dpop/time", "dpop/resource-checks"];
    REPLAY_TAKEN = "dpop-replay-taken": "A proof may come more than once.",
        breaks ["dpop/replay"];
    REPLAY_FORGOTTEN = "dpop-replay-forgotten":
        "A proof that was used is forgotten 45 seconds after it was made, and good for longer.",
        breaks ["dpop/replay"];
    REFUSAL_401 = "dpop-refusal-401": "A token request with a bad proof is refused with status 401.",
        breaks ["dpop/refusal"];
    REFUSAL_CLIENT = "dpop-refusal-invalid-client": "A bad proof is told as invalid_client.",
        breaks ["dpop/refusal"];
    NONCE_ERROR = "dpop-nonce-other-error": "A proof without a nonce is told as a bad proof.",
        breaks ["dpop/nonce-told"];
    NONCE_NOT_TOLD = "dpop-nonce-not-told": "The nonce that is demanded is not told.",
        breaks ["dpop/nonce-told"];
    NONCE_TWICE = "dpop-nonce-twice": "Two nonces are told at once.",
        breaks ["dpop/nonce-told", "dpop/resource-nonce"];
    NONCE_CHARACTERS = "dpop-nonce-characters": "A nonce has blanks and quotes in it.",
        breaks ["dpop/nonce-told"];
    NONCE_UNCHECKED = "dpop-nonce-unchecked": "Any nonce will do.",
        breaks ["dpop/nonce-checked", "dpop/resource-nonce"];
    NONCE_OPTIONAL = "dpop-nonce-once": "A client whose key is known need bring no nonce.",
        breaks ["dpop/nonce-checked"];
    NONCE_SHARED = "dpop-nonce-shared": "The nonce of the resource is good at the token endpoint.",
        breaks ["dpop/nonce-of-resource"];
    REFRESH_ANY_KEY = "dpop-refresh-any-key": "A public client may refresh with another key.",
        breaks ["dpop/refresh-bound"];
    REFRESH_WITHOUT_PROOF = "dpop-refresh-without-proof":
        "A public client may refresh without a proof what is bound to a key.",
        breaks ["dpop/refresh-bound"];
    REFRESH_UNBINDS = "dpop-refresh-unbinds":
        "The refresh token that a refresh brings is bound to no key.",
        breaks ["dpop/refresh-bound"];
    CONFIDENTIAL_BOUND = "dpop-refresh-of-confidential-bound":
        "A client with a secret cannot change its key.",
        breaks ["dpop/refresh-of-confidential"];
    CLIENT_LAX = "dpop-bound-client-lax": "A client of bound tokens gets others without a proof.",
        breaks ["dpop/client-bound"];
    REGISTERED_UNKEPT = "dpop-bound-registered-unkept":
        "A client that registered itself for bound tokens alone gets others without a proof.",
        breaks ["dpop/client-bound"];
    PUSH_PROOF_IGNORED = "dpop-push-proof-ignored": "The proof of a pushed request means nothing.",
        breaks ["dpop/code-bound"];
    PUSH_KEYS_DIFFER = "dpop-push-keys-differ":
        "A pushed request may name another key than the one that it proves.",
        breaks ["dpop/code-bound"];
    CODE_ANY_KEY = "dpop-code-any-key": "A code that was asked for with a key is redeemed with another.",
        breaks ["dpop/code-bound"];
    PUSHED_KEY_LOST = "dpop-key-of-push-lost":
        "The key that a pushed request names is forgotten.",
        breaks ["dpop/code-bound"];
    CODE_WITHOUT_PROOF = "dpop-code-without-proof":
        "A code that was asked for with a key is redeemed without a proof.",
        breaks ["dpop/code-bound"];
    EXCHANGE_FREES = "dpop-exchange-frees":
        "A token that is bound to a key is exchanged without a proof, for one that is bound to none.",
        breaks ["dpop/exchange-bound"];
    CONFIRMATION_MISSING = "dpop-confirmation-missing": "The key of a token is not told.",
        breaks ["dpop/confirmation"];
    CONFIRMATION_OTHER = "dpop-confirmation-other": "The thumbprint of a token's key is told in hexadecimal digits.",
        breaks ["dpop/confirmation"];
    INTROSPECTED_BEARER = "dpop-introspected-bearer": "A bound token is told to be of the type Bearer.",
        breaks ["dpop/confirmation"];
    RESOURCE_BLIND = "dpop-scheme-unknown": "The resource knows no bound tokens.",
        breaks ["dpop/resource-served"];
    SCHEME_CASE = "dpop-scheme-case": "The scheme for bound tokens is compared with case.",
        breaks ["dpop/resource-served"];
    PROOF_OPTIONAL = "dpop-proof-optional": "The resource takes a bound token without a proof.",
        breaks ["dpop/resource-proof"];
    KEY_UNCHECKED = "dpop-key-unchecked": "The resource takes a proof by any key.",
        breaks ["dpop/resource-proof"];
    TOKEN_UNCHECKED = "dpop-token-hash-unchecked": "A proof is good for every access token.",
        breaks ["dpop/resource-proof"];
    TOKEN_OPTIONAL = "dpop-token-hash-optional": "A proof need not say for which access token it is.",
        breaks ["dpop/resource-proof"];
    DOWNGRADE = "dpop-downgrade": "A bound token works as a Bearer token.",
        breaks ["dpop/no-downgrade"];
    UNBOUND_TAKEN = "dpop-unbound-taken": "A token without a key works with any proof.",
        breaks ["dpop/unbound-refused"];
    OTHER_SCHEME = "dpop-challenge-other-scheme": "The challenge for bound tokens has another scheme.",
        breaks ["dpop/challenge", "dpop/resource-nonce"];
    NO_ALGS = "dpop-challenge-without-algs": "The challenge for bound tokens names no algorithm.",
        breaks ["dpop/challenge"];
    NO_ERROR = "dpop-challenge-without-error": "The challenge to a bad proof names no error.",
        breaks ["dpop/challenge-error", "dpop/resource-nonce"];
    MISSING_HAS_ERROR = "dpop-missing-has-error": "The challenge for bound tokens names an error where no token came.",
        breaks ["dpop/challenge-error"];
}
