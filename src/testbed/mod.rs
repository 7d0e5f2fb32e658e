//! What the bundled server and the sample application stand on: clock, randomness, sockets, TLS, and
//! the switches by which they are told to make mistakes.

pub mod clock;
pub mod fetch;
pub mod listen;
pub mod random;
pub mod switches;
pub mod tls;
pub mod together;

pub use clock::{Clock, ManualClock, MovableClock};
pub use listen::{Handler, Listener};
pub use random::{OsRandom, Random, SeededRandom};
pub use switches::{Fault, Switches, Variant};
pub use tls::TlsIdentity;
