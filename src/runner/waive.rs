//! Waivers: fails that are known, reviewed and accounted for.

use std::collections::HashSet;

use time::Date;

use crate::profile::Waivers;
use crate::verdict::{Problem, RunRecord, Verdict};

/// Applies waivers to a record: what they account for is *waived*, and what is wrong with them is a
/// problem of the run.
pub fn apply(run: &mut RunRecord, waivers: &Waivers, today: Date) {
    let mut used = HashSet::new();
    for rule in &mut run.rules {
        for scenario in &mut rule.scenarios {
            let waiver = waivers.find(&rule.id, &scenario.name, scenario.verdict);
            let Some(waiver) = waiver else { continue };
            used.insert(waiver.index);
            if waiver.expires.is_some_and(|expires| expires < today) {
                continue;
            }
            let link = waiver.link.as_ref().map(|link| format!(" ({link})")).unwrap_or_default();
            let section = &waiver.section;
            let reason = format!("waived: {}{link}; breaks {section}", waiver.reason);
            let judged = scenario.by_document.iter_mut();
            for judged in judged.filter(|judged| judged.verdict == scenario.verdict) {
                judged.verdict = Verdict::Waived;
                judged.reason = Some(reason.clone());
            }
            scenario.verdict = Verdict::Waived;
            scenario.reason = Some(reason);
        }
        rule.decide();
    }
    let ran: Vec<&str> = run.rules.iter().map(|rule| rule.id.as_str()).collect();
    let problems = waivers.problems(&used, today, &ran);
    run.problems.extend(problems.into_iter().map(Problem::Waiver));
}
