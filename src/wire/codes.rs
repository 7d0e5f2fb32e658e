//! Closed vocabularies: the error codes of the documents.

/// Error codes that a token or revocation endpoint may answer with: RFC 6749 §5.2, RFC 7009 §2.2.1,
/// RFC 8693 §2.2.2, and those of the `box` documents' token table.
pub const TOKEN_ERRORS: &[&str] = &[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "redirect_uri_mismatch",
    "insecure_redirect_uri",
    "invalid_redirect_uri",
    "internal_server_error",
    "invalid_resource",
    "invalid_target",
    "unsupported_token_type",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_device",
    "service_blocked",
];

/// Error codes that an authorization endpoint may hand to the client: RFC 6749 §4.1.2.1.
pub const AUTHORIZATION_ERRORS: &[&str] = &[
    "invalid_request",
    "unauthorized_client",
    "access_denied",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
];

/// Error codes of a Bearer challenge: RFC 6750 §3.1.
pub const RESOURCE_ERRORS: &[&str] = &["invalid_request", "invalid_token", "insufficient_scope"];

/// Error codes that are shown to the user on a page and never reach the client by redirect
/// (`box`, "Getting the Access Token").
pub const PAGE_ERRORS: &[&str] = &[
    "redirect_uri_mismatch",
    "internal_server_error",
    "insecure_redirect_uri",
    "invalid_redirect_uri",
];
