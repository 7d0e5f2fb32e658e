//! `oauthspec run`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use time::OffsetDateTime;

use super::args::Run;
use super::attended;
use super::interrupt::interrupted;
use super::ready::ready;
use super::target::{self, Prepared};
use super::tested::{Aim, Tested};
use super::{Failure, print, print_aside, progress};
use crate::driver::discovery::staying;
use crate::driver::guard::Guard;
use crate::driver::{HttpTransport, Site};
use crate::harness::application::{self, BundledApplication};
use crate::harness::bundled::Bundled;
use crate::profile::{Expected, Profile, Waivers};
use crate::report::view::{RuleView, ScenarioView};
use crate::report::{self, RunView, Sinks, console, github, markdown};
use crate::rules::text_file::{self, LARGEST};
use crate::rules::{Catalogue, Level};
use crate::runner::diagnosis;
use crate::runner::{self, Conditions, Interrupt, Options, Plan, Progress, Shared, Targets, Todo};
use crate::verdict::{
    Conduct, ExitCode, Finding, Outcome, Problem, RunRecord, Verdict, exit_code,
    exit_code_of_problems,
};
use crate::wire::Transport;

/// The file of waivers, in messages.
const WAIVERS: &str = "waiver file";
/// The file of expected verdicts, in messages.
const EXPECTED: &str = "file of expected verdicts";

/// A run that has ended, its reports written.
pub struct Finished {
    /// The record.
    pub record: RunRecord,
    /// What the reports show of it.
    pub view: RunView,
    /// The exit code.
    pub code: ExitCode,
    /// Sentences about what is wrong beside the verdicts.
    pub remarks: Vec<String>,
}

/// Everything that is checked before a run begins.
pub(super) struct Setup {
    pub(super) catalogue: Arc<Catalogue>,
    tested: Tested,
    /// Where the profile was read from; none: what is bundled.
    pub(super) path: Option<PathBuf>,
    pub(super) plan: Arc<Plan>,
    waivers: Waivers,
    expected: Option<Expected>,
    pub(super) sinks: Sinks,
    http: OnceLock<Arc<HttpTransport>>,
    /// What was done before it was planned.
    pub(super) prepared: Prepared,
}

pub(super) async fn main(args: Run) -> Result<ExitCode, Failure> {
    if args.dry_run {
        let setup = Setup::of(&args).await?;
        print(&dry_run(&setup.plan));
        print(&attended::outlook(&setup));
        return Ok(ExitCode::Conformant);
    }
    let finished = execute(&args, interrupted()).await?;
    let say = if args.reports.sinks().uses_stdout() { print_aside } else { print };
    say(&console::write(&finished.view, args.look.style()));
    on_github(&finished.view);
    for remark in &finished.remarks {
        say(&format!("{}\n", report::printable::printable(remark)));
    }
    Ok(finished.code)
}

