//! Mistakes about the rules `client-document/…`.

use crate::testbed::switches::faults;

faults! {
    NOT_ADVERTISED = "client-document-not-advertised":
        "The metadata do not say that clients may be described by documents.",
        breaks ["client-document/advertised"];
    NEVER_READ = "client-document-never-read":
        "The metadata say that clients may be described by documents, and none is read.",
        breaks ["client-document/works"];
    OTHER_CLIENT = "client-document-of-another-client":
        "A document is taken whichever client it names.",
        breaks ["client-document/mismatch-refused"];
    WITHOUT_NAME = "client-document-without-name":
        "A document without a name for the client is taken.",
        breaks ["client-document/incomplete-refused"];
    WITHOUT_REDIRECT_URI = "client-document-without-redirect-uri":
        "A document without redirect URIs is taken, and any URI with it.",
        breaks ["client-document/incomplete-refused"];
    WITH_SECRET = "client-document-with-secret":
        "A document with a secret, or with a method that needs one, is taken.",
        breaks ["client-document/secret-methods-refused"];
    BY_PREFIX = "client-document-redirect-uri-by-prefix":
        "Only the beginning of a described client's redirect URI is compared.",
        breaks ["client-document/redirect-bound"];
    ANY_REDIRECT_URI = "client-document-any-redirect-uri":
        "A described client may name any redirect URI.",
        breaks ["client-document/redirect-bound"];
    FAILURE_KEPT = "client-document-failure-kept":
        "A document that could not be read once is not read again.",
        breaks ["client-document/failure-aborts"];
    STATUS_IGNORED = "client-document-any-status":
        "A document is taken with whichever status it comes.",
        breaks ["client-document/failure-aborts"];
    REDIRECT_FOLLOWED = "client-document-redirect-followed":
        "A redirect in place of a document is followed.",
        breaks ["client-document/redirect-not-followed"];
}
