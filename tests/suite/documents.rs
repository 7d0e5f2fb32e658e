//! Documents as data: one that nobody here knows, from a folder of its own, is a document like the
//! others.

use std::collections::BTreeSet;
use std::path::Path;

use futures::FutureExt;
use oauthspec::cli::{Additions, Finished, Run, execute};
use oauthspec::report::json;
use oauthspec::verdict::{ExitCode, RuleRecord, Verdict};

use crate::command::refused;
use crate::rig;

const MADE_UP: &str = r#"
id: teapot
title: "The Teapot Profile"
link: https://teapot.example
lifetimes: {code: 10}
unguessable_bits: {must: 100, should: 1000}
citations:
  - {rule: code/lifetime, section: "1", level: must, accepts: [400 invalid_grant]}
  - {rule: code/unknown, section: "2", level: must, accepts: [418 teapot], tolerates: [419 teapot]}
  - {rule: code/unguessable, section: "3", level: derived-critical}
  - {rule: code/single-use, section: "4", level: should, accepts: [400 invalid_grant]}
"#;

/// A folder with a document in it.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("documents")).unwrap();
    std::fs::write(folder.path().join("documents/teapot.yaml"), text).unwrap();
    folder
}

fn against(folder: &Path, documents: &[&str]) -> Run {
    Run {
        additions: Additions { features: vec![folder.to_owned()] },
        against: documents.iter().map(|&id| id.to_owned()).collect(),
        seed: Some(1),
        ..Run::default()
    }
}

async fn judged(run: &Run) -> Finished {
    match execute(run, std::future::pending().boxed()).await {
        Ok(finished) => finished,
        Err(failure) => panic!("{failure}"),
    }
}

fn rule<'a>(finished: &'a Finished, id: &str) -> &'a RuleRecord {
    finished.record.rules.iter().find(|rule| rule.id == id).unwrap()
}

#[tokio::test]
async fn a_document_from_a_folder_judges_by_its_own_outcomes_and_lifetimes() {
    let folder = folder(MADE_UP);
    let finished = judged(&against(folder.path(), &["teapot"])).await;
    assert_eq!(finished.code, ExitCode::Failed);
    assert_eq!(finished.record.rules.len(), 4);
    // The bundled server keeps codes for 30 seconds, which is too long here.
    let lifetime = rule(&finished, "code/lifetime");
    assert_eq!(lifetime.verdict, Verdict::Fail, "{lifetime:#?}");
    let actual: Vec<_> = lifetime.scenarios.iter().filter_map(|it| it.actual.as_deref()).collect();
    assert_eq!(actual[0], "200 with an access token");
    let unknown = rule(&finished, "code/unknown");
    assert_eq!(unknown.verdict, Verdict::Fail);
    assert_eq!(unknown.scenarios[0].expected, ["418 teapot"]);
    assert_eq!(unknown.scenarios[0].actual.as_deref(), Some("400 invalid_grant"));
    assert_eq!(rule(&finished, "code/unguessable").verdict, Verdict::Warn);
    assert_eq!(rule(&finished, "code/single-use").verdict, Verdict::Pass);
}

/// What is wrong with a file is told with its line and key, and ends with the exit code of usage.
#[tokio::test]
async fn a_file_that_does_not_fit_is_refused_with_its_place() {
    for (from, to, says) in [
        (
            "level: should",
            "level: ought",
            "documents/teapot.yaml:11: citations[3].level: unknown variant `ought`",
        ),
        (
            "code/single-use",
            "code/simple-use",
            "documents/teapot.yaml:11: there is no rule `code/simple-use`",
        ),
        (
            "lifetimes: {code",
            "lifetimes: {kode",
            "documents/teapot.yaml:5: lifetimes: unknown field `kode`",
        ),
        ("[418 teapot]", "[teapot]", "`teapot` is not an outcome pattern"),
        ("id: teapot", "id: kettle", "documents/teapot.yaml:2: the document `kettle` belongs in"),
        (
            "id: teapot",
            "id: teapot\ndefault: true",
            "documents/teapot.yaml:3: `teapot` cannot be the default too",
        ),
    ] {
        let text = MADE_UP.replacen(from, to, 1);
        assert_ne!(text, MADE_UP, "{from}");
        let folder = folder(&text);
        let run = against(folder.path(), &["teapot"]);
        let failure = execute(&run, std::future::pending().boxed()).await.err().unwrap();
        assert_eq!(failure.code, ExitCode::Usage);
        assert!(failure.message.contains(says), "{}", failure.message);
    }
    let empty = tempfile::tempdir().unwrap();
    let result = execute(&against(empty.path(), &[]), std::future::pending().boxed()).await;
    assert!(result.err().unwrap().message.contains("this folder has no rules.yaml"));
    let result = execute(&against(Path::new("no/such"), &[]), std::future::pending().boxed()).await;
    assert!(result.err().unwrap().message.starts_with("no/such: "));
}

