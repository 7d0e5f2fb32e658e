//! Mistakes with signing in at the identity provider of one's company.
// consent/company-sign-on

use crate::server::core::Core;
use crate::server::enterprise::company::{Assertion, Company};
use crate::server::faults::sign_on as faults;
use crate::server::variants;
use crate::server::world::{User, World};

/// Whether users of a company are sent to its identity provider.
pub(in crate::server) fn is_offered(server: &Core, right: bool) -> bool {
    server.switches().alter(right, [(&faults::SKIPPED, false)])
}

/// Whether the answer of an identity provider may come as a posted form.
pub(in crate::server) fn comes_by_form(server: &Core) -> bool {
    server.varies(&variants::SIGN_ON_BY_FORM)
}

/// What the identity provider says, if it is the one who says it.
pub(in crate::server) fn read(server: &Core, company: &Company, text: &str) -> Option<Assertion> {
    company.read(text, server.has(&faults::SIGNATURE_UNCHECKED))
}

/// Who has come back.
pub(in crate::server) fn user<'w>(
    server: &Core,
    world: &'w World,
    right: Option<&'w User>,
) -> Option<&'w User> {
    let first = world.users.iter().find(|user| user.is_person());
    if server.has(&faults::OTHER_USER) { first } else { right }
}
