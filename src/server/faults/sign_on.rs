//! Mistakes about the rule `consent/company-sign-on`.

use crate::testbed::switches::faults;

faults! {
    SKIPPED = "sign-on-skipped": "Users of a company with single sign-on type a password here.",
        breaks ["consent/company-sign-on"];
    SIGNATURE_UNCHECKED = "sign-on-signature-unchecked":
        "What an identity provider says is believed without its signature.",
        breaks ["consent/company-sign-on"];
    OF_ANOTHER_BROWSER = "sign-on-of-another-browser":
        "The identity provider's answer signs in whoever brings it first.",
        breaks ["consent/company-sign-on"];
    REPLAYED = "sign-on-replayed": "The identity provider's answer counts more than once.",
        breaks ["consent/company-sign-on"];
    OTHER_USER = "sign-on-of-another-user": "Who comes back from a company is taken for another.",
        breaks ["consent/company-sign-on"];
    STATE_LOST = "sign-on-loses-state": "On the way to a company and back the state is lost.",
        breaks ["consent/company-sign-on"];
    MARKED = "sign-on-marked": "The redirect to the client says that the user came from a company.",
        breaks ["consent/company-sign-on"];
    NOT_ASKED = "sign-on-not-asked": "Who comes back from a company is not asked for consent.",
        breaks ["consent/company-sign-on"];
    DENIAL_KEPT = "sign-on-denial-kept": "The denial of a company's user does not reach the client.",
        breaks ["consent/company-sign-on"];
}
