//! Who may touch which item (`box` security guide: owners, collaborators, and the waterfall from a
//! folder to what lies below it).

use super::call::Call;
use crate::server::faults::effects::api::reach as effects;
use crate::server::world::{Collaboration, CollaboratorRole, Item, Role, SpecialPermission, User};

/// What a user may do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) enum Reach {
    /// The user may not even know of it.
    Nothing,
    /// Look at it.
    Read,
    /// Change it.
    Write,
}

/// What whoever acts may do with an item that lies here: the item first, then its folders.
// permission/owner, permission/collaborator, permission/stranger, as-user/allowed
pub(in crate::server) fn of(call: &Call<'_>, path: &[&Item]) -> Reach {
    let Some(item) = path.first() else { return Reach::Nothing };
    let user = effects::acting(call);
    let own = if item.owner == user.id { Reach::Write } else { Reach::Nothing };
    let right = own.max(collaborating(call, user, path));
    let by_own_right = effects::by_own_right(call, user, path, right);
    let right = managing(call, user, item).unwrap_or(by_own_right);
    effects::reached(call, user, path, right)
}

/// What the user may do as a collaborator on the item, or on a folder above it.
// permission/waterfall-down, permission/waterfall-up
pub(in crate::server) fn collaborating(call: &Call<'_>, user: &User, path: &[&Item]) -> Reach {
    shared(call, user, |known| {
        path.iter().any(|item| item.kind == known.kind && item.id == known.item)
    })
}

/// What the collaborations of a user that count give.
pub(in crate::server) fn shared(
    call: &Call<'_>,
    user: &User,
    counts: impl Fn(&Collaboration) -> bool,
) -> Reach {
    let mine = call.world.collaborations.iter().filter(|known| known.user == user.id);
    let reach = mine.filter(|known| counts(known)).map(|known| match known.role {
        CollaboratorRole::Editor => Reach::Write,
        CollaboratorRole::Viewer => Reach::Read,
    });
    reach.max().unwrap_or(Reach::Nothing)
}

/// What an application for administrators makes of it: all content of the enterprise, and none that
/// belongs elsewhere; `None` where it changes nothing.
// scope/global-content-manager
fn managing(call: &Call<'_>, user: &User, item: &Item) -> Option<Reach> {
    let permission = SpecialPermission::GlobalContentManager;
    let granted = call.application().is_some_and(|app| app.special.contains(&permission));
    let right = match is_external(call, user, item) {
        _ if !granted => None,
        true => Some(Reach::Nothing),
        false => (user.role != Role::User).then_some(Reach::Write),
    };
    effects::managed(call, user, item, granted, right)
}

/// Whether an item belongs to another enterprise than the user's.
pub(in crate::server) fn is_external(call: &Call<'_>, user: &User, item: &Item) -> bool {
    let owner = call.world.user(&item.owner);
    let same = owner.is_some_and(|owner| owner.enterprise == user.enterprise);
    !same && item.owner != user.id
}
