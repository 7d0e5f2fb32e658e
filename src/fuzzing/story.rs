//! A finding for people and for the next run: a file that can be replayed, and a Gherkin scenario.

use serde::{Deserialize, Serialize};

use super::case::{Base, Case, Scope, Shot, Step};
use super::oracle::Finding;
use super::wording;
use crate::rules::yaml::{self, Unbounded};

/// Name and version of the format.
pub const FORMAT: &str = "oauthspec-finding/1";

/// A finding as it is kept: everything that is needed to see it again, and no secret. Clients, users,
/// codes and tokens are named by role and by step; the profile fills them in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reproduction {
    /// [`FORMAT`].
    pub format: String,
    /// Name of the target that showed it.
    pub target: String,
    /// Documents that it was judged by.
    pub documents: Vec<String>,
    /// Property that does not hold.
    pub oracle: String,
    /// Rule that is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What is accepted.
    pub expected: Vec<String>,
    /// What was seen.
    pub actual: String,
    /// Requests of the reproduction, those of the login included.
    pub requests: usize,
    /// What is sent.
    #[serde(with = "serde_yaml::with::singleton_map_recursive")]
    pub steps: Vec<Step>,
}

/// Why a file is not a finding that can be replayed.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// Not YAML of the right shape.
    #[error("this is not a finding of `oauthspec fuzz`: {0}")]
    Syntax(#[from] serde_yaml::Error),
    /// Too large once it is read.
    #[error("this is not a finding of `oauthspec fuzz`: {0}")]
    Unbounded(String),
    /// Of another version.
    #[error("the format is `{0}`; this build reads `{FORMAT}`")]
    Format(String),
}

impl Reproduction {
    /// Reads a file.
    ///
    /// # Errors
    /// Where the text is not a finding of this format.
    pub fn parse(text: &str) -> Result<Self, StoryError> {
        if let Some(Unbounded { reason, .. }) = yaml::unbounded(text) {
            return Err(StoryError::Unbounded(reason));
        }
        let read: Self = serde_yaml::from_str(text)?;
        if read.format == FORMAT { Ok(read) } else { Err(StoryError::Format(read.format)) }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None that a finding could cause; the signature is the serialiser's.
    pub fn write(&self) -> Result<String, StoryError> {
        Ok(serde_yaml::to_string(self)?)
    }

    /// What is sent.
    pub fn case(&self) -> Case {
        Case { steps: self.steps.clone() }
    }

    /// Whether this is the finding that the file tells of.
    pub fn is(&self, finding: &Finding) -> bool {
        finding.oracle == self.oracle
            && finding.rule == self.rule.as_deref()
            && (self.rule.is_some() || finding.actual == self.actual)
    }
}

/// The case in one line.
pub fn summary(case: &Case) -> String {
    let steps: Vec<String> = case.steps.iter().map(sentence).collect();
    steps.join("; ")
}

/// What is out of the ordinary about a case: its last step with its changes, and those before it that
/// are no mere preparation.
pub fn title(case: &Case) -> String {
    let Some(last) = case.steps.len().checked_sub(1) else { return "nothing is sent".to_owned() };
    let needed = prepared(case, last);
    let odd = |at: &usize| {
        let changed = case.steps[*at].shot().is_some_and(|shot| !shot.edits.is_empty());
        changed || !needed.contains(at)
    };
    let told = |at: usize| {
        let again = case.steps[..at].contains(&case.steps[at]);
        let again = if again && case.steps[at].shot().is_some() { " again" } else { "" };
        format!("{}{again}", sentence(&case.steps[at]))
    };
    // What comes again is told once.
    let first = |at: &usize| case.steps[at + 1..].contains(&case.steps[*at]);
    let before: Vec<String> = (0..last).filter(odd).filter(|at| !first(at)).map(told).collect();
    match before.as_slice() {
        [] => told(last),
        before => format!("{}, after {}", told(last), before.join(" and ")),
    }
}

/// The steps that bring what a step needs.
fn prepared(case: &Case, step: usize) -> Vec<usize> {
    let source = |at: usize| {
        let mut request = case.steps.get(at)?.shot()?.request.clone();
        request.needs().and_then(|from| *from).filter(|from| *from < at)
    };
    std::iter::successors(source(step), |at| source(*at)).collect()
}

fn sentence(step: &Step) -> String {
    match step {
        Step::Wait(seconds) => format!("{seconds} seconds pass"),
        Step::Restart => "the server is restarted".to_owned(),
        Step::Send(shot) => with_changes(&act(&shot.request), shot),
        Step::Race(shot) => {
            format!("{}, twice at the same time", with_changes(&act(&shot.request), shot))
        }
    }
}

fn with_changes(act: &str, shot: &Shot) -> String {
    let forged = forged(&shot.request).map(|name| format!("with a {name} never issued"));
    let call = matches!(shot.request, Base::Use { .. });
    let edits = shot.edits.iter().map(|edit| wording::sentence(edit, call));
    let changes: Vec<String> = forged.into_iter().chain(edits).collect();
    if changes.is_empty() {
        act.to_owned()
    } else {
        format!("{act} {}", changes.join(" and also "))
    }
}

/// The parameter whose value was never issued, where no step brought it.
fn forged(base: &Base) -> Option<&'static str> {
    match base {
        Base::Exchange { code: None, .. } => Some("code"),
        Base::Refresh { token: None, .. } => Some("refresh_token"),
        Base::Revoke { token: None, .. } => Some("token"),
        Base::Downscope { token: None, .. } | Base::TokenExchange { token: None, .. } => {
            Some("subject_token")
        }
        Base::Introspect { token: None, .. } => Some("token"),
        Base::Follow { pushed: None, .. } => Some("request_uri"),
        Base::Poll { device: None, .. } => Some("device_code"),
        _ => None,
    }
}

