//! Clients that register because the user may have decided about the others before. Each scenario has its own.

use super::world::World;
use crate::driver::flow::Authorization;
use crate::driver::journey::Journey;
use crate::driver::Client as Role;

/// Role of the client that registers in place of this one.
fn in_place_of(client: &Role) -> Role {
    Role(format!("newcomer like {}", client.0))
}

impl World {
    /// The journey of a user who is sent by a client that registers for it; none where the server registers none,
    /// or does not ask about this one either.
    pub(super) async fn by_newcomer(&mut self, ask: &Authorization<'_>) -> Option<Journey> {
        let client = in_place_of(ask.client);
        let driver = self.driver();
        if driver.enrolled(&client.0).is_err() {
            driver.register_like(&client.0, ask.client).await.ok()?;
            driver.fresh_browser();
        }
        let journey = driver.authorize(&Authorization { client: &client, ..ask.clone() }).await.ok()?;
        let is_asked = !journey.choices.is_empty();
        if is_asked {
            self.issued.newcomer = Some(client);
        }
        is_asked.then_some(journey)
    }

    /// The client that the user was asked about in place of this one in the scenario, or this one.
    pub(super) fn asked_about(&self, client: &Role) -> Role {
        let newcomer = in_place_of(client);
        if self.issued.newcomer.as_ref() == Some(&newcomer) { newcomer } else { client.clone() }
    }

    /// The client that redeems the code where this one would: the one that registered in its place, where the user
    /// agreed to that one (RFC 6749 §4.1.3).
    pub(super) fn holder(&self, client: &Role) -> Role {
        let newcomer = in_place_of(client);
        let held = self.issued.code.as_ref().is_some_and(|code| code.client == newcomer);
        if held { newcomer } else { client.clone() }
    }
}
