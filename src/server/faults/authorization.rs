//! Mistakes about the rules `authorization/…`.

use crate::testbed::switches::faults;

faults! {
    // Registration of redirect URIs.
    HTTPS_REFUSED = "https-not-registered": "The console refuses https URIs.",
        breaks ["authorization/redirect-registration"];
    CUSTOM_REFUSED = "custom-scheme-not-registered":
        "The console accepts no scheme but http and https.",
        breaks ["authorization/redirect-registration"];
    HTTP_REGISTERED = "http-registered": "The console accepts every http URI.",
        breaks ["authorization/redirect-registration"];
    DEVELOPMENT_HTTP = "http-registered-in-development":
        "In development mode the console accepts every http URI.",
        breaks ["authorization/redirect-registration"];
    LOCAL_ALWAYS = "local-http-registered": "The console accepts local http URIs in any mode.",
        breaks ["authorization/redirect-registration"];
    LOCAL_NEVER = "local-http-not-registered": "The console refuses local http URIs.",
        breaks ["authorization/redirect-registration"];
    LOCAL_INCOMPLETE = "local-http-incomplete": "The console does not know 0.0.0.0 as local.",
        breaks ["authorization/redirect-registration"];
    LOCAL_BY_BEGINNING = "local-http-by-beginning":
        "In development mode the console accepts hosts that begin like a local one.",
        breaks ["authorization/redirect-registration"];
    URI_NOT_KEPT = "registered-uri-not-kept":
        "The console accepts a redirect URI and does not store it.",
        breaks ["authorization/redirect-registration"];

    // Authorization by an administrator.
    NOT_REQUIRED = "authorization-not-required":
        "A server application needs nobody's authorization.",
        breaks ["authorization/required", "enterprise/default-enabled",
            "enterprise/unpublished-disabled-server", "server-auth/foreign-subject"];
    REQUIRED_401 = "authorization-required-401":
        "An application that nobody authorized is refused with status 401.",
        breaks ["authorization/required", "enterprise/default-enabled",
            "enterprise/unpublished-disabled-server", "server-auth/foreign-subject"];
    REQUIRED_INVALID_GRANT = "authorization-required-invalid-grant":
        "An application that nobody authorized is told that its grant is invalid.",
        breaks ["authorization/required", "enterprise/default-enabled",
            "enterprise/unpublished-disabled-server"];
    AUTHORIZED_FOR_EVER = "authorized-for-ever":
        "A revoked authorization stays in effect.",
        breaks ["authorization/required"];

    // The snapshot.
    SCOPES_AT_ONCE = "scopes-at-once": "A change of scopes takes effect without the administrator.",
        breaks ["authorization/snapshot-scopes"];
    SCOPES_ADDED_AT_ONCE = "scopes-added-at-once":
        "An added scope takes effect without the administrator.",
        breaks ["authorization/snapshot-scopes"];
    SCOPES_TAKEN_AT_ONCE = "scopes-taken-at-once":
        "A scope that the developer takes away is gone without the administrator.",
        breaks ["authorization/snapshot-scopes"];
    SCOPES_NOT_RENEWED = "scopes-not-renewed":
        "The scopes stay what they were when the application was authorized first.",
        breaks ["authorization/snapshot-scopes"];
    ACCESS_AT_ONCE = "access-at-once":
        "A change of the access level takes effect without the administrator.",
        breaks ["authorization/snapshot-access"];
    ACCESS_NARROWED_AT_ONCE = "access-narrowed-at-once":
        "A narrower access level takes effect without the administrator.",
        breaks ["authorization/snapshot-access"];
    ACCESS_NOT_RENEWED = "access-not-renewed":
        "The access level stays what it was when the application was authorized first.",
        breaks ["authorization/snapshot-access"];
}
