//! How a request reaches the server under test: over a socket, or in process.

use std::time::Duration;

use futures::future::BoxFuture;

use super::message::{Request, Response};

/// Why no response came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No TCP connection could be made.
    #[error("no connection ({0})")]
    Unreachable(String),
    /// The peer closed the connection, or broke TLS, before a whole response had come.
    #[error("the connection was closed before a response came ({0})")]
    Closed(String),
    /// The peer took a request of ordinary HTTP on a connection that had served none before, and closed it
    /// without an answer: it broke on it, as a server does that answers with a status from 500.
    #[error("the connection was closed without an answer")]
    Dropped,
    /// The peer's certificate was not accepted: why not.
    #[error("the connection was closed before a response came ({0})")]
    BadCertificate(String),
    /// No whole response came in time.
    #[error("no response within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// What came back is not an HTTP response.
    #[error("the answer is not an HTTP response ({0})")]
    NotHttp(String),
    /// The response was larger than the limit, in bytes.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
    /// The response was JSON of more values than the limit.
    #[error("the response has more than {0} JSON values")]
    TooManyValues(usize),
    /// The request cannot be sent this way; our own fault.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
    /// The run has sent as many requests as the profile allows.
    #[error(
        "the request cannot be sent: the request budget of the profile (limits.requests) is used up"
    )]
    OverBudget,
    /// Too many time-outs in a row came before this request; it was not sent.
    #[error("not sent: the target did not answer {0} requests in a row")]
    GivenUp(u32),
    /// The server limits requests there, and for longer than a run waits; it was not sent.
    #[error("not sent: {0}; switch its limiter off for the test, or raise the limit")]
    Limited(String),
}

impl TransportError {
    /// What it says where the connection may be closed as well as answered.
    #[must_use]
    pub fn where_it_may_close(self) -> Self {
        match self {
            Self::Dropped => Self::Closed("without an answer".to_owned()),
            other => other,
        }
    }

    /// What it says of this request.
    #[must_use]
    pub fn of(self, request: &Request) -> Self {
        match self {
            Self::Dropped if request.may_be_dropped() => self.where_it_may_close(),
            other => other,
        }
    }
}

/// The outcome of one request.
pub type Sent = Result<Response, TransportError>;

/// Sends requests to one server.
///
/// There are two implementations: sockets (every ordinary run) and in process (fault matrix and
/// fuzzer). Verdicts do not depend on which is used.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for its response. Never follows a redirect, keeps no cookie.
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent>;

    /// Prepares all requests on connections of their own, then releases them together.
    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>>;

    /// How long a request may take from now on, where that can be said.
    fn set_timeout(&self, _: Duration) {}

    /// Whether a connection may serve more than one request, where there are connections: what shows on
    /// a kept one alone may be of what came before on it.
    fn keep_connections(&self, _: bool) {}

    /// Whether requests of a race always meet in the server: each further round shows what the first one did.
    fn races_alike(&self) -> bool {
        false
    }

    /// Whether the server was given up: no request is sent any more.
    fn has_given_up(&self) -> bool {
        false
    }

    /// The limit on requests that the server keeps to, where requests are not sent because of it.
    fn limit(&self) -> Option<String> {
        None
    }
}