/// A rule of one's own, with a document that cites it and scenarios made of the steps there are.
#[tokio::test]
async fn a_rule_from_a_folder_is_played() {
    let folder = folder(&MADE_UP.replace("code/single-use", "teapot/short-and-stout"));
    let rules = "rules:\n- {id: teapot/short-and-stout, statement: It pours.}\n";
    std::fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let feature = "Feature: Teapot\n\n  @rule:teapot/short-and-stout\n  Rule: It pours\n\n    \
        Scenario: it is tipped over\n      Given the client has obtained tokens\n      \
        When the client calls the API with the access token\n      \
        Then the API serves the request\n";
    std::fs::write(folder.path().join("teapot.feature"), feature).unwrap();
    let mut run = against(folder.path(), &["teapot"]);
    run.words = vec!["teapot".to_owned()];
    let finished = judged(&run).await;
    assert_eq!(rule(&finished, "teapot/short-and-stout").verdict, Verdict::Pass);
    for (from, to, says) in [
        ("@rule:teapot/short", "@rule:teapot/long", ":4: @rule:teapot/long-and-stout"),
        (
            "    Scenario",
            "    @property:x\n    Scenario",
            ":7: @property:x: no such property; known: post",
        ),
    ] {
        std::fs::write(folder.path().join("teapot.feature"), feature.replacen(from, to, 1))
            .unwrap();
        let failure = execute(&run, std::future::pending().boxed()).await.err().unwrap();
        assert_eq!(failure.code, ExitCode::Usage);
        assert!(failure.message.contains(says), "{}", failure.message);
    }
}

/// A document that contradicts [`MADE_UP`], in a lifetime and in an outcome.
const CONTRARY: &str = r#"
id: samovar
title: "The Samovar Profile"
link: https://samovar.example
lifetimes: {code: 30}
citations:
  - {rule: code/lifetime, section: "1", level: must, accepts: [400 invalid_grant]}
  - {rule: code/unknown, section: "2", level: must, accepts: [400 invalid_grant]}
"#;

/// The verdicts of a rule by document, and how many scenarios it has of each name.
fn by_document(rule: &RuleRecord) -> Vec<(&str, Verdict)> {
    rule.by_document.iter().map(|it| (it.document.as_str(), it.verdict)).collect()
}

/// One run against documents that contradict each other says of each what it says alone.
#[tokio::test]
async fn documents_that_contradict_give_both_verdicts_at_once() {
    let folder = folder(MADE_UP);
    std::fs::write(folder.path().join("documents/samovar.yaml"), CONTRARY).unwrap();
    let mut run = against(folder.path(), &["teapot", "samovar"]);
    run.words = vec!["code/lifetime".to_owned(), "code/unknown".to_owned()];
    let judged = rig::judge(run).await;
    assert_eq!(judged.code, ExitCode::Failed);
    let both = [("samovar", Verdict::Pass), ("teapot", Verdict::Fail)];
    for id in ["code/lifetime", "code/unknown"] {
        let rule = judged.rule(id);
        assert_eq!((rule.verdict, by_document(rule)), (Verdict::Fail, both.to_vec()), "{rule:#?}");
    }
    // Lifetimes that differ are waited for apart; an outcome is judged twice of one play.
    let (lifetime, unknown) = (judged.rule("code/lifetime"), judged.rule("code/unknown"));
    let names = |rule: &RuleRecord| -> BTreeSet<String> {
        rule.scenarios.iter().map(|scenario| scenario.name.clone()).collect()
    };
    assert!(lifetime.scenarios.iter().all(|scenario| scenario.by_document.len() == 1));
    assert_eq!(lifetime.scenarios.len(), 2 * names(lifetime).len());
    assert!(unknown.scenarios.iter().all(|scenario| scenario.by_document.len() == 2));
    assert_eq!(unknown.scenarios.len(), names(unknown).len());
    let failed = &unknown.scenarios[0].by_document[1];
    assert_eq!(failed.expected, ["418 teapot"]);
    assert_eq!(failed.actual.as_deref(), Some("400 invalid_grant"));
    assert_eq!(unknown.scenarios[0].expected, ["418 teapot"]);

    let console = "  × code/unknown: The server refuses a code";
    assert!(judged.console.contains(console), "{}", judged.console);
    assert!(judged.console.contains("      by document: samovar pass, teapot fail\n"));
    assert!(judged.console.contains("By document: samovar pass, teapot fail\n"));
    let view = json::read(&judged.json).unwrap();
    let rule = view.rules.iter().find(|rule| rule.id == "code/unknown").unwrap();
    let of_rule = rule.by_document.iter().map(|it| (it.document.as_str(), it.verdict));
    assert_eq!(of_rule.collect::<Vec<_>>(), both);
    let of_scenario = rule.scenarios[0].by_document.iter();
    let of_scenario = of_scenario.map(|it| (it.document.as_str(), it.verdict));
    assert_eq!(of_scenario.collect::<Vec<_>>(), both);
    let xml = roxmltree::Document::parse(&judged.junit).unwrap();
    let failed = |name: String| {
        let mut cases = xml.descendants().filter(|node| node.attribute("name") == Some(&name));
        let case = cases.next().unwrap_or_else(|| panic!("no case {name}: {}", judged.junit));
        assert!(cases.next().is_none(), "{name} stands there twice");
        case.children().any(|node| node.has_tag_name("failure"))
    };
    for rule in [lifetime, unknown] {
        for scenario in &rule.scenarios {
            for judged in &scenario.by_document {
                let name = format!("{} [{}]", scenario.name, judged.document);
                assert_eq!(failed(name), judged.verdict == Verdict::Fail, "{scenario:#?}");
            }
        }
    }
}

