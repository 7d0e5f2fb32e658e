//! Clients that register because the user may have decided about the others before. Each scenario has its own.

use super::world::World;
use crate::driver::Client as Role;
use crate::driver::flow::Authorization;
use crate::driver::journey::Journey;

/// Role of the client that users see the page of, and never agree to.
const UNUSED: &str = "fresh";

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
        self.by_other(ask, client, false).await
    }

    /// The same of the client that the profile keeps for what nobody has agreed to. Where its page was shown before
    /// in the run, and nobody agreed there, a code without a page is as good.
    pub(super) async fn by_unused(&mut self, ask: &Authorization<'_>) -> Option<Journey> {
        let client = Role(UNUSED.to_owned());
        let was_left = self.driver().has_left_page(&client);
        self.by_other(ask, client, was_left).await
    }

    /// The journey by another client, which takes the place of the own one where the user is asked about it, or in
    /// any case.
    async fn by_other(
        &mut self,
        ask: &Authorization<'_>,
        client: Role,
        in_any_case: bool,
    ) -> Option<Journey> {
        let like = ask.client.clone();
        let ask = Authorization { client: &client, ..ask.clone() };
        let journey = self.driver().authorize(&ask).await.ok()?;
        let is_asked = !journey.choices.is_empty();
        if is_asked || in_any_case {
            self.issued.newcomer = Some((like, client.clone()));
        }
        is_asked.then_some(journey)
    }

    /// The client that the user was asked about in place of this one in the scenario, or this one.
    pub(super) fn asked_about(&self, client: &Role) -> Role {
        let newcomer = self.issued.newcomer.as_ref().filter(|(like, _)| like == client);
        newcomer.map_or(client, |(_, newcomer)| newcomer).clone()
    }

    /// Whether another client takes the place of this one in the scenario.
    pub(super) fn is_replaced(&self, client: &Role) -> bool {
        self.asked_about(client) != *client
    }

    /// The client that redeems the code where this one would: the one that registered in its place, where the user
    /// agreed to that one (RFC 6749 §4.1.3).
    pub(super) fn holder(&self, client: &Role) -> Role {
        let newcomer = in_place_of(client);
        let held = self.issued.code.as_ref().is_some_and(|code| code.client == newcomer);
        if held { newcomer } else { client.clone() }
    }
}
