//! Who may touch which item (`box` security guide: owners, collaborators, and the waterfall from a
//! folder to what lies below it).

mod mistakes;

use super::call::Call;
use crate::server::faults::{permission as slip, scope as scopes};
use crate::server::world::{CollaboratorRole, Item, Role, SpecialPermission, User};

/// What a user may do with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The user may not even know of it.
    Nothing,
    /// Look at it.
    Read,
    /// Change it.
    Write,
}

/// What whoever acts may do with an item that lies here: the item first, then its folders.
// permission/owner, permission/collaborator, permission/stranger
pub(super) fn of(call: &Call<'_>, path: &[&Item]) -> Reach {
    let Some(item) = path.first() else { return Reach::Nothing };
    let user = who_reaches(call);
    let own = match item.owner == user.id {
        true if !call.server.has(&slip::OWNER_AT_ROOT_ONLY) || path.len() == 1 => Reach::Write,
        _ => Reach::Nothing,
    };
    let by_own_right = own.max(collaborating(call, user, path));
    let reach = managing(call, user, item).unwrap_or(by_own_right);
    mistakes::judged(call, user, item, reach)
}

/// Whose permissions count.
// as-user/allowed
fn who_reaches<'c>(call: &'c Call<'_>) -> &'c User {
    let own = call.server.has(&crate::server::faults::as_user::CONTENT_OF_CALLER);
    if own { &call.bearer } else { &call.user }
}

/// What the user may do as a collaborator on the item, or on a folder above it.
// permission/waterfall-down, permission/waterfall-up
fn collaborating(call: &Call<'_>, user: &User, path: &[&Item]) -> Reach {
    let world = &call.world;
    let mine = world.collaborations.iter().filter(|known| known.user == user.id);
    let depth = call.server.switches().pick(
        path.len(),
        [
            (&slip::NO_WATERFALL, 1),
            (&slip::WATERFALL_ONE_LEVEL, 2),
            (&slip::COLLABORATOR_UNKNOWN, 0),
        ],
    );
    let on_path =
        |kind, id: &str| path.iter().take(depth).any(|item| item.kind == kind && item.id == id);
    let holds = mine.filter(|known| {
        on_path(known.kind, &known.item)
            || mistakes::reaches_too_far(call, known.kind, &known.item, path)
    });
    let reach = holds.map(|known| match known.role {
        CollaboratorRole::Editor => Reach::Write,
        CollaboratorRole::Viewer => Reach::Read,
    });
    reach.max().unwrap_or(Reach::Nothing)
}

/// What an application for administrators makes of it: all content of the enterprise, and none that
/// belongs elsewhere; `None` where it changes nothing.
// scope/global-content-manager
fn managing(call: &Call<'_>, user: &User, item: &Item) -> Option<Reach> {
    let server = call.server;
    let granted = call
        .application()
        .is_some_and(|app| app.special.contains(&SpecialPermission::GlobalContentManager));
    let manages = server.switches().pick(
        user.role != Role::User,
        [
            (&scopes::CONTENT_FOR_ANYONE, true),
            (&scopes::CONTENT_WITHOUT_CO_ADMINS, user.role == Role::Admin),
        ],
    );
    if !granted && !server.has(&scopes::CONTENT_WITHOUT_PERMISSION) {
        return None;
    }
    let owner = call.world.user(&item.owner);
    let same = owner.is_some_and(|owner| owner.enterprise == user.enterprise);
    if !same && item.owner != user.id {
        let nothing = Some(Reach::Nothing);
        let managed = if manages { Some(Reach::Write) } else { nothing };
        return server.switches().pick(
            nothing,
            [
                (&scopes::CONTENT_OF_ANY_ENTERPRISE, managed),
                (&scopes::CONTENT_EXTERNAL, None),
                (&scopes::CONTENT_WITHOUT_PERMISSION, granted.then_some(Reach::Nothing)),
            ],
        );
    }
    manages.then_some(Reach::Write)
}
