//! Mistakes about the rules `resource-metadata/…`.

use crate::testbed::switches::faults;

faults! {
    NOT_ANNOUNCED = "resource-metadata-not-announced":
        "A challenge does not say where the metadata of the resource are.",
        breaks ["resource-metadata/announced"];
    ANNOUNCED_RELATIVE = "resource-metadata-announced-by-path":
        "A challenge names the metadata of the resource by a path.",
        breaks ["resource-metadata/announced"];
    ABSENT = "resource-metadata-absent": "There are no metadata of the resource.",
        breaks ["resource-metadata/published", "resource-metadata/found"];
    LIST = "resource-metadata-in-a-list": "The metadata of the resource stand in a list.",
        breaks ["resource-metadata/form"];
    TEXT = "resource-metadata-as-text": "The metadata of the resource have the media type of text.",
        breaks ["resource-metadata/form"];
    EMPTY_LIST = "resource-metadata-empty-list": "A member of the metadata is an empty list.",
        breaks ["resource-metadata/form"];
    OTHER_RESOURCE = "resource-metadata-of-another": "The metadata are those of another resource.",
        breaks ["resource-metadata/names-itself"];
    ORIGIN_ALONE = "resource-metadata-of-the-origin":
        "The metadata name the origin of the resource, and not its path.",
        breaks ["resource-metadata/names-itself"];
    NO_SERVERS = "resource-metadata-without-servers":
        "The metadata name no authorization server.", breaks ["resource-metadata/names-servers"];
    SERVER_BY_NAME = "resource-metadata-server-by-name":
        "The metadata name the authorization server by something that is no URL.",
        breaks ["resource-metadata/names-servers"];
    OFFLINE_ACCESS = "resource-metadata-offline-access":
        "The metadata have offline_access among the scopes.",
        breaks ["resource-metadata/no-offline-access"];
    SCOPE_UNNAMED = "resource-scope-unnamed":
        "A challenge does not say which scope would be enough.",
        breaks ["bearer/needed-scope-named"];
}
