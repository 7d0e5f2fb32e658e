//! `oauthspec fuzz`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use time::OffsetDateTime;

use super::args::{Aim, Fuzz, Run};
use super::attended;
use super::interrupt::interrupted;
use super::run::{self, Setup};
use super::{console_style, print, print_aside, words};
use crate::driver::Site;
use crate::fuzzing::campaign::{self, Confirmed, End, Limits, Plan, Report, Tally};
use crate::fuzzing::generate;
use crate::fuzzing::oracle::{ORACLES, Oracle, Terms};
use crate::fuzzing::play::Stage;
use crate::fuzzing::roles::Roles;
use crate::fuzzing::story::{self, FORMAT, Reproduction};
use crate::report::{self, Redactor, RunView, console, curl, exchange, printable};
use crate::rules::{Cite, Level};
use crate::runner::{Target, Targets};
use crate::verdict::Failure;
use crate::verdict::{
    ExitCode, Problem, RuleRecord, RunRecord, ScenarioRecord, Secrets, Verdict, exit_code, worst,
};
use crate::wire::Origin;

/// How long a campaign lasts if nobody says.
const SECONDS: u64 = 60;
/// Requests a second at most, of a target that is not on the loopback interface, if nobody says.
const POLITE: u32 = 10;

pub(super) async fn main(args: Fuzz) -> Result<ExitCode, Failure> {
    args.profile.as_deref().map_or(Ok(()), words::only_profile)?;
    report::probe_folder("findings", &args.out).map_err(Failure::usage)?;
    let started = OffsetDateTime::now_utc();
    let run = as_run(&args);
    let mut setup = Setup::of(&run).await?;
    attended::none(&setup, "fuzz").await?;
    limit(&mut setup, &args)?;
    let seed = args.seed.unwrap_or_else(run::any_seed);
    let start = Instant::now();
    let mut record = RunRecord {
        conduct: None,
        target: setup.server()?.name.clone(),
        against: setup.plan.against.to_vec(),
        started,
        duration: Duration::ZERO,
        seed,
        strict: args.strict,
        rules: Vec::new(),
        secrets: Secrets::default(),
        problems: Vec::new(),
    };
    let mut remarks = Vec::new();
    match run::unreachable(&setup).await? {
        Some(problem) => {
            record.rules =
                ORACLES.iter().map(|oracle| rule(oracle, Vec::new(), Verdict::Error)).collect();
            record.problems.push(problem);
        }
        None => {
            let stage = stage(&setup).await?;
            let report = campaign(&stage, &args, seed).await;
            let files = keep(&stage, &report, &args.out)?;
            fill(&mut record, &report, &files, &stage.terms);
            remarks = told(&report, &files, start.elapsed(), seed);
        }
    }
    record.duration = start.elapsed();
    setup.farewell().await;
    finish(&setup, &args, &record, &remarks)
}

/// The same target and reports as `oauthspec run` would have.
fn as_run(args: &Fuzz) -> Run {
    let path = args.profile.as_ref().map(|path| path.display().to_string());
    Run {
        words: path.into_iter().collect(),
        dialect: args.dialect.clone(),
        base_url: args.base_url.clone(),
        against: args.against.clone(),
        additions: args.additions.clone(),
        timeout: args.timeout,
        reports: args.reports.clone(),
        strict: args.strict,
        ..Run::default()
    }
}

/// What protects the target: the slower of what the profile and what the command line says.
fn limit(setup: &mut Setup, args: &Fuzz) -> Result<(), Failure> {
    let profile = setup.server_mut()?;
    let base = profile.base().ok().as_ref().and_then(Origin::of);
    let local = base.is_some_and(|origin| origin.is_loopback());
    let limits = &mut profile.limits;
    let polite = (!local).then_some(POLITE);
    let stated = match (limits.requests_per_second, args.rate) {
        (Some(profile), Some(rate)) => Some(profile.min(rate)),
        (profile, rate) => profile.or(rate),
    };
    limits.requests_per_second = stated.or(polite);
    Ok(())
}

