//! What comes before the scenarios: whether the target can be judged, and how it is to be treated.

use super::args::Run;
use super::run::Setup;
use crate::runner::{self, Doubts, Interrupt, Targets};
use crate::verdict::{Conduct, Problem, Secrets};

/// Why nothing can be judged, and the secrets that were seen on the way.
pub(super) type Grounded = (Problem, Secrets);

/// Tries the ordinary flows on the target of a profile, and measures it. What is bundled needs no such
/// trial.
///
/// # Errors
/// Why nothing can be judged.
pub(super) async fn ready(
    setup: &Setup,
    args: &Run,
    targets: &dyn Targets,
    interrupt: &mut Interrupt,
) -> Result<(Conduct, Doubts), Grounded> {
    if setup.path.is_none() {
        return Ok((fixed(setup), Doubts::default()));
    }
    let trial = async {
        let because =
            |grounded: Box<runner::Grounded>| (Problem::Grounded(grounded.text), grounded.secrets);
        runner::set_up(targets).await.map_err(because)?;
        if args.no_preflight {
            return Ok((fixed(setup), Doubts::default()));
        }
        let doubts = runner::preflight(&setup.plan, targets).await.map_err(because)?;
        Ok((runner::measure(&setup.plan, targets).await, doubts))
    };
    tokio::select! {
        () = interrupt => Err((Problem::Interrupted, Secrets::default())),
        ready = trial => ready,
    }
}

/// What the profile says, without a look at the target.
fn fixed(setup: &Setup) -> Conduct {
    let mut conduct = setup.concurrency().map_or_else(Conduct::default, Conduct::of);
    if setup.server().is_ok_and(|profile| profile.login.person.is_some()) {
        conduct.apart = Some(runner::ATTENDED.to_owned());
    }
    conduct
}
