//! Mistakes about the rules `audience/…`.

use crate::testbed::switches::faults;

faults! {
    RESOURCE_REFUSED = "audience-resource-refused":
        "A request that names a resource is refused, whichever it is.",
        breaks ["audience/resource-accepted", "audience/own-tokens"];
    UNKNOWN_IGNORED = "audience-unknown-ignored": "A resource that nobody knows is passed over.",
        breaks ["audience/unknown-refused", "audience/foreign-token-refused"];
    FRAGMENT_TAKEN = "audience-fragment-taken":
        "What follows a number sign in the name of a resource is passed over.",
        breaks ["audience/unknown-refused"];
    FOREIGN_SERVED = "audience-unchecked": "Tokens for other resources are served.",
        breaks ["audience/foreign-token-refused"];
    EMPTY_UNKNOWN = "audience-empty-unknown": "An empty name of a resource is an unknown one.",
        breaks ["audience/empty-is-absent"];
    RELATIVE_TAKEN = "audience-relative-taken":
        "A resource may be named by its path alone.",
        breaks ["audience/malformed-refused", "audience/refused-for-tokens"];
    SCHEMELESS_TAKEN = "audience-schemeless-taken": "A resource may be named without its scheme.",
        breaks ["audience/malformed-refused"];
    EMPTY_FRAGMENT_TAKEN = "audience-empty-fragment-taken":
        "A number sign may end the name of a resource.",
        breaks ["audience/malformed-refused"];
    UNKNOWN_REDEEMED = "audience-unknown-redeemed":
        "A code is redeemed for a resource that nobody knows.",
        breaks ["audience/refused-for-tokens"];
    UNKNOWN_REFRESHED = "audience-unknown-refreshed":
        "A token is refreshed for a resource that nobody knows.",
        breaks ["audience/refused-for-tokens"];
    UNKNOWN_OF_ITS_OWN = "audience-unknown-for-clients":
        "A client gets a token of its own for a resource that nobody knows.",
        breaks ["audience/refused-for-tokens"];
    TWO_REFUSED = "audience-two-refused":
        "A request that names two resources repeats a parameter.",
        breaks ["audience/several-named", "exchange/several-targets"];
    LAST_ALONE = "audience-last-alone": "Of two resources the last one counts.",
        breaks ["audience/several-named"];
    GRANTED_FORGOTTEN = "audience-granted-forgotten":
        "A code is redeemed for the usual resources, whichever were granted.",
        breaks ["audience/granted-is-kept"];
    REFRESH_FORGETS = "audience-refresh-forgets":
        "A refresh that names no resource brings tokens for the usual ones, whichever were granted.",
        breaks ["audience/granted-is-kept"];
    SESSION_FORGETS = "audience-session-forgets":
        "The resource of a request is forgotten where its user was signed in before.",
        breaks ["audience/granted-is-kept"];
    ALL_GRANTED = "audience-all-granted":
        "A token is for everything that was granted, whatever its request names.",
        breaks ["audience/chosen"];
    CHOICE_ENDS_GRANT = "audience-choice-ends-grant":
        "The resource of the first token is what can be had of the grant ever after.",
        breaks ["audience/chosen"];
    REFRESH_CHOICE_STAYS = "audience-refresh-choice-stays":
        "The resource that a refresh names is what can be had of the grant ever after.",
        breaks ["audience/chosen"];
    CODE_WIDENS = "audience-code-widens":
        "A code may be redeemed for a resource that the user did not grant.",
        breaks ["audience/code-never-widens"];
    OF_ITS_OWN_UNNAMED = "audience-unnamed-for-clients":
        "A client gets tokens of its own for the usual resources, whichever it names.",
        breaks ["audience/own-tokens"];
    PREFIX_TAKEN = "audience-prefix-taken":
        "A longer name of a resource is taken to be that resource's.",
        breaks ["audience/similar-is-another"];
    ANY_CASE_TAKEN = "audience-any-case-taken": "Paths of resources are compared without case.",
        breaks ["audience/similar-is-another"];
    DOTS_RESOLVED = "audience-dots-resolved":
        "A resource may be named by a detour through its parent.",
        breaks ["audience/similar-is-another"];
    ESCAPES_RESOLVED = "audience-escapes-resolved":
        "Encoded slashes in the name of a resource are taken for slashes.",
        breaks ["audience/similar-is-another"];
    ANOTHER_TOLD = "audience-another-told": "Tokens are said to be for another resource.",
        breaks ["audience/token-names-resource"];
    REFRESH_WIDENS = "audience-refresh-widens":
        "A refresh may name a resource that the user did not grant.",
        breaks ["audience/refresh-never-widens"];
}