pub(super) fn who(role: &str) -> String {
    match role {
        "default" => "the client".to_owned(),
        "other" => "another client".to_owned(),
        role => format!("the {role} client"),
    }
}

/// What is done, in the words of the feature files.
fn act(base: &Base) -> String {
    match base {
        Base::Authorize { client, user, deny } => {
            let decides = if *deny { "denies" } else { "grants" };
            let user =
                if user == "default" { "the user".to_owned() } else { format!("the {user} user") };
            format!("{user} {decides} {}'s authorization request", who(client))
        }
        Base::Exchange { client, .. } => format!("{} redeems the code", who(client)),
        Base::Refresh { client, .. } => format!("{} refreshes", who(client)),
        Base::Revoke { client, refresh: false, .. } => {
            format!("{} revokes the access token", who(client))
        }
        Base::Revoke { client, .. } => format!("{} revokes the refresh token", who(client)),
        Base::Downscope { scope: Scope::Narrower, .. } => {
            "the client narrows the access token".to_owned()
        }
        Base::Downscope { scope: Scope::Wider, .. } => {
            "the client exchanges the access token for the wider scope".to_owned()
        }
        Base::Downscope { .. } => {
            "the client exchanges the access token for its original scope".to_owned()
        }
        Base::Use { token: None, scoped: false } => {
            "the client calls the API with an access token never issued".to_owned()
        }
        Base::Use { scoped: false, .. } => {
            "the client calls the API with the access token".to_owned()
        }
        Base::Use { .. } => "the client calls the scoped resource".to_owned(),
        further => act_further(further),
    }
}

