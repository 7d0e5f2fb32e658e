//! How much of an answer is read: what a target sends must not fill the memory of the suite.

use crate::wire::transport::Sent;
use crate::wire::{Response, TransportError};

/// A response larger than this is not read on, in bytes.
pub(super) const MAX_RESPONSE: usize = 1024 * 1024;

/// JSON with more values than this is not read: a value in memory takes many times the room of the digit
/// or the bracket that it is in the body.
const MOST_VALUES: usize = 50_000;

/// The response, if it can be kept and read.
pub(super) fn bearable(response: Response) -> Sent {
    if response.body.len() > MAX_RESPONSE {
        return Err(TransportError::TooLarge(MAX_RESPONSE));
    }
    if has_too_many_values(&response.body) {
        return Err(TransportError::TooManyValues(MOST_VALUES));
    }
    Ok(response)
}

/// Whether it is a JSON object or list with so many commas and brackets. Those in its texts count as
/// well: no answer has that many.
fn has_too_many_values(body: &[u8]) -> bool {
    let is_json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    let begins_value = |byte: &&u8| matches!(byte, b',' | b'{' | b'[');
    is_json && body.iter().filter(begins_value).nth(MOST_VALUES).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(body: String) -> Sent {
        let mut response = Response::new(200);
        response.body = body.into_bytes();
        bearable(response)
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let too_large = Err(TransportError::TooLarge(MAX_RESPONSE));
        assert_eq!(sent("x".repeat(MAX_RESPONSE + 1)), too_large);
        let too_many = Err(TransportError::TooManyValues(MOST_VALUES));
        assert_eq!(sent(format!("\n[{}1]", "1,".repeat(MOST_VALUES))), too_many);
        assert_eq!(sent("[".repeat(MOST_VALUES + 1)), too_many);
    }

    #[test]
    fn what_servers_send_is_read() {
        assert!(sent("x".repeat(MAX_RESPONSE)).is_ok());
        assert!(sent("<script>f([1,2])</script>".repeat(20_000)).is_ok());
        let keys = vec![r#"{"kty":"RSA","e":"AQAB","n":"x","kid":"1"}"#; 5_000].join(",");
        assert!(sent(format!("{{\"keys\":[{keys}]}}")).is_ok());
    }
}
