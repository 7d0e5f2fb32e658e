//! Mistakes about the rules `resource-metadata/…`.

use crate::testbed::switches::faults;

faults! {
    NOT_ANNOUNCED = "resource-metadata-not-announced":
        "A challenge does not say where the metadata of the resource are.",
        breaks ["resource-metadata/announced"];
    ANNOUNCED_RELATIVE = "resource-metadata-announced-by-path":
        "A challenge names the metadata of the resource by a path.",
        breaks ["resource-metadata/announced", "resource-metadata/announced-there"];
    ANNOUNCED_TWICE = "resource-metadata-announced-twice":
        "A challenge names the metadata of the resource twice.",
        breaks ["resource-metadata/announced-there", "bearer/challenge-shape"];
    ANNOUNCED_ELSEWHERE = "resource-metadata-announced-elsewhere":
        "A challenge names metadata of the resource that are not there.",
        breaks ["resource-metadata/announced-there"];
    SLASH_ADDED = "resource-metadata-slash-added":
        "The metadata name the resource with a slash behind its path.",
        breaks ["resource-metadata/identical", "resource-metadata/names-itself"];
    CAPITAL_SCHEME = "resource-metadata-capital-scheme":
        "The metadata name the resource with its scheme in capitals.",
        breaks ["resource-metadata/identical", "resource-metadata/names-itself"];
    FRAGMENT = "resource-metadata-with-fragment":
        "The metadata name the resource with a fragment.",
        breaks ["resource-metadata/identifier-url", "resource-metadata/identical",
            "resource-metadata/names-itself"];
    BY_NAME = "resource-metadata-by-name":
        "The metadata name the resource by something that is no URL.",
        breaks ["resource-metadata/identifier-url", "resource-metadata/identical",
            "resource-metadata/names-itself"];
    FORWARDED = "resource-metadata-of-forwarded-host":
        "The metadata name the host that a proxy is said to have been asked for.",
        breaks ["resource-metadata/outside-host"];
    ANNOUNCED_FORWARDED = "challenge-of-forwarded-host":
        "A challenge names metadata at the host that a proxy is said to have been asked for.",
        breaks ["resource-metadata/outside-host"];
    SERVER_AS_TEXT = "resource-metadata-server-as-text":
        "The metadata name the authorization server by a text, and not in a list.",
        breaks ["resource-metadata/member-types", "resource-metadata/names-servers"];
    SCOPES_AS_TEXT = "resource-metadata-scopes-as-text":
        "The metadata name the scopes by a text, and not in a list.",
        breaks ["resource-metadata/member-types"];
    SCOPES_LEFT_OUT = "resource-metadata-without-scopes": "The metadata name no scopes.",
        breaks ["resource-metadata/scopes-named"];
    NAME_LEFT_OUT = "resource-metadata-without-name":
        "The metadata have no name of the resource for people.",
        breaks ["resource-metadata/resource-named"];
    PLAIN_KEYS = "resource-metadata-plain-keys":
        "The metadata name keys of the resource at an http URL.",
        breaks ["resource-metadata/signatures"];
    ALGORITHM_NONE = "resource-metadata-algorithm-none":
        "The metadata have the algorithm \"none\" for signatures.",
        breaks ["resource-metadata/signatures"];
    SERVER_OF_NOBODY = "resource-metadata-server-of-nobody":
        "The metadata name an authorization server that there is not.",
        breaks ["resource-metadata/servers-agree"];
    SERVER_WITH_SLASH = "resource-metadata-server-with-slash":
        "The metadata name the authorization server with a slash that its issuer does not have.",
        breaks ["resource-metadata/servers-agree"];
    LISTED_ELSEWHERE = "resource-metadata-unlisted":
        "The authorization server lists other protected resources than name it.",
        breaks ["resource-metadata/servers-agree"];
    LISTS_QUERY = "resource-metadata-lists-query":
        "The metadata say that tokens are taken in the query, where they are not.",
        breaks ["resource-metadata/bearer-methods"];
    LISTS_BODY = "resource-metadata-lists-body":
        "The metadata say that tokens are taken in the body; POST is served, and they are not counted.",
        breaks ["resource-metadata/bearer-methods"];
    ANY_PATH = "resource-metadata-for-any-path":
        "There are metadata of each resource that anybody asks about.",
        breaks ["resource-metadata/unknown-resource"];
    OTHERWISE_AT_HOST = "resource-metadata-otherwise-at-host":
        "The metadata at the location of the host name another authorization server.",
        breaks ["resource-metadata/agree"];
    ABSENT = "resource-metadata-absent": "There are no metadata of the resource.",
        breaks ["resource-metadata/published", "resource-metadata/found",
            "resource-metadata/announced-there"];
    LIST = "resource-metadata-in-a-list": "The metadata of the resource stand in a list.",
        breaks ["resource-metadata/form"];
    TEXT = "resource-metadata-as-text": "The metadata of the resource have the media type of text.",
        breaks ["resource-metadata/form"];
    EMPTY_LIST = "resource-metadata-empty-list": "A member of the metadata is an empty list.",
        breaks ["resource-metadata/form"];
    OTHER_RESOURCE = "resource-metadata-of-another": "The metadata are those of another resource.",
        breaks ["resource-metadata/identical", "resource-metadata/names-itself"];
    ORIGIN_ALONE = "resource-metadata-of-the-origin":
        "The metadata name the origin of the resource, and not its path.",
        breaks ["resource-metadata/identical", "resource-metadata/names-itself"];
    NO_SERVERS = "resource-metadata-without-servers":
        "The metadata name no authorization server.", breaks ["resource-metadata/names-servers"];
    SERVER_BY_NAME = "resource-metadata-server-by-name":
        "The metadata name the authorization server by something that is no URL.",
        breaks ["resource-metadata/names-servers", "resource-metadata/servers-agree"];
    OFFLINE_ACCESS = "resource-metadata-offline-access":
        "The metadata have offline_access among the scopes.",
        breaks ["resource-metadata/no-offline-access"];
    SCOPE_UNNAMED = "resource-scope-unnamed":
        "A challenge does not say which scope would be enough.",
        breaks ["bearer/needed-scope-named"];
    SCOPE_UNNAMED_AT_FIRST = "resource-scope-unnamed-at-first":
        "A challenge to a call without a token does not say which scope to ask for.",
        breaks ["bearer/scope-named"];
    ANOTHER_SCOPE_NAMED = "resource-another-scope-named":
        "A challenge names a scope that is not enough.", breaks ["bearer/step-up-works"];
}
