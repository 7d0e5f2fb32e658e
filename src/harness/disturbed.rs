//! Something in front of the servers that answers in their place: what a scenario says then shows what
//! it takes for granted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{BoxFuture, FutureExt};

use crate::wire::transport::Sent;
use crate::wire::{Request, Transport};

/// Which requests of a scenario are answered otherwise, and how.
#[derive(Debug, Clone)]
pub struct Disturbance {
    /// The first of them, counted from zero; the levers of the harness are not counted.
    pub from: usize,
    /// Whether all that follow are, too.
    pub lasting: bool,
    /// The answer.
    pub answer: Sent,
}

impl Disturbance {
    fn is_at(&self, number: usize) -> bool {
        number == self.from || self.lasting && number > self.from
    }
}

/// Servers behind a disturbance.
pub(super) struct Disturbed {
    servers: Arc<dyn Transport>,
    disturbance: Disturbance,
    count: AtomicUsize,
}

impl Disturbed {
    pub(super) fn new(servers: Arc<dyn Transport>, disturbance: Disturbance) -> Self {
        Self { servers, disturbance, count: AtomicUsize::new(0) }
    }

    /// What stands in place of the answer, where the request is one of those.
    fn instead(&self, request: &Request) -> Option<Sent> {
        if request.path().starts_with("/control") {
            return None;
        }
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        self.disturbance.is_at(number).then(|| self.disturbance.answer.clone())
    }
}

impl Transport for Disturbed {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Sent> {
        match self.instead(request) {
            Some(answer) => std::future::ready(answer).boxed(),
            None => self.servers.send(request),
        }
    }

    fn race<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Sent>> {
        let instead: Vec<Option<Sent>> = requests.iter().map(|it| self.instead(it)).collect();
        async move {
            let mut answers = Vec::new();
            if instead.iter().any(Option::is_none) {
                answers = self.servers.race(requests).await;
            }
            let disturbed = instead.into_iter().enumerate();
            let each = disturbed.filter_map(|(at, it)| it.or_else(|| answers.get(at).cloned()));
            each.collect()
        }
        .boxed()
    }

    fn races_alike(&self) -> bool {
        self.servers.races_alike()
    }
}