fn act_further(base: &Base) -> String {
    let decides = |deny: &bool| if *deny { "denies" } else { "grants" };
    match base {
        Base::Introspect { client, refresh, .. } => {
            let kind = if *refresh { "refresh" } else { "access" };
            format!("{} introspects the {kind} token", who(client))
        }
        Base::Push { client } => format!("{} pushes an authorization request", who(client)),
        Base::Follow { client, deny, .. } => {
            format!("the user {} {}'s pushed request", decides(deny), who(client))
        }
        Base::Device { client } => format!("{} requests codes for a device", who(client)),
        Base::Visit { deny, .. } => {
            format!("the user types the code of the device and {}", decides(deny))
        }
        Base::Poll { client, .. } => format!("{} asks for the tokens of the device", who(client)),
        Base::Register {} => "a client registers itself".to_owned(),
        Base::Resubmit { foreign: true, .. } => {
            "another browser sends a form that was shown to the user".to_owned()
        }
        Base::Resubmit { .. } => "the user sends the form of the decision once more".to_owned(),
        Base::Forge { how } => how.sentence().to_owned(),
        Base::TokenExchange { client, refresh: false, .. } => {
            format!("{} exchanges the token", who(client))
        }
        Base::TokenExchange { client, .. } => {
            format!("{} exchanges the refresh token", who(client))
        }
        Base::Assertion { client } => format!("{} presents an assertion", who(client)),
        Base::UseOther { .. } => "the client calls the other resource".to_owned(),
        _ => String::new(),
    }
}

/// A scenario in the words of the feature files. Where they have no words for a change, a comment
/// says so.
pub fn scenario(case: &Case, finding: &Finding) -> String {
    let (last, before) = match case.steps.split_last() {
        Some((last, before)) => (Some(last), before),
        None => (None, &case.steps[..]),
    };
    let mut text = String::from("Feature: Found by fuzzing\n\n");
    let rule = finding.rule.unwrap_or(finding.oracle);
    if let Some(rule) = finding.rule {
        text.push_str(&format!("  @rule:{rule}\n"));
    }
    let sentence = super::oracle::find(finding.oracle).map_or(rule, |oracle| oracle.sentence);
    text.push_str(&format!("  Rule: {}\n\n", sentence.trim_end_matches('.')));
    text.push_str(&format!("    Scenario: {}\n", title(case)));
    if case.shots().flat_map(|shot| &shot.edits).any(|edit| edit.in_words().is_none()) {
        text.push_str("      # One of these changes has no step yet; the replay file has it.\n");
    }
    for (number, step) in before.iter().enumerate() {
        let word = if number == 0 { "Given" } else { "And" };
        text.push_str(&format!("      {word} {}\n", given(step)));
    }
    if let Some(last) = last {
        text.push_str(&format!("      When {}\n", self::sentence(last)));
        text.push_str(&format!("      Then {}\n", then(last, finding)));
    }
    text
}

/// A step that has happened.
fn given(step: &Step) -> String {
    match step {
        Step::Send(Shot { request: Base::Authorize { client, user, deny: false }, edits })
            if edits.is_empty() && user == "default" =>
        {
            format!("{} holds an authorization code", who(client))
        }
        Step::Send(Shot { request: Base::Exchange { client, .. }, edits }) if edits.is_empty() => {
            format!("{} has redeemed the code", who(client))
        }
        Step::Send(Shot { request: Base::Refresh { client, .. }, edits }) if edits.is_empty() => {
            format!("{} has refreshed", who(client))
        }
        Step::Send(Shot { request: Base::Downscope { scope: Scope::Narrower, .. }, edits })
            if edits.is_empty() =>
        {
            "the client has narrowed the access token".to_owned()
        }
        step => sentence(step),
    }
}

