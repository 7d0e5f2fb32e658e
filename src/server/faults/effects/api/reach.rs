//! Mistakes with who may touch which item.

use crate::server::enterprise::api::call::Call;
use crate::server::enterprise::api::reach::{Reach, collaborating, is_external, shared};
use crate::server::faults::{as_user, permission as faults, scope};
use crate::server::world::{Collaboration, Item, ROOT, Role, User};

/// Whose permissions count.
// as-user/allowed
pub(in crate::server) fn acting<'c>(call: &'c Call<'_>) -> &'c User {
    if call.server.has(&as_user::CONTENT_OF_CALLER) { &call.bearer } else { &call.user }
}

/// What an application for administrators makes of an item.
// scope/global-content-manager
pub(in crate::server) fn managed(
    call: &Call<'_>,
    user: &User,
    item: &Item,
    granted: bool,
    right: Option<Reach>,
) -> Option<Reach> {
    let external = is_external(call, user, item);
    let manages = user.role != Role::User;
    let write = |manages: bool| manages.then_some(Reach::Write);
    let inside = |reach| if granted && !external { reach } else { right };
    let outside = |reach| if granted && external { reach } else { right };
    let anywhere = write(manages).or(Some(Reach::Nothing));
    let without = if external { None } else { write(manages) };
    call.server.switches().alter(
        right,
        [
            (&scope::CONTENT_FOR_ANYONE, inside(write(true))),
            (&scope::CONTENT_WITHOUT_CO_ADMINS, inside(write(user.role == Role::Admin))),
            (&scope::CONTENT_WITHOUT_PERMISSION, if granted { right } else { without }),
            (&scope::CONTENT_OF_ANY_ENTERPRISE, outside(anywhere)),
            (&scope::CONTENT_EXTERNAL, outside(None)),
        ],
    )
}

/// What a user may do with an item that lies here.
pub(in crate::server) fn reached(
    call: &Call<'_>,
    user: &User,
    path: &[&Item],
    right: Reach,
) -> Reach {
    let Some(item) = path.first().filter(|_| call.server.switches().may_err()) else {
        return right;
    };
    let owner = call.world.user(&item.owner);
    let colleague = owner.is_some_and(|owner| owner.enterprise == user.enterprise);
    let admin = user.role == Role::Admin;
    let too = |applies: bool, reach: Reach| if applies { right.max(reach) } else { right };
    call.server.switches().alter(
        right,
        [
            (&faults::STRANGER_SERVED, too(true, Reach::Read)),
            (&faults::COLLEAGUES_READ, too(colleague, Reach::Read)),
            (&faults::ADMIN_READS_ALL, too(admin && colleague, Reach::Write)),
            // permission/no-bypass
            (&faults::SCOPE_FOR_PERMISSION, too(true, Reach::Write)),
        ],
    )
}

/// What a user may do with an item as its owner or as a collaborator.
// permission/owner, permission/collaborator, permission/waterfall-down, permission/waterfall-up
pub(in crate::server) fn by_own_right(
    call: &Call<'_>,
    user: &User,
    path: &[&Item],
    right: Reach,
) -> Reach {
    let Some(item) = path.first().filter(|_| call.server.switches().may_err()) else {
        return right;
    };
    let own = if item.owner == user.id { Reach::Write } else { Reach::Nothing };
    let below =
        |levels: usize| own.max(collaborating(call, user, path.get(..levels).unwrap_or(path)));
    let not_own = if path.len() > 1 { collaborating(call, user, path) } else { right };
    let above = shared(call, user, |known| is_above(call, known, item));
    let beside = shared(call, user, |known| is_beside(call, known, path));
    call.server.switches().alter(
        right,
        [
            (&faults::OWNER_AT_ROOT_ONLY, not_own),
            (&faults::COLLABORATOR_UNKNOWN, own),
            (&faults::NO_WATERFALL, below(1)),
            (&faults::WATERFALL_ONE_LEVEL, below(2)),
            (&faults::WATERFALL_UP, right.max(above)),
            (&faults::WATERFALL_SIDEWAYS, right.max(beside)),
        ],
    )
}

/// Whether what is shared lies below the item.
fn is_above(call: &Call<'_>, known: &Collaboration, item: &Item) -> bool {
    let shared = call.world.item(known.kind, &known.item);
    let path = shared.map(|shared| call.world.path(shared)).unwrap_or_default();
    path.iter().any(|above| above.kind == item.kind && above.id == item.id)
}

/// Whether what is shared lies beside the item, or beside a folder of it.
fn is_beside(call: &Call<'_>, known: &Collaboration, path: &[&Item]) -> bool {
    let Some(shared) = call.world.item(known.kind, &known.item) else { return false };
    path.iter().any(|item| item.parent == shared.parent && item.parent != ROOT)
}
