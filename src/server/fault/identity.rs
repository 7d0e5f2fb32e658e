//! Mistakes about the rules `identity/…`.

faults! {
    FIRST_USER = "identity-of-first-user": "Every token is that of the first user.",
        breaks ["identity/current-user"];
    LAST_USER = "identity-of-last-user": "Every token is that of the user who registered last.",
        breaks ["identity/current-user"];
    LAST_GRANTED = "identity-of-last-grant":
        "Every token is that of the user who was the last to grant anything.",
        breaks ["identity/current-user"];
    LOST_BY_REFRESH = "identity-lost-by-refresh":
        "A token that a refresh brought is that of the first user.",
        breaks ["identity/current-user"];
}
