//! Who may touch which item (`box` security guide: owners, collaborators, and the waterfall from a
//! folder to what lies below it).

use super::super::fault::{permission as slip, scope as scopes};
use super::super::world::{CollaboratorRole, Item, Role, SpecialPermission, User};
use super::call::Call;

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
    mistaken(call, user, item, reach)
}

/// Whose permissions count.
// as-user/allowed
fn who_reaches<'c>(call: &'c Call<'_>) -> &'c User {
    let own = call.server.has(&super::super::fault::as_user::CONTENT_OF_CALLER);
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
        on_path(known.kind, &known.item) || reaches_too_far(call, known.kind, &known.item, path)
    });
    let reach = holds.map(|known| match known.role {
        CollaboratorRole::Editor => Reach::Write,
        CollaboratorRole::Viewer => Reach::Read,
    });
    reach.max().unwrap_or(Reach::Nothing)
}

/// Mistakes about what a collaboration gives besides what lies below its item.
fn reaches_too_far(call: &Call<'_>, kind: super::items::Kind, id: &str, path: &[&Item]) -> bool {
    let Some(shared) = call.world.item(kind, id) else { return false };
    let (Some(item), above) = (path.first(), call.world.path(shared)) else { return false };
    let is_above = above.iter().any(|known| known.kind == item.kind && known.id == item.id);
    let beside = path.iter().any(|known| known.parent == shared.parent && known.parent != "0");
    call.server
        .switches()
        .pick(false, [(&slip::WATERFALL_UP, is_above), (&slip::WATERFALL_SIDEWAYS, beside)])
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
        let reached = manages && server.has(&scopes::CONTENT_OF_ANY_ENTERPRISE);
        let shared = server.has(&scopes::CONTENT_EXTERNAL) || !granted;
        return match (reached, shared) {
            (true, _) => Some(Reach::Write),
            (_, true) => None,
            _ => Some(Reach::Nothing),
        };
    }
    manages.then_some(Reach::Write)
}

fn mistaken(call: &Call<'_>, user: &User, item: &Item, reach: Reach) -> Reach {
    let owner = call.world.user(&item.owner);
    let colleague = owner.is_some_and(|owner| owner.enterprise == user.enterprise);
    let admin = user.role == Role::Admin;
    let mistakes = [
        (&slip::STRANGER_SERVED, true, Reach::Read),
        (&slip::COLLEAGUES_READ, colleague, Reach::Read),
        (&slip::ADMIN_READS_ALL, admin && colleague, Reach::Write),
        // permission/no-bypass
        (&slip::SCOPE_FOR_PERMISSION, true, Reach::Write),
    ];
    // Only a mistake that makes a difference here comes up here.
    let mut mistakes = mistakes.iter().filter(|(_, applies, given)| *applies && *given > reach);
    let made = mistakes.find(|(fault, ..)| call.server.has(fault));
    made.map_or(reach, |(_, _, given)| *given)
}
