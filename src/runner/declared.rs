//! What a scenario declares by its tags, held against what it did. A scenario whose tags are wrong
//! is an error of its feature file, whatever it found.

use super::plan::{Planned, Todo};
use crate::driver::Driver;
use crate::driver::footprint::Footprint;
use crate::steps::{World, time};
use crate::verdict::{Finding, Outcome};

/// What the tags of a scenario got wrong, in one sentence.
pub(super) fn disagreement(
    planned: &Planned,
    world: &World,
    findings: &[Finding],
) -> Option<String> {
    let any = |is: fn(&Outcome) -> bool| findings.iter().any(|finding| is(&finding.outcome));
    let held = any(|outcome| *outcome == Outcome::Held);
    if held && world.assessment.evidence.is_uncontrolled() {
        let text = "a refusal was judged, and no control succeeded in the scenario";
        return Some(text.to_owned());
    }
    let driver = world.driver.as_ref()?;
    if !held && !any(|outcome| matches!(outcome, Outcome::Violated(_))) {
        return None;
    }
    let declared = Declared::by(planned);
    let unkept = || declared.unkept(driver.footprint).filter(|_| held).map(str::to_owned);
    let inexact = || inexact(planned, driver).filter(|_| held);
    declared.missing(driver.footprint).map(str::to_owned).or_else(unkept).or_else(inexact)
}

/// What a scenario declares.
#[derive(Debug, Clone, Copy)]
struct Declared {
    /// Whether it has the tag `@waits`.
    waits: bool,
    /// Whether it has the tag `@alone`.
    alone: bool,
    /// Whether it has the target to itself, for that or for another reason.
    undisturbed: bool,
}

impl Declared {
    fn by(planned: &Planned) -> Self {
        Self {
            waits: planned.item.tagged("waits").next().is_some(),
            alone: planned.item.is_alone(),
            undisturbed: matches!(planned.todo, Todo::Run { alone: true, .. }),
        }
    }

    /// Something that the scenario did and does not declare.
    fn missing(self, done: Footprint) -> Option<&'static str> {
        if done.waited && !self.waits {
            Some("the scenario let time pass; it has no tag `@waits:TIME`")
        } else if done.raced && !self.alone {
            Some("the scenario sent requests at once; it has no tag `@alone`")
        } else if done.intervened && !self.undisturbed {
            Some("the scenario changed the target; it needs no hook or action (`@needs`)")
        } else {
            None
        }
    }

    /// Something that the scenario declares and did not do.
    fn unkept(self, done: Footprint) -> Option<&'static str> {
        if self.waits && !done.waited {
            Some("the scenario has the tag `@waits`, and no time passed")
        } else if self.alone && !done.raced {
            Some("the scenario has the tag `@alone`, and sent no requests at once")
        } else {
            None
        }
    }
}

/// Where the clock was moved by another time than the tag says.
fn inexact(planned: &Planned, driver: &Driver) -> Option<String> {
    let waits = planned.item.waits().ok().flatten()?;
    let profile = &driver.site.profile;
    let said =
        waits.length(|credential| time::lifetime(profile, &planned.documents, credential))?;
    let moved = driver.timeline.moved;
    let exact = !time::is_real(profile) && !waits.is_promised();
    (exact && said != moved).then(|| {
        let (said, moved) = (said.as_secs(), moved.as_secs());
        format!("the tag `@waits` says {said} s, and the clock was moved by {moved} s")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Footprint = Footprint { waited: false, raced: false, intervened: false };

    #[test]
    fn what_is_done_has_to_be_declared() {
        let silent = Declared { waits: false, alone: false, undisturbed: false };
        let full = Declared { waits: true, alone: true, undisturbed: true };
        assert_eq!(silent.missing(NOTHING), None);
        for done in [
            Footprint { waited: true, ..NOTHING },
            Footprint { raced: true, ..NOTHING },
            Footprint { intervened: true, ..NOTHING },
        ] {
            assert!(silent.missing(done).is_some(), "{done:?}");
            assert_eq!(full.missing(done), None, "{done:?}");
        }
    }

    #[test]
    fn what_is_declared_has_to_be_done() {
        let waits = Declared { waits: true, alone: false, undisturbed: true };
        let alone = Declared { waits: false, alone: true, undisturbed: true };
        assert!(waits.unkept(NOTHING).is_some() && alone.unkept(NOTHING).is_some());
        assert_eq!(waits.unkept(Footprint { waited: true, ..NOTHING }), None);
        assert_eq!(alone.unkept(Footprint { raced: true, ..NOTHING }), None);
    }
}
