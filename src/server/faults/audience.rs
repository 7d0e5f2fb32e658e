//! Mistakes about the rules `audience/…`.

use crate::testbed::switches::faults;

faults! {
    RESOURCE_REFUSED = "audience-resource-refused":
        "A request that names a resource is refused, whichever it is.",
        breaks ["audience/resource-accepted"];
    UNKNOWN_IGNORED = "audience-unknown-ignored": "A resource that nobody knows is passed over.",
        breaks ["audience/unknown-refused"];
    FRAGMENT_TAKEN = "audience-fragment-taken":
        "What follows a number sign in the name of a resource is passed over.",
        breaks ["audience/unknown-refused"];
    FOREIGN_SERVED = "audience-unchecked": "Tokens for other resources are served.",
        breaks ["audience/foreign-token-refused"];
    REFRESH_WIDENS = "audience-refresh-widens":
        "A refresh may name a resource that the user did not grant.",
        breaks ["audience/refresh-never-widens"];
}
