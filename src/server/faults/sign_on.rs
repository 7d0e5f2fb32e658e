//! Mistakes about the rule `consent/company-sign-on`.

use crate::testbed::switches::faults;

faults! {
    SKIPPED = "sign-on-skipped": "Users of a company with single sign-on type a password here.",
        breaks ["consent/company-sign-on"];
    SIGNATURE_UNCHECKED = "sign-on-signature-unchecked":
        "The signature of the identity provider's answer is not checked.",
        breaks ["consent/company-sign-on"];
    OF_ANOTHER_BROWSER = "sign-on-of-another-browser":
        "The identity provider's answer signs in whoever brings it first.",
        breaks ["consent/company-sign-on"];
    REPLAYED = "sign-on-replayed": "The identity provider's answer works more than once.",
        breaks ["consent/company-sign-on"];
    OTHER_USER = "sign-on-of-another-user":
        "A user who returns from a company is signed in as another.",
        breaks ["consent/company-sign-on"];
    STATE_LOST = "sign-on-loses-state": "The state is lost when a user returns from a company.",
        breaks ["consent/company-sign-on"];
    FAILURE_FORGETS = "sign-on-forgets-after-failure":
        "Whoever mistypes the password at the company's identity provider comes back with another request's answer.",
        breaks ["consent/company-sign-on"];
    MARKED = "sign-on-marked": "The redirect to the client says that the user came from a company.",
        breaks ["consent/company-sign-on"];
    NOT_ASKED = "sign-on-not-asked": "A user who returns from a company is not asked for consent.",
        breaks ["consent/company-sign-on"];
    DENIAL_KEPT = "sign-on-denial-kept":
        "The denial of a company's user does not reach the client.",
        breaks ["consent/company-sign-on"];
}
