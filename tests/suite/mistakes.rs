//! Usual mistakes in a profile: `doctor` tells the cause and the key of each, and `run` reports none of
//! them as a fail of the server.

mod nothing_works;
mod servers;
mod some_do_not;

use oauthspec::cli::{self, Additions, Doctor, Run};
use oauthspec::server::Server;
use oauthspec::verdict::{ExitCode, Verdict};
use oauthspec::wire::{Request, Response};

use self::nothing_works::NOTHING_WORKS;
use self::servers::{as_it_is, with_verifier_by_basic};
use self::some_do_not::SOME_DO_NOT;
use crate::rig;

/// The profile of most mistakes. Each has other values in it.
const SHORT: &str = "\
name: a server
documents: [box]
base_url: http://127.0.0.1:1
endpoints: {authorization: /api/oauth2/authorize, token: /oauth2/token, revocation: /oauth2/revoke}
scope: root_readwrite
clients:
  default:
    id: default-client
    secret: test-only-9fQ2mLx7TzRk4VwB1cYe
    redirect_uris: [https://www.myboxapp.com/app]
  other:
    id: other-client
    secret: test-only-H3vNs8KdPq6JyUa0GtXo
    redirect_uris: [https://other.myboxapp.com/app]
  several:
    id: several-client
    secret: test-only-k2DyJh6AvO4nRpC8eXwB
    redirect_uris: [https://www.myboxapp.com/one, https://www.myboxapp.com/two]
users:
  default: {login: alice@example.com, password: test-only-password-of-alice}
  second: {login: dora@example.com, password: test-only-password-of-dora}
resource: {url: /2.0/users/me, identity: /login}
clock: {http: {url: /control/clock, json: {advance: '{seconds}'}}}
hooks:
  rate_limit:
    on: {http: {url: /control/hooks, json: {rate_limit: true}}}
    off: {http: {url: /control/hooks, json: {rate_limit: false}}}
limits: {timeout: 20s}
";

/// What answers in place of the bundled server.
type Change = fn(&Server, &mut Request) -> Response;

/// A mistake, what `doctor` says about it, and the rules that `run` is asked to judge.
struct Mistake {
    name: &'static str,
    /// Other values of the profile, as [`rig::yaml_with`] has them; the commented example is the profile
    /// of the full ones.
    edits: &'static [(&'static str, &'static str)],
    full: bool,
    change: Change,
    /// The cause, in parts of the sentence.
    says: &'static [&'static str],
    /// The key that is named.
    key: &'static str,
    /// What `run` is asked to judge; nothing: every rule.
    rules: &'static [&'static str],
}

const fn short(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
    key: &'static str,
) -> Mistake {
    Mistake { name, edits, full: false, change: as_it_is, says, key, rules: &[] }
}

/// One about what only the commented example has.
const fn full(
    name: &'static str,
    edits: &'static [(&'static str, &'static str)],
    says: &'static [&'static str],
    key: &'static str,
    rules: &'static [&'static str],
) -> Mistake {
    Mistake { name, edits, full: true, change: as_it_is, says, key, rules }
}

impl Mistake {
    const fn at(self, change: Change) -> Self {
        Self { change, ..self }
    }

    const fn judging(self, rules: &'static [&'static str]) -> Self {
        Self { rules, ..self }
    }

    fn text(&self, url: &str) -> String {
        let changes = [&[("base_url", url)], self.edits].concat();
        if self.full { rig::reference_with(&changes) } else { rig::yaml_with(SHORT, &changes) }
    }
}

const DEFAULT_SECRET: &str = "test-only-9fQ2mLx7TzRk4VwB1cYe";