/// The target, ready to be played against.
pub(super) async fn stage(setup: &Setup) -> Result<Stage, Failure> {
    let site: Arc<Site> = match setup.path {
        Some(_) => run::shared(setup)?.into_site(),
        None => {
            let bundled = run::bundled(setup)?;
            match bundled.open(0).await.map_err(Failure::internal)? {
                Target::Server(site) => site,
                Target::Application(_) => {
                    return Err(Failure::internal("expected a server, found an application"));
                }
            }
        }
    };
    let catalogue = Arc::clone(&setup.catalogue);
    let (documents, profile) = (setup.plan.against.to_vec(), Arc::clone(&site.profile));
    let terms = Arc::new(Terms { documents, catalogue, profile });
    Ok(Stage { site, terms, restart: None, again: Arc::default(), works: Arc::default() })
}

async fn campaign(stage: &Stage, args: &Fuzz, seed: u64) -> Report {
    let seconds = args.seconds.or(args.requests.is_none().then_some(SECONDS));
    let time = seconds.map(Duration::from_secs);
    let plan = Plan {
        cast: Roles::of(&stage.terms.profile, false, true),
        aim: match args.target {
            Aim::All => generate::Aim::All,
            Aim::Token => generate::Aim::Token,
            Aim::Authorize => generate::Aim::Authorize,
            Aim::Revoke => generate::Aim::Revoke,
            Aim::Session => generate::Aim::Session,
        },
        seed,
        limits: Limits { requests: args.requests, time, ..Limits::default() },
    };
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    let interrupt = interrupted();
    let listening = tokio::spawn(async move {
        interrupt.await;
        stop.store(true, Ordering::SeqCst);
    });
    let (bar, start) = (bar(), Instant::now());
    let mut tell = |tally: &Tally| {
        bar.set_message(progress(tally, start.elapsed()));
        bar.tick();
    };
    let report = campaign::run(stage, &plan, &|| stopped.load(Ordering::SeqCst), &mut tell).await;
    bar.finish_and_clear();
    listening.abort();
    report
}

fn bar() -> ProgressBar {
    let terminal = std::io::stderr().is_terminal();
    let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{elapsed} {msg}") {
        bar.set_style(style);
    }
    bar
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn progress(tally: &Tally, elapsed: Duration) -> String {
    let rate = tally.requests as f64 / elapsed.as_secs_f64().max(1e-3);
    let Tally { requests, behaviours, findings, .. } = tally;
    let many = if *findings == 1 { "finding" } else { "findings" };
    format!("{requests} requests ({rate:.0}/s), {behaviours} behaviours, {findings} {many}")
}

/// The files of one finding: to be replayed, to be read, to be typed.
struct Files {
    replay: PathBuf,
}

