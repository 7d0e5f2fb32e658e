//! In which order scenarios have their turns where a person signs in, whose sign-ins are few.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::schedule::Shift;

impl Shift {
    /// Plays everything. Where a person signs in, what can end the grant of a user comes after what shares
    /// the tokens of one, and what takes sign-ins of its own is played last, with those that are left.
    pub(super) async fn play_all(self: &Arc<Self>) {
        let Some(person) = self.targets.person() else {
            return self.clone().work(self.features(|_| true)).await;
        };
        let ends =
            |number: usize| self.plan.scenarios.get(number).is_some_and(|it| it.item.ends_grants());
        self.clone().work(self.features(|number| !ends(number))).await;
        self.clone().work(self.features(ends)).await;
        person.sign_in_for_each();
        let wanting =
            std::mem::take(&mut *self.wanting.lock().unwrap_or_else(PoisonError::into_inner));
        // One scenario of a rule says something of it: each rule has a turn before another has two.
        let rule = |number: usize| self.plan.scenarios.get(number).map(|it| &it.rule.id);
        let mut rules = BTreeSet::new();
        let (first, rest): (BTreeSet<usize>, BTreeSet<usize>) =
            wanting.into_iter().partition(|number| rules.insert(rule(*number)));
        for chosen in [first, rest] {
            self.clone().work(self.features(|number| chosen.contains(&number))).await;
        }
    }

    /// Leaves a scenario for later, if then it may have a sign-in by a person of its own.
    pub(super) fn puts_off(&self, index: usize) -> bool {
        let later = self.targets.person().is_some_and(|person| !person.signs_in_for_each());
        if later {
            self.wanting.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
        }
        later
    }
}