/// What is not as it should be about a mistake.
async fn missed(mistake: &Mistake) -> Option<String> {
    let server = rig::bundled();
    let change = mistake.change;
    let target = rig::http(move |mut request| change(&server, &mut request)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = rig::written(folder.path(), &mistake.text(&target.url));
    let (text, code) =
        cli::examine(Doctor { profile: path.clone().into(), ..doctor() }).await.unwrap();
    let told = |line: &str| {
        mistake.says.iter().all(|part| line.contains(part)) && line.contains(mistake.key)
    };
    let noted = text.lines().any(|line| line.starts_with('-') && told(line));
    let expected = if noted { ExitCode::Conformant } else { ExitCode::Failed };
    if !text.lines().any(told) || code != expected || text.contains("test-only-") {
        let bad: Vec<&str> = text.lines().filter(|line| !line.starts_with('✔')).collect();
        return Some(format!(
            "doctor does not say {:?} {}:\n{}",
            mistake.says,
            mistake.key,
            bad.join("\n")
        ));
    }
    let words = [&[path.as_str()], mistake.rules].concat();
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let judged = rig::judge(Run { words, seed: Some(7), ..Run::default() }).await;
    let blamed: Vec<String> = judged
        .record
        .rules
        .iter()
        .flat_map(|rule| &rule.scenarios)
        .filter(|it| matches!(it.verdict, Verdict::Fail | Verdict::Error))
        .map(|it| format!("{}: {}: {:?} {:?}", it.rule, it.name, it.actual, it.reason))
        .collect();
    (!blamed.is_empty()).then(|| format!("run blames the server: {}", blamed.join("\n")))
}

async fn all_are_told(mistakes: &[Mistake]) {
    let mut wrong = Vec::new();
    for mistake in mistakes {
        wrong.extend(missed(mistake).await.map(|what| format!("{}: {what}", mistake.name)));
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), mistakes.len(), wrong.join("\n\n"));
}

fn doctor() -> Doctor {
    Doctor {
        profile: rig::reference(),
        client: false,
        fix: false,
        base_url: None,
        additions: Additions::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_works_and_doctor_says_why() {
    all_are_told(NOTHING_WORKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_does_not_work_and_doctor_says_why() {
    assert!(NOTHING_WORKS.len() + SOME_DO_NOT.len() >= 50);
    all_are_told(SOME_DO_NOT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mistake_nothing_is_found() {
    let server = rig::bundled();
    let target = rig::http(move |request| server.handle(&request)).await;
    let folder = tempfile::tempdir().unwrap();
    let text = rig::yaml_with(SHORT, &[("base_url", &target.url)]);
    let path = rig::written(folder.path(), &text);
    let (text, code) = cli::examine(Doctor { profile: path.into(), ..doctor() }).await.unwrap();
    assert_eq!(code, ExitCode::Conformant, "{text}");
    assert!(!text.contains('×'), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_corrected_profile_works_and_has_no_secret() {
    let server = rig::bundled();
    let target = rig::http(move |mut request| with_verifier_by_basic(&server, &mut request)).await;
    let folder = tempfile::tempdir().unwrap();
    let text = SHORT.replace("http://127.0.0.1:1\n", &format!("{}\n", target.url));
    let text = text.replace("identity: /login}", "identity: /name}  # who it is");
    let path = rig::written(folder.path(), &text);
    let doctor = Doctor { profile: path.into(), fix: true, ..doctor() };
    let (fixed, code) = cli::examine(doctor).await.unwrap();
    assert_eq!(code, ExitCode::Failed, "{fixed}");
    for part in [
        "# × no access token",
        "client_authentication: basic\n",
        "pkce: S256\n",
        "resource: {url: /2.0/users/me, identity: /login}  # who it is\n",
        "    secret: ${CLIENTS_DEFAULT_SECRET}\n",
        "password: \"${USERS_SECOND_PASSWORD}\"}\n",
    ] {
        assert!(fixed.contains(part), "{part}\n{fixed}");
    }
    assert!(!fixed.contains("test-only-"), "{fixed}");
    let names = fixed
        .replace("${CLIENTS_DEFAULT_SECRET}", DEFAULT_SECRET)
        .replace("${CLIENTS_OTHER_SECRET}", "test-only-H3vNs8KdPq6JyUa0GtXo")
        .replace("${CLIENTS_SEVERAL_SECRET}", "test-only-k2DyJh6AvO4nRpC8eXwB")
        .replace("${USERS_DEFAULT_PASSWORD}", "test-only-password-of-alice")
        .replace("${USERS_SECOND_PASSWORD}", "test-only-password-of-dora");
    let path = rig::written(folder.path(), &names);
    let (text, code) =
        cli::examine(Doctor { profile: path.into(), ..self::doctor() }).await.unwrap();
    assert_eq!(code, ExitCode::Conformant, "{text}");
}
