//! `oauthspec replay`.

use super::args::{Replay, Run};
use super::fuzz;
use super::print;
use super::run::{self, Setup};
use crate::fuzzing::campaign::ordinary;
use crate::fuzzing::oracle::Finding;
use crate::fuzzing::play::{Browsers, Played, Stage, play};
use crate::fuzzing::roles::Roles;
use crate::fuzzing::story::{Reproduction, summary};
use crate::report::{Redactor, printable};
use crate::rules::text_file::{self, LARGEST};
use crate::verdict::ExitCode;
use crate::verdict::Failure;

/// A finding that shows in one of so many plays is reproduced.
const PLAYS: u64 = 3;

pub(super) async fn main(args: Replay) -> Result<ExitCode, Failure> {
    let name = args.file.display();
    let text = text_file::read(&args.file, LARGEST)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let kept =
        Reproduction::parse(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let path = args.profile.as_ref().map(|path| path.display().to_string());
    let setup = Setup::of(&Run {
        words: path.into_iter().collect(),
        dialect: args.dialect.clone(),
        base_url: args.base_url.clone(),
        against: kept.documents.clone(),
        additions: args.additions.clone(),
        ..Run::default()
    })
    .await?;
    if let Some(problem) = run::unreachable(&setup).await? {
        return Err(Failure { message: problem.text(), code: ExitCode::Unreachable });
    }
    let stage = fuzz::stage(&setup).await?;
    stage.acquaint(0).await;
    // As the findings were confirmed.
    stage.site.transport.keep_connections(false);
    control(&stage).await?;
    for seed in 0..PLAYS {
        let played = play(&stage, &kept.case(), &mut Browsers::default(), seed).await;
        possible(&played)?;
        for finding in played.findings.iter().filter(|finding| kept.is(finding)) {
            if stage.unproven(finding).await.is_some() {
                continue;
            }
            say(&played, &format!("reproduced: {finding}\n  {}\n", summary(&kept.case())));
            return Ok(ExitCode::Failed);
        }
    }
    print(&format!("fixed: {} does not show in {PLAYS} plays\n", kept.oracle));
    Ok(ExitCode::Conformant)
}

/// What does not work at all is not fixed.
async fn control(stage: &Stage) -> Result<(), Failure> {
    let case = ordinary(&Roles::of(&stage.terms.profile, false, true));
    let played = play(stage, &case, &mut Browsers::default(), 0).await;
    let broken = |finding: &&Finding| matches!(finding.oracle, "valid-flow" | "answers");
    let unmet = played.findings.iter().find(broken).map(ToString::to_string);
    match unmet.or_else(|| played.lost.map(|error| error.to_string())) {
        None => Ok(()),
        Some(text) => Err(Failure {
            message: format!(
                "nothing could be judged: a valid flow does not work ({text}); \
                 run `oauthspec doctor` to find out why"
            ),
            code: ExitCode::Inconclusive,
        }),
    }
}

/// Whether every step could be sent.
fn possible(played: &Played) -> Result<(), Failure> {
    if let Some(text) = played.lacking.first() {
        return Err(Failure::usage(format!("a step of the finding cannot be played: {text}")));
    }
    match &played.lost {
        Some(error) => Err(Failure { message: error.to_string(), code: ExitCode::Unreachable }),
        None => Ok(()),
    }
}

fn say(played: &Played, text: &str) {
    let redactor = Redactor::new(&played.journal.secrets());
    print(&printable::printable(&redactor.text(text)));
}
