//! The signals that end a command early, its reports written first.

use futures::future::{BoxFuture, FutureExt};

/// Completes at the first SIGINT, SIGTERM or SIGHUP after this call. Where no signal can be listened
/// for it never completes.
#[cfg(unix)]
pub(super) fn interrupted() -> BoxFuture<'static, ()> {
    use futures::future::select_all;
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    // Listening begins here, not where the future is first polled.
    let signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    async move {
        let waits: Vec<_> = signals
            .into_iter()
            .map(|mut signal| async move { signal.recv().await }.boxed())
            .collect();
        if waits.is_empty() {
            std::future::pending::<()>().await;
        }
        select_all(waits).await;
    }
    .boxed()
}

/// Completes at the first interruption by the user. Where none can be listened for it never completes.
#[cfg(not(unix))]
pub(super) fn interrupted() -> BoxFuture<'static, ()> {
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
    .boxed()
}
