//! Mistakes that a bundled program can be told to make, and choices that it can be told to make
//! differently.
//!
//! A *fault* is one realistic mistake at the branch that carries a rule's id; it names the rules that
//! have to notice. A *variant* is something that another correct program does; nothing may notice.
//! Both are values at run time, so that one binary runs the whole matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::together;

macro_rules! faults {
    ($($id:ident = $name:literal: $mistake:literal, breaks $rules:expr
        $(, disturbs [$(($other:literal, $why:literal)),+ $(,)?])?;)*) => {
        $(
            #[doc = $mistake]
            pub static $id: $crate::testbed::switches::Fault = $crate::testbed::switches::Fault {
                name: $name,
                mistake: $mistake,
                breaks: &$rules,
                disturbs: &[$($(($other, $why)),+)?],
            };
        )*

        /// Every fault of this area.
        pub static ALL: &[&$crate::testbed::switches::Fault] = &[$(&$id),*];
    };
}

macro_rules! variants {
    ($($id:ident = $name:literal: $choice:literal;)*) => {
        $(
            #[doc = $choice]
            pub static $id: $crate::testbed::switches::Variant = $crate::testbed::switches::Variant { name: $name, choice: $choice };
        )*

        /// Every one of these variants.
        pub static ALL: &[&$crate::testbed::switches::Variant] = &[$(&$id),*];
    };
}

pub(crate) use {faults, variants};

/// One realistic mistake.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name on the command line.
    pub name: &'static str,
    /// What the server does wrong, in one sentence.
    pub mistake: &'static str,
    /// Rules that have to fail, each of them.
    pub breaks: &'static [&'static str],
    /// Rules that may fail besides, and why; two at most.
    pub disturbs: &'static [(&'static str, &'static str)],
}

/// One choice that documents leave to the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Variant {
    /// Name on the command line.
    pub name: &'static str,
    /// What the server does, in one sentence.
    pub choice: &'static str,
}

/// What a server does otherwise than the bundled server does.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    /// Mistakes that it makes.
    pub faults: Vec<&'static Fault>,
    /// Choices that it makes differently.
    pub variants: Vec<&'static Variant>,
    /// Where it is written down which of them came into question.
    pub asked: Option<Arc<Asked>>,
}

/// What came into question in each scenario of a run, by its number in the plan.
#[derive(Debug, Default)]
pub struct Trail(Mutex<BTreeMap<usize, Arc<Asked>>>);

impl Trail {
    /// Switches without mistakes for one scenario, with these choices, that leave this trail.
    pub fn switches(&self, scenario: usize, variants: &[&'static Variant]) -> Switches {
        let mut trail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Switches::asked(Arc::clone(trail.entry(scenario).or_default()));
        Switches { variants: variants.to_vec(), ..asked }
    }

    /// The scenarios in which each name came into question.
    pub fn by_name(&self) -> BTreeMap<&'static str, BTreeSet<usize>> {
        let trail = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_name: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for (scenario, asked) in trail.iter() {
            for name in &asked.names().known {
                by_name.entry(*name).or_default().insert(*scenario);
            }
        }
        by_name
    }
}

/// The names of the faults and variants that a server was asked about, and so all that could have
/// changed what it did.
#[derive(Debug, Default)]
pub struct Asked(Mutex<Names>);

#[derive(Debug, Default)]
struct Names {
    /// What came into question.
    known: BTreeSet<&'static str>,
    /// What comes into question once time counts.
    in_time: BTreeSet<&'static str>,
}

impl Asked {
    fn names(&self) -> MutexGuard<'_, Names> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: &'static str) {
        self.names().known.insert(name);
    }

    fn note_for_later(&self, name: &'static str) {
        self.names().in_time.insert(name);
    }

    fn time_counts(&self) {
        let mut names = self.names();
        let in_time = std::mem::take(&mut names.in_time);
        names.known.extend(in_time);
    }
}

impl Switches {
    /// A server with one mistake.
    pub fn fault(fault: &'static Fault) -> Self {
        Self { faults: vec![fault], ..Self::default() }
    }

