//! Why a call is not served, and how it is told: the token is to blame (a challenge and no body), or
//! something else (a JSON object).

use serde_json::json;

use crate::server::core::Core;
use crate::server::oauth::bearer::Refusal;
use crate::server::oauth::http;
use crate::wire::Response;

/// Why a call is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) enum Denied {
    /// The token does not reach it.
    Token(Refusal),
    /// Something besides the token.
    Error(ApiError),
}

/// A refusal as a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::server) struct ApiError {
    status: u16,
    code: &'static str,
    message: &'static str,
    /// What of the request it is about.
    name: Option<&'static str>,
    /// Methods that there are instead.
    allow: Option<&'static str>,
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::Token(refusal)
    }
}

impl Denied {
    pub(in crate::server) fn response(self, server: &Core) -> Response {
        match self {
            Self::Token(refusal) => refusal.response(server),
            Self::Error(error) => error.response(),
        }
    }
}

impl ApiError {
    fn response(self) -> Response {
        let errors: Vec<_> = self
            .name
            .iter()
            .map(|name| json!({"reason": "invalid_parameter", "name": name, "message": self.message}))
            .collect();
        let body = json!({
            "type": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "help_url": "https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/",
            "request_id": "0",
            "context_info": {"errors": errors},
        });
        let mut response = http::json(self.status, &body);
        if let Some(allow) = self.allow {
            response.headers.push("Allow", allow);
        }
        response
    }
}

fn error(
    status: u16,
    code: &'static str,
    message: &'static str,
    name: Option<&'static str>,
) -> Denied {
    Denied::Error(ApiError { status, code, message, name, allow: None })
}

/// Nothing is there, or nothing that the user may know of.
// permission/stranger
pub(in crate::server) fn not_found(name: &'static str) -> Denied {
    error(404, "not_found", "Not Found", Some(name))
}

/// The user may not do this.
// permission/admin-users
pub(in crate::server) fn forbidden() -> Denied {
    error(
        403,
        "access_denied_insufficient_permissions",
        "Access denied - insufficient permission",
        None,
    )
}

/// A member of the body is missing or cannot be used.
pub(in crate::server) fn invalid(name: &'static str) -> Denied {
    error(400, "bad_request", "Bad Request", Some(name))
}

/// There is one of that name already.
pub(in crate::server) fn conflict(code: &'static str) -> Denied {
    error(409, code, "This is there already", None)
}

/// The method is none of these.
pub(in crate::server) fn method(allow: &'static str) -> Denied {
    Denied::Error(ApiError {
        status: 405,
        code: "method_not_allowed",
        message: "Method Not Allowed",
        name: None,
        allow: Some(allow),
    })
}