/// Writes the files of every finding.
fn keep(stage: &Stage, report: &Report, out: &Path) -> Result<Vec<Files>, Failure> {
    if report.confirmed.is_empty() {
        return Ok(Vec::new());
    }
    let fail = |path: &Path, error: &std::io::Error| {
        Failure::usage(format!("{}: cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(out).map_err(|error| fail(out, &error))?;
    let mut kept = Vec::new();
    for (number, confirmed) in report.confirmed.iter().enumerate() {
        let rule = confirmed.finding.rule.unwrap_or("principle").replace('/', "-");
        let stem = format!("{:02}-{}-{rule}", number + 1, confirmed.finding.oracle);
        let redactor = Redactor::new(&confirmed.played.journal.secrets());
        let texts = [
            ("yaml", reproduction(stage, confirmed, &redactor)?),
            ("feature", story::scenario(&confirmed.case, &confirmed.finding)),
            ("sh", script(confirmed, &redactor)),
        ];
        for (extension, text) in texts {
            let path = out.join(format!("{stem}.{extension}"));
            std::fs::write(&path, text).map_err(|error| fail(&path, &error))?;
        }
        kept.push(Files { replay: out.join(format!("{stem}.yaml")) });
    }
    Ok(kept)
}

fn reproduction(
    stage: &Stage,
    confirmed: &Confirmed,
    redactor: &Redactor,
) -> Result<String, Failure> {
    let Confirmed { finding, case, played, .. } = confirmed;
    let clean = |text: &str| printable::printable(&redactor.text(text));
    let file = Reproduction {
        format: FORMAT.to_owned(),
        target: stage.terms.profile.name.clone(),
        documents: stage.terms.documents.clone(),
        oracle: finding.oracle.to_owned(),
        rule: finding.rule.map(str::to_owned),
        expected: finding.expected.iter().map(|text| clean(text)).collect(),
        actual: clean(&finding.actual),
        requests: played.journal.exchanges().len(),
        steps: case.steps.clone(),
    };
    file.write().map_err(Failure::internal)
}

fn script(confirmed: &Confirmed, redactor: &Redactor) -> String {
    let exchanges = confirmed.played.journal.exchanges().iter();
    let views: Vec<_> = exchanges.map(|exchange| exchange::view(exchange, redactor)).collect();
    curl::script(views.iter())
}

/// The findings as scenarios of the properties that they break.
fn fill(record: &mut RunRecord, report: &Report, files: &[Files], terms: &Terms) {
    let judged = match &report.end {
        End::NoControl(_) => Verdict::Inconclusive,
        _ => Verdict::Pass,
    };
    for oracle in ORACLES {
        let own = groups(report, files, oracle).into_iter();
        let mut scenarios: Vec<ScenarioRecord> =
            own.map(|group| scenario(&group, terms, record.strict)).collect();
        if scenarios.is_empty() {
            scenarios.push(nothing_found(oracle, report, judged));
        }
        record.rules.push(rule(oracle, scenarios, judged));
    }
    for confirmed in &report.confirmed {
        record.secrets.extend(&confirmed.played.journal.secrets());
    }
    if let (End::Lost(text), true) = (&report.end, report.tally.cases == 0) {
        record.problems.push(Problem::Unreachable(text.clone()));
    }
}

/// Findings of one cause: the same property and rule did not hold, in the same way.
struct Group<'a> {
    smallest: (&'a Confirmed, &'a Files),
    others: Vec<(&'a Confirmed, &'a Files)>,
}

/// The findings against a property by their causes, in the order in which they were made.
fn groups<'a>(report: &'a Report, files: &'a [Files], oracle: &Oracle) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for found in report.confirmed.iter().zip(files) {
        let finding = &found.0.finding;
        if finding.oracle != oracle.name {
            continue;
        }
        let same = |group: &&mut Group<'_>| {
            let first = &group.smallest.0.finding;
            first.rule == finding.rule && (finding.rule.is_some() || first.actual == finding.actual)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.add(found),
            None => groups.push(Group { smallest: found, others: Vec::new() }),
        }
    }
    groups
}

impl<'a> Group<'a> {
    fn add(&mut self, mut found: (&'a Confirmed, &'a Files)) {
        let size = |it: &Confirmed| {
            (it.case.steps.len(), it.case.shots().map(|s| s.edits.len()).sum::<usize>())
        };
        if size(found.0) < size(self.smallest.0) {
            std::mem::swap(&mut found, &mut self.smallest);
        }
        self.others.push(found);
    }
}

/// A property that held as often as it was tried, or that nothing tried: then it is not said to hold.
fn nothing_found(oracle: &Oracle, report: &Report, verdict: Verdict) -> ScenarioRecord {
    let times = report.tried.times(oracle.name);
    let (name, verdict) = match times {
        0 if verdict == Verdict::Pass => ("not tested".to_owned(), Verdict::NotApplicable),
        0 => ("not tested".to_owned(), verdict),
        1 => ("put to the test once".to_owned(), verdict),
        times => (format!("put to the test {times} times"), verdict),
    };
    let why = match &report.end {
        End::NoControl(text) => Some(format!("a valid flow does not work: {text}")),
        _ => (times == 0).then(|| NOT_TESTED.to_owned()),
    };
    ScenarioRecord {
        rule: format!("fuzz/{}", oracle.name),
        name,
        feature: "docs/fuzzing.md".to_owned(),
        line: 1,
        verdict,
        by_document: Vec::new(),
        expected: Vec::new(),
        actual: None,
        manner: None,
        reason: why,
        deviation: None,
        tries: 1,
        passed_at: None,
        duration: Duration::ZERO,
        exchanges: Vec::new(),
        dropped: 0,
    }
}

fn rule(oracle: &Oracle, scenarios: Vec<ScenarioRecord>, otherwise: Verdict) -> RuleRecord {
    let verdict = if scenarios.is_empty() {
        otherwise
    } else {
        worst(scenarios.iter().map(|scenario| scenario.verdict))
    };
    RuleRecord {
        id: format!("fuzz/{}", oracle.name),
        statement: oracle.sentence.to_owned(),
        feature: "Fuzzing".to_owned(),
        level: Level::Must,
        cites: oracle.rules.iter().map(|rule| (*rule).to_owned()).collect(),
        verdict,
        by_document: Vec::new(),
        scenarios,
    }
}

