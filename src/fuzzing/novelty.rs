//! What tells one behaviour of a target from another: the guide of the live fuzzer.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use serde_json::Value;

use crate::driver::journey::{End, Journey};
use crate::observe::Observed;
use crate::wire::transport::Sent;
use crate::wire::{Response, TransportError};

/// A behaviour: status, error code, shape and timing class of an answer to a kind of request.
pub type Signature = u64;

/// The behaviour seen in one step.
pub fn of(request: &str, what: &Observed, sent: &Sent, took: Duration) -> Signature {
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    timing_class(took).hash(&mut hasher);
    match what {
        // Texts of pages and reasons of transports differ from time to time.
        Observed::Page { status, .. } => (1, status).hash(&mut hasher),
        Observed::Unjudgeable { status, .. } => (2, status).hash(&mut hasher),
        Observed::Elsewhere(_) => 3.hash(&mut hasher),
        other => other.describe().hash(&mut hasher),
    }
    match sent {
        Ok(response) => shape(response).hash(&mut hasher),
        Err(error) => std::mem::discriminant::<TransportError>(error).hash(&mut hasher),
    }
    hasher.finish()
}

fn timing_class(took: Duration) -> u8 {
    let borders = [50, 500, 2000].map(Duration::from_millis);
    u8::try_from(borders.iter().filter(|border| took >= **border).count()).unwrap_or(u8::MAX)
}

/// Status, media type, and the names of members and header fields.
fn shape(response: &Response) -> (u16, Option<String>, Vec<String>) {
    let mut names: Vec<String> =
        response.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    if let Ok(Value::Object(members)) = serde_json::from_slice(&response.body) {
        names.extend(members.keys().cloned());
    }
    names.sort_unstable();
    names.dedup();
    (response.status, response.media_type(), names)
}

/// The last answer of a journey.
pub fn last(journey: &Journey) -> Sent {
    match &journey.end {
        End::Redirected(redirected) => Ok(redirected.response.clone()),
        End::Page { response, .. } | End::Stopped { response, .. } => Ok(response.clone()),
        End::Lost(error) => Err(error.clone()),
        End::Stuck(stuck) => Err(TransportError::Closed(stuck.to_string())),
    }
}

/// The behaviours that were seen.
#[derive(Debug, Clone, Default)]
pub struct Seen(HashSet<Signature>);

impl Seen {
    /// Keeps what was seen; whether any of it is new.
    pub fn learn(&mut self, signatures: &[Signature]) -> bool {
        let before = self.0.len();
        self.0.extend(signatures);
        self.0.len() > before
    }

    /// How many behaviours there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaviours_differ_by_status_code_members_and_time() {
        let answer = |status, body: &str| {
            let mut response = Response::new(status);
            response.body = body.as_bytes().to_vec();
            Ok(response)
        };
        let see = |sent: &Sent, ms| {
            of("exchange", &Observed::of_token(sent), sent, Duration::from_millis(ms))
        };
        let plain = see(&answer(400, r#"{"error":"a"}"#), 1);
        assert_eq!(plain, see(&answer(400, r#"{"error":"a"}"#), 20));
        let others = [
            see(&answer(401, r#"{"error":"a"}"#), 1),
            see(&answer(400, r#"{"error":"b"}"#), 1),
            see(&answer(400, r#"{"error":"a","x":1}"#), 1),
            see(&answer(400, r#"{"error":"a"}"#), 700),
        ];
        let mut seen = Seen::default();
        assert!(seen.learn(&[plain]) && !seen.learn(&[plain]));
        assert!(others.iter().all(|other| seen.learn(&[*other])));
        assert_eq!(seen.count(), 5);
    }
}