fn then(step: &Step, finding: &Finding) -> &'static str {
    let works = matches!(finding.oracle, "valid-flow" | "only-the-owner-revokes");
    match step.shot().map(|shot| &shot.request) {
        Some(Base::Authorize { .. } | Base::Follow { .. }) if works => "the client receives a code",
        Some(Base::Authorize { .. } | Base::Follow { .. }) => {
            "the authorization request is answered as documented"
        }
        Some(
            Base::Exchange { .. }
            | Base::Refresh { .. }
            | Base::Downscope { .. }
            | Base::TokenExchange { .. }
            | Base::Assertion { .. }
            | Base::Poll { .. },
        ) => {
            if works {
                "the client receives tokens"
            } else {
                "the token request is answered as documented"
            }
        }
        Some(Base::Introspect { .. }) => "the introspection is answered as documented",
        Some(Base::Push { .. }) => "the pushed request is answered as documented",
        Some(Base::Device { .. }) => "the device authorization request is answered as documented",
        Some(Base::Register {}) => "the registration is answered as documented",
        Some(Base::Resubmit { .. } | Base::Forge { .. }) => "the form is answered as documented",
        Some(Base::Visit { .. }) => "the verification page answers as documented",
        Some(Base::Revoke { .. }) => "the revocation is answered as documented",
        Some(Base::Use { .. } | Base::UseOther { .. }) if works => "the API serves the request",
        Some(Base::Use { .. } | Base::UseOther { .. }) => "the API answers as documented",
        None => "the server is well",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::spoiling::Spoiling;
    use crate::driver::value::Value;
    use crate::fuzzing::case::Edit;

    fn found() -> (Case, Finding) {
        let client = || "default".to_owned();
        let send = |request, edits| Step::Send(Shot { request, edits });
        let edits =
            vec![Edit::Set { name: "code".into(), value: Value::Spoilt(Spoiling::Altered) }];
        let ask = Base::Authorize { client: client(), user: "default".into(), deny: false };
        let exchange = Base::Exchange { client: client(), code: Some(0) };
        let steps = vec![send(ask, Vec::new()), Step::Wait(3), send(exchange, edits)];
        let finding = Finding {
            rule: Some("code/unknown"),
            ..Finding::plain("code-as-issued", "200 with an access token")
        };
        (Case { steps }, finding)
    }

    #[test]
    fn a_file_comes_back() {
        let (case, finding) = found();
        let kept = Reproduction {
            format: FORMAT.into(),
            target: "t".into(),
            documents: vec!["box".into()],
            oracle: finding.oracle.into(),
            rule: finding.rule.map(str::to_owned),
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            requests: 6,
            steps: case.steps,
        };
        let text = kept.write().unwrap();
        assert!(text.contains("- send:") && !text.contains("!send"), "{text}");
        assert_eq!(Reproduction::parse(&text).unwrap(), kept);
        assert!(kept.is(&finding));
        let other = text.replace("finding/1", "finding/9");
        assert!(Reproduction::parse(&other).unwrap_err().to_string().contains("finding/9"));
        assert!(Reproduction::parse("a: 1").is_err());
    }

    #[test]
    fn a_title_names_what_is_out_of_the_ordinary() {
        let client = || "default".to_owned();
        let send = |request| Step::Send(Shot { request, edits: Vec::new() });
        let ask = || Base::Authorize { client: client(), user: client(), deny: false };
        let redeem = |code| send(Base::Exchange { client: client(), code });
        let dropped = Edit::Without("code_challenge".to_owned());
        let downgraded = Step::Send(Shot { request: ask(), edits: vec![dropped] });
        let refreshed = |token| send(Base::Refresh { client: client(), token });
        let uses = |token| send(Base::Use { token, scoped: false });
        for (steps, told) in [
            (
                vec![send(ask()), redeem(Some(0)), redeem(Some(0))],
                "the client redeems the code again",
            ),
            (vec![redeem(None)], "the client redeems the code with a code never issued"),
            (
                vec![downgraded, redeem(Some(0))],
                "the client redeems the code, after the user grants the client's authorization \
                 request without code_challenge",
            ),
            (
                vec![
                    send(ask()),
                    redeem(Some(0)),
                    Step::Wait(61),
                    refreshed(Some(1)),
                    uses(Some(1)),
                ],
                "the client calls the API with the access token, after 61 seconds pass and the client \
                 refreshes",
            ),
        ] {
            assert_eq!(title(&Case { steps }), told);
        }
    }

    #[test]
    fn a_scenario_speaks_like_the_feature_files() {
        let (case, finding) = found();
        let text = scenario(&case, &finding);
        for line in [
            "  @rule:code/unknown",
            "      Given the client holds an authorization code",
            "      And 3 seconds pass",
            "      When the client redeems the code with the code altered",
            "      Then the token request is answered as documented",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
    }
}
