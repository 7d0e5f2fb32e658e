//! Things of one kind in the place of another: what a step brought, and what kind a value is.

use super::case::IssuedKind;
use super::expected::{Expectation, Judge};
use super::play::{Brought, Player};
use crate::wire::Secret;

impl Judge<'_> {
    /// A value that nobody issued for this place: of another kind, or of none.
    pub(super) fn not_issued(
        &self,
        value: &str,
        (unknown, misplaced): (&'static str, &'static str),
        to: &mut Expectation,
    ) {
        let of_a_kind = self.model.is_known(value) && self.terms.level(misplaced).is_some();
        to.refuse(if of_a_kind { misplaced } else { unknown });
    }
}

impl Player<'_> {
    /// Another thing that a step brought.
    pub(super) fn thing(&self, from: usize, what: IssuedKind) -> Option<Secret> {
        Some(match (self.brought.get(from)?, what) {
            (Brought::Code(code), IssuedKind::Code) => code.value.clone(),
            (Brought::Pair { access, .. }, IssuedKind::AccessToken) => access.clone(),
            (Brought::Pair { refresh, .. }, IssuedKind::RefreshToken) => refresh.clone()?,
            (Brought::Device(device), IssuedKind::DeviceCode) => device.code.clone(),
            (Brought::Device(device), IssuedKind::UserCode) => device.user_code.clone(),
            (Brought::Pushed(pushed), IssuedKind::RequestUri) => pushed.uri.clone(),
            _ => return None,
        })
    }
}
