//! The options that choose a part of a run.

use std::path::PathBuf;
use std::time::Duration;

use super::reports;
use crate::report::RunView;
use crate::runner::{self, Alone, Plan, Shard};
use crate::verdict::Failure;

/// Which part of the run to do.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Parts of a run (put together by `oauthspec merge`)")]
pub struct Portion {
    /// Run only this part of the rules, for instance 2/5
    #[arg(long, value_name = "N/OF")]
    pub shard: Option<Shard>,
    /// Balance the shards by how long each rule took in this earlier run (a JSON report)
    #[arg(long, value_name = "RUN", requires = "shard")]
    pub durations: Option<PathBuf>,
    /// Run only rules with scenarios that move the target's clock, use its hooks, or need the target to
    /// themselves
    #[arg(long)]
    pub only_alone: bool,
    /// Run only rules without such scenarios
    #[arg(long, conflicts_with = "only_alone")]
    pub without_alone: bool,
    /// Run only the rules that failed or could not be judged in this earlier run (a JSON report)
    #[arg(long, value_name = "RUN")]
    pub rerun_failed: Option<PathBuf>,
}

impl Portion {
    /// This part of a plan.
    ///
    /// # Errors
    /// A report that cannot be read, or nothing left to run.
    pub(super) fn of(&self, plan: Plan) -> Result<Plan, Failure> {
        let earlier = self.rerun_failed.as_deref().map(reports::read).transpose()?;
        let durations = self.durations.as_deref().map(reports::read).transpose()?;
        let portion = runner::Portion {
            shard: self.shard,
            alone: match (self.only_alone, self.without_alone) {
                (true, _) => Some(Alone::Only),
                (_, true) => Some(Alone::Without),
                _ => None,
            },
            rules: earlier.as_ref().map(|run| red(run).collect()),
            durations: durations.iter().flat_map(took).collect(),
        };
        let part = portion.of(plan);
        if part.rules.is_empty() {
            return Err(Failure::usage(self.nothing()));
        }
        Ok(part)
    }

    fn nothing(&self) -> String {
        match &self.rerun_failed {
            Some(path) => format!(
                "nothing is left to run: no selected rule failed in {}, or it is in another part",
                path.display()
            ),
            None => "nothing is left to run: no selected rule is in this part".to_owned(),
        }
    }
}

fn red(run: &RunView) -> impl Iterator<Item = String> {
    run.rules.iter().filter(|rule| rule.verdict.is_red()).map(|rule| rule.id.clone())
}

fn took(run: &RunView) -> impl Iterator<Item = (String, Duration)> {
    run.rules.iter().map(|rule| {
        let sum: f64 = rule.scenarios.iter().map(|scenario| scenario.duration_ms).sum();
        // A report may come from anywhere: a nonsensical duration counts as none.
        let took = Duration::try_from_secs_f64(sum / 1e3).unwrap_or_default();
        (rule.id.clone(), took)
    })
}
