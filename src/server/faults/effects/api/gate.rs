//! Mistakes with what opens what.

use crate::server::core::Core;
use crate::server::enterprise::api::gate::{Gate, Path};
use crate::server::enterprise::narrowing;
use crate::server::faults::{self, downscope as narrow, scope as slip};
use crate::testbed::Fault;

/// A token's scopes at a gate.
struct Tried<'a> {
    gate: Gate,
    held: &'a [&'a str],
    /// Whether they rightly open it.
    opened: bool,
}

impl Tried<'_> {
    fn carries(&self, scope: &str) -> bool {
        self.held.contains(&scope)
    }

    /// It is about folders and files, or what is done with them.
    fn is_content(&self) -> bool {
        self.changes_content() || self.gate == Gate::ReadContent
    }

    fn changes_content(&self) -> bool {
        matches!(self.gate, Gate::WriteContent | Gate::Upload | Gate::Collaborate)
    }

    /// A scope of the token is one by which content is changed, and nothing else.
    fn carries_a_change(&self) -> bool {
        let changes = [narrowing::CHANGING, narrowing::UPLOADING, narrowing::SHARING];
        changes.iter().flat_map(|known| known.iter()).any(|known| self.carries(known))
    }

    /// One of these gates asks for no scope.
    fn unchecked(&self, gate: Gate) -> bool {
        self.opened || self.gate == gate
    }

    /// A gate is opened by this scope as well.
    fn opened_too(&self, gates: bool, scope: &str) -> bool {
        self.opened || gates && self.carries(scope)
    }

    /// Some gates are opened by this scope alone.
    fn opened_only(&self, gates: &[Gate], scope: &str) -> bool {
        if gates.contains(&self.gate) { self.carries(scope) } else { self.opened }
    }
}

/// The folders above an item that a restriction to one of them counts in.
// downscope/narrows
pub(in crate::server) fn below_restriction<'w>(server: &Core, right: Path<'w>) -> Path<'w> {
    let nearest = &right[..right.len().min(2)];
    server.switches().alter(right, [(&narrow::RESOURCE_ONE_LEVEL, nearest)])
}

/// What the server makes of scopes that rightly open a gate, or do not.
pub(in crate::server) fn judged(server: &Core, gate: Gate, held: &[&str], opened: bool) -> bool {
    let tried = Tried { gate, held, opened };
    let mistakes = of_every_gate(&tried)
        .into_iter()
        .chain(of_content(&tried))
        .chain(of_narrowed_tokens(&tried))
        .chain(of_users_and_groups(&tried))
        .chain(of_the_rest(&tried));
    server.switches().alter(opened, mistakes)
}

fn of_every_gate(tried: &Tried<'_>) -> [(&'static Fault, bool); 3] {
    let begins = |held: &&str| tried.gate.scopes().iter().any(|scope| held.starts_with(scope));
    [
        // bearer/insufficient-scope
        (&faults::bearer::SCOPE_UNCHECKED, true),
        (&slip::ANY_SCOPE_OPENS, !tried.held.is_empty()),
        (&slip::BY_PREFIX, tried.held.iter().any(begins)),
    ]
}

// downscope/narrows
fn of_narrowed_tokens(tried: &Tried<'_>) -> [(&'static Fault, bool); 2] {
    let a_change = tried.carries_a_change();
    [
        (&narrow::FINER_ALIKE, tried.opened || a_change && tried.changes_content()),
        (&narrow::FINER_CLOSED, tried.opened && !a_change),
    ]
}

// scope/root-readwrite, scope/manage-webhook
fn of_content(tried: &Tried<'_>) -> [(&'static Fault, bool); 8] {
    let (gate, content) = (tried.gate, tried.is_content());
    let writes = matches!(gate, Gate::WriteContent | Gate::Upload);
    [
        (&slip::READ_ONLY, tried.opened && !writes),
        (&slip::UPLOAD_UNCHECKED, tried.unchecked(Gate::Upload)),
        (&slip::COLLABORATION_UNCHECKED, tried.unchecked(Gate::Collaborate)),
        (&slip::PROFILE_NOT_SHOWN, tried.opened_only(&[Gate::Profile], "manage_enterprise")),
        (&slip::USERS_OPENS_CONTENT, tried.opened_too(content, "manage_managed_users")),
        (&slip::ENTERPRISE_OPENS_CONTENT, tried.opened_too(content, "manage_enterprise")),
        (&slip::WEBHOOKS_UNCHECKED, tried.unchecked(Gate::Webhooks)),
        (&slip::CONTENT_OPENS_WEBHOOKS, tried.opened_too(gate == Gate::Webhooks, "root_readwrite")),
    ]
}

// scope/manage-managed-users, scope/manage-groups, scope/manage-app-users, scope/manage-enterprise
fn of_users_and_groups(tried: &Tried<'_>) -> [(&'static Fault, bool); 10] {
    const USERS: &[Gate] =
        &[Gate::ReadUsers, Gate::WriteUsers, Gate::DeleteUsers, Gate::ChangeRoles];
    let gate = tried.gate;
    let only = |gates, scope| tried.opened_only(gates, scope);
    [
        (&slip::USERS_READ_UNCHECKED, tried.unchecked(Gate::ReadUsers)),
        (&slip::USER_DELETE_UNCHECKED, tried.unchecked(Gate::DeleteUsers)),
        (&slip::ROLE_NEEDS_MORE, only(&[Gate::ChangeRoles], "manage_enterprise")),
        (
            &slip::APP_USERS_OPENS_USERS,
            tried.opened_too(gate == Gate::WriteUsers, "manage_app_users"),
        ),
        (&slip::MEMBERSHIPS_UNCHECKED, tried.unchecked(Gate::Memberships)),
        (&slip::MEMBERSHIPS_NEED_USERS, only(&[Gate::Memberships], "manage_managed_users")),
        (&slip::USERS_OPENS_GROUPS, tried.opened_too(gate == Gate::Groups, "manage_managed_users")),
        (&slip::APP_USERS_UNCHECKED, tried.unchecked(Gate::AppUsers)),
        (&slip::ENTERPRISE_WITHOUT_USERS, only(USERS, "manage_managed_users")),
        (
            &slip::ENTERPRISE_WITHOUT_GROUPS,
            only(&[Gate::Groups, Gate::Memberships], "manage_groups"),
        ),
    ]
}

// scope/manage-enterprise-properties, scope/manage-data-retention, scope/manage-enterprise
fn of_the_rest(tried: &Tried<'_>) -> [(&'static Fault, bool); 6] {
    const PROPERTIES: &[Gate] = &[Gate::Attributes, Gate::Reports, Gate::Pins];
    const SCOPE: &str = "manage_enterprise_properties";
    let gate = tried.gate;
    [
        (&slip::PINS_UNCHECKED, tried.unchecked(Gate::Pins)),
        (
            &slip::PROFILE_OPENS_ATTRIBUTES,
            tried.opened_too(gate == Gate::Attributes, "root_readwrite"),
        ),
        (&slip::REPORTS_NEED_MORE, tried.opened_only(&[Gate::Reports], "manage_enterprise")),
        (&slip::ENTERPRISE_WITHOUT_PROPERTIES, tried.opened_only(PROPERTIES, SCOPE)),
        (&slip::RETENTION_UNCHECKED, tried.unchecked(Gate::Retention)),
        (&slip::PROPERTIES_OPEN_RETENTION, tried.opened_too(gate == Gate::Retention, SCOPE)),
    ]
}
