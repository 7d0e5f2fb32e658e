//! Mistakes about the rules `client-assertion/…`.

use crate::testbed::switches::faults;

faults! {
    UNKNOWN = "client-assertion-unknown": "A client cannot authenticate by an assertion.",
        breaks ["client-assertion/authenticates", "client-assertion/algorithms", "metadata/auth-methods-work"];
    NOT_AT_REVOCATION = "client-assertion-not-at-revocation":
        "A client cannot authenticate by an assertion where it revokes tokens.",
        breaks ["client-assertion/everywhere", "metadata/auth-methods-work"];
    NOT_AT_INTROSPECTION = "client-assertion-not-at-introspection":
        "A client cannot authenticate by an assertion where it introspects tokens.",
        breaks ["client-assertion/everywhere", "metadata/auth-methods-work"];
    NOT_AT_PUSH = "client-assertion-not-at-push":
        "A client cannot authenticate by an assertion where it pushes requests.",
        breaks ["client-assertion/everywhere", "metadata/auth-methods-work"];
    NOT_FOR_REFRESH = "client-assertion-not-for-refresh":
        "A client cannot authenticate by an assertion where it refreshes its tokens.",
        breaks ["client-assertion/everywhere"];
    RS256_UNKNOWN = "client-assertion-rs256-unknown": "RS256 is advertised, and not known.",
        breaks ["client-assertion/algorithms"];

    SIGNATURE_UNCHECKED = "client-assertion-signature-unchecked":
        "The signature of a client's assertion is not checked.",
        breaks ["client-assertion/key-in-header", "client-assertion/signature", "client-assertion/key", "client-assertion/refusal"];
    SIGNATURE_OPTIONAL = "client-assertion-signature-optional":
        "The signature of a client's assertion is not checked where it is empty.",
        breaks ["client-assertion/signature"];
    KEY_CONFUSED = "client-assertion-key-confused":
        "For HS256 the public key of a client is the shared secret.",
        breaks ["client-assertion/signature"];
    ALG_NONE = "client-assertion-alg-none": "A client's assertion may say that there is no signature.",
        breaks ["client-assertion/unsigned"];
    ALG_NONE_IN_OTHER_CASE = "client-assertion-alg-none-in-other-case":
        "The algorithm `none` of a client's assertion is refused in lower case only.",
        breaks ["client-assertion/unsigned"];
    ALG_NONE_SIGNED = "client-assertion-alg-none-signed":
        "An unsigned assertion of a client is refused for its empty signature, and taken with any other.",
        breaks ["client-assertion/unsigned"];
    ANY_KEY = "client-assertion-any-key":
        "A client's assertion is checked with every key of every client.",
        breaks ["client-assertion/key"];
    ACCESS_TOKEN = "client-assertion-access-token":
        "An access token that a client was issued is taken for its assertion: it has a signature that the server knows.",
        breaks ["client-assertion/key"];
    KEY_OF_HEADER = "client-assertion-key-of-header":
        "A client's assertion is checked with the key that it brings along.",
        breaks ["client-assertion/key-in-header"];
    KEY_BY_URL = "client-assertion-key-by-url":
        "A client's assertion is checked with the key at the URL that it names.",
        breaks ["client-assertion/key-in-header"];
    CRIT_IGNORED = "client-assertion-crit-ignored":
        "An extension that a client's assertion demands is ignored.",
        breaks ["client-assertion/critical"];

    ISS_UNCHECKED = "client-assertion-iss-unchecked": "`iss` of a client's assertion is not checked.",
        breaks ["client-assertion/issuer"];
    ISS_OPTIONAL = "client-assertion-iss-optional": "A client's assertion need not have `iss`.",
        breaks ["client-assertion/issuer"];
    ISS_OF_ANYBODY = "client-assertion-iss-of-anybody":
        "`iss` of a client's assertion may be any client.",
        breaks ["client-assertion/issuer"];
    SUB_UNCHECKED = "client-assertion-sub-unchecked": "`sub` of a client's assertion is not checked.",
        breaks ["client-assertion/subject"];
    SUB_OPTIONAL = "client-assertion-sub-optional": "A client's assertion need not have `sub`.",
        breaks ["client-assertion/subject"];
    AUD_UNCHECKED = "client-assertion-aud-unchecked": "`aud` of a client's assertion is not checked.",
        breaks ["client-assertion/audience", "client-assertion/refusal"];
    AUD_OPTIONAL = "client-assertion-aud-optional": "A client's assertion need not have `aud`.",
        breaks ["client-assertion/audience"];
    AUD_LIST_EMPTY = "client-assertion-aud-list-empty":
        "An empty list in `aud` of a client's assertion means every server.",
        breaks ["client-assertion/audience"];
    AUD_LIST_REFUSED = "client-assertion-aud-list-refused":
        "A list in `aud` of a client's assertion is refused.",
        breaks ["client-assertion/audience-list"];
    AUD_BEGINNING = "client-assertion-aud-by-beginning":
        "`aud` of a client's assertion only has to begin like the right one.",
        breaks ["client-assertion/audience"];
    AUD_WITHIN = "client-assertion-aud-within":
        "The right audience may stand anywhere in `aud` of a client's assertion.",
        breaks ["client-assertion/audience"];
    AUD_HOST = "client-assertion-aud-by-host":
        "Of `aud` of a client's assertion only the host is compared.",
        breaks ["client-assertion/audience"];
    AUD_NO_ISSUER = "client-assertion-aud-not-issuer":
        "A client's assertion may not be for the issuer.",
        breaks ["pushed/assertion-audiences"];
    EXP_UNCHECKED = "client-assertion-exp-unchecked": "A client's assertion never expires.",
        breaks ["client-assertion/expired", "client-assertion/refusal"];
    EXP_OPTIONAL = "client-assertion-exp-optional": "A client's assertion need not have `exp`.",
        breaks ["client-assertion/expired"];
    EXP_AS_TEXT = "client-assertion-exp-as-text":
        "A client's assertion whose `exp` is a text never expires.",
        breaks ["client-assertion/expired"];
    NBF_UNCHECKED = "client-assertion-nbf-unchecked": "`nbf` of a client's assertion is not checked.",
        breaks ["client-assertion/not-yet"];

    ONE_PART_BREAKS = "client-assertion-one-part-500":
        "A client's assertion without a dot breaks the server.",
        breaks ["client-assertion/refusal", "client-assertion/malformed"],
        disturbs [("client-assertion/key", "an access token may have no dot")];
    PARTS_BREAK = "client-assertion-parts-500":
        "A client's assertion of two parts, or of four, breaks the server.",
        breaks ["client-assertion/malformed"];
    BASE64_BREAKS = "client-assertion-base64-500":
        "A part of a client's assertion that is no base64 breaks the server.",
        breaks ["client-assertion/malformed"];
    JSON_BREAKS = "client-assertion-json-500":
        "A part of a client's assertion that holds no JSON object breaks the server.",
        breaks ["client-assertion/malformed"];

    TYPE_UNCHECKED = "client-assertion-type-unchecked":
        "The type of a client's assertion is not looked at.",
        breaks ["client-assertion/type"];
    TYPE_OPTIONAL = "client-assertion-type-optional":
        "A client's assertion need not come with its type.",
        breaks ["client-assertion/type"];
    FIRST_TAKEN = "client-assertion-first-of-two": "Of two assertions of a client the first counts.",
        breaks ["client-assertion/one-assertion"];
    SECRET_BESIDE = "client-assertion-beside-secret":
        "A client secret beside an assertion is not looked at.",
        breaks ["client-assertion/one-method"];
    ID_IGNORED = "client-assertion-for-another-client":
        "A client that authenticates by an assertion may name another one.",
        breaks ["client-assertion/client-agrees"];
    NAME_WINS = "client-assertion-name-wins":
        "A client that authenticates by an assertion is taken for the one that it names.",
        breaks ["client-assertion/client-agrees"];
    BASIC_BESIDE = "client-assertion-beside-basic":
        "HTTP Basic beside an assertion is not looked at.",
        breaks ["client-assertion/one-method"];
    IN_URL = "client-assertion-in-url": "A client's assertion may stand in the URL.",
        breaks ["client-assertion/in-body"];
    NAME_IS_ENOUGH = "client-assertion-not-needed":
        "A client with a key and no secret only has to name itself.",
        breaks ["client-assertion/needed"];
    SECRET_IS_ENOUGH = "client-assertion-or-any-secret":
        "A client with a key and no secret may send any secret instead of an assertion.",
        breaks ["client-assertion/needed"];

    IS_INVALID_REQUEST = "client-assertion-is-invalid-request":
        "A bad assertion of a client is reported as an invalid request.",
        breaks ["client-assertion/refusal"];
    IS_INVALID_GRANT = "client-assertion-is-invalid-grant":
        "A bad assertion of a client is reported as an invalid grant.",
        breaks ["client-assertion/refusal"];
    AT_403 = "client-assertion-403": "A bad assertion of a client is refused with status 403.",
        breaks ["client-assertion/refusal"];
}
