//! Whether anything listens at an address.

use std::time::Duration;

use crate::wire::Origin;

/// Whether a TCP connection can be made.
///
/// # Errors
/// Why not.
pub async fn connect(origin: &Origin, timeout: Duration) -> Result<(), String> {
    let host = origin.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let connect = tokio::net::TcpStream::connect((host, origin.port));
    match tokio::time::timeout(timeout, connect).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}