/// Runs the suite as the arguments say, and writes the reports.
///
/// # Errors
/// What the user has to mend before anything is sent.
pub async fn execute(args: &Run, mut interrupt: Interrupt) -> Result<Finished, Failure> {
    let setup = Setup::of(args).await?;
    attended::check(&setup, args.attended).await?;
    print_aside(&attended::outlook(&setup));
    let total = setup.plan.scenarios.len();
    let (progress, bar) = progress::start(total);
    let (mut stay, mut asked) = (Vec::new(), None);
    let mut record = match targets(&setup).await? {
        Err(problem) => not_run(&setup, args, problem),
        Ok(targets) => match ready(&setup, args, &*targets, &mut interrupt).await {
            Err((problem, secrets)) => RunRecord { secrets, ..not_run(&setup, args, problem) },
            Ok((conduct, doubts)) => {
                if let Some(text) = runner::outlook(&setup.plan, &conduct) {
                    print_aside(&format!("{text}\n"));
                }
                let conditions = conditions(&setup, args, conduct, progress);
                let plan = doubts.applied(&setup.plan);
                let all = Arc::clone(&targets);
                let mut record = runner::run(plan, targets, conditions, interrupt).await;
                (stay, asked) = (all.staying(), all.person().map(attended::asked));
                doubts.note(&mut record);
                record
            }
        },
    };
    bar.finish_and_clear();
    let today = OffsetDateTime::now_utc().date();
    runner::apply_waivers(&mut record, &setup.waivers, today);
    record.problems.extend(guards(&record, args));
    let mut remarks = setup.prepared.remarks.clone();
    remarks.extend(setup.prepared.dismiss().await);
    remarks.extend(staying(&stay));
    remarks.extend(asked);
    let mut code = exit_code(&record);
    if let Some(expected) = &setup.expected {
        let differences = expected.differences(&record.rules);
        code = as_expected(exit_code_of_problems(&record), &differences);
        remarks.extend(differences.iter().map(|text| format!("not as expected: {text}")));
    }
    let view = args.http_exchanges.view(&record);
    remarks.extend(suggestions(&view, args));
    let mut failures: Vec<String> =
        setup.sinks.write_all(&view).iter().map(ToString::to_string).collect();
    let mut write = |kind, path: &Option<PathBuf>, text: &dyn Fn() -> String| {
        let written = path.as_ref().map(|path| report::deliver(kind, path, text().as_bytes()));
        failures.extend(written.and_then(Result::err).map(|error| error.to_string()));
    };
    write(WAIVERS, &args.write_waivers, &|| waiver_file(&view));
    write(EXPECTED, &args.write_expected, &|| Expected::render(&record.rules));
    if !failures.is_empty() {
        code = ExitCode::Usage;
        remarks.extend(failures.iter().map(|text| format!("report not written: {text}")));
    }
    Ok(Finished { record, view, code, remarks })
}

/// In a job of GitHub Actions the failures become annotations, and the summary of the job.
fn on_github(view: &RunView) {
    if std::env::var("GITHUB_ACTIONS").as_deref() != Ok("true") {
        return;
    }
    print_aside(&github::annotations(view));
    // Where nobody reads from a pipe, opening it would wait without an end.
    let summary = std::env::var_os("GITHUB_STEP_SUMMARY")
        .filter(|path| std::fs::metadata(path).map_or(true, |data| data.is_file()));
    if let Some(path) = summary {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        // A summary that cannot be written changes no verdict.
        let _ = file.and_then(|mut file| file.write_all(markdown::write(view).as_bytes()));
    }
}

/// With expected verdicts, a difference fails the run, and so does a problem of the run itself; an
/// expected *fail* does not.
fn as_expected(problems: ExitCode, differences: &[String]) -> ExitCode {
    match problems {
        ExitCode::Conformant | ExitCode::Inconclusive if !differences.is_empty() => {
            ExitCode::Failed
        }
        code => code,
    }
}

fn conditions(setup: &Setup, args: &Run, conduct: Conduct, progress: Progress) -> Conditions {
    Conditions {
        target: setup.tested.name().to_owned(),
        conduct,
        seed: seed(args),
        strict: args.strict,
        again: runner::AGAIN,
        retries: args.retries.into(),
        max_failures: args.max_failures.map(usize::from),
        evidence: args.http_exchanges.evidence(),
        progress,
    }
}

fn seed(args: &Run) -> u64 {
    args.seed.unwrap_or_else(any_seed)
}

/// A seed that nobody chose.
pub(super) fn any_seed() -> u64 {
    u64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() & 0xffff_ffff).unwrap_or(1)
}

impl Setup {
    /// The transport to the target of the profile: made once, because that reads the system's
    /// certificates.
    fn http(&self) -> Result<Arc<HttpTransport>, Failure> {
        if let Some(http) = self.http.get() {
            return Ok(Arc::clone(http));
        }
        let made = http_to(self.server()?, self.path.as_deref().unwrap_or(Path::new(".")))?;
        Ok(Arc::clone(self.http.get_or_init(|| made)))
    }

    /// Scenarios at once, where the profile or the command line says it.
    pub(super) fn concurrency(&self) -> Option<usize> {
        self.tested.concurrency()
    }

