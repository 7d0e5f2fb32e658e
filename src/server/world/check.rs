//! Whether a world makes sense: identifiers are unique, and what names something names what is there.

use std::collections::BTreeSet;

use super::World;

/// Something in a world that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// List of the world, for instance `applications`.
    pub list: &'static str,
    /// Place in that list, from 0.
    pub index: usize,
    /// Key of the entry.
    pub key: &'static str,
    /// Value of the key.
    pub value: String,
    /// What the value is supposed to be, where it names nothing; `None`: it is there twice.
    pub names: Option<Names>,
}

/// What a value is supposed to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Kind of thing.
    pub kind: &'static str,
    /// What there is of it.
    pub known: Vec<String>,
}

/// One value of a list's entry, with its place.
type Value<'w> = (usize, &'w str);

impl World {
    /// Everything in it that cannot be meant.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let enterprises = every(&self.enterprises, |it| Some(&it.id));
        let users = every(&self.users, |it| Some(&it.id));
        let applications = every(&self.applications, |it| Some(&it.client_id));
        unique("enterprises", "id", &enterprises, &mut flaws);
        unique("users", "id", &users, &mut flaws);
        let logins: Vec<String> = self.users.iter().map(|it| it.login.to_lowercase()).collect();
        unique("users", "login", &every(&logins, |it| Some(it)), &mut flaws);
        unique("applications", "client_id", &applications, &mut flaws);
        let roles = every(&self.applications, |it| Some(&it.role));
        unique("applications", "role", &roles, &mut flaws);
        let pairs: Vec<String> = self.approvals.iter().map(pair).collect();
        unique("approvals", "client_id", &every(&pairs, |it| Some(it)), &mut flaws);

        let enterprise = known("enterprise", &enterprises);
        let application = known("application", &applications);
        let of_users = every(&self.users, |it| it.enterprise.as_deref());
        leads("users", "enterprise", of_users, &enterprise, &mut flaws);
        let of_users = every(&self.users, |it| it.application.as_deref());
        leads("users", "application", of_users, &application, &mut flaws);
        let of_applications = every(&self.applications, |it| {
            Some(it.enterprise.as_str()).filter(|id| !id.is_empty())
        });
        leads("applications", "enterprise", of_applications, &enterprise, &mut flaws);
        let of_approvals = every(&self.approvals, |it| Some(&it.enterprise));
        leads("approvals", "enterprise", of_approvals, &enterprise, &mut flaws);
        let of_approvals = every(&self.approvals, |it| Some(&it.client_id));
        leads("approvals", "client_id", of_approvals, &application, &mut flaws);
        flaws
    }
}

fn pair(approval: &super::Approval) -> String {
    format!("{} in {}", approval.client_id, approval.enterprise)
}

fn every<T>(items: &[T], value: impl Fn(&T) -> Option<&str>) -> Vec<Value<'_>> {
    let each = items.iter().enumerate();
    each.filter_map(|(index, item)| value(item).map(|value| (index, value))).collect()
}

fn known(kind: &'static str, values: &[Value<'_>]) -> Names {
    Names { kind, known: values.iter().map(|(_, value)| (*value).to_owned()).collect() }
}

fn unique(list: &'static str, key: &'static str, values: &[Value<'_>], flaws: &mut Vec<Flaw>) {
    let mut seen = BTreeSet::new();
    for (index, value) in values {
        if !seen.insert(value) {
            let value = (*value).to_owned();
            flaws.push(Flaw { list, index: *index, key, value, names: None });
        }
    }
}

fn leads(
    list: &'static str,
    key: &'static str,
    values: Vec<Value<'_>>,
    names: &Names,
    flaws: &mut Vec<Flaw>,
) {
    for (index, value) in values {
        if !names.known.iter().any(|known| known == value) {
            let (value, names) = (value.to_owned(), Some(names.clone()));
            flaws.push(Flaw { list, index, key, value, names });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_of_the_suite_has_no_flaw() {
        assert_eq!(World::of_the_suite().flaws(), []);
    }

    #[test]
    fn twins_and_references_to_nothing_are_flaws() {
        let mut world = World::of_the_suite().as_ref().clone();
        world.users[1].id = world.users[0].id.clone();
        world.users[2].login = world.users[0].login.to_uppercase();
        world.applications[3].enterprise = "9".into();
        let places: Vec<_> =
            world.flaws().into_iter().map(|flaw| (flaw.list, flaw.index, flaw.key)).collect();
        let expected =
            [("users", 1, "id"), ("users", 2, "login"), ("applications", 3, "enterprise")];
        assert_eq!(places, expected);
    }
}