/// What is judged after a document is content no longer is judged by the others all the same.
#[tokio::test]
async fn a_scenario_goes_on_for_the_documents_that_are_content() {
    let text = |id: &str, accepts: &str| {
        let head = format!("id: {id}\ntitle: t\nlink: l\n");
        format!(
            "{head}citations:\n- {{rule: teapot/brew, section: s, level: must, accepts: [{accepts}]}}"
        )
    };
    let folder = folder(&text("teapot", "418 teapot"));
    std::fs::write(
        folder.path().join("documents/samovar.yaml"),
        text("samovar", "400 invalid_grant"),
    )
    .unwrap();
    let rules = "rules:\n- {id: teapot/brew, statement: It brews.}\n";
    std::fs::write(folder.path().join("rules.yaml"), rules).unwrap();
    let feature = |last: &str| {
        format!(
            "Feature: Teapot\n\n  @rule:teapot/brew\n  Rule: It brews\n\n    Scenario: twice\n      \
            Given the client has obtained tokens\n      \
            And the client holds an authorization code\n      \
            When the client redeems the code with a code never issued\n      \
            Then the token request is answered as documented\n      {last}\n"
        )
    };
    for (last, samovar) in [
        ("And a new code can be redeemed", Verdict::Pass),
        ("And the client receives tokens", Verdict::Fail),
    ] {
        std::fs::write(folder.path().join("teapot.feature"), feature(last)).unwrap();
        let mut run = against(folder.path(), &["teapot", "samovar"]);
        run.words = vec!["teapot".to_owned()];
        let judged = rig::judge(run).await;
        let rule = judged.rule("teapot/brew");
        let expected = [("samovar", samovar), ("teapot", Verdict::Fail)];
        assert_eq!(by_document(rule), expected, "{rule:#?}");
    }
}

/// A document that wants of the server what no dialect does.
const OTHER_POLICIES: &str = r#"
id: teapot
title: "The Teapot Profile"
link: https://teapot.example
policies:
  redirect_matching: {allows: [prefix], default: prefix}
bundled_server: {redirect_uri_at_token: optional}
citations:
  - {rule: code/redirect-uri-not-repeated, section: "1", level: must, accepts: [tokens]}
  - {rule: redirect/registered, section: "2", level: must, accepts: [code]}
"#;

/// A dialect takes the policies of the document that it is to satisfy.
#[tokio::test]
async fn the_bundled_server_takes_the_policies_of_a_document() {
    let run = |text: &str| {
        let folder = folder(text);
        let run = Run { dialect: Some("oauth".into()), ..against(folder.path(), &["teapot"]) };
        (folder, run)
    };
    let (_folder, taking) = run(OTHER_POLICIES);
    let finished = judged(&taking).await;
    assert_eq!(finished.code, ExitCode::Conformant, "{:#?}", finished.record.rules);
    let without = OTHER_POLICIES.replace("bundled_server: {redirect_uri_at_token: optional}\n", "");
    let (_folder, leaving) = run(&without);
    let finished = judged(&leaving).await;
    assert_eq!(rule(&finished, "code/redirect-uri-not-repeated").verdict, Verdict::Fail);
}

#[tokio::test]
async fn policies_that_contradict_or_are_unknown_are_told() {
    let told = async |text: &str, documents: &[&str]| {
        let folder = folder(text);
        let run = Run { dialect: Some("oauth".into()), ..against(folder.path(), documents) };
        let failure = execute(&run, std::future::pending().boxed()).await.err().unwrap();
        assert_eq!(failure.code, ExitCode::Usage);
        failure.message
    };
    let says = told(OTHER_POLICIES, &["teapot", "rfc9700"]).await;
    assert!(says.contains("teapot and rfc9700 contradict in `redirect_matching`"), "{says}");
    let says = told(&OTHER_POLICIES.replace("optional", "perhaps"), &["teapot"]).await;
    assert!(says.contains("unknown variant `perhaps`"), "{says}");
}

#[test]
fn another_server_is_held_against_its_profile_and_not_against_the_bundled_server() {
    let profile = rig::reference().display().to_string();
    let says = "policy.redirect_matching: `prefix` is not an outcome that rfc9700 allows";
    refused(&["run", &profile, "--against", "box,rfc9700"], &[says]);
}
