//! Mistakes with the order of the doors to an item, and what is said of one that is out of reach.

use crate::server::enterprise::api::call::Call;
use crate::server::enterprise::api::error::{self, Denied};
use crate::server::enterprise::api::gate::Gate;
use crate::server::faults::{permission as faults, scope};
use crate::server::variants;
use crate::server::world::{Item, SpecialPermission};

/// Whether the token opens the gate for an item, if there is one.
// scope/scope-before-existence
pub(in crate::server) fn required(
    call: &Call<'_>,
    found: Option<&Item>,
    right: Result<(), Denied>,
) -> Result<(), Denied> {
    match found {
        None => call.server.switches().alter(right, [(&scope::EXISTENCE_FIRST, Ok(()))]),
        Some(item) if item.owner == call.user.id => own(call, right),
        Some(_) => right,
    }
}

/// Whether the token opens the gate for the root of whoever acts.
pub(in crate::server) fn required_at_root(
    call: &Call<'_>,
    gate: Gate,
    right: Result<(), Denied>,
) -> Result<(), Denied> {
    if gate == Gate::ReadContent { own(call, right) } else { right }
}

fn own(call: &Call<'_>, right: Result<(), Denied>) -> Result<(), Denied> {
    call.server.switches().alter(right, [(&scope::OWNER_NEEDS_NONE, Ok(()))])
}

/// The answer to a call for an item that the user does not reach.
// permission/stranger, permission/no-bypass, scope/global-content-manager
pub(in crate::server) fn hidden(
    call: &Call<'_>,
    gate: Gate,
    right: Result<(), Denied>,
) -> Result<(), Denied> {
    let unless = |meant: Gate| if gate == meant { Ok(()) } else { right.clone() };
    let app = call.application();
    let manages =
        app.is_some_and(|app| app.special.contains(&SpecialPermission::GlobalContentManager));
    if manages && call.server.varies(&variants::EXTERNAL_CONTENT_403) {
        return Err(error::forbidden());
    }
    let wrong = [
        (&faults::WRITE_UNCHECKED, unless(Gate::WriteContent)),
        (&faults::UPLOAD_UNCHECKED, unless(Gate::Upload)),
        (&faults::COMMENT_UNCHECKED, unless(Gate::Collaborate)),
        (&faults::STRANGER_403, Err(error::forbidden())),
    ];
    call.server.switches().alter(right, wrong)
}