    pub(super) fn server(&self) -> Result<&Profile, Failure> {
        match &self.tested {
            Tested::Server(profile, _) => Ok(profile),
            Tested::Application(_) => {
                Err(Failure::internal("expected a server, found an application"))
            }
        }
    }

    /// The profile of the server that is tested, to be limited.
    pub(super) fn server_mut(&mut self) -> Result<&mut Profile, Failure> {
        match &mut self.tested {
            Tested::Server(profile, _) => Ok(profile),
            Tested::Application(_) => {
                Err(Failure::internal("expected a server, found an application"))
            }
        }
    }

    pub(super) async fn of(args: &Run) -> Result<Self, Failure> {
        let catalogue = args.additions.catalogue()?;
        let Aim { path, selectors, mut tested, before } = Aim::of(args, &catalogue).await?;
        let prepared = match &mut tested {
            Tested::Server(profile, _) if path.is_some() => {
                let file = path.as_deref().unwrap_or(Path::new("."));
                let roots = authorities(profile, file)?;
                let judged = (&catalogue, &*args.against);
                let sends = (!args.dry_run, roots);
                match target::prepare(profile, judged, sends, &before).await {
                    Ok(prepared) => prepared,
                    Err(failure) => {
                        before.dismiss().await;
                        return Err(failure);
                    }
                }
            }
            _ => Prepared::default(),
        };
        if let Tested::Server(profile, _) = &mut tested
            && prepared.chose_resource
            && !args.no_preflight
        {
            let roots = path.as_deref().unwrap_or(Path::new("."));
            target::try_resource(profile, guarded(profile, http_to(profile, roots)?)).await;
        }
        let planned = Self::planned(args, catalogue, (path, selectors), tested);
        match planned {
            Ok(setup) => Ok(Self { prepared, ..setup }),
            Err(failure) => {
                prepared.dismiss().await;
                Err(failure)
            }
        }
    }

    /// Deletes the clients that were registered, and says which stay.
    pub(super) async fn farewell(&self) {
        if let Some(stay) = self.prepared.dismiss().await {
            print_aside(&format!("{}\n", report::printable::printable(&stay)));
        }
    }

    fn planned(
        args: &Run,
        catalogue: Catalogue,
        (path, selectors): (Option<PathBuf>, Vec<String>),
        tested: Tested,
    ) -> Result<Self, Failure> {
        let against = if args.against.is_empty() {
            tested.documents().to_vec()
        } else {
            args.against.clone()
        };
        let against: Vec<String> = unique(against);
        tested.check(&against, catalogue.documents()).map_err(Failure::usage)?;
        let options =
            Options { against, selectors, exclude: args.exclude.clone(), level: args.level };
        let plan = tested.plan(&catalogue, &options).map_err(Failure::usage)?;
        let plan = args.portion.of(plan)?;
        let waivers = read(args.waivers.as_deref(), Waivers::load)?.unwrap_or_default();
        let expected = read(args.expected.as_deref(), Expected::load)?;
        let known: Vec<&str> = catalogue.rules().iter().map(|rule| rule.id.as_str()).collect();
        waivers.check(&known).map_err(Failure::usage)?;
        expected.as_ref().map_or(Ok(()), |file| file.check(&known)).map_err(Failure::usage)?;
        let sinks = args.reports.sinks();
        sinks.probe().map_err(Failure::usage)?;
        for (kind, path) in [(WAIVERS, &args.write_waivers), (EXPECTED, &args.write_expected)] {
            super::probe(kind, path.as_ref())?;
        }
        let (catalogue, plan) = (Arc::new(catalogue), Arc::new(plan));
        let http = OnceLock::new();
        let prepared = Prepared::default();
        Ok(Self { catalogue, waivers, expected, plan, tested, path, sinks, http, prepared })
    }
}

