//! Mistakes about the rules `pkce/…`.

use crate::testbed::switches::faults;

faults! {
    NOT_VERIFIED = "pkce-not-verified": "The token endpoint does not look at verifiers.",
        breaks ["pkce/verifier-wrong", "pkce/verifier-missing", "pkce/verifier-unasked",
            "pkce/bound-to-code", "pkce/verifier-syntax"];
    VERIFIER_OPTIONAL = "pkce-verifier-optional":
        "A verifier is compared where one is sent.",
        breaks ["pkce/verifier-missing"];
    EMPTY_VERIFIER = "pkce-empty-verifier": "An empty verifier redeems every code.",
        breaks ["pkce/verifier-missing"];
    ANY_VERIFIER = "pkce-any-verifier": "A verifier is required, and any is accepted.",
        breaks ["pkce/verifier-wrong", "pkce/bound-to-code", "pkce/verifier-syntax"];
    PUBLIC_ALONE = "pkce-for-public-clients-alone":
        "Challenges of confidential clients are ignored.",
        breaks ["pkce/verifier-wrong", "pkce/verifier-missing", "pkce/bound-to-code",
            "pkce/verifier-unasked", "pkce/verifier-syntax"];
    CONFIDENTIAL_ALONE = "pkce-for-confidential-clients-alone":
        "Challenges of public clients are ignored.",
        breaks ["pkce/verifier-wrong", "pkce/verifier-missing"];
    CHALLENGE_IS_VERIFIER = "pkce-challenge-is-verifier":
        "The verifier is compared with the challenge as it is, too.",
        breaks ["pkce/verifier-wrong"];
    FORGOTTEN = "pkce-forgotten-after-failure":
        "After a wrong verifier the code no longer needs one.", breaks ["pkce/verifier-missing"];
    GUESSED = "pkce-guessed-once": "After a wrong verifier any other is accepted.",
        breaks ["pkce/verifier-wrong"];
    LAST_CHALLENGE = "pkce-last-challenge-of-the-client":
        "The challenge is kept with the client, and the last one counts.",
        breaks ["pkce/bound-to-code"];
    WRONG_IS_INVALID_CLIENT = "pkce-wrong-is-invalid-client":
        "A wrong verifier is reported as an invalid client.",
        breaks ["pkce/verifier-wrong", "pkce/verifier-missing", "pkce/verifier-unasked",
            "pkce/bound-to-code", "pkce/verifier-syntax"];
    WRONG_IS_INVALID_REQUEST = "pkce-wrong-is-invalid-request":
        "A wrong verifier is reported as an invalid request.",
        breaks ["pkce/verifier-wrong", "pkce/bound-to-code"];
    WRONG_500 = "pkce-wrong-500": "A wrong verifier breaks the server.",
        breaks ["pkce/verifier-wrong", "pkce/verifier-missing", "pkce/verifier-unasked",
            "pkce/bound-to-code", "pkce/verifier-syntax"];
    UNASKED_ACCEPTED = "pkce-unasked-verifier-ignored":
        "A verifier is ignored where the code was asked for without a challenge.",
        breaks ["pkce/verifier-unasked"];
    EMPTY_CHALLENGE = "pkce-empty-challenge":
        "A code that was asked for with an empty challenge is redeemed with any verifier.",
        breaks ["pkce/verifier-unasked"];
    METHOD_UNKNOWN_PLAIN = "pkce-unknown-method-is-plain": "An unknown method is taken for plain.",
        breaks ["pkce/method-unknown"];
    VERIFIER_FOR_SECRET = "pkce-in-place-of-secret":
        "Whoever shows the right verifier needs no client secret.",
        breaks ["pkce/no-authentication", "token/client-credentials"];
    REFRESH_WITHOUT_SECRET = "pkce-refresh-without-secret":
        "Tokens of a code that had a challenge are refreshed without a client secret.",
        breaks ["pkce/no-authentication", "refresh/needs-client-credentials"];
    METHOD_UNKNOWN_S256 = "pkce-unknown-method-is-s256": "An unknown method is taken for S256.",
        breaks ["pkce/method-unknown"];
    METHOD_CASE = "pkce-method-without-case": "Methods are compared case-insensitively.",
        breaks ["pkce/method-unknown"];
    METHOD_IGNORES = "pkce-unknown-method-ignores":
        "With an unknown method the challenge is ignored.", breaks ["pkce/method-unknown"];
    METHOD_OTHER_ERROR = "pkce-unknown-method-other-error":
        "An unknown method is reported as an unsupported response type.",
        breaks ["pkce/method-unknown", "pkce/plain", "pkce/method-absent", "pkce/method-required",
            "pkce/no-plain"];
    METHOD_ON_PAGE = "pkce-unknown-method-on-page":
        "An unknown method is reported to the user alone.",
        breaks ["pkce/method-unknown", "pkce/plain", "pkce/method-absent", "pkce/method-required",
            "pkce/no-plain"];
    ABSENT_S256 = "pkce-absent-method-is-s256": "A challenge without a method is taken for S256.",
        breaks ["pkce/method-absent", "pkce/method-required"];
    PLAIN_AS_S256 = "pkce-plain-is-s256": "A plain challenge is verified as S256.",
        breaks ["pkce/plain", "pkce/method-absent", "pkce/method-required",
            "pkce/no-plain"];
    PLAIN_NOT_VERIFIED = "pkce-plain-not-verified":
        "With a plain challenge the verifier is not compared.",
        breaks ["pkce/verifier-wrong", "pkce/method-absent", "pkce/method-required",
            "pkce/no-plain"];
    PLAIN_IGNORED = "pkce-plain-ignored": "A plain challenge is ignored.",
        breaks ["pkce/plain", "pkce/method-absent", "pkce/method-required",
            "pkce/no-plain"];
    CHALLENGE_SYNTAX = "pkce-challenge-syntax-unchecked": "Challenges may be any text.",
        breaks ["pkce/challenge-syntax"];
    CHALLENGE_LENGTH = "pkce-challenge-length-unchecked": "Challenges may have any length.",
        breaks ["pkce/challenge-syntax"];
    CHALLENGE_CHARACTERS = "pkce-challenge-characters-unchecked":
        "Challenges may have any characters.", breaks ["pkce/challenge-syntax"];
    CHALLENGE_TEXT_BREAKS = "pkce-challenge-beyond-ascii-500":
        "Challenges may have letters beyond ASCII, and break the token endpoint then.",
        breaks ["pkce/verifier-wrong"];
    VERIFIER_SYNTAX = "pkce-verifier-syntax-unchecked": "Verifiers may be any text.",
        breaks ["pkce/verifier-syntax"];
    VERIFIER_SHORT = "pkce-verifier-short": "Verifiers may be short.",
        breaks ["pkce/verifier-syntax"];
    VERIFIER_LETTERS = "pkce-verifier-letters-alone":
        "Verifiers have letters and digits and nothing else.", breaks ["pkce/s256"];
    VERIFIER_64 = "pkce-verifier-64-characters": "Verifiers have 64 characters at most.",
        breaks ["pkce/s256"];
    NOT_REQUIRED = "pkce-not-required": "Public clients need no challenge.",
        breaks ["pkce/required-public"];
    METHOD_ALONE = "pkce-method-alone": "A request that names a method needs no challenge.",
        breaks ["pkce/required-public", "pkce/required-confidential"];
    CONFIDENTIAL_WITHOUT = "pkce-not-required-of-confidential-clients":
        "A client with a secret needs no challenge.", breaks ["pkce/required-confidential"];
    REQUIRED_OTHER_ERROR = "pkce-missing-challenge-other-error":
        "A missing challenge is reported as an unauthorized client.",
        breaks ["pkce/required-public", "pkce/required-confidential"];
    REQUIRED_UNDESCRIBED = "pkce-missing-challenge-undescribed":
        "That a challenge is missing is reported without a description.",
        breaks ["pkce/required-described"];
    REQUIRED_ON_PAGE = "pkce-missing-challenge-on-page":
        "A missing challenge is reported to the user alone.",
        breaks ["pkce/required-public", "pkce/required-confidential"];
    CODE_HAS_CHALLENGE = "pkce-code-has-challenge": "The code carries the challenge, as it is.",
        breaks ["pkce/challenge-hidden"];
    CODE_ENCODES_CHALLENGE = "pkce-code-encodes-challenge":
        "The code carries the challenge in base64url.", breaks ["pkce/challenge-hidden"];
    REDIRECT_HAS_CHALLENGE = "pkce-redirect-has-challenge":
        "The redirect to the client carries the challenge.", breaks ["pkce/challenge-hidden"];
}