/// Why a property has no verdict.
const NOT_TESTED: &str = "no request of this run put it to the test: the profile or the documents give no occasion, or the \
     run was too short";

/// More cases of one cause than this are not told one by one.
const TOLD: usize = 4;

fn scenario(group: &Group<'_>, terms: &Terms, strict: bool) -> ScenarioRecord {
    let (Confirmed { finding, case, played, after, elapsed }, files) = group.smallest;
    let grave = finding.level.is_demanded() || strict;
    let mut told = vec![format!("found after {after} requests, seen again on fresh connections")];
    told.extend(finding.rule.map(|rule| said_too(rule, terms)));
    if !group.others.is_empty() {
        let titles: Vec<String> =
            group.others.iter().take(TOLD).map(|(it, _)| story::title(&it.case)).collect();
        let more = match group.others.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        told.push(format!("shown as well by: {}{more}", titles.join("; ")));
    }
    ScenarioRecord {
        rule: format!("fuzz/{}", finding.oracle),
        name: story::title(case),
        feature: files.replay.display().to_string(),
        line: 1,
        verdict: if grave { Verdict::Fail } else { Verdict::Warn },
        by_document: Vec::new(),
        expected: finding.expected.clone(),
        actual: Some(finding.actual.clone()),
        manner: None,
        reason: Some(told.join("; ")),
        deviation: None,
        tries: 1,
        passed_at: None,
        duration: *elapsed,
        exchanges: played.journal.exchanges().to_vec(),
        dropped: 0,
    }
}

/// The rule that covers a finding, and where the documents of the run state it.
fn said_too(rule: &str, terms: &Terms) -> String {
    let cites = terms.catalogue.get(rule).into_iter().flat_map(|it| it.cited_by(&terms.documents));
    let places: Vec<String> = cites.map(Cite::place).collect();
    match places.as_slice() {
        [] => format!("a rule is about it: {rule}"),
        // Whether the rule's own scenarios show it, too, is theirs to say.
        places => format!("a rule is about it: {rule} ({})", places.join("; ")),
    }
}

/// What there is to say beside the record.
fn told(report: &Report, files: &[Files], took: Duration, seed: u64) -> Vec<String> {
    let mut lines = vec![format!(
        "{} in {:.1} s; seed {seed}",
        progress(&report.tally, took),
        took.as_secs_f64()
    )];
    let untested = ORACLES.iter().filter(|it| report.tried.times(it.name) == 0).map(|it| it.name);
    let untested: Vec<&str> = untested.collect();
    if !untested.is_empty() {
        let (some, all) = (untested.len(), ORACLES.len());
        lines.push(format!("{some} of {all} properties were not tested: {}", untested.join(", ")));
    }
    lines.extend(files.iter().map(|files| format!("replay file: {}", files.replay.display())));
    for finding in &report.unconfirmed {
        lines.push(format!("seen once and not reproduced, so not reported: {finding}"));
    }
    match &report.end {
        End::Done => {}
        End::Stopped => lines.push("interrupted; the findings so far are kept".to_owned()),
        End::NoControl(text) => lines.push(format!(
            "nothing could be judged: a valid flow does not work ({text}); \
             run `oauthspec doctor` to find out why"
        )),
        End::Lost(text) => lines.push(format!("the target became unreachable: {text}")),
    }
    lines
}

fn finish(
    setup: &Setup,
    args: &Fuzz,
    record: &RunRecord,
    remarks: &[String],
) -> Result<ExitCode, Failure> {
    let view = RunView::of(record);
    let failures = setup.sinks.write_all(&view);
    let style = console_style(args.no_color, args.verbose);
    let print = if setup.sinks.uses_stdout() { print_aside } else { print };
    print(&console::write(&view, style));
    let redactor = Redactor::new(&record.secrets);
    for remark in remarks {
        print(&format!("{}\n", printable::printable(&redactor.text(remark))));
    }
    match failures.first() {
        Some(failure) => Err(Failure::usage(failure)),
        None => Ok(exit_code(record)),
    }
}
