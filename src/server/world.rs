//! Who and what the server knows: enterprises, users and applications. Plain data.
//!
//! Each dialect has one, in `fixtures/worlds`; every credential in them is published and worthless on
//! purpose.

mod application;
mod check;
mod content;
mod people;

use serde::Deserialize;

pub use application::{
    AccessLevel, Application, Approval, GrantType, Mode, Model, Permission, PublicKey,
    Registration, Snapshot, SpecialPermission,
};
pub use check::{Flaw, Names};
pub use content::{
    Collaboration, CollaboratorRole, Event, Group, Item, ItemKind, Mail, Membership, ROOT, Record,
    RecordKind,
};
pub use people::{AdminRight, Enterprise, Product, Role, Settings, Status, User, UserKind};

/// Everything the server knows when it starts, and what is changed of it while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// Companies that users and applications belong to.
    #[serde(default)]
    pub enterprises: Vec<Enterprise>,
    /// Users: people, service accounts and app users.
    pub users: Vec<User>,
    /// Registered applications.
    pub applications: Vec<Application>,
    /// What administrators decided about applications.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Folders and files.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Who was let into whose items.
    #[serde(default)]
    pub collaborations: Vec<Collaboration>,
    /// Groups of users.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Who is in which group.
    #[serde(default)]
    pub memberships: Vec<Membership>,
    /// Tasks, comments, webhooks, policies, devices.
    #[serde(default)]
    pub records: Vec<Record>,
    /// What happened, the latest last.
    #[serde(skip)]
    pub events: Vec<Event>,
    /// E-mail that went out, the latest last.
    #[serde(skip)]
    pub outbox: Vec<Mail>,
    /// How many identifiers were given out.
    #[serde(skip)]
    pub made: u64,
}

impl World {
    /// The enterprise of this identifier.
    pub fn enterprise(&self, id: &str) -> Option<&Enterprise> {
        self.enterprises.iter().find(|known| known.id == id)
    }

    /// The application of this client identifier.
    pub fn application(&self, client_id: &str) -> Option<&Application> {
        self.applications.iter().find(|known| known.client_id == client_id)
    }

    /// The application of this client identifier, to be changed.
    pub fn application_mut(&mut self, client_id: &str) -> Option<&mut Application> {
        self.applications.iter_mut().find(|known| known.client_id == client_id)
    }

    /// The application of this role.
    pub fn application_of_role(&self, role: &str) -> Option<&Application> {
        self.applications.iter().find(|known| known.role == role)
    }

    /// The user of this identifier.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|known| known.id == id)
    }

    /// The user of this identifier, to be changed.
    pub fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|known| known.id == id)
    }

    /// The enterprise of this identifier, to be changed.
    pub fn enterprise_mut(&mut self, id: &str) -> Option<&mut Enterprise> {
        self.enterprises.iter_mut().find(|known| known.id == id)
    }

    /// The item of this kind and identifier.
    pub fn item(&self, kind: ItemKind, id: &str) -> Option<&Item> {
        self.items.iter().find(|known| known.kind == kind && known.id == id)
    }

    /// The item of this kind and identifier, to be changed.
    pub fn item_mut(&mut self, kind: ItemKind, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|known| known.kind == kind && known.id == id)
    }

    /// An item and the folders that it lies in, the nearest first; without the root.
    pub fn path<'w>(&'w self, item: &'w Item) -> Vec<&'w Item> {
        let mut path = vec![item];
        // A file may name a parent that lies in itself: no path is longer than there are items.
        while let Some(parent) =
            path.last().and_then(|last| self.item(ItemKind::Folder, &last.parent))
            && path.len() <= self.items.len()
        {
            path.push(parent);
        }
        path
    }

    /// The group of this identifier.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|known| known.id == id)
    }

    /// An identifier that nothing has yet.
    pub fn fresh_id(&mut self) -> String {
        self.made += 1;
        (900_000 + self.made).to_string()
    }

    /// The user who signs in with this e-mail address.
    pub fn user_of_login(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|known| known.login.eq_ignore_ascii_case(login))
    }

    /// What the administrators of an enterprise decided about an application, to be changed.
    pub fn approval_mut(&mut self, client_id: &str, enterprise: &str) -> &mut Approval {
        let is = |it: &Approval| it.client_id == client_id && it.enterprise == enterprise;
        let place = self.approvals.iter().position(is).unwrap_or_else(|| {
            let (client_id, enterprise) = (client_id.to_owned(), enterprise.to_owned());
            self.approvals.push(Approval { client_id, enterprise, ..Approval::default() });
            self.approvals.len() - 1
        });
        &mut self.approvals[place]
    }

    /// Whether a user signs in at the identity provider of their company.
    // consent/company-sign-on
    pub fn signs_on_elsewhere(&self, user: &User) -> bool {
        let enterprise = user.enterprise.as_deref().and_then(|id| self.enterprise(id));
        enterprise.is_some_and(|enterprise| enterprise.sign_on) && user.is_person()
    }

    /// The user through whom a server application acts in an enterprise, once it was authorized there
    /// (`box` security guide, service accounts).
    // application-access/service-account
    pub fn service_account(&self, client_id: &str, enterprise: &str) -> Option<&User> {
        self.users.iter().find(|user| {
            user.kind == UserKind::ServiceAccount
                && user.application.as_deref() == Some(client_id)
                && user.enterprise.as_deref() == Some(enterprise)
        })
    }

    /// What the administrators of an enterprise decided about an application.
    pub fn approval(&self, client_id: &str, enterprise: &str) -> Option<&Approval> {
        self.approvals
            .iter()
            .find(|known| known.client_id == client_id && known.enterprise == enterprise)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_default_credentials_are_distinct_long_and_marked() {
        let world = World::of_the_suite();
        let secrets: HashSet<_> = world.applications.iter().map(|app| &app.secret).collect();
        assert_eq!(secrets.len(), world.applications.len());
        assert!(secrets.iter().all(|secret| secret.len() >= 24 && secret.contains("test-only-")));
        assert!(world.application("default-client").is_some());
        assert_eq!(world.user_of_login("ALICE@example.com").unwrap().id, "11");
    }

    #[test]
    fn a_world_file_is_read_strictly() {
        let text = "users: []\napplications:\n- {role: a, client_id: b, secret: c, name: d, \
                    enterprise: '1', mode: development, grants: [authorization_code]}\n";
        let world: World = serde_yaml::from_str(text).unwrap();
        assert_eq!(world.applications[0].grants, [GrantType::AuthorizationCode]);
        let misspelt = text.replace("mode", "mood");
        assert!(serde_yaml::from_str::<World>(&misspelt).is_err());
    }
}
