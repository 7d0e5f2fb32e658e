//! The server as a transport without sockets: for the fault matrix, the fuzzer and the tests.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};

use crate::server::authorization_server::Server;
use crate::server::enterprise::identity_provider::IdentityProvider;
use crate::testbed::listen::answer_caught;
use crate::testbed::together;
use crate::wire::transport::Sent;
use crate::wire::{Request, Transport, TransportError};

/// A transport that hands every request to one server in this process.
#[derive(Debug, Clone)]
pub struct InProcess {
    server: Arc<Server>,
}

impl InProcess {
    /// A transport to this server.
    pub fn new(server: Arc<Server>) -> Self {
        Self { server }
    }

    /// The server behind the transport.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    fn answer(&self, request: &Request) -> Sent {
        if self.server.refuses(request.origin.scheme) {
            return Err(TransportError::Closed("only TLS is served here".to_owned()));
        }
        // The server never waits, so this is done at once.
        let answered = answer_caught(&*self.server, request).now_or_never();
        let waits = || TransportError::Closed("the server waits".to_owned());
        match answered.ok_or_else(waits)? {
            response if response.is_closed() => Err(TransportError::Dropped.of(request)),
            response => Ok(response),
        }
    }

    /// A thread for each request: all start together.
    fn answer_together(&self, requests: &[Request]) -> Vec<Sent> {
        let died = || Err(TransportError::Closed("the thread of the request died".to_owned()));
        let answered = together::each(requests, |request| self.answer(request));
        answered.into_iter().map(|sent| sent.unwrap_or_else(died)).collect()
    }
}

impl Transport for InProcess {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        async move { self.answer(request) }.boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        async move { self.answer_together(requests) }.boxed()
    }

    fn races_alike(&self) -> bool {
        true
    }
}

/// A transport that hands every request to an identity provider in this process.
pub struct ProviderInProcess(pub Arc<IdentityProvider>);

impl Transport for ProviderInProcess {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        async { Ok(answer_caught(&*self.0, request).await) }.boxed()
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        join_all(requests.iter().map(|request| self.send(request))).boxed()
    }
}

#[cfg(test)]
#[path = "in_process_tests.rs"]
mod tests;