fn unique(mut names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

fn read<T, E: std::fmt::Display>(
    path: Option<&Path>,
    load: impl Fn(&Path) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    path.map(load).transpose().map_err(Failure::usage)
}

/// What scenarios are run against, or why nothing can be.
pub(super) async fn targets(setup: &Setup) -> Result<Result<Arc<dyn Targets>, Problem>, Failure> {
    match &setup.tested {
        Tested::Application(profile) if setup.path.is_some() => application::reach(profile).await,
        Tested::Application(profile) => {
            Ok(Ok(Arc::new(BundledApplication::over_loopback(*profile.clone())?)))
        }
        Tested::Server(..) if setup.path.is_some() => {
            let shared = shared(setup)?;
            Ok(match unreachable(setup).await? {
                Some(problem) => Err(problem),
                None => Ok(Arc::new(shared)),
            })
        }
        Tested::Server(..) => Ok(Ok(Arc::new(bundled(setup)?))),
    }
}

/// The bundled server, in the dialect that was asked for.
pub(super) fn bundled(setup: &Setup) -> Result<Bundled, Failure> {
    let profile = setup.server()?.clone();
    let timeout = profile.limits.timeout();
    let bundled = Bundled::over_loopback(profile, timeout)?;
    Ok(match &setup.tested {
        Tested::Server(_, dialect) => bundled.speaking(dialect),
        Tested::Application(_) => bundled,
    })
}

/// The target of a profile: one for all scenarios.
pub(super) fn shared(setup: &Setup) -> Result<Shared, Failure> {
    let profile = setup.server()?.clone();
    let guard = guarded(&profile, setup.http()?);
    let site = Site::new(Arc::new(profile), guard, None).map_err(Failure::usage)?;
    Ok(Shared::new(Arc::new(site), setup.prepared.renewal()))
}

/// The transport to the target of a profile that stands in this file.
fn http_to(profile: &Profile, path: &Path) -> Result<Arc<HttpTransport>, Failure> {
    let roots = authorities(profile, path)?;
    let private = &profile.plain_http_hosts;
    let made = HttpTransport::with_private(profile.limits.timeout(), roots, private);
    Ok(Arc::new(made.map_err(Failure::internal)?))
}

/// The same within the limits of the profile.
fn guarded(profile: &Profile, http: Arc<HttpTransport>) -> Arc<dyn Transport> {
    let limits = &profile.limits;
    Arc::new(Guard::new(http, limits.requests_per_second, limits.requests))
}

fn authorities(
    profile: &Profile,
    path: &Path,
) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, Failure> {
    use rustls::pki_types::pem::PemObject;
    let Some(ca) = profile.tls.as_ref().and_then(|tls| tls.ca.as_ref()) else {
        return Ok(Vec::new());
    };
    let file = path.parent().unwrap_or(Path::new(".")).join(ca);
    let fail = |reason: String| Failure::usage(format!("tls.ca: {}: {reason}", file.display()));
    let text = text_file::read(&file, LARGEST).map_err(|error| fail(error.to_string()))?;
    let unread = |error: String| fail(format!("{error}; {CERTIFICATE}"));
    let certificates = rustls::pki_types::CertificateDer::pem_slice_iter(text.as_bytes());
    let certificates: Vec<_> =
        certificates.collect::<Result<_, _>>().map_err(|_| unread("is no PEM".to_owned()))?;
    if certificates.is_empty() {
        return Err(unread("has no certificate".to_owned()));
    }
    let mut store = rustls::RootCertStore::empty();
    for certificate in &certificates {
        store
            .add(certificate.clone())
            .map_err(|error| unread(format!("cannot be used: {error}")))?;
    }
    Ok(certificates)
}

/// What the file of a certificate authority has to have.
const CERTIFICATE: &str = "a certificate stands between `-----BEGIN CERTIFICATE-----` and \
    `-----END CERTIFICATE-----`";

/// Why no connection can be opened to an endpoint that everything needs, if none can.
///
/// # Errors
/// Where the profile's certificate authorities cannot be read.
pub(super) async fn unreachable(setup: &Setup) -> Result<Option<Problem>, Failure> {
    let (Some(_), Ok(profile)) = (&setup.path, setup.server()) else { return Ok(None) };
    let text = diagnosis::unreachable(&*setup.http()?, profile).await;
    Ok(text.map(Problem::Unreachable))
}

/// The record of a run that could not begin: every scenario is an error.
fn not_run(setup: &Setup, args: &Run, problem: Problem) -> RunRecord {
    runner::record_of(&setup.plan, setup.tested.name().to_owned(), seed(args), args.strict, problem)
}

/// Guards against silent loss.
fn guards(record: &RunRecord, args: &Run) -> Vec<Problem> {
    let totals = record.totals();
    let executed = record.rules.len() - totals.get(Verdict::NotApplicable);
    let skipped = record.scenario_totals().get(Verdict::NotApplicable);
    let empty = record.rules.iter().filter(|rule| rule.scenarios.is_empty()).count();
    let mut problems = Vec::new();
    if args.fail_on_skip && skipped + empty > 0 {
        problems.push(Problem::Skipped(format!(
            "--fail-on-skip: {skipped} scenarios were not applicable, and {empty} rules had none"
        )));
    }
    if executed < args.min_executed {
        let text = format!("--min-executed {}: {executed} rules were executed", args.min_executed);
        problems.push(Problem::Skipped(text));
    }
    problems
}

/// A waiver for each fail that has none, its reason to be filled in.
fn waivers_for(view: &RunView) -> Vec<String> {
    let fails = view.scenarios().filter(|(_, scenario)| scenario.verdict == Verdict::Fail);
    let waiver = |(rule, scenario): (&RuleView, &ScenarioView)| {
        let text = |it: &Option<String>| it.clone().unwrap_or_default();
        let (section, actual) = (text(&scenario.reason), text(&scenario.actual));
        Waivers::ready_to_paste(&rule.id, &scenario.name, &section, &actual)
    };
    fails.map(waiver).collect()
}

/// The waivers of a run, ready to paste where waivers are used.
fn suggestions(view: &RunView, args: &Run) -> Vec<String> {
    let mut texts = if args.waivers.is_some() { waivers_for(view) } else { Vec::new() };
    if !texts.is_empty() {
        texts.insert(0, "\nfailures without a waiver, ready to paste:\n".to_owned());
    }
    texts
}

/// A file of waivers for what failed.
fn waiver_file(view: &RunView) -> String {
    let head = "# What is known to fail: give each entry its reason, or delete it.\n";
    match waivers_for(view).concat() {
        none if none.is_empty() => format!("{head}waivers: []\n"),
        entries => format!("{head}waivers:\n{entries}"),
    }
}

/// What is known of a scenario that will not run: the worst by any document.
fn decided(findings: &[Finding]) -> String {
    let outcomes = || findings.iter().map(|finding| &finding.outcome);
    let fail = outcomes().find_map(|outcome| match outcome {
        Outcome::Violated(breach) => Some(format!("fail: {}", breach.actual)),
        _ => None,
    });
    let missing = outcomes().find_map(|outcome| match outcome {
        Outcome::NotApplicable(reason) => Some(format!("not applicable: {reason}")),
        _ => None,
    });
    fail.or(missing).unwrap_or_else(|| "error".to_owned())
}

fn dry_run(plan: &Plan) -> String {
    let mut text = String::new();
    for planned in &plan.scenarios {
        let what = match &planned.todo {
            Todo::Run { wait: None, .. } => "run".to_owned(),
            Todo::Run { wait: Some(wait), .. } => format!("run, waiting {} s", wait.as_secs()),
            Todo::Decided(findings) => decided(findings),
        };
        let level = planned.rule.level(&plan.against).unwrap_or(Level::May);
        text.push_str(&format!(
            "{} [{level}] {} ({}:{}): {what}\n",
            planned.rule.id,
            planned.item.scenario.name,
            planned.item.path,
            planned.item.line()
        ));
    }
    text.push_str(&format!("{} rules, {} scenarios\n", plan.rules.len(), plan.scenarios.len()));
    text
}
