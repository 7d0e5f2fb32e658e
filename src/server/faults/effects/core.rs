//! Mistakes with what a server begins with and with random values: codes and tokens that can be guessed;
//! the shapes that tokens of other servers have.
// code/unguessable, access-token/unguessable

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

use crate::server::core::Core;
use crate::server::faults::{access_token as faults, application_access, code};
use crate::server::variants;
use crate::server::world::{UserKind, World};
use crate::testbed::random::{Random, token};
use crate::testbed::{Fault, Switches};

/// More octets than this no ordinary request has.
pub(super) const ENORMOUS: usize = 40_000;

/// The world that a server begins with.
// application-access/service-account
pub(in crate::server) fn known(switches: &Switches, world: &mut Arc<World>) {
    if switches.has(&application_access::SERVICE_ACCOUNT_OTHER_MAIL) {
        let accounts = Arc::make_mut(world).users.iter_mut();
        accounts
            .filter(|user| user.kind == UserKind::ServiceAccount)
            .for_each(|user| user.login = format!("service-{}@example.com", user.id));
    }
}

// code/unguessable, access-token/unguessable
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
pub(in crate::server) fn code(server: &Core, right: String) -> String {
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
pub(in crate::server) fn access_token(server: &Core, right: String) -> String {
    made(
        server,
        right,
        &[
            (&faults::COUNTER, Weakness::Counter),
            (&faults::AGAIN_COUNTER, Weakness::Counter),
            (&faults::CLOCK, Weakness::Clock),
            (&faults::SEQUENTIAL, Weakness::Sequential),
            (&faults::SHORT, Weakness::Short),
            (&faults::DECIMAL, Weakness::Decimal),
        ],
    )
}

/// A refresh token.
pub(in crate::server) fn refresh_token(server: &Core, right: String) -> String {
    let ways =
        [(&faults::REFRESH_COUNTER, Weakness::Counter), (&faults::REFRESH_SHORT, Weakness::Short)];
    made(server, right, &ways)
}

fn made(server: &Core, right: String, ways: &[(&'static Fault, Weakness)]) -> String {
    let ways = ways.iter().map(|(fault, weakness)| (*fault, Some(*weakness)));
    match server.switches().pick(None, ways) {
        Some(weakness) => server.weak().draw(server.random(), server.now(), weakness),
        None => right,
    }
}

/// A random text as another server would write it.
pub(in crate::server) fn written(server: &Core, random: String) -> String {
    if !server.switches().may_vary() {
        return random;
    }
    let hash = digest(&SHA256, random.as_bytes());
    let hex = |count: usize| -> String {
        hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()[..count]
            .to_owned()
    };
    let base64 = || URL_SAFE_NO_PAD.encode(hash);
    if server.varies(&variants::TOKENS_HEX) {
        hex(64)
    } else if server.varies(&variants::TOKENS_BASE64) {
        base64()
    } else if server.varies(&variants::TOKENS_PREFIXED) {
        format!("as_live_{random}")
    } else if server.varies(&variants::TOKENS_LIKE_JWT) {
        format!("eyJhbGciOiJFUzI1NiJ9.{}.{random}", base64())
    } else if server.varies(&variants::TOKENS_UUID) {
        let digits = hex(32);
        let (a, b, c) = (&digits[..8], &digits[8..12], &digits[13..16]);
        format!("{a}-{b}-4{c}-a{}-{}", &digits[17..20], &digits[20..])
    } else if server.varies(&variants::TOKENS_LONG) {
        format!("{random}{}", "0Az".repeat(190))
    } else {
        random
    }
}