    /// A server with one choice made differently.
    pub fn variant(variant: &'static Variant) -> Self {
        Self { variants: vec![variant], ..Self::default() }
    }

    /// A server without mistakes that writes down what came into question.
    fn asked(asked: Arc<Asked>) -> Self {
        Self { asked: Some(asked), ..Self::default() }
    }

    /// Whether it could make any mistake at all.
    pub fn may_err(&self) -> bool {
        !self.faults.is_empty() || self.asked.is_some()
    }

    /// Whether it could make any of these mistakes: where not, what they would change need not be found out.
    pub fn may_err_in(&self, faults: &[&'static Fault]) -> bool {
        self.asked.is_some() || self.makes_any(faults)
    }

    /// Whether it could make any choice differently.
    pub fn may_vary(&self) -> bool {
        !self.variants.is_empty() || self.asked.is_some()
    }

    /// Whether it makes this mistake.
    pub fn has(&self, fault: &'static Fault) -> bool {
        if let Some(asked) = &self.asked {
            asked.note(fault.name);
        }
        self.makes(fault)
    }

    /// The same of a mistake that only requests notice which come while another is answered: without others it
    /// does not come into question.
    pub fn has_among_others(&self, fault: &'static Fault) -> bool {
        if together::is_among_others() { self.has(fault) } else { self.makes(fault) }
    }

    fn makes(&self, fault: &'static Fault) -> bool {
        self.faults.iter().any(|known| std::ptr::eq(*known, fault))
    }

    /// Whether it makes one of these mistakes, without that they come into question by it: for what shows
    /// only where [`Switches::has`] asks for them again.
    pub fn makes_any(&self, faults: &[&'static Fault]) -> bool {
        faults.iter().any(|fault| self.makes(fault))
    }

    /// Whether it makes one of these mistakes.
    pub fn has_any(&self, faults: &[&'static Fault]) -> bool {
        faults.iter().any(|fault| self.has(fault))
    }

    /// What the first of these mistakes that it makes has in place of what is right.
    pub fn pick<T>(&self, right: T, wrong: impl IntoIterator<Item = (&'static Fault, T)>) -> T {
        let made = wrong.into_iter().find(|(fault, _)| self.has(fault));
        made.map_or(right, |(_, value)| value)
    }

    /// The same, where a mistake that leaves things as they are does not come into question.
    pub fn alter<T: PartialEq>(
        &self,
        right: T,
        wrong: impl IntoIterator<Item = (&'static Fault, T)>,
    ) -> T {
        let mut wrong = wrong.into_iter().filter(|(_, value)| *value != right);
        let made = wrong.find(|(fault, _)| self.has(fault));
        made.map_or(right, |(_, value)| value)
    }

    /// The same of how long something lives, or when it ends: while the clock stands still and nobody is
    /// told, that changes nothing, and so none of these mistakes comes into question before
    /// [`Switches::time_counts`].
    pub fn lifetime(
        &self,
        right: Duration,
        wrong: impl IntoIterator<Item = (&'static Fault, Duration)>,
    ) -> Duration {
        let mut wrong = wrong.into_iter().filter(|(_, value)| *value != right);
        if let Some(asked) = &self.asked {
            wrong.by_ref().for_each(|(fault, _)| asked.note_for_later(fault.name));
        }
        let made = |(fault, _): &(&'static Fault, Duration)| {
            self.faults.iter().any(|known| std::ptr::eq(*known, *fault))
        };
        wrong.find(made).map_or(right, |(_, value)| value)
    }

    /// Time passed, or somebody is told when something ends.
    pub fn time_counts(&self) {
        if let Some(asked) = &self.asked {
            asked.time_counts();
        }
    }

    /// Whether it makes this choice.
    pub fn varies(&self, variant: &'static Variant) -> bool {
        if let Some(asked) = &self.asked {
            asked.note(variant.name);
        }
        self.variants.iter().any(|known| std::ptr::eq(*known, variant))
    }
}
