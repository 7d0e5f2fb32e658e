//! Which addresses a host stands for at the moment of a connection. What a host has to stand for is
//! checked on the addresses that are then connected to, so that a name that changes its meaning
//! meanwhile (DNS rebinding) leads nowhere.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::profile::all_private;
use crate::wire::bare_host;

/// Looks up the addresses of a name.
type Lookup = dyn Fn(String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> + Send + Sync;

/// The addresses that connections are opened to.
#[derive(Clone)]
pub(super) struct Addresses {
    /// Names that have to stand for addresses of a private network alone.
    private: Arc<[String]>,
    lookup: Arc<Lookup>,
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Addresses").field("private", &self.private).finish_non_exhaustive()
    }
}

impl Addresses {
    /// As the system knows them; `private` are the hosts that are spoken to over plain HTTP.
    pub(super) fn of_system(private: &[String]) -> Self {
        Self::by(private, |name| {
            async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            }
            .boxed()
        })
    }

    /// By another lookup.
    pub(super) fn by(
        private: &[String],
        lookup: impl Fn(String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let private = private.iter().map(|host| bare_host(host)).collect();
        Self { private, lookup: Arc::new(lookup) }
    }

    /// Where to connect to for this host.
    ///
    /// # Errors
    /// Where it stands for no address, or for one that it must not stand for.
    pub(super) async fn of(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        let host = bare_host(host);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let mut found = (self.lookup)(host.clone()).await?;
        if host == "localhost" {
            // RFC 6761 §6.3: nothing else is meant by it.
            found.retain(IpAddr::is_loopback);
        }
        let refused = |why: String| Error::new(ErrorKind::AddrNotAvailable, why);
        if self.private.contains(&host) {
            all_private(&host, &found).map_err(refused)?;
        }
        if found.is_empty() {
            return Err(refused(format!("{host} stands for no address")));
        }
        Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }
}

impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.clone();
        async move {
            let found = addresses.of(name.as_str(), 0).await?;
            let each: Addrs = Box::new(found.into_iter());
            Ok(each)
        }
        .boxed()
    }
}
