//! Mistakes with who may touch which item.

use super::Reach;
use crate::server::enterprise::api::call::Call;
use crate::server::enterprise::api::items::Kind;
use crate::server::faults::permission as slip;
use crate::server::world::{Item, Role, User};

/// Mistakes about what a collaboration gives besides what lies below its item.
pub(super) fn reaches_too_far(call: &Call<'_>, kind: Kind, id: &str, path: &[&Item]) -> bool {
    let Some(shared) = call.world.item(kind, id) else { return false };
    let (Some(item), above) = (path.first(), call.world.path(shared)) else { return false };
    let is_above = above.iter().any(|known| known.kind == item.kind && known.id == item.id);
    let beside = path.iter().any(|known| known.parent == shared.parent && known.parent != "0");
    call.server
        .switches()
        .pick(false, [(&slip::WATERFALL_UP, is_above), (&slip::WATERFALL_SIDEWAYS, beside)])
}

/// What the server makes of what a user rightly may do with an item.
pub(super) fn judged(call: &Call<'_>, user: &User, item: &Item, reach: Reach) -> Reach {
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
