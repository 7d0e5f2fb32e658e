//! Mistakes with random values: codes and tokens that can be guessed.
// code/unguessable, access-token/unguessable

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::server::Server;
use crate::server::faults::{access_token as faults, code};
use crate::testbed::Fault;
use crate::testbed::random::{Random, token};

/// A mistaken way to make a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weakness {
    /// A number that grows.
    Counter,
    /// The time, and a little chance.
    Clock,
    /// A random number, and from then on the next one.
    Sequential,
    /// Too few characters.
    Short,
    /// Digits only.
    Decimal,
}

/// Where a mistaken way stands.
#[derive(Debug, Default)]
pub(in crate::server) struct Weak {
    drawn: AtomicU64,
    first: OnceLock<u128>,
}

impl Weak {
    /// The next value.
    fn draw(&self, random: &dyn Random, now: Duration, weakness: Weakness) -> String {
        let number = self.drawn.fetch_add(1, Ordering::SeqCst);
        match weakness {
            Weakness::Counter => format!("{:016}", 10_000 + number),
            Weakness::Clock => format!("{:x}{}", now.as_nanos(), token(random, 4)),
            Weakness::Sequential => {
                let first = *self.first.get_or_init(|| {
                    let mut bytes = [0_u8; 16];
                    random.fill(&mut bytes);
                    u128::from_be_bytes(bytes)
                });
                format!("{:032x}", first.wrapping_add(u128::from(number)))
            }
            Weakness::Short => token(random, 12),
            Weakness::Decimal => {
                token(random, 24).bytes().map(|byte| char::from(b'0' + byte % 10)).collect()
            }
        }
    }
}

/// An authorization code.
pub(in crate::server) fn code(server: &Server, right: String) -> String {
    made(
        server,
        right,
        &[
            (&code::COUNTER, Weakness::Counter),
            (&code::CLOCK, Weakness::Clock),
            (&code::SEQUENTIAL, Weakness::Sequential),
            (&code::SHORT, Weakness::Short),
            (&code::DECIMAL, Weakness::Decimal),
        ],
    )
}

/// An access token.
pub(in crate::server) fn access_token(server: &Server, right: String) -> String {
    made(
        server,
        right,
        &[
            (&faults::COUNTER, Weakness::Counter),
            (&faults::CLOCK, Weakness::Clock),
            (&faults::SEQUENTIAL, Weakness::Sequential),
            (&faults::SHORT, Weakness::Short),
            (&faults::DECIMAL, Weakness::Decimal),
        ],
    )
}

/// A refresh token.
pub(in crate::server) fn refresh_token(server: &Server, right: String) -> String {
    let ways =
        [(&faults::REFRESH_COUNTER, Weakness::Counter), (&faults::REFRESH_SHORT, Weakness::Short)];
    made(server, right, &ways)
}

fn made(server: &Server, right: String, ways: &[(&'static Fault, Weakness)]) -> String {
    let ways = ways.iter().map(|(fault, weakness)| (*fault, Some(*weakness)));
    match server.switches().pick(None, ways) {
        Some(weakness) => server.weak.draw(&*server.config.random, server.now(), weakness),
        None => right,
    }
}
